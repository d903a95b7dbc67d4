"""Estimation: a design matrix in, coefficients with cluster-robust covariance out.

The likelihood is maximised by glum (docs/decisions/0001); this file holds what surrounds it: the design, the check that the
maximum exists, the clustered covariance and what can be said from an estimate. Nothing here knows of disputes or states.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
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

LARGE, THINNED = 50_000, 10
"""Rows above which a fit begins from one of the events and of one in so many of the other rows."""

LARGEST_ERROR = 10.0
"""Model-based standard error, per standard deviation of its covariate, beyond which the likelihood is flat in that direction:
the outcome is separated and no maximum exists. Errors of well-posed fits on thousands of rows are below one."""


@dataclass(frozen=True)
class Design:
    """Rows ready for estimation.

    Attributes
    ----------
    matrix : (row, column), without an intercept. columns : names of its columns.
    outcome : (row,), 0 or 1, in hindsight. cluster : (row,), numbers that tell clusters apart. year : (row,).
    sides : (row, 2), the numbers of the two states, where a row is about two and their history counts.
    known : (row,), the year by whose end an outcome of 1 is known, where that may be later than the row's own; else None.
    """

    matrix: Array
    columns: tuple[str, ...]
    outcome: Array
    cluster: NDArray[np.int64]
    year: NDArray[np.int64]
    sides: NDArray[np.int64] | None = None
    known: NDArray[np.int64] | None = None

    @classmethod
    def of(cls, rows: pl.DataFrame, columns: Sequence[str], outcome: str, cluster: pl.Expr, sides: bool = False) -> Design:
        """Return the rows of a frame with a column `year`; `cluster` gives each row its cluster's number.

        With `sides`, the rows are about two states, ccode1 and ccode2, whose history counts.

        >>> rows = pl.DataFrame({"ccode": [2, 20], "year": [1990, 1990], "pact": [True, False], "onset": [False, True]})
        >>> design = Design.of(rows, ["pact"], "onset", pl.col("ccode"))
        >>> design.matrix.tolist(), design.outcome.tolist(), design.cluster.tolist()
        ([[1.0], [0.0]], [0.0, 1.0], [2, 20])
        """
        numbers = rows.select(year=pl.col("year").cast(pl.Int64), cluster=cluster.cast(pl.Int64))
        return cls(
            matrix=matrix_of(rows, columns),
            columns=tuple(columns),
            outcome=rows[outcome].cast(pl.Float64).to_numpy(),
            cluster=numbers["cluster"].to_numpy(),
            year=numbers["year"].to_numpy(),
            sides=rows.select("ccode1", "ccode2").to_numpy().astype(np.int64) if sides else None,
        )

    @property
    def as_known(self) -> Array:
        """The outcome as it is known at the end of the last year of the rows: 0 where only later years show that it is 1.

        >>> years = np.array([1990, 1991])
        >>> Design(np.empty((2, 0)), (), np.ones(2), np.arange(2), years, known=np.array([1993, 1991])).as_known.tolist()
        [0.0, 1.0]
        """
        return self.outcome if self.known is None else np.where(self.known <= self.year.max(), self.outcome, 0.0)

    def where(self, rows: NDArray[np.bool_]) -> Design:
        """Return the design of the chosen rows."""
        return replace(
            self,
            matrix=self.matrix.T[:, rows].T,  # column by column, as they are stored
            outcome=self.outcome[rows],
            cluster=self.cluster[rows],
            year=self.year[rows],
            sides=None if self.sides is None else self.sides[rows],
            known=None if self.known is None else self.known[rows],
        )

    def only(self, columns: Iterable[str]) -> Design:
        """Return the design of the chosen columns, in the design's own order."""
        chosen = set(columns)
        if chosen.issuperset(self.columns):
            return self
        kept = [place for place, name in enumerate(self.columns) if name in chosen]
        return replace(self, matrix=self.matrix.T[kept].T, columns=tuple(self.columns[place] for place in kept))

    def without_columns(self) -> Design:
        """Return the design with no columns at all, which costs nothing to take apart and to put together."""
        return replace(self, matrix=np.empty((len(self.year), 0)), columns=())

    def beside(self, matrix: Array, columns: Iterable[str], own: Iterable[str]) -> Design:
        """Return the design of the chosen columns of its `own`, with more (row, more) after them."""
        chosen = set(own)
        kept = [place for place, name in enumerate(self.columns) if name in chosen]
        wider = np.empty((len(matrix), len(kept) + matrix.shape[1]), order="F")
        for column, place in enumerate(kept):
            wider[:, column] = self.matrix[:, place]
        wider[:, len(kept) :] = matrix
        return replace(self, matrix=wider, columns=(*(self.columns[place] for place in kept), *columns))

    def then(self, later: Design) -> Design:
        """Return the rows of this design, followed by those of another with the same columns."""
        return replace(
            self,
            matrix=np.concatenate([self.matrix, later.matrix]),
            outcome=np.concatenate([self.outcome, later.outcome]),
            cluster=np.concatenate([self.cluster, later.cluster]),
            year=np.concatenate([self.year, later.year]),
            sides=None if self.sides is None or later.sides is None else np.concatenate([self.sides, later.sides]),
            known=None if self.known is None or later.known is None else np.concatenate([self.known, later.known]),
        )


