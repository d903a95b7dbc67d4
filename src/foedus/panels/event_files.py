"""Files of events as their sources write them, UCDP's georeferenced events (GED) and ACLED's: each row is checked.

What a source promises of its columns is held to: every row has a number of its own, a day, a kind and a precision that the
source knows, and deaths that are numbers. What is not so is one message, with how many rows, the first of them, and what to do.
Where the two sources lay traps that no check finds, `events.py` says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from foedus.errors import InputError, nearest


@dataclass(frozen=True)
class Layout:
    """How a source writes its events.

    Attributes
    ----------
    name : what it is called. id, day, until : columns. needed : others that it must have. deaths : its column → ours.
    where : the column of the state. code : what that holds ("gw", "name"). kind : the column that `kinds` chooses from, and
    kinds : their names. levels : column → the whole numbers that it may hold. sides : columns of who fought, by the names they
    have had.
    """

    name: str
    id: str
    day: str
    until: str
    deaths: Mapping[str, str]
    where: str
    code: str
    kind: str
    sides: tuple[tuple[str, ...], tuple[str, ...]]
    needed: tuple[str, ...] = ()
    kinds: Mapping[str, int] = field(default_factory=dict)
    levels: Mapping[str, Mapping[int, str]] = field(default_factory=dict)


GED = Layout(
    name="GED",
    id="id",
    day="date_start",
    until="date_end",
    deaths={"best": "deaths_best", "low": "deaths_low", "high": "deaths_high"},
    where="country_id",
    code="gw",
    kind="type_of_violence",
    sides=(("gwnoa", "gwno_a"), ("gwnob", "gwno_b")),
    kinds={"state-based": 1, "non-state": 2, "one-sided": 3},
    levels={"type_of_violence": {1: "state-based", 2: "non-state", 3: "one-sided"}},
)
ACLED = Layout(
    name="ACLED",
    id="event_id_cnty",
    day="event_date",
    until="event_date",
    deaths={"fatalities": "fatalities"},
    where="country",
    code="name",
    kind="event_type",
    sides=(("actor1",), ("actor2",)),
    needed=("time_precision",),
    levels={"time_precision": {1: "the day", 2: "the week", 3: "the month"}},
)


def layout_of(frame: pl.DataFrame) -> Layout:
    """Return whose file it is, told from its columns; raises InputError if it is neither's, or lacks some."""
    found = next((each for each in (GED, ACLED) if each.id in frame.columns and each.day in frame.columns), None)
    if found is None:
        raise InputError(
            "these are events of neither source: GED's files have id and date_start, ACLED's event_id_cnty and event_date. "
            "Give the file with its own columns."
        )
    needed = (found.until, *found.deaths, found.where, found.kind, *found.needed)
    if lacking := [name for name in needed if name not in frame.columns]:
        raise InputError(f"the file of {found.name} lacks {', '.join(lacking)}: give it with its own columns.")
    return found


