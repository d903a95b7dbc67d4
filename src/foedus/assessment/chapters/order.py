"""The order: the risk of a militarized dispute between each member and every other state, and how far to believe it.

The headline numbers come from the terms that earned their place out of sample; the model with every term stands beside them as
a sensitivity run. Nothing here is causal: a term says which dyads dispute more, not what would happen if it were changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import polars as pl

from foedus.assessment.finding import Baseline, Chapter, Exhibit, Finding, Interval, Rows
from foedus.assessment.partnership import Partnership
from foedus.assessment.words import chance, listed
from foedus.mechanisms.disputes import TERMS, Disputes, known_from
from foedus.mechanisms.estimate import NORMAL_95
from foedus.panels.codebook import lookup
from foedus.record.states import State, StateSystem
from foedus.validation.hindcast import HEADLINE, registrations, verdicts
from foedus.validation.reliability import STRATA, bin_name
from foedus.validation.validate import Validation, validate

ID = "order"

LONGEST_AGE = 20
"""Years for which a past value may stand in for a missing one; the oldest age used is said."""

FEWEST_EVENTS = 10
"""Onsets in a stratum below which its reliability is not graded."""

MOST = 10
"""States named for each member."""

OUTCOMES = {"dispute_onset": ("dispute", "dispute"), "fatal_dispute_onset": ("fatal_dispute", "fatal dispute")}
"""Part of a finding's id, and word, for each outcome."""

TERM_WORDS = {
    "distance": "contact and distance",
    "power": "power",
    "democracy": "democracy of the weaker side",
    "pact": "defence pact",
}
STRATUM_WORDS = {"politically relevant": "politically relevant dyads", "contiguous": "contiguous dyads"}
UNIT = "probability per year"


def chapter(partnership: Partnership) -> Chapter:
    """Return the chapter for a partnership; states whose covariates the record lacks are named as gaps."""
    validations = {validation.outcome: validation for validation in validate("disputes", partnership.record)}
    rows = _rows_of_year(partnership)
    risks = pl.concat([risk_table(partnership, rows, validation) for validation in validations.values()])
    findings = [
        *(finding for validation in validations.values() for finding in _own_risk(partnership, rows, validation)),
        *_threats(partnership, risks, validations),
        *_contributions(partnership, rows, validations["dispute_onset"]),
        *(finding for validation in validations.values() for finding in _worth(validation, _own_row(partnership, rows))),
    ]
    return Chapter(
        id=ID,
        title="The order",
        question="How likely is a militarized dispute of each member with every other state, and can that be believed?",
        findings=tuple(findings),
        exhibits=tuple(_exhibits(partnership, risks, validations)),
        would_change=(
            f"Dispute data after {lookup('dispute_onset').last_year}; a term that gains or loses its place scored on them; "
            "a model in which a dyad's own history counts for more than its peace years."
        ),
        gaps=tuple(_gaps(partnership, rows, validations["dispute_onset"].headline)),
    )


def _rows_of_year(partnership: Partnership) -> pl.DataFrame:
    year = partnership.year
    return Disputes().panel(partnership.record, (year, year), states=partnership.codes, carry_forward=LONGEST_AGE)


def risk_table(partnership: Partnership, rows: pl.DataFrame, validation: Validation) -> pl.DataFrame:
    """Return the risk of each member with every other state (columns of a "map" exhibit, and the oldest age).

    The probability is null where a covariate is unknown.
    """
    system = StateSystem.of(partnership.record)
    parts = [_risks_of(member, rows, validation, system, partnership.year) for member in partnership.members]
    return pl.concat(parts)


def _risks_of(member: State, rows: pl.DataFrame, validation: Validation, system: StateSystem, year: int) -> pl.DataFrame:
    own = rows.filter((pl.col("ccode1") == member.ccode) | (pl.col("ccode2") == member.ccode))
    other = own.select(pl.when(pl.col("ccode1") == member.ccode).then("ccode2").otherwise("ccode1").alias("ccode")).to_series()
    states = [system.state(code, year) for code in other]
    model = validation.headline
    estimate, matrix = model.fitted, model.matrix(own)
    known = ~np.isnan(matrix).any(axis=1)
    probability, low, high = model.forecast(own)
    peaceful = estimate.probability(model.matrix(_at_peace_since(own)))
    columns = {"probability": probability, "low": low, "high": high, "if_peace_since": peaceful}
    oldest = pl.max_horizontal(*(f"{name}_age" for name in known_from(model.terms)))
    return pl.DataFrame(
        {
            "member": [member.name] * len(states),
            "outcome": [OUTCOMES[validation.outcome][1]] * len(states),
            "ccode": other,
            "state": [state.name for state in states],
            "iso3": [state.iso3 for state in states],
            **{name: pl.Series(np.where(known, values, np.nan)).fill_nan(None) for name, values in columns.items()},
            "baseline": [validation.base_rate] * len(states),
            "age": own.select(oldest).to_series(),
        },
        schema_overrides={"iso3": pl.String, "state": pl.String, "member": pl.String, "outcome": pl.String},
    ).sort("ccode")


