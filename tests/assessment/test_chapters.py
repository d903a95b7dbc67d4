"""The order, the shield and its price, as chapters: what each says, and what none may say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from foedus.assessment.assess import assess
from foedus.assessment.assessment import Assessment
from foedus.assessment.finding import Baseline
from foedus.record.additions import add
from foedus.record.store import Record, open_record
from tests.assessed import assess_once

CAUSAL = re.compile(
    r"\b(caus\w*|deters?|prevents?|because of the pact|leads? to|protects?|reduces?|increases?)\b", re.IGNORECASE
)


DATA_END = 2010
"""Last year of the disputes that ship."""


@pytest.fixture(scope="module", params=[("USA", "CAN", 2022), ("RUS", "UKR", 2013), ("IND", "PAK", 1960), ("FRA", "GBR", 1913)])
def assessed(request: pytest.FixtureRequest) -> Assessment:
    first, second, year = request.param
    return assess_once(first, second, year=year)


def test_every_chapter_is_there_in_the_essays_order(assessed: Assessment) -> None:
    essay = ["system", "relation", "order", "shield", "price", "climate", "arctic", "warning"]
    essay += ["without", "outlook", "technology", "spending", "unifier"]
    told = [chapter.id for chapter in assessed.chapters]
    assert told == [name for name in essay if name in told]
    assert set(essay) - set(told) <= {"arctic", "warning", "without", "outlook"}, (
        "only a pair without them in the Arctic, or that owes nothing, or a year before the forecasts that were tested"
    )
    for chapter in assessed.chapters:
        assert chapter.findings or (chapter.gaps and assessed.year <= DATA_END)
        assert chapter.would_change


def test_the_contract_ids_are_there(assessed: Assessment) -> None:
    ids = {finding.id for finding in assessed.findings}
    tested = {"shield.in_sample", "shield.out_of_sample", "entanglement.in_sample"}
    assert ids & tested == (tested if assessed.year > DATA_END else set()), "tests on later years are no part of an early page"
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


def test_a_war_under_way_when_the_data_end_is_not_told_as_over() -> None:
    """UCDP covers years to 2024: of 2025 nothing is known."""
    told = assess_once("RUS", "UKR", year=2025).finding("relation.kind").statement
    deaths = "(UCDP: at least 1,000 battle deaths in a year)"
    assert told == f"Russia and Ukraine fought each other in a war from 2022 to 2024, when the data end {deaths}."
    then = assess_once("RUS", "UKR", year=2023).finding("relation.kind").statement
    assert then == f"Russia and Ukraine fought each other in a war from 2022 to 2023 {deaths}."


def test_no_number_is_written_with_a_power_of_ten(assessed: Assessment) -> None:
    assert not [finding.id for finding in assessed.findings if re.search(r"\de[+-]\d", finding.statement)]


def test_before_the_united_nations_nothing_is_said_of_votes_there() -> None:
    told = assess_once("FRA", "DEU", year=1913)
    assert not [finding.id for finding in told.findings if "General Assembly" in finding.statement]
    assert told.chapter("relation").would_change == "A correction of any of the sources for the years to 1913."


def test_the_smallest_states_are_told_in_plain_decimals() -> None:
    """Tuvalu's product times its product per head is about half a ten-millionth of the system's."""
    told = assess_once("TUV", "NRU", year=2019).finding("relation.capability_share.TUV")
    assert "Tuvalu holds 0.0000045 % of" in told.statement


def test_neighbours_at_odds_stand_above_friends() -> None:
    def risk(first: str, second: str, year: int) -> float:
        value = assess_once(first, second, year=year).finding("order.fatal_dispute.probability").value
        assert isinstance(value, float)
        return value

    assert risk("IND", "PAK", 2012) > 10 * risk("FRA", "GBR", 2012)
    assert risk("USA", "CAN", 2012) < 0.01, "no absurd number for the essay's pair"


def test_a_pair_that_owes_nothing_is_told_so() -> None:
    chapter = assess_once("TUV", "BTN", year=2012).chapter("shield")
    said = {finding.id: finding.statement for finding in chapter.findings}
    assert "no obligation" in said["shield.obligations"] or "not known to be bound" in said["shield.obligations"]
    assert "no such pledge to switch off" in said["shield.without"]


def test_without_the_wars_no_share_of_pledges_kept_is_printed_but_the_published_ones(record: Record) -> None:
    """Who acted first in a dispute is not who attacked; the imported wars tell that (tests/published/test_joining.py)."""
    price = assess_once("USA", "CAN", year=2022).chapter("price")
    told = {finding.id: finding.value for finding in price.findings if finding.id.startswith("abandonment")}
    assert told == {
        "abandonment.published.1816": 0.66,
        "abandonment.published.1945": 0.22,
        "abandonment.attackers": 0.723,
    }
    assert any("foedus record add cow-wars PATH" in gap for gap in price.gaps)
    assert {"price.kept", "price.shares"}.isdisjoint(exhibit.id for exhibit in price.exhibits)


def test_with_the_wars_pledges_kept_are_counted_beside_the_published_rates(
    raw: Path, record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add("cow_wars", raw / "political/wars/Inter-StateWarData_v4.0.csv", folder=tmp_path)
    monkeypatch.setenv("FOEDUS_DATA", str(tmp_path))
    price = assess("USA", "CAN", year=2022, record=open_record()).chapter("price")
    told = {finding.id: finding for finding in price.findings if finding.id.startswith("abandonment")}
    assert list(told) == [
        "abandonment.published.1816",
        "abandonment.published.1945",
        "abandonment.kept.1816",
        "abandonment.kept.1945",
    ]
    assert "17 treaties of defence fell due" in told["abandonment.kept.1816"].statement
    assert told["abandonment.kept.1945"].baseline == Baseline("Berkemeier & Fuhrmann 2018, 1945–2003", 0.22)
    assert not any("record add cow-wars" in gap for gap in price.gaps)
    assert {"price.kept", "price.shares", "price.published"} <= {exhibit.id for exhibit in price.exhibits}


def test_no_exhibit_has_the_id_of_a_finding(assessed: Assessment) -> None:
    """Both are anchors of the page."""
    exhibits = [exhibit.id for chapter in assessed.chapters for exhibit in chapter.exhibits]
    assert len(set(exhibits)) == len(exhibits)
    assert not {finding.id for finding in assessed.findings} & set(exhibits)
