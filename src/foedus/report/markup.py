"""The few parts every page is built from: text made safe, chips, links to sources, the frame around it all.

A page is text, put together by functions that return markup. Whatever came from data goes through `plain`, which cleans and
escapes it, so that no name and no note can become a tag, an attribute or a script.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from foedus.errors import InputError
from foedus.language.said import proper
from foedus.language.speaking import ENGLISH, spoken, tell, tell_many, whole
from foedus.record.source import Source, catalog
from foedus.report.said import prose
from foedus.report.wording import clean
from foedus.validation.memory import SHIPPED
from foedus.validation.shipped import identity
from foedus.version import __version__

LICENCE_MEANING = {
    "open": "may be used for anything",
    "academic": "free with citation, for non-commercial work",
    "restricted": "not shipped; imported by the user",
}

_SPECIAL = re.compile("[&<>\"']")
_ENTITIES = {ord(sign): f"&{name};" for sign, name in {"&": "amp", "<": "lt", ">": "gt", '"': "#34", "'": "#39"}.items()}


def plain(words: Any) -> str:
    r"""Return a text, or what is written like one, cleaned and escaped: safe between tags and in a quoted attribute.

    >>> plain('<b>"Ruri\u202etania" & co</b>'), plain(1949)
    ('&lt;b&gt;&#34;Ruritania&#34; &amp; co&lt;/b&gt;', '1949')
    """
    text = clean(words) if isinstance(words, str) else str(words)
    return text.translate(_ENTITIES) if _SPECIAL.search(text) else text


def coded(words: str) -> str:
    """Return a text as markup, what stands in backticks as code.

    >>> coded("`foedus simulate` draws <scenarios>")
    '<code>foedus simulate</code> draws &lt;scenarios&gt;'
    """
    return _CODE.sub(r"<code>\1</code>", plain(words))


_CODE = re.compile("`([^`]+)`")


def as_written(words: str) -> str:
    r"""Return a text of several lines, cleaned and escaped line by line, for an element that keeps them.

    >>> as_written("a <\n  b")
    'a &lt;\n  b'
    """
    return "\n".join(f"{line[: len(line) - len(line.lstrip())]}{plain(line)}" for line in words.split("\n"))


def prose_in(tag: str, text: str, **attributes: str) -> str:
    """Return a text as an element, in the language that is spoken; one that has no words in it is English, and marked so.

    >>> prose_in("p", "It rose to -0.1.", class_="note")
    '<p class="note">It rose to −0.1.</p>'
    """
    words, language = whole(text)
    marked = f' lang="{language}"' if language != spoken() else ""
    named = "".join(f' {name.rstrip("_")}="{plain(each)}"' for name, each in attributes.items())
    return f"<{tag}{named}{marked}>{coded(prose(words))}</{tag}>"


def in_english() -> str:
    """Return the attribute of what is English on any page; "" where that is the page's language."""
    return "" if spoken() == ENGLISH else f' lang="{ENGLISH}"'


def web_address(url: str) -> str:
    """Return an address only if it is one a reader may follow: no script or data disguised as a link."""
    return url if url.startswith(("https://", "http://")) else ""


def linked(words: str) -> str:
    """Return a text of a table: an address as a link, shown by its host; anything else as it is.

    >>> linked("https://example.org/a?b")
    '<a href="https://example.org/a?b">example.org</a>'
    """
    if not web_address(words):
        return plain(words)
    return f'<a href="{plain(words)}">{plain(words.split("/")[2])}</a>'


def chip(name: str, family: str, words: str | None = None) -> str:
    """Return a grade, verdict or licence as a small label, coloured by its name; `words` are what it says, by default that.

    >>> chip("not supported", "grade")
    '<span class="chip grade not-supported">not supported</span>'
    """
    return _chip(name, family, tell(words or name))


@lru_cache(maxsize=256)
def _chip(name: str, family: str, words: str) -> str:
    slug = "".join(letter if letter.isalnum() else "-" for letter in name)
    return f'<span class="chip {plain(family)} {plain(slug)}">{plain(words)}</span>'


@cache
def _citation(name: str) -> str:
    return f'<a href="#source-{plain(name)}">{plain(name)}</a>'


def cite(names: Iterable[str]) -> str:
    """Return links to sources at the foot of the page, whose titles a script shows beside them."""
    return "; ".join(map(_citation, names))


def plural(number: int) -> str:
    """Return the ending of a noun that is counted."""
    return "" if number == 1 else "s"


@dataclass(frozen=True)
class Foot:
    """What every page ends with: the command that made it, the sources it rests on, and the record.

    Attributes
    ----------
    sources : ids; one that the catalogue lacks is said to be lacking.
    """

    command: str
    sources: Iterable[str]
    record_version: str
    record_sha256: str


@dataclass(frozen=True)
class Setting:
    """Where a page stands, and what it takes from there.

    Attributes
    ----------
    head : markup in the page's head: its policy and looks. above : markup above all that the page tells. end : its script.
    again : how the page is had again, after the words "Made by …".
    """

    head: str
    above: str = ""
    end: str = ""
    again: str = "the same record, version and command give this page again, byte for byte."


