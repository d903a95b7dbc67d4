"""The members' own dyad: its risk, by its terms, its inputs and the list of disputes learnt from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import polars as pl

from foedus.assessment.chapters.order.exhibits import OUTCOMES, TERM_WORDS, UNIT, events, sources_of
from foedus.assessment.chapters.order.risks import Risks
from foedus.assessment.chapters.order.tested import Tested
from foedus.assessment.evidence import earned
from foedus.assessment.finding import Baseline, Finding, Interval, Rows
from foedus.estimation.estimate import NORMAL_95
from foedus.estimation.pooled import Pooling
from foedus.language.said import say
from foedus.mechanisms.order.covariates import INTERPLAY, REACH, TERMS
from foedus.mechanisms.order.disputes import Disputes
from foedus.mechanisms.order.strata import STRATA, reference_classes
from foedus.panels.codebook import lookup
from foedus.panels.disputes import GML
from foedus.validation import lists
from foedus.validation.validate import Validation
from foedus.words import capitalized, chance, listed, percent, significant

ID = "order"

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


def own_risk(risks: Risks, validation: Validation[Disputes]) -> Iterable[Finding]:
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
            few, by = _too_few(risks, validation.outcome), {"held": held, "fighting": fighting}
            statement = say("{few} {held}{fighting}", few=few, **by)
        yield Finding(
            id=f"{stem}.probability{suffix}",
            chapter=ID,
            statement=statement,
            value=row["probability"],
            unit=UNIT,
            interval=Interval(0.95, row["low"], row["high"]),
            baseline=Baseline("mean of all dyad-years learnt from", risks.base_rate(validation.outcome)),
            grade=grade,
            sources=tuple(dict.fromkeys((*sources_of(validation.headline), *told_by))),
            rows=Rows(
                "panel dyad-year",
                f"ccode1 = {own['ccode1']} and ccode2 = {own['ccode2']} and year <= {own['year']}",
            ),
            reference=reference,
        )


def originated_risk(risks: Risks) -> Iterable[Finding]:
    """The dyad's risk of a dispute, split: between the two from the first day, and by joining what others began."""
    own, validation = risks.own_row, risks.originated
    if own is None or risks.then is not None:
        return
    year = risks.partnership.year
    whole = risks.of_members(risks.told["dispute_onset"])
    row = validation.headline.forecast(risks.own, year, whole).row(0, named=True)
    if row["probability"] is None:
        return
    joined = whole.item(0, "probability") - row["probability"]
    stem, words = OUTCOMES[validation.outcome]
    tested = Tested.of(validation, own["peace_years_age"])
    reference = tested.reference(reference_classes(pl.DataFrame([row], infer_schema_length=None))[0], row["probability"])
    fighting, told_by = risks.fighting.told((own["ccode1"], own["ccode2"]))
    yield Finding(
        id=f"{stem}.probability",
        chapter=ID,
        statement=(
            f"{capitalized(risks.partnership.named)}: the probability that a {words} begins in {year}, which both are in from "
            f"its first day, is {chance(row['probability'])}. It is part of the risk of a dispute of any kind; the rest, "
            f"{chance(joined)}, is that none such begins, but that one joins against the other what others began.{fighting} "
            f"{tested.told(reference, words, row['probability'])}"
        ),
        value=row["probability"],
        unit=UNIT,
        interval=Interval(0.95, row["low"], row["high"]),
        baseline=Baseline("mean of all dyad-years learnt from", validation.base_rate),
        grade=tested.grade,
        sources=tuple(dict.fromkeys((*sources_of(validation.headline), *told_by))),
        rows=Rows("panel dyad-year", f"ccode1 = {own['ccode1']} and ccode2 = {own['ccode2']} and year <= {own['year']}"),
        reference=reference,
    )


def _too_few(risks: Risks, outcome: str) -> str:
    """That no risk could be learnt by then, and what stands instead of one."""
    last, words = risks.then.last if risks.then else 0, OUTCOMES[outcome][1]
    few = "{names}: too few {events} had begun by {year} to learn a risk from."
    return capitalized(say(few, names=risks.partnership.named, events=say(events(words)), year=last))


