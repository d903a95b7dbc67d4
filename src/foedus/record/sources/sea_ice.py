"""How much sea ice there is, month by month since November 1978, from satellites: NSIDC Sea Ice Index (G02135), version 4.

`sea_ice` has one row per hemisphere ("north", "south"), year and month, in square kilometres: `extent_km2`, the sea of which
at least 15 % is covered by ice, and `area_km2`, the ice itself (each cell times its concentration). Extent and area are two
measurements and are never to be mixed. `sea_ice_regions_v3` has the northern extent in fourteen seas, from **version 3**, to
October 2024.

Traps
-----
* -9999 means missing and becomes null: December 1987 and January 1988 (the satellite failed for six weeks), and the northern
  area of August 1987. The regional table has no rows for those two months. A 0 in it is a sea without ice.
* The satellites do not see a disc around the North Pole. The extent counts it as ice, the **area leaves it out**, and the disc
  shrank twice: `pole_hole_km2` is its size, and the area alone jumps up by 0.9 million km² in September 1987. Compare area
  over the years only with the disc added, or from 2008 on. From 2025 its size is slightly different again, and null here.
* The published monthly files at hand end in August 2025. The later northern months are means of the publisher's daily extent
  made here (`derived`), of whole months only; there is no area for them. On the months that have both, from 1990 on, the two
  differ by at most 0.015 million km².
* From January 2025 the input is another instrument (AMSR2). Version 4 is version 3 before that date.
* The fourteen seas leave out others (the Baltic, for one): their sum falls short of the northern extent by up to 0.44 million
  km² in winter. In September the two agree within 0.03 million, at worst in 2024, the last year of that file.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

HEMISPHERES = {"N": "north", "S": "south"}

POLE_HOLE_KM2 = (((1978, 11), (1987, 7), 1_190_000), ((1987, 9), (2007, 12), 310_000), ((2008, 1), (2024, 12), 29_000))
"""First and last month, and size of the northern disc that the satellite of the time does not see (NSIDC's documentation of the
index). In August 1987 one satellite followed the other."""

REGIONS = {
    "Baffin": "Baffin Bay",
    "Barents": "Barents Sea",
    "Beaufort": "Beaufort Sea",
    "Bering": "Bering Sea",
    "CanadianArchipelago": "Canadian Archipelago",
    "Central-Arctic": "Central Arctic",
    "Chukchi": "Chukchi Sea",
    "East-Siberian": "East Siberian Sea",
    "Greenland": "Greenland Sea",
    "Hudson": "Hudson Bay",
    "Kara": "Kara Sea",
    "Laptev": "Laptev Sea",
    "Okhotsk": "Sea of Okhotsk",
    "St-Lawrence": "Gulf of St. Lawrence",
}

_MILLION = 1e6


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `sea_ice` (hemisphere, year, month, extent, area, pole hole, derived) and `sea_ice_regions_v3` (region, …)."""
    folder = raw / "physical/sea_ice"
    published = _published(pl.read_csv(folder / "nsidc_g02135_v4_monthly_extent.csv"))
    last = published.filter(hemisphere="north").select(_month().max()).item()
    derived = _derived(pl.read_csv(folder / "nsidc_g02135_v4_daily_extent_north.csv")).filter(_month() > last)
    months = pl.concat([published, derived]).with_columns(_pole_hole().alias("pole_hole_km2"))
    columns = ["hemisphere", "year", "month", "extent_km2", "area_km2", "pole_hole_km2", "derived"]
    return {
        "sea_ice": months.select(columns).sort("hemisphere", "year", "month"),
        "sea_ice_regions_v3": _regions(pl.read_csv(folder / "nsidc_g02135_v3_regional_monthly_extent.csv")),
    }


def _published(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        pl.col("region").replace_strict(HEMISPHERES).alias("hemisphere"),
        pl.col("year").cast(pl.Int16),
        pl.col("mo").cast(pl.Int8).alias("month"),
        _km2(pl.col("extent")).alias("extent_km2"),
        _km2(pl.col("area")).alias("area_km2"),
        derived=False,
    )


def _derived(days: pl.DataFrame) -> pl.DataFrame:
    """The mean extent of each month of which every day is there."""
    keys = [pl.col("Year").cast(pl.Int16).alias("year"), pl.col("Month").cast(pl.Int8).alias("month")]
    means = days.group_by(keys).agg(_km2(pl.col("Extent").mean()).alias("extent_km2"), pl.len().alias("days"))
    whole = means.filter(pl.col("days") == pl.date("year", "month", 1).dt.month_end().dt.day())
    area = pl.lit(None, pl.Int32).alias("area_km2")
    return whole.select(pl.lit("north").alias("hemisphere"), "year", "month", "extent_km2", area, derived=True)


def _regions(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        pl.col("region").replace_strict(REGIONS),
        pl.col("year").cast(pl.Int16),
        pl.col("month").cast(pl.Int8),
        pl.col("extent_km2").round().cast(pl.Int32),
    ).sort("region", "year", "month")


def _km2(million: pl.Expr) -> pl.Expr:
    """Square kilometres from millions of them; null where the file has a negative number."""
    return pl.when(million >= 0).then(million * _MILLION).round().cast(pl.Int32)


def _pole_hole() -> pl.Expr:
    size = pl.lit(None, pl.Int32)
    for (first_year, first_month), (last_year, last_month), km2 in POLE_HOLE_KM2:
        seen_so = _month().is_between(first_year * 12 + first_month, last_year * 12 + last_month)
        size = pl.when(seen_so).then(km2).otherwise(size)
    return pl.when(pl.col("hemisphere") == "north").then(size).otherwise(0).cast(pl.Int32)


def _month() -> pl.Expr:
    """The row's month, counted from the year 0."""
    return pl.col("year").cast(pl.Int32) * 12 + pl.col("month")
