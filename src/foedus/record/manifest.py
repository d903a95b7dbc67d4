"""A manifest speaks of one table of the record, or of one data set that the user has added to it.

What ships with foedus stands in `record.json` beside the tables. What a user adds stands in a folder of its own for each
source, below the user's data folder (or the one that FOEDUS_DATA names): `<source>/added.json` and one Parquet file a table,
named by its content, so that a manifest never speaks of another version of a file. No time of day enters either: the same input
gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from foedus.errors import RecordError
from foedus.record.in_use import data_folder
from foedus.record.seal import sealed, unsealed
from foedus.record.source import Source, catalog

ADDED = "added.json"
SCHEMA = "foedus/added/3"
"""Raised when a reader changes what its tables hold: what was added under another is to be added again."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}")


@dataclass(frozen=True)
class Table:
    """One table, as the manifest has it.

    Attributes
    ----------
    source : id of the source it comes from. licence : the source's class.
    rows, columns : its size. dropped : rows of the source, keyed by ISO3 codes or names, that match no member of the state
        system in their year; of what the user has added, all rows that do not.
    content_sha256 : hash of its canonical CSV. file_sha256 : hash of the Parquet file's bytes.
    places : of a table that ships, what these rows are of: territories, aggregates and states in years in which they were no
        members, by the source's code or name, with how many rows each.
    """

    name: str
    source: str
    licence: str
    rows: int
    columns: tuple[str, ...]
    dropped: int
    content_sha256: str
    file_sha256: str
    places: dict[str, int] = field(default_factory=dict)


def read_table(row: dict[str, Any]) -> Table:
    """Return what a manifest says of a table; raises ValueError, KeyError or TypeError if it is none.

    >>> read_table({"name": "../x"})
    Traceback (most recent call last):
    ValueError: '../x' is no name of a table
    """
    if not _NAME.fullmatch(row["name"]):
        raise ValueError(f"{row['name']!r:.40} is no name of a table")
    return Table(**{**row, "columns": tuple(row["columns"])})


def of_no_member(table: Table, most: int = 8) -> str:
    """Say which rows of its source a table leaves out, as they are of no member of the state system in their year.

    >>> of_no_member(Table("t", "s", "open", 1, (), 3, "", "", {"PSE": 2, "AB9": 1}))
    '3 rows of no member of the state system are left out: PSE 2, AB9 1'
    """
    named = ", ".join(f"{place} {rows:,}" for place, rows in list(table.places.items())[:most])
    more = f" and {len(table.places) - most} more" if len(table.places) > most else ""
    rows = (
        "1 row of no member of the state system is"
        if table.dropped == 1
        else f"{table.dropped:,} rows of no member of the state system are"
    )
    return f"{rows} left out: {named}{more}"


@dataclass(frozen=True)
class RawFile:
    """A file that the user named: the forms recognised in it, the hash and number of its bytes, the tables it gave."""

    forms: tuple[str, ...]
    sha256: str
    size: int
    tables: tuple[str, ...]


def record_sha256(tables: Iterable[Table]) -> str:
    """Return the hash of a record: of the names of its tables and the hashes of their content, in their order.

    >>> record_sha256([]) == hashlib.sha256(b"").hexdigest()
    True
    """
    return hashlib.sha256("\n".join(f"{table.name} {table.content_sha256}" for table in tables).encode()).hexdigest()


