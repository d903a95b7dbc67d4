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
from foedus.language.said import proper, say
from foedus.language.speaking import ENGLISH, spoken, state_label, tell, told
from foedus.report import summary
from foedus.report.said import prose
from foedus.report.wording import UNKNOWN, clean, percent, percent_range

MOST_GAPS, GAP_LENGTH = 3, 150
"""Gaps named in the summary, and their length in characters: two lines each. The report has them whole."""
BESIDE = "*"
"""Marks a risk of two states that fight."""

NAME_WIDTH = 24

NOT_TRANSLATED = "What follows is not translated yet, and stands in English."
"""Said, in the language spoken, above what stands in English."""


def show(assessment: Assessment, console: Console, target: Path | None = None, also: Mapping[str, str] | None = None) -> None:
    """Print the summary: question, answer, largest risks, claims, what is missing, and where the report and the rest are."""
    known = {"version": proper(clean(assessment.record_version)), "hash": proper(assessment.record_sha256[:12])}
    record = f" ({tell('record {version}, {hash}', **known)})"
    title = f"{clean(told(assessment.title))}, {assessment.year}"
    _say(console, Text(title, style="bold").append(record, style="not bold dim"))
    console.print(Text(summary.question(assessment), style="italic"))
    console.print()
    _say(console, Text(prose(clean(told(assessment.brief.lead.text))), style="bold"))
    for line in assessment.brief.lines:
        _say(console, Text("– " + prose(clean(told(line.text)))))
    _show_risks(assessment, console)
    _show_rest(assessment, console)
    for what, where in {**({"Report": str(target)} if target is not None else {}), **(also or {})}.items():
        console.print(Text(f"{tell(f'{what}:')} ", style="bold") + Text(clean(where)), soft_wrap=True)


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
    outcome = say(clean(risks.outcome))
    heading = tell("Largest risks per year, {outcome} (interval in brackets)", outcome=outcome)
    console.print(Text(heading, style="bold"))
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column(tell("with"), no_wrap=True, max_width=NAME_WIDTH, overflow="ellipsis")
    for member in risks.members:
        shown = list(map(_risk, risks.frame[member].to_list()))
        name = Text(clean(state_label(member)))
        name.truncate(max([NAME_WIDTH, *map(len, shown)]), overflow="ellipsis")
        table.add_column(name, justify="right", no_wrap=True, min_width=max(map(len, shown)))
    for row in risks.frame.iter_rows():
        table.add_row(Text(_with_whom(row[0])), *(Text(_risk(risk)) for risk in row[1:]))
    console.print(table)
    if risks.fight_in is not None:
        fight = "They fight in {year}: the risk is that a dispute begins, by what was known before."
        _say(console, Text(f"{BESIDE} {tell(fight, year=risks.fight_in)}", style="dim"))


def _show_rest(assessment: Assessment, console: Console) -> None:
    console.print()
    if assessment.claims:
        counts = ", ".join(f"{tell(verdict)} {count}" for verdict, count in summary.verdict_counts(assessment.claims))
        console.print(Text(f"{tell('Claims, checked:')} ", style="bold") + Text(counts))
    gaps = summary.gaps(assessment)
    if gaps:
        console.print(Text(tell("What could not be said"), style="bold"))
        if spoken() != ENGLISH:
            _say(console, Text(tell(NOT_TRANSLATED), style="dim"))
    for gap in gaps[:MOST_GAPS]:
        _say(console, Text("– " + shorten(clean(gap), GAP_LENGTH, placeholder=" …")))
    if len(gaps) > MOST_GAPS:
        more = tell("and {number} more, in the report", number=len(gaps) - MOST_GAPS)
        console.print(Text(f"– {more}", style="dim"))


def _with_whom(state: str) -> str:
    return tell(summary.EACH_OTHER) if state == summary.EACH_OTHER else clean(state_label(state))


def _risk(risk: dict[str, Any] | None) -> str:
    if risk is None:
        return UNKNOWN
    interval = "" if None in (risk["low"], risk["high"]) else f" ({percent_range(risk['low'], risk['high'])})"
    return percent(risk["probability"]) + interval + (f" {BESIDE}" if risk["fights_in"] else "")
