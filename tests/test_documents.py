"""What the documents say is true of the code and the data they speak of."""

from __future__ import annotations

import doctest
import re
import runpy
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import foedus
from foedus import cli, offers
from foedus.futures.scenario import scenario
from foedus.panels.codebook import codebook
from foedus.panels.disputes import RULES
from foedus.record.source import Source, catalog
from foedus.record.store import forget_opened, open_record
from tests.publishers import lay_out

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
README = (ROOT / "README.md").read_text(encoding="utf-8")
WALKTHROUGH = ROOT / "docs/walkthrough.md"
"""Its examples need more than one process and are run by test_walkthrough.py."""

SLOW = ("docs/futures.md", "docs/quickstart.md", "docs/tutorial-future.md", "docs/tutorial-partnership.md")
"""Pages whose examples run the world forward, or assess many states: more than a few seconds each."""

COMMANDS = re.findall(r"^\| `foedus ([\w-]+)", README, flags=re.MULTILINE)


@pytest.mark.parametrize("source", catalog().values(), ids=lambda source: source.id)
def test_data_licences_list_every_source(source: Source) -> None:
    sections = (ROOT / "DATA_LICENSES.md").read_text(encoding="utf-8").split("\n## ")
    terms = next(section for section in sections if section.startswith(f"Licence class: {source.licence}"))
    row = next(line for line in terms.splitlines() if line.startswith(f"| `{source.id}` |"))
    assert source.producer in row
    assert source.version in row
    assert source.url in row


NOT_OPEN = [source for source in catalog().values() if source.licence != "open"]


@pytest.mark.parametrize("source", NOT_OPEN, ids=lambda source: source.id)
def test_permissions_name_every_source_that_is_not_open_and_what_ships_of_it(source: Source) -> None:
    sections = (ROOT / "PERMISSIONS.md").read_text(encoding="utf-8").split("\n## ")
    section = next(each for each in sections if each.startswith(source.licence.capitalize()))
    row = next(line for line in section.splitlines() if line.startswith(f"| `{source.id}` |"))
    _, _, terms, shipped, whom, answer, _ = (cell.strip() for cell in row.split("|"))
    assert terms
    assert whom
    assert answer
    assert shipped == ("nothing" if source.licence == "restricted" else ", ".join(f"`{table}`" for table in source.tables))


