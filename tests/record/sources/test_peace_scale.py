"""The peace scale."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.peace_scale import read


@pytest.fixture
def spells(raw: Path) -> pl.DataFrame:
    return read(raw)["peace_spells"]


def dyad(spells: pl.DataFrame, ccode1: int, ccode2: int) -> list[tuple[object, ...]]:
    return spells.filter(ccode1=ccode1, ccode2=ccode2).select("start", "end", "level").rows()


def test_the_united_states_and_canada_became_a_security_community_in_1987(spells: pl.DataFrame) -> None:
    assert dyad(spells, 2, 20) == [(date(1920, 1, 10), date(1987, 10, 2), 0.75), (date(1987, 10, 3), None, 1.0)]


def test_the_united_states_and_russia_are_lesser_rivals_since_1992(spells: pl.DataFrame) -> None:
    assert dyad(spells, 2, 365)[-1] == (date(1992, 2, 2), None, 0.25)


def test_west_germany_is_260_between_its_days(spells: pl.DataFrame) -> None:
    assert dyad(spells, 2, 260) == [(date(1955, 5, 5), date(1990, 10, 2), 0.5)]
    assert dyad(spells, 2, 255)[-2:] == [(date(1945, 5, 8), date(1955, 5, 4), 0.5), (date(1990, 10, 3), None, 0.5)]
    assert dyad(spells, 260, 265)[0] == (date(1955, 5, 5), date(1972, 12, 20), 0.0)


def test_periods_of_a_dyad_do_not_overlap(spells: pl.DataFrame) -> None:
    before = spells.with_columns(pl.col("end").shift(1).over("ccode1", "ccode2").alias("last_end"))
    later = before.with_columns(pl.col("start").shift(1).over("ccode1", "ccode2").alias("last_start")).drop_nulls("last_start")
    assert later.filter(pl.col("last_end").is_null() | (pl.col("last_end") >= pl.col("start"))).is_empty()
    assert spells.filter(pl.col("end") < pl.col("start")).is_empty()


def test_impossible_days_are_mended(spells: pl.DataFrame) -> None:
    assert dyad(spells, 435, 600)[0][1] == date(1969, 9, 25)
    assert dyad(spells, 484, 540)[0][1] == date(1997, 10, 13)
    assert dyad(spells, 370, 701)[0][1] == date(2015, 1, 1)
    assert dyad(spells, 51, 365)[0][0] == date(1962, 8, 6)


def test_an_unknown_day_is_the_first_or_last_of_its_month(spells: pl.DataFrame) -> None:
    assert dyad(spells, 101, 155)[0][:2] == (date(1973, 2, 1), date(1976, 10, 31))


def test_a_passage_between_levels_has_no_level(spells: pl.DataFrame) -> None:
    assert set(spells["level"].drop_nulls()) == {0.0, 0.25, 0.5, 0.75, 1.0}
    assert (date(1989, 11, 9), date(1992, 2, 1), None) in dyad(spells, 2, 365)


def test_what_lasts_since_before_1900_says_so(spells: pl.DataFrame) -> None:
    censored = spells.filter("left_censored")
    assert censored.height == 207
    assert set(censored["start"]) == {date(1900, 1, 1)}


def test_states_are_in_order(spells: pl.DataFrame) -> None:
    assert (spells["ccode1"] < spells["ccode2"]).all()
    assert not spells.select(pl.col("ccode1", "ccode2").is_in([936, 937])).to_series().any()
