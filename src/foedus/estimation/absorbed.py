"""Effects of groups taken out instead of estimated: regressions with a level for every dyad, state or year, in a few columns.

What is left of outcome and covariates after the groups' means (Frisch & Waugh 1933) has the coefficients that a column for
every group would give. A generalized linear model is a weighted regression at every step of its climb, so that the same holds
of it with weighted means (Stammann 2018; Correia, Guimarães & Zylkin 2020); means of several groupings are taken out in turn
until nothing changes. pyfixest does the same and weighs 221 MiB (docs/decisions/0011).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from foedus.errors import InputError
from foedus.estimation.design import Array

Codes = NDArray[np.int64]

ROUNDS, CLOSE = 10_000, 1e-11
"""Most rounds in which means are taken out in turn, and the change of a column, in its deviations, at which that rests."""

STEPS, SMALL = 200, 1e-9
"""Most steps of the climb, and the length of one, in standard errors, at which it ends."""


class Family(Protocol):
    """What a generalized linear model makes of a linear predictor."""

    def mean(self, eta: Array) -> Array:
        """Return the mean outcome."""

    def slope(self, eta: Array) -> Array:
        """Return by how much the mean changes with the predictor."""

    def variance(self, mean: Array) -> Array:
        """Return the variance at a mean."""

    def log_likelihood(self, outcome: Array, eta: Array) -> Array:
        """Return the log likelihood of each row."""

    def start(self, outcome: Array) -> Array:
        """Return a linear predictor to begin from."""


@dataclass(frozen=True)
class Absorbed:
    """A regression with effects taken out.

    Attributes
    ----------
    coefficients : (column,). eta : (row,), the linear predictor with effects and offset. left : (row, column), what the effects
        leave of the columns. inverse : (column, column), inverse information. residual : (row,), of the gradient.
    """

    coefficients: Array
    eta: Array
    left: Array
    inverse: Array
    residual: Array


def absorb(
    matrix: Array,
    outcome: Array,
    groups: Sequence[Codes],
    family: Family,
    weights: Array | None = None,
    offset: Array | None = None,
) -> Absorbed:
    """Fit a generalized linear model with effects of every group of every grouping taken out.

    matrix : (row, column), without an intercept. groups : (row,) codes from zero on, a grouping each.

    Raises InputError if the climb does not end.
    """
    given = np.ones(len(outcome)) if weights is None else weights
    moved = np.zeros(len(outcome)) if offset is None else offset
    eta, before, place = family.start(outcome), -np.inf, np.zeros(matrix.shape[1])
    for step in range(STEPS):
        mean, slope = family.mean(eta), family.slope(eta)
        working = given * slope**2 / family.variance(mean)
        target = eta - moved + (outcome - mean) / slope
        left = within(np.column_stack([target, matrix]), groups, working)
        information = (left[:, 1:] * working[:, None]).T @ left[:, 1:]
        coefficients: Array = np.asarray(
            np.linalg.solve(information, (left[:, 1:] * working[:, None]).T @ left[:, 0]), np.float64
        )
        effects = target - left[:, 0] - (matrix - left[:, 1:]) @ coefficients
        goal = effects + matrix @ coefficients + moved
        value = -np.inf
        for _ in range(40):
            value = float((given * family.log_likelihood(outcome, goal)).sum())
            if np.isfinite(value) and value >= before - 1e-9 * abs(before if np.isfinite(before) else 0.0):
                break
            goal = (goal + eta) / 2
        eta = goal
        moved_by, place = coefficients - place, coefficients
        if step and float(moved_by @ information @ moved_by) < SMALL**2:
            mean, slope = family.mean(eta), family.slope(eta)
            working = given * slope**2 / family.variance(mean)
            left = within(matrix, groups, working)
            inverse: Array = np.asarray(np.linalg.inv((left * working[:, None]).T @ left), np.float64)
            return Absorbed(coefficients, eta, left, inverse, given * (outcome - mean) * slope / family.variance(mean))
        before = value
    raise InputError("the likelihood was not climbed in 200 steps: some effect or column tells the outcome nearly for certain.")


def within(columns: Array, groups: Sequence[Codes], weights: Array | None = None) -> Array:
    """Return columns (row, column) less the weighted means of every grouping, taken out in turn until nothing changes.

    >>> within(np.array([[1.0], [3.0], [10.0]]), [np.array([0, 0, 1])]).tolist()
    [[-1.0], [1.0], [0.0]]
    """
    given = np.ones(len(columns)) if weights is None else weights
    totals = [np.bincount(group, given) for group in groups]
    left = np.asfortranarray(columns, np.float64).copy(order="F")
    for place in range(left.shape[1]):
        column = left[:, place]
        deviation = float(np.sqrt(np.average((column - np.average(column, weights=given)) ** 2, weights=given)))
        for _ in range(ROUNDS):
            change = 0.0
            for group, total in zip(groups, totals, strict=True):
                means = np.bincount(group, column * given) / total
                np.subtract(column, means[group], out=column)
                change = max(change, float(np.abs(means).max()))
            if len(groups) == 1 or change <= CLOSE * max(deviation, 1e-300):
                break
    return left
