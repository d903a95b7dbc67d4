"""The order: the risk of a militarized dispute between each member and every other state, and how far to believe it.

The headline numbers come from the model with all terms, as a whole. Nothing here is causal: a term says which dyads dispute
more, not what would happen if it were changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from foedus.assessment.chapters.order import allying
from foedus.assessment.chapters.order.at_war import Fighting
from foedus.assessment.chapters.order.exhibits import MOST, OUTCOMES, UNIT, between, exhibits, known_by, scored, sources_of
from foedus.assessment.chapters.order.tested import Tested
from foedus.assessment.chapters.order.then import Then, then
from foedus.assessment.evidence import (
    STRATUM_WORDS,
    Words,
    earned,
    headline_finding,
    long_range_finding,
    stratum_finding,
    term_finding,
)
from foedus.assessment.finding import Baseline, Chapter, Exhibit, Finding, Interval, Reference, Rows
from foedus.assessment.standing import Standing, standing
from foedus.estimation.estimate import NORMAL_95
from foedus.mechanisms.order.disputes import INTERPLAY, LONGEST_AGE, NEEDED, REACH, TERMS, Disputes
from foedus.mechanisms.order.inputs import columns_drawn, drawn
from foedus.mechanisms.order.nested import nested
from foedus.mechanisms.order.recency import with_recency
from foedus.mechanisms.order.strata import STRATA, reference_classes
from foedus.panels.codebook import lookup
from foedus.panels.disputes import GML
from foedus.partnership.partnership import Partnership
from foedus.record.states import State, StateSystem
from foedus.record.store import Record
from foedus.validation import lists
from foedus.validation.validate import Validation, validate
from foedus.words import capitalized, chance, listed, significant, starting, the

ID = "order"
TITLE = "The order"
QUESTION = "How likely is a militarized dispute of each member with every other state, and can that be believed?"

GRAVITY = ("fatal_dispute_onset", "dispute_onset", "war_dispute_onset")
"""The outcomes as they are told: deaths before disputes of any kind, of which lists differ."""

MAP = "order.map"
"""Id of the exhibit that has all risks."""

GRAVEST = 3
"""States told of with the highest risks of a fatal dispute."""

COUNTED = {
    term: (
        *(column for column in columns if column != REACH),
        *((REACH,) if term == "distance" else ()),
        *(name for name, (one, _) in INTERPLAY.items() if one in columns),
    )
    for term, columns in TERMS.items()
}
"""Columns counted with a term when its part in a dyad's odds is told: how far a major power's distance matters is distance; a
product counts with the term of its first column."""

TERM_WORDS = {
    "distance": "contact and distance",
    "power": "power",
    "rivalry": "strategic rivalry",
    "democracy": "democracy of the weaker side",
    "preferences": "distance of their votes in the General Assembly",
    "pact": "a defence pact between the two",
    "recency": "what began lately in the dyad and with either state",
    "history": "how often disputes came beyond what was expected",
}


@dataclass(frozen=True)
class Risks:
    """What the models say of every dyad of the members in the partnership's year.

    Attributes
    ----------
    panel : all years of these dyads, which their history needs. rows : those of the year itself.
    told, if_peace : outcome → the headline model's forecast of the rows; the same if no dispute began since the data end.
    then : what could be learnt by a year that the models are fitted to; None for later years.
    """

    partnership: Partnership
    panel: pl.DataFrame
    validations: Mapping[str, Validation[Disputes]]
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
            return cls(partnership, panel, validations, told, told, before)
        peaceful = at_peace_since(panel, partnership.record)
        told, if_peace = (
            {outcome: each.headline.forecast(rows, year) for outcome, each in validations.items()} for rows in (panel, peaceful)
        )
        return cls(partnership, panel, validations, told, {name: _no_higher(if_peace[name], told[name]) for name in told})

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
    def inputs(self) -> list[pl.Series] | None:
        """Draws of the columns of the members' own dyad whose uncertainty is published; None where something is unknown."""
        return columns_drawn(self.partnership.dyad, self.partnership.year - Disputes().lag, self.partnership.record)

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


