"""The shared socioeconomic pathways, from small files of either kind and from the real one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from foedus.errors import InputError
from foedus.record.additions import add
from foedus.record.store import open_record

PUBLISHED = (
    "MODEL,SCENARIO,REGION,VARIABLE,UNIT,1950,2010,2015,2020,2100,2150\n"
    "OECD Env-Growth,SSP2_v9_130325,CAN,Population,million,,34,35.5,37.2,,\n"
    "OECD Env-Growth,SSP2_v9_130325,CAN,GDP|PPP,billion US$2005/yr,,1200,1300.25,1400,,\n"
    "OECD Env-Growth,SSP2_v9_130325,CAN,Population|Female,million,,17,18,19,,\n"
    "IIASA-WiC POP,SSP2_v9_130115,CAN,Population,million,,34,35,36,37,\n"
)


def test_years_in_columns_become_rows_and_the_release_leaves_the_scenarios_name(data: Path, file: Callable[..., Path]) -> None:
    add("ssp", file(PUBLISHED, "SspDb_country_data_2013-06-12.csv"))
    assert open_record().table("ssp_projections").rows() == [
        ("OECD Env-Growth", "SSP2", "CAN", 2015, 35_500_000, 1300.25e9),
        ("OECD Env-Growth", "SSP2", "CAN", 2020, 37_200_000, 1400e9),
    ]


def test_the_long_table_gives_the_same(data: Path, file: Callable[..., Path]) -> None:
    add("ssp", file(PUBLISHED))
    published = open_record().table("ssp_projections")
    long = (
        "model,scenario,iso3,year,population_million,gdppc_2005ppp,gdp_2005ppp_billion\n"
        "OECD Env-Growth,SSP2,CAN,2015,35.5,1,1300.25\nOECD Env-Growth,SSP2,CAN,2020,37.2,1,1400\n"
    )
    add("ssp", file(long))
    assert open_record().table("ssp_projections").equals(published)


def test_without_the_file_the_table_is_refused_with_source_and_address() -> None:
    with pytest.raises(InputError, match=r"version 2\.0 \(2013\), may not be passed on.*SspDb.*foedus record add ssp PATH"):
        open_record().table("ssp_projections")


def test_the_worlds_population_in_2100_is_as_published(raw: Path, data: Path) -> None:
    """KC & Lutz (2017): 6.9, 9.0, 12.6, 9.3 and 7.4 billion."""
    addition = add("ssp", raw / "physical/scenarios/ssp_v2_country_population_gdp_2015_2100.csv")
    assert not addition.unknown_files()
    paths = open_record().table("ssp_projections").filter(model="OECD Env-Growth")
    world = paths.filter(year=2100).group_by("scenario").agg(pl.col("population").sum() / 1e9).sort("scenario")
    assert world["population"].to_list() == pytest.approx([6.90, 9.03, 12.70, 9.37, 7.39], abs=0.005)
    middle = dict(paths.filter(scenario="SSP2", year=2050).select("iso3_code", "population").iter_rows())
    assert (middle["CAN"] / 1e6, middle["USA"] / 1e6) == (pytest.approx(47.6, abs=0.05), pytest.approx(402, abs=0.5))


def test_rows_of_a_year_keep_one_order_whatever_the_file_is_called(raw: Path, tmp_path: Path) -> None:
    """Sorting by year alone may shuffle the scenarios of a year."""
    path = raw / "physical/scenarios/ssp_v2_country_population_gdp_2015_2100.csv"
    hashes = {add("ssp", path, folder=tmp_path / name).sha256 for name in ("one", "two", "three")}
    assert len(hashes) == 1
    table = add("ssp", path, folder=tmp_path / "four")
    frame = pl.read_parquet(table.path(table.tables[0]))
    keys = ["year", "model", "scenario", "iso3_code"]
    assert frame.select(keys).equals(frame.select(keys).sort(keys))
