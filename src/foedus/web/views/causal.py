"""What leads to what: the causal map, whose every mark leads on: a mechanism to its test, a variable to the codebook."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from foedus.errors import InputError, nearest
from foedus.report import causal
from foedus.report.figures import drawing, mechanism
from foedus.report.markup import Setting, chip, plain
from foedus.web.frame_page import Part, Sheet
from foedus.web.questions import OfCausalMap, OfTest, OfVariables
from foedus.web.shown import rows
from foedus.web.view import CSV, JSON, PNG, SVG, Desk, Told, View
from foedus.words import counted

if TYPE_CHECKING:
    import polars as pl

    from foedus.assessment.causal_map import Graded

NOTE = (
    '<p class="note">Choose a mechanism, or a line to it, for its equation, data and test; a topic or what is written for the '
    "variables. A link stands for what goes with what in forecasts, not for a proven cause.</p>\n"
)


def told(asked: OfCausalMap, desk: Desk) -> Told:
    """Tell the links of every mechanism, or of one."""
    from foedus.assessment.causal_map import graded, links, sources_of

    known = graded(desk.record)
    ids = [each.kind.id for each in known]
    if asked.mechanism and asked.mechanism not in ids:
        close = nearest(asked.mechanism, ids)
        raise InputError(f"no mechanism is called {asked.mechanism!r}.{close} There are: {', '.join(ids)}.")
    found = [each for each in known if asked.mechanism in ("", each.kind.id)]
    frame = links(found)
    title = f"What {asked.mechanism} reads and writes" if asked.mechanism else "What leads to what"

    def svg() -> bytes:
        from foedus.report.standalone import document

        return document(title, causal.draw(frame, title)).encode()

    def page(setting: Setting) -> str:
        leads = partial(_leads, _writers(links(known)))
        pictures = "".join(map(drawing, causal.draw(frame, title, leads)))
        sections = [
            Part("map", title, "What is read, by which mechanism, and what comes of it?", pictures + NOTE, wide=True),
            *(
                Part("mechanism", each.kind.id, "What does it claim, and how did it fare?", _one(each))
                for each in found[:alone]
            ),
            Part("links", "Link by link", "How was each link graded?", _table(frame, leads), wide=not asked.mechanism),
        ]
        facts = f"{counted(len(found), 'mechanism')}, {counted(frame.height, 'link')}."
        return Sheet("Causal map", title, facts, sections, sources_of(frame)).page(asked, desk, setting)

    alone = 1 if asked.mechanism else 0
    return Told(page, lambda: rows(frame), lambda: frame, {SVG: svg})


def _writers(links: pl.DataFrame) -> dict[str, str]:
    """Variable → the mechanism that writes it."""
    return dict(links.filter(direction="writes").select("variable", "mechanism").iter_rows())


def _leads(writers: Mapping[str, str], kind: str, name: str) -> str:
    """Where a mark leads to: a mechanism's own map, a topic's links, a variable in the codebook or the one that writes it."""
    from foedus.panels.codebook import codebook

    if kind == causal.TOPIC:
        return f"#{_topic(name)}"
    if kind == causal.WRITTEN and name in codebook():
        return OfVariables.model_validate({"words": name}).address("variables")
    writer = writers.get(name, "") if kind == causal.WRITTEN else name
    return OfCausalMap.model_validate({"mechanism": writer}).address("causal") if writer else ""


def _topic(name: str) -> str:
    return f"topic-{re.sub('[^a-z0-9]+', '-', name.casefold())}"


def _one(found: Graded) -> str:
    """A mechanism in the words of the methods page, with the way to its test where it has one, and to all."""
    from foedus.assessment.causal_map import cards
    from foedus.mechanisms.standard import MECHANISMS

    test = plain(OfTest.model_validate({"mechanism": found.kind.id}).address("test"))
    tested = f'<p><a href="{test}">Its test, run and told in full</a></p>\n' if found.kind in MECHANISMS.values() else ""
    return f'{mechanism(cards([found]).row(0, named=True), level=3)}{tested}<p><a href="causal">The whole map</a></p>\n'


HEADS = ("Topic", "Variable", "Link", "Mechanism", "Term", "Grade")
DIRECTIONS = {"reads": "read by", "writes": "written by"}


def _table(frame: pl.DataFrame, leads: causal.Leads) -> str:
    """One row a link, by topic, so that a topic of the map leads to its first row."""
    seen: set[str] = set()
    body = "".join(_row(row, leads, seen) for row in frame.sort("topic", maintain_order=True).iter_rows(named=True))
    head = "".join(f'<th scope="col">{words}</th>' for words in HEADS)
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Table: links"><table>\n<caption>Link by link</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table></div>\n"
    )


def _row(row: Mapping[str, Any], leads: causal.Leads, seen: set[str]) -> str:
    first = "" if row["topic"] in seen else f' id="{_topic(row["topic"])}"'
    seen.add(row["topic"])
    cells: Sequence[str] = (
        _link(row["variable"], leads(causal.WRITTEN, row["variable"])),
        DIRECTIONS[row["direction"]],
        _link(row["mechanism"], leads(causal.MECHANISM, row["mechanism"])),
        plain(row["term"] or "–"),
        chip(row["grade"], "grade", f"link {row['grade']}"),
    )
    return f'<tr{first}><th scope="row">{plain(row["topic"])}</th>{"".join(f"<td>{each}</td>" for each in cells)}</tr>\n'


def _link(words: str, to: str) -> str:
    return f'<a href="{plain(to)}">{plain(words)}</a>' if to else plain(words)


VIEWS = (
    View(
        "causal",
        "Causal map",
        "What each mechanism reads and writes and how each link was graded, to be clicked through to tests and variables.",
        OfCausalMap,
        told,
        (JSON, CSV, SVG, PNG),
        unstable=True,
    ),
)
