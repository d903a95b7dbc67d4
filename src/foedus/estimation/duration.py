"""How long peace has lasted, and what follows where that is not known to the year: a clock that the model runs itself.

The duration dependence is linear in the logarithm of the peace years, with other slopes from 2, 10 and 30 years on, and has a
step for no peace year at all (after Beck, Katz & Tucker 1998, with bends in place of splines). Where peace years were last
known some years before the year asked about, there may have been a dispute in each year between, which set the clock back, or
not; `run_clock` adds up what either would mean.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from foedus.estimation.design import Array
from foedus.estimation.estimate import NORMAL_95, Estimate, expit
from foedus.estimation.proneness import quantile

KNOTS = (2, 10, 30)
"""Peace years at which the slope of the duration dependence may change."""

DURATION = ("log_peace_years", "no_peace_year", *(f"log_peace_years_beyond_{knot}" for knot in KNOTS))
"""Names of the columns of the duration dependence."""

Bounds = tuple[Array, Array, Array]
"""Probability, and its lower and upper bound, each (row,)."""


def duration_matrix(peace_years: Array) -> Array:
    """Return the columns of the duration dependence (row, column); nan where peace years are.

    >>> duration_matrix(np.array([0.0, 9.0])).round(2).tolist()
    [[0.0, 1.0, 0.0, 0.0, 0.0], [2.3, 0.0, 1.2, 0.0, 0.0]]
    """
    logs = np.log1p(peace_years)
    none = np.where(np.isnan(logs), np.nan, peace_years == 0)
    return np.column_stack([logs, none, *(np.maximum(logs - np.log1p(knot), 0) for knot in KNOTS)])


def by_duration(estimate: Estimate, steady: Array, cumulants: Array) -> Callable[[Array], Bounds]:
    """Return what gives, for peace years (row,), the probability of the rows and its 95 % interval.

    estimate : of which DURATION are the first columns. steady : (row, column), the others. cumulants : (4, row), of what
    is uncertain in the rows' log odds beside the coefficients (`proneness.py`).
    """
    moving = 1 + len(DURATION)
    coefficients, covariance = estimate.coefficients, estimate.covariance
    centre = steady @ coefficients[moving:]
    spread = ((steady @ covariance[moving:, moving:]) * steady).sum(axis=1)
    shared = 2 * (steady @ covariance[moving:, :moving])

    def bounds(peace_years: Array) -> Bounds:
        columns = np.column_stack([np.ones(len(peace_years)), duration_matrix(peace_years)])
        odds = centre + columns @ coefficients[:moving]
        off = cumulants.copy()
        off[1] += spread + ((columns @ covariance[:moving, :moving] + shared) * columns).sum(axis=1)
        return expit(odds), expit(odds + quantile(off, -NORMAL_95)), expit(odds + quantile(off, NORMAL_95))

    return bounds


def run_clock(ages: Array, undisturbed: Sequence[Array], disturbed: Sequence[Array]) -> Array:
    """Return the probability of an onset some years after the peace years were last known, (row,).

    ages : (row,), years since then. undisturbed : per year since then, (row,) probability if there was no dispute in between.
    disturbed : per length of the clock, (row,) probability that many full years after a dispute.

    >>> certain, never = np.array([1.0]), np.array([0.0])
    >>> run_clock(np.array([1]), [certain, never], [np.array([0.25])]).tolist()
    [0.25]
    """
    quiet = np.ones(len(ages))
    since = np.zeros((len(disturbed) + 1, len(ages)))
    risk = np.zeros(len(ages))
    for year, probability in enumerate(undisturbed):
        onset = quiet * probability + sum(weight * again for weight, again in zip(since, disturbed, strict=False))
        risk = np.where(ages == year, onset, risk)
        for clock in range(len(disturbed) - 1, -1, -1):
            since[clock + 1] = since[clock] * (1 - disturbed[clock])
        since[0] = onset
        quiet = quiet * (1 - probability)
    return risk
