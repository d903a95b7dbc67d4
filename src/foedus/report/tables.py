"""Exhibits as tables: every row of the frame, with headings for people and numbers written as in the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from foedus.assessment.finding import Exhibit
from foedus.language.speaking import told
from foedus.report import charts
from foedus.report.markup import linked, plain
from foedus.report.wording import UNKNOWN, heading, is_share, percent, percent_range, unit_of, value, value_range

_LEFT_OUT = ("unit", "outline", "against")
_STATE = "State"

FEW = 3
"""Rows that are looked over without being sorted."""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    heading : above it. shown : what each cell shows. numeric : whether it holds numbers (set flush right, and sorted by them).
    """

    heading: str
    shown: Sequence[str]
    numeric: bool = False


@dataclass(frozen=True)
class Table:
    """A table ready to be written.

    Attributes
    ----------
    caption : its title. height : how many rows. keys : of the rows, which link them to marks in the picture; None for no links.
    leads : addresses that the cells of the first column lead to; None for nowhere.
    """

    caption: str
    columns: tuple[Column, ...]
    height: int
    keys: Sequence[str] | None = None
    leads: Sequence[str] | None = None

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """What each row shows, cell by cell."""
        return list(zip(*(column.shown for column in self.columns), strict=True))

    def html(self) -> str:
        """Return the table as markup; one of more than FEW rows can be sorted where scripts run.

        Which columns are flush right is said once, by the table's classes; what a row is sorted by, a script reads off it.
        """
        head = "".join(f'<th scope="col"{_flush(column)}>{plain(column.heading)}</th>' for column in self.columns)
        sortable = " data-sortable" if self.height > FEW else ""
        right = " ".join(f"n{place}" for place, column in enumerate(self.columns, 1) if column.numeric)
        begun = ["<tr>"] * self.height if self.keys is None else [f'<tr data-k="{plain(key)}">' for key in self.keys]
        cells = [_cells(column, "td" if place else "th") for place, column in enumerate(self.columns)]
        if self.leads is not None:
            named = zip(self.leads, self.columns[0].shown, strict=True)
            cells[0] = [f'<th><a href="{plain(to)}">{plain(words)}</a>' for to, words in named]
        body = "\n".join(map("".join, zip(begun, *cells, strict=True)))
        return (
            f"<table{right and f' class={chr(34)}{right}{chr(34)}'}{sortable}>\n<caption>{plain(self.caption)}</caption>\n"
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n"
        )


def _flush(column: Column) -> str:
    return ' class="n"' if column.numeric else ""


def _cells(column: Column, tag: str) -> list[str]:
    """A column's cells as markup, each that is said again written once; HTML needs no end of a cell or a row."""
    written = {words: f"<{tag}>{linked(_together(words))}" for words in dict.fromkeys(column.shown)}
    return [written[words] for words in column.shown]


def _together(words: str) -> str:
    """A day is not broken into two lines."""
    return words.replace(" ", "\u00a0") if _DAY.fullmatch(words) else words


_DAY = re.compile(r"\d{1,2} \w{3,9}\.? \d{4}")


def tables(exhibit: Exhibit) -> list[Table]:
    """Return an exhibit's tables: one, or none where it is told in words.

    Raises ValueError if the frame lacks a column of its kind.
    """
    charts.check(exhibit)
    if exhibit.kind == "map" and exhibit.frame.height:
        return [_map_table(exhibit)]
    if exhibit.kind == "mechanisms":
        return []
    if exhibit.kind == "contrast":
        return [table_of(exhibit.frame.select("group", "label", with_it="said", without="instead"), told(exhibit.title))]
    if exhibit.kind == "lines" and exhibit.frame.height:
        return [_lines_table(exhibit)]
    return [table_of(exhibit.frame, told(exhibit.title))]


