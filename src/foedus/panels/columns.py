"""Tell what a column of a panel is from its name alone.

A variable of the codebook stands in a panel under its own name or with endings: `gdp_1` and `gdp_2` for the two sides of a
dyad, `gdp_age` and `gdp_1_age` for the age of a value carried forward, `gdp_min`, `gdp_mean`, `gdp_share` and so on for the
members of a group. The keys have fixed names. So a frame that was filtered, joined, renamed in part, written and read again by
any library still says what its columns are and which unit its rows are: nothing hangs on a tag that ordinary operations on
frames lose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from foedus.errors import InputError
from foedus.panels.codebook import Variable, codebook
from foedus.panels.disputes import GML, LISTS
from foedus.panels.groups import group
from foedus.panels.request import Request

YES_NO = {0: "no", 1: "yes"}


@dataclass(frozen=True)
class ColumnInfo:
    """What one column holds.

    Attributes
    ----------
    definition : what the variable is. role : what the column's ending adds to it, or "".
    units : what a value of 1 means.
    variable : name in the codebook; None for a key, or for a column foedus does not know.
    sources : ids of the sources to cite for it.
    coverage : first and last year in which they speak, or None.
    range : lowest and highest possible value, or None.
    values : what each level of a coded variable means.

    >>> describe(["polyarchy_1"])["polyarchy_1"].label
    'Electoral democracy index (V-Dem polyarchy, version 16); beside indices of version 15 stands polyarchy_v15, first state'
    """

    name: str
    definition: str
    units: str
    role: str = ""
    variable: str | None = None
    sources: tuple[str, ...] = ()
    coverage: tuple[int, int] | None = None
    range: tuple[float, float] | None = None
    values: Mapping[int, str] = field(default_factory=dict)

    @property
    def key(self) -> bool:
        """Whether the column is one of those that identify a row."""
        return self.variable is None and self.name not in BESIDE and _key(self.name) is not None

    @property
    def label(self) -> str:
        """The definition with the role."""
        return self.definition + self.role

    def within(self, most: int) -> str:
        """Return the label in at most `most` characters; what is cut is the end of the definition, so that the role stays.

        >>> ColumnInfo("x", "A very long definition", "", ", first state").within(24)
        'A very lon…, first state'
        """
        if len(self.label) <= most:
            return self.label
        room = max(most - len(self.role) - 1, 0)
        return (self.definition[:room].rstrip() + "…" + self.role)[:most]

    def as_dict(self) -> dict[str, object]:
        """Return what a file says of the column."""
        return {
            "label": self.label,
            "units": self.units,
            "variable": self.variable,
            "coverage": list(self.coverage) if self.coverage else None,
            "values": {str(level): text for level, text in self.values.items()},
            "sources": list(self.sources),
        }


COW_CODE = ColumnInfo("ccode", "Correlates of War state number", "code", sources=("state_system",))
GW_CODE = ColumnInfo("gwcode", "Gleditsch–Ward state number", "code", sources=("state_system",))
LEADER_CODE = ColumnInfo("leader", "Leader, by the number Archigos gives", "code", sources=("archigos",))
SIDED_KEYS = {key.name: key for key in (COW_CODE, GW_CODE, LEADER_CODE)}
"""Keys that stand alone, or once for each state of a dyad or k-ad: ccode1, ccode2, …"""

OTHER_KEYS = {
    key.name: key
    for key in (
        ColumnInfo("year", "Calendar year", "year"),
        ColumnInfo("quarter", "Quarter of the year, 1 to 4", "quarter"),
        ColumnInfo("month", "Month of the year, 1 to 12", "month"),
        ColumnInfo("date", "Day", "date"),
        ColumnInfo("dispute", "Militarized interstate dispute, by its number", "code", sources=("gml",)),
        ColumnInfo("group", "Group of states", "text"),
    )
}
BESIDE = {
    each.name: each
    for each in (
        ColumnInfo("last_year", "Last calendar year of the dyad's part in the dispute", "year", sources=("gml",)),
        ColumnInfo("members", "Number of the group's members", "states"),
    )
}
"""Columns that come with a unit without identifying its rows."""

UNITS = (
    ("group-year", ("group", "year")),
    ("dispute-dyad", ("dispute", "{}1", "{}2", "last_year")),
    ("leader-dyad-year", ("leader1", "leader2", "year")),
    ("leader-year", ("leader", "year")),
    ("dyad-day", ("{}1", "{}2", "date")),
    ("dyad-month", ("{}1", "{}2", "year", "month")),
    ("dyad-quarter", ("{}1", "{}2", "year", "quarter")),
    ("dyad-year", ("{}1", "{}2", "year")),
    ("state-day", ("{}", "date")),
    ("state-month", ("{}", "year", "month")),
    ("state-quarter", ("{}", "year", "quarter")),
    ("state-year", ("{}", "year")),
)
"""The keys by which each unit of analysis is known; {} stands for ccode or gwcode. The first that a frame has is its unit."""

CODES = ("ccode", "gwcode")


def unit_of(frame: pl.DataFrame) -> str:
    """Return the unit of analysis of a frame's rows, from its key columns; "directed …" if a dyad's larger code stands first.

    Raises InputError if the frame has the keys of no unit.

    >>> unit_of(pl.DataFrame({"ccode1": [2], "ccode2": [20], "year": [1979], "mine": ["x"]}).filter(pl.col("year") > 1900))
    'dyad-year'
    >>> unit_of(pl.DataFrame({"ccode1": [2, 20], "ccode2": [20, 2], "year": [1979, 1979]}))
    'directed dyad-year'
    """
    for unit, pattern in UNITS:
        for code in CODES:
            if {key.format(code) for key in pattern} <= set(frame.columns):
                ordered = not unit.startswith("dyad") or frame.select((pl.col(f"{code}1") < pl.col(f"{code}2")).all()).item()
                return unit if ordered else f"directed {unit}"
    raise InputError(
        f"the frame's columns ({', '.join(frame.columns[:8]) or 'none'}) hold the keys of no unit: a state-year has ccode and "
        "year, a dyad-year ccode1, ccode2 and year (or gwcode, gwcode1, gwcode2). Rename its columns."
    )


def described(request: Request, columns: Iterable[str]) -> dict[str, ColumnInfo]:
    """Return what each column of a panel is, in their order; one that is no variable has its name for a definition.

    Rows chosen by who belonged to a group rest on the source that says so: the keys cite it too.
    """
    chosen = {variable.name: variable for variable in request.chosen}
    groups = tuple(group(name).source for name in request.groups if request.own_group(name) is None)

    def info(name: str) -> ColumnInfo:
        column = _variable_column(name, chosen) or _key(name) or ColumnInfo(name, name, "")
        rests = groups if column.key and name not in ("year", "quarter", "month", "date") else ()
        own = (LISTS[request.disputes_from] if source == LISTS[GML] else source for source in column.sources)
        return replace(column, sources=tuple(dict.fromkeys((*own, *rests))))

    return {name: info(name) for name in columns}


def describe(columns: Iterable[str]) -> dict[str, ColumnInfo]:
    """Return what each of these columns is, leaving out those that are neither a key nor a variable of the codebook.

    >>> list(describe(["ccode", "year", "polyarchy", "my_own_column"]))
    ['ccode', 'year', 'polyarchy']
    """
    known = {name: _key(name) or _variable_column(name, codebook()) for name in columns}
    return {name: info for name, info in known.items() if info is not None}


SIDES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
SUMMARIES = {
    "min": ", lowest of the {}",
    "mean": ", mean of the {}",
    "max": ", highest of the {}",
    "sum": ", sum over the {}",
    "any": ", of any of the {}",
    "all": ", of all {}",
    "share": ", share of the {}",
    "known": ", number of {} with a value",
}
"""What a variable's summary over a group's members, or pairs of members, adds to its definition."""

UNITS_OF = {"age": "years", "any": "yes or no", "all": "yes or no", "share": "share, 0 to 1", "known": "count"}


def role(ending: str, over: str = "members") -> str | None:
    """Return what the ending of a column's name adds to the variable's definition; None if it is no ending of foedus's.

    >>> role("2"), role("12"), role("max", "pairs of members"), role("x")
    (', second state', ', state 12', ', highest of the pairs of members', None)
    """
    if ending.isascii() and ending.isdigit() and 0 < int(ending) < 1000 and ending[0] != "0":
        return f", {SIDES[int(ending) - 1]} state" if int(ending) <= len(SIDES) else f", state {ending}"
    if ending == "age":
        return "; age of the value in years"
    return SUMMARIES[ending].format(over) if ending in SUMMARIES else None


def _key(name: str) -> ColumnInfo | None:
    """Describe a column that identifies rows, or comes with the unit; None if it does neither."""
    if key := SIDED_KEYS.get(name) or OTHER_KEYS.get(name) or BESIDE.get(name):
        return key
    stem = name.rstrip("0123456789")
    added = role(name.removeprefix(stem)) if stem in SIDED_KEYS else None
    return replace(SIDED_KEYS[stem], name=name, role=added) if added else None


def _variable_column(name: str, variables: Mapping[str, Variable]) -> ColumnInfo | None:
    """Describe a column whose name is a variable's, or a variable's with endings; the longest name wins."""
    if name in variables:
        return _plain(variables[name])
    stem, _, ending = name.rpartition("_")
    if not stem or role(ending) is None or (info := _variable_column(stem, variables)) is None:
        return None
    same = ending.isdigit() or ending in ("min", "max")
    over = "pairs of members" if variables[str(info.variable)].of_dyad else "members"
    return replace(
        info,
        name=name,
        role=info.role + str(role(ending, over)),
        units=UNITS_OF.get(ending, info.units),
        range=info.range if same or ending == "mean" else (0, 1) if ending == "share" else None,
        values=info.values if same else YES_NO if ending in ("any", "all") else {},
    )


def _plain(variable: Variable) -> ColumnInfo:
    return ColumnInfo(
        variable.name,
        variable.label,
        variable.units,
        variable=variable.name,
        sources=variable.sources,
        coverage=(variable.first_year, variable.last_year),
        range=variable.range,
        values=variable.values or (YES_NO if variable.yes_or_no else {}),
    )
