"""Electoral democracy, 1816–2025: V-Dem's polyarchy index, version 16, as the ISARD state-year panel carries it.

`polyarchy` has one row per COW state-year with a score, from 0 (no electoral democracy) to 1, and `polyarchy_gw` one per
Gleditsch–Ward state-year (16,647 of 20,849). It is foedus's one series of polyarchy: versions re-score the past (Kuwait 2024
is .292 in version 15 and .198 here) and are never mixed. What stands beside `liberal_democracy` is `polyarchy_v15` (`vdem`).

Traps
-----
* The panel has a row for every COW state-year, but V-Dem does not score microstates and some part-years (16,690 of 17,706 rows
  have a score). A state without a row is unscored, not undemocratic.
* The publisher's Gleditsch–Ward table ends in 2024; where both tables score a state-year they agree. The 174 scores of 2025 are
  those of the same states in the COW table, marked `from_cow`.
* COW's Italy has no score before 1862: the panel joins by V-Dem's own COW code, which Piedmont-Sardinia lacks (`vdem` mends
  that for the other indices).
* The same file holds a Polity column, which is restricted and is not read.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from foedus.record.twins import completed, crosswalk


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `polyarchy` (ccode) and `polyarchy_gw` (gwcode): code, year, polyarchy in [0, 1]."""
    folder = raw / "political/regimes"
    cow = _scored(folder / "isard_cw_democracy.parquet", "ccode")
    gw = _scored(folder / "isard_gw_democracy.parquet", "gwcode")
    return {"polyarchy": cow, "polyarchy_gw": completed(gw, cow, crosswalk(raw))}


def _scored(path: Path, key: str) -> pl.DataFrame:
    panel = pl.read_parquet(path, columns=[key, "year", "v2x_polyarchy"])
    return panel.drop_nulls().rename({"v2x_polyarchy": "polyarchy"}).sort(key, "year")
