"""Multinational military exercises."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.exercises import NAMES, read

NO_STATES = {
    "-9",
    "Baltic States",
    "Bermuda",
    "Hong Kong SAR China",
    "NATO",
    "Netherlands Antilles",
    "New Caledonia",
    "South Sudan",
}


@pytest.fixture(scope="module")
def tables(raw: Path) -> dict[str, pl.DataFrame]:
    return read(raw)


def test_a_participant_is_named_once_an_exercise(tables: dict[str, pl.DataFrame]) -> None:
    assert not tables["exercise_participants"].select("exercise", "gwcode").is_duplicated().any()


def test_an_exercise_has_all_its_participants(tables: dict[str, pl.DataFrame], raw: Path) -> None:
    """The long version stops at 24 states; the publisher's file has 28 in mme3568."""
    assert tables["exercise_participants"].filter(exercise="mme3568").height == 28
    long = pl.read_parquet(raw / "political/exercises/mme_v7_long.parquet")
    assert long.group_by("MMEID").len()["len"].max() == 24


def test_exercises_that_share_a_number_are_apart(tables: dict[str, pl.DataFrame]) -> None:
    twice = tables["exercise_participants"].filter(pl.col("exercise").str.starts_with("mme3460"))
    assert {name: set(rows["gwcode"]) for (name,), rows in twice.group_by("exercise")} == {
        "mme3460-1995": {2, 369},
        "mme3460-2005": {710, 732, 740},
    }


def test_only_names_of_no_states_have_no_number(raw: Path) -> None:
    long = pl.read_parquet(raw / "political/exercises/mme_v7_long.parquet", columns=["country", "gwcode"]).drop_nulls()
    wide = pl.read_csv(raw / "political/exercises/mme_v7.csv", infer_schema_length=None)
    named = wide.unpivot(on=[name for name in wide.columns if name.startswith("State")])["value"].drop_nulls()
    assert set(named) - set(long["country"]) - set(NAMES) == NO_STATES


def test_participants_are_members_of_the_gleditsch_ward_list(tables: dict[str, pl.DataFrame], raw: Path) -> None:
    panel = pl.read_parquet(raw / "political/state_system/gw_cw_panel.parquet").drop_nulls("gwcode")
    assert tables["exercise_participants"].join(panel, on=["gwcode", "year"], how="anti").is_empty()


def test_an_unknown_day_is_the_first_or_last_of_its_month(tables: dict[str, pl.DataFrame]) -> None:
    days = tables["exercise_participants"].filter(exercise="mme88").select("start", "end").unique()
    assert [day.isoformat() for day in days.row(0)] == ["1980-01-01", "1980-01-31"]


def test_no_exercise_ends_before_it_begins(tables: dict[str, pl.DataFrame]) -> None:
    participants = tables["exercise_participants"]
    assert participants.filter(pl.col("end") < pl.col("start")).is_empty()
    unknown = participants.filter(pl.col("end").is_null())["exercise"].unique()
    assert set(unknown) == {"mme281", "mme395", "mme1872", "mme2365", "mme3156", "mme3681"}


def test_joint_exercises_are_counted_once_a_dyad(tables: dict[str, pl.DataFrame]) -> None:
    """290 rows of the publisher's file name both the United States and Canada; the long version, cut at 24 states, 283."""
    years = tables["exercise_dyad_years"]
    assert (years["gwcode1"] < years["gwcode2"]).all()
    assert not years.select("gwcode1", "gwcode2", "year").is_duplicated().any()
    assert years.filter(gwcode1=2, gwcode2=20)["joint_exercises"].sum() == 290
    readex = tables["exercise_participants"].filter(exercise="mme87")
    assert set(readex["gwcode"]) == {2, 200, 210}


def test_every_pair_of_participants_is_counted(tables: dict[str, pl.DataFrame]) -> None:
    sizes = tables["exercise_participants"].group_by("exercise").len()["len"].cast(pl.Int64)
    assert tables["exercise_dyad_years"]["joint_exercises"].cast(pl.Int64).sum() == (sizes * (sizes - 1) // 2).sum()
