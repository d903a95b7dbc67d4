"""The site: every block of code runs, every part of foedus is told of, links lead somewhere, it builds without a network."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from docs.site.commands import commands_page, every_command, parameters
from docs.site.functions import error_classes, errors_page, functions_page, public_functions
from docs.site.mechanisms import mechanism_pages
from docs.site.pictures import PICTURES
from docs.site.tree import HERE, ROOT, sections
from foedus.mechanisms.described import DESCRIBED, PHYSICAL
from foedus.mechanisms.standard import MECHANISMS
from foedus.panels.codebook import codebook, world

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
RUN = {"python", "python imported", "bash", "bash imported", "bash tour", "diff", "r"}
"""Blocks that test_documents, test_walkthrough, test_contributing and test_haven run."""

SHOWN = {"", "text", "toml", "ini", "nginx", "dockerfile"}
"""Blocks that show a file, or what a server or an installation needs."""


def of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=of)
def test_every_block_of_code_is_of_a_kind_that_a_test_runs(page: Path) -> None:
    kinds = {kind.strip() for kind in re.findall(r"^```(.*)\n(?:.*\n)*?^```$", page.read_text(encoding="utf-8"), re.MULTILINE)}
    unknown = {kind for kind in kinds - RUN - SHOWN if not re.fullmatch(r"(python|toml) src/\S+", kind)}
    assert not unknown, "write ```python or ```bash, so that it is run"


@pytest.mark.parametrize("page", PAGES, ids=of)
def test_markdown_is_free_of_the_builders_syntax(page: Path) -> None:
    assert not re.findall(r"^(```|:::)\{\w|\{(?:ref|doc|term)\}`", page.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=of)
def test_links_to_a_heading_lead_to_one(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]*)#([^)\s]+)\)", page.read_text(encoding="utf-8"))
    lost = [
        (path, anchor)
        for path, anchor in links
        if "://" not in path and anchor not in anchors((page.parent / path).resolve() if path else page)
    ]
    assert not lost


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as the repository and the builder make them."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def test_every_page_of_the_documentation_is_on_the_site_once() -> None:
    listed = [page for section in sections({}) for page in section.pages if not page.startswith("generated/")]
    assert len(listed) == len(set(listed))
    assert {of(page) for page in PAGES} <= set(listed)
    assert all((ROOT / page).is_file() for page in listed)


@pytest.mark.parametrize(("path", "command"), list(every_command()), ids=lambda each: each if isinstance(each, str) else "")
def test_every_command_and_every_option_says_what_it_does(path: str, command: Any) -> None:
    section = commands_page().split(f"## {path}\n")[1].split("\n## ")[0]
    assert command.help
    for parameter in parameters(command):
        named = parameter.opts[0] if parameter.param_type_name == "option" else (parameter.metavar or parameter.name).upper()
        row = next(line for line in section.splitlines() if line.startswith("| `") and f"`{named}" in line)
        assert row.split(" | ")[1].strip(), f"{path} {named} has no help"


def test_a_help_of_several_paragraphs_keeps_them_and_its_lines() -> None:
    section = commands_page().split("## foedus record add\n")[1].split("\n## ")[0]
    assert "\n    foedus record add cow-nmc NMCv7.zip\n\nYour own table" in section
    assert '\n    id = "bases"\n    title' in section
    assert "\b" not in commands_page()


def test_every_variable_is_in_the_codebook_page() -> None:
    page = (ROOT / "docs/codebook.md").read_text(encoding="utf-8")
    assert not [name for name in (*codebook(), *world()) if f"| `{name}` |" not in page]


def test_every_route_and_every_parameter_of_it_is_on_the_page_of_the_application() -> None:
    pytest.importorskip("fastapi")
    from foedus.web.app import VIEWS

    page = (ROOT / "docs/application.md").read_text(encoding="utf-8")
    assert not [view.path for view in VIEWS if f"`/{view.path}`" not in page]
    asked = {name for view in VIEWS for name in view.asks.model_fields}
    assert not [name for name in asked if f"`{name}`" not in page]


SCHEMAS = sorted(
    {name for file in (ROOT / "src").rglob("*.py") for name in re.findall(r'"(foedus/[a-z]+/\d+)"', file.read_text("utf-8"))}
)
"""Every form with a number that foedus writes."""


@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_schema_is_declared_stable_or_not_and_told(schema: str) -> None:
    assert len(SCHEMAS) > 10
    declared = (ROOT / "docs/stability.md").read_text(encoding="utf-8")
    assert re.search(rf"^\| `{schema}` \| [^|]+ \| (un)?stable \| [^|]+ \|$", declared, re.MULTILINE)
    told = (ROOT / "docs/interface.md").read_text(encoding="utf-8")
    assert f"{schema}" in told or "for itself alone" in next(line for line in declared.splitlines() if schema in line)


def test_every_error_is_on_the_page_of_errors() -> None:
    page = errors_page()
    assert not [kind.__name__ for kind in error_classes() if f"### {kind.__name__}\n" not in page]


@pytest.mark.parametrize(("name", "function"), list(public_functions()), ids=lambda each: each if isinstance(each, str) else "")
def test_every_argument_of_a_function_is_described(name: str, function: Any) -> None:
    assert f"### foedus.{name}\n" in functions_page()
    told = inspect.getdoc(function) or ""
    arguments = [each.name for each in inspect.signature(function).parameters.values() if each.kind is not each.VAR_KEYWORD]
    assert not [each for each in arguments if not re.search(rf"\b{each}\b", told)]


@pytest.mark.parametrize(("name", "function"), list(public_functions()), ids=lambda each: each if isinstance(each, str) else "")
def test_every_function_says_what_it_refuses_and_has_an_example(name: str, function: Any) -> None:
    told = inspect.getdoc(function) or ""
    assert re.search(r"Raises\s+\w*Error|\brefused\b", told), f"{name} does not say what it refuses"
    assert "\n>>> " in told


def test_every_mechanism_has_a_page_with_claim_data_test_and_grade() -> None:
    pages = mechanism_pages()
    assert set(pages) == {kind.id for kind in (*MECHANISMS.values(), *PHYSICAL, *DESCRIBED)}
    for heading in ("## Equation", "## Data", "## Test and grade", "## Disputed in the literature"):
        assert all(re.search(rf"^{heading}.*\n+\s*[^#\s]", text, re.MULTILINE) for text in pages.values())
    assert "as claimed" in pages["order.interests"]


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_what_is_drawn(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == PICTURES[name](), "run `make docs`"


def test_contents_name_sections_with_a_sentence_each() -> None:
    entries = tomllib.loads((HERE / "contents.toml").read_text(encoding="utf-8"))["section"]
    assert all(entry["about"].endswith(".") for entry in entries)


@pytest.mark.slow
def test_the_site_builds_without_a_warning_and_asks_no_other_host(tmp_path: Path) -> None:
    pytest.importorskip("sphinx")
    pytest.importorskip("pydata_sphinx_theme")
    command = [sys.executable, "-m", "docs.site", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    asked = re.compile(r"<(?:script|img|iframe)[^>]+src=\"(?:https?:)?//|<link[^>]+href=\"(?:https?:)?//|url\((?:https?:)?//")
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > 80
    assert not [page.name for page in pages if asked.search(page.read_text(encoding="utf-8"))]
    assert (tmp_path / "site/searchindex.js").is_file()  # a script: search works from a file, where nothing can be fetched
