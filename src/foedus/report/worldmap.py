"""World maps of a member's risk with every other state: Equal Earth projection, one logarithmic colour scale for all maps.

The states' shapes are written once (`shapes`) and every map refers to them, so that four maps cost little more than one.
Hatching is "no estimate"; plain grey is land of no state in the frame; a state too small to be seen gets a dot. Borders are
those of the record's `world_map`, today's: a state that no longer exists has no shape and stands in the table only.

Projection: Šavrič, Patterson & Jenny (2019), The Equal Earth map projection.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from foedus.report.drawing import Picture, Points, Rings, element, path_data, share, text
from foedus.report.wording import odds, percent, percent_range, short

WIDTH = 960.0
SOUTH, NORTH = -58.0, 84.0
"""Latitudes shown: land wholly south of the first belongs to no state."""
SMALL = 16.0
"""A shape of fewer square pixels gets a dot."""
TINY = 0.8
"""Square pixels below which an island cannot be seen."""
GRAIN = 0.5
"""Pixels to which a shape is drawn: finer than a page shows."""
BINS = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)
"""Lower ends of the colours of risks but the first: one colour says the same on every page."""
NORTH_ID = "w-north"

_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796


@dataclass(frozen=True)
class Shapes:
    """The projected world.

    Attributes
    ----------
    paths : iso3 → SVG path data; land without a code under "".
    dots : iso3 → where its dot stands, for states that are small or have no shape.
    height : of a map WIDTH wide.
    north : path data of the land as a polar map has it, "" if there is none.
    """

    paths: dict[str, str]
    dots: dict[str, tuple[float, float]]
    height: float
    north: str = ""

    def definitions(self) -> str:
        """Return the shapes to put once inside <defs>; maps refer to them by id."""
        north = element("path", id=NORTH_ID, d=self.north) if self.north else ""
        return "".join(element("path", id=_shape_id(code), d=data) for code, data in self.paths.items()) + north


def shapes(world: pl.DataFrame) -> Shapes:
    """Project the record's `world_map`: iso3, longitude, latitude, outline (rings "lon,lat lon,lat|…" in hundredths)."""
    outlines = world["outline"].to_list()
    rings = Rings.of(outlines)
    projected = rings.to(placed(rings.points))
    drawn = rings.reaching(SOUTH)  # rings of one or two points are no area; those south of what is shown drop out
    areas = np.where(drawn, projected.areas(), 0.0)
    held = [path if area >= TINY else None for path, area in zip(projected.paths(GRAIN), areas, strict=True)]
    ends = np.cumsum([0, *(outline.count("|") + 1 for outline in outlines)]).tolist()
    labels = placed(world.select(pl.col("longitude", "latitude").fill_null(0.0)).to_numpy().astype(np.float64))
    paths: dict[str, str] = {}
    dots: dict[str, tuple[float, float]] = {}
    for code, begin, end, (x, y) in zip(world["iso3"].to_list(), ends, ends[1:], labels.tolist(), strict=False):
        if kept := [path for path in held[begin:end] if path is not None]:
            paths[code or ""] = paths.get(code or "", "") + "".join(kept)
        if code and areas[begin:end].sum() < SMALL:
            dots[code] = (x, y)
    return Shapes(paths, dots, float(placed(np.array([[0.0, SOUTH]]))[0, 1]))


def equal_earth(degrees: Points) -> Points:
    """Project longitudes and latitudes (n, 2), in degrees, to the plane (n, 2), for a sphere of radius one.

    >>> equal_earth(np.array([[0.0, 0.0], [180.0, 0.0]])).round(3).tolist()
    [[0.0, 0.0], [2.707, 0.0]]
    """
    longitude, latitude = np.radians(degrees).T
    theta = np.arcsin(math.sqrt(3) / 2 * np.sin(latitude))
    squared = theta**2
    sixth = squared**3
    slope = _A1 + 3 * _A2 * squared + sixth * (7 * _A3 + 9 * _A4 * squared)
    x = 2 * math.sqrt(3) * longitude * np.cos(theta) / (3 * slope)
    y = theta * (_A1 + _A2 * squared + sixth * (_A3 + _A4 * squared))
    return np.column_stack([x, y])


def edges(probabilities: pl.Series) -> list[float]:
    """Return the lower ends of all colour bins but the first, the same on every page; none where nothing is known.

    >>> edges(pl.Series([0.0004, 0.02, 0.05]))
    [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1]
    """
    return list(BINS) if (probabilities.drop_nulls() > 0).any() else []


