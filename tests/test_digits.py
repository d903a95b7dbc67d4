"""What a number is told with: digits that mean something, the same wherever it is told, in the order that it had."""

from __future__ import annotations

import math

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from foedus.assessment.finding import Baseline, Exhibit, Finding, Interval, Reference
from foedus.digits import COMPUTED, ESTIMATED, rounded, rounded_columns, told
from foedus.record.store import Record
from foedus.validation.encoding import as_kept

FLOATS = st.floats(allow_nan=False, allow_infinity=False)


@given(FLOATS, st.integers(1, 15))
def test_rounding_twice_is_rounding_once(number: float, digits: int) -> None:
    once = rounded(number, digits)
    assert rounded(once, digits) == once
    assert math.isinf(once) or math.isclose(once, number, rel_tol=0.51 * 10 ** (1 - digits), abs_tol=5e-324)


@given(FLOATS, FLOATS)
def test_rounding_keeps_the_order(one: float, other: float) -> None:
    """A value within its interval stays there: both are rounded to as many digits."""
    low, high = sorted((one, other))
    assert rounded(low, ESTIMATED) <= rounded(high, ESTIMATED)


def test_numbers_that_differ_in_the_last_digits_are_the_same() -> None:
    """One end of an interval in a report, by two kernels of OpenBLAS: Haswell and Nehalem."""
    given = [0.1722099628332009, 0.17220996283320086]
    assert len(set(given)) == 2
    assert {rounded(each) for each in given} == {0.1722099628}


def test_a_finding_with_an_interval_has_fewer_digits_than_one_without() -> None:
    third = 1 / 3
    plain = Finding("a.b", "a", "A third.", third, baseline=Baseline("none", third))
    assert (plain.value, plain.baseline) == (0.3333333333, Baseline("none", 0.3333333333))
    estimated = Finding("a.b", "a", "A third.", third, interval=Interval(0.95, third / 2, 2 * third))
    assert estimated.value == 0.333333
    assert estimated.interval is not None
    assert (estimated.interval.low, estimated.interval.high) == (0.166667, 0.666667)
    kind = Reference("allies", 3, third, "0.1–1 %", 3, None, "a year")
    assert (kind.observed, kind.observed_alike) == (0.3333333333, None)


def test_whole_numbers_texts_and_nothing_stay_as_they_are() -> None:
    assert [Finding("a.b", "a", "So.", value).value for value in (12_345_678_901, "4 April 1949", None)] == [
        12_345_678_901,
        "4 April 1949",
        None,
    ]


def test_a_count_that_is_an_end_of_its_interval_stays_in_it() -> None:
    told = Finding("a.b", "a", "So many.", 1_234_567, interval=Interval(0.9, 1_234_567.0, 2_345_678.0))
    assert told.interval == Interval(0.9, 1_234_567.0, 2_345_678.0)


def test_an_exhibit_is_rounded_and_its_other_columns_are_not_touched() -> None:
    frame = pl.DataFrame(
        {"year": [1990, 1991], "name": ["a", None], "value": [2 / 3, None], "low": [1 / 3, None], "high": [0.9, 1]}
    )
    shown = Exhibit("a", "A", "lines", frame).frame
    assert shown.schema == frame.schema
    assert shown.drop("value", "low").equals(frame.drop("value", "low"))
    assert shown["value"].to_list() == [0.666667, None]
    assert told(frame.drop("low"))["value"].to_list() == [0.6666666667, None]


def test_floats_of_32_bits_are_what_their_source_says() -> None:
    frame = pl.DataFrame({"share": [0.1]}, {"share": pl.Float32})
    assert rounded_columns(frame, 3).equals(frame)


def test_what_is_kept_is_what_was_computed_to_so_many_digits() -> None:
    value = ({"a": 2 / 3}, {1990: 1 / 3}, [0.1 + 0.2], pl.DataFrame({"b": [1 / 7]}))
    named, numbered, several, frame = as_kept(value, {})
    assert (named, numbered, several, frame["b"].to_list()) == (
        {"a": 0.6666666667},
        {1990: 0.3333333333},
        [0.3],
        [0.1428571429],
    )


def test_distances_between_capitals_are_told_to_the_metre(record: Record) -> None:
    """Ottawa and Washington, by the haversine of the coordinates in the record: to the metre, and no digit more."""
    from foedus.panels.panel import panel

    found = panel("dyad-year", ["capital_distance"], dyads=[(2, 20)], years=(2000, 2000), record=record)[
        "capital_distance"
    ].item()
    assert found == round(found, 3)
    assert 700 < found < 760


def test_more_digits_are_computed_than_estimated() -> None:
    assert 15 > COMPUTED > ESTIMATED
