"""Values over years: a line for each series, a small picture for each panel, a band for an interval.

Series differ by dash and name as well as by colour, as many as there are styles; of more, the first two stand out and the
others are grey. In one panel each line has its name at its end; several panels share a key. A line breaks where years are
missing: nothing is drawn across a gap.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import polars as pl

from foedus.report.drawing import CHARACTER, NARROW, Picture, Scale, across, cut, element, scale_for, share, text
from foedus.report.points import unit_of
from foedus.report.wording import short, unit_words, value

STRETCHED = 1000.0
"""Units of a box that is stretched to the picture's width."""
HEIGHT = 170
"""Height in pixels of a panel's plotting area."""
SERIES = 6
"""Colours and dashes."""
FIRST = 2
"""Series that stand out where there are more than styles."""
LABEL, SPACING = 118, 13
"""Pixels at the right for the names of lines, and between two names."""
LETTER = 11 / 12 * CHARACTER
"""Pixels of a letter of such a name."""
EARLY = 0.85
"""Share of the years before which a line ends early: its name stands at its end and not at the right."""
MOST_TARGETS = 30
"""Points of a series that carry a tooltip: more would be too close to be told apart by a finger."""


def draw(frame: pl.DataFrame, label: str, *, told: bool = True) -> list[Picture]:
    """Draw a "lines" frame: series, year, value, low, high, panel (nullable), unit (optional).

    told : whether each point has its sentence; a page has it in the table below, where the point names row and column.

    Returns one picture a panel; before several panels of several series, a key to these.
    """
    rows = frame.to_dicts()
    if not told:
        _place_in_table(rows)
    names = list(dict.fromkeys(row["series"] for row in rows))
    span = [row["year"] for row in rows]
    years = Scale(min(span), max(*span, min(span) + 1))
    panels: dict[str | None, list[dict[str, Any]]] = {}
    for row in rows:
        panels.setdefault(row["panel"], []).append(row)
    named = len(names) > 1 and len(panels) == 1
    log = _log(list(panels.values()))
    drawn = [_panel(held, panel, names, years, label, named=named, log=log) for panel, held in panels.items()]
    return [_key(names), *drawn] if len(names) > 1 and not named else drawn


def _style(index: int, names: list[str]) -> str:
    """The class of a series' line: one of SERIES styles; of more series, those after the first are grey."""
    if len(names) <= SERIES:
        return f"s{index}"
    return f"s{index}" if index < FIRST else "other"


def _place_in_table(rows: list[dict[str, Any]]) -> None:
    """Note in each row where the table of the lines has it: its row, and its column."""
    lines = {place: number for number, place in enumerate(dict.fromkeys((row["panel"], row["year"]) for row in rows))}
    names = {name: number for number, name in enumerate(dict.fromkeys(row["series"] for row in rows))}
    first = 2 if len({panel for panel, _ in lines}) > 1 else 1
    for row in rows:
        row["place"] = f"{lines[row['panel'], row['year']]} {first + names[row['series']]}"


def _panel(
    rows: list[dict[str, Any]], panel: str | None, names: list[str], years: Scale, label: str, *, named: bool, log: bool
) -> Picture:
    unit = unit_of(rows)
    scale = scale_for(_amounts(rows), zero=False, log=log)
    runs = {
        name: _runs(sorted((row for row in rows if row["series"] == name), key=lambda row: int(row["year"]))) for name in names
    }

    def drawn(width: float) -> str:
        body = _axes(years, scale, unit)
        for index, name in enumerate(names):
            body += _curves(runs[name], _style(index, names), years, scale, width)
            body += _targets(runs[name], _style(index, names), name, unit, years, scale)
        return body + (_names(rows, names, years, scale) if named else "")

    words = ", ".join(part for part in (panel or "", unit_words(unit), "log scale" if scale.log else "") if part)
    return Picture(
        drawn(STRETCHED),
        HEIGHT + 26,
        f"{label}: {panel}" if panel else label,
        title=words,
        margins=(60, LABEL if named else 14),
        sized=drawn,
    )


def _amounts(rows: list[dict[str, Any]]) -> list[float | None]:
    return [row[name] for name in ("value", "low", "high") for row in rows]


def _log(panels: list[list[dict[str, Any]]]) -> bool:
    """Whether the panels are logarithmic: all or none, or a reader would hold two kinds of height against each other."""
    known = [[amount for amount in _amounts(rows) if amount is not None] for rows in panels]
    positive = all(amount > 0 for amounts in known for amount in amounts)
    return positive and any(scale_for(amounts, zero=False).log for amounts in known)


def _names(rows: list[dict[str, Any]], names: list[str], years: Scale, scale: Scale) -> str:
    """Return each series' name beside the end of its line, none on another: of many, the grey ones that have room."""
    held = {name: [row for row in rows if row["series"] == name and row["value"] is not None] for name in names}
    last = {name: max(known, key=lambda row: int(row["year"])) for name, known in held.items() if known}
    body, ends = "", []
    for name, row in last.items():
        place, y = years.place(row["year"]), _height(row["value"], scale)
        if place < EARLY:
            body += text(cut(name, LABEL * 12 / 11), share(place), y + 4, f"direct {_style(names.index(name), names)}", dx=7)
        else:
            ends.append((y, name))
    for (_, name), top in zip(kept := _with_room(sorted(ends), names), _apart([y for y, _ in kept]), strict=True):
        shown = cut(name, (LABEL - 4) * CHARACTER / LETTER)
        body += text(shown, "100%", top + 4, f"direct {_style(names.index(name), names)}", dx=6)
    return body


