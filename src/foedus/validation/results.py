"""Write what every registered test gives on the record that ships: `python -m foedus.validation.results`.

To be run, and its files committed, whenever the record, the panels, the mechanisms or the tests change.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from foedus.record import store
from foedus.record.store import open_record, write_text
from foedus.validation import memory
from foedus.validation.memory import MADE, SHIPPED, keep, maker, shipped


def main() -> None:
    """Compute everything anew and write it beside this file."""
    from foedus.validation.validate import everything

    record = open_record(store.SHIPPED, additions=False)
    with tempfile.TemporaryDirectory() as cache:
        os.environ["FOEDUS_CACHE"] = cache
        with set_aside():
            found = list(everything(record, _say))
    SHIPPED.mkdir(exist_ok=True)
    for path in SHIPPED.glob("*.json"):
        path.unlink()
    for name, value in found:
        keep(shipped(name), value)
    write_text(SHIPPED / MADE, json.dumps(maker(record), indent=1) + "\n")


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
    main()
