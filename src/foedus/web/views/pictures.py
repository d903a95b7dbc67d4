"""Pictures of a partnership, each a file of its own with its rows: those of the report, drawn by it."""

from __future__ import annotations

import polars as pl

from foedus.assessment.finding import Exhibit
from foedus.errors import InputError, nearest
from foedus.report import charts
from foedus.report.in_words import in_words
from foedus.report.markup import Setting, plain
from foedus.report.said import prose
from foedus.report.standalone import Credit
from foedus.web.frame_page import Part, Sheet, table
from foedus.web.questions import OfPicture
from foedus.web.shown import rows
from foedus.web.slider import slider
from foedus.web.view import CSV, JSON, PNG, SVG, Desk, Told, View
from foedus.web.views.partnerships import assessment


def pictured(asked: OfPicture, desk: Desk) -> Told:
    """Tell a picture of a partnership with its rows, or list them all."""
    told = assessment(asked, desk)
    drawn = {each.id: each for chapter in told.chapters for each in chapter.exhibits if each.kind not in charts.TOLD}
    about = f"{told.title}, {told.year}"
    if not asked.exhibit:
        return _listed(asked, desk, drawn, about)
    if asked.exhibit not in drawn:
        close = nearest(asked.exhibit, drawn)
        raise InputError(f"no picture is called {asked.exhibit!r}.{close} There are: {', '.join(drawn)}.")
    record = (told.record_version, told.record_sha256)
    return _one(asked, desk, drawn[asked.exhibit], about, record)


def _listed(asked: OfPicture, desk: Desk, drawn: dict[str, Exhibit], about: str) -> Told:
    listed = [(each.id, each.title, each.kind, each.frame.height) for each in drawn.values()]
    frame = pl.DataFrame(listed, schema=["exhibit", "title", "kind", "rows"], orient="row")
    addresses = {name: plain(asked.address("picture", exhibit=name)) for name in drawn}
    links = "".join(
        f'<li><a href="{addresses[name]}">{plain(each.title)}</a> <code>{plain(name)}</code></li>\n'
        for name, each in drawn.items()
    )
    sources = {source for each in drawn.values() for source in each.sources}

    def page(setting: Setting) -> str:
        part = Part("pictures", "Pictures", "Which pictures does its report have?", f"<ul>\n{links}</ul>\n", wide=True)
        facts = f"{len(drawn)} pictures, each with its rows."
        return Sheet("Pictures", f"Pictures of {about}", facts, [part], sources).page(asked, desk, setting)

    def svg() -> bytes:
        raise InputError(f"which picture is meant? Name an exhibit: {', '.join(drawn)}.")

    return Told(page, lambda: rows(frame), lambda: frame, {SVG: svg})


def _one(asked: OfPicture, desk: Desk, exhibit: Exhibit, about: str, record: tuple[str, str]) -> Told:
    title, address = f"{exhibit.title}: {about}", plain(asked.address("picture.svg"))
    credit = Credit(about, prose(exhibit.note), exhibit.sources, record)

    def page(setting: Setting) -> str:
        image = f'<p><a href="{address}"><img class="whole" src="{address}" alt="{plain(in_words(exhibit))}"></a></p>\n'
        years = slider(asked, "picture", asked.year)
        note = f'<p class="note">{plain(exhibit.note)}</p>\n' if exhibit.note else ""
        markup = f"{years}{image}{note}{table(exhibit.frame, title, desk.limits.shown)}"
        part = Part("picture", title, "What does it show, and from which rows?", markup, wide=True)
        facts = f"{exhibit.frame.height} rows. The picture and its rows are files of their own."
        return Sheet("Picture", title, facts, [part], exhibit.sources).page(asked, desk, setting)

    return Told(
        page, lambda: rows(exhibit.frame), lambda: exhibit.frame, {SVG: lambda: charts.svg(exhibit, credit=credit).encode()}
    )


VIEWS = (
    View(
        "picture",
        "Pictures",
        "Every picture of a partnership as a file of its own, with its rows.",
        OfPicture,
        pictured,
        (JSON, CSV, SVG, PNG),
    ),
)
