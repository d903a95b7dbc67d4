"""The command that runs worlds forward: with and without a partnership, and what of them differs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from foedus.cli.options import listed, show


def simulate(
    scenario: Annotated[str | None, typer.Option(help="base, without-partnership, stressed, or a TOML file.")] = None,
    members: Annotated[int | None, typer.Option(help="How many worlds; by default 200.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of all draws.")] = None,
    horizon: Annotated[int | None, typer.Option(help="Last year; by default 2050.")] = None,
    without: Annotated[
        str | None, typer.Option(help="Obligations off from the year after the record: bilateral, all, or types by name.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Run worlds in so many processes of this computer (extra [cluster]).")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Run worlds by the workers of this Dask scheduler: tcp://HOST:PORT.")
    ] = None,
    partnership: Annotated[
        str | None, typer.Option(help="States whose obligations these are, comma-separated; by default USA,CAN.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write: .parquet, or .csv as the IAMC's.")
    ] = None,
) -> None:
    """Run the world forward, with and without a partnership. Example: foedus simulate --without all -o futures.parquet"""
    from foedus.api import simulate as run
    from foedus.futures.scenario import scenario as read

    states = listed("partnership", partnership)
    with _progress() as say:
        try:
            told = run(
                read(scenario).but(partnership=tuple(states) if states else None),
                members=members,
                seed=seed,
                horizon=horizon,
                without=listed("without", without),
                workers=workers,
                scheduler=scheduler,
                output=output,
                say=say,
            )
        except KeyboardInterrupt:
            kept = "" if output is None else f" What is done is kept beside {output}: the same command goes on from there."
            print(f"foedus: interrupted.{kept}", file=sys.stderr)
            raise SystemExit(130) from None
    table = told.difference() if told.paired else told.bands()
    every = 5 if sys.stdout.isatty() else 1
    show(table.filter(table["year"] % every == 0))
    for sentence in told.sentences():
        print(sentence, file=sys.stderr)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar with the time that is left on a terminal, nothing in a pipe."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("reading the record", total=None)
        yield lambda what, done, members: bar.update(task, description=what, completed=done, total=members)
