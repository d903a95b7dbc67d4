"""Militarized interstate confrontations, 1816–2014: who with whom, how hard, since when, put together from their events.

Read from the user's own file; it never ships. The publisher's table (Militarized Interstate Events) has one row per event, an
act of one state against another, and says to which confrontation it belongs. `mic_dispute_dyad_years` has the columns of
`dispute_dyad_years`, the same table from the older list of Gibler, Miller and Little (`sources/gml.py`), of which this one is
the successor: one row per directed dyad, confrontation and year.

Two states are in a confrontation with each other from the year of the first event between them to the year of the last one.
What belongs to the confrontation (hostility, fatality, length, months) rests on all its events, what belongs to a state on
its own acts and deaths in all of them.

Traps
-----
* Allies who acted against the same enemy and never against each other are in no row together; nor are two states on opposite
  sides between whom there was no event. GML's dispute pairs all states on opposite sides.
* Acts against ships, fishing boats or rebels that became a dispute by a government's protest alone are not in this file: the
  producers keep them apart. So the four seizures of fishing boats that the older list has between the United States and
  Canada, 1979–97, are gone, and the two have no event at all.
* Deaths are given at least and at most. The level of a fatality is that of the least; it is unknown where the least is none and
  the most is some. `deaths1`, `deaths2`, `deaths` are there where both are one number.
* Deaths are of events between two states. A battle against several opponents has an event with each, so that the sum over a
  large war may count some deaths more than once: 13.3 million at least for the Second World War.
* A state of which there is no act has hostility 1 and action 0, as in the older list. Actions have the numbers of the older
  list but for 22, a battle of a war. A confrontation is at the level of war (5) by such a battle, whatever the deaths.
* Where the day is missing (-9), the event began at the earliest on the first of the month, at the latest on its last day.
  `originator` is a state with an event on the earliest day.
* States may change sides; the side is that of the first event between the two.
* Who wanted change, outcome and settlement are not told: unknown. So is whether a confrontation went on after 2014.
* The data end in 2014: a later year without rows is unknown, not peaceful.
"""

from __future__ import annotations

import polars as pl

from foedus.errors import InputError
from foedus.record.dispute_lists import KEYS, OF_DISPUTE, OF_STATE, ONGOING, sided, typed
from foedus.record.publisher import Form, Tables
from foedus.record.row_faults import Day

LAST_YEAR = 2014
DYAD_YEARS = "mic_dispute_dyad_years"
LEVELS = (0, 25, 100, 250, 500, 999)
"""The most deaths of each level of fatality below the highest."""

_DEATHS = ("fatalmin1", "fatalmax1", "fatalmin2", "fatalmax2")
_COLUMNS = (
    *("micnum", "eventnum", "ccode1", "ccode2", "styear", "stmon", "stday", "endyear", "endmon", "endday"),
    *("sidea1", "action", "hostlev", *_DEATHS),
)


def _dyad_years(frame: pl.DataFrame) -> Tables:
    """From events: the years of each dyad in each confrontation, in both directions."""
    _check(frame)
    events = _dated(frame)
    acts = pl.concat([_seen_from(events, "1", "2"), _seen_from(events, "2", "1")])
    of_state = _of_states(acts)
    dyads = acts.sort("begun", "event").group_by("dispute", "ccode1", "ccode2", maintain_order=True)
    spans = dyads.agg(pl.col("side_a").first(), first=pl.col("first_year").min(), last=pl.col("last_year").max())
    years = pl.int_ranges("first", pl.col("last") + 1, dtype=pl.Int32).alias("year")
    rows = spans.with_columns(years).explode("year", empty_as_null=True)
    nothing = [pl.lit(None, pl.Int16).alias(name) for name in ("revisionist1", "revisionist2")]
    named = rows.with_columns(*nothing, onset=pl.col("year") == pl.col("first"), side_a1="side_a", side_a2=~pl.col("side_a"))
    for side in "12":
        told = of_state.rename({name: f"{name}{side}" for name in of_state.columns if name != "dispute"})
        named = named.join(told, on=["dispute", f"ccode{side}"], how="left", maintain_order="left")
    whole = named.join(_of_confrontations(events), on="dispute", how="left", maintain_order="left")
    wanted = (*KEYS, "onset", *sided(OF_STATE).values(), *OF_DISPUTE.values(), ONGOING)
    return {DYAD_YEARS: whole.select(map(typed, wanted)).sort(KEYS)}


