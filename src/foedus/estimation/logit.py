"""Estimation: a design matrix in, coefficients with cluster-robust covariance out.

The likelihood is maximised in `likelihood.py` (docs/decisions/0011); this file holds what surrounds it: the design, the check
that the maximum exists, the clustered covariance and what can be said from an estimate. Nothing here knows of disputes or
states.
"""

from __future__ import annotations

import hashlib
import math
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.errors import InputError
from foedus.estimation.history import Ledger
from foedus.estimation.likelihood import DependentError, Maximum, Rows, climb, settle, slope

if TYPE_CHECKING:
    from threadpoolctl import threadpool_limits

Array = NDArray[np.float64]

NORMAL_95 = 1.959963984540054
"""97.5 % point of the standard normal distribution."""

FLAT, ROUGHLY_FLAT = 1e-7, 1e-4
"""Gradient per row at which the fit of a separated outcome is left, and at which that of a part of the rows is."""

FAR = 15.0
"""Standard errors that columns may be from zero for the fit without them to begin from that with them."""

LARGE, THINNED, ROUGH = 50_000, 10, 1e-2
"""Rows above which a fit begins from one of the events and of one in so many of the other rows, and how near, in standard
errors, that one comes to its maximum."""

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
    came : (row,), numbers that rise as the rows came, where they have been put into another order; else None.
    fits, ledgers : what has been fitted to these rows, and worked out of them, for what comes after to begin from.
    """

    matrix: Array
    columns: tuple[str, ...]
    outcome: Array
    cluster: NDArray[np.int64]
    year: NDArray[np.int64]
    sides: NDArray[np.int64] | None = None
    known: NDArray[np.int64] | None = None
    came: NDArray[np.int64] | None = None
    fits: list[Fit] = field(default_factory=list, init=False, repr=False, compare=False)
    ledgers: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

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

    @cached_property
    def as_known(self) -> Array:
        """The outcome as it is known at the end of the last year of the rows: 0 where only later years show that it is 1.

        >>> years = np.array([1990, 1991])
        >>> Design(np.empty((2, 0)), (), np.ones(2), np.arange(2), years, known=np.array([1993, 1991])).as_known.tolist()
        [0.0, 1.0]
        """
        return self.outcome if self.known is None else np.where(self.known <= self.year.max(), self.outcome, 0.0)

    @cached_property
    def bounds(self) -> Array:
        """The lowest and the highest value of each column (column, 2)."""
        return bounds(self.matrix)

    @property
    def varies(self) -> NDArray[np.bool_]:
        """Whether each column takes more than one value."""
        varies: NDArray[np.bool_] = self.bounds[:, 0] < self.bounds[:, 1]
        return varies

    def where(self, rows: NDArray[np.bool_]) -> Design:
        """Return the design of the chosen rows; where they lie together, it is a view that costs nothing.

        >>> years = np.array([1990, 1991, 1992])
        >>> design = Design(np.array([[1.0], [2.0], [3.0]]), ("x",), np.zeros(3), years, years)
        >>> design.where(years < 1992).matrix.base is not None, design.where(years != 1991).outcome.tolist()
        (True, [0.0, 0.0])
        """
        first, count = int(rows.argmax()) if len(rows) else 0, int(rows.sum())
        chosen: Any = slice(first, first + count) if rows[first : first + count].all() else rows
        return replace(
            self,
            matrix=self.matrix[chosen] if isinstance(chosen, slice) else self.matrix.T[:, rows].T,  # as columns are stored
            outcome=self.outcome[chosen],
            cluster=self.cluster[chosen],
            year=self.year[chosen],
            sides=None if self.sides is None else self.sides[chosen],
            known=None if self.known is None else self.known[chosen],
            came=None if self.came is None else self.came[chosen],
        )

    def in_order(self, order: NDArray[np.int64]) -> Design:
        """Return the rows in another order, (row,) of their numbers; each column lies together, as before."""
        moved = np.empty(self.matrix.shape, order="F")
        for place, column in enumerate(self.matrix.T):
            moved[:, place] = column[order]
        return replace(
            self,
            matrix=moved,
            outcome=self.outcome[order],
            cluster=self.cluster[order],
            year=self.year[order],
            sides=None if self.sides is None else self.sides[order],
            known=None if self.known is None else self.known[order],
            came=order if self.came is None else self.came[order],
        )

    def sha256(self) -> str:
        """Return the hash of all that the rows hold."""
        digest = hashlib.sha256(repr((self.columns, self.matrix.shape)).encode())
        for part in (*self.matrix.T, self.outcome, self.cluster, self.year, self.sides, self.known):
            digest.update(b"" if part is None else np.ascontiguousarray(part).data)
        return digest.hexdigest()

    def places(self, columns: Iterable[str] | None = None) -> list[int]:
        """Return the numbers of some columns, by default all, in the design's own order."""
        chosen = set(self.columns if columns is None else columns)
        return [place for place, name in enumerate(self.columns) if name in chosen]

    def only(self, columns: Iterable[str]) -> Design:
        """Return the design of the chosen columns, in the design's own order."""
        kept = self.places(columns)
        if len(kept) == len(self.columns):
            return self
        return replace(self, matrix=self.matrix.T[kept].T, columns=tuple(self.columns[place] for place in kept))

    def without_columns(self) -> Design:
        """Return the design with no columns at all, which costs nothing to take apart and to put together."""
        return replace(self, matrix=np.empty((len(self.year), 0)), columns=())

    def beside(self, matrix: Array, columns: Iterable[str], own: Iterable[str]) -> Design:
        """Return the design of the chosen columns of its `own`, with more (row, more) after them."""
        kept = self.places(own)
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
            came=None,
        )

    def after(self, earlier: Design) -> Design:
        """Return the earlier rows followed by these, without columns: made once, for all that is forecast of the same rows."""
        if self.ledgers.get("earlier") is not earlier:
            self.ledgers["earlier"] = earlier
            self.ledgers["both"] = earlier.without_columns().then(self.without_columns())
        both: Design = self.ledgers["both"]
        return both

    def ledger(self, decay: float) -> Ledger:
        """Return the ledger of the rows' pasts; raises ValueError if a row is not about two sides."""
        if self.sides is None:
            raise ValueError("rows without sides have no history")
        if decay not in self.ledgers:
            self.ledgers[decay] = Ledger.of(self.sides, self.year, self.outcome, decay, self.known)
        ledger: Ledger = self.ledgers[decay]
        return ledger


