"""A frame, printed: a table on a terminal, CSV in a pipe, so that other programs can read it."""

from __future__ import annotations

import sys
from typing import Any

import polars as pl


def show_frame(frame: pl.DataFrame) -> None:
    """Print a frame to standard output."""
    if not sys.stdout.isatty():
        sys.stdout.write(frame.write_csv())
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from foedus.report.wording import clean

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, kind in frame.schema.items():
        table.add_column(Text(clean(name)), justify="right" if kind.is_numeric() else "left", overflow="fold")
    for row in frame.iter_rows():
        table.add_row(*(Text(_cell(item)) for item in row))
    Console().print(table)


def _cell(item: Any) -> str:
    from foedus.report.wording import UNKNOWN, clean

    if item is None:
        return UNKNOWN
    return f"{item:.6g}" if isinstance(item, float) else clean(str(item))
