"""What a user would otherwise take: gradient-boosted trees on the same rows and columns, where scikit-learn is installed.

The trees grow on histograms (Ke et al. 2017) and are small, so that they cannot learn a few events by heart: by the library's
defaults they forecast rare outcomes worse than each unit's own rate does. Every year counts alike for them, as it would for a
user; the rows are the logit's own. Columns are cut into LEVELS before: the library would find as many by itself, one weighted
percentile at a time, which takes longer than the trees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np

from foedus.estimation.design import Array, Design
from foedus.estimation.forecasters import Forecast, Forecaster
from foedus.estimation.pooled import PooledLogit

BOOSTED = "gradient boosting"

CHOICES = {"learning_rate": 0.1, "max_iter": 60, "max_leaf_nodes": 8, "min_samples_leaf": 100, "l2_regularization": 10.0}
"""Of `HistGradientBoostingClassifier`, beside its defaults."""


def boosted(model: PooledLogit) -> dict[str, Forecaster]:
    """Return trees on what a logit learns from, by name; nothing where scikit-learn is not installed."""
    return {BOOSTED: Boosted(model)} if find_spec("sklearn") else {}


LEVELS = 200
"""Levels of a column, as many rows in each as in any other; fewer than the library's 255, so that it takes them as they are."""


@dataclass(frozen=True)
class Boosted:
    """Gradient-boosted trees on the rows and columns that the second step of a logit learns from, each year counting alike."""

    model: PooledLogit

    def learn(self, known: Design) -> Forecast:
        """Return the forecast of the trees; raises InputError if the outcome never varies."""
        from sklearn.ensemble import HistGradientBoostingClassifier
        from threadpoolctl import threadpool_limits

        first, expected = self.model.expectation(known)
        sample = self.model.sample(known, expected)
        matrix = np.column_stack([part[:, list(chosen)] for part, chosen in sample.rows.parts])
        cuts = [np.unique(np.quantile(column, np.arange(1, LEVELS) / LEVELS)) for column in matrix.T]
        levels, outcome, drawn = _levels(matrix, cuts), sample.rows.outcome, sample.drawn
        del sample, matrix  # the trees hold a copy of their own
        trees = HistGradientBoostingClassifier(**CHOICES, early_stopping=False, random_state=0)
        with threadpool_limits(1):  # the library's threads began after those of the others were held to one
            trees.fit(levels, outcome, sample_weight=drawn)

        def forecast(later: Design) -> Array:
            rows = self.model.second(later, first, earlier=(known, expected))
            with threadpool_limits(1):
                probability: Array = trees.predict_proba(_levels(rows.matrix, cuts))[:, 1]
            return probability

        return forecast


def _levels(matrix: Array, cuts: Sequence[Array]) -> Array:
    """The level of each value, by column (row, column).

    >>> _levels(np.array([[0.1], [0.5], [0.9]]), [np.array([0.5])]).tolist()
    [[0.0], [1.0], [1.0]]
    """
    levels = np.empty(matrix.shape, order="F")
    for place, (column, cut) in enumerate(zip(matrix.T, cuts, strict=True)):
        levels[:, place] = np.searchsorted(cut, column, side="right")
    return levels
