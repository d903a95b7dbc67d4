"""Strategic rivalries."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.strategic_rivalries import CODES, read


@pytest.fixture
def spells(raw: Path) -> pl.DataFrame:
    return read(raw)["rivalry_spells"]


def test_the_rivalries_of_the_united_states_with_russia_and_china_are_open(spells: pl.DataFrame) -> None:
    still = spells.filter(pl.col("ccode1") == 2, pl.col("ccode2").is_in([365, 710]), pl.col("last_year").is_null())
    assert still.select("ccode2", "first_year").rows() == [(365, 2007), (710, 1996)]


def test_56_rivalries_are_open_in_2020(spells: pl.DataFrame) -> None:
    assert spells["last_year"].null_count() == 56
    assert spells.filter(pl.col("last_year") >= 2020).is_empty()


def test_the_cold_war_ended_in_1989(spells: pl.DataFrame) -> None:
    assert spells.filter(ccode1=2, ccode2=365, first_year=1945)["last_year"].item() == 1989


def test_yemens_are_told_apart(spells: pl.DataFrame) -> None:
    before_union = spells.filter(pl.any_horizontal(pl.col("ccode1", "ccode2") == 679), pl.col("first_year") < 1990)
    assert before_union.is_empty()
    assert spells.filter(pl.col("name") == "Oman-S. Yemen").select("ccode1", "ccode2").row(0) == (680, 698)


def test_only_the_named_rivalries_are_renumbered(raw: Path, spells: pl.DataFrame) -> None:
    file = pl.read_csv(raw / "political/rivalries/tss_rivalries.csv", infer_schema_length=None)
    both = file.join(spells, left_on="rivalry", right_on="name", suffix="_here")
    changed = both.filter((pl.col("ccode1") != pl.col("ccode1_here")) | (pl.col("ccode2") != pl.col("ccode2_here")))
    assert set(changed["tssr_id"]) == set(CODES)


def test_a_blank_kind_is_no_and_no_kind_at_all_is_unknown(spells: pl.DataFrame) -> None:
    assert spells.filter(pl.col("name") == "Prussia-Russia").select("positional").item() is not None
    unknown = spells.filter(pl.col("positional").is_null())
    assert unknown["name"].to_list() == ["France-Netherlands"]


def test_states_are_in_order(spells: pl.DataFrame) -> None:
    assert (spells["ccode1"] < spells["ccode2"]).all()
