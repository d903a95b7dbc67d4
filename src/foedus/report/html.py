"""The report, and claims alone, as one HTML page: complete without the network, without scripts and on paper.

Everything that came from data is escaped by `markup.plain`, by a table or by `drawing.element`; the page carries a content
security policy that forbids every request and every script but its own, named by its hash. Nothing in it tells the time, so
that the same assessment gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from foedus.assessment.assessment import Assessment
from foedus.assessment.brief import Line
from foedus.assessment.claims.check import Claims
from foedus.assessment.finding import GRADES, Chapter, Exhibit, Finding
from foedus.report import charts, claimed, summary, wording
from foedus.report.drawing import DEFINITIONS, Picture
from foedus.report.markup import Foot, chip, cite, page, plain, plural
from foedus.report.tables import Table, tables
from foedus.report.worldmap import Shapes
from foedus.words import capitalized

GRADE_MEANING = {
    "recorded": "read off the record; nothing is estimated",
    "supported": "an estimate that passed the test declared for it beforehand, on years it had not been fitted to",
    "mixed": "the result of that test depends on the design or the era",
    "not supported": "the test was not passed; the number carries no weight in the conclusions",
    "harmful": "the years forecast were forecast worse with it than without; it carries no weight in the conclusions",
    "physical": "follows from geometry or physics",
    "not estimated": "nobody could, or did, put a number on it here",
}

LONG = 20
"""Rows above which a table is shown in a box of its own, with a field to filter it."""

CLAIMS_TITLE = "What the essay says and what the record shows"


@dataclass(frozen=True)
class Shown:
    """An exhibit ready for the page.

    Attributes
    ----------
    number : its place on the page, for ids. pictures, tables : as drawn; of a map, one each a panel.
    panels : (member, outcome) of each map. key : a map's colour key.
    """

    exhibit: Exhibit
    number: int
    pictures: tuple[Picture, ...]
    tables: tuple[Table, ...]
    panels: tuple[tuple[str, str], ...] = ()
    key: Picture | None = None

    @property
    def members(self) -> list[str]:
        """Members of a map, each once."""
        return list(dict.fromkeys(member for member, _ in self.panels))

    @property
    def outcomes(self) -> list[str]:
        """Outcomes of a map, each once."""
        return list(dict.fromkeys(outcome for _, outcome in self.panels))

    @property
    def rows(self) -> str:
        """How many rows its tables have, in words."""
        number = sum(table.height for table in self.tables)
        return f"{number} row{plural(number)}"


def to_html(assessment: Assessment, command: str, world: pl.DataFrame | None = None) -> str:
    """Return the report as one HTML page.

    Parameters
    ----------
    command : the command that made it, shown at the foot.
    world : geometry of the states for maps; by default the record's table `world_map`.

    Raises ValueError if an exhibit's frame lacks a column of its kind.
    """
    exhibits = [exhibit for chapter in assessment.chapters for exhibit in chapter.exhibits]
    shapes = charts.shapes_for(exhibits, world)
    shown = {exhibit.id: _shown(exhibit, number, shapes) for number, exhibit in enumerate(exhibits, 1)}
    chapters = [_chapter(chapter, place, shown) for place, chapter in enumerate(assessment.chapters, 1)]
    claims = f"{claimed.chapter(assessment.claims, CLAIMS_TITLE)}\n" if assessment.claims else ""
    covered = (name for names in assessment.coverage["source"].drop_nulls() for name in names.split(", "))
    return page(
        title=f"{assessment.title}, {assessment.year}: an assessment",
        top=_top(assessment),
        contents=_contents(assessment),
        main=f"{_brief(assessment)}\n{''.join(chapters)}\n{claims}\n{_coverage(assessment)}",
        foot=Foot(command, (*assessment.sources, *covered), assessment.record_version, assessment.record_sha256),
        definitions=DEFINITIONS + (shapes.definitions() if shapes else ""),
    )


def claims_to_html(claims: Claims, command: str) -> str:
    """Return claims as one HTML page; `command` is the command that made it, shown at the foot."""
    number, sources = len(claims.claims), len(claims.sources)
    about = f"About {' and '.join(map(plain, claims.members))}, as of {claims.year}."
    record = f"Record {plain(claims.record_version)}, <code>{plain(claims.record_sha256[:12])}</code>."
    title = "What is claimed and what the record shows"
    return page(
        title=claims.title,
        top=(
            f'<p class="kind">Claims, checked</p>\n<h1>{plain(claims.title)}</h1>\n<p>{plain(claims.text)}</p>\n'
            f'<p class="facts">{about} {record} {number} claim{plural(number)} on {sources} source{plural(sources)}.</p>\n'
        ),
        contents=f'<li><a href="#claims">{title}</a></li>\n',
        main=f"{claimed.chapter(claims, title)}\n",
        foot=Foot(command, claims.sources, claims.record_version, claims.record_sha256),
    )


def _shown(exhibit: Exhibit, number: int, shapes: Shapes | None) -> Shown:
    drawn, written = charts.pictures(exhibit, shapes), tuple(tables(exhibit))
    if exhibit.kind == "map" and drawn:
        return Shown(exhibit, number, tuple(drawn[:-1]), written, tuple(charts.panels(exhibit)), drawn[-1])
    return Shown(exhibit, number, tuple(drawn), written)


def _top(assessment: Assessment) -> str:
    return (
        f'<p class="kind">Partnership assessment</p>\n<h1>{plain(assessment.title)}</h1>\n'
        f'<p class="facts">As of {assessment.year}. Record {plain(assessment.record_version)}, '
        f"<code>{plain(assessment.record_sha256[:12])}</code>. {len(assessment.findings)} findings from "
        f"{len(assessment.sources)} sources.</p>\n"
    )


def _contents(assessment: Assessment) -> str:
    entries = [(f"chapter-{chapter.id}", chapter.title) for chapter in assessment.chapters]
    entries += [("claims", CLAIMS_TITLE)] if assessment.claims else []
    entries += [("coverage", "What the record covers")]
    return "".join(f'<li><a href="#{plain(anchor)}">{plain(title)}</a></li>\n' for anchor, title in entries)


def _brief(assessment: Assessment) -> str:
    """The answer, the lines it rests on, and how to read the page."""
    brief = assessment.brief
    lines = "".join(map(_line, brief.lines))
    answer, _, because = brief.lead.text.partition(": ")
    opening = f"<strong>{plain(answer)}.</strong> {plain(capitalized(because))}{_rests_on(brief.lead)}"
    listed = f'<p class="lead">{opening}</p>\n<ul class="headline">\n{lines}</ul>\n'
    meanings = sorted(GRADES, key=list(GRADE_MEANING).index)
    grades = "".join(
        f"<div><dt>{chip(grade, 'grade')}</dt><dd>{plain(GRADE_MEANING[grade])}</dd></div>\n" for grade in meanings
    )
    return f"""<section class="brief" aria-labelledby="brief">
