"""An exhibit as a figure: its pictures, and under them, folded, the table they were drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import dedent
from typing import Any

from foedus.assessment.finding import Exhibit
from foedus.language.said import proper
from foedus.language.speaking import ENGLISH, spoken, tell, tell_many, told, whole
from foedus.report import charts
from foedus.report.drawing import Picture
from foedus.report.markup import as_written, chip, cite, coded, plain, prose_in
from foedus.report.said import prose
from foedus.report.tables import Table, tables
from foedus.report.worldmap import Shapes

LONG = 20
"""Rows above which a table is shown in a box of its own, with a field to filter it."""

FILTER = '<div class="filter" data-filter></div>'
"""Where a script puts a field that filters the table below."""


@dataclass(frozen=True)
class Shown:
    """An exhibit ready for the page.

    Attributes
    ----------
    number : its place on the page, for ids. pictures, tables : as drawn; of a map, a picture a panel.
    panels : (member, outcome) of each map. key : a map's colour key.
    """

    exhibit: Exhibit
    number: int
    pictures: tuple[Picture, ...]
    tables: tuple[Table, ...]
    panels: tuple[tuple[str, str], ...] = ()
    key: Picture | None = None

    @classmethod
    def of(cls, exhibit: Exhibit, number: int, shapes: Shapes | None) -> Shown:
        """Draw an exhibit and write its tables."""
        drawn, written = charts.pictures(exhibit, shapes, told=False), tuple(tables(exhibit))
        if exhibit.kind == "map" and drawn:
            return cls(exhibit, number, tuple(drawn[:-1]), written, tuple(charts.panels(exhibit)), drawn[-1])
        return cls(exhibit, number, tuple(drawn), written)

    @property
    def members(self) -> list[str]:
        """Members of a map, each once."""
        return list(dict.fromkeys(member for member, _ in self.panels))

    @property
    def outcomes(self) -> list[str]:
        """Outcomes of a map, each once."""
        return list(dict.fromkeys(outcome for _, outcome in self.panels))

    @property
    def label(self) -> str:
        """What its table is called for those who cannot see it."""
        return tell("Table: {title}", title=self.exhibit.title)

    @property
    def rows(self) -> str:
        """How many rows its tables have, in words."""
        return tell_many(sum(table.height for table in self.tables), "{number} row", "{number} rows")


def figure(shown: Shown, *, folded: bool = False) -> str:
    """Return an exhibit as a figure, folded under its title where that is wanted."""
    exhibit = shown.exhibit
    empty = f'<p class="note">{tell("No rows.")}</p>' if exhibit.frame.is_empty() else ""
    note = prose_in("p", exhibit.note, class_="note") if exhibit.note else ""
    sources = f'<p class="from">{tell("Sources:")} {cite(exhibit.sources)}</p>' if exhibit.sources else ""
    title = "" if folded else f"<figcaption>{prose_in('h3', exhibit.title)}</figcaption>\n"
    drawn = (
        f'<figure class="exhibit {plain(exhibit.kind)}" id="{plain(exhibit.id)}"{_language(exhibit)}'
        f"{f' aria-label={chr(34)}{plain(told(exhibit.title))}{chr(34)}' if folded else ''}>\n"
        f"{title}{empty}{_content(shown)}{note}{sources}</figure>\n"
    )
    if not folded:
        return drawn
    name = f"<summary>{prose_in('span', exhibit.title)}" if spoken() != ENGLISH else f"<summary>{plain(exhibit.title)}"
    return f'<details class="fold">\n{name}{_height(shown)}</summary>\n{drawn}</details>\n'


def _language(exhibit: Exhibit) -> str:
    """The attribute of an exhibit that is not translated, on a page in another language."""
    language = whole(exhibit.title)[1]
    return "" if language == spoken() else f' lang="{language}"'


def glance(shown: Shown) -> str:
    """Return an exhibit as a small figure beside the answer: its pictures, and folded what there is to know of them."""
    exhibit = shown.exhibit
    note = prose_in("p", exhibit.note, class_="note") if exhibit.note else ""
    sources = f'<p class="from">{tell("Sources:")} {cite(exhibit.sources)}</p>' if exhibit.sources else ""
    pictures, table = "".join(map(drawing, shown.pictures)), _table(shown, note + sources, tell("Table"))
    return (
        f'<figure class="exhibit glance {plain(exhibit.kind)}" id="{plain(exhibit.id)}">\n'
        f"<figcaption>{prose_in('h3', exhibit.title)}</figcaption>\n{pictures}{table}\n</figure>\n"
    )


def _height(shown: Shown) -> str:
    """How much is under a fold."""
    if shown.pictures:
        return tell(" (picture and table)")
    return tell(" (table, {rows})", rows=proper(shown.rows)) if shown.tables else ""


def _content(shown: Shown) -> str:
    """Return what an exhibit shows: maps, mechanisms, or its pictures and its table."""
    if shown.exhibit.kind == "map" and shown.panels:
        return f"{_world(shown)}\n"
    if shown.exhibit.kind == "mechanisms":
        return f"{_mechanisms(shown.exhibit)}\n"
    pictures = ""
    if shown.pictures:
        single = " single" if len(shown.pictures) < 3 else ""
        pictures = f'<div class="drawings{single}">\n{"".join(map(drawing, shown.pictures))}</div>'
    return f"{pictures}{_table(shown)}\n"


def _table(shown: Shown, beside: str = "", title: str = "") -> str:
    """The table below a picture, folded, with what is to stand beside it; or the table that is all there is."""
    bare, table = shown.exhibit.kind == "table", shown.tables[0]
    named = tell("Table ({rows})", rows=proper(shown.rows))
    opening = '<div class="bare">\n' if bare else f"<details>\n<summary>{title or named}</summary>\n"
    long = table.height > LONG
    scroll = (
        f'<div class="scroll{" tall" if long else ""}" tabindex="0" role="region" '
        f'aria-label="{plain(shown.label)}">\n{table.html()}\n</div>\n{beside}'
    )
    return f"{opening}{FILTER if long else ''}{scroll}{'</div>' if bare else '</details>'}"


def drawing(picture: Picture) -> str:
    """Return a picture in its box, which scrolls sideways where the picture cannot be read narrower."""
    kind = ("" if picture.label else " key") + (" wide" if picture.least else "")
    pad = f' style="padding:0 {picture.margins[1]}px 0 {picture.margins[0]}px"' if picture.width is None else ""
    over = f'<p class="over">{plain(picture.title)}</p>\n' if picture.title else ""
    drawn = f'<div style="min-width:{picture.least}px">{picture.svg()}</div>' if picture.least else picture.svg()
    return f'<div class="drawing{kind}"{pad}>\n{over}{drawn}\n</div>\n'


def _world(shown: Shown) -> str:
    """One map a member and outcome, switched by buttons where the browser can, and one under the other where not."""
    x, key = f"x{shown.number}", drawing(shown.key) if shown.key else ""
    places = [f"{shown.members.index(member)}-{shown.outcomes.index(outcome)}" for member, outcome in shown.panels]
    rules = "".join(
        f"#{x}:has(#{x}-m{place.split('-')[0]}:checked):has(#{x}-o{place.split('-')[1]}:checked) .p{place} "
        "{ display: block; }\n"
        for place in places
    )
    maps = "".join(
        f'<div class="panel p{place}">\n{drawing(picture)}\n</div>\n'
        for place, picture in zip(places, shown.pictures, strict=True)
    )
    return f"""<style>
