"""An assessment of a past year says nothing that could only be known later.

What is told of every partnership alike are tests on years that came after many an assessment's: of such a year it stays on the
methods page, and is no part of the assessment. What a chapter says of itself is kept where it names no later year. A year that
a measure is stated in (dollars of 2015, an index of the states of 2015) is a unit, and no news.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from foedus.assessment.finding import Chapter, Exhibit

_UNIT = re.compile(r"(?:dollars|euros|prices|states|GDP) of \d{4}|\([^()]*\b[A-Z][^()]*\b\d{4}\)")
"""A year that a measure is stated in, or the year of a study that is named: no event of that year."""

_YEAR = re.compile(r"(?<![\d.,−+-])(1[89]\d\d|20\d\d)(?![\d%]|[.,]\d| %|\u00a0%| km| dyad| pair| state| persons| people)")


def later_years(text: str, year: int) -> list[int]:
    """Return the years that a text names and that are later than a year.

    >>> later_years("Of 1,914 dyad-years of 1887–1909 none saw one; 2.5 % in dollars of 2015 by 1913.", 1912)
    [1913]
    """
    return [int(found) for found in _YEAR.findall(_UNIT.sub("", text)) if int(found) > year]


def as_of(chapters: Iterable[Chapter], year: int) -> tuple[Chapter, ...]:
    """Return chapters without what names a later year and is told of every partnership alike, and without empty tables.

    A chapter of which nothing is left is left out.
    """
    kept = (_then(chapter, year) for chapter in chapters)
    return tuple(chapter for chapter in kept if chapter.findings or chapter.exhibits or chapter.gaps)


def _then(chapter: Chapter, year: int) -> Chapter:
    later = {each.id for each in chapter.findings if each.id in chapter.everywhere and later_years(each.statement, year)}
    findings = tuple(each for each in chapter.findings if each.id not in later)
    shown = tuple(each for each in chapter.exhibits if _has_rows(each) and not (later and each.id in chapter.everywhere))
    would_change = chapter.would_change
    if later_years(would_change, year):
        would_change = f"A correction of any of the sources for the years to {year}."
    return replace(
        chapter,
        findings=findings,
        exhibits=shown,
        would_change=would_change,
        gaps=tuple(gap for gap in chapter.gaps if not later_years(gap, year)),
        everywhere=chapter.everywhere & {*(each.id for each in findings), *(each.id for each in shown)},
    )


def _has_rows(exhibit: Exhibit) -> bool:
    """Whether an exhibit has anything to show: rows, and where it is of risks, one that is known."""
    known = exhibit.frame.drop_nulls("probability") if "probability" in exhibit.frame.columns else exhibit.frame
    return known.height > 0
