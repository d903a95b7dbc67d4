"""Answers to a claim made ready to be read: their rows as a table and as a file, query and rules as they were written."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from foedus.assessment.claims.check import Answer, Claim, Claims
from foedus.panels.files.spreadsheet import neutralised
from foedus.panels.units import FIRST_YEAR, LAST_YEAR
from foedus.report.markup import chip, cite, plain, plural
from foedus.report.summary import verdict_counts
from foedus.report.tables import Table, table_of
from foedus.report.wording import value

FEW = 8
"""Rows that are shown of very many: they say what a row is, no more."""


@dataclass(frozen=True)
class ShownAnswer:
    """An answer ready for a page.

    Attributes
    ----------
    claim : its number. id : of its rows on the page. file : name of its rows as a file.
    csv : those rows, as an address that holds them.
    table : the rows, or a few of them where there are more than are kept. rules : (verdict, condition) in the order in which
    they were tried. query : its lines. count : in words.
    """

    answer: Answer
    claim: int
    id: str
    file: str
    csv: str
    table: Table
    rules: tuple[tuple[str, str], ...]
    query: tuple[str, ...]
    count: str


TALL = 12
"""Rows above which a table is shown in a box of its own."""


def chapter(claims: Claims, title: str, *, folded: bool = False) -> str:
    """Return the claims as a chapter of a page: each with its verdict, and how that came about; folded where that is wanted."""
    ready = shown(claims)
    several = _switches(claims) if len(claims.claims) > 1 else ""
    listed = "".join(_claim(claim, ready[claim.number], files=not folded) for claim in claims.claims)
    number = len(claims.claims)
    counts = "; ".join(f"{count} {verdict}" for verdict, count in verdict_counts(claims))
    opening = (
        f'<p>{number} claim{plural(number)}: {plain(counts)}.</p>\n<details class="fold">\n<summary>The claims</summary>\n'
    )
    return f"""<section class="chapter" id="claims" aria-labelledby="title-claims">
