"""A unit's own past, partially pooled: how often the outcome came, beside how often a model expected it.

    ratio(i, t) = (observed(i, t) + k) / (expected(i, t) + k)

observed and expected sum the outcomes, and the probabilities a model gave them, over the years before t; a year's news is worth
one in the next, and `decay` times as much with every year that follows. Without decay the ratio is the mean of a gamma
distribution of the unit's proneness, of mean one and variance 1/k before anything is seen, after Poisson outcomes (the shared
frailty of Vaupel, Manton & Stallard 1979); with decay, proneness drifts and old news fades (Harvey & Fernandes 1989). A unit of
which little is known has a ratio near one: its own history counts, and cannot dominate.

In a dyad-year there are three such units, the dyad and each of its states; the states' logarithms are added up. Everything here
is linear in the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from foedus.mechanisms.estimate import Array

Codes = NDArray[np.int64]

COLUMNS = ("dyad_history", "state_history")
"""Names of the two logarithms in a design."""


@dataclass(frozen=True)
class Past:
    """What is known of the units of each row from the years before it.

    Attributes
    ----------
    dyad, first, second : (row, 2), sums observed and expected, of the dyad and of either state.
    """

    dyad: Array
    first: Array
    second: Array

    def log_ratios(self, dyad_weight: float, state_weight: float) -> Array:
        """Return (row, 2): the log ratio of the dyad, and the sum of its states' log ratios; the weights are k.

        >>> quiet = np.array([[0.0, 1.0]])
        >>> Past(quiet, quiet, quiet).log_ratios(1.0, 1.0).round(2).tolist()
        [[-0.69, -1.39]]
        """
        states = log_ratio(self.first, state_weight) + log_ratio(self.second, state_weight)
        return np.column_stack([log_ratio(self.dyad, dyad_weight), states])

    def variances(self, dyad_weight: float, state_weight: float) -> Array:
        """Return (row, 2): how uncertain the same two are, as variances of the logarithms of gamma variables."""
        from scipy.special import polygamma

        states = polygamma(1, self.first[:, 0] + state_weight) + polygamma(1, self.second[:, 0] + state_weight)
        return np.column_stack([polygamma(1, self.dyad[:, 0] + dyad_weight), states])


def log_ratio(sums: Array, weight: float) -> Array:
    """Return the logarithm of observed over expected (row, 2), each with `weight` added: (row,)."""
    ratio: Array = np.log((sums[:, 0] + weight) / (sums[:, 1] + weight))
    return ratio


def past(sides: Codes, year: Codes, outcome: Array, expected: Array, decay: float) -> Past:
    """Return what is known of the dyad and the states of each row from the years before it.

    sides : (row, 2), the numbers of the two states. year : (row,). outcome : (row,), nan where it is not known: then its
    expectation does not enter either. expected : (row,), the model's probability.

    >>> sides = np.array([[2, 20], [2, 20], [2, 70]])
    >>> known = past(sides, np.array([1990, 1991, 1991]), np.array([1.0, 0.0, 0.0]), np.full(3, 0.5), decay=1.0)
    >>> known.dyad.tolist(), known.first[2].tolist()
    ([[0.0, 0.0], [1.0, 0.5], [0.0, 0.0]], [1.0, 0.5])
    """
    found = amounts(outcome, expected)
    number = np.zeros(int(sides.max(initial=0)) + 1, np.int64)
    number[sides.ravel()] = 1
    number = np.cumsum(number) - 1
    state, states = number[sides], int(number[-1]) + 1
    of_dyads = discounted(state[:, 0] * states + state[:, 1], year, found, decay)
    of_states = discounted(state.ravel("F"), np.tile(year, 2), np.tile(found, (2, 1)), decay)
    return Past(of_dyads, of_states[: len(year)], of_states[len(year) :])


def amounts(outcome: Array, expected: Array) -> Array:
    """Return what each row adds to the sums (row, 2); nothing where the outcome is not known."""
    known = ~np.isnan(outcome)
    return np.column_stack([np.where(known, outcome, 0.0), np.where(known, expected, 0.0)])


def discounted(unit: Codes, year: Codes, amount: Array, decay: float) -> Array:
    """Return, for each row, the discounted sums of `amount` (row, 2) over the earlier years of its unit (row, 2).

    Units are numbered from nought, not necessarily without gaps.

    >>> unit, year = np.zeros(3, np.int64), np.array([1990, 1991, 1993])
    >>> discounted(unit, year, np.array([[1.0, 0.5]] * 3), 0.5)[:, 0].tolist()
    [0.0, 1.0, 0.75]
    """
    order = np.argsort(year.astype(np.int16), kind="stable")
    unit, year, amount = unit[order], year[order], amount[order]
    sums = np.empty_like(amount)
    kept = np.zeros((int(unit.max(initial=-1)) + 1, 2))
    last = int(year[0]) if len(year) else 0
    for begin, end in pairwise(np.flatnonzero(np.diff(year, prepend=-1, append=-1))):
        kept *= decay ** max(int(year[begin]) - last - 1, 0)
        sums[begin:end] = kept[unit[begin:end]]
        kept *= decay
        for kind in (0, 1):
            kept[:, kind] += np.bincount(unit[begin:end], amount[begin:end, kind], len(kept))
        last = int(year[begin])
    back = np.empty_like(sums)
    back[order] = sums
    return back
