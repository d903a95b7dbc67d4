"""A file that a user names, read up to a size that it can have: a device, or a file of any length, is no such file."""

from __future__ import annotations

from pathlib import Path

from foedus.errors import InputError, shown

MOST_TEXT = 1_000_000
"""Bytes of a file that a person writes: groups, a declaration, a scenario, a formula's claim, a table of sites."""


def read_within(path: Path, what: str, most: int = MOST_TEXT) -> bytes:
    """Return the bytes of a file; raises InputError if it has more than any such file has, OSError if it cannot be read."""
    with path.open("rb") as file:  # a device has no size, and no end
        content = file.read(most + 1)
    if len(content) > most:
        raise InputError(f"{shown(str(path))} is larger than {most:,} bytes: no {what} is. Name another.")
    return content
