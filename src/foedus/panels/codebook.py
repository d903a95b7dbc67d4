"""The codebook: every variable, defined once, in `codebook.toml`.

What a variable is called, at which unit it is defined, where it comes from and for which years its source speaks is read from
that file by the panels, the documentation, `foedus variables` and `foedus cite`, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from foedus.errors import InputError, nearest
from foedus.record.manifest import declared, source_of
from foedus.record.sections import Sections

STATE_YEAR = "state-year"
DYAD_YEAR = "dyad-year"
DIRECTED = "directed dyad-year"
LEADER = "leader"


@dataclass(frozen=True)
class Variable:
    """One variable of the codebook.

    Attributes
    ----------
    topic : what it is about, in a few words ("regimes").
    unit : "state-year", "dyad-year", "directed dyad-year" or "leader"; of variables that no panel has (`world`), another.
    units : what a value of 1 means. range : lowest and highest possible value, or None.
    table, column : where the record holds it; table is None for a derived variable.
    reads : variables a derived one is computed from.
    sources : ids of the sources. first_year, last_year : the years in which they speak.
    absent : what "no row" means within those years; None: unknown.
    states_in : table that names every state its source considers; None: all members of the system.
    carry : whether a past value may stand for a later year.
    values : what each level of a coded variable means; empty if it is not coded.
    sums : whether it is an amount that adds up over the members of a group.
    sided : whether a dyadic variable has a value for each side, which the table holds in <column>1 and <column>2.

    >>> lookup("polyarchy").sources
    ('vdem_polyarchy',)
    """

    name: str
    label: str
    topic: str
    unit: str
    units: str
    table: str | None
    column: str
    reads: tuple[str, ...]
    sources: tuple[str, ...]
    first_year: int
    last_year: int
    absent: bool | int | None
    states_in: str | None
    carry: bool
    range: tuple[float, float] | None
    values: dict[int, str]
    sums: bool
    sided: bool

    @property
    def of_state(self) -> bool:
        """Whether the variable describes one state (and enters a dyad's row once for each side)."""
        return self.unit == STATE_YEAR

    @property
    def of_dyad(self) -> bool:
        """Whether the variable describes two states together."""
        return self.unit in (DYAD_YEAR, DIRECTED)

    @property
    def yes_or_no(self) -> bool:
        """Whether its values are true and false."""
        return self.units == "yes or no"

    @property
    def two_way(self) -> bool:
        """Whether its table holds both directions of a dyad, each with a value of its own."""
        return self.unit == DIRECTED or self.sided


@cache
def codebook() -> Mapping[str, Variable]:
    """Return every variable by name, in the order of the file; then those of the tables that the user has declared."""
    return Sections(Path(__file__).parents[1] / "codebook.toml", _variable, more=declared())


@cache
def world() -> Mapping[str, Variable]:
    """Return the variables that no panel has, of the world or of a network, by name, in the order of `world.toml`.

    >>> world()["warming"].units
    'degrees Celsius'
    """
    return Sections(Path(__file__).parents[1] / "world.toml", _variable)


def lookup(name: str) -> Variable:
    """Return the variable called `name`; raises InputError with the nearest names if the codebook has none."""
    try:
        return codebook()[name]
    except KeyError:
        raise InputError(
            f"no variable is called {name!r}.{nearest(name, codebook())} `foedus variables` lists all {len(codebook())}."
        ) from None


def lookup_all(names: Iterable[str]) -> tuple[Variable, ...]:
    """Return the variables of these names, each once, in order; raises one InputError that lists every unknown name."""
    wanted = tuple(dict.fromkeys(names))
    unknown = [f"{name!r}{nearest(name, codebook())}" for name in wanted if name not in codebook()]
    if unknown:
        raise InputError(f"not in the codebook: {'; '.join(unknown)} `foedus variables` lists all {len(codebook())}.")
    return tuple(codebook()[name] for name in wanted)


def closure(variables: Iterable[Variable]) -> tuple[Variable, ...]:
    """Return the variables and all they read, what is read before what reads it.

    >>> [variable.name for variable in closure([lookup("weaker_democracy")])]
    ['polyarchy', 'weaker_democracy']
    """
    ordered: dict[str, Variable] = {}

    def visit(variable: Variable) -> None:
        for name in variable.reads:
            visit(codebook()[name])
        ordered.setdefault(variable.name, variable)

    for variable in variables:
        visit(variable)
    return tuple(ordered.values())


def search(text: str) -> tuple[Variable, ...]:
    """Return the variables whose name, label, topic, units or sources contain every word of `text`, ignoring case."""
    words = text.casefold().split()
    return tuple(variable for variable in codebook().values() if all(word in _haystack(variable) for word in words))


def _haystack(variable: Variable) -> str:
    told = (variable.name, variable.label, variable.topic, variable.unit, variable.units, *variable.sources)
    return " ".join(told).casefold()


def _variable(name: str, entry: dict[str, object]) -> Variable:
    reads = tuple(_strings(entry.get("reads", [])))
    known = [codebook()[read] for read in reads]
    sources = tuple(_strings(entry.get("sources", []))) or tuple(
        dict.fromkeys(source for read in known for source in read.sources)
    )
    first, last = _years(entry, known, sources)
    low_high = entry.get("range")
    return Variable(
        name=name,
        label=str(entry["label"]),
        topic=str(entry.get("topic", "declared by the user")),
        unit=str(entry["unit"]),
        units=str(entry["units"]),
        table=str(entry["table"]) if "table" in entry else None,
        column=str(entry.get("column", name)),
        reads=reads,
        sources=sources,
        first_year=first,
        last_year=last,
        absent=entry.get("absent"),  # type: ignore[arg-type]
        states_in=str(entry["states_in"]) if "states_in" in entry else None,
        carry=bool(entry.get("carry", True)),
        range=tuple(float(bound) for bound in low_high) if isinstance(low_high, list) else None,  # type: ignore[arg-type]
        values={int(level): str(text) for level, text in dict(entry.get("values", {})).items()},  # type: ignore[call-overload]
        sums=bool(entry.get("sums", False)),
        sided=bool(entry.get("sided", False)),
    )


def _years(entry: dict[str, object], reads: list[Variable], sources: tuple[str, ...]) -> tuple[int, int]:
    if isinstance(stated := entry.get("coverage"), list):
        return int(stated[0]), int(stated[1])
    if reads:
        return max(read.first_year for read in reads), min(read.last_year for read in reads)
    source = source_of(sources[0])
    return source.first_year, source.last_year


def _strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
