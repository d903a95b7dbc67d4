"""Which claims files there are, and their text: those that ship, and any other that is text and no larger than claims are."""

from __future__ import annotations

from pathlib import Path

from foedus.errors import InputError, nearest
from foedus.record.reading import read_within

ESSAY = Path(__file__).with_name("essay.toml")
"""The claims of the essay that the project was founded on."""

EXAMPLES = Path(__file__).with_name("examples")
"""Other claims files that ship."""

LARGEST = 400_000
"""Bytes of a file."""


def shipped() -> tuple[Path, ...]:
    """Return the claims files that ship: the essay's, then the others by name."""
    return (ESSAY, *sorted(EXAMPLES.glob("*.toml")))


def located(name: str | Path) -> Path:
    """Return the claims file of that name: a path, or the name of one that ships; raises InputError if there is none.

    >>> located("australia-new-zealand").name
    'australia-new-zealand.toml'
    """
    path, examples = Path(name), {each.stem: each for each in EXAMPLES.glob("*.toml")}
    try:
        there = path.exists()
    except (OSError, ValueError):  # a name that no file can have
        there = False
    if not there and str(name) not in examples:
        raise InputError(
            f"there is no file {str(name)[:200]!r}.{nearest(str(name), examples)} Name a claims file, or one that ships with "
            f"foedus: {', '.join(sorted(examples))}."
        )
    return path if there else examples[str(name)]


def read_text(path: Path) -> str:
    """Return the text of a claims file; raises InputError if it cannot be read."""
    try:
        return read_within(path, "claims file", LARGEST).decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}. Name a claims file.") from None
    except UnicodeDecodeError:
        raise InputError(f"cannot read {path}: it is not UTF-8 text. Save it as UTF-8, or name another.") from None
