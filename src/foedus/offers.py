"""What installed packages offer to foedus, by entry points, which only installing a package sets.

    [project.entry-points."foedus.mechanisms"]   # a subclass of Mechanism, or a Regression
    [project.entry-points."foedus.sources"]      # the path of a declaration, its table beside it
    [project.entry-points."foedus.chapters"]     # a module that tells a chapter
    [project.entry-points."foedus.claims"]       # the path of a claims file

Nothing is loaded before it is asked for. To read the lists of all packages takes some fifty milliseconds, which every process
spends at most once.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from foedus.errors import InputError

KINDS: Mapping[str, str] = {
    "foedus.mechanisms": "mechanism",
    "foedus.sources": "source",
    "foedus.chapters": "chapter",
    "foedus.claims": "claims file",
}
"""Groups of entry points → what one of them is."""


@dataclass(frozen=True)
class Offer:
    """One thing that an installed package offers.

    Attributes
    ----------
    group : one of KINDS. name : of the entry point. value : where it stands, "module:name". package : whose it is.
    """

    group: str
    name: str
    value: str
    package: str

    @property
    def module(self) -> str:
        """The module in which it stands."""
        return self.value.partition(":")[0]

    def load(self) -> Any:
        """Return it; the package's code is run. Raises InputError, with the package's name, if that fails."""
        try:
            return EntryPoint(self.name, self.value, self.group).load()
        except Exception as error:  # whatever the package's own code raises
            said = f"{type(error).__name__}: {error}".splitlines()[0]
            raise self.refused(f"cannot be loaded ({said})") from error

    def path(self) -> Path:
        """Return the file that it names; raises InputError if it is no path, or there is no such file."""
        found = self.load()
        if not isinstance(found, str | Path):
            raise self.refused("is no path of a file")
        if not Path(found).is_file():
            raise self.refused(f"names a file that is not there, {found}")
        return Path(found)

    def refused(self, what: str, remedy: str = "mend it") -> InputError:
        """Return the error for something that is not as it has to be."""
        return InputError(
            f"the installed package {self.package} offers a {KINDS[self.group]} ({self.group}: {self.name} = {self.value}) "
            f"that {what}. In that package, {remedy}; or uninstall the package."
        )


def offers(group: str) -> tuple[Offer, ...]:
    """Return what installed packages offer in a group, by name; each once, for a package may lie in two places on the path.

    >>> offers("foedus.chapters")
    ()
    """
    return _offers(tuple(sys.path))[group]


def offered(group: str, name: str) -> Offer | None:
    """Return what is offered under a name, or None; raises InputError where two packages offer it."""
    found = [each for each in offers(group) if each.name == name]
    if len(found) > 1:
        others = ", ".join(each.package for each in found[1:])
        raise found[0].refused(f"has a name that is offered by {others}, too", "call it otherwise")
    return found[0] if found else None


@cache
def _offers(_: tuple[str, ...]) -> Mapping[str, tuple[Offer, ...]]:
    """Everything on offer, by group; given where Python looks, so that a place that is added later is looked at, too."""
    found: dict[str, dict[tuple[str, str], Offer]] = {group: {} for group in KINDS}
    every = entry_points()
    for group, several in found.items():
        for point in every.select(group=group):
            package = point.dist.name if point.dist is not None else point.value
            several.setdefault((point.name, point.value), Offer(group, point.name, point.value, package))
    return {group: tuple(each for _, each in sorted(several.items())) for group, several in found.items()}
