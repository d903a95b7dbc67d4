"""A long TOML file, read one table at a time: what nobody asks for is not parsed.

The codebook and the catalog are long, and Python's own TOML reader is slow; most requests need a few entries. The file is cut
at the lines that open a table, `[name]`, and a table with its subtables, `[name.more]`, is parsed when it is first looked up.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

_OPENING = re.compile(r"^\[([A-Za-z0-9_-]+)((?:\.[^\]]+)?)\]\s*$", re.MULTILINE)


class Sections(Mapping[str, T]):
    """The tables of a TOML file by name, in its order, each made by `make(name, table)` when it is first asked for."""

    def __init__(
        self, path: Path, make: Callable[[str, dict[str, Any]], T], more: Mapping[str, dict[str, Any]] | None = None
    ) -> None:
        """Cut the file into its tables, none of which is parsed yet; `more` adds tables that are not in the file."""
        text = path.read_text(encoding="utf-8")
        starts = [(found.start(), found[1]) for found in _OPENING.finditer(text)]
        ends = [start for start, _ in starts[1:]] + [len(text)]
        self._texts: dict[str, str] = {}
        for (start, name), end in zip(starts, ends, strict=True):
            self._texts[name] = self._texts.get(name, "") + text[start:end]
        self._more = dict(more or {})
        self._make = make
        self._made: dict[str, T] = {}

    def __getitem__(self, name: str) -> T:
        if name not in self._made:
            table = self._more[name] if name in self._more else tomllib.loads(self._texts[name])[name]
            self._made[name] = self._make(name, table)
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._texts or name in self._more

    def __iter__(self) -> Iterator[str]:
        yield from self._texts
        yield from self._more

    def __len__(self) -> int:
        return len(self._texts) + len(self._more)
