"""National Material Capabilities: what a state could throw into a war, and its share of the system's.

Read from the user's own file; it never ships. `material_capabilities` has one row per state-year: military expenditure and
personnel, iron and steel, primary energy, total and urban population, and the composite index (CINC), the mean of the state's
six shares of the system's totals (Singer, Bremer & Stuckey 1972).

Traps
-----
* -9 means missing and becomes null; 0 is a statement, and in early years often a doubtful one.
* `milex` is in current money: thousand British pounds until 1913, thousand US dollars from 1914 on.
* `milper`, `tpop` and `upop` are in thousands, `irst` in thousand tons, `pec` in thousand coal-ton equivalents.
* The index uses what is known of the six in a year, so that it exists where some components do not.
"""

from __future__ import annotations

import polars as pl

from foedus.record.publisher import Form, Tables

_AMOUNTS = ("milex", "milper", "irst", "pec", "tpop", "upop", "cinc")


def _tidy(frame: pl.DataFrame) -> Tables:
    return {"material_capabilities": frame.select("ccode", "year", *_AMOUNTS)}


FORMS = (
    Form(
        "the state-year table",
        columns=("ccode", "year", *_AMOUNTS),
        keys=("ccode", "year"),
        decimals=_AMOUNTS,
        tidy=_tidy,
        states=("ccode",),
    ),
)