<h2 id="title-claims">{plain(title)}</h2>
<p class="asks">Which of these claims does the record bear out, by which reading, and what would change that?</p>
{opening if folded else ""}{several}<details class="howto">
<summary>How a verdict comes about</summary>
<div>
<p>Each claim has one answer or several: a reading of it (or, of a cited fact, a part of it), a query on the record, and \
conditions that were written before the answer. The first condition that is true gives the answer’s verdict; if none is, or a \
value is not known, it is unverified. Where readings disagree, the claim is <em>qualified</em>; all parts of a cited fact have \
to hold. Of a <em>mixed</em> claim only a part can be checked, so that it is qualified at best. An <em>opinion</em> stays one, \
whatever can be measured beside it.</p>
</div>
</details>
<ol class="claims">
{listed}</ol>
{"</details>" if folded else ""}</section>
"""


def _switches(claims: Claims) -> str:
    """Buttons that show the claims of one verdict."""
    button = (
        '<input type="radio" autocomplete="off" name="verdict" id="verdict-{0}"{2}><label for="verdict-{0}">{0} {1}</label>'
    )
    buttons = button.format("all", len(claims.claims), " checked")
    buttons += "".join(button.format(plain(verdict), count, "") for verdict, count in verdict_counts(claims))
    return (
        '<div class="switches">\n<fieldset class="switch verdicts"><legend>Show the claims that are</legend>\n'
        f"{buttons}\n</fieldset>\n</div>\n"
    )


def _claim(claim: Claim, answers: tuple[ShownAnswer, ...], *, files: bool) -> str:
    verdict = chip(claim.verdict, "verdict")
    if claim.answers:
        verdict = f'<a class="plain" href="#rows-{claim.number}-1" title="To the rows">{verdict}</a>'
    paragraph = f", paragraph {claim.paragraph}" if claim.paragraph else ""
    weak = f" {chip('weak source', 'weak')}" if claim.weak else ""
    several = len(claim.answers) > 1
    evidence = (
        "".join(_answer(ready, several, files=files) for ready in answers)
        or f'<p class="evidence">{plain(claim.evidence)}</p>\n'
    )
    return (
        f'<li id="claim-{claim.number}" class="is-{plain(claim.verdict)}"><p class="which">Claim {claim.number}{paragraph}, '
        f'{plain(claim.type)} {verdict}{weak}</p>\n<p class="claim">{plain(claim.claim)}</p>\n'
        f'<p class="turns"><span>It turns on this:</span> {plain(claim.turns_on)}</p>\n{evidence}'
        f'<p class="change"><span>What would change it:</span> {plain(claim.would_change)}</p></li>\n'
    )


def _answer(ready: ShownAnswer, several: bool, *, files: bool) -> str:
    """An answer: what was read into the claim, what the record says, what that rests on, and its rows, with a file of them."""
    answer, definition = ready.answer, ""
    if answer.definition:
        link = f' <a class="plain" href="#{ready.id}" title="To the rows">{chip(answer.verdict, "verdict")}</a>'
        definition = f'<p class="definition">{plain(answer.definition)}{link if several and ready.rules else ""}</p>\n'
    sources = f'<p class="from">Sources: {cite(answer.sources)}</p>' if answer.sources else ""
    conditions = "".join(
        f"<div><dt>{plain(verdict)} if</dt><dd><code>{plain(condition)}</code></dd></div>" for verdict, condition in ready.rules
    )
    query = "".join(f"{plain(line)}\n" for line in ready.query)
    values = ", ".join(f"<code>{plain(name)}</code> = {plain(_number(known))}" for name, known in answer.values.items())
    return (
        f'<div class="answer">\n{definition}<p class="evidence">{plain(answer.evidence)}</p>\n{sources}<details>\n'
        f"<summary>{'Rule, query and rows' if ready.rules else 'Query and rows'} ({ready.count})</summary>\n"
        f'<div class="worked" id="{ready.id}">\n{f"<dl>{conditions}</dl>{chr(10)}" if ready.rules else ""}'
        f'<pre tabindex="0">{query}</pre>\n{f"<p class={chr(34)}from{chr(34)}>{values}</p>{chr(10)}" if answer.values else ""}'
        f"{_rows(ready, files=files)}</div>\n</details>\n</div>\n"
    )


def _number(known: Any) -> str:
    """A value of an answer as a reader writes it: a year without a separator, an amount in three digits."""
    year = isinstance(known, int) and not isinstance(known, bool) and FIRST_YEAR <= known <= LAST_YEAR
    return value(known, "year" if year else "")


def _rows(ready: ShownAnswer, *, files: bool) -> str:
    """The rows behind an answer, and the file that holds them, or the command that writes it."""
    table, height = ready.table, ready.answer.height
    if not table.height:
        return '<p class="from">No row meets the query.</p>\n'
    which = "them" if height == table.height else f"the first {ready.answer.rows.height}"
    tall = " tall" if table.height > TALL else ""
    download = f'<a download="{ready.file}" href="{ready.csv}">Download {which} as CSV</a>'
    if not files:
        download = f"<code>foedus claims {ready.claim} --html FILE</code> gives {which} as CSV." if which != "them" else ""
    return (
        f'<div class="scroll{tall}" tabindex="0" role="region" aria-label="{plain(table.caption)}">\n{table.html()}\n</div>\n'
        f'<p class="from">{table.height} of {plain(value(height))} row{plural(height)}. '
        f"{download}</p>\n"
    )


def shown(claims: Claims) -> dict[int, tuple[ShownAnswer, ...]]:
    """Return the answers to each claim, by its number, as a page shows them."""
    return {
        claim.number: tuple(_shown(claim, answer, place) for place, answer in enumerate(claim.answers, 1))
        for claim in claims.claims
    }


def _shown(claim: Claim, answer: Answer, place: int) -> ShownAnswer:
    name = f"claim-{claim.number}-{place}"
    content = base64.b64encode(neutralised(answer.rows).write_csv().encode()).decode()
    return ShownAnswer(
        answer=answer,
        claim=claim.number,
        id=f"rows-{claim.number}-{place}",
        file=f"{name}.csv",
        csv=f"data:text/csv;charset=utf-8;base64,{content}",
        table=table_of(_few(answer), f"Rows behind answer {place} to claim {claim.number}"),
        rules=rules(answer),
        query=tuple(query_lines(answer.query)),
        count=count(answer),
    )


def _few(answer: Answer) -> pl.DataFrame:
    return answer.rows if answer.height == answer.rows.height else answer.rows.head(FEW)


def rules(answer: Answer) -> tuple[tuple[str, str], ...]:
    """Return each verdict with its condition, in the order in which they were tried."""
    return tuple(answer.query.get("verdict", {}).items())


def count(answer: Answer) -> str:
    """Say how many rows there are, and how many of them are shown.

    >>> import polars as pl
    >>> count(Answer("", "holds", "", {}, {}, pl.DataFrame({"year": [1, 2]}), 99, (), ()))
    '2 of 99 rows'
    """
    number, few = answer.height, answer.rows.height
    whole = f"{number:,} row{'' if number == 1 else 's'}"
    return whole if few == number else f"{few} of {whole}"


def query_lines(query: Mapping[str, Any]) -> Iterator[str]:
    """Yield a query as a claims file writes it, without its rules, which stand beside it.

    >>> list(query_lines({"from": {"panel": "dyad-year", "dyads": ["USA-CAN"]}, "select": {"n": "COUNT(*)"}}))
    ['from = { panel = "dyad-year", dyads = ["USA-CAN"] }', 'select.n = "COUNT(*)"']
    """
    for name, part in query.items():
        if name == "from":
            yield f"from = {{ {', '.join(f'{key} = {_toml(value)}' for key, value in part.items())} }}"
        elif name != "verdict":
            yield from (
                (f"{name}.{key} = {_toml(text)}" for key, text in part.items())
                if isinstance(part, Mapping)
                else (f"{name} = {_toml(part)}",)
            )


def _toml(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
