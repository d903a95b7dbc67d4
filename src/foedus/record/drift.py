"""What moved between two releases of a table, or between two records: columns, types, units, years, rows, totals, values.

Each thing that differs is one row: the table, what of it, how it was before and how it is after. Totals are those of the years
that both have, so that a series which only grew has none that moved; a value has moved if two rows of one key differ by more
than TOLERANCE. Nothing is judged here: a release that corrects the past moves it on purpose, and a reader should know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl
from polars import selectors

from foedus.record.integrity import WHEN, columns_of
from foedus.record.source import catalog
from foedus.record.store import Record
from foedus.words import counted

TOLERANCE = 1e-6
"""Relative difference of two numbers from which on they are not the same."""

SHOWN = 5
"""Units and columns named where more came or went."""

STATES = ("ccode", "gwcode", "ccode1", "ccode2", "gwcode1", "gwcode2", "iso3", "country")
SCHEMA = {"table": pl.String, "what": pl.String, "before": pl.String, "after": pl.String}

Moved = tuple[str, str, str]
"""What of a table moved, how it was and how it is."""


def diff(before: Record, after: Record) -> pl.DataFrame:
    """Return what moved from one record to another: table, what, before, after; no row if they hold the same.

    Tables with the same content hash are not read. Raises RecordError if a table cannot be read.

    >>> from foedus.record.store import open_record
    >>> diff(open_record(), open_record()).height
    0
    """
    moved: list[tuple[str, ...]] = []
    for name in dict.fromkeys([*before.tables, *after.tables]):
        if name not in after.tables or name not in before.tables:
            rows = [f"{record.tables[name].rows:,} rows" if name in record.tables else "–" for record in (before, after)]
            moved.append((name, "table", *rows))
        elif before.tables[name].content_sha256 != after.tables[name].content_sha256:
            key = _key(name, before.tables[name].source)
            moved += [(name, *each) for each in drift(before.table(name), after.table(name), key)]
    return pl.DataFrame(moved, schema=SCHEMA, orient="row")


def sentences(moved: pl.DataFrame) -> Iterator[str]:
    """Yield what moved, a line each.

    >>> list(sentences(pl.DataFrame([("polyarchy", "last year", "2024", "2025")], schema=SCHEMA, orient="row")))
    ['polyarchy, last year: 2024 → 2025']
    """
    return (f"{table}, {what}: {before} → {after}" for table, what, before, after in moved.iter_rows())


def drift_of(before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame], source: str) -> pl.DataFrame:
    """Return what moved between the tables of two releases of a source, as `diff` does between records."""
    names = [name for name in after if name in before]
    moved = [(name, *each) for name in names for each in drift(before[name], after[name], _key(name, source))]
    return pl.DataFrame(moved, schema=SCHEMA, orient="row")


def drift(before: pl.DataFrame, after: pl.DataFrame, key: Sequence[str] = ()) -> Iterator[Moved]:
    """Yield what moved from one release of a table to the next; `key` names the columns that identify a row.

    Without it, those of disputes, states and years do, if they identify each row.

    >>> old = pl.DataFrame({"ccode": [2, 20], "year": [2000, 2000], "votes": [70, 68]})
    >>> new = pl.DataFrame({"ccode": [2, 20, 20], "year": [2000, 2000, 2001], "votes": [70, 69, 60]})
    >>> for what, then, now in drift(old, new, ["ccode", "year"]): print(what, then, now, sep=" | ")
    rows | 2 | 3
    last year | 2000 | 2001
    total of votes, 2000–2000 | 138 | 139
    values of votes | 2 rows of one key | 1 differ, by up to 1
    """
    key = key or [name for name in ("dispute", *STATES, "year") if name in before.columns]
    yield from _columns(before, after)
    if before.height != after.height:
        yield "rows", f"{before.height:,}", f"{after.height:,}"
    yield from _units(before, after)
    yield from _years(before, after)
    yield from _totals(before, after, key)
    yield from _values(before, after, key)


def _key(name: str, source: str) -> list[str]:
    """The columns that identify a row of a table, as the catalog says; none for a table that it does not know."""
    key = catalog()[source].keys.get(name, []) if source in catalog() else []
    return [column for part in key for column in columns_of(part)]


def _columns(before: pl.DataFrame, after: pl.DataFrame) -> Iterator[Moved]:
    gone = [name for name in before.columns if name not in after.columns]
    came = [name for name in after.columns if name not in before.columns]
    if gone or came:
        yield "columns", _named(gone), _named(came)
    for name in before.columns:
        if name in after.columns and before[name].dtype != after[name].dtype:
            yield f"type of {name}", str(before[name].dtype), str(after[name].dtype)


def _units(before: pl.DataFrame, after: pl.DataFrame) -> Iterator[Moved]:
    """The states that left and came, by each column that names states."""
    for name in STATES:
        if name in before.columns and name in after.columns:
            old, new = (set(frame[name].drop_nulls().to_list()) for frame in (before, after))
            if old != new:
                yield f"states in {name}", _named(sorted(old - new)), _named(sorted(new - old))


def _years(before: pl.DataFrame, after: pl.DataFrame) -> Iterator[Moved]:
    for word, place in (("first year", 0), ("last year", -1)):
        old, new = (_end(frame, place) for frame in (before, after))
        if old != new:
            yield word, str(old), str(new)


def last_year_of(frame: pl.DataFrame) -> int | None:
    """Return the last year of which a table has a row; None if it has no years."""
    return _end(frame, -1)


def _end(frame: pl.DataFrame, place: int) -> int | None:
    """The first or the last year of which a table has a row."""
    columns = next((columns for columns in WHEN if set(columns) <= set(frame.columns)), None)
    if columns is None or frame[columns[place]].null_count() == frame.height:
        return None
    years = frame[columns[place]].dt.year() if frame[columns[place]].dtype == pl.Date else frame[columns[place]]
    found = years.min() if place == 0 else years.max()
    return found if isinstance(found, int) else None


def _totals(before: pl.DataFrame, after: pl.DataFrame, key: Sequence[str]) -> Iterator[Moved]:
    """Sums of the columns of numbers over the years that both have."""
    if "year" not in before.columns or "year" not in after.columns:
        return
    ends = [_end(frame, place) for frame in (before, after) for place in (0, -1)]
    if None in ends:
        return
    first, last = max(ends[0], ends[2]), min(ends[1], ends[3])  # type: ignore[type-var]
    both = [frame.filter(pl.col("year").is_between(first, last)) for frame in (before, after)]
    for name in _numbers(before, after, key):
        old, new = (float(frame[name].cast(pl.Float64).sum()) for frame in both)
        if _differ(old, new):
            yield f"total of {name}, {first}–{last}", f"{old:,.6g}", f"{new:,.6g}"


def _values(before: pl.DataFrame, after: pl.DataFrame, key: Sequence[str]) -> Iterator[Moved]:
    """How many rows of one key differ in a column, and by how much at most."""
    if not key or not all(set(key) <= set(frame.columns) for frame in (before, after)):
        return
    if any(frame.select(key).is_duplicated().any() for frame in (before, after)):
        return
    shared = [name for name in before.columns if name in after.columns and name not in key]
    both = before.select(*key, *shared).join(after.select(*key, *shared), on=list(key), suffix=" now", nulls_equal=True)
    for name in shared:
        old, new = both[name], both[f"{name} now"]
        if old.dtype.is_numeric() and new.dtype.is_numeric():
            old, new = old.cast(pl.Float64), new.cast(pl.Float64)
            apart = (new - old).abs()
            limit = TOLERANCE * pl.select(pl.max_horizontal(old.abs(), new.abs())).to_series()
            differ = (apart > limit).fill_null(False) | (old.is_null() != new.is_null())
            most = apart.filter(differ).max()
            how = f", by up to {most:,.6g}" if isinstance(most, float) else ""
        else:
            differ, how = old.ne_missing(new), ""
        if count := int(differ.sum()):
            yield f"values of {name}", f"{counted(both.height, 'row')} of one key", f"{count:,} differ{how}"


def _numbers(before: pl.DataFrame, after: pl.DataFrame, key: Sequence[str]) -> list[str]:
    numeric = [set(frame.select(selectors.numeric()).columns) for frame in (before, after)]
    return [name for name in before.columns if name in numeric[0] & numeric[1] and name not in (*key, *STATES, "year")]


def _differ(one: float, other: float) -> bool:
    return abs(one - other) > TOLERANCE * max(abs(one), abs(other), 1e-12)


def _named(items: Sequence[object]) -> str:
    """Some names: the first of many, and how many more."""
    some = [str(item) for item in items[:SHOWN]]
    more = f" and {len(items) - SHOWN} more" if len(items) > SHOWN else ""
    return ", ".join(some) + more if items else "–"
