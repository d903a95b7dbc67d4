"""Archigos: leaders, and what a year of them looks like beside peacesciencer's table of the same data."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.archigos import CENSORED, FIRST_YEAR, LAST_YEAR, read


@pytest.fixture(scope="module")
def tables(raw: Path) -> dict[str, pl.DataFrame]:
    return read(raw)


@pytest.fixture(scope="module")
def beside(tables: dict[str, pl.DataFrame], raw: Path) -> pl.DataFrame:
    """Our state-years beside the reference's (n_leaders, leadertransition, irregular, dec31obsid)."""
    reference = pl.read_parquet(raw / "political/leaders/archigos_state_year.parquet").filter(pl.col("year") >= FIRST_YEAR)
    both = tables["leader_years"].join(reference, on=["gwcode", "year"], how="full", coalesce=True)
    assert both.height == reference.height == tables["leader_years"].height == 14_224
    return both


def test_a_leader_still_in_office_has_no_end(tables: dict[str, pl.DataFrame]) -> None:
    sitting = tables["leaders"].filter(pl.col("end").is_null())
    assert sitting["known_until"].value_counts(sort=True).rows() == [(date(2015, 12, 31), 166), (date(2014, 12, 31), 3)]
    assert sitting["exit"].null_count() == sitting.height
    assert tables["leaders"].drop_nulls("end")["exit"].null_count() == 0


def test_the_king_filed_as_dead_on_the_last_day_is_still_the_only_one(raw: Path) -> None:
    file = pl.read_csv(raw / "political/leaders/archigos.csv", try_parse_dates=True)
    left = file.filter(pl.col("enddate") == date(2015, 12, 31), pl.col("exit") != "Still in Office")
    assert tuple(left["obsid"]) == CENSORED


def test_one_leader_at_a_time_but_on_days_of_change(tables: dict[str, pl.DataFrame]) -> None:
    leaders = tables["leaders"].sort("gwcode", "start", "known_until")
    before = leaders.select(pl.col("known_until").shift(1).over("gwcode"))["known_until"]
    assert (leaders["start"] >= before).drop_nulls().all()
    assert not leaders["leader"].is_duplicated().any()


def test_earlier_years_hold_only_those_who_lasted(raw: Path) -> None:
    states = pl.read_parquet(raw / "political/leaders/archigos_state_year.parquet").group_by("year").len().sort("year")
    assert states["len"].head(7).to_list() == [24, 30, 34, 41, 54, 56, 56]
    assert (FIRST_YEAR, LAST_YEAR) == (1875, 2015)


def test_leaders_in_a_year_are_the_references(beside: pl.DataFrame) -> None:
    assert beside.filter(pl.col("leaders_in_year") != pl.col("n_leaders")).is_empty()


def test_leaders_on_31_december_are_the_references_where_there_is_one(beside: pl.DataFrame) -> None:
    """Where nobody holds office on that day the reference names the last who did."""
    assert beside.filter(pl.col("leader") != pl.col("dec31obsid")).is_empty()
    vacant = beside.filter(pl.col("leader").is_null())
    assert vacant.height == 53
    assert {(300, 1918), (290, 1939), (265, 1990), (817, 1975), (520, 1991)} <= set(vacant.select("gwcode", "year").rows())


def test_changes_differ_from_the_reference_where_nobody_follows_within_the_year(beside: pl.DataFrame) -> None:
    differing = beside.filter((pl.col("leader_changes") > 0) != (pl.col("leadertransition") == 1))
    assert differing.select("leader_changes", "leadertransition", "leaders_in_year").unique().rows() == [(1, 0, 1)]
    assert differing.height == 187


def test_irregular_exits_differ_from_the_reference_for_two_reasons(
    beside: pl.DataFrame, tables: dict[str, pl.DataFrame]
) -> None:
    differing = beside.filter(pl.col("irregular_leader_exit") != (pl.col("irregular") == 1))
    reasons = differing.group_by("irregular_leader_exit", "leadertransition").len().sort("len")
    assert reasons.rows() == [(True, 0, 8), (False, 1, 206)]
    later = differing.filter(~pl.col("irregular_leader_exit")).join(tables["leaders"], on="gwcode")
    doomed = later.filter(
        pl.col("exit") == "irregular",
        pl.col("start").dt.year() <= pl.col("year"),
        pl.col("end").dt.year() > pl.col("year"),
    )
    assert doomed.select("gwcode", "year").n_unique() == 206


def test_a_return_within_the_year_is_one_leader_and_two_departures(tables: dict[str, pl.DataFrame]) -> None:
    belgium = tables["leader_years"].filter(gwcode=211, year=1981).row(0, named=True)
    assert (belgium["leaders_in_year"], belgium["leader_changes"], belgium["leader_name"]) == (2, 2, "Martens")


def test_canada_in_2015(tables: dict[str, pl.DataFrame]) -> None:
    row = tables["leader_years"].filter(gwcode=20, year=2015).row(0, named=True)
    assert (row["leaders_in_year"], row["leader_changes"], row["irregular_leader_exit"]) == (2, 1, False)
    assert row["leader"] == "CAN-2015"