_SIDES = [pl.col(side).cast(pl.Int64) for side in ("ccode1", "ccode2")]
OF_DYAD = _SIDES[0] * 1000 + _SIDES[1]
OF_PAIR = pl.min_horizontal(_SIDES) * 1000 + pl.max_horizontal(_SIDES)
"""The number of a row's dyad, for a cluster; of a pair, whichever of the two comes first."""


def bounds(matrix: Array) -> Array:
    """Return the lowest and the highest value of each column of (row, column): (column, 2).

    >>> bounds(np.array([[1.0, 5.0], [2.0, 3.0]])).tolist()
    [[1.0, 2.0], [3.0, 5.0]]
    """
    return np.array([(column.min(), column.max()) for column in matrix.T]).reshape(-1, 2)


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


def logit(design: Design) -> Estimate:
    """Fit a logit of the outcome on the design, with an intercept and errors clustered as the design says.

    Raises InputError if the outcome never varies or is separated by the covariates, naming the covariates at fault.
    """
    return clustered(design, maximise(design))


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


Beside = tuple[tuple[str, ...], Array]
"""Columns that stand beside those of a design: their names, and (row, column)."""


@dataclass(frozen=True)
class Fit:
    """What was fitted: the names of the columns that vary, and the maximum, whose first coefficient is the intercept."""

    columns: tuple[str, ...]
    maximum: Maximum


