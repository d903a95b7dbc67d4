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
from pathlib import Path
from typing import Any

from foedus.errors import InputError
from foedus.mechanisms.described import DESCRIBED, PHYSICAL
from foedus.mechanisms.mechanism import Mechanism
from foedus.mechanisms.standard import names_of, shipped_names
from foedus.offers import Offer, offers

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
    found = offers(GROUP)
    described = [name for kind in (*PHYSICAL, *DESCRIBED) for name in names_of(kind)] if found else []
    taken = dict.fromkeys([*shipped_names(), *described], "foedus") if found else {}
    for offer in found:
        try:
            mechanism = _made(offer)
        except InputError as refusal:
            yield refusal
            continue
        names = names_of(mechanism)
        if both := sorted({*names} & taken.keys()):
            yield offer.refused(f"is called {both[0]!r}, as one of {taken[both[0]]} is", "call it otherwise")
            continue
        taken |= dict.fromkeys(names, offer.package)
        yield Installed(mechanism, offer.package, file_of(offer.module))


def _made(offer: Offer) -> Mechanism:
    """The mechanism, made of its class with the defaults of its choices."""
    thing = offer.load()
    if not is_mechanism(thing):
        raise offer.refused("is neither a subclass of Mechanism nor a Regression")
    try:
        made: Any = thing() if inspect.isclass(thing) else thing
    except Exception as error:  # whatever the package's own code raises
        said = f"{type(error).__name__}: {error}".splitlines()[0]
        raise offer.refused(f"cannot be loaded ({said})") from error
    return made  # type: ignore[no-any-return]


def file_of(module: str) -> Path | None:
    """Return the file of a module that has been loaded; None if it has none, as in an interactive session."""
    named = getattr(sys.modules.get(module), "__file__", None)
    return Path(named) if named else None
