"""What the application puts around a page: the way to other views, the form of this one, its twins, the same as a command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from foedus.report.markup import Setting, as_written, plain
from foedus.web import statics
from foedus.web.questions import Question
from foedus.web.view import View

AGAIN = "that command writes the same to a file or the terminal; this address gives this page again from the same record."

OPEN = 5
"""Fields of a form that stand open; the others are folded, but for those that are given."""


def setting(above: str = "", base: str = "") -> Setting:
    """Return the setting of a page in the application; `base` is where that begins, for a page whose own place is not known."""
    return Setting(
        head=f'<link rel="stylesheet" href="{base}{statics.address("css")}">\n',
        above=above,
        end=f'<script src="{base}{statics.address("js")}" defer></script>\n',
        again=AGAIN,
    )


def navigation(views: Iterable[View], here: str, base: str = "") -> str:
    """Return the way to every view."""
    links = "".join(
        f'<a href="{base}{plain(each.path)}"{" aria-current=page" if each.path == here else ""}>{plain(each.title)}</a>\n'
        for each in views
    )
    jobs = f'<a href="{base}jobs"{" aria-current=page" if here == "jobs" else ""}>Jobs</a>\n'
    first = f'<a class="name" href="{base or "./"}">foedus</a>'
    return f'<div class="site"><div><nav aria-label="Views">\n{first}\n{links}{jobs}</nav></div></div>\n'


def around(views: Iterable[View], view: View, asked: Question, permanent: str) -> Setting:
    """Return the setting of a view's page: navigation, its form folded, its twins, the same elsewhere."""
    other = f'<p><a href="{plain(view.path)}">Another text</a></p>\n' if view.posts else form(view, asked.given())
    folded = f"<details>\n<summary>Ask something else</summary>\n{other}</details>\n"
    ask = f'<section class="ask" aria-label="Ask, and take away">\n{folded}{twins(view, asked, permanent)}</section>\n'
    return setting(f"{navigation(views, view.path)}{ask}")


def twins(view: View, asked: Question, permanent: str) -> str:
    """Return links to the same as data and to the permanent address, and the command and call that give it."""
    links = " ".join(
        f'<a href="{plain(asked.address(f"{view.path}.{ending}"))}">{plain(ending.upper())}</a>' for ending in view.endings
    )
    address = plain(asked.address(view.path, permanent))
    if view.further:
        path, words = view.further
        links += f'</span><span><a href="{plain(asked.address(path))}">{plain(words)}</a>'
    return (
        f'<div class="twins"><span>The same as {links}</span><a href="{address}">Permanent address, with the record</a></div>\n'
        f"<details><summary>The same as a command, and in Python</summary>\n{elsewhere(asked)}</details>\n"
    )


def elsewhere(asked: Question) -> str:
    """Return the command and the call that give the same."""
    return (
        f'<div class="same"><p>On the command line:</p><pre><code>{plain(asked.command())}</code></pre>\n'
        f"<p>In Python:</p><pre><code>{as_written(asked.call())}</code></pre></div>\n"
    )


def form(view: View, given: Mapping[str, Any], button: str = "Show") -> str:
    """Return the form of a view, from the model of what it can be asked; sent, it is the view's address."""
    fields = [(name, each) for name, each in view.asks.model_fields.items() if name != "record"]
    first = [each for each in fields if each[1].is_required() or each[0] in given]
    first += [each for each in fields if each not in first][: max(0, OPEN - len(first))]
    rest = [each for each in fields if each not in first]
    shown = "".join(_field(view.path, name, each, given.get(name)) for name, each in fields if (name, each) in first)
    folded = "".join(_field(view.path, name, each, given.get(name)) for name, each in rest)
    more = f"<details><summary>More choices</summary>\n<div>\n{folded}</div>\n</details>\n" if folded else ""
    if not fields:
        return ""
    return (
        f'<form class="question" method="get" action="{plain(view.path)}" aria-label="{plain(view.title)}">\n{shown}{more}'
        f'<div class="field"><button type="submit">{plain(button)}</button></div>\n</form>\n'
    )


def text_form(view: View, token: str) -> str:
    """Return the form of a view that is asked by a text, which is posted."""
    return (
        f'<form class="question" method="post" action="jobs" aria-label="{plain(view.title)}">\n'
        f'<div class="field long"><label for="text">Text</label><textarea id="text" name="text" rows="18" required '
        'spellcheck="false" aria-describedby="text-note"></textarea><small id="text-note">A claims file: docs/claims.md says '
        "how one is written. It is kept here until others take its place.</small></div>\n"
        f"{posted(view, token)}"
        '<div class="field"><button type="submit">Check</button></div>\n</form>\n'
    )


def posted(view: View, token: str) -> str:
    """Return the hidden fields of a form that posts a job: which view it is for, and that it comes from here."""
    return (
        f'<input type="hidden" name="view" value="{plain(view.path)}"><input type="hidden" name="token" value="{plain(token)}">'
    )


def _field(path: str, name: str, field: FieldInfo, given: Any) -> str:
    """One field of a form: a choice, a tick, a number or a text, with what it means."""
    place, kind = f"{path}-{name}", field.annotation
    value = given if given is not None else (None if field.is_required() else field.default)
    label, note = plain(field.title or name), plain(field.description or "")
    hint = f' <small id="{place}-note">{note}</small>' if note else ""
    described = f' id="{place}" name="{plain(name)}" aria-describedby="{place}-note"'
    if kind is bool:
        ticked = " checked" if value in (True, "true") else ""
        return (
            f'<div class="field"><label class="tick"><input type="checkbox" value="true"{described}{ticked}> {label}</label>'
            f"{hint}</div>\n"
        )
    if get_origin(kind) is Literal:
        options = "".join(
            f"<option{' selected' if each == value else ''}>{plain(str(each))}</option>" for each in get_args(kind)
        )
        return f'<div class="field"><label for="{place}">{label}</label><select{described}>{options}</select>{hint}</div>\n'
    shown = "" if value is None else plain(f"{value:g}" if isinstance(value, float) else str(value))
    number = kind in (int, float) or int in get_args(kind)
    type_ = ' type="number" step="any"' if kind is float else ' type="number"' if number else ' type="text"'
    example = f' placeholder="{plain(str(field.examples[0]))}"' if field.examples else ""
    needed = " required" if field.is_required() else ""
    return (
        f'<div class="field"><label for="{place}">{label}</label>'
        f'<input{type_} value="{shown}"{described}{example}{needed} autocomplete="off">{hint}</div>\n'
    )
