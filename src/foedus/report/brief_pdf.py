"""A brief of two pages as a PDF file: the answer, what it rests on, three pictures, the sources, the record and how to cite.

It is tagged (PDF/UA-1): a screen reader is told headings, lists and, for each picture, what it shows; typst refuses a picture
without words. The words are those of the report. It says no time, so that the same assessment gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from foedus.assessment.assessment import Assessment
from foedus.assessment.finding import Exhibit
from foedus.citation import AUTHORS, TITLE
from foedus.language.said import proper
from foedus.language.speaking import spoken, tell, told
from foedus.record.source import catalog
from foedus.report import charts, summary, typeset
from foedus.report.drawing import NARROW, WIDE
from foedus.report.in_words import in_words
from foedus.report.markup import asset
from foedus.report.said import prose
from foedus.report.standalone import bare
from foedus.report.translated import translated
from foedus.report.wording import clean
from foedus.version import __version__

HEADINGS = {
    "rests": "What the answer rests on",
    "reading": "How to read it",
    "gaps": "What could not be said",
    "sources": "Sources of these two pages",
    "cite": "Record, and how to cite this",
}
CITE = "Cite as: {cited} Record {version}. And cite the sources above for what they say."
MADE = (
    "Made by: {command}. The same record, version and command give this file again, byte for byte. The whole report, with "
    "every finding, its test and its rows, is the page that this command also writes."
)
"""What the brief says of itself."""

MOST_GAPS = 5
"""Of what could not be said, as much as is told."""


def to_pdf(assessment: Assessment, command: str, link: str = "") -> bytes:
    """Return the brief as a PDF file; `link` is the address of the report, "" for none.

    Raises InputError where the extra `[pdf]` is not installed.
    """
    typeset.check("PDF briefs")
    shown, (answer, because) = list(map(translated, summary.first_exhibits(assessment))), summary.answer(assessment)
    title = told(assessment.title)
    drawn = {f"picture-{place}.svg": _drawn(each, wide=_wide(place, shown)) for place, each in enumerate(shown)}
    held = {
        "language": spoken(),
        "words": {name: tell(words) for name, words in HEADINGS.items()},
        "title": tell("{members}, {year}: a brief", members=assessment.title, year=assessment.year),
        "author": AUTHORS,
        "heading": title,
        "kind": summary.kind(assessment),
        "year": tell("as of {year}", year=assessment.year),
        "question": summary.question(assessment),
        "foot": f"{title}, {assessment.year} · {tell('record {version}', version=proper(assessment.record_version))}",
        "answer": answer,
        "because": because,
        "lines": [prose(told(line.text)) for line in assessment.brief.lines],
        "pictures": [
            {
                "file": f"picture-{place}.svg",
                "title": told(each.title),
                "note": prose(told(each.note)),
                "shows": f"{told(each.title)}. {in_words(each)}",
                "wide": _wide(place, shown),
            }
            for place, each in enumerate(shown)
        ],
        "reading": list(map(tell, summary.READING)),
        "gaps": [prose(gap) for gap in summary.gaps(assessment)[:MOST_GAPS]],
        "sources": list(map(_cited, _sources(assessment, shown))),
        "made": _made(assessment, command),
        "link": link,
    }
    return typeset.pdf(asset("brief.typ"), {"brief.json": json.dumps(_cleaned(held)), **drawn})


def _wide(place: int, shown: Sequence[Exhibit]) -> bool:
    """Whether a picture has the whole width: the first of three, and each of fewer."""
    return place == 0 or len(shown) < 3


def _drawn(exhibit: Exhibit, *, wide: bool) -> str:
    shapes = charts.shapes_for([exhibit])
    return bare(charts.pictures(exhibit, shapes), shapes, WIDE if wide else NARROW)


def _sources(assessment: Assessment, shown: Sequence[Exhibit]) -> list[str]:
    """The ids of what the answer, its lines and its pictures rest on, in the catalogue's order."""
    answered = set(assessment.brief.as_dict()["rests_on"])
    named = {name for finding in assessment.findings if finding.id in answered for name in finding.sources}
    named |= {name for exhibit in shown for name in exhibit.sources}
    return [name for name in (*catalog(), *sorted(named - set(catalog()))) if name in named]


def _cited(name: str) -> dict[str, str]:
    source = catalog().get(name)
    if source is None:
        return {"citation": name, "version": tell("Not in the catalogue of this version of foedus.")}
    return {"citation": source.citation, "version": tell("Version read: {version}.", version=proper(source.version))}


def _made(assessment: Assessment, command: str) -> list[str]:
    version = proper(assessment.record_version)
    cited = f"{AUTHORS}. {TITLE}, version {__version__}. {told(assessment.title)}, {assessment.year}."
    return [
        tell(CITE, cited=proper(cited), version=version),
        f"{tell('Record {version}', version=version)}, SHA-256 {assessment.record_sha256}.",
        tell(MADE, command=proper(command)),
    ]


def _cleaned(held: object) -> object:
    """Every text without what no document may hold."""
    if isinstance(held, str):
        return clean(held)
    if isinstance(held, dict):
        return {name: _cleaned(each) for name, each in held.items()}
    return [_cleaned(each) for each in held] if isinstance(held, list) else held
