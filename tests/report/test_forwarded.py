"""What people forward: pictures as files, the brief of two pages, the card and what a page says to those who link to it."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import polars as pl
import pytest

import foedus
from foedus import report
from foedus.assessment.assessment import Assessment
from foedus.assessment.finding import Exhibit
from foedus.errors import InputError
from foedus.report import brief_pdf, charts, picture_files, published, summary, typeset
from foedus.report.html import to_html
from foedus.report.published import Address
from foedus.report.standalone import Credit, bare, document
from tests.report.conftest import HOSTILE, NORTH
from tests.test_cli import refused, run

SVG = "{http://www.w3.org/2000/svg}"
needs_typst = pytest.mark.skipif(not typeset.installed(), reason="needs the extra [pdf]")
WHERE = Address.of("https://example.org/reports/", Path("foedus-NOR-SOU.html"), Path("foedus-NOR-SOU.png"))


@pytest.fixture(scope="module")
def allies() -> Assessment:
    return foedus.assess("USA", "CAN", year=2022)


@pytest.fixture(scope="module")
def rivals() -> Assessment:
    return foedus.assess("FRA", "DEU", year=1913)


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def words(root: ElementTree.Element) -> str:
    return " ".join(item.text or "" for item in root.iter(f"{SVG}text"))


@pytest.fixture(scope="module")
def made(allies: Assessment) -> list[picture_files.PictureFile]:
    return list(picture_files.pictures(allies, "USA-CAN", "https://example.org/foedus-USA-CAN.html"))


def test_a_picture_alone_says_what_it_is_what_it_shows_and_where_it_comes_from(
    made: list[picture_files.PictureFile], allies: Assessment
) -> None:
    for each in made:
        root = parsed(each.svg)
        first, second = list(root)[:2]
        assert (first.tag, second.tag) == (f"{SVG}title", f"{SVG}desc"), "both come first, or programs do not read them"
        assert "United States and Canada, 2022" in str(first.text)
        assert second.text == each.words != ""
        told = words(root)
        assert each.sources.split(";")[0].removesuffix(".") in told
        assert f"record {allies.record_version} ({allies.record_sha256[:12]})" in told
        assert root.find(f"{SVG}a").get("href") == "https://example.org/foedus-USA-CAN.html"  # type: ignore[union-attr]


def test_a_picture_alone_scales_with_its_place_and_refers_to_nothing_else(made: list[picture_files.PictureFile]) -> None:
    for each in made:
        root = parsed(each.svg)
        assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
        ids = [item.get("id") for item in root.iter() if item.get("id")]
        assert len(ids) == len(set(ids))
        hrefs = [item.get("href", "") for item in root.iter(f"{SVG}use")]
        assert {href.removeprefix("#") for href in hrefs} <= set(ids)
        assert "<script" not in each.svg
        assert not {item.tag for item in root.iter()} & {f"{SVG}image", f"{SVG}foreignObject"}


def test_text_of_a_picture_alone_stays_within_it(made: list[picture_files.PictureFile]) -> None:
    """By the width of DejaVu Sans, the widest of the usual typefaces: 6.6 pixels a letter of 11."""
    for each in made:
        root = parsed(each.svg)
        for item in root.iter(f"{SVG}text"):
            if (item.get("class") or "").startswith("credit"):
                assert float(item.get("x", "0")) + 6.6 * len(item.text or "") <= float(root.get("width", "0"))


def test_every_picture_of_the_page_is_a_file_of_its_own(made: list[picture_files.PictureFile], allies: Assessment) -> None:
    page = to_html(allies, "foedus assess USA CAN")
    drawn = {
        exhibit.id
        for chapter in allies.chapters
        for exhibit in chapter.exhibits
        if charts.pictures(exhibit, charts.shapes_for([exhibit])) and f'id="{exhibit.id}"' in page
    }
    assert {each.exhibit for each in made} == drawn
    names = [each.name for each in made]
    assert len(names) == len(set(names))
    assert {"USA-CAN-2022-relation-bond", "USA-CAN-2022-order-map-CAN-fatal-dispute"} <= set(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", name) for name in names), "names that every system and address can have"


@needs_typst
def test_pictures_are_written_as_svg_and_png_with_an_index(assessment: Assessment, tmp_path: Path) -> None:
    said = report.write_charts(assessment, tmp_path / "charts")
    index = pl.read_csv(tmp_path / "charts" / "index.csv")
    assert "SVG and PNG" in said
    assert index.columns == ["svg", "png", "chapter", "exhibit", "title", "shows", "sources"]
    assert {*index["svg"], *index["png"], "index.csv"} == {path.name for path in (tmp_path / "charts").iterdir()}
    assert index.filter(exhibit="order.map").height == 4, "a map of each member and outcome"
    for svg, png in index.select("svg", "png").iter_rows():
        root = parsed((tmp_path / "charts" / svg).read_text(encoding="utf-8"))
        width, height = _size((tmp_path / "charts" / png).read_bytes())
        assert (width, height) == pytest.approx([2 * float(root.get(name, "0")) for name in ("width", "height")], abs=1)
    assert not [cell for column in index.get_columns() for cell in column.to_list() if str(cell)[:1] in ("=", "+", "-", "@")]


def _size(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG picture (its header, RFC 2083)."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@needs_typst
def test_pictures_are_the_same_bytes_each_time(assessment: Assessment, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        report.write_charts(assessment, tmp_path / folder)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_without_the_extra_pictures_are_svg_and_it_is_said(
    assessment: Assessment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typeset, "installed", lambda: False)
    said = report.write_charts(assessment, tmp_path / "charts")
    assert "as SVG alone; PNG needs typst, of the extra [pdf]" in said
    assert {path.suffix for path in (tmp_path / "charts").iterdir()} == {".svg", ".csv"}
    assert pl.read_csv(tmp_path / "charts" / "index.csv")["png"].null_count() == 8


def test_without_the_extra_a_brief_and_a_card_are_refused_by_name(
    assessment: Assessment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typeset, "installed", lambda: False)
    with pytest.raises(InputError, match=r"PDF briefs need typst, of the extra \[pdf\]"):
        report.write_pdf(assessment, tmp_path / "brief.pdf", "foedus assess")
    with pytest.raises(InputError, match=r"cards need typst"):
        report.write_card(assessment, tmp_path / "card.png")
    with pytest.raises(InputError, match=r"PDF briefs need typst"):
        report.check_forwarded(pdf=tmp_path / "brief.pdf")
    assert list(tmp_path.iterdir()) == []


def test_many_panels_stand_in_two_columns_without_what_only_a_wide_page_has() -> None:
    rows = [(f"State {place}", year, float(place)) for place in range(8) for year in (2000, 2001)]
    frame = pl.DataFrame(rows, schema=["panel", "year", "value"], orient="row").with_columns(
        series=pl.lit("came"), low=pl.lit(None, pl.Float64), high=pl.lit(None, pl.Float64), unit=pl.lit("persons")
    )
    root = parsed(charts.svg(Exhibit("x", "Eight", "lines", frame)))
    places = [item.get("x") for group in root.iter(f"{SVG}g") for item in group.findall(f"{SVG}svg")]
    assert len(places) == 8
    assert len(set(places)) == 2
    assert ".narrow .wide-only { display: none; }" in (root.find(f"{SVG}style").text or "")  # type: ignore[union-attr]


def test_lines_of_a_picture_alone_are_drawn_in_pixels(made: list[picture_files.PictureFile]) -> None:
    """What makes PNG and PDF stretches strokes with their box, so that steep lines would be thin: 626 = 700 − 60 − 14."""
    drawn = next(each for each in made if each.exhibit == "displacement.arrivals.years")
    boxes = [item for item in parsed(drawn.svg).iter(f"{SVG}svg") if item.get("preserveAspectRatio") == "none"]
    assert {str(item.get("viewBox")).split()[2] for item in boxes} == {"626"}
    places = [float(pair.split(",")[0]) for item in boxes for line in item for pair in (line.get("points") or "").split()]
    assert min(places) == 0
    assert max(places) == 626


def test_hostile_names_reach_what_is_forwarded_only_as_text(assessment: Assessment, world: pl.DataFrame) -> None:
    credit = Credit(HOSTILE[0], HOSTILE[1], (HOSTILE[2],), ("2026.11", "ab" * 32), HOSTILE[5])
    svg = document(HOSTILE[0], [], None, HOSTILE[2], credit)
    assert parsed(svg).find(f"{SVG}a") is None, "no link that is not http"
    page = to_html(assessment, "", world, address=WHERE)
    for name in HOSTILE[:3]:
        assert name not in svg
        assert name not in page
    assert not set("\u202e\u2066\x1b") & set(svg)


def test_a_page_describes_itself_and_names_its_address_only_where_it_has_one(
    assessment: Assessment, world: pl.DataFrame
) -> None:
    alone, linked = to_html(assessment, "", world), to_html(assessment, "", world, address=WHERE)
    assert '<meta name="description" content="Allied in 77 years' in alone
    assert "og:" not in alone
    assert "canonical" not in alone
    assert '<link rel="canonical" href="https://example.org/reports/foedus-NOR-SOU.html">' in linked
    assert '<meta property="og:image" content="https://example.org/reports/foedus-NOR-SOU.png">' in linked
    told = dict(re.findall(r'<meta property="(og:[a-z:_]+)" content="([^"]*)">', linked))
    assert told["og:title"] == "Northland and South &amp; Isles, 2022: an assessment"
    assert told["og:description"].startswith("Allied in 77 years")
    assert {"og:url", "og:image:alt", "og:type"} <= set(told)
    assert linked.replace(linked[linked.index('<link rel="canonical"') : linked.index('<link rel="icon"')], "") == alone


@pytest.mark.parametrize(
    "base",
    [
        "ftp://example.org/", "https://user:word@example.org/",
        "example.org/reports", "https://", "javascript:alert(1)", 'https://example.org/"><b>', "", "http://[",
     "https://example.org/?a=1", "https://example.org:99999999/", "https://example.org/a b",
    ],
)  # fmt: skip
def test_an_address_that_is_none_of_the_web_is_refused(base: str) -> None:
    with pytest.raises(InputError, match="is no address of a folder on the web: write https:// or http://"):
        published.check(base)


@needs_typst
def test_a_card_has_the_size_that_networks_ask_for(assessment: Assessment, tmp_path: Path) -> None:
    report.write_card(assessment, tmp_path / "card.png")
    assert _size((tmp_path / "card.png").read_bytes()) == published.SIZE == (1200, 630)


@pytest.fixture(scope="module", params=["allies", "rivals"])
def told(request: pytest.FixtureRequest) -> Assessment:
    one: Assessment = request.getfixturevalue(request.param)
    return one


@pytest.fixture
def brief(told: Assessment) -> Any:
    pypdf = pytest.importorskip("pypdf")
    pytest.importorskip("typst")
    return pypdf.PdfReader(
        io.BytesIO(brief_pdf.to_pdf(told, "foedus assess A B --pdf brief.pdf", "https://example.org/a.html"))
    )


def test_a_brief_has_two_pages_with_the_answer_its_lines_sources_record_and_how_to_cite(brief: Any, told: Assessment) -> None:
    first, second = (" ".join(page.extract_text().split()) for page in brief.pages)
    answer, because = summary.answer(told)
    for said in (told.title, str(told.year), answer, because, *(line.text for line in told.brief.lines)):
        assert _letters(said) in _letters(first)
    assert _letters(told.record_sha256) in _letters(second)
    assert _letters(f"Record {told.record_version}") in _letters(second)
    assert _letters("Cite as: The foedus developers") in _letters(second)
    rests = {name for each in told.findings if each.id in told.brief.as_dict()["rests_on"] for name in each.sources}
    rests |= {name for exhibit in summary.first_exhibits(told) for name in exhibit.sources}
    catalog = foedus.record.source.catalog()
    for name, source in catalog.items():
        assert (_letters(source.citation) in _letters(second)) == (name in rests), name


def _letters(text: str) -> str:
    """Letters and figures alone: a line's end may be a space, or a hyphen's."""
    return "".join(letter for letter in text if letter.isalnum())


def test_a_brief_is_tagged_and_each_of_its_pictures_has_its_words(brief: Any, told: Assessment) -> None:
    """Seen: typst 0.15.2 refuses a picture without words; WeasyPrint 70.0 only logs it (where-tools-disagree)."""
    root = brief.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or str(root["/MarkInfo"]["/Marked"]) == "True"
    assert str(root["/Lang"]).lower().startswith("en")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert brief.metadata.title == f"{told.title}, {told.year}: a brief"
    assert brief.metadata.get("/CreationDate") is None, "no time, so that the bytes are the same tomorrow"
    alternatives = [str(each["/Alt"]) for each in _elements(root["/StructTreeRoot"]) if each.get("/S") == "/Figure"]
    assert len(alternatives) == len(summary.first_exhibits(told)) >= 2
    assert all(len(words) > 40 for words in alternatives)
    kinds = {str(each.get("/S")) for each in _elements(root["/StructTreeRoot"])}
    assert {"/H1", "/L", "/LI", "/Link"} <= kinds


def _elements(node: Any) -> Iterator[Any]:
    """Every element of a PDF file's structure."""
    for each in node.get("/K", []) if isinstance(node.get("/K"), list) else [node.get("/K")]:
        inner = each.get_object() if hasattr(each, "get_object") else each
        if hasattr(inner, "get") and inner.get("/S") is not None:
            yield inner
            yield from _elements(inner)


