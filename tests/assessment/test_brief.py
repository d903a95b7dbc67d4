"""The answer first: made of findings alone, by the kind of pair, and moved by the record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl
import pytest

from foedus.assessment.brief import MOST, Brief, _threats, brief
from foedus.assessment.chapters.relation import chapter as relation
from foedus.assessment.finding import Baseline, Chapter, Finding, Interval, Reference
from foedus.language.said import say
from foedus.language.speaking import lacking, speaking
from foedus.partnership.partnership import Partnership
from foedus.record.store import Record
from foedus.words import the

PAIRS = [
    ("USA", "CAN", 2025, "allies"),
    ("USA", "FIN", 2025, "allies"),
    ("DEU", "AUH", 1913, "allies"),
    ("IND", "PAK", 2025, "rivals"),
    ("DEU", "FRA", 1913, "rivals"),
    ("DEU", "POL", 1938, "rivals"),
    ("USA", "Soviet Union", 1962, "rivals"),
    ("RUS", "UKR", 2024, "at war"),
    ("DEU", "Poland", 1939, "at war"),
    ("IND", "PAK", 2014, "in armed conflict"),
    ("RUS", "GEO", 2008, "on opposite sides"),
    ("FRA", "Soviet Union", 1939, "on opposite sides"),
    ("LKA", "YEM", 2024, "on opposite sides"),
    ("USA", "IRN", 2021, "on opposite sides"),
    ("GBR", "UKR", 2021, "neither"),
    ("TUV", "KIR", 2025, "neither"),
    ("Austria-Hungary", "Prussia", 1860, "allies"),
]
"""Pairs of every kind, and the kind that the record makes of them."""


def _brief(first: str, second: str, year: int, record: Record) -> Brief:
    return brief([relation.chapter(Partnership(first, second, year=year, record=record))])


@pytest.fixture(scope="module")
def briefs(record: Record) -> list[Brief]:
    return [_brief(first, second, year, record) for first, second, year, _ in PAIRS]


def test_each_pair_is_of_the_kind_that_the_record_makes_of_it(briefs: list[Brief]) -> None:
    assert [each.kind for each in briefs] == [kind for *_, kind in PAIRS]


def test_each_pair_has_a_lead_of_its_own(briefs: list[Brief]) -> None:
    assert len({each.lead.text for each in briefs}) == len(PAIRS)


def test_a_brief_is_short_and_names_what_each_line_rests_on(briefs: list[Brief]) -> None:
    for each in briefs:
        assert len(each.lines) <= MOST
        assert all(line.rests_on and line.text.endswith(".") for line in (each.lead, *each.lines))
        assert set(each.as_dict()) == {"kind", "verdict", "lead", "lines", "rests_on"}


def test_each_line_has_a_french_text(briefs: list[Brief]) -> None:
    """A line that is glued of fragments, or a pattern that joins, is found here; `language/fr/messages.po` takes it."""
    with speaking("fr"):
        assert [lack for each in briefs for line in (each.lead, *each.lines) for lack in lacking(line.text)] == []


def test_the_bond_is_told_by_the_name_of_its_treaty(briefs: list[Brief]) -> None:
    assert "by the North Atlantic Treaty since 1949" in briefs[0].lead.text
    assert "by the NORAD Agreement since 1958" in briefs[0].lines[0].text


def test_no_line_rests_on_a_fact_of_low_confidence(record: Record) -> None:
    chapter = relation.chapter(Partnership("USA", "CAN", year=2025, record=record))
    before = brief([chapter])
    unsure = [replace(each, confidence="low") if each.id == "relation.disputes" else each for each in chapter.findings]
    after = brief([replace(chapter, findings=tuple(unsure))])
    assert "relation.disputes" in before.as_dict()["rests_on"]
    assert "relation.disputes" not in after.as_dict()["rests_on"]


def test_a_command_that_no_citable_document_tells_of_is_in_the_ledger_and_in_no_answer(record: Record) -> None:
    facts = record.table("agreement_facts")
    unsure = pl.when(pl.col("fact_id").str.starts_with("CAN-USA-NORAD")).then(pl.lit("low")).otherwise("confidence")
    other = replace(record, _frames={**record._frames, "agreement_facts": facts.with_columns(confidence=unsure)}, _derived={})
    assert "relation.warning" in _brief("USA", "CAN", 2025, record).as_dict()["rests_on"]
    assert "NORAD" not in str(_brief("USA", "CAN", 2025, other).as_dict())
    ledger = Partnership("USA", "CAN", year=2025, record=other).ledger()
    assert ledger.filter(pl.col("title").str.contains("NORAD"))["confidence"].to_list() == ["low"]


def test_one_cell_of_the_record_moves_the_sentence(record: Record) -> None:
    """The years of one dispute between the two: a death in it is told, and told only then."""
    table = record.table("dispute_dyad_years")
    chosen = (pl.col("ccode1") == 2) & (pl.col("ccode2") == 20) & (pl.col("year") == 1991) & pl.col("onset")
    assert table.filter(chosen).height == 1
    changed = table.with_columns(fatality=pl.when(chosen).then(pl.lit(1, table.schema["fatality"])).otherwise("fatality"))
    other = replace(record, _frames={**record._frames, "dispute_dyad_years": changed}, _derived={})
    before, after = (_brief("USA", "CAN", 2025, each) for each in (record, other))
    assert "No fatal dispute between the two began in 1920–2010." in before.lines[1].text
    assert "Fatal disputes between the two began in 1 year of 1920–2010." in after.lines[1].text


def test_allies_who_are_rivals_are_told_to_be_both(record: Record) -> None:
    """Greece and Turkey, whom Thompson and Dreyer have as strategic rivals; the United States and Canada are none."""
    assert "The two are strategic rivals (value of 2020)." in [line.text for line in _brief("GRC", "TUR", 2025, record).lines]
    assert not any("rivals" in line.text for line in _brief("USA", "CAN", 2025, record).lines)


def test_an_answer_and_its_reason_are_carried_apart(briefs: list[Brief]) -> None:
    """Nothing looks for a colon: who stands on opposite sides, by a list that gives no more, has no reason beside it."""
    for each in briefs:
        whole = f"{each.lead.answer}: {each.lead.reason}." if each.lead.reason else f"{each.lead.answer}."
        assert each.lead.text == whole
    georgia, france = (briefs[place] for place, (first, *_) in enumerate(PAIRS) if first in ("RUS", "FRA") and place > 7)
    assert georgia.lead.answer == "Russia and Georgia were on opposite sides of an armed conflict in 2008"
    assert georgia.lead.reason.startswith("troops of Russia helped")
    assert france.lead.reason == ""
    colon = _of(*_allied(bond=_finding("relation.defence", "bound", statement="By the list: bound.")))
    assert (colon.lead.answer, colon.lead.reason[:19]) == ("On paper, yes; in effect, nobody can know", "By the list: bound;")


def _finding(id_: str, value: float | str | None, **more: object) -> Finding:
    return replace(Finding(id_, "x", f"{id_} is told.", value), **more)  # type: ignore[arg-type]


def _allied(**changed: Finding) -> Iterator[Finding]:
    held = {
        "kind": _finding("relation.kind", "allies"),
        "bond": _finding("relation.defence", "bound", statement="They are bound."),
        "test": _finding("shield.out_of_sample", -0.001, grade="not supported", interval=Interval(0.95, -0.004, 0.002)),
    }
    yield from {**held, **changed}.values()


def _of(*findings: Finding) -> Brief:
    return brief([Chapter("x", "X", "?", findings)])


def test_what_a_pact_does_follows_from_the_grade_of_its_test() -> None:
    doubted = _of(*_allied())
    assert doubted.verdict == "nobody can know"
    assert "the data cannot show" in doubted.lead.text
    better = _finding("shield.out_of_sample", 0.01, grade="supported", interval=Interval(0.95, 0.001, 0.02))
    earned = _of(*_allied(test=replace(better, direction="as claimed")))
    assert earned.verdict == "yes"
    assert "attacked less often" in earned.lead.text


@pytest.mark.parametrize("direction", ["against the claim", None])
def test_a_pact_that_forecasts_well_because_it_goes_with_attacks_is_no_deterrent(direction: str | None) -> None:
    test = _finding("shield.out_of_sample", 0.01, grade="supported", interval=Interval(0.95, 0.001, 0.02), direction=direction)
    assert _of(*_allied(test=test)).verdict == "nobody can know"


def test_a_pact_that_the_data_no_longer_cover_is_not_called_in_force() -> None:
    past = _of(*_allied(bond=_finding("relation.defence", "bound in 2018", statement="They were bound in 2018.")))
    assert past.lead.text.startswith("Nobody can know: They were bound in 2018;")


def test_two_who_watch_together_are_told_what_their_radars_give() -> None:
    watch = _finding("warning.minutes", 7.7, grade="physical", baseline=Baseline("without the radars in the North", 0.0))
    together = _finding("relation.warning", 1958, statement="They watch together.")
    answer = _of(*_allied(), together, watch)
    assert answer.lead.text.startswith("A warning, yes; a deterrent, nobody can know:")
    assert "without the radars in the North more than half of low approaches would not be seen" in answer.lead.text
    assert not _of(*_allied(), watch).lead.text.startswith("A warning")


def test_a_risk_is_told_with_its_interval_and_tiny_bounds_in_words() -> None:
    risk = _finding(
        "order.fatal_dispute.probability",
        0.00072,
        interval=Interval(0.95, 1e-7, 0.014),
        grade="supported",
        reference=Reference("allied democracies", 6520, 0.0003, "0–0.1 %", 402_885, 0.0006, "one year ahead"),
    )
    lines = [line.text for line in _of(*_allied(), risk).lines]
    assert (
        "Risk of a fatal dispute between them, a year: 0.072 % (below 0.001 to 1.4); "
        "of allied democracies, 0.03 % of years saw one."
    ) in lines


def test_whether_anything_binds_two_may_be_unknown() -> None:
    unknown = _of(
        _finding("relation.kind", "neither"),
        _finding("relation.defence", None, statement="Whether a treaty binds them is not on record."),
    )
    assert (unknown.verdict, unknown.lead.text) == (
        "nobody can know",
        "Nobody can know: whether a treaty binds them is not on record.",
    )


def test_the_highest_threat_is_not_told_without_the_war_under_way() -> None:
    told = "{member} and {state}: the probability that a fatal dispute begins in 2023 is 31 %.{fighting} Rivals: 16 %."
    war = (
        "The two fight in 2023 (UCDP: an armed conflict): the risk is that a dispute begins, by what was known before; of this "
        "fight it says nothing."
    )
    said = "Highest risk of a fatal dispute with another state, a year: Ukraine and Russia, 31 % (10 to 60)."
    for fighting, expected in ((f" {war}", f"{said} {war}"), ("", said)):
        threat = Finding(
            "order.fatal_threat.RUS",
            "order",
            say(told, member=the("Ukraine"), state=the("Russia"), fighting=fighting),
            0.31,
            "probability a year",
            interval=Interval(0.95, 0.1, 0.6),
            grade="supported",
            sources=("gml",),
        )
        line = _threats({threat.id: threat})
        assert line is not None
        assert line.text == expected


@pytest.mark.parametrize(
    ("pair", "year", "lead", "bond"),
    [
        (
            ("RUS", "GEO"),
            2008,
            "Russia and Georgia were on opposite sides of an armed conflict in 2008: troops of Russia helped armed opponents "
            "of the ",
            "Russia and Georgia are bound to defend each other by a pact of Russia, Georgia and 7 other states of 1993 since",
        ),
        (
            ("FRA", "Soviet Union"),
            1939,
            "France and the Soviet Union were on opposite sides of a dispute at the level of war, under way in 1939 (the "
            "list of ",
            "France and the Soviet Union are bound to defend each other by a pact of France and the Soviet Union of 1935 and a",
        ),
        (
            ("IND", "PAK"),
            2014,
            "Armed conflict: India and Pakistan fought each other in an armed conflict from 2013 to 2014 (UCDP: at least 25 "
            "battle",
            "No treaty on record binds India and Pakistan to defend each other in 2014.",
        ),
        (
            ("SLV", "HND"),
            1969,
            "War: El Salvador and Honduras fought each other in a war in 1969 (UCDP: at least 1,000 battle deaths in a year).",
            "El Salvador and Honduras are bound to defend each other by the Inter-American Treaty of Reciprocal Assistance",
        ),
    ],
)
def test_fighting_comes_before_what_two_owe_each_other(
    pair: tuple[str, str], year: int, lead: str, bond: str, record: Record
) -> None:
    """UCDP/PRIO 25.1, Gibler, Miller & Little, ATOP 5.1: allies on paper, too, of whom one was on the other side."""
    told = _brief(*pair, year, record)
    assert told.verdict == "no"
    assert told.lead.text.startswith(lead)
    assert told.lines[0].text.startswith(bond)
    assert "ATOP" not in str(told.as_dict())


def test_who_fights_is_told_right_after_the_answer() -> None:
    kind = _finding("relation.kind", "not allied", statement="They are no allies.")
    bond = _finding("relation.defence", 0, statement="Of 3 pairs of members 0 are bound.")
    members, inside = _finding("relation.members", 3), _finding("relation.fighting", 1, statement="Members who fight: two.")
    assert _of(kind, bond, members, inside).lead.text == "No pledge: members who fight: two. They are no allies."
    facing = say("{member} and {state}: the probability is 10 %.", member=the("Ukraine"), state=the("Russia"))
    risk = _finding("order.facing.UKR", 0.1, statement=facing)
    outside = _finding("order.fighting", 1, statement="Fighting in 2022 (UCDP): Ukraine against Russia.")
    answer = _of(kind, bond, members, outside, risk)
    lead = "Ukraine most of all: fighting in 2022 (UCDP): Ukraine against Russia. Ukraine and Russia, "
    assert answer.lead.text.startswith(lead)
    assert answer.lead.rests_on == ("order.fighting", "order.facing.UKR")
