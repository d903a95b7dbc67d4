"""What is asked of a panel: the unit, the variables, the years, whose states, and the rules; checked before anything is built.

A request knows what a name in the codebook means and what the record holds, and refuses what cannot be met, all faults at once.
It builds nothing: `foedus.panels.panel` stands above it. `named.py` makes one of names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from numbers import Integral

from foedus.errors import InputError, LeftOutError
from foedus.panels import alliances, disputes
from foedus.panels.alliance_lists import by_alliances
from foedus.panels.alliances import FACTS
from foedus.panels.arrange import Wanted
from foedus.panels.codebook import LEADER, MONTH, Variable, closure, codebook, lookup_all
from foedus.panels.dispute_lists import from_list
from foedus.panels.disputes import GML
from foedus.panels.groups import ANY, MEMBERSHIPS
from foedus.panels.own_groups import OwnGroup
from foedus.panels.rows import GROUP_YEAR, OF_DAYS, OF_DYADS, OF_LEADERS, OF_PARTS, OF_STATES, UNITS
from foedus.panels.systems import COW, GW, SYSTEMS, States, System
from foedus.panels.units import FIRST_YEAR, LAST_YEAR
from foedus.record.manifest import source_of
from foedus.record.source import catalog
from foedus.record.store import Record, open_record
from foedus.words import listed

LONGEST_CARRY = 50
"""Years for which a value may stand for later ones at most; so long do contact and rank where relevant dyads are asked for."""

RELEVANCE = {"distance": "politically_relevant", "cow": "politically_relevant_cow"}
"""What contact between two states is judged by → the variable that says whether they are politically relevant."""

LISTS = ("disputes_from", "alliances_from")
"""Choices of a list that variables are taken from; which variables there are depends on them."""


@dataclass(frozen=True)
class Request:
    """Hold what a panel is to have. It travels with the file that is written from the panel.

    Attributes
    ----------
    unit : one of `UNITS`.
    variables : names from the codebook; a state variable enters a dyad's row as name_1 and name_2.
    years : first and last year, both included; None: all for which what the options need is known (see `span`).
    states : codes; state-years of these, or dyads that hold one of them.
    among : codes; states-years of these, or dyads whose two sides both are.
    dyads : pairs of codes.
    directed : one row for each direction of a dyad.
    relevant : politically relevant dyads only; contact and major powers are then carried forward, visibly.
    keep_unknown : of dyads chosen so, keep those of which nobody knows whether they are relevant.
    contact : what contact between two states is judged by there: "distance" or (with that source imported) "cow".
    carry_forward : how many years a value may stand in for later, missing ones (0: not at all).
    system : "cow" or "gw": whose states, and whose codes.
    disputes : what several disputes in one dyad-year mean; see `foedus.panels.disputes`.
    disputes_from : the list that the disputes are taken from: "gml", "mic" or "cow-mid".
    groups : names of groups; state-years of their members, dyads of two members of one, or the group-years themselves.
    own : those of the groups that the user has defined.
    membership : whether a member of a group is one for the year on "any" day of it, or on its "start" or "end".
    alliances_from : whose alliances count: "facts" (dated facts laid over ATOP), "atop" or (once added) "cow".
    size, sample, seed : group-years of all groups of `size` states, or of a sample of them drawn from a seed.
    """

    unit: str
    variables: tuple[str, ...]
    years: tuple[int, int] | None = None
    states: States = None
    among: States = None
    dyads: tuple[tuple[int, int], ...] | None = None
    directed: bool = False
    relevant: bool = False
    keep_unknown: bool = False
    contact: str = "distance"
    carry_forward: int = 0
    system: str = "cow"
    disputes: str = disputes.COMBINED
    disputes_from: str = GML
    groups: tuple[str, ...] = ()
    own: tuple[OwnGroup, ...] = ()
    membership: str = ANY
    alliances_from: str = FACTS
    size: int | None = None
    sample: int | None = None
    seed: int = 0
    record: Record = field(default_factory=open_record, repr=False)

    def __post_init__(self) -> None:
        if faults := list(self._faults()):
            raise InputError("; ".join(faults) + ".")
        if lacks := self._left_out():
            told = "; ".join(_told(source, names) for source, names in lacks.items())
            with_it = "it" if len(lacks) == 1 else "them"
            raise LeftOutError(f"{told}. Use a record with {with_it}, such as the one that ships.", lacks)

    def _faults(self) -> Iterable[str]:
        years = (FIRST_YEAR, LAST_YEAR) if self.years is None else self.years
        numbers = (*years, self.carry_forward, self.size or 0, self.sample or 0)
        if not (len(years) == 2 and all(isinstance(number, Integral) for number in numbers)):
            yield "years are a first and a last one; these, carry-forward, size and sample are whole numbers"
            return
        first, last = years
        if self.unit not in UNITS:
            yield f"unit {self.unit!r} is none of {', '.join(UNITS)}"
        if self.system not in SYSTEMS:
            yield f"state system {self.system!r} is neither cow nor gw"
        if self.contact not in RELEVANCE:
            yield f"contact {self.contact!r} is none of {', '.join(RELEVANCE)}"
            return
        if self.membership not in MEMBERSHIPS:
            yield f"membership {self.membership!r} is none of {', '.join(MEMBERSHIPS)}"
        if fault := alliances.lacking(self.record, self.alliances_from):
            yield fault
        if first > last:
            yield f"years {first}:{last} run backwards"
        if first < FIRST_YEAR or last > LAST_YEAR:
            yield f"years {first}:{last} leave the state system's {FIRST_YEAR}:{LAST_YEAR}"
        if not 0 <= self.carry_forward <= LONGEST_CARRY:
            yield f"carry-forward of {self.carry_forward} years is not between 0 and {LONGEST_CARRY}"
        disputes.check_rule(self.disputes)
        disputes.check_list(self.disputes_from)
        yield from self._misplaced()
        yield from self._ungroupable() if self.unit == GROUP_YEAR else ()
        yield from self._unrelated()
        yield from self._lacking()

    def _misplaced(self) -> Iterable[str]:
        """Variables and choices that the unit cannot have."""
        chosen = lookup_all(self.variables)
        if self.system in SYSTEMS and self.of.key in self.variables:
            yield f"{self.of.key} is the key of a panel in {self.of.title} states: leave it out of the variables"
        if self.unit in OF_STATES:
            if dyadic := [variable.name for variable in chosen if variable.of_dyad]:
                yield f"a {self.unit} panel has no {', '.join(dyadic)}: ask for a dyad-year panel"
            if self.directed or self.relevant or self.dyads is not None:
                yield "directed, relevant and dyads belong to a panel of dyads"
        if self.unit not in OF_LEADERS and (personal := [each.name for each in chosen if each.unit == LEADER]):
            yield f"a {self.unit} panel has no {', '.join(personal)}: ask for {' or '.join(OF_LEADERS)}"
        yield from self._by_month(chosen)
        if self.unit in OF_DAYS and self.groups and self.membership != ANY:
            yield f"a {self.unit} panel has the members of each day: leave out membership"
        if self.unit != GROUP_YEAR and (self.size is not None or self.sample is not None):
            yield f"size and sample choose groups of states, and a {self.unit} panel has none: ask for {GROUP_YEAR}"

    def _by_month(self, chosen: Iterable[Variable]) -> Iterable[str]:
        """What months and quarters cannot have, and other rows not of theirs."""
        if self.unit not in OF_PARTS:
            if self.unit in UNITS and (parts := [variable.name for variable in chosen if variable.unit == MONTH]):
                yield f"a {self.unit} panel has no {', '.join(parts)}: ask for {' or '.join(OF_PARTS)}"
            return
        if yearly := [variable.name for variable in chosen if variable.unit != MONTH]:
            held = ", ".join(variable.name for variable in codebook().values() if variable.unit == MONTH)
            yield (
                f"a {self.unit} panel has no {', '.join(yearly)}, which the record has by year and not by month (by month "
                f"it has {held}): build the panel without, and foedus.add puts the value of its year beside each row"
            )
        if self.system != COW.name or self.disputes_from != GML:
            yield f"a {self.unit} panel has the states of cow and the disputes of gml: leave out system and disputes_from"
        if self.directed or self.carry_forward or self.disputes != disputes.COMBINED:
            yield f"a {self.unit} panel has no directed, carry-forward or rule of disputes: leave them out"

    def _ungroupable(self) -> Iterable[str]:
        """Choices that a panel of groups cannot have."""
        if self.directed or self.relevant or self.dyads is not None or self.states is not None or self.carry_forward:
            yield "a group-year panel has no directed, relevant, dyads, states or carry-forward: name its states with group"
        if not self.groups and self.among is None and self.size is None:
            yield "a group-year panel needs a group (NATO, or a list of states) or the size of all groups to make"
        if self.groups and self.size is not None:
            yield "groups with a name have the size they have: leave out size"
        if self.size is not None and not 2 <= self.size <= 20:  # the columns of every member grow with the size
            yield f"groups of {self.size} states are not made: choose a size from 2 to 20"
        if self.sample is not None and (self.size is None or self.sample < 1):
            yield "a sample is one or more of all groups of a size: give the size, and how many groups"
        for variable in lookup_all(self.variables):
            if not variable.summable:
                yield f"{variable.name} cannot be summed up over a group: leave it out"

    def _unrelated(self) -> Iterable[str]:
        """Choices that contradict each other."""
        if self.among is not None and self.unit in OF_DYADS and len(self.among) < 2:
            yield "a group of one state holds no dyad: name two or more"
        if self.dyads is not None and (self.states is not None or self.among is not None):
            yield "dyads are named already: leave out states and group"
        if self.disputes == disputes.ALL and self.unit not in ("dyad-year", "dispute-dyad"):
            yield f"a {self.unit} panel cannot give every dispute a row of its own: choose another rule, or dispute-dyad"
        if self.keep_unknown and not self.relevant:
            yield "keep-unknown is about the rows of unknown relevance: ask for relevant dyads too"
        if self.relevant and self.years is not None and self.years[0] < self._relevance_begins:
            yield (
                f"politically relevant dyads are known from {self._relevance_begins} on, when distances begin: choose later "
                "years, or add cow-contiguity to the record and judge contact by it (--contact cow)"
            )

    def _lacking(self) -> Iterable[str]:
        """Variables of sources that never ship and that the user has not added."""
        held = {table.source for table in self.record.tables.values()}
        listed_by = disputes.LISTS[self.disputes_from]
        told = {listed_by, alliances.LISTS.get(self.alliances_from)}
        if self.disputes_from != GML and listed_by not in held:
            missing = f"the disputes of {self.disputes_from} are not in this record"
            yield f"{missing}: {source_of(listed_by).how_to_add()}".removesuffix(".")
        for variable in self.chosen:
            for source in map(source_of, variable.sources):
                if source.id not in held | told and source.licence == "restricted":
                    missing = f"{variable.name} rests on {source.id} (restricted), which this record leaves out"
                    yield f"{missing}: {source.how_to_add()}".removesuffix(".")

    def _left_out(self) -> dict[str, list[str]]:
        """Sources that ship and that this record leaves out, each with the variables that rest on it."""
        held = {table.source for table in self.record.tables.values()}
        lacks: dict[str, list[str]] = {}
        for variable in self.chosen:
            for source in map(source_of, variable.sources):
                if source.id not in held and source.licence != "restricted":
                    lacks.setdefault(source.id, []).append(variable.name)
        return lacks

    @property
    def chosen(self) -> tuple[Variable, ...]:
        """The variables asked for, with the COW code beside the GW one and political relevance where rows are chosen by it."""
        beside = (COW.key,) if self.system == GW.name and self.unit != GROUP_YEAR else ()
        named = lookup_all((*beside, *self.variables, *((self.relevance.name,) if self.relevant else ())))
        return tuple(map(self._as_listed, named))

    def closure(self, variables: Iterable[Variable]) -> tuple[Variable, ...]:
        """Return the variables and all they read, what is read first, as the chosen lists have them."""
        return tuple(map(self._as_listed, closure(variables)))

    def _as_listed(self, variable: Variable) -> Variable:
        return by_alliances(from_list(variable, self.disputes_from), self.alliances_from)

    @property
    def dyadic(self) -> bool:
        """Whether a row is about two states."""
        return self.unit in OF_DYADS

    @property
    def of(self) -> System:
        """The state system."""
        return SYSTEMS[self.system]

    @property
    def relevance(self) -> Variable:
        """The variable that says whether a dyad is politically relevant."""
        return codebook()[RELEVANCE[self.contact]]

    @property
    def wanted(self) -> Wanted:
        """What the record's tables are arranged for."""
        return Wanted(self.of, self.disputes, self.membership, self.alliances_from, self.disputes_from)

    def own_group(self, name: str) -> OwnGroup | None:
        """Return the user's own group of this name, or None if the name is one of the record's."""
        return next((each for each in self.own if each.name == name), None)

    @property
    def involved(self) -> States:
        """The states the rows can be about, where they are few; None: any."""
        if self.dyads is not None:
            return frozenset(code for pair in self.dyads for code in pair)
        chosen = [each for each in (self.among, self.states if not self.dyadic else None) if each is not None]
        return frozenset.intersection(*chosen) if chosen else None

    @property
    def span(self) -> tuple[int, int]:
        """First and last year of the panel: those asked for, or all for which what the options need is known."""
        return self.years or (max((year for year, _ in self._beginnings()), default=FIRST_YEAR), LAST_YEAR)

    @property
    def remark(self) -> str | None:
        """The reason why a panel whose years were left open begins later than the state system; None where it does not."""
        later = [(year, reason) for year, reason in self._beginnings() if year > FIRST_YEAR]
        if self.years is not None or not later:
            return None
        year, reason = max(later)
        return f"the panel begins in {year}: {reason}"

    def _beginnings(self) -> Iterator[tuple[int, str]]:
        """For each option that needs what is known only from some year on: that year, and what begins then."""
        if self.relevant:
            yield self._relevance_begins, "before it no distances are known, by which dyads are politically relevant"
        if self.unit in OF_LEADERS:
            yield catalog()["archigos"].first_year, "before it no leaders are known"

    @property
    def _relevance_begins(self) -> int:
        return max(codebook()[name].first_year for name in self.relevance.reads)


