"""The report, what is told of every partnership alike, and claims alone: each one HTML page, complete without the network.

A pair's page tells what concerns the pair: the answer, and a few findings a chapter; the rest is folded. What holds of every
two states alike stands on the methods page beside it, and each number leads to its place there. Everything that came from data
is escaped by `markup.plain`, by a table or by `drawing.element`; the page carries a content security policy that forbids every
request and every script but its own, named by its hash. Nothing in it tells the time, so that the same assessment gives the
same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from foedus.assessment.assessment import Assessment
from foedus.assessment.brief import Line
from foedus.assessment.claims.check import Claims
from foedus.assessment.finding import GRADES, Chapter, Finding
from foedus.language.said import Said, proper, say, say_many
from foedus.language.speaking import tell, tell_many, told
from foedus.report import charts, claimed, summary, wording
from foedus.report.drawing import DEFINITIONS
from foedus.report.figures import Shown, figure, glance
from foedus.report.markup import Foot, Setting, chip, cite, in_english, page, plain, plural, prose_in
from foedus.report.said import prose
from foedus.report.told import METHODS, elsewhere, finding, graded_by
from foedus.report.translated import translated
from foedus.words import capitalized

if TYPE_CHECKING:
    from foedus.assessment.methods import Methods
    from foedus.report.published import Address

GRADE_MEANING = {
    "recorded": "read off the record; nothing is estimated",
    "supported": "an estimate that passed the test declared for it beforehand, on years it had not been fitted to",
    "mixed": "the result of that test depends on the design or the era",
    "not supported": "the test was not passed; the number carries no weight in the conclusions",
    "harmful": "the years forecast were forecast worse with it than without; it carries no weight in the conclusions",
    "physical": "follows from geometry or physics",
    "not estimated": "no test was declared for it: a number here describes or checks and has no weight; a dash is not known",
}

OF_FINDINGS = (
    "Every finding is one sentence with its number, the interval around it, a baseline to compare it with, a grade, its "
    "sources and the rows of the record it was read from; <code>foedus explain</code> with its name says which function "
    "computes it, and which command shows those rows. The grade says how far to believe it; that of a term, of forecasts and "
    "of a calibration says so:"
)
OF_DIRECTIONS = (
    "Beside it stands, where the claim says which way a number points, whether the estimate is as claimed or against the "
    "claim: what forecasts well may do so because it goes with more of what it was to prevent. How many events were expected "
    "for each that came is a measure of the forecasts, and has no grade."
)
"""How the page is to be read; markup."""

OF_METHODS = (
    'They are the same for every two states: {number} findings stand on the <a href="{page}">methods page</a>, which '
    "<code>foedus assess</code> writes beside this one. Where it is missing, <code>foedus methods</code> makes it, and "
    "<code>foedus explain</code> with the name of a finding says what computes it."
)

NOT_TRANSLATED = "The findings of the chapters are not translated yet: they stand in English."

OPEN = 2
"""Findings of a chapter that are not folded, beside those that the answer rests on."""

CLAIMS_TITLE = "What is claimed and what the record shows"
METHODS_TITLE = "How the numbers were tested"


def to_html(
    assessment: Assessment,
    command: str,
    world: pl.DataFrame | None = None,
    setting: Setting | None = None,
    address: Address | None = None,
) -> str:
    """Return the report as one HTML page.

    Parameters
    ----------
    command : the command that made it, shown at the foot.
    world : geometry of the states for maps; by default the record's table `world_map`.
    setting : where the page stands; by default alone.
    address : where it will lie on the web, with the card that links to it are shown by; None where nobody has said.

    Raises ValueError if an exhibit's frame lacks a column of its kind.
    """
    own = [chapter for chapter in map(_own, assessment.chapters) if chapter.findings or chapter.exhibits or chapter.gaps]
    shown, definitions = _drawn(own, world)
    answered = {name for line in (assessment.brief.lead, *assessment.brief.lines) for name in line.rests_on}
    whole = {chapter.id: chapter for chapter in assessment.chapters}
    first = [exhibit.id for exhibit in summary.first_exhibits(assessment)]
    own = [replace(chapter, exhibits=tuple(each for each in chapter.exhibits if each.id not in first)) for chapter in own]
    known = [chapter for chapter in own if not _unknown(chapter)]
    chapters = [_chapter(chapter, whole[chapter.id], place, shown, answered) for place, chapter in enumerate(known, 1)]
    unknown = [_chapter(chapter, whole[chapter.id], None, shown, set()) for chapter in own if _unknown(chapter)]
    claims = f"{_claims(assessment.claims)}\n" if assessment.claims else ""
    covered = (name for names in assessment.coverage["source"].drop_nulls() for name in names.split(", "))
    title = tell("{members}, {year}: an assessment", members=assessment.title, year=assessment.year)
    description = prose(told(assessment.brief.lead.text))
    return page(
        title=title,
        description=description,
        linked=_linked(assessment, title, description, address) if address else "",
        top=_top(assessment),
        contents=_contents(assessment, known, some_unknown=bool(unknown)),
        lead=_brief(assessment, [shown[name] for name in first]),
        main=(
            f"{''.join(chapters)}\n{claims}\n{_of_nothing_known(assessment, unknown)}"
            f"{_methods(assessment)}{_coverage(assessment)}"
        ),
        foot=Foot(command, (*assessment.sources, *covered), assessment.record_version, assessment.record_sha256),
        definitions=definitions,
        setting=setting,
    )


def _linked(assessment: Assessment, title: str, description: str, address: Address) -> str:
    """What the head of a page says of where it lies."""
    from foedus.report.published import tags

    return tags(assessment, title, description, address)


def methods_to_html(methods: Methods, command: str, setting: Setting | None = None) -> str:
    """Return what is told of every partnership alike as one HTML page; `command` is the command that made it."""
    shown, definitions = _drawn(methods.chapters, None)
    number = len(methods.findings)
    entries = "".join(f'<li><a href="#chapter-{plain(each.id)}">{plain(each.title)}</a></li>\n' for each in methods.chapters)
    return page(
        title="Methods: how the numbers were tested",
        top=(
            f'<p class="kind">Methods</p>\n<h1>{METHODS_TITLE}</h1>\n<p class="facts">What foedus tells of every two '
            "states alike: tests on years that were not learnt from, scores, calibration, designs, and what leads to what. "
            f"{_record(methods)} {number} finding{plural(number)} from {len(methods.sources)} sources.</p>\n"
        ),
        contents=entries,
        main="".join(_of_all(chapter, place, shown) for place, chapter in enumerate(methods.chapters, 1)),
        foot=Foot(command, methods.sources, methods.record_version, methods.record_sha256),
        definitions=definitions,
        setting=setting,
    )


def claims_to_html(claims: Claims, command: str, setting: Setting | None = None) -> str:
    """Return claims as one HTML page; `command` is the command that made it, shown at the foot."""
    number, sources = len(claims.claims), len(claims.sources)
    about = f"About {' and '.join(map(plain, claims.members))}, as of {claims.year}."
    title = CLAIMS_TITLE
    return page(
        title=claims.title,
        top=(
            f'<p class="kind">Claims, checked</p>\n<h1>{plain(claims.title)}</h1>\n<p>{plain(claims.text)}</p>\n'
            f'<p class="facts">{about} {_record(claims)} {number} claim{plural(number)} on {sources} source{plural(sources)}.'
            "</p>\n"
        ),
        contents=f'<li><a href="#claims">{title}</a></li>\n',
        main=f"{claimed.chapter(claims, title)}\n",
        foot=Foot(command, claims.sources, claims.record_version, claims.record_sha256),
        setting=setting,
    )


def _record(of: Assessment | Methods | Claims) -> str:
    return f"Record {plain(of.record_version)}, <code>{plain(of.record_sha256[:12])}</code>."


def _claims(claims: Claims) -> str:
    """The claims, which are told in English."""
    chapter = claimed.chapter(claims, CLAIMS_TITLE, folded=True)
    return f"<div{in_english()}>{chapter}</div>" if in_english() else chapter


def _own(chapter: Chapter) -> Chapter:
    """A chapter without what is told of every partnership alike; its gaps are no more than that where nothing else is left."""
    findings = tuple(each for each in chapter.findings if each.id not in chapter.everywhere)
    exhibits = tuple(each for each in chapter.exhibits if each.id not in chapter.everywhere)
    gaps = () if chapter.everywhere and not findings and not exhibits else chapter.gaps
    return Chapter(chapter.id, chapter.title, chapter.question, findings, exhibits, chapter.would_change, gaps)


def _unknown(chapter: Chapter) -> bool:
    """Whether a chapter knows nothing of the pair in the year: it has no number, only why there is none."""
    return all(finding.value is None for finding in chapter.findings)


def _of_nothing_known(assessment: Assessment, chapters: Sequence[str]) -> str:
    """Chapters without a number, folded, so that a reader sees what was asked and why nobody can say."""
    if not chapters:
        return ""
    forms = ("{number} chapter without a number, with the reasons", "{number} chapters without a number, with the reasons")
    return f"""<section class="chapter" id="unknown" aria-labelledby="title-unknown">
