"""A page in French: every label that the code of pages has is in the catalogue; what is not translated is marked English."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import foedus
from foedus import report
from foedus.assessment.assessment import Assessment
from foedus.assessment.chapters import alliance_dilemma, causal_links, outlook, shield, spending, without
from foedus.assessment.chapters.arctic import chapter as arctic
from foedus.assessment.chapters.climate import chapter as climate
from foedus.assessment.chapters.order import chapter as order
from foedus.assessment.chapters.order import several as order_of_several
from foedus.assessment.chapters.relation import chapter as relation
from foedus.assessment.chapters.relation import several as relation_of_several
from foedus.assessment.chapters.sensors import chapter as sensors
from foedus.assessment.chapters.technology import chapter as technology
from foedus.assessment.chapters.unifier import chapter as unifier
from foedus.assessment.finding import DIRECTIONS, GRADES, Exhibit
from foedus.errors import InputError
from foedus.language import french
from foedus.language.said import Said, labels, say
from foedus.language.speaking import speaking
from foedus.partnership.agreements import OBLIGATIONS
from foedus.report.brief_pdf import HEADINGS
from foedus.report.html import CLAIMS_TITLE, GRADE_MEANING, METHODS_TITLE, to_html
from foedus.report.in_words import in_words
from foedus.report.shown import ShownAssessment
from foedus.report.summary import EACH_OTHER, NEITHER, QUESTIONS, READING
from foedus.report.translated import translated

PAGES = ("brief_pdf", "contrast", "figures", "html", "in_words", "markup", "points", "published", "summary", "terminal")
PAGES += ("timeline", "told", "wording")
"""The modules that write pages, summaries and briefs in the language that is spoken. One that joins is named here."""

CHAPTERS = (relation, relation_of_several, order, order_of_several, shield, alliance_dilemma, climate, arctic, sensors)
CHAPTERS += (without, outlook, technology, spending, unifier, causal_links)


def _texts(node: ast.expr, named: dict[str, str]) -> Iterator[str]:
    """The texts that an argument may be: written there, one of two, or a constant of the module."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_texts(node.body, named), *_texts(node.orelse, named))
    elif isinstance(node, ast.Name) and node.id in named:
        yield named[node.id]


def _said(path: Path) -> Iterator[str]:
    """The patterns that a module says, as far as they are written in it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = {
        target.id: each.value.value
        for each in ast.walk(tree)
        if isinstance(each, ast.Assign) and isinstance(each.value, ast.Constant) and isinstance(each.value.value, str)
        for target in each.targets
        if isinstance(target, ast.Name)
    }
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            if call.func.id in ("tell", "say") and call.args:
                yield from _texts(call.args[0], named)
            elif call.func.id in ("tell_many", "say_many") and len(call.args) > 1:
                yield from _texts(call.args[1], named)


@pytest.mark.parametrize("name", PAGES)
def test_whatever_a_page_says_has_a_french_text(name: str) -> None:
    said = {text for text in _said(Path(foedus.__file__).parent / "report" / f"{name}.py") if re.search(r"[^\W\d_]", text)}
    assert said <= set(french.catalogue()), sorted(said - set(french.catalogue()))


def test_whatever_the_chapters_of_the_answer_say_has_a_french_text() -> None:
    folder = Path(foedus.__file__).parent / "assessment"
    rooms = [
        folder / "chapters" / "relation",
        folder / "chapters" / "order" / "at_war.py",
        folder / "chapters" / "sensors" / "capitals.py",
    ]
    files = [path for room in rooms for path in ([room] if room.suffix else sorted(room.glob("*.py")))]
    files += [folder / "brief.py", folder / "fighting.py", folder / "chapters" / "without.py"]
    said = {text for path in files for text in _said(path) if re.search(r"[^\W\d_]{2}", re.sub(r"\{\w+\}", "", text))}
    assert len(said) > 80
    assert said <= set(french.catalogue()), sorted(said - set(french.catalogue()))


def test_headings_questions_grades_and_obligations_have_a_french_text() -> None:
    titles = [each.TITLE for each in CHAPTERS] + [each.QUESTION for each in CHAPTERS]
    graded = [f"{of} {grade}" for of in ("term", "forecasts") for grade in ("supported", "mixed", "not supported", "harmful")]
    others = [
        *QUESTIONS.values(),
        NEITHER,
        EACH_OTHER,
        *READING,
        *GRADES,
        *DIRECTIONS,
        *GRADE_MEANING.values(),
        *HEADINGS.values(),
        *graded,
    ]
    wanted = {*titles, *others, CLAIMS_TITLE, METHODS_TITLE, *OBLIGATIONS.values()}
    assert wanted <= set(french.catalogue()), sorted(wanted - set(french.catalogue()))


def _contrast() -> Exhibit:
    row = (say("Obligations"), say("trade"), 1.0, 0.0, say("since {year}", year=2020), say("ends"))
    frame = pl.DataFrame([row], schema=["group", "label", "now", "left", "said", "instead"], orient="row")
    return Exhibit("without.contrast", say("What changes without it"), "contrast", frame, "", (), labels(row))


def test_an_exhibit_is_drawn_and_told_in_the_language_that_is_spoken() -> None:
    exhibit = _contrast()
    assert translated(exhibit) is exhibit
    assert in_words(exhibit) == "Obligations: trade since 2020, without it ends."
    with speaking("fr"):
        shown = translated(exhibit)
        assert shown.frame.row(0) == ("Obligations", "commerce", 1.0, 0.0, "depuis 2020", "prend fin")
        assert in_words(exhibit) == "Obligations\u00a0: commerce depuis 2020, sans lui prend fin."


def test_a_page_in_french_says_so_and_marks_what_is_english(assessment: Assessment, world: pl.DataFrame) -> None:
    english = to_html(assessment, "foedus assess", world)
    with speaking("fr"):
        page = to_html(assessment, "foedus assess", world)
    assert '<html lang="en">' in english
    assert ' lang="en"' not in english.replace('<html lang="en">', "")
    assert '<html lang="fr">' in page
    assert "Les constats des chapitres ne sont pas encore tous traduits" in page
    assert '<p class="statement" lang="en">Allied in 77 years.</p>' in page
    for words in ("Sommaire", "Comment lire cette page", "Ce que couvrent les données", "Comment nous le savons", "constaté"):
        assert words in page
    assert english == to_html(assessment, "foedus assess", world)


def test_labels_are_those_texts_that_know_what_they_say() -> None:
    assert labels(("plain", say("Sources"), None), say("Sources")) == (say("Sources"),)
    assert all(isinstance(each, Said) for each in labels(("plain", say("Sources"))))


def test_files_for_programs_are_the_same_in_every_language(assessment: Assessment) -> None:
    shown = ShownAssessment.of(assessment, "fr")
    assert shown.as_dict() == assessment.as_dict()
    assert report.to_json(shown) == report.to_json(assessment)
    assert report.file_name(shown, "fr") == "foedus-NOR-SOU-fr.html"
    assert shown.to_text().count("\n") == 2


def test_a_language_that_there_is_not_is_refused_before_any_work() -> None:
    with pytest.raises(InputError, match=r"There are en \(English\), fr \(français\)"):
        foedus.assess("Nowhere", "Neverland", language="de")


def test_english_reads_nothing_of_another_language() -> None:
    code = "import foedus.report.html, sys; sys.exit(any(name in sys.modules for name in ('babel', 'foedus.language.french')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