def _own_row(partnership: Partnership, rows: pl.DataFrame) -> pl.DataFrame:
    low, high = partnership.dyad
    return rows.filter((pl.col("ccode1") == low) & (pl.col("ccode2") == high))


def _own_risk(partnership: Partnership, rows: pl.DataFrame, validation: Validation) -> Iterable[Finding]:
    """The dyad's own risk: the headline, the same if peace has lasted since the data end, and with every term."""
    own = _own_row(partnership, rows)
    tag, words = OUTCOMES[validation.outcome]
    names = listed([state.name for state in partnership.members])
    earned, worst = validation.grades["headline"], _sensitivity_grade(validation)
    runs = [
        (
            "",
            validation.headline,
            own,
            earned,
            f"by the terms that earned their place ({', '.join(validation.headline.terms)})",
        ),
        (".if_peace_since", validation.headline, _at_peace_since(own), earned, f"if none began after {_last_known(own)}"),
        (".all_terms", validation.full, own, worst, "with every term, earned or not (sensitivity)"),
    ]
    for suffix, model, row, grade, what in runs:
        if not row.height or (row is not own and row.equals(own)):
            continue
        probability, low, high = (float(bound[0]) for bound in model.forecast(row))
        if np.isnan(probability):
            continue
        also = "" if suffix else _or_at_peace(model, own)
        history = "" if suffix else f" {_came_true(validation, probability)}"
        yield Finding(
            id=f"order.{tag}.probability{suffix}",
            chapter=ID,
            statement=(
                f"{names}: the probability that a {words} begins in {partnership.year} is "
                f"{chance(probability)}, {what}{also}.{history}"
            ),
            value=probability,
            unit=UNIT,
            interval=Interval(0.95, low, high),
            baseline=Baseline("mean of all dyad-years fitted", validation.base_rate),
            grade=grade,
            sources=_sources(model, validation.outcome),
            rows=Rows(
                "panel dyad-year",
                f"ccode1 = {partnership.dyad[0]} and ccode2 = {partnership.dyad[1]} and year = {partnership.year}",
            ),
        )


def _or_at_peace(model: Disputes, own: pl.DataFrame) -> str:
    """The same risk if no dispute began after the data end, where they end before the year."""
    if not own["peace_years_age"][0]:
        return ""
    return f"; {chance(float(model.forecast(_at_peace_since(own))[0][0]))} if none began after {_last_known(own)}"


