"""Who fights already in the year of an assessment, by whom it is told, and that no risk of theirs stands without it."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from foedus.assessment.chapters.order.at_war import Fighting
from foedus.panels.fighting import OPPOSITE
from foedus.partnership.partnership import Partnership
from foedus.record.store import Record
from foedus.report.html import to_html
from foedus.report.summary import EACH_OTHER, largest_risks
from foedus.report.terminal import show
from tests.assessed import assess_once


@pytest.mark.parametrize(
    ("states", "year", "source", "told"),
    [
        (("RUS", "UKR"), 2022, "ucdp_armed_conflict", "The two fight in 2022 (UCDP: a war)"),
        (("RUS", "UKR"), 2025, "ucdp_armed_conflict", "The two fight in 2024 (UCDP: a war)"),  # the last year known
        (("IND", "PAK"), 2014, "ucdp_armed_conflict", "The two fight in 2014 (UCDP: an armed conflict)"),
        (("USA", "JPN"), 1943, "gml", "The two are at war in 1943 (the list of militarized disputes: a dispute at the"),
        (
            ("RUS", "UKR"),
            2021,
            "ucdp_armed_conflict",
            "The two are on opposite sides in 2021 (UCDP: an armed conflict)",
        ),
        (("FRA", "Soviet Union"), 1939, "gml", "The two are on opposite sides in 1939 (the list of militarized"),
    ],
)
def test_what_is_said_beside_a_risk_is_what_the_record_says(states: tuple[str, str], year: int, source: str, told: str) -> None:
    partnership = Partnership(*states, year=year)
    sentence, sources = Fighting.of(partnership).told(partnership.dyad)
    assert told in sentence
    assert sources == (source,)


@pytest.mark.parametrize(("states", "year"), [(("USA", "CAN"), 2022), (("RUS", "UKR"), 2013), (("Soviet Union", "ROU"), 1946)])
def test_two_states_at_peace_have_nothing_said(states: tuple[str, str], year: int) -> None:
    partnership = Partnership(*states, year=year)
    assert Fighting.of(partnership).told(partnership.dyad) == ("", ())


def test_a_third_state_that_a_member_fights_is_told_too(record: Record) -> None:
    partnership = Partnership("UKR", "POL", year=2023, record=record)
    told = Fighting.of(partnership)
    assert list(told.dyads) == [(365, 369)]
    finding = told.others(partnership)
    assert finding is not None
    assert finding.statement == "Fighting in 2023 (UCDP): Ukraine against Russia."


def test_who_only_sent_troops_to_help_does_not_fight(record: Record) -> None:
    """UCDP/PRIO 25.1, 2024: Canada is a supporter of the United States and Britain against Yemen, and no primary party."""
    partnership = Partnership("USA", "CAN", year=2024, record=record)
    told = Fighting.of(partnership)
    assert told.dyads[20, 679].how == OPPOSITE
    finding = told.others(partnership)
    assert finding is not None
    assert finding.statement == (
        "Fighting in 2024 (UCDP): the United States against Yemen (by UCDP the Houthi authorities in Sanaa). On opposite sides "
        "in 2024 (UCDP, by troops sent to help): the United States opposite Iran; Canada opposite Yemen."
    )
    risk, _ = told.told((2, 679))
    assert risk.startswith(" The two fight in 2024 (UCDP: an armed conflict with the Houthi authorities in Sanaa): the risk")


def test_sides_of_a_dispute_are_not_told_as_fighting(record: Record) -> None:
    """Gibler, Miller & Little, dispute 258: the Soviet Union stands opposite seven states that it did not fight in 1939."""
    partnership = Partnership("FRA", "Soviet Union", year=1939, record=record)
    finding = Fighting.of(partnership).others(partnership)
    assert finding is not None
    assert finding.statement.startswith(
        "At war in 1939 (the list of militarized disputes): France against Germany; the Soviet Union against Finland, Japan "
        "and Poland. On opposite sides in 1939 (the list of militarized disputes, which does not say who fought whom): the "
        "Soviet Union opposite Australia, Belgium, Canada, New Zealand, South Africa and the United Kingdom."
    )


def test_no_table_of_risks_shows_two_that_fight_without_saying_so() -> None:
    """Russia fights Ukraine in 2024 by UCDP, and the United States those who govern in Sanaa; nobody else is marked."""
    told = assess_once("USA", "RUS", year=2025)
    (mapped,) = (each for each in told.chapter("order").exhibits if each.id == "order.map")
    fights = mapped.frame.drop_nulls("fights_in").select("member", "state", "fights_in").unique()
    assert sorted(fights.rows()) == [("Russia", "Ukraine", 2024), ("United States", "Yemen", 2024)]
    written = StringIO()
    show(told, Console(file=written, width=100, color_system=None))
    text = written.getvalue()
    (row,) = [line for line in text.splitlines() if line.startswith("Ukraine ")]
    assert row.endswith("*")
    assert "* They fight in 2024: the risk is that a dispute begins, by what was known before." in text
    assert "they fight in 2024" in to_html(told, "foedus assess USA RUS")


def test_the_risk_of_two_with_each_other_stands_among_the_largest_however_small() -> None:
    told = assess_once("ISR", "IRN", year=2024)
    risks = largest_risks(told)
    assert risks is not None
    assert risks.frame["state"].to_list()[0] == EACH_OTHER
    assert risks.frame.height == 10
    _, *own = risks.frame.row(0)
    assert [risk["probability"] for risk in own] == [told.finding("order.fatal_dispute.probability").value] * 2


def test_where_nobody_fights_nothing_is_marked() -> None:
    risks = largest_risks(assess_once("NOR", "SWE", year=2020))
    assert risks is not None
    assert risks.fight_in is None


def test_a_table_of_a_year_without_a_map_marks_them_too() -> None:
    """Iran and Iraq fight from 1980 to 1988; the risks of such a year stand in a table."""
    told = assess_once("IRN", "IRQ", year=1985)
    risks = largest_risks(told)
    assert risks is not None
    assert risks.fight_in == 1985
    (own,) = risks.frame.filter(state=EACH_OTHER)["Iran"].to_list()
    assert own["fights_in"] == 1985