<h2 id="brief">{plain(summary.QUESTION)}</h2>
{listed}<details class="howto">
<summary>How to read this page</summary>
<div>
<p>Every finding is one sentence with its number, the interval around it, a baseline to compare it with, a grade, its sources \
and the rows of the record it was read from; <code>foedus explain</code> with its name says which function computes it, and \
which command shows those rows. The grade says how far to believe it:</p>
<dl>
{grades}</dl>
<p>Beside it stands, where the claim says which way a number points, whether the estimate is as claimed or against the claim: \
what forecasts well may do so because it goes with more of what it was to prevent. How many events were expected for each that \
came is a measure of the forecasts, and has no grade.</p>
<p>A 95&nbsp;% interval is made so that 95 of 100 such intervals hold the true value, if the model is right. It does not cover \
the chance that the model is wrong; the grade speaks to that.</p>
<p>A probability per year is small for almost every two states. Read it beside its baseline: the rate among all comparable \
dyads.</p>
<p>A dash (–) and hatching mean that nothing is known. They never mean zero.</p>
</div>
</details>
</section>
"""


def _line(line: Line) -> str:
    return f"<li>{plain(line.text)}{_rests_on(line)}</li>\n"


def _rests_on(line: Line) -> str:
    """A link to each finding that a line of the answer is made of."""
    return "".join(
        f'\u2009<a class="why" href="#{plain(name)}" title="{plain(name)}" aria-label="Details: {plain(name)}">↓</a>'
        for name in line.rests_on
    )


def _chapter(chapter: Chapter, place: int, shown: dict[str, Shown]) -> str:
    """A chapter; the first picture opens it, the other exhibits follow the findings."""
    opening = [exhibit for exhibit in chapter.exhibits[:1] if exhibit.kind != "table"]
    terms = [finding for finding in chapter.findings if ".term." in finding.id]
    parts = [
        f'<section class="chapter" id="chapter-{plain(chapter.id)}" aria-labelledby="title-{plain(chapter.id)}">\n'
        f'<h2 id="title-{plain(chapter.id)}"><span class="ordinal">{place}</span> {plain(chapter.title)}</h2>\n'
        f'<p class="asks">{plain(chapter.question)}</p>\n',
        *(_figure(shown[exhibit.id]) for exhibit in opening),
        *(_finding(finding) for finding in chapter.findings if ".term." not in finding.id),
    ]
    if terms:
        parts += [
            '<details class="terms">\n',
            f"<summary>What each term adds to the forecasts ({len(terms)} findings)</summary>\n",
        ]
        parts += [*map(_finding, terms), "</details>\n"]
    parts += [_figure(shown[exhibit.id]) for exhibit in chapter.exhibits[len(opening) :]]
    if chapter.would_change:
        parts.append(f'<div class="ending"><h3>What would change this</h3><p>{plain(chapter.would_change)}</p></div>')
    if chapter.gaps:
        gaps = "".join(f"<li>{plain(gap)}</li>\n" for gap in chapter.gaps)
        parts.append(f'<div class="ending"><h3>What could not be said</h3><ul>\n{gaps}</ul></div>')
    return "".join([*parts, "</section>\n"])


def _finding(finding: Finding) -> str:
    anchor = plain(finding.id)
    sources = f"Sources: {cite(finding.sources)}. " if finding.sources else ""
    rows = ""
    if finding.rows:
        where = f" where <code>{plain(finding.rows.filter)}</code>" if finding.rows.filter else ""
        rows = f"Rows: <code>{plain(finding.rows.table)}</code>{where}. "
    measures = "".join(f"<p>{words}</p>" for words in (_odds(finding), _interval(finding), _baseline(finding)) if words)
    return (
        f'<article class="finding" id="{anchor}">\n<div class="says">\n<p class="statement">{plain(finding.statement)}</p>\n'
        f'<p class="from">{sources}{rows}<a class="permalink" href="#{anchor}" title="Link to this finding">{anchor}</a></p>\n'
        f'</div>\n<div class="measure">\n<p class="amount">{_amount(finding)}</p>\n'
        f"{measures}{_grade(finding)}</div>\n</article>\n"
    )


def _grade(finding: Finding) -> str:
    """The grade, and whether the estimate points where the claim does; nothing of a figure that is not graded."""
    chips = [chip(words, family) for words, family in ((finding.grade, "grade"), (finding.direction, "direction")) if words]
    return f"<p>{' '.join(chips)}</p>\n" if chips else ""


def _amount(finding: Finding) -> str:
    words = "" if finding.value is None else plain(wording.unit_words(finding.unit, finding.value))
    kind = ' class="words"' if isinstance(finding.value, str) else ""
    return f"<strong{kind}>{plain(wording.value(finding.value, finding.unit))}</strong>{words and f' {words}'}"


def _interval(finding: Finding) -> str:
    """Return "95 % interval 0.2–0.9 %", or "" where there is none."""
    if finding.interval is None:
        return ""
    shown = wording.value_range(finding.interval.low, finding.interval.high, finding.unit)
    return plain(f"{100 * finding.interval.level:g}\u00a0% interval {shown}")


def _baseline(finding: Finding) -> str:
    """Return "no pact: 0.2 %", or "" where there is none."""
    baseline = finding.baseline
    return "" if baseline is None else f"{plain(baseline.name)}: {plain(wording.value(baseline.value, finding.unit))}"


def _odds(finding: Finding) -> str:
    """Return "about 1 in 240" for a probability, else ""."""
    known = isinstance(finding.value, int | float) and finding.unit.startswith("probability")
    return plain(f"about {ratio}") if known and (ratio := wording.odds(float(finding.value or 0))) else ""


def _figure(shown: Shown) -> str:
    exhibit = shown.exhibit
    empty = '<p class="note">No rows.</p>' if exhibit.frame.is_empty() else ""
    note = f'<p class="note">{plain(exhibit.note)}</p>' if exhibit.note else ""
    sources = f'<p class="from">Sources: {cite(exhibit.sources)}</p>' if exhibit.sources else ""
    return (
        f'<figure class="exhibit {plain(exhibit.kind)}" id="{plain(exhibit.id)}">\n'
        f"<figcaption><h3>{plain(exhibit.title)}</h3></figcaption>\n{empty}{_content(shown)}{note}{sources}</figure>\n"
    )


def _content(shown: Shown) -> str:
    """Return what an exhibit shows: maps, mechanisms, or its pictures and its table."""
    if shown.exhibit.kind == "map" and shown.panels:
        return f"{_world(shown)}\n"
    if shown.exhibit.kind == "mechanisms":
        return f"{_mechanisms(shown.exhibit)}\n"
    table, pictures = shown.tables[0], ""
    if shown.pictures:
        single = " single" if len(shown.pictures) < 3 else ""
        pictures = f'<div class="drawings{single}">\n{"".join(map(_drawing, shown.pictures))}</div>'
    bare = shown.exhibit.kind == "table"
    opening = '<div class="bare">\n' if bare else f"<details>\n<summary>Table ({shown.rows})</summary>\n"
    long = table.height > LONG
    scroll = (
        f'<div class="scroll{" tall" if long else ""}" tabindex="0" role="region" '
        f'aria-label="Table: {plain(shown.exhibit.title)}">\n{table.html()}\n</div>\n'
    )
    return f"{pictures}{opening}{FILTER if long else ''}{scroll}{'</div>' if bare else '</details>'}\n"


FILTER = '<div class="filter" data-filter></div>'
"""Where a script puts a field that filters the table below."""


def _drawing(picture: Picture) -> str:
    kind = ("" if picture.label else " key") + (" wide" if picture.least else "")
    pad = f' style="padding:0 {picture.margins[1]}px 0 {picture.margins[0]}px"' if picture.width is None else ""
    over = f'<p class="over">{plain(picture.title)}</p>\n' if picture.title else ""
    drawn = f'<div style="min-width:{picture.least}px">{picture.svg()}</div>' if picture.least else picture.svg()
    return f'<div class="drawing{kind}"{pad}>\n{over}{drawn}\n</div>\n'


def _world(shown: Shown) -> str:
    """One map a member and outcome, switched by buttons where the browser can, and one under the other where not."""
    x, key = f"x{shown.number}", _drawing(shown.key) if shown.key else ""
    places = [f"{shown.members.index(member)}-{shown.outcomes.index(outcome)}" for member, outcome in shown.panels]
    rules = "".join(
        f"#{x}:has(#{x}-m{place.split('-')[0]}:checked):has(#{x}-o{place.split('-')[1]}:checked) .p{place} "
        "{ display: block; }\n"
        for place in places
    )
    maps = "".join(
        f'<div class="panel p{place}">\n{_drawing(picture)}\n</div>\n'
        for place, picture in zip(places, shown.pictures, strict=True)
    )
    written = "".join(
        f'<div class="panel p{place}"><div class="scroll tall" tabindex="0" role="region" '
        f'aria-label="Table: {plain(member)}, {plain(outcome)}">\n{table.html()}\n</div></div>\n'
        for place, (member, outcome), table in zip(places, shown.panels, shown.tables, strict=True)
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
<summary>Tables of these maps ({shown.rows})</summary>
{FILTER}
{written}</details>
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
    sections = "".join(
        f'<section class="mechanism" id="mechanism-{plain(row["id"])}">\n'
        f"<h4>{plain(row['id'])} {chip(row['grade'], 'grade')}</h4>\n{''.join(map(_block, row['about']))}<dl>\n"
        f"<div><dt>Reads</dt><dd><ul>{_items(row['reads'])}</ul></dd></div>\n"
        f"<div><dt>Writes</dt><dd>{plain(', '.join(row['writes'])) or 'nothing that others read'}</dd></div>\n"
        f"<div><dt>Test</dt><dd><ul>{_items(row['test'])}</ul></dd></div>\n</dl>\n</section>\n"
        for row in exhibit.frame.iter_rows(named=True)
    )
    return f"<details>\n<summary>All {exhibit.frame.height} mechanisms</summary>\n{sections}</details>\n"


def _block(words: str) -> str:
    """A paragraph, or an equation, which is indented."""
    return f'<pre tabindex="0">{plain(words)}</pre>\n' if words.startswith("    ") else f"<p>{plain(words)}</p>\n"


def _items(lines: Sequence[str]) -> str:
    return "".join(f"<li>{plain(line)}</li>" for line in lines)


def _coverage(assessment: Assessment) -> str:
    rows = "".join(map(_covered, assessment.coverage.iter_rows(named=True)))
    return f"""<section class="chapter" id="coverage" aria-labelledby="title-coverage">
<h2 id="title-coverage">What the record covers</h2>
<p class="asks">For which years does it speak, and how old is its last word in {assessment.year}?</p>
<div class="scroll" tabindex="0" role="region" aria-label="Table: coverage">
<table data-sortable>
<caption>Variables, first and last year, and age in {assessment.year}</caption>
<thead><tr><th scope="col">Variable</th><th scope="col">Source</th><th scope="col" class="n">First year</th>\
<th scope="col" class="n">Last year</th><th scope="col" class="n">Age in years</th></tr></thead>
<tbody>
{rows}</tbody>
</table>
</div>
</section>
"""


def _covered(row: dict[str, str | int | None]) -> str:
    """A variable and the years of its source."""
    sources = cite(str(row["source"]).split(", ")) if row["source"] else "–"
    years = "".join(
        f'<td class="n" data-v="{"" if row[name] is None else row[name]}">{plain(wording.value(row[name], "year"))}</td>'
        for name in ("first_year", "last_year", "age")
    )
    name = plain(row["variable"])
    return (
        f'<tr><th scope="row">{plain(row["label"] or row["variable"])} <code>{name}</code></th><td>{sources}</td>{years}</tr>\n'
    )
