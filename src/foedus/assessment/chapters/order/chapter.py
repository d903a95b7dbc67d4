"""The order: the risk of a militarized dispute between each member and every other state, and how far to believe it.

The headline numbers come from the model with all terms, as a whole. Nothing here is causal: a term says which dyads dispute
more, not what would happen if it were changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from foedus.assessment.chapters.order import allying
from foedus.assessment.chapters.order.exhibits import (
    MOST,
    OUTCOMES,
    TERM_WORDS,
    UNIT,
    between,
    events,
    exhibits,
    scored,
    sources_of,
)
from foedus.assessment.chapters.order.gaps import gaps
from foedus.assessment.chapters.order.own import contributions, originated_risk, own_risk, strata_of, with_inputs_drawn
from foedus.assessment.chapters.order.risks import Risks, risk_table
from foedus.assessment.evidence import STRATUM_WORDS, Words, headline_finding, long_range_finding, stratum_finding, term_finding
from foedus.assessment.finding import Baseline, Chapter, Exhibit, Finding, Interval, Rows
from foedus.assessment.standing import Standing, standing
from foedus.language.said import say
from foedus.mechanisms.order.covariates import TERMS
from foedus.mechanisms.order.disputes import JOINED, ORIGINATED, Disputes
from foedus.mechanisms.order.strata import STRATA
from foedus.panels.codebook import lookup
from foedus.partnership.partnership import Partnership
from foedus.record.store import Record
from foedus.validation.validate import Validation, validate
from foedus.words import capitalized, chance, the

ID = "order"
TITLE = "The order"
QUESTION = "How likely is a militarized dispute of each member with every other state, and can that be believed?"

MAP = "order.map"
"""Id of the exhibit that has all risks."""

PARTS = (ORIGINATED, JOINED)
"""The two parts of a dispute of any kind, of which the whole's terms are not told again."""

GRAVEST = 3
"""States told of with the highest risks of a fatal dispute."""


def chapter(partnership: Partnership) -> Chapter:
    """Return the chapter for a partnership; states whose covariates the record lacks are named as gaps."""
    risks, worth = Risks.of(partnership), everywhere(partnership.record)
    table = risk_table(risks)
    strata = strata_of(risks)
    own = [finding for validation in risks.validations.values() for finding in own_risk(risks, validation)]
    gravest = list(threats_of(risks, table, "fatal_dispute_onset", "order.fatal_threat", GRAVEST))
    findings = [
        *own,
        *originated_risk(risks),
        *(finding for validation in risks.validations.values() for finding in with_inputs_drawn(risks, validation)),
        *([fighting] if (fighting := risks.fighting.others(partnership)) else []),
        *gravest,
        *threats_of(risks, table, "dispute_onset", "order.threat", MOST),
        *contributions(risks),
        *(finding for outcome in (*risks.validations, *PARTS) for finding in worth_of(worth, outcome, strata)),
        *worth.told("order.alliances"),
    ]
    return Chapter(
        id=ID,
        title=TITLE,
        question=QUESTION,
        findings=tuple(findings),
        exhibits=(
            *_at_a_glance(own, gravest),
            *exhibits(partnership, sources_of(risks.validations["dispute_onset"].headline), table),
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


def everywhere(record: Record) -> Standing:
    """Return what is told of every partnership alike, from memory where it is there."""
    return standing(ID, record, of_every_partnership)


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
    known = "{member} and {state}: the probability that {event} begins in {year} is {chance}{if_peace}.{fighting} {held}"
    told = {
        "member": the(row["member"]),
        "state": the(row["state"]),
        "event": say(f"a {words}"),
        "year": partnership.year,
        "chance": chance(row["probability"]),
        "if_peace": _if_peace(row),
        "fighting": fighting,
        "held": held,
    }
    return Finding(
        id=name,
        chapter=ID,
        statement=capitalized(say(known if risks.learnt(outcome) else "{member} and {state}.{fighting} {held}", **told)),
        value=row["probability"],
        unit=UNIT,
        interval=Interval(0.95, row["low"], row["high"]),
        baseline=Baseline("mean of all dyad-years learnt from", risks.base_rate(outcome)),
        grade=grade,
        sources=tuple(dict.fromkeys((*sources_of(validation.headline), *told_by))),
        rows=Rows("panel dyad-year", f"states {row['member']} and {row['state']} in {partnership.year}"),
        reference=reference,
    )


def _if_peace(row: Mapping[str, Any]) -> str:
    since = ", {chance} if none began since the dispute data end"
    return say(since, chance=chance(row["if_peace_since"])) if row["peace_years_age"] else ""


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
    for term in TERMS if validation.outcome not in PARTS else ():
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
    return Words(ID, stem, event, events(event), "dyad-years", TERM_WORDS, sources_of(validation.headline))
