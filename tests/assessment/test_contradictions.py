"""Ten pairs of all kinds and eras: nothing that an assessment says speaks against another thing that it says."""

from __future__ import annotations

import re

import polars as pl
import pytest

from foedus.assessment.assessment import Assessment
from foedus.assessment.chapters.order.tested import better_guide
from foedus.assessment.chapters.relation.fought import AT_WAR, IN_CONFLICT, OPPOSED
from foedus.partnership.partnership import Partnership
from foedus.record.store import Record
from foedus.report.said import badge
from tests.assessed import assess_once

TEN = [
    ("USA", "CAN", 2025),
    ("AUS", "NZL", 2025),
    ("KOR", "USA", 2025),
    ("IND", "PAK", 2025),
    ("IND", "BGD", 2025),
    ("YEM", "SAU", 2020),
    ("TUV", "KIR", 2025),
    ("RUS", "UKR", 2024),
    ("DEU", "FRA", 1913),
    ("USA", "Soviet Union", 1962),
]
NUMBER = re.compile(r"\d+(?:\.\d+)?")


@pytest.fixture(scope="module", params=TEN, ids=lambda pair: f"{pair[0]}–{pair[1]} {pair[2]}")
def assessed(request: pytest.FixtureRequest) -> Assessment:
    first, second, year = request.param
    return assess_once(first, second, year=year)


def test_what_the_data_no_longer_cover_is_told_as_of_their_last_year(assessed: Assessment, record: Record) -> None:
    members = [member.ccode for member in assessed.members]
    row = Partnership(*members, year=assessed.year, record=record).obligations().row(0, named=True)
    assert row["obligation"] == "defence"
    said = [assessed.finding(name).statement for name in ("relation.kind", "relation.defence")]
    said = said[1:] if assessed.brief.kind in (AT_WAR, IN_CONFLICT, OPPOSED) else [*said, assessed.brief.lead.text]
    for statement in said if row["in_force"] is None and row["last_known"] is not None else ():
        assert str(assessed.year - row["age"]) in statement, statement
        assert not re.search(r"\b(are allies|are bound|binds)\b", statement)
    if row["in_force"]:
        assert "when the data end" not in " ".join(said)


def test_a_rivalry_is_told_as_of_its_last_year_wherever_it_is_told(assessed: Assessment) -> None:
    held = [finding for finding in assessed.findings if finding.id == "relation.rivalry"]
    if held and assessed.brief.kind == "rivals" and "value of" in held[0].statement:
        year = re.findall(r"value of (\d+)", held[0].statement)[0]
        assert year in assessed.finding("relation.kind").statement
        assert year in assessed.brief.lead.text


def test_the_answer_gives_the_numbers_of_the_findings_it_rests_on(assessed: Assessment) -> None:
    """A risk, and both ends of its interval, in the same rounding as the finding's own sentence."""
    known = {finding.id: finding for finding in assessed.findings}
    for line in assessed.brief.lines:
        (name, *_) = line.rests_on
        finding = known[name]
        if not finding.unit.startswith("probability") or finding.grade == "recorded" or "below" in line.text:
            continue
        told = finding.statement.partition(" is ")[2].partition(" %")[0]
        assert told in NUMBER.findall(line.text), (told, line.text)
        assert isinstance(finding.value, float)
        assert ("the better guide" in line.text) == better_guide(finding.reference, finding.value)
        assert ("the better guide" in finding.statement) == better_guide(finding.reference, finding.value)


def test_a_term_forecasts_and_a_calibration_have_badges_of_their_own(assessed: Assessment) -> None:
    for finding in assessed.findings:
        said, parts = badge(finding.id, finding.grade), finding.id.split(".")
        graded = finding.grade is not None and "calibration" not in parts
        assert said.startswith("term ") == (graded and "term" in parts)
        assert said.startswith("forecasts ") == (graded and "skill" in parts and "term" not in parts)
        assert not said or "calibration" not in parts


def test_the_risk_of_the_answer_is_that_of_the_picture_and_of_the_table(assessed: Assessment) -> None:
    exhibits = {exhibit.id: exhibit.frame for chapter in assessed.chapters for exhibit in chapter.exhibits}
    risk = next((each for each in assessed.findings if each.id == "order.fatal_dispute.probability"), None)
    if risk is None:
        return
    assert exhibits["order.between"].filter(label="Between the two")["value"].to_list() == [risk.value]
    one, other = assessed.members
    cell = exhibits["order.map"].filter(pl.col("outcome") == "fatal dispute", pl.col("member") == one.name, ccode=other.ccode)
    assert cell["probability"].to_list() == [risk.value]


def test_without_it_the_minutes_are_those_of_the_radars(assessed: Assessment) -> None:
    known = {finding.id: finding for finding in assessed.findings}
    for name, finding in known.items():
        if name.startswith("without.minutes."):
            whole = known[f"warning.minutes.capital.{name.rpartition('.')[2]}"]
            assert whole.baseline is not None
            assert finding.value == whole.baseline.value


def test_a_state_has_one_code_in_every_id(assessed: Assessment) -> None:
    for member in assessed.members:
        if member.iso3 and member.iso3 != member.abbreviation:
            ids = [finding.id for finding in assessed.findings]
            ids += [exhibit.id for chapter in assessed.chapters for exhibit in chapter.exhibits]
            assert not [name for name in ids if member.abbreviation in name.split(".")]


def test_a_partnership_with_claims_of_its_own_is_shown_with_them() -> None:
    claims = assess_once("NZL", "AUS", year=2025).claims
    assert claims is not None
    assert claims.title == "What is said of Australia and New Zealand"
    assert assess_once("USA", "GBR", year=2025).claims is None


def test_peace_since_the_data_end_raises_no_risk() -> None:
    """The two models, of one year ahead and of many, gave Tuvalu and Nauru a higher risk if none had begun."""
    told = assess_once("TUV", "NRU", year=2025)
    table = next(exhibit.frame for exhibit in told.chapter("order").exhibits if exhibit.id == "order.map")
    known = table.drop_nulls(["probability", "if_peace_since"])
    assert known.height
    assert (known["if_peace_since"] <= known["probability"]).all()
