"""Every interval that is told has its number inside, and two ends.

An interval that is turned around, or whose upper end is its lower one, looks like any other on a page. So it is asked of all
that are told at once. What may lie at an end of its interval, and what has none, is named, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import polars as pl
import pytest

from foedus.assessment.assess import assess
from foedus.assessment.assessment import Assessment
from foedus.record.store import Record
from foedus.validation.validate import Validation, validate
from tests.assessed import assess_once

PARTNERSHIPS = (
    (("USA", "CAN"), 2025),
    (("NATO",), 2025),
    (("USA", "CAN"), 1985),
    (("ISR", "EGY"), 2010),
    (("IND", "PAK"), 2025),
)

TOLD = (
    ("value", "low", "high"),
    ("gain", "low", "high"),
    ("skill", "skill_low", "skill_high"),
    ("estimate", "low", "high"),
    ("expected", "low", "high"),
    ("probability", "low", "high"),
    ("observed", "low", "high"),
    ("ratio", "ratio_low", "ratio_high"),
)
"""Columns of a number and of the ends of its interval."""

AT_AN_END = {
    r"displacement\.arrivals\.[A-Z]+": "from the least to the most that came, as a multiple of what was expected, and of one",
    r"order\.\w+\.reliability observed": "of no event the lower end is zero",
    r"technology\.(ranks|knowledge)\b.*": "a rank is no better than first; a weight no less than nothing",
    r"shield\.confounder value": "the interval reaches down from the estimate: only its nearer bound is asked",
    r"(shield|price)\.\w+ value": "from the lowest to the highest of several",
}
"""Where a number may be an end of its interval, and why."""

WITHOUT_WIDTH = {
    r"warning\.(coverage|without|with_without).*": "all approaches are seen, or none: no draw says otherwise",
    r"technology\.knowledge\b.*": "a part that adds nothing in any year",
    r"gains .*": "a term that the model does not have: nothing is gained in any resample",
}
"""Where an interval may have no width, and why."""

NOT_OF_THE_NUMBER = {"displacement.arrivals.origins expected": "the interval is that of a flow, if there is one"}
"""Where the interval is of something else than the number beside it."""

Row = tuple[str, float, float, float]


def _named(name: str, patterns: Sequence[str] | dict[str, str]) -> bool:
    return any(re.fullmatch(pattern, name) for pattern in patterns)


def _rows(name: str, frame: pl.DataFrame) -> Iterator[Row]:
    for columns in TOLD:
        if set(columns) <= set(frame.columns):
            for row in frame.select(columns).drop_nulls().iter_rows():
                if all(isinstance(each, int | float) for each in row):
                    yield f"{name} {columns[0]}", *row


def _faults(rows: Iterator[Row]) -> list[str]:
    found, asked = [], 0
    for name, value, low, high in rows:
        if name in NOT_OF_THE_NUMBER:
            continue
        asked += 1
        inside = low < value < high
        at_an_end = low <= value <= high and low < high and _named(name, AT_AN_END)
        without = low == value == high and _named(name, WITHOUT_WIDTH)
        if not (inside or at_an_end or without):
            found.append(f"{name}: {value} in {low} to {high}")
    assert asked
    return found


@pytest.fixture(scope="module", params=PARTNERSHIPS, ids=lambda each: f"{'-'.join(each[0])}-{each[1]}")
def assessment(request: pytest.FixtureRequest) -> Assessment:
    members, year = request.param
    return assess_once(*members, year=year)


def test_a_finding_lies_within_its_interval(assessment: Assessment) -> None:
    rows = (
        (each.id, float(each.value), each.interval.low, each.interval.high)
        for each in assessment.findings
        if each.interval and isinstance(each.value, int | float)
    )
    assert _faults(rows) == []


def test_a_number_of_an_exhibit_lies_within_its_interval(assessment: Assessment) -> None:
    exhibits = [exhibit for chapter in assessment.chapters for exhibit in chapter.exhibits]
    assert _faults(row for each in exhibits for row in _rows(each.id, each.frame)) == []


def test_a_gain_lies_within_its_interval(record: Record) -> None:
    found = [each for each in validate(None, record) if isinstance(each, Validation)]
    assert _faults(row for each in found for row in _rows("gains", each.gains)) == []


def test_a_gain_without_width_is_of_a_term_that_adds_nothing(record: Record) -> None:
    """So that an upper end that was made the lower one is seen: where there is no width, model and rival forecast alike."""
    for each in validate(None, record):
        if isinstance(each, Validation):
            flat = each.gains.filter(pl.col("low") == pl.col("high"))
            assert flat.filter(pl.col("gain") != 0).is_empty(), each.test


def test_a_confounder_need_not_be_there_where_the_interval_holds_no_difference() -> None:
    """The interval of Leeds's estimate, 95 %, holds one: nothing unmeasured is needed to reach it."""
    (told,) = [each for chapter in assess("USA", "CAN").chapters for each in chapter.exhibits if each.id == "shield.confounder"]
    assert "Leeds (2003)" in told.title
    assert told.frame["low"].to_list() == [1.0] * told.frame.height
    assert (told.frame["value"] > 1).all()
