"""A panel as an Excel workbook of three sheets: the panel, what its variables are, and where it comes from.

No cell is a formula: text is stored as text, and text that a spreadsheet would run once somebody edits the cell or saves it as
CSV has an apostrophe before it (`neutralised`). Missing is an empty cell. Yes and no are TRUE and FALSE. Excel knows no day
before 1900 (and miscounts until March of that year), so a column of days that begins earlier is text, year-month-day.

The sheets are written as ECMA-376 (Office Open XML) has them, row by row out of polars' text functions, in blocks of rows: a
hundred thousand rows of twenty columns take two seconds, where XlsxWriter takes nineteen. Nothing in the file depends on the
clock.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from foedus.errors import InputError
from foedus.panels.columns import ColumnInfo

MOST_ROWS, MOST_COLUMNS, LONGEST_TEXT = 1_048_576, 16_384, 32_767
ROW = "\0row"
BLOCK = 20_000
"""Rows put into text at a time."""

FIRST_SAFE_DAY = date(1900, 3, 1)
DAY_ZERO = 25_569
"""1 January 1970, polars' day 0, as Excel counts days."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
"""First characters that make a spreadsheet run a text cell as a formula, those of full width included."""

PLAIN, BOLD, DAY, WRAPPED = range(4)
"""Styles, by their place in `STYLES`."""

ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"} | {
    chr(code): f"_x{code:04X}_" for code in (*(code for code in range(32) if code not in (9, 10)), 0xFFFE, 0xFFFF)
}
"""XML's own letters, and those XML does not allow, as workbooks write them."""


