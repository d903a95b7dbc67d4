"""Democracy as what many measures have in common, 1816–2025: Márquez's extension of the Unified Democracy Scores.

`unified_democracy` has one row per COW state-year. `uds` is a latent score in standard deviations of the pooled state-years
(about −2.3 to 2.9), estimated from several dozen published measures. `uds_adjusted` is the same score minus .293, so that 0 is
where the yes-or-no measures draw the line on average.

Traps
-----
* The two columns differ by one constant in every row; they are one variable with two zeros and never belong in one regression.
* Polity and V-Dem are among the measures combined: a model with this score and one of them counts the same judgement twice.
* In the latest years only a few of the measures are left, so scores stand still (Canada 2021 to 2024) or jump when one ends.
  They are published values, not carried forward here.
* 55 state-years have none: Austria-Hungary 1867–1918, the Two Sicilies 1861, the Yemen Arab Republic and West Germany 1990.
* The same file holds a Polity column, which is restricted and is not read.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

_COLUMNS = {"ccode": "ccode", "year": "year", "euds": "uds", "aeuds": "uds_adjusted"}


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `unified_democracy`: ccode, year, uds, uds_adjusted."""
    panel = pl.read_parquet(raw / "political/regimes/isard_cw_democracy.parquet", columns=list(_COLUMNS))
    return {"unified_democracy": panel.drop_nulls().rename(_COLUMNS).sort("ccode", "year")}
