"""Which record is in use, and where a user's data lie.

FOEDUS_RECORD, or `--record`, names a record by its folder, by a wheel of foedus or a bundle that holds one, or by its version
or the first digits of its hash: then it is the one that ships, or one that was unpacked from a wheel or a bundle before, which
is kept below the user's data folder. An earlier record speaks for the years, and is cited by the versions, of its own time:
SOURCES beside its manifest has them.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from foedus.errors import InputError, RecordError
from foedus.record import pinned
from foedus.record.seal import sealed, unsealed
from foedus.record.writing import new_folder, write_text

RECORD_VARIABLE = "FOEDUS_RECORD"
"""Names the record to be used instead of the one that ships."""

DATA_VARIABLE = "FOEDUS_DATA"

if TYPE_CHECKING:
    from zipfile import ZipFile

MANIFEST = "record.json"

RELEASES = "releases.json"
"""The newer releases that a record holds, beside its manifest: source → version, last_year, file, sha256 (`release.py`)."""

SOURCES = "sources.json"
"""What the sources of a record were when it was written, beside its manifest: source → TOLD."""

TOLD = ("title", "producer", "version", "licence", "terms", "url", "citation", "bibtex", "first_year", "last_year")
"""What is told of a source that may be another in the next release of foedus."""

RECORDS = "records"
"""Folder below the user's data folder in which records lie that were unpacked."""

MOST_BYTES = 1 << 30
"""Most that is unpacked of one file of a wheel or a bundle."""

INSIDE = ("foedus/record/tables/record.json", "record/record.json")
"""Where the manifest of a record stands in a wheel, and in a bundle."""

_BY_NAME = re.compile(r"\d{4}\.\d{1,2}[\w.]*|[0-9a-f]{8,64}")


def data_folder() -> Path:
    """Return the folder of what the user has added: the one named by FOEDUS_DATA, else the user's data folder."""
    if named := os.environ.get(DATA_VARIABLE):
        return Path(named)
    import platformdirs

    return of_user(platformdirs.user_data_dir)


def of_user(folder: Callable[[str], str]) -> Path:
    """Return a folder of the user's for foedus; for a user without a home one in which there is nothing, and can be nothing."""
    try:
        path = Path(folder("foedus"))
    except (RuntimeError, KeyError):  # no home, and no entry in the list of users
        return NOWHERE
    return path if path.is_absolute() else NOWHERE


NOWHERE = Path(os.devnull, "foedus")
"""Where a user without a home keeps nothing."""


def folder_in_use() -> Path | None:
    """Return the folder of the record that FOEDUS_RECORD names; None for the one that ships.

    Raises InputError if no record of that name is at hand, RecordError if the file that is named holds none.
    """
    named = os.environ.get(RECORD_VARIABLE)
    return located(named) if named else None


def located(name: str) -> Path:
    """Return the folder of a record that is named by a folder, a file that holds it, its version or its hash.

    >>> located(pinned.VERSION) == located(pinned.SHA256[:12]) == pinned.SHIPPED
    True
    """
    path = Path(name)
    if path.is_dir() or not (path.is_file() or _BY_NAME.fullmatch(name)):
        return path
    if path.is_file():
        return unpacked(path)
    kept = {folder: _identity(folder) for folder in sorted((data_folder() / RECORDS).glob(f"*/{MANIFEST}"))}
    known = {pinned.SHIPPED: (pinned.VERSION, pinned.SHA256)} | {manifest.parent: each for manifest, each in kept.items()}
    found = {sha256: folder for folder, (version, sha256) in known.items() if name == version or _begins(sha256, name)}
    if len(found) > 1:
        raise InputError(f"there are {len(found)} records {name}: name one by its hash: {', '.join(sorted(found))}.")
    if not found:
        at_hand = ", ".join(sorted({version for version, _ in known.values()}))
        raise InputError(
            f"no record {name} is at hand (there is {at_hand}). Name its folder, or the wheel of the foedus that shipped it, "
            "such as foedus-0.1.0-py3-none-any.whl, or a bundle made with it: from then on it is known by its version."
        )
    return next(iter(found.values()))


