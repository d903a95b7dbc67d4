"""Rows that cannot be: every kind of day and of end at its borders, counted and listed."""

from __future__ import annotations

import polars as pl
import pytest

from foedus.record.row_faults import (
    MOST_ROWS_TOLD,
    Day,
    doubled_rows,
    impossible_days,
    lone_directions,
    unknown_states,
)

FIRST, LAST = Day("y1", "m1", "d1"), Day("y2", "m2", "d2")
Parts = tuple[int | None, int | None, int | None]


def told(first: Parts, last: Parts, codes: tuple[int, ...] = ()) -> list[str]:
    names = (*FIRST.columns, *LAST.columns)
    frame = pl.DataFrame([[*first, *last]], schema=dict.fromkeys(names, pl.Int64), orient="row")
    return list(impossible_days(frame, [(FIRST, LAST)], codes))


@pytest.mark.parametrize(
    ("day", "there"),
    [
        ((1990, 2, 28), True),
        ((1990, 2, 29), False),
        ((1992, 2, 29), True),
        ((1900, 2, 29), False),
        ((2000, 2, 29), True),
        ((None, 2, 29), True),  # of some year
        ((None, 2, 30), False),
        ((1990, None, 31), True),  # of some month
        ((1990, None, 32), False),
        ((1990, 4, 31), False),
        ((1990, 12, 31), True),
        ((1990, 13, 1), False),
        ((1990, 1, -1), False),
        ((1990, -1, None), False),
        ((1, 1, 1), True),
        ((9999, 12, 31), True),
        ((10_000, 1, 1), False),
        ((-5, None, None), False),
        ((1990, 0, 0), True),  # not known
        ((0, 0, 0), True),
    ],
)
@pytest.mark.parametrize("side", ["first", "last"])
def test_a_day_is_there_or_it_is_not(day: Parts, there: bool, side: str) -> None:
    empty: Parts = (None, None, None)
    sentences = told(day, empty) if side == "first" else told(empty, day)
    assert [sentence.split(" (")[0] for sentence in sentences] == ([] if there else ["1 row has a day that there is not"])


@pytest.mark.parametrize(
    ("first", "last", "reversed_"),
    [
        ((1990, 1, 1), (1990, 1, 1), False),
        ((1990, 1, 2), (1990, 1, 1), True),
        ((1990, 2, 1), (1990, 1, 31), True),
        ((1991, 1, 1), (1990, 12, 31), True),
        ((1990, 12, 31), (1990, None, None), False),  # it may end on the last day of the year
        ((1991, None, None), (1990, None, None), True),
        ((1990, None, None), (1990, 1, 1), False),  # it may have begun on the first
        ((1990, 6, 30), (1990, 6, None), False),
        ((1990, 6, None), (1990, 6, 1), False),
        ((1990, 7, None), (1990, 6, None), True),
        ((1990, 6, 30), (1990, 5, None), True),
        ((1990, 12, 1), (1990, None, 5), False),  # a day of no month says nothing
        ((1990, 12, 31), (1990, None, 5), False),
        ((1990, None, 20), (1990, 1, 10), False),
        ((None, 5, 5), (1990, 1, 1), False),
        ((1990, 1, 1), (None, None, None), False),
    ],
)
def test_a_spell_ends_before_it_begins_only_if_it_does_whatever_the_unknown_parts_are(
    first: Parts, last: Parts, reversed_: bool
) -> None:
    sentences = told(first, last)
    assert len(sentences) == reversed_
    assert all(sentence.startswith("1 row ends before it begins (row 1: ") for sentence in sentences)


def test_a_code_that_says_something_else_is_no_day() -> None:
    assert told((1990, 1, 1), (-9, -9, -9), codes=(-9,)) == []
    assert len(told((1990, 1, 1), (-9, -9, -9))) == 1


def test_a_row_with_a_day_that_there_is_not_is_not_called_reversed_too() -> None:
    assert told((1990, 2, 31), (1980, 1, 1)) == ["1 row has a day that there is not (row 1: 31 February 1990)"]


def test_of_many_rows_the_first_are_listed_and_the_rest_counted() -> None:
    frame = pl.DataFrame({"since": range(1990, 2001), "until": range(1980, 1991)})
    (sentence,) = impossible_days(frame, [(Day("since"), Day("until"))])
    assert sentence.startswith("11 rows end before they begin (row 1: 1990 to 1980; row 2: 1991 to 1981; ")
    assert sentence.endswith(f"row {MOST_ROWS_TOLD}: 1997 to 1987; and 3 more)")
    (whole,) = impossible_days(frame[:MOST_ROWS_TOLD], [(Day("since"), Day("until"))])
    assert whole.endswith(f"row {MOST_ROWS_TOLD}: 1997 to 1987)")


def test_a_column_that_the_file_lacks_is_no_fault() -> None:
    frame = pl.DataFrame({"y1": [1990], "y2": [1989]})
    assert list(impossible_days(frame, [(FIRST, LAST)])) == ["1 row ends before it begins (row 1: 1990 to 1989)"]


def test_each_column_has_its_own_sentence_about_numbers_that_no_state_has_had() -> None:
    frame = pl.DataFrame({"a": [2, 20, 3, 4], "b": [2, 20, 20, 5]})
    assert list(unknown_states(frame, ["a", "b"], {2, 20})) == [
        "column a has a number that no state has had in 2 rows (row 3: 3; row 4: 4)",
        "column b has a number that no state has had in 1 row (row 4: 5)",
    ]


def test_a_row_that_stands_three_times_is_told_of_twice_as_the_first() -> None:
    frame = pl.DataFrame({"a": [1, 2, 1, 1], "b": [None, 5, None, None]})
    assert list(doubled_rows(frame)) == ["2 rows stand in the file twice (row 3: as row 1; row 4: as row 1)"]
    assert list(doubled_rows(frame[:2])) == []


@pytest.mark.parametrize(
    ("pairs", "lone"),
    [
        ([(2, 20), (20, 2)], []),
        ([(2, 20), (20, 2), (2, 30), (40, 2)], ["row 3: from 30 to 2, pact 7; row 4: from 2 to 40, pact 7"]),
        ([(2, 20), (20, 2), (2, 30), (40, 2), (2, 50)], []),  # most have no other direction: it is a list of pairs
        ([(2, 20)], []),
    ],
)
def test_half_of_the_rows_in_both_directions_make_a_list_of_both(pairs: list[tuple[int, int]], lone: list[str]) -> None:
    frame = pl.DataFrame([(7, *pair) for pair in pairs], schema=["pact", "a", "b"], orient="row")
    sentences = list(lone_directions(frame, ("a", "b"), ["pact"]))
    assert [sentence.split(" (")[1][:-1] for sentence in sentences] == lone


def test_rows_whose_common_column_is_unknown_are_each_other_s_directions() -> None:
    frame = pl.DataFrame({"pact": [None, None, 7], "a": [2, 20, 2], "b": [20, 2, 30]}, schema_overrides={"pact": pl.Int64})
    assert list(lone_directions(frame, ("a", "b"), ["pact"])) == [
        "1 row lacks the row of the other direction (row 3: from 30 to 2, pact 7)"
    ]
