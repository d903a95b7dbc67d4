"""The risks of the members' dyads in the year: what the models say of each, and what each risk should be held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from foedus.assessment.chapters.order.at_war import Fighting
from foedus.assessment.chapters.order.exhibits import OUTCOMES, known_by
from foedus.assessment.chapters.order.tested import Tested
from foedus.assessment.chapters.order.then import Then, then
from foedus.assessment.finding import Reference
from foedus.mechanisms.order.disputes import EVERY, LONGEST_AGE, ORIGINATED, Disputes, forecasts
from foedus.mechanisms.order.inputs import Drawn, columns_drawn, drawn
from foedus.mechanisms.order.nested import nested
from foedus.mechanisms.order.recency import with_recency
from foedus.mechanisms.order.strata import reference_classes
from foedus.partnership.partnership import Partnership
from foedus.record.states import State, StateSystem
from foedus.record.store import Record
from foedus.validation.validate import Validation, validate

GRAVITY = ("fatal_dispute_onset", "dispute_onset", "war_dispute_onset")
"""The outcomes as they are told: deaths before disputes of any kind, of which lists differ."""


@dataclass(frozen=True)
class Risks:
    """What the models say of every dyad of the members in the partnership's year.

    Attributes
    ----------
    panel : all years of these dyads, which their history needs. rows : those of the year itself.
    originated : how far to believe what is said of disputes between originators, a part of those of any kind.
    told, if_peace : outcome → the headline model's forecast of the rows; the same if no dispute began since the data end.
    then : what could be learnt by a year that the models are fitted to; None for later years.
    """

    partnership: Partnership
    panel: pl.DataFrame
    validations: Mapping[str, Validation[Disputes]]
    originated: Validation[Disputes]
    told: Mapping[str, pl.DataFrame]
    if_peace: Mapping[str, pl.DataFrame]
    then: Then | None = None

    @classmethod
    def of(cls, partnership: Partnership) -> Risks:
        """Ask the headline models of a partnership."""
        asked_of = {validation.outcome: validation for validation in validate("disputes", partnership.record)}
        validations = {outcome: asked_of[outcome] for outcome in GRAVITY}
        asked, year = Disputes(), partnership.year
        years = (min(asked.first_year, year), year)
        panel = asked.panel(partnership.record, years, states=partnership.codes, carry_forward=LONGEST_AGE)
        if (before := then(partnership.record, year)) is not None:
            told = nested({outcome: before.forecast(outcome, panel, year) for outcome in validations})
            return cls(partnership, panel, validations, asked_of[ORIGINATED], told, told, before)
        peaceful = at_peace_since(panel, partnership.record)
        models = {outcome: each.headline for outcome, each in validations.items()}
        told, if_peace = (forecasts(models, rows, year) for rows in (panel, peaceful))
        capped = {name: _no_higher(if_peace[name], told[name]) for name in told}
        return cls(partnership, panel, validations, asked_of[ORIGINATED], told, capped)

    def learnt(self, outcome: str) -> bool:
        """Whether there is a model of an outcome for the year, or only how often dyads of a kind saw one before."""
        return self.then is None or outcome in self.then.models

    def base_rate(self, outcome: str) -> float:
        """How many of all dyad-years learnt from saw an onset."""
        return self.validations[outcome].base_rate if self.then is None else self.then.base_rate(outcome)

    def held_against(self, outcome: str, age: int | None, stratum: str, probability: float) -> tuple[str, Reference, str]:
        """Return the grade of a risk, what it should be held against, and that in words."""
        words = OUTCOMES[outcome][1]
        if self.then is not None:
            reference = self.then.of_kind(outcome, stratum)
            return "not estimated" if self.learnt(outcome) else "recorded", reference, self.then.told(reference, words)
        tested = Tested.of(self.validations[outcome], age)
        reference = tested.reference(stratum, probability)
        return tested.grade, reference, tested.told(reference, words, probability)

    @property
    def rows(self) -> pl.DataFrame:
        """The dyad-years of the year."""
        return self.panel.filter(pl.col("year") == self.partnership.year)

    @cached_property
    def inputs(self) -> Mapping[str, Drawn]:
        """The risks of the members' own dyad with its inputs drawn, by outcome; none where something is unknown."""
        partnership, models = self.partnership, {outcome: each.headline for outcome, each in self.validations.items()}
        columns = columns_drawn(partnership.dyad, partnership.year - Disputes().lag, partnership.record)
        return {} if columns is None else drawn(models, self.own, partnership.year, columns)

    @property
    def own(self) -> pl.DataFrame:
        """All years of the members' own dyad."""
        return self.of_members(self.panel)

    def of_members(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows of the members' own dyad."""
        low, high = self.partnership.dyad
        return rows.filter((pl.col("ccode1") == low) & (pl.col("ccode2") == high))

    @cached_property
    def own_row(self) -> dict[str, Any] | None:
        """The year of the members' own dyad; None if they were none."""
        rows = self.own.filter(pl.col("year") == self.partnership.year)
        return rows.row(0, named=True) if rows.height else None

    @cached_property
    def fighting(self) -> Fighting:
        """Which dyads of the members fight already."""
        return Fighting.of(self.partnership)


def _no_higher(if_peace: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """The risks if no dispute has begun, none above that which knows nothing of it: peace is no reason to expect one."""
    names = ("probability", "low", "high")
    return if_peace.with_columns(
        pl.when(pl.col(name).is_not_null()).then(pl.min_horizontal(name, told[name])).alias(name) for name in names
    )


def at_peace_since(panel: pl.DataFrame, record: Record) -> pl.DataFrame:
    """Return the rows as they would be if no dispute had begun since the dispute data end.

    The clock of peace runs on, and the quiet years count in the dyad's history and among its last years.
    """
    quiet = pl.col(EVERY).fill_null(False)
    rested = panel.with_columns(quiet, pl.col("peace_years") + pl.col("peace_years_age"), peace_years_age=pl.lit(0, pl.Int16))
    return with_recency(rested, record)


def risk_table(risks: Risks) -> pl.DataFrame:
    """Return the risk of each member with every other state, by outcome (columns of a "map" exhibit, and the oldest age).

    The probability is null where something needed is unknown. `fights_in`: the year in which the two fight; else null.
    """
    system = StateSystem.of(risks.partnership.record)
    tables = []
    for outcome, validation in risks.validations.items():
        told = risks.told[outcome].with_columns(if_peace_since=risks.if_peace[outcome]["probability"])
        for member in risks.partnership.members:
            own = _risks_of(member, told, validation, risks.base_rate(outcome), system)
            tables.append(own.with_columns(_fights_in(member, risks.fighting)))
    return pl.concat(tables)


def _fights_in(member: State, fighting: Fighting) -> pl.Expr:
    """The year in which a member and the state of a row fight each other, null where they do not."""
    foes = [one if two == member.ccode else two for one, two in fighting.foes if member.ccode in (one, two)]
    return pl.when(pl.col("ccode").is_in(foes)).then(pl.lit(fighting.year, pl.Int16)).alias("fights_in")


def _risks_of(
    member: State, told: pl.DataFrame, validation: Validation[Disputes], base_rate: float, system: StateSystem
) -> pl.DataFrame:
    own = told.filter((pl.col("ccode1") == member.ccode) | (pl.col("ccode2") == member.ccode))
    other = own.select(pl.when(pl.col("ccode1") == member.ccode).then("ccode2").otherwise("ccode1").alias("ccode")).to_series()
    states = [system.state(code, member.year) for code in other]
    oldest = pl.max_horizontal(*(f"{name}_age" for name in known_by(validation.headline)))
    return pl.DataFrame(
        {
            "member": [member.name] * len(states),
            "member_ccode": [member.ccode] * len(states),
            "outcome": [OUTCOMES[validation.outcome][1]] * len(states),
            "ccode": other,
            "state": [state.name for state in states],
            "iso3": [state.iso3 for state in states],
            **{name: own[name] for name in ("probability", "low", "high", "if_peace_since")},
            "baseline": [base_rate] * len(states),
            "stratum": reference_classes(own),
            "age": own.select(oldest).to_series(),
            "peace_years_age": own["peace_years_age"],
        },
        schema_overrides={
            "iso3": pl.String,
            "state": pl.String,
            "member": pl.String,
            "outcome": pl.String,
            "member_ccode": pl.Int16,
        },
    ).sort("ccode")
