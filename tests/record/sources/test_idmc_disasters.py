"""Displacements by disasters, from a small file and from the real one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from foedus.api import panel
from foedus.errors import InputError
from foedus.record.additions import add
from foedus.record.store import open_record

EVENTS = (
    "ISO3,Country / Territory,Year,Event Name,Date of Event (start),Disaster Internal Displacements,"
    "Disaster Internal Displacements (Raw),Hazard Category,Hazard Type,Hazard Sub Type\n"
    "CAN,Canada,2021,A fire,2021-07-01,100,98,Weather related,Wildfire,Wildfire\n"
    "CAN,Canada,2021,A fire,2021-07-01,100,98,Weather related,Wildfire,Wildfire\n"
    "CAN,Canada,2021,A quake,2021-08-01,7,7,Geophysical,Earthquake,Earthquake\n"
    "CAN,Canada,2020,A flood,2020-08-01,,,Weather related,Flood,Flood\n"
    "PRI,Puerto Rico,2021,A storm,2021-09-01,5,5,Weather related,Storm,Storm\n"
)


def test_events_add_up_and_weather_is_apart(data: Path, file: Callable[..., Path]) -> None:
    addition = add("idmc-disasters", file(EVENTS))
    assert open_record().table("disaster_displacements").rows() == [(20, 2021, 207, 200)]
    assert addition.tables[0].dropped == 1, "Puerto Rico is no member of the system"


def test_a_state_year_without_events_is_unknown(data: Path, file: Callable[..., Path]) -> None:
    add("idmc-disasters", file(EVENTS))
    asked = panel("state-year", ["disaster_displacements"], states=["CAN"], years=(2020, 2022))
    assert asked["disaster_displacements"].to_list() == [None, 207, None]


def test_without_the_file_they_are_refused_with_source_and_address() -> None:
    with pytest.raises(InputError, match=r"internal-displacement\.org.*foedus record add idmc-disasters PATH"):
        panel("state-year", ["disaster_displacements"], states=["CAN"], years=(2020, 2022))


def test_the_world_of_2022_and_canada_are_as_published(raw: Path, data: Path) -> None:
    addition = add("idmc-disasters", raw / "physical/displacement/idmc_gidd_disaster_events.parquet")
    assert not addition.unknown_files()
    moved = open_record().table("disaster_displacements")
    assert moved.filter(ccode=2, year=2022)["disaster_displacements"].item() == 674_170
    assert moved.filter(ccode=20)["disaster_displacements"].to_list()[-2:] == [59_935, 14_646]
    file = pl.read_parquet(raw / "physical/displacement/idmc_gidd_disaster_events.parquet").filter(Year=2022)
    assert file["Disaster Internal Displacements"].sum() == 32_556_396
    assert moved.filter(year=2022)["disaster_displacements"].sum() == pytest.approx(32_556_396, rel=0.01)
    assert (moved["disaster_displacements_weather"] <= moved["disaster_displacements"]).all()
