"""An assessment: what is known about one partnership in one year, as findings in chapters.

The object is frozen and knows nothing of its looks; `report` turns it into a terminal summary, HTML or JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from foedus.assessment.brief import Brief
from foedus.assessment.claims.check import Claims, as_dict
from foedus.assessment.finding import Chapter, Exhibit, Finding, all_findings, all_sources
from foedus.errors import InputError, nearest
from foedus.language.said import say
from foedus.words import capitalized, labelled, listed, the

SCHEMA = "foedus/assessment/2"


@dataclass(frozen=True)
class Member:
    """A member of the partnership, as the state system knew it in the year of the assessment."""

    ccode: int
    iso3: str | None
    abbreviation: str
    name: str


@dataclass(frozen=True)
class Assessment:
    """Findings about a partnership of two states or more in one year.

    Attributes
    ----------
    members : the states. year : the year assessed. brief : the answer, in a sentence and a few lines.
    chapters : findings and exhibits, in the essay's order.
    coverage : frame (variable, label, source, first_year, last_year, age): what the record holds and how old it is in `year`.
    claims : what the essay claims, checked; None for partnerships and years that it is not about.
    record_version, record_sha256 : identify the record every number comes from.
    group : what the members are called together ("the 32 members of NATO"); None where each was named.
    against : the outsider whose risks with the members are told; None where there is none.
    off : what was switched off to tell what changes without the partnership.
    """

    members: tuple[Member, ...]
    year: int
    brief: Brief
    chapters: tuple[Chapter, ...]
    coverage: pl.DataFrame
    claims: Claims | None
    record_version: str
    record_sha256: str
    group: str | None = None
    against: Member | None = None
    off: tuple[str, ...] = ("all",)

    @property
    def title(self) -> str:
        """The members' names, joined ("United States and Canada"), or the group's; and the outsider, if there is one."""
        named = capitalized(self.group or listed([labelled(member.name) for member in self.members]))
        return say("{members}, facing {state}", members=named, state=the(self.against.name)) if self.against else named

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, in chapter order."""
        return all_findings(self.chapters)

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of every source an assessment rests on, sorted."""
        return all_sources(self.chapters, *(claim.sources for claim in (self.claims.claims if self.claims else ())))

    def chapter(self, name: str) -> Chapter:
        """Return the chapter with this id; raises InputError with the nearest ids if there is none."""
        for chapter in self.chapters:
            if chapter.id == name:
                return chapter
        known = [chapter.id for chapter in self.chapters]
        raise InputError(f"no chapter is called {name!r}.{nearest(name, known)} There are: {', '.join(known)}.")

    def finding(self, name: str) -> Finding:
        """Return the finding with this id; raises InputError with the nearest ids if there is none."""
        for finding in self.findings:
            if finding.id == name:
                return finding
        known = [finding.id for finding in self.findings]
        raise InputError(f"no finding is called {name!r}.{nearest(name, known)}")

    def _exhibits_of_risks(self) -> list[Exhibit]:
        return [exhibit for chapter in self.chapters for exhibit in chapter.exhibits if exhibit.id == "order.map"]

    def tidy(self) -> pl.DataFrame:
        """Return one row a finding: its fields, with `value` as text and as `number`, and the interval as `low` and `high`."""
        return pl.DataFrame([_row(finding) for finding in self.findings], schema=_TIDY_SCHEMA)

    def as_dict(self) -> dict[str, Any]:
        """Return the assessment in the shape of the JSON contract (docs/interface)."""
        return {
            "schema": SCHEMA,
            "partnership": {
                "members": [vars(member) for member in self.members],
                "name": self.title,
                "against": vars(self.against) if self.against else None,
                "without": list(self.off),
            },
            "year": self.year,
            "record": {"version": self.record_version, "sha256": self.record_sha256},
            "brief": self.brief.as_dict(),
            "findings": [finding.as_dict() for finding in self.findings],
            "risks": [row for exhibit in self._exhibits_of_risks() for row in exhibit.frame.to_dicts()],
            "gaps": [{"chapter": chapter.id, "gap": gap} for chapter in self.chapters for gap in chapter.gaps],
            "coverage": self.coverage.to_dicts(),
            "claims": [as_dict(claim) for claim in self.claims.claims] if self.claims else [],
        }


_TIDY_SCHEMA: dict[str, type[pl.DataType]] = {
    "id": pl.String,
    "chapter": pl.String,
    "statement": pl.String,
    "value": pl.String,
    "number": pl.Float64,
    "unit": pl.String,
    "low": pl.Float64,
    "high": pl.Float64,
    "baseline": pl.Float64,
    "grade": pl.String,
    "direction": pl.String,
    "confidence": pl.String,
    "sources": pl.String,
}


def _row(finding: Finding) -> dict[str, Any]:
    number = float(finding.value) if isinstance(finding.value, int | float) else None
    return {
        "id": finding.id,
        "chapter": finding.chapter,
        "statement": finding.statement,
        "value": None if finding.value is None else str(finding.value),
        "number": number,
        "unit": finding.unit,
        "low": finding.interval.low if finding.interval else None,
        "high": finding.interval.high if finding.interval else None,
        "baseline": finding.baseline.value if finding.baseline else None,
        "grade": finding.grade,
        "direction": finding.direction,
        "confidence": finding.confidence,
        "sources": "; ".join(finding.sources),
    }
