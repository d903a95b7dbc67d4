"""The page: complete, safe, without requests, the same each time."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from foedus import report
from foedus.assessment.assessment import Assessment
from foedus.assessment.claims.check import VERDICTS
from foedus.assessment.finding import GRADES
from foedus.errors import InputError
from foedus.report.html import GRADE_MEANING, claims_to_html, to_html
from foedus.report.told import METHODS
from tests.report.conftest import HOSTILE, RUSSIA

COMMAND = 'foedus assess NOR SOU --html "<out>.html"'
VOID = {"meta", "link", "input", "br", "img", "hr"}
ENDLESS = {"tr", "td", "th"}
"""Elements whose end HTML does not ask for."""


class Page(HTMLParser):
    """Elements in order, with what is unbalanced."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.faults: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID | ENDLESS:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag not in ENDLESS and (not self.open or self.open.pop() != tag):
            self.faults.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def text(assessment: Assessment, world: pl.DataFrame) -> str:
    return to_html(assessment, COMMAND, world)


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_every_element_is_closed(page: Page) -> None:
    assert page.faults == []
    assert page.open == []


def test_ids_are_unique_and_local_links_lead_somewhere(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {attributes["href"][1:] for attributes in page.all("a") if attributes["href"].startswith("#")}
    assert targets <= set(ids)
    assert {attributes["href"][1:] for attributes in page.all("use")} <= set(ids)
    assert {attributes["for"] for attributes in page.all("label")} <= set(ids)


def test_every_finding_claim_source_and_exhibit_is_an_anchor(page: Page, assessment: Assessment) -> None:
    ids = {attributes.get("id") for _, attributes in page.elements}
    wanted = {finding.id for finding in assessment.findings}
    wanted |= {exhibit.id for chapter in assessment.chapters for exhibit in chapter.exhibits}
    wanted |= {"source-gml", "source-nowhere", "claim-3", "coverage", "sources", "chapter-order"}
    assert wanted <= ids


def test_every_exhibit_has_its_table(text: str, assessment: Assessment) -> None:
    figures = dict(re.findall(r'<figure class="[^"]*" id="([^"]+)"[^>]*>(.*?)</figure>', text, re.DOTALL))
    for chapter in assessment.chapters:
        for exhibit in chapter.exhibits:
            assert figures[exhibit.id].count("<table") == 1


def test_the_only_addresses_are_links_a_reader_may_follow(page: Page) -> None:
    for tag, attributes in page.elements:
        for name, value in attributes.items():
            if name in ("src", "srcset", "data", "poster", "action", "formaction", "background", "xlink:href", "ping"):
                pytest.fail(f"<{tag} {name}={value!r}>")
            if name == "href":
                assert (
                    value.startswith("#")
                    or (tag, value) == ("link", "data:,")
                    or (tag == "a" and value.startswith(("https://", METHODS)))
                    or (tag == "a" and "download" in attributes and value.startswith("data:text/csv;charset=utf-8;base64,"))
                )


def test_style_sheets_load_nothing(text: str) -> None:
    for sheet in re.findall(r"<style>(.*?)</style>", text, re.DOTALL):
        assert "@import" not in sheet
        assert set(re.findall(r"url\(([^)]*)\)", sheet)) <= {"#hatch"}


def test_the_policy_allows_this_script_and_no_other(page: Page, text: str) -> None:
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    policy = next(meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; ")
    assert f"script-src 'sha256-{digest}'" in policy
    assert len(scripts[0].encode()) < 9 * 1024


def test_no_element_carries_an_event_handler(page: Page) -> None:
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]


def test_hostile_names_appear_only_as_text(page: Page, text: str) -> None:
    assert not {"img", "iframe", "object", "embed", "form", "base"} & {tag for tag, _ in page.elements}
    assert len(page.all("script")) == 1
    for name in HOSTILE[:3]:
        assert name not in text
        assert name in "".join(page.words)
    assert not set("\u202e\u2066\x1b") & set(text)
    assert RUSSIA in "".join(page.words)
    assert "{{ 7 * 7 }}" in "".join(page.words)


def test_every_finding_shows_value_interval_baseline_grade_and_rows(text: str) -> None:
    article = re.search(r'<article class="finding" id="order.dispute.probability">.*?</article>', text, re.DOTALL)
    assert article is not None
    words = " ".join("".join(Page(article[0]).words).split())
    for expected in (
        "0.42 % per year",
        "about 1 in 240",
        "95 % interval 0.21–0.83 %",
        "all dyads: 1.7 %",
        "supported",
        "panel dyad-year",
    ):
        assert expected in words


def test_a_direction_stands_beside_its_grade_and_a_figure_of_calibration_has_no_badge(text: str) -> None:
    """A grade of "supported" says nothing of the sign; predicted over observed is no claim."""
    pact, calibration = (
        re.search(rf'<article class="finding" id="{name}">.*?</article>', text, re.DOTALL)
        for name in ("order.pact", "order.calibration.all")
    )
    assert pact is not None
    assert calibration is not None
    assert re.findall(r'class="chip ([^"]+)"', pact[0]) == ["grade not-supported", "direction against-the-claim"]
    assert "chip" not in calibration[0]


def test_the_answer_stands_at_the_top_with_links_to_what_it_rests_on(text: str) -> None:
    top = text[: text.index('class="chapter"')]
    ids = re.findall(r'class="why" href="#([^"]+)"', top)
    assert ids == ["relation.allied_years", "relation.disputes", "order.dispute.probability", "order.threat.AAA"]
    assert top.index('class="lead"') < top.index('class="headline"')


def test_every_grade_is_explained() -> None:
    assert set(GRADE_MEANING) == set(GRADES)


def test_a_source_that_the_catalog_lacks_is_named_as_such(text: str) -> None:
    entry = re.search(r'<li id="source-nowhere">.*?</li>', text, re.DOTALL)
    assert entry is not None
    assert "Not in the catalogue" in entry[0]


def test_the_foot_names_record_version_and_command(page: Page) -> None:
    words = "".join(page.words)
    assert COMMAND in words
    assert "ab" * 32 in words
    assert "2026.11" in words


def test_the_page_has_a_language_a_title_landmarks_and_headings_in_order(page: Page) -> None:
    assert page.all("html") == [{"lang": "en"}]
    tags = [tag for tag, _ in page.elements]
    assert {"header", "nav", "main", "footer", "title"} <= set(tags)
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_tables_have_captions_and_headings_with_a_scope(page: Page) -> None:
    assert len(page.all("caption")) == len(page.all("table"))
    heads = [attributes for attributes in page.all("th") if attributes]
    assert all(attributes.get("scope") == "col" for attributes in heads), "the first cell of a row heads it by itself"


def test_maps_of_all_members_and_outcomes_can_be_reached_without_a_script(page: Page, text: str) -> None:
    assert len([1 for attributes in page.all("input") if attributes["name"].startswith("x")]) == 4
    assert len(re.findall(r":has\(#x\d+-m\d:checked\):has\(#x\d+-o\d:checked\) \.p\d-\d", text)) == 4
    assert len(re.findall(r'<svg role="group"[^>]*class="shape"', text)) == 4


def test_the_same_assessment_gives_the_same_bytes(assessment: Assessment, world: pl.DataFrame, text: str) -> None:
    assert to_html(assessment, COMMAND, world) == text


def test_a_partnership_without_claims_has_no_chapter_of_claims(assessment: Assessment, world: pl.DataFrame) -> None:
    assert 'id="claims"' not in to_html(replace(assessment, claims=None), COMMAND, world)


def test_every_answer_has_its_rule_query_and_rows_and_a_page_of_claims_the_rows_as_csv(
    text: str, assessment: Assessment
) -> None:
    assert assessment.claims is not None
    page = Page(claims_to_html(assessment.claims, COMMAND))
    links = {attributes["download"]: attributes["href"] for attributes in page.all("a") if "download" in attributes}
    assert list(links) == ["claim-3-1.csv", "claim-11-1.csv", "claim-11-2.csv"]
    rows = base64.b64decode(links["claim-3-1.csv"].partition("base64,")[2]).decode()
    assert rows.splitlines()[:2] == ["year,title,url", "1949,'=1+1,https://example.org/a"]
    entry = re.search(r'<li id="claim-3".*?</details>', text, re.DOTALL)
    assert entry is not None
    words = " ".join("".join(Page(entry[0]).words).split())
    for expected in (
        "n > 0",
        'from = { table = "pacts" }',
        'select.n = "COUNT(*)"',
        "n = 77, none = –",
        "2 of 77 rows",
        "foedus claims 3 --html FILE gives the first 2 as CSV",
    ):
        assert expected in words
    assert '<a href="https://example.org/a">example.org</a>' in entry[0]


def test_claims_can_be_shown_by_verdict_without_a_script(text: str, page: Page) -> None:
    shown = [attributes["id"] for attributes in page.all("input") if attributes["name"] == "verdict"]
    assert shown == ["verdict-all", "verdict-holds", "verdict-contradicted", "verdict-opinion"]
    for verdict in VERDICTS:
        assert f"#claims:has(#verdict-{verdict}:checked) .claims > :not(.is-{verdict})" in text


def test_claims_make_a_page_of_their_own_as_safe_as_the_report(assessment: Assessment) -> None:
    assert assessment.claims is not None
    text = claims_to_html(assessment.claims, COMMAND)
    page = Page(text)
    assert page.faults == page.open == []
    assert not {"img", "iframe", "object", "embed", "form", "base"} & {tag for tag, _ in page.elements}
    assert len(page.all("script")) == 1
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {each["href"][1:] for each in page.all("a") if each["href"].startswith("#")} <= set(ids)
    assert claims_to_html(assessment.claims, COMMAND) == text
    for name in HOSTILE[:3]:
        assert name not in text
        assert name in "".join(page.words)


def test_a_page_without_chapters_is_still_a_page(assessment: Assessment) -> None:
    page = Page(to_html(replace(assessment, chapters=(), claims=None), COMMAND))
    assert page.faults == page.open == []


def test_a_report_into_a_missing_folder_is_refused_and_leaves_nothing(assessment: Assessment, tmp_path: Path) -> None:
    bare = replace(assessment, chapters=())
    with pytest.raises(InputError, match="does not exist"):
        report.write_html(bare, tmp_path / "none" / "page.html", COMMAND)
    report.write_html(bare, tmp_path / report.file_name(assessment), COMMAND)
    assert [path.name for path in tmp_path.iterdir()] == ["foedus-NOR-SOU.html"]


def test_a_file_name_holds_no_path(assessment: Assessment) -> None:
    members = tuple(replace(member, iso3=None, abbreviation="../x") for member in assessment.members)
    assert report.file_name(replace(assessment, members=members)) == "foedus-x-x.html"


def test_an_assessment_shows_and_cites_itself() -> None:
    import foedus

    assessed = foedus.assess("FRA", "DEU", year=1913)
    assert assessed.to_html().startswith("<!doctype html>")
    assert "Gibler" in assessed.cite()
    assert "system.links_supported" in assessed._repr_html_()


def test_what_is_jumped_to_is_marked_but_no_whole_chapter() -> None:
    """A chapter chosen in the contents was painted from its first line to its last."""
    style = (Path(report.__file__).parent / "templates" / "report.css").read_text(encoding="utf-8")
    assert [line.split(" {")[0] for line in style.splitlines() if ":target" in line] == [
        ":target:not(section)",
        "section.mechanism:target",
    ]
