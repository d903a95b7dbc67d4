"""Variables for rows that somebody else made: a frame with the keys of a unit-year gets columns of the record beside its own.

The keys are what the rows are known by: one or two columns of states, as names or codes (`keys.py`), and one of years. A row
may stand several times, and rows that name no state stay, with nulls and a warning that says why. A pair of states is a dyad
in either order, each with its own direction.
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
from foedus.panels.keys import Keys, keys_of, matched, system_of
from foedus.panels.request import Request
from foedus.panels.rows import Rows
from foedus.panels.systems import SYSTEMS, System
from foedus.panels.units import FIRST_YEAR, LAST_YEAR, NOWHERE
from foedus.record.matching import whole_numbers
from foedus.record.store import Record, open_record


def extended(frame: Any, variables: Sequence[str], record: Record | None = None, **choices: Any) -> pl.DataFrame:
    """Return a frame with columns for the variables, its states named by codes: ccode and year, or ccode1, ccode2 and year.

    >>> mine = pl.DataFrame({"ccode1": [20, 2], "ccode2": [2, 999], "year": [1979, 1979], "mine": [1, 2]})
    >>> extended(mine, ["dispute_onset"])["dispute_onset"].to_list()
    [True, None]
    """
    given = as_polars(frame)
    keys = keys_of(given)
    codes = given.select(pl.col(*keys.states, keys.year).cast(pl.Int16, strict=False))
    return _beside(given, codes, variables, SYSTEMS[system_of(keys, None)], record or open_record(), choices)


def extended_by_name(
    frame: Any,
    variables: Sequence[str],
    *,
    by: str | Sequence[str] | None = None,
    code: str | None = None,
    year: str = "year",
    system: str | None = None,
    record: Record | None = None,
    **choices: Any,
) -> pl.DataFrame:
    """Return a frame with columns for the variables, its states named in any way; `foedus.add` says the same with more words.

    >>> mine = pl.DataFrame({"a": ["Canada", "USA"], "b": ["USA", "Cuba"], "year": [1979, 1979], "mine": [1, 2]})
    >>> extended_by_name(mine, ["dispute_onset"], by=("a", "b"))["dispute_onset"].to_list()
    [True, True]
    """
    given = as_polars(frame)
    keys = keys_of(given, by, code, year)
    if faults := list(_misplaced(choices)):
        raise InputError("; ".join(faults) + ".")
    record = record or open_record()
    of = SYSTEMS[system_of(keys, system)]
    return _beside(given, state_codes(given, keys, record, of), variables, of, record, choices)


def _beside(
    given: pl.DataFrame, codes: pl.DataFrame, variables: Sequence[str], of: System, record: Record, choices: dict[str, Any]
) -> pl.DataFrame:
    """Return the frame with columns for the variables at the unit-years that `codes` names, one a row."""
    known = codes.drop_nulls().filter(pl.col("year").is_between(FIRST_YEAR, LAST_YEAR))
    dyadic = len(codes.columns) == 3
    named = frozenset(number for name in codes.columns[:-1] for number in known[name])
    request = Request(
        unit="dyad-year" if dyadic else "state-year",
        variables=tuple(variables),
        years=(int(known["year"].min() or LAST_YEAR), int(known["year"].max() or LAST_YEAR)),  # type: ignore[arg-type]
        among=named if len(named) > 1 or not dyadic else None,
        directed=dyadic,
        system=of.name,
        record=record,
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


def state_codes(frame: pl.DataFrame, keys: Keys, record: Record, of: System) -> pl.DataFrame:
    """Return the key columns of a frame as the system's numbers and the year, one row a row of the frame."""
    sides = [getattr(side, of.key) for side in matched(frame, keys, record, of.name)]
    names = [of.key] if len(sides) == 1 else [f"{of.key}1", f"{of.key}2"]
    years = whole_numbers(frame[keys.year]).cast(pl.Int16, strict=False).alias("year")
    return pl.DataFrame([*(side.alias(name) for side, name in zip(sides, names, strict=True)), years])


CHOICES = ("carry_forward", "disputes", "disputes_from", "membership", "alliances_from")
"""What may be chosen for rows that are there already; the rest of a panel's choices are about which rows there are."""


def _misplaced(choices: dict[str, Any]) -> Iterator[str]:
    """Choices that rows which are there already leave no room for."""
    if unknown := [name for name in choices if name not in CHOICES]:
        yield f"variables are added with {', '.join(CHOICES)} or record, not {', '.join(unknown)}: the frame has its rows"
    if choices.get("disputes") == ALL:
        yield "a frame has its rows, and cannot get one for every dispute: choose another rule"
