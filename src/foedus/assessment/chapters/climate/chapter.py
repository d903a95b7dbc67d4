"""Climate and migration: who flees, whether it can be foreseen, and whether it goes with instability where people arrive."""

from __future__ import annotations

from collections.abc import Iterable

from foedus.assessment.chapters.climate import arrivals, flight, hosting
from foedus.assessment.evidence import Words, headline_finding, term_finding
from foedus.assessment.finding import Chapter, Finding
from foedus.assessment.left_out import parts
from foedus.assessment.standing import Standing, standing
from foedus.panels.codebook import codebook
from foedus.partnership.partnership import Partnership
from foedus.record.store import Record
from foedus.validation.validate import Validation, validate

ID = "climate"
TITLE = "Climate and migration"
QUESTION = "Does flight follow conflict, repression or climate, and do arrivals beyond capacity go with instability?"

OUTCOMES = {
    "any_displacement": ("climate.flight.any", "corridors in which anybody fled"),
    "log_displacement": ("climate.flight.size", "numbers that fled (logarithms)"),
}
"""Outcome → what the ids of its findings begin with, and what is forecast."""

TERM_WORDS = {
    "past": "last year's flow",
    "stock": "people from there who are in the destination already",
    "gravity": "distance, size and wealth of the two",
    "conflict": "deaths in conflict in the origin",
    "repression": "repression and regime of the origin",
    "climate": "departure of the origin's temperature from what it was",
}


def chapter(partnership: Partnership) -> Chapter:
    """Return the chapter for a partnership."""
    alike = everywhere(partnership.record)
    return Chapter(
        id=ID,
        title=TITLE,
        question=QUESTION,
        findings=(
            *parts(arrivals.findings, partnership, ID),
            *alike.told("displacement", "climate.flight"),
            *parts(hosting.of_members, partnership, ID),
            *alike.told("pressure", "climate.pressure"),
        ),
        exhibits=(*parts(arrivals.exhibits, partnership), *alike.exhibits, *parts(hosting.hosts, partnership)),
        would_change=(
            "A clear gain of arrivals, of the number taken in, or of either beyond capacity, on conflicts or repression "
            "forecast; a clear gain of climate on flight, with drought measured; counts of asylum seekers before 2000."
        ),
        gaps=(
            "Disasters are counted by sources that may not be passed on: imported or not, nothing here rests on them yet.",
            "Border and visa policy is in no model of flight.",
        ),
        everywhere=alike.ids,
    )


def everywhere(record: Record) -> Standing:
    """Return what is told of every partnership alike, from memory where it is there."""
    return standing(ID, record, of_every_partnership)


def of_every_partnership(record: Record) -> Standing:
    """Return how far flight is foreseen, and what arrivals go with where people come to."""
    validations = validate("displacement", record)
    findings = (
        *flight.findings(record, ID),
        *(finding for validation in validations for finding in _flight(validation)),
        *hosting.findings(record, ID),
    )
    return Standing(findings, (*flight.exhibits(record), hosting.choices(record)))


def _flight(validation: Validation) -> Iterable[Finding]:  # type: ignore[type-arg]
    """Tell how far flight between states can be foreseen, and what each term adds."""
    stem, events = OUTCOMES[validation.outcome]
    read = (name for name in validation.full.reads if name in codebook())
    sources = tuple(sorted({source for name in read for source in codebook()[name].sources}))
    words = Words(ID, stem, "", events, "corridor-years", TERM_WORDS, sources)
    yield headline_finding(validation, words)
    for term in validation.full.terms:
        yield term_finding(validation, term, words)