def test_permissions_name_no_source_that_is_open_or_unknown() -> None:
    named = re.findall(r"^\| `(\w+)` \|", (ROOT / "PERMISSIONS.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert sorted(named) == sorted(source.id for source in NOT_OPEN)


@pytest.mark.parametrize(
    "name", ["DATA_LICENSES.md", "docs/codebook.md", "docs/validation.md", "docs/futures.md", "src/foedus/SHA256SUMS"]
)
def test_generated_documents_are_what_the_generator_writes(name: str) -> None:
    documents = runpy.run_path(str(ROOT / "docs" / "build.py"))["DOCUMENTS"]
    assert (ROOT / name).read_text(encoding="utf-8") == documents[name](), "run `make docs`"


def test_documents_are_written_one_by_one_with_progress(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build = runpy.run_path(str(ROOT / "docs" / "build.py"))
    build["main"].__globals__["ROOT"] = tmp_path
    build["main"](["DATA_LICENSES.md"])
    assert [path.name for path in tmp_path.iterdir()] == ["DATA_LICENSES.md"]
    assert capsys.readouterr().err.startswith("DATA_LICENSES.md …\nDATA_LICENSES.md written")
    with pytest.raises(SystemExit, match="no generated document is called docs/else"):
        build["main"](["docs/else.md"])


def test_readme_lists_the_commands_of_the_spine() -> None:
    looked_up = ["variables", "states", "groups", "record", "compare-sources", "missing", "cite"]
    tested = ["fit", "validate", "estimate", "register", "new", "forecast", "simulate", "warning"]
    told = ["claims", "methods", "explain", "bundle", "serve"]
    assert ["assess", "compare", "league", "panel", *looked_up, *tested, *told] == COMMANDS


def test_readme_names_every_command_and_every_one_of_a_group() -> None:
    rows = dict(re.findall(r"^\| `foedus ([\w-]+)([^\n]*)", README, flags=re.MULTILINE))
    assert sorted(rows) == sorted((*_names(cli.app), *(group.name for group in cli.app.registered_groups)))
    for group in cli.app.registered_groups:
        lacking = [name for name in _names(group.typer_instance) if not re.search(rf"\b{name}`", rows[group.name])]
        assert not lacking, f"foedus {group.name}: {lacking}"


def _names(commands: typer.Typer) -> list[str]:
    """The commands of a group, as they are typed."""
    given = [(command.name, command.callback) for command in commands.registered_commands]
    return [name or getattr(callback, "__name__", "").replace("_", "-") for name, callback in given]


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


def each(pages: Iterable[Path]) -> list[Any]:
    """Pages as parameters of a test by their paths, slow ones with that mark."""
    named = ((page, page.relative_to(ROOT).as_posix()) for page in pages)
    return [pytest.param(page, id=name, marks=[pytest.mark.slow] if name in SLOW else []) for page, name in named]


@pytest.mark.parametrize(
    "page", each(page for page in PAGES if page != WALKTHROUGH and "```python" in page.read_text(encoding="utf-8"))
)
def test_python_examples_give_what_they_show(page: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    example = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, page.name, str(page), 0)
    report: list[str] = []
    assert doctest.DocTestRunner().run(example, out=report.append).failed == 0, "".join(report)


def test_the_page_for_users_of_peacesciencer_names_variables_that_exist() -> None:
    page = (ROOT / "docs/from-peacesciencer.md").read_text(encoding="utf-8")
    tables = re.findall(r"^\| R \| (?:foedus|`--disputes`) \| differs \|\n(.*?)\n\n", page, flags=re.DOTALL | re.MULTILINE)
    cells = [row.split(" | ")[1] for table in tables for row in table.splitlines()[1:]]
    names = re.findall(r"(?<=[`,])[a-z]\w+(?=[`,])", "\n".join(cells))
    assert len(names) > 90
    assert set(names) <= {*codebook(), *RULES}


def shell_pages(marked: str) -> list[Path]:
    """The pages with shell commands in blocks that are marked so: "bash", or "bash imported" if they need publishers' files."""
    return [page for page in PAGES if page != WALKTHROUGH and f"```{marked}\n" in page.read_text(encoding="utf-8")]


@pytest.mark.parametrize("page", each(shell_pages("bash")))
def test_commands_do_what_they_should(page: Path, shell: Callable[[str], None]) -> None:
    for block in blocks(page, "bash"):
        shell(block)


@pytest.mark.parametrize("page", shell_pages("bash imported"), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_on_publishers_files_do_what_they_should(page: Path, raw: Path, shell: Callable[[str], None]) -> None:
    for block in blocks(page, "bash imported"):
        lay_out(raw, Path.cwd(), shlex.split(block))
        shell(block)


def blocks(page: Path, marked: str) -> list[str]:
    return re.findall(rf"^```{marked}\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Run the lines of a block of shell commands, in an empty folder with nothing added to the record.

    Only what the documents use is understood: `foedus …`, run in this process to be quick, and `cat > FILE <<'END'`.
    """
    monkeypatch.setenv("FOEDUS_DATA", str(tmp_path / "added"))
    monkeypatch.chdir(tmp_path)

    def run(block: str) -> None:
        lines = iter(block.splitlines())
        for line in lines:
            if written := re.fullmatch(r"cat > (\S+) <<'END'", line):
                Path(written[1]).write_text("".join(f"{each}\n" for each in iter(lines.__next__, "END")), encoding="utf-8")
            elif line:
                command, *arguments = shlex.split(line)
                assert command == "foedus", line
                started_afresh()
                monkeypatch.setattr(sys, "argv", ["foedus", *arguments])
                with pytest.raises(SystemExit) as ended:
                    cli.main()
                assert not ended.value.code, line

    yield run
    monkeypatch.undo()
    started_afresh()


def started_afresh() -> None:
    """Forget what a process remembers of the record and the codebook."""
    forget_opened()
    codebook.cache_clear()


SHOWN = [
    (page.relative_to(ROOT).as_posix(), text)
    for page in PAGES
    for text in re.findall(r"^```toml\n(.*?)^```$", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
]
"""Every file of TOML that a page shows and no command of the page reads."""

PATHS = """\
Model,Scenario,Region,Variable,Unit,2025,2030,2035,2040,2045,2050
a,b,CAN,Population,million,40,41,42,43,44,45
"""


@pytest.mark.parametrize(("page", "text"), SHOWN, ids=[page for page, _ in SHOWN])
def test_what_a_page_shows_of_a_file_is_read_as_it_stands(page: str, text: str, tmp_path: Path) -> None:
    file = tmp_path / "shown.toml"
    file.write_text(text, encoding="utf-8")
    told = tomllib.loads(text)
    if page == "docs/futures.md":
        (tmp_path / told["paths"]).write_text(PATHS, encoding="utf-8")
        assert scenario(file).checked(open_record()).without == ("all",)
    elif page == "docs/panels.md":
        counted = foedus.panel("group-year", [], group=[str(file)], years=(2003, 2005))["members"].to_list()
        assert counted == [3, 3, 2]  # Lithuania leaves in March 2004, so that it was in on a day of that year
    else:
        assert set(told["project"]["entry-points"]) <= set(offers.KINDS)
