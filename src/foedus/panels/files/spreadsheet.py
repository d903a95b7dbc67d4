"""A panel as an Excel workbook of three sheets: the panel, what its variables are, and where it comes from.

No cell is a formula: text is stored as text, and text that a spreadsheet would run once somebody edits the cell or saves it as
CSV has an apostrophe before it (`neutralised`). Missing is an empty cell. Yes and no are TRUE and FALSE. Excel knows no day
before 1900 (and miscounts until March of that year), so a column of days that begins earlier is text, year-month-day.

XlsxWriter writes the file (docs/decisions/0013), row by row and in the memory of one row. Nothing in it depends on the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import polars as pl

from foedus.errors import InputError

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from foedus.panels.columns import ColumnInfo

MOST_ROWS, MOST_COLUMNS, LONGEST_TEXT = 1_048_576, 16_384, 32_767

FIRST_SAFE_DAY = date(1900, 3, 1)
DAY_ZERO = 25_569
"""1 January 1970, polars' day 0, as Excel counts days."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
"""First characters that make a spreadsheet run a text cell as a formula, those of full width included."""

NO_DAY = datetime(1980, 1, 1)
"""The day on which every workbook says that it was made: the first that its archive can hold."""


def write_workbook(frame: pl.DataFrame, columns: Mapping[str, ColumnInfo], about: Mapping[str, Any], path: Path) -> None:
    """Write the frame with what its columns are and what is known about the file.

    Raises InputError, saying which format to take instead, beyond 1,048,576 rows (the header's among them), 16,384 columns or
    32,767 letters in a cell, for lists, for infinite numbers and for a sheet of more than two gigabytes.
    """
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError, FileSizeError

    frame = neutralised(frame)
    _check(frame)
    with TemporaryDirectory(dir=path.parent) as scratch:
        workbook = Workbook(path, {"constant_memory": True, "tmpdir": scratch})
        workbook.set_properties({"created": NO_DAY})
        plain, bold = workbook.add_format(), workbook.add_format({"bold": True})
        wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for name, cells, widths, style in (
            ("panel", frame, [12] * frame.width, plain),
            ("variables", neutralised(_variables(columns)), [26, 70, 24, 40, 10, 10, 30], wrapped),
            ("about", neutralised(_about(about)), [20, 120], wrapped),
        ):
            sheet = workbook.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            _fill(sheet, cells, widths, (bold, style, day))
        try:
            workbook.close()
        except FileSizeError:
            raise InputError("the workbook would hold a sheet of more than two gigabytes: use .parquet or .csv.") from None
        except FileCreateError as error:
            raise error.args[0] from None  # what the system said


