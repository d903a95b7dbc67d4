"""Ethnic fractionalization, 1945–2013: the Historical Index of Ethnic Fractionalization (Drazanova).

`ethnic_fractionalization_hief` has one row per state-year: the chance that two inhabitants drawn at random belong to
different ethnic groups, to three digits. It builds on the shares of groups in `creg`.

Traps
-----
* 24 rows repeat another; the Soviet Union of 1991 has two values, and the first (.691, in line with 1990) is the union's.
* The file's numbers are mended by year: it has Vietnam as the Republic of Vietnam in the Gleditsch–Ward column, Germany as 255
  before 1990, Yemen as 678 after, and Serbia (340) while that list has Yugoslavia (345).
* Rows of years before membership (Austria 1945–54, Oman before 1971) meet no COW state-year.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

GERMANY_UNITED, YEMEN_UNITED, SERBIA_ALONE = 1990, 1991, 2006
"""First years of COW's Germany (255) and, in this file, Yemen (679), and of the Gleditsch–Ward list's Serbia (340)."""


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `ethnic_fractionalization_hief`: gwcode, ccode, year and the index in [0, 1]."""
    frame = pl.read_parquet(raw / "political/fractionalization/hief.parquet")
    ccode, gwcode, year = pl.col("ccode"), pl.col("gwcode"), pl.col("year")
    mended = frame.select(
        pl.when(ccode == 816)
        .then(816)
        .when(ccode == 345)
        .then(pl.when(year < SERBIA_ALONE).then(345).otherwise(340))
        .otherwise(gwcode)
        .cast(pl.Int16)
        .alias("gwcode"),
        pl.when((ccode == 255) & (year < GERMANY_UNITED))
        .then(260)
        .when((ccode == 678) & (year >= YEMEN_UNITED))
        .then(679)
        .otherwise(ccode)
        .cast(pl.Int16)
        .alias("ccode"),
        year.cast(pl.Int16),
        pl.col("efindex").alias("ethnic_fractionalization_hief"),
    )
    unique = mended.unique(["gwcode", "year"], keep="first", maintain_order=True)
    return {"ethnic_fractionalization_hief": unique.sort("gwcode", "year")}
