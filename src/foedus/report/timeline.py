"""A timeline: lanes of spells, events and silences from the first year of the frame to the last.

A spell is a bar; one that has not ended runs to the right edge and ends in an arrow. An event is a dot, or where its severity
is known an upright stroke, the taller the more severe. A silence is hatched: the lane's source says nothing there, which is not
the same as nothing having happened. A span is not drawn: it says of which years a lane is. Names are written in a bar or beside
it where there is room, on a desk's page or also on a telephone's; every name is in the mark's tooltip and in the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import polars as pl

from foedus.language.speaking import day, tell
from foedus.report.drawing import NARROW, WIDE, Picture, Scale, across, cut, element, fits, mark, share, text, upright
from foedus.report.wording import clean

BAR, LANE_HEAD, LANE_FOOT, AXIS = 17, 18, 6, 22
"""Heights in pixels: of a bar's row, of the name above a lane, of the gap below it, of the axis."""
STROKES = (6, 8, 10, 12, 14, 16)
"""Heights in pixels of events of severity 0 to 5."""
EDGE = 0.05
"""Share of the width from its left end in which a tick's name begins at the tick."""
THIN = 0.003
"""Least width of a bar, as a share of the drawing's."""


@dataclass(frozen=True)
class _Placed:
    """A row of the frame with its place: first and last point in time (0 to 1) and the row of bars it stands in."""

    row: dict[str, Any]
    start: float
    end: float
    line: int = 0


def draw(frame: pl.DataFrame, label: str) -> list[Picture]:
    """Draw a "timeline" frame: lane, start, end, label, detail, kind, severity, source."""
    rows = frame.to_dicts()
    scale = _years(rows)
    parts, top = [], 4.0
    for lane in frame["lane"].unique(maintain_order=True):
        body, height = _lane(lane, [row for row in rows if row["lane"] == lane], scale)
        parts.append(element("g", body, transform=f"translate(0 {top:g})"))
        top += height
    return [Picture(_axis(scale, top) + "".join(parts), top + AXIS, label, margins=(0, 12))]


def _lane(lane: str, rows: list[dict[str, Any]], scale: Scale) -> tuple[str, float]:
    """Return a lane's drawing and its height; spells that overlap stand in rows of their own."""
    spells = _stack([_place(row, scale) for row in rows if row["kind"] == "spell"])
    events = sorted((_place(row, scale) for row in rows if row["kind"] == "event"), key=lambda item: item.start)
    depth = max([item.line for item in spells], default=0) + 1
    foot = LANE_HEAD + depth * BAR
    silent = [_place(row, scale) for row in rows if row["kind"] == "silence"]
    silences = "".join(_silence(item, depth) for item in silent)
    lines = [[item for item in spells if item.line == line] for line in range(depth)]
    bars = "".join(_spell(item, *room) for line in lines for item, room in _with_room(line, silent))
    strokes = "".join(_event(item, foot, right) for item, (_, right) in _with_room(events, silent))
    return across(foot + 3, "grid") + silences + bars + strokes + text(cut(lane), 0, 13, "lane"), foot + LANE_FOOT


def _place(row: dict[str, Any], scale: Scale) -> _Placed:
    start = scale.place(_decimal(row["start"]))
    if row["kind"] == "event":
        return _Placed(row, start, start + THIN)
    return _Placed(row, start, max(start + THIN, scale.place(_decimal(row["end"])) if row["end"] else 1.0))


def _stack(spells: list[_Placed]) -> list[_Placed]:
    """Put each spell into the first row of bars that is free when it begins."""
    ends: list[float] = []
    stacked = []
    for item in sorted(spells, key=lambda item: (item.start, item.row["label"])):
        line = next((k for k, end in enumerate(ends) if item.start >= end), len(ends))
        ends[line : line + 1] = [item.end]
        stacked.append(_Placed(item.row, item.start, item.end, line))
    return stacked


