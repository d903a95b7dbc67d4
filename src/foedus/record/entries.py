"""Rules for entries: of a variable, in the codebook or in a user's declaration; of a source, in the catalog.

The same rules hold for what ships and for what a user declares. A key that is not known, a value of another kind and what is
missing are faults; each is a sentence about the entry, and whoever reads the entry says where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from foedus.errors import nearest, shown

FLAG, TEXT = "yes or no", "text"
"""Units of variables that are true or false, and of those that are words."""

LONGEST = 1000
LICENCES = ("open", "academic", "restricted")

_LEVEL, _NAME = re.compile(r"-?\d{1,9}"), re.compile(r"[a-z][a-z0-9_]*")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Key:
    """A key of an entry: what its value has to be, what is said if it is not, and whether it may be left out."""

    fits: Callable[[Any], bool]
    otherwise: str
    needed: bool = False


def is_text(value: object) -> bool:
    """Say whether a value is a text of one line, neither empty nor endless."""
    return isinstance(value, str) and bool(value.strip()) and value.isprintable() and len(value) <= LONGEST


def is_span(value: Any, kind: Any) -> bool:
    """Say whether a value is a list of two numbers of a kind, the lower one first.

    >>> is_span([1816, 2025], int), is_span([2025, 1816], int)
    (True, False)
    """
    return is_numbers(value, kind) and len(value) == 2 and bool(value[0] <= value[1])


def is_numbers(value: object, kind: Any) -> bool:
    """Say whether a value is a list of numbers of a kind."""
    return isinstance(value, list) and all(isinstance(each, kind) and not isinstance(each, bool) for each in value)


def _is_levels(value: Any) -> bool:
    return isinstance(value, dict) and all(_LEVEL.fullmatch(key) and isinstance(value[key], str) for key in value)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_names(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, str) and _NAME.fullmatch(each) for each in value)


def _is_hashes(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(each, str) and _HASH.fullmatch(each) for each in value.values())


def _is_lists(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(each, list) and each and all(isinstance(part, str) for part in each) for each in value.values()
    )


def _is_governments(value: object) -> bool:
    """Say whether each entry names a state by its code, a span of years, and in words who is meant.

    >>> meant = {"gwcode": 678, "first_year": 2015, "last_year": 2024, "who": "the Houthi authorities in Sanaa"}
    >>> _is_governments([meant]), _is_governments([{**meant, "gwcode": "YEM"}]), _is_governments([{"who": "nobody"}])
    (True, False, False)
    """
    wanted = {"gwcode": int, "first_year": int, "last_year": int, "who": str}
    return isinstance(value, list) and all(
        isinstance(each, dict) and {name: type(held) for name, held in each.items()} == wanted for each in value
    )


_LINE = "is missing, or no text of one line"

DECLARED: Mapping[str, Key] = {
    "label": Key(is_text, _LINE, needed=True),
    "units": Key(is_text, _LINE, needed=True),
    "column": Key(lambda value: isinstance(value, str), "is no text"),
    "range": Key(lambda value: is_span(value, (int, float)), "is not [lowest, highest]"),
    "sums": Key(_is_flag, "is neither true nor false"),
    "absent": Key(lambda value: isinstance(value, (bool, int, float)), "is no number"),
    "values": Key(_is_levels, 'are not whole numbers with their meaning, such as { "0" = "none" }'),
}
"""Keys that a user may declare of a variable."""

VARIABLE: Mapping[str, Key] = {
    "topic": Key(is_text, _LINE, needed=True),
    "unit": Key(is_text, _LINE, needed=True),
    **DECLARED,
    "table": Key(is_text, _LINE),
    "reads": Key(_is_names, "is no list of variables"),
    "sources": Key(_is_names, "is no list of sources"),
    "coverage": Key(lambda value: is_span(value, int), "is not [first year, last year]"),
    "absent_to": Key(lambda value: isinstance(value, int) and not isinstance(value, bool), "is no year"),
    "states_in": Key(is_text, _LINE),
    "carry": Key(_is_flag, "is neither true nor false"),
    "of_first_january": Key(_is_flag, "is neither true nor false"),
    "sided": Key(_is_flag, "is neither true nor false"),
    "hindsight": Key(_is_flag, "is neither true nor false"),
}
"""Keys that a variable of the codebook may have."""

SOURCE: Mapping[str, Key] = {
    **{name: Key(is_text, _LINE, needed=True) for name in ("title", "producer", "version", "terms", "citation")},
    "licence": Key(lambda value: value in LICENCES, f"is none of {', '.join(LICENCES)}", needed=True),
    "spdx": Key(lambda value: is_text(value) and value.isascii(), "is no SPDX licence expression"),
    "url": Key(lambda value: str(value).startswith(("https://", "http://")), "does not begin with https:// or http://", True),
    "bibtex": Key(lambda value: isinstance(value, str) and value.startswith("@"), "is missing, or no BibTeX", needed=True),
    **{name: Key(lambda value: isinstance(value, int), "is missing, or no year", True) for name in ("first_year", "last_year")},
    "tables": Key(_is_names, "is missing, or no list of tables", needed=True),
    "keys": Key(_is_lists, "does not give for each table a list of columns"),
    "outside": Key(_is_lists, "does not give for each table a list of rows"),
    "lists": Key(lambda value: value in (["cow"], ["gw"], ["cow", "gw"]), 'is none of ["cow"], ["gw"], ["cow", "gw"]'),
    "governments": Key(_is_governments, "does not say of each state gwcode, first_year, last_year and who"),
    "files": Key(_is_hashes, "does not give for each file its SHA-256"),
    "download": Key(is_text, _LINE),
    "known": Key(_is_hashes, "does not give for each file its SHA-256"),
}
"""Keys that a source of the catalog may have."""


def key_faults(entry: Mapping[str, Any], keys: Mapping[str, Key], kind: str) -> Iterator[str]:
    """Return a sentence for each key of an entry that is not known, has a value of another kind, or is missing.

    >>> list(key_faults({"label": "GDP", "units": "dollars", "absnt": 0}, DECLARED, "variable"))
    ["'absnt' is not part of a variable. Did you mean absent"]
    """
    for name, value in entry.items():
        if (key := keys.get(name)) is None:
            yield f"{shown(name)!r} is not part of a {kind}{guess(name, keys)}"
        elif not key.fits(value):
            yield f"{name} {key.otherwise}"
    for name, key in keys.items():
        if key.needed and name not in entry:
            yield f"{name} {key.otherwise}"


def guess(name: str, known: Iterable[str]) -> str:
    """Return ". Did you mean …" with the nearest names, for the end of a fault in a list, or "".

    >>> guess("absnt", ["absent", "sums"])
    '. Did you mean absent'
    """
    close = nearest(name, known).removesuffix("?")
    return f".{close}" if close else ""


def variable_faults(entry: Mapping[str, Any], keys: Mapping[str, Key]) -> Iterator[str]:
    """Return a sentence for each fault of a variable's entry, of which `keys` says what it may have."""
    yield from key_faults(entry, keys, "variable")
    units = entry.get("units")
    if "absent" in entry and isinstance(entry["absent"], bool) != (units == FLAG):
        yield f"absent is true or false where units are {FLAG!r}, and a number elsewhere"
    if units in (FLAG, TEXT) and entry.keys() & {"range", "sums", "values"}:
        yield f"range, sums and values are for numbers, not for units {units!r}"
