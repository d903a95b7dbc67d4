"""Write what ships beside the record: `python -m foedus.validation.results`, with `--all` or `--as-shipped`.

What still stands is taken as it is; the rest is computed, which takes minutes, and goes on where it stopped if it was
interrupted. With `--all` everything is computed anew. With `--as-shipped` everything is taken as it is, for a change of code
that moves no number: whoever says so answers for it. To be run, and its files committed, whenever a test says that something
no longer stands.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from foedus.record import store
from foedus.record.store import open_record
from foedus.validation import memory
from foedus.validation.basis import Kept
from foedus.validation.shipped import write


def main(arguments: list[str]) -> None:
    """Write everything beside this file, each with what it rests on now."""
    memory.as_shipped = "--as-shipped" in arguments
    if "--all" not in arguments:
        write(memory.SHIPPED, computed().items())
        return
    with tempfile.TemporaryDirectory() as cache, set_aside():
        os.environ["FOEDUS_CACHE"] = cache
        results = computed()
    write(memory.SHIPPED, results.items())


def computed() -> dict[str, Kept]:
    """Return everything that ships, by name, with what it rests on."""
    from foedus.validation.validate import everything

    record = open_record(store.SHIPPED, additions=False)
    with memory.gathering() as results:
        everything(record, _say)
    return {name: result.now(record) for name, result in results.items()}


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
