"""The state system: 17,706 state-years, spells that stay open, capitals where they are."""

from __future__ import annotations

import json
import math
import unicodedata
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources import state_system

FARTHEST_KM = 40
SAME_NAME_ELSEWHERE_KM = 1500


@pytest.fixture(scope="module")
def tables(raw: Path) -> dict[str, pl.DataFrame]:
    return state_system.read(raw)


def years_of(spells: pl.DataFrame) -> pl.DataFrame:
    last = pl.col("end").dt.year().fill_null(2025) + 1
    years = spells.select(pl.col("code").alias("ccode"), year=pl.int_ranges(pl.col("start").dt.year(), last, dtype=pl.Int16))
    return years.explode("year").sort("year", "ccode")


def test_state_years_have_the_publishers_size_and_reach(tables: dict[str, pl.DataFrame]) -> None:
    years = tables["state_years"]
    assert years.height == 17_706
    assert (years["year"].min(), years["year"].max()) == (1816, 2025)
    assert years.filter(pl.col("year") == 2024).height == 195
    assert years.filter(pl.col("year") == 2024)["iso3"].null_count() == 0


def test_no_key_appears_twice(tables: dict[str, pl.DataFrame]) -> None:
    keys = {
        "state_years": ["year", "ccode"],
        "state_spells": ["system", "code", "start"],
        "major_powers": ["ccode", "start"],
        "capitals": ["ccode", "start"],
        "gw_state_years": ["gwcode", "year"],
        "capitals_gw": ["gwcode", "start"],
    }
    assert {name: int(tables[name].select(key).is_duplicated().sum()) for name, key in keys.items()} == dict.fromkeys(keys, 0)


def test_cow_spells_and_state_years_agree_in_every_year(tables: dict[str, pl.DataFrame]) -> None:
    spells = tables["state_spells"].filter(pl.col("system") == "cow")
    assert years_of(spells).select("year", "ccode").equals(tables["state_years"].select("year", "ccode"))


def test_the_end_of_a_list_is_no_exit(tables: dict[str, pl.DataFrame]) -> None:
    open_spells = tables["state_spells"].filter(pl.col("end").is_null())
    assert open_spells["system"].value_counts(sort=True).rows() == [("gw", 197), ("cow", 195)]
    assert tables["state_spells"]["end"].max() == date(2006, 6, 4)
    assert set(tables["major_powers"].filter(pl.col("end").is_null())["ccode"]) == {2, 200, 220, 255, 365, 710, 740}


def test_open_gw_spells_are_in_the_publishers_panel_of_2025(tables: dict[str, pl.DataFrame], raw: Path) -> None:
    panel = pl.read_parquet(raw / "political/state_system/gw_cw_panel.parquet").filter(pl.col("year") == 2025)
    open_spells = tables["state_spells"].filter((pl.col("system") == "gw") & pl.col("end").is_null())
    assert set(open_spells["code"]) == set(panel["gwcode"].drop_nulls())


def test_gw_state_years_are_as_many_as_in_the_reference_system(tables: dict[str, pl.DataFrame]) -> None:
    """As in peacesciencer 1.2.9: 20,849 state-years of 225 codes, 1,690 of microstates; 226 names, as Zimbabwe has two."""
    years = tables["gw_state_years"]
    assert (years.height, years["gwcode"].n_unique(), years["microstate"].sum()) == (20_849, 225, 1_690)
    assert (years["gwcode"].cast(pl.Int64).sum(), years["year"].cast(pl.Int64).sum()) == (8_542_928, 40_624_818)
    assert years["name"].n_unique() == 226


def test_gw_spells_and_state_years_agree_in_every_year(tables: dict[str, pl.DataFrame]) -> None:
    spells = years_of(tables["state_spells"].filter(pl.col("system") == "gw")).select("ccode", "year")
    assert spells.sort("ccode", "year").rows() == tables["gw_state_years"].select("gwcode", "year").rows()


def test_a_gw_state_outside_cow_has_the_code_and_region_of_its_nearest_year(tables: dict[str, pl.DataFrame]) -> None:
    years = tables["gw_state_years"]
    assert years.filter(gwcode=20, year=1867).select("iso3", "region").row(0) == ("CAN", "North America")
    never_in_cow = years.filter(pl.col("region").is_null())["gwcode"].unique().to_list()
    assert set(never_in_cow) == {89, 99, 396, 397, 563, 564, 711, 730, 815}


