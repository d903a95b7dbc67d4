"""What is assumed of a future: a small TOML file that holds only what differs from the base.

Years, members and seed; which obligations of a partnership are off and from which year on; pacts that are added; levers on
growth, emissions, spending and disputes; links that are not supported and switched on all the same. Three scenarios ship:
base, without-partnership and stressed. All faults of a file are told at once.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from math import isfinite
from pathlib import Path
from typing import Any

from foedus.errors import InputError, nearest, shown
from foedus.futures.paths import Course, faults
from foedus.futures.paths import read as read_paths
from foedus.panels.units import LAST_YEAR
from foedus.partnership.agreements import OBLIGATIONS
from foedus.partnership.members import named_states
from foedus.partnership.obligations import LEVELS
from foedus.record.store import Record

FOLDER = Path(__file__).with_name("scenarios")

MOST_MEMBERS = 1_000_000
FURTHEST = 2100
"""Last year that may be asked for: the population of the United Nations ends there."""

LINKS: Mapping[str, str] = {
    "pact to disputes": "a pact of the two sides changes how likely they are to enter a dispute",
    "pact to joining": "a pact with a side makes a state join it",
    "pacts form and end": "defence pacts are made and end, dyad by dyad, after the record",
    "risk to spending": "this world's own risk of fatal disputes changes what states spend",
    "product to spending": "growth of the product changes what states spend",
    "rivalries begin and end": "rivalries begin and end after the record, as often as in its last thirty years",
    "regimes change": "regimes change after the record, by what they changed in years of its last thirty",
    "war to flight": "deaths in this world's own wars make more people flee from the states at war in the year after",
}
"""Links without support in the forecasting direction: each is off unless a scenario names it, and is then labelled."""

EMISSIONS = ("SSP1-2.6", "SSP2-4.5", "SSP3-7.0", "SSP5-8.5")


@dataclass(frozen=True)
class Added:
    """A defence pact that a scenario adds: between all of some states, from a year on."""

    states: tuple[str, ...]
    first_year: int


@dataclass(frozen=True)
class Scenario:
    """What is assumed of a future; every default is the base.

    Attributes
    ----------
    name, about : for the reader.
    last_year : last year simulated. members : worlds. seed : of all draws.
    partnership : states whose partnership is looked at. without : obligations that are off (a level, or types, as
        `Partnership.without` takes them). since : the first year in which they are.
    pacts : defence pacts added.
    growth : percentage points added to the yearly growth of GDP per head. emissions : one of EMISSIONS.
    spending : per cent added to military expenditure each year. disputes : what the odds of a dispute are multiplied by.
    links : names of LINKS that are switched on.
    paths : populations and products of some states (`paths.py`); in a file the name of a CSV beside it.
    """

    name: str = "base"
    about: str = ""
    last_year: int = 2050
    members: int = 200
    seed: int = 20221027
    partnership: tuple[str, ...] = ("USA", "CAN")
    without: tuple[str, ...] = ()
    since: int = LAST_YEAR + 1
    pacts: tuple[Added, ...] = ()
    growth: float = 0.0
    emissions: str = "SSP2-4.5"
    spending: float = 0.0
    disputes: float = 1.0
    links: tuple[str, ...] = ()
    paths: tuple[Course, ...] = ()

    def checked(self, record: Record) -> Scenario:
        """Return the scenario itself; raises InputError with all its faults at once."""
        wrong = [fault for find in CHECKS for fault in find(self, record)]
        if wrong:
            raise InputError(f"scenario {shown(self.name)}: {'; '.join(wrong)}.")
        return self

    def but(self, **changes: Any) -> Scenario:
        """Return the scenario with what is not None replaced."""
        return replace(self, **{name: value for name, value in changes.items() if value is not None})

    @property
    def sha256(self) -> str:
        """The hash of all that it assumes but the number of members, which changes no member."""
        told = {name: value for name, value in asdict(self).items() if name not in ("name", "about", "members")}
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def scenario(named: str | Path | Scenario | None = None) -> Scenario:
    """Return a scenario: one that ships, by name; one in a TOML file; or the base. Faults of the file are told at once.

    >>> scenario("without-partnership").without
    ('all',)
    >>> scenario("baze")
    Traceback (most recent call last):
    foedus.errors.InputError: no scenario is called baze. Did you mean base? These ship: base, stressed, without-partnership.
    """
    if named is None or isinstance(named, Scenario):
        return named or Scenario()
    ships = {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}
    path = ships.get(str(named), Path(named))
    if not path.is_file():
        raise InputError(
            f"no scenario is called {shown(str(named))}.{nearest(str(named), ships)} These ship: {', '.join(ships)}."
        )
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"scenario {shown(str(named))} is no TOML file: {error}.") from None
    return of_table(path.stem, table, path.parent)


def of_table(name: str, table: Mapping[str, Any], folder: Path | None = None) -> Scenario:
    """Return the scenario that a table holds; raises InputError with every key and type that is wrong.

    folder : where a file of paths stands, if it names one.

    >>> of_table("mine", {"members": "ten", "sead": 3})
    Traceback (most recent call last):
    foedus.errors.InputError: scenario mine: members is 'ten', not a whole number; there is no key 'sead'. Did you mean seed?.
    """
    kinds = {each.name: _KINDS[str(each.type)] for each in fields(Scenario) if each.name != "name"}
    wrong, values = list[str](), dict[str, Any]()
    for key, value in table.items():
        if key not in kinds:
            wrong.append(f"there is no key {shown(key)!r}.{nearest(key, kinds) or ' There are ' + ', '.join(kinds)}")
            continue
        meant, read = kinds[key]
        try:
            values[key] = read(value)
            if key == "paths":
                values[key] = read_paths((folder or Path()) / values[key])
        except InputError as error:
            wrong.append(str(error).rstrip("."))
        except (TypeError, ValueError, KeyError):
            wrong.append(f"{key} is {shown(repr(value))}, not {meant}")
    if wrong:
        raise InputError(f"scenario {shown(name)}: {'; '.join(wrong)}.")
    return Scenario(name=name, **values)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise TypeError
    return float(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(_text(each) for each in value)


def _added(value: Any) -> tuple[Added, ...]:
    if any(set(each) != {"states", "first_year"} for each in value):
        raise ValueError
    return tuple(Added(_texts(each["states"]), _whole(each["first_year"])) for each in value)


_KINDS: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "str": ("a text", _text),
    "int": ("a whole number", _whole),
    "float": ("a number", _number),
    "tuple[str, ...]": ("a list of texts", _texts),
    "tuple[Course, ...]": ("the name of a CSV", _text),
    "tuple[Added, ...]": ("a list of tables with states and first_year", _added),
}


def years(of: Scenario, record: Record) -> list[str]:
    """What is wrong with its years."""
    del record
    wrong = []
    if not LAST_YEAR < of.last_year <= FURTHEST:
        wrong.append(
            f"last_year is {of.last_year}: the record ends in {LAST_YEAR}; take one from {LAST_YEAR + 1} to {FURTHEST}"
        )
    if not of.since > LAST_YEAR:
        wrong.append(f"since is {of.since}: history made under an obligation stays; take {LAST_YEAR + 1} or later")
    late = [str(each.first_year) for each in of.pacts if not LAST_YEAR < each.first_year <= FURTHEST]
    return wrong + [f"a pact is added in {year}: take a year from {LAST_YEAR + 1} to {FURTHEST}" for year in late]


def numbers(of: Scenario, record: Record) -> list[str]:
    """What is wrong with members, seed and levers."""
    del record
    bounds: tuple[tuple[str, float, float], ...] = (
        ("members", 1, MOST_MEMBERS),
        ("seed", 0, 2**64 - 1),
        ("growth", -20, 20),
        ("spending", -20, 20),
        ("disputes", 0, 100),
    )
    return [
        f"{name} is {getattr(of, name):g}: it must lie between {low:g} and {high:g}"
        for name, low, high in bounds
        if not low <= getattr(of, name) <= high
    ]


def words(of: Scenario, record: Record) -> list[str]:
    """What it names that does not exist: emissions, links, obligations."""
    del record
    known = {"emissions": EMISSIONS, "links": tuple(LINKS), "without": (*LEVELS, *OBLIGATIONS)}
    asked = {"emissions": (of.emissions,), "links": of.links, "without": of.without}
    return [
        f"{key} names {shown(each)!r}, which there is not.{nearest(each, known[key])} There are {', '.join(known[key])}"
        for key, names in asked.items()
        for each in names
        if each not in known[key]
    ]


def states(of: Scenario, record: Record) -> list[str]:
    """What is wrong with the states that it names."""
    wrong = []
    for where, names in (("partnership", of.partnership), *(("pacts", each.states) for each in of.pacts)):
        try:
            named = named_states(names, LAST_YEAR, record)
        except InputError as error:
            wrong.append(f"{where}: {str(error).rstrip('.')}")
            continue
        if sum(len(members) for _, members in named) < 2:
            wrong.append(f"{where}: name two states or more")
    return wrong


def courses(of: Scenario, record: Record) -> list[str]:
    """What is wrong with its paths."""
    return faults(of.paths, of.last_year, record)


CHECKS: tuple[Callable[[Scenario, Record], list[str]], ...] = (years, numbers, words, states, courses)
"""What is checked of a scenario whose keys and types are right."""
