"""Who the members of a partnership are: states by name, and groups of states by date."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from foedus.errors import InputError, nearest
from foedus.language.said import proper, say, say_many
from foedus.panels.groups import group, is_group, known_until, memberships
from foedus.panels.groups import named as groups
from foedus.panels.own_groups import is_own, own_groups
from foedus.panels.systems import SUCCESSORS
from foedus.record.states import State, StateSystem
from foedus.record.store import Record


def named_states(names: Sequence[str | int | Path], year: int, record: Record) -> list[tuple[str, list[State]]]:
    """Return for each name what it is called in a sentence, and the state it means in the year or the group's members.

    A name is a state's, a group's ("NATO"), or a group of one's own as panels take it ("BALTIC=EST,LVA,LTU", or a TOML file).

    Raises InputError if a name is unknown or ambiguous, if a group's members are not known for the year, and if fewer than two
    states are named, or one of them twice.
    """
    if len(names) == 1 and not _groups(names[0]) and not is_own(names[0]):
        close = nearest(str(names[0]).upper(), groups())
        raise InputError(f"{names[0]!r} is no group of states.{close} Name two states, or one of {', '.join(groups())}.")
    meant = [part for name in names for part in _meant(name, year, record)]
    first: dict[int, str] = {}
    for name, states in meant:
        for state in states:
            if state.ccode in first:
                raise InputError(f"{first[state.ccode]} and {name} name the same state ({state.name}) in {year}: name it once.")
            first[state.ccode] = name
    if len(first) < 2:
        raise InputError("a partnership has two members or more: name two states, or a group.")
    return meant


def hyphenated(text: str, year: int, record: Record) -> list[str]:
    """Return the names in a text that joins them by hyphens, which a state's own name may hold as well; a group stands alone.

    Raises InputError if it names no states of the year.

    >>> from foedus.record.store import open_record
    >>> hyphenated("Austria-Hungary-Prussia", 1860, open_record()), hyphenated("NATO", 2020, open_record())
    (['Austria-Hungary', 'Prussia'], ['NATO'])
    """
    if _groups(text) or is_own(text):
        return [text]
    system, refusals = StateSystem.of(record), []

    def split(parts: list[str]) -> list[str] | None:
        if not parts:
            return []
        for place in range(len(parts), 0, -1):
            name = "-".join(parts[:place]).strip()
            try:
                system.resolve(name, year)
            except InputError as refusal:
                refusals.append(refusal)
                continue
            if (rest := split(parts[place:])) is not None:
                return [name, *rest]
        return None

    names = split(text.split("-"))
    if names is None:
        raise refusals[-1]
    if len(names) < 2:
        raise InputError(f"{text!r} is one state: join two or more by hyphens, such as USA-CAN.")
    return names


def _meant(name: str | int | Path, year: int, record: Record) -> list[tuple[str, list[State]]]:
    """What a name is called in a sentence and whom it means; a file may define several groups."""
    if is_own(name):
        return _own(name, year, record)
    if isinstance(name, Path):
        raise InputError(f"{name} is no file of groups: such a file ends in .toml.")
    return [_group(str(name), year, record) if _groups(name) else _state(name, year, record)]


def _own(text: str | Path, year: int, record: Record) -> list[tuple[str, list[State]]]:
    """Groups of the user's own, each with its members on some day of the year."""
    system = StateSystem.of(record)
    found: list[tuple[str, list[State]]] = []
    for own in own_groups([text], lambda name: (system.resolve(name, year).ccode,)):
        here = {
            code
            for code, since, until in own.members
            if (since is None or since.year <= year) and (until is None or until.year >= year)
        }
        states = [state for state in system.members(year) if state.ccode in here]
        if not states:
            raise InputError(f"{own.label} has no members in {year}.")
        patterns = ("the {number} member of {group}", "the {number} members of {group}")
        found.append((say_many(len(states), *patterns, group=proper(own.label)), states))
    return found


def _groups(name: str | int | Path) -> bool:
    return isinstance(name, str) and is_group(name)


def _state(name: str | int, year: int, record: Record) -> tuple[str, list[State]]:
    state = StateSystem.of(record).resolve(name, year)
    return state.name, [state]


def _group(name: str, year: int, record: Record) -> tuple[str, list[State]]:
    """A group's members by code; one that another state replaced within the year counts as that one."""
    chosen = group(name)
    if year > (known := known_until(record, chosen)):
        raise InputError(f"{chosen.name}: members are known up to {known}. Choose a year up to it, or name states.")
    in_year = {
        ccode
        for ccode, first, last in memberships(record, name).select("ccode", "first_year", "last_year").iter_rows()
        if first <= year and (last is None or last >= year)
    }
    codes = in_year - {before for before, (_, since) in SUCCESSORS.items() if since == year}
    states = [state for state in StateSystem.of(record).members(year) if state.ccode in codes]
    if not states:
        raise InputError(f"{chosen.name} has no members on record in {year}.")
    return say("the {number} members of {group}", number=len(states), group=say(chosen.name)), states