<h2 id="title-unknown">{tell("Not known for {year}", year=assessment.year)}</h2>
<p class="asks">{tell("What could be asked of other pairs or years, and has no answer here?")}</p>
{_folded(tell_many(len(chapters), *forms), chapters)}</section>
"""


def _drawn(chapters: Iterable[Chapter], world: pl.DataFrame | None) -> tuple[dict[str, Shown], str]:
    """Every exhibit ready for the page, by id, and what the drawings refer to."""
    exhibits = [translated(exhibit) for chapter in chapters for exhibit in chapter.exhibits]
    shapes = charts.shapes_for(exhibits, world)
    shown = {exhibit.id: Shown.of(exhibit, number, shapes) for number, exhibit in enumerate(exhibits, 1)}
    return shown, DEFINITIONS + (shapes.definitions() if shapes else "")


def _top(assessment: Assessment) -> str:
    rests = {"findings": len(assessment.findings), "sources": len(assessment.sources)}
    facts = tell("As of {year}. {findings} findings from {sources} sources.", year=assessment.year, **rests)
    english = f'<p class="facts">{tell(NOT_TRANSLATED)}</p>\n' if in_english() else ""
    return (
        f'<p class="kind">{summary.kind(assessment)}</p>\n<h1>{plain(told(assessment.title))}</h1>\n'
        f'<p class="facts">{facts}</p>\n{english}'
    )


def _contents(assessment: Assessment, chapters: Sequence[Chapter], *, some_unknown: bool) -> str:
    entries = [(f"chapter-{chapter.id}", tell(chapter.title)) for chapter in chapters]
    entries += [("claims", tell(CLAIMS_TITLE))] if assessment.claims else []
    entries += [("unknown", tell("Not known for {year}", year=assessment.year))] if some_unknown else []
    entries += [("methods", tell(METHODS_TITLE)), ("coverage", tell("What the record covers"))]
    return "".join(f'<li><a href="#{plain(anchor)}">{plain(title)}</a></li>\n' for anchor, title in entries)


def _brief(assessment: Assessment, pictures: Sequence[Shown]) -> str:
    """The answer, its pictures, the lines it rests on, and how to read the page."""
    brief = assessment.brief
    lines = "".join(map(_line, brief.lines))
    answer, because = summary.answer(assessment)
    opening = f"<strong>{plain(answer)}</strong> {plain(because)}{_rests_on(brief.lead)}"
    shown = f'<div class="glances">\n{"".join(map(glance, pictures))}</div>\n' if pictures else ""
    listed = f'<p class="lead">{opening}</p>\n{shown}<ul class="headline">\n{lines}</ul>\n'
    meanings = sorted(GRADES, key=list(GRADE_MEANING).index)
    grades = "".join(
        f"<div><dt>{chip(grade, 'grade')}</dt><dd>{plain(tell(GRADE_MEANING[grade]))}</dd></div>\n" for grade in meanings
    )
    return f"""<section class="brief" aria-labelledby="brief">
