"""What the record holds: the codebook, coverage, states, groups, and what each source says of two states."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as day

import polars as pl

from foedus.errors import InputError
from foedus.report.figures import drawing
from foedus.report.markup import Setting, plain
from foedus.web.frame_page import Part, Sheet, table
from foedus.web.questions import (
    OfCoverage,
    OfGroups,
    OfPanel,
    OfPartnership,
    OfSources,
    OfStates,
    OfTies,
    OfVariables,
    Question,
    parts,
)
from foedus.web.shown import rows
from foedus.web.view import CSV, JSON, PNG, SVG, Desk, Told, View
from foedus.words import counted


@dataclass(frozen=True)
class Listing:
    """A list as a view tells it: a page with one table, and the table.

    Attributes
    ----------
    kind, title, facts, asks : words above it. sources : ids of what it rests on. above : markup before the table.
    beside : columns that only its data have. leads : where the rows' first cells lead to. files : further endings → bytes.
    """

    kind: str
    title: str
    facts: str
    asks: str
    frame: pl.DataFrame
    sources: tuple[str, ...]
    above: str = ""
    beside: tuple[str, ...] = ()
    leads: Sequence[str] | None = None
    files: Mapping[str, Callable[[], bytes]] = field(default_factory=dict)

    def told(self, asked: Question, desk: Desk) -> Told:
        """Return what a view tells with it."""

        def page(setting: Setting) -> str:
            shown = self.frame.drop(self.beside).rename({"unit": "unit_of_analysis"}, strict=False)
            markup = self.above + table(shown, self.title, desk.limits.shown, self.leads)
            section = Part("list", self.title, self.asks, markup, wide=True)
            return Sheet(self.kind, self.title, self.facts, [section], self.sources).page(asked, desk, setting)

        return Told(page, lambda: rows(self.frame), lambda: self.frame, self.files)


def variables(asked: OfVariables, desk: Desk) -> Told:
    """Tell the codebook, or what of it speaks of words."""
    from foedus.api import variables as find

    found = find(asked.words)
    sources = tuple(sorted({name for names in found["sources"] for name in names.split(", ") if name}))
    facts = f"{found.height} variables{f' that speak of {asked.words!r}' if asked.words else ''}."
    asks = "What can a panel hold, at which unit, for which years, and from whom?"
    above = _into_a_panel(found, desk)
    return Listing("Codebook", "Variables", facts, asks, found, sources, above).told(asked, desk)


def _into_a_panel(found: pl.DataFrame, desk: Desk) -> str:
    """A link to a panel of what was found and the record holds, where that is not too much for one."""
    held = {each.source for each in desk.record.tables.values()}
    found = found.filter([held.issuperset(names.split(", ")) for names in found["sources"]])
    units = set(found["unit"])
    if not 0 < found.height <= desk.limits.variables or not units <= {"state-year", "dyad-year", "directed dyad-year"}:
        return ""
    years = {} if units == {"state-year"} else {"first": 2000, "last": 2005}
    asked = {"unit": "dyad-year" if years else "state-year", "variables": ", ".join(found["name"]), **years}
    address = OfPanel.model_validate(asked).address("panel")
    return f'<p><a href="{plain(address)}">A panel with {"this variable" if found.height == 1 else "these variables"}</a></p>\n'


def coverage(asked: OfCoverage, desk: Desk) -> Told:
    """Tell which source speaks when, as a picture and a table."""
    from foedus.record.manifest import known_sources
    from foedus.report.standalone import document
    from foedus.web.years import spans

    held = {each.source: 0 for each in desk.record.tables.values()}
    for each in desk.record.tables.values():
        held[each.source] += each.rows
    known = known_sources()
    words = asked.words.casefold().split()
    chosen = [
        each
        for each in (known[name] for name in held if name in known)
        if all(word in f"{each.id} {each.title} {each.producer}".casefold() for word in words)
    ]
    chosen.sort(key=lambda each: (each.first_year, each.last_year, each.id))
    columns = ["source", "title", "first_year", "last_year", "licence", "rows", "version"]
    frame = pl.DataFrame(
        [(each.id, each.title, each.first_year, each.last_year, each.licence, held[each.id], each.version) for each in chosen],
        schema=dict(zip(columns, (pl.String, pl.String, pl.Int64, pl.Int64, pl.String, pl.Int64, pl.String), strict=True)),
        orient="row",
    )
    picture = spans([(each.id, each.first_year, each.last_year) for each in chosen])
    facts = f"{frame.height} sources. Outside these years a variable is missing, never zero."
    asks = "For which years does each source of the record speak?"
    sources = tuple(each.id for each in chosen)
    title = "Which source speaks when"
    above = drawing(picture) if chosen else ""
    files = {SVG: lambda: document(title, [picture]).encode()}
    return Listing("Coverage", title, facts, asks, frame, sources, above, files=files).told(asked, desk)


def states(asked: OfStates, desk: Desk) -> Told:
    """Tell the members of a year, or which states names and codes mean."""
    from foedus.panels import lookup

    try:
        when = int(asked.when) if asked.when.isdecimal() else day.fromisoformat(asked.when)
    except ValueError:
        raise InputError(f"when {asked.when!r} is no day. Write 1990-10-03, or a year.") from None
    to = ["ccode", "gwcode", "iso3", "cow_abbreviation", "name", "region"]
    names = parts(asked.names)
    year = lookup.year_of(when)
    frame = lookup.at(names, when, to, desk.record) if names else lookup.members(year, to, desk.record)
    title = f"States of {asked.when}"
    counted = f"{frame.height} {'names' if names else 'members of the state system'}."
    facts = " ".join([counted, *lookup.read_as_iso3(names, desk.record)])
    asks = "Which states were there, under which codes?"
    return Listing("States", title, facts, asks, frame, ("state_system",), beside=("year",)).told(asked, desk)


def groups(asked: OfGroups, desk: Desk) -> Told:
    """Tell every group, or who belonged to one when."""
    from foedus.panels.group_lists import every_group, one_group
    from foedus.panels.groups import group

    frame = one_group(desk.record, asked.name) if asked.name else every_group(desk.record)
    title = f"Members of {group(asked.name).name}" if asked.name else "Groups of states"
    sources = (group(asked.name).source,) if asked.name else tuple(sorted(set(frame["source"])))
    facts = f"{frame.height} {'memberships and suspensions' if asked.name else 'groups'}."
    asks = "Who belonged to which group, and when?"
    if asked.name:
        name = group(asked.name).name
        assess, ties = (
            plain(each)
            for each in (
                OfPartnership.model_validate({"members": name}).address("assess"),
                OfTies.model_validate({"group": name}).address("ties"),
            )
        )
        above = f'<p><a href="{assess}">Its assessment</a>, <a href="{ties}">its ties on a map</a></p>\n'
        return Listing("Groups", title, facts, asks, frame, sources, above, beside=("group",)).told(asked, desk)
    leads = [OfGroups.model_validate({"name": each}).address("groups") for each in frame["group"]]
    return Listing("Groups", title, facts, asks, frame, sources, leads=leads).told(asked, desk)


def sources(asked: OfSources, desk: Desk) -> Told:
    """Tell which source says what of two states."""
    from foedus.panels.compare import QUESTIONS, compared, missing

    frame = compared(asked.dyad, years=asked.years(), every=asked.every, record=desk.record)
    lacking = missing(desk.record)
    differ = int(frame["differ"].sum())
    facts = f"{counted(frame.height, 'span')} of years; sources differ in {differ or 'none'} of them."
    facts += f" Not in this record: {', '.join(lacking)}; foedus record add says how they are added." if lacking else ""
    held = {table.source for table in desk.record.tables.values()}
    cited = tuple(sorted({name for voices in QUESTIONS.values() for voice in voices for name in voice.sources if name in held}))
    asks = "Who says yes, who says no, and who cannot know?"
    return Listing(
        "Sources", f"What each source says of {asked.dyad}", facts, asks, frame, cited, beside=("ccode1", "ccode2", "not_added")
    ).told(asked, desk)


VIEWS = (
    View("variables", "Codebook", "Every variable a panel can hold, searched in words.", OfVariables, variables),
    View(
        "coverage",
        "Coverage",
        "Which source speaks when, and where nothing is known.",
        OfCoverage,
        coverage,
        (JSON, CSV, SVG, PNG),
    ),
    View("sources", "Sources", "What each source says of two states, and where they differ.", OfSources, sources),
    View("states", "States", "The members of the state system by date, and what a name or code means.", OfStates, states),
    View("groups", "Groups", "Groups of states, and who belonged to one when.", OfGroups, groups),
)
