"""The maximum of a logit's likelihood, by Newton's method on exact derivatives.

The likelihood is concave, so that every step that raises it leads to the one maximum; a step that does not is halved. Its
curvature costs several times what its gradient does and changes little near the maximum: from step to step it is brought up to
date by how the gradient changed (the update of Broyden, Fletcher, Goldfarb and Shanno; Nocedal & Wright 2006, 6.1), and
computed anew where steps do not shrink fast. Where that ends is decided by the gradient alone: a step of less than SMALL
standard errors. Rows are read a block at a time, so that a design is never copied.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

BLOCK = 8_192
"""Rows read at a time: as many as a processor's own memory holds."""

SMALL, ROUNDS, HALVINGS = 1e-6, 100, 40
"""Length of a step, in standard errors, at which the climb ends; most steps, and most halvings of one."""

SLOW = 0.2
"""Share of the last step's length from which on a step calls for the curvature anew."""

ROUNDING = 1e-12
"""Share of the likelihood's logarithm that sums over rows may be off by."""

DEPENDENT = 1e-10
"""Least eigenvalue of the curvature, of columns brought to one length, at which they count as telling the same."""


class DependentError(ValueError):
    """Some column follows from the others, so that no one maximum exists."""


@dataclass(frozen=True)
class Rows:
    """Rows to be fitted: some columns of one or several matrices side by side, after a one for the intercept.

    Attributes
    ----------
    parts : matrices (row, column), each with the numbers of the columns taken of it. outcome : (row,), 0 or 1.
    weights : (row,); None for one each.
    """

    parts: Sequence[tuple[Array, Sequence[int]]]
    outcome: Array
    weights: Array | None = None

    @property
    def columns(self) -> int:
        """How many columns there are, with the intercept."""
        return 1 + sum(len(chosen) for _, chosen in self.parts)

    def blocks(self) -> Iterator[tuple[slice, Array]]:
        """Yield rows (column, row), BLOCK at a time, each time in the same memory."""
        block = np.ones((self.columns, min(BLOCK, len(self.outcome))))
        for first in range(0, len(self.outcome), BLOCK):
            here = slice(first, min(first + BLOCK, len(self.outcome)))
            of_block, place = block[:, : here.stop - first], 1
            for matrix, chosen in self.parts:
                for column in chosen:
                    of_block[place] = matrix[here, column]
                    place += 1
            yield here, of_block

    def some(self, kept: NDArray[np.bool_], weights: Array) -> Rows:
        """Return the rows kept, with a weight for each of these."""
        places = np.flatnonzero(kept)
        parts = [
            (np.stack([matrix[:, column][places] for column in chosen]).T, range(len(chosen)))
            for matrix, chosen in self.parts
            if len(chosen)
        ]
        return Rows(parts, self.outcome[kept], weights)

    def predictor(self, coefficients: Array) -> Array:
        """Return the log odds of every row (row,)."""
        odds = np.empty(len(self.outcome))
        for here, block in self.blocks():
            odds[here] = coefficients @ block
        return odds


@dataclass(frozen=True)
class Slope:
    """The likelihood at some coefficients: its logarithm, its gradient (column,), its curvature (column, column) if asked."""

    value: float
    gradient: Array
    curvature: Array | None


def slope(rows: Rows, coefficients: Array, curved: bool) -> Slope:
    """Return the likelihood at some coefficients, intercept first.

    >>> at = slope(Rows([(np.array([[0.0], [1.0]]), [0])], np.array([0.0, 1.0])), np.zeros(2), curved=True)
    >>> round(at.value, 4), at.gradient.tolist(), at.curvature.tolist()
    (-1.3863, [0.0, 0.5], [[0.5, 0.25], [0.25, 0.25]])
    """
    size = rows.columns
    value, gradient, curvature = 0.0, np.zeros(size), np.zeros((size, size))
    buffer = np.empty((size, min(BLOCK, len(rows.outcome)) if curved else 0))  # asking anew costs more than filling it
    for here, block in rows.blocks():
        outcome, odds = rows.outcome[here], coefficients @ block
        small = np.exp(-np.abs(odds))
        nearer = 1 / (1 + small)  # the probability of the likelier of the two
        residual = outcome - np.where(odds >= 0, nearer, small * nearer)
        logs = np.log1p(small) + np.maximum(odds, 0) - outcome * odds
        variance = small * nearer * nearer
        if rows.weights is not None:
            weights = rows.weights[here]
            residual, logs, variance = residual * weights, logs * weights, variance * weights
        value -= float(logs.sum())
        gradient += block @ residual
        if curved:
            scaled = np.multiply(block, np.sqrt(variance), out=buffer[:, : block.shape[1]])
            curvature += scaled @ scaled.T
    return Slope(value, gradient, curvature if curved else None)


