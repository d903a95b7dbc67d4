"""Documents gathered by hand: each with its day, its page and how sure it is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.documents import read


@pytest.fixture(scope="module")
def documents() -> pl.DataFrame:
    return read(Path("nowhere"))["documents"]


def test_every_document_names_its_page_and_how_sure_it_is(documents: pl.DataFrame) -> None:
    needed = ("date", "date_precision", "kind", "title", "states", "topics", "source", "source_kind", "confidence")
    assert documents.select(needed).null_count().sum_horizontal().item() == 0
    assert documents.select(pl.coalesce("url", "via"))["url"].str.starts_with("https://").all()
    assert set(documents["confidence"]) <= {"high", "medium", "low"}
    assert documents["document_id"].is_unique().all()
    assert (documents["value"].is_null() == documents["unit"].is_null()).all()


def test_the_visit_of_october_2022_lasted_two_days(documents: pl.DataFrame) -> None:
    visit = documents.row(by_predicate=pl.col("kind") == "visit", named=True)
    assert (visit["date"], visit["until"], visit["states"]) == (date(2022, 10, 27), date(2022, 10, 28), "CAN;USA")
    assert "Blinken" in visit["persons"]


def test_a_month_is_told_from_a_day(documents: pl.DataFrame) -> None:
    told = dict(documents.select("document_id", "date_precision").iter_rows())
    assert (told["warning-vanherck-2021"], told["cusma-signed-2018"]) == ("month", "day")


def test_the_trade_agreement_was_signed_twice_before_it_was_in_force(documents: pl.DataFrame) -> None:
    trade = documents.filter(pl.col("topics") == "trade", pl.col("kind") != "visit").sort("date")
    assert trade["kind"].to_list() == ["signature", "signature", "term"]
    assert trade["value"].to_list() == [None, None, 16.0]