def _check(frame: pl.DataFrame) -> None:
    if (last := frame["endyear"].max()) != LAST_YEAR:
        raise InputError(f"the events end in {last!s}, not in {LAST_YEAR}: this is another release, or a part of one")
    needed = ("stmon", "endmon", "sidea1", "action", "hostlev", *_DEATHS)
    if lacking := [name for name in needed if frame[name].null_count()]:
        raise InputError(f"{', '.join(lacking)}: some are missing, and in the release that foedus knows none is")


def _dated(frame: pl.DataFrame) -> pl.DataFrame:
    """The events with the earliest and latest days on which each began and ended."""
    whole = frame.select(pl.col(_COLUMNS).cast(pl.Int64)).rename({"micnum": "dispute", "eventnum": "event"})

    def days(mark: str) -> tuple[pl.Expr, pl.Expr]:
        first = pl.date(f"{mark}year", f"{mark}mon", 1)
        known = pl.date(f"{mark}year", f"{mark}mon", f"{mark}day")
        return pl.coalesce(known, first), pl.coalesce(known, first.dt.month_end())

    (begun, begun_late), (ended_early, ended) = days("st"), days("end")
    return whole.with_columns(begun=begun, begun_late=begun_late, ended_early=ended_early, ended=ended)


def _seen_from(events: pl.DataFrame, own: str, other: str) -> pl.DataFrame:
    """The events as one of their two states sees them; what it did is null where the other acted."""
    acted = own == "1"
    return events.select(
        "dispute",
        "event",
        ccode1=f"ccode{own}",
        ccode2=f"ccode{other}",
        side_a=(pl.col("sidea1") == 1) == acted,
        hostility=pl.col("hostlev") if acted else pl.lit(None, pl.Int64),
        action=pl.col("action") if acted else pl.lit(None, pl.Int64),
        least=f"fatalmin{own}",
        most=f"fatalmax{own}",
        begun="begun",
        first_year="styear",
        last_year="endyear",
    )


def _of_states(acts: pl.DataFrame) -> pl.DataFrame:
    """Per confrontation and state: its own hostility, action and deaths, and whether it was there on the first day."""
    first = pl.col("begun").min().over("dispute").alias("first_day")
    states = acts.with_columns(first).group_by("dispute", ccode="ccode1", maintain_order=True)
    least, most = pl.col("least").sum(), pl.col("most").sum()
    return states.agg(
        originator=(pl.col("begun") == pl.col("first_day")).any(),
        hostility=pl.col("hostility").max().fill_null(1),
        highest_action=pl.col("action").max().fill_null(0),
        fatality=_level(least, most),
        deaths=pl.when(least == most).then(least),
    )


def _of_confrontations(events: pl.DataFrame) -> pl.DataFrame:
    """Per confrontation, what rests on all its events."""
    least, most = (pl.col(f"fatal{end}1") + pl.col(f"fatal{end}2") for end in ("min", "max"))
    shortest = (pl.col("ended_early").max() - pl.col("begun_late").min()).dt.total_days() + 1
    nothing = {name: pl.lit(None, pl.Int16) for name in ("outcome", "settlement", ONGOING)}
    return events.group_by("dispute", maintain_order=True).agg(
        hostility=pl.col("hostlev").max(),
        fatality=_level(least.sum(), most.sum()),
        deaths=pl.when(least.sum() == most.sum()).then(least.sum()),
        reciprocated=(pl.col("sidea1") == 0).any(),
        shortest_days=shortest.clip(lower_bound=1),
        longest_days=(pl.col("ended").max() - pl.col("begun").min()).dt.total_days() + 1,
        start_month=pl.col("begun").min().dt.month(),
        end_month=pl.col("ended").max().dt.month(),
        **nothing,
    )


def _level(least: pl.Expr, most: pl.Expr) -> pl.Expr:
    """The level of the least deaths; unknown where it is not known whether there were any."""
    level = pl.sum_horizontal((least > bound).cast(pl.Int16) for bound in LEVELS)
    return pl.when((least > 0) | (most == 0)).then(level)


FORMS = (
    Form(
        "the table of events (MIE)",
        _COLUMNS,
        ("micnum", "eventnum", "ccode1", "ccode2", "styear", "endyear"),
        _dyad_years,
        states=("ccode1", "ccode2"),
        spells=((Day("styear", "stmon", "stday"), Day("endyear", "endmon", "endday")),),
    ),
)