@needs_typst
def test_a_brief_is_the_same_bytes_each_time(allies: Assessment) -> None:
    assert brief_pdf.to_pdf(allies, "foedus assess") == brief_pdf.to_pdf(allies, "foedus assess")


@needs_typst
def test_hostile_words_are_words_in_a_brief(assessment: Assessment) -> None:
    pypdf = pytest.importorskip("pypdf")
    pages = pypdf.PdfReader(io.BytesIO(brief_pdf.to_pdf(assessment, "#panic() *x*"))).pages
    assert len(pages) == 2
    assert "#panic() *x*" in pages[1].extract_text()
    assert "<script>alert(1)</script>" in pages[0].extract_text()


@needs_typst
def test_a_picture_without_words_is_refused_by_the_compiler() -> None:
    import typst

    picture = {"a.svg": bare([])}
    with pytest.raises(typst.TypstError, match="alt"):
        typeset.pdf('#set document(title: "x")\n#image("a.svg")', picture)
    assert typeset.pdf('#set document(title: "x")\n#image("a.svg", alt: "nothing")', picture)[:5] == b"%PDF-"


def test_what_cannot_be_written_is_refused_before_anything_is(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine", encoding="utf-8")
    refused(run("assess", "USA", "CAN", "--charts", "full", folder=tmp_path), "cannot write full: the folder is not empty")
    refused(run("assess", "USA", "CAN", "--charts", "full/mine.txt", folder=tmp_path), "it is a file")
    refused(run("assess", "USA", "CAN", "--charts", "none/charts", folder=tmp_path), "the folder none does not exist")
    refused(
        run("assess", "USA", "CAN", "--base-url", "ftp://example.org", folder=tmp_path), "is no address of a folder on the web"
    )
    assert {path.name for path in tmp_path.rglob("*")} == {"full", "mine.txt"}


@needs_typst
def test_one_command_writes_all_that_is_forwarded(tmp_path: Path) -> None:
    options = ("--pdf", "brief.pdf", "--charts", "charts", "--base-url", "https://example.org/")
    done = run("assess", "FRA", "DEU", "--year", "1913", *options, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-4:-1] == ["Report: foedus-FRA-DEU.html", "Card: foedus-FRA-DEU.png", "Brief: brief.pdf"]
    assert "Pictures: charts: 6 pictures, with index.csv" in done.stdout
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"foedus-FRA-DEU.html", "foedus-FRA-DEU.png", "foedus-methods.html", "brief.pdf", "charts"}
    refused(run("assess", "FRA", "DEU", "--pdf", "-", folder=tmp_path), "a PDF file is nothing for the terminal")


def test_a_member_of_a_map_is_named_by_its_code_in_a_files_name(assessment: Assessment) -> None:
    names = {each.name for each in picture_files.pictures(assessment, "NOR-SOU") if each.exhibit == "order.map"}
    assert f"NOR-SOU-2022-order-map-{NORTH[:3].upper()}-any-dispute" in names
