"""The software and its record, described for programs: codemeta.json, croissant.json and ro-crate-metadata.json.

`python -m docs.site.described` (part of `make docs`) writes them to the root of the repository, which is then a research-object
crate; a test fails while a committed one differs, and another validates them and reads the record back through them.
Croissant has a record set for each table, with the name and the type of each column; what a variable of a panel means stands
in the codebook. What no reader of Croissant can carry (a column that is empty throughout) is left out.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import polars as pl

from docs.site.tree import ROOT
from foedus.record.pinned import SHIPPED
from foedus.record.source import Source, catalog
from foedus.record.store import open_record
from foedus.version import __version__

NAME = "foedus"
ABOUT = (
    "An open engine that records what is known about states and their partnerships, estimates how often disputes begin "
    "between them, tests those estimates on years they have not seen, and reports what follows for a given partnership."
)
OF_RECORD = (
    "What is observed of states, their disputes, pacts, regimes and resources since 1816: tables compiled from published data "
    "sets, each under its producer's terms."
)
AUTHOR = {"@type": "Organization", "name": "The foedus developers"}
LICENCE = "https://spdx.org/licenses/Apache-2.0"
TERMS = "DATA_LICENSES.md"
PLACE = "src/foedus/record/tables"
KEYWORDS = ("international relations", "peace science", "alliances", "militarized interstate disputes", "panel data")

TYPES = {"String": "sc:Text", "Boolean": "sc:Boolean", "Date": "sc:Date"}
"""Type of a column → its name in Croissant; numbers are told by their kind."""

CONTEXT: Mapping[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The names that Croissant 1.0 asks for."""


def codemeta() -> Mapping[str, Any]:
    """Return the description of the software, by CodeMeta 3."""
    return {
        "@context": "https://w3id.org/codemeta/3.0",
        "@type": "SoftwareSourceCode",
        "name": NAME,
        "description": ABOUT,
        "version": __version__,
        "license": LICENCE,
        "author": [AUTHOR],
        "keywords": list(KEYWORDS),
        "programmingLanguage": {"@type": "ComputerLanguage", "name": "Python", "version": ">=3.11"},
        "runtimePlatform": "Python 3.11 or newer",
        "operatingSystem": "independent",
        "applicationCategory": "Science/Research",
        "developmentStatus": "active",
        "readme": "README.md",
        "referencePublication": "paper/paper.md",
    }


def croissant() -> Mapping[str, Any]:
    """Return the description of the record, by Croissant 1.0: files with their hashes, tables with their columns."""
    tables = _tables()
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": f"{NAME}-record",
        "description": OF_RECORD,
        "version": _version(),
        "datePublished": _published(),
        "license": TERMS,
        "creator": AUTHOR,
        "keywords": list(KEYWORDS),
        "citeAs": f"{AUTHOR['name']}. {NAME}, version {__version__}, record {open_record(additions=False).version}.",
        "url": "README.md",
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": f"{table['name']}.parquet",
                "name": f"{table['name']}.parquet",
                "contentUrl": f"{PLACE}/{table['name']}.parquet",
                "encodingFormat": "application/x-parquet",
                "sha256": table["file_sha256"],
            }
            for table in tables
        ],
        "recordSet": [_record_set(table) for table in tables],
    }


