"""The shield of sensors: what the members' warning radars see of the Arctic front, how early, and how much of it is whose.

Only a partnership of which two members at least have radars of the record has this chapter, from the year in which their system
was agreed. Everything follows from public sites and geometry; what is not known is carried as bands. It tells what the network
sees and gives, low and high side by side, and seeks no direction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

import polars as pl

from foedus.assessment.chapters.sensors.sentences import FEWER, LACKING, LATER, MINUTES, MINUTES_LEFT
from foedus.assessment.finding import Chapter, Finding
from foedus.assessment.standing import Standing, standing
from foedus.language.said import proper, recalled
from foedus.partnership.partnership import Partnership
from foedus.radars.caveats import LEAVES_OUT
from foedus.record.store import Record
from foedus.words import listed, the

ID = "warning"
TITLE = "The shield of sensors"
QUESTION = "What do the warning radars of the Arctic see, how early, whose are they, and what would announced ones add?"

BEFORE_CAPITALS = "warning.minutes.capital."
"""What the ids begin with of findings on what the radars give before a capital."""

SHARED = 2
"""Members with radars from which on a network is one of several."""

AGREED, TOTAL = "norad-modernisation-agreement-1985", "norad-modernisation-total"
"""Rows of `physical_facts`."""


def chapter(partnership: Partnership) -> Chapter | None:
    """Return the chapter for a partnership; None unless two members have radars, or before their system was agreed."""
    record = partnership.record
    facts = {row["fact_id"]: row for row in record.table("physical_facts").iter_rows(named=True)}
    rows = record.table("radar_sites")
    members = {state.iso3 for state in partnership.members}
    holders = [code for code in by_radars(record) if code in members]
    if len(holders) < SHARED or partnership.year < facts[AGREED]["date"].year:
        return None
    network = watched(holders[-1], record)
    later = ("warning.modernisation", "warning.cost", "warning.modernisation_table")
    announced = partnership.year >= facts[TOTAL]["date"].year
    findings = [_said(each) for each in network.findings if announced or each not in network.told(*later)]
    shown = [each for each in network.exhibits if announced or each.id not in later]
    return Chapter(
        id=ID,
        title=TITLE,
        question=QUESTION,
        findings=tuple(findings),
        exhibits=tuple(shown),
        would_change=(
            "Heights of masts and measured coverage instead of assumed ones; which sites work, year by year; positions and "
            "performance of the announced sensors, and a cost of each."
        ),
        gaps=(*LEAVES_OUT, *_gaps(partnership, holders, rows)),
    )


def _said(told: Finding) -> Finding:
    """A finding whose sentence knows what it says, after it was kept as a text."""
    statement = recalled(told.statement, FEWER, LATER, MINUTES, MINUTES_LEFT, place=proper, lacking=_lacking, state=_state)
    lacks = told.baseline and replace(told.baseline, name=_lacking(told.baseline.name))
    return replace(told, statement=statement, baseline=lacks)


def _lacking(text: str) -> str:
    return recalled(text, LACKING, state=_state)


def _state(text: str) -> str:
    return the(text.removeprefix("the "))


def by_radars(record: Record) -> list[str]:
    """Return the states with radars of the record (ISO3 codes), the one with the fewest first."""
    number = dict(record.table("radar_sites")["country"].value_counts().iter_rows())
    return sorted(number, key=lambda code: (number[code], code))


def watched(partner: str, record: Record) -> Standing:
    """Return what is told of every partnership whose member with most radars is this one (its ISO3 code)."""
    return standing(f"{ID}-{partner}", record, partial(of_every_partnership, partner))


def of_every_partnership(partner: str, record: Record) -> Standing:
    """Return what the record's radars see, with and without those of `partner` (its ISO3 code)."""
    from foedus.assessment.chapters.sensors.findings import of_network

    return of_network(partner, record)


def _gaps(partnership: Partnership, holders: list[str], rows: pl.DataFrame) -> Iterable[str]:
    nowhere = rows.filter(pl.col("latitude").is_null())["name"].to_list()
    yield f"No position is public of {listed(nowhere)}; they are listed and not computed with."
    yield f"Sites by year are not on record: what is told of {partnership.year} is the network as first fitted."
    if without := [the(state.name) for state in partnership.members if state.iso3 not in holders]:
        yield f"The record has no warning radars of {listed(without)}."
    yield "Minutes leave out the ground, which would hide some low approaches; `foedus warning --terrain` tells of it coarsely."
    yield "How far the announced Polar Over-the-Horizon Radar would see is an assumption, 75 to 90° N; no figure was published."
