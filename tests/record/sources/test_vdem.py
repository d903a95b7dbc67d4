"""V-Dem indices, version 15."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources import vdem_polyarchy
from foedus.record.sources.vdem import read


@pytest.fixture
def regimes(raw: Path) -> pl.DataFrame:
    return read(raw)["regimes"]


def test_canada_in_2020_scores_as_published(regimes: pl.DataFrame) -> None:
    canada = regimes.filter(ccode=20, year=2020).row(0, named=True)
    assert canada["liberal_democracy"] == 0.750
    assert canada["liberal_democracy_low"] < 0.750 < canada["liberal_democracy_high"]


@pytest.mark.parametrize(("ccode", "year", "score"), [(20, 2024, 0.842), (690, 2024, 0.292), (20, 2020, 0.849)])
def test_electoral_democracy_is_of_the_release_of_the_other_indices(
    regimes: pl.DataFrame, ccode: int, year: int, score: float
) -> None:
    row = regimes.filter(ccode=ccode, year=year).row(0, named=True)
    assert row["polyarchy_v15"] == score
    assert row["polyarchy_v15_low"] < score < row["polyarchy_v15_high"]


def test_releases_score_the_same_year_otherwise(regimes: pl.DataFrame, raw: Path) -> None:
    """Kuwait in 2024: .292 in version 15, .198 in version 16."""
    later = vdem_polyarchy.read(raw)["polyarchy"]
    found = [
        frame.filter(ccode=690, year=2024)[name].item() for frame, name in ((regimes, "polyarchy_v15"), (later, "polyarchy"))
    ]
    assert found == [0.292, 0.198]


def test_a_state_year_appears_once(regimes: pl.DataFrame) -> None:
    assert not regimes.select("ccode", "year").is_duplicated().any()


def test_sardinia_is_italy_until_the_kingdom_of_italy(regimes: pl.DataFrame) -> None:
    italy = regimes.filter(pl.col("ccode") == 325)
    assert italy["year"].min() == 1816
    assert italy.filter(pl.col("year").is_between(1855, 1862)).height >= 6


@pytest.mark.parametrize(
    ("ccode", "year"), [(300, 1900), (315, 1970), (271, 1850), (817, 1954), (260, 1970), (265, 1970), (680, 1980)]
)
def test_historical_states_carry_their_cow_number(regimes: pl.DataFrame, ccode: int, year: int) -> None:
    assert regimes.filter(ccode=ccode, year=year).height == 1


def test_divided_germany_has_no_row_as_germany(regimes: pl.DataFrame) -> None:
    assert regimes.filter(pl.col("ccode") == 255, pl.col("year").is_between(1945, 1990)).is_empty()
