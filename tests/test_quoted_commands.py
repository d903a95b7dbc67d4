"""What a message tells to run can be run: the command is there, and has the options that are named."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import foedus
from foedus.cli import app
from foedus.errors import InputError
from foedus.record.states import StateSystem
from foedus.record.store import Record

PACKAGE = Path(foedus.__file__).parent
QUOTED = re.compile(r"`foedus ([^`]*)`")
FILLED = "1"
"""What stands where a message has something of the user's."""


def texts(path: Path) -> Iterator[str]:
    """Every text of a module, what is put into it when it runs being FILLED."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)} - {
        id(node) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and id(node) not in parts:
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else FILLED for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            yield node.value


def quoted() -> list[tuple[str, str]]:
    """Module and words of every command that a text of the package quotes."""
    found = {
        (path.relative_to(PACKAGE).as_posix(), words)
        for path in PACKAGE.rglob("*.py")
        for text in texts(path)
        for words in QUOTED.findall(text)
    }
    return sorted(found)


def command(words: list[str]) -> tuple[Any, list[str]]:
    """The command that the first words name, and the words after them; a group by itself is a command too."""
    found: Any = typer.main.get_command(app)
    while hasattr(found, "commands") and words and words[0] in found.commands:
        found, words = found.commands[words[0]], words[1:]
    return found, words


@pytest.mark.parametrize(("module", "words"), quoted(), ids=lambda value: value)
def test_a_quoted_command_is_there_and_has_the_options_named(module: str, words: str) -> None:
    if words == FILLED:
        pytest.skip("the words of the call itself")
    called = shlex.split(words.partition(" -- ")[0].replace("…", ""))
    found, rest = command(called)
    assert found.name in called, f"{module} tells to run an unknown command: foedus {words}"
    known = {name for param in found.params for name in (*param.opts, *param.secondary_opts)} | {"--help"}
    assert not [word for word in rest if word.startswith("-") and word not in known], f"{module}: foedus {words}"


def parses(words: str) -> bool:
    """Whether the command line takes the words, with arguments and types."""
    found, rest = command(shlex.split(words))
    found.make_context(found.name, rest)
    return True


NEVER = ["Transvaal", "Orange Free State", "Tibet", "TIB", "Abkhazia", "South Ossetia", "Gran Colombia", "Palestine", "Macau"]


@pytest.mark.parametrize("name", NEVER)
def test_what_is_told_of_a_place_that_was_no_member_can_be_run(name: str, record: Record) -> None:
    """It is told wherever a state is named, in `assess` and `states` too, which have no option for the other list."""
    with pytest.raises(InputError, match="never a member") as refused:
        StateSystem.of(record).resolve(name, 1960)
    message = str(refused.value)
    assert all(parses(words) for words in QUOTED.findall(message))
    assert "--" not in QUOTED.sub("", message), "an option by itself belongs to no command"


def test_the_rows_that_are_promised_of_such_a_place_are_there(record: Record) -> None:
    """Gleditsch and Ward's list has Tibet, 711, from 1913 to 1950 (gw_states)."""
    with pytest.raises(InputError) as refused:
        StateSystem.of(record).resolve("Tibet", 1960)
    told = "panel state-year --system gw --states 711 --years 1913:1950 --variables state_name"
    assert QUOTED.findall(str(refused.value)) == [told]
    assert foedus.panel("state-year", ["state_name"], states=["711"], years=(1913, 1950), system="gw").height == 38
