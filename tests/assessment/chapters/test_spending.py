"""The chapter on defence spending: for the founding pair, for a pair without data, and for a year before the data."""

from __future__ import annotations

import pytest

from foedus.assessment.chapters import spending
from foedus.assessment.finding import Chapter
from foedus.partnership.partnership import Partnership
from foedus.record.store import Record

RUSSIA = 365


@pytest.fixture(scope="module")
def chapter(record: Record) -> Chapter:
    return spending.chapter(Partnership("USA", "CAN", year=2024, record=record), threats=(RUSSIA,))


def test_what_the_members_spend_is_told_with_its_source(chapter: Chapter) -> None:
    told = {finding.id: finding for finding in chapter.findings}
    assert told["spending.burden.CAN"].value == 1.313
    assert told["spending.burden.USA"].value == 3.419
    assert "military_burden" in told["spending.burden.CAN"].sources


def test_the_elasticity_stands_beside_the_published_one_with_its_grade(chapter: Chapter) -> None:
    told = next(finding for finding in chapter.findings if finding.id == "spending.elasticity")
    assert told.baseline is not None
    assert told.baseline.value == 3.0
    assert told.interval is not None
    assert told.interval.low < told.value < told.interval.high  # type: ignore[operator]
    assert "An association" in told.statement


def test_neighbours_of_the_threat_are_a_case_and_not_an_estimate(chapter: Chapter) -> None:
    told = next(finding for finding in chapter.findings if finding.id == "spending.neighbours")
    assert "border on Russia" in told.statement
    assert told.grade == "not estimated"
    assert told.value > told.baseline.value  # type: ignore[operator, union-attr]


def test_without_data_the_chapter_says_so(record: Record) -> None:
    told = spending.chapter(Partnership("Tuvalu", "Nauru", year=2020, record=record))
    assert any("Nothing is known of the military expenditure of Tuvalu and Nauru" in gap for gap in told.gaps)
    assert not [finding for finding in told.findings if finding.id.startswith("spending.burden")]


def test_a_year_before_the_data_tells_nothing_of_members(record: Record) -> None:
    told = spending.chapter(Partnership("USA", "GBR", year=1900, record=record), threats=(RUSSIA,))
    own = ("spending.burden", "spending.since", "spending.neighbours")
    assert not [finding for finding in told.findings if finding.id.startswith(own)]
    assert told.exhibits == ()
