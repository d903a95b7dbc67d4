"""The causal map: what is read, by topic, on the left; mechanisms in the middle; what they write on the right.

A line is as its link was graded, by colour, dash and width, and leads to its mechanism's equation, data and test. On a page
of its own, topics and what is written lead somewhere, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from textwrap import wrap
from typing import Any

import polars as pl

from foedus.report.drawing import Picture, across, element, share, text
from foedus.report.wording import heading

LEAST = 720
"""Width in pixels below which the three columns cannot be read: the page scrolls them sideways."""

PITCH, LINE, TOP = 46.0, 14.0, 22.0
"""Pixels between two mechanisms at least, between two lines of text, and above the first row."""

LEAST_APART = 36.0
"""Pixels between two topics at least."""

TOPICS_END, BOX, BOX_END, OUTSIDE = 0.275, 0.435, 0.65, 0.745
"""Where the topics end, a mechanism's box begins and ends, and what is written begins, in parts of the width."""

ROOM = 28
"""Characters of a written variable's name that fit on a line."""

STRENGTH = ("not estimated", "harmful", "not supported", "mixed", "supported", "physical")
"""Grades in the order in which their lines are drawn: the strongest on top."""


MECHANISM, TOPIC, WRITTEN = "mechanism", "topic", "written"
"""Kinds of marks: a mechanism with its links, what is read, a variable that is written."""

Leads = Callable[[str, str], str]
"""Kind of a mark and its name → where it leads to."""


@dataclass(frozen=True)
class _Rows:
    """Where things stand: pixels from the top to the middle of each topic's and each mechanism's row."""

    topics: dict[str, float]
    mechanisms: dict[str, float]
    height: float


def here(kind: str, name: str) -> str:
    """Return where a mark leads on a page that tells of every mechanism; "" for what it tells of nowhere."""
    return f"#{anchor(name)}" if kind == MECHANISM else ""


def draw(frame: pl.DataFrame, label: str, leads: Leads = here) -> list[Picture]:
    """Draw a "causal map" frame (its columns: `charts`). Returns a key to the grades, and the map.

    leads : where a mark of a kind (MECHANISM, TOPIC or WRITTEN) and a name leads to; "" for nowhere.
    """
    reads = frame.filter(pl.col("direction") == "reads")
    topics, mechanisms = (part.unique(maintain_order=True).to_list() for part in (reads["topic"], frame["mechanism"]))
    writes = frame.filter(pl.col("direction") == "writes")
    written = {name: writes.filter(pl.col("mechanism") == name)["variable"].to_list() for name in mechanisms}
    rows = _places(topics, written)
    whole = dict(writes.select("mechanism", "grade").iter_rows())
    body = text("what is read", 0, 10, "tick") + text("mechanism", share(BOX), 10, "tick")
    body += text("what it writes", share(OUTSIDE), 10, "tick") + _lines(reads, rows, whole, leads)
    body += "".join(_topic(name, y, reads, leads) for name, y in rows.topics.items())
    for name, y in rows.mechanisms.items():
        body += _mechanism(name, y, whole.get(name, STRENGTH[0]), written[name], leads)
    present = [grade for grade in reversed(STRENGTH) if grade in {*frame["grade"]}]
    return [_key(present), Picture(body, rows.height, label, least=LEAST)]


def _places(topics: list[str], written: Mapping[str, list[str]]) -> _Rows:
    """A row for each mechanism, as high as what it writes; topics spread over the same height, or over what they need."""
    heights = [max(PITCH, LINE * (1 + len(_lettering(each)))) for each in written.values()]
    height = max(sum(heights), LEAST_APART * len(topics))
    apart, over = height / max(1, len(topics)), (height - sum(heights)) / max(1, len(heights))
    ends = list(accumulate(each + over for each in heights))
    return _Rows(
        {name: TOP + apart * (row + 0.5) for row, name in enumerate(topics)},
        {name: TOP + end - (own + over) / 2 for name, own, end in zip(written, heights, ends, strict=True)},
        TOP + height,
    )


def _lettering(written: list[str]) -> list[tuple[str, str]]:
    """Each variable's name in lines that fit."""
    return [(variable, line) for variable in written for line in wrap(heading(variable), ROOM)]


