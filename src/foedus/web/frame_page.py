"""A page around frames: tables with what they rest on, in the dress of the report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from foedus.report.markup import Foot, Setting, page, plain
from foedus.report.tables import table_of
from foedus.web.questions import Question
from foedus.web.view import Desk

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Part:
    """A section of a page: its anchor, title, the question it answers, and markup; one that is all there is may be wide."""

    id: str
    title: str
    asks: str
    markup: str
    wide: bool = False


@dataclass(frozen=True)
class Sheet:
    """A page of sections. kind, title, facts : plain text. sources : ids of what it rests on."""

    kind: str
    title: str
    facts: str
    sections: Sequence[Part]
    sources: Iterable[str]

    def page(self, asked: Question, desk: Desk, setting: Setting) -> str:
        """Return the page in a setting."""
        contents = "".join(f'<li><a href="#{plain(each.id)}">{plain(each.title)}</a></li>\n' for each in self.sections)
        return page(
            title=self.title,
            top=(
                f'<p class="kind">{plain(self.kind)}</p>\n<h1>{plain(self.title)}</h1>\n'
                f'<p class="facts">{plain(self.facts)}</p>\n'
            ),
            contents=contents,
            main="".join(map(_section, self.sections)),
            foot=Foot(asked.command(), tuple(self.sources), desk.record.version, desk.record.sha256),
            setting=setting,
        )


def _section(part: Part) -> str:
    name, title = plain(part.id), plain(part.title)
    if part.wide:
        return (
            f'<section class="chapter listing" id="{name}" aria-label="{title}">\n<p class="asks">{plain(part.asks)}</p>\n'
            f"{part.markup}</section>\n"
        )
    return (
        f'<section class="chapter" id="{name}" aria-labelledby="title-{name}">\n<h2 id="title-{name}">{title}</h2>\n'
        f'<p class="asks">{plain(part.asks)}</p>\n{part.markup}</section>\n'
    )


def table(frame: pl.DataFrame, caption: str, most: int, leads: Sequence[str] | None = None) -> str:
    """Return a frame as a table that scrolls by itself; of more than `most` rows the first, and how many there are.

    leads : addresses that the rows' first cells lead to.
    """
    part = frame.head(most)
    told = replace(table_of(part, caption), leads=leads and leads[:most]).html()
    more = (
        f'<p class="note">The first {most:,} of {frame.height:,} rows. The whole is in the files above.</p>\n'
        if frame.height > most
        else ""
    )
    return f'{more}<div class="scroll" tabindex="0" role="region" aria-label="Table: {plain(caption)}">\n{told}</div>\n'
