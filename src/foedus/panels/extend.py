"""Variables for rows that somebody else made: a frame with the keys of a unit-year gets columns of the record beside its own.

The keys are what the rows are known by: ccode (or gwcode) and year, or ccode1, ccode2 and year. A row may stand several times,
and rows of no member of the system stay, with nulls. A pair of states is a dyad in either order, each with its own direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from foedus.errors import InputError
from foedus.panels.build import columns, layouts
from foedus.panels.frames import as_polars
from foedus.panels.panel import FIRST_YEAR, LAST_YEAR, Panel
from foedus.panels.rows import Rows
from foedus.panels.systems import SYSTEMS
from foedus.panels.units import NOWHERE
from foedus.record.store import Record, open_record


def extended(frame: Any, variables: Sequence[str], record: Record | None = None, **choices: Any) -> pl.DataFrame:
    """Return the frame with columns for the variables; `foedus.add` says the same with more words.

    >>> mine = pl.DataFrame({"ccode1": [20, 2], "ccode2": [2, 999], "year": [1979, 1979], "mine": [1, 2]})
    >>> extended(mine, ["dispute_onset"])["dispute_onset"].to_list()
    [True, None]
    """
    given = as_polars(frame)
    keys = _keys(given)
    codes = given.select(pl.col(keys).cast(pl.Int16, strict=False))
    known = codes.drop_nulls().filter(pl.col("year").is_between(FIRST_YEAR, LAST_YEAR))
    dyadic = len(keys) == 3
    request = Panel(
        unit="dyad-year" if dyadic else "state-year",
        variables=tuple(variables),
        years=(int(known["year"].min() or FIRST_YEAR), int(known["year"].max() or LAST_YEAR)),  # type: ignore[arg-type]
        among=frozenset(code for key in keys[:-1] for code in known[key]) if known.height else None,
        directed=dyadic,
        system=next(name for name, system in SYSTEMS.items() if keys[0].startswith(system.key)),
        record=record or open_record(),
        **choices,
    )
    states, layout = layouts(request)
    found = np.full(given.height, NOWHERE, np.int32)
    whole = codes.with_row_index("at").drop_nulls()
    found[whole["at"].to_numpy()] = layout.rows_of(whole)
    there = np.flatnonzero(found != NOWHERE)
    told = columns(request, states, Rows(layout, found[there]))
    if taken := [name for name in told.columns if name in given.columns]:
        raise InputError(f"the frame has columns {', '.join(taken)} already: rename or drop them.")
    placed = pl.Series("at", there, pl.UInt32).to_frame().hstack(told)
    return given.with_row_index("at").join(placed, on="at", how="left", maintain_order="left").drop("at")


def _keys(frame: pl.DataFrame) -> list[str]:
    """The key columns of the frame: those of a dyad-year before those of a state-year."""
    for system in SYSTEMS.values():
        for keys in ([f"{system.key}1", f"{system.key}2", "year"], [system.key, "year"]):
            if set(keys) <= set(frame.columns):
                return keys
    raise InputError(
        "the frame has no keys: it needs ccode and year, or ccode1, ccode2 and year (or gwcode for the Gleditsch–Ward system)."
    )