def maximise(design: Design, columns: Iterable[str] | None = None, beside: Beside | None = None) -> Array:
    """Return the coefficients, intercept first, that maximise the likelihood; zero for a column that never varies.

    Of the design's columns those named, by default all, in the design's own order, then those `beside`. In a large design the
    climb begins from the fit to the same rows that has the fewest columns more, if there is one and what it has more tells
    little; else from the maximum of the events and a tenth of the other rows, weighted. Raises InputError if the outcome never
    varies or a covariate follows from others.

    >>> design = Design(np.array([[0.0], [0], [1], [1]]), ("x",), np.array([0.0, 1, 1, 1]), np.arange(4), np.full(4, 1990))
    >>> maximise(design, columns=())
    array([1.09861229])
    """
    outcome = design.as_known
    if not len(outcome) or outcome.min() == outcome.max():
        raise InputError(f"cannot fit a logit to {len(outcome)} rows in which the outcome never varies: widen the years.")
    places = design.places(columns)
    names, extremes = [design.columns[place] for place in places], design.bounds[places]
    parts = [(design.matrix, places)]
    if beside is not None:
        names, extremes = [*names, *beside[0]], np.concatenate([extremes, bounds(beside[1])])
        parts.append((beside[1], [*range(len(beside[0]))]))
    varies = extremes[:, 0] < extremes[:, 1]
    kept = tuple(name for name, each in zip(names, varies, strict=True) if each)
    varying = iter(varies)
    rows = Rows([(matrix, [place for place in chosen if next(varying)]) for matrix, chosen in parts], outcome)
    try:
        if _is_separated(rows, extremes[varies]):
            maximum = _settled(rows, design.came)
        else:
            maximum = climb(rows, *_start(design.fits, kept, rows))
            design.fits.append(Fit(kept, maximum))
    except DependentError:
        listed = ", ".join(kept)
        raise InputError(f"cannot tell these covariates apart, for one follows from the others: {listed}. Drop one.") from None
    coefficients = np.zeros(len(names) + 1)
    coefficients[np.concatenate([[True], varies])] = maximum.coefficients
    return coefficients


def _is_separated(rows: Rows, extremes: Array) -> bool:
    """Whether some column has one of its extremes, (column, 2), wherever the outcome came."""
    happened = np.flatnonzero(rows.outcome > 0)
    columns = (matrix[happened, place] for matrix, chosen in rows.parts for place in chosen)
    return any(low == values.max() or high == values.min() for values, (low, high) in zip(columns, extremes, strict=True))


def _settled(rows: Rows, came: NDArray[np.int64] | None) -> Maximum:
    """Where the likelihood of a separated outcome is all but flat, from where that of a part of the rows is.

    Where that is hangs on the part: it is taken of the rows as they came.
    """
    start, outcome = np.zeros(rows.columns), rows.outcome
    if len(outcome) > LARGE:
        some, weights = _thinned(outcome, came)
        mean = weights[outcome[some] > 0].sum() / weights.sum()
        start[0] = math.log(mean / (1 - mean))
        start = settle(rows.some(some, weights), start, ROUGHLY_FLAT).coefficients
    else:
        start[0] = math.log(outcome.mean() / (1 - outcome.mean()))
    return settle(rows, start, FLAT)


def _thinned(outcome: Array, came: NDArray[np.int64] | None = None) -> tuple[NDArray[np.bool_], Array]:
    """The events and one in THINNED of the other rows (row,), and what each of those chosen counts."""
    place = np.arange(len(outcome)) if came is None else np.argsort(np.argsort(came))
    some = (outcome > 0) | (place % THINNED == 0)
    return some, np.where(outcome[some] > 0, 1.0, THINNED)


def _start(fits: Sequence[Fit], columns: tuple[str, ...], rows: Rows) -> tuple[Array, Array | None]:
    """Where the climb of some columns begins, and the curvature from nearby, if one is known."""
    nothing = np.zeros(len(columns) + 1)
    if len(rows.outcome) <= LARGE:
        return nothing, None
    if wider := [fit for fit in fits if set(fit.columns) >= set(columns)]:
        coefficients, curvature, away = _left_out(min(wider, key=lambda fit: len(fit.columns)), columns)
        if away < FAR:
            return coefficients, curvature
    some, weights = _thinned(rows.outcome)
    with suppress(DependentError):  # in a part of the rows a column may follow from others
        return climb(rows.some(some, weights), nothing, small=ROUGH).coefficients, None
    return nothing, None


