"""The first page, and the page of a view of which nothing was asked yet: its form."""

from __future__ import annotations

from dataclasses import replace

from foedus.report.markup import Foot, page, plain
from foedus.web import site
from foedus.web.view import Desk, View

FIRST = "assess"
"""The view whose form stands on the first page."""


def start(views: tuple[View, ...], desk: Desk, view: View | None = None, token: str = "") -> str:
    """Return the first page, with the form of the first view and the way to all; or, of a view, its form alone.

    token : what a form that posts a text has to send.
    """
    record, before = desk.record, view.before(desk) if view and view.before else ""
    chosen = view or next(each for each in views if each.path == FIRST)
    entries = "".join(
        f'<li><a href="{plain(each.path)}">{plain(each.title)}</a><br>{plain(each.about)}</li>\n' for each in views
    )
    asked = site.text_form(chosen, token) if token else site.form(chosen, {}, "Assess" if chosen.path == FIRST else "Show")
    title = view.title if view else "What do states owe each other, against what, and how do we know?"
    ways = (
        ""
        if view
        else '<section class="chapter listing" id="views" aria-labelledby="title-views">\n'
        '<h2 id="title-views">What can be asked</h2>\n'
        f'<ul class="starts">\n{entries}</ul>\n</section>\n'
    )
    return page(
        title=f"foedus: {title}" if view else "foedus",
        top=f'<p class="kind">{plain(chosen.title)}</p>\n<h1>{plain(title)}</h1>\n<p class="facts">{plain(chosen.about)}</p>\n',
        lead=f'<div class="ask">{asked}{before}</div>\n',
        contents="",
        main=ways,
        foot=Foot("foedus serve", (), record.version, record.sha256),
        setting=replace(
            site.setting(site.navigation(views, view.path if view else "")),
            again="every view says which command and which call give the same.",
        ),
    )