def test_gw_names_iso3_and_regions_are_cows_where_cow_has_the_state(tables: dict[str, pl.DataFrame]) -> None:
    known = tables["state_years"].drop_nulls(["gwcode", "region"]).unique(["gwcode", "year"])
    both = tables["gw_state_years"].join(known, on=["gwcode", "year"])
    assert both.filter(pl.col("iso3").ne_missing(pl.col("iso3_right"))).is_empty()
    assert both.filter(pl.col("region") != pl.col("region_right")).is_empty()


@pytest.mark.parametrize(
    ("ccode", "gwcode", "year"),
    [
        (255, 260, 2000),
        (345, 340, 2010),
        (679, 678, 2000),
        (946, 970, 2010),
        (947, 973, 2010),
        (955, 972, 2010),
        (970, 971, 2010),
    ],
)
def test_the_seven_codes_in_which_the_lists_differ(tables: dict[str, pl.DataFrame], ccode: int, gwcode: int, year: int) -> None:
    row = tables["state_years"].filter((pl.col("ccode") == ccode) & (pl.col("year") == year))
    assert row["gwcode"].to_list() == [gwcode]


def test_two_codes_share_an_iso3_in_1990_only(tables: dict[str, pl.DataFrame]) -> None:
    coded = tables["state_years"].drop_nulls("iso3")
    twice = coded.filter(pl.struct("year", "iso3").is_duplicated()).select("year", "ccode", "iso3").sort("ccode")
    assert twice.rows() == [(1990, 255, "DEU"), (1990, 260, "DEU"), (1990, 678, "YEM"), (1990, 679, "YEM")]


def test_customary_codes_are_marked(tables: dict[str, pl.DataFrame]) -> None:
    marked = tables["state_years"].filter(~pl.col("iso3_current"))
    assert set(marked["iso3"].drop_nulls()) == {"YUG", "DDR", "CSK", "YMD", "VDR", "XKX"}


def test_every_state_year_has_a_capital(tables: dict[str, pl.DataFrame]) -> None:
    spells = tables["capitals"].rename({"ccode": "code"})
    assert tables["state_years"].join(years_of(spells).unique(), on=["ccode", "year"], how="anti").is_empty()


def test_every_gw_state_year_has_a_capital(tables: dict[str, pl.DataFrame]) -> None:
    spells = years_of(tables["capitals_gw"].rename({"gwcode": "code"})).unique()
    assert tables["gw_state_years"].join(spells, left_on=["gwcode", "year"], right_on=["ccode", "year"], how="anti").is_empty()


@pytest.mark.parametrize(("table", "key"), [("capitals", "ccode"), ("capitals_gw", "gwcode")])
def test_capitals_are_where_natural_earth_has_them(tables: dict[str, pl.DataFrame], raw: Path, table: str, key: str) -> None:
    places = places_by_name(raw)
    astray = set()
    for code, capital, latitude, longitude in tables[table].select(key, "capital", "latitude", "longitude").rows():
        distances = [kilometres(latitude, longitude, *place) for place in places.get(plain(capital), [])]
        if distances and FARTHEST_KM < min(distances) < SAME_NAME_ELSEWHERE_KM:
            astray.add((code, capital))
    assert astray == set()


@pytest.mark.parametrize(("file", "key"), [("cow_capitals.csv", "ccode"), ("gw_capitals.csv", "gwcode")])
def test_corrected_capitals_are_astray_in_the_publishers_files(raw: Path, file: str, key: str) -> None:
    rows = pl.read_csv(raw / "political/state_system" / file)
    for (code, capital), place in state_system.MISPLACED.items():
        row = rows.row(by_predicate=(pl.col(key) == code) & (pl.col("capital") == capital), named=True)
        assert kilometres(row["lat"], row["lng"], *place) > FARTHEST_KM


