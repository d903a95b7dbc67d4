"""Assess a partnership of two states or more: the chapters, the coverage of what they rest on, the claims that concern it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from foedus.assessment.as_of import as_of
from foedus.assessment.assessment import Assessment, Member
from foedus.assessment.brief import brief
from foedus.assessment.chapters import alliance_dilemma, causal_links, outlook, own, shield, spending, without
from foedus.assessment.chapters.arctic import chapter as arctic
from foedus.assessment.chapters.climate import chapter as climate
from foedus.assessment.chapters.order import chapter as order
from foedus.assessment.chapters.order import several as order_of_several
from foedus.assessment.chapters.relation import chapter as relation
from foedus.assessment.chapters.relation import several as relation_of_several
from foedus.assessment.chapters.sensors import chapter as sensors
from foedus.assessment.chapters.technology import chapter as technology
from foedus.assessment.chapters.unifier import chapter as unifier
from foedus.assessment.chapters.without import ALL
from foedus.assessment.claims.check import of_partnership
from foedus.assessment.finding import Chapter
from foedus.assessment.installed import told_by_packages
from foedus.assessment.left_out import available, with_gaps
from foedus.errors import InputError
from foedus.mechanisms.arctic.disputes import ArcticDisputes
from foedus.mechanisms.climate.pressure import Pressure
from foedus.mechanisms.order.alliances import Alliances
from foedus.mechanisms.order.disputes import Disputes
from foedus.mechanisms.shield.deterrence import Shield
from foedus.mechanisms.shield.entanglement import Entanglement
from foedus.mechanisms.spending import Spending
from foedus.mechanisms.technology.convergence import Technology
from foedus.panels.alliances import FACTS
from foedus.panels.codebook import closure, codebook, lookup
from foedus.panels.panel import panel
from foedus.panels.units import FIRST_YEAR, LAST_YEAR
from foedus.partnership.partnership import Partnership
from foedus.record.states import State, StateSystem
from foedus.record.store import Record, open_record
from foedus.words import listed

MOST_MEMBERS = 60
"""As many as the widest regional organisation has, and few enough that each pair can be told."""


def assess(
    *members: str | int | Path | Sequence[str | int | Path],
    year: int = LAST_YEAR,
    record: Record | None = None,
    alliances_from: str = FACTS,
    against: str | int | None = None,
    without: str | Sequence[str] = ALL,
) -> Assessment:
    """Assess the partnership of two states or more in a year from 1816 to 2025.

    Parameters
    ----------
    members : states by English name, ISO3, COW or Gleditsch–Ward code; groups ("NATO"), whose members in the year are meant;
        groups of one's own ("BALTIC=EST,LVA,LTU", or a TOML file): up to 60 states in all. More than two are told pair by pair.
    alliances_from : whose alliances the relation rests on, "facts" (dated, laid over ATOP), "atop", or "cow" once added
        to the record.
    against : an outsider; then the members' risks with that state are told, instead of those with all.
    without : which obligations are switched off to tell what changes: "all", "bilateral", or types by name.

    What the record cannot say stands in each chapter's gaps. Raises InputError for a state that is unknown, ambiguous or no
    member that year, the same state twice, an outsider that is a member, what cannot be switched off, or a year out of range.

    >>> assess("USA", "CAN", year=2022).finding("relation.disputes").value
    4
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError(f"year {year} is outside the record's {FIRST_YEAR}–{LAST_YEAR}. Choose a year within it.")
    record = record or open_record()
    partnership = Partnership(*members, year=year, alliances_from=alliances_from, record=record)
    if (number := len(partnership.members)) > MOST_MEMBERS:
        raise InputError(f"{number} members are named, and an assessment tells of at most {MOST_MEMBERS}: name fewer states.")
    off = (without,) if isinstance(without, str) else tuple(without)
    partnership.without(*off)  # refused before any work is done
    outsider = None if against is None else _outsider(against, partnership)
    if len(partnership.members) == 2 and _dyad_year(partnership).is_empty():
        names = " and ".join(state.name for state in partnership.members)
        raise InputError(f"{names} were members of the state system in {year}, but never on the same day. Choose another year.")
    written = as_of(chapters(partnership, outsider, off), year)
    named = listed([state.name for state in partnership.members])
    return Assessment(
        members=tuple(map(_member, partnership.members)),
        year=year,
        brief=brief(written),
        chapters=written,
        coverage=coverage(year, record),
        claims=of_partnership(partnership) if outsider is None else None,
        record_version=record.version,
        record_sha256=record.sha256,
        group=partnership.name if partnership.name != named else None,
        against=None if outsider is None else _member(outsider),
        off=off,
    )


