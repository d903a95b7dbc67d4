"""What holds with something and what would be left without it: two columns a row, side by side.

A row is a yes or a no (a filled or a hollow mark) or an amount (a bar from zero, both of one group on one scale), with its
words beside it. Marks and words say the same, so that nothing hangs on colour.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from foedus.language.said import proper
from foedus.language.speaking import tell
from foedus.report.drawing import NARROW, Picture, cut, element, mark, share, text

ROW, GROUP, HEAD = 16, 18, 4
"""Heights in pixels: of a row, of a group's name, of the line that names the columns."""

FIRST, SECOND = 0.44, 0.74
"""Where the two columns begin, 0 to 1."""

BAR = 0.16
"""Widest bar, as a share of the drawing's width."""


def draw(frame: pl.DataFrame, label: str) -> list[Picture]:
    """Draw a "contrast" frame: group, label, now, left, said, instead, in the frame's order."""
    body = text(tell("with it"), share(FIRST), 12, "tick") + text(tell("without"), share(SECOND), 12, "tick")
    top, group = float(HEAD), None
    for row in frame.to_dicts():
        if row["group"] != group:
            group = row["group"]
            body += text(cut(group, FIRST * NARROW - 4), 0, top + 9 if top == HEAD else top + 13, "lane")
            top += GROUP
        most = max(float(each) for each in frame.filter(pl.col("group") == group)["now"])
        body += element("g", _row(row, most), transform=f"translate(0 {top:g})")
        top += ROW
    return [Picture(body, top + 4, label)]


def _row(row: dict[str, Any], most: float) -> str:
    sides = _side(FIRST, row["now"], row["said"], most) + _side(SECOND, row["left"], row["instead"], most)
    held = {name: proper(row[name]) for name in ("label", "said", "instead")}
    told = tell("{label}: {said}; without it {instead}", **held)
    hit = element("rect", x=0, y=0, width="100%", height=ROW, class_="hit")
    return mark(hit + text(cut(row["label"], FIRST * NARROW - 4), 0, 12, "name") + sides, told)


def _side(start: float, amount: float, words: str, most: float) -> str:
    """A mark and its words: a bar where amounts differ, a circle where the row is a yes or a no."""
    if most > 1:
        width = amount / most * BAR
        bar = element("rect", x=share(start), y=3, width=share(width), height=10, class_="bar") if amount else ""
        return bar + text(words, share(start + width), 12, "said", dx=5 if amount else 0)
    circle = element("circle", cx=share(start), cy=8, r=4, transform="translate(4 0)", class_="held" if amount else "ended")
    return circle + text(words, share(start), 12, "said", dx=14)
