"""The codebook: every variable, defined once, in the folder `codebook`, a file a topic.

What a variable is called, at which unit it is defined, where it comes from and for which years its source speaks is read from
there by the panels, the documentation, `foedus variables` and `foedus cite`, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from foedus.errors import InputError, RecordError, nearest
from foedus.panels import groups
from foedus.panels.arrange import ARRANGEMENTS
from foedus.record import noted
from foedus.record.entries import VARIABLE, guess, variable_faults
from foedus.record.manifest import declared, known_sources, source_of
from foedus.record.sections import Entry, Sections, listed
from foedus.record.source import catalog
from foedus.record.store import open_record

STATE_YEAR = "state-year"
DYAD_YEAR = "dyad-year"
DIRECTED = "directed dyad-year"
LEADER = "leader"
MONTH = "month"
ABOUT = (STATE_YEAR, DYAD_YEAR, DIRECTED, LEADER, MONTH)
"""What a variable of a panel may be about."""

FOLDER = Path(__file__).parents[1] / "codebook"
WORLD = Path(__file__).parents[1] / "world.toml"

TOPICS = (
    *(
        "states",
        "regimes",
        "capabilities",
        "conflict",
        "leaders",
        "society",
        "preferences",
        "disputes",
        "obligations",
        "groups",
    ),
    *("geography", "dyads", "displacement", "development", "climate", "trade", "disasters", "assistance", "months"),
)
"""Files of the codebook, in the order in which their variables are listed; others follow by name."""

DECLARED_TOPIC = "declared by the user"


@dataclass(frozen=True)
class Variable:
    """One variable of the codebook.

    Attributes
    ----------
    topic : what it is about, in a few words ("regimes").
    unit : "state-year", "dyad-year", "directed dyad-year", "leader" or "month"; of those that no panel has (`world`), another.
    units : what a value of 1 means. range : lowest and highest possible value, or None.
    table, column : where the record holds it; table is None for a derived variable.
    reads : variables a derived one is computed from.
    sources : ids of the sources. first_year, last_year : the years in which they speak.
    absent : what "no row" means within those years; None: unknown. absent_to : the last year in which it means that.
    lists : the lists of states by whose codes its table names them ("cow", "gw"); none: as the panel does.
    states_in : table that names every state its source considers; None: all members of the system.
    carry : whether a past value may stand for a later year.
    of_first_january : whether its values are of 1 January: then carrying also gives a unit's first year that of the next.
    values : what each level of a coded variable means; empty if it is not coded.
    sums : whether it is an amount that adds up over the members of a group.
    sided : whether a dyadic variable has a value for each side, which the table holds in <column>1 and <column>2.
    hindsight : whether its value of a year rests on later years, as how a dispute under way ends: no forecast could read it.

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
    absent_to: int
    lists: frozenset[str]
    states_in: str | None
    carry: bool
    of_first_january: bool
    range: tuple[float, float] | None
    values: dict[int, str]
    sums: bool
    sided: bool
    hindsight: bool

    @property
    def of_state(self) -> bool:
        """Say whether the variable describes one state (and enters a dyad's row once for each side)."""
        return self.unit == STATE_YEAR

    @property
    def of_dyad(self) -> bool:
        """Say whether the variable describes two states together."""
        return self.unit in (DYAD_YEAR, DIRECTED)

    @property
    def yes_or_no(self) -> bool:
        """Say whether its values are true and false."""
        return self.units == "yes or no"

    @property
    def summable(self) -> bool:
        """Say whether it can be summed up over a group: no code, text or place, and with one value for a pair of members."""
        apart = self.unit == DIRECTED and not self.yes_or_no
        return self.units not in ("code", "text", "degrees north", "degrees east") and not self.sided and not apart

    @property
    def two_way(self) -> bool:
        """Say whether its table holds both directions of a dyad, each with a value of its own."""
        return self.unit == DIRECTED or self.sided


@cache
def codebook() -> Sections[Variable]:
    """Return every variable by name, in the order of the files; then those of the tables that the user has declared."""
    more = {name: {"topic": DECLARED_TOPIC, **entry} for name, entry in declared().items()}
    return Sections(_files(), _variable, _faults, across=_faults_across, more=more, noted=noted.VARIABLE)


@cache
def world() -> Sections[Variable]:
    """Return the variables that no panel has, of the world or of a network, by name, in the order of `world.toml`.

    >>> world()["warming"].units
    'degrees Celsius'
    """
    return Sections([WORLD], _variable, _faults_of_world, noted=noted.VARIABLE)