def _with_room(ends: list[tuple[float, str]], names: list[str]) -> list[tuple[float, str]]:
    """Of more ends than names fit beside each other, those that stand out and the others that are far enough from these."""
    if len(ends) <= HEIGHT // SPACING:
        return ends
    kept = [end for end in ends if _style(names.index(end[1]), names) != "other"]
    for end in ends:
        if end not in kept and all(abs(end[0] - other[0]) >= SPACING for other in kept):
            kept.append(end)
    return sorted(kept)


def _apart(heights: list[float]) -> list[float]:
    """Heights, from the top, moved down as far as names need, and none below the picture."""
    placed, top = [], -float(SPACING)
    for place, y in enumerate(heights):
        lowest = HEIGHT - SPACING * (len(heights) - 1 - place)  # or those below would leave the picture
        top = max(min(y, lowest), top + SPACING)
        placed.append(top)
    return placed


def _axes(years: Scale, scale: Scale, unit: str) -> str:
    body = "".join(
        across(y, "grid") + text(short(tick, unit), -7, y + 4, "tick", "end")
        for tick, y in ((tick, _height(tick, scale)) for tick in scale.ticks(5))
    )
    body += across(HEIGHT, "axis-line")
    for index, year in enumerate(tick for tick in years.ticks(6) if tick.is_integer()):
        room = "tick" if index % 2 == 0 else "tick wide-only"
        body += text(f"{year:.0f}", share(years.place(year)), HEIGHT + 16, room, "middle")
    return body


def _runs(series: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return the stretches without a gap; a series observed every few years has no gaps but those wider than its usual step."""
    rows = [row for row in series if row["value"] is not None]
    steps = sorted(after["year"] - before["year"] for before, after in pairwise(rows))
    usual = steps[len(steps) // 2] if steps else 1
    runs: list[list[dict[str, Any]]] = []
    for row in rows:
        if runs and row["year"] - runs[-1][-1]["year"] <= usual:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _curves(runs: list[list[dict[str, Any]]], class_: str, years: Scale, scale: Scale, width: float) -> str:
    """Return a series' bands and lines, in a box so many units wide that is stretched to the picture's width."""
    body = ""
    for run in runs:
        band = [row for row in run if None not in (row["low"], row["high"])]
        if len(band) > 1:
            ends = [(row["year"], row["high"]) for row in band] + [(row["year"], row["low"]) for row in reversed(band)]
            body += element("polygon", points=_outline(ends, years, scale, width), class_=f"band {class_}")
        if len(run) > 1:
            values = [(row["year"], row["value"]) for row in run]
            body += element("polyline", points=_outline(values, years, scale, width), class_=f"line {class_}")
    return element("svg", body, viewBox=f"0 0 {width:g} {HEIGHT}", width="100%", height=HEIGHT, preserveAspectRatio="none")


def _targets(runs: list[list[dict[str, Any]]], class_: str, name: str, unit: str, years: Scale, scale: Scale) -> str:
    """Return the points that carry tooltips; a point between two gaps is drawn, the others appear when pointed at."""
    rows = [(row, len(run) == 1) for run in runs for row in run]
    step = -(-len(rows) // MOST_TARGETS) or 1
    points = []
    for position, (row, alone) in enumerate(rows):
        if alone or position % step == 0 or position == len(rows) - 1:
            x, y = share(years.place(row["year"])), _height(row["value"], scale)
            kind = f"mark dot {class_}" if alone else "mark target"
            told = (
                {"data_a": place} if (place := row.get("place")) else {"role": "img", "aria_label": _describe(row, name, unit)}
            )
            points.append(element("circle", cx=x, cy=y, r=3.5 if alone or "place" not in row else None, class_=kind, **told))
    return "".join(points)


def _describe(row: dict[str, Any], name: str, unit: str) -> str:
    return f"{name}, {row['year']}: {value(row['value'], unit)} {unit_words(unit)}".strip()


def _key(names: list[str]) -> Picture:
    """Return the names of the series with their lines, in as many rows as a telephone needs."""
    body, x, y = "", 0.0, 12
    for index, name in enumerate(cut(name, NARROW - 60) for name in names):
        width = 50 + 1.08 * CHARACTER * len(name)
        if x and x + width > NARROW:
            x, y = 0.0, y + 20
        body += element("line", x1=x, x2=x + 28, y1=y - 4, y2=y - 4, class_=f"line {_style(index, names)}")
        body += text(name, x + 36, y, "name")
        x += width
    return Picture(body, y + 8, "")


def _height(amount: float, scale: Scale) -> float:
    return round(HEIGHT * (1 - scale.place(amount)), 1)


def _outline(pairs: list[tuple[int, float]], years: Scale, scale: Scale, width: float) -> str:
    """Return points in a box of a width, to a thousandth of it and a tenth of a unit."""
    places = (round(STRETCHED * years.place(year)) * width / STRETCHED for year, _ in pairs)
    return " ".join(f"{round(x, 1):g},{_height(amount, scale):g}" for x, (_, amount) in zip(places, pairs, strict=True))
