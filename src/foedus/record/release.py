"""A newer release of a source that ships, read from the publisher's file into a copy of the record.

`take_release` reads the file in the forms that the source's reader names (`FORMS`), numbers its states, checks its rows, and
writes a record beside the one in use, with every other table as it is. The release stands in the new record's RELEASES, with
its version, its last year and the hash of its file; while FOEDUS_RECORD names that record, the catalog reads it there, and
panels reach as far as the release does. What moved is said: a forecast that ends when a series ends moves with it, and what was
tested on the release before is computed anew.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from foedus.errors import InputError, RecordError, nearest, shown
from foedus.record.build import STATE_YEARS, write_release
from foedus.record.cow import numbered
from foedus.record.drift import drift_of, last_year_of
from foedus.record.integrity import faults
from foedus.record.publisher import Form, read
from foedus.record.source import Source, catalog
from foedus.record.store import Record, open_record

HASHES = {32: "md5", 64: "sha256"}
"""Number of hexadecimal digits of a hash → how it is computed."""


@dataclass(frozen=True)
class Release:
    """A release that has just been read.

    Attributes
    ----------
    source : the source as the new record has it. record : the new record. sha256 : of the publisher's file.
    moved : what moved since the release before, as `drift_of` gives it.
    untried : whether the reader was written against the documented columns alone: no file of this release has been seen.
    """

    source: Source
    record: Record
    sha256: str
    moved: pl.DataFrame
    untried: bool


def take_release(source: str, path: Path, folder: Path, *, version: str, stated_hash: str = "") -> Release:
    """Read the publisher's file of a newer release of a source, and write a record with it to `folder`.

    stated_hash : the MD5 or SHA-256 that the publisher states of the file; another file is refused.
    Raises InputError, with every fault, for a source without such a reader or a file that is none of its; RecordError if rows
    break the rules of the record.
    """
    chosen, forms = _readable(source)
    _check_hash(path, stated_hash)
    record = open_record(additions=False)
    content = read(path, forms, f"foedus expects the table of {chosen.title}: {chosen.url}")
    try:
        tidied = {name: table for form, frame in content.frames for name, table in form.tidy(frame).items()}
    except pl.exceptions.PolarsError as error:  # a day written as 01/02/2014, say: nobody knows which number is the month
        reason = shown(str(error).splitlines()[0])
        raise InputError(
            f"{shown(str(path))} cannot be read as {chosen.id}: {reason}. Give the publisher's file as it is, with days "
            "such as 2014-02-01; a spreadsheet that saves it may write them in another order."
        ) from None
    if lacking := sorted(set(chosen.tables) - set(tidied)):
        raise InputError(f"{shown(str(path))} does not give {', '.join(lacking)}, which {chosen.id} holds.")
    crosswalk = record.table(STATE_YEARS)
    placed = {name: numbered(table, crosswalk) for name, table in tidied.items()}
    tables = {name: table for name, (table, _) in placed.items()}
    last = max((year for table in tables.values() if (year := last_year_of(table)) is not None), default=chosen.last_year)
    newer = replace(chosen, version=version, last_year=last)
    if broken := [fault for name, table in tables.items() for fault in faults(newer, name, table)]:
        raise RecordError(f"{shown(str(path))}: rows break the rules of the record:\n  " + "\n  ".join(broken))
    moved = drift_of({name: record.table(name) for name in tables if name in record.tables}, tables, chosen.id)
    entry = {"version": version, "last_year": last, "file": path.name, "sha256": content.sha256}
    written = write_release(record, folder, newer, placed, entry)
    return Release(newer, written, content.sha256, moved, version != chosen.version)


def _readable(source: str) -> tuple[Source, Sequence[Form]]:
    """Return a source that ships, and the forms of its publisher's file."""
    name = source.replace("-", "_")
    readers = {each.id: each for each in catalog().values() if each.licence != "restricted"}
    if name not in readers:
        more = " It is added with `foedus record add`." if name in catalog() else nearest(name, readers)
        raise InputError(f"no source that ships is called {shown(source)!r}.{more}")
    forms = getattr(importlib.import_module(f"foedus.record.sources.{name}"), "FORMS", None)
    if forms is None:
        raise InputError(f"there is no reader for the publisher's own file of {name}: its table is built from another file.")
    return readers[name], forms


def _check_hash(path: Path, stated: str) -> None:
    """Raise InputError if a file has not the hash that its publisher states."""
    if not stated:
        return
    digest = stated.strip().lower()
    if len(digest) not in HASHES or set(digest) - set("0123456789abcdef"):
        raise InputError(f"{shown(stated)!r} is neither an MD5 (32 hexadecimal digits) nor a SHA-256 (64).")
    if not path.is_file():
        raise InputError(f"{shown(str(path))}: there is no such file.")
    kind = HASHES[len(digest)]
    if (actual := hashlib.new(kind, path.read_bytes(), usedforsecurity=False).hexdigest()) != digest:
        raise InputError(f"{shown(str(path))} has the {kind} {actual}, not the one stated: load the file again.")
