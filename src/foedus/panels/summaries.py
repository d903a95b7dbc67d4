"""Sum up what the members of a group, or its pairs of members, say of a variable in a year.

Each member's value is found by its place in a column, seat after seat, and taken into the lowest, the highest, the sum and the
number of values known so far. So one pass over the seats gives every summary, in the order of the seats, and nothing is held
but what is summed up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from foedus.panels.codebook import Variable

Places = npt.NDArray[np.intp]
"""For each group-year, the row of a column that a member or pair has; the row after the last: none."""

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Column:
    """A variable's column as arrays, with one row more, of which nothing is known.

    Attributes
    ----------
    values : where a value is unknown, NaN among floats, zero among whole numbers, false among yes and no.
    known : whether the value is known.
    """

    variable: Variable
    values: npt.NDArray[Any]
    known: Mask

    @classmethod
    def of(cls, variable: Variable, column: pl.Series) -> Column:
        """Take a column of a panel."""
        longer = column.extend_constant(None, 1)
        blank = False if column.dtype == pl.Boolean else float("nan") if column.dtype.is_float() else 0
        return cls(variable, longer.fill_null(blank).to_numpy(), longer.is_not_null().to_numpy())

    @property
    def floats(self) -> bool:
        """Whether the values are floating-point numbers."""
        return self.values.dtype.kind == "f"


def summaries(column: Column, seats: Sequence[Places], most: npt.NDArray[np.integer], own: bool) -> Iterator[pl.Series]:
    """Yield the summaries of a column over the seats of each group-year; see `foedus.panels.kads` for their names.

    most : how many members or pairs each group-year has; a sum is given where all of them have a value.
    own : whether each seat's own value is given as well.
    """
    name = column.variable.name
    known = np.zeros(most.size, np.int32)
    for at in seats:
        known += column.known[at]
    yield from _yes_or_no(column, seats, known) if column.variable.yes_or_no else _numbers(column, seats, known, most)
    yield pl.Series(f"{name}_known", known)
    for seat, at in enumerate(seats if own else (), 1):
        yield _where(column.known[at], column.values[at]).alias(f"{name}_{seat}")


def _yes_or_no(column: Column, seats: Sequence[Places], known: npt.NDArray[np.int32]) -> Iterator[pl.Series]:
    name = column.variable.name
    yes = np.zeros(known.size, np.int32)
    for at in seats:
        yes += column.values[at]
    some = known > 0
    yield _where(some, yes > 0).alias(f"{name}_any")
    yield _where(some, yes == known).alias(f"{name}_all")
    yield _where(some, yes / np.maximum(known, 1)).alias(f"{name}_share")


def _numbers(
    column: Column, seats: Sequence[Places], known: npt.NDArray[np.int32], most: npt.NDArray[np.integer]
) -> Iterator[pl.Series]:
    name, kind = column.variable.name, column.values.dtype
    top, bottom = (np.nan, np.nan) if column.floats else (np.iinfo(kind).max, np.iinfo(kind).min)
    lowest, highest = np.full(known.size, top, kind), np.full(known.size, bottom, kind)
    for at in seats:
        values, there = column.values[at], column.known[at]
        np.fmin(lowest, values if column.floats else np.where(there, values, top), out=lowest)
        np.fmax(highest, values if column.floats else np.where(there, values, bottom), out=highest)
    some, total = known > 0, _total(column, seats, known.size, np.float64)
    mean = total / np.maximum(known, 1)
    yield _where(some, lowest).alias(f"{name}_min")
    yield _where(some, mean.astype(kind) if column.floats else mean).alias(f"{name}_mean")
    yield _where(some, highest).alias(f"{name}_max")
    if column.variable.sums:
        exact = kind if kind.itemsize >= 4 else np.int64  # small whole numbers add up to larger ones
        sums = _total(column, seats, known.size, exact) if kind == np.float32 else total.astype(exact)
        yield _where(some & (known == most), sums).alias(f"{name}_sum")


def _total(column: Column, seats: Sequence[Places], size: int, kind: npt.DTypeLike) -> Floats:
    """The sum over the seats, added up with this precision, with what rounding loses carried along."""
    total, lost = np.zeros(size, kind), np.zeros(size, kind)
    for at in seats:
        values = column.values[at].astype(kind, copy=False)
        total, lost = _added(total, lost, values, column.known[at]) if column.floats else (total + values, lost)
    return total


def _added(total: Floats, lost: Floats, values: Floats, there: Mask) -> tuple[Floats, Floats]:
    """Add values to running sums, with what rounding has lost of each so far: the summation of Kahan (1965).

    >>> added = _added(np.array([1e16]), np.zeros(1), np.array([1.0]), np.array([True]))
    >>> _added(*added, np.array([1.0]), np.array([True]))[0].tolist()
    [1.0000000000000002e+16]
    """
    more = values - lost
    sums = total + more
    rounded = there & np.isfinite(sums)
    return np.where(there, sums, total), np.where(rounded, (sums - total) - more, lost)


def _where(mask: Mask, values: npt.NDArray[Any]) -> pl.Series:
    """The values where the mask holds, and null elsewhere."""
    return pl.select(pl.when(pl.Series(mask)).then(pl.Series(values))).to_series()
