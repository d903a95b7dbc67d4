"""A model of one's own, fitted: what it says, and what may be asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import polars as pl

from foedus.models import effects
from foedus.models.estimated import Estimated
from foedus.models.grading import Graded, graded


@dataclass(frozen=True)
class Model(Estimated):
    """A fitted model; `Estimated` has its attributes."""

    @classmethod
    def of(cls, estimated: Estimated) -> Self:
        """Return what was estimated with all that may be asked of it."""
        return cls(**{field.name: getattr(estimated, field.name) for field in fields(estimated)})

    def marginal_effects(self, variables: Sequence[str] | None = None, **choices: Any) -> pl.DataFrame:
        """Return average marginal effects on the expected outcome, with intervals; see `effects.marginal_effects`."""
        return effects.marginal_effects(self, variables, **choices)

    def predict(self, rows: Any = None, *, level: float = 0.95) -> pl.DataFrame:
        """Return the expected outcome of rows, by default those fitted, with intervals; see `effects.predict`."""
        return effects.predict(self, rows, level=level)

    def first_difference(self, variable: str, low: Any, high: Any, **choices: Any) -> pl.DataFrame:
        """Return how the expected outcome changes as a variable goes from a value to another; see `effects`."""
        return effects.first_difference(self, variable, low, high, **choices)

    def validate(self, origins: Any = None, baselines: Any = None, **choices: Any) -> Graded:
        """Return how the model forecasts years it has not seen, and what each of its terms is worth; see `grading.graded`."""
        return graded(self, origins, baselines, **choices)
