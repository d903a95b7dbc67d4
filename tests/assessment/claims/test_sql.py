"""Expressions of a claims file: what they may hold, what they may not, and that unknown stays unknown."""

from __future__ import annotations

import time

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foedus.assessment.claims.sql import FUNCTIONS, KEYWORDS, expression
from foedus.errors import InputError

ROWS = pl.DataFrame(
    {
        "year": [2000, 2001, 2002],
        "polyarchy": [0.1, 0.7, None],
        "both": [True, False, None],
        "name": ["a", "it's", "=z"],
        "end": pl.Series([None, "2001-05-06", "2002-01-01"]).str.to_date(),
    }
)


def value(text: str, rows: pl.DataFrame = ROWS) -> object:
    return rows.select(expression(text, rows.columns).alias("value"))["value"].to_list()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("COUNT(*)", [3]),
        ("count(polyarchy)", [2]),
        ("COUNT(DISTINCT name)", [3]),
        ("MAX(CASE WHEN both THEN year END)", [2000]),
        ("name = 'it''s'", [False, True, False]),
        ("name LIKE '=%'", [False, False, True]),
        ("year BETWEEN 2001 AND 2002 AND NOT name IN ('a')", [False, True, True]),
        ("MAX(end) = DATE '2002-01-01'", [True]),
        ("EXTRACT(YEAR FROM MAX(end))", [2002]),
        ("COALESCE(polyarchy, .5)", [0.1, 0.7, 0.5]),
        ("'--' = name", [False, False, False]),
        ("year - -1", [2001, 2002, 2003]),
        ("ROUND(AVG(polyarchy), 1)", [0.4]),
    ],
)
def test_an_expression_gives(text: str, expected: object) -> None:
    assert value(text) == expected


def test_a_number_with_a_point_equals_a_double() -> None:
    assert value("polyarchy = 0.7") == [False, True, None]
    assert value("MAX(polyarchy) <= 0.7") == [True]


def test_a_difference_of_counts_may_be_negative() -> None:
    assert value("SUM(both) - 3") == [-2]
    assert value("10 / SUM (CASE WHEN (both) THEN 1 ELSE 0 END) - COUNT(*)") == [7.0]


def test_a_sum_of_nothing_is_unknown() -> None:
    assert value("SUM(year)", ROWS.clear()) == [None]
    assert value("SUM(polyarchy)", ROWS.tail(1)) == [None]


def test_a_column_comes_before_a_keyword_of_its_name() -> None:
    assert value("CASE WHEN end IS NULL THEN 0 ELSE 1 END") == [0, 1, 1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("read_csv('/etc/passwd')", "read_csv is neither"),
        ("polyarky > 1", "Did you mean polyarchy"),
        ("(SELECT 1)", "SELECT is neither"),
        ("year IN (SELECT year FROM self)", "SELECT is neither"),
        ("SUM(year) OVER (ORDER BY year)", "OVER is neither"),
        ("UNNEST(year)", "UNNEST is neither"),
        ("__import__('os')", "__import__ is neither"),
        ("1; DROP TABLE x", "';' has no place"),
        ('"year"', "'\"' has no place"),
        ("`year`", "'`' has no place"),
        ("year::text", "':' has no place"),
        ("$1", r"'\$' has no place"),
        ("name = 'open", '"\'" has no place'),
        ("year\x00", "has no place"),
        ("year \u202e> 1", "has no place"),
        ("year -- all of it", "comment"),
        ("year--1", "comment"),
        ("year /* all */ > 1", "comment"),
        ("(year", "not closed"),
        ("CASE WHEN both THEN 1", "not closed"),
        ("year)", "closes what was not opened"),
        ("END", "closes what was not opened"),
        ("(CASE WHEN both THEN 1) END", "closes what was not opened"),
        ("(" * 11 + "year" + ")" * 11, "deep"),
        ("CASE WHEN both THEN " * 11 + "1" + " END" * 11, "deep"),
        ("year" + " + 1" * 200, "longer than 600"),
        ("", "no expression"),
        ("*", "no expression"),
        ("year year", "no expression"),
        ("MAX(year, 2)", "no expression"),
    ],
)
def test_what_an_expression_may_not_hold_is_refused(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        expression(text, ROWS.columns)


@pytest.mark.parametrize("nested", ["CASE WHEN both THEN ", "NOT (", "CAST(", "year BETWEEN (", "ABS(", "COUNT(DISTINCT "])
def test_a_faulty_expression_is_told_at_once_however_deep(nested: str) -> None:
    begun = time.process_time()
    for depth in range(1, 34):
        close = {"CASE": " END", "CAST": " AS DOUBLE)", "year": ") AND 2"}.get(nested[:4], ")")
        for text in (nested * depth + "year year" + close * depth, nested * depth + "year"):
            with pytest.raises(InputError):
                expression(text, ROWS.columns)
    assert time.process_time() - begun < 60, "takes twice as long a level"


WORDS = st.sampled_from([*sorted(KEYWORDS | FUNCTIONS), *ROWS.columns, *"()()(),+-*/%=<>", "1", "2.5", "'x'"])


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=12))
def test_allowed_words_in_any_order_give_a_value_or_one_message(words: list[str]) -> None:
    try:
        found = expression(" ".join(words), ROWS.columns)
    except InputError:
        return
    try:
        ROWS.select(found.alias("value"))
    except pl.exceptions.PolarsError:
        return


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40))
def test_any_text_gives_an_expression_or_one_message(text: str) -> None:
    try:
        expression(text, ROWS.columns)
    except InputError:
        return
