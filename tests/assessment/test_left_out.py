"""A record of open data alone: an assessment has every chapter, tells what it can, and names what the record leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from foedus.assessment.assess import assess
from foedus.assessment.assessment import Assessment
from foedus.assessment.left_out import gathering, panel_of_held, parts, sentences
from foedus.errors import InputError, LeftOutError
from foedus.panels.panel import panel
from foedus.partnership.partnership import Partnership
from foedus.record.build import filter_record
from foedus.record.store import Record, open_record
from foedus.report.html import to_html
from foedus.validation import memory
from tests.test_cli import refused, run

PAIRS = (("USA", "CAN", 2025), ("IND", "PAK", 2010), ("TUV", "NRU", 2025))
CHAPTERS = ["system", "relation", "order", "shield", "price", "climate", "technology", "spending", "unifier"]


@pytest.fixture(scope="module")
def open_only(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    """The open half of the record; results of the whole one are not taken for it, whatever pytest was told."""
    before, memory.overlooked = memory.overlooked, memory.overlooked - {"tables"}
    yield filter_record(tmp_path_factory.mktemp("filtered") / "open")
    memory.overlooked = before


@pytest.fixture(scope="module", params=PAIRS, ids=lambda each: f"{each[0]}-{each[1]}-{each[2]}")
def assessed(request: pytest.FixtureRequest, open_only: Record) -> Assessment:
    first, second, year = request.param
    return assess(first, second, year=year, record=open_only)


def test_the_filtered_record_has_the_open_tables_byte_for_byte(open_only: Record) -> None:
    whole = open_record(additions=False)
    assert {table.licence for table in open_only.tables.values()} == {"open"}
    assert list(open_only.tables.values()) == [table for table in whole.tables.values() if table.licence == "open"]
    assert open_only.verify() == []


def test_the_record_in_use_is_not_filtered_into_itself(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds the record that is in use"):
        filter_record(open_record(additions=False).folder)
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match=r"holds letter\.txt, which is no part of a record"):
        filter_record(tmp_path)


def test_every_chapter_is_there_and_says_what_it_lacks(assessed: Assessment) -> None:
    told = [chapter.id for chapter in assessed.chapters]
    assert [name for name in told if name in CHAPTERS] == CHAPTERS
    for name in ("system", "relation", "order", "shield", "price"):
        assert any("leaves out gml" in gap for gap in assessed.chapter(name).gaps), name
    assert any("leaves out atop" in gap for gap in assessed.chapter("relation").gaps)


def test_what_rests_on_open_data_is_told_and_nothing_else(assessed: Assessment, open_only: Record) -> None:
    held = {table.source for table in open_only.tables.values()}
    assert set(assessed.sources) <= held
    assert {"relation.ideal_point_distance"} & {finding.id for finding in assessed.findings}
    assert not [each.id for each in assessed.findings if each.id.startswith(("relation.disputes", "relation.allied"))]
    assert "dispute_onset" not in set(assessed.coverage["variable"])


def test_the_brief_claims_to_know_nothing(assessed: Assessment) -> None:
    assert assessed.brief.verdict == "nobody can know"
    assert "leaves out the sources" in assessed.brief.lead.text


def test_two_who_fight_are_told_of_where_the_sources_of_pledges_are_left_out(open_only: Record) -> None:
    """UCDP is open: that Russia and Ukraine fought each other in 2022 is known without ATOP."""
    told = assess("RUS", "UKR", year=2022, record=open_only).brief
    assert (told.kind, told.verdict) == ("at war", "no")
    assert told.lead.text.startswith("War: Russia and Ukraine fought each other in a war in 2022")


def test_the_report_renders_every_chapter(assessed: Assessment) -> None:
    page = to_html(assessed, "test")
    for chapter in assessed.chapters:
        assert chapter.title in page
    assert "leaves out gml" in page


def test_silence_of_a_source_that_is_left_out_is_hatched_in_the_timeline(open_only: Record) -> None:
    (frame,) = (
        each.frame
        for each in assess("USA", "CAN", year=2025, record=open_only).chapter("relation").exhibits
        if each.kind == "timeline"
    )
    silent = frame.filter(pl.col("lane") == "Disputes", pl.col("kind") == "silence")
    assert silent.select(pl.col("start").dt.year().min(), pl.col("end").dt.year().max()).row(0) == (1867, 2025)


def test_no_verdict_follows_from_a_part_of_a_claims_answers(open_only: Record) -> None:
    claims = assess("USA", "CAN", year=2025, record=open_only).claims
    assert claims is not None
    cut = [claim for claim in claims.claims if "Cannot be checked with this record" in claim.evidence]
    assert cut
    assert {claim.verdict for claim in cut} <= {"unverified", "opinion"}


def test_a_panel_has_nulls_for_what_is_left_out_and_the_gap_is_noted(open_only: Record) -> None:
    with gathering() as lacks:
        rows = panel_of_held("dyad-year", ["dispute_onset", "polyarchy"], open_only, dyads=[(2, 20)], years=(2000, 2001))
    assert rows["dispute_onset"].to_list() == [None, None]
    assert rows["polyarchy_1"].null_count() == 0
    assert lacks == {"gml": {"dispute_onset"}}
    assert next(sentences(lacks)).startswith("This record leaves out gml (")
    with pytest.raises(LeftOutError, match="dispute_onset and peace_years rest on gml"):
        panel("dyad-year", ["dispute_onset", "peace_years"], record=open_only)


def test_a_part_is_kept_up_to_where_it_lacks_something(open_only: Record) -> None:
    def tell() -> list[int]:
        raise LeftOutError("lacking", {"gml": ["x"]})

    with gathering() as lacks:
        assert [*parts(tell)] == []
        assert [*parts(lambda: [1, 2])] == [1, 2]
    assert lacks == {"gml": {"x"}}


def test_a_ledger_in_part_is_asked_for(open_only: Record) -> None:
    partnership = Partnership("USA", "CAN", year=2025, record=open_only)
    with pytest.raises(LeftOutError, match="atop"):
        partnership.entries()
    assert set(partnership.entries(partial=True)["source"]) == {"treaty_facts"}


def test_the_command_filters_and_every_other_reads_what_is_left(tmp_path: Path) -> None:
    done = run("record", "filter", "--only", "open", "-o", "mine", folder=tmp_path)
    assert done.returncode == 0
    assert "Left out: " in done.stderr
    assert " gml," in done.stderr
    environment = {"FOEDUS_RECORD": str(tmp_path / "mine")}
    told = run("assess", "FRA", "GBR", folder=tmp_path, **environment)
    assert told.returncode == 0, told.stderr
    assert (tmp_path / "foedus-FRA-GBR.html").is_file()
    assert run("claims", folder=tmp_path, **environment).returncode == 0
    asked = ("panel", "dyad-year", "--dyads", "USA-CAN", "--variables", "dispute_onset")
    refused(run(*asked, **environment), "dispute_onset rests on gml (academic), which this record leaves out")
    refused(run("validate", "order.interests", **environment), "rest on gml (academic), which this record leaves out")
    refused(run("record", "filter", "--only", "closed", "-o", "x", folder=tmp_path), "--only closed is not known")
