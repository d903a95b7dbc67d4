"""The page of commands: every one with its arguments and options, read off the command line itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import dedent, indent
from typing import Any

import typer

from docs.site.markdown import prose

HEAD = """\
# Commands

Every command of `foedus` with all that it can be asked. Each says the same with `--help`. Data go to standard output, messages
to standard error; [the exit codes and the JSON](../docs/interface.md) are described with the interface.

*Written from the command line itself when the site is built.*
"""


def commands_page() -> str:
    """Return the page of commands as Markdown.

    >>> "## foedus panel" in commands_page()
    True
    """
    return "\n".join([HEAD, *(_section(path, command) for path, command in every_command())])


def every_command() -> Iterator[tuple[str, Any]]:
    """Yield every command as it is typed ("foedus record add"), with what typer made of it; of groups their commands alone."""
    from foedus.cli import app

    yield from _below("foedus", typer.main.get_command(app))


def _below(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    if not hasattr(command, "commands"):
        yield path, command
        return
    for name, each in command.commands.items():
        yield from _below(f"{path} {name}", each)


def parameters(command: Any) -> list[Any]:
    """Return what a command can be given, but for `--help`."""
    return [each for each in command.params if "--help" not in each.opts]


def _section(path: str, command: Any) -> str:
    parts = [f"## {path}\n", *told(command.help or "")]
    if rows := [_row(each) for each in parameters(command)]:
        parts.append("| argument or option | says | by default |\n|---|---|---|\n" + "".join(rows))
    return "\n".join(parts)


def told(text: str) -> Iterator[str]:
    r"""Yield the paragraphs of a help text as Markdown: an example stands by itself, lines that are kept as they are too.

    >>> list(told("List it. Example: foedus list\n\n\b\nid = 1"))
    ['List it.\n', '    foedus list\n', '    id = 1\n']
    """
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        if paragraph.startswith("\b"):
            yield indent(dedent(paragraph.removeprefix("\b").strip("\n")), "    ") + "\n"
            continue
        said, _, example = f" {' '.join(paragraph.split())}".partition(" Example: ")
        if said.strip():
            yield f"{prose(said.strip())}\n"
        if example:
            yield f"    {example}\n"


def _row(parameter: Any) -> str:
    said = " ".join((getattr(parameter, "help", None) or "").split())
    return f"| {_name(parameter)} | {prose(said)} | {_default(parameter)} |\n"


def _name(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        name = (parameter.metavar or parameter.name or "").upper()
        return f"`{name}{'…' if parameter.nargs != 1 else ''}`"
    return ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))


def _default(parameter: Any) -> str:
    default = parameter.default
    if parameter.required:
        return "must be given"
    if default is None or callable(default) or default is False or re.search(r"unset", repr(default), re.IGNORECASE):
        return ""
    return f"`{default}`" if str(default) else ""
