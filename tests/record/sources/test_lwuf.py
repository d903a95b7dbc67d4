"""Leaders' willingness to use force."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from polars import selectors as cs

from foedus.record.sources.lead import read as read_lead
from foedus.record.sources.lwuf import read


@pytest.fixture(scope="module")
def resolve(raw: Path) -> pl.DataFrame:
    return read(raw)["leader_resolve"]


def test_the_leaders_are_those_whose_lives_are_described(resolve: pl.DataFrame, raw: Path) -> None:
    assert resolve["leader"].to_list() == read_lead(raw)["leader_experience"]["leader"].to_list()


def test_scores_are_the_publishers_to_seven_digits(resolve: pl.DataFrame, raw: Path) -> None:
    file = pl.read_parquet(raw / "political/leaders/lwuf.parquet")
    both = resolve.join(file, left_on="leader", right_on="obsid")
    error = both.select((pl.col("resolve_m2").cast(pl.Float64) - pl.col("theta2_mean")).abs().max()).item()
    assert 0 < error < 1e-7


def test_uncertainty_is_about_as_large_as_the_spread(resolve: pl.DataFrame) -> None:
    assert resolve.select(cs.ends_with("_sd").min()).min_horizontal().item() > 0.39
    assert resolve["resolve_m2_sd"].mean() == pytest.approx(resolve["resolve_m2"].std(), rel=0.2)
