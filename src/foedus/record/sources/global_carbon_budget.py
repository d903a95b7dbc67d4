"""How much carbon dioxide comes from burning fossil fuels and making cement, 1750–2024: Global Carbon Budget.

Tonnes of CO2 a year. `world_fossil_co2` has the world. `fossil_co2` has states, from 1946, in the borders of the time;
`fossil_co2_today` every country and territory in **today's** borders in all years, by its ISO code in `iso3_code`, so that what
a country has emitted altogether can be added up. Sums over years are computed where they are needed and not stored.

Traps
-----
* Land use is not in it. What the world emits with land use is in `ar6_cumulative_co2`, to 2019; the difference of the two is
  land use.
* The budget divides former states among today's countries by their shares when they parted: "RUS 1980" is Russia, not the
  Soviet Union. Years in which today's code stood for a state with quite other borders are left out of `fossil_co2`, so that
  the Soviet Union, Yugoslavia, Czechoslovakia and both Germanys have none there. Egypt is without Syria in 1958–61.
* International aviation and shipping belong to no country, and are part of the world: 1.2 billion tonnes in 2024.
* Aggregates (continents, income groups, the European Union) are left out. Kosovo's code becomes XKX.
* A 0 is a statement of the budget, which has no gaps once a country's series has begun.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from foedus.record.borders import in_todays_borders

FIRST_YEAR = 1946
"""Earlier, empires and moved frontiers make today's code a poor stand-in for too many states."""

_WORLD, _AGGREGATE = "OWID_WRL", r"^OWID_"


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `fossil_co2` (iso3, year), `fossil_co2_today` (iso3_code, year) and `world_fossil_co2` (year): fossil_co2_t."""
    frame = pl.read_csv(raw / "physical/co2/owid_gcb_annual_co2_by_country.csv", infer_schema_length=None)
    tonnes = pl.col("co2_t").round().cast(pl.Int64).alias("fossil_co2_t")
    coded = frame.select(pl.col("iso3").replace("OWID_KOS", "XKX"), pl.col("year").cast(pl.Int16), tonnes).drop_nulls("iso3")
    today = coded.filter(~pl.col("iso3").str.contains(_AGGREGATE)).sort("iso3", "year")
    return {
        "fossil_co2": in_todays_borders(today.filter(pl.col("year") >= FIRST_YEAR)),
        "fossil_co2_today": today.rename({"iso3": "iso3_code"}),
        "world_fossil_co2": coded.filter(iso3=_WORLD).drop("iso3").sort("year"),
    }
