"""A file on disk, what it holds and says of itself: the names of its columns, and which record and sources they come from.

Only what names columns is read: the header line of a CSV file, the schema of a Parquet file, the first row of a workbook, the
list of variables of a Stata file. What is told about them comes from the file itself where its format has room for that, else
from the data package beside it. A file may have been damaged, or made to do harm: nothing in it is run, sizes are limited, and
whatever is wrong with it is one `InputError`.
"""

from __future__ import annotations

import csv
import errno
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import polars as pl

from foedus.errors import InputError
from foedus.panels.alliances import ALLIANCES_FROM, FACTS
from foedus.panels.disputes import GML, LISTS
from foedus.panels.files.datapackage import package_path, resources
from foedus.record.pinned import sha256_of

MOST_BYTES = 1 << 26
"""Most that is read of a part of a file which names columns or tells about them."""


@dataclass(frozen=True)
class Written:
    """The columns of a file and what it says of itself.

    Attributes
    ----------
    columns : names, in the file's order.
    foedus : version of foedus that wrote it, or None.
    record : version and SHA-256 of the record it was made from, or None.
    sources_of : column → ids of its sources.
    sources : id → its citation, as "citation" and as "bibtex".
    disputes_from, alliances_from : the lists that its disputes and its pledges were taken from.
    disagrees : name of the data package beside it, if that describes a file of another size or hash; "" otherwise.
    """

    columns: tuple[str, ...]
    foedus: str | None = None
    record: tuple[str, str] | None = None
    sources_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    disputes_from: str = GML
    alliances_from: str = FACTS
    disagrees: str = ""


class _Fault(Exception):
    """Something is wrong with the file; `read_written` says which file."""


def read_written(path: Path) -> Written:
    """Return what the file at `path` holds and says of itself; of a folder, what the partitioned data set in it does.

    Raises InputError if it is no table that foedus could have written.
    """
    try:
        columns, about = _read(path)
        told, disagrees = _package(path, heeded=not about)
        return replace(_checked(columns, about or told), disagrees=disagrees)
    except _Fault as fault:
        raise InputError(f"cannot read {path}: {fault}.") from None
    except DAMAGE as error:
        raise _damaged(path, error) from None
    except OSError as error:
        if error.errno != errno.EINVAL:  # a place in the file that there cannot be, as a damaged archive may name
            raise
        raise _damaged(path, error) from None


def _damaged(path: Path, error: Exception) -> InputError:
    reason = (str(error) or type(error).__name__).splitlines()[0][:200]
    return InputError(f"cannot read {path}: it is damaged or not what its ending says ({reason}).")


About = dict[str, Any]


def _read(path: Path) -> tuple[list[str], About]:
    if path.is_dir():
        return _folder(path)
    if not path.exists():
        raise _Fault("there is no such file")
    if not path.is_file():
        raise _Fault("it is not a regular file")
    if path.stat().st_size == 0:
        raise _Fault("the file is empty")
    if path.suffix.lower() not in READERS:
        raise _Fault(f"its ending is none of {', '.join(READERS)}")
    return READERS[path.suffix.lower()](path)


def _checked(columns: list[str], about: Any) -> Written:
    """Return what a file's own account says, checked: it may come from anyone."""
    try:
        record = about.get("record")
        sources = {
            str(name): {key: str(source[key]) for key in ("citation", "bibtex")}
            for name, source in about.get("sources", {}).items()
        }
        sources_of = {str(name): tuple(map(str, column["sources"])) for name, column in about.get("columns", {}).items()}
        version, digest = (str(record["version"]), str(record["sha256"])) if record else ("", "")
        disputes_from = str(about.get("disputes_from", GML))
        alliances_from = str(about.get("alliances_from", FACTS))
    except (AttributeError, KeyError, TypeError):
        raise _Fault("what it says of itself is damaged") from None
    written_by = str(about.get("foedus", ""))
    if not re.fullmatch(r"[\w.+-]{0,40}", version + written_by) or not re.fullmatch(r"[0-9a-f]{0,64}", digest):
        raise _Fault("what it says of its record is damaged")
    if disputes_from not in LISTS:
        raise _Fault("it names a list of disputes that foedus does not know")
    if alliances_from not in ALLIANCES_FROM:
        raise _Fault("it names a list of alliances that foedus does not know")
    unknown = {source for ids in sources_of.values() for source in ids} - set(sources)
    if unknown:
        raise _Fault(f"it names sources that it does not cite ({', '.join(sorted(unknown)[:3])})")
    made_from = (version, digest) if digest else None
    return Written(tuple(columns), written_by or None, made_from, sources_of, sources, disputes_from, alliances_from)


def _package(path: Path, *, heeded: bool) -> tuple[About, str]:
    """Return what the data package beside a file says of it, and its name if it is of a file of another size or hash.

    Nothing is returned of one that is not there or says nothing of this file; a damaged one is a fault where what it says would
    be heeded.
    """
    try:
        mine = next((each for each in resources(path) if each["path"] == path.name and "foedus" in each), None)
        if mine is None:
            return {}, ""
        same = (mine["bytes"], mine["hash"]) == (path.stat().st_size, f"sha256:{sha256_of(path)}")
        told = {
            "foedus": mine["foedus"]["foedus"],
            "record": mine["foedus"]["record"],
            "columns": {each["name"]: {"sources": each["sources"]} for each in mine["schema"]["fields"]},
            "sources": {each["id"]: each for each in mine.get("sources", [])},
        }
        return told, "" if same else package_path(path).name
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError):
        if not heeded:
            return {}, ""
        beside = package_path(path).name
        raise _Fault(f"the data package beside it, {beside}, is damaged: move it away to go by the columns' names") from None