def _outsider(name: str | int, partnership: Partnership) -> State:
    """The state that the members face; raises InputError if it is one of them."""
    state = StateSystem.of(partnership.record).resolve(name, partnership.year)
    if state.ccode in partnership.codes:
        raise InputError(f"{state.name} is one of the members: --against names a state outside the partnership.")
    return state


def _member(state: State) -> Member:
    return Member(state.ccode, state.iso3, state.abbreviation, state.name)


def chapters(partnership: Partnership, outsider: State | None = None, off: Sequence[str] = ALL) -> Iterable[Chapter]:
    """Return the chapters for a partnership, in the essay's order, then those of installed packages.

    outsider : the state that the members face. off : what is switched off to tell what changes without the partnership.
    """
    two = len(partnership.members) == 2 and outsider is None
    relation_chapter = with_gaps(relation if two else relation_of_several, partnership)
    order_chapter = with_gaps(order, partnership) if two else with_gaps(order_of_several, partnership, outsider)
    threats = (outsider.ccode,) if outsider else order.threats(order_chapter, partnership) if order_chapter else ()
    watch = with_gaps(sensors, partnership)
    minutes = [each for each in watch.findings if each.id.startswith(sensors.BEFORE_CAPITALS)] if watch else []
    others = (shield, alliance_dilemma, climate, arctic)
    told = (
        with_gaps(causal_links, partnership),
        relation_chapter,
        order_chapter,
        *(with_gaps(module, partnership) for module in others),
        watch,
        with_gaps(without, partnership, off, minutes),
        with_gaps(outlook, partnership, off),
        with_gaps(technology, partnership, threats),
        with_gaps(spending, partnership, threats),
        with_gaps(unifier, partnership),
        with_gaps(own, partnership),
    )
    shipped = [chapter for chapter in told if chapter is not None]
    return (*shipped, *told_by_packages(partnership, IDS))


IDS = tuple(
    module.ID
    for module in (
        *(causal_links, relation, order, shield, alliance_dilemma, climate, arctic),
        *(sensors, without, outlook, technology, spending, unifier, own),
    )
)
"""Ids of the chapters that ship."""


READING = (Disputes, Alliances, Shield, Entanglement, Pressure, ArcticDisputes, Technology, Spending)
"""Mechanisms whose variables an assessment rests on."""


def coverage(year: int, record: Record) -> pl.DataFrame:
    """Return what an assessment rests on: variable, label, source, first_year, last_year, age in the year (0: current).

    The age is null for a year before the source begins. What the record leaves out has no row: the chapters' gaps name it.
    """
    read = {name for kind in READING for name in kind.reads}
    recorded = sorted({*read, *relation.HISTORY} & set(codebook()))  # what mechanisms write for each other is not
    wanted = {variable.name for variable in closure(map(lookup, available(recorded, record)))}
    used = [lookup(name) for name in codebook() if name in wanted]
    rows = [
        {
            "variable": variable.name,
            "label": variable.label,
            "source": ", ".join(variable.sources),
            "first_year": variable.first_year,
            "last_year": variable.last_year,
            "age": None if year < variable.first_year else max(0, year - variable.absent_to),
        }
        for variable in used
    ]
    return pl.DataFrame(rows, schema_overrides={"age": pl.Int64})


def _dyad_year(partnership: Partnership) -> pl.DataFrame:
    """The row of the two in the year; none if they were never members on the same day."""
    return panel("dyad-year", [], dyads=[partnership.dyad], years=(partnership.year,) * 2, record=partnership.record)
