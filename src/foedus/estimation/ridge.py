"""A logit whose coefficients are drawn towards zero, so that many columns may enter and none runs away.

    maximise  sum over rows of w · log likelihood  -  penalty / 2 · sum over columns of (deviation · coefficient)²

The penalty is that of a normal prior of variance 1 / penalty on what a column's standard deviation does to the log odds (ridge;
Hoerl & Kennard 1970, and le Cessie & van Houwelingen 1992 for logits). A column that hardly varies is held as if it varied by
LEAST, so that a level seen in a few rows cannot carry forecasts far away. The intercept is free.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from foedus.estimation.covariance import sandwich
from foedus.estimation.design import Array
from foedus.estimation.estimate import expit
from foedus.estimation.likelihood import HALVINGS, ROUNDING, ROUNDS, SLOW, SMALL, Maximum, Rows, Slope, moments, slope

LEAST = 0.1
"""Standard deviation that every column counts to have at least."""

LARGE, PART, ROUGH = 50_000, 10, 1e-2
"""Rows above which a part of them is climbed first: the events and one in so many others; and how near its maximum."""


def shrink(rows: Rows, penalty: float) -> Maximum:
    """Return the coefficients, intercept first, that maximise the penalised likelihood, with a curvature from near there.

    Many rows are climbed from where a part of them has its maximum.

    >>> rows = Rows([(np.array([[0.0], [0.0], [1.0], [1.0]]), [0])], np.array([0.0, 1.0, 1.0, 1.0]))
    >>> shrink(rows, 0.5).coefficients.round(2).tolist()  # separated: without a penalty there is no maximum
    [0.43, 1.7]
    """
    held, start = _held(rows, penalty), np.zeros(rows.columns)
    if len(rows.outcome) > LARGE:
        weights = np.ones(len(rows.outcome)) if rows.weights is None else rows.weights
        some = (rows.outcome > 0) | (np.arange(len(rows.outcome)) % PART == 0)
        counts = np.where(rows.outcome > 0, 1.0, PART)[some] * weights[some]
        start = _climb(rows.some(some, counts), start, held, ROUGH).coefficients
    else:
        mean = float(np.average(rows.outcome, weights=rows.weights))
        start[0] = math.log(mean / (1 - mean))
    return _climb(rows, start, held, SMALL)


def _climb(rows: Rows, place: Array, held: Array, small: float) -> Maximum:
    """The maximum from some coefficients on: the curvature is computed anew where steps do not shrink fast."""
    at = _penalised(rows, place, held, curved=True)
    kept, before = np.asarray(at.curvature), math.inf
    for _ in range(ROUNDS):
        step = np.linalg.solve(kept, at.gradient)
        length = math.sqrt(max(float(at.gradient @ step), 0.0))
        if length < small:
            return Maximum(place + step, kept)
        far = length > SLOW * before
        for _ in range(HALVINGS):
            there = _penalised(rows, place + step, held, curved=far)
            if there.value >= at.value - ROUNDING * abs(at.value):
                break
            step = step / 2
        place, at, before = place + step, there, length
        if there.curvature is not None:
            kept, before = there.curvature, math.inf
    return Maximum(place, kept)


def _penalised(rows: Rows, place: Array, held: Array, *, curved: bool) -> Slope:
    """The penalised likelihood at some coefficients."""
    plain = slope(rows, place, curved)
    curvature = None if plain.curvature is None else plain.curvature + np.diag(held)
    return Slope(plain.value - float(held @ place**2) / 2, plain.gradient - held * place, curvature)


def covariance_of(
    rows: Rows, coefficients: Array, penalty: float, cluster: NDArray[np.int64], sides: NDArray[np.int64] | None = None
) -> Array:
    """Return the robust covariance (term, term) of penalised coefficients; cluster and sides are those of `sandwich`."""
    at = _penalised(rows, coefficients, _held(rows, penalty), curved=True)
    columns = [part[:, place] for part, chosen in rows.parts for place in chosen]
    residual = rows.outcome - expit(rows.predictor(coefficients))
    weighted = residual if rows.weights is None else residual * rows.weights
    return sandwich(columns, weighted, np.linalg.inv(np.asarray(at.curvature)), cluster, sides)


def _held(rows: Rows, penalty: float) -> Array:
    """What the penalty adds to the curvature of each column."""
    held = penalty * np.maximum(moments(rows)[2], LEAST) ** 2
    held[0] = 0.0
    return held
