"""The walk-through's examples give what the page shows: the open half always, all of it where the publishers' files are."""

from __future__ import annotations

import doctest
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from foedus.record.additions import add
from foedus.record.store import forget_opened
from tests.publishers import lay_out

pytestmark = pytest.mark.filterwarnings("ignore::foedus.errors.PanelRemark")
PAGE = Path(__file__).resolve().parent.parent / "docs/walkthrough.md"
BLOCKS = re.findall(r"^```(\w+(?: imported)?)\n(.*?)^```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


@pytest.fixture
def publishers_files(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What the page has its reader add to the record."""
    monkeypatch.setenv("FOEDUS_DATA", str(tmp_path / "added"))
    commands = [shlex.split(line) for kind, block in BLOCKS if kind == "bash imported" for line in block.splitlines()]
    for foedus, record, verb, source, name in commands:
        assert (foedus, record, verb) == ("foedus", "record", "add")
        lay_out(raw, tmp_path, [name])
        add(source, tmp_path / name)
    yield
    monkeypatch.undo()
    forget_opened()


def test_open_half_gives_what_it_shows() -> None:
    assert run("python") == ""


@pytest.mark.usefixtures("publishers_files")
def test_whole_page_gives_what_it_shows() -> None:
    assert run("python", "python imported") == ""


def run(*kinds: str) -> str:
    """Run the blocks of these kinds one after the other, and say where their output is not the page's."""
    source = "\n".join(block for kind, block in BLOCKS if kind in kinds)
    report: list[str] = []
    example = doctest.DocTestParser().get_doctest(source, {}, PAGE.name, str(PAGE), 0)
    doctest.DocTestRunner().run(example, out=report.append)
    return "".join(report)