def check_entries() -> None:
    """Check every entry of catalog, codebook, world and groups; raises InputError with every fault, by file and entry."""
    if faults := [fault for entries in (catalog(), codebook(), world(), groups.named()) for fault in entries.faults()]:
        raise InputError(listed(faults))


def _files() -> list[Path]:
    place = {name: number for number, name in enumerate(TOPICS)}
    return sorted(FOLDER.glob("*.toml"), key=lambda file: (place.get(file.stem, len(place)), file.stem))


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
    unknown = [f"{name!r}.{nearest(name, codebook())}" for name in wanted if name not in codebook()]
    if unknown:
        raise InputError(f"not in the codebook: {' '.join(unknown)} `foedus variables` lists all {len(codebook())}.")
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
    """Return the variables whose name, label, topic, units or sources contain every word of `text`, ignoring case.

    Of several words each also stands for its singular, and "of" and the like for nothing. If none speaks of all, a word stands
    for what the codebook says instead, too, and a word that nothing speaks of is passed over where another is left.

    >>> [variable.name for variable in search("democracies weaker")], search("military spending")[0].name
    (['weaker_democracy'], 'military_spending_share')
    """
    written = text.casefold().split()
    words = [word for word in written if word not in _SMALL] or written
    if found := _matching([{word} if len(written) == 1 else {word, _singular(word)} for word in words]):
        return found
    meant = [_alternatives(word) for word in words]
    return _matching(meant) or _matching([forms for forms in meant if _matching([forms])] or [{text}])


def _matching(asked: Sequence[set[str]]) -> tuple[Variable, ...]:
    """Return the variables that speak of every word asked for, in one of its forms."""
    return tuple(
        variable
        for variable in codebook().values()
        if all(any(form in _haystack(variable) for form in forms) for forms in asked)
    )


_SMALL = {"a", "an", "and", "between", "by", "for", "in", "of", "on", "or", "the", "to", "two", "type", "with"}

_INSTEAD = {
    "alliance": ("pact", "pledge"),
    "army": ("armed forces", "military personnel"),
    "border": ("contiguous", "land_borders"),
    "capita": ("head",),
    "contiguity": ("contiguous",),
    "fractionalisation": ("fractionalization",),
    "joint": ("weaker",),
    "parity": ("ratio",),
    "regime": ("democracy",),
    "spending": ("expenditure",),
    "voting": ("vote",),
    "weapon": ("warhead", "nuclear"),
}
"""What a researcher may write → what the codebook says."""


def _alternatives(word: str) -> set[str]:
    """Return a word, its singular, and what the codebook says instead.

    >>> sorted(_alternatives("alliances"))
    ['alliance', 'alliances', 'pact', 'pledge']
    """
    singular = _singular(word)
    return {word, singular, *_INSTEAD.get(singular, ())}


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def _haystack(variable: Variable) -> str:
    texts = (variable.name, variable.label, variable.topic, variable.unit, variable.units, *variable.sources)
    return " ".join(texts).casefold()


def _variable(name: str, entry: Entry) -> Variable:
    reads = tuple(entry.get("reads", ()))
    known = [codebook()[read] for read in reads]
    sources = tuple(entry.get("sources", ())) or tuple(dict.fromkeys(source for read in known for source in read.sources))
    first, last = entry.get("coverage") or _years(known, sources)
    low_high = entry.get("range")
    return Variable(
        name=name,
        label=entry["label"],
        topic=entry["topic"],
        unit=entry["unit"],
        units=entry["units"],
        table=entry.get("table"),
        column=entry.get("column", name),
        reads=reads,
        sources=sources,
        first_year=first,
        last_year=last,
        absent=entry.get("absent"),
        absent_to=entry.get("absent_to", last),
        lists=source_of(sources[0]).lists_of(entry["table"]) if "table" in entry else frozenset(),
        states_in=entry.get("states_in"),
        carry=entry.get("carry", True),
        of_first_january=entry.get("of_first_january", False) or any(read.of_first_january for read in known),
        range=(float(low_high[0]), float(low_high[1])) if low_high else None,
        values={int(level): text for level, text in entry.get("values", {}).items()},
        sums=entry.get("sums", False),
        sided=entry.get("sided", False),
        hindsight=entry.get("hindsight", False) or any(read.hindsight for read in known),
    )


def _years(reads: list[Variable], sources: tuple[str, ...]) -> tuple[int, int]:
    if reads:
        return max(read.first_year for read in reads), min(read.last_year for read in reads)
    source = source_of(sources[0])
    return source.first_year, source.last_year


