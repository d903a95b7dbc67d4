"""What no row of a publisher's file can say, told with the numbers of the rows: days that there are not, ends before starts.

Also numbers that no state has had, rows that stand twice, and rows of a directed list whose other direction is missing. A part
of a day that is null or 0 is not known; what is known has to be possible. Rows are counted from 1, the first below the header,
without empty ones.
"""

from __future__ import annotations

from calendar import month_name, monthrange
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from foedus.words import counted

MOST_ROWS_TOLD = 8
"""Rows that a message names of one fault; of more it says how many."""

_ROW = "row"


@dataclass(frozen=True)
class Day:
    """The columns in which a day stands; "" for a part that the file does not have.

    >>> Day("styear", "stmon").columns
    ('styear', 'stmon')
    """

    year: str = ""
    month: str = ""
    day: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that there are."""
        return tuple(name for name in (self.year, self.month, self.day) if name)


Spell = tuple[Day, Day]
"""First and last day."""


def impossible_days(frame: pl.DataFrame, spells: Sequence[Spell], codes: Collection[int] = ()) -> Iterator[str]:
    """Yield a sentence about days that there are not, and one about spells that end before they begin.

    codes : numbers in the columns of days that say something else, such as "goes on".

    >>> rows = pl.DataFrame({"y": [1990, 1991], "m": [2, 1], "d": [31, 1], "until": [1992, 1981]})
    >>> for sentence in impossible_days(rows, [(Day("y", "m", "d"), Day("until"))]):
    ...     print(sentence)
    1 row has a day that there is not (row 1: 31 February 1990)
    1 row ends before it begins (row 2: 1 January 1991 to 1981)
    """
    there = [(_there(first, frame), _there(last, frame)) for first, last in spells]
    columns = [name for spell in there for day in spell for name in day.columns]
    unknown = [0.0, *(float(code) for code in codes)]
    told = frame.select(pl.col(name).cast(pl.Float64).replace(unknown, None) for name in dict.fromkeys(columns))
    odd: dict[int, str] = {}
    reversed_: dict[int, str] = {}
    for first, last in there:
        for number, row in enumerate(told.select(_either(told, first, last)).iter_rows(named=True), 1):
            begun, ended = _parts(row, first), _parts(row, last)
            impossible = [parts for parts in (begun, ended) if not _possible(*parts)]
            if impossible:
                odd.setdefault(number, _written(*impossible[0]))
            elif _before(ended, begun):
                reversed_.setdefault(number, f"{_written(*begun)} to {_written(*ended)}")
    if odd:
        yield f"{_count(odd, 'has', 'have')} a day that there is not ({_listed(odd)})"
    if reversed_:
        yield f"{_count(reversed_, 'ends before it begins', 'end before they begin')} ({_listed(reversed_)})"


def unknown_states(frame: pl.DataFrame, columns: Sequence[str], numbers: Collection[int]) -> Iterator[str]:
    """Yield a sentence for each column with numbers that no state has had.

    >>> list(unknown_states(pl.DataFrame({"ccode1": [2, 9999]}), ["ccode1"], {2, 20}))
    ['column ccode1 has a number that no state has had in 1 row (row 2: 9999)']
    """
    known = [float(number) for number in numbers]
    for name in columns:
        wrong = frame.select(pl.col(name).cast(pl.Float64)).with_row_index(_ROW, 1).filter(~pl.col(name).is_in(known))
        if found := {row: f"{number:g}" for row, number in wrong.iter_rows()}:
            yield f"column {name} has a number that no state has had in {counted(len(found), 'row')} ({_listed(found)})"


def doubled_rows(frame: pl.DataFrame) -> Iterator[str]:
    """Yield a sentence about rows that are as an earlier one in every column.

    >>> list(doubled_rows(pl.DataFrame({"ccode": [2, 20, 2]})))
    ['1 row stands in the file twice (row 3: as row 1)']
    """
    numbered = frame.with_row_index(_ROW, 1)
    again = numbered.with_columns(_first=pl.col(_ROW).min().over(frame.columns)).filter(pl.col(_ROW) != pl.col("_first"))
    if found := {row: f"as row {first}" for row, first in again.select(_ROW, "_first").iter_rows()}:
        yield f"{_count(found, 'stands', 'stand')} in the file twice ({_listed(found)})"


def lone_directions(frame: pl.DataFrame, sides: tuple[str, str], others: Sequence[str]) -> Iterator[str]:
    """Yield a sentence about rows of a list in both directions that lack the row of the other direction.

    A list in which at least half of the rows have that row is one of both directions; any other has each pair once.
    sides : the columns of the two states. others : columns that both rows have alike.

    >>> rows = pl.DataFrame({"pact": [1, 1, 2], "a": [2, 20, 2], "b": [20, 2, 900]})
    >>> list(lone_directions(rows, ("a", "b"), ["pact"]))
    ['1 row lacks the row of the other direction (row 3: from 900 to 2, pact 2)']
    """
    one, two = sides
    numbered = frame.select(one, two, *others).with_row_index(_ROW, 1)
    turned = numbered.select(pl.col(one).alias(two), pl.col(two).alias(one), *others)
    lone = numbered.join(turned, on=[one, two, *others], how="anti", nulls_equal=True)
    if not 0 < lone.height <= frame.height / 2:
        return
    named = others[0]
    found = {
        row[_ROW]: f"from {row[two]:g} to {row[one]:g}, {named} {row[named]:g}" for row in lone.sort(_ROW).iter_rows(named=True)
    }
    yield f"{_count(found, 'lacks', 'lack')} the row of the other direction ({_listed(found)})"


_Parts = tuple[int | None, int | None, int | None]


def _there(day: Day, frame: pl.DataFrame) -> Day:
    return Day(*(name if name in frame.columns else "" for name in (day.year, day.month, day.day)))


def _either(told: pl.DataFrame, first: Day, last: Day) -> list[str]:
    return [name for name in told.columns if name in (*first.columns, *last.columns)]


def _parts(row: dict[str, float | None], day: Day) -> _Parts:
    year, month, number = (row[name] if name else None for name in (day.year, day.month, day.day))
    return _whole(year), _whole(month), _whole(number)


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)


def _possible(year: int | None, month: int | None, day: int | None) -> bool:
    if year is not None and not 1 <= year <= 9999:
        return False
    if month is not None and not 1 <= month <= 12:
        return False
    return day is None or 1 <= day <= (31 if month is None else monthrange(2000 if year is None else year, month)[1])


def _before(end: _Parts, start: _Parts) -> bool:
    """Say whether the last day that an end can be lies before the first that a start can be."""
    (year, month, day), (since, since_month, since_day) = end, start
    if year is None or since is None:
        return False
    latest = (year, month or 12, (day or 31) if month else 31)
    return latest < (since, since_month or 1, (since_day or 1) if since_month else 1)


def _written(year: int | None, month: int | None, day: int | None) -> str:
    """Write a day as far as it is known.

    >>> _written(1990, 2, 31), _written(1990, 13, 1), _written(1990, None, None), _written(None, 4, None)
    ('31 February 1990', 'day 1 of month 13 of 1990', '1990', 'April')
    """
    if month is not None and 1 <= month <= 12:
        return " ".join(str(part) for part in (day, month_name[month], year) if part is not None)
    parts = [f"day {day}" if day is not None else "", f"month {month}" if month is not None else "", str(year or "")]
    return " of ".join(part for part in parts if part)


def _count(found: dict[int, str], one: str, many: str) -> str:
    return f"{counted(len(found), 'row')} {one if len(found) == 1 else many}"


def _listed(found: dict[int, str]) -> str:
    told = "; ".join(f"row {row}: {what}" for row, what in sorted(found.items())[:MOST_ROWS_TOLD])
    rest = len(found) - MOST_ROWS_TOLD
    return f"{told}; and {rest:,} more" if rest > 0 else told
