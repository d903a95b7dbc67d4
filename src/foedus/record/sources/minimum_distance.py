"""Shortest distance between the territories of two states, 1886–2019, from the borders of CShapes 2.0.

`distance_spells` has one row per dyad of COW states and run of years with the same distance, `distance_spells_gw` the same for
Gleditsch–Ward states. Zero kilometres means that they touch.

Traps
-----
* Distances are those of 1 January, so a state has none in the year it enters the system (unless on that day). Serbia has none
  for 1916–1918, when all its territory was occupied. Nothing else is absent: 952,244 of the system's 972,099 dyad-years are
  there, and none is null. Austria in 1919 is the one late entrant with distances.
* The publisher's list for Gleditsch–Ward states (871,034 dyad-years) leaves microstates out; that for COW states has them.
  Where both states are members of either list, `distance_spells_gw` takes what it lacks from there (119,247 dyad-years, marked
  `from_cow`). Of 832,400 dyad-years that the publisher gives for both, 829,907 differ by less than a kilometre.
* Only the territory of the state itself counts. Colonies are left out, and so is Alaska until it became one of the United
  States: the distance between the United States and Russia is 3,243 km up to 1959 and 80 km from 1960.
* Distances are over land and sea alike, between the nearest points of the borders: zero does not mean a crossing.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from foedus.record.spells import runs
from foedus.record.twins import completed, crosswalk


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `distance_spells` and `distance_spells_gw`, with code1 < code2 and the distance `min_km` in kilometres."""
    folder = raw / "political/contiguity"
    cow = pl.read_parquet(folder / "cow_mindist_1886_2019.parquet").rename({"mindist": "min_km"})
    gw = pl.read_parquet(folder / "gw_mindist_1886_2019.parquet").rename({"mindist": "min_km"})
    return {
        "distance_spells": runs(cow, ["ccode1", "ccode2"]),
        "distance_spells_gw": runs(completed(gw, cow, crosswalk(raw)), ["gwcode1", "gwcode2"]),
    }
