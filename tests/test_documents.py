"""What the documents say is true of the code and the data they speak of."""

from __future__ import annotations

import doctest
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from foedus.record.source import Source, catalog

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\| `foedus (\w+)", README, flags=re.MULTILINE)


@pytest.mark.parametrize("source", catalog().values(), ids=lambda source: source.id)
def test_data_licences_list_every_source(source: Source) -> None:
    sections = (ROOT / "DATA_LICENSES.md").read_text(encoding="utf-8").split("\n## ")
    terms = next(section for section in sections if section.startswith(f"Licence class: {source.licence}"))
    row = next(line for line in terms.splitlines() if line.startswith(f"| `{source.id}` |"))
    assert source.producer in row
    assert source.version in row
    assert source.url in row


@pytest.mark.parametrize("name", ["DATA_LICENSES.md", "docs/codebook.md"])
def test_generated_documents_are_what_the_generator_writes(name: str) -> None:
    documents = runpy.run_path(str(ROOT / "docs" / "build.py"))["documents"]()
    assert (ROOT / name).read_text(encoding="utf-8") == documents[ROOT / name], "run `make docs`"


def test_readme_lists_the_commands_of_the_spine() -> None:
    assert COMMANDS == ["assess", "panel", "variables", "record", "cite", "fit", "validate", "claims"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_readme_explains_itself(command: str) -> None:
    foedus = Path(sys.executable).with_name("foedus")
    shown = subprocess.run([foedus, command, "--help"], capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stderr
    assert f"foedus {command}" in shown.stdout


@pytest.mark.parametrize("target", ["assess", "test"])
def test_make_has_the_targets_the_readme_promises(target: str) -> None:
    assert f"make {target} " in README
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    lost = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not lost


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if "```python" in page.read_text(encoding="utf-8")],
    ids=lambda page: page.relative_to(ROOT).as_posix(),
)
def test_python_examples_give_what_they_show(page: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    example = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, page.name, str(page), 0)
    report: list[str] = []
    assert doctest.DocTestRunner().run(example, out=report.append).failed == 0, "".join(report)
