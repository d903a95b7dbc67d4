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

import numpy as np
from numpy.typing import NDArray

from foedus.estimation.likelihood import Array
from foedus.estimation.proneness import log_gamma_cumulants

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

    def where(self, rows: NDArray[np.bool_]) -> Past:
        """Return what is known of the chosen rows."""
        return Past(self.dyad[rows], self.first[rows], self.second[rows])

    def log_ratios(self, dyad_weight: float, state_weight: float) -> Array:
        """Return (row, 2): the log ratio of the dyad, and the sum of its states' log ratios; the weights are k.

        >>> quiet = np.array([[0.0, 1.0]])
        >>> Past(quiet, quiet, quiet).log_ratios(1.0, 1.0).round(2).tolist()
        [[-0.69, -1.39]]
        """
        states = log_ratio(self.first, state_weight) + log_ratio(self.second, state_weight)
        return np.column_stack([log_ratio(self.dyad, dyad_weight), states])

    def cumulants(self, dyad_weight: float, state_weight: float, slopes: Array) -> Array:
        """Return (4, row): how far the same two, times their slopes (2,), may be off, as cumulants (`proneness.py`)."""
        powers = np.arange(1, 5)[:, None]
        shapes = self.dyad[:, 0] + dyad_weight, self.first[:, 0] + state_weight, self.second[:, 0] + state_weight
        dyad, first, second = map(log_gamma_cumulants, shapes)
        uncertain: Array = dyad * slopes[0] ** powers + (first + second) * slopes[1] ** powers
        return uncertain


def log_ratio(sums: Array, weight: float) -> Array:
    """Return the logarithm of observed over expected (row, 2), each with `weight` added: (row,)."""
    ratio: Array = np.log((sums[:, 0] + weight) / (sums[:, 1] + weight))
    return ratio


def past(sides: Codes, year: Codes, outcome: Array, expected: Array, decay: float, known: Codes | None = None) -> Past:
    """Return what is known of the dyad and the states of each row from the years before it.

    sides : (row, 2), the numbers of the two states. year : (row,). outcome : (row,), nan where it is not known: then its
    expectation does not enter either. expected : (row,), the model's probability. known : (row,), the year by whose end an
    outcome is known; None for the row's own.

    >>> sides = np.array([[2, 20], [2, 20], [2, 70]])
    >>> known = past(sides, np.array([1990, 1991, 1991]), np.array([1.0, 0.0, 0.0]), np.full(3, 0.5), decay=1.0)
    >>> known.dyad.tolist(), known.first[2].tolist()
    ([[0.0, 0.0], [1.0, 0.5], [0.0, 0.0]], [1.0, 0.5])
    """
    return Ledger.of(sides, year, outcome, decay, known).past(expected)


def past_of_dyads(
    sides: Codes,
    year: Codes,
    outcome: Array,
    expected: Array,
    decay: float,
    known: Codes | None = None,
    *,
    at_once: bool = True,
) -> Array:
    """Return what is known of the dyad of each row from the years before it, (row, 2); the arguments are those of a ledger."""
    news = arrivals(year, amounts(outcome, expected), known, at_once=at_once)
    state, states = _numbered(sides)
    dyad = (state[:, 0] * states + state[:, 1])[news.row]
    return discounted(dyad, news.year, news.amount, decay)[: len(year)]


def _numbered(sides: Codes) -> tuple[Codes, int]:
    """The states of each row, numbered without gaps from zero, and how many there are."""
    number = np.zeros(int(sides.max(initial=0)) + 1, np.int64)
    number[sides.ravel()] = 1
    number = np.cumsum(number) - 1
    return number[sides], int(number[-1]) + 1


@dataclass(frozen=True)
class Ledger:
    """What pasts of the same rows have in common, whatever is expected of them: worked out once.

    Attributes
    ----------
    dyads, states : of the rows' dyads, and of their first sides followed by their second ones.
    counts : (row,), whether the outcome is known, so that its expectation enters.
    delay : (row,), how many years later it does; None for at once.
    observed : what was observed before each row: of the dyad (row,), and of the sides (2 rows,).
    """

    dyads: Discounting
    states: Discounting
    counts: NDArray[np.bool_]
    delay: Codes | None
    observed: tuple[Array, Array]

    @classmethod
    def of(
        cls, sides: Codes, year: Codes, outcome: Array, decay: float, known: Codes | None = None, *, at_once: bool = True
    ) -> Ledger:
        """Return that of rows, as in `past`; unless `at_once`, a row enters in all when its outcome is known, not before."""
        counts = ~np.isnan(outcome)
        late = counts if not at_once else outcome > 0
        delay = np.zeros_like(year) if known is None else np.where(late, np.maximum(known - year, 0), 0)
        in_time = counts & (year + delay <= year.max(initial=0))
        happened, delay = np.where(in_time, outcome, 0.0), np.where(in_time, delay, 0)
        counts = counts if at_once else in_time
        state, states = _numbered(sides)
        dyads = Discounting.of(state[:, 0] * states + state[:, 1], year, decay)
        both = Discounting.of(state.ravel("F"), np.tile(year, 2), decay)
        observed = dyads.before(happened, delay), both.before(np.tile(happened, 2), np.tile(delay, 2))
        return cls(dyads, both, counts, None if at_once else delay, observed)

    def past(self, expected: Array) -> Past:
        """Return the pasts of the rows, of which so much was expected (row,)."""
        amount = np.where(self.counts, expected, 0.0)
        later = None if self.delay is None else np.tile(self.delay, 2)
        dyad = np.stack([self.observed[0], self.dyads.before(amount, self.delay)]).T
        both = np.stack([self.observed[1], self.states.before(np.tile(amount, 2), later)]).T
        return Past(dyad, both[: len(amount)], both[len(amount) :])