<h2 id="brief">{plain(summary.question(assessment))}</h2>
{listed}<details class="howto">
<summary>{tell("How to read this page")}</summary>
<div>
<p>{tell(OF_FINDINGS)}</p>
<dl>
{grades}</dl>
<p>{tell(OF_DIRECTIONS)}</p>
{"".join(f"<p>{plain(tell(words))}</p>" for words in summary.READING)}
</div>
</details>
</section>
"""


def _line(line: Line) -> str:
    return f"<li>{plain(prose(told(line.text)))}{_rests_on(line)}</li>\n"


def _rests_on(line: Line) -> str:
    """A link to each finding that a line of the answer is made of."""
    return "".join(
        f'\u2009<a class="why" href="#{plain(name)}" title="{plain(name)}" aria-label="{tell("Details:")} {plain(name)}">↓</a>'
        for name in line.rests_on
    )


def _chapter(own: Chapter, whole: Chapter, place: int | None, shown: Mapping[str, Shown], answered: set[str]) -> str:
    """A chapter of a pair: its first picture and what the answer rests on are open, the rest is folded."""
    opening = [exhibit for exhibit in own.exhibits[:1] if exhibit.kind != "table"]
    first, rest = _divided(own.findings, answered)
    return "".join(
        [
            _head(own, place),
            *(figure(shown[exhibit.id]) for exhibit in opening),
            *(finding(each, graded_by(each, whole)) for each in first),
            _folded(
                tell_many(len(rest), "{number} more finding", "{number} more findings"),
                [finding(each, graded_by(each, whole)) for each in rest],
            ),
            *(figure(shown[exhibit.id], folded=True) for exhibit in own.exhibits[len(opening) :]),
            _ending(own),
            "</section>\n",
        ]
    )


def _divided(findings: Sequence[Finding], answered: set[str]) -> tuple[list[Finding], list[Finding]]:
    """Findings that stand open, which are those the answer rests on or the first OPEN, and the others."""
    first = [each for each in findings if each.id in answered] or list(findings[:OPEN])
    names = {each.id for each in first}
    return first, [each for each in findings if each.id not in names]


def _of_all(chapter: Chapter, place: int, shown: Mapping[str, Shown]) -> str:
    """A chapter of the methods page: reliability as a diagram; what each term adds and each stratum saw is folded."""
    terms = [each for each in chapter.findings if ".term." in each.id]
    strata = [each for each in chapter.findings if ".calibration." in each.id]
    diagrams = [exhibit for exhibit in chapter.exhibits if exhibit.kind == "reliability"]
    others = [exhibit for exhibit in chapter.exhibits if exhibit.kind != "reliability"]
    return "".join(
        [
            _head(chapter, place),
            *(finding(each) for each in chapter.findings if each not in terms and each not in strata),
            *(figure(shown[exhibit.id]) for exhibit in diagrams),
            _folded(f"How many were expected for each that came ({len(strata)} findings)", list(map(finding, strata))),
            _folded(f"What each term adds to the forecasts ({len(terms)} findings)", list(map(finding, terms))),
            *(figure(shown[exhibit.id], folded=exhibit.kind == "table") for exhibit in others),
            _ending(chapter),
            "</section>\n",
        ]
    )


def _head(chapter: Chapter, place: int | None) -> str:
    ordinal = "" if place is None else f'<span class="ordinal">{place}</span> '
    return (
        f'<section class="chapter" id="chapter-{plain(chapter.id)}" aria-labelledby="title-{plain(chapter.id)}">\n'
        f'<h2 id="title-{plain(chapter.id)}">{ordinal}{plain(tell(chapter.title))}</h2>\n'
        f"{prose_in('p', _asked(chapter), class_='asks')}\n"
    )


def _asked(chapter: Chapter) -> str:
    return chapter.question if isinstance(chapter.question, Said) else say(chapter.question)


def _folded(title: str, parts: Sequence[str]) -> str:
    return f'<details class="fold">\n<summary>{plain(title)}</summary>\n{"".join(parts)}</details>\n' if parts else ""


def _ending(chapter: Chapter) -> str:
    """What could not be said, and what would change the chapter, folded."""
    titles, parts = [], []
    if chapter.gaps:
        gaps = "".join(f"{prose_in('li', gap)}\n" for gap in chapter.gaps)
        titles.append(tell("what could not be said ({number})", number=len(chapter.gaps)))
        parts.append(f'<div class="ending"><h3>{tell("What could not be said")}</h3><ul>\n{gaps}</ul></div>')
    if chapter.would_change:
        titles.append(tell("what would change this"))
        change, words = tell("What would change this"), chapter.would_change
        parts.append(f'<div class="ending"><h3>{change}</h3><p{in_english()}>{plain(words)}</p></div>')
    both = "{gaps}, and {change}"
    title = tell(both, gaps=proper(titles[0]), change=proper(titles[1])) if len(titles) > 1 else "".join(titles)
    return _folded(capitalized(title), parts) if parts else ""


def _methods(assessment: Assessment) -> str:
    """What is told of every partnership alike: by name, number and grade, each a link to its place on the methods page."""
    parts, number = [], 0
    for chapter in assessment.chapters:
        alike = [each for each in chapter.findings if each.id in chapter.everywhere]
        pictures = sum(each.id in chapter.everywhere for each in chapter.exhibits)
        if not alike and not pictures:
            continue
        number += len(alike)
        shown = say_many(pictures, ", {number} picture or table", ", {number} pictures or tables")
        named = {"chapter": say(chapter.title), "beside": shown if pictures else ""}
        title = tell_many(len(alike), "{chapter}: {number} finding{beside}", "{chapter}: {number} findings{beside}", **named)
        there = tell("{chapter}, on the methods page", chapter=say(chapter.title))
        link = f'<p><a href="{METHODS}#chapter-{plain(chapter.id)}">{plain(there)}</a></p>\n'
        parts.append(_folded(title, [link, f'<ul class="elsewhere">\n{elsewhere(alike)}</ul>\n']))
    return f"""<section class="chapter" id="methods" aria-labelledby="title-methods">