def chapter(partnership: Partnership) -> Chapter:
    """Return the chapter for a partnership; states whose covariates the record lacks are named as gaps."""
    risks, worth = Risks.of(partnership), standing(ID, partnership.record, of_every_partnership)
    table = risk_table(risks)
    strata = _strata_of(risks)
    own = [finding for validation in risks.validations.values() for finding in _own_risk(risks, validation)]
    gravest = list(threats_of(risks, table, "fatal_dispute_onset", "order.fatal_threat", GRAVEST))
    findings = [
        *own,
        *(finding for validation in risks.validations.values() for finding in _with_inputs_drawn(risks, validation)),
        *([fighting] if (fighting := risks.fighting.others(partnership)) else []),
        *gravest,
        *threats_of(risks, table, "dispute_onset", "order.threat", MOST),
        *_contributions(risks),
        *(finding for outcome in risks.validations for finding in worth_of(worth, outcome, strata)),
        *worth.told("order.alliances"),
    ]
    return Chapter(
        id=ID,
        title=TITLE,
        question=QUESTION,
        findings=tuple(findings),
        exhibits=(
            *_at_a_glance(own, gravest),
            *exhibits(partnership, sources_of(risks.validations["dispute_onset"].headline, "dispute_onset"), table),
            *worth.exhibits,
        ),
        would_change=(
            f"Dispute data after {lookup('dispute_onset').last_year}; a term that gains or loses its place scored on them; "
            "a model of how one war draws in the next dyad."
        ),
        gaps=tuple(gaps(risks)),
        everywhere=worth.ids,
    )


def _at_a_glance(own: Sequence[Finding], gravest: Sequence[Finding]) -> Iterable[Exhibit]:
    """The risk of a fatal dispute between the two, what their kind saw, and the highest with another state."""
    risk = next((each for each in own if each.id == "order.fatal_dispute.probability"), None)
    reference = risk.reference if risk else None
    kind = STRATUM_WORDS.get(reference.name, reference.name) if reference else None
    told = [each for each in (risk, *gravest[:1]) if each is not None]
    sources = tuple(sorted({source for each in told for source in each.sources}))
    yield from between(risk, kind, gravest[0] if gravest else None, sources)


def of_every_partnership(record: Record) -> Standing:
    """Return how the forecasts from past origins scored, for every stratum a dyad may belong to, and who allies."""
    validations = {validation.outcome: validation for validation in validate("disputes", record)}
    return Standing(
        (*(finding for each in validations.values() for finding in _scored(each)), *allying.findings(record, ID)),
        (*scored(validations), *allying.exhibits(record)),
    )


def threats(chapter: Chapter, partnership: Partnership) -> tuple[int, ...]:
    """Return the codes of the states with which the chapter sees the highest risks of a dispute, the highest first.

    None of a chapter without risks, whose data the record leaves out.
    """
    table = next((exhibit.frame for exhibit in chapter.exhibits if exhibit.id == MAP), None)
    if table is None:
        return ()
    others = table.filter((pl.col("outcome") == OUTCOMES["dispute_onset"][1]) & ~pl.col("ccode").is_in(list(partnership.codes)))
    ranked = others.drop_nulls("probability").sort("probability", descending=True)
    return tuple(ranked.unique("ccode", keep="first", maintain_order=True).head(MOST)["ccode"])


def risk_table(risks: Risks) -> pl.DataFrame:
    """Return the risk of each member with every other state, by outcome (columns of a "map" exhibit, and the oldest age).

    The probability is null where something needed is unknown.
    """
    system = StateSystem.of(risks.partnership.record)
    tables = []
    for outcome, validation in risks.validations.items():
        told = risks.told[outcome].with_columns(if_peace_since=risks.if_peace[outcome]["probability"])
        tables += [
            _risks_of(member, told, validation, risks.base_rate(outcome), system) for member in risks.partnership.members
        ]
    return pl.concat(tables)


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


