"""The command line: each command a few lines over the Python functions of the same name.

Data go to standard output, messages to standard error; EXITS says what an exit code means. The commands stand in
`partnerships`, `panels`, `mechanisms`, `records` and others beside them; here they are listed, in the order of the help.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from copy import copy
from typing import Annotated

import typer
from typer.main import get_command_name

from foedus.cli.bundles import bundle
from foedus.cli.forecasts import forecast_publish, forecast_score
from foedus.cli.futures import simulate
from foedus.cli.mechanisms import fit, validate
from foedus.cli.models import estimate, new_mechanism, register
from foedus.cli.options import AllCommands, Command, Ended, OfRecord, say
from foedus.cli.panels import cite, compare_sources, groups, missing, panel, states, variables
from foedus.cli.partnerships import assess, claims, compare, explain, league, methods, warning
from foedus.cli.records import (
    record_add,
    record_build,
    record_diff,
    record_filter,
    record_list,
    record_remove,
    record_show,
    record_update,
    record_verify,
)
from foedus.cli.serve import serve
from foedus.errors import InputError

app = typer.Typer(
    cls=AllCommands,
    help="Assess security partnerships between states: what they owe each other, against what, and how do we know?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
record_app = typer.Typer(help="What is in the record: its tables, coverage, terms and checksums.", no_args_is_help=True)
app.add_typer(record_app, name="record")
forecast_app = typer.Typer(help="Forecasts that are set down before their year, and how they fared.", no_args_is_help=True)
app.add_typer(forecast_app, name="forecast")
new_app = typer.Typer(help="Write the beginning of something of your own.", no_args_is_help=True)
app.add_typer(new_app, name="new")


def main() -> None:
    """Run the command line and turn bad input into one message and exit code 2."""
    _open_streams()
    try:
        _run()
    except InputError as error:
        say(f"foedus: {error}")
        raise SystemExit(REFUSED) from None
    except BrokenPipeError:
        _forget_output()
        raise SystemExit(GONE) from None
    except KeyboardInterrupt:
        _forget_output()
        say("foedus: interrupted.")
        raise SystemExit(INTERRUPTED) from None
    except OSError as error:
        place = f" {error.filename}" if error.filename else " the output"
        say(f"foedus: cannot read or write{place}: {error.strerror or error}.")
        _forget_output()
        raise SystemExit(REFUSED) from None


FAULT, REFUSED, INTERRUPTED, GONE = 1, 2, 130, 141
"""Exit codes other than 0; the last two as of a process that ends by SIGINT, and by SIGPIPE."""

EXITS = {
    0: "done",
    FAULT: "a fault of foedus",
    REFUSED: "bad usage or input, with one message on standard error",
    INTERRUPTED: "interrupted",
    GONE: "whoever reads the output has gone away",
}
"""Every exit code, and what it means."""


def _open_streams() -> None:
    """Give standard streams that are closed something to be: what is printed is then an error, and a message is lost.

    Or the next file that is opened would be taken for the stream, and what is printed would go into it.
    """
    for name, number, mode in (("stdout", 1, os.O_RDONLY), ("stderr", 2, os.O_WRONLY)):
        if getattr(sys, name) is None:
            handle = os.open(os.devnull, mode)
            os.dup2(handle, number)
            setattr(sys, name, os.fdopen(number, "w", encoding="utf-8", closefd=False))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that cannot show a letter shows its number


def _forget_output() -> None:
    """Let what could not be printed go, or the interpreter fails again when it closes the stream."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run() -> None:
    """Run the command line and flush its output, so that a full disk shows while it can still be reported."""
    try:
        asked_for(sys.argv[1:])()
    except Ended as ended:
        raise ended.args[0] from None
    except SystemExit:
        sys.stdout.flush()
        gc.freeze()  # what is held ends with the process: the interpreter need not look through it before it leaves
        raise


def asked_for(words: Sequence[str]) -> typer.Typer:
    """Return the application with the one command that is named first, or with all: to make them takes longer than most run."""
    name = words[0] if words else ""
    chosen = [each for each in app.registered_commands if each.callback and get_command_name(each.callback.__name__) == name]
    if not chosen:
        return app
    alone = copy(app)
    alone.registered_commands, alone.registered_groups = chosen, []
    return alone


def _version(asked: bool) -> None:
    if asked:
        from foedus.version import __version__

        print(f"foedus {__version__}")
        raise typer.Exit


@app.callback()
def general(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Assess security partnerships between states: what they owe each other, against what, and how do we know?"""


for command in (
    assess,
    compare,
    league,
    panel,
    variables,
    states,
    groups,
    compare_sources,
    missing,
    cite,
    fit,
    validate,
    simulate,
    estimate,
    register,
    warning,
    claims,
    methods,
    explain,
    bundle,
    serve,
):
    app.command(cls=OfRecord)(command)
ON_RECORD = (
    record_list,
    record_show,
    record_verify,
    record_add,
    record_remove,
    record_build,
    record_filter,
    record_update,
    record_diff,
)
for on_record in ON_RECORD:
    record_app.command(on_record.__name__.removeprefix("record_"), cls=OfRecord)(on_record)
for on_forecast in (forecast_publish, forecast_score):
    forecast_app.command(on_forecast.__name__.removeprefix("forecast_"), cls=OfRecord)(on_forecast)
new_app.command("mechanism", cls=Command)(new_mechanism)
