"""Disasters: how many people they affected and killed, by kind, 1900–2024: EM-DAT of CRED, Université catholique de Louvain.

Read from the user's own file; it never ships. `disasters` has one row per state-year with persons affected (the killed with
them) and persons killed by drought, earthquake (tsunamis with them), extreme temperature, flood, storm and wildfire.
`disaster_affected` and `disaster_deaths` add up drought, earthquake, flood and storm, which both files have throughout.

Two files are understood: the publisher's public table of events, saved as CSV, and Gapminder's sums of it in one table with the
columns `indicator`, `iso3`, `year` and `value`.

Traps
-----
* EM-DAT records what killed ten people, affected a hundred, or led to an emergency or an appeal. From ZEROS_SINCE on, the year
  from which the publisher no longer calls its records historic, a country that the file knows at all has a 0 where it records
  nothing. Earlier, no row says nothing, and the rows there are only of disasters: never compare with them.
* An event counts whole in the year in which it begins. One that does not say how many it affected adds nothing, so that every
  number is a lower bound.
* The year in which the file was made is not whole: the source speaks to 2024.
* The publisher's affected are the living (injured, homeless and otherwise affected), Gapminder's are those and the dead: the
  dead are added to the former.
* Gapminder has no wildfires, and no deaths by extreme temperature after 2008 (STOPPED): both are null then, not 0.
* Former states have codes of their own, which become those of the state system (CODES); East Germany has no row.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import polars as pl

from foedus.record.publisher import Form, Tables

ZEROS_SINCE = 2000
KINDS = ("drought", "earthquake", "extreme_temperature", "flood", "storm", "wildfire")
SUMMED = ("drought", "earthquake", "flood", "storm")
STOPPED = {("extreme_temperature", "deaths"): 2008}
"""Kind and measure → last year in which Gapminder's file has it, though EM-DAT goes on."""

CODES = {
    "USSR": "RUS",
    "SUN": "RUS",
    "DEU_WEST": "DEU",
    "DFR": "DEU",
    "SCG": "YUG",
    "YEM_NORTH": "YEM",
    "YMN": "YEM",
}
"""Codes of former states in either file, and the code that the state system has for them in their years."""

_NAME = r"^(.*)_(affected|deaths)_annual_number$"
_MEASURES = ("affected", "deaths")
_KEYS = ("iso3", "year")


def _indicators(frame: pl.DataFrame) -> Tables:
    """From Gapminder's sums by country, year and indicator."""
    kind = pl.col("indicator").str.extract(_NAME, 1).replace("tsunami", "earthquake").alias("kind")
    measure = pl.col("indicator").str.extract(_NAME, 2).alias("measure")
    return _tidy(frame.select(*_KEYS, kind, measure, "value"), STOPPED)


def _events(frame: pl.DataFrame) -> Tables:
    """From the publisher's table of events, each counted in the year it begins."""
    natural = frame.filter(pl.col("disaster group").str.to_lowercase() == "natural")
    kind = pl.col("disaster type").str.to_lowercase().str.replace_all(" ", "_").alias("kind")
    deaths, living = pl.col("total deaths"), pl.col("total affected")
    affected = pl.when(deaths.is_not_null() | living.is_not_null()).then(pl.sum_horizontal(deaths, living))
    named = natural.select(kind, iso3="iso", year="start year", affected=affected, deaths=deaths)
    return _tidy(named.unpivot(_MEASURES, index=[*_KEYS, "kind"], variable_name="measure"), {})


def _tidy(long: pl.DataFrame, stopped: Mapping[tuple[str, str], int]) -> Tables:
    """One row per state-year, from what each kind of disaster did there."""
    name = pl.format("disaster_{}_{}", "measure", "kind").alias("name")
    counted = long.filter(pl.col("kind").is_in(KINDS)).drop_nulls("value").with_columns(pl.col("iso3").replace(CODES), name)
    wide = counted.group_by(*_KEYS, "name").agg(pl.col("value").sum()).pivot("name", index=_KEYS, values="value")
    years = wide.select(pl.int_range(ZEROS_SINCE, pl.col("year").max() + 1, dtype=pl.Int32).alias("year"))
    every = wide.select("iso3").unique().join(years, how="cross")
    rows = wide.join(every, on=_KEYS, how="full", coalesce=True)
    filled = rows.select(*_KEYS, *[_filled(rows, *what, stopped) for what in product(_MEASURES, KINDS)])
    return {"disasters": filled.with_columns(_sum(measure) for measure in _MEASURES).sort(_KEYS)}


def _filled(rows: pl.DataFrame, measure: str, kind: str, stopped: Mapping[tuple[str, str], int]) -> pl.Expr:
    """The numbers of one kind, 0 where nothing is recorded in a year that is; null throughout if the file lacks the kind."""
    name = f"disaster_{measure}_{kind}"
    if name not in rows.columns:
        return pl.lit(None, pl.Int32).alias(name)
    whole = pl.col("year") >= ZEROS_SINCE
    if (kind, measure) in stopped:
        whole = whole & (pl.col("year") <= stopped[kind, measure])
    return pl.when(whole).then(pl.col(name).fill_null(0)).otherwise(name).cast(pl.Int32).alias(name)


def _sum(measure: str) -> pl.Expr:
    """The kinds that are summed; null where none of them is known."""
    kinds = [pl.col(f"disaster_{measure}_{kind}") for kind in SUMMED]
    known = pl.any_horizontal(kind.is_not_null() for kind in kinds)
    return pl.when(known).then(pl.sum_horizontal(kinds)).alias(f"disaster_{measure}")


FORMS = (
    Form(
        "the public table of events",
        ("disno.", "iso", "start year", "disaster group", "disaster type", "total deaths", "total affected"),
        ("iso", "start year"),
        _events,
        unique=False,
        text=("disno.", "iso", "disaster group", "disaster type"),
    ),
    Form(
        "Gapminder's sums",
        ("indicator", "iso3", "year", "value"),
        ("indicator", "iso3", "year"),
        _indicators,
        text=("indicator", "iso3"),
    ),
)
