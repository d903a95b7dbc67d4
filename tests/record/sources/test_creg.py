"""Fractionalization by ethnicity and religion."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.creg import read


@pytest.fixture(scope="module")
def indices(raw: Path) -> pl.DataFrame:
    return read(raw)["fractionalization"]


@pytest.fixture(scope="module")
def members(raw: Path) -> pl.DataFrame:
    crosswalk = pl.read_parquet(raw / "political/state_system/state_year_crosswalk_cow_gw_iso3_1816_2025.parquet")
    return crosswalk.select("ccode", "year", "gwcode")


def test_state_years_appear_once_under_either_number(indices: pl.DataFrame) -> None:
    assert not indices.select("ccode", "year").is_duplicated().any()
    assert not indices.select("gwcode", "year").is_duplicated().any()


@pytest.mark.parametrize(
    ("name", "known", "total"),
    [
        ("ethnic_fractionalization", 8601, 3643.70677632694),
        ("ethnic_polarization", 8601, 4394.76566732047),
        ("religious_fractionalization", 8712, 3240.91433198345),
        ("religious_polarization", 8712, 4899.82242121757),
    ],
)
def test_state_years_1946_to_2014_are_as_in_the_reference(
    indices: pl.DataFrame, members: pl.DataFrame, name: str, known: int, total: float
) -> None:
    """Counts and sums of peacesciencer 1.2.9; its 8,713 distinct values count the missing one."""
    years = members.filter(pl.col("year").is_between(1946, 2014)).join(indices, on=["ccode", "year"])
    assert years[name].count() == known
    assert years[name].cast(pl.Float64).sum() == pytest.approx(total, rel=1e-7)


def test_the_older_unit_speaks_where_two_share_a_number(indices: pl.DataFrame) -> None:
    """In 1991 Russia has .286 and the Soviet Union .691; Serbia's of 1992 is the only ethnic one under 345."""
    ethnic = {row[:2]: round(row[2], 3) for row in indices.select("ccode", "year", "ethnic_fractionalization").rows() if row[2]}
    assert (ethnic[365, 1991], ethnic[365, 1992]) == (0.691, 0.290)
    assert (ethnic[345, 1991], ethnic[345, 1992]) == (0.781, 0.583)


def test_gleditsch_ward_numbers_are_those_of_the_year(indices: pl.DataFrame, members: pl.DataFrame) -> None:
    both = indices.join(members.drop_nulls(), on=["ccode", "year"], suffix="_member")
    assert both.filter(pl.col("gwcode") != pl.col("gwcode_member")).is_empty()


def test_states_without_data_are_null(indices: pl.DataFrame) -> None:
    assert indices.filter(pl.col("ccode").is_in([220, 750, 471]))["ethnic_fractionalization"].count() == 0
    assert indices.filter(pl.col("ccode").is_in([710, 731]))["religious_fractionalization"].count() == 0
