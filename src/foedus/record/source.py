"""A source is one published data set: who made it, under which terms, and how to read it.

`catalog.toml` holds the provenance, one table per source; `sources/<id>.py` holds the reader, a function `read(raw)` that
takes the folder of raw files and returns tidy tables in foedus's own column names. A reader explains its file's traps in its
docstring and keys every row by `year` and by one of

    ccode, ccode1/ccode2      Correlates of War state numbers (kept as they are)
    gwcode, gwcode1/gwcode2   Gleditsch–Ward numbers
    iso3, iso3_1/iso3_2       present-day ISO 3166 codes
    state                     an English name

The last three are translated to COW numbers, year by year, when the record is built (`store.build`); rows of aggregates,
territories and non-members of the state system drop out there, counted.
"""

from __future__ import annotations

import hashlib
import importlib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from foedus.errors import RecordError

LICENCES = ("open", "academic", "restricted")


@dataclass(frozen=True)
class Source:
    """One published data set.

    Attributes
    ----------
    id : name of the source in the catalog and of its reader module.
    licence : "open" (may be used for anything), "academic" (free with citation, non-commercial custom) or "restricted"
        (never shipped).
    terms : the publisher's terms, in a few words.
    url : where the publisher offers it.
    first_year, last_year : years for which the source speaks; outside them nothing is known from it.
    files : raw file (path below the raw folder) → SHA-256 of the bytes that were read.
    tables : names of the record tables it gives.

    >>> gml = catalog()["gml"]
    >>> gml.licence, gml.first_year, gml.last_year
    ('academic', 1816, 2010)
    """

    id: str
    title: str
    producer: str
    version: str
    licence: str
    terms: str
    url: str
    citation: str
    bibtex: str
    first_year: int
    last_year: int
    tables: tuple[str, ...]
    files: dict[str, str]

    def faults(self, raw: Path) -> list[str]:
        """Return one sentence for each raw file that is missing or not the one that was catalogued."""
        return [fault for name, digest in self.files.items() if (fault := _fault(raw / name, digest))]

    def read(self, raw: Path) -> dict[str, pl.DataFrame]:
        """Check the raw files against their checksums and return the source's tidy tables by name.

        Raises RecordError, listing every fault, if a file is missing or differs from the one that was catalogued.
        """
        if faults := self.faults(raw):
            raise RecordError(f"source {self.id}: " + "; ".join(faults) + f". The publisher's page is {self.url}")
        reader = importlib.import_module(f"foedus.record.sources.{self.id}")
        tables: dict[str, pl.DataFrame] = reader.read(raw)
        if set(tables) != set(self.tables):
            raise RecordError(f"source {self.id}: reader gave {sorted(tables)}, catalog says {sorted(self.tables)}")
        return tables


@cache
def catalog() -> dict[str, Source]:
    """Return every source foedus knows, by id, in the catalog's order."""
    with Path(__file__).with_name("catalog.toml").open("rb") as file:
        rows = tomllib.load(file)
    return {name: Source(id=name, tables=tuple(row.pop("tables")), files=row.pop("files"), **row) for name, row in rows.items()}


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fault(path: Path, digest: str) -> str | None:
    if not path.is_file():
        return f"{path} is missing"
    if (found := sha256_of(path)) != digest:
        return f"{path} has SHA-256 {found[:12]}…, the catalog expects {digest[:12]}…"
    return None
