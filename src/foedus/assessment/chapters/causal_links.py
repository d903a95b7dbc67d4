"""The system: what every mechanism reads and writes, and how many of these links earned their place out of sample."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import polars as pl

from foedus.assessment.causal_map import OF_PHYSICS, UNTESTED, Graded, cards, counts, graded, links, sources_of
from foedus.assessment.finding import Chapter, Exhibit, Finding, Rows
from foedus.assessment.standing import Standing
from foedus.partnership.partnership import Partnership
from foedus.record.store import Record
from foedus.validation.own_grades import HEADLINE
from foedus.words import listed

ID = "system"
TITLE = "What leads to what"
QUESTION = "Which mechanisms does the assessment rest on, and which of their links earned their place out of sample?"


def chapter(partnership: Partnership) -> Chapter:
    """Return the chapter; it is the same for every partnership."""
    alike = everywhere(partnership.record)
    return Chapter(
        id=ID,
        title=TITLE,
        question=QUESTION,
        findings=alike.findings,
        exhibits=alike.exhibits,
        would_change="A test registered anew with other terms, or years that no test has seen yet.",
        gaps=("Which way a link runs is not settled by a forecast: what goes before need not bring about what comes after.",),
        everywhere=alike.ids,
    )


def everywhere(record: Record) -> Standing:
    """Return what every mechanism reads and writes, and how many of them and of their links were supported."""
    mechanisms = graded(record)
    read = links(mechanisms)
    sources = sources_of(read)
    return Standing(
        (_mechanisms(mechanisms, sources), _links(read, sources)),
        (
            Exhibit(
                id="system.map",
                title="What each mechanism reads and writes, by how the link was graded",
                kind="causal map",
                frame=read,
                note=(
                    "Left, what is read, by topic; in the middle, the mechanisms; right, what they write. Read from left to "
                    "right, a year apart unless a mechanism says otherwise. A link stands for what goes with what in "
                    "forecasts, not for a proven cause. Choose a line or a box for its equation, data and test."
                ),
            ),
            Exhibit(
                id="system.mechanisms",
                title="Every mechanism: its claim, equation, data and test",
                kind="mechanisms",
                frame=cards(mechanisms),
            ),
        ),
    )


def _mechanisms(found: Sequence[Graded], sources: tuple[str, ...]) -> Finding:
    """Return how many mechanisms beat every honest baseline, by name."""
    names = defaultdict(list)
    for each in found:
        names[each.grades[HEADLINE]].append(each.kind.id)
    untested = [*names.pop(OF_PHYSICS, []), *names.pop(UNTESTED, [])]
    by_grade = "; ".join(f"{grade}: {listed(own)}" for grade, own in sorted(names.items(), key=lambda item: -len(item[1])))
    supported = len(names.get("supported", []))
    tested = sum(map(len, names.values()))
    return Finding(
        id="system.mechanisms_supported",
        chapter=ID,
        statement=(
            f"Of {tested} mechanisms that were tested on years they had not learnt from, {supported} forecast better than "
            f"every baseline for all their outcomes. By grade, {by_grade}. Without a test: {listed(untested)}."
        ),
        value=supported,
        unit="mechanisms",
        sources=sources,
        rows=Rows("foedus validate --json", ""),
    )


def _links(found: pl.DataFrame, sources: tuple[str, ...]) -> Finding:
    """Return how many links from a variable to a mechanism earned their place."""
    by_grade = counts(found)
    total, supported = sum(by_grade.values()), by_grade.get("supported", 0)
    rest = listed([f"{count} {grade}" for grade, count in by_grade.items() if grade != "supported"])
    return Finding(
        id="system.links_supported",
        chapter=ID,
        statement=(
            f"Of {total} links from a variable to a mechanism whose term was tested, {supported} are supported for every "
            f"outcome ({rest}): leaving the term out makes forecasts clearly worse."
        ),
        value=supported,
        unit="links",
        sources=sources,
        rows=Rows("foedus validate --json", ""),
    )
