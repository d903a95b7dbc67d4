"""Nuclear weapons status."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources import state_system
from foedus.record.sources.nuclear_status import read


@pytest.fixture
def status(raw: Path) -> pl.DataFrame:
    return read(raw)["nuclear_status"]


def test_nine_states_possess_weapons_in_2022(status: pl.DataFrame) -> None:
    possessors = status.filter(pl.col("year") == 2022, pl.col("nuclear_status") == 3)["state"].to_list()
    nine = ["China", "France", "India", "Israel", "North Korea", "Pakistan", "Russia", "United Kingdom", "United States"]
    assert possessors == nine


def test_south_africa_gave_its_weapons_up(status: pl.DataFrame) -> None:
    held = status.filter(pl.col("state") == "South Africa", pl.col("nuclear_status") == 3)["year"]
    assert (held.min(), held.max()) == (1979, 1991)


def test_yugoslavia_had_a_programme(status: pl.DataFrame) -> None:
    assert status.filter(pl.col("state") == "Yugoslavia")["nuclear_status"].max() == 2


def test_every_member_of_the_state_system_is_found_by_name(raw: Path, status: pl.DataFrame) -> None:
    """But the two that ended in 1990, whose entity stands for the united country from that year on."""
    members = state_system.read(raw)["state_years"].filter(pl.col("year").is_between(1938, 2022))
    named = members.rename({"english_name": "state"}).join(status, on=["state", "year"], how="anti")
    assert set(named.select("ccode", "year").rows()) == {(260, 1990), (678, 1990)}


def test_a_name_appears_once_a_year(status: pl.DataFrame) -> None:
    assert not status.select("state", "year").is_duplicated().any()
