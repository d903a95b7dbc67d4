"""Forecast against observed rates, stratum by stratum, on logarithmic axes: on the dashed line they agree.

Each stratum is a letter explained below the plot, with its interval. One in which nothing was observed cannot stand on a
logarithmic axis: it lies on the lower edge, as an open circle.
"""

from __future__ import annotations

import string
from typing import Any

import polars as pl

from foedus.report.drawing import CHARACTER, NARROW, Picture, Scale, across, cut, element, mark, share, text, upright
from foedus.report.wording import number, percent, percent_range, short

SIDE = 320
"""Height in pixels of the plotting area."""
DEEPEST = 3000
"""The axes reach no further down than the largest rate divided by this; what lies lower is drawn on the edge."""


def draw(frame: pl.DataFrame, label: str) -> list[Picture]:
    """Draw a "reliability" frame: stratum, forecast, observed, low, high, n, events.

    Returns the plot and the key to its letters.
    """
    rows = [row for row in frame.to_dicts() if None not in (row["forecast"], row["observed"])]
    scale = _rates([row[name] for row in rows for name in ("forecast", "observed", "low", "high")])
    letters = list(zip(string.ascii_uppercase * (1 + len(rows) // 26), rows, strict=False))
    marks = "".join(_stratum(letter, row, scale) for letter, row in letters)
    return [Picture(_axes(scale) + marks, SIDE + 46, label, title=" ", margins=(52, 20)), _key(letters)]


def _axes(scale: Scale) -> str:
    body = element("line", x1=0, x2="100%", y1=SIDE, y2=0, class_="diagonal")
    for tick in scale.ticks(6):
        place, words = scale.place(tick), short(tick, "share")
        y = SIDE * (1 - place)
        body += upright(place, 0, SIDE, "grid") + text(words, share(place), SIDE + 20, "tick", "middle")
        body += across(y, "grid") + text(words, -7, y + 4, "tick", "end")
    body += text("mean forecast", "50%", SIDE + 38, "axis", "middle") + text("observed rate", -48, -8, "axis")
    return body + text("seen more often than forecast", 8, 14, "hint") + text("less often", "99%", SIDE - 8, "hint", "end")


def _stratum(letter: str, row: dict[str, Any], scale: Scale) -> str:
    place, y = scale.place(row["forecast"]), SIDE * (1 - scale.place(row["observed"]))
    empty = "" if row["observed"] else " empty"
    parts = []
    if None not in (row["low"], row["high"]):
        low, high = (SIDE * (1 - scale.place(row[name])) for name in ("low", "high"))
        parts.append(upright(place, low, high, "interval"))
    parts.append(element("circle", cx=share(place), cy=y, r=9, class_=f"stratum{empty}"))
    parts.append(text(letter, share(place), y + 4, f"letter{empty}", "middle"))
    return mark("".join(parts), _describe(row))


def _key(letters: list[tuple[str, dict[str, Any]]]) -> Picture:
    body = ""
    for index, (letter, row) in enumerate(letters):
        y = 20 * index + 13
        body += text(letter, 8, y, "lane", "middle") + text(
            cut(row["stratum"], NARROW - 40 - CHARACTER * len(_counted(row))), 24, y, "name"
        )
        body += text(_counted(row), "100%", y, "said", "end")
    return Picture(body, 20 * len(letters) + 6, "")


def _describe(row: dict[str, Any]) -> str:
    interval = f" ({percent_range(row['low'], row['high'])})" if None not in (row["low"], row["high"]) else ""
    compared = f"{row['stratum']}: forecast {percent(row['forecast'])}, observed {percent(row['observed'])}{interval}"
    return ", ".join(part for part in (compared, _counted(row)) if part)


def _counted(row: dict[str, Any]) -> str:
    return f"{number(row['events'])} of {number(row['n'])}" if None not in (row["events"], row["n"]) else ""


def _rates(rates: list[float | None]) -> Scale:
    """Return a logarithmic scale for both axes."""
    positive = [rate for rate in rates if rate is not None and rate > 0]
    if not positive:
        return Scale(0.001, 1.0, log=True)
    return Scale(max(min(positive), max(positive) / DEEPEST) / 1.5, max(positive) * 1.5, log=True)
