"""Partnerships side by side, or one through the years: the same questions asked of each, answered by its findings.

Nothing is computed here: each column is an assessment, each cell one of its findings, and an empty cell says that the record
has no answer there. Numbers of two columns rest on the same models, so that they may be compared; what moved between two years
of one partnership may be the record as well as the world.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from foedus.assessment.assess import assess
from foedus.assessment.assessment import Assessment
from foedus.assessment.chapters.order.tested import better_guide
from foedus.assessment.evidence import STRATUM_WORDS
from foedus.assessment.finding import Finding
from foedus.errors import InputError
from foedus.panels.alliances import FACTS
from foedus.partnership.members import hyphenated
from foedus.record.store import Record, open_record
from foedus.words import significant

SCHEMA = "foedus/comparison/1"

MOST = 6
"""Columns side by side."""


@dataclass(frozen=True)
class Cell:
    """An answer: words, the number they hold with its interval, and the id of the finding; None where it has none."""

    text: str
    value: float | int | str | None = None
    low: float | None = None
    high: float | None = None
    finding: str | None = None


@dataclass(frozen=True)
class Comparison:
    """Partnerships side by side.

    Attributes
    ----------
    columns : what each is called, with its year. questions : what is asked. cells : a row a question, a cell a column.
    sources : ids of what the cells rest on. record_version, record_sha256 : of the record they come from.
    """

    columns: tuple[str, ...]
    questions: tuple[str, ...]
    cells: tuple[tuple[Cell | None, ...], ...]
    sources: tuple[str, ...]
    record_version: str
    record_sha256: str

    @property
    def frame(self) -> pl.DataFrame:
        """One row a question, one column of words a partnership; null where the record has no answer."""
        words = {name: [row[place] and row[place].text for row in self.cells] for place, name in enumerate(self.columns)}  # type: ignore[union-attr]
        return pl.DataFrame({"question": list(self.questions), **words})

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison for JSON: columns, and a row a question with a cell (or null) a column."""
        rows = [
            {"question": question, "cells": [vars(cell) if cell else None for cell in cells]}
            for question, cells in zip(self.questions, self.cells, strict=True)
        ]
        record = {"version": self.record_version, "sha256": self.record_sha256}
        return {"schema": SCHEMA, "columns": list(self.columns), "record": record, "rows": rows}


def compare(
    partnerships: Sequence[str | Sequence[str | int]],
    years: Sequence[int],
    *,
    record: Record | None = None,
    alliances_from: str = FACTS,
) -> Comparison:
    """Return partnerships, each in each of the years, side by side.

    partnerships : states joined by hyphens ("USA-CAN"), groups ("NATO"), or lists of states.

    Raises InputError for more than MOST columns, for a single one, and for what cannot be assessed.
    """
    record, asked = record or open_record(), [(each, year) for each in partnerships for year in dict.fromkeys(years)]
    if not 2 <= len(asked) <= MOST:
        raise InputError(
            f"{len(asked)} columns are asked for, and 2 to {MOST} can stand side by side: name partnerships (USA-CAN AUS-NZL), "
            "or years of one (--years 1913,1938,1962)."
        )
    told = [
        assess(*_members(each, year, record), year=year, record=record, alliances_from=alliances_from) for each, year in asked
    ]
    rows = {question: tuple(tell(each) for each in told) for question, tell in QUESTIONS.items()}
    kept = {question: cells for question, cells in rows.items() if any(cells)}
    names = [f"{each.title}, {each.year}" for each in told]
    if len(set(names)) < len(names):
        raise InputError("the same partnership is named twice: name others, or other years.")
    rested = {cell.finding for cells in kept.values() for cell in cells if cell}
    sources = {source for each in told for finding in each.findings if finding.id in rested for source in finding.sources}
    return Comparison(tuple(names), tuple(kept), tuple(kept.values()), tuple(sorted(sources)), record.version, record.sha256)


def _members(given: str | Sequence[str | int], year: int, record: Record) -> Sequence[str | int]:
    return hyphenated(given, year, record) if isinstance(given, str) else given


Tell = Callable[[Assessment], Cell | None]


def _cell(finding: Finding | None, text: str | None = None) -> Cell | None:
    """A finding's sentence, or other words for it, as a cell."""
    if finding is None or finding.value is None:
        return None
    interval = finding.interval
    low, high = (interval.low, interval.high) if interval else (None, None)
    return Cell(text or finding.statement, finding.value, low, high, finding.id)


def _found(assessment: Assessment, stem: str) -> Iterable[Finding]:
    """The findings of an id, or of ids below it."""
    return (each for each in assessment.findings if each.id == stem or (stem.endswith(".") and each.id.startswith(stem)))


def _says(*stems: str) -> Tell:
    """Answer with the sentence of the first finding that an assessment has of some ids."""

    def tell(assessment: Assessment) -> Cell | None:
        return next((_cell(each) for stem in stems for each in _found(assessment, stem)), None)

    return tell


def _risk(*stems: str) -> Tell:
    """Answer with a risk: whose, how high, with its interval and what its kind saw."""

    def tell(assessment: Assessment) -> Cell | None:
        finding = next((each for stem in stems for each in _found(assessment, stem)), None)
        if finding is None or not isinstance(finding.value, float):
            return None
        interval, kind = finding.interval, finding.reference
        within = f" ({significant(100 * interval.low)} to {significant(100 * interval.high)})" if interval else ""
        observed = None if kind is None or kind.observed is None else significant(100 * kind.observed)
        beside = f"; of {STRATUM_WORDS.get(kind.name, kind.name)}, {observed} % of years saw one" if kind and observed else ""
        pair = finding.statement.partition(": ")[0]
        alike = kind.observed_alike if kind and better_guide(kind, finding.value) else None
        guide = "" if alike is None else f"; of forecasts as high {significant(100 * alike)} % came true, the better guide"
        return _cell(finding, f"{pair}: {significant(100 * finding.value)} %{within}{beside}{guide}")

    return tell


def _each(stem: str) -> Tell:
    """Answer with the sentences of every member, one after the other."""

    def tell(assessment: Assessment) -> Cell | None:
        told = [each for each in _found(assessment, stem) if each.value is not None]
        return Cell(" ".join(each.statement for each in told), finding=told[0].id) if 0 < len(told) <= FEW else None

    return tell


FEW = 4
"""Members whose own numbers are told in a cell."""

QUESTIONS: Mapping[str, Tell] = {
    "Kind of partnership": lambda told: Cell(told.brief.kind, told.brief.kind, finding="relation.kind"),
    "The answer": lambda told: Cell(
        told.brief.lead.text, told.brief.verdict, finding=next(iter(told.brief.lead.rests_on), None)
    ),
    "What binds them to defend each other": _says("relation.defence"),
    "What binds them to watch together": _says("relation.warning"),
    "Years allied": _says("relation.allied_years"),
    "Fatal disputes between them": _says("relation.fatal_disputes"),
    "Disputes of any kind": _says("relation.disputes"),
    "Rivals": _says("relation.rivalry", "relation.rivals"),
    "Risk of a fatal dispute between them, a year": _risk("order.fatal_dispute.probability", "order.within."),
    "Highest risk of a fatal dispute with another state, a year": _risk("order.fatal_threat."),
    "Who fights already": _says("order.fighting"),
    "Minutes of warning": _says("warning.minutes.capital."),
    "What would end without it": _says("without.obligations"),
    "Electoral democracy": _each("relation.polyarchy."),
    "Weight in the system": _each("relation.capability_share."),
    "Military spending": _each("spending.burden."),
}
"""What is asked of each partnership, and how an assessment answers it."""
