"""Write what ships beside the record: `python -m foedus.assessment.results`, with `--all` or `--as-shipped`.

What still stands is taken as it is; the rest is computed, which takes minutes, and goes on where it stopped if it was
interrupted. With `--all` everything is computed anew. With `--as-shipped` everything is taken as it is, for a change of code
that moves no number: whoever says so answers for it. To be run, and its files committed, whenever a test says that something
no longer stands.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from foedus.assessment.causal_map import graded
from foedus.assessment.chapters import alliance_dilemma, shield, spending
from foedus.assessment.chapters.arctic import chapter as arctic
from foedus.assessment.chapters.climate import chapter as climate
from foedus.assessment.chapters.order import chapter as order
from foedus.assessment.chapters.sensors.chapter import by_radars, watched
from foedus.assessment.chapters.sensors.exhibits import high_and_low
from foedus.assessment.chapters.technology import chapter as technology
from foedus.assessment.claims.check import check
from foedus.assessment.claims.read import shipped
from foedus.assessment.league import league
from foedus.assessment.radars import answered
from foedus.assessment.standing import standing
from foedus.record import pinned
from foedus.record.store import Record, open_record
from foedus.record.writing import write_text
from foedus.validation import memory
from foedus.validation.basis import Kept
from foedus.validation.shipped import write
from foedus.validation.validate import Say
from foedus.validation.validate import everything as validated

ALIKE = {
    each.ID: each.of_every_partnership for each in (order, shield, alliance_dilemma, climate, arctic, technology, spending)
}
"""Chapter → what it tells of every partnership alike."""


def main(arguments: list[str]) -> None:
    """Write everything beside this file, each with what it rests on now."""
    memory.overlooked = frozenset({"code"} if "--as-shipped" in arguments else ())
    if "--all" not in arguments:
        _write(computed())
        return
    with tempfile.TemporaryDirectory() as cache, set_aside():
        os.environ["FOEDUS_CACHE"] = cache
        results = computed()
    _write(results)


def _write(results: Mapping[str, Kept]) -> None:
    """Write the results, and their hashes into the list of the package's files."""
    write(memory.SHIPPED, results.items())
    write_text(pinned.SUMS, pinned.sums())


def computed() -> dict[str, Kept]:
    """Return everything that ships, by name, with what it rests on."""
    record = open_record(pinned.SHIPPED, additions=False)
    with memory.gathering() as results:
        everything(record, _say)
    return {name: result.now(record) for name, result in results.items()}


def everything(record: Record, say: Say) -> None:
    """Have all that ships remembered of a record: every test's results, and what is told of every partnership alike."""
    validated(record, say)
    by_name: Mapping[str, Callable[[Record], object]] = {
        "grades": graded,
        **{ID: partial(standing, ID, tell=tell) for ID, tell in ALIKE.items()},
        "warning": high_and_low,
        "league": lambda record: league(record=record),
        "answer": lambda record: answered(record=record),
        **{code: partial(watched, code) for code in by_radars(record)[1:]},  # a partner has more radars than another member
        "claims": lambda record: [check(path, record) for path in shipped()],
    }
    for place, (name, tell) in enumerate(by_name.items(), 1):
        tell(record)
        say(name, place, len(by_name))


@contextmanager
def set_aside() -> Iterator[None]:
    """Take nothing from what ships: everything is computed anew."""
    kept, memory.SHIPPED = memory.SHIPPED, Path(os.devnull)
    try:
        yield
    finally:
        memory.SHIPPED = kept


def _say(test: str, done: int, steps: int) -> None:
    sys.stderr.write(f"{test} {done}/{steps}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
