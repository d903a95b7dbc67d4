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
from foedus.report.tables import Table, table_of

FEW = 12
"""Rows that are shown of very many: they say what a row is, no more."""


@dataclass(frozen=True)
class ShownAnswer:
    """An answer ready for a page.

    Attributes
    ----------
    id : of its rows on the page. file : name of its rows as a file. csv : those rows, as an address that holds them.
    table : the rows, or a few of them where there are more than are kept. rules : (verdict, condition) in the order in which
    they were tried. query : its lines. count : in words.
    """

    answer: Answer
    id: str
    file: str
    csv: str
    table: Table
    rules: tuple[tuple[str, str], ...]
    query: tuple[str, ...]
    count: str


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
