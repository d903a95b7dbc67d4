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


def test_the_kinds_of_a_rivalry_are_told_apart(spells: pl.DataFrame) -> None:
    cold_war = spells.filter(ccode1=2, ccode2=365, first_year=1945)
    assert cold_war.select(KINDS).row(0) == (True, False, True, False)


KINDS = ["positional", "spatial", "ideological", "interventionary"]


def test_state_years_of_each_kind_are_the_references_and_those_of_renumbered_rivalries(raw: Path, spells: pl.DataFrame) -> None:
    """Sums of peacesciencer 1.2.9 over state-years 1946–2014; numbers of states that did not exist lose it the rest."""
    crosswalk = pl.read_parquet(raw / "political/state_system/state_year_crosswalk_cow_gw_iso3_1816_2025.parquet")
    members = crosswalk.filter(pl.col("year").is_between(1946, 2014)).select("ccode", "year")
    ends = pl.col("last_year").fill_null(2020) + 1
    years = spells.with_columns(year=pl.int_ranges("first_year", ends, dtype=pl.Int16)).explode("year", empty_as_null=True)
    sides = pl.concat([years.select("year", "name", *KINDS, ccode=code) for code in ("ccode1", "ccode2")])
    rows = sides.join(members, on=["ccode", "year"])
    file = pl.read_csv(raw / "political/rivalries/tss_rivalries.csv", infer_schema_length=None)
    mended = file.filter(pl.col("tssr_id").is_in(list(CODES)))["rivalry"].to_list()
    others = rows.filter(~pl.col("name").is_in(mended)).select(pl.col(KINDS).sum()).row(0)
    all_rows = rows.select(pl.col(KINDS).sum()).row(0)
    assert all_rows == (4097, 4698, 2320, 3618)
    reference = (4097, 4682, 2304, 3592)
    assert all(other <= theirs <= ours for other, theirs, ours in zip(others, reference, all_rows, strict=True))
