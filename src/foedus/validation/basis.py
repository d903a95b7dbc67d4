"""What a result rests on, and whether it still stands: the tables, variables and registered tests it read, and the code.

A table counts by the hash of its content; a variable by its entry in the codebook, but for what it is called in words; a test
by its entry in `preregistered.toml`; code by the definitions that the computation reaches (`reach.py`). Whatever else changes,
the result stands. That the text of every file it follows from is the same settles it at once; only where some file has changed
is the code taken apart, to see whether what changed matters.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from foedus.panels.codebook import codebook, world
from foedus.record.noted import TABLE, TEST, VARIABLE, Noted
from foedus.record.store import Record
from foedus.validation.reach import PACKAGE, Code, Reached, Root
from foedus.validation.registration import entries

IN_WORDS = ("label", "topic", "hindsight")
"""What of a variable's entry no number follows from."""

LISTS = ("codebook/*.toml", "world.toml", "record/catalog/*.toml", "validation/preregistered.toml")
"""Files that the entries of variables and tests follow from."""


@dataclass(frozen=True)
class Basis:
    """What a result rests on.

    Attributes
    ----------
    tables : table → hash of its content. variables, tests : name → hash of its entry.
    files : file of the package that the code stands in → hash of its text. lists : hash of all LISTS.
    code : hash of the definitions reached; "" where that was not looked into, so that every change of a file counts.
    """

    tables: Mapping[str, str]
    variables: Mapping[str, str]
    tests: Mapping[str, str]
    files: Mapping[str, str]
    lists: str
    code: str

    @classmethod
    def of(cls, record: Record, read: Iterable[Noted], roots: Iterable[Root]) -> Basis:
        """Return what a computation rests on that read this and began at these roots."""
        variables = frozenset(name for kind, name in read if kind == VARIABLE)
        return cls._of(record, read, _reached(frozenset(roots), variables))

    @classmethod
    def at_a_glance(cls, record: Record, read: Iterable[Noted]) -> Basis:
        """Return the same without looking into the code: the text of every module that is loaded counts, and every TOML file.

        For what is computed sooner than code is taken apart.
        """
        paths = [*_loaded(), *PACKAGE.rglob("*.toml")]
        return cls._of(record, read, Reached("", tuple(sorted(path.relative_to(PACKAGE).as_posix() for path in paths))))

    @classmethod
    def _of(cls, record: Record, read: Iterable[Noted], reached: Reached) -> Basis:
        named: dict[str, list[str]] = {TABLE: [], VARIABLE: [], TEST: []}
        for kind, name in sorted(read):
            named[kind].append(name)
        return cls(
            tables={name: record.tables[name].content_sha256 for name in named[TABLE] if name in record.tables},
            variables={name: of_variable(name) for name in named[VARIABLE]},
            tests={name: of_test(name) for name in named[TEST]},
            files={file: of_text(file) for file in reached.files},
            lists=of_lists(),
            code=reached.sha256,
        )

    def read(self) -> list[Noted]:
        """Return what was read."""
        kinds = ((TABLE, self.tables), (VARIABLE, self.variables), (TEST, self.tests))
        return [(kind, name) for kind, names in kinds for name in names]

    def same_tables(self, record: Record) -> bool:
        """Say whether the record has the tables that were read, as they were."""
        return all(name in record.tables and record.tables[name].content_sha256 == was for name, was in self.tables.items())

    def same_files(self) -> bool:
        """Say whether no file has changed; then neither code nor entries have."""
        return self.lists == of_lists() and all(of_text(file) == was for file, was in self.files.items())

    def same_meaning(self, roots: Iterable[Root]) -> bool:
        """Say whether the code reached from the roots and the entries are what they were, though files have changed."""
        entries_now = ((of_variable, self.variables), (of_test, self.tests))
        if not self.code or any(entry(name) != was for entry, names in entries_now for name, was in names.items()):
            return False
        return _reached(frozenset(roots), frozenset(self.variables)).sha256 == self.code

    def stands(self, record: Record, roots: Iterable[Root]) -> bool:
        """Say whether the same would be computed of this record now."""
        return self.same_tables(record) and (self.same_files() or self.same_meaning(roots))


@dataclass(frozen=True)
class Kept:
    """A result, what it rests on, and where the code begins that computes it."""

    value: Any
    basis: Basis
    roots: frozenset[Root]

    def now(self, record: Record) -> Kept:
        """Return the result, which stands, on the files as they are now."""
        return replace(self, basis=Basis.of(record, self.basis.read(), self.roots))


def root_of(each: Callable[..., Any]) -> Root:
    """Return the function or class of a module that something callable is, or was made in.

    >>> root_of(lambda: None)[0], root_of(Basis.of)
    ('foedus.validation.basis', ('foedus.validation.basis', 'Basis'))
    """
    function = each.func if isinstance(each, partial) else each
    return function.__module__, function.__qualname__.partition(".")[0]


def _loaded() -> Iterator[Path]:
    """The files of the package's modules that this process has loaded."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == PACKAGE.name and (file := getattr(module, "__file__", None)):
            yield Path(file).resolve()


@cache
def _reached(roots: frozenset[Root], variables: frozenset[str]) -> Reached:
    return _code().reached(roots, lambda name: name not in variables and name in codebook())


@cache
def _code() -> Code:
    return Code()


@cache
def of_variable(name: str) -> str:
    """Return the hash of a variable's entry; "" if there is none."""
    known = codebook() if name in codebook() else world()
    return _hash({key: value for key, value in asdict(known[name]).items() if key not in IN_WORDS}) if name in known else ""


@cache
def of_test(name: str) -> str:
    """Return the hash of a registered test's entry, with what it shares with the others; "" if there is none."""
    known = entries()
    return _hash([known["every"], known[name]]) if name in known else ""


@cache
def of_text(file: str) -> str:
    """Return the hash of a file of the package, however its lines end; "" if there is none."""
    path = Path(PACKAGE, file)
    return _short(path.read_bytes().replace(b"\r\n", b"\n")) if path.is_file() else ""


@cache
def of_lists() -> str:
    """Return the hash of all LISTS."""
    files = sorted(path.relative_to(PACKAGE).as_posix() for pattern in LISTS for path in PACKAGE.glob(pattern))
    return _hash([[file, of_text(file)] for file in files])


def _hash(value: Any) -> str:
    return _short(json.dumps(value, default=_text).encode())


def _text(value: object) -> str:
    """Return as text what JSON does not know, a set of names in one order: its own changes from process to process."""
    if isinstance(value, frozenset) and value:
        return f"frozenset({{{', '.join(map(repr, sorted(value, reverse=True)))}}})"
    return str(value)


def _short(content: bytes) -> str:
    """Enough of a hash to tell changes apart."""
    return hashlib.sha256(content).hexdigest()[:16]