_SIDES = [pl.col(side).cast(pl.Int64) for side in ("ccode1", "ccode2")]
OF_DYAD = _SIDES[0] * 1000 + _SIDES[1]
OF_PAIR = pl.min_horizontal(_SIDES) * 1000 + pl.max_horizontal(_SIDES)
"""The number of a row's dyad, for a cluster; of a pair, whichever of the two comes first."""


def matrix_of(rows: pl.DataFrame, columns: Sequence[str]) -> Array:
    """Return columns of a frame as an array (row, column), stored column by column; a null becomes nan.

    >>> matrix_of(pl.DataFrame({"pact": [True, None]}), ["pact"]).tolist(), matrix_of(pl.DataFrame({"x": [1]}), []).shape
    ([[1.0], [nan]], (1, 0))
    """
    if not columns:
        return np.empty((rows.height, 0), order="F")
    return rows.select(pl.col(columns).cast(pl.Float64)).to_numpy(order="fortran")


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


def logit(design: Design, start: Array | None = None) -> Estimate:
    """Fit a logit of the outcome on the design, with an intercept and errors clustered as the design says.

    `start` holds starting values for the coefficients, intercept first; they save time and change nothing else.
    Raises InputError if the outcome never varies or is separated by the covariates, naming the covariates at fault.
    """
    return clustered(design, maximise(design, start))


def clustered(design: Design, coefficients: Array) -> Estimate:
    """Return the estimate for the coefficients that maximise the likelihood, with errors clustered as the design says.

    Raises InputError, naming the covariates, if they separate the outcome.
    """
    return Estimate(
        terms=("intercept", *design.columns),
        coefficients=coefficients,
        covariance=clustered_covariance(design, coefficients),
        means=np.concatenate([[1.0], design.matrix.mean(axis=0)]),
        n=len(design.outcome),
        events=int(design.as_known.sum()),
        clusters=len(np.unique(design.cluster)),
        first_year=int(design.year.min()),
        last_year=int(design.year.max()),
    )


