"""Exhibits as pictures: static SVG, drawn without a browser, a script or the network.

What `exhibit.frame` holds, by kind (a column marked ? may be null, one marked * may be absent):

    map          member, outcome (str), ccode, state (str), iso3?, probability? (null: no estimate), low?, high?, baseline?
                 one map for each member and outcome
    timeline     lane (str), start (Date), end? (Date; null: not ended), label, detail?, kind ("spell", "event", "silence": a
                 stretch in which the lane's source says nothing, or "span": the years that a lane is about, not drawn),
                 severity? (0–5), source?
    lines        series, year, value?, low?, high?, panel?, unit*     one small picture for each panel
    bars         label, value?, low?, high?, baseline?, group?, unit*, against* (what the baseline is): one point with its
                 interval a row, in the frame's order
    causal map   mechanism, direction ("reads" or "writes"), topic, variable, term?, grade: one row a link
    mechanisms   id, grade, unit, about, reads, writes, test (lists of texts): told in words, not drawn
    polar        panel, site, state, latitude?, longitude?, reach_km?, position ("site", or what it is of), note?, outline?
                 one map for each panel; a row without an outline ("lon,lat lon,lat", hundredths of degrees) is not drawn
    contrast     group, label, now, left (amounts; 1 and 0 for yes and no), said, instead (their words)
    reliability  stratum, forecast?, observed?, low?, high?, n?, events?
    table        any columns; not drawn

`unit` says how values are written: a unit that begins with "probability" or "share" is shown in per cent. Map and reliability
always hold probabilities. The order of rows is the order of lanes, series, panels and groups.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from foedus.assessment.finding import Exhibit
from foedus.errors import InputError
from foedus.language.speaking import told as in_language
from foedus.record.store import open_record
from foedus.report import causal, contrast, lines, points, polar, reliability, timeline, worldmap
from foedus.report.drawing import Picture
from foedus.report.markup import asset
from foedus.report.worldmap import Shapes

if TYPE_CHECKING:
    from foedus.report.standalone import Credit

COLUMNS: dict[str, tuple[str, ...]] = {
    "map": ("member", "outcome", "ccode", "state", "iso3", "probability", "low", "high", "baseline"),
    "timeline": ("lane", "start", "end", "label", "detail", "kind", "severity", "source"),
    "lines": ("series", "year", "value", "low", "high", "panel"),
    "bars": ("label", "value", "low", "high", "baseline", "group"),
    "causal map": ("mechanism", "direction", "topic", "variable", "term", "grade"),
    "mechanisms": ("id", "grade", "unit", "about", "reads", "writes", "test"),
    "polar": ("panel", "site", "state", "latitude", "longitude", "reach_km", "position", "note", "outline"),
    "contrast": ("group", "label", "now", "left", "said", "instead"),
    "reliability": ("stratum", "forecast", "observed", "low", "high", "n", "events"),
    "table": (),
}


TOLD = ("table", "mechanisms")
"""Kinds that are not drawn."""

DRAWINGS: dict[str, Callable[[pl.DataFrame, str], list[Picture]]] = {
    "timeline": timeline.draw,
    "bars": points.draw,
    "causal map": causal.draw,
    "contrast": contrast.draw,
    "polar": polar.draw,
    "reliability": reliability.draw,
}


def svg(
    exhibit: Exhibit, world: pl.DataFrame | None = None, only: tuple[str, str] | None = None, credit: Credit | None = None
) -> str:
    """Return an exhibit as one SVG document in light colours; maps and panels stand one under the other.

    world : geometry of the states (columns of the record's `world_map`), for maps; by default the record's own.
    only : the member and outcome of the one map wanted. credit : what it says of itself beside what it draws.
    Raises ValueError if the frame lacks a column of its kind, InputError if a map of `only` is not among its panels.
    """
    from foedus.report.in_words import in_words
    from foedus.report.standalone import document

    shapes = shapes_for([exhibit], world)
    return document(exhibit.title, pictures(exhibit, shapes, only), shapes, in_words(exhibit, only), credit)


def pictures(
    exhibit: Exhibit, shapes: Shapes | None = None, only: tuple[str, str] | None = None, *, told: bool = True
) -> list[Picture]:
    """Return an exhibit's pictures in reading order; a map's are one a member and outcome (see `panels`), then the key.

    A frame without rows gives none. `told` is whether each state of a map and each point of a line
    has its sentence.

    Raises ValueError if the frame lacks a column of its kind.
    """
    check(exhibit)
    if exhibit.frame.is_empty() or exhibit.kind in TOLD:
        return []
    if exhibit.kind == "map":
        wanted = [only] if only else panels(exhibit)
        drawn = [map_picture(exhibit, member, outcome, shapes, told=told) for member, outcome in wanted]
        return [*drawn, worldmap.legend(worldmap.edges(exhibit.frame["probability"]))]
    if exhibit.kind == "lines":
        return lines.draw(exhibit.frame, in_language(exhibit.title), told=told)
    return DRAWINGS[exhibit.kind](exhibit.frame, in_language(exhibit.title))


def panels(exhibit: Exhibit) -> list[tuple[str, str]]:
    """Return the members and outcomes of a map exhibit, in the frame's order."""
    return list(dict.fromkeys(zip(exhibit.frame["member"].to_list(), exhibit.frame["outcome"].to_list(), strict=True)))


def map_picture(exhibit: Exhibit, member: str, outcome: str, shapes: Shapes | None, *, told: bool = True) -> Picture:
    """Return the map of one member and outcome of a map exhibit; raises InputError if it has none of them."""
    if (member, outcome) not in panels(exhibit):
        raise InputError(f"exhibit {exhibit.id} has no map of {member}: {outcome}. There are: {panels(exhibit)}.")
    if shapes is None:
        raise InputError(f"exhibit {exhibit.id} is a map: it needs the geometry of the states.")
    bins = worldmap.edges(exhibit.frame["probability"])
    rows = exhibit.frame.filter(pl.col("member") == member, pl.col("outcome") == outcome)
    label = f"{member}: {outcome}, probability per year"
    return worldmap.draw(rows, shapes, bins, _own_code(exhibit.frame, member), label, told=told)


def shapes_for(exhibits: list[Exhibit], world: pl.DataFrame | None = None) -> Shapes | None:
    """Return the states' shapes, and the land as seen from the pole, if any exhibit wants them: by default of the record."""
    kinds = {exhibit.kind for exhibit in exhibits}
    if not kinds & {"map", "polar"}:
        return None
    outlines = open_record().table("world_map") if world is None else world
    states = worldmap.shapes(outlines) if "map" in kinds else Shapes({}, {}, 0.0)
    frames = [exhibit.frame for exhibit in exhibits if exhibit.kind == "polar"]
    return replace(states, north=polar.land(outlines, frames[0] if len(frames) == 1 else None)) if frames else states


def check(exhibit: Exhibit) -> None:
    """Raise ValueError if an exhibit's kind is unknown or its frame lacks a column of its kind: the chapter is at fault."""
    if exhibit.kind not in COLUMNS:
        raise ValueError(f"exhibit {exhibit.id}: kind {exhibit.kind!r} is none of {', '.join(COLUMNS)}.")
    missing = [name for name in COLUMNS[exhibit.kind] if name not in exhibit.frame.columns]
    if missing:
        raise ValueError(f"exhibit {exhibit.id} ({exhibit.kind}): the frame lacks {', '.join(missing)}.")


def stylesheet() -> str:
    """Return the charts' style sheet, for a page."""
    return asset("chart.css")


def _own_code(frame: pl.DataFrame, member: str) -> str | None:
    """Return the ISO code of a member, which stands among the states of the other member's map."""
    return frame.filter(pl.col("state") == member)["iso3"].drop_nulls().first()  # type: ignore[return-value]
