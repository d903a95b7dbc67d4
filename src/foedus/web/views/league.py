"""The league of partnerships: a table sorted by links, the highest risks drawn, and each partnership's members beneath."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foedus.errors import InputError
from foedus.report import charts
from foedus.report import league as read
from foedus.report.figures import drawing
from foedus.report.markup import Setting, plain
from foedus.web.frame_page import Part, Sheet, table
from foedus.web.questions import OfLeague, OfPartnership, parts
from foedus.web.shown import rows
from foedus.web.view import CSV, JSON, PNG, SVG, Desk, Told, View
from foedus.web.views.partnerships import few_enough

if TYPE_CHECKING:
    from foedus.assessment.league import League


def told(asked: OfLeague, desk: Desk) -> Told:
    """Tell the table; made once for every order of its rows."""
    from foedus.assessment.league import league

    names = parts(asked.partnerships)
    if len(names) > desk.limits.partnerships:
        raise InputError(
            f"{len(names)} partnerships are named, and the application sets at most {desk.limits.partnerships} in a table. "
            f"Name fewer, or run `{asked.command()}`."
        )
    for name in names:
        few_enough(OfPartnership.model_validate({"members": name, "year": asked.year}), desk, asked.command())
    whole = desk.at_hand(f"league {names} {asked.year}", lambda: league(*names, year=asked.year, record=desk.record))
    found = whole.sorted_by(asked.sort)
    frame = found.members if asked.of == "members" else found.partnerships

    def data() -> dict[str, Any]:
        return {**found.as_dict(), "partnerships": rows(found.partnerships), "members": rows(found.members)}

    drawn = read.risks(found)
    return Told(
        lambda setting: _page(found, asked, desk, setting),
        data,
        lambda: frame,
        {SVG: lambda: charts.svg(drawn).encode()},
    )


def _page(found: League, asked: OfLeague, desk: Desk, setting: Setting) -> str:
    exhibit = read.risks(found)
    drawn = "".join(map(drawing, charts.pictures(exhibit)))
    left = f'<p class="note">{plain(" ".join(found.left_out))}</p>\n' if found.left_out else ""
    pledges = "".join(f"<p>{plain(each.statement)}</p>\n" for each in found.pledges)
    members = "".join(
        f"<details>\n<summary>{plain(title)}</summary>\n"
        f"{table(read.of_members(found, name), title, desk.limits.shown)}</details>\n"
        for name, title in found.partnerships.select("partnership", "title").iter_rows()
    )
    sections = [
        Part(
            "table",
            "The table",
            "What binds each, since when, and how high are its members' risks?",
            _table(found, asked) + left,
            wide=True,
        ),
        Part(
            "risks",
            exhibit.title,
            "Which two states stand behind the highest risk?",
            f'{drawn}<p class="note">{plain(exhibit.note)}</p>\n',
        ),
        Part("pledges", "Pledges kept", "How often were pledges kept when they fell due?", pledges),
        Part("members", "Members", "What is the highest risk of each member?", members),
    ]
    facts = f"{found.partnerships.height} partnerships. Each number stands alone: no score is made of them."
    sheet = Sheet("League", f"Partnerships of {found.year}", facts, sections, found.sources)
    return sheet.page(asked, desk, setting)


def _table(found: League, asked: OfLeague) -> str:
    """The table; a heading by which it can be sorted is a link, so that an order has an address."""
    head = "".join(_heading(name, words, asked) for name, words in read.HEADINGS.items())
    body = "".join(
        f'<tr><th scope="row"><a href="{plain(_assessed(name, asked))}">{plain(said[0])}</a></th>'
        + "".join(f"<td>{plain(words)}</td>" for words in said[1:])
        + "</tr>\n"
        for name, said in zip(found.partnerships["partnership"], read.in_words(found).iter_rows(), strict=True)
    )
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Table: partnerships">\n<table>\n'
        f"<caption>Partnerships of {found.year}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n"
        "</table>\n</div>\n"
    )


def _heading(name: str, words: str, asked: OfLeague) -> str:
    if name not in SORTS:
        return f'<th scope="col">{plain(words)}</th>'
    if name == asked.sort:
        return f'<th scope="col" aria-sort="{SORTS[name]}">{plain(words)}</th>'
    given = {**asked.given(), "sort": name}
    return f'<th scope="col"><a href="{plain(OfLeague.model_validate(given).address("league"))}">{plain(words)}</a></th>'


SORTS = {
    **dict.fromkeys(("name", "since"), "ascending"),
    **dict.fromkeys(("members", "bound", "within", "outside"), "descending"),
}
"""Columns that the table may be sorted by, and which way."""


def _assessed(name: str, asked: OfLeague) -> str:
    return OfPartnership.model_validate({"members": name, "year": asked.year}).address("assess")


VIEWS = (
    View(
        "league",
        "League",
        "Partnerships of a year in one table: what binds them, since when, pledges kept, their members' risks with intervals.",
        OfLeague,
        told,
        (JSON, CSV, SVG, PNG),
    ),
)