def _own_risk(risks: Risks, validation: Validation[Disputes]) -> Iterable[Finding]:
    """The dyad's own risk: the headline, and the same if peace has lasted since the data end."""
    own = risks.own_row
    if own is None:
        return
    stem, words = OUTCOMES[validation.outcome]
    told, if_peace = (risks.of_members(rows[validation.outcome]) for rows in (risks.told, risks.if_peace))
    silent = bool(own["peace_years_age"])
    quiet = if_peace.item(0, "probability") if silent else None
    runs = [("", told, _terms(risks, validation))]
    if risks.then is None and silent:
        runs += [(".if_peace_since", if_peace, f"if none began after {_last_known(own)}")]
    for suffix, rows, what in runs:
        row = rows.row(0, named=True)
        if row["probability"] is None:
            continue
        also = f"; {chance(quiet)} if none began after {_last_known(own)}" if quiet is not None and not suffix else ""
        kind, age = reference_classes(rows)[0], own["peace_years_age"]
        grade, reference, held = risks.held_against(validation.outcome, age, kind, row["probability"])
        history = "" if suffix else f"{_by_list(own, validation, row['probability'])} {held}"
        fighting, told_by = risks.fighting.told((own["ccode1"], own["ccode2"]))
        statement = (
            f"{capitalized(risks.partnership.named)}: the probability that a {words} begins in {risks.partnership.year} is "
            f"{chance(row['probability'])}, {what}{also}.{fighting}{history}"
        )
        if not risks.learnt(validation.outcome):
            statement = f"{_too_few(risks, validation.outcome)} {held}{fighting}"
        yield Finding(
            id=f"{stem}.probability{suffix}",
            chapter=ID,
            statement=statement,
            value=row["probability"],
            unit=UNIT,
            interval=Interval(0.95, row["low"], row["high"]),
            baseline=Baseline("mean of all dyad-years learnt from", risks.base_rate(validation.outcome)),
            grade=grade,
            sources=tuple(dict.fromkeys((*sources_of(validation.headline, validation.outcome), *told_by))),
            rows=Rows(
                "panel dyad-year",
                f"ccode1 = {own['ccode1']} and ccode2 = {own['ccode2']} and year <= {own['year']}",
            ),
            reference=reference,
        )


def _too_few(risks: Risks, outcome: str) -> str:
    """That no risk could be learnt by then, and what stands instead of one."""
    last, words = risks.then.last if risks.then else 0, OUTCOMES[outcome][1]
    return f"{capitalized(risks.partnership.named)}: too few {words}s had begun by {last} to learn a risk from."