<h2 id="title-methods">{tell(METHODS_TITLE)}</h2>
<p class="asks">{tell("Which mechanisms, tests, scores and designs stand behind the numbers above?")}</p>
<p>{tell(OF_METHODS, number=number, page=proper(METHODS))}</p>
{"".join(parts)}</section>
"""


def _coverage(assessment: Assessment) -> str:
    rows = "".join(map(_covered, assessment.coverage.iter_rows(named=True)))
    return f"""<section class="chapter" id="coverage" aria-labelledby="title-coverage">
<h2 id="title-coverage">{tell("What the record covers")}</h2>
<p class="asks">{tell("For which years does it speak, and how old is its last word in {year}?", year=assessment.year)}</p>
<details class="fold">
<summary>{tell("{number} variables, with first and last year and age", number=assessment.coverage.height)}</summary>
<div class="scroll" tabindex="0" role="region" aria-label="{tell("Table: coverage")}">
<table class="n3 n4 n5" data-sortable>
<caption>{tell("Variables, first and last year, and age in {year}", year=assessment.year)}</caption>
<thead><tr><th scope="col">{tell("Variable")}</th><th scope="col">{tell("Source")}</th>\
<th scope="col" class="n">{tell("First year")}</th><th scope="col" class="n">{tell("Last year")}</th>\
<th scope="col" class="n">{tell("Age in years")}</th></tr></thead>
<tbody>
{rows}</tbody>
</table>
</div>
</details>
</section>
"""


def _covered(row: dict[str, str | int | None]) -> str:
    """A variable and the years of its source."""
    sources = cite(str(row["source"]).split(", ")) if row["source"] else "–"
    years = "".join(f"<td>{plain(wording.value(row[name], 'year'))}" for name in ("first_year", "last_year", "age"))
    name = plain(row["variable"])
    return f"<tr><th{in_english()}>{plain(row['label'] or row['variable'])} <code>{name}</code><td>{sources}{years}\n"
