"""What lists of advisories say of the locked packages: `python -m release.advisories`, which asks PyPI's list, then OSV's.

A package that a list does not know has not been checked, and a list that cannot be reached says nothing: both are told as
what they are, never as "nothing was found". It ends with 1 where a locked version has a known fault, with 0 otherwise, so that
nobody without a network is held up.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foedus.words import counted

ROOT = Path(__file__).resolve().parent.parent

LOCKS = ("requirements.lock", "requirements-dev.lock")

LISTS = ("pypi", "osv")
"""Lists that pip-audit knows, in the order in which they are asked."""

PATIENCE = 40
"""Seconds after which a list counts as out of reach."""


@dataclass(frozen=True)
class Checked:
    """What a list says of a lock file.

    Attributes
    ----------
    known : packages that the list knows in the locked version. unknown : those that it does not. faults : a sentence each.
    """

    known: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def read(answer: Mapping[str, Any]) -> Checked:
    """Return what an answer of pip-audit says.

    >>> read({"dependencies": [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "not found"}]})
    Checked(known=('a',), unknown=('b',), faults=())
    """
    packages = answer["dependencies"]
    return Checked(
        tuple(each["name"] for each in packages if "skip_reason" not in each),
        tuple(each["name"] for each in packages if "skip_reason" in each),
        tuple(
            f"{each['name']} {each['version']}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'no version yet'}"
            for each in packages
            for fault in each.get("vulns", ())
        ),
    )


def told(lock: str, source: str, checked: Checked) -> str:
    """Return what is said of a lock file that a list was asked about.

    >>> told("requirements.lock", "pypi", Checked(("a",), ("b",)))
    'requirements.lock: 1 package checked in the list of pypi: no known fault. Not checked, for the list does not know it: b.'
    """
    if not checked.known:
        return f"{lock}: not checked, for the list of {source} cannot be reached, or knows none of its packages."
    found = "; ".join(checked.faults) or "no known fault"
    them = "it" if len(checked.unknown) == 1 else "them"
    rest = f" Not checked, for the list does not know {them}: {', '.join(checked.unknown)}." if checked.unknown else ""
    return f"{lock}: {counted(len(checked.known), 'package')} checked in the list of {source}: {found}.{rest}"


def ask(lock: str, source: str) -> Checked:
    """Ask a list about a lock file; what cannot be reached says nothing."""
    call = [sys.executable, "-m", "pip_audit", "--requirement", lock, "--disable-pip", "--require-hashes", "--format", "json"]
    try:
        done = subprocess.run(
            [*call, "--vulnerability-service", source], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        return read(json.loads(done.stdout))
    except (ValueError, subprocess.TimeoutExpired):  # without an answer there is no JSON
        return Checked()


def main() -> int:
    """Ask about every lock file, say what came, and return 1 if a fault is known."""
    faults = 0
    for lock in LOCKS:
        for source in LISTS:
            checked = ask(lock, source)
            print(told(lock, source, checked))
            faults += len(checked.faults)
            if checked.known:
                break
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
