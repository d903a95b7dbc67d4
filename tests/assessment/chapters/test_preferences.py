"""How far apart two states stand in the General Assembly, to the present."""

from __future__ import annotations

import polars as pl
import pytest

from foedus.assessment.chapters.relation.preferences import (
    DISTANCE,
    POINT,
    positions,
    preference_exhibits,
    preference_findings,
)
from foedus.assessment.finding import Finding
from foedus.partnership.partnership import Partnership
from foedus.record.store import Record


def told(first: str, second: str, year: int, record: Record) -> dict[str, Finding]:
    partnership = Partnership(first, second, year=year, record=record)
    return {finding.id: finding for finding in preference_findings(partnership, positions(partnership))}


def test_usa_and_canada_stand_farther_apart_in_2025_than_in_any_year_since_1946(record: Record) -> None:
    findings = told("USA", "CAN", 2025, record)
    distance = findings[f"relation.{DISTANCE}"]
    assert distance.value == pytest.approx(2.28, abs=0.005)
    assert "farther than in any of the other 78 years of both (1946–2025)" in distance.statement
    assert "158 votes of the United States and 158 votes of Canada" in distance.statement
    assert "too few" not in distance.statement
    assert "at 3.36" in findings[f"relation.{POINT}.USA"].statement
    assert "at 2.26 in 2023 (88 votes)" in findings[f"relation.{POINT}.USA"].statement
    assert "at 1.16 in 2023 (88 votes)" in findings[f"relation.{POINT}.CAN"].statement


def test_a_year_of_few_votes_says_so(record: Record) -> None:
    assert "8 votes of Canada, too few to say much" in told("USA", "CAN", 2024, record)[f"relation.{DISTANCE}"].statement


def test_the_rank_is_counted_among_the_years_of_the_pair(record: Record) -> None:
    """Any pair: the years are counted by hand, off the table."""
    table = record.table("ideal_points_final_passage").filter(pl.col("year") <= 2020)
    sides = [table.filter(ccode=code).select("year", POINT) for code in (750, 770)]
    both = sides[0].join(sides[1], on="year", suffix="_2").with_columns(distance=(pl.col(POINT) - pl.col(f"{POINT}_2")).abs())
    now = both.filter(year=2020)["distance"].item()
    farther = both.filter(pl.col("distance") > now).height
    statement = told("IND", "PAK", 2020, record)[f"relation.{DISTANCE}"].statement
    assert f"farther apart in {farther} of the other {both.height - 1} years of both" in statement


def test_a_last_vote_long_ago_is_not_told_as_the_present(record: Record) -> None:
    assert told("USA", "VEN", 2025, record), "Venezuela voted until 2021"
    assert "in 2021" in told("USA", "VEN", 2025, record)[f"relation.{DISTANCE}"].statement
    assert not told("USA", "TWN", 2025, record), "Taiwan until 1971"
    assert not told("GBR", "FRA", 1860, record)


def test_years_of_few_votes_stand_under_the_picture(record: Record) -> None:
    partnership = Partnership("USA", "CAN", year=2025, record=record)
    (picture,) = preference_exhibits(partnership, positions(partnership))
    assert picture.note.endswith("Fewer than 10 votes of either in 1951, 1955, 2024.")
    assert picture.frame.height == 2 * 79
