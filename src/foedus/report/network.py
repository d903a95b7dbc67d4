"""A network of ties as a map: a dot at each state's capital of the year, a line for each tie, the shorter way round the earth.

Lines that are known of the year are whole, those last known earlier are dashed. The land is today's and tells no borders. Of
the world is shown the part that holds all states with a tie.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from foedus.report.drawing import CHARACTER, Picture, Points, across, element, share, text
from foedus.report.markup import plain
from foedus.report.worldmap import WIDTH, Shapes, placed

STEP = 10.0
"""Degrees between two points of a line."""

AROUND = 45.0
"""Pixels of the whole world around the states that are shown."""

CLOSEST = 5.0
"""How many times larger than on a map of the whole world a part of it is drawn, at most."""

LINE = 13.0
"""Pixels of a name's height."""

LEAST = 640
"""Width in pixels below which names cannot be read: the page scrolls the map sideways."""

MOST_NAMED = 70
"""Names on a map; there is no room for more."""


@dataclass(frozen=True)
class Node:
    """A state on the map: its name, where its capital lies (degrees), how many ties it has, where its mark leads to."""

    ccode: int
    name: str
    longitude: float
    latitude: float
    ties: int
    chosen: bool = False


@dataclass(frozen=True)
class Window:
    """The part of the world that is shown, as large as a map of the whole: its upper left corner, how much it is enlarged."""

    x: float = 0.0
    y: float = 0.0
    times: float = 1.0

    @classmethod
    def around(cls, places: Points, height: float) -> Window:
        """Return the part that holds places (n, 2) in pixels of a map WIDTH wide and so high, with room around them."""
        if not len(places):
            return cls()
        (left, top), (right, foot) = places.min(axis=0) - AROUND, places.max(axis=0) + AROUND
        times = float(np.clip(min(WIDTH / (right - left), height / (foot - top)), 1.0, CLOSEST))
        room = (WIDTH - WIDTH / times, height - height / times)
        x, y = (left + right - WIDTH / times) / 2, (top + foot - height / times) / 2
        return cls(float(np.clip(x, 0.0, room[0])), float(np.clip(y, 0.0, room[1])), times)

    def seen(self, degrees: Points) -> Points:
        """Return where longitudes and latitudes (n, 2) lie in it, in pixels."""
        return (placed(degrees) - [self.x, self.y]) * self.times


def capitals(table: pl.DataFrame, year: int) -> dict[int, tuple[float, float]]:
    """Return each state's capital at the end of a year, or its last before: ccode → longitude and latitude, degrees.

    table : the record's `capitals`.

    >>> from datetime import date
    >>> rows = {"ccode": [365, 365], "start": [date(1816, 1, 1), date(1918, 3, 12)], "longitude": [30.2, 37.6]}
    >>> capitals(pl.DataFrame({**rows, "latitude": [60.0, 55.6]}), 1914)
    {365: (30.2, 60.0)}
    """
    begun = table.filter(pl.col("start").dt.year() <= year).sort("start").group_by("ccode", maintain_order=True).last()
    return {code: (lon, lat) for code, lon, lat in begun.select("ccode", "longitude", "latitude").iter_rows()}


def draw(
    nodes: Sequence[Node], ties: Iterable[tuple[int, int, bool]], world: Shapes, label: str, leads: Callable[[Node], str]
) -> list[Picture]:
    """Draw a network. Returns the map, and the key to its lines.

    ties : two codes, and whether the tie is known of the year itself. leads : the address that a state's dot leads to.
    """
    at = {node.ccode: (node.longitude, node.latitude) for node in nodes}
    window = Window.around(placed(np.array([*at.values()])) if at else np.empty((0, 2)), world.height)
    drawn = [(known, _course(at[one], at[two], window)) for one, two, known in ties if one in at and two in at]
    lines = "".join(
        element("path", d=course, class_=f"tie {name}")
        for name, known in (("last-known", False), ("known", True))
        if (course := "".join(path for is_known, path in drawn if is_known is known))
    )
    land = element("path", d="".join(world.paths.values()), class_="land even")
    size = (WIDTH / window.times, world.height / window.times)
    body = _cut(land, f"{window.x:.1f} {window.y:.1f} {size[0]:.1f} {size[1]:.1f}", world)
    body += _cut(lines, f"0 0 {WIDTH:g} {world.height:.1f}", world) if lines else ""
    here = _at(nodes, window)
    body += "".join(_dot(node, place, leads(node)) for node, place in here) + "".join(_names(here))
    key = across(8, "tie known", 0, 0.06) + text("known of the year", share(0.07), 12, "tick")
    if any(not known for known, _ in drawn):
        key += across(8, "tie last-known", 0.5, 0.56) + text("as last known", share(0.57), 12, "tick")
    return [Picture(body, world.height, label, width=WIDTH, least=LEAST), Picture(key, 18, "")]


