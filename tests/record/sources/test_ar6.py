"""The series of the Summary for Policymakers, and that they agree with each other and with the carbon budget."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources import global_carbon_budget
from foedus.record.sources.ar6 import read

SCENARIOS = ("SSP1-1.9", "SSP1-2.6", "SSP2-4.5", "SSP3-7.0", "SSP5-8.5")


@pytest.fixture(scope="module")
def tables(raw: Path) -> dict[str, pl.DataFrame]:
    return read(raw)


def values(frame: pl.DataFrame, year: int, column: str) -> list[float]:
    """The column in a year, in the order of the five scenarios."""
    found = dict(frame.filter(year=year).select("scenario", column).iter_rows())
    return [found[scenario] for scenario in SCENARIOS]


def of(frame: pl.DataFrame, scenario: str, year: int, column: str) -> float:
    found: float = frame.filter(scenario=scenario, year=year)[column].item()
    return found


def test_emissions_of_2050_are_as_published(tables: dict[str, pl.DataFrame]) -> None:
    assert values(tables["ar6_emissions"], 2050, "co2_gt")[1:] == pytest.approx([17.96, 43.46, 62.90, 83.30], abs=0.005)
    assert tables["ar6_emissions"].height == 50


def test_warming_of_2050_and_2090_is_as_assessed(tables: dict[str, pl.DataFrame]) -> None:
    warming = tables["ar6_warming"]
    assert values(warming, 2050, "warming")[1:] == pytest.approx([1.72, 1.95, 2.10, 2.35], abs=0.005)
    assert values(warming, 2090, "warming")[1:] == pytest.approx([1.76, 2.65, 3.57, 4.30], abs=0.005)
    assert warming["warming"].is_between(warming["warming_low"], warming["warming_high"]).all()
    assert (warming["year"].min(), warming["year"].max()) == (1950, 2099)


def test_september_area_of_2050_is_as_published(tables: dict[str, pl.DataFrame]) -> None:
    ice = tables["ar6_september_ice"]
    assert values(ice, 2050, "area_km2")[1:] == pytest.approx([2.07e6, 1.62e6, 1.74e6, 1.21e6], abs=5_000)
    assert ice["area_km2"].is_between(ice["area_low_km2"], ice["area_high_km2"]).all()
    assert (ice["area_low_km2"] >= 0).all()


def test_scenarios_follow_history_without_a_year_twice_or_missing(tables: dict[str, pl.DataFrame]) -> None:
    for name in ("ar6_warming", "ar6_september_ice"):
        spans = tables[name].group_by("scenario").agg(pl.col("year").min(), pl.col("year").max().alias("last"), pl.len())
        assert set(spans.rows()) == {("historical", 1950, 2014, 65), *((each, 2015, 2099, 85) for each in SCENARIOS)}
        assert tables[name].null_count().sum_horizontal().item() == 0


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_emissions_on_straight_lines_add_up_to_the_cumulative_series(scenario: str, tables: dict[str, pl.DataFrame]) -> None:
    told = tables["ar6_emissions"].filter(scenario=scenario).select("year", "co2_gt")
    years = pl.DataFrame({"year": range(2015, 2051)}, schema={"year": pl.Int16})
    yearly = years.join(told, on="year", how="left").sort("year")["co2_gt"].interpolate()
    total = tables["ar6_cumulative_co2"]
    start, end = (of(total, scenario, year, "cumulative_co2_gt") for year in (2015, 2050))
    assert start + yearly[1:].sum() == pytest.approx(end, abs=0.01)
    history = of(total, "historical", 2014, "cumulative_co2_gt")
    assert history + yearly[0] == pytest.approx(start, abs=0.01), "the scenarios go on from 2014"


def test_what_was_emitted_by_2019_is_within_the_range_the_report_states(tables: dict[str, pl.DataFrame]) -> None:
    """Summary for Policymakers, D.1: 2,390 ± 240 GtCO2 from 1850 to 2019."""
    total = of(tables["ar6_cumulative_co2"], "historical", 2019, "cumulative_co2_gt")
    assert total == pytest.approx(2410.6, abs=0.05)
    assert total == pytest.approx(2390, rel=0.01)
    behind = [total - value for value in values(tables["ar6_cumulative_co2"], 2019, "cumulative_co2_gt")]
    assert all(1.5 < gap < 12.5 for gap in behind)


def test_the_part_that_is_not_fossil_is_land_use(raw: Path, tables: dict[str, pl.DataFrame]) -> None:
    """Global Carbon Budget 2020, which the report follows: 1.6 ± 0.7 GtC a year in 2010–2019, that is 5.9 ± 2.6 GtCO2."""
    history = tables["ar6_cumulative_co2"].filter(scenario="historical").sort("year")
    yearly = history.select("year", total=pl.col("cumulative_co2_gt").diff()).drop_nulls()
    fossil = global_carbon_budget.read(raw)["world_fossil_co2"]
    land = yearly.join(fossil, on="year").with_columns(land=pl.col("total") - pl.col("fossil_co2_t") / 1e9)
    assert land["land"].sum() == pytest.approx(750, abs=1)
    assert land["land"].is_between(2, 8).all()
    assert land.filter(pl.col("year") >= 2010)["land"].mean() == pytest.approx(5.5, abs=0.1)


def test_history_has_what_people_caused_and_scenarios_do_not(tables: dict[str, pl.DataFrame]) -> None:
    total = tables["ar6_cumulative_co2"]
    history = total.filter(scenario="historical")
    assert history["human_warming"].null_count() == 0
    assert history["warming_low"].null_count() == history.height == 170
    assert total.filter(pl.col("scenario") != "historical")["human_warming"].null_count() == 180
    assert of(total, "historical", 2019, "human_warming") == pytest.approx(1.19, abs=0.005)


def test_the_two_figures_smooth_warming_differently(tables: dict[str, pl.DataFrame]) -> None:
    assert set(values(tables["ar6_cumulative_co2"], 2015, "warming")) == {1.07}
    assert all(1.09 < value < 1.12 for value in values(tables["ar6_warming"], 2015, "warming"))
