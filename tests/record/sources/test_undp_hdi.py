"""Human development index."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.undp_hdi import read


@pytest.fixture
def index(raw: Path) -> pl.DataFrame:
    return read(raw)["human_development"]


def test_canada_scores_0_935_in_2022(index: pl.DataFrame) -> None:
    assert index.filter(iso3="CAN", year=2022)["human_development_index"].item() == pytest.approx(0.935)


def test_russia_begins_when_the_soviet_union_has_ended(index: pl.DataFrame) -> None:
    assert index.filter(iso3="RUS")["year"].min() == 1992
    assert index.filter(iso3="CAN")["year"].min() == 1990
