"""Radar sites: every one of the list, none with a position it does not have, and no sentence of the raw file."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.radar_sites import read
from foedus.record.store import Record


@pytest.fixture(scope="module")
def sites(record: Record) -> pl.DataFrame:
    return record.table("radar_sites")


def test_canada_has_11_long_range_and_36_short_range_radars(sites: pl.DataFrame) -> None:
    """Department of National Defence: 47 of the system's radars are in Canada."""
    canada = sites.filter(country="CAN")
    assert dict(canada["range_class"].value_counts().iter_rows()) == {"long": 11, "short": 36}
    assert set(canada["system"]) == {"North Warning System"}


def test_the_list_has_66_sites_of_which_two_have_no_position(sites: pl.DataFrame) -> None:
    assert sites.height == 66
    lacking = sites.filter(pl.col("latitude").is_null())
    assert set(lacking["name"]) == {"Cape McLoughlin", "Bullen Point SRRS"}
    assert set(lacking["coordinate_quality"]) == {"missing"}
    assert lacking.select("longitude", "elevation_m", "position_error_km", "source").null_count().row(0) == (2, 2, 2, 2)


def test_no_elevation_is_known_in_alaska(sites: pl.DataFrame) -> None:
    assert set(sites.filter(pl.col("elevation_m").is_null())["name"]) == {
        *sites.filter(country="USA")["name"],
        "Cape McLoughlin",
        "Loks Land",
    }


def test_the_chain_runs_from_cape_lisburne_to_cartwright_without_a_gap_in_its_numbers(sites: pl.DataFrame) -> None:
    chain = sites.drop_nulls("place_in_chain")
    assert chain["place_in_chain"].to_list() == list(range(1, 55))
    assert chain["name"][0] == "Cape Lisburne LRRS"
    assert chain["name"][-1] == "Cartwright"
    assert set(sites.filter(pl.col("place_in_chain").is_null())["system"]) == {"Alaska Radar System"}


def test_three_short_range_sites_in_alaska_are_reported_closed(sites: pl.DataFrame) -> None:
    closed = sites.filter(status="reported closed")
    assert closed["code"].to_list() == ["LIZ-3", "POW-1", "POW-3"]
    assert closed["note"].null_count() == 0


def test_codes_that_could_not_be_checked_say_so(sites: pl.DataFrame) -> None:
    told = dict(sites["code_status"].value_counts().iter_rows())
    assert told == {"known": 24, "unverified": 25, "verified": 5, None: 12}
    assert sites.filter(code="FOX-CA")["code_status"].item() == "unverified"


def test_a_position_that_is_not_the_sites_own_is_less_certain(sites: pl.DataFrame) -> None:
    error = dict(sites.group_by("coordinate_quality").agg(pl.col("position_error_km").max()).iter_rows())
    assert error == {"site": 3.0, "locality": 5.0, "community": 5.0, "island": 20.0, "missing": None}


def test_big_bay_lies_where_the_encyclopaedia_has_it(sites: pl.DataFrame) -> None:
    """55° 44' 20" N, 60° 25' 48" W."""
    bay = sites.filter(name="Big Bay").row(0, named=True)
    assert (bay["latitude"], bay["longitude"]) == pytest.approx((55.7389, -60.4300), abs=5e-4)


def test_four_airfields_stand_ready(record: Record) -> None:
    fields = record.table("forward_operating_locations")
    assert fields["name"].to_list() == ["Inuvik", "Yellowknife", "Rankin Inlet", "Iqaluit"]
    assert fields.null_count().sum_horizontal().item() == 0


def test_no_sentence_of_the_raw_file_is_passed_on(raw: Path) -> None:
    theirs = pl.read_csv(raw / "physical/radar_sites/north_warning_and_alaska_radar_sites.csv", infer_schema_length=None)
    sentences = set(theirs.select("note", "coord_source", "coord_quality").unpivot()["value"].drop_nulls())
    ours = read(raw)["radar_sites"]
    assert sentences & {*ours["note"].drop_nulls(), *ours["source"].drop_nulls()} <= {"none found"}
