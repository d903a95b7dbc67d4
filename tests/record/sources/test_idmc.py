"""People displaced within their state by conflict."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.idmc import read


@pytest.fixture
def displaced(raw: Path) -> pl.DataFrame:
    return read(raw)["conflict_displacement"]


@pytest.mark.parametrize(("year", "people"), [(2024, 73.57e6), (2025, 68.65e6)])
def test_displaced_by_conflict_in_the_world(displaced: pl.DataFrame, year: int, people: float) -> None:
    found = displaced.filter(year=year)["internally_displaced_by_conflict"].sum()
    assert found == pytest.approx(people, abs=0.005e6)


def test_states_are_known_from_2009_and_the_worlds_sum_is_no_state(displaced: pl.DataFrame) -> None:
    assert displaced["year"].min() == 2009
    assert "UNK" not in displaced["iso3"]


def test_a_state_without_a_figure_has_no_row(displaced: pl.DataFrame) -> None:
    assert displaced.filter(pl.col("internally_displaced_by_conflict") == 0).is_empty()
    assert displaced.filter(iso3="CAN").is_empty()
