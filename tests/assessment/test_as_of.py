"""An assessment of a past year says nothing that could only be known later, and learns nothing from what came after."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from foedus.assessment.as_of import as_of, later_years
from foedus.assessment.assessment import Assessment
from foedus.assessment.chapters.order.then import TOO_FEW, learnt, then
from foedus.assessment.finding import Chapter, Exhibit, Finding
from foedus.record.store import Record
from foedus.report.html import to_html
from tests.assessed import assess_once

EARLY = [("Austria-Hungary", "Prussia", 1860), ("DEU", "FRA", 1913), ("DEU", "POL", 1938), ("USA", "Soviet Union", 1962)]


@pytest.fixture(scope="module", params=EARLY, ids=lambda pair: f"{pair[0]}–{pair[1]} {pair[2]}")
def assessed(request: pytest.FixtureRequest) -> Assessment:
    first, second, year = request.param
    return assess_once(first, second, year=year)


def test_nothing_names_a_later_year(assessed: Assessment) -> None:
    """Every finding, line of the answer, gap, title and note, and what would change a chapter."""
    year, told = assessed.year, [line.text for line in (assessed.brief.lead, *assessed.brief.lines)]
    for chapter in assessed.chapters:
        told += [chapter.question, chapter.would_change, *chapter.gaps, *(finding.statement for finding in chapter.findings)]
        told += [f"{exhibit.title}: {exhibit.note}" for exhibit in chapter.exhibits if not exhibit.note.startswith("Standard")]
    assert [text for text in told if later_years(text, year)] == []


LATE = [("RUS", "UKR", 2021), ("MCO", "SMR", 2021), ("CAN", "UKR", 2016), ("NOR", "RUS", 1995)]


@pytest.mark.parametrize(("first", "second", "year"), LATE)
def test_no_finding_of_a_year_lately_past_names_a_later_one(first: str, second: str, year: int) -> None:
    """Counts of people and forecasts of flight go on to 2024; a page of 2021 has those of 2021."""
    told = [finding.statement for finding in assess_once(first, second, year=year).findings]
    assert [text for text in told if later_years(text, year)] == []


def test_no_table_is_empty_and_no_map_has_borders_of_another_time(assessed: Assessment) -> None:
    exhibits = [exhibit for chapter in assessed.chapters for exhibit in chapter.exhibits]
    assert all(exhibit.frame.height for exhibit in exhibits)
    assert "map" not in {exhibit.kind for exhibit in exhibits}


def test_rivals_are_no_partnership_and_nothing_is_said_of_operation_unifier(assessed: Assessment) -> None:
    page = to_html(assessed, "foedus assess")
    assert "UNIFIER" not in page[page.index("<h1>") : page.index('id="methods"')]
    if assessed.brief.kind != "allies":
        assert "partnership" not in "".join(finding.statement for finding in assessed.findings).lower()


def test_no_vote_is_told_of_before_there_were_any(assessed: Assessment) -> None:
    votes = [finding.id for finding in assessed.findings if "General Assembly" in finding.statement]
    assert bool(votes) == (assessed.year > 1946)


def test_where_too_few_had_begun_their_share_stands_instead_of_a_risk(record: Record) -> None:
    """33 fatal disputes began in 1887–1909 between states whose distance is known; a model asks for a hundred."""
    known = then(record, 1913)
    assert known is not None
    assert known.last == 1909
    fatal = known.seen.filter(outcome="fatal_dispute_onset", stratum="all dyads")
    assert 0 < int(fatal["onsets"].item()) < TOO_FEW
    assert "fatal_dispute_onset" not in known.models
    told = assess_once("DEU", "FRA", year=1913).finding("order.fatal_dispute.probability")
    rivals = known.seen.filter(outcome="fatal_dispute_onset", stratum="strategic rivals").row(0, named=True)
    assert told.value == pytest.approx(rivals["onsets"] / rivals["rows"], rel=1e-5), "told to six digits"
    assert told.grade == "recorded"
    assert "too few fatal disputes had begun by 1909 to learn a risk from" in told.statement


def test_what_came_later_changes_no_number(record: Record) -> None:
    """The disputes of 1910 and after are taken out of the record: what was learnt to 1909 stays as it was."""
    from dataclasses import replace

    table = record.table("dispute_dyad_years")
    ended = pl.col("dispute").is_in(table.filter(pl.col("year") > 1909)["dispute"].unique().implode())
    other = replace(record, _frames={**record._frames, "dispute_dyad_years": table.filter(~ended)}, _derived={})
    whole, cut = (learnt(each, 1909) for each in (record, other))
    began = pl.col("outcome") == "dispute_onset"
    assert whole.seen.filter(began)["rows"].to_list() == cut.seen.filter(began)["rows"].to_list()
    assert whole.models["dispute_onset"].fitted.last_year <= 1909
    gone = set(table.filter(ended, pl.col("onset"), pl.col("year") <= 1909)["year"])
    lost = whole.seen.filter(began)["onsets"].max() - cut.seen.filter(began)["onsets"].max()  # type: ignore[operator]
    assert lost <= len(gone) * 10, "only disputes that began by 1909 and went on are lost with the later ones"


def test_only_a_year_after_the_data_asks_the_models_of_all_years(record: Record) -> None:
    assert then(record, 2011) is None
    assert then(record, 1888) is not None


def test_what_is_told_of_all_pairs_stays_on_the_methods_page_where_it_is_news() -> None:
    findings = (Finding("a.old", "a", "Learnt from 1887–1909.", 1), Finding("a.new", "a", "Tested on 1961–2010.", 2))
    table = Exhibit("a.table", "Scores", "table", pl.DataFrame({"day": [date(1999, 1, 1)]}))
    chapter = Chapter(
        "a", "A", "?", findings, (table,), "Data after 2010.", ("Known to 2018.",), frozenset({"a.new", "a.table"})
    )
    (kept,) = as_of([chapter], 1913)
    assert [finding.id for finding in kept.findings] == ["a.old"]
    assert kept.exhibits == ()
    assert kept.gaps == ()
    assert kept.would_change == "A correction of any of the sources for the years to 1913."
    assert as_of([chapter], 2025) == (chapter,)


def test_years_are_told_from_counts_and_units() -> None:
    assert later_years("1,914 of 2000 dyad-years, 1950 km, 2.015 %, dollars of 2015, (Beckley 2018)", 1900) == []
    assert later_years("from 1912 to 1914", 1913) == [1914]


def test_no_score_of_later_years_stands_in_an_assessment_of_before() -> None:
    """Tests are of forecasts of 1961–2010: of 1913 none of them is part, near or long before, whatever the outcome."""
    ids = [finding.id for finding in assess_once("FRA", "DEU", year=1913).findings]
    assert not [name for name in ids if ".skill" in name or ".calibration" in name]
    assert [finding.id for finding in assess_once("FRA", "DEU", year=2012).findings if ".skill.long_range" in finding.id]
