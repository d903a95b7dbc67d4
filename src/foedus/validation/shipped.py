"""The results that ship, in a form that can be read in a diff: what was scored as CSV, long tables as Parquet, a manifest.

`results/` holds, of every result, a JSON file with its plain values (coefficients, choices) and the names of the files its
tables stand in. The tables of validations stand together, in one file a kind (`scores.csv`, `gains.csv`, `grades.csv`), sorted
by result and, of one result, in the order in which they are told. `manifest.json` names every file with its hash, and of every
result what it rests on. Numbers are written to `digits.COMPUTED` significant digits: what follows hangs on the processor, and
even the last of them may, so that results computed anew are compared with a tolerance (`tests/validation/test_results.py`).

A file is read when something of it is first asked for, and only once.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from foedus.digits import rounded_columns
from foedus.record.pinned import sha256_of
from foedus.record.writing import mend, new_folder, write_file, write_text
from foedus.validation import encoding
from foedus.validation.basis import Basis, Kept, of_lists

MANIFEST = "manifest.json"

PARTS = ("files", "lists", "code", "tables", "variables", "tests", "results")
"""What a manifest says, by name."""

AS_PUBLISHED = "claims-"
"""What results are called that hold rows of the record, whose numbers are written as they were published."""

SHORT = 400
"""Rows up to which a table of a result of its own stands in that result's file, a row a line."""

LONG = 2_000
"""Rows above which a table is written as Parquet."""

SHARED, BY_NAME = "Validation", "grades"
"""The kind of result whose tables stand together with those of others, and what of it is written as a table by name."""

RESULT = "result"
"""Column of tables that stand together which says whose a row is."""

PLAIN = (pl.Boolean, pl.Int16, pl.Int32, pl.Int64, pl.UInt32, pl.Float32, pl.Float64, pl.String)
"""Types of columns that CSV holds without loss."""


KINDS: Mapping[str, Any] = {str(kind()): kind for kind in (*PLAIN, pl.Date)} | {"List(String)": pl.List(pl.String)}
"""Types of columns that stand in a result's own file, by what they are called there."""


class DamagedError(Exception):
    """A file of a folder of results is not what its manifest says; its text names the file."""


@cache
def identity(folder: Path) -> str:
    """Return the SHA-256 of a folder's manifest, which names every file of it with its hash; "" without one."""
    path = folder / MANIFEST
    return sha256_of(path) if path.is_file() else ""


@dataclass
class Shipped:
    """A folder of results, opened."""

    folder: Path
    manifest: Mapping[str, Any]
    _read: dict[str, pl.DataFrame] = field(default_factory=dict)
    _parts: dict[str, dict[str, pl.DataFrame]] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: Path) -> Shipped:
        """Open a folder; one that there is not holds nothing. Raises DamagedError if its manifest cannot be understood."""
        path = folder / MANIFEST
        with suppress(OSError):  # a run that wrote it may have been killed between its two moves
            mend(folder)
        if not folder.is_dir():
            return cls(folder, {"results": {}})
        try:
            manifest = json.loads(path.read_bytes())
            return cls(folder, {part: manifest[part] for part in PARTS})
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DamagedError(str(path)) from error

    def names(self) -> Collection[str]:
        """Return the names of the results in it."""
        return self.manifest["results"].keys()  # type: ignore[no-any-return]

    def basis(self, name: str) -> Basis:
        """Return what a result rests on."""
        entry = self.manifest["results"][name]
        named = {part: {each: self.manifest[part][each] for each in entry[part]} for part in ("tables", "variables", "tests")}
        files = {each: self.manifest["code"][each] for each in entry["files"]}
        return Basis(files=files, lists=self.manifest["lists"], code=entry["code"], **named)

    def value(self, name: str, kinds: Mapping[str, type]) -> Any:
        """Return a result; raises DamagedError if a file of it is not what the manifest says."""
        try:
            tree = json.loads(self._bytes(f"{name}.json"))
            if isinstance(tree, dict) and tree.get("kind") == SHARED:
                rows = self._frame(name, tree["of"][BY_NAME]["frame"])
                tree["of"][BY_NAME] = {"dict": dict(rows.iter_rows())}
            return encoding.decoded(tree, kinds, lambda reference: self._frame(name, reference))
        except (ValueError, KeyError, TypeError, pl.exceptions.PolarsError) as error:
            raise DamagedError(str(self.folder / f"{name}.json")) from error

    def _frame(self, name: str, reference: Mapping[str, Any]) -> pl.DataFrame:
        """The frame that stands in a file, all of it or what is of one result."""
        file, columns = reference.get("file"), reference["columns"]
        if "rows" in reference:
            return _of_rows(columns, reference["rows"])
        if file is None:
            return pl.DataFrame(schema={column: getattr(pl, kind) for column, kind in columns.items()})
        if file not in self._read:
            content = self._bytes(file)
            if file.endswith(".parquet"):
                self._read[file] = pl.read_parquet(io.BytesIO(content))
            else:
                schema = {column: getattr(pl, kind) for column, kind in self.manifest["files"][file]["columns"].items()}
                self._read[file] = pl.read_csv(content, schema=schema)
        if RESULT not in self._read[file].columns:
            return self._read[file]
        if file not in self._parts:
            parts = self._read[file].partition_by(RESULT, as_dict=True, include_key=False, maintain_order=True)
            self._parts[file] = {str(key[0]): part for key, part in parts.items()}
        part = self._parts[file][name]
        return pl.DataFrame([part[column] for column in columns])

    def _bytes(self, file: str) -> bytes:
        path = self.folder / file
        try:
            content = path.read_bytes()
        except OSError as error:
            raise DamagedError(str(path)) from error
        if hashlib.sha256(content).hexdigest() != self.manifest["files"].get(file, {}).get("sha256"):
            raise DamagedError(str(path))
        return content


