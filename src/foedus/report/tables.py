"""Exhibits as tables: every row of the frame, with headings for people and numbers written as in the text."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from foedus.assessment.finding import Exhibit
from foedus.report import charts
from foedus.report.wording import UNKNOWN, heading, is_share, percent_range, unit_of, value, value_range

_LEFT_OUT = ("unit", "outline")
_MAP_HEADINGS = ("State", "Probability per year", "Interval", "Baseline")


@dataclass(frozen=True)
class Cell:
    """What a cell shows, and what it is sorted by (a number, or None to sort by its text)."""

    shown: str
    order: str | None = None


_UNKNOWN = Cell(UNKNOWN, "")


@dataclass(frozen=True)
class Table:
    """A table ready to be written.

    Attributes
    ----------
    caption : its title. headings : one a column. numeric : which columns hold numbers (set flush right).
    rows : (key, cells); the key links a row to its mark in the picture, None for no link.
    """

    caption: str
    headings: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str | None, tuple[Cell, ...]], ...]


def tables(exhibit: Exhibit) -> list[Table]:
    """Return an exhibit's tables: for a map one a member and outcome, like its panels; otherwise one.

    Raises InputError if the frame lacks a column of its kind.
    """
    charts.check(exhibit)
    if exhibit.kind == "map" and exhibit.frame.height:
        return [_map_table(exhibit, member, outcome) for member, outcome in charts.panels(exhibit)]
    if exhibit.kind == "mechanisms":
        return []
    if exhibit.kind == "lines" and exhibit.frame.height:
        return [_lines_table(exhibit)]
    return [table_of(exhibit.frame, exhibit.title)]


def table_of(frame: pl.DataFrame, caption: str) -> Table:
    """Return a frame as a table; columns without any value and the unit column are left out, the unit goes into the cells."""
    names = [
        name
        for name in frame.columns
        if name not in _LEFT_OUT and (frame.is_empty() or frame[name].null_count() < frame.height)
    ]
    numeric = tuple(frame.schema[name].is_numeric() for name in names)
    units = frame["unit"].fill_null("").to_list() if "unit" in frame.columns else [None] * frame.height
    rows = tuple(
        (None, tuple(_cell(row[name], _unit(name, names, unit)) for name in names))
        for row, unit in zip(frame.to_dicts(), units, strict=True)
    )
    return Table(caption, tuple(heading(name) for name in names), numeric, rows)


def _unit(name: str, names: list[str], unit: str | None) -> str:
    """Return a cell's unit: the row's own for values, their intervals and baselines, else what the column's name implies."""
    return unit if unit is not None and name in ("value", "low", "high", "baseline") else unit_of(name, names)


def _lines_table(exhibit: Exhibit) -> Table:
    """Return lines as a table with a row for each panel and year and a column for each series, intervals in brackets."""
    names = exhibit.frame["series"].unique(maintain_order=True).to_list()
    panels = exhibit.frame["panel"].n_unique() > 1
    rows: dict[tuple[str | None, int], dict[str, Cell]] = {}
    for row in exhibit.frame.to_dicts():
        rows.setdefault((row["panel"], row["year"]), {})[row["series"]] = _line_cell(row)
    written = tuple(
        (None, ((Cell(panel or ""),) if panels else ()) + (_cell(year, "year"), *(cells.get(name, _UNKNOWN) for name in names)))
        for (panel, year), cells in rows.items()
    )
    first = ("Quantity",) if panels else ()
    return Table(exhibit.title, (*first, "Year", *names), (*(False for _ in first), True, *(True for _ in names)), written)


def _line_cell(row: dict[str, Any]) -> Cell:
    unit = row.get("unit") or ""
    cell = _cell(row["value"], unit)
    if None in (row["value"], row["low"], row["high"]):
        return cell
    return Cell(f"{cell.shown} ({value_range(row['low'], row['high'], unit)})", cell.order)


def _map_table(exhibit: Exhibit, member: str, outcome: str) -> Table:
    rows = exhibit.frame.filter(pl.col("member") == member, pl.col("outcome") == outcome)
    ordered = rows.sort("probability", "state", descending=[True, False], nulls_last=True)
    cells = tuple((str(row["ccode"]), _map_cells(row)) for row in ordered.to_dicts())
    return Table(f"{exhibit.title}. {member}: {outcome}", _MAP_HEADINGS, (False, True, True, True), cells)


def _map_cells(row: dict[str, Any]) -> tuple[Cell, ...]:
    low, high = row["low"], row["high"]
    interval = Cell(UNKNOWN, "") if None in (low, high) else Cell(percent_range(low, high), _order(low))
    return Cell(value(row["state"])), _cell(row["probability"], "share"), interval, _cell(row["baseline"], "share")


def _cell(item: Any, unit: str) -> Cell:
    suffix = f" {unit}" if unit and not is_share(unit) and unit != "year" and isinstance(item, int | float) else ""
    return Cell(value(item, unit) + suffix, _order(item))


def _order(item: Any) -> str | None:
    """Return what a cell is sorted by: "" for an unknown, which comes last, None for text, which sorts by itself."""
    if item is None or (isinstance(item, float) and not math.isfinite(item)):
        return ""
    if isinstance(item, date):
        return str(item.toordinal())
    return f"{item:.6g}" if isinstance(item, int | float) else None
