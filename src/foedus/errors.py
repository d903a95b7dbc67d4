"""What foedus says when the input, not the engine, is at fault.

Every message names what is wrong, where, and the remedy. The command line prints it alone and exits with code 2;
a library caller catches it as a ValueError.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence

PIP = ".venv/bin/python -m pip install"
"""What installs into the environment that `make` makes."""


class InputError(ValueError):
    """The request cannot be met as it was made; the message says why and what to do instead."""


class RecordError(InputError):
    """The record on disk is missing, damaged, or not what its manifest says."""


class LeftOutError(InputError):
    """The record leaves out a source that ships in others; `lacks` names each such source with what of it was asked for."""

    def __init__(self, message: str, lacks: Mapping[str, Sequence[str]]) -> None:
        """Say what is wrong, and keep what is lacking for those who can do without it."""
        super().__init__(message)
        self.lacks = {source: tuple(names) for source, names in lacks.items()}


class UnmatchedRows(UserWarning):
    """Rows of a frame name no state, and have nulls; the message says which, and why."""


class PanelRemark(UserWarning):
    """What the reader of a panel must know: rows that it leaves out, and why; years that it does not reach."""


def installing(what: str) -> str:
    """Return how to install what foedus can do without, as the end of a message: from the source, for no index has foedus.

    what : what pip is given, such as '-e ".[models]"' for an extra, or a library.

    >>> installing("xarray")
    "in the folder of foedus's source, run `.venv/bin/python -m pip install xarray` (or with the Python that runs foedus)."
    """
    return f"in the folder of foedus's source, run `{PIP} {what}` (or with the Python that runs foedus)."


def without_extra(what: str, extra: str) -> InputError:
    """Return what is wrong where something needs an extra that is not installed, with the command that installs it.

    >>> str(without_extra("formulas need formulaic", "models")).partition(": ")[0]
    'formulas need formulaic, of the extra [models]'
    """
    return InputError(f"{what}, of the extra [{extra}]: " + installing(f'-e ".[{extra}]"'))


def nearest(name: str, known: Iterable[str], most: int = 3, near: float = 0.6, besides: Iterable[str] = ()) -> str:
    """Return " Did you mean …?" with up to `most` names close to `name`, or "" if none is close.

    near : how alike a name has to be, from 0 to 1, twice the letters that match in order by those of both.
    besides : names that are offered after those that are close.

    >>> nearest("polyarky", ["polyarchy", "population", "gdp"])
    ' Did you mean polyarchy?'
    >>> nearest("zzz", ["gdp"])
    ''
    """
    close = [*dict.fromkeys((*difflib.get_close_matches(name, list(known), n=most, cutoff=near), *besides))][:most]
    return f" Did you mean {' or '.join(close)}?" if close else ""


def shown(text: str, most: int = 200) -> str:
    """Return a text from a file, or a file's name, fit for a message: without control characters, and not endless.

    >>> shown("two" + chr(10) + "lines")
    'two?lines'
    """
    clean = "".join(letter if letter.isprintable() else "?" for letter in text)
    return clean if len(clean) <= most else clean[:most] + "…"
