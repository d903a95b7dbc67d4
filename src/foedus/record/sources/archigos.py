"""Who led each state and how they came and went, 1875–2015: Archigos 4.1 (Goemans, Gleditsch and Chiozza).

`leaders` has one row per spell in office of an effective leader, with the source's own id (`leader`, such as USA-1869), the
Gleditsch–Ward code, first and last day, and how the leader entered and left. `leader_years` has one row per state and year:
how many leaders it had, how many left, whether one left irregularly, and who held office on 31 December.

Traps
-----
* A leader still in office when the data close has no `end`; `known_until` is the last day the source looked at: 31 December
  2015, and 2014 in Haiti, Macedonia and Latvia. In CENSORED is a king filed as dead on that day who reigned on.
* The list begins with leaders of 1875 and gives these from their first day, as far back as 1840. Before 1875 it holds only
  those who lasted (24 states in 1870, 56 in 1875), so `leader_years` begins in 1875.
* `irregular_leader_exit` is removal against the rules, from within or with foreign help (coup, revolt, assassination). Removal
  by another state is "foreign" and not counted, nor are death, illness or unknown reasons.
* A leader who returns within the year is one leader with two spells: `leaders_in_year` counts persons, and
  `leader_changes` counts departures, whoever follows.
* peacesciencer's yearly table of the same data agrees on leaders and on who holds office on 31 December. It sees a change
  only where two persons held office in the year; 187 state-years have a departure that nobody follows in that year. It calls
  a year with a change irregular if any of its leaders ever leaves irregularly, so that the end of a successor in 1955 marks
  the year of his entry, 1946 (206 state-years), and misses 8 irregular departures without a successor.
* On a day of change both hold office; on 31 December the successor counts. In 53 state-years nobody does: the state ends or is
  occupied in the year, or office is vacant.
* The microstates, Bulgaria before 1887 and Montenegro after 2006 are not in it. 300-odd state-years are of states outside the
  Gleditsch–Ward list (Tibet before 1913, Bhutan before 1949).
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

FIRST_YEAR, LAST_YEAR = 1875, 2015
"""Years for which the list is of all leaders."""

CENSORED = ("SAU-2015",)
"""Salman of Saudi Arabia is filed as having died on 31 December 2015, the last day of the data; he was king long after."""

STILL_IN_OFFICE = "Still in Office"

_COLUMNS = {
    "obsid": "leader",
    "gwcode": "gwcode",
    "leader": "name",
    "startdate": "start",
    "enddate": "known_until",
    "yrborn": "birth_year",
    "gender": "woman",
    "entry": "entry",
    "exit": "exit",
    "exitcode": "exit_detail",
}
_TERM = ["gwcode", "start", "known_until"]


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `leaders` (one row a spell in office) and `leader_years` (gwcode, year)."""
    file = pl.read_csv(raw / "political/leaders/archigos.csv", try_parse_dates=True)
    spells = file.select(_COLUMNS.keys()).rename(_COLUMNS)
    in_office = (pl.col("exit") == STILL_IN_OFFICE) | pl.col("leader").is_in(CENSORED)
    leaders = spells.select(
        "leader",
        pl.col("gwcode").cast(pl.Int16),
        "name",
        "start",
        pl.when(~in_office).then("known_until").alias("end"),
        "known_until",
        pl.col("birth_year").cast(pl.Int16),
        pl.col("woman") == "F",
        pl.col("entry").str.to_lowercase(),
        *[pl.when(~in_office).then(pl.col(name).str.to_lowercase()).alias(name) for name in ("exit", "exit_detail")],
    ).sort(_TERM)
    return {"leaders": leaders, "leader_years": _years(leaders)}


def _years(leaders: pl.DataFrame) -> pl.DataFrame:
    """One row per state and year with a leader on any of its days."""
    year, last_day = pl.col("year"), pl.date(pl.col("year"), 12, 31)
    left = (pl.col("end").dt.year() == year).fill_null(False)
    on_last_day = pl.col("known_until") >= last_day
    return (
        leaders.with_columns(year=pl.int_ranges(pl.col("start").dt.year(), pl.col("known_until").dt.year() + 1, dtype=pl.Int16))
        .explode("year", empty_as_null=True)
        .filter(year.is_between(FIRST_YEAR, LAST_YEAR))
        .sort("year", *_TERM)
        .group_by("gwcode", "year", maintain_order=True)
        .agg(
            leaders_in_year=pl.col("name").n_unique().cast(pl.Int8),
            leader_changes=left.sum().cast(pl.Int8),
            irregular_leader_exit=(left & (pl.col("exit") == "irregular")).any(),
            leader=pl.col("leader").filter(on_last_day).last(),
            leader_name=pl.col("name").filter(on_last_day).last(),
        )
        .sort("gwcode", "year")
    )
