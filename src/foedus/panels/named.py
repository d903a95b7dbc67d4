"""A request by names: states, dyads and groups as a user writes them, turned into codes.

A name means every state that bore it in one of the years, and is refused where it means two at once (`record/meanings.py`);
a hyphen joins the two of a dyad.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from foedus.arguments import fits
from foedus.errors import InputError, shown
from foedus.panels.disputes import COMBINED
from foedus.panels.groups import group as named_group
from foedus.panels.groups import is_group, known_groups
from foedus.panels.own_groups import Codes, is_own, own_groups
from foedus.panels.request import LISTS, Request, variables_of
from foedus.panels.rows import GROUP_YEAR
from foedus.panels.systems import COW, SYSTEMS
from foedus.panels.units import FIRST_YEAR, LAST_YEAR
from foedus.record.meanings import Meanings
from foedus.record.store import Record, open_record


def named_request(
    unit: str,
    variables: Sequence[str] | None = None,
    *,
    years: tuple[int, int] | None = None,
    states: Iterable[str | int] | None = None,
    dyads: Iterable[str] | None = None,
    group: Iterable[str | int | Path] | Mapping[str, Iterable[str | int]] | None = None,
    system: str = COW.name,
    record: Record | None = None,
    **choices: Any,
) -> Request:
    """Return a request with every name resolved in the panel's years; see `foedus.panel`.

    Raises InputError for a name that no state or group has, or that two have at once, and for what cannot be met.

    >>> named_request("dyad-year", ["peace_years"], dyads=["USA-CAN"]).dyads
    ((2, 20),)
    """
    record = record or open_record()
    if not (years is None or (isinstance(years, (tuple, list)) and len(years) == 2)):
        raise InputError(f"years are a first and a last one, such as (1946, 2010), not {years!r}.")
    span = (FIRST_YEAR, LAST_YEAR) if years is None else (years[0], years[1])
    meanings = Meanings.of(record, system if system in SYSTEMS else COW.name)
    if variables is None:
        lists = {name: choices[name] for name in LISTS if name in choices}
        variables = variables_of(unit, record, system, choices.get("disputes", COMBINED), **lists)
    meant = meanings.within if unit != GROUP_YEAR or choices.get("size") is not None else _alone(meanings)
    members = _listed(group)
    own = own_groups([text for text in members if is_own(text)], lambda text: meanings.within(text, *span))
    names = [text for text in members if isinstance(text, str) and is_group(text)]
    others = [text for text in members if not is_own(text) and text not in names]
    if others and len(others) < len(members):
        raise _mixed([*names, *(each.name for each in own)], others)
    alone = len(others) == 1
    codes = [code for text in others for code in _states(text, lambda name: meant(name, *span), alone=alone)]
    return Request(
        unit=unit,
        variables=tuple(variables),
        years=years,
        states=None if states is None else frozenset(code for text in states for code in meanings.within(text, *span)),
        among=None if group is None or names or own else frozenset(codes),
        groups=tuple(dict.fromkeys([*(named_group(name).name for name in names), *(each.name for each in own)])),
        own=own,
        dyads=None if dyads is None else tuple(pair for text in dyads for pair in _pairs(text, meanings, span)),
        system=system,
        record=record,
        **choices,
    )


def _alone(meanings: Meanings) -> Callable[[str | int, int, int], tuple[int, ...]]:
    """Return the reading of a list that is one group: it is none in the years in which one of its states is no member."""
    return lambda text, first, last: (meanings.one(text, first, last),)


def _listed(group: Iterable[str | int | Path] | Mapping[str, Iterable[str | int]] | None) -> list[str | int | Path]:
    """What the choice of a group names, one by one; a mapping gives groups of the user's own."""
    if isinstance(group, Mapping):
        if not fits(list(group.values()), "Iterable[Iterable[str | int]]"):
            raise InputError(f'{shown(repr(group))} is no group of your own: write {{"BALTIC": ["EST", "LVA", "LTU"]}}.')
        return [f"{name}={','.join(map(str, states))}" for name, states in group.items()]
    return [] if group is None else list(group)


def _states(text: str | int | Path, codes: Codes, *, alone: bool) -> tuple[int, ...]:
    """Return what a name in the list of a group means; one that stands alone and is no state's was meant for a group."""
    given = text if isinstance(text, int) else str(text)
    try:
        return codes(given)
    except InputError as refusal:
        if not alone or isinstance(given, int):
            raise
        raise InputError(f"{refusal} Nor is a group called {given!r}.{known_groups(given)}") from None


def _mixed(names: list[str], others: list[str | int | Path]) -> InputError:
    states = ", ".join(map(str, others))
    return InputError(f"{', '.join(names)} has members of its own: name groups, or states ({states}), but not both.")


def _pairs(text: str, meanings: Meanings, years: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the pairs of states that a dyad means: two joined by a hyphen, which their own names may hold as well."""
    parts = text.split("-") if isinstance(text, str) else []
    if len(parts) < 2 or not all(part.strip() for part in parts):
        raise InputError(f"{text!r} does not name a dyad: write two states joined by a hyphen, such as USA-CAN.")
    refusals = []
    for place in range(1, len(parts)):
        try:
            sides = [meanings.within("-".join(side), *years) for side in (parts[:place], parts[place:])]
        except InputError as refusal:
            refusals.append(refusal)
            continue
        if set(sides[0]) & set(sides[1]):
            raise InputError(f"{text!r} names the same state twice.")
        return [(one, two) for one in sides[0] for two in sides[1]]
    raise refusals[0]
