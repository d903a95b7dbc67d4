"""How warm the surface of the Earth is against 1951–1980, since 1880: NASA's GISTEMP, version 4.

Anomalies in degrees Celsius. `temperature_giss` has the world's mean of each whole calendar year, `temperature_giss_months` of
each month, `temperature_giss_zones` of each year and band of latitudes, among them the Arctic ("64N-90N").

Traps
-----
* `***` means that a month has not happened yet. 2025 is there to August, and so has no annual mean.
* The bands come from an older release that ends in 2023. Revisions since are at most 0.02 °C in the world's mean; the world's
  column of that release is left out.
* The bands overlap: three wide ones, eight narrow ones, and the two hemispheres.
* The base is not pre-industrial. The mean of 1880–1900 is about 0.2 °C below it.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
HEMISPHERES = {"NHem": "northern hemisphere", "SHem": "southern hemisphere"}

_ANNUAL, _WORLD = "J-D", "Glob"


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `temperature_giss` (year), `temperature_giss_months` (year, month) and `temperature_giss_zones` (zone, year)."""
    folder = raw / "physical/temperature"
    world = pl.read_csv(folder / "gistemp_v4_glb_ts_dsst_monthly.csv", skip_rows=1, null_values="***")
    zones = pl.read_csv(folder / "gistemp_v4_zonal_annual_1880_2023.csv").drop(_WORLD)
    year = pl.col("Year").cast(pl.Int16).alias("year")
    number = pl.col("month").replace_strict({name: place for place, name in enumerate(MONTHS, start=1)}, return_dtype=pl.Int8)
    months = world.unpivot(MONTHS, index="Year", variable_name="month", value_name="anomaly")
    bands = zones.unpivot(index="Year", variable_name="zone", value_name="anomaly")
    return {
        "temperature_giss": world.select(year, pl.col(_ANNUAL).alias("anomaly")).drop_nulls().sort("year"),
        "temperature_giss_months": months.select(year, number, "anomaly").drop_nulls().sort("year", "month"),
        "temperature_giss_zones": bands.select(pl.col("zone").replace(HEMISPHERES), year, "anomaly").sort("zone", "year"),
    }
