"""The record: everything observed, as Parquet tables with a manifest that says what each is, from whom, and what its bytes are.

A record is a folder with `record.json` and one Parquet file a table. `open_record` opens the one the package ships (or the
folder named by the environment variable FOEDUS_RECORD); `build.py` writes one from a folder of raw files; `Record.verify`
compares every file with the manifest. A table's *content hash* is the SHA-256 of its canonical CSV, so that it does not depend
on the Parquet writer; the record's hash is that of all content hashes.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from foedus.errors import InputError, LeftOutError, RecordError, nearest
from foedus.record.manifest import Addition, Table, added, data_folder, remedy, stamps
from foedus.record.noted import TABLE, Noted, note, note_all, noting
from foedus.record.source import RECORD_VARIABLE, Source, catalog, sha256_of

VERSION = "2026.11"
"""Version of the shipped record: year and month of its build. The hash says what is in it."""

MANIFEST = "record.json"
SHIPPED = Path(__file__).with_name("tables")
"""The record that the package ships."""

SMALL = 1_000_000
"""Bytes of a file below which one thread reads it in less time than several find out what there is to do."""

Derived = TypeVar("Derived")


@dataclass(frozen=True)
class Record:
    """An opened record.

    Attributes
    ----------
    version, sha256 : of the record that ships; what the user has added does not change them.
    tables : every table, those of the additions included.
    additions : what the user has added, with its hashes.

    >>> record = open_record()
    >>> record.table("polyarchy").columns
    ['ccode', 'year', 'polyarchy']
    """

    folder: Path
    version: str
    sha256: str
    tables: dict[str, Table]
    _frames: dict[str, pl.DataFrame] = field(default_factory=dict, repr=False, compare=False)
    _derived: dict[str, tuple[Any, frozenset[Noted]]] = field(default_factory=dict, repr=False, compare=False)
    additions: tuple[Addition, ...] = ()

    def table(self, name: str) -> pl.DataFrame:
        """Return a table; raises InputError if the record has none of that name, RecordError if its file cannot be read."""
        note(TABLE, name)
        if name not in self._frames:
            self._frames[name] = self._read(name)
        return self._frames[name]

    def derived(self, name: str, make: Callable[[], Derived]) -> Derived:
        """Return what follows from the record's tables alone, such as a frame, made by `make` when it is first asked for."""
        if name not in self._derived:
            with noting() as read:
                result = make()
            self._derived[name] = result, frozenset(read)
        made: Derived
        made, follows_from = self._derived[name]
        note_all(follows_from)
        return made

    def verify(self) -> list[str]:
        """Return one sentence per damaged or missing table; an empty list means every file is what the manifest says."""
        return [fault for name in self.tables if (fault := self._fault(name))]

    def addition_of(self, name: str) -> Addition | None:
        """Return the addition that a table belongs to; None if it is one of the record that ships."""
        return next((each for each in self.additions if name in (table.name for table in each.tables)), None)

    def _path(self, name: str) -> Path:
        addition = self.addition_of(name)
        return addition.path(self.tables[name]) if addition else self.folder / f"{name}.parquet"

    def _read(self, name: str) -> pl.DataFrame:
        if name not in self.tables:
            raise self._absent(name)
        try:
            content = self._path(name).read_bytes()
        except OSError as error:
            raise self._unreadable(name, error.strerror or str(error)) from error
        if hashlib.sha256(content).hexdigest() != self.tables[name].file_sha256:
            raise self._unreadable(name, "its bytes are not those the manifest describes")
        return pl.read_parquet(io.BytesIO(content), parallel="none" if len(content) < SMALL else "auto")

    def _absent(self, name: str) -> InputError:
        """Return what is wrong with asking for a table that this record lacks, and where it comes from."""
        source = next((each for each in catalog().values() if name in each.tables), None)
        if source and source.licence != "restricted":
            where = f"table {name} comes from {source.id} ({source.licence}), which this record leaves out"
            return LeftOutError(f"{where}. Use a record with it, such as the one that ships.", {source.id: [name]})
        elsewhere = f" {source.how_to_add()}" if source else nearest(name, self.tables)
        return InputError(f"the record has no table {name!r}.{elsewhere} `foedus record list` lists its tables.")

    def _unreadable(self, name: str, reason: str) -> RecordError:
        if addition := self.addition_of(name):
            return RecordError(f"table {name}, which you have added, cannot be read: {reason}. {remedy(addition.source.id)}")
        return RecordError(
            f"table {name} of the record in {self.folder} cannot be read: {reason}. "
            "Run `foedus record verify`, then reinstall foedus or rebuild the record."
        )

    def _fault(self, name: str) -> str | None:
        path = self._path(name)
        addition = self.addition_of(name)
        which, what_to_do = (f"added table {name}", f". {remedy(addition.source.id)}") if addition else (f"table {name}", "")
        if not path.is_file():
            return f"{which}: {path.name} is missing{what_to_do}"
        if sha256_of(path) != self.tables[name].file_sha256:
            return f"{which}: {path.name} is not the file the manifest describes (damaged or replaced){what_to_do}"
        return None


