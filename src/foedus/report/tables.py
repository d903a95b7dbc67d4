"""Exhibits as tables: every row of the frame, with headings for people and numbers written as in the text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from foedus.assessment.finding import Exhibit
from foedus.report import charts
from foedus.report.markup import linked, plain
from foedus.report.wording import UNKNOWN, heading, is_share, percent_range, unit_of, value, value_range

_LEFT_OUT = ("unit", "outline")
_MAP_HEADINGS = ("State", "Probability per year", "Interval", "Baseline")

FEW = 3
"""Rows that are looked over without being sorted."""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    heading : above it. shown : what each cell shows. order : what it is sorted by (a number as text, "" for an unknown, which
    comes last), None for text, which sorts by itself. numeric : whether it holds numbers (set flush right).
    """

    heading: str
    shown: Sequence[str]
    order: Sequence[str | None]
    numeric: bool = False


@dataclass(frozen=True)
class Table:
    """A table ready to be written.

    Attributes
    ----------
    caption : its title. height : how many rows. keys : of the rows, which link them to marks in the picture; None for no links.
    """

    caption: str
    columns: tuple[Column, ...]
    height: int
    keys: Sequence[str] | None = None

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """What each row shows, cell by cell."""
        return list(zip(*(column.shown for column in self.columns), strict=True))

    def html(self) -> str:
        """Return the table as markup; one of more than FEW rows can be sorted where scripts run."""
        head = "".join(f'<th scope="col"{_flush(column)}>{plain(column.heading)}</th>' for column in self.columns)
        sortable = " data-sortable" if self.height > FEW else ""
        begun = ["<tr>"] * self.height if self.keys is None else [f'<tr data-k="{plain(key)}">' for key in self.keys]
        cells = [_cells(column, "td" if place else "th") for place, column in enumerate(self.columns)]
        body = "".join([f"{''.join(row)}</tr>\n" for row in zip(begun, *cells, strict=True)])
        return (
            f"<table{sortable}>\n<caption>{plain(self.caption)}</caption>\n<thead><tr>{head}</tr></thead>\n"
            f"<tbody>\n{body}</tbody>\n</table>\n"
        )


def _flush(column: Column) -> str:
    return ' class="n"' if column.numeric else ""


def _cells(column: Column, tag: str) -> list[str]:
    """A column's cells as markup, each that is said again written once."""
    scope = ' scope="row"' if tag == "th" else ""
    opening, closing = f"<{tag}{scope}{_flush(column)}", f"</{tag}>"
    written: dict[tuple[str, str | None], str] = {}
    cells = []
    for pair in zip(column.shown, column.order, strict=True):
        if (cell := written.get(pair)) is None:
            words, order = pair
            sorted_by = "" if order is None else f' data-v="{plain(order)}"'
            cell = written[pair] = f"{opening}{sorted_by}>{linked(words)}{closing}"
        cells.append(cell)
    return cells


def tables(exhibit: Exhibit) -> list[Table]:
    """Return an exhibit's tables: for a map one a member and outcome, like its panels; otherwise one.

    Raises ValueError if the frame lacks a column of its kind.
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
    held = {name: values for name, values in frame.to_dict().items() if name not in _LEFT_OUT}
    names = [name for name, values in held.items() if not frame.height or values.null_count() < frame.height]
    units = [unit or "" for unit in frame["unit"].to_list()] if "unit" in frame.columns else None
    columns = []
    for name in names:
        of_column = units if name in ("value", "low", "high", "baseline") else None
        cells = held[name].to_list()
        columns.append(
            _column(heading(name), cells, of_column or [unit_of(name, names)] * len(cells), held[name].dtype.is_numeric())
        )
    return Table(caption, tuple(columns), frame.height)


def _column(words: str, cells: Sequence[Any], units: Sequence[str], numeric: bool) -> Column:
    """A column of values, each with its unit."""
    return Column(words, list(map(_shown, cells, units)), list(map(_order, cells)), numeric)


def _shown(item: Any, unit: str) -> str:
    """A value with its unit, where that is not per cent or a year."""
    if unit and unit != "year" and isinstance(item, int | float) and not is_share(unit):
        return f"{value(item, unit)} {unit}"
    return value(item, unit)


def _lines_table(exhibit: Exhibit) -> Table:
    """Return lines as a table with a row for each panel and year and a column for each series, intervals in brackets."""
    names = list(dict.fromkeys(exhibit.frame["series"].to_list()))
    rows: dict[tuple[str | None, int], dict[str, tuple[str, str | None]]] = {}
    for row in exhibit.frame.iter_rows(named=True):
        rows.setdefault((row["panel"], row["year"]), {})[row["series"]] = _line_cell(row)
    columns = [_column("Year", [year for _, year in rows], ["year"] * len(rows), numeric=True)]
    if len({panel for panel, _ in rows}) > 1:
        columns.insert(0, Column("Quantity", [panel or "" for panel, _ in rows], [None] * len(rows)))
    for name in names:
        cells = [of_row.get(name, (UNKNOWN, "")) for of_row in rows.values()]
        columns.append(Column(name, [shown for shown, _ in cells], [order for _, order in cells], numeric=True))
    return Table(exhibit.title, tuple(columns), len(rows))


def _line_cell(row: dict[str, Any]) -> tuple[str, str | None]:
    """Return what a cell of a line shows, with its interval, and what it is sorted by."""
    unit = row.get("unit") or ""
    shown = _shown(row["value"], unit)
    if None not in (row["value"], row["low"], row["high"]):
        shown = f"{shown} ({value_range(row['low'], row['high'], unit)})"
    return shown, _order(row["value"])


def _map_table(exhibit: Exhibit, member: str, outcome: str) -> Table:
    rows = exhibit.frame.filter(pl.col("member") == member, pl.col("outcome") == outcome)
    held = rows.sort("probability", "state", descending=[True, False], nulls_last=True).to_dict(as_series=False)
    ends = list(zip(held["low"], held["high"], strict=True))
    shares = ["share"] * rows.height
    columns = (
        Column(_MAP_HEADINGS[0], list(map(value, held["state"])), [None] * rows.height),
        _column(_MAP_HEADINGS[1], held["probability"], shares, numeric=True),
        Column(
            _MAP_HEADINGS[2],
            [UNKNOWN if None in pair else percent_range(*pair) for pair in ends],
            ["" if None in pair else _order(pair[0]) for pair in ends],
            numeric=True,
        ),
        _column(_MAP_HEADINGS[3], held["baseline"], shares, numeric=True),
    )
    return Table(f"{exhibit.title}. {member}: {outcome}", columns, rows.height, list(map(str, held["ccode"])))


def _order(item: Any) -> str | None:
    """Return what a cell is sorted by: "" for an unknown, which comes last, None for text, which sorts by itself."""
    if item is None or (isinstance(item, float) and not math.isfinite(item)):
        return ""
    if isinstance(item, date):
        return str(item.toordinal())
    return f"{item:.6g}" if isinstance(item, int | float) else None