@pytest.mark.parametrize(
    ("code", "day", "capital"),
    [
        (640, date(1923, 10, 12), "Istanbul"),  # vote of the Grand National Assembly, 13 October 1923
        (640, date(1923, 10, 13), "Ankara"),
        (710, date(1927, 12, 31), "Beijing"),
        (710, date(1928, 12, 31), "Nanjing"),  # Beijing fell, and lost its name, in June 1928
        (710, date(1937, 12, 31), "Chongqing"),  # declaration of 20 November 1937
        (710, date(1948, 12, 31), "Nanjing"),  # return of 5 May 1946
        (710, date(1949, 12, 31), "Beijing"),  # the People's Republic, 1 October 1949
        (553, date(1974, 12, 31), "Zomba"),
        (553, date(1975, 1, 1), "Lilongwe"),
        (510, date(1995, 12, 31), "Dar es Salaam"),
        (510, date(1996, 12, 31), "Dodoma"),  # seat of the National Assembly since February 1996
        (600, date(1900, 12, 31), "Fez"),  # UNESCO 170: transferred to Rabat in 1912
        (93, date(1852, 2, 5), "Managua"),  # decree of that day
        (91, date(1879, 12, 31), "Comayagua"),
        (160, date(1855, 12, 31), "Paraná"),  # law of 13 December 1853
        (705, date(1997, 12, 31), "Astana"),  # decree in force on 10 December 1997
        (732, date(1952, 12, 31), "Busan"),  # UNESCO, tentative list 6668
        (850, date(1948, 12, 31), "Yogyakarta"),
        (840, date(1947, 12, 31), "Manila"),  # Quezon City by Republic Act 333 of 17 July 1948
    ],
)
def test_capitals_move_on_the_day_of_their_act(tables: dict[str, pl.DataFrame], code: int, day: date, capital: str) -> None:
    for table, key in (("capitals", "ccode"), ("capitals_gw", "gwcode")):
        spells = tables[table].filter(pl.col(key) == code, pl.col("start") <= day, pl.col("end").fill_null(date.max) >= day)
        assert spells["capital"].to_list() == [capital]


@pytest.mark.parametrize(("code", "year", "capital"), [(815, 1850, "Hue"), (563, 1855, "Potchefstroom"), (260, 1990, "Berlin")])
def test_capitals_of_states_that_one_list_alone_has(
    tables: dict[str, pl.DataFrame], code: int, year: int, capital: str
) -> None:
    last = date(year, 12, 31)
    at = pl.col("start") <= last, pl.col("end").fill_null(date.max) >= last
    assert tables["capitals_gw"].filter(pl.col("gwcode") == code, *at)["capital"].to_list() == [capital]


@pytest.mark.parametrize("key", ["ccode", "gwcode"])
def test_every_capital_left_out_has_a_place_an_act_and_days_of_its_own(tables: dict[str, pl.DataFrame], key: str) -> None:
    table = tables["capitals" if key == "ccode" else "capitals_gw"]
    stays = state_system.left_out(key)
    found = table.drop_nulls("source")
    assert found.height == len(stays) >= 20
    assert found.select("latitude", "longitude", "confidence").null_count().sum_horizontal().item() == 0
    spells = table.filter(pl.col(key) != 89).sort(key, "start")  # the publisher has two of 89 for a year
    following = spells.select(pl.col("start").shift(-1).over(key)).to_series()
    assert spells.filter(pl.col("end").fill_null(date.max) >= following).is_empty()


def places_by_name(raw: Path) -> dict[str, list[tuple[float, float]]]:
    path = raw / "physical/natural_earth/ne_50m_populated_places_simple.geojson"
    places: dict[str, list[tuple[float, float]]] = {}
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        longitude, latitude = feature["geometry"]["coordinates"]
        for name in {plain(feature["properties"]["name"]), plain(feature["properties"]["nameascii"])}:
            places.setdefault(name, []).append((latitude, longitude))
    return places


def plain(name: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", name) if letter.isalpha()).lower()


def kilometres(latitude1: float, longitude1: float, latitude2: float, longitude2: float) -> float:
    first, second = math.radians(latitude1), math.radians(latitude2)
    turn = math.radians(longitude2 - longitude1)
    cosine = math.sin(first) * math.sin(second) + math.cos(first) * math.cos(second) * math.cos(turn)
    return 6371 * math.acos(min(1.0, cosine))
