"""Facts gathered by hand, in a TOML file beside their reader: one table per fact, dated as precisely as is known.

Dates are written as "2013", "2022-06" or "2022-06-20". `entries` gives what a file holds, `written` a date with its precision,
and `fact_table` rows of such facts as a table of the record. What a fact rests on is said in `provenance.py`.
"""

from __future__ import annotations

import tomllib
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from foedus.record.provenance import SCHEMA

Entry = dict[str, Any]

_PRECISION = {4: "year", 7: "month", 10: "day"}
"""Length of a written date → what it is known to."""


def entries(path: Path) -> dict[str, Any]:
    """Return what a file holds, by the names of its tables."""
    with path.open("rb") as file:
        return tomllib.load(file)


def dated_facts(path: Path) -> Iterator[tuple[str, Entry]]:
    """Return each fact's name and keys; `date` is the first day of what is known, beside it `date_precision` and `until`."""
    for name, fact in entries(path).items():
        yield name, {**fact, **written("date", str(fact["date"])), "until": fact.get("until")}


def fact_table(rows: Sequence[Mapping[str, Any]], order: Sequence[str], **kinds: pl.DataType) -> pl.DataFrame:
    """Return facts as a table in some order, with columns of their type even where all their values are null.

    A column beside which stands its precision is one of dates; what a fact rests on has the types of `provenance.SCHEMA`.
    kinds : the types of other columns.

    >>> rows = [{"state": state, **written("left", None)} for state in ("FRA", "DEU")]
    >>> fact_table(rows, ["state"]).schema["left"], fact_table(rows, ["state"])["state"].to_list()
    (Date, ['DEU', 'FRA'])
    """
    dated = [name for name in rows[0] if f"{name}_precision" in rows[0]]
    known = {**SCHEMA, **{name: pl.Date() for name in dated}, **{f"{name}_precision": pl.String() for name in dated}, **kinds}
    schema = {name: kind for name, kind in known.items() if name in rows[0]}
    return pl.DataFrame(rows, schema_overrides=schema, infer_schema_length=None).sort(order)


def written(name: str, when: str | None, *, last: bool = False) -> dict[str, date | str | None]:
    """Return a written date and its precision as two columns; the first day that it can be or, with `last`, the last.

    >>> written("joined", "2022-02", last=True)
    {'joined': datetime.date(2022, 2, 28), 'joined_precision': 'month'}
    """
    if when is None:
        return {name: None, f"{name}_precision": None}
    return {name: _last_day(when) if last else first_day(when), f"{name}_precision": _PRECISION[len(when)]}


def first_day(when: str) -> date:
    """Return the first day that a written date can be."""
    return date.fromisoformat((when + "-01-01")[:10])


def _last_day(when: str) -> date:
    first = first_day(when)
    month = 12 if len(when) == 4 else first.month
    return first if len(when) == 10 else date(first.year, month, monthrange(first.year, month)[1])
