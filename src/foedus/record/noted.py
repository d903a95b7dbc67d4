"""What a computation reads of the record and of the lists that explain it: noted as it is read, under its name.

A remembered result names the tables, variables and registered tests that it follows from, so that it stands while these stay
as they are, whatever else changes. `noting` gathers the names that `note` is told of in its thread until it ends, those of
computations inside it included.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

Noted = tuple[str, str]
"""TABLE, VARIABLE or TEST, and a name."""

TABLE, VARIABLE, TEST = "table", "variable", "test"

_open = threading.local()


@contextmanager
def noting() -> Iterator[set[Noted]]:
    """Gather what is read in this thread.

    >>> with noting() as names:
    ...     note(TABLE, "polyarchy")
    >>> names
    {('table', 'polyarchy')}
    """
    outer, names = getattr(_open, "names", None), set[Noted]()
    _open.names = names
    try:
        yield names
    finally:
        _open.names = outer
        note_all(names)


def note(kind: str, name: str) -> None:
    """Say that something is read."""
    names: set[Noted] | None = getattr(_open, "names", None)
    if names is not None:
        names.add((kind, name))


def note_all(read: Iterable[Noted]) -> None:
    """Say that all of this is read."""
    for kind, name in read:
        note(kind, name)
