"""A model of one's own, fitted: what it says, and what may be asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from foedus.models import effects
from foedus.models.estimated import Estimated
from foedus.models.families import Family, Fitted
from foedus.models.rows import Sample
from foedus.models.uncertainty import Uncertainty


@dataclass(frozen=True)
class Model(Estimated):
    """A fitted model; `Estimated` has its attributes."""

    def marginal_effects(self, variables: Sequence[str] | None = None, **choices: Any) -> pl.DataFrame:
        """Return average marginal effects on the expected outcome, with intervals; see `effects.marginal_effects`."""
        return effects.marginal_effects(self, variables, **choices)

    def predict(self, rows: Any = None, *, level: float = 0.95) -> pl.DataFrame:
        """Return the expected outcome of rows, by default those fitted, with intervals; see `effects.predict`."""
        return effects.predict(self, rows, level=level)

    def first_difference(self, variable: str, low: Any, high: Any, **choices: Any) -> pl.DataFrame:
        """Return how the expected outcome changes as a variable goes from a value to another; see `effects`."""
        return effects.first_difference(self, variable, low, high, **choices)


def made(sample: Sample, family: Family, fitted: Fitted, sure: Uncertainty) -> Model:
    """Return the model that a fit and its errors make."""
    yes_no = family.outcome == "yes or no"
    return Model(
        formula=sample.formula.text,
        family=family.name,
        errors=sure.label,
        terms=(*sample.names, *fitted.extra),
        coefficients=np.concatenate([fitted.coefficients, fitted.values]),
        covariance=sure.covariance,
        n=len(sample.outcome),
        events=int(sample.outcome.sum()) if yes_no else None,
        groups=sure.groups,
        remarks=sample.remarks,
        sample=sample,
        fitted=fitted,
    )
