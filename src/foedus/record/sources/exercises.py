"""Who trained for war with whom, 1980–2010: Multinational Military Exercises, version 7 (D'Orazio and Galambos).

`exercise_participants` has one row per exercise and state, with the exercise's days, as far as they are known, and what it
trained. `exercise_dyad_years` counts the exercises in which both states of a dyad took part and that began in the year.

Traps
-----
* The publisher's file has up to 39 participants in columns. troopdata's long version of it stops at 24, and merges three
  pairs of exercises that bear one number by mistake; only its codes for the names of states are read here. An exercise whose
  number is used twice is told apart by its year (mme3460-2005).
* 208 of 3,707 exercises name no participant ("-9", often "NATO"), others only some. A count is a lower bound.
* Some names are no states: NATO, the Baltic States, Hong Kong, Bermuda, the Netherlands Antilles, New Caledonia, and South
  Sudan before its independence. They drop out.
* An unknown day becomes the first day of the month at the start and the last at the end. Six ends before their start are
  null. Four exercises end in the next year; all count in the year in which they begin.
* Three times as many exercises are found in 2004 as in 1990; whether there were more, or more reports, cannot be told.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
from polars import selectors as cs

from foedus.record.cow import by_place
from foedus.record.spells import partial_date

NAMES = {
    "Antigua & Barbuda": 58,
    "Dominica": 54,
    "Grenada": 55,
    "Palau": 986,
    "Seychelles": 591,
    "St. Kitts & Nevis": 60,
    "st. christopher": 60,
    "St. Lucia": 56,
    "St. Vincent & Grenadines": 57,
    "São Tomé & Príncipe": 403,
    "Tonga": 972,
    "Vanuatu": 935,
    "Vietnam": 816,
    "Yemen": 678,
}
"""Gleditsch–Ward codes of names that the long version leaves without one, or (Vietnam) gives one of another state."""

NOBODY = "-9"
"""What the file says where it names no participant."""

SERBIA, YUGOSLAVIA, SINCE = 340, 345, 2006
"""Serbia is Yugoslavia before it parted from Montenegro."""

_KINDS = {
    "Air": "air",
    "Land": "land",
    "Sea": "sea",
    "CPX": "command_post",
    "Amphibious": "amphibious",
    "Warfighting": "warfighting",
    "Peacekeeping": "peacekeeping",
    "Humanitarian": "humanitarian",
}


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `exercise_participants` (exercise, gwcode) and `exercise_dyad_years` (gwcode1 < gwcode2, year)."""
    participants = _participants(_named(raw))
    return {"exercise_participants": participants, "exercise_dyad_years": _dyad_years(participants)}


def unplaced(raw: Path) -> dict[str, dict[str, int]]:
    """Return the participants that are no states, or none that the codes know, by their names."""
    places = _named(raw).filter(pl.col("code").is_null(), pl.col("country") != NOBODY)["country"]
    return {"exercise_participants": by_place(places)}


def _named(raw: Path) -> pl.DataFrame:
    """One row per exercise and participant that is named, with the code of the name."""
    folder = raw / "political/exercises"
    codes = pl.read_parquet(folder / "mme_v7_long.parquet", columns=["country", "gwcode"]).unique().drop_nulls()
    numbers = {**dict(codes.iter_rows()), **NAMES}
    exercises = pl.read_csv(folder / "mme_v7.csv", infer_schema_length=None)
    events = exercises.with_columns(
        cs.matches(r"^[se]\.day$").cast(pl.Int8, strict=False),
        pl.when(pl.col("MMEID").is_duplicated())
        .then(pl.format("{}-{}", "MMEID", "s.year"))
        .otherwise("MMEID")
        .alias("exercise"),
    ).with_columns(
        partial_date("s.year", "s.month", "s.day").alias("start"),
        partial_date("e.year", "e.month", "e.day", last=True).alias("end"),
    )
    year = pl.col("start").dt.year().cast(pl.Int16).alias("year")
    countries = pl.concat_list(cs.starts_with("State")).alias("country")
    named = events.select("exercise", year, "start", "end", *_KINDS, countries).explode("country", empty_as_null=True)
    code = pl.col("country").replace_strict(numbers, default=None, return_dtype=pl.Int16)
    return named.drop_nulls("country").with_columns(code=code)


def _participants(named: pl.DataFrame) -> pl.DataFrame:
    early_serbia = (pl.col("code") == SERBIA) & (pl.col("year") < SINCE)
    return (
        named.select(
            "exercise",
            pl.when(early_serbia).then(YUGOSLAVIA).otherwise("code").cast(pl.Int16).alias("gwcode"),
            "year",
            "start",
            pl.when(pl.col("end") >= pl.col("start")).then("end").alias("end"),
            *[pl.col(old).cast(pl.Boolean).alias(new) for old, new in _KINDS.items()],
        )
        .drop_nulls("gwcode")
        .unique()
        .sort("gwcode", "year", "start", "exercise")
    )


def _dyad_years(participants: pl.DataFrame) -> pl.DataFrame:
    states = participants.select("exercise", "gwcode", "year")
    both = states.join(states, on=["exercise", "year"], suffix="_2").filter(pl.col("gwcode") < pl.col("gwcode_2"))
    key = [pl.col("gwcode").alias("gwcode1"), pl.col("gwcode_2").alias("gwcode2"), "year"]
    return both.group_by(key).agg(joint_exercises=pl.len().cast(pl.Int16)).sort("gwcode1", "gwcode2", "year")