def table_of(frame: pl.DataFrame, caption: str) -> Table:
    """Return a frame as a table; columns without any value and the unit column are left out, the unit goes into the cells."""
    held = {name: values for name, values in frame.to_dict().items() if name not in _LEFT_OUT}
    names = [name for name, values in held.items() if not frame.height or values.null_count() < frame.height]
    units = [unit or "" for unit in frame["unit"].to_list()] if "unit" in frame.columns else None
    numbers = [name for name in names if held[name].dtype.is_numeric()]
    columns = []
    for name in names:
        of_column = units if name in ("value", "low", "high", "baseline") else None
        cells = held[name].to_list()
        columns.append(_column(heading(name), cells, of_column or [unit_of(name, numbers)] * len(cells), name in numbers))
    return Table(caption, tuple(columns), frame.height)


def _column(words: str, cells: Sequence[Any], units: Sequence[str], numeric: bool) -> Column:
    """A column of values, each with its unit."""
    return Column(words, list(map(_shown, cells, units)), numeric)


def _shown(item: Any, unit: str) -> str:
    """A value with its unit, where that is not per cent or a year."""
    if unit and unit != "year" and isinstance(item, int | float) and not is_share(unit):
        return f"{value(item, unit)} {unit}"
    return value(item, unit)


def _lines_table(exhibit: Exhibit) -> Table:
    """Return lines as a table with a row for each panel and year and a column for each series, intervals in brackets."""
    names = list(dict.fromkeys(exhibit.frame["series"].to_list()))
    rows: dict[tuple[str | None, int], dict[str, str]] = {}
    for row in exhibit.frame.iter_rows(named=True):
        rows.setdefault((row["panel"], row["year"]), {})[row["series"]] = _line_cell(row)
    columns = [_column("Year", [year for _, year in rows], ["year"] * len(rows), numeric=True)]
    if len({panel for panel, _ in rows}) > 1:
        columns.insert(0, Column("Quantity", [panel or "" for panel, _ in rows]))
    columns += [Column(name, [of_row.get(name, UNKNOWN) for of_row in rows.values()], numeric=True) for name in names]
    return Table(told(exhibit.title), tuple(columns), len(rows))


def _line_cell(row: dict[str, Any]) -> str:
    """Return what a cell of a line shows, with its interval."""
    unit = row.get("unit") or ""
    shown = _shown(row["value"], unit)
    if None in (row["value"], row["low"], row["high"]):
        return shown
    return f"{shown} ({value_range(row['low'], row['high'], unit)})"


def _map_table(exhibit: Exhibit) -> Table:
    """Return maps as one table: a row a state, the largest risk on any map first, and a column for each map."""
    panels = charts.panels(exhibit)
    held: dict[tuple[str, str], list[dict[str, Any]]] = {panel: [] for panel in panels}
    for row in exhibit.frame.iter_rows(named=True):
        held[row["member"], row["outcome"]].append(row)
    found = {row["ccode"]: row for row in sorted((row for rows in held.values() for row in rows), key=_by_risk)}
    states = {code: row["state"] for code, row in found.items()}
    columns = [Column(_STATE, list(map(value, states.values())))]
    for (member, outcome), rows in held.items():
        alike = {row["baseline"] for row in rows}
        cells = {row["ccode"]: _map_cell(row, alone=len(alike) > 1) for row in rows}
        beside = f", baseline {value(alike.pop(), 'share')}" if len(alike) == 1 else ""
        shown = [cells.get(code, UNKNOWN) for code in states]
        columns.append(Column(f"{member}: {outcome}, per year{beside}", shown, numeric=True))
    return Table(told(exhibit.title), tuple(columns), len(states), [row["iso3"] or str(row["ccode"]) for row in found.values()])


def _by_risk(row: dict[str, Any]) -> tuple[bool, float, str]:
    return row["probability"] is None, -(row["probability"] or 0.0), row["state"]


def _map_cell(row: dict[str, Any], *, alone: bool) -> str:
    """A risk with its interval; with its baseline, if that is not the same for all."""
    if row["probability"] is None:
        return UNKNOWN
    between = "" if None in (row["low"], row["high"]) else f" ({percent_range(row['low'], row['high'])})"
    beside = f"; they fight in {row['fights_in']}" if row.get("fights_in") else ""
    baseline = f"; baseline {value(row['baseline'], 'share')}" if alone else ""
    return f"{percent(row['probability'])}{between}{beside}{baseline}"
