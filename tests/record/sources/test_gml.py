"""Gibler–Miller–Little disputes: codes, sides, deaths, leaders."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from polars import selectors as cs

from foedus.record.sources.gml import read


@pytest.fixture(scope="module")
def tables(raw: Path) -> dict[str, pl.DataFrame]:
    return read(raw)


@pytest.fixture(scope="module")
def years(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    return tables["dispute_dyad_years"]


def test_no_missing_code_is_a_number(tables: dict[str, pl.DataFrame]) -> None:
    for frame in tables.values():
        assert min(value for value in frame.select(cs.integer().min()).row(0) if value is not None) >= 0


def test_deaths_are_null_where_the_publisher_does_not_know_them(years: pl.DataFrame) -> None:
    assert years["deaths1"].null_count() == years["deaths2"].null_count() == 1878
    assert years.filter(dispute=4, ccode1=200)["deaths1"].to_list() == [44]


def test_the_level_of_fatality_follows_from_the_deaths_but_in_one_dispute(years: pl.DataFrame) -> None:
    level = pl.sum_horizontal(pl.col("deaths1") > most for most in (0, 25, 100, 250, 500, 999))
    known = years.drop_nulls(["deaths1", "fatality1"]).with_columns(level.alias("level"))
    assert set(known.filter(pl.col("level") != pl.col("fatality1"))["dispute"]) == {3058}


def test_months_run_from_1_to_12(tables: dict[str, pl.DataFrame]) -> None:
    years, participants = tables["dispute_dyad_years"], tables["dispute_participants"]
    assert set(years.filter(pl.col("start_month").is_null())["dispute"]) == {1272}
    assert set(years.filter(pl.col("end_month").is_null())["dispute"]) == {3514}
    assert participants.select("start_month", "end_month").null_count().row(0) == (0, 0)
    assert max(years.select(cs.ends_with("_month").max()).row(0)) == 12


def test_each_direction_has_its_mirror(years: pl.DataFrame) -> None:
    pairs = [name.removesuffix("1") for name in years.columns if name.endswith("1")]
    swap = {f"{name}{side}": f"{name}{3 - side}" for name in pairs for side in (1, 2)}
    mirrored = years.rename(swap).select(years.columns)
    keys = ["dispute", "ccode1", "ccode2", "year"]
    assert mirrored.sort(keys).equals(years.sort(keys))


def test_the_two_states_of_a_dyad_are_on_different_sides(years: pl.DataFrame) -> None:
    assert (years["side_a1"] != years["side_a2"]).all()


def test_initiators_of_the_reference_are_side_a_and_all_joiners(raw: Path, years: pl.DataFrame) -> None:
    """As in peacesciencer 1.2.9: 5,792 initiators in its 9,284 whittled rows."""
    whittled = pl.read_parquet(raw / "political/mids/gml_mid_ddydisps.parquet").select(
        pl.col("dispnum").alias("dispute"), "ccode1", "ccode2", "year"
    )
    rows = whittled.join(years, on=["dispute", "ccode1", "ccode2", "year"])
    assert rows.height == 9284
    assert rows.filter(pl.col("side_a1") | ~pl.col("originator1")).height == 5792


def test_state_years_with_an_initiated_dispute_are_as_many_as_in_the_reference(
    tables: dict[str, pl.DataFrame], raw: Path
) -> None:
    """As in peacesciencer 1.2.9: state-years 1946–2014: 2,311 onsets, of which 1,407 initiated; 2,885 with a dispute."""
    crosswalk = pl.read_parquet(raw / "political/state_system/state_year_crosswalk_cow_gw_iso3_1816_2025.parquet")
    members = crosswalk.filter(pl.col("year").is_between(1946, 2014)).select("ccode", "year")
    spans = pl.int_ranges("start_year", pl.col("end_year") + 1, dtype=pl.Int16).alias("year")
    rows = tables["dispute_participants"].with_columns(spans).explode("year", empty_as_null=True)
    rows = rows.join(members, on=["ccode", "year"], how="semi")
    begun = rows.filter(pl.col("year") == pl.col("start_year"))
    initiated = begun.filter(pl.col("side_a") | ~pl.col("originator"))
    assert [frame.select("ccode", "year").n_unique() for frame in (rows, begun, initiated)] == [2885, 2311, 1407]


def test_78_rows_are_of_disputes_still_open_in_2010(years: pl.DataFrame) -> None:
    assert years["ongoing_at_end"].sum() == 78


def test_leaders_of_participants_are_in_archigos(tables: dict[str, pl.DataFrame], raw: Path) -> None:
    known = set(pl.read_csv(raw / "political/leaders/archigos.csv")["obsid"])
    participants = tables["dispute_participants"]
    assert set(participants["leader_start"].drop_nulls()) | set(participants["leader_end"].drop_nulls()) <= known
    assert (participants["leader_start"].null_count(), participants["leader_end"].null_count()) == (349, 357)