def draw(rows: pl.DataFrame, world: Shapes, bins: list[float], own: str | None, label: str, *, told: bool = True) -> Picture:
    """Draw one map.

    Parameters
    ----------
    rows : one row a state (columns of a "map" exhibit). own : ISO code of the member itself.
    bins : the colour bins' ends, from `edges`.
    told : whether each state has its sentence; a page has it in the table below, to which the state's key leads.
    """
    shown = rows.filter(pl.col("iso3").is_not_null()).sort("probability", descending=True, nulls_last=True)
    states: dict[str, dict[str, Any]] = {}
    for row in shown.iter_rows(named=True):
        states.setdefault(row["iso3"], row)
    blank = "".join(_use(code, "land") for code in world.paths if code not in states and code != own)
    marks = "".join(_state(row, code, world, bins, told=told) for code, row in states.items() if code != own)
    self_ = "" if own is None else _use(own, "own") if own in world.paths else _dot(own, "own", world)
    return Picture(_globe() + blank + marks + self_, world.height, label, title=label, width=WIDTH)


def describe(row: dict[str, Any]) -> str:
    r"""Return one sentence about a state's risk, for its tooltip and for reading aloud.

    >>> describe({"state": "Ruritania", "probability": 0.02, "low": 0.01, "high": 0.04, "baseline": 0.0005})
    'Ruritania: 2.0\xa0% per year (1.0–4.0\xa0%), about 1 in 50. Baseline 0.050\xa0%.'
    """
    if row["probability"] is None:
        return f"{row['state']}: no estimate."
    interval = f" ({percent_range(row['low'], row['high'])})" if row["low"] is not None and row["high"] is not None else ""
    ratio = f", about {odds(row['probability'])}" if odds(row["probability"]) else ""
    baseline = f" Baseline {percent(row['baseline'])}." if row["baseline"] is not None else ""
    beside = f" They fight in {row['fights_in']}." if row.get("fights_in") else ""
    return f"{row['state']}: {percent(row['probability'])} per year{interval}{ratio}.{beside}{baseline}"


def legend(bins: list[float]) -> Picture:
    """Return the key of the colours: a strip of bins with their ends beneath, and the hatching."""
    if not bins:
        return Picture(_swatch(0.0, 0.1, "unknown") + text("no estimate", 0, 28, "tick"), 34, "")
    width = 1 / (len(bins) + 4)
    body = "".join(_swatch(k * width, width, f"b{k}") for k in range(len(bins) + 1))
    for k, end in enumerate(bins):
        room = "tick" if (len(bins) - k) % 2 else "tick wide-only"
        body += text(short(end, "share"), share((k + 1) * width), 28, room, "middle")
    gap = (len(bins) + 1.6) * width
    return Picture(body + _swatch(gap, width, "unknown") + text("no estimate", share(gap), 28, "tick"), 34, "")


def _swatch(start: float, width: float, class_: str) -> str:
    return element("rect", x=share(start), y=2, width=share(width), height=12, class_=class_)


def _state(row: dict[str, Any], code: str, world: Shapes, bins: list[float], *, told: bool) -> str:
    """Return a state's mark: its shape, or its shape and a dot that carries the label in the shape's stead."""
    probability = row["probability"]
    colour = "unknown" if probability is None else f"b{sum(probability >= end for end in bins)}"
    label = {"role": "img", "aria_label": describe(row)} if told else {}
    if code in world.dots:
        label["data_k"] = code
        return (_use(code, colour) if code in world.paths else "") + _dot(code, f"mark {colour}", world, **label)
    return _use(code, f"mark {colour}", **label) if code in world.paths else ""


def _use(code: str, colour: str, **label: Any) -> str:
    return element("use", href=f"#{_shape_id(code)}", class_=colour, **label)


def _dot(code: str, colour: str, world: Shapes, **label: Any) -> str:
    if code not in world.dots:
        return ""
    x, y = world.dots[code]
    return element("circle", cx=round(x, 1), cy=round(y, 1), r=3.4, class_=f"dot {colour}", **label)


def _shape_id(code: str) -> str:
    return f"w-{code or 'land'}"


def _globe() -> str:
    """The outline of the part of the globe that is shown: its sides curve, top and bottom are parallels."""
    latitudes = np.linspace(NORTH, SOUTH, 30)
    east, west = (np.column_stack([np.full(30, side), latitudes]) for side in (180.0, -180.0))
    return element("path", d=path_data(placed(np.vstack([east, west[::-1]]))), class_="sea")


def placed(degrees: Points) -> Points:
    """Return where longitudes and latitudes (n, 2), degrees, lie on a map WIDTH wide whose top is the parallel NORTH."""
    scale = WIDTH / (2 * _PLANE[0, 0])
    plane = equal_earth(np.column_stack([degrees[:, 0], degrees[:, 1].clip(SOUTH, NORTH)]))
    return np.column_stack([WIDTH / 2 + scale * plane[:, 0], scale * (_PLANE[1, 1] - plane[:, 1])])


_PLANE = equal_earth(np.array([[180.0, 0.0], [0.0, NORTH]]))
