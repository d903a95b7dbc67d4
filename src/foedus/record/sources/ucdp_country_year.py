"""How many people organized violence killed, and where, 1989–2024: UCDP Country-Year, version 25.1.

`organized_violence` has one row per country of *location* and year, with deaths in state-based conflict, in conflict between
groups none of which is a state (non-state), and by attacks on civilians (one-sided): best, low and high estimates. State-based
deaths are also split into wars between states and within them.

Traps
-----
* Deaths count where they happened, not against whom or by whom: Russian soldiers killed in Ukraine count for Ukraine.
* A zero is a finding here: every country is searched in every year from 1989. Before 1989 nothing is known.
* In nine rows the low or high estimate is on the wrong side of the best one (Russia 2024: best 7,673, high 5,823). They are
  kept as published and are no interval there.
* The code is Gleditsch and Ward's with one exception: Serbia stays 345 after 2006, where their list has 340.
* Yemen is 678 throughout, Germany 260, Russia 365. Microstates have rows before they joined the state system.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from foedus.record.publisher import Form, Tables
from foedus.record.ucdp import gwcode

_COLUMNS = {
    "sb_total_deaths_best_cy": "state_based_deaths",
    "sb_total_deaths_low_cy": "state_based_low",
    "sb_total_deaths_high_cy": "state_based_high",
    "ns_total_deaths_best_cy": "non_state_deaths",
    "ns_total_deaths_low_cy": "non_state_low",
    "ns_total_deaths_high_cy": "non_state_high",
    "os_total_deaths_best_cy": "one_sided_deaths",
    "os_total_deaths_low_cy": "one_sided_low",
    "os_total_deaths_high_cy": "one_sided_high",
    "sb_interstate_deaths_best_cy": "interstate_deaths",
    "sb_intrastate_deaths_best_cy": "intrastate_deaths",
}


_KEYS = {"country_id_cy": "gwcode", "year_cy": "year"}


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `organized_violence`: gwcode, year, and deaths of each kind in persons."""
    path = raw / "political/ucdp/organizedviolencecy_v25_1.csv"
    return _tidy(pl.read_csv(path, columns=[*_KEYS, *_COLUMNS], infer_schema_length=None))


def _tidy(frame: pl.DataFrame) -> Tables:
    renamed = frame.rename({**_KEYS, **_COLUMNS})
    deaths = renamed.select(gwcode("gwcode"), pl.col("year").cast(pl.Int16), pl.col(_COLUMNS.values()).cast(pl.Int32))
    return {"organized_violence": deaths.sort("gwcode", "year")}


FORMS = (Form("the country-year table", (*_KEYS, *_COLUMNS), tuple(_KEYS), _tidy),)
"""The publisher's own CSV, as of 25.1; a later release is read alike (`record/release.py`)."""
