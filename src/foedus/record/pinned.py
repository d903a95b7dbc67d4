"""Which record ships, by its version and its hash, and which files the package has beside its code.

Both are facts of the code, so that no folder of tables can say of itself that it is the official record. A build of the record
that ships writes SHA256 here (`make record`); `make docs` writes SUMS, the hash of every other file, in the form that
`sha256sum --check` reads. `foedus record verify` compares.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from foedus.record.writing import LITTER, write_text

VERSION = "2026.11"
"""Version of the record that ships: year and month of its build. The hash says what is in it."""

SHA256 = "3e25f3bd8ae37be6c8fbd2e7bb7ecf80400ab6681800f57cae9d6f3e3a922c43"
"""Hash of the record that ships."""

PACKAGE = Path(__file__).resolve().parents[1]

TABLES = "record/tables"

SHIPPED = PACKAGE / TABLES
"""The record that the package ships."""

SUMS = PACKAGE / "SHA256SUMS"
"""The hash of every file of the package that is no code, tables apart: these stand in the record's manifest."""

_LINE = re.compile(r"([0-9a-f]{64})  (\S(?:.*\S)?)")


def pin(sha256: str, package: Path = PACKAGE) -> None:
    """Write down that the record with this hash ships with a package, and the hashes of the package's files.

    package : folder of the package; this one, or a copy whose record is another.
    """
    code = package / "record" / Path(__file__).name
    text, count = re.subn(r'^SHA256 = "[0-9a-f]{64}"$', f'SHA256 = "{sha256}"', code.read_text("utf-8"), flags=re.MULTILINE)
    if not count:
        raise ValueError(f"{code} has no line for the hash of the record that ships")
    write_text(code, text)
    if package == PACKAGE:
        globals()["SHA256"] = sha256
    write_text(package / SUMS.name, sums(package))


def sums(package: Path = PACKAGE) -> str:
    """Return the text of SUMS for the files that are there now."""
    return "".join(f"{sha256_of(package / name)}  {name}\n" for name in _files(package))


def package_faults(package: Path = PACKAGE) -> list[str]:
    """Return one sentence for each file of the package that is not what SUMS says, and each that SUMS does not know."""
    try:
        *lines, rest = (package / SUMS.name).read_bytes().decode("utf-8").split("\n")  # and at no other sign that ends lines
        lines += [rest] if rest else []
    except (OSError, UnicodeDecodeError) as error:
        return [f"{SUMS.name}, the list of the package's files, cannot be read ({error})"]
    entries = [match.groups() for line in lines if (match := _LINE.fullmatch(line))]
    known = {name: digest for digest, name in entries}
    there = list(_files(package))
    return [
        *(
            f"{SUMS.name}, line {row}: no hash and name of a file"
            for row, line in enumerate(lines, 1)
            if not _LINE.fullmatch(line)
        ),
        *([f"{SUMS.name} names a file twice"] if len(known) < len(entries) else []),
        *(f"{name} is missing" for name in known if not (package / name).is_file()),
        *(
            f"{name} is not the file that ships (damaged or replaced)"
            for name in there
            if name in known and sha256_of(package / name) != known[name]
        ),
        *(f"{name}: no entry of {SUMS.name} knows this file" for name in there if name not in known),
    ]


def count() -> int:
    """Return how many files SUMS lists."""
    return len(SUMS.read_text(encoding="utf-8").splitlines())


def listed(path: Path) -> bool:
    """Say whether a file of the package is what SUMS says; of a file that is elsewhere nobody says anything."""
    if not path.is_relative_to(PACKAGE):
        return True
    try:
        return f"{sha256_of(path)}  {path.relative_to(PACKAGE).as_posix()}" in SUMS.read_text(encoding="utf-8").split("\n")
    except OSError:
        return False


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(package: Path) -> Iterator[str]:
    """The files of the package that are no code and no tables, by name."""
    tables = package / TABLES
    for path in sorted(package.rglob("*")):
        ours = path.suffix not in (".py", ".pyc") and path.name != SUMS.name and not path.name.endswith(LITTER)
        if ours and path.is_file() and not (path.parent == tables and path.suffix == ".parquet"):
            yield path.relative_to(package).as_posix()
