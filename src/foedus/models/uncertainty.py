"""How sure coefficients are: as if rows were independent and alike, or robust to rows that differ or hang together.

    V = inverse information · (sum of products of the rows' gradients) · inverse information

"iid" is the inverse information itself. "HC1" takes rows as independent, with N/(N−K); one cluster or two (Cameron, Gelbach &
Miller 2011) let rows hang together within them, with G/(G−1) · (N−1)/(N−K) for each grouping; "dyadic" lets rows hang together
that share a state (Aronow, Samii & Assenova 2015). These are statsmodels' factors; Stata leaves (N−1)/(N−K) out after anything
but `regress`, which for a thousand rows is a difference in the third digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from foedus.errors import InputError
from foedus.estimation.covariance import positive, shared, square
from foedus.estimation.design import Array
from foedus.models.families import Fitted, effects
from foedus.models.rows import Codes, Sample

BLOCK = 65_536


@dataclass(frozen=True)
class Uncertainty:
    """The covariance of all terms, and what it took as independent.

    Attributes
    ----------
    label : the kind of error, in words. groups : how many groups were taken as independent; None for rows.
    """

    covariance: Array
    label: str
    groups: int | None


def uncertainty(sample: Sample, fitted: Fitted, errors: str) -> Uncertainty:
    """Return the covariance (term, term) by "iid", "HC1", "clustered" or "dyadic".

    Raises InputError if there are no more clusters than terms.
    """
    matrix = sample.matrix if fitted.left is None else fitted.left
    n, k = len(fitted.residual), len(fitted.inverse) + effects(sample)
    bread = fitted.inverse if errors == "iid" or fitted.robust is None else fitted.robust
    if errors == "iid":
        return Uncertainty(bread * fitted.scale, "as if rows were independent (iid)", None)
    if errors == "HC1":
        return Uncertainty(bread @ _products(matrix, fitted) @ bread * (n / (n - k)), "robust (HC1)", None)
    scores = _scores(matrix, fitted)
    if errors == "dyadic":
        if sample.sides is None:
            raise InputError("dyadic-robust errors need rows about two states.")
        states = len(np.unique(sample.sides))
        _check_enough(states, len(bread), "states")
        within = next(iter(sample.clusters.values()), _pairs(sample.sides))
        meat = positive(shared(scores, within, sample.sides))
        return Uncertainty(bread @ meat @ bread * (states / (states - 1)) * ((n - 1) / (n - k)), "dyadic-robust", states)
    names, codes = [*sample.clusters], [*sample.clusters.values()]
    counts = [int(each.max()) + 1 for each in codes]  # codes have no gaps
    for name, count in zip(names, counts, strict=True):
        _check_enough(count, len(bread), name)

    def clustered(groups: Codes) -> Array:
        g = int(groups.max()) + 1
        return square(scores, groups) * (g / (g - 1)) * ((n - 1) / (n - k))

    meat = clustered(codes[0])
    if len(codes) == 2:
        both = np.unique(codes[0] * (int(codes[1].max()) + 1) + codes[1], return_inverse=True)[1]
        meat = positive(meat + clustered(codes[1]) - clustered(both.astype(np.int64)))  # as statsmodels' where none is negative
    label = f"clustered by {' and '.join(names)}"
    return Uncertainty(bread @ meat @ bread, label, min(counts))


def _check_enough(groups: int, terms: int, what: str) -> None:
    if groups <= terms:
        raise InputError(
            f"{groups} clusters ({what}) cannot tell the errors of {terms} terms: take away terms, cluster by something that "
            "has more groups, or choose errors='HC1'."
        )


def _pairs(sides: Codes) -> Codes:
    pairs: Codes = sides.min(axis=1) * (int(sides.max()) + 1) + sides.max(axis=1)
    return pairs


def _scores(matrix: Array, fitted: Fitted) -> Sequence[Array]:
    """The gradient of each row by term, a column (row,) each."""
    return [*(column * fitted.residual for column in matrix.T), *(fitted.scores.T if fitted.scores is not None else ())]


def _products(matrix: Array, fitted: Fitted) -> Array:
    """The sum over rows of the products of their gradients (term, term)."""
    if fitted.extra:
        scores = np.column_stack(_scores(matrix, fitted))
        return scores.T @ scores
    total = np.zeros((matrix.shape[1],) * 2)
    for first in range(0, len(fitted.residual), BLOCK):
        here = slice(first, first + BLOCK)
        scaled = matrix[here] * fitted.residual[here, None]
        total += scaled.T @ scaled
    return total
