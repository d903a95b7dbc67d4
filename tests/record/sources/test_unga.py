"""Ideal points from General Assembly votes."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.unga import read


@pytest.fixture
def points(raw: Path) -> pl.DataFrame:
    return read(raw)["ideal_points"]


def test_canada_in_session_78(points: pl.DataFrame) -> None:
    assert points.filter(ccode=20, year=2023)["ideal_point"].item() == pytest.approx(1.437, abs=0.0005)


def test_the_assembly_did_not_vote_in_1964(points: pl.DataFrame) -> None:
    assert set(range(1946, 2024)) - set(points["year"]) == {1964}


def test_the_interval_holds_the_point(points: pl.DataFrame) -> None:
    assert points.filter(~pl.col("ideal_point").is_between("ideal_point_low", "ideal_point_high")).is_empty()


def test_a_state_has_one_point_a_session(points: pl.DataFrame) -> None:
    assert not points.select("ccode", "year").is_duplicated().any()


def test_germany_votes_under_its_cow_numbers(points: pl.DataFrame) -> None:
    years = (
        points.filter(pl.col("ccode").is_in([255, 260]))
        .group_by("ccode")
        .agg(pl.col("year").min(), pl.col("year").max().alias("last"))
    )
    assert set(years.rows()) == {(255, 1991, 2023), (260, 1973, 1990)}
