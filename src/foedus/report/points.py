"""Estimates side by side: a point with its interval a row, and as an upright tick the baseline it should be compared with.

The axis is logarithmic where the values span more than a factor of 50, and says so. Where no row has an interval and the values
begin at zero, bars from zero are drawn instead.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from foedus.language.said import proper
from foedus.language.speaking import tell
from foedus.report.drawing import NARROW, Picture, Scale, across, cut, element, fits, mark, scale_for, share, text, upright
from foedus.report.wording import short, unit_words, value, value_range

ROW, GROUP, AXIS = 37, 26, 34
"""Heights in pixels: of a point with its label, of a group's name, of the axis."""


def draw(frame: pl.DataFrame, label: str) -> list[Picture]:
    """Draw a "bars" frame: label, value, low, high, baseline, group (nullable), unit, against (optional), in its order."""
    rows = frame.to_dicts()
    unit = unit_of(rows)
    scale = scale_for(row[name] for row in rows for name in ("value", "low", "high", "baseline"))
    bars = not scale.log and scale.low == 0 and all(row["low"] is None or row["high"] is None for row in rows)
    body, top = _key(rows)
    group = None
    for row in rows:
        if row["group"] is not None and row["group"] != group:
            body += text(cut(row["group"]), 0, top + 17, "lane")
            top += GROUP
        group = row["group"]
        drawn, height = _row(row, unit, scale, bars)
        body += element("g", drawn, transform=f"translate(0 {top:g})")
        top += height
    return [Picture(_axis(scale, unit, top) + body, top + AXIS, label, margins=(0, 16))]


def unit_of(rows: list[dict[str, Any]]) -> str:
    """Return the first unit of some rows, "" if they name none."""
    return next((str(row["unit"]) for row in rows if row.get("unit") is not None), "")


def _row(row: dict[str, Any], unit: str, scale: Scale, bars: bool) -> tuple[str, float]:
    """Return a row's drawing and its height: its number stands beside its label, or below the point if the label is long."""
    amount, low, high, base = (row[name] for name in ("value", "low", "high", "baseline"))
    wide = None not in (low, high) and low != high
    amounts = value(amount, unit) + (f" ({value_range(low, high, unit)})" if wide else "")
    beside = fits(f"{row['label']}   {amounts}", 1.0, NARROW)
    height = ROW if beside else ROW + 14
    parts = [element("rect", x=0, y=0, width="100%", height=height, class_="hit")]
    if amount is not None and bars:
        parts.append(element("rect", x=0, y=19, width=share(scale.place(amount)), height=10, class_="bar"))
    if None not in (low, high):
        parts.append(across(24, "interval", scale.place(low), scale.place(high)))
        if low < scale.low:
            parts.append(text("‹", 0, 28, "open"))
    if base is not None:
        parts.append(upright(scale.place(base), 17, 31, "baseline"))
    if amount is not None and not bars:
        parts.append(element("circle", cx=share(scale.place(amount)), cy=24, r=4.2, class_="point"))
    parts += [text(cut(row["label"]), 0, 12, "name"), text(amounts, "100%", 12 if beside else 42, "said", "end")]
    compared = tell("; baseline {amount}", amount=proper(value(base, unit))) if base is not None else ""
    return mark("".join(parts), f"{row['label']}: {amounts} {unit_words(unit)}".strip() + compared), height


def _key(rows: list[dict[str, Any]]) -> tuple[str, float]:
    """Return the line above the points that says what the tick is, and its height."""
    if all(row["baseline"] is None for row in rows):
        return "", 4.0
    words = next((str(row["against"]) for row in rows if row.get("against")), tell("baseline"))
    return element("line", x1=4, x2=4, y1=2, y2=16, class_="baseline") + text(cut(words), 12, 13, "tick"), 24.0


def _axis(scale: Scale, unit: str, foot: float) -> str:
    """Return upright grid lines with their values below."""
    body = ""
    for tick in scale.ticks(5):
        place = scale.place(tick)
        anchor = "start" if place < 0.06 else "middle"  # or the picture's edge would cut it
        body += upright(place, 0, foot, "grid") + text(short(tick, unit), share(place), foot + 15, "tick", anchor)
    words = ", ".join(part for part in (unit_words(unit), tell("log scale") if scale.log else "") if part)
    return body + (text(words, "100%", foot + 31, "axis", "end") if words else "")
