"""Assess a partnership: the chapters, the coverage of what they rest on, and the claims that concern it."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from foedus.assessment.assessment import Assessment, Member
from foedus.assessment.brief import brief
from foedus.assessment.chapters import alliance_dilemma, causal_links, shield, spending
from foedus.assessment.chapters.arctic import chapter as arctic
from foedus.assessment.chapters.climate import chapter as climate
from foedus.assessment.chapters.order import chapter as order
from foedus.assessment.chapters.relation import chapter as relation
from foedus.assessment.chapters.sensors import chapter as sensors
from foedus.assessment.chapters.technology import chapter as technology
from foedus.assessment.chapters.unifier import chapter as unifier
from foedus.assessment.claims.check import concerns, essay
from foedus.assessment.finding import Chapter
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
from foedus.record.store import Record, open_record


def assess(
    first: str | int,
    second: str | int,
    year: int = LAST_YEAR,
    record: Record | None = None,
    *,
    alliances_from: str = FACTS,
) -> Assessment:
    """Assess the partnership of two states in a year from 1816 to 2025.

    States are named by English name, ISO3, COW or Gleditsch–Ward code; `alliances_from` says whose alliances the ledger and the
    relation of the two rest on, "facts" (dated, laid over ATOP) or "atop". What the record cannot say stands in each chapter's
    gaps. Raises InputError for a state that is unknown, ambiguous or no member that year, the same state twice, or a year out
    of range.

    >>> assess("USA", "CAN", 2022).finding("relation.disputes").value
    4
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError(f"year {year} is outside the record's {FIRST_YEAR}–{LAST_YEAR}. Choose a year within it.")
    record = record or open_record()
    partnership = Partnership(first, second, year=year, alliances_from=alliances_from, record=record)
    if _dyad_year(partnership).is_empty():
        names = " and ".join(state.name for state in partnership.members)
        raise InputError(f"{names} were members of the state system in {year}, but never on the same day. Choose another year.")
    written = tuple(chapters(partnership))
    return Assessment(
        members=tuple(Member(state.ccode, state.iso3, state.abbreviation, state.name) for state in partnership.members),
        year=year,
        brief=brief(written),
        chapters=written,
        coverage=coverage(year, record),
        claims=essay(record) if concerns(partnership) else None,
        record_version=record.version,
        record_sha256=record.sha256,
    )


def chapters(partnership: Partnership) -> Iterable[Chapter]:
    """Return the chapters for a partnership, in the essay's order."""
    order_chapter = with_gaps(order, partnership)
    threats = order.threats(order_chapter, partnership) if order_chapter else ()
    others = (shield, alliance_dilemma, climate, arctic, sensors)
    chapters = (
        with_gaps(causal_links, partnership),
        with_gaps(relation, partnership),
        order_chapter,
        *(with_gaps(module, partnership) for module in others),
        with_gaps(technology, partnership, threats),
        with_gaps(spending, partnership, threats),
        with_gaps(unifier, partnership),
    )
    return (chapter for chapter in chapters if chapter is not None)


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
