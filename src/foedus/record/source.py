"""A source is one published data set: who made it, under which terms, and how to read it.

`catalog/` holds the provenance, a file a topic and in it one table per source; `sources/<id>.py` holds the reader, a function
`read(raw)` that takes the folder of raw files and returns tidy tables in foedus's own column names. A reader explains its
file's traps in its docstring and keys every row by `year` and by one of

    ccode, ccode1/ccode2      Correlates of War state numbers (kept as they are)
    gwcode, gwcode1/gwcode2   Gleditsch–Ward numbers
    iso3, iso3_1/iso3_2       present-day ISO 3166 codes
    state                     an English name

A series of the world has no state: it is keyed by `year` alone, or with a month, a region, a scenario beside it.

When the record is built (`cow.py`), Gleditsch–Ward numbers get the COW numbers of the year beside them, null where the
state is no member. The last two are replaced by COW numbers; rows of aggregates, territories and non-members of the state
system drop out there, counted. A reader that turns names or numbers of its own into codes has a second function,
`unplaced(raw)`, that counts the rows of places without one: table → place → rows.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from foedus.errors import RecordError
from foedus.record.entries import SOURCE, key_faults
from foedus.record.in_use import RELEASES, folder_in_use, read_sources
from foedus.record.pinned import SHIPPED, sha256_of
from foedus.record.sections import Entry, Sections

CATALOG = Path(__file__).with_name("catalog")
CODES = {"cow": "ccode", "gw": "gwcode"}
"""List of states → the column of its codes."""

ORDER = CATALOG / "order.txt"
"""Names the sources in the order in which they stand in the record, whatever file their entry is in."""


@dataclass(frozen=True)
class Source:
    """One published data set.

    Attributes
    ----------
    id : name of the source in the catalog and of its reader module.
    licence : "open" (may be used for anything), "academic" (free with citation, non-commercial custom) or "restricted"
        (never shipped).
    terms : the publisher's terms, in a few words.
    spdx : the same of what ships as an SPDX expression; where there is no identifier, one of `licences/LicenseRef-*.txt`.
    url : where the publisher offers it.
    first_year, last_year : years for which the source speaks; outside them nothing is known from it.
    files : raw file (path below the raw folder) → SHA-256 of the bytes that were read; empty if it is restricted, or if its
        facts stand in the package beside the reader.
    tables : names of the record tables it gives.
    keys : table → what identifies a row of it (`integrity.py`): columns; `ccode1-ccode2` for two states in either order;
        `first_year:last_year` for a span that no other row of the same unit may overlap.
    governments : whom the source means by a state's government where most states recognise another; see `government`.
    outside : table → rows that lie outside the years for which the source speaks, and belong there: their first key.
    lists : the lists of states by whose codes it names states, "cow" or "gw", where `keys` do not tell; see `lists_of`.
    download : of a restricted source, the file to look for on the publisher's page.
    known : of a restricted source, file → SHA-256 of the releases foedus was tested with; others are accepted, and it is said.

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
    keys: dict[str, list[str]] = field(default_factory=dict)
    outside: dict[str, list[str]] = field(default_factory=dict)
    lists: tuple[str, ...] = ()
    governments: tuple[Mapping[str, Any], ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    download: str = ""
    known: dict[str, str] = field(default_factory=dict)
    spdx: str = ""

    def faults(self, raw: Path) -> list[str]:
        """Return one sentence for each raw file that is missing or not the one that was catalogued."""
        return [fault for name, digest in self.files.items() if (fault := _fault(raw / name, digest))]

    def government(self, gwcode: int | None, year: int) -> str:
        """Say whom the source means by a state's government in a year, where most states recognise another; "" otherwise.

        >>> ucdp = catalog()["ucdp_armed_conflict"]
        >>> ucdp.government(678, 2024), ucdp.government(678, 2014)
        ('the Houthi authorities in Sanaa', '')
        """
        told = (
            each["who"]
            for each in self.governments
            if each["gwcode"] == gwcode and each["first_year"] <= year <= each["last_year"]
        )
        return next(told, "")

    def lists_of(self, table: str) -> frozenset[str]:
        """Return by which lists of states a table of the source names states: "cow", "gw", both, or none that is known.

        Both, where the publisher gives the series under either, or where states are named by names. Of an arrangement of
        several tables, the lists of all of them. A state that no such list has is one of which the source can say nothing.

        >>> sorted(catalog()["gml"].lists_of("dispute_years")), sorted(catalog()["vdem_polyarchy"].lists_of("polyarchy"))
        (['cow'], ['cow', 'gw'])
        """
        if self.lists:
            return frozenset(self.lists)
        named = [name for name in (table, f"{table}_gw") if name in self.keys] or list(self.keys)
        columns = [column for name in named for column in self.keys[name]]
        return frozenset(name for name, code in CODES.items() if any(column.startswith(code) for column in columns))

    def how_to_add(self) -> str:
        """Say which file of a restricted source to download, from where, and the command that adds it.

        >>> catalog()["cow_nmc"].how_to_add().split(", then ")[1]
        'run `foedus record add cow-nmc PATH`.'
        """
        return (
            f"{self.title}, version {self.version}, may not be passed on with foedus: download {self.download} "
            f"from {self.url}, then run `foedus record add {self.id.replace('_', '-')} PATH`."
        )

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

    def unplaced(self, raw: Path) -> dict[str, dict[str, int]]:
        """Return, by table, the places of which the reader itself leaves out rows, for they are no states, and how many."""
        reader = importlib.import_module(f"foedus.record.sources.{self.id}")
        counted: dict[str, dict[str, int]] = reader.unplaced(raw) if hasattr(reader, "unplaced") else {}
        return counted


@cache
def catalog() -> Sections[Source]:
    """Return every source foedus knows, by id: those that ORDER names, then the others by the names of their files."""
    return Sections(sorted(CATALOG.glob("*.toml")), _source, _faults, across=_faults_across, order=_order())


def _order() -> list[str]:
    lines = ORDER.read_text(encoding="utf-8").splitlines()
    return [name for line in lines if not line.startswith("#") for name in line.split()]


def releases(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the newer releases that the record in a folder holds, by source; raises RecordError if the list is damaged."""
    try:
        known: dict[str, dict[str, Any]] = json.loads((folder / RELEASES).read_text(encoding="utf-8"))
        return {name: {key: entry[key] for key in ("version", "last_year", "file", "sha256")} for name, entry in known.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecordError(f"{folder / RELEASES} is damaged ({error}). Take the releases in again.") from error


@cache
def _in_use() -> dict[str, dict[str, Any]]:
    """What the sources of the record in use are, where they are others than the catalog's; of the one that ships none is."""
    folder = folder_in_use()
    if folder is None or folder == SHIPPED:
        return {}
    told, newer = read_sources(folder), releases(folder)
    return {
        name: {**told.get(name, {}), **{key: newer[name][key] for key in ("version", "last_year") if name in newer}}
        for name in {*told, *newer}
    }


def _source(name: str, entry: Entry) -> Source:
    lists = {key: tuple(entry.get(key, ())) for key in ("tables", "lists", "governments")}
    return Source(id=name, **{**entry, **lists, **_in_use().get(name, {})})


def _faults(_: str, entry: Entry) -> Iterator[str]:
    """Yield what is wrong with the entry of a source, alone."""
    if faults := list(key_faults(entry, SOURCE, "source")):
        yield from faults
        return
    if entry["first_year"] > entry["last_year"]:
        yield "first_year is after last_year"
    restricted, tables = entry["licence"] == "restricted", set(entry["tables"])
    if restricted and not {"download", "known"} <= entry.keys():
        yield "a restricted source says which file to download, and has the SHA-256 of those that are known"
    if strange := sorted(entry.keys() & ({"files"} if restricted else {"download", "known"})):
        yield f"{strange[0]} is not for {'a restricted' if restricted else 'an ' + entry['licence']} source"
    if not restricted and (lacking := sorted(tables - entry.get("keys", {}).keys())):
        yield f"keys do not say what identifies a row of {', '.join(lacking)}"
    if restricted == ("spdx" in entry):
        yield "a source that ships says under which licence (spdx), and one that does not ship says nothing of it"
    if restricted and "lists" not in entry:
        yield "a restricted source says by which lists of states it names states"
    if unknown := sorted((entry.get("keys", {}).keys() | entry.get("outside", {}).keys()) - tables):
        yield f"keys or outside name {', '.join(unknown)}, which is none of its tables"


def _faults_across(entries: Mapping[str, Entry]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the sources together, by name."""
    owner: dict[str, str] = {}
    for name, entry in entries.items():
        if not (Path(__file__).parent / "sources" / f"{name}.py").is_file():
            yield name, f"there is no reader sources/{name}.py"
        for table in entry["tables"]:
            if owner.setdefault(table, name) != name:
                yield name, f"its table {table} is one of {owner[table]}"


def _fault(path: Path, digest: str) -> str | None:
    if not path.is_file():
        return f"{path} is missing"
    if (actual := sha256_of(path)) != digest:
        return f"{path} has SHA-256 {actual[:12]}…, the catalog expects {digest[:12]}…"
    return None
