"""What a fitted regression says: coefficients with their covariance, and predictions with intervals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from foedus.estimation.design import Array

NORMAL_95 = 1.959963984540054
"""97.5 % point of the standard normal distribution."""


@dataclass(frozen=True)
class Estimate:
    """A fitted regression: a logit, or least squares.

    Attributes
    ----------
    terms : names of the coefficients, "intercept" first.
    coefficients : (term,), in log odds, or in the outcome's unit. covariance : (term, term), cluster-robust.
    means : (term,), mean of each covariate over the rows fitted (1 for the intercept).
    n, events, clusters : rows, rows with the outcome (None where it is an amount), clusters.
    first_year, last_year : of the rows.
    """

    terms: tuple[str, ...]
    coefficients: Array
    covariance: Array
    means: Array
    n: int
    events: int | None
    clusters: int
    first_year: int
    last_year: int

    def predictor(self, matrix: Array) -> Array:
        """Return the linear predictor of rows (row, term without intercept): log odds, or the expected amount."""
        predictor: Array = self.coefficients[0] + matrix @ self.coefficients[1:]
        return predictor

    def probability(self, matrix: Array) -> Array:
        """Return the probability of a logit's outcome for rows (row, term without intercept)."""
        return expit(self.predictor(matrix))

    def error(self, matrix: Array) -> Array:
        """Return the standard error of each row's log odds: the uncertainty of the coefficients."""
        full = np.column_stack([np.ones(len(matrix)), matrix])
        error: Array = np.sqrt(((full @ self.covariance) * full).sum(axis=1))
        return error

    def interval(self, matrix: Array) -> tuple[Array, Array]:
        """Return the 95 % interval of each row's probability: the uncertainty of the coefficients, symmetric in log odds."""
        centre, error = self.predictor(matrix), self.error(matrix)
        return expit(centre - NORMAL_95 * error), expit(centre + NORMAL_95 * error)

    def contribution(self, matrix: Array, terms: Iterable[str]) -> tuple[Array, Array]:
        """Return what the given terms add to each row's log odds, compared with the mean row, and its standard error (row,)."""
        places = [self.terms.index(term) for term in terms]
        away = matrix[:, [place - 1 for place in places]] - self.means[places]
        error = np.sqrt(((away @ self.covariance[np.ix_(places, places)]) * away).sum(axis=1))
        return away @ self.coefficients[places], error

    def tidy(self) -> pl.DataFrame:
        """Return one row a term: term, estimate, std_error, z (nan for a column that never varied), low, high (95 %)."""
        error = np.sqrt(np.diag(self.covariance))
        return pl.DataFrame(
            {
                "term": self.terms,
                "estimate": self.coefficients,
                "std_error": error,
                "z": np.divide(self.coefficients, error, out=np.full(len(error), np.nan), where=error > 0),
                "low": self.coefficients - NORMAL_95 * error,
                "high": self.coefficients + NORMAL_95 * error,
            }
        )

    def glance(self) -> pl.DataFrame:
        """Return one row about the whole: n, events, clusters, first_year, last_year."""
        return pl.DataFrame(
            {
                "n": [self.n],
                "events": [self.events],
                "clusters": [self.clusters],
                "first_year": [self.first_year],
                "last_year": [self.last_year],
            }
        )


def expit(log_odds: Array) -> Array:
    """Return the probability that goes with log odds, without overflow.

    >>> expit(np.array([0.0, 800.0, -800.0])).tolist()
    [0.5, 1.0, 0.0]
    """
    small = np.exp(-np.abs(log_odds))
    probability: Array = np.where(log_odds >= 0, 1 / (1 + small), small / (1 + small))
    return probability


def poisson_interval(events: int, level: float) -> tuple[float, float]:
    """Return the exact interval of a Poisson mean given a count of events. Garwood (1936).

    >>> [round(bound, 2) for bound in poisson_interval(4, 0.95)]
    [1.09, 10.24]
    """
    from scipy.special import gammaincinv

    tail = (1 - level) / 2
    low = float(gammaincinv(events, tail)) if events else 0.0
    return low, float(gammaincinv(events + 1, 1 - tail))
