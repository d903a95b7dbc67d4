"""A frame, printed: a table on a terminal, CSV in a pipe, so that other programs can read it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import polars as pl

MOST_SHOWN = 10_000
"""Rows of a table that a terminal shows."""

AT_ONCE = 200_000
"""Rows that are made into text at once."""


def show_frames(frames: Iterable[pl.DataFrame]) -> None:
    """Print a frame that comes in pieces to standard output; a terminal gets its first MOST_SHOWN rows, and is told so."""
    if not sys.stdout.isatty():
        begun = False
        for frame in frames:
            for part in frame.iter_slices(AT_ONCE) if frame.height else [frame]:
                sys.stdout.write(part.write_csv(include_header=not begun))
                begun = True
        return
    shown: list[pl.DataFrame] = []
    rows = 0
    for frame in frames:
        shown.append(frame.head(MOST_SHOWN - rows))
        rows += frame.height
        if rows > MOST_SHOWN:
            sys.stderr.write(f"foedus: only the first {MOST_SHOWN:,} rows are shown; -o FILE or a pipe takes all of them.\n")
            break
    _show_table(pl.concat(shown))


def _show_table(frame: pl.DataFrame) -> None:
    """Print a table on a terminal."""
    from rich.table import Table
    from rich.text import Text

    from foedus.report.console import Terminal
    from foedus.report.wording import clean

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, kind in frame.schema.items():
        table.add_column(Text(clean(name)), justify="right" if kind.is_numeric() else "left", overflow="fold")
    for row in frame.iter_rows():
        table.add_row(*(Text(_cell(item)) for item in row))
    Terminal().print(table)


def _cell(item: Any) -> str:
    from foedus.report.wording import UNKNOWN, clean

    if item is None:
        return UNKNOWN
    return f"{item:.6g}" if isinstance(item, float) else clean(str(item))
