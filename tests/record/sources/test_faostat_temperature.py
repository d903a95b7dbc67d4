"""Temperature change by country."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.faostat_temperature import read


@pytest.fixture(scope="module")
def changes(raw: Path) -> pl.DataFrame:
    return read(raw)["temperature_change"]


def change(changes: pl.DataFrame, code: str, year: int) -> float:
    found: float = changes.filter(iso3=code, year=year)["temperature_anomaly"].item()
    return found


def test_canada_was_2_5_degrees_warmer_in_2021(changes: pl.DataFrame) -> None:
    assert change(changes, "CAN", 2021) == pytest.approx(2.515)
    assert change(changes, "CAN", 2022) == pytest.approx(1.268)


def test_a_country_year_appears_once(changes: pl.DataFrame) -> None:
    assert not changes.select("iso3", "year").is_duplicated().any()
    assert changes.null_count().sum_horizontal().item() == 0
    assert (changes["year"].min(), changes["year"].max()) == (1961, 2022)


def test_countries_begin_with_their_state(changes: pl.DataFrame) -> None:
    first = dict(changes.group_by("iso3").agg(pl.col("year").min()).iter_rows())
    assert {code: first[code] for code in ("RUS", "UKR", "CZE", "ETH", "SDN", "BEL", "DEU")} == {
        "RUS": 1992,
        "UKR": 1992,
        "CZE": 1993,
        "ETH": 1993,
        "SDN": 2011,
        "BEL": 2000,
        "DEU": 1961,
    }


def test_three_countries_are_missing_from_the_copy_and_yemen_ends_early(changes: pl.DataFrame) -> None:
    assert {"TUR", "CIV", "XKX"}.isdisjoint(changes["iso3"])
    assert changes.filter(iso3="YEM")["year"].max() == 1997
