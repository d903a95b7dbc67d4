"""How much warmer or colder each country's year was than 1951–1980, 1961–2022: FAOSTAT, Temperature Change on Land.

`temperature_change` has one row per ISO3 code and year: the mean change of surface air temperature over the country's land, in
degrees Celsius against its own mean of 1951–1980. FAO computes it from NASA's GISTEMP; the file is the copy that the IMF
publishes.

Traps
-----
* A single year is mostly weather: its neighbours' values are much the same, and no test may count them as independent.
* Türkiye, Côte d'Ivoire and Kosovo are missing from the copy. Others have gaps (Singapore, Rwanda and Burundi) or end early
  (Yemen in 1997). Where there is no row nothing is known.
* Countries begin with their state (Russia in 1992, Ethiopia in 1993, Sudan in 2011), Belgium and Luxembourg in 2000: the Soviet
  Union, Yugoslavia and Czechoslovakia are not in the copy. Germany, Viet Nam, Yemen and Pakistan are in today's borders
  throughout; a mean over land next door is kept, where a sum would not be.
* Kept with three decimals, in single precision.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `temperature_change`: iso3, year, temperature_anomaly in °C."""
    frame = pl.read_csv(raw / "physical/temperature/imf_faostat_annual_surface_temperature_change.csv")
    named = frame.select(
        pl.col("ISO3").alias("iso3"),
        pl.col("year").cast(pl.Int16),
        pl.col("temp_change_c").cast(pl.Float32).alias("temperature_anomaly"),
    )
    return {"temperature_change": named.drop_nulls().sort("iso3", "year")}
