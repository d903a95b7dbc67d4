"""How sure coefficients are: the covariance of a logit's, robust to rows that belong together."""

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