def _no_higher(if_peace: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """The risks if no dispute has begun, none above that which knows nothing of it: peace is no reason to expect one."""
    names = ("probability", "low", "high")
    return if_peace.with_columns(
        pl.when(pl.col(name).is_not_null()).then(pl.min_horizontal(name, told[name])).alias(name) for name in names
    )


def _with_inputs_drawn(risks: Risks, validation: Validation[Disputes]) -> Iterable[Finding]:
    """The dyad's own risk with what is uncertain of its inputs, as published: a sensitivity run."""
    own, columns = risks.own_row, None if risks.then else risks.inputs
    if own is None or columns is None:
        return
    told = drawn(validation.headline, risks.own, risks.partnership.year, columns)
    if told is None:
        return
    stem, words = OUTCOMES[validation.outcome]
    yield Finding(
        id=f"{stem}.probability.inputs",
        chapter=ID,
        statement=(
            f"{capitalized(risks.partnership.named)}: with the published uncertainty of regimes, product and positions in the "
            f"General Assembly, the probability that a {words} begins in {risks.partnership.year} is "
            f"{chance(told.probability)}; by these inputs alone it lies between {chance(told.inputs_low)} and "
            f"{chance(told.inputs_high)}."
        ),
        value=told.probability,
        unit=UNIT,
        interval=Interval(0.95, told.low, told.high),
        baseline=Baseline("mean of all dyad-years learnt from", risks.base_rate(validation.outcome)),
        grade=Tested.of(validation, own["peace_years_age"]).grade,
        sources=sources_of(validation.headline, validation.outcome),
        rows=Rows("panel dyad-year", f"ccode1 = {own['ccode1']} and ccode2 = {own['ccode2']} and year = {own['year']}"),
    )


def _by_list(own: Mapping[str, Any], validation: Validation[Disputes], probability: float) -> str:
    """What the same model says that has learnt from another list of disputes, where that ships (`validation/lists.py`)."""
    others = lists.told((own["ccode1"], own["ccode2"]), validation.outcome, own["year"])
    if not others:
        return ""
    every = {GML: (probability, lookup(validation.outcome).last_year), **others}
    return f" By list of disputes: {listed([f'{chance(told)} ({name}, to {last})' for name, (told, last) in every.items()])}."


def at_peace_since(panel: pl.DataFrame, record: Record) -> pl.DataFrame:
    """Return the rows as they would be if no dispute had begun since the dispute data end.

    The clock of peace runs on, and the quiet years count in the dyad's history and among its last years.
    """
    quiet = pl.col(list(OUTCOMES)).fill_null(False)
    rested = panel.with_columns(quiet, pl.col("peace_years") + pl.col("peace_years_age"), peace_years_age=pl.lit(0, pl.Int16))
    return with_recency(rested, record)


def _last_known(own: Mapping[str, Any]) -> int | None:
    """Last year whose disputes a row's peace years count."""
    return None if own["peace_years_age"] is None else int(own["year"]) - int(own["peace_years_age"]) - 1


def _terms(risks: Risks, validation: Validation[Disputes]) -> str:
    """The terms of the model, in words; of one learnt by then also the years."""
    if risks.then is None:
        return f"from {listed(list(validation.headline.terms))}, penalised as a whole"
    model = risks.then.models.get(validation.outcome)
    return f"from {listed(list(model.terms))}, learnt from {risks.then.first}–{risks.then.last}" if model else ""


def threats_of(risks: Risks, table: pl.DataFrame, outcome: str, stem: str, most: int) -> Iterable[Finding]:
    """The states with the highest risk of an outcome with either member."""
    partnership, words = risks.partnership, OUTCOMES[outcome][1]
    if not risks.learnt(outcome):
        return
    others = table.filter((pl.col("outcome") == words) & ~pl.col("ccode").is_in(list(partnership.codes)))
    above = others.filter(pl.col("probability") > pl.col("baseline"))
    highest = (
        above.drop_nulls("probability").sort("probability", descending=True).unique("ccode", keep="first", maintain_order=True)
    )
    first_of_code = highest["iso3"].is_first_distinct()
    for row, first in zip(highest.head(most).iter_rows(named=True), first_of_code, strict=False):
        yield finding_of_pair(risks, row, outcome, f"{stem}.{row['iso3'] if row['iso3'] and first else row['ccode']}")


def finding_of_pair(risks: Risks, row: Mapping[str, Any], outcome: str, name: str) -> Finding:
    """Return the finding of a row of the risk table: a member's risk of an outcome with another state."""
    partnership, validation, words = risks.partnership, risks.validations[outcome], OUTCOMES[outcome][1]
    grade, reference, held = risks.held_against(outcome, row["peace_years_age"], row["stratum"], row["probability"])
    fighting, told_by = risks.fighting.told((row["member_ccode"], row["ccode"]))
    pair = f"{starting(row['member'])} and {the(row['state'])}"
    risk = f"the probability that a {words} begins in {partnership.year} is {chance(row['probability'])}{_if_peace(row)}"
    return Finding(
        id=name,
        chapter=ID,
        statement=f"{pair}: {risk}.{fighting} {held}" if risks.learnt(outcome) else f"{pair}.{fighting} {held}",
        value=row["probability"],
        unit=UNIT,
        interval=Interval(0.95, row["low"], row["high"]),
        baseline=Baseline("mean of all dyad-years learnt from", risks.base_rate(outcome)),
        grade=grade,
        sources=tuple(dict.fromkeys((*sources_of(validation.headline, validation.outcome), *told_by))),
        rows=Rows("panel dyad-year", f"states {row['member']} and {row['state']} in {partnership.year}"),
        reference=reference,
    )


def _if_peace(row: Mapping[str, Any]) -> str:
    return f", {chance(row['if_peace_since'])} if none began since the dispute data end" if row["peace_years_age"] else ""


def _contributions(risks: Risks) -> Iterable[Finding]:
    """Tell what each term makes of the dyad's odds, compared with the mean dyad-year."""
    validation, before = risks.validations["dispute_onset"], risks.then
    if risks.own_row is None:
        return
    models = [validation.headline, validation.full] if before is None else [*before.models.values()][:1]
    of_year = {model.terms: model.matrix(risks.own)[-1:] for model in models}
    for term in TERMS:
        model = next((each for each in models if term in each.terms), None)
        if model is None or np.isnan(of_year[model.terms]).any():
            continue
        columns = [column for column in COUNTED[term] if column in model.columns]
        centre, error = (float(values[0]) for values in model.fitted.contribution(of_year[model.terms], columns))
        low, value, high = (float(np.exp(centre + shift * NORMAL_95 * error)) for shift in (-1, 0, 1))
        tested = earned(validation, term) if before is None else f"learnt from {before.first}–{before.last}"
        yield Finding(
            id=f"order.contribution.{term}",
            chapter=ID,
            statement=(
                f"{capitalized(risks.partnership.named)}: with {_what(term, risks.own_row)} go odds of a dispute "
                f"{significant(value)} times those of the mean dyad-year; an association, {tested}."
            ),
            value=value,
            unit="ratio of odds",
            interval=Interval(0.95, low, high),
            baseline=Baseline("mean dyad-year", 1.0),
            grade=validation.grades[term] if before is None else "not estimated",
            direction=validation.direction(term) if before is None else None,
            sources=sources_of(model, validation.outcome),
        )


def _what(term: str, own: Mapping[str, Any]) -> str:
    """What a term is in this dyad: of a pact or of votes the lack of them, where it has none."""
    if term == "pact" and not own["defence_pact"]:
        return "lack of a defence pact"
    if term == "preferences" and own["ideal_point_distance"] is None:
        return "votes in the General Assembly that are not known"
    return TERM_WORDS[term]


def worth_of(worth: Standing, outcome: str, strata: Sequence[str]) -> tuple[Finding, ...]:
    """Return how the forecasts of an outcome scored: the whole, each term, and the dyad's strata."""
    stem, _ = OUTCOMES[outcome]
    reliable = (f"{stem}.calibration.{name.replace(' ', '_')}" for name in strata)
    return worth.told(f"{stem}.skill", f"{stem}.term", *reliable, f"{stem}.aftermath")


def _scored(validation: Validation[Disputes]) -> Iterable[Finding]:
    """Tell how the forecasts from past origins scored: the whole against its baselines, each term, and every stratum."""
    words = _words(validation)
    yield headline_finding(validation, words)
    yield from long_range_finding(validation, words)
    for term in TERMS:
        yield term_finding(validation, term, words)
    for name in STRATA:
        yield from stratum_finding(validation, name, words)
    yield from _aftermath(validation, words)


def _aftermath(validation: Validation[Disputes], words: Words) -> Iterable[Finding]:
    """Tell how the armed conflicts that began after the dispute data end were ranked."""
    if validation.aftermath is None:
        return
    row = validation.aftermath.scores.row(by_predicate=pl.col("conflicts") == "primary", named=True)
    onsets = validation.aftermath.onsets.filter("primary")
    summary = {"lowest": pl.col("rank").max(), "highest": pl.col("rank").min(), "median": pl.col("rank").median()}
    rank = onsets.select(dyads=pl.col("dyads").max(), **summary).row(0, named=True)
    last, end = lookup(validation.outcome).last_year, lookup("interstate_conflict").last_year
    yield Finding(
        id=f"{words.stem}.aftermath",
        chapter=ID,
        statement=(
            f"After {last}, where the dispute data end, armed conflicts between primary parties began in {row['events']} dyads "
            f"with a forecast by {end} (UCDP). By the risk of a {words.event} in that year, as learnt to {last}, they ranked "
            f"between {rank['highest']:,} and {rank['lowest']:,} of {rank['dyads']:,} (median {rank['median']:,.0f}); ROC area "
            f"{row['roc_auc']:.3f}."
        ),
        value=round(row["roc_auc"], 4),
        unit="ROC area",
        baseline=Baseline("ranking by chance", 0.5),
        grade="not estimated",
        sources=tuple(sorted({*words.sources, *lookup("interstate_conflict").sources})),
        rows=Rows(f"foedus validate {validation.full.id} --json", "aftermath"),
    )


def _words(validation: Validation[Disputes]) -> Words:
    stem, event = OUTCOMES[validation.outcome]
    return Words(ID, stem, event, f"{event}s", "dyad-years", TERM_WORDS, sources_of(validation.headline, validation.outcome))


def _strata_of(risks: Risks) -> list[str]:
    """The strata the dyad belongs to in its year, the most telling first; all dyads where its covariates are unknown."""
    rows = risks.own.filter(pl.col("year") == risks.partnership.year)
    held = rows.select(chosen.alias(name) for name, chosen in STRATA.items()).row(0, named=True) if rows.height else {}
    return [name for name, member in reversed(held.items()) if member] or ["all dyads"]


def gaps(risks: Risks) -> Iterable[str]:
    """Say, variable by variable, why a risk has no number, what is unknown to it, and how old the oldest input is."""
    partnership, rows = risks.partnership, risks.rows
    model = risks.validations["dispute_onset"].headline
    reads = known_by(model)
    needs = [name for name in reads if name in NEEDED]
    if len(partnership.members) == 2:
        yield from _own_gaps(risks, needs)
    unknown = rows.filter(pl.any_horizontal(pl.col(["earlier", *needs]).is_null()))
    if unknown.height:
        yield f"{unknown.height} of {rows.height} dyads of the members have no risk, for lack of: {_lacking(unknown, needs)}."
    levels = {name: rows[name].null_count() for name in reads if name not in NEEDED}
    if told := [f"{_plain(name)} ({count})" for name, count in levels.items() if count]:
        yield f"Not known of some pairs of the members with others, and told to the models as such: {listed(told)}."
    ages = rows.select(pl.col(f"{name}_age").max() for name in reads).row(0, named=True)
    if since := ages.get("peace_years_age"):
        last = partnership.year - since - 1
        yield f"Disputes are known to {last}: none of the {since} years since is in these risks."
    carried = [f"{_plain(name.removesuffix('_age'))} ({age})" for name, age in ages.items() if age]
    if carried:
        yield f"Older values stand in for the year, up to so many years old: {listed(carried)}."
    if risks.then is not None:
        yield f"Nothing here was learnt from disputes that began after {risks.then.last}, and no such forecast had been tested."


def _own_gaps(risks: Risks, needs: Sequence[str]) -> Iterable[str]:
    """Say why the two have no risk, where they have none."""
    partnership, own = risks.partnership, risks.own_row
    first = risks.validations["dispute_onset"].headline.first_year
    names = capitalized(partnership.named)
    year = partnership.year
    if own is None or own["earlier"] is None:
        yield f"{names}: no risk for {partnership.year}, for the two were not both members of the state system the year before."
    elif partnership.year < first:
        yield f"{names}: no risk for {year}, for distances between states are not known so early."
    elif risks.then is not None and risks.then.seen.is_empty():
        yield f"{names}: no risk for {year}, for too few years with known distances had passed to learn from."
    elif missing := [name for name in needs if own[name] is None]:
        yield f"{names}: no risk for {year}, for the record does not know: {listed(list(map(_plain, missing)))}."


def _lacking(unknown: pl.DataFrame, needs: Sequence[str]) -> str:
    counts = {"membership in the year before": unknown["earlier"].null_count()}
    counts |= {_plain(name): unknown.filter(pl.col("earlier"))[name].null_count() for name in needs}
    return listed([f"{name} ({count})" for name, count in counts.items() if count])


VARIABLE_WORDS = {
    "contiguous": "contact",
    "min_distance": "distance",
    "capability_ratio": "their weights",
    "joint_capability": "their joint weight",
    "weaker_democracy": "democracy of the weaker side",
    "ideal_point_distance": "distance of their votes",
    "peace_years": "years since the last dispute",
}
"""Variables of the models as a reader knows them."""


def _plain(variable: str) -> str:
    return VARIABLE_WORDS.get(variable, variable.replace("_", " "))
