"""Assessments of real partnerships: what must be in them, and what must never be."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from foedus.assessment.assess import assess
from foedus.assessment.assessment import Assessment
from foedus.assessment.finding import GRADES, Finding
from foedus.errors import InputError
from foedus.partnership.entries import ENTRIES
from foedus.partnership.partnership import Partnership
from foedus.record.source import catalog
from foedus.record.store import Record
from tests.assessed import assess_once


@pytest.fixture(scope="module")
def usa_canada() -> Assessment:
    return assess_once("USA", "CAN", year=2022)


PAIRS = [
    ("USA", "CAN", 2022),
    ("RUS", "UKR", 2021),
    ("Austria-Hungary", "Prussia", 1860),
    ("IND", "PAK", 2025),
    ("TUV", "NRU", 2025),
]


@pytest.fixture(scope="module", params=PAIRS, ids=lambda pair: f"{pair[0]}–{pair[1]} {pair[2]}")
def assessment(request: pytest.FixtureRequest) -> Assessment:
    first, second, year = request.param
    return assess_once(first, second, year=year)


def test_every_finding_has_a_grade_known_sources_and_its_own_id(assessment: Assessment) -> None:
    ids = [finding.id for finding in assessment.findings]
    assert len(ids) == len(set(ids))
    for finding in assessment.findings:
        assert finding.grade in GRADES or ".calibration." in finding.id or finding.id.startswith("outlook."), finding.id
        assert finding.sources, finding.id
        assert set(finding.sources) <= set(catalog()), finding.id


def test_every_estimate_has_an_interval_that_holds_it_and_a_baseline(assessment: Assessment) -> None:
    estimates = [finding for finding in assessment.findings if finding.unit.startswith("probability")]
    for finding in estimates:
        assert finding.interval is not None
        assert finding.interval.low <= finding.value <= finding.interval.high  # type: ignore[operator]
        assert finding.baseline is not None


def test_no_risk_of_the_graver_is_above_that_of_the_wider(assessment: Assessment) -> None:
    """A war is a fatal dispute, and a fatal dispute is a dispute, in every cell of the map and both bounds."""
    tables = [exhibit.frame for exhibit in assessment.chapter("order").exhibits if exhibit.id == "order.map"]
    assert bool(tables) == (assessment.year > 1886), "distances are known from 1886 on"
    for cells in tables:
        for wider, narrower in (("dispute", "fatal dispute"), ("fatal dispute", "war")):
            both = cells.filter(outcome=narrower).join(cells.filter(outcome=wider), on=["member", "ccode"], suffix="_wider")
            assert both.height
            for name in {"probability", "low", "high", "if_peace_since"} & set(cells.columns):
                known = both.drop_nulls([name, f"{name}_wider"])
                assert (known[name] <= known[f"{name}_wider"]).all()


def test_a_missing_risk_is_explained(assessment: Assessment) -> None:
    has_risk = any(finding.id == "order.dispute.probability" for finding in assessment.findings)
    explained = any("no risk" in gap for gap in assessment.chapter("order").gaps)
    assert has_risk or explained


def test_no_risk_is_given_where_a_covariate_is_unknown(assessment: Assessment) -> None:
    for world in (exhibit for exhibit in assessment.chapter("order").exhibits if exhibit.id == "order.map"):
        silent = world.frame.filter(pl.col("probability").is_null())
        assert silent["low"].null_count() == silent.height
        known = world.frame.drop_nulls("probability")
        assert known["probability"].is_between(0, 1).all()
        assert (known["low"] <= known["probability"]).all()


def test_the_record_of_usa_and_canada(usa_canada: Assessment) -> None:
    """Mission, claims 3 and 10: allied 1942–45 and since 1949; onsets 1979, 1989, 1991, 1997, none with a death."""
    allied = usa_canada.finding("relation.allied_years")
    assert "1942–1945 and 1949–2022" in allied.statement
    disputes = usa_canada.finding("relation.disputes")
    assert disputes.value == 4
    assert "1979, 1989, 1991 and 1997, none with a death" in disputes.statement
    assert usa_canada.finding("relation.fatal_disputes").value == 0


def test_fatal_disputes_stand_beside_all_disputes(usa_canada: Assessment) -> None:
    every, fatal = (usa_canada.finding(f"order.{tag}.probability").value for tag in ("dispute", "fatal_dispute"))
    assert 0 < fatal < every / 5  # type: ignore[operator]


def test_the_reliability_of_allied_democracies_is_reported_for_one_of_them(usa_canada: Assessment) -> None:
    calibration = usa_canada.finding("order.dispute.calibration.allied_democracies")
    assert calibration.interval is not None
    assert "allied democracies" in calibration.statement


def test_threats_are_the_ten_highest_risks_of_either_member(usa_canada: Assessment) -> None:
    threats = [finding for finding in usa_canada.findings if finding.id.startswith("order.threat.")]
    values = [finding.value for finding in threats]
    assert len(threats) == 10
    assert values == sorted(values, reverse=True)  # type: ignore[type-var]
    assert not {"order.threat.USA", "order.threat.CAN"} & {finding.id for finding in threats}


def test_the_order_of_the_members_changes_no_number() -> None:
    one, other = assess_once("USA", "CAN", year=2022), assess_once("CAN", "USA", year=2022)
    values = {finding.id: finding.value for finding in one.findings if not isinstance(finding.value, str)}
    assert values == {finding.id: finding.value for finding in other.findings if not isinstance(finding.value, str)}


def test_a_value_older_than_the_year_says_so(usa_canada: Assessment) -> None:
    assert "(value of 2019)" in usa_canada.finding("relation.capability_share.USA").statement


def test_coverage_lists_what_the_assessment_rests_on_with_its_age(usa_canada: Assessment) -> None:
    ages = dict(usa_canada.coverage.select("variable", "age").iter_rows())
    assert {"dispute_onset", "defence_pact", "min_distance", "weaker_democracy", "ideal_point_distance"} <= set(ages)
    assert not {"terrain", "ethnic_fractionalization", "cinc"} & set(ages)
    assert ages["dispute_onset"] == 2022 - 2010
    assert ages["polyarchy"] == 0


def test_json_holds_the_contract(usa_canada: Assessment) -> None:
    content = usa_canada.as_dict()
    assert content["schema"] == "foedus/assessment/2"
    assert content["record"]["sha256"] == usa_canada.record_sha256
    assert len(content["findings"]) == len(usa_canada.findings) == usa_canada.tidy().height
    for claim in content["claims"]:
        assert set(claim) >= {"number", "paragraph", "claim", "type", "verdict", "evidence", "sources", "answers"}


def test_claims_belong_to_their_partnership_only(usa_canada: Assessment) -> None:
    assert usa_canada.claims
    assert len(usa_canada.claims.claims) == 31
    assert assess_once("IND", "PAK", year=2022).claims is None


def test_entries_are_dated_typed_and_end_with_the_year(record: Record) -> None:
    entries = Partnership("USA", "CAN", year=1960, record=record).entries()
    assert entries.schema == ENTRIES
    assert entries["date"].max() <= date(1960, 12, 31)  # type: ignore[operator]
    assert "NORAD" in " ".join(entries["title"])


def test_who_acceded_is_bound_to_all_who_joined_before(record: Record) -> None:
    def accessions(first: str, second: str, year: int) -> list[int]:
        entries = Partnership(first, second, year=year, record=record).entries()
        return entries.filter(pl.col("kind") == "accession")["date"].dt.year().to_list()

    assert accessions("FIN", "USA", 2024) == [2023]
    assert accessions("FIN", "SWE", 2024) == [2024]
    assert accessions("FIN", "USA", 2022) == []


def test_two_states_without_agreements_have_an_empty_ledger_and_it_is_said() -> None:
    assessed = assess_once("TUV", "BTN", year=2012)
    assert assessed.finding("relation.agreements").value == 0


@pytest.mark.parametrize(
    ("first", "second", "year", "message"), [("USA", "2", 2000, "same state"), ("USA", "CAN", 2026, "outside")]
)
def test_impossible_partnerships_are_refused(first: str, second: str, year: int, message: str) -> None:
    with pytest.raises(InputError, match=message):
        assess(first, second, year=year)


def test_an_unknown_grade_cannot_be_given() -> None:
    with pytest.raises(ValueError, match="none of"):
        Finding(id="x", chapter="x", statement="x", value=1, grade="certain")


def test_an_unknown_chapter_or_finding_is_refused_with_the_nearest(usa_canada: Assessment) -> None:
    with pytest.raises(InputError, match="Did you mean order"):
        usa_canada.chapter("ordr")
    with pytest.raises(InputError, match=r"Did you mean relation\.disputes"):
        usa_canada.finding("relation.dispute")


def test_two_states_that_were_never_members_on_one_day_are_refused() -> None:
    with pytest.raises(InputError, match="never on the same day"):
        assess("255", "260", year=1990)