def write(folder: Path, results: Iterable[tuple[str, Kept]]) -> None:
    """Write results into a folder, in place of all that it holds."""
    sheets: dict[str, list[pl.DataFrame]] = {}
    texts: dict[str, str] = {}
    entries: dict[str, dict[str, Any]] = {}
    shared: dict[str, dict[str, str]] = {part: {} for part in ("code", "tables", "variables", "tests")}
    for name, kept in sorted(results, key=lambda named: named[0]):
        tree = _tree(name, kept.value, sheets)
        texts[f"{name}.json"] = _laid_out(tree if name.startswith(AS_PUBLISHED) else encoding.rounded_tree(tree)) + "\n"
        basis = kept.basis
        parts = {"tables": basis.tables, "variables": basis.variables, "tests": basis.tests}
        for part, named in {"code": basis.files, **parts}.items():
            shared[part].update(named)
        entries[name] = {"code": basis.code, "files": [*basis.files], **{part: [*named] for part, named in parts.items()}}
    parts = {part: dict(sorted(named.items())) for part, named in shared.items()}
    with new_folder(folder) as built:
        files = _write_files(built, texts, sheets)
        manifest = {"files": dict(sorted(files.items())), "lists": of_lists(), **parts, "results": entries}
        write_text(built / MANIFEST, _laid_out(manifest) + "\n")


def keep_only(folder: Path, tables: Collection[str]) -> None:
    """Take out of a folder of results each that rests on a table not among the given ones, and what it alone rests on."""
    manifest = json.loads((folder / MANIFEST).read_bytes())
    kept = {name: entry for name, entry in manifest["results"].items() if set(entry["tables"]) <= set(tables)}
    files: dict[str, dict[str, Any]] = {}
    with new_folder(folder) as built:
        for file, about in manifest["files"].items():
            content = (folder / file).read_bytes()
            if RESULT in about.get("columns", {}):
                schema = {column: getattr(pl, kind) for column, kind in about["columns"].items()}
                rows = pl.read_csv(content, schema=schema).filter(pl.col(RESULT).is_in(list(kept)))
                if rows.is_empty():
                    continue
                content = rows.write_csv().encode()
            elif file.partition(".")[0] not in kept:
                continue
            write_file(built / file, lambda path, content=content: path.write_bytes(content))  # type: ignore[misc]
            files[file] = {**about, "sha256": sha256_of(built / file)}
        parts = {"code": "files", "tables": "tables", "variables": "variables", "tests": "tests"}
        used = {part: {each for entry in kept.values() for each in entry[key]} for part, key in parts.items()}
        rests = {part: {each: manifest[part][each] for each in sorted(used[part])} for part in parts}
        told = {"files": files, "lists": manifest["lists"], **rests, "results": kept}
        write_text(built / MANIFEST, _laid_out(told) + "\n")


