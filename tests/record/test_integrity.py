"""Rows that break the rules of the record are found, and the first of them is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from foedus.record.integrity import faults
from foedus.record.source import Source, catalog

TRADE = replace(
    catalog()["gml"],
    id="trade",
    first_year=1950,
    last_year=2000,
    tables=("flows",),
    keys={
        "flows": ["ccode1-ccode2", "year"],
        "spells": ["ccode1-ccode2", "first_year:last_year"],
        "stays": ["ccode", "start:end"],
    },
)


def flows(*rows: tuple[int, int, int]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"ccode1": pl.Int16, "ccode2": pl.Int16, "year": pl.Int16}, orient="row")


def spells(*rows: tuple[int, int, int, int | None]) -> pl.DataFrame:
    columns = ("ccode1", "ccode2", "first_year", "last_year")
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.Int16), orient="row")


def said(table: str, frame: pl.DataFrame, source: Source = TRADE) -> list[str]:
    return list(faults(source, table, frame))


def test_rows_with_a_key_of_their_own_within_the_years_are_sound() -> None:
    assert said("flows", flows((2, 20, 1950), (2, 20, 2000), (2, 200, 1950))) == []


def test_both_directions_of_a_dyad_are_one_key_of_an_undirected_table() -> None:
    both = flows((2, 20, 1990), (20, 2, 1990), (2, 20, 1991))
    assert said("flows", both) == [
        "trade, table flows: 2 rows share their ccode1-ccode2, year with another (first: 2, 20, 1990)"
    ]
    directed = replace(TRADE, keys={"flows": ["ccode1", "ccode2", "year"]})
    assert said("flows", both, directed) == []


@pytest.mark.parametrize("year", [1949, 2001])
def test_a_row_outside_the_years_of_its_source_is_told_with_source_and_row(year: int) -> None:
    (fault,) = said("flows", flows((2, 20, 1990), (2, 20, year)))
    assert fault.startswith("trade, table flows: 1 rows lie outside 1950–2000, the years of the source")
    assert f"(first: 2, 20, {year})" in fault


def test_a_row_that_is_named_may_lie_outside_and_must() -> None:
    named = replace(TRADE, keys={"flows": ["ccode1", "year"]}, outside={"flows": ["20"]})
    assert said("flows", flows((2, 20, 1990), (20, 2, 2001)), named) == []
    assert said("flows", flows((2, 20, 1990)), named) == ["trade, table flows: 20: named in `outside`, and not there"]


def test_spans_of_one_dyad_may_not_share_a_year_whatever_their_order() -> None:
    assert said("spells", spells((2, 20, 1960, 1969), (2, 20, 1970, None), (2, 200, 1965, 1975))) == []
    (fault,) = said("spells", spells((20, 2, 1970, None), (2, 20, 1960, 1970)))
    assert "1 rows share their ccode1-ccode2, first_year:last_year with another (first: 20, 2, 1970, None)" in fault


def test_a_span_inside_a_longer_one_is_found_behind_another() -> None:
    nested = spells((2, 20, 1960, 1990), (2, 20, 1965, 1966), (2, 20, 1980, 1981))
    (fault,) = said("spells", nested)
    assert fault.startswith("trade, table spells: 2 rows share")


def test_a_span_that_reaches_into_the_years_lies_within_them() -> None:
    assert said("spells", spells((2, 20, 1900, 1950), (2, 20, 2000, 2010), (2, 200, 1940, None))) == []
    (fault,) = said("spells", spells((2, 20, 1900, 1949)))
    assert "lie outside 1950–2000" in fault


def test_spans_of_days_may_meet_and_not_share_a_day() -> None:
    def stays(second: date) -> pl.DataFrame:
        return pl.DataFrame({"ccode": [2, 2], "start": [date(1990, 1, 1), second], "end": [date(1990, 6, 30), None]})

    assert said("stays", stays(date(1990, 7, 1))) == []
    assert len(said("stays", stays(date(1990, 6, 30)))) == 1


def test_a_key_that_the_reader_does_not_give_is_a_fault() -> None:
    assert said("flows", flows((2, 20, 1990)).drop("year")) == [
        "trade, table flows: the catalog's key names year, which the reader does not give"
    ]


def test_a_table_without_rows_is_sound() -> None:
    assert said("flows", flows()) == []
    assert said("spells", spells()) == []
