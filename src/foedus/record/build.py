"""A record, built from raw files: every source read, its states numbered, its rows checked, and the whole moved into place.

`build_record` reads all sources of some licence classes or, into a copy of the record in use, a few of them: then nobody needs
the raw files of the others. `filter_record` keeps the tables of some licence classes, and needs no raw file at all. What is
wrong with raw files or with rows (`integrity.py`) is said at once, with source, table and row, and nothing is written.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from foedus.errors import InputError, RecordError, nearest
from foedus.record import pinned
from foedus.record.cow import Numbered, numbered
from foedus.record.in_use import MANIFEST, RELEASES, SOURCES, write_sources
from foedus.record.integrity import faults
from foedus.record.manifest import Table, of_no_member, record_sha256
from foedus.record.pinned import sha256_of
from foedus.record.seal import sealed, unsealed
from foedus.record.source import Source, catalog, releases
from foedus.record.store import Record, described, forget_opened, open_record
from foedus.record.writing import LITTER, mend, new_folder, write_file, write_text

OPEN_CLASSES = frozenset({"open"})
SHIPPED_CLASSES = OPEN_CLASSES | {"academic"}
STATES, STATE_YEARS = "state_system", "state_years"
"""The source, and its table, by which all others get the numbers of states."""

Say = Callable[[str], None]


def build_record(
    raw: Path,
    folder: Path,
    *,
    licences: frozenset[str] = SHIPPED_CLASSES,
    sources: Sequence[str] = (),
    say: Say = lambda _: None,
) -> Record:
    """Read every source of the given licence classes from the folder `raw` and write a record to `folder`.

    With `sources`, only these are read, and the other tables are those of the record in use. The record is built beside
    the folder and moved into it when it is whole; a build that fails leaves the folder as it was.

    Raises RecordError, with every fault, if a raw file is missing or not the one in the catalog, or if a row breaks the rules;
    InputError if there is no such source to build, or the folder holds anything but a record.
    """
    if not raw.is_dir():
        raise InputError(f"{raw} is not a folder of raw files. Name the folder that holds political/ and physical/.")
    if "restricted" in licences:
        raise InputError("a record that is passed on never holds restricted sources: leave them out.")
    shipped = [source for source in catalog().values() if source.licence in licences]
    read = _sources_called(sources, shipped) if sources else shipped
    with _new_record(folder) as built:
        if wrong := [fault for source in read for fault in source.faults(raw)]:
            raise RecordError(f"the raw files are not those of the catalog: {'; '.join(wrong)}.")
        copied: list[Table] = []
        if sources:  # else nobody needs the record in use, which may be damaged
            record = open_record(additions=False)
            others = {source.id for source in shipped} - {source.id for source in read}
            kept = [table for table in record.tables.values() if table.source in others]
            copied = _copied(record, kept, built)
            _write_releases(built, record, copied)
        tables = [*copied, *_read_all(raw, read, built, say)]
        _write_manifest(built, [table for source in shipped for table in tables if table.source == source.id], pinned.VERSION)
    return open_record(folder, additions=False)


def filter_record(folder: Path, *, licences: frozenset[str] = OPEN_CLASSES) -> Record:
    """Write to `folder` a record with the tables of the record in use that are of the given licence classes, byte for byte.

    No raw file is needed, and what the user has added stays out. Raises RecordError if a table is damaged; InputError if the
    folder is the record in use, or holds anything but a record.
    """
    record = open_record(additions=False)
    kept = [table for table in record.tables.values() if table.licence in licences]
    with _new_record(folder, beside=record) as built:
        _write_manifest(built, _copied(record, kept, built), record.version)
        _write_releases(built, record, kept)
    return open_record(folder, additions=False)


def write_release(
    record: Record, folder: Path, source: Source, tables: Mapping[str, Numbered], entry: Mapping[str, Any]
) -> Record:
    """Write to `folder` a copy of a record in which the tables of one source are those of a newer release.

    entry : what RELEASES is to say of the release. Raises InputError and RecordError as `filter_record` does.
    """
    kept = [table for table in record.tables.values() if table.source != source.id]
    with _new_record(folder, beside=record) as built:
        now = {table.name: table for table in _copied(record, kept, built)}
        for name, (frame, places) in tables.items():
            now[name] = _write_table(built, name, source, frame, places)
        _write_manifest(built, [now[name] for name in dict.fromkeys([*record.tables, *now])], record.version)
        _write_releases(built, record, kept, {source.id: entry})
    return open_record(folder, additions=False)


def _write_releases(folder: Path, record: Record, kept: Iterable[Table], more: Mapping[str, Any] | None = None) -> None:
    """Write which newer releases a record holds: those of the tables that were copied, and more; no file if there is none."""
    copied = {table.source for table in kept}
    held = {name: entry for name, entry in releases(record.folder).items() if name in copied} | {**(more or {})}
    if held:
        write_text(folder / RELEASES, json.dumps(held, indent=1) + "\n")


@contextmanager
def _new_record(folder: Path, *, beside: Record | None = None) -> Iterator[Path]:
    """Give an empty folder for a record; once it is whole, it takes the place of `folder`, and nothing does if it fails.

    Raises InputError if `folder` holds the record that the new one is written `beside`, or what is no record.
    """
    if beside is not None and folder.resolve() == beside.folder:
        raise InputError(f"{folder} holds the record that is in use. Name another folder for the new one.")
    mend(folder)
    if folder.is_file() or (folder.is_dir() and (strange := _not_of_a_record(folder))):
        what = f"holds {strange}, which is no part of a record" if folder.is_dir() else "is a file"
        raise InputError(
            f"{folder} {what}: a folder for a record is empty or holds one alone. Name another for the new record."
        )
    with new_folder(folder) as built:
        yield built
        content = unsealed((built / MANIFEST).read_bytes())
        if folder.resolve() != pinned.SHIPPED:  # beside which the catalog stands
            held = {row["source"] for row in content["tables"]}
            write_sources(built, {name: asdict(catalog()[name]) for name in held})
    if folder.resolve() == pinned.SHIPPED:
        pinned.pin(content["sha256"])
    forget_opened()


def _not_of_a_record(folder: Path) -> str:
    """Return the name of a file that is no part of a record, nor of one whose build was killed; "" if there is none."""
    tables = {name for source in catalog().values() for name in source.tables}
    with suppress(RecordError):
        tables |= set(open_record(folder, additions=False).tables)
    known = {MANIFEST, RELEASES, SOURCES, *(f"{name}.parquet" for name in tables)}
    return next(
        (path.name for path in sorted(folder.iterdir()) if path.name not in known and not path.name.endswith(LITTER)), ""
    )


def _sources_called(names: Sequence[str], shipped: Sequence[Source]) -> list[Source]:
    """Return the sources of these names, in the order of the catalog."""
    known = {source.id: source for source in shipped}
    if unknown := [name for name in names if name not in known]:
        raise InputError(
            f"no source that is built is called {', '.join(map(repr, unknown))}.{nearest(unknown[0], known)} "
            f"There are: {', '.join(known)}."
        )
    return [source for source in shipped if source.id in names]


def _copied(record: Record, kept: Sequence[Table], folder: Path) -> list[Table]:
    """Copy some tables of a record into a folder; raises RecordError if a table of it is damaged."""
    if damaged := record.verify():
        raise RecordError(f"the record in {record.folder} cannot be copied: {'; '.join(damaged)}.")
    for table in kept:
        shutil.copyfile(record.folder / f"{table.name}.parquet", folder / f"{table.name}.parquet")
    return list(kept)


def _read_all(raw: Path, sources: Sequence[Source], folder: Path, say: Say) -> list[Table]:
    """Read sources and write their tables into a folder; raises RecordError that lists every row that breaks the rules."""
    state_years = _state_years(raw, sources)
    tables: list[Table] = []
    broken: list[str] = []
    for source in sources:
        say(source.id)
        unplaced = source.unplaced(raw)
        for name, frame in source.read(raw).items():
            kept, places = numbered(frame, state_years) if name != STATE_YEARS else (frame, {})
            places |= unplaced.get(name, {})
            broken += faults(source, name, kept)
            tables.append(_write_table(folder, name, source, kept, places))
            if places:
                say(f"  {name}: {of_no_member(tables[-1])}")
    if broken:
        raise RecordError("rows break the rules of the record:\n  " + "\n  ".join(broken))
    return tables


def _state_years(raw: Path, sources: Sequence[Source]) -> pl.DataFrame:
    """Return the numbers of states by year: of the raw files where they are read, else of the record in use."""
    if STATES in (source.id for source in sources):
        return catalog()[STATES].read(raw)[STATE_YEARS]
    return open_record(additions=False).table(STATE_YEARS)


def _write_table(folder: Path, name: str, source: Source, frame: pl.DataFrame, places: dict[str, int]) -> Table:
    path = folder / f"{name}.parquet"
    write_file(path, lambda temporary: frame.write_parquet(temporary, compression="zstd", compression_level=15))
    return described(source, name, frame, sum(places.values()), sha256_of(path), places)


def _write_manifest(folder: Path, tables: Iterable[Table], version: str) -> None:
    listed = list(tables)
    manifest = {"version": version, "sha256": record_sha256(listed), "tables": [asdict(table) for table in listed]}
    write_text(folder / MANIFEST, sealed(json.dumps(manifest, indent=1) + "\n"))
