"""The record: everything observed, as Parquet tables with a manifest that says what each is, from whom, and what its bytes are.

A record is a folder with `record.json` and one Parquet file a table. `open_record` opens the one the package ships (or the
folder named by the environment variable FOEDUS_RECORD); `build_record` writes one from a folder of raw files; `Record.verify`
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
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from foedus.errors import InputError, RecordError, nearest
from foedus.record.manifest import Addition, Table, added, data_folder, remedy, stamps
from foedus.record.source import Source, catalog, sha256_of

VERSION = "2026.11"
"""Version of the shipped record: year and month of its build. The hash says what is in it."""

MANIFEST = "record.json"
SHIPPED = Path(__file__).with_name("tables")
"""The record that the package ships."""

FOLDER_VARIABLE = "FOEDUS_RECORD"


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
    _derived: dict[str, pl.DataFrame] = field(default_factory=dict, repr=False, compare=False)
    additions: tuple[Addition, ...] = ()

    def table(self, name: str) -> pl.DataFrame:
        """Return a table; raises InputError if the record has none of that name, RecordError if its file cannot be read."""
        if name not in self._frames:
            self._frames[name] = self._read(name)
        return self._frames[name]

    def derived(self, name: str, make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """Return a frame that follows from the record's tables alone, made by `make` when it is first asked for."""
        if name not in self._derived:
            self._derived[name] = make()
        return self._derived[name]

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
            raise InputError(f"the record has no table {name!r}.{self._elsewhere(name)} `foedus record list` lists its tables.")
        try:
            content = self._path(name).read_bytes()
        except OSError as error:
            raise self._unreadable(name, error.strerror or str(error)) from error
        if hashlib.sha256(content).hexdigest() != self.tables[name].file_sha256:
            raise self._unreadable(name, "its bytes are not those the manifest describes")
        return pl.read_parquet(io.BytesIO(content))

    def _elsewhere(self, name: str) -> str:
        """Where a table that this record lacks comes from, or the nearest names."""
        for source in catalog().values():
            if name in source.tables and source.licence == "restricted":
                return f" {source.how_to_add()}"
            if name in source.tables:
                return f" It comes from {source.id} ({source.licence}), which this record leaves out."
        return nearest(name, self.tables)

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
    chosen = folder or Path(os.environ.get(FOLDER_VARIABLE) or SHIPPED)
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
    """The record with what has been added; opened again when a manifest there changes, by whatever process."""
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
            f"there is no record in {folder}: {MANIFEST} is missing. Unset {FOLDER_VARIABLE} or rebuild."
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RecordError(
            f"{manifest} is not a record's manifest ({error}). Reinstall foedus or rebuild the record."
        ) from error


