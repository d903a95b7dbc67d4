"""A finding is one sentence with its number, interval, baseline, grade, sources and the rows behind it.

Chapters are made of findings and exhibits. Neither knows how it will be shown: `report` reads them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

import polars as pl

from foedus import digits
from foedus.language.said import Said
from foedus.record.provenance import LEVELS

GRADES = ("supported", "mixed", "not supported", "harmful", "physical", "not estimated", "recorded")
"""recorded: read off the record, nothing estimated. The others grade an estimate by its pre-declared test."""

DIRECTIONS = ("as claimed", "against the claim")
"""Whether an estimate has the sign that the claim gives it."""


@dataclass(frozen=True)
class Interval:
    """An interval of the given level (0.95 is 95 %), in the unit of the value it goes with."""

    level: float
    low: float
    high: float

    def __post_init__(self) -> None:
        _round(self, digits.ESTIMATED, "low", "high")


@dataclass(frozen=True)
class Baseline:
    """What a reader should compare the value with, in the same unit."""

    name: str
    value: float

    def __post_init__(self) -> None:
        _round(self, digits.COMPUTED, "value")


@dataclass(frozen=True)
class Reference:
    """What a forecast should be held against: what came of its kind, and of forecasts as high as it.

    Attributes
    ----------
    name : the kind ("allied democracies"). rows : how many of it were forecast. observed : share of them that had the outcome.
    alike : which forecasts count as high as this one ("0.1–1 %"). rows_alike : how many were made. observed_alike : share of
        these that had the outcome; None where there were none.
    ahead : how far ahead they were made.
    """

    name: str
    rows: int
    observed: float | None
    alike: str
    rows_alike: int
    observed_alike: float | None
    ahead: str

    def __post_init__(self) -> None:
        _round(self, digits.COMPUTED, "observed", "observed_alike")


@dataclass(frozen=True)
class Rows:
    """Where the rows behind a number are: a record table or panel, and the filter that selects them."""

    table: str
    filter: str


@dataclass(frozen=True)
class Finding:
    """One sentence of an assessment, with what is needed to trust or doubt it.

    Attributes
    ----------
    id : stable and dotted, for example "order.dispute.probability".
    statement : one plain sentence that contains the value.
    value : number, text (a date, a name) or None where nothing is known. Numbers are rounded to what `foedus.digits` says.
    unit : unit of `value`, `interval` and `baseline` ("probability per year", "years", "").
    grade : one of GRADES; None for a figure that tells how well forecasts fit, which is no claim to be graded.
    sources : ids of the sources it rests on.
    confidence : the lowest of the facts gathered by hand that it rests on, one of `foedus.record.provenance.LEVELS`; None where
        it rests on none. With "low" it is no headline.
    direction : one of DIRECTIONS; None where the claim has no sign, or where its columns do not agree.
    reference : of a forecast, what came of its kind.
    """

    id: str
    chapter: str
    statement: str
    value: float | int | str | None
    unit: str = ""
    interval: Interval | None = None
    baseline: Baseline | None = None
    grade: str | None = "recorded"
    sources: tuple[str, ...] = ()
    rows: Rows | None = None
    confidence: str | None = None
    direction: str | None = None
    reference: Reference | None = None

    def __post_init__(self) -> None:
        _round(self, digits.ESTIMATED if self.interval else digits.COMPUTED, "value")
        if self.grade not in (None, *GRADES):
            raise ValueError(f"finding {self.id}: grade {self.grade!r} is none of {', '.join(GRADES)}")
        if self.direction not in (None, *DIRECTIONS):
            raise ValueError(f"finding {self.id}: direction {self.direction!r} is none of {', '.join(DIRECTIONS)}")
        if self.confidence not in (None, *LEVELS):
            raise ValueError(f"finding {self.id}: confidence {self.confidence!r} is none of {', '.join(LEVELS)}")

    def as_dict(self) -> dict[str, Any]:
        """Return the finding in the shape of the JSON contract (docs/interface)."""
        told = {**asdict(self), "sources": list(self.sources)}
        return told if self.reference else {name: value for name, value in told.items() if name != "reference"}


@dataclass(frozen=True)
class Exhibit:
    """A table made to be shown as a picture with the table under it.

    Attributes
    ----------
    kind : how it is drawn: "map", "polar", "timeline", "lines", "bars", "contrast", "reliability" or "table" (no
        picture).
    frame : the numbers, one row a mark, rounded to what `foedus.digits` says; the columns each kind needs are stated in
        `foedus.report.charts`.
    note : what a reader must know to read it rightly.
    words : those texts of the frame that know what they say, and so can be shown in other languages.
    """

    id: str
    title: str
    kind: str
    frame: pl.DataFrame
    note: str = ""
    sources: tuple[str, ...] = ()
    words: tuple[Said, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "frame", digits.told(self.frame))


@dataclass(frozen=True)
class Chapter:
    """Findings and exhibits that answer one question about the partnership."""

    id: str
    title: str
    question: str
    findings: tuple[Finding, ...]
    exhibits: tuple[Exhibit, ...] = ()
    would_change: str = ""
    gaps: tuple[str, ...] = field(default=())
    """What could not be said, and why."""
    everywhere: frozenset[str] = frozenset()
    """Ids of those of its findings and exhibits that are told of every partnership alike (`foedus.assessment.methods`)."""


def _round(told: object, to: int, *names: str) -> None:
    """Round the floats among these fields of something frozen, while it is made; whole ones are counts, and stay whole."""
    for name in names:
        if isinstance(value := getattr(told, name), float):
            object.__setattr__(told, name, digits.rounded(value, digits.COMPUTED if value.is_integer() else to))


def all_findings(chapters: Iterable[Chapter]) -> tuple[Finding, ...]:
    """Return every finding of some chapters, in their order."""
    return tuple(finding for chapter in chapters for finding in chapter.findings)


def all_sources(chapters: Iterable[Chapter], *beside: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of all sources that findings and exhibits of some chapters rest on, and those named beside, sorted."""
    told = [each.sources for chapter in chapters for part in (chapter.findings, chapter.exhibits) for each in part]
    return tuple(sorted({name for sources in (*told, *beside) for name in sources}))
