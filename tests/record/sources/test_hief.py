"""The historical index of ethnic fractionalization."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.hief import read

NAME = "ethnic_fractionalization_hief"


@pytest.fixture(scope="module")
def index(raw: Path) -> pl.DataFrame:
    return read(raw)[NAME]


def test_state_years_appear_once_under_either_number(index: pl.DataFrame) -> None:
    assert index.height == 8783
    assert not index.select("ccode", "year").is_duplicated().any()
    assert not index.select("gwcode", "year").is_duplicated().any()


def test_what_is_left_out_repeats_another_row_or_is_russia_in_1991(raw: Path) -> None:
    file = pl.read_parquet(raw / "political/fractionalization/hief.parquet")
    assert (file.height, file.unique().height) == (8808, 8784)
    twice = file.unique(maintain_order=True).filter(pl.struct("ccode", "year").is_duplicated())
    assert twice.select("ccode", "year", "efindex").rows() == [(365, 1991, 0.691), (365, 1991, 0.286)]


def test_the_soviet_union_speaks_for_1991(index: pl.DataFrame) -> None:
    assert index.filter(ccode=365, year=1991)[NAME].to_list() == [0.691]


def test_numbers_are_those_of_the_year(index: pl.DataFrame, raw: Path) -> None:
    crosswalk = pl.read_parquet(raw / "political/state_system/state_year_crosswalk_cow_gw_iso3_1816_2025.parquet")
    both = index.join(crosswalk.select("ccode", "year", "gwcode").drop_nulls(), on=["ccode", "year"], suffix="_member")
    assert both.filter(pl.col("gwcode") != pl.col("gwcode_member")).is_empty()


@pytest.mark.parametrize(
    ("ccode", "years"), [(255, (1990, 2013)), (260, (1949, 1989)), (678, (1945, 1990)), (679, (1991, 2013))]
)
def test_germany_and_yemen_are_told_apart(index: pl.DataFrame, ccode: int, years: tuple[int, int]) -> None:
    assert (
        index.filter(pl.col("ccode") == ccode).select(pl.col("year").min(), pl.col("year").max().alias("last")).row(0) == years
    )


def test_indices_lie_between_0_and_1(index: pl.DataFrame) -> None:
    assert index[NAME].is_between(0, 1).all()
