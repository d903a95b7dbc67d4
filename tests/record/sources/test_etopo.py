"""The elevation grid: every cell once, the first column not again at the end, and places whose height is known."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from foedus.record.store import Record


@pytest.fixture(scope="module")
def cells(record: Record) -> pl.DataFrame:
    return record.table("elevation")


def at(cells: pl.DataFrame, latitude: float, longitude: float) -> int:
    near = (pl.col("latitude") - latitude).abs() + (pl.col("longitude") - longitude).abs()
    found: int = cells.sort(near)["elevation_m"][0]
    return found


def test_every_cell_of_a_third_of_a_degree_is_there_once(cells: pl.DataFrame) -> None:
    assert cells.height == 540 * 1080
    assert not cells.select("latitude", "longitude").is_duplicated().any()
    assert cells["latitude"].is_sorted()
    assert np.allclose(np.diff(cells["longitude"].head(1080).to_numpy()), 1 / 3, atol=1e-3)


def test_plateau_plain_and_deep_sea_lie_where_they_do(cells: pl.DataFrame) -> None:
    assert at(cells, 32.0, 88.0) > 4500, "Tibet"
    assert 2500 < at(cells, 72.0, -40.0) < 3300, "the ice of Greenland, its surface"
    assert -4500 < at(cells, 89.8, 0.0) < -3800, "the sea at the North Pole is some 4,200 m deep"


def test_the_highest_cell_is_lower_than_the_highest_mountain(cells: pl.DataFrame) -> None:
    assert cells["elevation_m"].max() == 6228
