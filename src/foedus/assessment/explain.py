"""From a printed number to its code: what a finding belongs to, what computes it, its rows, and the command that shows them.

`findings.toml` lists every id whole. The rows are those of a partnership, by default that of the README's example: a filter
that names states or a year is of that assessment.
"""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from inspect import getsourcefile, getsourcelines, unwrap
from pathlib import Path
from types import ModuleType
from typing import Any

from foedus.assessment.assess import assess
from foedus.assessment.finding import Finding, Rows
from foedus.assessment.installed import GROUP, module_of
from foedus.errors import InputError, nearest
from foedus.offers import offers
from foedus.panels.codebook import codebook
from foedus.panels.units import LAST_YEAR
from foedus.record.store import Record, open_record

LIST = Path(__file__).with_name("findings.toml")

PACKAGE = "package"
"""Key of what an installed package tells: its name."""

ANY = "*"
"""Stands in the list for what an id ends in: the code of a state."""

_CODE = re.compile(r"(?:[A-Z]{2,3}|\d{1,3})(?:-(?:[A-Z]{2,3}|\d{1,3}))?")


@dataclass(frozen=True)
class Explanation:
    """What stands behind a finding.

    Attributes
    ----------
    id : of the finding. mechanism : its id; "" for what is counted or read off the record.
    computed, told : "src/foedus/…/file.py:line name" of the function that computes the number, and of the one that tells it.
    finding : as it stands in the assessment of `partnership` in `year`; None if that one has no such finding.
    command : shows the rows behind it; what they are and how they are chosen stands in `finding.rows`.
    """

    id: str
    mechanism: str
    computed: str
    told: str
    partnership: str
    year: int
    finding: Finding | None
    command: str

    def lines(self) -> list[tuple[str, str]]:
        """Return what there is to say, each with its heading."""
        about = [
            ("Finding", self.id),
            ("Mechanism", self.mechanism or "none: counted, or read off the record"),
            ("Computed by", self.computed),
            ("Told by", self.told),
        ]
        where = f"{self.partnership}, {self.year}"
        if self.finding is None:
            return [
                *about,
                ("Rows", f"the assessment of {where} has no such finding: name a partnership that has"),
                *self._shown,
            ]
        rows = self.finding.rows or Rows("what the command shows", "")
        chosen = f", where {rows.filter}" if rows.filter else ""
        return [*about, ("Says", f"{self.finding.statement} ({where})"), ("Rows", f"{rows.table}{chosen}"), *self._shown]

    @property
    def _shown(self) -> list[tuple[str, str]]:
        return [("Shown by", self.command)] if self.command else []


def explain(
    name: str, *members: str | int, year: int = LAST_YEAR, record: Record | None = None, against: str | int | None = None
) -> Explanation:
    """Return what stands behind the finding of an id, with the rows of a partnership's assessment: by default USA and CAN.

    Raises InputError with the nearest ids for one that no finding has, and whatever `assess` raises.

    >>> explain("shield.obligations").computed.split()[-1]
    'Partnership.obligations'
    """
    listed = entry(name)
    assessment = assess(*(members or ("USA", "CAN")), year=year, record=record or open_record(), against=against)
    finding = next((each for each in assessment.findings if each.id == name), None)
    codes = [member.iso3 or str(member.ccode) for member in assessment.members]
    return Explanation(
        id=name,
        mechanism=listed["mechanism"],
        computed=listed["computed"] if PACKAGE in listed else place(listed["computed"]),
        told=listed["told"] if PACKAGE in listed else place(listed["told"]),
        partnership=assessment.title,
        year=year,
        finding=finding,
        command=_command(finding.rows if finding else None, listed["mechanism"], codes, year),
    )


def known() -> tuple[str, ...]:
    """Return the ids of all findings, an asterisk where one ends in the code of a state."""
    return tuple(_listed())


def is_finding(name: str) -> bool:
    """Say whether some finding has this id.

    >>> is_finding("shield.obligations"), is_finding("order.interests")
    (True, False)
    """
    try:
        entry(name)
    except InputError:
        return False
    return True


def entry(name: str) -> Mapping[str, Any]:
    """Return what the list says of a finding: mechanism, computed, told; raises InputError with the nearest ids for another."""
    stem, _, code = name.rpartition(".")
    listed = _listed()
    if name in listed and not name.endswith(ANY):
        return listed[name]
    if f"{stem}.{ANY}" in listed and _CODE.fullmatch(code):
        return listed[f"{stem}.{ANY}"]
    if (found := _by_package(name)) is not None:
        return found
    raise InputError(
        f"no finding is called {name!r}.{nearest(name, listed)} Every finding's name stands below it in the report and in "
        "`foedus assess USA CAN --json FILE`."
    )


