"""Military expenditure as a share of GDP."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.military_burden import read


@pytest.fixture(scope="module")
def burden(raw: Path) -> pl.DataFrame:
    return read(raw)["military_burden"]


@pytest.mark.parametrize(
    ("code", "year", "share"),
    [("USA", 2020, 3.645), ("USA", 2024, 3.42), ("CAN", 2024, 1.31), ("UKR", 2022, 25.64), ("KWT", 1991, 117.35)],
)
def test_shares_are_the_publishers(burden: pl.DataFrame, code: str, year: int, share: float) -> None:
    assert burden.filter(iso3=code, year=year)["military_share"].item() == pytest.approx(share, abs=0.006)


def test_serbia_and_montenegro_are_yugoslavia_until_2005(burden: pl.DataFrame) -> None:
    known = burden.drop_nulls("military_share")
    assert known.filter(iso3="YUG").select(pl.col("year").max()).item() == 2005
    assert known.filter(iso3="SRB").select(pl.col("year").min()).item() == 2006


def test_no_share_stands_for_the_soviet_union(burden: pl.DataFrame) -> None:
    assert burden.filter(iso3="RUS").drop_nulls("military_share")["year"].min() == 1992


def test_west_germany_is_kept(burden: pl.DataFrame) -> None:
    assert burden.filter(iso3="DEU").drop_nulls("military_share")["year"].min() == 1960


def test_no_share_is_zero_where_nothing_is_known(burden: pl.DataFrame) -> None:
    assert burden.filter(pl.col("military_share") == 0).is_empty()
    assert not burden.select("iso3", "year").is_duplicated().any()
