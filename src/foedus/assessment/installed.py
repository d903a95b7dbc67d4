"""Chapters of installed packages: each answers a question of its own about a partnership, after those that ship.

    [project.entry-points."foedus.chapters"]
    visits = "visits.chapter"        # a module with ID, TITLE, QUESTION and chapter(partnership), as in assessment/chapters

A chapter that cannot be told, or has not the shape that reports rely on, stands there with a gap that says so: what is wrong
in a package breaks no assessment, and hides nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from foedus.assessment.finding import Chapter, Exhibit, Finding
from foedus.assessment.left_out import with_gaps
from foedus.errors import InputError, LeftOutError
from foedus.offers import Offer, offers
from foedus.partnership.partnership import Partnership
from foedus.record.manifest import known_sources

GROUP = "foedus.chapters"

NEEDED = ("ID", "TITLE", "QUESTION", "chapter")
"""What a module that tells a chapter has."""


@dataclass(frozen=True)
class OfPackage:
    """A chapter that a package tells, guarded.

    Attributes
    ----------
    offer : whose it is. module : what tells it. taken : ids of other chapters. ID, TITLE, QUESTION : as in the module.
    """

    offer: Offer
    module: Any
    taken: Collection[str]
    ID: str
    TITLE: str
    QUESTION: str

    def chapter(self, partnership: Partnership) -> Chapter | None:
        """Return the chapter; with a gap alone where it cannot be told, or is no chapter."""
        try:
            told: Chapter | None = self.module.chapter(partnership)
        except LeftOutError:
            raise
        except Exception as error:  # whatever the package's own code raises
            said = f"{type(error).__name__}: {error}".splitlines()[0]
            return self._untold(f"could not be told ({said})")
        if told is None:
            return None
        if faults := list(faults_of(told, self.ID, self.taken)):
            return self._untold(f"is left out: {'; '.join(faults)}")
        return told

    def _untold(self, why: str) -> Chapter:
        gap = f"What the package {self.offer.package} says here {why}."
        return Chapter(id=self.ID, title=self.TITLE, question=self.QUESTION, findings=(), gaps=(gap,))


def told_by_packages(partnership: Partnership, taken: Collection[str]) -> Iterator[Chapter]:
    """Yield the chapters that installed packages tell of a partnership; `taken` are the ids of those that there are already."""
    for offer in offers(GROUP):
        try:
            module = module_of(offer.load())
        except InputError as refusal:
            yield Chapter(id=offer.name, title=offer.name, question="", findings=(), gaps=(str(refusal),))
            continue
        told = with_gaps(OfPackage(offer, module, taken, module.ID, module.TITLE, module.QUESTION), partnership)
        if told is not None:
            taken = {*taken, told.id}
            yield told


def module_of(thing: Any) -> Any:
    """Return what tells a chapter, as it is; raises InputError if it lacks something."""
    if lacking := [name for name in NEEDED if not hasattr(thing, name)]:
        raise InputError(f"{getattr(thing, '__name__', thing)!s} tells no chapter: it has no {', '.join(lacking)}.")
    if not all(isinstance(getattr(thing, name), str) and getattr(thing, name) for name in NEEDED[:3]):
        raise InputError(f"{getattr(thing, '__name__', thing)!s} tells no chapter: {', '.join(NEEDED[:3])} are texts.")
    return thing


def faults_of(told: Any, name: str, taken: Collection[str]) -> Iterator[str]:
    """Yield what is wrong with a chapter, beside its contents."""
    if not isinstance(told, Chapter):
        yield f"chapter() gives a {type(told).__name__}, no Chapter"
        return
    if told.id != name:
        yield f"its id is {told.id!r}, not {name!r}"
    if name in taken:
        yield f"another chapter is called {name!r}"
    parts: tuple[Finding | Exhibit, ...] = (*told.findings, *told.exhibits)
    if strange := [each.id for each in parts if not each.id.startswith(f"{name}.")]:
        yield f"{strange[0]!r} does not begin with {name + '.'!r}"
    if doubled := [each.id for at, each in enumerate(parts) if each.id in {other.id for other in parts[:at]}]:
        yield f"{doubled[0]!r} is told twice"
    if strange := [each.id for each in told.findings if each.chapter != name]:
        yield f"the finding {strange[0]!r} names another chapter"
    if unfinished := [each.id for each in told.findings if not each.statement.rstrip().endswith((".", "!", "?"))]:
        yield f"the finding {unfinished[0]!r} is no sentence"
    known = known_sources()
    if unknown := sorted({source for each in parts for source in each.sources} - {*known}):
        yield f"no source is called {unknown[0]!r}"