def _at_peace_since(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows as they would be if no dispute had begun since the dispute data end: the clock of peace runs on."""
    return rows.with_columns(pl.col("peace_years") + pl.col("peace_years_age"), peace_years_age=pl.lit(0, pl.Int16))


def _last_known(rows: pl.DataFrame) -> int | None:
    """Last year whose disputes the peace years of the first row count."""
    age = rows["peace_years_age"][0] if rows.height else None
    return None if age is None else int(rows["year"][0]) - age - 1


def _came_true(validation: Validation, probability: float) -> str:
    """What became of forecasts as high as this one."""
    row = validation.reliability.row(by_predicate=pl.col("stratum") == bin_name(probability), named=True)
    last = validation.scores.row(-1, named=True)
    if not row["n"]:
        return ""
    span = f"{last['first_year']}–{last['last_year']}"
    return (
        f"Of the {row['n']:,} dyad-years of {span} given {bin_name(probability).removeprefix('forecast ')} "
        f"from {last['origin']}, {chance(row['observed'])} saw one."
    )


def _sensitivity_grade(validation: Validation) -> str:
    """A run with every term is as good as its worst term."""
    ranks = ("supported", "mixed", "not supported")
    return max(validation.grades.values(), key=ranks.index)


def _threats(partnership: Partnership, risks: pl.DataFrame, validations: dict[str, Validation]) -> Iterable[Finding]:
    """The states with the highest risk of a dispute with either member."""
    validation = validations["dispute_onset"]
    disputes = risks.filter(
        (pl.col("outcome") == OUTCOMES["dispute_onset"][1]) & ~pl.col("ccode").is_in(list(partnership.codes))
    )
    above = disputes.filter(pl.col("probability") > pl.col("baseline"))
    highest = (
        above.drop_nulls("probability").sort("probability", descending=True).unique("ccode", keep="first", maintain_order=True)
    )
    first_of_code = highest["iso3"].is_first_distinct()
    for row, first in zip(highest.head(MOST).iter_rows(named=True), first_of_code, strict=False):
        yield Finding(
            id=f"order.threat.{row['iso3'] if row['iso3'] and first else row['ccode']}",
            chapter=ID,
            statement=(
                f"{row['member']} and {row['state']}: the probability that a dispute begins in {partnership.year} is "
                f"{chance(row['probability'])}{_if_peace(row)}. {_came_true(validation, row['probability'])}"
            ),
            value=row["probability"],
            unit=UNIT,
            interval=Interval(0.95, row["low"], row["high"]),
            baseline=Baseline("mean of all dyad-years fitted", validation.base_rate),
            grade=validation.grades["headline"],
            sources=_sources(validation.headline, validation.outcome),
            rows=Rows("panel dyad-year", f"states {row['member']} and {row['state']} in {partnership.year}"),
        )


def _if_peace(row: dict[str, Any]) -> str:
    return f", {chance(row['if_peace_since'])} if none began since the dispute data end" if row["age"] else ""


def _contributions(partnership: Partnership, rows: pl.DataFrame, validation: Validation) -> Iterable[Finding]:
    """What regime, power, distance and the pact make of the dyad's odds, each compared with the mean dyad-year."""
    own = _own_row(partnership, rows)
    names = listed([state.name for state in partnership.members])
    for term in TERMS:
        model = validation.headline if term in validation.headline.terms else validation.full
        matrix = model.matrix(own)
        if not own.height or np.isnan(matrix).any():
            continue
        centre, error = (float(values[0]) for values in model.fitted.contribution(matrix, TERMS[term]))
        low, value, high = (float(np.exp(centre + shift * NORMAL_95 * error)) for shift in (-1, 0, 1))
        what = "lack of a defence pact" if term == "pact" and not own["defence_pact"][0] else TERM_WORDS[term]
        yield Finding(
            id=f"order.contribution.{term}",
            chapter=ID,
            statement=(
                f"{names}: their {what} goes with odds of a dispute {value:.2g} times those of the mean dyad-year; "
                f"an association, {_earned(validation, term)}."
            ),
            value=value,
            unit="ratio of odds",
            interval=Interval(0.95, low, high),
            baseline=Baseline("mean dyad-year", 1.0),
            grade=validation.grades[term],
            sources=_sources(model, validation.outcome),
        )


def _earned(validation: Validation, term: str) -> str:
    if validation.grades[term] == "supported":
        return "part of the headline numbers"
    return f"{validation.grades[term]} out of sample, so not part of the headline numbers"


def _worth(validation: Validation, own: pl.DataFrame) -> Iterable[Finding]:
    """How the forecasts from past origins scored: the whole against its baselines, each term, and the dyad's strata."""
    tag, words = OUTCOMES[validation.outcome]
    last = int(validation.scores.item(-1, "origin"))
    scored = {row["model"]: row for row in validation.scores.filter(pl.col("origin") == last).iter_rows(named=True)}
    best, duration = scored[HEADLINE], scored["peace years only"]
    span = f"{best['first_year']}–{best['last_year']}"
    sources = _sources(validation.headline, validation.outcome)
    gain = validation.gains.row(
        by_predicate=(pl.col("origin") == last) & (pl.col("term") == "headline") & (pl.col("score") == "roc_auc"), named=True
    )
    relevant = validation.reliability.row(by_predicate=pl.col("stratum") == "politically relevant", named=True)
    yield Finding(
        id=f"order.{tag}.roc_auc_gain",
        chapter=ID,
        statement=(
            f"Forecast from {last} by the headline model, the {words}s of {span} ({best['events']:,} onsets in {best['n']:,} "
            f"dyad-years) were ranked with a ROC area of {best['roc_auc']:.3f} ({gain['against']} {duration['roc_auc']:.3f}; "
            f"{relevant['roc_auc']:.3f} among politically relevant dyads), PR area {best['pr_auc']:.3f} "
            f"({duration['pr_auc']:.3f}), Brier score {best['brier']:.5f} (base rate {scored['base rate']['brier']:.5f})."
        ),
        value=round(gain["gain"], 4),
        unit="ROC area gained",
        interval=Interval(0.95, gain["low"], gain["high"]),
        baseline=Baseline(gain["against"], 0.0),
        grade=validation.grades["headline"],
        sources=sources,
        rows=Rows("foedus validate disputes --json", f"outcome = {validation.outcome} and origin = {last}"),
    )
    for term in TERMS:
        yield _term_finding(validation, term, sources)
    for name in _strata_of(own):
        yield from _stratum_finding(validation, name, span, sources)


def _strata_of(own: pl.DataFrame) -> list[str]:
    """The strata the dyad belongs to in its year, the most telling first; all dyads where its covariates are unknown."""
    held = own.select(chosen.alias(name) for name, chosen in STRATA.items()).row(0, named=True) if own.height else {}
    return [name for name, member in reversed(held.items()) if member] or ["all dyads"]


def _term_finding(validation: Validation, term: str, sources: tuple[str, ...]) -> Finding:
    tag, words = OUTCOMES[validation.outcome]
    gains = validation.gains.filter((pl.col("term") == term) & (pl.col("score") == "log score")).sort("origin")
    clear, harmful = verdicts(gains, registrations()[validation.mechanism].smallest)
    brier = validation.gains.filter((pl.col("term") == term) & (pl.col("score") == "brier"))
    worse = int((brier["high"] < 0).sum())
    row = gains.row(-1, named=True)
    per_thousand = [round(row[name] * 1000, 3) + 0.0 for name in ("gain", "low", "high")]  # + 0.0 turns -0.0 into 0.0
    return Finding(
        id=f"order.{tag}.term.{term}",
        chapter=ID,
        statement=(
            f"{TERM_WORDS[term].capitalize()}, {words}s: added, it clearly improved forecasts from {clear} of {gains.height} "
            f"past origins and clearly worsened those from {harmful}; from {row['origin']} the log score gained "
            f"{per_thousand[0]:+.3f} per 1,000 dyad-years ({per_thousand[1]:+.3f} to {per_thousand[2]:+.3f}), "
            f"{row['share'] * 100:+.1f} % of its size"
            f"{'; the Brier score was clearly worse with it from ' + str(worse) if worse else ''}."
        ),
        value=per_thousand[0],
        unit="nats per 1,000 dyad-years",
        interval=Interval(0.95, per_thousand[1], per_thousand[2]),
        baseline=Baseline("the model without it", 0.0),
        grade=validation.grades[term],
        sources=sources,
        rows=Rows("foedus validate disputes --json", f"outcome = {validation.outcome} and term = {term}"),
    )


def _stratum_finding(validation: Validation, name: str, span: str, sources: tuple[str, ...]) -> Iterable[Finding]:
    tag, words = OUTCOMES[validation.outcome]
    row = validation.reliability.row(by_predicate=pl.col("stratum") == name, named=True)
    if not row["n"]:
        return
    predicted = row["forecast"] * row["n"]
    low, high = row["forecast"] / row["high"], row["forecast"] / row["low"] if row["low"] else np.inf
    ratio = row["ratio"]
    said = f"{ratio:.2f} times as many as began" if ratio is not None else "while none began"
    yield Finding(
        id=f"order.{tag}.calibration.{name.replace(' ', '_')}",
        chapter=ID,
        statement=(
            f"Among {STRATUM_WORDS.get(name, name)} of {span} ({row['n']:,} dyad-years) the headline model, "
            f"fitted to the years before, expected "
            f"{predicted:.1f} {words}s where {row['events']} began: {said}."
        ),
        value=None if ratio is None else round(ratio, 3),
        unit="predicted over observed",
        interval=Interval(0.95, low, high) if np.isfinite(high) else None,
        baseline=Baseline("perfect calibration", 1.0),
        grade=_calibration_grade(low, high, row["events"]),
        sources=sources,
        rows=Rows("foedus validate disputes --json", f"reliability, stratum = {name}"),
    )


def _calibration_grade(low: float, high: float, events: int) -> str:
    """Not supported if the interval of predicted over observed leaves out 1; too few events leave it open."""
    if events < FEWEST_EVENTS:
        return "not estimated"
    return "supported" if low <= 1 <= high else "not supported"


def _sources(model: Disputes, outcome: str) -> tuple[str, ...]:
    names = {source for name in (*known_from(model.terms), outcome) for source in lookup(name).sources}
    return tuple(sorted(names))


def _gaps(partnership: Partnership, rows: pl.DataFrame, model: Disputes) -> Iterable[str]:
    """Say, variable by variable, why a risk has no number, and how old the oldest input is."""
    needs = known_from(model.terms)
    own = _own_row(partnership, rows)
    names = listed([state.name for state in partnership.members])
    if not own.height:
        yield f"{names}: no risk for {partnership.year}, for the two were not both members of the state system."
    missing = [name for name in needs if own.height and own[name][0] is None]
    if missing:
        unknown_to_us = [f"{_plain(name)} ({lookup(name).first_year}–{lookup(name).last_year})" for name in missing]
        yield f"{names}: no risk, for the record lacks (with the years its sources cover): {listed(unknown_to_us)}."
    unknown = rows.filter(pl.any_horizontal(pl.col(needs).is_null()))
    if unknown.height:
        yield f"{unknown.height} of {rows.height} dyads of the members have no risk, for lack of: {_lacking(unknown, needs)}."
    ages = rows.select(pl.col(f"{name}_age").max() for name in needs).row(0, named=True)
    if since := ages.get("peace_years_age"):
        yield f"Disputes of the last {since} years are unknown; over them the model runs its own clock of peace."
    carried = [f"{_plain(name.removesuffix('_age'))} ({age})" for name, age in ages.items() if age]
    if carried:
        yield f"Values carried forward, with the greatest age in years: {listed(carried)}."
    if model.fitted.first_year <= partnership.year <= model.fitted.last_year:
        yield f"{partnership.year} is among the years the model was fitted to: its risks describe, they do not forecast."


def _lacking(unknown: pl.DataFrame, needs: Sequence[str]) -> str:
    counts = {name: unknown[name].null_count() for name in needs}
    return listed([f"{_plain(name)} ({count})" for name, count in counts.items() if count])


def _plain(variable: str) -> str:
    return variable.replace("_", " ")


def _exhibits(partnership: Partnership, risks: pl.DataFrame, validations: dict[str, Validation]) -> Iterable[Exhibit]:
    sources = _sources(validations["dispute_onset"].headline, "dispute_onset")
    yield Exhibit(
        id="order.map",
        title=f"Risk of a dispute with each member, {partnership.year}",
        kind="map",
        frame=risks,
        note=(
            "Probability that a dispute begins in the year; borders of today. Hatched: no estimate. "
            "Plain grey: no member of the state system that year."
        ),
        sources=(*sources, "natural_earth"),
    )
    yield Exhibit(
        id="order.highest",
        title=f"The {MOST} highest risks of each member, {partnership.year}",
        kind="bars",
        frame=_highest(risks),
        note="Points with 95 % intervals: the uncertainty of the coefficients alone. The line is the mean of all dyad-years.",
        sources=sources,
    )
    for validation in validations.values():
        tag, words = OUTCOMES[validation.outcome]
        last = validation.scores.row(-1, named=True)
        span = f"{last['first_year']}–{last['last_year']}"
        yield Exhibit(
            id=f"order.{tag}.reliability",
            title=f"Predicted and observed, {words}s {span}, forecast from {last['origin']}",
            kind="reliability",
            frame=validation.reliability.with_columns(outcome=pl.lit(words)),
            note="Mean probability per dyad-year; intervals of the observed rate from the number of onsets alone.",
            sources=_sources(validation.headline, validation.outcome),
        )
    scores = pl.concat([validation.scores for validation in validations.values()])
    gains = pl.concat([validation.tidy() for validation in validations.values()])
    yield Exhibit(
        "order.scores", "Scores of every forecast origin", "table", scores, "Lower Brier and log scores are better.", sources
    )
    yield Exhibit(
        "order.gains",
        "What each term adds out of sample",
        "table",
        gains,
        "Positive: the forecasts were better with it.",
        sources,
    )


def _highest(risks: pl.DataFrame) -> pl.DataFrame:
    """Each member's highest risks of any dispute (columns of a "bars" exhibit)."""
    known = risks.filter(pl.col("outcome") == OUTCOMES["dispute_onset"][1]).drop_nulls("probability")
    ranked = known.sort("probability", descending=True).group_by("member", maintain_order=True).head(MOST)
    shown = ranked.with_columns(unit=pl.lit(UNIT))
    return shown.select("unit", "low", "high", "baseline", label="state", value="probability", group="member")
