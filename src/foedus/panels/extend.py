"""Variables for rows that somebody else made: a frame with the keys of a unit-year gets columns of the record beside its own.

The keys are what the rows are known by: ccode (or gwcode) and year, or ccode1, ccode2 and year. A row may stand several times,
and rows of no member of the system stay, with nulls. A pair of states is a dyad in either order, each with its own direction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import polars as pl

from foedus.errors import InputError
from foedus.panels.build import columns, layouts
from foedus.panels.disputes import ALL
from foedus.panels.frames import as_polars
from foedus.panels.request import Request
from foedus.panels.rows import Rows
from foedus.panels.systems import SYSTEMS
from foedus.panels.units import FIRST_YEAR, LAST_YEAR, NOWHERE
from foedus.record.store import Record, open_record


def extended(frame: Any, variables: Sequence[str], record: Record | None = None, **choices: Any) -> pl.DataFrame:
    """Return the frame with columns for the variables; `foedus.add` says the same with more words.

    >>> mine = pl.DataFrame({"ccode1": [20, 2], "ccode2": [2, 999], "year": [1979, 1979], "mine": [1, 2]})
    >>> extended(mine, ["dispute_onset"])["dispute_onset"].to_list()
    [True, None]
    """
    given = as_polars(frame)
    keys = _keys(given)
    if faults := [*_misplaced(choices), *_no_numbers(given, keys)]:
        raise InputError("; ".join(faults) + ".")
    codes = given.select(_whole(given[name]) for name in keys)
    known = codes.drop_nulls().filter(pl.col("year").is_between(FIRST_YEAR, LAST_YEAR))
    dyadic = len(keys) == 3
    named = frozenset(code for key in keys[:-1] for code in known[key])
    request = Request(
        unit="dyad-year" if dyadic else "state-year",
        variables=tuple(variables),
        years=(int(known["year"].min() or LAST_YEAR), int(known["year"].max() or LAST_YEAR)),  # type: ignore[arg-type]
        among=named if len(named) > 1 or not dyadic else None,
        directed=dyadic,
        system=next(name for name, system in SYSTEMS.items() if keys[0].startswith(system.key)),
        record=record or open_record(),
        **choices,
    )
    states, layout = layouts(request)
    rows = np.full(given.height, NOWHERE, np.int32)
    whole = codes.with_row_index("at").drop_nulls()
    rows[whole["at"].to_numpy()] = layout.rows_of(whole)
    there = np.flatnonzero(rows != NOWHERE)
    added = columns(request, states, Rows(layout, rows[there]))
    if taken := [name for name in added.columns if name in given.columns]:
        raise InputError(f"the frame has columns {', '.join(taken)} already: rename or drop them.")
    row = pl.Series(np.cumsum(rows != NOWHERE) - 1).set(pl.Series(rows == NOWHERE), None)
    return given.hstack(added.select(pl.all().gather(row)))


CHOICES = ("carry_forward", "disputes")
"""What may be chosen for rows that are there already; the rest of a panel's choices are about which rows there are."""


def _misplaced(choices: dict[str, Any]) -> Iterator[str]:
    """Choices that rows which are there already leave no room for."""
    if unknown := [name for name in choices if name not in CHOICES]:
        yield f"variables are added with {', '.join(CHOICES)} or record, not {', '.join(unknown)}: the frame has its rows"
    if choices.get("disputes") == ALL:
        yield "a frame has its rows, and cannot get one for every dispute: choose another rule"


def _no_numbers(frame: pl.DataFrame, keys: Sequence[str]) -> Iterator[str]:
    """Key columns that hold neither numbers nor numbers as text."""
    for name in keys:
        kind = frame.schema[name]
        if not (kind.is_numeric() or kind in (pl.String, pl.Categorical, pl.Null)):
            yield f"column {name} holds {kind}, not numbers: give codes of states, and years as whole numbers"


def _whole(key: pl.Series) -> pl.Series:
    """A key column as whole numbers; null where it holds none."""
    if key.dtype.is_integer():
        return key.cast(pl.Int16, strict=False)
    text = key if key.dtype.is_numeric() else key.cast(pl.String).str.strip_chars()
    number = text.cast(pl.Float64, strict=False)
    return number.set(number != number.floor(), None).cast(pl.Int16, strict=False)


def _keys(frame: pl.DataFrame) -> list[str]:
    """The key columns of the frame: those of a dyad-year before those of a state-year."""
    for system in SYSTEMS.values():
        for keys in ([f"{system.key}1", f"{system.key}2", "year"], [system.key, "year"]):
            if set(keys) <= set(frame.columns):
                return keys
    raise InputError(
        "the frame has no keys: it needs ccode and year, or ccode1, ccode2 and year (or gwcode for the Gleditsch–Ward system)."
    )
