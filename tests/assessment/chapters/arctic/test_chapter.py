"""The Arctic chapter: for a partnership with an Arctic member, and for no other."""

from __future__ import annotations

import re

import polars as pl
import pytest

from foedus.assessment.chapters.arctic.chapter import chapter
from foedus.assessment.finding import Chapter, Finding
from foedus.mechanisms.arctic.ice import SCENARIOS
from foedus.partnership.partnership import Partnership
from foedus.record.source import catalog
from foedus.record.store import Record
from foedus.report.charts import check, pictures
from foedus.validation.validate import validate
from tests.assessment.test_chapters import CAUSAL


@pytest.fixture(scope="module")
def arctic(record: Record) -> Chapter:
    made = chapter(Partnership("USA", "CAN", year=2022, record=record))
    assert made is not None
    return made


def told(made: Chapter) -> dict[str, Finding]:
    return {finding.id: finding for finding in made.findings}


@pytest.mark.parametrize(("first", "second", "year"), [("CHE", "AUT", 2022), ("IND", "PAK", 2005), ("USA", "JPN", 2022)])
def test_a_pair_of_which_not_both_are_arctic_states_has_no_such_chapter(
    first: str, second: str, year: int, record: Record
) -> None:
    assert chapter(Partnership(first, second, year=year, record=record)) is None


def test_before_satellites_saw_the_ice_there_is_none_either(record: Record) -> None:
    assert chapter(Partnership("USA", "CAN", year=1978, record=record)) is None
    assert chapter(Partnership("USA", "CAN", year=1979, record=record)) is not None


def test_a_group_is_as_arctic_as_its_members(record: Record) -> None:
    made = chapter(Partnership("NATO", year=2020, record=record))
    assert made is not None
    assert told(made)["arctic.members"].value == 5, "Sweden and Finland had not acceded, Russia never"


def test_the_sensitivity_stands_beside_the_published_one_with_the_grade_of_its_test(arctic: Chapter, record: Record) -> None:
    found = told(arctic)["arctic.ice_sensitivity"]
    assert found.value == pytest.approx(2.17, abs=0.01)
    assert found.interval is not None
    assert found.baseline is not None
    assert found.baseline.value == 3.0
    validation = next(each for each in validate("arctic_ice", record) if each.test == "arctic_ice")
    assert found.grade == validation.grades["headline"] != "supported"


def test_both_origins_are_told_and_they_disagree(arctic: Chapter) -> None:
    early, late = (told(arctic)[f"arctic.ice.from_{origin}"].value for origin in (2005, 2012))
    assert early == pytest.approx(0.22, abs=0.01)
    assert isinstance(late, float)
    assert late < -1


def test_every_scenario_has_a_year_with_its_band_and_more_co2_an_earlier_one(arctic: Chapter) -> None:
    years = []
    for tag in ("SSP126", "SSP245", "SSP370", "SSP585"):
        found = told(arctic)[f"arctic.ice_free.{tag}"]
        assert found.interval is not None
        assert isinstance(found.value, int)
        assert 2024 < found.interval.low <= found.value <= found.interval.high < 2100
        years.append(found.value)
    assert years == sorted(years, reverse=True)


def test_the_index_says_that_it_is_one_and_what_it_is_made_of(arctic: Chapter) -> None:
    found = told(arctic)["arctic.presence"]
    assert found.statement.startswith("An index, not a measurement")
    assert "3 public counts of 1 kind" in found.statement
    assert "Counted once and left out: voyages through the whole route" in found.statement
    assert found.grade == "not estimated"


def test_open_water_and_disputes_are_an_honest_null(arctic: Chapter) -> None:
    found = told(arctic)["arctic.disputes.open_water"]
    assert found.interval is not None
    assert found.interval.low < 1 < found.interval.high
    assert found.grade == "not supported"


def test_the_members_own_disputes_are_those_of_the_record(arctic: Chapter) -> None:
    pairs = next(exhibit.frame for exhibit in arctic.exhibits if exhibit.id == "arctic.dispute_pairs")
    assert pairs.row(0) == ("United States", "Canada", 4, "1979, 1989, 1991, 1997")
    assert "4 of them the members' own" in told(arctic)["arctic.disputes"].statement


def test_all_fourteen_seas_are_told_and_none_is_given_to_a_member(arctic: Chapter) -> None:
    seas = next(exhibit.frame for exhibit in arctic.exhibits if exhibit.id == "arctic.seas_table")
    assert seas.height == 14
    assert {"Beaufort Sea", "Chukchi Sea", "Canadian Archipelago"} <= {*seas["sea"]}


def test_the_report_s_band_stands_beside_ours_in_every_scenario(arctic: Chapter) -> None:
    frame = next(exhibit.frame for exhibit in arctic.exhibits if exhibit.id == "arctic.ice_beside_report")
    assert frame["panel"].unique(maintain_order=True).to_list() == list(SCENARIOS)
    for series in ("from emissions", "the report's models"):
        rows = frame.filter(series=series)
        assert ((rows["low"] <= rows["value"]) & (rows["value"] <= rows["high"])).all()
        assert (rows["low"] >= 0).all()


def test_area_and_extent_have_a_picture_each(arctic: Chapter) -> None:
    frame = next(exhibit.frame for exhibit in arctic.exhibits if exhibit.id == "arctic.ice")
    assert frame["panel"].unique(maintain_order=True).to_list() == ["area", "extent"]
    observed = frame.filter(pl.col("series") == "observed", pl.col("year") == 2012)
    assert observed["value"].to_list() == [pytest.approx(2.439), pytest.approx(3.57)]


def test_every_exhibit_can_be_drawn_and_names_its_sources(arctic: Chapter) -> None:
    for exhibit in arctic.exhibits:
        check(exhibit)
        assert exhibit.kind == "table" or pictures(exhibit)
        assert set(exhibit.sources) <= set(catalog())
        assert exhibit.sources


def test_ids_are_unique_and_sources_known_and_no_word_is_causal(arctic: Chapter) -> None:
    ids = [finding.id for finding in arctic.findings] + [exhibit.id for exhibit in arctic.exhibits]
    assert len(set(ids)) == len(ids)
    for finding in arctic.findings:
        assert re.fullmatch(r"arctic(\.[A-Za-z0-9_]+)+", finding.id)
        assert set(finding.sources) <= set(catalog())
        assert finding.grade == "recorded" or not CAUSAL.search(finding.statement), finding.statement
