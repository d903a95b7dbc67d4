"""A finding as markup: its sentence, its number beside it, and, folded, its sources and the rows it was read from."""

from __future__ import annotations

from collections.abc import Iterable

from foedus.assessment.finding import Chapter, Finding
from foedus.language.said import Said, proper, say
from foedus.language.speaking import spoken, tell, whole
from foedus.report import wording
from foedus.report.markup import chip, cite, plain, prose_in
from foedus.report.said import amount, badge, span

METHODS = "foedus-methods.html"
"""Name of the page that tells what holds of every partnership; a pair's page leads to the one beside it."""

OF_A_TEST = ("supported", "mixed", "not supported", "harmful")
"""Grades that come of a test, which the methods page tells."""


def graded_by(finding: Finding, chapter: Chapter) -> str:
    """Return the id of the test on the methods page that a finding's grade comes of, or "".

    It tells how forecasts scored: those of the outcome that the finding's id begins with, else the first of the chapter.
    """
    tests = [each.id for each in chapter.findings if each.id in chapter.everywhere and each.id.endswith(".skill")]
    if finding.grade not in OF_A_TEST or finding.id in chapter.everywhere or not tests:
        return ""
    return max(tests, key=lambda name: finding.id.startswith(name.removesuffix("skill")))


def finding(told: Finding, test: str = "") -> str:
    """Return a finding as an article; `test` is the id of the test that its grade comes of."""
    anchor = plain(told.id)
    measures = "".join(f"<p>{words}</p>" for words in (_odds(told), _interval(told), _baseline(told)) if words)
    return (
        f'<article class="finding" id="{anchor}">\n<div class="says">\n'
        f"{prose_in('p', told.statement, class_='statement')}\n"
        f'<details class="from"><summary>{tell("How we know")}</summary>{_from(told)}</details>\n'
        f'</div>\n<div class="measure">\n<p class="amount">{_amount(told)}</p>\n'
        f"{measures}{_graded(told, test)}</div>\n</article>\n"
    )


def elsewhere(findings: Iterable[Finding]) -> str:
    """Return findings as links to where the methods page tells them, each with its number and grade."""
    return "".join(
        f'<li id="{plain(each.id)}"><a href="{METHODS}#{plain(each.id)}">{plain(each.id)}</a> {_amount(each)} '
        f"{_chips(each)}</li>\n"
        for each in findings
    )


def _graded(told: Finding, test: str) -> str:
    """The grade, a link to the test it comes of, and whether the estimate points where the claim does; "" without a grade."""
    chips = _chips(told)
    if chips and test:
        chips = f'<a class="plain" href="{METHODS}#{plain(test)}" title="{tell("The test")}">{chips}</a>'
    return f"<p>{chips}</p>\n" if chips else ""


def _chips(told: Finding) -> str:
    graded, which = badge(told.id, told.grade), told.direction
    return " ".join(
        [
            *([chip(told.grade, "grade", graded)] if told.grade and graded else ()),
            *([chip(which, "direction")] if which else ()),
        ]
    )


def _from(told: Finding) -> str:
    """Sources, rows and the finding's own address."""
    sources = f"{tell('Sources:')} {cite(told.sources)}. " if told.sources else ""
    rows = ""
    if told.rows:
        where = f" {tell('where')} <code>{plain(told.rows.filter)}</code>" if told.rows.filter else ""
        rows = f"{tell('Rows:')} <code>{plain(told.rows.table)}</code>{where}. "
    anchor = plain(told.id)
    return f'<p>{sources}{rows}<a class="permalink" href="#{anchor}">{anchor}</a></p>'


def _amount(told: Finding) -> str:
    words = "" if told.value is None else plain(wording.unit_words(told.unit, told.value))
    if isinstance(told.value, str):
        shown = wording.value(told.value, told.unit)
        known = _named(told.value) if shown == told.value else shown  # a day, which is written as the language has it
        return f"{prose_in('strong', known, class_='words')}{words and f' {words}'}"
    return f"<strong>{plain(amount(told.value, told.unit, told.statement))}</strong>{words and f' {words}'}"


def _interval(told: Finding) -> str:
    """Return "95 % interval 0.2–0.9 %", or "" where there is none."""
    if told.interval is None:
        return ""
    shown = span(told.interval.low, told.interval.high, told.unit, told.statement)
    return plain(tell("{level}\u00a0% interval {span}", level=f"{100 * told.interval.level:g}", span=proper(shown)))


def _baseline(told: Finding) -> str:
    """Return "no pact: 0.2 %", or "" where there is none."""
    baseline = told.baseline
    if baseline is None:
        return ""
    held = amount(baseline.value, told.unit, told.statement)
    name, language = whole(_named(baseline.name))
    marked = plain(name) if language == spoken() else f'<span lang="{language}">{plain(name)}</span>'
    return f"{marked}{tell(':')} {plain(held)}"


def _named(name: str) -> str:
    return name if isinstance(name, Said) else say(name)


def _odds(told: Finding) -> str:
    """Return "about 1 in 240" for a probability, else ""."""
    known = isinstance(told.value, int | float) and told.unit.startswith("probability")
    ratio = wording.odds(float(told.value or 0)) if known else ""
    return plain(tell("about {odds}", odds=proper(ratio))) if ratio else ""
