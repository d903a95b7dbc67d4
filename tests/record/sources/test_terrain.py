"""Ruggedness and mountains."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.panels.panel import panel
from foedus.record.sources.terrain import read
from foedus.record.store import Record


@pytest.fixture(scope="module")
def terrain(raw: Path) -> pl.DataFrame:
    return read(raw)["terrain"]


def test_states_appear_once_under_either_number(terrain: pl.DataFrame) -> None:
    assert terrain.height == terrain["ccode"].n_unique() == terrain["gwcode"].n_unique() == 191
    assert terrain.null_count().select("ccode", "gwcode", "ruggedness", "mountainous").row(0) == (0, 0, 0, 0)


def test_the_vatican_is_left_out(terrain: pl.DataFrame) -> None:
    assert terrain.filter(ccode=327).is_empty()


def test_united_states_are_described_from_their_union(terrain: pl.DataFrame) -> None:
    later = terrain.filter(pl.col("first_year") > 1946).select("ccode", "gwcode", "first_year")
    assert later.rows() == [(255, 260, 1990), (679, 678, 1990)]


def test_state_years_1946_to_2014_are_as_in_the_reference(terrain: pl.DataFrame, raw: Path) -> None:
    """As in peacesciencer 1.2.9: 9,826 state-years, sums 13,328.972 and 19,816.28492."""
    crosswalk = pl.read_parquet(raw / "political/state_system/state_year_crosswalk_cow_gw_iso3_1816_2025.parquet")
    years = crosswalk.filter(pl.col("year").is_between(1946, 2014)).join(terrain, on="ccode")
    years = years.filter(pl.col("year") >= pl.col("first_year"))
    assert years.height == 9826
    assert years["ruggedness"].sum() == pytest.approx(13328.972)
    assert years["mountainous"].sum() == pytest.approx(19816.2849204689)


def test_mountains_are_the_logarithm_of_one_and_a_percentage(terrain: pl.DataFrame) -> None:
    assert terrain["mountainous"].is_between(0, 4.6152).all()


def test_a_state_that_one_list_alone_has_in_a_year_is_described_too(record: Record) -> None:
    """The publisher gives both numbers: Laos, of the system since 1953 for COW and since 1954 for Gleditsch and Ward."""
    laos = panel("state-year", ["ruggedness"], years=(1953, 1954), record=record).filter(ccode=812)
    assert laos["ruggedness"].to_list() == [2.553, 2.553]