def _left_out(fit: Fit, columns: tuple[str, ...]) -> tuple[Array, Array, float]:
    """The maximum with some columns only, as the curvature at the maximum with more of them has it; its part of that.

    And how far the columns left out are from zero there, in standard errors.
    """
    kept = [0, *(1 + fit.columns.index(name) for name in columns)]
    dropped = [place for place in range(1 + len(fit.columns)) if place not in kept]
    coefficients, curvature = fit.maximum.coefficients, fit.maximum.curvature
    inner = curvature[np.ix_(kept, kept)]
    if not dropped:
        return coefficients[kept], inner, 0.0
    gone, across = coefficients[dropped], curvature[np.ix_(kept, dropped)]
    moved = np.linalg.solve(inner, across @ gone)
    away = gone @ curvature[np.ix_(dropped, dropped)] @ gone - (across @ gone) @ moved
    return coefficients[kept] + moved, inner, math.sqrt(max(float(away), 0.0))


def information(design: Design, coefficients: Array) -> Array:
    """Return the Fisher information (term, term) of a logit at these coefficients."""
    curvature = slope(Rows([(design.matrix, range(len(design.columns)))], design.as_known), coefficients, curved=True).curvature
    return np.asarray(curvature)


@contextmanager
def one_core() -> Iterator[None]:
    """Hold the numeric libraries to one core until the last of those who asked, in whatever thread, is done."""
    from threadpoolctl import threadpool_limits

    with _HELD.lock:
        _HELD.asked += 1
        if _HELD.asked == 1:
            _HELD.limits = threadpool_limits(1)
    try:
        yield
    finally:
        with _HELD.lock:
            _HELD.asked -= 1
            if not _HELD.asked and _HELD.limits:
                _HELD.limits.restore_original_limits()


@dataclass
class _Held:
    """Who holds the libraries to one core."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    asked: int = 0
    limits: threadpool_limits | None = None


_HELD = _Held()


def clustered_covariance(design: Design, coefficients: Array) -> Array:
    """Return the cluster-robust covariance (term, term) of a logit's coefficients.

    Sandwich of Liang & Zeger (1986) with the small-sample factor G/(G-1) · (N-1)/(N-K), as Stata and statsmodels have it.
    Raises InputError, naming the covariates, if they separate the outcome.
    """
    kept = np.concatenate([[True], design.varies])
    rows = Rows([(design.matrix, np.flatnonzero(design.varies).tolist())], design.as_known)
    bread = np.linalg.inv(np.asarray(slope(rows, coefficients[kept], curved=True).curvature))
    columns = {
        name: column for name, column, varies in zip(design.columns, design.matrix.T, design.varies, strict=True) if varies
    }
    errors = zip(columns.items(), np.sqrt(np.diag(bread))[1:], strict=True)
    if separated := [name for (name, column), error in errors if not error * column.std() < LARGEST_ERROR]:
        raise InputError(f"{', '.join(separated)} separates the outcome: the logit has no maximum. Drop it or widen the years.")
    residual = rows.outcome - expit(rows.predictor(coefficients[kept]))
    covariance = np.zeros((len(kept), len(kept)))
    covariance[np.ix_(kept, kept)] = sandwich([*columns.values()], residual, bread, design.cluster)
    return covariance


def sandwich(columns: Sequence[Array], residual: Array, bread: NDArray[np.floating], cluster: NDArray[np.int64]) -> Array:
    """Return the cluster-robust covariance (term, term) of coefficients, that of the intercept first.

    columns : (row,) each, the intercept left out. residual : (row,). bread : (term, term), the model-based covariance up to
    scale.
    """
    groups, codes = np.unique(cluster, return_inverse=True)
    scores = (residual, *(column * residual for column in columns))
    sums = np.column_stack([np.bincount(codes, weights=each, minlength=len(groups)) for each in scores])
    n, k, g = len(residual), 1 + len(columns), len(groups)
    covariance: Array = bread @ (sums.T @ sums) @ bread * (g / (g - 1)) * ((n - 1) / (n - k))
    return covariance
