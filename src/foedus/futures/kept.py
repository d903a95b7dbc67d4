"""A run is done in chunks of members, each under a key of its own: what is done of it is kept, and only the rest is done.

The key of a chunk is the hash of all that its counts follow from: the scenario, the record, the system with what it learnt, the
code of this room, and which members. Who computes it, when, and beside which others makes no difference, so that a chunk
may be done twice, elsewhere, or in a later run. Chunks are kept beside the file that they are for, each whole or not at all
(`record/writing.py`) and with the hash of its content: one that is cut off or damaged counts as missing. They are gone once
the run is done.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from foedus.errors import InputError
from foedus.record.writing import write_file
from foedus.version import __version__

if TYPE_CHECKING:
    from foedus.futures.build import Built

ENDING = ".chunk"

_DIGITS = 64
"""Letters of the hash with which a kept chunk begins."""


@dataclass(frozen=True)
class Chunk:
    """Members that are run together, from `first` to before `stop`, and the key of their counts."""

    key: str
    first: int
    stop: int

    @property
    def members(self) -> range:
        """The members."""
        return range(self.first, self.stop)


def chunks(made: Built, size: int) -> list[Chunk]:
    """Return the chunks of a system's members, `size` at a time, the last one perhaps of fewer."""
    of = "\n".join([made.scenario.sha256, made.record.sha256, code(), fingerprint((made.world, made.steps, made.members))])
    every = range(0, made.scenario.members, size)
    bounds = [(first, min(first + size, made.scenario.members)) for first in every]
    return [Chunk(hashlib.sha256(f"{of}\n{first}\n{stop}".encode()).hexdigest(), first, stop) for first, stop in bounds]


@cache
def code() -> str:
    """Return the version of foedus, and the hash of the code of this room, by which a world is run."""
    told = hashlib.sha256()
    room = Path(__file__).parent
    for path in sorted(room.rglob("*.py")):
        told.update(f"{path.relative_to(room).as_posix()}\n".encode() + path.read_bytes().replace(b"\r\n", b"\n"))
    return f"{__version__} {told.hexdigest()}"


def fingerprint(value: Any) -> str:
    """Return the hash of data classes, mappings, sequences, arrays and plain values, whatever order mappings are in.

    >>> fingerprint({"a": 1, "b": np.zeros(2)}) == fingerprint({"b": np.zeros(2), "a": 1})
    True
    >>> fingerprint(np.zeros(2)) == fingerprint(np.zeros((1, 2)))
    False
    """
    return _fingerprint(value, {})


def _fingerprint(value: Any, known: dict[int, str]) -> str:
    """The hash of a value; `known` has those of data classes by identity, for many steps hold the same world."""
    told = hashlib.sha256(f"{type(value).__name__}\n".encode())
    if is_dataclass(value) and not isinstance(value, type):
        if id(value) in known:
            return known[id(value)]
        for each in fields(value):
            told.update(f"{each.name} {_fingerprint(getattr(value, each.name), known)}\n".encode())
        known[id(value)] = told.hexdigest()
    elif isinstance(value, np.ndarray):
        told.update(f"{value.dtype.str} {value.shape}\n".encode() + np.ascontiguousarray(value).tobytes())
    elif isinstance(value, Mapping):
        told.update("\n".join(sorted(f"{key!r} {_fingerprint(of, known)}" for key, of in value.items())).encode())
    elif isinstance(value, AbstractSet):
        told.update("\n".join(sorted(_fingerprint(each, known) for each in value)).encode())
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        told.update("\n".join(_fingerprint(each, known) for each in value).encode())
    else:
        told.update((value.name if isinstance(value, Enum) else repr(value)).encode())
    return told.hexdigest()


def packed(counts: pl.DataFrame) -> bytes:
    """Return counts as they are kept and sent: the hash of a Parquet file, and the file."""
    file = io.BytesIO()
    counts.write_parquet(file, compression="zstd")
    content = file.getvalue()
    return hashlib.sha256(content).hexdigest().encode() + content


def unpacked(told: bytes) -> pl.DataFrame | None:
    """Return the counts that were packed, or None if they are not all there, to the last bit.

    >>> whole = packed(pl.DataFrame({"members": [8]}))
    >>> unpacked(whole), unpacked(whole[:-1])
    (shape: (1, 1)
    ┌─────────┐
    │ members │
    │ ---     │
    │ i64     │
    ╞═════════╡
    │ 8       │
    └─────────┘, None)
    """
    content = told[_DIGITS:]
    if hashlib.sha256(content).hexdigest().encode() != told[:_DIGITS]:
        return None
    return pl.read_parquet(io.BytesIO(content))


@dataclass(frozen=True)
class Unfinished:
    """What is kept of a run that is to write a file: a folder beside it, in which each chunk is a file under its key.

    >>> Unfinished(Path("futures.parquet")).folder.name
    'futures.parquet.unfinished'
    """

    output: Path

    @property
    def folder(self) -> Path:
        """Where chunks are kept."""
        return self.output.with_name(f"{self.output.name}.unfinished")

    def read(self, chunk: Chunk) -> pl.DataFrame | None:
        """Return the counts of a chunk, or None if it is missing, cut off or damaged."""
        try:
            return unpacked(self._file(chunk).read_bytes())
        except OSError:
            return None

    def write(self, chunk: Chunk, told: bytes) -> None:
        """Keep a chunk that was packed; raises InputError if it cannot be written."""
        try:
            self.folder.mkdir(exist_ok=True)
        except OSError as error:
            raise InputError(f"cannot keep what is done in {self.folder}: {error.strerror}.") from error
        write_file(self._file(chunk), lambda target: target.write_bytes(told))

    def finished(self) -> None:
        """Remove what was kept, of this and of other scenarios; what is not a chunk stays."""
        for path in self.folder.glob(f"*{ENDING}"):
            path.unlink(missing_ok=True)
        if self.folder.is_dir() and not any(self.folder.iterdir()):
            self.folder.rmdir()

    def _file(self, chunk: Chunk) -> Path:
        return self.folder / f"{chunk.key}{ENDING}"
