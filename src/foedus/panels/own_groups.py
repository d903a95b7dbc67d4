"""Groups of the user's own: a name and its members, in a line or in a small TOML file with dates.

    BALTIC=EST,LVA,LTU

    [BALTIC]
    label = "Baltic states"                                        # may be left out
    members = ["EST", "LVA", { state = "LTU", joined = 1991-09-17, left = 2004-03-29 }]

A member without dates belongs to the group as long as the list of states has it. Everything that is wrong is said at once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeGuard

import polars as pl

from foedus.errors import InputError, shown
from foedus.panels.groups import in_the_list, is_group
from foedus.panels.systems import System
from foedus.record.entries import Key, is_text, key_faults
from foedus.record.reading import read_within
from foedus.record.store import Record

Codes = Callable[[str | int], tuple[int, ...]]
"""From a name or code to the numbers of the states that it means in the years of the panel."""

Member = tuple[int, date | None, date | None]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_FIRST = date(1816, 1, 1)

_GROUP = {
    "label": Key(is_text, "is no text of one line"),
    "members": Key(lambda value: isinstance(value, list) and bool(value), "is missing, or no list of states", needed=True),
}
_MEMBER = {
    "state": Key(lambda value: isinstance(value, (str, int)), "is missing, or no state", needed=True),
    **{
        name: Key(lambda value: isinstance(value, date) and not isinstance(value, datetime), "is no date such as 1991-09-17")
        for name in ("joined", "left")
    },
}


@dataclass(frozen=True)
class OwnGroup:
    """A group by name. `members` are codes of the panel's system, each with its first and last day (None: not bounded)."""

    name: str
    label: str
    members: tuple[Member, ...]

    def spells(self, record: Record, system: System) -> pl.DataFrame:
        """Return who belonged to it from which day to which, as `foedus.panels.groups.spells` does."""
        codes = [code for code, _, _ in self.members]
        joined = pl.Series([since or _FIRST for _, since, _ in self.members], dtype=pl.Date)
        left = pl.Series([until for _, _, until in self.members], dtype=pl.Date)
        days = {"joined": joined, "settled": joined, "parted": left, "left": left}
        dated = pl.DataFrame({system.key: pl.Series(codes, dtype=pl.Int16), **days}).with_row_index("place")
        return in_the_list(record, dated, system)


def is_own(text: object) -> TypeGuard[str | Path]:
    """Whether a text names a group of the user's own: NAME=STATE,STATE or a TOML file."""
    return isinstance(text, Path) or (isinstance(text, str) and ("=" in text or text.casefold().endswith(".toml")))


def own_groups(texts: Iterable[str | Path], codes: Codes) -> tuple[OwnGroup, ...]:
    """Return the groups that lines or files define; `codes` gives the numbers of the states that a name means.

    Raises InputError with every fault.
    """
    entries = [entry for text in texts for entry in _entries(text)]
    faults: list[str] = []
    made = [_made(where, name, entry, codes, faults) for where, name, entry in entries]
    names = [name.upper() for _, name, _ in entries]
    faults += [f"{name}: the name stands {names.count(name)} times" for name in dict.fromkeys(names) if names.count(name) > 1]
    if faults:
        count = f"{len(faults)} faults" if len(faults) > 1 else "a fault"
        raise InputError("\n  ".join([f"{count} in groups of your own:", *faults]))
    return tuple(made)


def _entries(text: str | Path) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Where each group stands, its name, and what is said of it."""
    if isinstance(text, str) and "=" in text:
        name, _, states = text.partition("=")
        yield "", name.strip(), {"members": [state.strip() for state in states.split(",") if state.strip()]}
        return
    path = Path(text)
    try:
        content = tomllib.loads(read_within(path, "file of groups").decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{shown(str(path))} is not TOML: {shown(str(error))}.") from None
    except OSError as error:
        raise InputError(f"{shown(str(path))} cannot be read: {error.strerror}.") from None
    if not content or not all(isinstance(entry, dict) for entry in content.values()):
        raise InputError(
            f'{shown(str(path))} defines no group: write [NAME], and below it members = ["EST", "LVA", "LTU"] '
            '(or { state = "LTU", joined = 1991-09-17, left = 2004-03-29 } in the place of a state).'
        )
    yield from ((f"{shown(path.name)} ", name, entry) for name, entry in content.items())


def _made(where: str, name: str, entry: Mapping[str, Any], codes: Codes, faults: list[str]) -> OwnGroup:
    """The group; what is wrong with it is added to the faults."""
    place = f"{where}[{shown(name)}]" if where else shown(name)
    found = list(key_faults(entry, _GROUP, "group"))
    if not _NAME.fullmatch(name):
        found.append("a name has letters, digits, _ and -, and begins with a letter")
    elif is_group(name):
        found.append("foedus knows a group of this name: choose another")
    members: list[Member] = []
    for told in entry["members"] if isinstance(entry.get("members"), list) else ():
        member = told if isinstance(told, dict) else {"state": told}
        if wrong := list(key_faults(member, _MEMBER, "member")):
            found += [f"member {shown(str(member.get('state', '')))!r}: {fault}" for fault in wrong]
            continue
        since, until = member.get("joined"), member.get("left")
        if since is not None and until is not None and since > until:
            found.append(f"member {shown(str(member['state']))!r}: left before it joined")
        try:
            members += [(code, since, until) for code in codes(member["state"])]
        except InputError as refusal:
            found.append(str(refusal))
    faults += [f"{place}: {fault}" for fault in found]
    return OwnGroup(name, str(entry.get("label", name)), tuple(members))
