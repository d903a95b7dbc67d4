"""Operation UNIFIER and the pressure of displaced people, as chapters tell them, for the essay's pair and for others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from foedus.assessment.chapters.climate import hosting
from foedus.assessment.chapters.unifier import chapter as unifier
from foedus.assessment.finding import Chapter, Finding
from foedus.partnership.partnership import Partnership
from foedus.record.additions import add
from foedus.record.store import Record, open_record
from foedus.report.charts import svg
from tests.assessment.test_chapters import CAUSAL
from tests.mechanisms.test_assistance import KIEL

PAIRS = [("USA", "CAN", 2022), ("USA", "CAN", 2025), ("UKR", "POL", 2023), ("IND", "PAK", 1999), ("FRA", "GBR", 1913)]


def told(pair: tuple[str, str, int], record: Record) -> Chapter:
    return unifier.chapter(Partnership(*pair[:2], year=pair[2], record=record))


def said(chapter: Chapter) -> dict[str, Finding]:
    return {finding.id: finding for finding in chapter.findings}


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_the_chapter_is_there_for_any_partnership(pair: tuple[str, str, int], record: Record) -> None:
    chapter = told(pair, record)
    assert "assistance.trained" in said(chapter)
    assert len(said(chapter)) == len(chapter.findings)
    assert all(finding.sources and finding.chapter == chapter.id for finding in chapter.findings)
    assert not {finding.id for finding in chapter.findings} & {exhibit.id for exhibit in chapter.exhibits}
    assert not [finding.statement for finding in chapter.findings if CAUSAL.search(finding.statement)]
    drawn = [svg(exhibit) for exhibit in chapter.exhibits if exhibit.kind != "table"]
    assert all(picture.startswith("<svg") for picture in drawn)


def test_the_count_of_the_year_is_told_with_its_source(record: Record) -> None:
    then, now = (said(told(("USA", "CAN", year), record))["assistance.trained"] for year in (2022, 2025))
    assert (then.value, now.value) == (10_800, 46_000)
    assert (then.confidence, now.confidence) == ("medium", "medium")
    assert "Government of Canada, as of September 2025; medium confidence" in now.statement


def test_no_number_of_the_mission_comes_from_a_fact_of_low_confidence(record: Record) -> None:
    facts = record.table("unifier_facts")
    unsure = pl.when(pl.col("date").dt.year() >= 2022).then(pl.lit("low")).otherwise("confidence")
    tables = {name: record.table(name) for name in record.tables}
    altered = replace(record, _frames={**tables, "unifier_facts": facts.with_columns(confidence=unsure)}, _derived={})
    found = said(told(("USA", "CAN", 2025), altered))
    trained = found["assistance.trained"]
    assert trained.value == 10_800
    assert "46,000, rests on Government of Canada, as of September 2025 alone and is not used" in trained.statement
    assert found["assistance.personnel"].value == 200


def test_a_partnership_without_a_cited_mission_is_told_so(record: Record) -> None:
    for pair in (("UKR", "POL", 2023), ("FRA", "GBR", 1913)):
        finding = said(told(pair, record))["assistance.trained"]
        assert finding.value is None
        assert "does not say that there was none" in finding.statement


def test_a_diaspora_has_three_answers_each_with_its_definition(record: Record) -> None:
    found = {name: finding for name, finding in said(told(("USA", "CAN", 2023), record)).items() if ".diaspora." in name}
    assert len(found) == 6
    earlier = said(told(("USA", "CAN", 2022), record))
    assert not [name for name in earlier if ".origin." in name], "a table of 2023 ranks nobody in 2022"
    assert {found[f"assistance.diaspora.{kind}.CAN"].value for kind in ("origin", "born", "refugees")} == {2, 12, 16}
    assert all("Counted are" in finding.statement and "confidence" in finding.statement for finding in found.values())
    assert found["assistance.diaspora.origin.CAN"].confidence == "low", "its rank is among numbers of an encyclopaedia"


@pytest.mark.parametrize(("first", "second"), [("USA", "JPN"), ("IND", "PAK"), ("DEU", "FRA")])
def test_a_pair_that_the_mission_does_not_concern_is_told_nothing_of_it(first: str, second: str, record: Record) -> None:
    chapter = told((first, second, 2025), record)
    words = [chapter.title, chapter.question, *chapter.gaps, *(each.title for each in chapter.exhibits)]
    words += [finding.statement for finding in chapter.findings if ".ties." not in finding.id]
    assert not [text for text in words if any(name in text for name in ("UNIFIER", "Ukraine", "Canada"))]


def test_any_member_has_ties_to_states_at_war(record: Record) -> None:
    found = said(told(("IND", "PAK", 1999), record))
    assert "Sri Lanka" in found["assistance.ties.IND"].statement
    assert "1913" not in " ".join(name for name in said(told(("FRA", "GBR", 1913), record)) if "ties" in name)


def test_without_the_aid_the_chapter_says_what_it_loses(record: Record) -> None:
    chapter = told(("USA", "CAN", 2025), record)
    assert not [name for name in said(chapter) if "aid" in name or "association" in name]
    assert any("foedus record add kiel-support PATH" in gap for gap in chapter.gaps)


def test_with_the_aid_it_tells_shares_ranks_and_a_correlation(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOEDUS_DATA", str(tmp_path))
    add("kiel-support", raw / KIEL)
    chapter = told(("USA", "CAN", 2025), open_record())
    found = said(chapter)
    assert found["assistance.aid.CAN"].value == pytest.approx(0.8135)
    assert "rank 10 of 41" in found["assistance.aid.CAN"].statement
    association = found["assistance.diaspora.association"]
    assert association.grade == "not estimated"
    assert association.interval is not None
    assert association.interval.low < 0 < association.interval.high
    assert not any("kiel-support" in gap for gap in chapter.gaps)
    early = told(("FRA", "GBR", 1913), open_record())
    assert any("followed from 2022" in gap for gap in early.gaps)


@pytest.mark.slow
def test_the_findings_of_pressure_keep_a_count_apart_from_what_it_goes_with(record: Record) -> None:
    partnership = Partnership("JOR", "LEB", year=2015, record=record)
    told = (*hosting.of_members(partnership, "climate"), *hosting.findings(record, "climate"))
    found = {finding.id: finding for finding in told}
    assert found["pressure.hosting.LBN"].grade == "recorded"
    assert "not an effect" in found["pressure.hosting.LBN"].statement
    estimated = [finding for finding in found.values() if finding.grade != "recorded"]
    assert {finding.grade for finding in estimated} == {"not supported"}
    assert not [finding.statement for finding in estimated if CAUSAL.search(finding.statement)]
    for finding in estimated:
        if finding.interval is not None and isinstance(finding.value, float):
            assert finding.interval.low <= finding.value <= finding.interval.high
    assert svg(hosting.choices(record)).startswith("<svg")
    (hosts,) = hosting.hosts(partnership)
    assert hosts.frame.height >= 12


@pytest.mark.slow
def test_outside_the_years_of_the_refugee_agency_nobody_is_counted(record: Record) -> None:
    partnership = Partnership("FRA", "GBR", year=1913, record=record)
    assert not [*hosting.of_members(partnership, "climate"), *hosting.hosts(partnership)]
