"""Democracy as what many measures have in common, 1816–2025: Márquez's extension of the Unified Democracy Scores.

`unified_democracy` has one row per COW state-year, `unified_democracy_gw` one per Gleditsch–Ward state-year. `uds` is a
latent score in standard deviations of the pooled state-years (about −2.3 to 2.9), estimated from several dozen published
measures. `uds_adjusted` is the same score minus .293, so that 0 is where the yes-or-no measures draw the line on average.

Traps
-----
* The two columns differ by one constant in every row; they are one variable with two zeros and never belong in one regression.
* The two lists' scores were standardized apart: a state-year scores about .106 more under Gleditsch–Ward (the middle half
  within .01 of that), and `uds_adjusted` subtracts .397 there. Scores from the two tables do not belong in one model.
* Polity and V-Dem are among the measures combined: a model with this score and one of them counts the same judgement twice.
* In the latest years only a few of the measures are left, so scores stand still (Canada 2021 to 2024) or jump when one ends.
  They are published values, not carried forward here.
* 55 COW state-years have none: Austria-Hungary 1867–1918, the Two Sicilies 1861, the Yemen Arab Republic and West Germany 1990.
  Of the Gleditsch–Ward list 113 have none.
* The same file holds a Polity column, which is restricted and is not read.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

_COLUMNS = {"euds": "uds", "aeuds": "uds_adjusted"}


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `unified_democracy` (ccode) and `unified_democracy_gw` (gwcode): code, year, uds, uds_adjusted."""
    folder = raw / "political/regimes"
    return {
        "unified_democracy": _scores(folder / "isard_cw_democracy.parquet", "ccode"),
        "unified_democracy_gw": _scores(folder / "isard_gw_democracy.parquet", "gwcode"),
    }


def _scores(path: Path, key: str) -> pl.DataFrame:
    panel = pl.read_parquet(path, columns=[key, "year", *_COLUMNS])
    return panel.drop_nulls().rename(_COLUMNS).sort(key, "year")