def _faults(name: str, entry: Entry) -> Iterator[str]:
    """Yield what is wrong with the entry of a variable of a panel, alone."""
    yield from variable_faults(entry, VARIABLE)
    if entry.get("unit", DYAD_YEAR) not in ABOUT:
        yield f"unit is none of {', '.join(ABOUT)}"
    if ("table" in entry) == ("reads" in entry):
        yield "it has either a table that holds it, or reads of which it is computed"
    if "table" in entry and "sources" not in entry:
        yield "sources are missing"
    if entry.get("sided") and entry.get("unit") != DYAD_YEAR:
        yield f"sided is for a {DYAD_YEAR}"
    yield from _unknown(entry, "sources", "source", catalog(), known_sources)
    yield from _unknown(entry, "reads", "variable", codebook())
    yield from _misplaced(name, entry)


_KEYS = {STATE_YEAR: "code", DYAD_YEAR: "code1", DIRECTED: "code1", LEADER: "leader"}
"""Unit of analysis → how a column ends that a table of it is keyed by."""


def _misplaced(name: str, entry: Entry) -> Iterator[str]:
    """Yield what is wrong with where the record holds a variable; of a table that it has not yet, or arranges, nothing."""
    table, unit = str(entry.get("table")), entry.get("unit")
    if table in ARRANGEMENTS or table not in (columns := _columns()):
        return
    column = entry.get("column", name)
    if lacking := {f"{column}1", f"{column}2"} - columns[table] if entry.get("sided") else {column} - columns[table]:
        yield f"its table {table} has no column {', '.join(sorted(map(str, lacking)))}"
    if unit in _KEYS and not any(each.endswith(_KEYS[unit]) for each in columns[table]):
        yield f"its table {table} is not one of a {unit}"


@cache
def _columns() -> dict[str, frozenset[str]]:
    """Return the columns of each table of the record."""
    try:
        tables = open_record(additions=False).tables
    except RecordError:  # a record that is damaged is about to be built again; whoever reads it is told
        return {}
    return {name: frozenset(table.columns) for name, table in tables.items()}


def _faults_of_world(_: str, entry: Entry) -> Iterator[str]:
    """Yield what is wrong with the entry of a variable that no panel has."""
    yield from variable_faults(entry, VARIABLE)
    if strange := entry.keys() & {"table", "reads", "states_in", "sided", "sums"}:
        yield f"{', '.join(sorted(strange))}: what is in no panel has none"
    if "sources" not in entry:
        yield "sources are missing"
    yield from _unknown(entry, "sources", "source", catalog(), known_sources)


def _unknown(
    entry: Entry, key: str, kind: str, known: Mapping[str, object], all_known: Callable[[], Mapping[str, object]] | None = None
) -> Iterator[str]:
    """Yield a sentence for each name under a key that is not known; `all_known` is asked where `known` does not suffice."""
    names = entry.get(key)
    for name in names if isinstance(names, list) else ():
        if name not in known and name not in (others := all_known() if all_known else known):
            yield f"{key}: no {kind} is called {name!r}{guess(str(name), others)}"


def _faults_across(entries: Mapping[str, Entry]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with variables together: what reads itself, what nothing computes, years after its sources end."""
    from foedus.panels import measures

    if catalog().faults():
        return
    owner = {table: source.id for source in catalog().values() for table in source.tables}
    for name, entry in entries.items():
        if owner.get(str(entry.get("table")), entry.get("sources", [""])[0]) not in entry.get("sources", [""]):
            yield name, f"its table {entry['table']} is of {owner[entry['table']]}, which is none of its sources"
        told = entry.get("sources", [""])[0]
        if "absent" in entry and told in catalog() and not catalog()[told].lists_of(str(entry.get("table"))):
            yield name, f"absent: the catalog does not say by which lists {told} names states"
        if name in _read_by(name, entries):
            yield name, "reads: it is computed of itself"
        elif "reads" in entry and not hasattr(measures, name):
            yield name, f"no function {name} in panels/measures.py computes it"
        ends = [source_of(source).last_year for source in entry.get("sources", ())]
        if ends and "coverage" in entry and entry["coverage"][1] > max(ends) + 1:  # last year's dispute is known a year longer
            yield name, f"coverage ends in {entry['coverage'][1]}, and what {', '.join(entry['sources'])} knows in {max(ends)}"


def _read_by(name: str, entries: Mapping[str, Entry]) -> set[str]:
    """Return all that a variable reads, and what that reads."""
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        read = set(entries.get(waiting.pop(), {}).get("reads", ())) - reached
        reached |= read
        waiting += read
    return reached
