"""The command line: each command a few lines over the Python functions of the same name.

Data go to standard output, messages to standard error. Exit code 0: done; 2: bad usage or input, with one message; 1: a fault
of ours. The commands stand in `partnerships`, `panels`, `mechanisms` and `records`; here they are listed, in the order of the
help.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from typing import Annotated

import typer

from foedus.cli.bundles import bundle
from foedus.cli.forecasts import forecast_publish, forecast_score
from foedus.cli.futures import simulate
from foedus.cli.mechanisms import fit, validate
from foedus.cli.models import estimate, register
from foedus.cli.options import OfRecord
from foedus.cli.panels import cite, compare_sources, groups, panel, states, variables
from foedus.cli.partnerships import assess, claims, compare, explain, methods, warning
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
from foedus.errors import InputError

app = typer.Typer(
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


def main() -> None:
    """Run the command line and turn bad input into one message and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that cannot show a letter shows its number
    try:
        _run()
    except InputError as error:
        print(f"foedus: {error}", file=sys.stderr)
        raise SystemExit(2) from None
    except OSError as error:
        place = f" {error.filename}" if error.filename else " the output"
        print(f"foedus: cannot read or write{place}: {error.strerror or error}.", file=sys.stderr)
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # or the interpreter fails again when it closes the stream
        raise SystemExit(2) from None


def _run() -> None:
    """Run the command line and flush its output, so that a full disk shows while it can still be reported."""
    try:
        app()
    except SystemExit:
        sys.stdout.flush()
        gc.freeze()  # what is held ends with the process: the interpreter need not look through it before it leaves
        raise


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
    panel,
    variables,
    states,
    groups,
    compare_sources,
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
