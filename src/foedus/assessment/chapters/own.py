"""What installed packages claim: each mechanism that one brings, and how it fared by its registered test, as is kept beside it.

Nothing is graded here, and nothing is said of the members: a package that has something to say of them tells its own chapter.
"""

from __future__ import annotations

from collections.abc import Iterator

from foedus.assessment.causal_map import about, said_of
from foedus.assessment.finding import Chapter, Finding, Rows
from foedus.mechanisms.installed import Installed, sound
from foedus.panels.codebook import codebook
from foedus.partnership.partnership import Partnership
from foedus.record.store import Record
from foedus.validation.own_grades import HEADLINE, kept

ID = "own"
TITLE = "What installed packages claim"
QUESTION = "Which mechanisms do installed packages bring, and how did they fare on years that they had not seen?"


def chapter(partnership: Partnership) -> Chapter | None:
    """Return the chapter; None where no package brings a mechanism."""
    brought = sound()
    if not brought:
        return None
    told = [each for own in brought for each in _graded(own, partnership)]
    return Chapter(
        id=ID,
        title=TITLE,
        question=QUESTION,
        findings=tuple(told),
        would_change="A registered test of other years, or a grade of terms that were not tested.",
        gaps=tuple(gap for own in brought for gap in _gaps(own, partnership.record)),
    )


def _graded(own: Installed, partnership: Partnership) -> Iterator[Finding]:
    """The mechanism with its grade, where it is kept and of years that were over."""
    found = kept(own.file)
    if found is None or found.windows[-1][1] > partnership.year:
        return
    terms = "; ".join(f"{term}: {grade}" for term, grade in found.grades.items() if term != HEADLINE)
    yield Finding(
        id=own.mechanism.id,
        chapter=ID,
        statement=f"{found.claim.rstrip('.')}: so the package {own.package} claims, {said_of(found)} By term, {terms}.",
        value=found.grades[HEADLINE],
        grade=found.grades[HEADLINE],
        sources=_sources(own),
        rows=Rows(f"foedus validate {own.mechanism.id}", ""),
    )


def _gaps(own: Installed, record: Record) -> Iterator[str]:
    found = kept(own.file)
    if found is None:
        claim = about(own.mechanism)[0].rstrip(".")
        yield (
            f"{claim}: so the package {own.package} claims, and no grade is kept beside it (foedus validate {own.mechanism.id} "
            "tests it)."
        )
    elif found.record_sha256 != record.sha256:
        yield f"{own.mechanism.id} was graded on another record ({found.record_sha256[:12]}…)."


def _sources(own: Installed) -> tuple[str, ...]:
    """Sources of all that it reads."""
    read = [codebook()[name] for name in own.mechanism.reads if name in codebook()]
    return tuple(dict.fromkeys(source for variable in read for source in variable.sources))
