"""ND-GAIN country index."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.nd_gain import read


@pytest.fixture
def scores(raw: Path) -> pl.DataFrame:
    return read(raw)["climate_vulnerability"]


@pytest.mark.parametrize(("code", "score"), [("NOR", 75.0), ("CAN", 68.1), ("USA", 67.4), ("SOM", 33.8)])
def test_scores_of_2021(scores: pl.DataFrame, code: str, score: float) -> None:
    assert scores.filter(iso3=code, year=2021)["nd_gain"].item() == pytest.approx(score, abs=0.05)


def test_exposure_never_changes(scores: pl.DataFrame) -> None:
    values = scores.drop_nulls("climate_exposure").group_by("iso3").agg(pl.col("climate_exposure").n_unique())
    assert values["climate_exposure"].max() == 1


def test_less_capacity_is_a_higher_score(scores: pl.DataFrame) -> None:
    somalia, norway = (scores.filter(iso3=code, year=2021)["adaptive_capacity"].item() for code in ("SOM", "NOR"))
    assert somalia > norway


def test_the_index_is_half_readiness_and_half_invulnerability(scores: pl.DataFrame) -> None:
    made = (pl.col("climate_readiness") - pl.col("climate_vulnerability") + 1) * 50
    off = scores.drop_nulls().select((made - pl.col("nd_gain")).abs().max()).item()
    assert off < 0.01
