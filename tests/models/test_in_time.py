"""Values of other months and quarters: within a unit, on the calendar, across the turn of the year."""

from __future__ import annotations

import polars as pl
import pytest

import foedus
from foedus.errors import InputError
from foedus.models.in_time import time_calls, with_time
from foedus.models.rows import keys_in

WINTER = pl.DataFrame(
    {
        "ccode": [2, 2, 2, 2, 20, 20],
        "year": [2001, 2001, 2002, 2002, 2001, 2002],
        "month": [11, 12, 1, 3, 12, 1],
        "x": [1.0, 2.0, 3.0, 5.0, 20.0, 30.0],
    }
)
"""Two states in a winter; the first has no February."""


def of_months(text: str, frame: pl.DataFrame = WINTER) -> list[float | None]:
    """What a call is in each row of some months."""
    return with_time(frame, time_calls([text]), keys_in(frame).calendar)[text].to_list()


def test_a_lag_of_months_goes_across_the_turn_of_the_year_and_stays_within_a_state() -> None:
    assert of_months("lag(x)") == [None, 1.0, 2.0, None, None, 20.0]
    assert of_months("lag(x, 2)") == [None, None, 1.0, 3.0, None, None]
    assert of_months("lead(x)") == [2.0, 3.0, None, None, 30.0, None]


def test_a_lag_by_years_is_that_of_the_same_quarter_a_year_before() -> None:
    quarters = pl.DataFrame({"ccode": 2, "year": [2001] * 4 + [2002] * 4, "quarter": [*range(1, 5)] * 2, "x": [*range(8)]})
    assert of_months("lag(x, years=1)", quarters) == [None] * 4 + [0, 1, 2, 3]
    assert of_months("lag(x)", quarters) == [None, *range(7)]


def test_years_since_an_event_are_counted_in_twelfths_where_rows_are_months() -> None:
    months = pl.DataFrame({"ccode": 2, "year": 2001, "month": [*range(1, 6)], "war": [0, 1, 0, 0, 0]})
    assert of_months("years_since(war)", months) == pytest.approx([0, 1 / 12, 0, 1 / 12, 2 / 12], abs=1e-6)


def test_a_month_that_stands_beside_rows_of_years_is_only_a_column() -> None:
    years = pl.DataFrame({"ccode": [2, 2], "year": [2001, 2002], "month": [8, 3], "x": [1.0, 2.0]})
    assert keys_in(years).of_row == ("ccode", "year")
    assert of_months("lag(x)", years) == [None, 1.0]


def test_years_of_rows_that_are_days_are_asked_for_in_days() -> None:
    days = pl.DataFrame({"ccode": 2, "date": pl.Series(["2001-03-01", "2001-03-02"]).str.to_date(), "x": [1, 2]})
    assert of_months("lag(x)", days) == [None, 1]
    with pytest.raises(InputError, match=r"rows are days, so that lag\(x, 365\) says how many"):
        of_months("lag(x, years=1)", days)


def test_a_model_of_months_is_that_of_the_lag_computed_by_hand() -> None:
    """Invented counts of two states over ten years: the lag in the formula, and a column shifted within the state."""
    months = pl.DataFrame({"year": range(1991, 2001)}).join(pl.DataFrame({"month": range(1, 13)}), how="cross")
    panel = pl.DataFrame({"ccode": [2, 20]}).join(months, how="cross").with_row_index("row")
    panel = panel.with_columns(y=(pl.col("row") * 7919 % 13 % 4).cast(pl.Int64)).with_columns(
        before=pl.col("y").shift(1).over("ccode")
    )
    asked = {"model": "poisson", "errors": "iid"}
    ours, by_hand = (foedus.estimate(f"y ~ {term}", panel, **asked) for term in ("lag(y)", "before"))
    assert ours.n == by_hand.n == 238
    assert ours.coefficients == pytest.approx(by_hand.coefficients, abs=1e-9)
    assert ours.predict().columns[:3] == ["ccode", "year", "month"]
