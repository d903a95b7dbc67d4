"""What forecasts as a model of one's own does: its kind of model, learnt up to an origin, and boosted trees to compare with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.util import find_spec

import numpy as np

from foedus.estimation.boosted import CHOICES
from foedus.estimation.design import Array, Design
from foedus.estimation.forecasters import Forecast
from foedus.models.families import Family
from foedus.models.outcomes import YES_NO
from foedus.models.rows import Sample
from foedus.models.scaling import on_like_scales


@dataclass(frozen=True)
class OfFamily:
    """A kind of model on some columns of a design; those that never vary up to the origin take no part."""

    family: Family
    sample: Sample
    columns: tuple[str, ...]

    def learn(self, known: Design) -> Forecast:
        """Return the forecast of the model fitted to the rows; raises InputError where it cannot be."""
        chosen = known.only(self.columns)
        varying = tuple(name for name, varies in zip(chosen.columns, chosen.varies, strict=True) if varies)
        rows = replace(
            self.sample,
            matrix=np.column_stack([np.ones(len(known.outcome)), known.only(varying).matrix]),
            outcome=known.as_known,
            time=known.year,
        )
        eased, back = on_like_scales(rows, self.family.name)
        fitted = self.family.fit(eased)
        coefficients = (fitted if back is None else back.fitted(fitted)).coefficients

        def forecast(later: Design) -> Array:
            matrix = later.only(varying).matrix
            mean: Array = self.family.link.mean(coefficients[0] + matrix @ coefficients[1:])
            return mean

        return forecast


@dataclass(frozen=True)
class Trees:
    """Gradient-boosted trees on the same rows and columns: the benchmark of `estimation/boosted.py`, for any outcome."""

    columns: tuple[str, ...]
    yes_no: bool

    def learn(self, known: Design) -> Forecast:
        """Return the forecast of the trees."""
        from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
        from threadpoolctl import threadpool_limits

        kind = HistGradientBoostingClassifier if self.yes_no else HistGradientBoostingRegressor
        trees = kind(**CHOICES, early_stopping=False, random_state=0)
        with threadpool_limits(1):
            trees.fit(known.only(self.columns).matrix, known.as_known)

        def forecast(later: Design) -> Array:
            matrix = later.only(self.columns).matrix
            with threadpool_limits(1):
                found: Array = trees.predict_proba(matrix)[:, 1] if self.yes_no else trees.predict(matrix)
            return found

        return forecast


def trees(family: Family, columns: tuple[str, ...]) -> Trees | None:
    """Return the trees for a kind of model, where scikit-learn is installed."""
    return Trees(columns, family.outcome == YES_NO) if find_spec("sklearn") and columns else None