def open_record(folder: Path | None = None, *, additions: bool = True) -> Record:
    """Open the record in `folder`, by default the one named by FOEDUS_RECORD, else the one shipped with the package.

    What the user has added (`record/additions.py`) is part of it, unless `additions` is false. Raises RecordError if there is
    none or its manifest, or that of an addition, cannot be understood.
    """
    chosen = folder or Path(os.environ.get(RECORD_VARIABLE) or SHIPPED)
    if not additions:
        return _open(chosen.resolve())
    data = data_folder().resolve()
    return _with_additions(chosen.resolve(), data, stamps(data))


def forget_opened() -> None:
    """Have the manifests read again when the record is next opened."""
    _open.cache_clear()
    _with_additions.cache_clear()


@cache
def _with_additions(folder: Path, data: Path, _: tuple[tuple[str, int], ...]) -> Record:
    """Return the record with what has been added; opened again when a manifest there changes, by whatever process."""
    record, additions = _open(folder), added(data)
    if not additions:
        return record
    tables = dict(record.tables)
    for addition in additions:
        for table in addition.tables:
            if table.name in tables:
                raise RecordError(f"two sources have a table {table.name}. {remedy(addition.source.id)}")
            tables[table.name] = table
    return Record(record.folder, record.version, record.sha256, tables, additions=additions)


@cache
def _open(folder: Path) -> Record:
    manifest = folder / MANIFEST
    if folder.is_file():
        raise RecordError(f"{folder} is a file; a record is a folder that holds {MANIFEST}.")
    try:
        content = json.loads(manifest.read_text(encoding="utf-8"))
        tables = {row["name"]: Table(**{**row, "columns": tuple(row["columns"])}) for row in content["tables"]}
        return Record(folder, content["version"], content["sha256"], tables)
    except FileNotFoundError:
        raise RecordError(
            f"there is no record in {folder}: {MANIFEST} is missing. Name a folder that "
            f"`foedus record filter` or `foedus record build` wrote; unset {RECORD_VARIABLE} if it leads there."
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RecordError(
            f"{manifest} is not a record's manifest ({error}). Reinstall foedus or rebuild the record."
        ) from error


def content_sha256(frame: pl.DataFrame) -> str:
    """Return the SHA-256 of a frame's column names, types and canonical CSV.

    >>> content_sha256(pl.DataFrame({"year": [1816]})) == content_sha256(pl.DataFrame({"year": [1816]}))
    True
    """
    digest = hashlib.sha256(json.dumps([(name, str(dtype)) for name, dtype in frame.schema.items()]).encode())
    digest.update(frame.write_csv().encode())
    return digest.hexdigest()


def write_text(path: Path, text: str) -> None:
    """Write a text file under a temporary name in the same folder, then move it into place."""
    write_file(path, lambda temporary: Path(temporary).write_text(text, encoding="utf-8", newline="\n"))


def write_file(path: Path, write: Callable[[Path], Any]) -> None:
    """Call `write` with a temporary path beside `path`, then move the result into place; nothing half-written remains.

    A link is followed; a pipe or a device is written to. Raises InputError if the place cannot be written or the disk is full.
    """
    check_target(path)
    target = path.resolve()
    regular = target.is_file() or not target.exists()
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent if regular else None)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}.") from error
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        if regular:
            temporary.chmod(0o666 & ~_umask())
            temporary.replace(target)
        else:
            target.write_bytes(temporary.read_bytes())
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error).splitlines()[0]
        raise InputError(f"cannot write {path}: {reason}.") from error
    finally:
        temporary.unlink(missing_ok=True)


def check_target(path: Path) -> None:
    """Raise InputError if no file can be written at `path`, before any work is done for it."""
    if not path.parent.is_dir():
        raise InputError(f"cannot write {path}: the folder {path.parent} does not exist. Create it first.")
    if path.is_dir():
        raise InputError(f"cannot write {path}: it is a folder. Name a file in it.")


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def described(
    source: Source, name: str, frame: pl.DataFrame, dropped: int, file_sha256: str, places: dict[str, int] | None = None
) -> Table:
    """Return what a manifest says of a table of a source, whose Parquet file has that hash."""
    return Table(
        name=name,
        source=source.id,
        licence=source.licence,
        rows=frame.height,
        columns=tuple(frame.columns),
        dropped=dropped,
        content_sha256=content_sha256(frame),
        file_sha256=file_sha256,
        places=places or {},
    )
