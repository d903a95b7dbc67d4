"""Estimation: a design matrix in, coefficients with cluster-robust covariance out.

The likelihood is maximised by glum (docs/decisions/0001); this file holds what surrounds it: the design, the check that the
maximum exists, the clustered covariance and what can be said from an estimate. Nothing here knows of disputes or states.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.errors import InputError

if TYPE_CHECKING:
    from threadpoolctl import threadpool_limits

Array = NDArray[np.float64]

NORMAL_95 = 1.959963984540054
"""97.5 % point of the standard normal distribution."""

LARGEST_ERROR = 10.0
"""Model-based standard error, per standard deviation of its covariate, beyond which the likelihood is flat in that direction:
the outcome is separated and no maximum exists. Errors of well-posed fits on thousands of rows are below one."""


@dataclass(frozen=True)
class Design:
    """Rows ready for estimation.

    Attributes
    ----------
    matrix : (row, column), without an intercept. columns : names of its columns.
    outcome : (row,), 0 or 1. cluster : (row,), numbers that tell clusters apart. year : (row,).
    """

    matrix: Array
    columns: tuple[str, ...]
    outcome: Array
    cluster: NDArray[np.int64]
    year: NDArray[np.int64]

    def where(self, rows: NDArray[np.bool_]) -> Design:
        """Return the design of the chosen rows."""
        return Design(self.matrix[rows], self.columns, self.outcome[rows], self.cluster[rows], self.year[rows])

    def only(self, columns: Iterable[str]) -> Design:
        """Return the design of the chosen columns, in the design's own order."""
        chosen = set(columns)
        kept = [place for place, name in enumerate(self.columns) if name in chosen]
        names = tuple(self.columns[place] for place in kept)
        return Design(np.asfortranarray(self.matrix[:, kept]), names, self.outcome, self.cluster, self.year)