def _told(source: str, names: Sequence[str]) -> str:
    """Say which variables rest on a source that the record leaves out."""
    rest = f"{listed(names)} {'rests' if len(names) == 1 else 'rest'}"
    return f"{rest} on {source} ({source_of(source).licence}), which this record leaves out"


def variables_of(
    unit: str,
    record: Record,
    system: str = "cow",
    rule: str = disputes.COMBINED,
    disputes_from: str = GML,
    alliances_from: str = FACTS,
) -> list[str]:
    """Return the names of all variables that a unit can have and whose sources the record holds.

    Those that belong to one dispute need a rule that says which, or rows that have one dispute each.
    """
    held = {table.source for table in record.tables.values()}
    disputes.check_list(disputes_from)

    def fits(variable: Variable) -> bool:
        of_unit = not (variable.of_dyad and unit in OF_STATES) and (variable.unit != LEADER or unit in OF_LEADERS)
        if (variable.unit == MONTH) != (unit in OF_PARTS):
            return False
        if unit == GROUP_YEAR and not variable.summable:
            return False
        if rule not in (*disputes.ORDERS, disputes.ALL) and unit != "dispute-dyad" and _single(variable):
            return False
        sources = by_alliances(from_list(variable, disputes_from), alliances_from).sources
        return of_unit and held.issuperset(sources) and variable.name != key

    key = SYSTEMS[system].key if system in SYSTEMS else ""
    return [name for name, variable in codebook().items() if fits(variable)]


def _single(variable: Variable) -> bool:
    """Whether a variable tells of one dispute alone."""
    return any(each.table == "single_disputes" for each in closure([variable]))