@cache
def alone() -> Setting:
    """Return the setting of a page that is a file: looks and script are in it, and it may ask for nothing."""
    script = asset("report.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'"
    )
    return Setting(
        head=(
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
            f"<style>\n{asset('chart.css')}{asset('report.css')}\n</style>\n"
        ),
        end=f"<script>{script}</script>\n",
    )


def page(
    *,
    title: str,
    top: str,
    contents: str,
    main: str,
    foot: Foot,
    definitions: str = "",
    lead: str = "",
    description: str = "",
    linked: str = "",
    setting: Setting | None = None,
) -> str:
    """Return a whole page, complete without scripts and on paper; by default one that stands alone, without the network.

    Parameters
    ----------
    title, description : plain text. top, contents, main : markup. definitions : what drawings refer to.
    lead : markup as wide as the page. linked : markup in the head for those who link to it.
    """
    setting, version, sources = setting or alone(), plain(__version__), sorted(set(foot.sources))
    described = f'<meta name="description" content="{plain(description)}">\n' if description else ""
    entries = contents + (f'<li><a href="#sources">{tell("Sources")}</a></li>\n' if sources else "")
    nav = f"""<nav class="contents" aria-labelledby="contents">
<h2 id="contents">{tell("Contents")}</h2>
<ol>
{entries}</ol>
</nav>

"""
    named = tell_many(len(sources), "{number} source, with its terms", "{number} sources, with their terms")
    told = f"""<h2 id="title-sources">{tell("Sources")}</h2>
<details class="fold">
<summary>{named}</summary>
<dl class="licences">{_licences()}</dl>
<ul class="sources"{in_english()}>
{"".join(_source(name, catalog().get(name)) for name in sources)}</ul>
</details>
"""
    return f"""<!doctype html>
<html lang="{spoken()}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="foedus {version}">
<meta name="record" content="{plain(foot.record_sha256)}">
<meta name="results" content="{identity(SHIPPED)}">
<title>{plain(title)}</title>
{described}{linked}<link rel="icon" href="data:,">
{setting.head}</head>
<body>
<a class="skip" href="#content">{tell("Skip to the findings")}</a>
<svg class="definitions" aria-hidden="true" width="0" height="0"><defs>{definitions}</defs></svg>

{setting.above}<header class="top">
{top}</header>

{lead}<div class="page">
{nav if entries else ""}<main id="content">
{main}</main>
</div>

<footer id="sources"{' aria-labelledby="title-sources"' if sources else ""}>
{told if sources else ""}<p class="colophon">\
{plain(tell("Record {version}", version=proper(foot.record_version)))}, SHA-256 <code>{plain(foot.record_sha256)}</code>. \
foedus {version}. {tell("Made by")} <code>{plain(foot.command)}</code>{tell(";")} {plain(tell(setting.again))}</p>
</footer>
{setting.end}</body>
</html>"""


def made_by(path: Path) -> tuple[str, str, str]:
    """Return what wrote a page, such as "foedus 0.3.0", and the SHA-256 of its record and of the results that ship with it.

    Empty texts of another file.

    Raises InputError if the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD).decode(errors="replace")
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}.") from None
    said = [re.search(rf'<meta name="{name}" content="([^"]*)">', head) for name in ("generator", "record", "results")]
    maker, record, results = (each[1] if each else "" for each in said)
    return maker, record, results


HEAD = 4096
"""Bytes of a page that hold what wrote it."""


def _licences() -> str:
    return "".join(
        f"<div><dt>{chip(licence, 'licence')}</dt><dd>{plain(tell(meaning))}</dd></div>"
        for licence, meaning in LICENCE_MEANING.items()
    )


def _source(name: str, source: Source | None) -> str:
    """A source as the foot of a page tells of it."""
    if source is None:
        entry = f'<p><strong>{plain(name)}</strong></p><p class="from">Not in the catalogue of this version of foedus.</p>\n'
    else:
        url = plain(source.url)
        link = f' <a href="{url}">{url}</a>' if web_address(source.url) else ""
        entry = (
            f"<p><strong>{plain(source.title)}</strong> {chip(source.licence, 'licence')}</p>\n"
            f"<p>{plain(source.producer)}, version {plain(source.version)}. Speaks for {source.first_year}–{source.last_year}."
            f'</p>\n<p class="from">{plain(source.citation)}</p>\n'
            f'<p class="from">Terms: {plain(source.terms)}.{link} <code>{plain(name)}</code></p>\n'
        )
    return f'<li id="source-{plain(name)}">\n{entry}</li>\n'


@cache
def asset(name: str) -> str:
    """Return the text of a file in `templates`: what pages are dressed with, or a document of typst (brief.typ, card.typ)."""
    return (resources.files("foedus.report") / "templates" / name).read_text(encoding="utf-8")
