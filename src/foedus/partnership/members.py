"""Who the members of a partnership are: states by name, and groups of states by date."""

from __future__ import annotations

from collections.abc import Sequence

from foedus.errors import InputError, nearest
from foedus.panels.groups import group, is_group, memberships
from foedus.panels.groups import named as groups
from foedus.panels.systems import SUCCESSORS
from foedus.record.states import State, StateSystem
from foedus.record.store import Record


def named_states(names: Sequence[str | int], year: int, record: Record) -> list[tuple[str, list[State]]]:
    """Return for each name what it is called in a sentence, and the state it means in the year or the group's members.

    Raises InputError if a name is unknown or ambiguous, if a group's members are not known for the year, and if fewer than two
    states are named, or one of them twice.
    """
    if len(names) == 1 and not _groups(names[0]):
        close = nearest(str(names[0]).upper(), groups())
        raise InputError(f"{names[0]!r} is no group of states.{close} Name two states, or one of {', '.join(groups())}.")
    meant = [_group(str(name), year, record) if _groups(name) else _state(name, year, record) for name in names]
    first: dict[int, str | int] = {}
    for name, (_, states) in zip(names, meant, strict=True):
        for state in states:
            if state.ccode in first:
                raise InputError(f"{first[state.ccode]} and {name} name the same state ({state.name}) in {year}: name it once.")
            first[state.ccode] = name
    if len(first) < 2:
        raise InputError("a partnership has two members or more: name two states, or a group.")
    return meant


def _groups(name: str | int) -> bool:
    return isinstance(name, str) and is_group(name)


def _state(name: str | int, year: int, record: Record) -> tuple[str, list[State]]:
    state = StateSystem.of(record).resolve(name, year)
    return state.name, [state]


def _group(name: str, year: int, record: Record) -> tuple[str, list[State]]:
    """A group's members by code; one that another state replaced within the year counts as that one."""
    chosen = group(name)
    if year > chosen.last_year:
        raise InputError(f"{chosen.name}: members are known up to {chosen.last_year}. Choose a year up to it, or name states.")
    in_year = {
        ccode
        for ccode, first, last in memberships(record, name).select("ccode", "first_year", "last_year").iter_rows()
        if first <= year and (last is None or last >= year)
    }
    codes = in_year - {before for before, (_, since) in SUCCESSORS.items() if since == year}
    states = [state for state in StateSystem.of(record).members(year) if state.ccode in codes]
    if not states:
        raise InputError(f"{chosen.name} has no members on record in {year}.")
    return f"the {len(states)} members of {chosen.name}", states
