"""What an interrupted run has done, kept beside the file it was to write, so that a second run goes on from there.

The file carries the hash of the scenario, of the record and the version: under others it is not taken, and begun anew. It is
written to a temporary name and moved into place, and is gone once the run is done.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from foedus.errors import InputError
from foedus.futures.ensemble import Tally, about, read_counts, write_counts

if TYPE_CHECKING:
    from foedus.futures.build import Built

EVERY = 20.0
"""Seconds between two writings."""


def place(output: Path) -> Path:
    """Return where the unfinished run that is to write a file is kept.

    >>> place(Path("futures.parquet")).name
    'futures.parquet.unfinished'
    """
    return output.with_name(f"{output.name}.unfinished")


def begun(output: Path, made: Built) -> tuple[Tally, int]:
    """Return the counts of an unfinished run of the same scenario, and how many members are in them; none if there is none."""
    try:
        told, counts = read_counts(place(output))
    except InputError:
        return Tally(), 0
    if _same(told) != _same(about(made)) or told["done"] > made.scenario.members:
        return Tally(), 0
    return Tally.of(counts), int(told["done"])


def _same(told: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(told[name] for name in ("schema", "scenario_sha256", "record_sha256", "foedus", "origin"))


def keep(output: Path, made: Built, tally: Tally, done: int, saved: float) -> float:
    """Keep what is done if the last time lies EVERY seconds back; return when it was kept last."""
    now = time.monotonic()
    if now - saved < EVERY:
        return saved
    write_counts(place(output), {**about(made), "done": done}, tally.frame())
    return now


def finished(output: Path) -> None:
    """Remove what was kept."""
    place(output).unlink(missing_ok=True)
