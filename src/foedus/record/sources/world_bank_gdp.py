"""Gross domestic product at current prices and exchange rates, 1960–2023: World Bank, indicator NY.GDP.MKTP.CD.

`gdp_current` has one row per ISO3 code and year, in current United States dollars.

Traps
-----
* World Bank aggregates (WLD, EUU, HIC, …) have codes like those of countries. They stay in the table here and drop out when
  codes become COW numbers, as territories do.
* Series follow today's borders, not those of the time: "Russia" in 1990 is one of fifteen republics. Years in which today's
  code stood for a state with quite other borders are dropped (`foedus.record.borders`).
* Taiwan and North Korea are not covered. The latest year is incomplete: 233 codes in 2023, 258 in 2019.
* Current dollars mix growth, inflation and exchange rates; compare states within a year, not a state over years.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from foedus.record.borders import in_todays_borders


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `gdp_current`: iso3, year, gdp_current_usd."""
    frame = pl.read_parquet(raw / "political/gdp_pop/worldbank_gdp_current_usd.parquet")
    named = frame.select(
        pl.col("Country Code").alias("iso3"), pl.col("Year").alias("year"), pl.col("Value").alias("gdp_current_usd")
    )
    return {"gdp_current": in_todays_borders(named).drop_nulls().sort("iso3", "year")}
