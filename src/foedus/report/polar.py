"""Maps seen from above the North Pole: sites by state, and around each what it sees; Lambert's equal-area projection.

States differ by the shape of their marks and the dash of their circles as well as by colour; a mark is hollow where the
position is not the site's own. Several maps of one exhibit show the same place, cropped to what they hold, with the middle of
the sites pointing down. Land is that of the record's `world_map`, written once in a page (`land`) and turned under each map.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl

from foedus.report.drawing import CHARACTER, NARROW, Picture, Points, Rings, cut, element, mark, path_data, text
from foedus.report.wording import number
from foedus.report.worldmap import NORTH_ID

WIDTH = 520.0
"""Units of a map's width: so few that its texts can be read on a telephone."""

RADIUS = 400.0
"""Units of the earth's radius in the plane of projection."""

SOUTH = 30.0
"""Latitude at which land is cut off."""

GRAIN = 0.5
"""Units to which land and what is seen are drawn: finer than a page shows."""

SMALL = 0.6
"""Land of fewer square units is left out."""

MARGIN, SIZE = 14.0, 2.0
"""Units around what a map holds, and from a mark's middle to its side."""

BEYOND = 40.0
"""Units beyond a map's edge to which land is drawn."""

SHAPES = 4
"""Shapes and colours; a fifth state begins again."""


def draw(frame: pl.DataFrame, label: str) -> list[Picture]:
    """Draw a "polar" frame (its columns: `charts`): a key, and one map a panel."""
    rows = frame.drop_nulls(["latitude", "longitude", "outline"])
    if rows.is_empty():
        return []
    states = rows["state"].unique(maintain_order=True).to_list()
    middle = _middle(rows["longitude"].to_numpy())
    west, north, east, south = _box(rows, middle)
    size = (WIDTH, WIDTH * (south - north) / (east - west))
    ground = _ground(middle, (west, east), size[0] / (east - west))
    maps = []
    for panel in rows["panel"].unique(maintain_order=True):
        held = rows.filter(pl.col("panel") == panel).to_dicts()
        body = (
            ground + "".join(_seen(row, states, middle) for row in held) + "".join(_site(row, states, middle) for row in held)
        )
        box = f"{west:.1f} {north:.1f} {east - west:.1f} {south - north:.1f}"
        view = element("svg", body, x=0, y=0, width=size[0], height=size[1], viewBox=box, class_="north")
        maps.append(Picture(view, size[1], f"{label}: {panel}", title=panel, width=size[0]))
    return [_key(states, any(row["position"] != "site" for row in rows.to_dicts())), *maps]


def land(world: pl.DataFrame, shown: pl.DataFrame | None = None) -> str:
    """Return the land north of SOUTH as path data, longitude 0 pointing down, from `outline` of the record's `world_map`.

    shown : the one "polar" frame that it is drawn under; land beyond its edge is drawn in to it. None: several, or all land.
    """
    rings = Rings.of(world["outline"].to_list())
    clipped = np.column_stack([rings.points[:, 0], rings.points[:, 1].clip(min=SOUTH)])
    drawn = rings.to(azimuthal(clipped))
    rows = None if shown is None else shown.drop_nulls(["latitude", "longitude", "outline"])
    if rows is not None and rows.height:
        middle = _middle(rows["longitude"].to_numpy())
        west, north, east, south = _box(rows, middle)
        low, high = np.array([west, north]) - BEYOND, np.array([east, south]) + BEYOND
        drawn = rings.to(_turned(_turned(drawn.points, middle).clip(low, high), -middle))
    kept = rings.reaching(SOUTH) & (drawn.areas() >= SMALL)
    return "".join(path for path, shown in zip(drawn.paths(GRAIN), kept, strict=True) if shown)


def _turned(points: Points, middle: float) -> Points:
    """Return points of a map whose longitude 0 points down as a map has them whose `middle` does."""
    sine, cosine = math.sin(math.radians(middle)), math.cos(math.radians(middle))
    turned: Points = points @ np.array([[cosine, sine], [-sine, cosine]])
    return turned


def azimuthal(degrees: Points, middle: float = 0.0) -> Points:
    """Project longitudes and latitudes (n, 2) to the plane (n, 2), y down, for a sphere of RADIUS; `middle` points down.

    >>> azimuthal(np.array([[0.0, 90.0], [0.0, 0.0], [90.0, 0.0]])).round(1).tolist()
    [[0.0, 0.0], [0.0, 565.7], [565.7, 0.0]]
    """
    away = 2 * RADIUS * np.sin(np.radians(90 - degrees[:, 1]) / 2)
    turned = np.radians(degrees[:, 0] - middle)
    return np.column_stack([away * np.sin(turned), away * np.cos(turned)])


