"""Whose alliances an assessment tells of, and who says what where the lists differ; the third list is of a made-up file."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.assessment.chapters import shield
from foedus.assessment.chapters.relation.chapter import chapter
from foedus.assessment.finding import Chapter, Finding
from foedus.partnership.partnership import Partnership
from foedus.record.additions import add
from foedus.record.store import Record
from tests.record.cow_alliances import DIRECTED

DIFFER = "relation.alliance_sources_cow"


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file of directed dyads has been added to the record."""
    monkeypatch.setenv("FOEDUS_DATA", str(tmp_path / "data"))
    (tmp_path / "alliances.csv").write_text(DIRECTED, encoding="utf-8")
    add("cow-alliances", tmp_path / "alliances.csv")


def told(first: str, second: str, alliances: str, year: int = 2025) -> Chapter:
    return chapter(Partnership(first, second, year=year, alliances_from=alliances))


def found(told: Chapter) -> dict[str, Finding]:
    return {finding.id: finding for finding in told.findings}


def test_by_the_third_list_a_chapter_says_whose_alliances_it_tells_of(added: None) -> None:
    relation = told("USA", "NZL", "cow")
    findings = found(relation)
    defence = findings["relation.defence"]
    assert defence.statement == (
        "The United States and New Zealand were bound to defend each other by a pact of the United States, Australia "
        "and New Zealand of 1952 since 1952, and still in 2012, when the data end (alliances of the Correlates of War)."
    )
    assert "61 of the 93 years on record, 1920–2012: 1952–2012 (alliances of the" in findings["relation.allied_years"].statement
    assert findings["relation.kind"].statement.startswith("The United States and New Zealand were allies (alliances of the")
    for name in ("relation.defence", "relation.kind", "relation.allied_years", "relation.defence_pact"):
        assert "cow_alliances" in findings[name].sources
        assert not {"atop", "alliance_facts"} & set(findings[name].sources)
    assert "alliances end in 2012" in relation.would_change
    marks = next(exhibit for exhibit in relation.exhibits if exhibit.id == "relation.timeline").frame
    of_alliances = marks.filter(marks["lane"].is_in(["Alliances", "Defence pact"]))
    assert set(of_alliances["source"]) == {"cow_alliances"}
    (bond,) = (exhibit for exhibit in relation.exhibits if exhibit.id == "relation.bond")
    assert "cow_alliances" in bond.sources
    bars = bond.frame.filter(pl.col("lane") == "Bound to defend", pl.col("kind") == "spell")
    assert bars.select("label", "source").rows() == [("1952–2012", "cow_alliances")], "a number is no name"
    assert of_alliances.filter(of_alliances["kind"] == "silence")["start"].dt.year().max() == 2013


def test_what_binds_the_members_is_told_from_the_list(added: None) -> None:
    owed = shield._owed(Partnership("USA", "NZL", year=2010, alliances_from="cow"))
    assert "defence (since 1952)" in owed.statement
    assert owed.sources == ("cow_alliances", "dcad", "desta", "treaty_facts")


@pytest.mark.parametrize(
    ("alliances", "years", "words"),
    [
        ("facts", 30, "1952–2012, ATOP with dated documents laid over it in 1942–1945 and 1952–1986."),
        ("cow", 30, "1952–2012, ATOP with dated documents laid over it in 1942–1945 and 1952–1986."),
        ("atop", 31, "1952–2012, ATOP in 1942–1945 and 1951–1986."),
    ],
)
def test_where_the_lists_differ_the_page_says_who_codes_what(added: None, alliances: str, years: int, words: str) -> None:
    finding = found(told("USA", "NZL", alliances))[DIFFER]
    assert finding.statement.endswith(words)
    assert finding.statement.startswith(f"The lists differ in {years} years of those to 2012 that both know")
    assert finding.value == years
    assert {"cow_alliances", "atop"} <= set(finding.sources)


def test_where_the_lists_agree_or_one_is_not_there_nothing_is_said(added: None, record: Record) -> None:
    assert DIFFER not in found(told("USA", "CUB", "facts", 1930))
    without = chapter(Partnership("USA", "NZL", record=record))
    assert DIFFER not in found(without)
    assert "relation.alliance_sources" in found(without)