def _by_package(name: str) -> Mapping[str, Any] | None:
    """What there is to say of a finding of a chapter that an installed package tells; None if none tells it."""
    for offer in offers(GROUP):
        with suppress(InputError, OSError, TypeError):
            module = module_of(offer.load())
            if name.startswith(f"{module.ID}."):
                function = unwrap(module.chapter)
                told = f"{getsourcefile(function)}:{getsourcelines(function)[1]} {function.__name__}"
                return {"mechanism": "", "computed": told, "told": told, PACKAGE: offer.package}
    return None


@cache
def _listed() -> Mapping[str, Mapping[str, Any]]:
    groups = tomllib.loads(LIST.read_text(encoding="utf-8"))["findings"]
    return {name: group for group in groups for name in group["ids"]}


def place(dotted: str) -> str:
    """Return where something of the package is defined: "src/foedus/file.py:line name".

    >>> place("assessment.explain.place").split()[-1]
    'place'
    """
    module, names = _module(f"foedus.{dotted}")
    thing: Any = module
    for name in names:
        thing = getattr(thing, name)
    file = Path(module.__file__ or "").relative_to(Path(__file__).parents[1]).as_posix()
    return f"src/foedus/{file}:{getsourcelines(unwrap(thing))[1]} {'.'.join(names)}"


def _module(dotted: str) -> tuple[ModuleType, list[str]]:
    """The module that a dotted name begins with, and the names within it."""
    parts = dotted.split(".")
    for end in range(len(parts) - 1, 0, -1):
        try:
            return import_module(".".join(parts[:end])), parts[end:]
        except ModuleNotFoundError:
            continue
    raise ValueError(f"{dotted} is nothing of the package")


def _command(rows: Rows | None, mechanism: str, members: list[str], year: int) -> str:
    """Return what to type to see the rows; where no rows are named, what shows the mechanism's tests."""
    pair = f"--dyads {'-'.join(members)}" if len(members) == 2 else f"--group {','.join(members)}"
    if rows is None or rows.table.startswith("foedus "):
        return rows.table if rows else (f"foedus validate {mechanism} --json" if mechanism in _tested() else "")
    if rows.table.startswith("panel "):
        return _panel(rows, mechanism, pair, year)
    if "(" in rows.table or rows.table == "ledger":
        call = "entries()" if rows.table == "ledger" else rows.table.partition("(…).")[2]
        made = f"foedus.Partnership({', '.join(map(json.dumps, members))}, year={year})"
        return f"python -c {shlex.quote(f'import foedus; print({made}.{call})')}" if call else ""
    return " && ".join(f"foedus record show {table}" for table in rows.table.split(", ") if "." not in table)


def _panel(rows: Rows, mechanism: str, pair: str, year: int) -> str:
    """The panel that the rows are of, with the variables of the finding or of its mechanism."""
    unit, _, variable = rows.table.removeprefix("panel ").partition(", ")
    read = (variable,) if variable else tuple(name for name in _reads(mechanism) if name in codebook())
    variables = f" --variables {','.join(read)}" if read else ""
    if unit == "dyad-year":
        named = re.fullmatch(r"states (.+) and (.+) in \d+", rows.filter)
        rows_of = f"--dyads {shlex.quote('-'.join(named.groups()))}" if named else pair
        return f"foedus panel {unit} {rows_of} --years {'1886' if not variable else '1816'}:{year}{variables}"
    state = re.search(r"ccode = (\d+)", rows.filter)
    when = re.search(r"year = (\d+)", rows.filter)
    years = f" --years {when[1]}:{when[1]}" if when else ""
    return f"foedus panel {unit}{f' --states {state[1]}' if state else ''}{years}{variables}"


def _reads(mechanism: str) -> tuple[str, ...]:
    """The variables that a mechanism reads; for what is read off the record, those of military spending."""
    from foedus.mechanisms.standard import MECHANISMS, shipped_names

    name = shipped_names().get(mechanism)
    return ("military_share", "gdp_constant") if name is None else tuple(MECHANISMS[name].reads)


def _tested() -> set[str]:
    from foedus.mechanisms.standard import MECHANISMS

    return {kind.id for kind in MECHANISMS.values()}
