"""How often disasters drove people from home within their country, from 2008 on: IDMC, Global Internal Displacement Database.

Read from the user's own file; it never ships. `disaster_displacements` has one row per state-year: movements caused by
disasters of every kind, and by those of the weather (floods, storms, wildfires, droughts, wet landslides) alone.

Traps
-----
* Movements are counted, not people: who flees twice in a year counts twice. Evacuations before a storm count too.
* The publisher's file has one row per event. Its rounded figure is the one that IDMC publishes and that is added up here, not
  the column marked "Raw". Events of one name and day in several places are several rows, and are all counted.
* foedus was tested with the file to 2022; a later one is read alike.
* Small events are found ever more: the file has 120 to 700 rows a year to 2016, over 1,200 from 2018. The world's total does
  not rise with them.
* A state-year without a row is one in which IDMC records no event; whether there was none is not known.
"""

from __future__ import annotations

import polars as pl

from foedus.record.publisher import Form, Tables

WEATHER = "weather related"

_MOVEMENTS, _CATEGORY = "disaster internal displacements", "hazard category"


def _tidy(frame: pl.DataFrame) -> Tables:
    moved = pl.col(_MOVEMENTS)
    weather = moved.filter(pl.col(_CATEGORY).str.to_lowercase() == WEATHER)
    counts = {"disaster_displacements": moved.sum(), "disaster_displacements_weather": weather.sum()}
    sums = frame.drop_nulls(_MOVEMENTS).group_by("iso3", "year").agg(**counts)
    return {"disaster_displacements": sums.with_columns(pl.col(counts.keys()).cast(pl.Int32)).sort("iso3", "year")}


FORMS = (
    Form(
        "the table of disaster events",
        ("iso3", "year", _MOVEMENTS, _CATEGORY),
        ("iso3", "year"),
        _tidy,
        unique=False,
        text=("iso3", _CATEGORY),
    ),
)
"""Hazard categories are weather related, geophysical and, in four events, unknown."""