@dataclass(frozen=True)
class Maximum:
    """Where the likelihood is highest: coefficients (column,), intercept first, and a curvature from near there."""

    coefficients: Array
    curvature: Array


@dataclass(frozen=True)
class Fit:
    """What was fitted: the names of the columns that vary, and the maximum, whose first coefficient is the intercept."""

    columns: tuple[str, ...]
    maximum: Maximum


def climb(rows: Rows, start: Array, curvature: Array | None = None, small: float = SMALL) -> Maximum:
    """Return the maximum, from some starting coefficients, with a curvature from nearby if one is known.

    Where the likelihood is flat, for the outcome is separated, it ends on the way up. Raises DependentError if a column follows
    from the others.
    """
    place, fresh = start, curvature is None or not _is_sound(curvature)
    at = slope(rows, place, curved=fresh)
    kept = at.curvature if fresh else curvature
    if kept is None or not _is_sound(kept):  # far from the maximum probabilities are of no weight
        place, fresh = np.zeros_like(start), True
        at = slope(rows, place, curved=True)
        kept = at.curvature
        if kept is None or not _is_sound(kept):
            raise DependentError
    length, far = math.inf, False
    for _ in range(ROUNDS):
        before, (step, length) = length, _newton(kept, at.gradient)
        far = length > SLOW * before
        if length < small:
            return Maximum(place + step, kept)
        if far and not fresh:
            at, fresh = slope(rows, place, curved=True), True
            kept = _sound(at.curvature, kept)
            step, length = _newton(kept, at.gradient)
        for _ in range(HALVINGS):
            there = slope(rows, place + step, curved=far)
            if there.value >= at.value - ROUNDING * abs(at.value):
                break
            step = step / 2
        change = at.gradient - there.gradient
        kept = _moved(kept, step, change) if there.curvature is None else _sound(there.curvature, kept)
        place, at, fresh = place + step, there, far
    return Maximum(place, kept)


def settle(rows: Rows, start: Array, flat: float) -> Maximum:
    """Return where whole Newton steps end at which the likelihood is all but flat, for an outcome that some column separates.

    No maximum exists then: the coefficient of that column grows by about one a step, for ever. It is left where the gradient
    per row, by columns brought to a mean of zero and a standard deviation of one and summed up regardless of sign, is less than
    `flat`.
    """
    place, at = start, slope(rows, start, curved=True)
    total, means, deviations = moments(rows)
    kept = np.eye(rows.columns)
    for _ in range(ROUNDS):
        kept = _sound(at.curvature, kept)
        if np.abs((at.gradient - means * at.gradient[0]) / deviations).sum() / total < flat:
            break
        step, _ = _newton(kept, at.gradient)
        for _ in range(HALVINGS):
            there = slope(rows, place + step, curved=True)
            if there.value >= at.value - ROUNDING * abs(at.value):
                break
            step = step / 2
        place, at = place + step, there
    return Maximum(place, kept)


def moments(rows: Rows) -> tuple[float, Array, Array]:
    """What the rows count together, and the means and deviations of the columns (column,); of the intercept zero and one."""
    weights = np.ones(len(rows.outcome)) if rows.weights is None else rows.weights
    total = float(weights.sum())
    means = sum((block @ weights[here] for here, block in rows.blocks()), np.zeros(rows.columns)) / total
    squares = sum(((block - means[:, None]) ** 2 @ weights[here] for here, block in rows.blocks()), np.zeros(rows.columns))
    means[0], deviations = 0.0, np.sqrt(squares / total)
    deviations[0] = 1.0
    return total, means, deviations


def _is_sound(curvature: Array) -> bool:
    """Whether columns, brought to one length, tell apart."""
    lengths = np.sqrt(np.abs(np.diag(curvature)))
    if not (lengths > 0).all():
        return False
    return bool(np.linalg.eigvalsh(curvature / np.outer(lengths, lengths))[0] > DEPENDENT)


def _sound(curvature: Array | None, otherwise: Array) -> Array:
    return otherwise if curvature is None or not _is_sound(curvature) else curvature


def _newton(curvature: Array, gradient: Array) -> tuple[Array, float]:
    """Newton's step, and its length in standard errors."""
    step: Array = np.asarray(np.linalg.solve(curvature, gradient), np.float64)
    return step, math.sqrt(max(float(gradient @ step), 0.0))


def _moved(curvature: Array, step: Array, change: Array) -> Array:
    """The curvature brought up to date by how the gradient changed along a step (Broyden, Fletcher, Goldfarb, Shanno)."""
    along, expected = float(change @ step), curvature @ step
    if along <= 0:
        return curvature
    return curvature + np.outer(change, change) / along - np.outer(expected, expected) / float(step @ expected)
