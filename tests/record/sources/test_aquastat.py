"""Water that states have and take."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.aquastat import read


@pytest.fixture
def water(raw: Path) -> pl.DataFrame:
    return read(raw)["water"]


def test_egypt_takes_more_than_it_has(water: pl.DataFrame) -> None:
    egypt = water.filter(iso3="EGY", year=2020)
    assert egypt["renewable_water"].item() == pytest.approx(526)
    assert egypt["water_withdrawal"].item() == pytest.approx(708.96)


def test_renewable_water_falls_because_people_multiply(water: pl.DataFrame) -> None:
    egypt = water.filter(iso3="EGY").drop_nulls("renewable_water").sort("year")
    falls = egypt.select(pl.col("renewable_water").diff().drop_nulls() <= 0).to_series()
    assert falls.len() > 50
    assert falls.sum() > 0.95 * falls.len()
