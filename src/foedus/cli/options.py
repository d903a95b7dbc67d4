"""What commands share: how the words of an option are read, and how a frame is shown."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from foedus.errors import InputError

if TYPE_CHECKING:
    from datetime import date as Day

    import polars as pl

Json = Annotated[Path | None, typer.Option("--json", help="Also write the findings as JSON to this file (- for the terminal).")]
AlliancesFrom = Annotated[
    str, typer.Option(help="Whose alliances count: facts (dated, laid over ATOP), atop (to 2018), or cow (to 2012) once added.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class Command(TyperCommand):
    """A command, of which what it writes with -o is never called as standard output is."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Read the words of the command."""
        context = super().make_context(*args, **kwargs)
        written = [context.params.get(str(param.name)) for param in self.params if "-o" in param.opts]
        if any(path is not None for path in written):
            from foedus.record.writing import check_no_stream

            for path in written:
                check_no_stream(Path(path or "."))
        return context


class OfRecord(Command):
    """A command that reads the record, and so has `--record`: another than the one in use, as FOEDUS_RECORD would name it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Add the option to those of the command."""
        super().__init__(*args, **kwargs)
        option = TyperOption(
            param_decls=["record_used", "--record"],
            type=str,
            expose_value=False,
            is_eager=True,
            metavar="RECORD",
            callback=_use_record,
            help="Another record: its folder, a wheel or a bundle that holds it, its version, such as 2026.11, or its hash.",
        )
        place = next((at for at, each in enumerate(self.params) if "--help" in each.opts), len(self.params))
        self.params.insert(place, option)


class AllCommands(TyperGroup):
    """The commands, from whose words to their end an interrupt and a reader that goes away are told to `main`.

    The library would end the program itself, with less said and other codes, also where it prints a help.
    """

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Read the words before the command."""
        with _ended():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Read the words of the command, and run it."""
        with _ended():
            return super().invoke(ctx)


@contextmanager
def _ended() -> Iterator[None]:
    try:
        yield
    except (BrokenPipeError, KeyboardInterrupt) as error:
        raise Ended(error) from None


class Ended(BaseException):
    """A command has ended before it was done, by the error that it holds."""


def say(text: str) -> None:
    """Write a message to standard error, if that can be written to."""
    with suppress(OSError, ValueError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def _use_record(_: object, __: object, named: str | None) -> None:
    if named is None:
        return
    if not named:
        raise InputError("--record names nothing: give a folder, a wheel, a bundle, a version or a hash.")
    from foedus.record.in_use import RECORD_VARIABLE

    os.environ[RECORD_VARIABLE] = named


def of_few_rows() -> None:
    """Prepare for a command over few rows: one thread for the libraries, and no garbage collector.

    The collector costs more than it saves: it goes through every module and table again and again, and finds nothing.
    """
    one_thread()
    gc.disable()


def one_thread() -> None:
    """Give polars and OpenBLAS, by which NumPy multiplies matrices, one thread each, unless the user says otherwise.

    Over few rows more threads cost more than they save: those of OpenBLAS look for work without a pause for some time after
    each product. And with one thread the last digits of a sum do not depend on how many cores there are.
    """
    for threads in ("POLARS_MAX_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(threads, "1")


def typed() -> str:
    """Return the command as it was typed, without the path of the program."""
    import shlex

    return shlex.join(["foedus", *sys.argv[1:]])


def split(text: str) -> list[str]:
    """Return the parts of a list separated by commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def listed(option: str, text: str | None) -> list[str] | None:
    """Return the parts of an option's list; an option given without any is a mistake, not a wish for everything."""
    if text is None:
        return None
    if not (parts := split(text)):
        raise InputError(f"--{option} names nothing: give a list separated by commas, or leave the option out.")
    return parts


def numbers(option: str, text: str) -> list[int]:
    """Return the whole numbers of an option's list; raises InputError for anything else."""
    parts = listed(option, text) or []
    try:
        return [int(part) for part in parts]
    except ValueError:
        raise InputError(f"--{option} {text} is no list of years: write 2025, or 1913,1938,1962.") from None


def groups_listed(text: str | None) -> list[str] | None:
    """Return the groups or states of a list; a semicolon, and no comma, stands between groups of the user's own."""
    if text is None or "=" not in text:
        return listed("group", text)
    return [part.strip() for part in text.split(";") if part.strip()]


def years_given(text: str) -> tuple[int, int]:
    """Return a first and a last year written A:B."""
    first, _, last = text.partition(":")
    try:
        return int(first), int(last or first)
    except ValueError:
        raise InputError(f"--years {text} is not a span of years: write A:B, such as 1946:2010.") from None


def day_given(text: str) -> Day | int:
    """Return a day, or a year, as written."""
    from datetime import date as day

    try:
        return int(text) if text.isdigit() and len(text) <= len("2025") else day.fromisoformat(text)
    except ValueError:
        raise InputError(f"--date {text} is no day: write 1990-10-03, or a year.") from None


def show(frame: pl.DataFrame) -> None:
    """Print a frame: as a table on a terminal, as CSV in a pipe, so that other programs can read it."""
    show_all([frame])


def show_all(frames: Iterable[pl.DataFrame]) -> None:
    """Print one frame that comes in pieces."""
    from foedus.report.frames import show_frames

    show_frames(frames)
