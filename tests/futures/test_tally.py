"""Counts that are gathered: the same in any order and however often they are added up, in few bytes a value."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from foedus.futures import tally as gathering
from foedus.futures.tally import DIFFERENCE, NONE, NUMBERS, WITH, WITHOUT, Tally, counted

from . import small


def of(members: int, seed: int) -> pl.DataFrame:
    """Counts of some members of whom ice and disputes are told for three years, made up; the last design is none."""
    rng = np.random.default_rng(seed)
    told = {"ice": rng.normal(4.0, 1.0, (members, 3)), "disputes": rng.integers(0, 50, (members, 3)).astype(float)}
    without = {**told, "disputes": told["disputes"] + 1.0}
    return counted(small.built(), told, without, np.arange(members) % 3 - 1)


def gathered(*parts: pl.DataFrame) -> pl.DataFrame:
    tally = Tally()
    for part in parts:
        tally.include(part)
    return tally.frame()


def test_members_are_counted_by_world_variable_design_and_year() -> None:
    counts = of(6, 1)
    assert counts["arm"].unique().sort().to_list() == [DIFFERENCE, WITH, WITHOUT]
    assert counts["design"].unique().sort().to_list() == [NONE, "one", "other"]
    assert counts["year"].unique().to_list() == [2011, 2012, 2013]
    cells = counts.group_by("arm", "variable", "design", "year").agg(pl.col("members").sum())
    assert cells["members"].unique().to_list() == [2]
    assert counts.filter(arm=DIFFERENCE, variable="disputes")["value"].unique().to_list() == [-1.0]
    assert [str(value) for value in counts.filter(arm=DIFFERENCE, variable="ice")["value"].unique()] == ["0.0"]


def test_counts_add_up_in_any_order_and_at_any_time(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = [of(9, seed) for seed in range(4)]
    at_once = gathered(*parts)
    assert gathered(*parts[::-1]).equals(at_once)
    monkeypatch.setattr(gathering, "WAITING", 0)
    assert gathered(*parts).equals(at_once)
    names = [pl.col(name).cast(pl.String) for name in gathering.NAMES]
    again = pl.concat(parts).group_by(*gathering.NAMES, "year", "value").agg(pl.col("members").sum())
    by = [*gathering.NAMES, "year", "value"]
    assert at_once.with_columns(names).sort(by).equals(again.sort(by))


def test_a_value_takes_few_bytes() -> None:
    counts = gathered(of(3000, 1))
    assert counts.height > 5000
    assert counts.estimated_size() / counts.height < 24
    assert counts.columns == [*gathering.NAMES, *NUMBERS]