def _cut(body: str, box: str, world: Shapes) -> str:
    """What is drawn, cut off at the edges of the map."""
    return element("svg", body, viewBox=box, width=WIDTH, height=world.height, class_="window")


def _at(nodes: Sequence[Node], window: Window) -> list[tuple[Node, tuple[float, float]]]:
    """Each node with its place on the map; those with few ties last, so that none lies under another's dot."""
    order = sorted(nodes, key=lambda node: (-node.ties, node.ccode))
    if not order:
        return []
    places = window.seen(np.array([[node.longitude, node.latitude] for node in order]))
    return [(node, (x, y)) for node, (x, y) in zip(order, places.tolist(), strict=True)]


def _dot(node: Node, place: tuple[float, float], address: str) -> str:
    radius = 2.4 + 0.45 * min(node.ties, 40) ** 0.6
    dot = element("circle", cx=place[0], cy=place[1], r=radius, class_=f"node{' chosen' if node.chosen else ''}")
    reach = element("circle", cx=place[0], cy=place[1], r=7, class_="target")
    said = f"{node.name}: {node.ties} tie{'' if node.ties == 1 else 's'}"
    return element("a", element("title", plain(said)) + dot + reach, href=address, class_="mark", aria_label=said)


def _names(here: Sequence[tuple[Node, tuple[float, float]]]) -> list[str]:
    """Names beside dots, of chosen states and those with most ties first, where they cover no dot and no other name."""
    taken = [(x - 3, y - 3, x + 3, y + 3) for _, (x, y) in here]
    found: list[str] = []
    for node, (x, y) in sorted(here, key=lambda each: not each[0].chosen):
        width = CHARACTER * len(node.name)
        for left, anchor in ((x + 6, None), (x - 6 - width, "end")):
            box = (left, y - LINE / 2, left + width, y + LINE / 2)
            if 0 <= left <= WIDTH - width and not any(_meet(box, other) for other in taken):
                taken.append(box)
                found.append(text(node.name, x + 6 if anchor is None else x - 6, y + 4, "name", anchor))
                break
        if len(found) == MOST_NAMED:
            break
    return found


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _course(start: tuple[float, float], end: tuple[float, float], window: Window) -> str:
    """Path data of the way between two places, in two parts where it passes the edge of the world."""
    parts = way(start, end)
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in window.seen(part).tolist()) for part in parts)


def way(start: tuple[float, float], end: tuple[float, float]) -> list[Points]:
    """Return the way between two places the shorter way round, evenly in degrees: one part, or two that end at 180 degrees.

    >>> [part.tolist() for part in way((170.0, 0.0), (-170.0, 0.0))]
    [[[170.0, 0.0], [180.0, 0.0]], [[-180.0, 0.0], [-170.0, 0.0]]]
    """
    (x1, y1), (x2, y2) = start, end
    if abs(x2 - x1) <= 180.0:
        steps = max(1, round(abs(x2 - x1) / STEP), round(abs(y2 - y1) / STEP))
        return [np.column_stack([np.linspace(x1, x2, steps + 1), np.linspace(y1, y2, steps + 1)])]
    side = 180.0 if x1 > 0 else -180.0
    before, after = side - x1, x2 + side
    crossed = y1 + (y2 - y1) * before / (before + after)
    return [*way(start, (side, crossed)), *way((-side, crossed), end)]
