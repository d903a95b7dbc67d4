"""What no solver should see, named before one does: columns that never vary, that follow from others, that tell the outcome."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from foedus.errors import InputError
from foedus.estimation.covariance import LARGEST_ERROR
from foedus.estimation.design import Array
from foedus.models.encoding import INTERCEPT

ALIKE, ROUNDING = 1e-8, 1e-9
"""Share of a column's length that the columns before it must leave over; and of its largest value, to vary at all."""

PART = 20_000
"""Rows that columns are looked at in first, where there are many more."""

OTHERWISE = "widen the rows, or choose model='firth', which has a maximum all the same"


def check_columns(names: Sequence[str], matrix: Array, absorbed: Sequence[str] = (), *, constant: bool = True) -> None:
    """Raise InputError, naming them, if there are too few rows, or columns never vary or follow from those before them.

    With effects `absorbed`, the matrix is what they leave of it; `constant` says whether the model has a constant of any kind.

    >>> year = np.arange(6.0)
    >>> check_columns(("intercept", "age", "born", "year"), np.column_stack([np.ones(6), [1, 5, 2, 9, 4, 3],
    ...     year - [1, 5, 2, 9, 4, 3], year]))
    Traceback (most recent call last):
    foedus.errors.InputError: year follows from age and born (year = age + born), so that no effect of its own can \
be told: drop one of them.
    """
    few = some_of(matrix)
    if len(few) < len(matrix) and _fault(names, few, absorbed, constant=constant) is None:
        return  # columns that a part of the rows tells apart, all of them do
    if fault := _fault(names, matrix, absorbed, constant=constant):
        raise InputError(fault)


def some_of(matrix: Array) -> Array:
    """Return one row in so many that about PART are left; all rows of fewer."""
    return matrix[:: max(1, len(matrix) // PART)]


def _fault(names: Sequence[str], matrix: Array, absorbed: Sequence[str], *, constant: bool) -> str | None:
    """What is wrong with some columns; None if nothing is."""
    rows, columns = int(matrix.shape[0]), int(matrix.shape[1])
    if rows <= columns:
        return f"{rows:,} rows cannot tell {columns} coefficients apart: widen the years, or drop terms."
    means = matrix.mean(axis=0) if constant else np.zeros(columns)
    own = [place for place, name in enumerate(names) if name != INTERCEPT]
    left = matrix[:, own] - means[own]
    lengths = np.sqrt((left**2).sum(axis=0))
    largest = np.abs(matrix[:, own]).max(axis=0, initial=0.0)
    still = lengths <= ROUNDING * largest
    if flat := [names[place] for place, fixed in zip(own, still.tolist(), strict=True) if fixed]:
        of = f" within {' and '.join(absorbed)}, whose effects are taken out" if absorbed else ""
        return f"{', '.join(flat)} never var{'ies' if len(flat) == 1 else 'y'}{of} in the {rows:,} rows: drop it."
    triangle: Array = np.asarray(np.linalg.qr(left / lengths, mode="r"))
    for at in range(1, len(own)):
        if abs(triangle[at, at]) < ALIKE:
            made = np.linalg.solve(triangle[:at, :at], triangle[:at, at]) * lengths[at] / lengths[:at]
            return _follows(names, own[at], own[:at], made, float(means[own[at]] - made @ means[own[:at]]))
    return None


def _follows(names: Sequence[str], place: int, others: list[int], weights: Array, constant: float) -> str:
    """Which columns a column follows from, and how."""
    largest = np.abs(weights).max()
    made = [
        (names[other], weight) for other, weight in zip(others, weights.tolist(), strict=True) if abs(weight) > 1e-6 * largest
    ]
    parts = [
        f"{'-' if weight < 0 else '+'} {'' if abs(abs(weight) - 1) < 1e-6 else f'{abs(weight):.6g} × '}{name}"
        for name, weight in made
    ]
    sum_of = " ".join(parts).removeprefix("+ ") + (" + a constant" if abs(constant) > 1e-6 * largest else "")
    listed = [name for name, _ in made]
    told = listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"
    how = f" ({names[place]} = {sum_of})" if len(made) <= 3 else ""
    return f"{names[place]} follows from {told}{how}, so that no effect of its own can be told: drop one of them."


def check_separated(names: Sequence[str], matrix: Array, outcome: Array, *, counts: bool = False) -> None:
    """Raise InputError if a column alone tells some outcomes for certain, with how many rows it tells; of counts, that it is 0.

    >>> check_separated(("pact",), np.array([[1.0], [1.0], [0.0], [0.0]]), np.array([0.0, 0.0, 1.0, 0.0]))
    Traceback (most recent call last):
    foedus.errors.InputError: pact separates the outcome, so that no estimate exists: none of the 2 rows above 0 has it. Drop \
it, widen the rows, or choose model='firth', which has a maximum all the same.
    """
    happened, other = np.flatnonzero(outcome > 0), np.flatnonzero(outcome == 0)
    for name, column in zip(names, matrix.T, strict=True):
        with_it = column[happened]
        low, high = float(with_it.min()), float(with_it.max())
        if not len(other) or name == INTERCEPT or _overlap(column[other[:SOME]], low, high):
            continue
        without = column[other]
        if counts and (low < high or (without.min() == without.max() == low)):
            continue  # of counts a column tells for certain only where it is one value in every row with any
        least, most = float(without.min()), float(without.max())
        if not (high <= least or low >= most or counts):
            continue
        told = [
            f"none of the {rows:,} rows {side} {edge:g} has it"
            for side, edge, rows in (("above", high, int((without > high).sum())), ("below", low, int((without < low).sum())))
            if rows
        ]
        above, below = int((with_it > most).sum()), int((with_it < least).sum())
        told += [f"all {above:,} rows above {most:g} have it"] * (not told and above > 0)
        told += [f"all {below:,} rows below {least:g} have it"] * (not told and below > 0)
        otherwise = "or widen the rows" if counts else OTHERWISE
        raise InputError(
            f"{name} separates the outcome, so that no estimate exists: {' and '.join(told)}. Drop it, {otherwise}."
        )


SOME = 1_000
"""Rows that are looked at before all of them are."""


def _overlap(without: Array, low: float, high: float) -> bool:
    """Whether rows without the outcome lie on both sides of what those with it span."""
    return bool((without < high).any() and (without > low).any())


def check_errors(names: Sequence[str], matrix: Array, bread: Array) -> None:
    """Raise InputError, naming them, if the likelihood is flat along some columns: together they separate the outcome."""
    errors = np.sqrt(np.maximum(np.diag(bread), 0))[: len(names)]
    if (2 * errors * some_of(matrix).std(axis=0) < LARGEST_ERROR).all():
        return
    spread = matrix.std(axis=0)
    far = [
        name
        for name, error, deviation in zip(names, errors, spread, strict=False)
        if name != INTERCEPT and not error * deviation < LARGEST_ERROR
    ]
    if far:
        verb, them = ("separates", "it") if len(far) == 1 else ("separate", "one of them")
        raise InputError(f"{', '.join(far)} {verb} the outcome, so that no estimate exists: drop {them}, {OTHERWISE}.")
