"""Partnerships of any number: told pair by pair, never as one state, and refused where they cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from foedus.assessment.assess import assess
from foedus.assessment.assessment import Assessment
from foedus.assessment.chapters.relation.several import pledges
from foedus.assessment.comparison import compare
from foedus.errors import InputError
from foedus.language.speaking import lacking, speaking, told
from foedus.partnership.partnership import Partnership
from foedus.record.store import Record
from foedus.report import file_name, summary, to_html
from tests.assessed import assess_once


@pytest.fixture(scope="module")
def nato() -> Assessment:
    return assess_once("NATO", year=2025)


@pytest.fixture(scope="module")
def three() -> Assessment:
    return assess_once("USA", "GBR", "AUS", year=2025)


def test_what_is_said_of_several_has_a_french_text(nato: Assessment, three: Assessment) -> None:
    lines = [line.text for each in (nato, three) for line in (each.brief.lead, *each.brief.lines)]
    with speaking("fr"):
        assert [lack for text in (*lines, nato.title, three.title) for lack in lacking(text)] == []
        assert told(nato.title) == "Les 32 membres de l’OTAN"


def test_a_group_is_its_members_in_the_year(nato: Assessment, record: Record) -> None:
    """The North Atlantic Treaty had 12 parties in 1949; Sweden is the 32nd, since 7 March 2024."""
    assert len(nato.members) == 32
    assert nato.title == "The 32 members of NATO"
    assert file_name(nato) == "foedus-NATO.html"
    assert len(Partnership("NATO", year=1950, record=record).members) == 12


def test_every_pair_of_nato_is_bound_and_is_told_so(nato: Assessment) -> None:
    bond = nato.finding("relation.defence")
    assert bond.value == 32 * 31 / 2
    assert "North Atlantic Treaty (496 pairs)" in bond.statement
    assert nato.brief.kind == "allies"


def test_a_pair_without_a_treaty_is_named(three: Assessment) -> None:
    """ANZUS binds Australia and the United States, the North Atlantic Treaty the other two; nothing the third pair."""
    assert three.brief.kind == "partly allied"
    assert three.finding("relation.unbound").statement.endswith(": the United Kingdom and Australia.")
    assert three.as_dict()["partnership"]["members"][2]["iso3"] == "AUS"


def test_the_risk_of_a_pair_is_that_of_the_assessment_of_two(three: Assessment) -> None:
    two = assess_once("USA", "GBR", year=2025)
    assert three.finding("order.within.USA-GBR").value == pytest.approx(two.finding("order.fatal_dispute.probability").value)


def test_with_an_outsider_each_member_has_its_own_risk_the_highest_first(record: Record) -> None:
    facing = assess("NATO", against="RUS", year=2025, record=record)
    risks = [finding.value for finding in facing.findings if finding.id.startswith("order.facing.")]
    assert len(risks) == 32
    assert risks == sorted(risks, reverse=True)  # type: ignore[type-var]
    alone = assess_once("POL", "RUS", year=2025).finding("order.fatal_dispute.probability")
    assert facing.finding("order.facing.POL").value == pytest.approx(alone.value)
    assert not [each for each in facing.findings if each.id.startswith(("order.threat.", "order.fatal_threat."))]
    assert "every other member less" in facing.brief.lead.text


def test_a_group_of_ones_own_may_have_dates(record: Record, tmp_path: Path) -> None:
    file = tmp_path / "groups.toml"
    file.write_text('[BALTIC]\nlabel = "the Baltic pact"\nmembers = ["EST", "LVA", {state = "LTU", joined = 2014-01-01}]\n')
    assert len(assess(str(file), year=2012, record=record).members) == 2
    assert len(assess(file, year=2015, record=record).members) == 3
    assert assess("X=EST,LVA,LTU", year=2015, record=record).title == "The 3 members of X"


@pytest.mark.parametrize(
    ("members", "more", "message"),
    [
        (("NAM",), {}, "at most 60"),
        (("USA",), {}, "no group of states"),
        (("NATO", "USA"), {}, "name it once"),
        (("NATO",), {"against": "CAN"}, "one of the members"),
        (("USA", "CAN"), {"without": "defense"}, "Did you mean defence"),
    ],
)
def test_what_cannot_be_assessed_is_refused_with_the_remedy(
    members: tuple[str, ...], more: dict[str, str], message: str, record: Record
) -> None:
    with pytest.raises(InputError, match=message):
        assess(*members, record=record, **more)  # type: ignore[arg-type]


def test_what_changes_without_it_is_obligations_and_minutes(record: Record) -> None:
    """Without their own agreements the two stay bound by the North Atlantic Treaty, and no longer watch together."""
    whole, own = (assess("USA", "CAN", year=2025, record=record, without=level) for level in ("all", "bilateral"))
    everything, some = (each.finding("without.obligations") for each in (whole, own))
    assert everything.value == 7
    assert 0 < int(some.value or 0) < 7
    assert "consultation and trade would stay" in some.statement or "would stay" in some.statement
    assert own.finding("without.minutes.CAN").value == whole.finding("warning.minutes.capital.CAN").baseline.value  # type: ignore[union-attr]
    trade = assess("USA", "CAN", year=2025, record=record, without="trade")
    assert trade.finding("without.obligations").value == 1
    assert not [each for each in trade.findings if each.id.startswith("without.minutes")]


def test_those_who_owe_nothing_have_nothing_to_lose() -> None:
    assert "without" not in {chapter.id for chapter in assess_once("TUV", "BTN", year=2012).chapters}


def test_every_page_of_several_can_be_written(three: Assessment) -> None:
    page = to_html(three, "foedus assess USA GBR AUS")
    assert "United States, United Kingdom and Australia" in page
    json.dumps(three.as_dict(), allow_nan=False, default=str)


def test_columns_answer_the_same_questions(record: Record) -> None:
    found = compare(["USA-CAN", "AUS-NZL"], [2025], record=record)
    assert found.columns == ("United States and Canada, 2025", "Australia and New Zealand, 2025")
    watch = found.frame.filter(question="What binds them to watch together").row(0)
    assert "NORAD" in watch[1]
    assert watch[2] is None
    assert found.as_dict()["schema"] == "foedus/comparison/1"


def test_minutes_of_warning_are_told_of_those_who_watch_together_alone(record: Record) -> None:
    """The capital that the radars see something before is no matter of a pair without it."""
    found = compare(["JPN-USA", "AUS-NZL"], [2025], record=record)
    assert "Minutes of warning" not in found.questions
    assert "Ottawa" not in str(found.as_dict())
    both = compare(["USA-CAN", "JPN-USA"], [2025], record=record).frame.filter(question="Minutes of warning").row(0)
    assert "Ottawa" in both[1]
    assert both[2] is None


def test_members_who_fight_each_other_are_told() -> None:
    """UCDP/PRIO 25.1: Russia and Ukraine, intensity 2; Armenia a supporter against Azerbaijan, intensity 1 in 2022."""
    told = assess_once("RUS", "UKR", "BLR", year=2022)
    assert (
        told.finding("relation.fighting").statement
        == "Members who fight each other in 2022: Russia and Ukraine (a war by UCDP)."
    )
    answer, because = summary.answer(told)
    assert answer.startswith("In part on paper; in effect, ")
    assert because.startswith("Members who fight each other in 2022: Russia and Ukraine (a war by UCDP). ")


def test_one_pair_through_the_years(record: Record) -> None:
    found = compare(["USA-CAN"], [1938, 1962], record=record)
    assert found.frame.filter(pl.col("question") == "Kind of partnership").row(0)[1:] == ("neither", "allies")


@pytest.mark.parametrize(
    ("asked", "years", "message"),
    [(["USA-CAN"], [2025], "side by side"), (["USA-CAN", "CAN"], [2025], "one state"), (["USA-CAN"] * 7, [2025], "7 columns")],
)
def test_columns_that_cannot_stand_side_by_side_are_refused(
    asked: list[str], years: list[int], message: str, record: Record
) -> None:
    with pytest.raises(InputError, match=message):
        compare(asked, years, record=record)


@pytest.mark.parametrize(
    ("held", "before", "english", "french"),
    [
        (0, 0, "None of the 3 pairs of members is bound in 2025", "Aucune des 3 paires de membres n’a en 2025"),
        (1, 0, "Of 3 pairs of members 1 is bound in 2025", "Sur 3 paires de membres, 1 a en 2025"),
        (2, 0, "Of 3 pairs of members 2 are bound in 2025", "Sur 3 paires de membres, 2 ont en 2025"),
        (0, 1, "Of 3 pairs of members 1 was bound in 2018", "Sur 3 paires de membres, 1 avait en 2018"),
        (1, 2, "Of 3 pairs of members 1 is bound in 2025", "Sur 3 paires de membres, 1 a en 2025"),
        (2, 1, "Of 3 pairs of members 2 are bound in 2025", "Sur 3 paires de membres, 2 ont en 2025"),
        (3, 0, "All 3 pairs of members are bound in 2025", "Les 3 paires de membres ont toutes en 2025"),
    ],
)
def test_one_pair_is_bound_and_two_are(held: int, before: int, english: str, french: str) -> None:
    statement = pledges(3, held, before, year=2025, last=2018, treaties="", by="")
    assert statement.startswith(english)
    assert statement.endswith("each other, and 2 were in 2018, when the data end.") or before != 2
    assert statement.endswith("each other, and 1 was in 2018, when the data end.") or (held, before) != (2, 1)
    with speaking("fr"):
        assert lacking(statement) == []
        assert told(statement).startswith(french)
