"""What is told of every partnership alike, by itself: tests, scores, calibration, designs, and what leads to what.

None of it hangs on who is assessed or when, so that it is made once for a record. The chapters of an assessment name what they
have of it (`Chapter.everywhere`); a page tells it once for all pairs, and a pair's page leads to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from foedus.assessment.chapters import alliance_dilemma, causal_links, outlook, shield, spending
from foedus.assessment.chapters.arctic import chapter as arctic
from foedus.assessment.chapters.climate import chapter as climate
from foedus.assessment.chapters.order import chapter as order
from foedus.assessment.chapters.technology import chapter as technology
from foedus.assessment.finding import Chapter, Finding, all_findings, all_sources
from foedus.assessment.left_out import gathering, pass_over, sentences
from foedus.assessment.standing import Standing
from foedus.errors import LeftOutError
from foedus.record.store import Record, open_record


@dataclass(frozen=True)
class Methods:
    """Findings and exhibits that hold for every partnership, in the chapters of an assessment.

    Attributes
    ----------
    record_version, record_sha256 : identify the record every number comes from.
    """

    chapters: tuple[Chapter, ...]
    record_version: str
    record_sha256: str

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, in chapter order."""
        return all_findings(self.chapters)

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of every source they rest on, sorted."""
        return all_sources(self.chapters)


class Teller(Protocol):
    """A module that tells a chapter of which a part is told of every partnership alike."""

    ID: str
    TITLE: str
    QUESTION: str

    @property
    def everywhere(self) -> Callable[[Record], Standing]:
        """Tell that part."""


TELLERS: tuple[Teller, ...] = (causal_links, order, shield, alliance_dilemma, climate, arctic, outlook, technology, spending)


def methods(record: Record | None = None) -> Methods:
    """Return what is told of every partnership alike from a record, by default the one that ships.

    >>> [chapter.id for chapter in methods().chapters][:3]
    ['system', 'order', 'shield']
    """
    record = record or open_record()
    return Methods(tuple(_chapter(module, record) for module in TELLERS), record.version, record.sha256)


def _chapter(module: Teller, record: Record) -> Chapter:
    told = Standing(())
    with gathering() as lacks:
        try:
            told = module.everywhere(record)
        except LeftOutError as fault:
            pass_over(fault)
    return Chapter(
        id=module.ID,
        title=module.TITLE,
        question=module.QUESTION,
        findings=told.findings,
        exhibits=told.exhibits,
        gaps=tuple(sentences(lacks)),
        everywhere=told.ids,
    )
