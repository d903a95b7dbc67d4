"""Amounts: least squares with clustered errors, and the honest baselines that a forecast of an amount has to beat.

Everything works on a `Design` whose outcome is an amount (often its logarithm), in clusters that are followed over years. As in
`forecasters.py`, a forecast of a row rests on coefficients learnt up to the origin and on outcomes of earlier years; one that
is nan is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from foedus.errors import InputError
from foedus.estimation.covariance import sandwich
from foedus.estimation.design import Array, Design
from foedus.estimation.estimate import Estimate
from foedus.estimation.forecasters import Forecast, log_odds

ROUNDS, TOLERANCE = 200, 1e-10
"""Rounds in which effects are taken out in turn, and the change of a value at which that rests."""


def linear(design: Design) -> Estimate:
    """Fit the outcome on the design by least squares, with an intercept; rows may hang together (`covariance.py`).

    Raises InputError if there are no more rows than coefficients, or a covariate follows from others, naming the covariates.

    >>> matrix, year = np.array([[0.0], [1.0], [2.0], [3.0]]), np.arange(1990, 1994)
    >>> linear(Design(matrix, ("x",), np.array([1.0, 3.0, 5.0, 7.0]), year, year)).coefficients.round(6).tolist()
    [1.0, 2.0]
    """
    coefficients = least_squares(design)
    kept = np.concatenate([[True], design.varies])
    full = np.column_stack([np.ones(len(design.outcome)), design.matrix])[:, kept]
    residual = design.outcome - full @ coefficients[kept]
    covariance = np.zeros((len(kept), len(kept)))
    bread = np.linalg.inv(full.T @ full)
    covariance[np.ix_(kept, kept)] = sandwich([*full.T[1:]], residual, bread, design.cluster, design.sides)
    return Estimate(
        terms=("intercept", *design.columns),
        coefficients=coefficients,
        covariance=covariance,
        means=np.concatenate([[1.0], design.matrix.mean(axis=0)]),
        n=len(design.outcome),
        events=None,
        clusters=len(np.unique(design.cluster)),
        first_year=int(design.year.min()),
        last_year=int(design.year.max()),
    )


def least_squares(design: Design) -> Array:
    """Return the coefficients, intercept first, with the least squared residuals; zero for a column that never varies."""
    kept = np.concatenate([[True], design.varies])
    full = np.column_stack([np.ones(len(design.outcome)), design.matrix])[:, kept]
    if len(full) <= full.shape[1]:
        raise InputError(f"cannot fit {full.shape[1]} coefficients to {len(full)} rows: widen the years or drop covariates.")
    solution, _, rank, _ = np.linalg.lstsq(full, design.outcome, rcond=None)
    if rank < full.shape[1]:
        names = ", ".join(name for name, varies in zip(design.columns, kept[1:], strict=True) if varies)
        raise InputError(f"cannot tell these covariates apart, for one follows from the others: {names}. Drop one.")
    coefficients = np.zeros(len(kept))
    coefficients[kept] = solution
    return coefficients


def without_effects(values: Array, groups: Sequence[NDArray[np.int64]]) -> Array:
    """Return values less the effects of every grouping: means are taken out in turn until nothing changes.

    >>> without_effects(np.array([1.0, 2.0, 3.0, 4.0]), [np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])]).tolist()
    [0.0, 0.0, 0.0, 0.0]
    """
    left: Array = values - values.mean()
    for _ in range(ROUNDS):
        before = left
        for group in groups:
            means: Array = np.bincount(group, left) / np.bincount(group)
            left = left - means[group]
        if np.abs(left - before).max() < TOLERANCE:
            break
    return left


def within_clusters(design: Design) -> Design:
    """Return the design less every cluster's effects, around the means of all rows: what varies is compared inside clusters."""
    codes = [np.unique(design.cluster, return_inverse=True)[1].astype(np.int64)]

    def moved(values: Array) -> Array:
        centred: Array = without_effects(values, codes) + values.mean()
        return centred

    return replace(design, matrix=np.column_stack([moved(each) for each in design.matrix.T]), outcome=moved(design.outcome))


