"""Rules that the rows of a table keep: each is the only one of its key, and lies within the years of its source.

The catalog says what identifies a row (`keys`), in the words of the command line: `ccode1-ccode2` are the two states of a dyad
in either order, so that USA–CAN and CAN–USA are one; `first_year:last_year` is a span, and no two spans of the same unit may
share a year (or a day). A row of another year than those for which its source speaks is a fault of the file or of the entry;
one that belongs there all the same is named in the entry (`outside`), and it is a fault as well if it is there no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from foedus.errors import shown
from foedus.record.source import Source

DYAD, SPAN = "-", ":"

WHEN = (("year",), ("first_year", "last_year"), ("start_year", "end_year"), ("start", "end"), ("date",), ("signed",))
"""Columns that say when a row is of, the first of these that a table has; a missing end is not over."""

FOREVER = 9999


def faults(source: Source, name: str, frame: pl.DataFrame) -> Iterator[str]:
    """Return a sentence for each way in which a table of a source breaks the rules, with the first of the rows."""
    where = f"{source.id}, table {name}"
    key = source.keys.get(name, [])
    if lacking := [column for part in key for column in columns_of(part) if column not in frame.columns]:
        yield f"{where}: the catalog's key names {', '.join(lacking)}, which the reader does not give"
        return
    yield from (f"{where}: {fault}" for fault in key_faults(frame, key))
    yield from (f"{where}: {fault}" for fault in year_faults(frame, source, name))


def columns_of(part: str) -> list[str]:
    """Return the columns that a part of a key names.

    >>> columns_of("ccode1-ccode2"), columns_of("year")
    (['ccode1', 'ccode2'], ['year'])
    """
    return part.replace(SPAN, DYAD).split(DYAD)


def key_faults(frame: pl.DataFrame, key: Sequence[str]) -> Iterator[str]:
    """Return a sentence if rows share their key.

    >>> frame = pl.DataFrame({"ccode1": [2, 20], "ccode2": [20, 2], "year": [2000, 2000], "trade": [1, 2]})
    >>> list(key_faults(frame, ["ccode1-ccode2", "year"]))
    ['2 rows share their ccode1-ccode2, year with another (first: 2, 20, 2000)']
    >>> list(key_faults(frame, ["ccode1", "ccode2", "year"]))
    []
    """
    if not key:
        return
    again = _overlapping(frame, key) if any(SPAN in part for part in key) else _unit(frame, key).is_duplicated()
    if count := int(again.sum()):
        yield f"{count:,} rows share their {', '.join(key)} with another (first: {_row(frame.filter(again), key)})"


def year_faults(frame: pl.DataFrame, source: Source, name: str) -> Iterator[str]:
    """Return a sentence if rows lie outside the years of their source, or those that are said to do not."""
    columns = next((columns for columns in WHEN if set(columns) <= set(frame.columns)), None)
    if columns is None:
        return
    first, last = (_year(frame, columns[place]) for place in (0, -1))
    out = (first > source.last_year) | (last.fill_null(FOREVER) < source.first_year)
    named = source.outside.get(name, [])
    key = source.keys[name]
    labels = frame[columns_of(key[0])[0]].cast(pl.String)
    beyond = out.fill_null(False)
    if count := int((wrong := beyond & ~labels.is_in(named)).sum()):
        yield (
            f"{count:,} rows lie outside {source.first_year}–{source.last_year}, the years of the source (first: "
            f"{_row(frame.filter(wrong), [*key, *columns])}): mend the reader or the entry, or name them in `outside`"
        )
    if lost := sorted(set(named) - set(labels.filter(beyond))):
        yield f"{', '.join(lost)}: named in `outside`, and not there"


def _unit(frame: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """Return the key without spans, the two states of a dyad in the order of their codes."""
    columns: list[pl.Expr] = []
    for part in key:
        if DYAD in part:
            one, two = columns_of(part)
            columns += [pl.min_horizontal(one, two).alias(one), pl.max_horizontal(one, two).alias(two)]
        elif SPAN not in part:
            columns.append(pl.col(part))
    return frame.select(columns)


def _overlapping(frame: pl.DataFrame, key: Sequence[str]) -> pl.Series:
    """Say whether a row's span begins before an earlier one of its unit is over."""
    begin, end = columns_of(next(part for part in key if SPAN in part))
    spans = _unit(frame, key).with_columns(
        begin=frame[begin].cast(pl.Int32),
        end=frame[end].cast(pl.Int32).fill_null(pl.Int32.max()),
        place=pl.int_range(frame.height),
    )
    unit = [name for name in spans.columns if name not in ("begin", "end", "place")]
    ordered = spans.sort("begin", "end")
    over = pl.col("end").cum_max().shift(1)
    marked = ordered.with_columns(again=(pl.col("begin") <= (over.over(unit) if unit else over)).fill_null(False))
    return marked.sort("place")["again"]


def _year(frame: pl.DataFrame, column: str) -> pl.Series:
    return frame[column].dt.year() if frame[column].dtype == pl.Date else frame[column]


def _row(frame: pl.DataFrame, key: Sequence[str]) -> str:
    columns = list(dict.fromkeys(column for part in key for column in columns_of(part)))
    return shown(", ".join(str(value) for value in frame.select(columns).row(0)))
