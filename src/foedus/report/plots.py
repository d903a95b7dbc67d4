"""Plots of numbers: points with intervals, lines over years, and forecast against observed rates.

An estimate is a point with its interval and, as an upright tick, the baseline it should be compared with. Axes are logarithmic
where the values span more than a factor of 50, and say so. Series differ by dash and name as well as by colour.
"""

from __future__ import annotations

import string
from itertools import pairwise
from typing import Any

import polars as pl

from foedus.report.drawing import CHARACTER, NARROW, Picture, Scale, element, mark, scale_for, share, text
from foedus.report.wording import clean, number, percent, percent_range, unit_words, value, value_range
from foedus.report.wording import tick as written

ROW, GROUP, AXIS, PANEL = 37, 26, 34, 170
"""Heights in pixels: of a point with its label, of a group's name, of an axis, of the plotting area of a panel of lines."""
SERIES = 6
"""Colours and dashes; a seventh series begins again."""
MOST_TARGETS = 60
"""Points of a series that carry a tooltip: more would be too close to be told apart by a finger."""


def points(frame: pl.DataFrame, label: str) -> Picture:
    """Draw a "bars" frame: label, value, low, high, baseline, group (nullable), unit (optional).

    Bars from zero where no row has an interval and the axis is linear, else points with intervals.
    """
    rows = frame.to_dicts()
    unit = _unit(frame)
    scale = scale_for(row[name] for row in rows for name in ("value", "low", "high", "baseline"))
    bars = not scale.log and scale.low == 0 and all(row["low"] is None or row["high"] is None for row in rows)
    body, top = _key_to_points(rows, bars)
    group = None
    for row in rows:
        if row["group"] is not None and row["group"] != group:
            body += text(row["group"], 0, top + 17, "lane")
            top += GROUP
        group = row["group"]
        body += element("g", _point(row, unit, scale, bars), transform=f"translate(0 {top:g})")
        top += ROW
    return Picture(_axis(scale, unit, top) + body, top + AXIS, label, margins=(0, 16))


def _point(row: dict[str, Any], unit: str, scale: Scale, bars: bool) -> str:
    amount, low, high, base = (row[name] for name in ("value", "low", "high", "baseline"))
    said = value(amount, unit) + (f" ({value_range(low, high, unit)})" if None not in (low, high) else "")
    parts = [element("rect", x=0, y=0, width="100%", height=ROW, class_="hit")]
    if amount is not None and bars:
        parts.append(element("rect", x=0, y=19, width=share(scale.place(amount)), height=10, class_="bar"))
    if None not in (low, high):
        parts.append(element("line", x1=share(scale.place(low)), x2=share(scale.place(high)), y1=24, y2=24, class_="interval"))
        if low < scale.low:
            parts.append(text("‹", 0, 28, "open"))
    if base is not None:
        x = share(scale.place(base))
        parts.append(element("line", x1=x, x2=x, y1=17, y2=31, class_="baseline"))
    if amount is not None and not bars:
        parts.append(element("circle", cx=share(scale.place(amount)), cy=24, r=4.2, class_="point"))
    parts += [text(row["label"], 0, 12, "name"), text(said, "100%", 12, "said", "end")]
    compared = f"; baseline {value(base, unit)}" if base is not None else ""
    return mark("".join(parts), f"{row['label']}: {said} {unit_words(unit)}".strip() + compared)


def _key_to_points(rows: list[dict[str, Any]], bars: bool) -> tuple[str, float]:
    """Return the line above the points that says what a point, an interval and a tick are, and its height."""
    if bars or all(row["baseline"] is None for row in rows):
        return "", 4.0
    tick = element("line", x1=4, x2=4, y1=2, y2=16, class_="baseline")
    return tick + text("baseline", 12, 13, "tick"), 24.0


def lines(frame: pl.DataFrame, label: str) -> list[Picture]:
    """Draw a "lines" frame: series, year, value, low, high, panel (nullable), unit (optional); one picture a panel and a key."""
    names = frame["series"].unique(maintain_order=True).to_list()
    years = Scale(float(frame["year"].min() or 0), float(frame["year"].max() or 0) + 1e-6)  # type: ignore[arg-type]
    panels = frame["panel"].unique(maintain_order=True).to_list()
    drawn = [_panel(frame.filter(pl.col("panel").eq_missing(panel)), panel, names, years, label) for panel in panels]
    return [_key_to_lines(names), *drawn] if len(names) > 1 else drawn


