"""What states produce, research and are connected by, 1960–2025: World Development Indicators of the World Bank.

`development` has one row per ISO3 code and year. Money: `gdp_constant` and `gdp_per_head_constant` (US dollars of 2015),
`gdp_per_head_current` (US dollars), `gdp_per_head_ppp` (international dollars of 2021). Per cent of GDP: `research_share`,
`industry_share`, `exports_share`, `imports_share`. Research: `researchers` per million people, `high_technology_share`, per
cent of exported manufactures. Access: `internet_users`, per cent of people, `broadband` and `mobile_phones`, subscriptions
per hundred people. `tertiary_spending`: what the state spends on a student, per cent of GDP per head.
`population_world_bank`: persons.

Traps
-----
* R&D, researchers, GDP per head at current prices and population are from the publisher's own files of 2026, the others as
  Gapminder tidies them (`foedus.record.gapminder`), which lag by a year or two.
* Series follow today's borders: `foedus.record.borders`. Codes of aggregates (WLD, EUU) drop out when codes become COW
  numbers.
* The latest years are thin: R&D of 2024 is known of thirty economies, internet users of 49 states. Nulls are that, not zeros;
  R&D is reported by few poor states at all.
* `high_technology_share` begins in 2007; `tertiary_spending` ends in 2018 and is a cost, high where students are few: of
  Malawi it says 2,490 %. It is no measure of how many are trained.
* Shares of exports and imports exceed 100 % in entrepôts. `industry_share` takes in mining, oil and building, so that it
  marks oil states before manufacturers. A 0 in a share is printed so.
* Constant dollars of 2015 compare a state over years; PPP compares states within and over years; current dollars neither.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from foedus.record import gapminder
from foedus.record.borders import in_todays_borders

PUBLISHED = {
    "GB.XPD.RSDV.GD.ZS": "research_share",
    "SP.POP.SCIE.RD.P6": "researchers",
    "NY.GDP.PCAP.CD": "gdp_per_head_current",
}
"""Indicators in the publisher's own files → our names."""

TIDIED = {
    "total_gdp_us_inflation_adjusted": "gdp_constant",
    "gdppercapita_us_inflation_adjusted": "gdp_per_head_constant",
    "alternative_gdp_per_capita_ppp_wb": "gdp_per_head_ppp",
    "industry_percent_of_gdp": "industry_share",
    "exports_percent_of_gdp": "exports_share",
    "imports_percent_of_gdp": "imports_share",
    "high_technology_exports_percent_of_manufactured_exports": "high_technology_share",
    "internet_users": "internet_users",
    "expenditure_per_student_tertiary_percent_of_gdp_per_person": "tertiary_spending",
}
SUBSCRIBERS = {"broadband_subscribers_per_100_people": "broadband", "cell_phones_per_100_people": "mobile_phones"}

_FOLDER = "physical/worldbank"
_PREAMBLE = 4
"""Lines before the header in the publisher's layout; each file has one column a year."""


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `development`: iso3, year and the indicators, null where the publisher has no value."""
    parts = [
        *(_published(raw / _FOLDER / f"wdi_{code}.csv", name) for code, name in PUBLISHED.items()),
        _population(raw / _FOLDER / "wdi_SP.POP.TOTL_long.csv"),
        gapminder.indicators(raw, gapminder.ECONOMY, TIDIED),
        gapminder.indicators(raw, gapminder.RESOURCES, SUBSCRIBERS),
    ]
    joined = parts[0]
    for part in parts[1:]:
        joined = joined.join(part, on=["iso3", "year"], how="full", coalesce=True)
    return {"development": in_todays_borders(joined).sort("iso3", "year")}


def _published(file: Path, name: str) -> pl.DataFrame:
    wide = pl.read_csv(file, skip_rows=_PREAMBLE, infer_schema=False, truncate_ragged_lines=True)
    years = [column for column in wide.columns if column.isdigit()]
    long = wide.unpivot(years, index="Country Code", variable_name="year", value_name=name)
    return long.select(
        pl.col("Country Code").alias("iso3"), pl.col("year").cast(pl.Int16), pl.col(name).cast(pl.Float32, strict=False)
    ).drop_nulls()


def _population(file: Path) -> pl.DataFrame:
    people = pl.col("Value").round().cast(pl.Int64, strict=False).alias("population_world_bank")
    frame = pl.read_csv(file, schema_overrides={"Value": pl.Float64})
    return frame.select(pl.col("Country Code").alias("iso3"), pl.col("Year").cast(pl.Int16).alias("year"), people).drop_nulls()