def build_record(
    raw: Path,
    folder: Path,
    *,
    licences: frozenset[str] = frozenset({"open", "academic"}),
    say: Callable[[str], None] = lambda _: None,
) -> Record:
    """Read every source of the given licence classes from the folder `raw` and write a record to `folder`.

    The record is built beside the folder and moved into it when it is whole; a build that fails leaves the folder as it was.
    Raises RecordError if a raw file is missing or not the one in the catalog, InputError if the folder holds anything but a
    record.
    """
    if not raw.is_dir():
        raise InputError(f"{raw} is not a folder of raw files. Name the folder that holds political/ and physical/.")
    if "restricted" in licences:
        raise InputError("a record that is passed on never holds restricted sources: leave them out.")
    if folder.exists() and not (folder.is_dir() and ((folder / MANIFEST).is_file() or not any(folder.iterdir()))):
        raise InputError(f"{folder} is neither an empty folder nor one that holds a record. Name another for the new record.")
    chosen = [source for source in catalog().values() if source.licence in licences]
    if faults := [fault for source in chosen for fault in source.faults(raw)]:
        raise RecordError(f"the raw files are not those of the catalog: {'; '.join(faults)}.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as made:
        _write_record(raw, Path(made), chosen, say)
        _replace(folder, Path(made))
    forget_opened()
    return open_record(folder, additions=False)


def _write_record(raw: Path, folder: Path, chosen: list[Source], say: Callable[[str], None]) -> None:
    state_years = next(iter(catalog().values())).read(raw)["state_years"]
    tables = []
    for source in chosen:
        say(source.id)
        for name, frame in source.read(raw).items():
            tables.append(_write_table(folder, name, source, frame, state_years))
    digest = hashlib.sha256("\n".join(f"{table.name} {table.content_sha256}" for table in tables).encode()).hexdigest()
    manifest = {"version": VERSION, "sha256": digest, "tables": [asdict(table) for table in tables]}
    write_text(folder / MANIFEST, json.dumps(manifest, indent=1) + "\n")


def _replace(folder: Path, made: Path) -> None:
    """Move a finished record into place: the old manifest goes first and the new one comes last."""
    old = set(_open(folder.resolve()).tables) if (folder / MANIFEST).is_file() else set()
    folder.mkdir(exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    for path in sorted(made.glob("*.parquet")):
        path.replace(folder / path.name)
    for name in old - _names(made):
        (folder / f"{name}.parquet").unlink(missing_ok=True)
    (made / MANIFEST).replace(folder / MANIFEST)


def _names(made: Path) -> set[str]:
    content = json.loads((made / MANIFEST).read_text(encoding="utf-8"))
    return {row["name"] for row in content["tables"]}


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


def _write_table(folder: Path, name: str, source: Source, frame: pl.DataFrame, state_years: pl.DataFrame) -> Table:
    translated = to_cow(frame, state_years) if name != "state_years" else frame
    path = folder / f"{name}.parquet"
    write_file(path, lambda temporary: translated.write_parquet(temporary, compression="zstd", compression_level=15))
    return described(source, name, translated, frame.height - translated.height, sha256_of(path))


def described(source: Source, name: str, frame: pl.DataFrame, dropped: int, file_sha256: str) -> Table:
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
    )


_OTHER_KEYS = {"iso3": "iso3", "state": "english_name"}
_NUMBERS = ("gwcode", "gwcode1", "gwcode2", "ccode", "ccode1", "ccode2")


def to_cow(frame: pl.DataFrame, state_years: pl.DataFrame) -> pl.DataFrame:
    """Add COW numbers to rows keyed by Gleditsch–Ward codes; turn ISO3 codes and English names into them; at the row's year.

    Of a frame that has `year`, each column gwcode* gets a ccode* beside it, unless there is one: null where no member of the
    COW system bears the code in that year; no row drops out. In a frame without numbers, iso3* and state* become ccode*, and
    rows with a code that belongs to no member in that year drop out; rows with a null code stay. Other frames are returned as
    they are.

    >>> names = {"iso3": ["DEU"], "english_name": ["Germany"]}
    >>> crosswalk = pl.DataFrame({"year": [2000], "ccode": [255], "gwcode": [260], **names})
    >>> to_cow(pl.DataFrame({"iso3": ["DEU", "WLD"], "year": [2000, 2000], "gdp": [1.0, 2.0]}), crosswalk)["ccode"].to_list()
    [255]
    >>> to_cow(pl.DataFrame({"gwcode": [260, 396], "year": [2000, 2000]}), crosswalk).rows()
    [(260, 255, 2000), (396, None, 2000)]
    """
    if "year" not in frame.columns:
        return frame
    numbered = not set(_NUMBERS).isdisjoint(frame.columns)
    for column in frame.columns:
        stem = column.rstrip("12").rstrip("_")
        if stem == "gwcode" and column.replace("gwcode", "ccode") not in frame.columns:
            frame = _with_cow(frame, column, column.replace("gwcode", "ccode"), state_years)
        elif stem in _OTHER_KEYS and not numbered:
            frame = _translate(frame, column, "ccode" + column.removeprefix(stem).lstrip("_"), _OTHER_KEYS[stem], state_years)
    keys = [key for key in (*_NUMBERS, "year") if key in frame.columns]
    return frame.sort(keys, maintain_order=True) if keys else frame


def _with_cow(frame: pl.DataFrame, column: str, target: str, state_years: pl.DataFrame) -> pl.DataFrame:
    """The frame with the COW number beside one column of Gleditsch–Ward codes."""
    order = [name for each in frame.columns for name in ((each, target) if each == column else (each,))]
    return _joined(frame, column, target, "gwcode", state_years).select(order)


def _translate(frame: pl.DataFrame, column: str, target: str, named: str, state_years: pl.DataFrame) -> pl.DataFrame:
    """The frame with the COW number in place of one column of codes or names."""
    joined = _joined(frame, column, target, named, state_years)
    kept = joined.filter(pl.col(column).is_null() | pl.col(target).is_not_null())
    order = [target if name == column else name for name in frame.columns]
    return kept.drop(column).select(order)


def _joined(frame: pl.DataFrame, column: str, target: str, named: str, state_years: pl.DataFrame) -> pl.DataFrame:
    crosswalk = state_years.select("year", pl.col(named).alias(column), pl.col("ccode").alias(target))
    return frame.join(
        _at_year_end(crosswalk.drop_nulls(), column, target), on=[column, "year"], how="left", maintain_order="left"
    )


def _at_year_end(crosswalk: pl.DataFrame, column: str, target: str) -> pl.DataFrame:
    """Where two states bore a code in one year (Germany and Yemen in 1990), keep the one that goes on into the next."""
    later = crosswalk.select(target, (pl.col("year") - 1).alias("year"), stays=pl.lit(True)).unique()
    marked = crosswalk.join(later, on=[target, "year"], how="left", maintain_order="left").with_columns(
        pl.col("stays").fill_null(False)
    )
    return (
        marked.sort("stays", descending=True, maintain_order=True)
        .unique([column, "year"], keep="first", maintain_order=True)
        .drop("stays")
    )