def _by_list(own: Mapping[str, Any], validation: Validation[Disputes], probability: float) -> str:
    """What the same model says that has learnt from another list of disputes, where that ships (`validation/lists.py`)."""
    others = lists.told((own["ccode1"], own["ccode2"]), validation.outcome, own["year"])
    if not others:
        return ""
    every = {GML: (probability, lookup(validation.outcome).last_year), **others}
    return f" By list of disputes: {listed([f'{chance(told)} ({name}, to {last})' for name, (told, last) in every.items()])}."


def _last_known(own: Mapping[str, Any]) -> int | None:
    """Last year whose disputes a row's peace years count."""
    return None if own["peace_years_age"] is None else int(own["year"]) - int(own["peace_years_age"]) - 1


def _terms(risks: Risks, validation: Validation[Disputes]) -> str:
    """The terms of the model, in words; of one learnt by then also the years."""
    if risks.then is None:
        return f"from {listed(list(validation.headline.terms))}, penalised as a whole"
    model = risks.then.models.get(validation.outcome)
    return f"from {listed(list(model.terms))}, learnt from {risks.then.first}–{risks.then.last}" if model else ""


def with_inputs_drawn(risks: Risks, validation: Validation[Disputes]) -> Iterable[Finding]:
    """The dyad's own risk with what is uncertain of its inputs, as published: a sensitivity run."""
    own = risks.own_row
    if own is None or risks.then or validation.outcome not in risks.inputs:
        return
    told = risks.inputs[validation.outcome]
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
        sources=sources_of(validation.headline),
        rows=Rows("panel dyad-year", f"ccode1 = {own['ccode1']} and ccode2 = {own['ccode2']} and year = {own['year']}"),
    )


def contributions(risks: Risks) -> Iterable[Finding]:
    """Tell what each term makes of the dyad's odds, compared with the mean dyad-year, as the model has them untempered."""
    validation, before = risks.validations["dispute_onset"], risks.then
    if risks.own_row is None:
        return
    untempered = _untempered(risks.of_members(risks.told["dispute_onset"]).item(0, "probability"), validation.headline.pooling)
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
                f"{significant(value)} times those of the mean dyad-year; an association, {tested}.{untempered}"
            ),
            value=value,
            unit="ratio of odds",
            interval=Interval(0.95, low, high),
            baseline=Baseline("mean dyad-year", 1.0),
            grade=validation.grades[term] if before is None else "not estimated",
            direction=validation.direction(term) if before is None else None,
            sources=sources_of(model),
        )


def _untempered(probability: float | None, pooling: Pooling) -> str:
    """That the odds of a risk as high are drawn in, and those of the terms are not; nothing of a lower risk.

    >>> _untempered(0.1, Pooling()), _untempered(0.5, Pooling())[:48]
    ('', ' Odds as the model learnt them: in the risk told')
    """
    if probability is None or probability <= pooling.high:
        return ""
    return (
        f" Odds as the model learnt them: in the risk told, what log odds have beyond those of {percent(pooling.high)} counts "
        f"{pooling.beyond:g} times."
    )


def _what(term: str, own: Mapping[str, Any]) -> str:
    """What a term is in this dyad: of a pact or of votes the lack of them, where it has none."""
    if term == "pact" and not own["defence_pact"]:
        return "lack of a defence pact"
    if term == "preferences" and own["ideal_point_distance"] is None:
        return "votes in the General Assembly that are not known"
    return TERM_WORDS[term]


def strata_of(risks: Risks) -> list[str]:
    """The strata the dyad belongs to in its year, the most telling first; all dyads where its covariates are unknown."""
    rows = risks.own.filter(pl.col("year") == risks.partnership.year)
    held = rows.select(chosen.alias(name) for name, chosen in STRATA.items()).row(0, named=True) if rows.height else {}
    return [name for name, member in reversed(held.items()) if member] or ["all dyads"]
