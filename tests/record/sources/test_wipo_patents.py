"""Patents applied for and granted."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.wipo_patents import read


@pytest.fixture
def patents(raw: Path) -> pl.DataFrame:
    return read(raw)["patents"]


def test_china_filed_1_642_643_in_2023(patents: pl.DataFrame) -> None:
    assert patents.filter(iso3="CHN", year=2023)["patent_applications"].item() == 1_642_643


def test_united_states_were_granted_272_379_in_2022(patents: pl.DataFrame) -> None:
    assert patents.filter(iso3="USA", year=2022)["patents_granted"].item() == 272_379


def test_soviet_patents_are_not_russias_in_another_year(patents: pl.DataFrame) -> None:
    russia = patents.filter(iso3="RUS").sort("year")
    assert russia["year"].to_list() == list(range(1980, 2025))
    assert not patents.select("iso3", "year").is_duplicated().any()
    granted = dict(russia.select("year", "patents_granted").rows())
    assert granted[1985] > 2 * granted[1992]


def test_no_row_is_unknown_and_none_says_zero(patents: pl.DataFrame) -> None:
    assert patents.filter((pl.col("patent_applications") == 0) | (pl.col("patents_granted") == 0)).is_empty()
