"""What a user would otherwise take: gradient-boosted trees on the same rows and columns, where scikit-learn is installed.

The trees grow on histograms (Ke et al. 2017) and are small, so that they cannot learn a few events by heart: by the library's
defaults they forecast rare outcomes worse than each unit's own rate does. Every year counts alike for them, as it would for a
user; the rows are the logit's own.
"""

from __future__ import annotations

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
        trees = HistGradientBoostingClassifier(**CHOICES, early_stopping=False, random_state=0)
        with threadpool_limits(1):  # the library's threads began after those of the others were held to one
            trees.fit(matrix, sample.rows.outcome, sample_weight=sample.drawn)

        def forecast(later: Design) -> Array:
            rows = self.model.second(later, first, earlier=(known, expected))
            with threadpool_limits(1):
                probability: Array = trees.predict_proba(rows.matrix)[:, 1]
            return probability

        return forecast
