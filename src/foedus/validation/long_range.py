"""Forecasts made long after the record ends: the windows of a test again, as if nothing was known of the years before them.

A dispute of this year is forecast today from disputes that were recorded up to many years ago. How good such forecasts are does
not follow from those made one year ahead, so they are made and scored on the same windows: the model learns up to the earlier
year, covariates stay as they were, and it runs its own clock of peace over the years between (`Disputes.forecast`). The
baselines know as little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from foedus.mechanisms.order.disputes import Disputes
from foedus.validation.gains import Contest, Evidence, gain_table
from foedus.validation.grades import grades
from foedus.validation.hindcast import HEADLINE, Hindcast, best_of, score_table, together
from foedus.validation.registration import Registration
from foedus.validation.reliability import reliability

KEYS = ("ccode1", "ccode2", "year")

CLOCK = "peace years only"
"""The baseline that has to run the clock itself."""


@dataclass(frozen=True)
class LongRange:
    """Forecasts of the registered windows from what was known `gap` years before each.

    Attributes
    ----------
    first_ahead, last_ahead : years from the last year known to the first and the last forecast from it.
    scores, gains : as in a `Validation`, for the headline model and the baselines. grade : of the headline model.
    reliability : as in a `Validation`.
    """

    first_ahead: int
    last_ahead: int
    scores: pl.DataFrame
    gains: pl.DataFrame
    grade: str
    reliability: pl.DataFrame


def long_range(models: Sequence[Disputes], panel: pl.DataFrame, test: Registration) -> LongRange:
    """Return how unfitted models, one a window, forecast the windows of a test from what was known `test.gap` years before."""
    if test.gap is None:
        raise ValueError(f"no gap is registered for {test.name}")
    forecasts = [
        _window(model, panel, (learnt - test.gap, first, last), test.baselines)
        for model, (learnt, first, last) in zip(models, test.origins, strict=True)
    ]
    windows = [hindcast for hindcast, _ in forecasts]
    rows = pl.concat(rows for _, rows in forecasts)
    gains = gain_table(windows, Evidence.of(windows, [Contest("headline", best_of(together(windows), test), HEADLINE)], test))
    return LongRange(
        first_ahead=min(first - learnt for learnt, first, _ in test.origins) + test.gap,
        last_ahead=max(last - learnt for learnt, _, last in test.origins) + test.gap,
        scores=score_table(windows, test),
        gains=gains,
        grade=grades(gains, test)["headline"],
        reliability=reliability(rows, rows["forecast"].to_numpy(), windows[0].outcome_name, test),
    )


def _window(
    model: Disputes, panel: pl.DataFrame, origin: tuple[int, int, int], baselines: Sequence[str]
) -> tuple[Hindcast, pl.DataFrame]:
    """Forecasts of one window, and its rows with those of the headline model."""
    learnt, first, last = origin
    known = model.as_of(panel.filter(pl.col("year") <= last), learnt)
    by_model = {
        name: chosen.fit(known).forecast(known, first).select(*KEYS, forecast="probability")
        for name, chosen in ((HEADLINE, model), (CLOCK, replace(model, terms=())))
    }
    happened = model.complete(panel.filter(pl.col("year").is_between(first, last)))
    rows = happened.join(by_model[HEADLINE].drop_nulls(), on=KEYS, maintain_order="left")
    clock = rows.select(KEYS).join(by_model[CLOCK], on=KEYS, how="left", maintain_order="left")["forecast"]
    design, later = model.design(known), model.design(rows)
    unknown = replace(later, outcome=np.full(len(later.outcome), np.nan))
    plain = {name: model.models()[name].learn(design)(unknown) for name in baselines if name != CLOCK}
    forecasts = {HEADLINE: rows["forecast"].to_numpy(), CLOCK: clock.to_numpy(), **plain}
    return Hindcast(model.outcome, learnt, first, last, forecasts, later.outcome, later.cluster, later.year), rows
