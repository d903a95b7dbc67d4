"""GISTEMP: the world, its months and its zones."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.gistemp import read


@pytest.fixture(scope="module")
def tables(raw: Path) -> dict[str, pl.DataFrame]:
    return read(raw)


def test_the_world_was_1_28_degrees_above_its_base_in_2024(tables: dict[str, pl.DataFrame]) -> None:
    years = dict(tables["temperature_giss"].iter_rows())
    assert (years[2023], years[2024]) == (1.17, 1.28)
    assert (min(years), max(years), len(years)) == (1880, 2024, 145)


def test_months_that_have_not_happened_have_no_row(tables: dict[str, pl.DataFrame]) -> None:
    months = tables["temperature_giss_months"]
    assert months.filter(year=2025)["month"].to_list() == list(range(1, 9))
    assert months.null_count().sum_horizontal().item() == 0
    assert set(months.group_by("year").len().filter(pl.col("year") < 2025)["len"]) == {12}


def test_a_year_is_the_mean_of_its_months(tables: dict[str, pl.DataFrame]) -> None:
    means = tables["temperature_giss_months"].group_by("year").agg(pl.col("anomaly").mean().alias("mean"))
    both = tables["temperature_giss"].join(means, on="year")
    assert (both["anomaly"] - both["mean"]).abs().max() < 0.011


def test_the_base_is_1951_to_1980(tables: dict[str, pl.DataFrame]) -> None:
    base = tables["temperature_giss"].filter(pl.col("year").is_between(1951, 1980))["anomaly"].mean()
    assert base == pytest.approx(0, abs=0.005)


def test_the_arctic_was_3_25_degrees_above_its_base_in_2016(tables: dict[str, pl.DataFrame]) -> None:
    arctic = dict(tables["temperature_giss_zones"].filter(zone="64N-90N").select("year", "anomaly").iter_rows())
    assert (arctic[2016], arctic[2023]) == (3.25, 2.58)


def test_the_older_release_of_the_zones_is_revised_by_two_hundredths_at_most(
    raw: Path, tables: dict[str, pl.DataFrame]
) -> None:
    file = pl.read_csv(raw / "physical/temperature/gistemp_v4_zonal_annual_1880_2023.csv")
    both = tables["temperature_giss"].join(file.select(pl.col("Year").cast(pl.Int16).alias("year"), "Glob"), on="year")
    assert both.height == 144
    assert (both["anomaly"] - both["Glob"]).abs().max() == pytest.approx(0.02)
    assert tables["temperature_giss_zones"]["zone"].n_unique() == 13