def crate() -> Mapping[str, Any]:
    """Return the description of the repository as a research-object crate, by RO-Crate 1.1."""
    tables, sources = _tables(), catalog()
    about = {
        "croissant.json": "The record's tables and columns",
        "codemeta.json": "The software",
        TERMS: "Whose data, under which terms",
        "LICENSE": "The licence of the code",
        "README.md": "What foedus is",
    }
    files = [{"@id": f"{PLACE}/{table['name']}.parquet"} for table in tables]
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": f"{NAME} and its record",
        "description": f"{ABOUT} {OF_RECORD}",
        "datePublished": _published(),
        "license": {"@id": TERMS},
        "author": {"@id": "#developers"},
        "version": __version__,
        "keywords": ", ".join(KEYWORDS),
        "hasPart": [*files, *({"@id": name} for name in about)],
    }
    return {
        "@context": "https://w3id.org/ro/crate/1.1/context",
        "@graph": [
            {
                "@id": "ro-crate-metadata.json",
                "@type": "CreativeWork",
                "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
                "about": {"@id": "./"},
            },
            root,
            {"@id": "#developers", **AUTHOR},
            *({"@id": name, "@type": "File", "name": told, "encodingFormat": _kind(name)} for name, told in about.items()),
            *(_file(table, sources[table["source"]]) for table in tables),
            *(_data_set(sources[name]) for name in dict.fromkeys(table["source"] for table in tables)),
        ],
    }


def _version() -> str:
    """The record's version in the three numbers that Croissant asks for."""
    year, month = open_record(additions=False).version.split(".")[:2]
    return f"{int(year)}.{int(month)}.0"


def _published() -> str:
    """The first day of the month of the record's version, YYYY-MM-DD."""
    year, month = open_record(additions=False).version.split(".")[:2]
    return f"{year}-{month}-01"


def _tables() -> list[dict[str, Any]]:
    """What the record says of its tables."""
    told: list[dict[str, Any]] = json.loads((SHIPPED / "record.json").read_text(encoding="utf-8"))["tables"]
    return told


def _record_set(table: Mapping[str, Any]) -> Mapping[str, Any]:
    name, schema = str(table["name"]), pl.read_parquet_schema(SHIPPED / f"{table['name']}.parquet")
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"{table['rows']:,} rows from {catalog()[table['source']].title}.",
        "field": [_field(name, column, kind) for column, kind in schema.items() if kind != pl.Null],
    }


def _field(table: str, column: str, kind: pl.DataType) -> Mapping[str, Any]:
    repeated = isinstance(kind, pl.List)
    inner = kind.inner if isinstance(kind, pl.List) else kind
    number = "sc:Integer" if inner.is_integer() else "sc:Float"  # type: ignore[union-attr]
    return {
        "@type": "cr:Field",
        "@id": f"{table}/{column}",
        "name": column,
        "dataType": TYPES.get(str(inner), number),
        **({"repeated": True} if repeated else {}),
        "source": {"fileObject": {"@id": f"{table}.parquet"}, "extract": {"column": column}},
    }


def _file(table: Mapping[str, Any], source: Source) -> Mapping[str, Any]:
    path = SHIPPED / f"{table['name']}.parquet"
    return {
        "@id": f"{PLACE}/{table['name']}.parquet",
        "@type": "File",
        "name": table["name"],
        "encodingFormat": "application/x-parquet",
        "contentSize": str(path.stat().st_size),
        "sha256": table["file_sha256"],
        "isBasedOn": {"@id": f"#{source.id}"},
    }


def _data_set(source: Source) -> Mapping[str, Any]:
    return {
        "@id": f"#{source.id}",
        "@type": "CreativeWork",
        "name": source.title,
        "creator": source.producer,
        "version": source.version,
        "url": source.url,
        "usageInfo": source.terms,
        "citation": source.citation,
    }


def _kind(name: str) -> str:
    return {"json": "application/json", "md": "text/markdown"}.get(name.rpartition(".")[2], "text/plain")


DESCRIBED: Mapping[str, Callable[[], Mapping[str, Any]]] = {
    "codemeta.json": codemeta,
    "croissant.json": croissant,
    "ro-crate-metadata.json": crate,
}
"""File at the root → what gives its content."""


def written(name: str) -> str:
    """Return a description as it is written."""
    return json.dumps(DESCRIBED[name](), indent=1, ensure_ascii=False) + "\n"


def main(names: Iterable[str]) -> None:
    """Write the descriptions of these names, by default all."""
    for name in tuple(names) or tuple(DESCRIBED):
        (ROOT / name).write_text(written(name), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
