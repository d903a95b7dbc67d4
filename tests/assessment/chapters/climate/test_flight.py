"""Flight as the chapter on climate and migration tells it: what is declared and what is not, and what cannot be forecast."""

from __future__ import annotations

import re

import polars as pl
import pytest

from foedus.assessment.chapters.climate import arrivals
from foedus.assessment.chapters.climate import flight as flight_findings
from foedus.assessment.chapters.climate.chapter import ID
from foedus.assessment.chapters.climate.flight import SOURCES, UNDECLARED
from foedus.assessment.finding import Finding
from foedus.mechanisms.climate.displacement import Displacement
from foedus.panels.codebook import codebook
from foedus.partnership.partnership import Partnership
from foedus.record.store import Record
from foedus.report.charts import check, svg
from foedus.validation.displacement import flight
from foedus.validation.grades import GRADES, worst
from foedus.validation.validate import validate
from tests.assessment.test_chapters import CAUSAL

PAIRS = [("USA", "CAN", 2025), ("JOR", "LEB", 2015), ("TUV", "NRU", 2025), ("FRA", "GBR", 1913), ("IND", "PAK", 2009)]


@pytest.fixture(scope="module")
def told(record: Record) -> dict[str, Finding]:
    """The findings that are the same for every partnership."""
    return {finding.id: finding for finding in flight_findings.findings(record, ID)}


def members(pair: tuple[str, str, int], record: Record) -> dict[str, Finding]:
    partnership = Partnership(*pair[:2], year=pair[2], record=record)
    return {finding.id: finding for finding in arrivals.findings(partnership, ID)}


def test_sources_are_those_of_what_the_mechanism_reads() -> None:
    read = {source for name in Displacement.reads if name in codebook() for source in codebook()[name].sources}
    assert set(SOURCES) == read | {"unhcr"}


def test_grades_are_those_of_the_registered_test_and_what_was_not_registered_says_so(
    told: dict[str, Finding], record: Record
) -> None:
    validations = {each.outcome: each for each in validate("displacement", record)}
    assert told["displacement.corridors"].grade == validations["log_displacement"].grades["headline"]
    blocks = [each.grades[term] for each in validations.values() for term in ("conflict", "repression")]
    assert told["displacement.drivers"].grade == worst(blocks)
    for name in ("displacement.case", "displacement.allocation"):
        assert told[name].grade not in GRADES
        assert UNDECLARED in told[name].statement
    for finding in (told["displacement.corridors"], told["displacement.drivers"]):
        assert "Declared beside the grades" in finding.statement


def test_numbers_are_those_of_the_tables_behind_them(told: dict[str, Finding], record: Record) -> None:
    corridors, gravity = flight.followed(record)["share"]
    assert told["displacement.corridors"].value == pytest.approx(corridors, abs=1e-4)
    assert told["displacement.corridors"].baseline.value == pytest.approx(gravity, abs=1e-4)  # type: ignore[union-attr]
    case = told["displacement.case"]
    assert case.baseline.value == flight.largest(record).forecast.came  # type: ignore[union-attr]
    assert "Ukraine, 2022" in case.statement


def test_every_number_lies_in_its_interval_and_no_word_is_causal(told: dict[str, Finding], record: Record) -> None:
    found = [*told.values(), *(finding for pair in PAIRS for finding in members(pair, record).values())]
    for finding in found:
        assert re.fullmatch(r"displacement(\.[A-Za-z0-9_]+)+", finding.id)
        assert not CAUSAL.search(finding.statement), finding.statement
        if finding.interval is not None:
            assert finding.interval.low <= finding.value <= finding.interval.high  # type: ignore[operator]


def test_a_members_arrivals_stand_beside_last_years_and_beside_those_not_forecast(record: Record) -> None:
    found = members(("USA", "CAN", 2025), record)
    assert list(found) == ["displacement.arrivals", "displacement.arrivals.USA", "displacement.arrivals.CAN"]
    usa = found["displacement.arrivals.USA"]
    assert usa.value == pytest.approx(69_164, rel=0.01)
    assert usa.baseline is not None
    assert (usa.baseline.name, usa.baseline.value) == ("came along them in 2023", 49_715)
    assert "in 2024 (the latest year of which enough was known the year before)" in usa.statement
    assert "Not forecast: 110 corridors, along which 1,122,799 had come in 2023" in usa.statement
    assert "no better than that count" in usa.statement
    together = found["displacement.arrivals"]
    assert together.value == pytest.approx(usa.value + found["displacement.arrivals.CAN"].value, abs=1)  # type: ignore[operator]


def test_a_year_of_the_past_is_forecast_with_what_was_known_before_it(record: Record) -> None:
    found = members(("JOR", "LEB", 2015), record)["displacement.arrivals.JOR"]
    assert found.statement.startswith("Arrivals in Jordan in 2015: along")
    assert found.interval is not None
    assert found.interval.level == 0.75, "7 forecasts before it"
    assert members(("IND", "PAK", 2009), record)["displacement.arrivals"].interval is None, "one forecast before it"


def test_arrivals_that_cannot_be_forecast_are_said_to_be_so(record: Record) -> None:
    small = members(("TUV", "NRU", 2025), record)
    assert "cannot be forecast: no corridor to there is followed over time" in small["displacement.arrivals.NRU"].statement
    early = members(("FRA", "GBR", 1913), record)
    for finding in (small["displacement.arrivals.NRU"], small["displacement.arrivals.TUV"], *early.values()):
        assert finding.value is None
        assert finding.grade == "not estimated"
    assert early["displacement.arrivals"].statement.endswith("flows are not known so early as 1913.")


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_exhibits_can_be_drawn_and_end_with_the_year_asked_about(pair: tuple[str, str, int], record: Record) -> None:
    partnership = Partnership(*pair[:2], year=pair[2], record=record)
    shown = [*flight_findings.exhibits(record), *arrivals.exhibits(partnership)]
    for exhibit in shown:
        check(exhibit)
        assert exhibit.kind == "table" or svg(exhibit).startswith("<svg")
    of_members = {exhibit.id: exhibit.frame for exhibit in shown if ".arrivals." in exhibit.id}
    assert all(frame["year"].max() <= pair[2] for frame in of_members.values())  # type: ignore[operator]
    assert bool(of_members) is (pair[2] >= 2008)


def test_the_lines_break_where_nothing_can_be_forecast(record: Record) -> None:
    exhibits = arrivals.exhibits(Partnership("USA", "CAN", year=2025, record=record))
    frame = next(each.frame for each in exhibits if each.id == "displacement.arrivals.years")
    last = frame.filter(year=2025)
    assert last.filter(pl.col("value").is_null())["series"].unique().sort().to_list() == [
        "came, corridors forecast",
        "expected, corridors forecast",
    ]