def _panel(frame: pl.DataFrame, panel: str | None, names: list[str], years: Scale, label: str) -> Picture:
    unit = _unit(frame)
    scale = scale_for((amount for name in ("value", "low", "high") for amount in frame[name]), zero=False)
    body = ""
    for tick in scale.ticks(5):
        y = _height(tick, scale)
        body += element("line", x1=0, x2="100%", y1=y, y2=y, class_="grid") + text(written(tick, unit), -7, y + 4, "tick", "end")
    body += _year_axis(years)
    for index, name in enumerate(names):
        runs = _runs(frame.filter(pl.col("series") == name).sort("year"))
        body += _curves(runs, index % SERIES, years, scale)
        body += _targets(runs, index % SERIES, name, unit, years, scale)
    words = ", ".join(part for part in (panel or "", unit_words(unit), "log scale" if scale.log else "") if part)
    return Picture(body, PANEL + 26, f"{label}: {panel}" if panel else label, title=words, margins=(52, 14))


def _runs(frame: pl.DataFrame) -> list[list[dict[str, Any]]]:
    """Return stretches of years without a gap: a line is not drawn across years in which nothing is known.

    A series observed every few years has no gaps but those wider than its usual step.
    """
    rows = frame.filter(pl.col("value").is_not_null()).to_dicts()
    steps = sorted(after["year"] - before["year"] for before, after in pairwise(rows))
    usual = steps[len(steps) // 2] if steps else 1
    runs: list[list[dict[str, Any]]] = []
    for row in rows:
        if runs and row["year"] - runs[-1][-1]["year"] <= usual:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _curves(runs: list[list[dict[str, Any]]], index: int, years: Scale, scale: Scale) -> str:
    """Return a series' bands and lines, in a box 1,000 units wide that is stretched to the picture's width."""
    body = ""
    for run in runs:
        band = [row for row in run if row["low"] is not None and row["high"] is not None]
        if len(band) > 1:
            upper = [_pair(row["year"], row["high"], years, scale) for row in band]
            lower = [_pair(row["year"], row["low"], years, scale) for row in reversed(band)]
            body += element("polygon", points=" ".join(upper + lower), class_=f"band s{index}")
        if len(run) > 1:
            body += element("polyline", points=" ".join(_pair(row["year"], row["value"], years, scale) for row in run), class_=f"line s{index}")
    return element("svg", body, viewBox=f"0 0 1000 {PANEL}", width="100%", height=PANEL, preserveAspectRatio="none") if body else ""


def _targets(runs: list[list[dict[str, Any]]], index: int, name: str, unit: str, years: Scale, scale: Scale) -> str:
    """Return the points that carry tooltips; a point between two gaps is drawn, the others appear when pointed at."""
    rows = [(row, len(run) == 1) for run in runs for row in run]
    step = -(-len(rows) // MOST_TARGETS) or 1
    body = ""
    for position, (row, alone) in enumerate(rows):
        if alone or position % step == 0 or position == len(rows) - 1:
            said = f"{name}, {row['year']}: {value(row['value'], unit)} {unit_words(unit)}".strip()
            place = {"cx": share(years.place(row["year"])), "cy": _height(row["value"], scale)}
            body += element("circle", **place, r=3.5, class_=f"mark {'dot' if alone else 'target'} s{index}", role="img", aria_label=said)
    return body


def _key_to_lines(names: list[str]) -> Picture:
    """Return the names of the series with their lines, in as many rows as a telephone needs."""
    body, x, y = "", 0.0, 12
    for index, name in enumerate(names):
        width = 36 + CHARACTER * 1.08 * len(clean(name)) + 14
        if x and x + width > NARROW:
            x, y = 0.0, y + 20
        body += element("line", x1=x, x2=x + 28, y1=y - 4, y2=y - 4, class_=f"line s{index % SERIES}") + text(name, x + 36, y, "name")
        x += width
    return Picture(body, y + 8, "")


def reliability(frame: pl.DataFrame, label: str) -> list[Picture]:
    """Draw a "reliability" frame: stratum, forecast, observed, low, high, n, events; a plot, and a key to its letters.

    Both axes are the same and logarithmic; a stratum without events lies on the lower edge, as an open circle.
    """
    rows = [row for row in frame.to_dicts() if row["forecast"] is not None and row["observed"] is not None]
    scale = _rates([row[name] for row in rows for name in ("forecast", "observed", "low", "high")])
    side = 320
    body = element("line", x1=0, x2="100%", y1=side, y2=0, class_="diagonal")
    for tick in scale.ticks(6):
        x, y = share(scale.place(tick)), side * (1 - scale.place(tick))
        body += element("line", x1=x, x2=x, y1=0, y2=side, class_="grid") + text(written(tick, "share"), x, side + 20, "tick", "middle")
        body += element("line", x1=0, x2="100%", y1=y, y2=y, class_="grid") + text(written(tick, "share"), -7, y + 4, "tick", "end")
    body += text("mean forecast", "50%", side + 38, "axis", "middle") + text("observed rate", -48, -8, "axis")
    body += text("seen more often than forecast", 8, 14, "hint") + text("less often", "99%", side - 8, "hint", "end")
    letters = list(zip(string.ascii_uppercase * (1 + len(rows) // 26), rows, strict=False))
    body += "".join(_stratum(letter, row, scale, side) for letter, row in letters)
    plot = Picture(body, side + 46, label, title=" ", margins=(52, 20))
    return [plot, _key_to_strata(letters)]


def _stratum(letter: str, row: dict[str, Any], scale: Scale, side: float) -> str:
    x = share(scale.place(row["forecast"]))
    y = side * (1 - scale.place(row["observed"]))
    parts = []
    if row["low"] is not None and row["high"] is not None:
        ends = [side * (1 - scale.place(row[name])) for name in ("low", "high")]
        parts.append(element("line", x1=x, x2=x, y1=ends[0], y2=ends[1], class_="interval"))
    parts.append(element("circle", cx=x, cy=y, r=9, class_="stratum" if row["observed"] else "stratum empty"))
    parts.append(text(letter, x, y + 4, "letter" if row["observed"] else "letter empty", "middle"))
    return mark("".join(parts), _describe(row))


def _key_to_strata(letters: list[tuple[str, dict[str, Any]]]) -> Picture:
    body = ""
    for index, (letter, row) in enumerate(letters):
        y = 20 * index + 13
        body += text(letter, 8, y, "lane", "middle") + text(row["stratum"], 24, y, "name")
        events = f"{number(row['events'])} of {number(row['n'])}" if None not in (row["events"], row["n"]) else ""
        body += text(events, "100%", y, "said", "end")
    return Picture(body, 20 * len(letters) + 6, "")


def _describe(row: dict[str, Any]) -> str:
    interval = f" ({percent_range(row['low'], row['high'])})" if None not in (row["low"], row["high"]) else ""
    counted = f", {number(row['events'])} of {number(row['n'])}" if None not in (row["events"], row["n"]) else ""
    return f"{row['stratum']}: forecast {percent(row['forecast'])}, observed {percent(row['observed'])}{interval}{counted}"


def _rates(rates: list[float | None]) -> Scale:
    """Return a logarithmic scale for both axes; rates of zero, and intervals' ends far below the rest, fall on its lower end."""
    positive = [rate for rate in rates if rate is not None and rate > 0]
    if not positive:
        return Scale(0.001, 1.0, log=True)
    return Scale(max(min(positive), max(positive) / 3000) / 1.5, max(positive) * 1.5, log=True)


def _axis(scale: Scale, unit: str, foot: float) -> str:
    """Return upright grid lines with their values below."""
    body = ""
    for tick in scale.ticks(5):
        x = share(scale.place(tick))
        body += element("line", x1=x, x2=x, y1=0, y2=foot, class_="grid") + text(written(tick, unit), x, foot + 15, "tick", "middle")
    words = ", ".join(part for part in (unit_words(unit), "log scale" if scale.log else "") if part)
    return body + (text(words, "100%", foot + 31, "axis", "end") if words else "")


def _year_axis(years: Scale) -> str:
    body = element("line", x1=0, x2="100%", y1=PANEL, y2=PANEL, class_="axis-line")
    for index, year in enumerate(tick for tick in years.ticks(6) if tick.is_integer()):
        room = "" if index % 2 == 0 else " wide-only"
        body += text(f"{year:.0f}", share(years.place(year)), PANEL + 16, f"tick{room}", "middle")
    return body


def _height(amount: float, scale: Scale) -> float:
    return round(PANEL * (1 - scale.place(amount)), 1)


def _pair(year: int, amount: float, years: Scale, scale: Scale) -> str:
    return f"{1000 * years.place(year):.1f},{_height(amount, scale):g}"


def _unit(frame: pl.DataFrame) -> str:
    return str(frame["unit"].drop_nulls().first() or "") if "unit" in frame.columns else ""
