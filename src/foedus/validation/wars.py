"""The test of conflict.war_size: whether a constant rate forecasts wars better than the last ten years, and two laws hold.

Its forecasts are of counts, not of yes or no, so that it has a test of its own; the rule is in `preregistered.toml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from foedus.mechanisms.order.war_size import WarSize
from foedus.record.store import Record
from foedus.validation.grades import HARMFUL, MIXED, NOT_SUPPORTED, SUPPORTED
from foedus.validation.registration import CountTest, count_test

DECADE = 10


@dataclass(frozen=True)
class WarValidation:
    """How far to believe the two laws of war.

    Attributes
    ----------
    scores : one row a width of the forecasts (1 year, 10 years) and rate: mean logarithmic score, forecasts, wars.
    gains : one row a width: what the constant rate gains over the rolling one, with a 95 % interval.
    grades : "headline" → its grade. full : fitted to every year.
    """

    test: str
    outcome: str
    scores: pl.DataFrame
    gains: pl.DataFrame
    grades: dict[str, str]
    full: WarSize

    def tidy(self) -> pl.DataFrame:
        """Return the gains with the grade."""
        graded = {"claim": pl.lit(self.full.id), "grade": pl.lit(self.grades["headline"]), "outcome": pl.lit(self.outcome)}
        return self.gains.select(**graded, **{name: pl.col(name) for name in self.gains.columns})

    def as_dict(self) -> dict[str, Any]:
        """Return the validation as plain values, as `foedus validate --json` prints it."""
        return {
            "mechanism": self.full.id,
            "test": self.test,
            "outcome": self.outcome,
            "grade": self.grades["headline"],
            "scores": self.scores.to_dicts(),
            "gains": self.gains.to_dicts(),
            "coefficients": self.full.tidy().to_dicts(),
        }

    @property
    def headline(self) -> WarSize:
        """The mechanism fitted to every year: it has no terms to leave out."""
        return self.full


def validate_wars(record: Record) -> WarValidation:
    """Return the validation of the registered test of war sizes."""
    test = count_test()
    mechanism = WarSize(seed=test.seed)
    panel = mechanism.panel(record, (0, 9999))
    every = tuple(range(test.first_origin, test.last_origin + 1))
    forecasts = {
        1: mechanism.hindcast(panel, every),
        DECADE: mechanism.hindcast(panel, tuple(year for year in every if year % DECADE == 0), width=DECADE),
    }
    gains = [{"years_ahead": width, **mechanism.gain(made, test.bootstrap)} for width, made in forecasts.items()]
    fitted = mechanism.fit(panel)
    scores = [
        {
            "years_ahead": width,
            "rate": name,
            "log_score": float(made[f"{name}_score"].mean()),  # type: ignore[arg-type]
            "forecasts": made.height,
            "wars": int(made["wars"].sum()),
        }
        for width, made in forecasts.items()
        for name in ("constant", "rolling")
    ]
    table = pl.DataFrame(gains)
    return WarValidation(
        "war_size", "war_onsets", pl.DataFrame(scores), table, {"headline": grade(table, fitted, test)}, fitted
    )


def grade(gains: pl.DataFrame, fitted: WarSize, test: CountTest) -> str:
    """Return the grade that the registered rule gives to the gains (one row a width) and to the two bands."""
    year, decade = (gains.row(by_predicate=pl.col("years_ahead") == width, named=True) for width in (1, DECADE))
    if fitted.arrivals is None or fitted.tail is None:
        return NOT_SUPPORTED
    spread, slope = fitted.arrivals.dispersion, fitted.tail.slope
    bands = [test.dispersion[0] <= spread <= test.dispersion[1], test.slope[0] <= slope <= test.slope[1]]
    if year["high"] < 0:
        return HARMFUL
    if year["low"] > 0 and decade["high"] >= 0 and all(bands):
        return SUPPORTED
    return MIXED if any(bands) and (year["low"] > 0 or decade["low"] > 0) else NOT_SUPPORTED