@dataclass(frozen=True)
class Discounting:
    """Sums over the earlier years of each row's unit, in which a year counts `decay` times as much with every later year.

    Attributes
    ----------
    cell : (row,), where the row's unit and year stand in a table (year, unit) of `shape`.
    """

    cell: Codes
    shape: tuple[int, int]
    decay: float

    @classmethod
    def of(cls, unit: Codes, year: Codes, decay: float) -> Discounting:
        """Return that of rows; units are numbered from zero, not necessarily without gaps."""
        if not len(year):
            return cls(np.empty(0, np.int64), (0, 0), decay)
        present = np.zeros(int(unit.max()) + 1, np.bool_)
        present[unit] = True
        units, first = int(present.sum()), int(year.min())
        return cls((year - first) * units + (np.cumsum(present) - 1)[unit], (int(year.max()) - first + 1, units), decay)

    def before(self, amount: Array, delay: Codes | None = None) -> Array:
        """Return, for each row, the sums of the amounts (row,) of earlier years (row,), each counted `delay` years later.

        >>> unit, year = np.zeros(3, np.int64), np.array([1990, 1991, 1993])
        >>> Discounting.of(unit, year, 0.5).before(np.ones(3)).tolist()
        [0.0, 1.0, 0.75]
        """
        years, units = self.shape
        cell = self.cell if delay is None else self.cell + delay * units
        table: Array = np.bincount(cell, amount, years * units).astype(np.float64, copy=False).reshape(years, units)
        kept = np.zeros(units)
        for now in table:
            now[:], kept = kept, kept * self.decay + now
        sums: Array = table.ravel()[self.cell]
        return sums


def amounts(outcome: Array, expected: Array) -> Array:
    """Return what each row adds to the sums (row, 2); nothing where the outcome is not known."""
    known = ~np.isnan(outcome)
    return np.column_stack([np.where(known, outcome, 0.0), np.where(known, expected, 0.0)])


@dataclass(frozen=True)
class News:
    """What becomes known when: the rows themselves, then again those of which something is known only later.

    Attributes
    ----------
    row : (news,), which row it is about. year : (news,), by whose end it is known. amount : (news, 2), what the sums gain.
    """

    row: Codes
    year: Codes
    amount: Array


def arrivals(year: Codes, amount: Array, known: Codes | None, *, at_once: bool = True) -> News:
    """Return what each row adds, in the year it is known: the expected at once, the observed in the year `known` (row,).

    Unless `at_once`, the expected comes with the observed.

    >>> news = arrivals(np.array([1990, 1991]), np.array([[1.0, 0.1], [0.0, 0.1]]), np.array([1993, 1991]))
    >>> news.row.tolist(), news.year.tolist(), news.amount.tolist()
    ([0, 1, 0], [1990, 1991, 1993], [[0.0, 0.1], [0.0, 0.1], [1.0, 0.0]])
    """
    if known is None:
        return News(np.arange(len(year)), year, amount)
    moved = amount * [1.0, 0.0 if at_once else 1.0]
    late = np.flatnonzero((known > year) & moved.any(axis=1))
    now = amount.copy()
    now[late] -= moved[late]
    return News(np.append(np.arange(len(year)), late), np.append(year, known[late]), np.concatenate([now, moved[late]]))


def discounted(unit: Codes, year: Codes, amount: Array, decay: float) -> Array:
    """Return, for each row, the discounted sums of `amount` (row, 2) over the earlier years of its unit (row, 2).

    Units are numbered from zero, not necessarily without gaps.

    >>> unit, year = np.zeros(3, np.int64), np.array([1990, 1991, 1993])
    >>> discounted(unit, year, np.array([[1.0, 0.5]] * 3), 0.5)[:, 0].tolist()
    [0.0, 1.0, 0.75]
    """
    if not len(year):
        return np.empty_like(amount)
    sums = Discounting.of(unit, year, decay)
    return np.stack([sums.before(each) for each in amount.T]).T
