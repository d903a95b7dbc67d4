"""How divided states are by ethnicity and religion, 1945–2013: Composition of Religious and Ethnic Groups (CREG) 1.02.

`fractionalization` has one row per state-year: `ethnic_fractionalization` and `religious_fractionalization` are the chance
that two inhabitants drawn at random belong to different groups; `ethnic_polarization` and `religious_polarization` (Montalvo
and Reynal-Querol) are 1 where there are two groups of one size. peacesciencer computed them from the shares of groups.

Traps
-----
* The project's state numbers are neither list's. peacesciencer's COW numbers are kept; the Gleditsch–Ward numbers are those
  of the crosswalk in the year, as the file's have Serbia (340) from 1992 where that list has Yugoslavia (345) until 2006.
* The Soviet Union and Russia, and Yugoslavia and Serbia, are separate units under one COW number and overlap in 1991 and
  1992. The older one's value is taken, the younger one's where it has none.
* No ethnic groups for Cameroon, France, India, Kosovo, Montenegro, Mozambique, Papua New Guinea; no religious groups for
  China, North Korea and the Republic of Vietnam.
* Some rows are of years before a state was a member of either list; they meet no state-year.
* Kept with seven digits.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from foedus.record.cow import CROSSWALK

_COLUMNS = {
    "ethfrac": "ethnic_fractionalization",
    "ethpol": "ethnic_polarization",
    "relfrac": "religious_fractionalization",
    "relpol": "religious_polarization",
}


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `fractionalization`: gwcode, ccode, year and four indices in [0, 1]."""
    crosswalk = pl.read_parquet(raw / CROSSWALK)
    members = crosswalk.select("ccode", "year", pl.col("gwcode").alias("member"))
    frame = pl.read_parquet(raw / "political/fractionalization/creg.parquet").rename(_COLUMNS)
    older_first = (pl.col("creg_ccode") == pl.col("ccode")).alias("older")
    values = [pl.col(name).drop_nulls().first().cast(pl.Float32) for name in _COLUMNS.values()]
    merged = (
        frame.with_columns(pl.col("ccode", "gwcode", "year").cast(pl.Int16), older_first)
        .filter(pl.any_horizontal(pl.col(_COLUMNS.values()).is_not_null()))
        .sort("ccode", "year", "older", descending=[False, False, True])
        .group_by("ccode", "year", maintain_order=True)
        .agg(pl.col("gwcode").first(), *values)
        .join(members, on=["ccode", "year"], how="left")
    )
    gwcode = pl.col("member").fill_null(pl.col("gwcode")).alias("gwcode")
    return {"fractionalization": merged.select(gwcode, "ccode", "year", *_COLUMNS.values()).sort("gwcode", "year")}
