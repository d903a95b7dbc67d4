"""Forecasts made long after the record ends: the windows of a test again, as if nothing was known of the years before them.

A dispute of this year is forecast today from disputes that were recorded up to many years ago. How good such forecasts are does
not follow from those made one year ahead, so they are made and scored on the same windows: the model learns up to the earlier
year, from rows as they stood years before the outcome, and forecasts from the last rows that were known, covariates included
(what `Disputes.forecast` does where disputes were last known so long ago). The baselines know as little. A dyad is in the
strata that it was known to be in when the forecast was made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.estimation.design import Array, Design
from foedus.estimation.duration import DURATION
from foedus.mechanisms.order.disputes import EVERY, Disputes
from foedus.record.store import Record
from foedus.validation.gains import Contest, Evidence, gain_table
from foedus.validation.grades import grades
from foedus.validation.hindcast import HEADLINE, Hindcast, best_of, score_table, together
from foedus.validation.memory import remembered
from foedus.validation.registration import Registration
from foedus.validation.reliability import reliability
from foedus.validation.totals import Totals, totals

Origin = tuple[int, int, int]


@dataclass(frozen=True)
class LongRange:
    """Forecasts of the registered windows from what was known `gap` years before each.

    Attributes
    ----------
    first_ahead, last_ahead : years from the last year known to the first and the last forecast from it.
    scores, gains : as in a `Validation`, for the headline model and the baselines. grade : of the headline model.
    reliability, totals : as in a `Validation`.
    """

    first_ahead: int
    last_ahead: int
    scores: pl.DataFrame
    gains: pl.DataFrame
    grade: str
    reliability: pl.DataFrame
    totals: Totals


def long_range(model: Disputes, panel: pl.DataFrame, design: Design, test: Registration, record: Record) -> LongRange:
    """Return how the windows of a test are forecast from what was known `test.gap` years before.

    model : unfitted. design : of the panel.
    """
    gap = test.gap
    if gap is None:
        raise ValueError(f"no gap is registered for {test.name}")
    made = [
        _forecast(model, panel, design, (learnt - gap, first, last), told["forecast"], test.baselines)
        for (learnt, first, last), told in zip(test.origins, _told(model, panel, test, record, design), strict=True)
    ]
    rows, hindcasts = pl.concat(each for each, _ in made), [each for _, each in made]
    gains = gain_table(hindcasts, Evidence.of(hindcasts, [Contest("headline", best_of(hindcasts, test), HEADLINE)], test))
    return LongRange(
        first_ahead=min(first - learnt for learnt, first, _ in test.origins) + gap,
        last_ahead=max(last - learnt for learnt, _, last in test.origins) + gap,
        scores=score_table(hindcasts, test),
        gains=gains,
        grade=grades(gains, test)["headline"],
        reliability=reliability(rows, rows["forecast"].to_numpy(), model.outcome, test),
        totals=totals(together(hindcasts, HEADLINE), test, gap),
    )


def _forecast(
    model: Disputes, panel: pl.DataFrame, design: Design, origin: Origin, forecast: pl.Series, baselines: Sequence[str]
) -> tuple[pl.DataFrame, Hindcast]:
    """The rows of one window with their forecast, and that beside the baselines; what was learnt from is let go here."""
    frozen = _Frozen.of(model, design, origin)
    return frozen.frame(panel, model.outcome).with_columns(forecast), frozen.hindcast(forecast.to_numpy(), baselines)


def _told(
    model: Disputes, panel: pl.DataFrame, test: Registration, record: Record, design: Design | None = None
) -> tuple[pl.DataFrame, ...]:
    """The forecasts of all windows (cluster, year, forecast), kept for the outcomes that are part of this one.

    design : of the panel; made where it is not given and has to be.
    """

    def forecasts() -> tuple[pl.DataFrame, ...]:
        rows = model.design(panel) if design is None else design
        known = rows.where(rows.year >= model.first_year)
        origins = [(learnt - (test.gap or 0), first, last) for learnt, first, last in test.origins]
        return tuple(_Frozen.of(model, known, origin).forecast() for origin in origins)

    rows_sha256 = hashlib.sha256(panel.hash_rows().to_numpy().tobytes()).hexdigest()
    kept = f"{test.name}-{model.outcome}.far.{rows_sha256[:16]}"
    told: tuple[pl.DataFrame, ...] = remembered(kept, record, (), forecasts, beside=(Disputes, _Frozen))
    if model.wider is None:
        return told
    return tuple(_times(*each) for each in zip(told, _told(model.wider, panel, test, record), strict=True))


def _times(narrow: pl.DataFrame, wide: pl.DataFrame) -> pl.DataFrame:
    both = narrow.join(wide, on=["cluster", "year"], how="left", maintain_order="left", suffix="_wide")
    return both.select("cluster", "year", forecast=pl.col("forecast") * pl.col("forecast_wide"))


@dataclass(frozen=True)
class _Frozen:
    """What was known at an origin, and the rows of a window years later with the columns they had then.

    Attributes
    ----------
    known : rows up to the origin. last : those of the year after it, which rest on what was known at its end. place : (row,),
        which of these tells of each row of the window. rows : those of the window, with the columns of `last` on peace.
    """

    model: Disputes
    origin: Origin
    known: Design
    last: Design
    place: NDArray[np.int64]
    rows: Design

    @classmethod
    def of(cls, model: Disputes, design: Design, origin: Origin) -> _Frozen:
        learnt, first, last_year = origin
        last = design.where(design.year == learnt + 1)
        later = design.where((design.year >= first) & (design.year <= last_year)).without_columns()
        order = np.argsort(last.cluster)
        place = order[np.minimum(np.searchsorted(last.cluster, later.cluster, sorter=order), len(order) - 1)]
        then = last.cluster[place] == later.cluster  # a dyad that was none at the origin has no forecast
        place, later = place[then], later.where(then)
        known = design.where(design.year <= learnt)
        peace = last.only(DURATION)
        rows = replace(later, matrix=peace.matrix[place], columns=peace.columns)
        return cls(model, origin, known, _unseen(last), place, rows)

    def forecast(self) -> pl.DataFrame:
        """The probability of each row of the window, given the wider outcome where there is one: cluster, year, forecast."""
        if self.model.wider is None:
            model = self.model.model
            steps = model.steps(self.known, far=True)
            told = model.told(steps, model.second(self.last, steps.first, earlier=(self.known, steps.expected)))
        else:
            told = self.model.conditional().learn(self.known)(self.last)
        return pl.DataFrame({"cluster": self.rows.cluster, "year": self.rows.year, "forecast": told[self.place]})

    def frame(self, panel: pl.DataFrame, outcome: str) -> pl.DataFrame:
        """The rows of the window as the panel had them at the origin: keys, what came, and in which strata they were."""
        sides = self.rows.cluster // 1000, self.rows.cluster % 1000
        types = [pl.col(side).cast(panel.schema[side]) for side in ("ccode1", "ccode2")]
        keys = pl.DataFrame({"ccode1": sides[0], "ccode2": sides[1], "year": self.rows.year, outcome: self.rows.outcome > 0})
        then = panel.filter(pl.col("year") == self.origin[0] + 1).drop("year", "known", *EVERY)
        return keys.with_columns(types).join(then, on=["ccode1", "ccode2"], how="left", maintain_order="left")

    def hindcast(self, forecast: Array, baselines: Sequence[str]) -> Hindcast:
        """The headline's forecasts beside those of the baselines, which see what was known at the origin."""
        unseen, models = _unseen(self.rows), self.model.models()
        plain = {name: models[name].learn(self.known)(unseen) for name in baselines}
        forecasts, rows = {HEADLINE: forecast, **plain}, self.rows
        return Hindcast(self.model.outcome, *self.origin, forecasts, rows.outcome, rows.cluster, rows.year, rows.sides)


def _unseen(rows: Design) -> Design:
    """Rows of which no outcome is known."""
    return replace(rows, outcome=np.full(len(rows.outcome), np.nan))