@media screen {{
@supports selector(:has(*)) {{
#{x} .panel {{ display: none; }}
{rules}}}
}}
</style>
<div class="world" id="{x}">
<div class="switches">
{_switch("Risk of", f"{x}-m", shown.members)}{_switch("Outcome", f"{x}-o", shown.outcomes)}</div>
{maps}{key}
<p class="hint scripted">Point at, tap or step through (arrow keys) the states; choosing one marks its row in the table.</p>
<p class="picked" aria-live="polite"></p>
<details>
<summary>Table of these maps ({shown.rows})</summary>
{FILTER}
<div class="scroll tall" tabindex="0" role="region" aria-label="{plain(shown.label)}">
{shown.tables[0].html()}
</div>
</details>
</div>
"""


def _switch(legend: str, name: str, choices: Sequence[str]) -> str:
    buttons = "".join(
        f'<input type="radio" autocomplete="off" name="{name}" id="{name}{place}"{"" if place else " checked"}>'
        f'<label for="{name}{place}">{plain(choice)}</label>'
        for place, choice in enumerate(choices)
    )
    return f'<fieldset class="switch"><legend>{legend}</legend>\n{buttons}</fieldset>\n'


def _mechanisms(exhibit: Exhibit) -> str:
    sections = "".join(map(mechanism, exhibit.frame.iter_rows(named=True)))
    return f"<details>\n<summary>All {exhibit.frame.height} mechanisms</summary>\n{sections}</details>\n"


def mechanism(row: dict[str, Any], level: int = 4) -> str:
    """Return a row of a "mechanisms" exhibit in words: claim, equation, links, test; `level` is its heading's."""
    graded = chip(row["grade"], "grade", f"mechanism {row['grade']}")
    return (
        f'<section class="mechanism" id="mechanism-{plain(row["id"])}">\n<h{level}>{plain(row["id"])} {graded}</h{level}>\n'
        f"{''.join(map(_block, row['about']))}<dl>\n"
        f"<div><dt>Reads</dt><dd><ul>{_items(row['reads'])}</ul></dd></div>\n"
        f"<div><dt>Writes</dt><dd>{plain(', '.join(row['writes'])) or 'nothing that others read'}</dd></div>\n"
        f"<div><dt>Test</dt><dd><ul>{_items(row['test'])}</ul></dd></div>\n</dl>\n</section>\n"
    )


def _block(words: str) -> str:
    """A paragraph, or an equation, which is indented."""
    if not words.startswith("    "):
        return f"<p>{coded(words)}</p>\n"
    return f'<pre tabindex="0">{as_written(dedent(words))}</pre>\n'


def _items(lines: Sequence[str]) -> str:
    return "".join(f"<li>{plain(prose(line))}</li>" for line in lines)