def _lines(reads: pl.DataFrame, rows: _Rows, whole: dict[str, str], leads: Leads) -> str:
    """The links, in a box 1,000 units wide that is stretched to the picture's width; several of one grade are one line."""
    kinds = pl.col("grade").cast(pl.Enum(STRENGTH))
    bundles = reads.group_by("topic", "mechanism", "grade", maintain_order=True).agg("variable", "term").sort(kinds)
    body = ""
    for each in bundles.iter_rows(named=True):
        start, end = rows.topics[each["topic"]], rows.mechanisms[each["mechanism"]]
        terms = list(dict.fromkeys(term for term in each["term"] if term))
        label = f"{', '.join(dict.fromkeys(each['variable']))} → {each['mechanism']}"
        label += f" (term{'s' if len(terms) > 1 else ''} {', '.join(terms)})" if terms else ""
        to = leads(MECHANISM, each["mechanism"])
        body += _link(to, f"{label}: {each['grade']}", each["grade"], (TOPICS_END + 0.008, start), (BOX, end))
    for name, y in rows.mechanisms.items():
        label = f"{name}, what it writes: {whole.get(name, STRENGTH[0])}"
        body += _link(leads(MECHANISM, name), label, whole.get(name, STRENGTH[0]), (BOX_END, y), (OUTSIDE - 0.008, y))
    box = {"viewBox": f"0 0 1000 {rows.height:g}", "width": "100%", "height": rows.height, "preserveAspectRatio": "none"}
    return element("svg", body, **box)


def _link(to: str, label: str, grade: str, start: tuple[float, float], end: tuple[float, float]) -> str:
    (x1, y1), (x2, y2) = ((1000 * x, y) for x, y in (start, end))
    middle = (x1 + x2) / 2
    course = f"M{x1:.0f} {y1:.1f}C{middle:.0f} {y1:.1f} {middle:.0f} {y2:.1f} {x2:.0f} {y2:.1f}"
    drawn = element("path", d=course, class_=f"link {_class(grade)}") + element("path", d=course, class_="reach")
    return element("a", drawn, href=to, class_="mark", aria_label=label)


def _topic(name: str, y: float, reads: pl.DataFrame, leads: Leads) -> str:
    variables = reads.filter(pl.col("topic") == name)["variable"].unique(maintain_order=True).to_list()
    count = f"{len(variables)} variable{'s' if len(variables) > 1 else ''}"
    words = text(heading(name), share(TOPICS_END), y - 1, "lane", "end") + text(count, share(TOPICS_END), y + 13, "tick", "end")
    label = f"{heading(name)}: {', '.join(variables)}"
    if to := leads(TOPIC, name):
        return element("a", words, href=to, class_="mark words", aria_label=label)
    return element("g", words, class_="mark", role="img", aria_label=label)


def _mechanism(name: str, y: float, grade: str, written: list[str], leads: Leads) -> str:
    box = element(
        "rect", x=share(BOX), y=y - 17, width=share(BOX_END - BOX), height=34, rx=4, class_=f"mechanism {_class(grade)}"
    )
    middle = share((BOX + BOX_END) / 2)
    words = text(name, middle, y - 1, "lane", "middle") + " " + text(grade, middle, y + 12, "tick", "middle")
    lines = _lettering(written)
    first = y + 4 - LINE * (len(lines) - 1) / 2
    lettering = "".join(
        _written(text(line, share(OUTSIDE), first + LINE * row), leads(WRITTEN, variable))
        for row, (variable, line) in enumerate(lines)
    )
    drawn = element("a", box + words, href=leads(MECHANISM, name), class_="mark", aria_label=f"{name} {grade}")
    return drawn + lettering


def _written(words: str, to: str) -> str:
    return element("a", words, href=to, class_="mark words") if to else words


def _key(grades: list[str]) -> Picture:
    """Return the key: what a line of each grade looks like, one under the other in two columns."""
    body = ""
    for place, grade in enumerate(grades):
        row, column = divmod(place, 2)
        begin, y = 0.5 * column, 9 + 18.0 * row
        body += across(y, f"link {_class(grade)}", begin, begin + 0.07) + text(grade, share(begin + 0.085), y + 4, "tick")
    return Picture(body, 18.0 * -(-len(grades) // 2), "")


def anchor(mechanism: str) -> str:
    """Return the id under which the page tells of a mechanism."""
    return f"mechanism-{mechanism}"


def _class(grade: Any) -> str:
    return str(grade).replace(" ", "-")