@dataclass(frozen=True)
class Addition:
    """One data set that the user has added to the record.

    Attributes
    ----------
    source : what it is; of the catalog, or as the user has declared it.
    folder : where its manifest and its tables lie.
    files : the files it was read from. tables : what they gave.
    variables : entries for the codebook, as the codebook has them; empty for a source of the catalog.
    """

    source: Source
    folder: Path
    files: tuple[RawFile, ...]
    tables: tuple[Table, ...]
    variables: dict[str, dict[str, object]]

    @property
    def sha256(self) -> str:
        """Hash of the content of all its tables."""
        return record_sha256(self.tables)

    def path(self, table: Table) -> Path:
        """Return the file that holds one of its tables."""
        return self.folder / f"{table.name}-{table.file_sha256[:16]}.parquet"

    def unknown_files(self) -> tuple[RawFile, ...]:
        """Return the files that are not of the release foedus was tested with; of a declared source none is."""
        known = set(self.source.known.values())
        return tuple(file for file in self.files if not self.variables and file.sha256 not in known)

    def as_dict(self) -> dict[str, object]:
        """Return what a panel's metadata says of it: source, hashes of the user's files, hash of the content.

        >>> Addition(catalog()["gml"], Path("x"), (RawFile((), "ab", 1, ()),), (), {}).as_dict()["raw_sha256"]
        ['ab']
        """
        return {"source": self.source.id, "raw_sha256": [file.sha256 for file in self.files], "sha256": self.sha256}

    def manifest(self) -> str:
        """Return the text of its manifest."""
        content = {
            "schema": SCHEMA,
            "source": asdict(self.source),
            "files": [asdict(file) for file in self.files],
            "tables": [asdict(table) for table in self.tables],
            "variables": self.variables,
        }
        return sealed(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def added(folder: Path) -> tuple[Addition, ...]:
    """Return what has been added below `folder`, by the sources' ids; nothing if there is no such folder.

    Raises RecordError, with the remedy, if a manifest cannot be understood.
    """
    return tuple(read_addition(path.parent) for path in sorted(folder.glob(f"*/{ADDED}")))


def declared(folder: Path | None = None) -> dict[str, dict[str, object]]:
    """Return the variables of what the user has declared and added: entries as in the codebook, by name."""
    return {name: entry for each in added(folder or data_folder()) for name, entry in each.variables.items()}


def declared_sources(folder: Path | None = None) -> dict[str, Source]:
    """Return the sources that the user has declared and added, by id; those of the catalog are not among them."""
    return {each.source.id: each.source for each in added(folder or data_folder()) if each.variables}


def known_sources(folder: Path | None = None) -> dict[str, Source]:
    """Return the sources of the catalog and those that the user has declared, by id."""
    return {**catalog(), **declared_sources(folder)}


def source_of(name: str) -> Source:
    """Return one source, of the catalog or declared; raises KeyError if there is none of that id.

    >>> source_of("gml").first_year
    1816
    """
    return catalog()[name] if name in catalog() else declared_sources()[name]


def stamps(folder: Path) -> tuple[tuple[str, int], ...]:
    """Return the name of each addition below `folder` and when its manifest was written: equal while nothing was added."""
    return tuple((path.parent.name, path.stat().st_mtime_ns) for path in sorted(folder.glob(f"*/{ADDED}")))


def read_addition(folder: Path) -> Addition:
    """Return the addition whose manifest lies in `folder`; raises RecordError if it cannot be understood."""
    try:
        content = unsealed((folder / ADDED).read_bytes())
        if content["schema"] != SCHEMA:
            raise ValueError(f"it is of the form {content['schema']!r}, this foedus reads {SCHEMA!r}")
        tables = tuple(read_table(row) for row in content["tables"])
        files = tuple(RawFile(**{**row, **{key: tuple(row[key]) for key in ("forms", "tables")}}) for row in content["files"])
        return Addition(_source(folder.name, content), folder, files, tables, content["variables"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecordError(
            f"{folder / ADDED} is not the manifest of an added source ({error}). {remedy(folder.name)}"
        ) from error


def remedy(source: str) -> str:
    """Say what to do about a damaged addition."""
    how = f"{source} PATH" if source in catalog() else "PATH --declare FILE"
    return f"Add the file again with `foedus record add {how}`, or do without it: `foedus record remove {source}`."


def _source(name: str, content: dict[str, dict[str, object]]) -> Source:
    """Return the source as this release's catalog has it, or as the user declared it."""
    if not content["variables"]:
        return catalog()[name]
    kept: dict[str, Any] = {
        each.name: content["source"][each.name] for each in fields(Source) if each.name in content["source"]
    }
    return Source(**{**kept, "tables": tuple(kept["tables"]), "lists": tuple(kept.get("lists", ()))})
