"""What a warning network gives, on a terminal: one table of the whole, one by state, and what a reader has to know."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from foedus.radars.answer import NetworkWarning
from foedus.radars.summary import MEASURES, WarningSummary
from foedus.report.wording import UNKNOWN, clean, number, unit_words, value, value_range

WHOLE: tuple[tuple[str, str], ...] = (
    ("share_seen", "approaches seen"),
    ("median_minutes", "warning: half give at least"),
    ("minutes_05", "of those seen, 95 % at least"),
    ("minutes_95", "of those seen, 5 % at least"),
    ("front_share", "line seen by 1 radar or more"),
    ("front_share_2", "by 2 or more"),
    ("front_share_3", "by 3 or more"),
    ("area", "area seen"),
)
"""Measures of the network that are shown, and what they are called."""

BY_STATE: tuple[tuple[str, str], ...] = (
    ("sites", "radars"),
    ("front_part", "part of the line seen"),
    ("minutes_part", "part of mean minutes"),
    ("front_share_without", "line seen without"),
    ("median_minutes_without", "median minutes without"),
)
"""Measures of a state's sites that are shown, and what they are called."""


def show(warning: NetworkWarning, console: Console) -> None:
    """Print question, measures with bands, states, and what is left out."""
    console.print(Text(_title(warning), style="bold"))
    console.print(Text(_question(warning), style="dim"))
    console.print()
    console.print(_whole(warning))
    console.print()
    console.print(_by_state(warning.told))
    console.print()
    for sentence in warning.leaves_out:
        console.print(Text(f"– {clean(sentence)}", style="dim"))


def _title(warning: NetworkWarning) -> str:
    asked = warning.asked
    whose = "The record's radars" if asked["sites"] is None else f"The radars of {asked['sites']}"
    without = f" without those in {', '.join(asked['without'])}" if asked["without"] else ""
    return clean(f"{whose}{without}, on the way to {asked['line']}")


def _question(warning: NetworkWarning) -> str:
    asked = warning.asked
    ground = "coarse ground in the way of line and area" if asked["terrain"] else "smooth ground"
    parts = (
        f"height {number(asked['height'])} m",
        f"speed {number(asked['speed'])} m/s",
        f"{number(asked['cross_section'])} m²",
        f"k {asked['k']:.2f}",
        f"from {number(asked['bearing'])}° ± 60°",
        f"{asked['tracks']:,} approaches, seed {asked['seed']}",
        ground,
    )
    return "; ".join(parts)


def _whole(warning: NetworkWarning) -> Table:
    compared = warning.everyone is not None
    table = _table(["", "value", "band (5–95 %)", *(["with all"] if compared else [])])
    for measure, name in WHOLE:
        row, unit = warning.told.row(measure), MEASURES[measure][0]
        cells = [name, _amount(row["value"], unit), _band(row["low"], row["high"], unit)]
        if warning.everyone is not None:
            cells.append(_amount(warning.everyone.row(measure)["value"], unit))
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _by_state(warning: WarningSummary) -> Table:
    table = _table(["state", *(name for _, name in BY_STATE)])
    states = warning.measures.filter(pl.col("state").is_not_null())["state"].unique().sort()
    for state in states:
        amounts = [_amount(warning.row(measure, state)["value"], MEASURES[measure][0], short=True) for measure, _ in BY_STATE]
        table.add_row(*(Text(clean(cell)) for cell in [state, *amounts]))
    return table


def _table(headings: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for place, name in enumerate(headings):
        table.add_column(Text(name), justify="right" if place else "left")
    return table


def _amount(amount: float | None, unit: str, *, short: bool = False) -> str:
    words = "" if short or unit.startswith("share") else f" {unit_words(unit)}"
    return UNKNOWN if amount is None else f"{value(amount, unit)}{words}"


def _band(low: float | None, high: float | None, unit: str) -> str:
    return UNKNOWN if low is None or high is None else value_range(low, high, unit)