def _write_files(folder: Path, texts: Mapping[str, str], sheets: Mapping[str, list[pl.DataFrame]]) -> dict[str, dict[str, Any]]:
    """Write the files of results, and return what the manifest says of each."""
    files: dict[str, dict[str, Any]] = {}
    for file, text in texts.items():
        write_text(folder / file, text)
    for file, frames in sheets.items():
        frame = pl.concat(frames, how="diagonal")
        if file.endswith(".parquet"):
            write_file(folder / file, lambda path, frame=frame: frame.write_parquet(path, compression="zstd"))  # type: ignore[misc]
        else:
            write_file(folder / file, frame.write_csv)
            files[file] = {"columns": _types(frame)}
    for path in sorted(folder.iterdir()):
        files[path.name] = {"sha256": sha256_of(path), **files.get(path.name, {})}
    return files


def _tree(name: str, value: Any, sheets: dict[str, list[pl.DataFrame]]) -> Any:
    """A result in terms of JSON; its tables are put on the sheets."""
    shared = type(value).__name__ == SHARED

    def put(path: encoding.Path, frame: pl.DataFrame) -> dict[str, Any]:
        written = frame if name.startswith(AS_PUBLISHED) else rounded_columns(frame)
        if not frame.width:
            return {"columns": {}}
        if not shared and frame.height <= SHORT and {str(kind) for kind in frame.dtypes} <= KINDS.keys():
            return {"columns": _types(frame), "rows": _as_rows(written)}
        if frame.height > LONG or not set(frame.dtypes) <= set(PLAIN):
            file = f"{'.'.join((name, *path))}.parquet"
        elif shared:
            file, written = f"{'.'.join(path)}.csv", written.select(pl.lit(name).alias(RESULT), pl.all())
        else:
            file = f"{'.'.join((name, *path))}.csv"
        sheets.setdefault(file, []).append(written)
        return {"file": file, "columns": frame.columns}

    tree = encoding.encoded(value, put)
    if shared:
        by_name = pl.DataFrame([*getattr(value, BY_NAME).items()], schema=["term", "grade"], orient="row")
        tree["of"][BY_NAME] = {"frame": put((BY_NAME,), by_name)}
    return tree


def _as_rows(frame: pl.DataFrame) -> list[list[Any]]:
    """The rows of a table in terms of JSON: a day as text."""
    return [[each.isoformat() if isinstance(each, date) else each for each in row] for row in frame.iter_rows()]


def _of_rows(columns: Mapping[str, str], rows: list[list[Any]]) -> pl.DataFrame:
    """The table that `_as_rows` wrote.

    >>> frame = pl.DataFrame({"signed": [date(1949, 4, 4), None], "by": [["USA", "CAN"], []]})
    >>> _of_rows(_types(frame), _as_rows(frame)).equals(frame)
    True
    """
    held = [list(values) for values in zip(*rows, strict=True)] if rows else [[] for _ in columns]
    made = {}
    for (name, kind), values in zip(columns.items(), held, strict=True):
        known = [None if each is None else date.fromisoformat(each) for each in values] if kind == "Date" else values
        made[name] = pl.Series(name, known, KINDS[kind])
    return pl.DataFrame(made)


def _types(frame: pl.DataFrame) -> dict[str, str]:
    return {name: str(kind) for name, kind in frame.schema.items()}


def _laid_out(value: Any, indent: str = "") -> str:
    """JSON with a line for every entry of an object and every row of a matrix, and one for a list of plain values.

    >>> print(_laid_out({"a": [1, 2], "b": {}}))
    {
     "a": [1, 2],
     "b": {}
    }
    """
    inner = indent + " "
    if isinstance(value, dict) and value:
        lines = [f"{inner}{json.dumps(key)}: {_laid_out(each, inner)}" for key, each in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(each, list | dict) for each in value):
        return "[\n" + ",\n".join(inner + _laid_out(each, inner) for each in value) + f"\n{indent}]"
    return json.dumps(value, allow_nan=False)
