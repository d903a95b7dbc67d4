"""The record: everything observed, as Parquet tables with a manifest that says what each is, from whom, and what its bytes are.

A record is a folder with `record.json` and one Parquet file a table. `open_record` opens the one the package ships (or the
folder named by the environment variable FOEDUS_RECORD); `build_record` writes one from a folder of raw files; `Record.verify`
compares every file with the manifest. A table's *content hash* is the SHA-256 of its canonical CSV, so that it does not depend
on the Parquet writer; the record's hash is that of all content hashes.
"""

from __future__ import annotations

import hashlib
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
from foedus.record.source import Source, catalog, sha256_of

VERSION = "2026.11"
"""Version of the shipped record: year and month of its build. The hash says what is in it."""

MANIFEST = "record.json"
FOLDER_VARIABLE = "FOEDUS_RECORD"


@dataclass(frozen=True)
class Table:
    """What the manifest says of one table.

    Attributes
    ----------
    source : id of the source it comes from. licence : the source's class.
    rows, columns : its size. dropped : rows of the source that match no member of the state system in their year.
    content_sha256 : hash of its canonical CSV. file_sha256 : hash of the Parquet file's bytes.
    """

    name: str
    source: str
    licence: str
    rows: int
    columns: tuple[str, ...]
    dropped: int
    content_sha256: str
    file_sha256: str


@dataclass(frozen=True)
class Record:
    """An opened record.

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

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.parquet"

    def _read(self, name: str) -> pl.DataFrame:
        if name not in self.tables:
            raise InputError(f"the record has no table {name!r}.{nearest(name, self.tables)} See `foedus record list`.")
        try:
            return pl.read_parquet(self._path(name))
        except (OSError, pl.exceptions.PolarsError) as error:
            reason = str(error).splitlines()[0][:160]
            raise RecordError(
                f"table {name} of the record in {self.folder} cannot be read ({reason}). "
                "Run `foedus record verify`, then reinstall foedus or rebuild the record."
            ) from error

    def _fault(self, name: str) -> str | None:
        path = self._path(name)
        if not path.is_file():
            return f"table {name}: {path.name} is missing"
        if sha256_of(path) != self.tables[name].file_sha256:
            return f"table {name}: {path.name} is not the file the manifest describes (damaged or replaced)"
        return None


def open_record(folder: Path | None = None) -> Record:
    """Open the record in `folder`, by default the one named by FOEDUS_RECORD, else the one shipped with the package.

    Raises RecordError if there is none or its manifest cannot be understood.
    """
    chosen = folder or Path(os.environ.get(FOLDER_VARIABLE) or Path(__file__).with_name("tables"))
    return _open(chosen.resolve())


@cache
def _open(folder: Path) -> Record:
    manifest = folder / MANIFEST
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

    Each table is written to a temporary name and moved; the manifest comes last, so that a build that stops half-way leaves no
    record that opens. Raises RecordError if a raw file is missing or not the one in the catalog.
    """
    if not raw.is_dir():
        raise InputError(f"{raw} is not a folder of raw files. Name the folder that holds political/ and physical/.")
    if "restricted" in licences:
        raise InputError("restricted sources never ship in a record; import them with `foedus record add`.")
    chosen = [source for source in catalog().values() if source.licence in licences]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    state_years = next(iter(catalog().values())).read(raw)["state_years"]
    tables = []
    for source in chosen:
        say(source.id)
        for name, frame in source.read(raw).items():
            tables.append(_write_table(folder, name, source, frame, state_years))
    for stray in set(folder.glob("*.parquet")) - {folder / f"{table.name}.parquet" for table in tables}:
        stray.unlink()
    digest = hashlib.sha256("\n".join(f"{table.name} {table.content_sha256}" for table in tables).encode()).hexdigest()
    manifest = {"version": VERSION, "sha256": digest, "tables": [asdict(table) for table in tables]}
    write_text(folder / MANIFEST, json.dumps(manifest, indent=1) + "\n")
    _open.cache_clear()
    return open_record(folder)


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

    Raises InputError if the folder does not exist or cannot be written, or the disk is full.
    """
    if not path.parent.is_dir():
        raise InputError(f"cannot write {path}: the folder {path.parent} does not exist. Create it first.")
    if path.is_dir():
        raise InputError(f"cannot write {path}: it is a folder. Name a file in it.")
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}.") from error
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror or error}.") from error
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def _write_table(folder: Path, name: str, source: Source, frame: pl.DataFrame, state_years: pl.DataFrame) -> Table:
    translated = to_cow(frame, state_years) if name != "state_years" else frame
    path = folder / f"{name}.parquet"
    write_file(path, lambda temporary: translated.write_parquet(temporary, compression="zstd", compression_level=15))
    return Table(
        name=name,
        source=source.id,
        licence=source.licence,
        rows=translated.height,
        columns=tuple(translated.columns),
        dropped=frame.height - translated.height,
        content_sha256=content_sha256(translated),
        file_sha256=sha256_of(path),
    )


_OTHER_KEYS = {"gwcode": "gwcode", "iso3": "iso3", "state": "english_name"}


def to_cow(frame: pl.DataFrame, state_years: pl.DataFrame) -> pl.DataFrame:
    """Translate Gleditsch–Ward codes, ISO3 codes and English names into COW numbers at the row's year.

    Columns gwcode*, iso3* and state* of a frame that has `year` become ccode*; rows with a code that belongs to no member of
    the state system in that year drop out, rows with a null code stay. Other frames are returned as they are.

    >>> names = {"iso3": ["DEU"], "english_name": ["Germany"]}
    >>> crosswalk = pl.DataFrame({"year": [2000], "ccode": [255], "gwcode": [260], **names})
    >>> to_cow(pl.DataFrame({"iso3": ["DEU", "WLD"], "year": [2000, 2000], "gdp": [1.0, 2.0]}), crosswalk)["ccode"].to_list()
    [255]
    """
    if "year" not in frame.columns:
        return frame
    for column in frame.columns:
        stem = column.rstrip("12").rstrip("_")
        if stem in _OTHER_KEYS:
            target = "ccode" + column.removeprefix(stem).lstrip("_")
            frame = _translate(
                frame,
                column,
                target,
                state_years.select("year", pl.col(_OTHER_KEYS[stem]).alias(column), pl.col("ccode").alias(target)),
            )
    keys = [key for key in ("ccode", "ccode1", "ccode2", "year") if key in frame.columns]
    return frame.sort(keys, maintain_order=True) if keys else frame


def _translate(frame: pl.DataFrame, column: str, target: str, crosswalk: pl.DataFrame) -> pl.DataFrame:
    known = _at_year_end(crosswalk.drop_nulls(), column, target)
    joined = frame.join(known, on=[column, "year"], how="left", maintain_order="left")
    kept = joined.filter(pl.col(column).is_null() | pl.col(target).is_not_null())
    order = [target if name == column else name for name in frame.columns]
    return kept.drop(column).select(order)


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
