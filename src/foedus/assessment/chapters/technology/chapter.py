"""Technology and industry: how ready the members are, how far from the frontier and their rivals, and what they make together.

Readiness is an index, told with its ingredients, their age, and the range of its ranks; whether it can be forecast is tested.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from foedus.assessment.chapters.technology import frontier, production
from foedus.assessment.evidence import Words, headline_finding, term_finding
from foedus.assessment.finding import Baseline, Chapter, Exhibit, Finding, Interval, Rows
from foedus.assessment.left_out import parts
from foedus.assessment.standing import Standing, standing
from foedus.mechanisms.technology.convergence import OUTCOMES, TERMS, Technology, speed
from foedus.partnership.partnership import Partnership
from foedus.record.store import Record
from foedus.validation import in_sample
from foedus.validation.validate import Validation, validate
from foedus.words import capitalized, listed

ID = "technology"
TITLE = "Technology and industry"
QUESTION = "How ready are the members for new technology, who gains on whom, and what do they make together?"

OUTCOME_WORDS = {"readiness": "readiness", **frontier.PART_WORDS}
STEMS = {
    "readiness": "technology.readiness",
    "wealth": "technology.wealth",
    "infrastructure": "technology.infrastructure",
    "knowledge": "technology.knowledge",
}
"""What the ids of an outcome's findings begin with."""

TERM_WORDS = {
    "convergence": "the gap to the frontier",
    "wealth": "growth of GDP per head before",
    "openness": "openness to trade",
}


def chapter(partnership: Partnership, threats: Sequence[int] = ()) -> Chapter:
    """Return the chapter for a partnership; `threats` are codes of the states that threaten its members, the most first."""
    alike = everywhere(partnership.record)
    seen = frontier.Seen.of(partnership, threats)
    findings = [
        *frontier.findings(seen, ID),
        *alike.findings,
        *parts(production.findings, partnership, ID),
    ]
    return Chapter(
        id=ID,
        title=TITLE,
        question=QUESTION,
        findings=tuple(findings),
        exhibits=(*frontier.exhibits(seen), *alike.exhibits, *parts(production.exhibits, partnership)),
        would_change=(
            "Ranks that turn over under other weights; figures of R&D from the states that give none; a clear gain of the gap "
            "to the frontier in forecasts of readiness as a whole."
        ),
        gaps=(*frontier.gaps(seen), *parts(production.gaps, partnership)),
        everywhere=alike.ids,
    )


def everywhere(record: Record) -> Standing:
    """Return what is told of every partnership alike, from memory where it is there."""
    return standing(ID, record, of_every_partnership)


def of_every_partnership(record: Record) -> Standing:
    """Return who converges, in sample and out of sample."""
    return Standing(tuple(_tested({found.outcome: found for found in validate("technology", record)})), (_exhibit(record),))


def _tested(validations: dict[str, Validation[Any]]) -> Iterable[Finding]:
    """Tell who converges: in sample, and what it is worth in forecasts five years ahead."""
    for outcome, found in validations.items():
        said = OUTCOME_WORDS[outcome]
        events = f"five-year-ahead indices of {said}"
        words = Words(
            ID, STEMS[outcome], f"five-year-ahead index of {said}", events, "state-years", TERM_WORDS, frontier.SOURCES
        )
        yield _convergence(found, said)
        yield headline_finding(found, words)
        for term in TERMS if outcome == "readiness" else ("convergence",):
            yield term_finding(found, term, words)


def _convergence(found: Validation[Technology], said: str) -> Finding:
    full, fitted = found.full, found.full.fitted
    row = fitted.tidy().row(by_predicate=pl.col("term") == TERMS["convergence"], named=True)
    without = [frontier.INGREDIENT_WORDS[name] for name in OUTCOMES[full.outcome] if name in full.leave_out]
    return Finding(
        id=f"technology.convergence.{full.outcome}",
        chapter=ID,
        statement=(
            f"In sample, {fitted.first_year}–{fitted.last_year} ({fitted.n:,} state-years of {fitted.clusters} states"
            f"{f', without {listed(without)}' if without else ''}): in {full.lead} years states made up "
            f"{row['estimate'] * 100:.1f} % of their gap to the frontier in {said} ({row['low'] * 100:.1f} to "
            f"{row['high'] * 100:.1f}), {speed(row['estimate'], full.lead) * 100:.1f} % a year, given growth and openness; an "
            f"association, {found.grades['convergence']} out of sample."
        ),
        value=round(row["estimate"], 4),
        unit=f"share of the gap in {full.lead} years",
        interval=Interval(0.95, row["low"], row["high"]),
        baseline=Baseline("no convergence", 0.0),
        grade=found.grades["convergence"],
        direction=found.direction("convergence"),
        sources=frontier.SOURCES,
        rows=Rows("foedus fit technology.readiness", f"outcome = {full.outcome} and term = gap"),
    )


def _exhibit(record: Record) -> Exhibit:
    return Exhibit(
        "technology.rolling",
        "Share of the gap to the frontier made up in five years",
        "lines",
        _rolling(record),
        "One regression a year of the change on the gap alone, with 95 % intervals; below zero, those behind fell back. "
        "Error in the start makes the share look larger, and so does a ceiling, which infrastructure has.",
        frontier.SOURCES,
    )


def _rolling(record: Record) -> pl.DataFrame:
    """The rolling regressions of every part of readiness, of the years that are tested and before."""
    return in_sample.convergence(record).select(
        series=pl.lit("share of the gap"),
        year="year",
        value="closed",
        low="low",
        high="high",
        panel=pl.col("outcome").replace_strict({name: capitalized(words) for name, words in OUTCOME_WORDS.items()}),
        unit=pl.lit("share of the gap"),
    )
