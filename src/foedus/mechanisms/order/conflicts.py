"""Armed conflicts between states: who fights with at least 25 deaths in a year, or 1,000, told without any list of disputes.

    log odds of onset(i, t) = a + b · x(i, t - 1) + c · history(i, t)

Unit of analysis: the non-directed dyad-year, from 1947. x holds, by term, whether the two touch, whether a major power takes
part, whether they are strategic rivals, and polyarchy of the less democratic side; history is how often conflicts began in the
dyad, and with either of its states, beside how often the others alone expect it (`history.py`). What is unknown is a level of
its own; a value that ends before the year is carried for at most LONGEST_AGE years. The logit is penalised, older years weigh
less (`pooled.py`). Outcomes are UCDP's: deaths in battle between the armed forces of two states, primary and secondary parties
alike. Small on purpose: some fifty conflicts in eighty years teach little more. Leaves out threats, seizures and clashes with
fewer deaths, so that it says nothing of disputes of any kind.

Disputed: who counts as a rival, those who dispute often (Diehl & Goertz 2000) or those who take each other for enemies
(Thompson 2001); and where a count of deaths should draw the line, at 25 a year (Gleditsch, Wallensteen, Eriksson, Sollenberg &
Strand 2002) or at a thousand (Small & Singer 1982).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np
import polars as pl

from foedus.estimation.design import OF_DYAD, Design
from foedus.estimation.estimate import Estimate
from foedus.estimation.forecasters import BaseRate, Forecaster, OwnRate
from foedus.estimation.history import COLUMNS as HISTORY
from foedus.estimation.pooled import PooledLogit, Pooling
from foedus.mechanisms.mechanism import FULL, Mechanism, check_choice
from foedus.panels.panel import lagged, panel
from foedus.panels.units import FIRST_YEAR
from foedus.record.store import Record

OUTCOMES = ("interstate_conflict_onset", "interstate_conflict_war_onset")

TERMS: dict[str, tuple[str, ...]] = {
    "contact": ("contiguous",),
    "power": ("any_major_power",),
    "rivalry": ("rivalry",),
    "democracy": ("weaker_democracy", "democracy_unknown"),
    "history": HISTORY,
}
"""The terms of the model and the columns each brings."""

VARIABLES: dict[str, tuple[str, ...]] = {
    "contact": ("contiguous",),
    "power": ("major_powers",),
    "rivalry": ("rivalry",),
    "democracy": ("weaker_democracy",),
    "history": ("interstate_conflict_onset",),
}
"""The variables that each term is made of, last year's."""

COVARIATES = ("contiguous", "major_powers", "rivalry", "weaker_democracy")

LONGEST_AGE = 10
"""Years for which a past value may stand in for a missing one."""


@dataclass(frozen=True)
class Conflicts(Mechanism):
    """Onset of an interstate armed conflict in a dyad-year.

    Attributes
    ----------
    outcome : one of OUTCOMES: at least 25 battle deaths in the year and none of that kind the year before, or 1,000.
    terms : which of TERMS enter.
    first_year : first year of the rows it learns from; 1947, the first in which an onset can be told.
    pooling : how history enters, and how much each year counts.
    estimate : what it has learnt; None while unfitted.
    """

    outcome: str = OUTCOMES[0]
    terms: tuple[str, ...] = tuple(TERMS)
    first_year: int = 1947
    pooling: Pooling = field(default_factory=Pooling)
    estimate: Estimate | None = None

    id: ClassVar[str] = "order.conflicts"
    name: ClassVar[str] = "conflicts"
    unit: ClassVar[str] = "dyad-year"
    whole: ClassVar[bool] = True
    term_reads: ClassVar[Mapping[str, tuple[str, ...]]] = VARIABLES
    term_columns: ClassVar[Mapping[str, tuple[str, ...]]] = TERMS
    writes: ClassVar[tuple[str, ...]] = ("interstate_conflict_probability",)

    def __post_init__(self) -> None:
        check_choice(self.id, "outcome", [self.outcome], OUTCOMES)
        check_choice(self.id, "term", self.terms, TERMS)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the design's columns; those of history are made of its rows."""
        return tuple(column for column in self.columns_of(self.terms) if column not in HISTORY)

    def panel(self, record: Record, years: tuple[int, int]) -> pl.DataFrame:
        """Return the dyad-years with the outcome, and the columns as they were in the year before."""
        first = max(FIRST_YEAR, years[0] - 1)
        rows = panel(
            "dyad-year", (self.outcome, *COVARIATES), years=(first, years[1]), carry_forward=LONGEST_AGE, record=record
        ).with_columns(earlier=pl.lit(True))
        told = lagged(rows, [*COVARIATES, "earlier"], 1).filter(pl.col("year") >= years[0])
        return told.with_columns(
            contiguous=pl.col("contiguous").fill_null(False),
            any_major_power=pl.col("major_powers").fill_null(0) > 0,
            rivalry=pl.col("rivalry").fill_null(False),
            weaker_democracy=pl.col("weaker_democracy").fill_null(0),
            democracy_unknown=pl.col("weaker_democracy").is_null(),
        )

    def complete(self, panel: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of which the outcome is known, of dyads that were one in the year before."""
        return panel.drop_nulls([self.outcome, "earlier"])

    def design(self, panel: pl.DataFrame) -> Design:
        """Return the rows that can be learnt from, ready for estimation."""
        rows = self.complete(panel)
        made = Design.of(rows, self.columns, self.outcome, OF_DYAD, sides=True)
        return replace(made, matrix=np.asfortranarray(made.matrix))

    def fit(self, panel: pl.DataFrame) -> Conflicts:
        """Return a copy fitted to the panel; raises InputError if the outcome never varies in it."""
        known = self.design(panel)
        design, model = known.where(known.year >= self.first_year), self._of(self.terms)
        return replace(self, estimate=model.estimate(design, model.learnt(design)))

    def models(self) -> dict[str, Forecaster]:
        """Return every model that is scored out of sample: the full one, one without each term, the baselines."""
        left = {f"without {term}": self._of([each for each in self.terms if each != term]) for term in self.terms}
        return {FULL: self._of(self.terms), **left, "base rate": BaseRate(), "own rate": OwnRate()}

    def _of(self, terms: Collection[str]) -> PooledLogit:
        columns = tuple(column for term in terms if term != "history" for column in TERMS[term])
        return PooledLogit(columns, (), "history" in terms, self.pooling)
