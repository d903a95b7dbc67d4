"""CO2 from fossil fuels and cement."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.borders import BORDERS_SINCE
from foedus.record.sources.global_carbon_budget import FIRST_YEAR, read


@pytest.fixture(scope="module")
def tables(raw: Path) -> dict[str, pl.DataFrame]:
    return read(raw)


def emitted(frame: pl.DataFrame, year: int, **key: str) -> int:
    found: int = frame.filter(year=year, **key)["fossil_co2_t"].item()
    return found


def test_the_world_emitted_38_6_billion_tonnes_in_2024(tables: dict[str, pl.DataFrame]) -> None:
    world = tables["world_fossil_co2"]
    assert emitted(world, 2024) / 1e9 == pytest.approx(38.60, abs=0.005)
    assert world["fossil_co2_t"].sum() / 1e9 == pytest.approx(1849, abs=0.5), "since 1750"
    assert world["year"].to_list() == list(range(1750, 2025))


def test_the_united_states_emitted_4_9_billion_tonnes_and_canada_half_a_billion(tables: dict[str, pl.DataFrame]) -> None:
    states = tables["fossil_co2"]
    assert emitted(states, 2024, iso3="USA") / 1e9 == pytest.approx(4.904, abs=0.0005)
    assert emitted(states, 2024, iso3="CAN") / 1e9 == pytest.approx(0.533, abs=0.0005)


def test_countries_and_international_transport_add_up_to_the_world(raw: Path, tables: dict[str, pl.DataFrame]) -> None:
    file = pl.read_csv(raw / "physical/co2/owid_gcb_annual_co2_by_country.csv", infer_schema_length=None)
    transport = file.filter(pl.col("entity").str.starts_with("International"), year=2024)["co2_t"].sum()
    countries = tables["fossil_co2_today"].filter(year=2024)["fossil_co2_t"].sum()
    assert transport / 1e9 == pytest.approx(1.19, abs=0.005)
    assert (countries + transport) / emitted(tables["world_fossil_co2"], 2024) == pytest.approx(1, abs=0.005)


def test_what_a_country_emitted_altogether_is_the_files_own_sum(raw: Path, tables: dict[str, pl.DataFrame]) -> None:
    file = pl.read_csv(raw / "physical/co2/owid_gcb_annual_co2_by_country.csv", infer_schema_length=None)
    for code in ("USA", "CAN", "RUS", "DEU"):
        theirs = file.filter(iso3=code, year=2024)["cumulative_co2_t"].item()
        assert tables["fossil_co2_today"].filter(iso3_code=code)["fossil_co2_t"].sum() == pytest.approx(theirs, rel=1e-6)


def test_states_have_no_value_in_other_borders(tables: dict[str, pl.DataFrame]) -> None:
    states = tables["fossil_co2"]
    assert states["year"].min() == FIRST_YEAR
    for code, first in BORDERS_SINCE.items():
        assert states.filter(iso3=code)["year"].min() == first


def test_no_aggregate_is_a_country_and_kosovo_is(tables: dict[str, pl.DataFrame]) -> None:
    codes = tables["fossil_co2_today"]["iso3_code"]
    assert (codes.str.len_chars() == 3).all()
    assert {"XKX", "CAN"} <= set(codes)
    assert not tables["fossil_co2_today"].select("iso3_code", "year").is_duplicated().any()
