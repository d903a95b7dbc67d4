"""What a panel lacks: by column, and by state and year, so that a hole is seen before it decides an estimate."""

from __future__ import annotations

from typing import Any

import polars as pl

from foedus.errors import InputError
from foedus.panels.frames import as_polars
from foedus.panels.keys import keys_of
from foedus.panels.parts import MONTHS


def by_column(frame: Any) -> pl.DataFrame:
    """Return one row a column that is no key: rows, missing, share, first_year and last_year with a value, never.

    `never` counts the units (states, dyads) that have no value in any year. The column that lacks most comes first; NaN counts
    as missing. Raises InputError for a frame without keys.

    >>> rows = pl.DataFrame({"ccode": [2, 2, 20], "year": [2000, 2001, 2000], "gdp": [1.0, None, None]})
    >>> by_column(rows).row(0)
    ('gdp', 3, 2, 0.6666666666666666, 2000, 2000, 1)
    """
    given, keys, year, columns = _read(frame)
    known = {name: _known(given, name) for name in columns}
    rows = []
    for name in columns:
        there = given.filter(known[name])
        units = given.select(keys).n_unique() - there.select(keys).n_unique()
        lacking = given.height - there.height
        rows.append((name, given.height, lacking, lacking / given.height, there[year].min(), there[year].max(), units))
    names = ("column", "rows", "missing", "share", "first_year", "last_year", "never")
    kinds = (pl.String, pl.Int64, pl.Int64, pl.Float64, pl.Int64, pl.Int64, pl.Int64)
    table = pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row")
    return table.sort("share", descending=True, maintain_order=True)


def by_state_and_year(frame: Any) -> pl.DataFrame:
    """Return `state`, `year`, `share`: of the values that rows about a state have in a year, the share that is missing.

    A row about two states counts for both. Raises InputError for a frame without keys.

    >>> rows = pl.DataFrame({"ccode1": [2, 2], "ccode2": [20, 70], "year": [2000] * 2, "gdp": [1.0, None]})
    >>> by_state_and_year(rows).rows()
    [('2', 2000, 0.5), ('20', 2000, 0.0), ('70', 2000, 1.0)]
    """
    given, keys, year, columns = _read(frame)
    lacking = given.select(*keys, year, share=pl.mean_horizontal((~_known(given, name)).cast(pl.Float64) for name in columns))
    sides = [lacking.select(state=pl.col(key).cast(pl.String), year=year, share="share") for key in keys]
    order = pl.col("state").cast(pl.Int64, strict=False)
    return pl.concat(sides).group_by("state", "year").agg(pl.col("share").mean()).sort(order, "state", "year")


def _known(frame: pl.DataFrame, name: str) -> pl.Expr:
    """Whether a column has a value."""
    there = pl.col(name).is_not_null()
    return there & ~pl.col(name).is_nan().fill_null(False) if frame.schema[name].is_float() else there


def _read(frame: Any) -> tuple[pl.DataFrame, list[str], str, list[str]]:
    """The frame, its columns of states, its column of years, and the others."""
    given = as_polars(frame)
    keys = keys_of(given)
    codes = {name for name in given.columns if name.rstrip("12_") in ("ccode", "gwcode")}
    columns = [name for name in given.columns if name not in {*keys.states, keys.year, *codes, *MONTHS}]
    if given.is_empty() or not columns:
        raise InputError("nothing can be missing: the panel has no rows, or no columns beside its keys.")
    return given, list(keys.states), keys.year, columns
