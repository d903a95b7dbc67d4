"""Spans of years as a picture: a row each, a bar from the first year to the last, drawn with the report's own parts."""

from __future__ import annotations

from collections.abc import Sequence

from foedus.panels.units import FIRST_YEAR, LAST_YEAR
from foedus.report import drawing

ROW = 18.0


def spans(rows: Sequence[tuple[str, int, int]]) -> drawing.Picture:
    """Return a drawing of names with their first and last year; bars are cut at the years of the state system."""
    scale, height = drawing.Scale(FIRST_YEAR, LAST_YEAR + 1), ROW * len(rows)
    body = []
    for year in range(1820, LAST_YEAR + 1, 20):
        body.append(drawing.upright(scale.place(year), 0, height, "grid"))
        if year % 40 == 20:
            body.append(drawing.text(str(year), drawing.share(scale.place(year)), height + 15, "tick", "middle"))
    for place, (name, first, last) in enumerate(rows):
        begin, end = scale.place(first), scale.place(last + 1)
        top = ROW * place
        bar = drawing.element(
            "rect",
            x=drawing.share(begin),
            y=top + 3,
            width=drawing.share(max(end - begin, 0.004)),
            height=ROW - 6,
            class_="bar",
        )
        beside = begin > 0.5  # a later source has room before its bar, an earlier one in it
        anchor, dx = ("end", -5.0) if beside else (None, 4.0)
        words = drawing.text(
            drawing.cut(name, 200), drawing.share(begin), top + 13, "beside" if beside else "inside", anchor, dx
        )
        body.append(drawing.mark(bar + words, f"{name}: {first} to {last}"))
    return drawing.Picture("".join(body), height + 22, "Years for which each source speaks", margins=(16, 16))
