"""Long TOML files, read one table at a time: what nobody asks for is not parsed, and what is asked for is checked.

The codebook and the catalog are long, and Python's own TOML reader is slow; most requests need a few entries. Each file is cut
at the lines that open a table, `[name]`, and a table with its subtables, `[name.more]`, is parsed and checked when it is first
looked up. What stands above a file's first table holds for each of its entries that says nothing else. As soon as one entry has
a fault, all of them are checked, and one InputError lists every fault by file and entry: nothing that is used is misspelt.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from foedus.errors import InputError
from foedus.record.noted import note

T = TypeVar("T")
Entry = dict[str, Any]

_OPENING = re.compile(r"([A-Za-z0-9_-]+)(\.[^\]\n]+)?\][ \t]*(?:\n|$)")
"""The line that opens a table, after its first bracket: the name, and that of a subtable."""


class Sections(Mapping[str, T]):
    """The tables of some TOML files by name, in their order, each made by `make(name, entry)` when it is first asked for."""

    def __init__(
        self,
        files: Sequence[Path],
        make: Callable[[str, Entry], T],
        check: Callable[[str, Entry], Iterable[str]],
        *,
        across: Callable[[Mapping[str, Entry]], Iterable[tuple[str, str]]] = lambda _: (),
        order: Sequence[str] = (),
        more: Mapping[str, Entry] | None = None,
        noted: str | None = None,
    ) -> None:
        """Cut the files into their tables, none of which is parsed yet.

        check : the faults of one entry. across : those that show only when all entries are known, each with the entry's name.
        order : names that come before all others. more : entries that are in no file.
        noted : what an entry is noted as where it is looked up (`record/noted.py`); None for nothing.
        """
        self._make, self._check, self._across = make, check, across
        self._file: dict[str, Path] = {}
        self._texts: dict[str, str] = dict.fromkeys(order, "")
        self._heads: dict[Path, str | Entry] = {}
        self._twice: list[str] = []
        for file in files:
            self._cut(file)
        self._texts = {name: text for name, text in self._texts.items() if text}
        self._more, self._noted = dict(more or {}), noted
        self._made: dict[str, T] = {}

    def _cut(self, file: Path) -> None:
        for name, text, subtable in _tables(file):
            if name == "":
                self._heads[file] = text
            elif self._file.setdefault(name, file) is file and (subtable or not self._texts.get(name)):
                self._texts[name] = self._texts.get(name, "") + text
            else:
                self._twice.append(f"{name} stands in {_short(self._file[name])} and again in {_short(file)}")

    def __getitem__(self, name: str) -> T:
        if self._noted:
            note(self._noted, name)
        if name not in self._made:
            try:
                self._made[name] = self._make(name, self._checked(name))
            except RecursionError:  # made of itself
                raise InputError(listed(self.faults())) from None
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._texts or name in self._more

    def __iter__(self) -> Iterator[str]:
        yield from self._texts
        yield from self._more

    def __len__(self) -> int:
        return len(self._texts) + len(self._more)

    def faults(self) -> list[str]:
        """Return every fault of every entry, one sentence each that begins with the file and the entry."""
        read = {name: self._read(name) for name in self}
        sound = {name: entry for name, (entry, faults) in read.items() if not faults}
        alone = ((name, fault) for name, (_, faults) in read.items() for fault in faults)
        return [*self._twice, *(f"{self.place(name)}: {fault}" for name, fault in (*alone, *self._across(sound)))]

    def place(self, name: str) -> str:
        """Say where an entry stands.

        >>> from foedus.record.source import catalog
        >>> catalog().place("gml")
        'catalog/disputes.toml [gml]'
        """
        return f"{_short(self._file[name])} [{name}]" if name in self._texts else f"added by you [{name}]"

    def _checked(self, name: str) -> Entry:
        entry, faults = self._read(name)
        if faults or self._twice:
            raise InputError(listed(self.faults()))
        return entry

    def _read(self, name: str) -> tuple[Entry, list[str]]:
        """Return an entry, and its faults."""
        if name in self._more:
            return self._more[name], list(self._check(name, self._more[name]))
        try:
            entry = {**self._parsed_head(self._file[name]), **self._parsed(name)}
        except ValueError as error:
            return {}, [f"is not TOML: {error}"]
        return entry, list(self._check(name, entry))

    def _parsed_head(self, file: Path) -> Entry:
        """Return what holds for all entries of a file."""
        if isinstance(head := self._heads[file], str):
            head = self._heads[file] = tomllib.loads(head)
        return head

    def _parsed(self, name: str) -> Entry:
        text = self._texts[name]
        try:
            content = tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            before, *_ = re.split(rf"^\[{name}\]", self._file[name].read_text(encoding="utf-8"), maxsplit=1, flags=re.MULTILINE)
            content = tomllib.loads("\n" * before.count("\n") + text)  # fails with the line of the file
        if strange := [other for other in content if other != name]:
            raise ValueError(f"{strange[0]!r} is no name of an entry, which has letters, digits, _ and -")
        entry: Entry = content[name]
        return entry


def names_in(files: Iterable[Path]) -> Iterator[str]:
    """Return the names of the entries in some files, parsing none."""
    return (name for file in files for name, _, subtable in _tables(file) if name and not subtable)


def _tables(file: Path) -> Iterator[tuple[str, str, bool]]:
    """Yield the parts of a file, each with whether it is a subtable: under the name "" what stands above, then the tables."""
    first, *rest = ("\n" + file.read_text(encoding="utf-8")).split("\n[")
    name, parts, subtable = "", [first[1:] + "\n"], False
    for part in rest:
        text = f"[{part}\n"
        if opening := _OPENING.match(part):
            yield name, "".join(parts), subtable
            name, parts, subtable = opening[1], [text], bool(opening[2])
        else:  # a line of a list that begins with a bracket
            parts.append(text)
    yield name, "".join(parts), subtable


def _short(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"


def listed(faults: Sequence[str]) -> str:
    """Return the message that lists the faults of entries."""
    count = f"{len(faults)} faults" if len(faults) > 1 else "a fault"
    return "\n  ".join([f"{count} in the entries that foedus reads:", *faults])
