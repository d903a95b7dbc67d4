"""The record: everything observed, as Parquet tables with a manifest that says what each is, from whom, and what its bytes are.

A record is a folder with `record.json` and one Parquet file a table. `open_record` opens the one the package ships (or the
one that the environment variable FOEDUS_RECORD names); `build.py` writes one from a folder of raw files. A table's *content
hash* is the SHA-256 of its canonical CSV, so that it does not depend on the Parquet writer; the record's hash is that of all
content hashes.

Nothing is taken on the manifest's word. When a record is opened, its seal is looked at and its hash computed again from the
listed content hashes; the one that ships has to be that of `pinned.py`. When a table is read, its bytes are hashed
and, of any other record than the one that ships, what they hold. `Record.verify` computes content hashes, rows and columns
again, and names files that no entry knows.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from foedus.errors import InputError, LeftOutError, RecordError, nearest
from foedus.record import pinned
from foedus.record.in_use import MANIFEST, RECORD_VARIABLE, RELEASES, SOURCES, data_folder, folder_in_use, located, read_sources
from foedus.record.manifest import ADDED, Addition, Table, added, read_table, record_sha256, remedy, stamps
from foedus.record.noted import TABLE, Noted, note, note_all, noting
from foedus.record.pinned import SHIPPED, sha256_of
from foedus.record.seal import unsealed
from foedus.record.source import Source, catalog
from foedus.record.writing import mend

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
        """Return one sentence per damaged, missing or unknown file; an empty list means that all is what the manifest says.

        Hash of the content, rows and columns are computed again from each table.
        """
        faults = [fault for name in self.tables if (fault := self._fault(name))]
        own = {MANIFEST, RELEASES, SOURCES, *(self._path(name).name for name in self.tables if not self.addition_of(name))}
        strange = list(_unknown(self.folder, own))
        for each in self.additions:
            strange += _unknown(each.folder, {ADDED, *(each.path(table).name for table in each.tables)})
        with suppress(RecordError):
            read_sources(self.folder)
            return faults + strange
        return [*faults, *strange, f"{SOURCES} is damaged"]

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
        frame = pl.read_parquet(io.BytesIO(content), parallel="none" if len(content) < SMALL else "auto")
        shipped = self.folder == SHIPPED and not self.addition_of(name)  # then the manifest is the one that ships
        if not shipped and content_sha256(frame) != self.tables[name].content_sha256:
            raise self._unreadable(name, "what it holds has another hash than the manifest says")
        return frame

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
        path, table = self._path(name), self.tables[name]
        addition = self.addition_of(name)
        which, what_to_do = (f"added table {name}", f". {remedy(addition.source.id)}") if addition else (f"table {name}", "")
        if not path.is_file():
            return f"{which}: {path.name} is missing{what_to_do}"
        if sha256_of(path) != table.file_sha256:
            return f"{which}: {path.name} is not the file the manifest describes (damaged or replaced){what_to_do}"
        try:
            frame = pl.read_parquet(path)
        except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
            return f"{which}: {path.name} cannot be read ({str(error).splitlines()[0]}){what_to_do}"
        if (frame.height, tuple(frame.columns)) != (table.rows, table.columns):
            return f"{which}: {path.name} has other rows or columns than the manifest says{what_to_do}"
        if content_sha256(frame) != table.content_sha256:
            return f"{which}: what {path.name} holds has another hash than the manifest says{what_to_do}"
        return None


def _unknown(folder: Path, known: Collection[str]) -> Iterator[str]:
    """Name what lies in a folder beside what is known."""
    if others := sorted(path.name for path in folder.iterdir() if path.name not in known):
        yield f"no entry of {folder} knows {', '.join(others)}"


def open_record(folder: Path | None = None, *, additions: bool = True) -> Record:
    """Open the record in `folder`, by default the one named by FOEDUS_RECORD, else the one shipped with the package.

    A wheel of foedus, a bundle, a version or a hash names a record as well (`record/in_use.py`).

    What the user has added (`record/additions.py`) is part of it, unless `additions` is false. Raises RecordError if there is
    none or its manifest, or that of an addition, cannot be understood.
    """
    chosen = ((located(str(folder)) if folder else folder_in_use()) or SHIPPED).resolve()
    if not additions:
        return _open(chosen)
    data = data_folder().resolve()
    return _with_additions(chosen, data, stamps(data))


def forget_opened() -> None:
    """Have the manifests read again when the record is next opened."""
    _open.cache_clear()
    forget_added()


def forget_added() -> None:
    """Have the manifests of what has been added read again; the record without it stays as it is."""
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
    with suppress(OSError):
        mend(folder)
    try:
        content = unsealed(manifest.read_bytes())
        tables = {row["name"]: read_table(row) for row in content["tables"]}
        version, sha256 = str(content["version"]), str(content["sha256"])
    except FileNotFoundError:
        raise RecordError(
            f"there is no record in {folder}: {MANIFEST} is missing. Name a folder that "
            f"`foedus record filter` or `foedus record build` wrote; unset {RECORD_VARIABLE} if it leads there."
        ) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RecordError(
            f"{manifest} is not a record's manifest ({error}). Reinstall foedus or rebuild the record."
        ) from error
    if len(tables) != len(content["tables"]) or sha256 != record_sha256(tables.values()):
        raise RecordError(f"{manifest}: the record's hash is not that of its tables. Reinstall foedus or rebuild the record.")
    if folder == SHIPPED and ((version, sha256) != (pinned.VERSION, pinned.SHA256) or not pinned.listed(manifest)):
        raise RecordError(
            f"the record in {folder} is not the one that this foedus ships ({pinned.VERSION}, SHA-256 {pinned.SHA256}), "
            "or its manifest is another. Reinstall foedus; in a checkout, `make record` builds and pins it."
        )
    return Record(folder, version, sha256, tables)


def content_sha256(frame: pl.DataFrame) -> str:
    """Return the SHA-256 of a frame's column names, types and canonical CSV.

    >>> content_sha256(pl.DataFrame({"year": [1816]})) == content_sha256(pl.DataFrame({"year": [1816]}))
    True
    """
    digest = hashlib.sha256(json.dumps([(name, str(dtype)) for name, dtype in frame.schema.items()]).encode())
    digest.update(frame.write_csv().encode())
    return digest.hexdigest()


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