@dataclass(frozen=True)
class Estimate:
    """A fitted logit.

    Attributes
    ----------
    terms : names of the coefficients, "intercept" first.
    coefficients : (term,), log odds. covariance : (term, term), cluster-robust.
    means : (term,), mean of each covariate over the rows fitted (1 for the intercept).
    n, events, clusters : rows, rows with the outcome, clusters. first_year, last_year : of the rows.
    """

    terms: tuple[str, ...]
    coefficients: Array
    covariance: Array
    means: Array
    n: int
    events: int
    clusters: int
    first_year: int
    last_year: int

    def log_odds(self, matrix: Array) -> Array:
        """Return the linear predictor of rows (row, term without intercept), in log odds."""
        predictor: Array = self.coefficients[0] + matrix @ self.coefficients[1:]
        return predictor

    def probability(self, matrix: Array) -> Array:
        """Return the probability of the outcome for rows (row, term without intercept)."""
        return expit(self.log_odds(matrix))

    def interval(self, matrix: Array) -> tuple[Array, Array]:
        """Return the 95 % interval of each row's probability: the uncertainty of the coefficients, symmetric in log odds."""
        full = np.column_stack([np.ones(len(matrix)), matrix])
        error = np.sqrt(np.einsum("ij,jk,ik->i", full, self.covariance, full))
        centre = self.log_odds(matrix)
        return expit(centre - NORMAL_95 * error), expit(centre + NORMAL_95 * error)

    def contribution(self, matrix: Array, terms: Iterable[str]) -> tuple[Array, Array]:
        """Return what the given terms add to each row's log odds, compared with the mean row, and its standard error (row,)."""
        places = [self.terms.index(term) for term in terms]
        away = matrix[:, [place - 1 for place in places]] - self.means[places]
        error = np.sqrt(np.einsum("ij,jk,ik->i", away, self.covariance[np.ix_(places, places)], away))
        return away @ self.coefficients[places], error

    def tidy(self) -> pl.DataFrame:
        """Return one row a term: term, estimate, std_error, z, low, high (95 %)."""
        error = np.sqrt(np.diag(self.covariance))
        return pl.DataFrame(
            {
                "term": self.terms,
                "estimate": self.coefficients,
                "std_error": error,
                "z": self.coefficients / error,
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


def logit(design: Design, start: Array | None = None) -> Estimate:
    """Fit a logit of the outcome on the design, with an intercept and errors clustered as the design says.

    `start` holds starting values for the coefficients, intercept first; they save time and change nothing else.
    Raises InputError if the outcome never varies or is separated by the covariates, naming the covariates at fault.
    """
    coefficients = maximise(design, start)
    return Estimate(
        terms=("intercept", *design.columns),
        coefficients=coefficients,
        covariance=clustered_covariance(design, coefficients),
        means=np.concatenate([[1.0], design.matrix.mean(axis=0)]),
        n=len(design.outcome),
        events=int(design.outcome.sum()),
        clusters=len(np.unique(design.cluster)),
        first_year=int(design.year.min()),
        last_year=int(design.year.max()),
    )


def maximise(design: Design, start: Array | None = None) -> Array:
    """Return the coefficients, intercept first, that maximise the likelihood of the logit."""
    from glum import GeneralizedLinearRegressor

    if not len(design.outcome) or design.outcome.min() == design.outcome.max():
        raise InputError(
            f"cannot fit a logit to {len(design.outcome)} rows in which the outcome never varies: widen the years."
        )
    model = GeneralizedLinearRegressor(
        family="binomial", alpha=0, solver="irls-ls", gradient_tol=1e-7, max_iter=100, start_params=start, copy_X=False
    )
    model.fit(np.asfortranarray(design.matrix), design.outcome)
    return np.concatenate([[model.intercept_], model.coef_])


def information(design: Design, coefficients: Array) -> Array:
    """Return the Fisher information (term, term) of a logit at these coefficients."""
    full = np.column_stack([np.ones(len(design.outcome)), design.matrix])
    probability = expit(full @ coefficients)
    matrix: Array = (full * (probability * (1 - probability))[:, None]).T @ full
    return matrix


def restricted(coefficients: Array, known: Array, kept: list[int]) -> Array:
    """Return where the maximum lies, to second order, when only the terms at the places `kept` may differ from nought.

    `coefficients` maximise the likelihood with every term and `known` is their information. A starting value close to the
    maximum spares the fit most of its steps.
    """
    dropped = [place for place in range(len(coefficients)) if place not in kept]
    shift = np.linalg.solve(known[np.ix_(kept, kept)], known[np.ix_(kept, dropped)] @ coefficients[dropped])
    start: Array = np.asarray(coefficients[kept] + shift, dtype=np.float64)
    return start


def one_core() -> threadpool_limits:
    """Hold the numeric libraries to one core, in this thread, until the returned context ends."""
    import glum  # noqa: F401 - only libraries already loaded can be limited
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1)


def clustered_covariance(design: Design, coefficients: Array) -> Array:
    """Return the cluster-robust covariance (term, term) of a logit's coefficients.

    Sandwich of Liang & Zeger (1986) with the small-sample factor G/(G-1) · (N-1)/(N-K), as Stata and statsmodels have it.
    Raises InputError, naming the covariates, if they separate the outcome.
    """
    full = np.column_stack([np.ones(len(design.outcome)), design.matrix])
    bread = np.linalg.inv(information(design, coefficients))
    errors = np.sqrt(np.diag(bread))[1:] * design.matrix.std(axis=0)
    if separated := [name for name, error in zip(design.columns, errors, strict=True) if not error < LARGEST_ERROR]:
        raise InputError(f"{', '.join(separated)} separates the outcome: the logit has no maximum. Drop it or widen the years.")
    groups, codes = np.unique(design.cluster, return_inverse=True)
    scores = full * (design.outcome - expit(full @ coefficients))[:, None]
    sums = np.column_stack([np.bincount(codes, weights=column, minlength=len(groups)) for column in scores.T])
    n, k, g = len(full), full.shape[1], len(groups)
    covariance: Array = bread @ (sums.T @ sums) @ bread * (g / (g - 1)) * ((n - 1) / (n - k))
    return covariance
