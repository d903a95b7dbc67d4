"""Grades of a mechanism of one's own, kept beside its file, so that a package can bring them to all who install it.

    calm_states.py, calm_states.toml, calm_states.registered.json      the mechanism, its claim, the day it was set down
    calm_states.graded.json                                            how it fared: `foedus validate calm_states.py --keep`

An assessment grades nothing: it takes what is kept, if that is of the registration and of the file that lie beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from foedus.record.pinned import sha256_of
from foedus.record.writing import check_target, write_text

SCHEMA = "foedus/grades/1"

HEADLINE = "headline"
"""Stands among terms for the mechanism as a whole."""


@dataclass(frozen=True)
class OwnGrades:
    """What a registered test said of a mechanism.

    Attributes
    ----------
    claim : what was claimed, as a sentence. registered : on which day. registration_sha256, file_sha256, record_sha256 : hashes
        of the registration, of the mechanism's file, and of the record that it was graded on.
    outcome : what it forecasts. windows : first and last year forecast, of each.
    grades : term → grade, and HEADLINE → that of the whole. score : what decides. against : the best baseline.
    skill : how much lower the score is than that baseline's, as a share of it.
    """

    claim: str
    registered: str
    registration_sha256: str
    file_sha256: str
    record_sha256: str
    outcome: str
    windows: tuple[tuple[int, int], ...]
    grades: Mapping[str, str]
    score: str
    against: str
    skill: float

    def of_file(self, file: Path) -> bool:
        """Whether the mechanism's file and its registration are those that were graded."""
        try:
            registration = json.loads(registration_of(file).read_bytes())["sha256"]
            return bool(registration == self.registration_sha256 and sha256_of(file) == self.file_sha256)
        except (OSError, ValueError, KeyError, TypeError):
            return False


def registration_of(file: Path) -> Path:
    """Return where the registration of a mechanism's claim stands.

    >>> registration_of(Path("calm_states.py")).name
    'calm_states.registered.json'
    """
    return file.with_name(f"{file.stem}.registered.json")


def place_of(file: Path) -> Path:
    """Return where the grades of a mechanism's file are kept.

    >>> place_of(Path("calm_states.py")).name
    'calm_states.graded.json'
    """
    return file.with_name(f"{file.stem}.graded.json")


def keep(file: Path, grades: OwnGrades) -> Path:
    """Write grades beside the mechanism's file, in place of what was kept before; raises InputError if that cannot be done."""
    target = place_of(file)
    check_target(target)
    write_text(target, json.dumps({"schema": SCHEMA, **asdict(grades)}, ensure_ascii=False, indent=1) + "\n")
    return target


def kept(file: Path | None) -> OwnGrades | None:
    """Return what is kept beside a mechanism's file; None without it, where it cannot be read, or is of another file."""
    if file is None:
        return None
    try:
        said: dict[str, Any] = json.loads(place_of(file).read_bytes())
        if said.pop("schema") != SCHEMA:
            return None
        found = OwnGrades(**{**said, "windows": tuple(map(tuple, said["windows"]))})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return found if found.of_file(file) else None
