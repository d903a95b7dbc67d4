"""Which claims files there are, and their text: those that ship, those that installed packages offer, and any other.

A package offers the path of a claims file by the entry point group `foedus.claims`. A file is text, no larger than claims are.
"""

from __future__ import annotations

from pathlib import Path

from foedus.errors import InputError, nearest
from foedus.offers import offers
from foedus.record.reading import read_within

ESSAY = Path(__file__).with_name("essay.toml")
"""The claims of the essay that the project was founded on."""

EXAMPLES = Path(__file__).with_name("examples")
"""Other claims files that ship."""

GROUP = "foedus.claims"

LARGEST = 400_000
"""Bytes of a file."""


def shipped() -> tuple[Path, ...]:
    """Return the claims files that ship: the essay's, then the others by name."""
    return (ESSAY, *sorted(EXAMPLES.glob("*.toml")))


def located(name: str | Path) -> Path:
    """Return the claims file of that name: a path, or the name of one that ships, or that a package offers.

    Raises InputError if there is none.

    >>> located("australia-new-zealand").name
    'australia-new-zealand.toml'
    """
    path, examples = Path(name), {each.stem: each for each in EXAMPLES.glob("*.toml")}
    offered = {each.name: each for each in offers(GROUP)}
    try:
        there = path.exists()
    except (OSError, ValueError):  # a name that no file can have
        there = False
    if there:
        return path
    if str(name) in examples:
        return examples[str(name)]
    if str(name) in offered:
        return offered[str(name)].path()
    known = sorted({*examples, *offered})
    raise InputError(
        f"there is no file {str(name)[:200]!r}.{nearest(str(name), known)} Name a claims file, or one that ships with foedus"
        f"{' or a package' if offered else ''}: {', '.join(known)}."
    )


def read_text(path: Path) -> str:
    """Return the text of a claims file; raises InputError if it cannot be read."""
    try:
        return read_within(path, "claims file", LARGEST).decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}. Name a claims file.") from None
    except UnicodeDecodeError:
        raise InputError(f"cannot read {path}: it is not UTF-8 text. Save it as UTF-8, or name another.") from None
