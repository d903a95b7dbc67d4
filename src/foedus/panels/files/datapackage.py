"""The data package that describes a written panel: a Frictionless descriptor beside the file.

`usa-can.csv` is described by `usa-can.datapackage.json`: each field with its type, title, unit and possible values, the primary
key, how missing values are written, the sources with their terms, and the file's size and SHA-256. `usa-can.dta` has the same
descriptor, as a resource of its own. It follows the Data Package, Data Resource and Table Schema specifications, version 1
(specs.frictionlessdata.io), and where every file is CSV, as it demands, the Tabular Data Package. What version 1 does not name
(`unit`, `variable` and `sources` of a field, `foedus` of a resource) stands beside it, as the specification allows. Why no
library writes it: docs/decisions/0013. Nothing in it depends on the clock or on the folder.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Any

import polars as pl

from foedus.panels.columns import ColumnInfo
from foedus.record.pinned import sha256_of

MEDIA_TYPES = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "dta": "application/x-stata-dta",
}
MOST_BYTES = 1 << 26
"""Largest descriptor that is read."""

ABOUT = ("foedus", "call", "record", "unit", "years", "system", "directed", "disputes_from", "alliances_from", "notes")
"""What a descriptor repeats of the file's account of itself."""

DIALECT = {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "header": True}
LICENCES = {"open": "other-open", "academic": "other-nc", "restricted": "other-closed"}
"""Licence class of a source → the Open Definition's word for terms that are none of the named licences."""


def package_path(path: Path) -> Path:
    """Return where the descriptor of a file stands.

    >>> package_path(Path("data/usa-can.csv")).as_posix()
    'data/usa-can.datapackage.json'
    """
    return path.with_name(f"{path.stem}.datapackage.json")


def package_text(
    frame: pl.DataFrame, columns: Mapping[str, ColumnInfo], about: Mapping[str, Any], path: Path, written: Path
) -> str:
    """Return the descriptor, as JSON, of a panel that goes to `path` and whose bytes stand in `written`.

    What an earlier descriptor says of other files of the stem (the same panel as .csv and .dta) stays, while they are there.
    """
    tabular = path.suffix.lower() == ".csv"
    mine = (
        {"profile": "tabular-data-resource" if tabular else "data-resource", "name": _slug(path.name), "path": path.name}
        | {"title": f"{about['unit'].capitalize()} panel, {about['years'][0]}–{about['years'][1]}"}
        | {"description": f"Made by foedus {about['foedus']} with: {about['call']}"}
        | _bytes_of(path.name, written)
        | ({"encoding": "utf-8", "dialect": DIALECT} if tabular else {})
        | {"schema": _schema(frame, columns)}
        | {name: told for name, told in _terms(about).items() if told}
        | {"foedus": {key: about[key] for key in ABOUT if key in about}}
    )
    resources = sorted([*_others(path), mine], key=lambda each: str(each["path"]))
    all_tabular = all(each["profile"] == "tabular-data-resource" for each in resources)
    package = {
        "profile": "tabular-data-package" if all_tabular else "data-package",
        "name": _slug(path.stem),
        "resources": resources,
    }
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode(errors="replace").decode()


def resources(path: Path) -> list[dict[str, Any]]:
    """Return what the descriptor beside a file says of the files of its stem; nothing without one.

    Raises ValueError, KeyError, TypeError or RecursionError if it cannot be understood.
    """
    beside = package_path(path)
    if not beside.is_file() or beside.stat().st_size > MOST_BYTES:
        return []
    described = json.loads(beside.read_bytes())["resources"]
    return [each for each in described if str(each["path"]) and each["profile"]]


def _others(path: Path) -> list[dict[str, Any]]:
    """Return what is said of other files that are there; a descriptor that cannot be understood gives way."""
    try:
        return [each for each in resources(path) if each["path"] != path.name and path.with_name(each["path"]).is_file()]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []


def _terms(about: Mapping[str, Any]) -> dict[str, list[dict[str, str]]]:
    """The sources, and the terms of each."""
    return {
        "licenses": [
            {"name": LICENCES[source["licence"]], "path": source["url"], "title": f"{source['title']}: {source['terms']}"}
            for source in about["sources"].values()
        ],
        "sources": [
            {"id": key, "title": source["title"], "path": source["url"]}
            | {name: source[name] for name in ("version", "licence", "citation", "bibtex")}
            for key, source in about["sources"].items()
        ],
    }


def _slug(name: str) -> str:
    """The name in the letters that a data package's name may have.

    >>> _slug("USA & Canada.csv")
    'usa-canada.csv'
    """
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-.") or "panel"


def _bytes_of(name: str, written: Path) -> dict[str, Any]:
    ending = Path(name).suffix.lower().removeprefix(".")
    return {
        "format": ending,
        "mediatype": MEDIA_TYPES[ending],
        "bytes": written.stat().st_size,
        "hash": f"sha256:{sha256_of(written)}",
    }


def _schema(frame: pl.DataFrame, columns: Mapping[str, ColumnInfo]) -> dict[str, Any]:
    return {
        "fields": [_field(column, columns[column.name]) for column in frame],
        "missingValues": [""],
        "primaryKey": [name for name, info in columns.items() if info.key],
    }


def _field(column: pl.Series, info: ColumnInfo) -> dict[str, Any]:
    kind = _type(column)
    described: dict[str, Any] = {"name": column.name, "type": kind, "title": info.label, "description": _description(info)}
    described["unit"] = info.units
    constraints: dict[str, Any] = {"required": True} if info.key and not column.has_nulls() else {}
    if info.range and kind in ("integer", "number"):
        bounds = zip(("minimum", "maximum"), info.range, strict=True)
        constraints |= {name: int(bound) if bound == int(bound) else bound for name, bound in bounds if isfinite(bound)}
    if info.values and kind == "integer":
        described["values"] = {str(level): text for level, text in info.values.items()}
    if constraints:
        described["constraints"] = constraints
    return described | {"variable": info.variable, "sources": list(info.sources)}


def _description(info: ColumnInfo) -> str:
    parts = [f"{info.label}. Units: {info.units or 'none'}."]
    if info.coverage:
        parts.append(f"Its sources speak for {info.coverage[0]}–{info.coverage[1]}.")
    if info.values:
        parts.append("; ".join(f"{level} = {text}" for level, text in info.values.items()) + ".")
    return " ".join(parts)


def _type(column: pl.Series) -> str:
    if column.name == "year":
        return "year"
    dtype = column.dtype
    kinds = {pl.Boolean: "boolean", pl.Date: "date", pl.List: "array", pl.Struct: "object"}
    if dtype.is_integer():
        return "integer"
    return "number" if dtype.is_numeric() else kinds.get(dtype.base_type(), "string")
