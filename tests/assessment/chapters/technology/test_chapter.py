"""Technology and industry as a chapter: what it says of the essay's pair, and of two states of which little is known."""

from __future__ import annotations

import re

import polars as pl
import pytest

from foedus.assessment.chapters.technology import chapter as technology
from foedus.assessment.finding import Chapter
from foedus.errors import InputError
from foedus.mechanisms.technology.readiness import INGREDIENTS
from foedus.partnership.partnership import Partnership
from foedus.record.store import Record
from foedus.report.charts import check, svg

CAUSAL = re.compile(r"\b(caus\w*|leads? to|reduces?|increases?|because of)\b", re.IGNORECASE)
RUSSIA, CHINA, NORTH_KOREA = 365, 710, 731


@pytest.fixture(scope="module")
def essay(record: Record) -> Chapter:
    return technology.chapter(Partnership("USA", "CAN", year=2022, record=record), (RUSSIA, CHINA, NORTH_KOREA))


@pytest.fixture(scope="module")
def unknown(record: Record) -> Chapter:
    return technology.chapter(Partnership("TUV", "NRU", year=2022, record=record))


def said(chapter: Chapter) -> dict[str, str]:
    return {finding.id: finding.statement for finding in chapter.findings}


def values(chapter: Chapter) -> dict[str, float | int | str | None]:
    return {finding.id: finding.value for finding in chapter.findings}


def test_both_members_are_ready_and_told_with_the_range_of_their_ranks(essay: Chapter) -> None:
    for tag in ("USA", "CAN"):
        statement = said(essay)[f"technology.readiness.{tag}"]
        assert re.search(
            r"rank \d+ of the \d+ states of which all 7 ingredients are known, \d+ to \d+ over 32 variants", statement
        )
        assert "an index" in statement
    first, second = (values(essay)[f"technology.readiness.{tag}"] for tag in ("USA", "CAN"))
    assert isinstance(first, float)
    assert isinstance(second, float)
    assert first > second > 0


def test_the_gap_names_the_frontier(essay: Chapter) -> None:
    gap = values(essay)["technology.gap"]
    assert isinstance(gap, float)
    assert 0 < gap < 1
    assert "mean of the highest tenth" in said(essay)["technology.gap"]


def test_each_threat_is_told_or_said_to_be_unknown(essay: Chapter) -> None:
    lead = values(essay)["technology.threat.RUS"]
    assert isinstance(lead, float)
    assert lead > 0
    assert values(essay)["technology.threat.PRK"] is None
    assert "not known" in said(essay)["technology.threat.PRK"]
    assert any("North Korea lacks" in gap for gap in essay.gaps)


def test_every_ingredient_is_in_sight_with_its_age(essay: Chapter) -> None:
    (exhibit,) = (each for each in essay.exhibits if each.id == "technology.ingredients")
    assert exhibit.frame.height == 5 * len(INGREDIENTS)
    assert (exhibit.frame["value"].is_null() == exhibit.frame["age"].is_null()).all()
    assert exhibit.frame.filter(state="Canada")["value"].null_count() == 0


def test_convergence_is_graded_by_its_test(essay: Chapter) -> None:
    grades = {finding.id: finding.grade for finding in essay.findings}
    for outcome in ("readiness", "wealth", "infrastructure", "knowledge"):
        grade = grades[f"technology.{outcome}.term.convergence"]
        assert grade in ("supported", "mixed", "not supported", "harmful")
        assert grades[f"technology.convergence.{outcome}"] == grade
        assert f"{grade} out of sample" in said(essay)[f"technology.convergence.{outcome}"]


def test_readiness_and_industry_are_described_and_not_estimated(essay: Chapter) -> None:
    for finding in essay.findings:
        if finding.id.startswith(("technology.readiness.USA", "technology.gap", "technology.threat", "industry.")):
            assert finding.grade == "recorded", finding.id


def test_their_agreements_are_counted(essay: Chapter) -> None:
    assert values(essay)["industry.agreements"] == 4
    assert "3 on procurement" in said(essay)["industry.agreements"]
    assert any("products" in gap for gap in essay.gaps), "what the data cannot show is said"


def test_what_is_not_known_of_two_small_states_is_said(unknown: Chapter) -> None:
    for tag in ("TUV", "NRU"):
        assert "no index of readiness" in said(unknown)[f"technology.readiness.{tag}"]
        assert values(unknown)[f"technology.readiness.{tag}"] is None
    for claim in ("technology.gap", "industry.alike", "industry.complementarity"):
        assert values(unknown)[claim] is None
        assert re.search("not known|cannot be said", said(unknown)[claim])
    assert any("Tuvalu lacks" in gap for gap in unknown.gaps)
    assert any("No states that threaten" in gap for gap in unknown.gaps)


@pytest.mark.parametrize(
    ("names", "year", "threats"),
    [
        (("USA", "CAN"), 1960, (RUSSIA,)),
        (("IND", "PAK"), 1985, ()),
        (("USA", "CAN"), 2003, (CHINA,)),
        (("NATO",), 2018, (RUSSIA,)),
    ],
)
def test_it_holds_for_any_partnership_and_year(
    names: tuple[str, ...], year: int, threats: tuple[int, ...], record: Record
) -> None:
    chapter = technology.chapter(Partnership(*names, year=year, record=record), threats)
    assert chapter.findings
    assert chapter.would_change
    ids = [finding.id for finding in chapter.findings] + [exhibit.id for exhibit in chapter.exhibits]
    assert len(set(ids)) == len(ids)
    assert all(len(finding.statement) < 900 for finding in chapter.findings), "groups are not told one by one"


def test_every_exhibit_can_be_drawn(essay: Chapter, unknown: Chapter) -> None:
    for exhibit in (*essay.exhibits, *unknown.exhibits):
        check(exhibit)
        if exhibit.kind != "table":
            assert svg(exhibit).startswith("<svg")
    (ranks,) = (each.frame for each in essay.exhibits if each.id == "technology.ranks")
    assert set(ranks["group"]) == {"members", "states that threaten them", "the frontier"}
    known = ranks.drop_nulls("value")
    assert known.filter(pl.col("value").is_between("low", "high")).height == known.height


def test_intervals_hold_their_values_and_no_word_is_causal(essay: Chapter, unknown: Chapter) -> None:
    for finding in (*essay.findings, *unknown.findings):
        if finding.interval is not None and isinstance(finding.value, float):
            assert finding.interval.low - 1e-4 <= finding.value <= finding.interval.high + 1e-4, finding.id
        assert not CAUSAL.search(finding.statement), finding.statement


def test_a_threat_that_is_no_state_is_refused(record: Record) -> None:
    with pytest.raises(InputError, match="4711"):
        technology.chapter(Partnership("USA", "CAN", year=2022, record=record), (4711,))


def test_the_members_stand_out_among_the_lines_whatever_their_codes_are(record: Record) -> None:
    """Of more than six lines the first two stand out: for Russia and Ukraine they were the United States and Poland."""
    told = technology.chapter(Partnership("RUS", "UKR", year=2022, record=record), (2, 290, 710))
    (course,) = (each for each in told.exhibits if each.id == "technology.course")
    assert course.frame["series"].unique(maintain_order=True).to_list()[:2] == ["Russia", "Ukraine"]