def describe(row: dict[str, Any]) -> str:
    """Return one sentence about a site, for its tooltip and for reading aloud.

    >>> describe({"site": "Alpha", "state": "Ruritania", "reach_km": 70.4, "note": "position is that of the island"})
    'Alpha, Ruritania: sees 70.4 km far; position is that of the island'
    """
    doubts = f"; {row['note']}" if row["note"] else ""
    return f"{row['site']}, {row['state']}: sees {number(row['reach_km'])} km far{doubts}"


def _middle(longitudes: Points) -> float:
    """The mean direction of the sites, whole degrees."""
    turned = np.radians(longitudes)
    return float(round(math.degrees(math.atan2(np.sin(turned).mean(), np.cos(turned).mean()))))


def _box(rows: pl.DataFrame, middle: float) -> tuple[float, float, float, float]:
    """West, north, east and south end of the maps: all that is seen on any of them, and the pole."""
    points = np.vstack([np.zeros((1, 2)), *(azimuthal(_degrees(outline), middle) for outline in rows["outline"])])
    (west, north), (east, south) = points.min(axis=0) - MARGIN, points.max(axis=0) + MARGIN
    return float(west), float(north), float(east), float(south)


def _ground(middle: float, across: tuple[float, float], scale: float) -> str:
    """Sea, land, parallels and meridians."""
    sea = element("rect", x=across[0], y=-1000, width=across[1] - across[0], height=3000, class_="sea")
    shape = element("use", href=f"#{NORTH_ID}", class_="land", transform=f"rotate({middle:g})")
    lines = "".join(element("circle", cx=0, cy=0, r=_away(north), class_="parallel") for north in (80, 70, 60, 50))
    rays = azimuthal(np.column_stack([np.arange(0, 360, 30), np.full(12, 40.0)]), middle)
    lines += "".join(element("line", x1=0, y1=0, x2=round(x, 1), y2=round(y, 1), class_="parallel") for x, y in rays.tolist())
    places = azimuthal(np.array([[middle + 62.0, north] for north in (80.0, 70.0, 60.0)]), middle)
    words = "".join(
        element("g", text(f"{north}° N", 0, 0, "tick"), transform=f"translate({x + 2:.1f} {y - 2:.1f}) scale({1 / scale:.3f})")
        for north, (x, y) in zip((80, 70, 60), places.tolist(), strict=True)
    )
    return sea + shape + lines + words


def _away(north: float) -> float:
    return round(float(azimuthal(np.array([[0.0, north]]))[0, 1]), 1)


def _seen(row: dict[str, Any], states: list[str], middle: float) -> str:
    ring = azimuthal(_degrees(row["outline"]), middle)
    return element("path", d=path_data(ring, GRAIN), class_=f"seen s{_place(row, states)}")


def _site(row: dict[str, Any], states: list[str], middle: float) -> str:
    ((x, y),) = azimuthal(np.array([[row["longitude"], row["latitude"]]]), middle).tolist()
    return mark(_mark(_place(row, states), x, y, SIZE, hollow=row["position"] != "site"), describe(row))


def _place(row: dict[str, Any], states: list[str]) -> int:
    return states.index(row["state"]) % SHAPES


def _mark(place: int, x: float, y: float, size: float, *, hollow: bool) -> str:
    """A circle, square, triangle or diamond."""
    class_ = f"site s{place}" + (" hollow" if hollow else "")
    if place == 0:
        return element("circle", cx=round(x, 1), cy=round(y, 1), r=size, class_=class_)
    corners = {
        1: ((-1, -1), (1, -1), (1, 1), (-1, 1)),
        2: ((0, -1.3), (1.2, 1), (-1.2, 1)),
        3: ((0, -1.4), (1.4, 0), (0, 1.4), (-1.4, 0)),
    }[place]
    return element("polygon", points=" ".join(f"{x + size * dx:.1f},{y + size * dy:.1f}" for dx, dy in corners), class_=class_)


def _key(states: list[str], doubtful: bool) -> Picture:
    """The states' marks with what they see, and a hollow mark, in as many rows as a telephone needs."""
    body, x, y = "", 0.0, 12.0
    entries = [(place % SHAPES, False, f"radar in {name}") for place, name in enumerate(states)]
    for place, hollow, words in [*entries, *([(0, True, "hollow: position of a place nearby")] if doubtful else [])]:
        name = cut(words, NARROW - 40)
        width = 46 + 1.08 * CHARACTER * len(name)
        if x and x + width > NARROW:
            x, y = 0.0, y + 24
        around = "" if hollow else element("circle", cx=x + 11, cy=y - 4, r=10, class_=f"seen s{place}")
        body += around + _mark(place, x + 11, y - 4, 3.6, hollow=hollow) + text(name, x + 28, y, "name")
        x += width
    return Picture(body, y + 10, "")


def _degrees(outline: str) -> Points:
    """Return a ring "lon,lat lon,lat", in hundredths of degrees, as degrees (n, 2)."""
    return np.array(outline.replace(",", " ").split(), dtype=np.float64).reshape(-1, 2) / 100
