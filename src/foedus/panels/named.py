"""A request by names: states, dyads and groups as a user writes them, turned into codes.

A state's name is resolved in the last of the years in which a state bore it; a hyphen joins the two of a dyad.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from foedus.errors import InputError
from foedus.panels.disputes import COMBINED
from foedus.panels.groups import group as named_group
from foedus.panels.groups import is_group
from foedus.panels.request import Request, variables_of
from foedus.panels.systems import COW, GW
from foedus.panels.units import FIRST_YEAR, LAST_YEAR
from foedus.record.gw_states import GWStates
from foedus.record.states import StateSystem
from foedus.record.store import Record, open_record


def named_request(
    unit: str,
    variables: Sequence[str] | None = None,
    *,
    years: tuple[int, int] | None = None,
    states: Iterable[str | int] | None = None,
    dyads: Iterable[str] | None = None,
    group: Iterable[str | int] | None = None,
    system: str = COW.name,
    record: Record | None = None,
    **choices: Any,
) -> Request:
    """Return a request with every name resolved in the last of the years in which a state bore it; see `foedus.panel`.

    Raises InputError for a name that no state or group has, and for what cannot be met.

    >>> named_request("dyad-year", ["peace_years"], dyads=["USA-CAN"]).dyads
    ((2, 20),)
    """
    record = record or open_record()
    for name, given in {"variables": variables, "states": states, "dyads": dyads, "group": group}.items():
        if isinstance(given, str):
            raise InputError(f"{name} is the text {given!r}: give a list, such as [{given!r}].")
    if not (years is None or (isinstance(years, (tuple, list)) and len(years) == 2)):
        raise InputError(f"years are a first and a last one, such as (1946, 2010), not {years!r}.")
    code = _resolver(record, system, years or (FIRST_YEAR, LAST_YEAR))
    if variables is None:
        variables = variables_of(unit, record, system, choices.get("disputes", COMBINED))
    members = [] if group is None else list(group)
    names = [text for text in members if isinstance(text, str) and is_group(text)]
    if names and len(names) < len(members):
        raise _mixed(names, members)
    return Request(
        unit=unit,
        variables=tuple(variables),
        years=years,
        states=None if states is None else frozenset(map(code, states)),
        among=None if group is None or names else frozenset(map(code, members)),
        groups=tuple(dict.fromkeys(named_group(name).name for name in names)),
        dyads=None if dyads is None else tuple(_pair(text, code) for text in dyads),
        system=system,
        record=record,
        **choices,
    )


def _resolver(record: Record, system: str, years: tuple[int, int]) -> Callable[[str | int], int]:
    """The function from a state's name or code to its number in the state system."""
    if system == GW.name:
        listed = GWStates(record)
        return lambda text: listed.resolve_within(text, *years)
    members = StateSystem.of(record)
    return lambda text: members.resolve_within(text, *years).ccode


def _mixed(names: list[str], members: list[str | int]) -> InputError:
    others = ", ".join(str(text) for text in members if text not in names)
    return InputError(f"{', '.join(names)} has members of its own: name groups, or states ({others}), but not both.")


def _pair(text: str, code: Callable[[str | int], int]) -> tuple[int, int]:
    """The two states of a dyad written with a hyphen between them, which their own names may hold as well."""
    parts = text.split("-") if isinstance(text, str) else []
    if len(parts) < 2 or not all(part.strip() for part in parts):
        raise InputError(f"{text!r} does not name a dyad: write two states joined by a hyphen, such as USA-CAN.")
    refusals = []
    for place in range(1, len(parts)):
        try:
            pair = code("-".join(parts[:place])), code("-".join(parts[place:]))
        except InputError as refusal:
            refusals.append(refusal)
            continue
        if pair[0] == pair[1]:
            raise InputError(f"{text!r} names the same state twice.")
        return pair
    raise refusals[0]
