"""DESTA: members of trade agreements, and who is bound to whom."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources import desta


@pytest.fixture(scope="module")
def members(raw: Path) -> pl.DataFrame:
    return desta.read(raw)["trade_agreement_members"]


def test_members_are_those_of_the_publishers_long_form(members: pl.DataFrame, raw: Path) -> None:
    published = pl.read_parquet(raw / "political/trade/DESTA_members_long.parquet").filter(
        pl.col("entry_type") != "negotiation"
    )
    left_out = published.filter(pl.col("member") == 530)
    assert (published.height - members.height, left_out.height) == (1, 1)
    assert set(members["agreement"]) == set(published["number"])


def test_no_key_appears_twice(members: pl.DataFrame) -> None:
    assert not members.select("agreement", "iso3").is_duplicated().any()


def test_treaties_under_negotiation_are_left_out(members: pl.DataFrame) -> None:
    assert set(members["entry_type"]) == {"base_treaty", "protocol or amendment", "consolidated", "accession", "withdrawal"}
    assert members["year"].null_count() == 0
    assert (members["year_signed"].min(), members["year_signed"].max()) == (1948, 2020)


@pytest.mark.parametrize(
    ("agreement", "signed", "in_force"),
    [("636", 1992, 1994), ("1007", 2018, 2020)],
    ids=["NAFTA", "CUSMA"],
)
def test_north_american_agreements(members: pl.DataFrame, agreement: str, signed: int, in_force: int) -> None:
    rows = members.filter(pl.col("agreement") == agreement).select("iso3", "year", "year_signed", "in_force_year").rows()
    assert rows == [(iso3, in_force, signed, in_force) for iso3 in ("CAN", "MEX", "USA")]


def test_canada_is_in_the_trans_pacific_agreement(members: pl.DataFrame) -> None:
    pacific = members.filter(pl.col("agreement") == "989")
    assert pacific.height == 11
    assert pacific.filter(pl.col("iso3") == "CAN")["year"].to_list() == [2018]


def test_the_year_is_that_of_signature_where_entry_into_force_is_unknown(members: pl.DataFrame) -> None:
    unknown = members.filter(pl.col("in_force_year").is_null())
    assert unknown.filter(pl.col("year") < pl.col("year_signed")).is_empty()
    later = members.filter(pl.col("year") > pl.coalesce("in_force_year", "year_signed"))
    assert later.filter((pl.col("iso3") == "ATG") & (pl.col("year") == 1981)).height > 0, (
        "Antigua's count from its independence"
    )
    assert unknown["agreement"].n_unique() == 359


def test_no_agreement_takes_force_before_its_signature(members: pl.DataFrame) -> None:
    assert members.filter(pl.col("in_force_year") < pl.col("year_signed")).is_empty()
    early = members.filter(pl.col("agreement").is_in(["243+2", "243+4", "419", "1011"]))
    assert early["in_force_year"].null_count() == early.height


def test_bloc_and_partner_are_on_different_sides(members: pl.DataFrame) -> None:
    chile = members.filter((pl.col("agreement") == "209") & (pl.col("composition") == "bloc and state"))
    assert dict(chile.select("iso3", "side").rows()) == {"CHL": 0, "ARG": 1, "BRA": 1, "PRY": 1, "URY": 1}


def test_the_united_kingdom_leaves_the_european_community(members: pl.DataFrame) -> None:
    leaving = members.filter((pl.col("agreement") == "324_1") & (pl.col("side") == 1))
    assert leaving.select("iso3", "entry_type", "year").rows() == [("GBR", "withdrawal", 2020)]


def test_predecessors_hold_the_memberships_of_their_time(members: pl.DataFrame) -> None:
    assert members.filter((pl.col("iso3") == "SRB") & (pl.col("year") < 2006)).is_empty()
    assert members.filter(pl.col("name") == "EC Yugoslavia").filter(pl.col("iso3") == "YUG")["year"].to_list() == [1980]


def test_kosovo_has_its_customary_code(members: pl.DataFrame) -> None:
    assert members.filter((pl.col("agreement") == "10") & (pl.col("iso3") == "XKX")).height == 1
