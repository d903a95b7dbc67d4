"""Pictures as one SVG document that stands alone: with its title, what it shows in words, its note, its sources and a link.

Whoever finds such a file, on a page or in a folder, can tell what it shows and where it comes from without the report. It
scales with the room it is given, asks for nothing, and holds no colour that a program without CSS variables cannot read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from textwrap import wrap

from foedus.record.source import catalog
from foedus.report.drawing import DEFINITIONS, WIDE, Picture, element, text
from foedus.report.markup import asset, plain, web_address
from foedus.report.wording import clean
from foedus.report.worldmap import Shapes
from foedus.version import __version__

MARGIN = 24.0
"""Pixels around what is drawn."""

LETTERS = 104
"""Letters of a line of small text, few enough for the widest of the usual typefaces."""

LINE = 15.0
"""Pixels of a line of small text."""

BESIDE = 3
"""Panels up to which each has a row of its own; more stand in two columns."""


@dataclass(frozen=True)
class Credit:
    """What a picture that stands alone says beside what it draws.

    Attributes
    ----------
    about : whom and which year it is about. note : what a reader must know. sources : ids of sources.
    record : version and SHA-256 of the record; None where it is not told. link : address of the report, "" for none.
    """

    about: str = ""
    note: str = ""
    sources: tuple[str, ...] = ()
    record: tuple[str, str] | None = None
    link: str = ""

    def source_line(self) -> str:
        """Return the sources by title and version, in one line; "" where none is named.

        >>> Credit(sources=("gml", "nowhere")).source_line()
        'Sources: Militarized interstate disputes (Gibler–Miller–Little), 2.2.1; nowhere.'
        """
        if not self.sources:
            return ""
        return f"Source{'s' if len(self.sources) > 1 else ''}: {'; '.join(map(_titled, self.sources))}."

    def made_by(self) -> str:
        """Return what made the picture, from which record."""
        record = f", record {self.record[0]} ({self.record[1][:12]})" if self.record else ""
        return f"Made with foedus {__version__}{record}."


def document(
    title: str, drawn: Sequence[Picture], shapes: Shapes | None = None, told: str = "", credit: Credit | None = None
) -> str:
    """Return pictures, one under the other, as one SVG document in light colours.

    Parameters
    ----------
    told : what the pictures show, in words. credit : what stands above and below them; by default nothing.
    """
    said = credit or Credit()
    named = f"{title}: {said.about}" if said.about else title
    head, top = text(title, MARGIN, 28, "title"), 44.0
    if said.about:
        head, top = head + text(said.about, MARGIN, 45, "about"), 60.0
    body, foot = _stacked(drawn, MARGIN, top, WIDE)
    below, height = _below(said, foot)
    opening = element("title", plain(named)) + (element("desc", plain(told)) if told else "")
    return _whole(opening, head + body + below, WIDE + 2 * MARGIN, height + 6, shapes, paper=True)


def bare(drawn: Sequence[Picture], shapes: Shapes | None = None, width: float = WIDE) -> str:
    """Return pictures alone, without a title or a margin, for a document that has these; narrow ones as on a telephone."""
    body, height = _stacked(drawn, 0.0, 4.0, width)
    return _whole("", body, width, height, shapes)


def _whole(opening: str, body: str, width: float, height: float, shapes: Shapes | None, *, paper: bool = False) -> str:
    shared = element("defs", DEFINITIONS + (shapes.definitions() if shapes else ""))
    ground = element("rect", width="100%", height="100%", class_="paper") if paper else ""
    size = {"width": f"{width:g}", "height": f"{height:g}", "viewBox": f"0 0 {width:g} {height:g}"}
    named = {"xmlns": "http://www.w3.org/2000/svg", "lang": "en", **({"role": "graphics-document"} if opening else {})}
    return element("svg", opening + element("style", _light_css()) + shared + ground + body, **named, **size)


def _stacked(drawn: Sequence[Picture], left: float, top: float, width: float) -> tuple[str, float]:
    """Pictures one under the other, many panels in two columns, and where they end."""
    panels = [picture for picture in drawn if picture.label]
    columns = 2 if len(panels) > BESIDE and all(picture.width is None for picture in panels) else 1
    column = (width - MARGIN * (columns - 1)) / columns
    body, placed, foot = "", 0, top
    for picture in drawn:
        own_row = columns == 1 or not picture.label
        at, room = (left, width) if own_row else (left + placed % columns * (column + MARGIN), column)
        shown, height = _with_title(picture, at, top, room)
        body += element("g", shown, class_="narrow") if room < WIDE else shown
        foot = max(foot, top + height + 14)
        placed += not own_row
        if own_row or placed % columns == 0:
            top = foot
    return body, foot


def _with_title(picture: Picture, left: float, top: float, width: float) -> tuple[str, float]:
    """A picture with its own title above it, and the height of both."""
    above = text(picture.title, left, top + 12, "lane") if picture.title.strip() else ""
    begin = top + (26 if picture.title else 0)
    if picture.width is None:
        before, after = picture.margins
        room = width - before - after
        placed = picture.at_width(room).svg(x=left + before, y=begin, width=room)
        height = picture.height
    else:
        height = picture.height * width / picture.width
        placed = picture.svg(x=left, y=begin, width=width, height=height)
    return above + placed, begin - top + height


def _below(said: Credit, top: float) -> tuple[str, float]:
    """The note, the sources and the link, and where they end."""
    if said.record is None and not said.sources and not said.note:
        return "", top
    body, y = "", top + 8
    for words in (said.note, said.source_line(), said.made_by()):
        for line in wrap(clean(words), LETTERS):
            body += text(line, MARGIN, y, "credit")
            y += LINE
    if web_address(said.link):
        body += element("a", text(said.link, MARGIN, y, "credit address"), href=said.link)
        y += LINE
    return body, y


def _titled(name: str) -> str:
    """A source by title and version, or by its id where the catalogue lacks it."""
    source = catalog().get(name)
    return name if source is None else f"{source.title}, {source.version}"


@cache
def _light_css() -> str:
    """Return the style sheet with its colour names resolved to the light palette, for programs that know no CSS variables."""
    light, rules = re.split(r"/\* rules \*/", asset("chart.css"))
    palette = dict(re.findall(r"(--[a-z0-9-]+):\s*([^;]+);", light.split("@media")[0]))
    return re.sub(r"var\((--[a-z0-9-]+)\)", lambda found: palette[found[1]], rules.split("/* pages only */")[0])
