"""DCAD: what was signed, what is known of its end, and what the data merely stop at."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources import dcad


@pytest.fixture(scope="module")
def agreements(raw: Path) -> pl.DataFrame:
    return dcad.read(raw)["defence_agreements"]


def test_all_but_two_illegible_rows_are_read(agreements: pl.DataFrame) -> None:
    assert agreements.height == 1871 - 2
    assert not agreements["dcad_id"].is_duplicated().any()
    assert agreements.filter(pl.col("ccode1") >= pl.col("ccode2")).is_empty()


def test_the_corrected_row_is_the_only_legible_one_of_the_three_at_fault(raw: Path) -> None:
    rows = pl.read_csv(raw / "political/dcad/DCAD-v1.0-main.csv", encoding="latin1", infer_schema_length=None)
    faulty = rows.filter(pl.col("ccode1") == pl.col("ccode2"))
    assert faulty.height == 3
    assert set(faulty.filter(pl.col("cowName1") != pl.col("cowName2"))["DCAid"]) == set(dcad.CORRECTED)


def test_united_states_and_canada_signed_six(agreements: pl.DataFrame) -> None:
    both = agreements.filter((pl.col("ccode1") == 2) & (pl.col("ccode2") == 20)).sort("signed")
    assert [day.year for day in both["signed"]] == [1984, 1994, 1996, 1996, 1999, 2002]
    assert both["category1"].to_list()[:2] == ["procurement", "dca"]


def test_canada_and_ukraine_signed_in_1994_in_force_1999(agreements: pl.DataFrame) -> None:
    general = agreements.filter((pl.col("ccode1") == 20) & (pl.col("ccode2") == 369) & (pl.col("type") == "general"))
    assert general.select("signed", "in_force").rows() == [(date(1994, 10, 24), date(1999, 4, 28))]


def test_a_year_alone_is_marked_as_such(agreements: pl.DataFrame) -> None:
    year_only = agreements.filter(pl.col("dcad_id") == "DCADv1.0-0005")
    assert year_only.select("signed", "signed_precision", "in_force", "in_force_precision").row(0) == (
        date(1999, 1, 1),
        "year",
        None,
        None,
    )


def test_the_last_year_of_the_data_is_no_end(agreements: pl.DataFrame) -> None:
    assert agreements.filter(pl.col("censored") == pl.col("end_year").is_not_null()).is_empty()
    ended_in_2010 = agreements.filter(pl.col("end_year") == 2010)
    assert ended_in_2010["terminated"].to_list() == [True] * 4


def test_every_agreement_known_to_be_in_force_is_censored(agreements: pl.DataFrame) -> None:
    in_force = agreements.filter(~pl.col("terminated"))
    assert in_force.height == 729
    assert in_force["censored"].all()


def test_most_other_ends_are_the_producers_six_years(agreements: pl.DataFrame) -> None:
    assumed = agreements.filter(pl.col("terminated").is_null() & pl.col("end_year").is_not_null())
    six_years = assumed.filter(pl.col("end_year") == pl.col("signed").dt.year() + 6)
    assert (six_years.height, assumed.height) == (608, 644)


def test_nothing_takes_force_before_it_is_signed_by_year(agreements: pl.DataFrame) -> None:
    assert agreements.filter(pl.col("in_force").dt.year() < pl.col("signed").dt.year()).is_empty()
    assert agreements["in_force"].null_count() == 1029


def test_types_and_categories(agreements: pl.DataFrame) -> None:
    assert set(agreements["type"]) == {"general", "sector"}
    assert set(agreements["category1"]) == {"dca", "dic", "trex", "procurement", "commission", "research"}
