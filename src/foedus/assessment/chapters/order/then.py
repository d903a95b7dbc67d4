"""Risks of a year that is past, as they stood then: nothing is learnt from what came after it.

A model that is fitted to all years knows how 1914 went. For a year among those, the same model is learnt from the years before
its decade alone, without votes in the General Assembly where there were none. Where fewer than TOO_FEW disputes of a kind had
begun by then, no model is learnt: how many dyad-years of the same kind had seen one stands instead of a risk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import polars as pl

from foedus.assessment.evidence import STRATUM_WORDS
from foedus.assessment.finding import Reference
from foedus.estimation.estimate import Estimate
from foedus.estimation.pooled import Pooling
from foedus.language.said import say
from foedus.mechanisms.order.disputes import OUTCOMES, Disputes
from foedus.mechanisms.order.strata import STRATA, members, reference_classes
from foedus.mechanisms.shield.pledges import wilson
from foedus.panels.codebook import lookup
from foedus.record.store import Record
from foedus.validation.memory import remembered
from foedus.words import capitalized, chance

TOO_FEW = 100
"""Onsets below which no model is learnt: a dozen for each of its terms."""

DECADE = 10
"""Years that share what was learnt before the first of them."""


@dataclass(frozen=True)
class Then:
    """What could be learnt of disputes by the end of a year.

    Attributes
    ----------
    first, last : years learnt from. models : outcome → the model, of those with enough onsets.
    seen : outcome, stratum, rows, onsets: how many dyad-years there were of each kind, and in how many a dispute began.
    """

    first: int
    last: int
    models: Mapping[str, Disputes]
    seen: pl.DataFrame

    @property
    def grade(self) -> str:
        """No test of forecasts had been made by then."""
        return "not estimated"

    def base_rate(self, outcome: str) -> float:
        """Return how many of all dyad-years saw an onset."""
        rows, onsets = self._counts(outcome, next(iter(STRATA)))
        return onsets / rows if rows else 0.0

    def forecast(self, outcome: str, panel: pl.DataFrame, year: int) -> pl.DataFrame:
        """Return the rows of a year with `probability`, `low` and `high`: a model's, or how often their kind saw an onset."""
        if outcome in self.models:
            return self.models[outcome].forecast(panel, year)
        rows = panel.filter(pl.col("year") >= year)
        shares = {name: self._share(outcome, name) for name in STRATA}
        kinds = reference_classes(rows)
        bounds = ("probability", "low", "high")
        told = rows.with_columns(
            pl.Series(bound, [shares[kind][place] for kind in kinds], pl.Float64) for place, bound in enumerate(bounds)
        )
        unknown = pl.col("earlier").is_null() | (pl.col("year") < Disputes().first_year)
        return told.with_columns(pl.when(~unknown).then(name).alias(name) for name in bounds)

    def of_kind(self, outcome: str, stratum: str) -> Reference:
        """Return what had come of dyad-years of a stratum."""
        rows, onsets = self._counts(outcome, stratum)
        return Reference(stratum, rows, onsets / rows if rows else None, "", 0, None, f"by {self.last}")

    def told(self, reference: Reference, words: str) -> str:
        """Return what had come of a kind, in words: no test of forecasts had been made."""
        kind = say(STRATUM_WORDS.get(reference.name, reference.name))
        if reference.observed is None:
            return capitalized(say("{kind}: none known by {year}.", kind=kind, year=self.last))
        return capitalized(
            say(
                "{kind}: {chance} of {number} dyad-years of {years} saw {event} begin.",
                kind=kind,
                chance=chance(reference.observed),
                number=f"{reference.rows:,}",
                years=f"{self.first}–{self.last}",
                event=say(f"a {words}"),
            )
        )

    def _share(self, outcome: str, stratum: str) -> tuple[float | None, float | None, float | None]:
        rows, onsets = self._counts(outcome, stratum)
        bounds = wilson(onsets, rows)
        return (onsets / rows if rows else None, bounds["low"], bounds["high"])

    def _counts(self, outcome: str, stratum: str) -> tuple[int, int]:
        row = self.seen.filter(outcome=outcome, stratum=stratum)
        return (int(row["rows"].item()), int(row["onsets"].item())) if row.height else (0, 0)


def then(record: Record, year: int) -> Then | None:
    """Return what could be learnt before a year among those that the models are fitted to; None for a later year.

    It is learnt once for all years of a decade, from the years before it.
    """
    if year > lookup("dispute_onset").last_year:
        return None
    last = year // DECADE * DECADE - 1
    known: Then = remembered(f"order-by-{last}", record, (Then, Disputes, Estimate, Pooling), partial(learnt, record, last))
    return known


def learnt(record: Record, last: int) -> Then:
    """Learn from the years up to `last`, as the record would have stood then."""
    asked = Disputes()
    counts, narrowest = [], None
    if last >= asked.first_year:
        panel = asked.panel(record, (asked.first_year, last))
        terms = tuple(name for name in asked.terms if name != "preferences" or last > lookup("ideal_point_distance").first_year)
        stood = asked.as_of(panel, last)
        for outcome in OUTCOMES:
            model = Disputes(outcome=outcome, terms=terms)
            rows = model.complete(stood)
            counts += _counted(outcome, rows)
            narrowest = model if rows[outcome].sum() >= TOO_FEW else narrowest
    models = narrowest.fit(stood).chain() if narrowest else {}
    columns = {"outcome": pl.String, "stratum": pl.String, "rows": pl.Int64, "onsets": pl.Int64}
    return Then(asked.first_year, last, models, pl.DataFrame(counts, schema=columns, orient="row"))


def _counted(outcome: str, rows: pl.DataFrame) -> list[tuple[str, str, int, int]]:
    """How many dyad-years of each stratum there were, and in how many a dispute began."""
    inside = members(rows) > 0
    began = rows[outcome].to_numpy().astype(bool)
    return [
        (outcome, name, int(inside[:, place].sum()), int((inside[:, place] & began).sum())) for place, name in enumerate(STRATA)
    ]
