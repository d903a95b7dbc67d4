"""Who is bound to whom in a year: a network on the map, other years as links, and every tie with its treaties."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from foedus.report.figures import drawing
from foedus.report.markup import Setting, plain
from foedus.web.frame_page import Part, Sheet, table
from foedus.web.questions import OfTies
from foedus.web.shown import rows
from foedus.web.slider import slider
from foedus.web.view import CSV, JSON, PARQUET, PNG, SVG, Desk, Told, View
from foedus.words import capitalized

if TYPE_CHECKING:
    import polars as pl

    from foedus.report.drawing import Picture
    from foedus.report.worldmap import Shapes

PLEDGES = {
    "defence": "one owes the other defence",
    "offence": "one owes the other support in attack",
    "neutrality": "one owes the other neutrality",
    "nonaggression": "one has promised not to attack the other",
    "consultation": "one has promised the other to consult",
    "any": "one has promised the other anything in an alliance",
}
"""Pledge → what is said of the two states of a tie."""

SOURCES = {"facts": ("alliance_facts", "atop"), "atop": ("atop",), "cow": ("cow_alliances",)}
"""List of alliances → ids of the sources it is made of."""

ALSO = ("state_system", "natural_earth")
"""Sources of names, of capitals and of the land that is drawn."""


def told(asked: OfTies, desk: Desk) -> Told:
    """Tell the ties of a year."""
    from foedus.panels.named import named_request
    from foedus.panels.panel import built
    from foedus.partnership.network import network

    panel = asked.panel()
    frame = built(named_request(panel.unit, panel.names(), record=desk.record, **panel.choices()))
    ties = network(desk.record, frame, asked.pledge, asked.year, asked.alliances_from)
    title = f"Who is bound to whom in {asked.year}"

    @cache
    def drawn() -> list[Picture]:
        return _drawn(ties, asked, desk)

    def svg() -> bytes:
        from foedus.report.standalone import Credit, document

        credit = Credit(_about(asked), _known(ties, asked), _sources(asked, desk), (desk.record.version, desk.record.sha256))
        return document(title, drawn(), credit=credit).encode()

    def parquet() -> bytes:
        import io

        buffer = io.BytesIO()
        ties.write_parquet(buffer, compression="snappy")
        return buffer.getvalue()

    return Told(
        lambda setting: _page(ties, title, drawn(), asked, desk, setting),
        lambda: rows(ties),
        lambda: ties,
        {SVG: svg, PARQUET: parquet},
    )


def _page(ties: pl.DataFrame, title: str, drawn: list[Picture], asked: OfTies, desk: Desk, setting: Setting) -> str:
    from foedus.partnership.network import by_state

    states = by_state(ties)
    each = table(ties.drop("ccode1", "ccode2", "year"), "Tie by tie", desk.limits.shown)
    pictures = "".join(map(drawing, drawn))
    note = (
        '<p class="note">A line joins the capitals of two states of which one owes the other the pledge. Choose a dot for the '
        "ties of that state alone. The land is today's. Two states without a line are not bound by any treaty on this list, or "
        "nobody knows.</p>\n"
    )
    whole = plain(OfTies.model_validate(_others(asked)).address("ties"))
    every = f'<p><a href="{whole}">The ties of all states</a></p>\n' if asked.states or asked.group else ""
    empty = "" if ties.height else '<p class="note">No two of these states are bound, as far as the list tells.</p>\n'
    sections = [
        Part(
            "network",
            "The network",
            "Which states are bound to each other?",
            slider(asked, "ties", asked.year, 10) + empty + pictures + note + every,
            wide=True,
        ),
        Part(
            "states",
            "By state",
            "To whom is each state bound?",
            table(states.drop("ccode"), "By state", desk.limits.shown),
            wide=True,
        ),
        Part(
            "ties",
            "Tie by tie",
            "By which treaties, and known up to when?",
            each,
            wide=True,
        ),
    ]
    facts = f"{capitalized(_about(asked))}: {ties.height:,} pairs of {states.height} states. {_known(ties, asked)}"
    return Sheet("Ties", title, facts, sections, _sources(asked, desk)).page(asked, desk, setting)


def _about(asked: OfTies) -> str:
    """Of which states, and what a tie means."""
    only = [each for each in (asked.states, f"within {asked.group}" if asked.group else "") if each]
    return f"{', '.join(only)}{': ' if only else ''}{PLEDGES[asked.pledge]}"


def _known(ties: pl.DataFrame, asked: OfTies) -> str:
    """How many of them are not known of the year itself."""
    older = ties.filter(ties["known_to"] < asked.year)
    if older.is_empty():
        return "All are known of the year itself." if ties.height else ""
    last = min(older["known_to"].to_list())
    return f"{older.height:,} of them are as last known in {last} or later, for no list speaks of them in {asked.year}."


def _sources(asked: OfTies, desk: Desk) -> tuple[str, ...]:
    """What the ties rest on, of what the record holds."""
    held = {each.source for each in desk.record.tables.values()}
    return tuple(name for name in (*SOURCES[asked.alliances_from], *ALSO) if name in held)


def _others(asked: OfTies) -> dict[str, Any]:
    """What is asked beside whose ties."""
    return {name: each for name, each in asked.given().items() if name not in ("states", "group")}


def _drawn(ties: pl.DataFrame, asked: OfTies, desk: Desk) -> list[Picture]:
    """The map and its key; a state without a known capital stands in the tables only."""
    from foedus.partnership.network import by_state
    from foedus.record.states import StateSystem
    from foedus.report.network import Node, capitals, draw

    system = StateSystem.of(desk.record)
    places = capitals(desk.record.table("capitals"), asked.year)
    chosen = _chosen(asked, desk)
    nodes = [
        Node(code, name, *places[code], number, code in chosen)
        for code, name, number in by_state(ties).select("ccode", "state", "ties").iter_rows()
        if code in places
    ]
    base = _others(asked)

    def leads(node: Node) -> str:
        state = system.state(node.ccode, asked.year)
        return OfTies.model_validate({**base, "states": state.iso3 or f"cow:{node.ccode}"}).address("ties")

    lines = [(one, two, known >= asked.year) for one, two, known in ties.select("ccode1", "ccode2", "known_to").iter_rows()]
    return draw(nodes, lines, _shapes(desk), f"Map of the ties of {asked.year}", leads)


def _chosen(asked: OfTies, desk: Desk) -> set[int]:
    """Codes of the states that are named."""
    from foedus.panels.named import named_request

    if not asked.states:
        return set()
    panel = asked.panel()
    choices = {name: each for name, each in panel.choices().items() if name != "group"}
    return set(named_request(panel.unit, panel.names(), record=desk.record, **choices).states or ())


def _shapes(desk: Desk) -> Shapes:
    """The land, projected once."""
    from foedus.report.worldmap import shapes

    found: Shapes = desk.record.derived("shapes of the land", lambda: shapes(desk.record.table("world_map")))
    return found


VIEWS = (
    View(
        "ties",
        "Ties",
        "Who is bound to whom in a year: the network on a map, from 1816 to today, and every tie with its treaties.",
        OfTies,
        told,
        (JSON, CSV, SVG, PNG, PARQUET),
        unstable=True,
    ),
)
