"""A logit: a design in, coefficients with cluster-robust errors out.

The likelihood is climbed in `likelihood.py` (docs/decisions/0011); this file says where the climb begins, and checks that the
maximum exists. The errors come from `covariance.py`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from foedus.errors import InputError
from foedus.estimation.covariance import clustered_covariance
from foedus.estimation.design import Array, Design, bounds
from foedus.estimation.estimate import Estimate
from foedus.estimation.likelihood import DependentError, Fit, Maximum, Rows, climb, settle

FLAT, ROUGHLY_FLAT = 1e-7, 1e-4
"""Gradient per row at which the fit of a separated outcome is left, and at which that of a part of the rows is."""

FAR = 15.0
"""Standard errors that columns may be from zero for the fit without them to begin from that with them."""

LARGE, THINNED, ROUGH = 50_000, 10, 1e-2
"""Rows above which a fit begins from one of the events and of one in so many of the other rows, and how near, in standard
errors, that one comes to its maximum."""


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
