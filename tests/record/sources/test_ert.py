"""Episodes of Regime Transformation, version 15: the values are those of the publisher's own file."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.release import take_release
from foedus.record.sources.ert import read
from foedus.record.store import Record


@pytest.fixture(scope="module")
def episodes(raw: Path) -> pl.DataFrame:
    return read(raw)["regime_episodes"]


def years(episodes: pl.DataFrame, ccode: int, name: str) -> list[int]:
    """The years since 1990 in which something holds of a state."""
    return episodes.filter(pl.col("ccode") == ccode, pl.col("year") >= 1990, pl.col(name))["year"].to_list()


def test_hungary_moves_away_from_democracy_from_2006_and_ceases_to_be_one_in_2018(episodes: pl.DataFrame) -> None:
    assert years(episodes, 310, "autocratization") == list(range(2006, 2025))
    assert years(episodes, 310, "autocratization_onset") == [2006]
    ended = episodes.filter(pl.col("ccode") == 310, pl.col("regime_transition") == -1, pl.col("year") >= 1990)
    assert ended["year"].to_list() == [2018]
    assert episodes.filter(ccode=310, year=2018)["democratic_regime"].to_list() == [False]


def test_poland_turns_back(episodes: pl.DataFrame) -> None:
    assert years(episodes, 290, "autocratization") == list(range(2016, 2022))


def test_the_year_before_an_episode_is_no_part_of_it(raw: Path, episodes: pl.DataFrame) -> None:
    file = pl.read_parquet(raw / "political/regimes/ert_v15.parquet")
    before = file.filter(pl.col("aut_pre_ep_year") == 1, pl.col("aut_ep") == 0)
    assert before.height > 200
    hungary = episodes.filter(ccode=310, year=2005)
    assert hungary["autocratization"].to_list() == [False]


def test_each_onset_is_the_first_year_of_an_episode(episodes: pl.DataFrame) -> None:
    for name in ("democratization", "autocratization"):
        begun = episodes.filter(pl.col(f"{name}_onset"))
        assert begun.height > 200
        assert begun[name].all()


def test_serbia_and_the_two_yemens_have_numbers(episodes: pl.DataFrame) -> None:
    assert {345, 678, 680} <= set(episodes.filter(year=1980)["ccode"])
    assert not episodes.select("ccode", "year").is_duplicated().any()


def test_what_has_no_type_of_regime_has_no_episode_either(episodes: pl.DataFrame) -> None:
    unknown = episodes.filter(pl.col("democratic_regime").is_null())
    assert unknown.height == 66
    assert unknown["democratization"].null_count() == unknown["autocratization_onset"].null_count() == 66


def test_the_file_of_another_release_gives_the_same_by_the_numbers_of_the_record(
    raw: Path, tmp_path: Path, record: Record, episodes: pl.DataFrame
) -> None:
    """No newer release has been tried: this one, as a table of the publisher's columns, members of the state system alone."""
    release = take_release("ert", raw / "political/regimes/ert_v15.parquet", tmp_path / "mine", version="15")
    members = episodes.join(record.table("state_years").select("ccode", "year"), on=["ccode", "year"], how="semi")
    again = release.record.table("regime_episodes")
    both = members.join(again, on=["ccode", "year"], how="inner", suffix="_again")
    assert both.height > 0.99 * members.height
    for name in members.columns[2:]:
        assert both[name].equals(both[f"{name}_again"]), name
