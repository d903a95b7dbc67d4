"""Leaders' experience before office."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from polars import selectors as cs

from foedus.record.sources.archigos import read as read_archigos
from foedus.record.sources.lead import read


@pytest.fixture(scope="module")
def experience(raw: Path) -> pl.DataFrame:
    return read(raw)["leader_experience"]


def test_2930_leaders_of_archigos_are_described(experience: pl.DataFrame, raw: Path) -> None:
    assert experience.height == experience["leader"].n_unique() == 2930
    assert set(experience["leader"]) <= set(read_archigos(raw)["leaders"]["leader"])


def test_leaders_who_are_not_described_came_late(experience: pl.DataFrame, raw: Path) -> None:
    absent = read_archigos(raw)["leaders"].join(experience, on="leader", how="anti")
    assert absent.height == 479
    assert absent.filter(pl.col("start").dt.year() > 2001).height == 460


def test_eisenhower_was_a_victorious_soldier_without_combat_or_politics(experience: pl.DataFrame) -> None:
    general = experience.filter(leader="USA-1953").row(0, named=True)
    assert (general["military_service"], general["won_war"], general["rebel_experience"]) == (True, True, False)


def test_levels_and_years_are_whole_numbers_in_range(experience: pl.DataFrame, raw: Path) -> None:
    assert experience["education"].drop_nulls().is_between(0, 3).all()
    assert experience["years_in_politics"].drop_nulls().is_between(0, 72).all()
    file = pl.read_parquet(raw / "political/leaders/lead.parquet")
    assert file.select((cs.float() % 1 == 0).all()).row(0) == (True,) * 11