def maximise(design: Design, start: Array | None = None) -> Array:
    """Return the coefficients, intercept first, that maximise the likelihood; nought for a column that never varies.

    Without a `start`, large designs begin near the maximum: at that of the events and a tenth of the other rows, weighted.
    Raises InputError if the outcome never varies or a covariate follows from others.
    """
    outcome = design.as_known
    if not len(outcome) or outcome.min() == outcome.max():
        raise InputError(f"cannot fit a logit to {len(outcome)} rows in which the outcome never varies: widen the years.")
    coefficients = np.zeros(len(design.columns) + 1)
    if not design.columns:
        return np.array([np.log(outcome.mean() / (1 - outcome.mean()))])
    kept = np.concatenate([[True], varying(design)])
    matrix = design.matrix if kept.all() else design.matrix[:, kept[1:]]
    if start is not None:
        start = start[kept]
    elif len(outcome) > LARGE and matrix.shape[1] > 1:  # glum cannot start a single column
        start = _thinned(matrix, outcome)
    try:
        coefficients[kept] = _maximum(matrix, outcome, None, start, 1e-7)
    except np.linalg.LinAlgError:
        names = ", ".join(name for name, varies in zip(design.columns, kept[1:], strict=True) if varies)
        raise InputError(f"cannot tell these covariates apart, for one follows from the others: {names}. Drop one.") from None
    return coefficients


def _thinned(matrix: Array, outcome: Array) -> Array | None:
    """The maximum for the events and a tenth of the other rows, weighted; None where these cannot tell the covariates apart."""
    some = (outcome > 0) | (np.arange(len(outcome)) % THINNED == 0)
    with suppress(np.linalg.LinAlgError):
        return _maximum(matrix[some], outcome[some], np.where(outcome[some] > 0, 1.0, THINNED), None, 1e-4)
    return None


def varying(design: Design) -> NDArray[np.bool_]:
    """Return, for each column, whether it takes more than one value."""
    return np.array([column.min() < column.max() for column in design.matrix.T], dtype=np.bool_)


def _maximum(matrix: Array, outcome: Array, weights: Array | None, start: Array | None, tolerance: float) -> Array:
    from glum import GeneralizedLinearRegressor

    model = GeneralizedLinearRegressor(
        family="binomial", alpha=0, solver="irls-ls", gradient_tol=tolerance, max_iter=100, start_params=start, copy_X=False
    )
    model.fit(np.asfortranarray(matrix), outcome, sample_weight=weights)
    return np.concatenate([[model.intercept_], model.coef_])


def information(design: Design, coefficients: Array) -> Array:
    """Return the Fisher information (term, term) of a logit at these coefficients."""
    full = np.column_stack([np.ones(len(design.outcome)), design.matrix])
    probability = expit(full @ coefficients)
    matrix: Array = (full * (probability * (1 - probability))[:, None]).T @ full
    return matrix


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
    kept = np.concatenate([[True], varying(design)])
    columns = [name for name, varies in zip(design.columns, kept[1:], strict=True) if varies]
    bread = np.linalg.inv(information(design.only(columns), coefficients[kept]))
    full = np.column_stack([np.ones(len(design.outcome)), design.matrix[:, kept[1:]]])
    errors = np.sqrt(np.diag(bread))[1:] * full[:, 1:].std(axis=0)
    if separated := [name for name, error in zip(columns, errors, strict=True) if not error < LARGEST_ERROR]:
        raise InputError(f"{', '.join(separated)} separates the outcome: the logit has no maximum. Drop it or widen the years.")
    covariance = np.zeros((len(kept), len(kept)))
    covariance[np.ix_(kept, kept)] = sandwich(full, design.as_known - expit(full @ coefficients[kept]), bread, design.cluster)
    return covariance


def sandwich(full: Array, residual: Array, bread: NDArray[np.floating], cluster: NDArray[np.int64]) -> Array:
    """Return the cluster-robust covariance (term, term) of coefficients.

    full : (row, term), intercept included. residual : (row,). bread : (term, term), the model-based covariance up to scale.
    """
    groups, codes = np.unique(cluster, return_inverse=True)
    scores = full * residual[:, None]
    sums = np.column_stack([np.bincount(codes, weights=column, minlength=len(groups)) for column in scores.T])
    (n, k), g = full.shape, len(groups)
    covariance: Array = bread @ (sums.T @ sums) @ bread * (g / (g - 1)) * ((n - 1) / (n - k))
    return covariance
