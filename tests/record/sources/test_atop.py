"""ATOP: who owes whom what; the United States and Canada as the check."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources import atop

NATO = 3180


@pytest.fixture(scope="module")
def tables(raw: Path) -> dict[str, pl.DataFrame]:
    return atop.read(raw)


def test_tables_have_the_publishers_rows(tables: dict[str, pl.DataFrame]) -> None:
    assert (tables["alliances"].height, tables["alliance_members"].height) == (789, 2510)


def test_no_key_appears_twice(tables: dict[str, pl.DataFrame]) -> None:
    assert not tables["alliances"]["atop_id"].is_duplicated().any()
    assert not tables["alliance_members"].select("atop_id", "phase", "ccode", "start").is_duplicated().any()
    assert not tables["alliance_dyad_spells"].select("ccode1", "ccode2", "first_year").is_duplicated().any()


def test_spells_give_back_every_dyad_year(tables: dict[str, pl.DataFrame], raw: Path) -> None:
    years = pl.int_ranges("first_year", pl.col("last_year") + 1, dtype=pl.Int16).alias("year")
    spread = tables["alliance_dyad_spells"].with_columns(years).explode("year").drop("first_year", "last_year")
    published = pl.read_parquet(raw / "political/alliances_atop/atop_ddyr_pledges_peacesciencer.parquet")
    published.columns = ["ccode1", "ccode2", "year", "defence", "offence", "neutrality", "nonaggression", "consultation"]
    flags = published.columns[3:]
    assert published.height == 273_296
    assert spread.select(published.columns).equals(
        published.cast(dict.fromkeys(flags, pl.Boolean)).sort("ccode1", "ccode2", "year")
    )


def test_united_states_and_canada_owe_each_other_defence_1942_to_1945_and_since_1949(tables: dict[str, pl.DataFrame]) -> None:
    both = tables["alliance_dyad_spells"].filter(pl.col("ccode1").is_in([2, 20]) & pl.col("ccode2").is_in([2, 20]))
    defence = both.filter("defence").select("ccode1", "first_year", "last_year").rows()
    assert defence == [(2, 1942, 1945), (2, 1949, 2018), (20, 1942, 1945), (20, 1949, 2018)]


def test_united_states_and_canada_share_five_alliances(tables: dict[str, pl.DataFrame]) -> None:
    members = tables["alliance_members"]
    shared = [set(members.filter(pl.col("ccode") == ccode)["atop_id"]) for ccode in (2, 20)]
    assert shared[0] & shared[1] == {2550, NATO, 3460, 3740, 3755}


def test_memberships_in_force_at_the_end_of_the_data_have_no_end(tables: dict[str, pl.DataFrame]) -> None:
    members = tables["alliance_members"]
    assert members["end"].null_count() == 1146
    assert members.filter(pl.col("end") > date(2018, 12, 31)).is_empty()
    assert members.filter(pl.col("end") < pl.col("start")).is_empty()


def test_missing_days_are_marked(tables: dict[str, pl.DataFrame]) -> None:
    members = tables["alliance_members"]
    assert members["start_precision"].value_counts(sort=True).rows() == [("day", 2505), ("month", 5)]
    assert members["end_precision"].drop_nulls().value_counts(sort=True).rows() == [("day", 1333), ("month", 31)]
    holy = members.filter((pl.col("atop_id") == 1035) & (pl.col("ccode") == 200))
    assert holy.select("end", "end_precision").row(0) == (date(1822, 12, 31), "month")


def test_accession_to_nato_is_dated_by_signature(tables: dict[str, pl.DataFrame]) -> None:
    montenegro = tables["alliance_members"].filter((pl.col("atop_id") == NATO) & (pl.col("ccode") == 341))
    assert montenegro["start"].to_list() == [date(2016, 5, 19)]


def test_nato_has_its_permanent_organisation_and_bases_from_1951(tables: dict[str, pl.DataFrame]) -> None:
    canada = tables["alliance_members"].filter((pl.col("atop_id") == NATO) & (pl.col("ccode") == 20)).sort("phase")
    assert canada.select("organisation", "bases").rows() == [(2, False), (3, True)]
    nato = tables["alliances"].filter(pl.col("atop_id") == NATO)
    assert nato.select("start", "end", "military_institution", "formality").row(0) == (date(1949, 4, 4), None, 2, 2)


def test_high_military_institution_means_command_bases_or_common_policy(tables: dict[str, pl.DataFrame]) -> None:
    one_phase = tables["alliances"].filter(pl.col("phases") == 1)
    high = pl.col("integrated_command") | pl.col("bases") | (pl.col("military_contact") == 3)
    checked = one_phase.with_columns(high=high).drop_nulls(["high", "military_institution"])
    assert checked.filter(pl.col("high") != (pl.col("military_institution") == 2)).is_empty()
    assert checked["high"].sum() > 50


def test_alliances_list_their_members(tables: dict[str, pl.DataFrame]) -> None:
    listed = tables["alliances"].select("atop_id", pl.col("members").str.split(";").cast(pl.List(pl.Int16))).explode("members")
    counted = tables["alliance_members"].select("atop_id", members="ccode").unique()
    assert listed.sort("atop_id", "members").equals(counted.sort("atop_id", "members"))


def test_the_reinsurance_treaty_was_secret_and_the_pact_of_1939_in_part(tables: dict[str, pl.DataFrame]) -> None:
    secrecy = tables["alliances"].filter(pl.col("atop_id").is_in([1370, 2470])).select("atop_id", "secret", "secret_articles")
    assert secrecy.rows() == [(1370, True, False), (2470, False, True)]


def test_only_a_pledge_that_is_made_has_conditions(tables: dict[str, pl.DataFrame]) -> None:
    members = tables["alliance_members"]
    for pledge, count in {"defence": 6, "offence": 5, "neutrality": 7}.items():
        conditions = [name for name in members.columns if name.startswith(f"{pledge}_if_")]
        assert len(conditions) == count
        assert members.filter(~pl.col(pledge) & pl.any_horizontal(conditions)).is_empty()
    defence = pl.any_horizontal(name for name in members.columns if name.startswith("defence_if_"))
    assert members.filter(defence != pl.col("defence_conditional")).is_empty()


def test_the_dual_alliance_names_its_adversary_and_the_pact_of_1939_leaves_open_who_attacks(
    tables: dict[str, pl.DataFrame],
) -> None:
    members = tables["alliance_members"]
    dual = members.filter(pl.col("atop_id") == 1335)
    assert dual.select("ccode", "defence_if_adversary", "threat_ccode1").rows() == [(255, True, 365), (300, True, 365)]
    pact = members.filter(pl.col("atop_id") == 2470)
    assert pact["neutrality"].all()
    assert pact["neutrality_if_attacked"].all()
    assert not pact["neutrality_if_unprovoked"].any()


def test_the_north_atlantic_treaty_protects_a_region_against_anyone(tables: dict[str, pl.DataFrame]) -> None:
    treaty = tables["alliance_members"].filter(pl.col("atop_id") == NATO)
    assert treaty["defence_if_location"].all()
    assert not treaty["defence_if_adversary"].any()