@dataclass(frozen=True)
class Linear:
    """Least squares of the outcome on some columns of the design."""

    columns: tuple[str, ...]

    def learn(self, known: Design) -> Forecast:
        """Return the forecast of the regression; raises InputError if it cannot be fitted."""
        coefficients = least_squares(known.only(self.columns))
        return lambda later: log_odds(coefficients, later.only(self.columns))


@dataclass(frozen=True)
class Unchanged:
    """No change: the value of the year before, which a column of the design holds.

    Unlike `LastValue` it knows that year also where the row of that year is not learnt from.
    """

    column: str

    def learn(self, known: Design) -> Forecast:  # noqa: ARG002 - the column knows it already
        """Return the forecast: the column itself."""
        return lambda later: later.only((self.column,)).matrix[:, 0]


@dataclass(frozen=True)
class OwnMean:
    """The mean of the cluster's outcomes so far; of all rows learnt from for a cluster without any."""

    def learn(self, known: Design) -> Forecast:
        """Return the forecast; it goes on learning in the years forecast.

        >>> nothing, years = np.empty((3, 0)), np.array([1900, 1901, 1901])
        >>> known = Design(nothing, (), np.array([1.0, 3.0, 8.0]), np.array([7, 7, 9]), years)
        >>> later = Design(nothing, (), np.array([5.0, np.nan, 0.0]), np.array([7, 7, 4]), years + [2, 2, 2])
        >>> OwnMean().learn(known)(later).tolist()
        [2.0, 3.0, 4.0]
        """
        return lambda later: np.array([_mean(seen.outcome) for seen in _seen(known, later)])


@dataclass(frozen=True)
class LastValue:
    """The cluster's latest known outcome; the mean of all rows learnt from for a cluster without any."""

    def learn(self, known: Design) -> Forecast:
        """Return the forecast: no change.

        >>> known = Design(np.empty((2, 0)), (), np.array([1.0, 3.0]), np.array([7, 7]), np.array([1900, 1901]))
        >>> later = Design(np.empty((2, 0)), (), np.array([np.nan, 0.0]), np.array([7, 7]), np.array([1902, 1903]))
        >>> LastValue().learn(known)(later).tolist()
        [3.0, 3.0]
        """
        return lambda later: np.array([seen.outcome[-1] for seen in _seen(known, later)])


@dataclass(frozen=True)
class OwnTrend:
    """A straight line through the cluster's outcomes so far, by least squares; the last of them while there are two."""

    def learn(self, known: Design) -> Forecast:
        """Return the forecast.

        >>> known = Design(np.empty((3, 0)), (), np.array([1.0, 2.0, 3.0]), np.full(3, 7), np.array([1900, 1901, 1902]))
        >>> later = Design(np.empty((1, 0)), (), np.array([np.nan]), np.array([7]), np.array([1910]))
        >>> OwnTrend().learn(known)(later).round(6).tolist()
        [11.0]
        """

        def forecast(later: Design) -> Array:
            return np.array([_line(seen, year) for seen, year in zip(_seen(known, later), later.year, strict=True)])

        return forecast


@dataclass(frozen=True)
class _Seen:
    """What a cluster has shown before a year, by year."""

    outcome: Array
    year: NDArray[np.int64]


def _seen(known: Design, later: Design) -> Iterable[_Seen]:
    """What each later row's cluster has shown before it; the mean of all rows learnt from, where it has shown nothing."""
    both = known.without_columns().then(later.without_columns())
    order = np.lexsort((both.year, both.cluster))
    order = order[~np.isnan(both.outcome[order])]
    cluster, year, outcome = both.cluster[order], both.year[order], both.outcome[order]
    nothing = _Seen(np.array([known.outcome.mean()]), np.array([known.year.max()]))
    begins = np.searchsorted(cluster, later.cluster)
    for begin, unit, now in zip(begins, later.cluster, later.year, strict=True):
        end = begin + np.searchsorted(year[begin : np.searchsorted(cluster, unit, "right")], now)
        yield _Seen(outcome[begin:end], year[begin:end]) if end > begin else nothing


def _mean(outcome: Array) -> float:
    return float(outcome.mean())


def _line(seen: _Seen, year: int) -> float:
    if len(seen.year) < 3:
        return float(seen.outcome[-1])
    slope, level = np.polyfit(seen.year - seen.year[0], seen.outcome, 1)
    return float(level + slope * (year - seen.year[0]))