def neutralised(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with an apostrophe before every text cell that a spreadsheet would run as a formula.

    >>> neutralised(pl.DataFrame({"name": ["=1+1", "Canada"]}))["name"].to_list()
    ["'=1+1", 'Canada']
    """
    kinds = (pl.Categorical, pl.Enum)
    text = [pl.col(name).cast(pl.String) for name, dtype in frame.schema.items() if dtype in kinds or _may_run(frame[name])]
    if not text:
        return frame
    return frame.with_columns(
        pl.when(cell.str.slice(0, 1).is_in(FORMULA_STARTS)).then(pl.lit("'") + cell).otherwise(cell).name.keep()
        for cell in text
    )


def _may_run(column: pl.Series) -> bool:
    """Return whether any cell of a column of text begins as a formula does."""
    if column.dtype != pl.String:
        return False
    words = column.unique() if len(column) > MANY else column
    return any(word and word[0] in FORMULA_STARTS for word in words.to_list())


MANY = 10_000
"""Cells above which each text is looked at once only."""


def _check(frame: pl.DataFrame) -> None:
    if frame.height + 1 > MOST_ROWS or frame.width > MOST_COLUMNS:
        raise InputError(
            f"a workbook holds at most {MOST_ROWS - 1:,} rows under its header and {MOST_COLUMNS:,} columns, and the panel has "
            f"{frame.height:,} and {frame.width:,}: use .parquet or .csv, or ask for fewer."
        )
    for column in frame:
        if column.dtype.is_nested() or column.dtype in (pl.Binary, pl.Object):
            raise InputError(f"column {column.name} holds {column.dtype}, for which a workbook has no cells: use .parquet.")
        if column.dtype.is_float() and column.is_infinite().any():
            raise InputError(
                f"column {column.name} holds infinite numbers, for which Excel has no cells: use .parquet or .csv."
            )
        if column.dtype == pl.String and column.str.len_bytes().max() is not None:
            length = column.str.len_chars() + column.str.count_matches(r"[\x{10000}-\x{10FFFF}]")
            if (longest := int(length.max())) > LONGEST_TEXT:  # type: ignore[arg-type]
                raise InputError(
                    f"column {column.name} holds a text of {longest:,} letters, and a cell at most {LONGEST_TEXT:,}: "
                    "use .parquet or .csv."
                )


def _variables(columns: Mapping[str, ColumnInfo]) -> pl.DataFrame:
    """The sheet that says what each column is."""
    rows = [
        (
            info.name,
            info.label,
            info.units,
            "; ".join(f"{level} = {text}" for level, text in info.values.items()),
            *(info.coverage or (None, None)),
            ", ".join(info.sources),
        )
        for info in columns.values()
    ]
    head = ("column", "definition", "units", "values", "first_year", "last_year", "sources")
    return pl.DataFrame(rows, schema={name: pl.Int64 if name.endswith("_year") else pl.String for name in head}, orient="row")


def _about(about: Mapping[str, Any]) -> pl.DataFrame:
    """The sheet that says where the panel comes from."""
    record = about["record"]
    rows = [("call", about["call"]), ("foedus version", about["foedus"])]
    rows += [("record version", record["version"]), ("record SHA-256", record["sha256"]), ("unit", about["unit"])]
    rows += [("disputes from", about["disputes_from"])]
    rows += [("alliances from", about["alliances_from"])] if "alliances_from" in about else []
    rows += [(name, _shortened(str(note))) for name, note in about["notes"].items()]
    rows += [(f"source {name}", source["citation"]) for name, source in about["sources"].items()]
    return pl.DataFrame(rows, schema={"item": pl.String, "value": pl.String}, orient="row")


def _shortened(text: str) -> str:
    return text if len(text) < LONGEST_TEXT // 2 else text[: LONGEST_TEXT // 2] + "…"


# ----------------------------------------------------------------------------------------------------------- the cells


def _fill(sheet: Worksheet, frame: pl.DataFrame, widths: Sequence[int], styles: tuple[Format, Format, Format]) -> None:
    """Fill a sheet with a header, which stays in sight, and the rows of a frame; styles are those of header, cells and days."""
    bold, style, day = styles
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    for place, name in enumerate(neutralised(pl.DataFrame({"name": frame.columns}))["name"]):
        _write_text(sheet, 0, place, name, bold)
    written = [_as_written(column) for column in frame]
    writers = [(place, write, day if of_day else style) for place, (_, write, of_day) in enumerate(written)]
    for row, values in enumerate(pl.DataFrame([column for column, _, _ in written]).iter_rows(), 1):
        for (place, write, its_style), value in zip(writers, values, strict=True):
            if value is not None:
                write(sheet, row, place, value, its_style)


Write = Callable[["Worksheet", int, int, Any, "Format"], None]


def _as_written(column: pl.Series) -> tuple[pl.Series, Write, bool]:
    """Return the values a sheet holds for those of a column, what writes one of them, and whether they are days."""
    dtype = column.dtype
    if dtype == pl.Boolean:
        return column, _write_yes_or_no, False
    if dtype == pl.Date and (column.min() or FIRST_SAFE_DAY) >= FIRST_SAFE_DAY:  # type: ignore[operator]
        return column.to_physical() + DAY_ZERO, _write_number, True
    if dtype.is_integer():
        return column, _write_number, False
    if dtype.is_numeric():
        decimal = column.cast(pl.String).cast(pl.Float64) if dtype == pl.Float32 else column.cast(pl.Float64)  # 0.1 stays 0.1
        return decimal.fill_nan(None), _write_exactly, False
    return column.cast(pl.String), _write_text, False


class _Exact(float):
    """A number that XlsxWriter, which would keep sixteen digits, writes with as many as it takes to read it back."""

    def __format__(self, spec: str, /) -> str:
        return repr(float(self))


def _write_exactly(sheet: Worksheet, row: int, place: int, value: float, style: Format) -> None:
    sheet.write_number(row, place, _Exact(value), style)


def _write_number(sheet: Worksheet, row: int, place: int, value: int, style: Format) -> None:
    sheet.write_number(row, place, value, style)


def _write_yes_or_no(sheet: Worksheet, row: int, place: int, value: bool, style: Format) -> None:
    sheet.write_boolean(row, place, value, style)


def _write_text(sheet: Worksheet, row: int, place: int, value: str, style: Format) -> None:
    if value.startswith("<r>") and value.endswith("</r>"):  # XlsxWriter would take it for text with styles in it
        sheet.write_rich_string(row, place, value[:1], style, value[1:], style)
    else:
        sheet.write_string(row, place, value, style)