# ------------------------------------------------------------------------------------------------------- the formats


def _parquet(path: Path) -> tuple[list[str], About]:
    with path.open("rb") as file:
        columns = list(pl.read_parquet_schema(file))
    with path.open("rb") as file:
        about = pl.read_parquet_metadata(file).get("foedus", "{}")
    try:
        return columns, json.loads(about)
    except (ValueError, RecursionError):
        raise _Fault("what it says of itself is damaged") from None


def _folder(path: Path) -> tuple[list[str], About]:
    """The keys in the names of the folders, then the columns of the first part."""
    keys: list[str] = []
    place = path
    while True:
        inside = sorted(place.iterdir())
        if part := next((each for each in inside if each.suffix == ".parquet" and each.is_file()), None):
            columns, about = _parquet(part)
            return [*keys, *columns], about
        deeper = next((each for each in inside if each.is_dir() and "=" in each.name), None)
        if deeper is None:
            raise _Fault("the folder holds no partitioned Parquet data set")
        keys.append(deeper.name.partition("=")[0])
        place = deeper


def _csv(path: Path) -> tuple[list[str], About]:
    with path.open("rb") as file:
        line = file.readline(1 << 20)
    if b"\0" in line or (len(line) == 1 << 20 and not line.endswith(b"\n")):
        raise _Fault("its first line is not the header of a table")
    text = line.decode("utf-8-sig")
    separator = max(",;\t", key=text.count)
    return next(csv.reader([text], delimiter=separator), []), {}


def _stata(path: Path) -> tuple[list[str], About]:
    from foedus.panels.files.stata import read_names

    return read_names(path)


XML = {"": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
NAME = f"{{{XML['']}}}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def _workbook(path: Path) -> tuple[list[str], About]:
    """The first row of the sheet "panel" (or of the first sheet), and what the sheet "about" says of the record."""
    with zipfile.ZipFile(path) as workbook:
        links = {each.get("Id"): str(each.get("Target")) for each in _parsed(workbook, "xl/_rels/workbook.xml.rels")}
        listed = _parsed(workbook, "xl/workbook.xml").findall("sheets/sheet", XML)
        sheets = {str(each.get("name")): "xl/" + links[each.get(LINK)].removeprefix("/xl/") for each in listed}
        if not sheets:
            raise _Fault("the workbook has no sheet")
        header = next(_rows(workbook, sheets.get("panel", next(iter(sheets.values())))), [])
        about = dict(row[:2] for row in _rows(workbook, sheets["about"]) if len(row) > 1) if "about" in sheets else {}
    if "record version" not in about:
        return header, {}
    record = {"version": about["record version"], "sha256": about.get("record SHA-256", "")}
    listed_by = about.get("disputes from", GML)
    lists = {"disputes_from": listed_by, "alliances_from": about.get("alliances from", FACTS)}
    return header, {"foedus": about.get("foedus version", ""), "record": record, **lists}


def _rows(workbook: zipfile.ZipFile, sheet: str) -> Iterator[list[str]]:
    """The cells of each row that hold something, as text."""
    strings, shared = _elements(workbook, "xl/sharedStrings.xml", "si"), list[str]()
    for row in _elements(workbook, sheet, "row"):
        cells = []
        for cell in row.iterfind("c", XML):
            value = _text(cell)
            if cell.get("t") == "s":  # the cell holds the place of its text among those all sheets share, which may be many
                shared += [_text(each) for each in islice(strings, max(int(value) + 1 - len(shared), 0))]
                value = shared[int(value)]
            if value:
                cells.append(value)
        yield cells


def _text(element: ElementTree.Element) -> str:
    """The text of a cell or a shared string, without phonetic readings."""
    runs = [
        *element.iterfind("v", XML),
        *element.iterfind("t", XML),
        *element.iterfind("r/t", XML),
        *element.iterfind("is//t", XML),
    ]
    return "".join(each.text or "" for each in runs)


def _elements(workbook: zipfile.ZipFile, name: str, tag: str) -> Iterator[ElementTree.Element]:
    """Each element of a part, as it is read."""
    parser: Any = ElementTree.XMLPullParser(["end"])
    for chunk in _chunks(workbook, name):
        parser.feed(chunk)
        for _, element in parser.read_events():
            if element.tag == NAME + tag:
                yield element
                element.clear()


def _parsed(workbook: zipfile.ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(b"".join(_chunks(workbook, name)))


def _chunks(workbook: zipfile.ZipFile, name: str) -> Iterable[bytes]:
    read = 0
    with workbook.open(name) as file:
        while chunk := file.read(1 << 16):
            if b"<!DOCTYPE" in chunk:
                raise _Fault("its parts hold declarations, which no workbook has")
            read += len(chunk)
            if read > MOST_BYTES:
                raise _Fault("its header is too large to be read")
            yield chunk


DAMAGE = (
    *(
        pl.exceptions.PolarsError,
        pl.exceptions.PanicException,
        zipfile.BadZipFile,
        zlib.error,
        ElementTree.ParseError,
        csv.Error,
    ),
    *(struct.error, ValueError, LookupError, EOFError, NotImplementedError, RuntimeError, MemoryError, OverflowError),
)
"""Errors that the libraries raise when a file is not what it should be."""

READERS: dict[str, Callable[[Path], tuple[list[str], About]]] = {
    ".parquet": _parquet,
    ".csv": _csv,
    ".xlsx": _workbook,
    ".dta": _stata,
}
