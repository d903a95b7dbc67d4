"""How many people each country may have and what it may produce, 2015–2100: Shared Socioeconomic Pathways, version 2.0 of 2013.

Read from the user's own file; it never ships. `ssp_projections` has one row per `model` of the economy, `scenario` ("SSP1" to
"SSP5"), country and every fifth year: `population` in persons and `gdp_ppp` in 2005 international dollars. Its code column is
called `iso3_code`, so that it is not translated to members of a state system that is unknown for the future.

Traps
-----
* These are pathways, not forecasts, made in 2013: for 2015–2025 several countries have long since left them, and a newer
  version exists. Always name the version.
* The two models of the economy (OECD Env-Growth, IIASA GDP) agree on population, and differ in production and in which small
  states they have.
* The publisher's file has a row per variable with years in columns from 1950 to 2150, most of them empty, and carries a release
  date in the scenario's name. The same numbers in one long table are read as well.
"""

from __future__ import annotations

import polars as pl

from foedus.record.publisher import Form, Tables

MODELS = ("OECD Env-Growth", "IIASA GDP")
YEARS = tuple(range(2015, 2101, 5))

_VARIABLES = {"Population": ("population", 1e6), "GDP|PPP": ("gdp_ppp", 1e9)}
_KEYS = ["model", "scenario", "iso3_code", "year"]
_COLUMNS = tuple(str(year) for year in range(1950, 2151))


def _published(frame: pl.DataFrame) -> Tables:
    """From the publisher's table, with years in columns."""
    chosen = frame.filter(pl.col("model").is_in(MODELS), pl.col("variable").is_in(list(_VARIABLES)))
    years = [str(year) for year in YEARS if str(year) in chosen.columns]
    long = chosen.unpivot(years, index=["model", "scenario", "region", "variable"], variable_name="year").drop_nulls("value")
    named = long.with_columns(pl.col("scenario").str.extract(r"^(SSP\d)"), pl.col("year").cast(pl.Int16), iso3_code="region")
    amounts = [
        (pl.col("value").filter(pl.col("variable") == variable).first() * unit).alias(name)
        for variable, (name, unit) in _VARIABLES.items()
    ]
    return _tidy(named.group_by(_KEYS).agg(amounts))


def _long(frame: pl.DataFrame) -> Tables:
    population, gdp = pl.col("population_million") * 1e6, pl.col("gdp_2005ppp_billion") * 1e9
    return _tidy(frame.select("model", "scenario", "year", iso3_code="iso3", population=population, gdp_ppp=gdp))


def _tidy(frame: pl.DataFrame) -> Tables:
    columns = [*_KEYS, pl.col("population").round().cast(pl.Int64), "gdp_ppp"]
    return {"ssp_projections": frame.select(columns).sort("year", "model", "scenario", "iso3_code")}


FORMS = (
    Form(
        "the country data of the SSP database",
        ("model", "scenario", "region", "variable", "unit"),
        ("model", "scenario", "region", "variable"),
        _published,
        optional=_COLUMNS,
        text=("model", "scenario", "region", "variable", "unit"),
        decimals=_COLUMNS,
    ),
    Form(
        "the long table",
        ("model", "scenario", "iso3", "year", "population_million", "gdp_2005ppp_billion"),
        ("model", "scenario", "iso3", "year"),
        _long,
        text=("model", "scenario", "iso3"),
        decimals=("population_million", "gdp_2005ppp_billion"),
    ),
)