def write_workbook(frame: pl.DataFrame, columns: Mapping[str, ColumnInfo], about: Mapping[str, Any], path: Path) -> None:
    """Write the frame with what its columns are and what is known about the file.

    Raises InputError, saying which format to take instead, beyond 1,048,576 rows (the header's among them), 16,384 columns or
    32,767 letters in a cell, for lists and for infinite numbers.
    """
    frame = neutralised(frame)
    _check(frame)
    sheets = {
        "panel": _sheet(frame, [12] * frame.width, PLAIN),
        "variables": _sheet(neutralised(_variables(columns)), [26, 70, 24, 40, 10, 10, 30], WRAPPED),
        "about": _sheet(neutralised(_about(about)), [20, 120], WRAPPED),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as workbook:
        for name, fixed in _fixed_parts(list(sheets)).items():
            _write_part(workbook, name, [fixed])
        for place, text in enumerate(sheets.values(), 1):
            _write_part(workbook, f"xl/worksheets/sheet{place}.xml", text)


def neutralised(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with an apostrophe before every text cell that a spreadsheet would run as a formula.

    >>> neutralised(pl.DataFrame({"name": ["=1+1", "Canada"]}))["name"].to_list()
    ["'=1+1", 'Canada']
    """
    text = [
        pl.col(name).cast(pl.String) for name, dtype in frame.schema.items() if dtype in (pl.String, pl.Categorical, pl.Enum)
    ]
    return frame.with_columns(
        pl.when(cell.str.slice(0, 1).is_in(FORMULA_STARTS)).then(pl.lit("'") + cell).otherwise(cell).name.keep()
        for cell in text
    )


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
    rows += [(name, _shortened(str(note))) for name, note in about["notes"].items()]
    rows += [(f"source {name}", source["citation"]) for name, source in about["sources"].items()]
    return pl.DataFrame(rows, schema={"item": pl.String, "value": pl.String}, orient="row")


def _shortened(text: str) -> str:
    return text if len(text) < LONGEST_TEXT // 2 else text[: LONGEST_TEXT // 2] + "…"


# ------------------------------------------------------------------------------------------------------------- the XML


def _sheet(frame: pl.DataFrame, widths: Sequence[int], style: int) -> Iterable[str]:
    """One sheet, its header bold and in sight while the rest moves."""
    sizes = "".join(f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>' for at, width in enumerate(widths, 1))
    last = f"{(_letters(frame.width) or ['A'])[-1]}{frame.height + 1}"
    yield (
        f'{HEAD}<worksheet xmlns="{MAIN}"><dimension ref="A1:{last}"/>'
        '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
        'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"{f'<cols>{sizes}</cols>' if sizes else ''}<sheetData>"
    )
    titles = neutralised(pl.DataFrame({name: [name] for name in frame.columns}))
    yield _rows(titles, _cells(titles, BOLD), 1)
    cells = _cells(frame, style)
    for start in range(0, frame.height, BLOCK):
        yield _rows(frame.slice(start, BLOCK), cells, start + 2)
    yield "</sheetData></worksheet>"


def _rows(block: pl.DataFrame, cells: Sequence[pl.Expr], first: int) -> str:
    numbered = block.with_columns(pl.int_range(first, first + block.height).cast(pl.String).alias(ROW))
    line = pl.concat_str(pl.lit('<row r="'), ROW, pl.lit('">'), *cells, pl.lit("</row>"))
    return "".join(numbered.select(line)[:, 0])


def _cells(frame: pl.DataFrame, style: int) -> list[pl.Expr]:
    """For each column what makes its cells, given the number of the row in the column `ROW`."""
    return [_cell(letters, column, style) for letters, column in zip(_letters(frame.width), frame, strict=True)]


def _cell(letters: str, column: pl.Series, style: int) -> pl.Expr:
    """The text of a column's cells; "" for a missing value."""
    value, dtype = pl.col(column.name), column.dtype
    kind, content = f's="{style}"', "<v>{}</v>"
    if dtype == pl.Boolean:
        kind, text = f'{kind} t="b"', value.cast(pl.Int8).cast(pl.String)
    elif dtype == pl.Date and (column.min() or FIRST_SAFE_DAY) >= FIRST_SAFE_DAY:  # type: ignore[operator]
        kind, text = f's="{DAY}"', (value.to_physical() + DAY_ZERO).cast(pl.String)
    elif dtype.is_numeric():
        text = (value.fill_nan(None) if dtype.is_float() else value).cast(pl.String)
    else:
        kind, content = f'{kind} t="inlineStr"', '<is><t xml:space="preserve">{}</t></is>'
        told = value.cast(pl.String).str.replace_all(r"(_x[0-9A-Fa-f]{4}_)", "_x005F${1}")
        text = told.str.replace_many(list(ESCAPED), list(ESCAPED.values()))
    return pl.format(f'<c r="{letters}{{}}" {kind}>{content}</c>', ROW, text).fill_null("")


def _letters(count: int) -> list[str]:
    """The names of the first `count` columns.

    >>> _letters(28)[-3:]
    ['Z', 'AA', 'AB']
    """
    names = []
    for place in range(count):
        name, rest = "", place + 1
        while rest:
            rest, letter = divmod(rest - 1, 26)
            name = chr(65 + letter) + name
        names.append(name)
    return names


def _write_part(workbook: zipfile.ZipFile, name: str, chunks: Iterable[str]) -> None:
    part = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    part.compress_type, part.create_system, part.external_attr = zipfile.ZIP_DEFLATED, 0, 0
    try:
        with workbook.open(part, "w") as file:
            for chunk in chunks:
                file.write(chunk.encode())
    except RuntimeError:  # zipfile's word for more than two gigabytes; Excel does not read the extension that allows them
        raise InputError("the workbook would hold a sheet of more than two gigabytes: use .parquet or .csv.") from None


HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def _fixed_parts(sheets: Sequence[str]) -> dict[str, str]:
    """The parts of a workbook beside its sheets."""
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{place}.xml" ContentType="{TYPE}.worksheet+xml"/>'
        for place in range(1, len(sheets) + 1)
    )
    names = "".join(f'<sheet name="{name}" sheetId="{place}" r:id="rId{place}"/>' for place, name in enumerate(sheets, 1))
    links = "".join(
        f'<Relationship Id="rId{place}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{place}.xml"/>'
        for place in range(1, len(sheets) + 1)
    )
    styles = f'<Relationship Id="rId{len(sheets) + 1}" Type="{OFFICE}/styles" Target="styles.xml"/>'
    return {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>{types}</Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{links}{styles}</Relationships>',
        "xl/styles.xml": STYLES,
    }
