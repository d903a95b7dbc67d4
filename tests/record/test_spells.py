"""Dates with gaps and runs of years."""

from __future__ import annotations

from datetime import date

import polars as pl

from foedus.record.spells import partial_date, precision, runs


def test_a_missing_day_is_the_first_of_the_month_and_the_last_for_an_end() -> None:
    frame = pl.DataFrame(
        {"y": [1904, 1904], "m": [2, None], "d": [None, None]}, schema={"y": pl.Int64, "m": pl.Int64, "d": pl.Int64}
    )
    assert frame.select(partial_date("y", "m", "d"))["y"].to_list() == [date(1904, 2, 1), date(1904, 1, 1)]
    assert frame.select(partial_date("y", "m", "d", last=True))["y"].to_list() == [date(1904, 2, 29), date(1904, 12, 31)]
    assert frame.select(precision("y", "m", "d"))["precision"].to_list() == ["month", "year"]


def test_no_date_without_a_year() -> None:
    frame = pl.DataFrame({"y": [None], "m": [4], "d": [4]}, schema={"y": pl.Int64, "m": pl.Int64, "d": pl.Int64})
    assert frame.select(partial_date("y", "m", "d"), precision("y", "m", "d")).row(0) == (None, None)


def test_a_run_ends_where_a_year_is_missing_or_a_value_changes() -> None:
    frame = pl.DataFrame({"ccode": [20, 2, 2, 2, 2], "year": [1901, 1904, 1901, 1900, 1902], "km": [1.0, 1.0, 1.0, 1.0, 2.0]})
    assert runs(frame, ["ccode"]).rows() == [
        (2, 1900, 1901, 1.0),
        (2, 1902, 1902, 2.0),
        (2, 1904, 1904, 1.0),
        (20, 1901, 1901, 1.0),
    ]
