"""What an answer follows from: the record, the question and the code. An ETag and a permanent address are made of it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from foedus.errors import InputError
from foedus.record.in_use import located
from foedus.record.store import Record
from foedus.validation.memory import SHIPPED
from foedus.validation.shipped import identity
from foedus.version import __version__
from foedus.web.faults import ABSENT, Refusal

PACKAGE = Path(__file__).resolve().parents[1]

_NAME = re.compile(r"\d{4}\.\d{1,2}|[0-9a-f]{8,64}")


@cache
def code() -> str:
    """Return a hash of the package's code, looks and results."""
    files = sorted(path for path in PACKAGE.rglob("*") if path.suffix in (".py", ".toml", ".css", ".js") and path.is_file())
    total = hashlib.sha256(f"{__version__} {identity(SHIPPED)}".encode())
    for path in files:
        total.update(path.read_bytes())
    return total.hexdigest()[:16]


@dataclass(frozen=True)
class Stamp:
    """Which record is answered from.

    >>> from foedus.record.store import open_record
    >>> Stamp.of(open_record()).permanent[:8]
    '2026.11-'
    """

    version: str
    sha256: str
    added: str

    @classmethod
    def of(cls, record: Record) -> Stamp:
        """Return the stamp of a record and what was added to it."""
        added = "".join(f"{each.source.id} {each.sha256};" for each in record.additions)
        return cls(record.version, record.sha256, hashlib.sha256(added.encode()).hexdigest()[:8] if added else "")

    @property
    def permanent(self) -> str:
        """What stands in a permanent address: version, the first digits of the hash, and those of what was added."""
        return f"{self.version}-{self.sha256[:12]}{f'-{self.added}' if self.added else ''}"

    def check(self, meant: str) -> None:
        """Raise Refusal if an address means another record, saying how that is got."""
        if not meant or meant in (self.permanent, self.version) or (len(meant) >= 8 and self.sha256.startswith(meant)):
            return
        version, _, digits = meant.partition("-")
        name = digits.partition("-")[0] or version
        try:
            if not _NAME.fullmatch(name):  # a path would be opened
                raise InputError("no name of a record")
            located(name)
            how = f"It is at hand: start `foedus serve --record {name}`."
        except (InputError, OSError):
            how = "Start `foedus serve --record FILE` with the wheel of the foedus that shipped it, or a bundle made with it."
        if digits.startswith(self.sha256[:12]):
            how = "It is this record with other tables added by a user, or without them: ask whoever gave you the address."
        raise Refusal(
            ABSENT,
            f"this record is not here: the address means {meant}, and answers come from {self.permanent}.",
            f"{how} Or leave `record` out of the address, and get the numbers of {self.permanent}.",
        )

    def etag(self, path: str, key: str) -> str:
        """Return the ETag of an answer."""
        told = f"{self.sha256} {self.added} {code()} {path} {key}"
        return f'W/"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'
