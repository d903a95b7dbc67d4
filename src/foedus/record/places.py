"""Places that are no member of the state system, and what the record's sources say of them all the same.

No panel has rows of a territory. That is no reason to say that nothing is known of it: sources have rows of Palestine, Western
Sahara or Abyei, which the record leaves out when codes become numbers of states, counted by code (`Table.places`), and some of
its tables speak of such a place by another way.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from foedus.record.manifest import Table

_MOST = 6
"""Tables named in one sentence; the others are counted."""


def spoken_of(code: str, tables: Mapping[str, Table]) -> str:
    """Return a sentence on what the sources of these tables say of a place, by its code; empty if nothing.

    >>> left = Table("water", "aquastat", "open", 1, (), 2, "", "", {"HKG": 2})
    >>> spoken_of("HKG", {"water": left})
    'Sources speak of it: rows of it (HKG) are left out of water (2).'
    """
    place = _places().get(code, _Place(()))
    written = (code, *place.also)
    counts = {name: sum(table.places.get(text, 0) for text in written) for name, table in tables.items()}
    left = sorted(((rows, name) for name, rows in counts.items() if rows), reverse=True)
    named = ", ".join(f"{name} ({rows:,})" for rows, name in left[:_MOST])
    more = f" and {len(left) - _MOST} more tables" if len(left) > _MOST else ""
    parts = [f"rows of it ({code}) are left out of {named}{more}"] if left else []
    parts += [place.told] if place.told else []
    return f"Sources speak of it: {'; '.join(parts)}." if parts else ""


def codes() -> dict[str, str]:
    """Return every name of a place, and its code itself, with the code that sources give it.

    >>> codes()["West Bank and Gaza"]
    'PSE'
    """
    return {text: code for code, place in _places().items() for text in (code, *place.names)}


class _Place(NamedTuple):
    """Names that people write for a place and that sources do, and what of the record speaks of it by another way."""

    names: tuple[str, ...]
    also: tuple[str, ...] = ()
    told: str = ""


@cache
def _places() -> dict[str, _Place]:
    entries = tomllib.loads(Path(__file__).with_name("places.toml").read_text(encoding="utf-8"))
    return {
        code: _Place(tuple(entry["names"]), tuple(entry.get("also", ())), entry.get("told", ""))
        for code, entry in entries.items()
    }
