"""How sure coefficients are: the covariance of a logit's, robust to rows that belong together.

    V = bread · (sum of u(r) u(s)' over all rows r, s that hang together) · bread,    u the score of a row

Rows hang together within a cluster (Liang & Zeger 1986). Rows about two states hang together, too, if they share a state: what
happens to it moves all its dyads (Aronow, Samii & Assenova 2015; Cameron & Miller 2014). The sum over pairs of rows is then one
over the states' squared sums, less those of dyads, whose rows share both states and have been counted twice; and if clusters
are neither dyads nor parts of a state, as years are, that of the clusters less what was counted already (Cameron, Gelbach &
Miller 2011). Such a sum may have directions without variance or with less than none; they are given none.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from foedus.errors import InputError
from foedus.estimation.design import Array, Design
from foedus.estimation.estimate import expit
from foedus.estimation.likelihood import Rows, slope

LARGEST_ERROR = 10.0
"""Model-based standard error, per standard deviation of its covariate, beyond which the likelihood is flat in that direction:
the outcome is separated and no maximum exists. Errors of well-posed fits on thousands of rows are below one."""


def information(design: Design, coefficients: Array) -> Array:
    """Return the Fisher information (term, term) of a logit at these coefficients."""
    curvature = slope(Rows([(design.matrix, range(len(design.columns)))], design.as_known), coefficients, curved=True).curvature
    return np.asarray(curvature)


def clustered_covariance(design: Design, coefficients: Array) -> Array:
    """Return the robust covariance (term, term) of a logit's coefficients (`sandwich`); that of rows about two states, dyadic.

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
    covariance[np.ix_(kept, kept)] = sandwich([*columns.values()], residual, bread, design.cluster, design.sides)
    return covariance


def sandwich(
    columns: Sequence[Array],
    residual: Array,
    bread: NDArray[np.floating],
    cluster: NDArray[np.int64],
    sides: NDArray[np.int64] | None = None,
) -> Array:
    """Return the robust covariance (term, term) of coefficients, that of the intercept first.

    columns : (row,) each, the intercept left out. residual : (row,). bread : (term, term), the model-based covariance up to
    scale. cluster : (row,). sides : (row, 2), the two states of each row, where rows that share one hang together.

    The small-sample factor is G/(G-1) · (N-1)/(N-K), G the number of clusters, or of states if they are fewer.
    """
    scores = (residual, *(column * residual for column in columns))
    n, k, g = len(residual), len(scores), len(np.unique(cluster))
    if sides is None:
        meat = square(scores, cluster)
    else:
        meat, g = positive(shared(scores, cluster, sides)), min(g, len(np.unique(sides)))
    covariance: Array = bread @ meat @ bread * (g / (g - 1)) * ((n - 1) / (n - k))
    return covariance


def shared(scores: Sequence[Array], cluster: NDArray[np.int64], sides: NDArray[np.int64]) -> Array:
    """Return the sum of the products of scores (term, term) over all pairs of rows that share a state or a cluster.

    >>> sides, dyads = np.array([[1, 2], [1, 3], [3, 4]]), np.arange(3)
    >>> shared([np.array([1.0, 10.0, 100.0])], dyads, sides).item()  # (1 + 10)² + (10 + 100)² less the 10² counted twice
    12121.0
    """
    ends = numbered(sides.ravel("F"))
    state, states = ends.reshape(2, -1).T, int(ends.max()) + 1
    dyad = numbered(state.min(axis=1) * states + state.max(axis=1))
    meat = square(scores, *state.T) - square(scores, dyad)
    group = numbered(cluster)
    both = numbered(dyad * (int(group.max()) + 1) + group)
    if both.max() == group.max() == dyad.max():  # clusters are dyads
        return meat
    within = (numbered(np.concatenate([group * states + each for each in state.T]))).reshape(2, -1)
    counted: Array = meat + square(scores, group) - square(scores, *within) + square(scores, both)
    return counted


def square(scores: Sequence[Array], *groups: NDArray[np.int64]) -> Array:
    """Return the sum over groups of the squared sums of their scores (term, term); a row is in one group of each kind given."""
    codes = groups if len(groups) > 1 else (numbered(groups[0]),)
    size = max(int(each.max()) for each in codes) + 1
    sums = np.column_stack([sum(np.bincount(each, score, size) for each in codes) for score in scores])
    squared: Array = sums.T @ sums
    return squared


def numbered(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the values numbered from zero without gaps."""
    return np.unique(values, return_inverse=True)[1].astype(np.int64, copy=False)


def positive(meat: Array) -> Array:
    """Return a symmetric matrix with its negative eigenvalues set to zero; one without any as it is.

    >>> positive(np.diag([4.0, -1.0])).tolist()
    [[4.0, 0.0], [0.0, 0.0]]
    """
    values, vectors = np.linalg.eigh(meat)
    if values[0] >= 0:
        return meat
    clipped: Array = (vectors * np.maximum(values, 0)) @ vectors.T
    return clipped