def _begins(sha256: str, name: str) -> bool:
    return len(name) >= 8 and sha256.startswith(name)


def _identity(manifest: Path) -> tuple[str, str]:
    """Version and hash of a record that was unpacked; nothing of one that is damaged, which is unpacked again."""
    try:
        content = unsealed(manifest.read_bytes())
        return str(content["version"]), str(content["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", ""


def unpacked(path: Path) -> Path:
    """Return the folder of the record in a wheel or a bundle, below the user's data folder, where it is unpacked to once.

    Raises RecordError if the file holds no record, or one of whose files a byte has changed.
    """
    import zipfile
    import zlib

    try:
        with zipfile.ZipFile(path) as archive:
            inside = next((name for name in INSIDE if name in archive.namelist()), "")
            if not inside:
                raise RecordError(f"{path} holds no record: name a wheel of foedus, a bundle, or a folder.")
            content = unsealed(_member(archive, inside))
            version, sha256 = str(content["version"]), str(content["sha256"])
            if not re.fullmatch(r"[\w.]{1,40} [0-9a-f]{64}", f"{version} {sha256}"):
                raise ValueError("its version or its hash is none")
            folder = data_folder() / RECORDS / f"{version}-{sha256[:16]}"
            if _identity(folder / MANIFEST) != (version, sha256):
                with new_folder(folder) as built:
                    _unpack(archive, PurePosixPath(inside).parent, content, built)
            return folder
    except InputError:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        EOFError,
        RuntimeError,
    ) as error:
        raise RecordError(f"the record in {path} is damaged ({error}). Load the file again.") from error


def _unpack(archive: ZipFile, place: PurePosixPath, content: Mapping[str, Any], folder: Path) -> None:
    """Write the files of a record that an archive holds, each with the bytes that the manifest describes."""
    for row in content["tables"]:
        if not re.fullmatch(r"\w{1,100}", row["name"]):
            raise ValueError(f"{row['name']!r:.40} is no name of a table")
        table = _member(archive, f"{place}/{row['name']}.parquet")
        if hashlib.sha256(table).hexdigest() != row["file_sha256"]:
            raise ValueError(f"table {row['name']} is not the one the manifest describes")
        (folder / f"{row['name']}.parquet").write_bytes(table)
    there = set(archive.namelist())
    for name in (RELEASES, SOURCES):
        if f"{place}/{name}" in there:
            (folder / name).write_bytes(_member(archive, f"{place}/{name}"))
    if not (folder / SOURCES).is_file():
        catalog = f"{place.parent}/catalog/"
        texts = [
            _member(archive, name).decode() for name in sorted(there) if name.startswith(catalog) and name.endswith(".toml")
        ]
        held = {row["source"] for row in content["tables"]}
        write_sources(folder, {name: entry for text in texts for name, entry in _entries(text) if name in held})
    (folder / MANIFEST).write_bytes(_member(archive, f"{place}/{MANIFEST}"))


def _entries(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The entries of a file of a catalog, each with what stands above all of them."""
    import tomllib

    table = tomllib.loads(text)
    head = {key: value for key, value in table.items() if not isinstance(value, dict)}
    yield from ((name, {**head, **entry}) for name, entry in table.items() if isinstance(entry, dict))


def _member(archive: ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValueError(f"{name} is larger than {MOST_BYTES:,} bytes")
    return content


def write_sources(folder: Path, entries: Mapping[str, Mapping[str, Any]]) -> None:
    """Write into the folder of a record what its sources are now."""
    told = {name: {key: entry[key] for key in TOLD if key in entry} for name, entry in sorted(entries.items())}
    write_text(folder / SOURCES, sealed(json.dumps({"sources": told}, indent=1, ensure_ascii=False) + "\n"))


def read_sources(folder: Path) -> dict[str, dict[str, Any]]:
    """Return what the sources of a record were when it was written; nothing where that is not told.

    Raises RecordError if a byte of it has changed.
    """
    try:
        told = unsealed((folder / SOURCES).read_bytes())["sources"]
        return {name: {key: entry[key] for key in TOLD if key in entry} for name, entry in told.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecordError(f"{folder / SOURCES} is damaged ({error}). Build the record again.") from error
