"""Find the key columns of a frame that somebody else made: which hold states, by what kind of names, and which the year.

What a column holds is said by the caller, or told from its name: `ccode` and `gwcode` are numbers of a list; iso3, iso3c,
state, state_name, country, country_name and name hold names or codes as foedus reads them anywhere; the two of a dyad end in 1
and 2, or _1 and _2. Rows that name no state are told by a warning, with the reason, and are null.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from foedus.errors import InputError, UnmatchedRows, nearest
from foedus.panels.systems import COW, GW, SYSTEMS
from foedus.record.matching import Matched, Unmatched, match, sentences
from foedus.record.store import Record

TOLD = {
    "ccode": "cow",
    "gwcode": "gw",
    **dict.fromkeys(("iso3", "iso3c", "state", "state_name", "country", "country_name", "name"), "name"),
}
"""Name of a column → what it holds."""

CODES = {"name": "name", "iso3": "name", "cow": "cow", "gw": "gw", "ccode": "cow", "gwcode": "gw"}
"""What a caller may say of a column → what it holds."""


@dataclass(frozen=True)
class Keys:
    """The key columns of a frame: one of states or two, what they hold, and the one of years."""

    states: tuple[str, ...]
    year: str
    kind: str


def keys_of(frame: pl.DataFrame, by: str | Sequence[str] | None = None, code: str | None = None, year: str = "year") -> Keys:
    """Return the key columns of a frame: those said, or told from their names, of a dyad-year before those of a state-year.

    Raises InputError if there are none, if they are not in the frame, or if a column named is not told by its name.

    >>> keys_of(pl.DataFrame({"country": ["USA"], "year": [2000]})).states
    ('country',)
    """
    states = _told(frame, year) if by is None else (by,) if isinstance(by, str) else tuple(by)
    if not 1 <= len(states) <= 2:
        raise InputError(f"rows are about one state or two, not {len(states)}: name one column, or two.")
    for name in (*states, year):
        if name not in frame.columns:
            raise InputError(f"the frame has no column {name!r}.{nearest(name, frame.columns)}")
    if code is not None and code not in CODES:
        raise InputError(f"a column holds {', '.join(CODES)}, not {code!r}.{nearest(code, CODES)}")
    kinds = {TOLD.get(_stem(name), "name") if code is None else CODES[code] for name in states}
    if len(kinds) > 1:
        raise InputError(f"{' and '.join(states)} hold codes of different kinds: give both sides the same.")
    return Keys(states, year, kinds.pop())


def matched(frame: pl.DataFrame, keys: Keys, record: Record, system: str) -> list[Matched]:
    """Return the states of each key column, and warn of rows that name none; `system` is "cow", "gw" or "either"."""
    if faults := list(_no_keys(frame, keys)):
        raise InputError("; ".join(faults) + ".")
    sides = [match(frame[name], frame[keys.year], record, keys.kind, system) for name in keys.states]
    if unmatched := [each for side in sides for each in side.unmatched]:
        rows = int(np.count_nonzero(np.logical_or.reduce([side.reasons != 0 for side in sides])))
        warnings.warn(_message(unmatched, rows, frame.height), UnmatchedRows, stacklevel=5)
    return sides


def system_of(keys: Keys, asked: str | None) -> str:
    """Return the state system of the rows: that of their codes, or the one asked for where they hold names."""
    if asked is not None and asked not in SYSTEMS:
        raise InputError(f"state system {asked!r} is neither cow nor gw.")
    return asked or (GW.name if keys.kind == "gw" else COW.name)


def _told(frame: pl.DataFrame, year: str) -> tuple[str, ...]:
    columns = set(frame.columns)
    for stem in TOLD:
        for sides in ((f"{stem}1", f"{stem}2"), (f"{stem}_1", f"{stem}_2"), (stem,)):
            if {*sides, year} <= columns:
                return sides
    raise InputError(
        "the frame has no keys: it needs ccode and year, or ccode1, ccode2 and year, or the same with gwcode (Gleditsch–Ward), "
        "iso3, state or country. Say which columns they are with by= and year=, and what they hold with code=."
    )


def _stem(column: str) -> str:
    return column.rstrip("12").rstrip("_")


def _no_keys(frame: pl.DataFrame, keys: Keys) -> Iterator[str]:
    """Yield key columns that hold neither numbers nor text."""
    for name in (*keys.states, keys.year):
        kind = frame.schema[name]
        if not (kind.is_numeric() or kind in (pl.String, pl.Categorical, pl.Enum, pl.Null)):
            yield f"column {name} holds {kind}, not numbers: give codes or names of states, and years as whole numbers"


def _message(unmatched: Sequence[Unmatched], rows: int, height: int) -> str:
    verb = "names" if rows == 1 else "name"
    return f"{rows:,} of {height:,} rows {verb} no state, and nothing is known of them:\n{sentences(unmatched, 20)}"
