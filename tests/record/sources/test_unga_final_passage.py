"""Ideal points from votes on final passage, by calendar year."""

from __future__ import annotations

from hashlib import md5
from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources import unga, unga_final_passage
from foedus.record.store import Record

POINT, VOTES = "ideal_point_final_passage", "final_passage_votes"


@pytest.fixture
def points(raw: Path) -> pl.DataFrame:
    return unga_final_passage.read(raw)["ideal_points_final_passage"]


def test_the_file_is_the_one_of_the_deposit(raw: Path) -> None:
    file = raw / "political/unga/Idealpointestimates1946-2025.tab"
    assert md5(file.read_bytes(), usedforsecurity=False).hexdigest() == "6c876693c6f792ab8dc3eb05542d1772"


def test_the_united_states_moves_away_from_canada_in_2025(points: pl.DataFrame) -> None:
    """To the hundredth what issue 16 of the project states of the file."""
    there = {(code, year): points.filter(ccode=code, year=year)[POINT].item() for code in (2, 20) for year in (2023, 2025)}
    assert {key: round(value, 2) for key, value in there.items()} == {
        (2, 2023): 2.26,
        (2, 2025): 3.36,
        (20, 2023): 1.16,
        (20, 2025): 1.08,
    }


def test_2024_rests_on_eight_votes_and_1964_is_absent(points: pl.DataFrame) -> None:
    most = dict(points.group_by("year").agg(pl.col(VOTES).max()).iter_rows())
    assert most[2024] == 8
    assert most[2025] == 158
    assert set(range(1946, 2026)) - set(most) == {1964}


def test_the_interval_holds_the_point_and_no_point_is_without_votes(points: pl.DataFrame) -> None:
    assert points.filter(~pl.col(POINT).is_between(f"{POINT}_low", f"{POINT}_high")).is_empty()
    assert points[VOTES].min() == 1
    assert points.filter(pl.col(VOTES) < 3).height == 44


def test_a_state_has_one_point_a_year(points: pl.DataFrame) -> None:
    assert not points.select("ccode", "year").is_duplicated().any()


def test_germany_is_united_from_1990(points: pl.DataFrame) -> None:
    german = points.filter(pl.col("ccode").is_in([255, 260])).group_by("ccode").agg(first=pl.min("year"), last=pl.max("year"))
    assert set(german.rows()) == {(255, 1990, 2025), (260, 1973, 1989)}


def test_the_two_series_are_different_scales_in_different_tables(record: Record) -> None:
    """Where they speak of the same state and year they go together, and are not the same number: they are never spliced."""
    session, year = record.table("ideal_points"), record.table("ideal_points_final_passage")
    both = session.join(year, on=["ccode", "year"])
    assert both.select(pl.corr("ideal_point", POINT)).item() == pytest.approx(0.984, abs=0.0005)
    assert (both["ideal_point"] == both[POINT]).sum() == 0
    assert set(session.columns) & set(year.columns) == {"ccode", "year"}


def test_the_older_series_reads_its_own_file(raw: Path) -> None:
    assert unga.read(raw)["ideal_points"]["year"].max() == 2023
