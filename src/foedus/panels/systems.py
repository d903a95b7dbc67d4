"""The two state systems a panel may be keyed by: Correlates of War (COW) and Gleditsch–Ward (GW).

They agree on most states and differ on codes (united Germany is 255 and 260), on dates (Canada from 1920 or 1867) and on
members. Every table of the record names states by COW numbers, by GW numbers, or by both. `keyed` gives a table in the numbers
of the system asked for:

* as it is, where it has them;
* as its twin <table>_gw, where the publisher gives the series under both;
* translated by the year otherwise. In the year in which one state took another's number (Germany and Yemen in 1990) the values
  are those of the state that went on; of tables of events, which may have many rows a unit-year, both states' rows stay.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from foedus.record.spells import runs
from foedus.record.store import Record

States = frozenset[int] | None


@dataclass(frozen=True)
class System:
    """One list of states. `key` is its code's column, `members` the record's table of its state-years."""

    name: str
    title: str
    key: str
    members: str

    @property
    def other(self) -> System:
        """The other list."""
        return GW if self is COW else COW


COW = System("cow", "Correlates of War", "ccode", "state_years")
GW = System("gw", "Gleditsch–Ward", "gwcode", "gw_state_years")
SUCCESSORS = {260: (255, 1990), 678: (679, 1990)}
"""COW gives united Germany and united Yemen numbers of their own; what binds the one bound the other before. Both in 1990."""

SYSTEMS = {system.name: system for system in (COW, GW)}


def keyed(record: Record, table: str, system: System, *, events: bool = False) -> pl.DataFrame:
    """Return a table with the states named by the system's codes, in the columns <key>, or <key>1 and <key>2."""
    twin = f"{table}_{system.name}"
    return recoded(record, record.table(twin if twin in record.tables else table), system, events=events)


def recoded(record: Record, frame: pl.DataFrame, system: System, *, events: bool = False) -> pl.DataFrame:
    """Return rows keyed by year, or by a spell of years, with the states named by the system's codes; see `keyed`."""
    columns, others = columns_of(frame, system.key), columns_of(frame, system.other.key)
    if columns:
        return frame.drop_nulls(columns).drop(others)
    for column in others:
        frame = _translated(frame, column, system, crosswalk(record, system, events=events))
    return frame


def columns_of(frame: pl.DataFrame, key: str) -> list[str]:
    """Return the columns in which the frame names states by this code."""
    return [name for name in (key, f"{key}1", f"{key}2") if name in frame.columns]


def crosswalk(record: Record, system: System, *, events: bool = False) -> pl.DataFrame:
    """Return from when to when a COW and a GW code meant the same state: ccode, gwcode, first_year, last_year.

    Both codes of a state that was renumbered in a year stand for it in that year; but not, unless of `events`, two COW codes
    for one of GW: then the one that goes on.
    """
    table = GW.members if system is GW and not events else COW.members

    def made() -> pl.DataFrame:
        return runs(record.table(table).select("ccode", "gwcode", "year").drop_nulls(), ["ccode", "gwcode"])

    return record.derived(f"crosswalk {table}", made)


def _translated(frame: pl.DataFrame, column: str, system: System, known: pl.DataFrame) -> pl.DataFrame:
    """The frame with one column of codes translated; rows whose state is no member of the system in their years drop out."""
    target = system.key + column.removeprefix(system.other.key)
    named = known.rename({system.other.key: column, system.key: target, "first_year": "_first", "last_year": "_last"})
    joined = frame.join(named, on=column, how="inner", maintain_order="left")
    if "year" in frame.columns:
        kept = joined.filter(pl.col("year").is_between(pl.col("_first"), pl.col("_last")))
    elif "first_year" in frame.columns:
        end = pl.col("last_year").fill_null(pl.col("_last"))
        clipped = joined.with_columns(
            first_year=pl.max_horizontal("first_year", "_first"), last_year=pl.min_horizontal(end, "_last")
        )
        kept = clipped.filter(pl.col("first_year") <= pl.col("last_year"))
    else:
        raise ValueError("a table without years cannot be translated")
    order = [target if name == column else name for name in frame.columns]
    return kept.select(order)
