"""Claims in the terminal: a list with their verdicts, or one of them whole."""

from __future__ import annotations

from textwrap import shorten

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from foedus.assessment.claims.check import Claim, Claims
from foedus.report import claimed, summary
from foedus.report.tables import table_of
from foedus.report.wording import clean

VERDICT_STYLES = {"holds": "green", "qualified": "yellow", "contradicted": "red"}
EVIDENCE_LENGTH = 160
"""Characters of the evidence in the list; a claim by its number has it whole."""


def listed(claims: Claims) -> pl.DataFrame:
    """Return one row a claim: number, paragraph, type, verdict, claim, evidence, sources."""
    rows = [
        (each.number, each.paragraph, each.type, each.verdict, each.claim, each.evidence, "; ".join(each.sources))
        for each in claims.claims
    ]
    columns = ["number", "paragraph", "type", "verdict", "claim", "evidence", "sources"]
    return pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None)


def show_list(claims: Claims, console: Console) -> None:
    """Print a line or a few for each claim, and how they fare."""
    console.print(Text(clean(claims.title), style="bold"))
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in ("", "type", "verdict", "claim", "evidence"):
        table.add_column(name, justify="left" if name else "right", no_wrap=name in ("", "type", "verdict"), overflow="fold")
    for each in claims.claims:
        evidence = shorten(clean(each.evidence), EVIDENCE_LENGTH, placeholder=" …")
        verdict = Text(each.verdict, style=VERDICT_STYLES.get(each.verdict, ""))
        table.add_row(Text(str(each.number)), Text(each.type), verdict, Text(clean(each.claim)), Text(evidence))
    console.print(table)
    counts = ", ".join(f"{verdict} {number}" for verdict, number in summary.verdict_counts(claims))
    console.print(Text(f"{counts}. `foedus claims NUMBER` shows one with its rows and its query.", style="dim"))


def show_claim(claim: Claim, console: Console) -> None:
    """Print a claim: what it turns on, and for each answer its verdict, evidence, rules, query, values, rows and sources."""
    paragraph = f", paragraph {claim.paragraph}" if claim.paragraph else ""
    head = Text(f"Claim {claim.number}{paragraph}, {claim.type}: ")
    console.print(head + Text(claim.verdict, style=f"bold {VERDICT_STYLES.get(claim.verdict, '')}".strip()))
    console.print(Text(clean(claim.claim), style="bold"))
    _say(console, "Turns on", claim.turns_on)
    for place, answer in enumerate(claim.answers, 1):
        console.print()
        title = clean(answer.definition) or "What the record says"
        console.print(Text(f"{place}. {title}: ", style="bold") + Text(answer.verdict, style="bold"))
        console.print(Text(clean(answer.evidence)))
        for verdict, condition in claimed.rules(answer):
            _say(console, f"{verdict} if", condition)
        for line in claimed.query_lines(answer.query):
            console.print(Text(clean(line), style="dim"), soft_wrap=True)
        values = ", ".join(f"{name} {'–' if value is None else value}" for name, value in answer.values.items())
        _say(console, "Values", values)
        _show_rows(answer.rows.head(claimed.FEW), console)
        limit = f"; {claimed.FEW} here, the others with --json or --html" if answer.rows.height > claimed.FEW else ""
        console.print(Text(f"{claimed.count(answer)}{limit}. Sources: {', '.join(answer.sources) or 'none'}", style="dim"))
    console.print()
    _say(console, "What would change it", claim.would_change)


def _say(console: Console, title: str, text: str) -> None:
    console.print(Text(f"{title}: ", style="dim") + Text(clean(text)))


def _show_rows(rows: pl.DataFrame, console: Console) -> None:
    if rows.is_empty():
        return
    ready = table_of(rows, "")
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for column in ready.columns:
        table.add_column(Text(clean(column.heading)), justify="right" if column.numeric else "left", overflow="fold")
    for cells in ready.rows:
        table.add_row(*map(Text, cells))
    console.print(table)