def checked(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Return the rows with start and end (days), year, themselves as one of `events`, and their deaths by our names.

    `over` says whether an event ends in another year than it begins; `end` is then the last day of its first.

    Raises InputError for a row without a number, for two of one, for days that cannot be read or run backwards, for a level
    that the source does not have, and for deaths that are no number, below zero, or with a best estimate outside low and high.
    """
    _check_numbers(frame, layout)
    about = {"source": layout.name, "number": layout.id}
    levels = {name: pl.col(name).cast(pl.Int64, strict=False) for name in layout.levels}
    for name, known in layout.levels.items():
        wrong = ~frame.select(levels[name].is_in([*known]).fill_null(False)).to_series()
        meant = ", ".join(f"{level} ({text})" for level, text in known.items())
        refuse(frame, wrong, name, f"{name} is none of {meant}", **about)
    days = frame.select(start=_day(frame, layout.day), end=_day(frame, layout.until))
    for end, name in {"end": layout.until, "start": layout.day}.items():
        how = "write days as 2003-04-29 or 29 April 2003"
        refuse(frame, days[end].is_null(), name, f"{name} is no day", how, **about)
    if (wrong := days["start"] > days["end"]).any():
        at = int(wrong.arg_max() or 0)
        raise InputError(
            f"{layout.id} {frame[layout.id][at]} of {layout.name} begins on {days['start'][at]} and ends on {days['end'][at]}: "
            "mend it, or leave the row out."
        )
    numbers = frame.select(pl.col(name).cast(pl.Float64, strict=False) for name in layout.deaths)
    for name in layout.deaths:
        wrong = ~(numbers[name].is_finite() & (numbers[name] >= 0)).fill_null(False)
        refuse(frame, wrong, name, f"{name} is no number of deaths", **about)
    if layout is GED:
        wrong = (numbers["low"] > numbers["best"]) | (numbers["best"] > numbers["high"])
        refuse(frame, wrong, "best", "the best estimate of deaths lies outside low and high", **about)
    year = pl.col("start").dt.year()
    return (
        frame.with_columns(**levels)
        .hstack(days)
        .with_columns(
            year=year.cast(pl.Int16),
            events=pl.lit(1, pl.Int64),
            over=pl.col("end").dt.year() > year,
            end=pl.min_horizontal("end", pl.date(year, 12, 31)),
            **{ours: numbers[theirs] for theirs, ours in layout.deaths.items()},
        )
    )


def of_kinds(rows: pl.DataFrame, layout: Layout, kinds: Sequence[str]) -> pl.DataFrame:
    """Return the rows of the kinds asked for; raises InputError for one that there is not."""
    if not kinds:
        return rows
    named = [kinds] if isinstance(kinds, str) else [*kinds]
    there = [*layout.kinds] or rows[layout.kind].drop_nulls().unique().sort().to_list()
    if strange := [name for name in named if name not in there]:
        close = nearest(str(strange[0]), there)
        raise InputError(f"{layout.name} has no events of the kind {strange[0]!r}.{close} There are: {', '.join(there)}.")
    return rows.filter(pl.col(layout.kind).is_in([layout.kinds.get(name, name) for name in named]))


def _check_numbers(frame: pl.DataFrame, layout: Layout) -> None:
    """Raise InputError for rows without a number of their own."""
    number = frame[layout.id]
    if without := number.null_count():
        at = int(number.is_null().arg_max() or 0) + 1
        raise InputError(
            f"no {layout.id} stands in {_rows(without, layout.name)} (first: row {at}), so that nobody can tell whether one is "
            "there twice: give each the number that its source gives it, or leave it out."
        )
    if (twice := number.is_duplicated()).any():
        raise InputError(
            f"{twice.sum():,} rows of {layout.name} share their {layout.id} (first: {number.filter(twice)[0]}): each would "
            "count more than once. Keep one row for each (of ACLED: one for each event, not for each actor)."
        )


def refuse(
    frame: pl.DataFrame,
    wrong: pl.Series,
    column: str,
    what: str,
    how: str = "mend them, or leave them out",
    *,
    source: str,
    number: str,
) -> None:
    """Raise InputError where some rows are wrong: how many, the first of them with its value, and what to do.

    wrong : which rows are, (row,). column : the one that is. number : the column that says which row is meant.

    >>> rows = pl.DataFrame({"id": [7, 8], "kind": [1, 9]})
    >>> refuse(rows, rows["kind"] > 3, "kind", "kind is none of 1, 2, 3", source="the file", number="id")
    Traceback (most recent call last):
    foedus.errors.InputError: kind is none of 1, 2, 3 in 1 row of the file (first: id 8, with 9): mend them, or leave them out.
    """
    if not (count := int(wrong.sum())):
        return
    first: dict[str, Any] = frame.filter(wrong).row(0, named=True)
    rows = f"{_rows(count, source)} (first: {number} {first[number]}, with {first[column]!r})"
    raise InputError(f"{what} in {rows}: {how}.")


def _rows(count: int, source: str) -> str:
    return f"{count:,} row{'s' * (count > 1)} of {source}"


def _day(frame: pl.DataFrame, column: str) -> pl.Expr:
    """A column of days, written 2003-04-29 (with a time of day or not) or 29 April 2003."""
    if frame.schema[column].is_temporal():
        return pl.col(column).cast(pl.Date)
    text = pl.col(column).cast(pl.String).str.strip_chars()
    return pl.coalesce(text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False), text.str.to_date("%d %B %Y", strict=False))
