"""Facts gathered by hand: their dates, parties and honest numbers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from foedus.errors import RecordError
from foedus.record.provenance import firm
from foedus.record.sources import treaty_facts


@pytest.fixture(scope="module")
def tables(raw: Path) -> dict[str, pl.DataFrame]:
    return treaty_facts.read(raw)


def test_every_fact_is_there_once(tables: dict[str, pl.DataFrame]) -> None:
    assert tables["agreement_facts"].height == 66
    assert not tables["agreement_facts"]["fact_id"].is_duplicated().any()
    assert not tables["agreement_fact_parties"].select("fact_id", "party").is_duplicated().any()
    assert not tables["unifier_facts"].select("date", "event").is_duplicated().any()


def test_norad_was_agreed_on_12_may_1958_and_renewed_ten_times(tables: dict[str, pl.DataFrame]) -> None:
    facts = tables["agreement_facts"]
    assert facts.filter(pl.col("fact_id") == "CAN-USA-NORAD-1958").select("date", "date_precision").row(0) == (
        date(1958, 5, 12),
        "day",
    )
    renewals = facts.filter(pl.col("kind") == "renewal")
    assert renewals.height == 10
    assert set(renewals["date_precision"]) == {"month"}


def test_undated_facts_stay_without_a_date(tables: dict[str, pl.DataFrame]) -> None:
    undated = tables["agreement_facts"].filter(pl.col("date").is_null())
    assert undated.select("fact_id", "date_precision").rows() == [("UKR-SEC-ALB", None), ("UKR-SEC-EU", None)]


def test_a_date_of_coarse_precision_is_its_first_day(tables: dict[str, pl.DataFrame]) -> None:
    finland = tables["agreement_facts"].filter(pl.col("fact_id") == "NATO-ACC-2023")
    assert finland.select("date", "date_precision", "confidence").row(0) == (date(2023, 1, 1), "year", "high")


def test_parties_match_the_facts(tables: dict[str, pl.DataFrame]) -> None:
    listed = tables["agreement_facts"].select("fact_id", party=pl.col("parties").str.split(";")).explode("party")
    assert listed.sort("fact_id", "party").equals(tables["agreement_fact_parties"].select("fact_id", "party"))


def test_every_party_but_the_european_union_is_a_state_in_its_year(tables: dict[str, pl.DataFrame], raw: Path) -> None:
    crosswalk = pl.read_parquet(raw / "political/state_system/state_year_crosswalk_cow_gw_iso3_1816_2025.parquet")
    states = crosswalk.select("year", iso3="iso3c").drop_nulls()
    strangers = tables["agreement_fact_parties"].join(states, on=["iso3", "year"], how="anti")
    assert strangers.select("party", "iso3").rows() == [("EU", None)]


def test_only_the_treaty_with_occupied_japan_is_read_in_another_year(tables: dict[str, pl.DataFrame]) -> None:
    dated = tables["agreement_fact_parties"].join(tables["agreement_facts"].drop_nulls("date"), on="fact_id")
    moved = dated.filter(pl.col("year") != pl.min_horizontal(pl.col("date").dt.year(), treaty_facts.LAST_YEAR))
    assert set(moved["fact_id"]) == set(treaty_facts.READ_IN)


def test_no_prose_of_the_raw_file_is_passed_on(tables: dict[str, pl.DataFrame], raw: Path) -> None:
    prose = pl.read_csv(raw / "political/treaty_facts/security_agreements_facts.csv")["note"].drop_nulls()
    assert set(prose).isdisjoint(tables["agreement_facts"]["note"].drop_nulls())


def test_every_rewriting_still_has_something_to_rewrite(raw: Path) -> None:
    folder = raw / "political/treaty_facts"
    facts = pl.read_csv(folder / "security_agreements_facts.csv")
    mission = pl.read_csv(folder / "operation_unifier_facts.csv", schema_overrides={"date": pl.String})
    assert set(treaty_facts.TITLES) <= set(facts["title"])
    assert set(treaty_facts.STATUSES) <= set(facts["status"])
    assert set(treaty_facts.NOTES) | set(treaty_facts.READ_IN) <= set(facts["event_id"])
    assert set(treaty_facts.EVENTS) <= set(mission["event"])


def test_nearly_forty_thousand_is_no_lower_bound(tables: dict[str, pl.DataFrame]) -> None:
    row = tables["unifier_facts"].filter(pl.col("date") == date(2023, 7, 12))
    assert row.select("trained_at_least", "trained_almost").row(0) == (None, 40_000)
    assert 39_999 not in tables["unifier_facts"]["trained_at_least"].to_list()


def test_more_than_46000_were_trained_by_september_2025_as_the_government_says(tables: dict[str, pl.DataFrame]) -> None:
    """Ukrinform, 17 September 2025, which names the Government of Canada; the raw file has the year alone."""
    last = firm(tables["unifier_facts"]).sort("date").row(-1, named=True)
    assert (last["date"], last["date_precision"], last["trained_at_least"]) == (date(2025, 9, 17), "day", 46_000)
    assert (last["source_kind"], last["read"], last["confidence"]) == ("official", None, "medium")


def test_a_fact_without_a_document_is_refused(monkeypatch: pytest.MonkeyPatch, raw: Path) -> None:
    documents = treaty_facts._documents()
    monkeypatch.setattr(treaty_facts, "_documents", lambda: {**documents, "agreement": documents["agreement"][1:]})
    with pytest.raises(RecordError, match="CAN-USA-OGDENSBURG-1940: a fact and its document stand together"):
        treaty_facts.read(raw)


def test_every_accession_is_to_the_north_atlantic_treaty(tables: dict[str, pl.DataFrame]) -> None:
    facts = tables["agreement_facts"]
    assert facts.filter(pl.col("accedes_to").is_not_null())["fact_id"].str.starts_with("NATO-ACC-").all()
    assert facts.filter(pl.col("fact_id").str.starts_with("NATO-ACC-"))["accedes_to"].null_count() == 0
