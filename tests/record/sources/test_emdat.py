"""Disasters, from small files of either kind and from the real one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from foedus.api import panel
from foedus.errors import InputError
from foedus.record.additions import add
from foedus.record.sources.emdat import STOPPED
from foedus.record.store import open_record

EVENTS = (
    "DisNo.,Historic,Disaster Group,Disaster Type,ISO,Country,Start Year,Total Deaths,No. Injured,Total Affected\n"
    "2003-1-CAN,No,Natural,Storm,CAN,Canada,2003,8,,\n"
    "2003-2-CAN,No,Natural,Wildfire,CAN,Canada,2003,,,45000\n"
    "2003-3-CAN,No,Natural,Storm,CAN,Canada,2003,2,10,500\n"
    "2003-4-CAN,No,Technological,Air,CAN,Canada,2003,20,,20\n"
    "1985-1-SUN,Yes,Natural,Flood,SUN,Soviet Union,1985,30,,1000\n"
    "1999-1-CAN,Yes,Natural,Extreme temperature,CAN,Canada,1999,,,\n"
    "2004-1-BMU,No,Natural,Storm,BMU,Bermuda,2004,4,,\n"
)


def row(ccode: int, year: int) -> dict[str, int | None]:
    return open_record().table("disasters").filter(ccode=ccode, year=year).row(0, named=True)


def test_events_of_a_year_add_up_by_kind(data: Path, file: Callable[..., Path]) -> None:
    add("emdat", file(EVENTS))
    canada = row(20, 2003)
    assert (canada["disaster_deaths_storm"], canada["disaster_affected_storm"]) == (10, 510), "the dead are among the affected"
    assert (canada["disaster_affected_wildfire"], canada["disaster_deaths_wildfire"]) == (45_000, None)
    assert (canada["disaster_affected"], canada["disaster_deaths"]) == (510, 10), "accidents and wildfires are not summed"


def test_a_country_without_events_has_zeros_from_2000_on_and_nothing_before(data: Path, file: Callable[..., Path]) -> None:
    add("emdat", file(EVENTS))
    assert row(20, 2001)["disaster_affected_storm"] == 0
    assert row(365, 1985)["disaster_deaths_flood"] == 30
    assert row(365, 1985)["disaster_deaths_storm"] is None
    table = open_record().table("disasters")
    assert table.filter(ccode=20)["year"].to_list() == list(range(2000, 2005))
    assert set(table["ccode"]) == {20, 365}, "Bermuda is no member of the system"


GAPMINDER = (
    "indicator,iso3,year,value\n"
    "flood_deaths_annual_number,CAN,2008,3\n"
    "extreme_temperature_deaths_annual_number,CAN,2008,5\n"
    "tsunami_deaths_annual_number,CAN,2010,1\n"
    "earthquake_deaths_annual_number,CAN,2010,2\n"
    "plane_crash_deaths_annual_number,CAN,2010,7\n"
    "earthquake_deaths_annual_number,SCG,2002,4\n"
)


def test_gapminders_sums_give_the_same_table(data: Path, file: Callable[..., Path]) -> None:
    add("emdat", file(EVENTS))
    columns = open_record().table("disasters").columns
    add("emdat", file(GAPMINDER))
    assert open_record().table("disasters").columns == columns
    assert row(20, 2010)["disaster_deaths_earthquake"] == 3, "a tsunami is an earthquake's"
    assert row(345, 2002)["disaster_deaths_earthquake"] == 4, "Serbia and Montenegro is the state system's Yugoslavia"


def test_a_kind_that_gapminder_dropped_is_unknown_and_not_zero(data: Path, file: Callable[..., Path]) -> None:
    add("emdat", file(GAPMINDER))
    heat = [row(20, year)["disaster_deaths_extreme_temperature"] for year in (2007, 2008, 2009)]
    assert heat == [0, 5, None]
    assert row(20, 2009)["disaster_deaths_wildfire"] is None


def test_without_the_file_the_variables_are_refused_with_source_and_address() -> None:
    with pytest.raises(InputError, match=r"EM-DAT.*may not be passed on.*public\.emdat\.be.*foedus record add emdat PATH"):
        panel("state-year", ["disaster_affected"], states=["CAN"], years=(2000, 2005))


def test_with_the_file_a_panel_has_them(data: Path, file: Callable[..., Path]) -> None:
    add("emdat", file(EVENTS))
    asked = panel("state-year", ["disaster_deaths"], states=["CAN"], years=(2001, 2006))
    assert asked["disaster_deaths"].to_list() == [0, 0, 10, 0, None, None]


def test_a_file_that_is_none_is_refused(data: Path, file: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match=r"lacks the columns .*public table of all natural disasters.*emdat\.be"):
        add("emdat", file("iso,start year,deaths\nCAN,2003,1\n"))
    with pytest.raises(InputError, match="column total deaths has 1 cells that are no whole number"):
        add("emdat", file(EVENTS.replace(",8,,", ",many,,")))


@pytest.fixture
def real(raw: Path, data: Path) -> pl.DataFrame:
    addition = add("emdat", raw / "physical/disasters/gapminder_emdat_country_year.parquet")
    assert not addition.unknown_files()
    return open_record().table("disasters")


def test_the_earthquake_of_haiti_killed_222_570(real: pl.DataFrame) -> None:
    assert real.filter(ccode=41, year=2010)["disaster_deaths_earthquake"].item() == 222_570


def test_indonesia_in_2004_has_earthquakes_and_the_tsunami(real: pl.DataFrame) -> None:
    assert real.filter(ccode=850, year=2004)["disaster_deaths_earthquake"].item() == 108 + 165_708


def test_gapminders_file_still_has_its_faults(raw: Path, real: pl.DataFrame) -> None:
    file = pl.read_parquet(raw / "physical/disasters/gapminder_emdat_country_year.parquet")
    last = dict(file.group_by("indicator").agg(pl.col("year").max()).iter_rows())
    for (kind, measure), year in STOPPED.items():
        assert last[f"{kind}_{measure}_annual_number"] == year
    assert last["flood_deaths_annual_number"] == 2025
    assert real["disaster_affected_wildfire"].null_count() == real.height
    both = file.with_columns(
        pl.col("indicator").str.extract("^(.*)_(affected|deaths)", 1).alias("kind"),
        pl.col("indicator").str.extract("(affected|deaths)").alias("measure"),
    ).pivot("measure", index=["iso3", "year", "kind"], values="value")
    assert both.filter(pl.col("deaths") > pl.col("affected")).height == 2, "the affected have the dead among them"
