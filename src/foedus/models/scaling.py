"""Columns of very different scales, or nearly alike, brought to a form that any solver can climb, and the answer brought back.

`year`, its square and its cube are alike to one part in ten million, and a gross domestic product in dollars stands beside
shares: solvers stop early there, or tell columns apart by their rounding. Such columns are replaced by an orthogonal basis of
the same space (Householder's QR, on columns less their means), fitted, and coefficients and their covariance are those of the
basis under the same linear map back. Nothing else changes, and columns of ordinary scales are fitted as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from foedus.estimation.design import Array
from foedus.models.checks import some_of
from foedus.models.families import Fitted
from foedus.models.rows import Sample
from foedus.models.uncertainty import Uncertainty

ALIKE, APART, FAR = 1e-3, 1e5, 1e3
"""What a column must leave of itself beside those before it; how many times wider one may spread than another; how many of its
deviations a mean may lie from zero: beyond any of these, columns are fitted in another form."""

ALWAYS = ("negbin", "ologit")
"""Models whose solvers take gradients alone, and mind scales."""


@dataclass(frozen=True)
class Back:
    """The way back: coefficients are `map` (term, term) times those of the basis.

    Attributes
    ----------
    constant : columns before those that were changed: the intercept, or none. means, inner : of the basis, (column,) and
        (column, column): it is the columns less their means, times `inner`.
    shift : what the linear predictor lost, as a sum of coefficients (column,).
    """

    map: Array
    constant: int
    means: Array
    inner: Array
    shift: Array

    def basis(self, matrix: Array) -> Array:
        """Return rows in the basis (row, column)."""
        own = (matrix[:, self.constant :] - self.means) @ self.inner
        return np.column_stack([matrix[:, : self.constant], own])

    def fitted(self, fit: Fitted) -> Fitted:
        """Return a fit in the columns as they were."""
        whole = self.map @ np.concatenate([fit.coefficients, fit.values])
        k = len(fit.coefficients)
        return replace(
            fit,
            coefficients=whole[:k],
            values=whole[k:],
            eta=fit.eta + float(self.shift @ whole[:k]),
            inverse=self.map @ fit.inverse @ self.map.T,
            robust=None if fit.robust is None else self.map @ fit.robust @ self.map.T,
        )

    def sure(self, known: Uncertainty) -> Uncertainty:
        """Return the errors in the columns as they were."""
        return replace(known, covariance=self.map @ known.covariance @ self.map.T)


def on_like_scales(sample: Sample, family: str) -> tuple[Sample, Back | None]:
    """Return a sample whose columns any solver can climb, and the way back; None where they are as they were."""
    if sample.fixed or not len(sample.names):
        return sample, None
    constant = int(sample.encoding.has_intercept)
    own = sample.matrix[:, constant:]
    centred = bool(constant) or sample.encoding.constant_elsewhere
    if not own.shape[1] or (family not in ALWAYS and not _poor(some_of(own), centred)):
        return sample, None
    means = own.mean(axis=0) if centred else np.zeros(own.shape[1])
    basis, triangle = np.linalg.qr(own - means)
    size = np.sqrt(len(own))
    inner = np.linalg.inv(triangle) * size
    matrix = np.asfortranarray(np.column_stack([sample.matrix[:, :constant], basis * size]))
    cuts = len(sample.levels) - 1 if sample.levels else int(family == "negbin")
    terms = matrix.shape[1] + cuts
    whole = np.eye(terms)
    whole[constant : matrix.shape[1], constant : matrix.shape[1]] = inner
    if constant:
        whole[0, 1 : matrix.shape[1]] = -means @ inner
    elif sample.encoding.constant_elsewhere and sample.levels:
        whole[matrix.shape[1] :, : matrix.shape[1]] = means @ inner
    shift = means if not constant and centred else np.zeros(matrix.shape[1])
    return replace(sample, matrix=matrix), Back(whole, constant, means, inner, shift)


def _poor(columns: Array, centred: bool) -> bool:
    """Whether columns (row, column) are too far from zero, too unequal or too much alike to be fitted as they are."""
    means = columns.mean(axis=0) if centred else np.zeros(columns.shape[1])
    spread = np.sqrt(((columns - means) ** 2).mean(axis=0))
    if not (spread > 0).all() or len(columns) < columns.shape[1]:
        return False
    if spread.max() > APART * spread.min() or (np.abs(means) > FAR * spread).any():
        return True
    left = np.abs(np.diag(np.linalg.qr((columns - means) / spread, mode="r"))) / np.sqrt(len(columns))
    return bool(left.min() < ALIKE)
