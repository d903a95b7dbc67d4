"""Two pages tell a pair: nothing is lost between them, nothing on them speaks against itself, and the pair's is short."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from foedus import report
from foedus.assessment.assessment import Assessment
from foedus.assessment.finding import Finding
from foedus.assessment.methods import Methods, methods
from foedus.errors import InputError
from foedus.record.store import Record
from foedus.report.html import methods_to_html, to_html
from foedus.report.said import amount, badge, prose, roundings, span
from foedus.report.told import METHODS
from tests.assessed import assess_once

PAIRS = (("USA", "CAN", 2025), ("CHN", "RUS", 1913), ("IND", "PAK", 2025))


@pytest.fixture(scope="module")
def told(record: Record) -> Methods:
    return methods(record)


@pytest.fixture(scope="module")
def methods_page(told: Methods) -> str:
    return methods_to_html(told, "foedus methods")


@pytest.fixture(scope="module", params=PAIRS, ids=lambda pair: f"{pair[0]}–{pair[1]} {pair[2]}")
def assessment(request: pytest.FixtureRequest) -> Assessment:
    first, second, year = request.param
    return assess_once(first, second, year=year)


@pytest.fixture(scope="module")
def page(assessment: Assessment) -> str:
    return to_html(assessment, "foedus assess")


def articles(text: str) -> dict[str, str]:
    """Findings that a page tells whole, by id."""
    return dict(re.findall(r'<article class="finding" id="([^"]+)">(.*?)</article>', text, re.DOTALL))


def everywhere(assessment: Assessment) -> Iterator[Finding]:
    for chapter in assessment.chapters:
        yield from (finding for finding in chapter.findings if finding.id in chapter.everywhere)


def test_every_finding_is_told_whole_on_exactly_one_of_the_two_pages(
    assessment: Assessment, page: str, methods_page: str
) -> None:
    on_page, on_methods = articles(page), articles(methods_page)
    ids = [finding.id for finding in assessment.findings]
    assert len(ids) == len(set(ids))
    assert [name for name in ids if (name in on_page) == (name in on_methods)] == []
    assert set(on_page) <= set(ids)


def test_what_a_chapter_says_of_every_pair_is_what_the_methods_page_says(assessment: Assessment, told: Methods) -> None:
    known = {finding.id: finding for finding in told.findings}
    assert [finding.id for finding in everywhere(assessment) if known[finding.id] != finding] == []


def test_every_exhibit_is_on_one_of_the_two_pages(assessment: Assessment, page: str, methods_page: str) -> None:
    for chapter in assessment.chapters:
        for exhibit in chapter.exhibits:
            where = methods_page if exhibit.id in chapter.everywhere else page
            assert f'id="{exhibit.id}"' in where, exhibit.id


def test_what_binds_the_risk_and_what_changes_stand_beside_the_answer(assessment: Assessment, page: str) -> None:
    """Three pictures, in that order, before any chapter; of a pair that no model covers those that there are."""
    top = page[: page.index('class="chapter"')]
    beside = re.findall(r'<figure class="exhibit glance [^"]+" id="([^"]+)"', top)
    told = {exhibit.id for chapter in assessment.chapters for exhibit in chapter.exhibits}
    assert beside == [name for name in ("relation.bond", "order.between", "without.contrast") if name in told]
    assert beside[0] == "relation.bond"
    assert top.index('class="lead"') < top.index('class="glances"') < top.index('class="headline"')


def test_links_to_the_methods_page_lead_to_a_place_on_it(page: str, methods_page: str) -> None:
    places = set(re.findall(rf'href="{METHODS}#([^"]+)"', page))
    assert places
    assert places <= set(re.findall(r' id="([^"]+)"', methods_page))


def test_a_term_a_forecast_and_a_calibration_never_share_a_badge(told: Methods) -> None:
    kinds: dict[str, set[str]] = {}
    for finding in told.findings:
        kind = next((word for word in ("term", "skill", "calibration") if word in finding.id.split(".")), "other")
        if finding.grade is not None or kind == "calibration":
            kinds.setdefault(kind, set()).add(badge(finding.id, finding.grade))
    assert set(kinds) == {"term", "skill", "calibration", "other"}
    assert kinds.pop("calibration") == {""}, "a measure of forecasts, not a grade"
    assert sum(map(len, kinds.values())) == len(set().union(*kinds.values()))


def test_a_value_stands_beside_its_sentence_in_no_other_rounding(assessment: Assessment) -> None:
    """A number in the sentence that rounds the value, and none that is the value as it stands beside it."""
    for finding in assessment.findings:
        if isinstance(finding.value, bool) or not isinstance(finding.value, int | float) or finding.unit == "year":
            continue
        shown = amount(finding.value, finding.unit, finding.statement).split("\u00a0")[0].lstrip("−")
        said = list(roundings(finding.statement, finding.value, finding.unit))
        assert not said or shown in [words.lstrip("+−-") for words in said], finding.id


def test_numbers_are_set_with_minus_signs_and_per_cent_signs_that_stay(page: str, methods_page: str) -> None:
    for text in (page, methods_page):
        statements = re.findall(r'<p class="statement">(.*?)</p>', text)
        assert statements
        assert not [words for words in statements if re.search(r"(?<![\w–./-])-\d|\d %", words)]
    assert prose("since 1816-01-01 (from file-2019-03-04)") == "since 1 Jan 1816 (from file-2019-03-04)"
    assert prose("2019-03, -3 to -1 %") == "2019-03, −3 to −1\u00a0%"


def test_what_is_zero_as_written_has_no_minus_sign() -> None:
    assert prose("-0.0 % (-0.3 to +0.3)") == prose("−0.0 % (−0.3 to +0.3)") == "0.0\u00a0% (−0.3 to +0.3)"
    assert prose("-0, -0.00, -0.05 and -0.10.") == "0, 0.00, −0.05 and −0.10."


def test_a_count_in_a_sentence_is_no_rounding_of_what_was_expected() -> None:
    said = "Militarized disputes between the two began in 0 years of 2000–2010 (deaths unknown in 1)."
    assert (amount(0.024, "years with an onset", said), amount(0.97, "years with an onset", said)) == ("0.024", "0.97")


def test_per_cent_beside_a_sentence_is_rounded_as_in_it() -> None:
    said = "The odds differ by -5 % (-25 to +21)."
    assert (amount(-4.9, "per cent of the odds", said), span(-24.8, 20.6, "per cent of the odds", said)) == ("−5", "−25 to 21")


def test_rivals_are_no_partnership_and_a_pair_far_from_it_has_no_arctic(assessment: Assessment, page: str) -> None:
    arctic = {chapter.id for chapter in assessment.chapters} & {"arctic", "warning"}
    assert bool(arctic) == (assessment.brief.kind == "allies")
    if assessment.brief.kind != "allies":
        told = re.sub(r"<code>.*?</code>", "", page[page.index("<h1>") : page.index("<footer")])
        assert "partnership" not in told.lower()
        assert "UNIFIER" not in told


@pytest.mark.parametrize(("most_bytes", "most_words"), [(1_000_000, 5_000)])
def test_a_pair_has_a_short_page(page: str, most_bytes: int, most_words: int) -> None:
    assert len(page.encode()) <= most_bytes
    assert len(_open(page).split()) <= most_words


def _open(page: str) -> str:
    """The words of a page that stand open: without scripts, styles and what is folded, but with the folds' titles."""
    bare = re.sub(r"<(script|style|defs)\b.*?</\1>", "", page, flags=re.DOTALL)
    parts = re.split(r"(<details[^>]*>|</details>|<summary>|</summary>)", bare[bare.index("<body>") :])
    depth, title, kept = 0, False, []
    for part in parts:
        if part.startswith("<details"):
            depth += 1
        elif part == "</details>":
            depth -= 1
        elif part in ("<summary>", "</summary>"):
            title = part == "<summary>" and depth == 1
        elif depth == 0 or title:
            kept.append(part)
    return re.sub(r"<[^>]+>", " ", " ".join(kept))


def test_a_methods_page_is_written_where_it_is_missing_or_of_another_record(told: Methods, tmp_path: Path) -> None:
    sha = told.record_sha256
    path = report.lacks_methods(tmp_path, sha)
    assert path == tmp_path / METHODS
    report.write_methods(told, path, "foedus methods")
    assert report.lacks_methods(tmp_path, sha) is None
    assert report.lacks_methods(tmp_path, "0" * 64) == path
    other = path.read_text(encoding="utf-8").replace('name="results" content="', 'name="results" content="f')
    path.write_text(other, encoding="utf-8")
    assert report.lacks_methods(tmp_path, sha) == path, "of other results"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="no page that foedus wrote"):
        report.lacks_methods(tmp_path, sha)


def test_the_methods_page_is_the_same_bytes_each_time(told: Methods, methods_page: str) -> None:
    assert methods_to_html(told, "foedus methods") == methods_page
