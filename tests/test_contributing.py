"""What CONTRIBUTING.md leads through works as it stands there: from a publisher's file to a finding, in a copy."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

BLOCK = re.compile(r"^```(bash tour|diff|(?:python|toml) (\S+))\n(.*?)^```", re.MULTILINE | re.DOTALL)
"""A block of the tour: a command, a change of files, or what goes to a file: Python to a new one, TOML to the end of one."""

MAKE = f'make() {{ command make -o .venv/run.stamp -o .venv/dev.stamp BIN="{BIN}" "$@"; }}\n'
"""Targets run in the environment of this test: nothing is installed."""


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The tour, done in a copy: where that is, and what its commands printed, one text a block."""
    copy = tmp_path_factory.mktemp("tour") / "foedus"
    copy.mkdir()
    for name in ("src", "docs", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in [*ROOT.glob("*.*"), ROOT / "Makefile", ROOT / "LICENSE"]:
        if path.is_file():
            shutil.copy2(path, copy)
    return copy, [printed for block in BLOCK.findall(TEXT) if (printed := _done(copy, *block)) is not None]


def _done(copy: Path, kind: str, file: str, text: str) -> str | None:
    if kind == "bash tour":
        return _run(copy, text)
    if kind == "diff":
        _change(copy, text)
    elif kind.startswith("python"):
        assert not (copy / file).exists(), f"{file} is there already"
        (copy / file).write_text(text, encoding="utf-8")
    else:
        (copy / file).write_text((copy / file).read_text(encoding="utf-8") + text, encoding="utf-8")
    return None


def _run(copy: Path, commands: str) -> str:
    ours = ("FOEDUS_", "PYTEST_", "PYTHONPATH")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment |= {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(copy / "src")}
    environment |= {"FOEDUS_CACHE": str(copy / "cache"), "FOEDUS_DATA": str(copy / "added")}
    script = ["bash", "-euo", "pipefail", "-c", MAKE + commands]
    done = subprocess.run(script, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def _change(copy: Path, diff: str) -> None:
    """Change a file as a diff without numbers says; what it shows has to be there once."""
    (file,) = re.findall(r"^\+\+\+ b/(\S+)", diff, re.MULTILINE)
    text = (copy / file).read_text(encoding="utf-8")
    for hunk in diff.split("@@\n")[1:]:
        old, new = (_side(hunk, marks) for marks in ("- ", "+ "))
        assert text.count(old) == 1, f"{file} has {text.count(old)} times:\n{old}"
        text = text.replace(old, new)
    (copy / file).write_text(text, encoding="utf-8")


def _side(hunk: str, marks: str) -> str:
    return "\n".join(line[1:] for line in hunk.splitlines() if line[0] in marks)


@pytest.mark.slow
def test_the_tour_leads_from_a_file_to_a_finding(tour: tuple[Path, list[str]]) -> None:
    copy, outputs = tour
    said = iter(outputs)

    def next_says(*texts: str) -> None:
        printed = next(said)
        for text in texts:
            assert text in printed, printed

    next_says("embassies.csv")
    next_says("SHA-256", "448 rows", "Embassies that states hold abroad")
    next_says("2010", "Embassies, made up")
    next_says("headline", "not supported", "order.embassies")
    next_says("embassies.held.CAN", "Canada held", "passed")
    assert next(said, None) is None
    for page, text in {
        "DATA_LICENSES.md": "`embassies`",
        "docs/codebook.md": "`embassies`",
        "docs/validation.md": "embassies",
    }.items():
        assert text in (copy / page).read_text(encoding="utf-8"), page
    assert list((copy / "src/foedus/validation/results").glob("embassies*")), "what the test gave ships"


def test_the_tour_is_told_in_the_words_of_the_commands() -> None:
    from typer.testing import CliRunner

    from foedus.cli import app

    named = dict.fromkeys(
        re.findall(r"^foedus ((?:record )?\w+)", "".join(text for _, _, text in BLOCK.findall(TEXT)), re.MULTILINE)
    )
    assert list(named) == ["record show", "panel", "cite", "validate", "fit", "assess", "explain"]
    for command in named:
        assert CliRunner().invoke(app, [*command.split(), "--help"]).exit_code == 0
