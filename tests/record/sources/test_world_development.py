"""World Development Indicators."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.borders import BORDERS_SINCE
from foedus.record.sources.world_development import read


@pytest.fixture(scope="module")
def development(raw: Path) -> pl.DataFrame:
    return read(raw)["development"]


def value(development: pl.DataFrame, code: str, year: int, column: str) -> float | None:
    found: float | None = development.filter(iso3=code, year=year)[column].item()
    return found


def test_canadas_research_falls_from_its_peak_of_2020(development: pl.DataFrame) -> None:
    years = development.filter(iso3="CAN").filter(pl.col("year").is_between(2020, 2024))
    assert years["research_share"].round(3).to_list() == pytest.approx([1.934, 1.871, 1.813, 1.810, 1.791], abs=0.0006)
    assert value(development, "USA", 2020, "research_share") == pytest.approx(3.418, abs=0.0005)
    assert value(development, "USA", 2023, "research_share") == pytest.approx(3.447, abs=0.0005)


def test_the_united_states_had_331_577_720_people_in_2020(development: pl.DataFrame) -> None:
    assert value(development, "USA", 2020, "population_world_bank") == 331_577_720


@pytest.mark.parametrize(
    ("code", "year", "column", "expected"),
    [
        ("USA", 2020, "gdp_constant", 19.6276e12),
        ("CAN", 2020, "gdp_per_head_constant", 42_366.13),
        ("USA", 2022, "gdp_per_head_ppp", 72_679.26),
        ("DEU", 2022, "industry_share", 25.56),
        ("CAN", 2022, "exports_share", 33.94),
        ("CAN", 2022, "high_technology_share", 15.15),
        ("USA", 2023, "internet_users", 93.14),
    ],
)
def test_indicators_have_the_files_values(
    development: pl.DataFrame, code: str, year: int, column: str, expected: float
) -> None:
    assert value(development, code, year, column) == pytest.approx(expected, rel=1e-4)


def test_product_per_head_is_product_by_people(development: pl.DataFrame) -> None:
    known = development.filter(pl.col("year") >= 2000).drop_nulls(["gdp_constant", "gdp_per_head_constant"])
    ratio = known.select(pl.col("gdp_constant") / pl.col("gdp_per_head_constant") / pl.col("population_world_bank"))
    assert ratio.to_series().median() == pytest.approx(1, abs=0.005)


def test_missing_is_not_zero(development: pl.DataFrame) -> None:
    assert value(development, "CAN", 1960, "research_share") is None
    assert development.filter(pl.col("research_share") == 0).is_empty()
    assert value(development, "CAN", 2025, "gdp_per_head_current") is not None
    assert value(development, "CAN", 2025, "internet_users") is None


def test_latest_years_are_thin(development: pl.DataFrame) -> None:
    assert development.filter(year=2024)["research_share"].drop_nulls().len() < 40
    assert development.filter(year=2020)["research_share"].drop_nulls().len() > 110


def test_no_value_is_given_for_other_borders(development: pl.DataFrame) -> None:
    for code, first in BORDERS_SINCE.items():
        years = development.filter(pl.col("iso3") == code)["year"]
        assert not years.is_empty()
        assert (years >= first).all()


def test_kosovo_has_the_code_of_the_state_list(development: pl.DataFrame) -> None:
    assert "KOS" not in development["iso3"]
    assert value(development, "XKX", 2020, "gdp_constant") is not None
    assert not development.select("iso3", "year").is_duplicated().any()
