"""The order, the shield and its price, as chapters: what each says, and what none may say."""

from __future__ import annotations

import re

import pytest

from foedus.assessment.assess import assess
from foedus.assessment.assessment import Assessment
from foedus.record.store import Record

CAUSAL = re.compile(
    r"\b(caus\w*|deters?|prevents?|because of the pact|leads? to|protects?|reduces?|increases?)\b", re.IGNORECASE
)


@pytest.fixture(scope="module", params=[("USA", "CAN", 2022), ("RUS", "UKR", 2013), ("IND", "PAK", 1960), ("FRA", "GBR", 1913)])
def assessed(request: pytest.FixtureRequest, record: Record) -> Assessment:
    return assess(*request.param, record)


def test_every_chapter_is_there_in_the_essays_order(assessed: Assessment) -> None:
    essay = ["system", "relation", "order", "shield", "price", "climate", "arctic", "warning"]
    essay += ["technology", "spending", "unifier"]
    told = [chapter.id for chapter in assessed.chapters]
    assert told == [name for name in essay if name in told]
    assert set(essay) - set(told) <= {"arctic", "warning"}, "only a pair without a state or radars in the Arctic lacks them"
    for chapter in assessed.chapters:
        assert chapter.findings
        assert chapter.would_change


def test_the_contract_ids_are_there(assessed: Assessment) -> None:
    ids = {finding.id for finding in assessed.findings}
    assert {"shield.in_sample", "shield.out_of_sample", "entanglement.in_sample"} <= ids
    assert len(ids) == len(assessed.findings), "no id stands for two findings"


def test_numbers_have_intervals_that_hold_them(assessed: Assessment) -> None:
    for finding in assessed.findings:
        if finding.interval is not None and isinstance(finding.value, float):
            slack = 0.06 * max(1.0, abs(finding.value))
            assert finding.interval.low - slack <= finding.value <= finding.interval.high + slack, finding.id


def test_no_causal_word_for_an_association(assessed: Assessment) -> None:
    """What an estimate says is an association; the word for it is never one of cause."""
    for finding in assessed.findings:
        if finding.grade != "recorded":
            assert not CAUSAL.search(finding.statement), finding.statement


def test_an_estimate_says_whether_it_was_earned(assessed: Assessment) -> None:
    for finding in assessed.chapter("shield").findings:
        assert finding.grade in ("recorded", "supported", "mixed", "not supported", "harmful", "not estimated")
        if ".design." in finding.id:
            assert "in sample" in finding.statement
            assert "out of sample" in finding.statement


def test_neighbours_at_odds_stand_above_friends(record: Record) -> None:
    def risk(first: str, second: str, year: int) -> float:
        value = assess(first, second, year, record).finding("order.fatal_dispute.probability").value
        assert isinstance(value, float)
        return value

    assert risk("IND", "PAK", 2005) > 10 * risk("FRA", "GBR", 2005)
    assert risk("USA", "CAN", 2005) < 0.01, "no absurd number for the essay's pair"


def test_a_pair_that_owes_nothing_is_told_so(record: Record) -> None:
    chapter = assess("IND", "PAK", 1960, record).chapter("shield")
    said = {finding.id: finding.statement for finding in chapter.findings}
    assert "no obligation" in said["shield.obligations"] or "not bound" in said["shield.obligations"]
    assert "no such pledge to switch off" in said["shield.without"]


def test_what_pacts_were_worth_in_wars_is_counted_by_era(record: Record) -> None:
    told = {finding.id: finding.value for finding in assess("USA", "CAN", 2022, record).findings}
    before, after = told["abandonment.wars.1816"], told["abandonment.wars.1946"]
    assert isinstance(before, float)
    assert isinstance(after, float)
    assert before > after, "fewer allies fight since 1946, by every rule"


def test_no_exhibit_has_the_id_of_a_finding(assessed: Assessment) -> None:
    """Both are anchors of the page."""
    exhibits = [exhibit.id for chapter in assessed.chapters for exhibit in chapter.exhibits]
    assert len(set(exhibits)) == len(exhibits)
    assert not {finding.id for finding in assessed.findings} & set(exhibits)