def _with_room(line: list[_Placed], silent: list[_Placed]) -> list[tuple[_Placed, tuple[float, float]]]:
    """Return each mark of one row of bars with the free room to its left and to its right, up to another mark or a silence.

    A mark's name stands at its right if it fits there, so the room at the left of the next mark is what such a name leaves.
    """
    gaps = [0.0 if not line else line[0].start, *(after.start - before.end for before, after in pairwise(line)), 0.0]
    if line:
        gaps[-1] = 1.0 - line[-1].end
    room = [(item, gaps[index] if index == 0 else 0.0, gaps[index + 1]) for index, item in enumerate(line)]
    return [
        (
            item,
            (
                min([left, *(item.start - each.end for each in silent if THIN + item.start >= each.end)]),
                min([right, *(each.start - item.end for each in silent if each.start + THIN >= item.end)]),
            ),
        )
        for item, left, right in room
    ]


def _spell(item: _Placed, left: float, right: float) -> str:
    row, y = item.row, LANE_HEAD + item.line * BAR
    bar = element("rect", x=share(item.start), y=y, width=share(item.end - item.start), height=BAR - 3, rx=2, class_="spell")
    arrow = "" if row["end"] else text("›", "100%", y + 11.5, "open")
    return mark(bar + _name(item, y + 10.5, left, right) + arrow, _describe(row))


def _name(item: _Placed, y: float, left: float, right: float) -> str:
    """Return a spell's name: in its bar, else at its right, else at its left, else nowhere."""
    words = item.row["label"]
    if room := _room(words, item.end - item.start):
        return text(words, share(item.start), y, f"inside {room}", dx=5)
    if room := _room(words, right):
        return text(words, share(item.end), y, f"beside {room}", dx=4)
    if room := _room(words, left):
        return text(words, share(item.start), y, f"beside {room}", "end", dx=-4)
    return ""


def _event(item: _Placed, foot: float, right: float) -> str:
    x, severity = share(item.start), item.row["severity"]
    hit = element("rect", x=x, y=foot - BAR, width=6, height=BAR, transform="translate(-3 0)", class_="hit")
    if severity is None:
        shape = element("circle", cx=x, cy=foot - BAR / 2, r=3.4, class_="moment")
    else:
        shape = upright(item.start, foot - STROKES[min(5, max(0, severity))], foot, "event")
    room = _room(item.row["label"], right)
    name = text(item.row["label"], x, foot - 4.5, f"beside {room}", dx=6) if room else ""
    return mark(hit + shape + name, _describe(item.row))


def _silence(item: _Placed, depth: int) -> str:
    width, height = item.end - item.start, depth * BAR - 1
    box = element("rect", x=share(item.start), y=LANE_HEAD, width=share(width), height=height, class_="unknown")
    nothing = tell("no data")
    room = _room(nothing, width)
    place = share((item.start + item.end) / 2)
    words = text(nothing, place, LANE_HEAD + height / 2 + 4, f"silent {room}", "middle") if room else ""
    return mark(box + words, _describe(item.row))


def _describe(row: dict[str, Any]) -> str:
    """Return one sentence about a row: its name, dates, details."""
    if row["end"] == row["start"] or (row["kind"] == "event" and row["end"] is None):
        when = day(row["start"])
    else:
        when = f"{day(row['start'])} – {day(row['end']) if row['end'] else tell('not ended')}"
    name = " ".join(part for part in (tell("No data") if row["kind"] == "silence" else "", row["label"] or "") if part)
    return clean(f"{name}, {when}" + (f": {row['detail']}" if row["detail"] else ""))


def _room(words: str, room: float) -> str:
    """Return the class of a text by where it fits: on any page, on wide pages only, or nowhere ("")."""
    return "any-width" if fits(words, room, NARROW) else "wide-only" if fits(words, room, WIDE) else ""


def _years(rows: list[dict[str, Any]]) -> Scale:
    dates = [when for row in rows for when in (row["start"], row["end"]) if when]
    return Scale(float(min(dates).year), float(max(dates).year + 1))


def _decimal(when: date) -> float:
    return when.year + (when.timetuple().tm_yday - 1) / 366


def _axis(scale: Scale, foot: float) -> str:
    """Return upright lines at round years, named below; every second name only where there is room for it."""
    parts = []
    for index, year in enumerate(tick for tick in scale.ticks(8) if tick.is_integer()):
        place, room = scale.place(year), "" if index % 2 == 0 else " wide-only"
        parts.append(upright(place, 0, foot, f"grid{room}"))
        anchor = "start" if place < EDGE else "middle"  # or the picture's edge would cut it
        parts.append(text(f"{year:.0f}", share(place), foot + 15, f"tick{room}", anchor))
    return "".join(parts)
