"""The summary in the terminal: at most a screenful, plain text in a pipe, and where the whole report is.

Names and sentences are printed as they are: what looks like the terminal library's markup or like a control sequence is not
obeyed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import shorten
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from foedus.assessment.assessment import Assessment
from foedus.report import summary
from foedus.report.said import prose
from foedus.report.wording import UNKNOWN, clean, percent, percent_range

MOST_GAPS, GAP_LENGTH = 3, 150
"""Gaps named in the summary, and their length in characters: two lines each. The report has them whole."""
BESIDE = "*"
"""Marks a risk of two states that fight."""

NAME_WIDTH = 24


def show(assessment: Assessment, console: Console, target: Path | None = None, also: Mapping[str, str] | None = None) -> None:
    """Print the summary: question, answer, largest risks, claims, what is missing, and where the report and the rest are."""
    record = f" (record {clean(assessment.record_version)}, {assessment.record_sha256[:12]})"
    _say(console, Text(f"{clean(assessment.title)}, {assessment.year}", style="bold").append(record, style="not bold dim"))
    console.print(Text(summary.question(assessment), style="italic"))
    console.print()
    _say(console, Text(prose(clean(assessment.brief.lead.text)), style="bold"))
    for line in assessment.brief.lines:
        _say(console, Text("– " + prose(clean(line.text))))
    _show_risks(assessment, console)
    _show_rest(assessment, console)
    for what, where in {**({"Report": str(target)} if target is not None else {}), **(also or {})}.items():
        console.print(Text(f"{what}: ", style="bold") + Text(clean(where)), soft_wrap=True)


def _say(console: Console, text: Text, indent: str = "") -> None:
    """Print a text wrapped to the console's width, every line indented, without the spaces that wrapping leaves at its end."""
    for line in text.wrap(console, console.width - len(indent)):
        line.rstrip()
        console.print(Text(indent) + line)


def _show_risks(assessment: Assessment, console: Console) -> None:
    risks = summary.largest_risks(assessment)
    if risks is None or risks.frame.is_empty():
        return
    console.print()
    console.print(Text(f"Largest risks per year, {clean(risks.outcome)} (interval in brackets)", style="bold"))
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("with", no_wrap=True, max_width=NAME_WIDTH, overflow="ellipsis")
    for member in risks.members:
        shown = list(map(_risk, risks.frame[member].to_list()))
        name = Text(clean(member))
        name.truncate(max([NAME_WIDTH, *map(len, shown)]), overflow="ellipsis")
        table.add_column(name, justify="right", no_wrap=True, min_width=max(map(len, shown)))
    for row in risks.frame.iter_rows():
        table.add_row(Text(clean(row[0])), *(Text(_risk(risk)) for risk in row[1:]))
    console.print(table)
    if risks.fight_in is not None:
        told = f"{BESIDE} They fight in {risks.fight_in}: the risk is that a dispute begins, by what was known before."
        _say(console, Text(told, style="dim"))


def _show_rest(assessment: Assessment, console: Console) -> None:
    console.print()
    if assessment.claims:
        counts = ", ".join(f"{verdict} {count}" for verdict, count in summary.verdict_counts(assessment.claims))
        console.print(Text("Claims, checked: ", style="bold") + Text(counts))
    gaps = summary.gaps(assessment)
    if gaps:
        console.print(Text("What could not be said", style="bold"))
    for gap in gaps[:MOST_GAPS]:
        _say(console, Text("– " + shorten(clean(gap), GAP_LENGTH, placeholder=" …")))
    if len(gaps) > MOST_GAPS:
        console.print(Text(f"– and {len(gaps) - MOST_GAPS} more, in the report", style="dim"))


def _risk(risk: dict[str, Any] | None) -> str:
    if risk is None:
        return UNKNOWN
    interval = "" if None in (risk["low"], risk["high"]) else f" ({percent_range(risk['low'], risk['high'])})"
    return percent(risk["probability"]) + interval + (f" {BESIDE}" if risk["fights_in"] else "")
