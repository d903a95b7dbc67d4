"""Extended Unified Democracy Scores."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.extended_uds import read


@pytest.fixture
def scores(raw: Path) -> pl.DataFrame:
    return read(raw)["unified_democracy"]


def test_scores_run_from_1816_to_2025(scores: pl.DataFrame) -> None:
    assert scores["year"].min() == 1816
    assert scores.filter(year=2025).height == 195


def test_the_adjusted_score_is_the_score_with_another_zero(scores: pl.DataFrame) -> None:
    shift = scores["uds"] - scores["uds_adjusted"]
    assert shift.round(6).unique().to_list() == [0.293156]


def test_austria_hungary_has_no_score_after_1867(scores: pl.DataFrame) -> None:
    assert scores.filter(pl.col("ccode") == 300)["year"].max() == 1866


def test_no_polity_column_is_read(scores: pl.DataFrame) -> None:
    assert scores.columns == ["ccode", "year", "uds", "uds_adjusted"]


def test_gleditsch_ward_state_years_are_scored_as_in_the_reference(raw: Path) -> None:
    """As in peacesciencer 1.2.9: 20,736 scores with the sums −258.607264 and −8,484.592397."""
    scores = read(raw)["unified_democracy_gw"]
    assert scores.columns == ["gwcode", "year", "uds", "uds_adjusted"]
    assert scores.height == 20_736
    assert scores["uds"].sum() == pytest.approx(-258.607264051375)
    assert scores["uds_adjusted"].sum() == pytest.approx(-8484.59239688735)


def test_the_two_lists_are_standardized_apart(raw: Path, scores: pl.DataFrame) -> None:
    other = read(raw)["unified_democracy_gw"].filter(gwcode=20).join(scores.filter(ccode=20), on="year", suffix="_cow")
    assert (other["uds"] - other["uds_cow"]).median() == pytest.approx(0.1, abs=0.05)
