"""Mechanisms of installed packages: those that offer one by the entry point group `foedus.mechanisms`.

A package says so in its pyproject.toml, and nothing of foedus is edited:

    [project.entry-points."foedus.mechanisms"]
    calm_states = "calm_states:CalmStates"        # a subclass of Mechanism, or a Regression
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from foedus.errors import InputError
from foedus.mechanisms.described import DESCRIBED, PHYSICAL
from foedus.mechanisms.mechanism import Mechanism
from foedus.mechanisms.standard import names_of, shipped_names

GROUP = "foedus.mechanisms"


@dataclass(frozen=True)
class Installed:
    """A mechanism that an installed package offers: itself, the package's name, and the file that it stands in."""

    mechanism: Mechanism
    package: str
    file: Path | None


def is_mechanism(thing: object) -> bool:
    """Say whether something is a mechanism, or a class of them."""
    return isinstance(thing, Mechanism) or (inspect.isclass(thing) and issubclass(thing, Mechanism) and thing is not Mechanism)


def installed() -> tuple[Installed, ...]:
    """Return the mechanisms that installed packages offer, in the order of their names.

    Raises InputError for one that cannot be loaded, that is no mechanism, or that has a name or an id which another has.

    >>> installed()
    ()
    """
    found = [*_each()]
    for each in found:
        if isinstance(each, InputError):
            raise each
    return tuple(each for each in found if isinstance(each, Installed))


def sound() -> tuple[Installed, ...]:
    """Return those of them that are mechanisms; what is wrong with the others is said where mechanisms are asked for."""
    return tuple(each for each in _each() if isinstance(each, Installed))


def _each() -> Iterator[Installed | InputError]:
    """Every mechanism that is offered, or what is wrong with it."""
    described = [name for kind in (*PHYSICAL, *DESCRIBED) for name in names_of(kind)]
    taken = dict.fromkeys([*shipped_names(), *described], "foedus")
    for point in _offered():
        package = point.dist.name if point.dist is not None else point.value
        try:
            mechanism = _loaded(point, package)
        except InputError as refusal:
            yield refusal
            continue
        names = names_of(mechanism)
        if both := sorted({*names} & taken.keys()):
            yield _refused(point, package, f"is called {both[0]!r}, as one of {taken[both[0]]} is", "call it otherwise")
            continue
        taken |= dict.fromkeys(names, package)
        yield Installed(mechanism, package, file_of(point.module))


def file_of(module: str) -> Path | None:
    """Return the file of a module that has been loaded; None if it has none, as in an interactive session."""
    named = getattr(sys.modules.get(module), "__file__", None)
    return Path(named) if named else None


def _offered() -> Iterator[EntryPoint]:
    """The entry points, each once: a package may lie in two places that Python looks through."""
    seen = set()
    for point in sorted(entry_points(group=GROUP), key=lambda each: (each.name, each.value)):
        if (point.name, point.value) not in seen:
            seen.add((point.name, point.value))
            yield point


def _loaded(point: EntryPoint, package: str) -> Mechanism:
    try:
        thing = point.load()
        if not is_mechanism(thing):
            raise _refused(point, package, "is neither a subclass of Mechanism nor a Regression", "mend it")
        made: Any = thing() if inspect.isclass(thing) else thing
    except InputError:
        raise
    except Exception as error:  # whatever the package's own code raises
        said = f"{type(error).__name__}: {error}".splitlines()[0]
        raise _refused(point, package, f"cannot be loaded ({said})", "mend it") from error
    return made  # type: ignore[no-any-return]


def _refused(point: EntryPoint, package: str, what: str, remedy: str) -> InputError:
    return InputError(
        f"the installed package {package} offers a mechanism ({GROUP}: {point.name} = {point.value}) that {what}. "
        f"In that package, {remedy}; or uninstall the package."
    )
