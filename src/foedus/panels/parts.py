"""Months and quarters: parts of a year, the days at their ends, and in which of them states were members of the system."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from foedus.panels.systems import System
from foedus.record.store import Record

MONTHS = {"quarter": 3, "month": 1}
"""Part of a year → its months."""


def number_of(day: str, part: str) -> pl.Expr:
    """Return which month or quarter of its year a day lies in.

    >>> from datetime import date
    >>> pl.DataFrame({"start": [date(2003, 4, 29)]}).select(number_of("start", "quarter")).item()
    2
    """
    return (pl.col(day).dt.month() - 1) // MONTHS.get(part, 12) + 1


def ends(part: str) -> tuple[pl.Expr, pl.Expr]:
    """Return the first and the last day of the month or quarter of a row, which has its number and `year`."""
    month = (pl.col(part).cast(pl.Int16) - 1) * MONTHS[part] + 1
    return pl.date("year", month, 1), pl.date("year", month + MONTHS[part] - 1, 1).dt.month_end()


def while_members(rows: pl.DataFrame, sides: Sequence[str], part: str, of: System, record: Record) -> pl.DataFrame:
    """Return the months or quarters of these years on some day of which the state was, or both were, members of the system.

    rows : `sides` (the codes of one state, or of two) and `year`. The answer has `part` beside them, and is sorted.
    """
    numbers = pl.DataFrame({part: range(1, 12 // MONTHS[part] + 1)}, schema={part: pl.Int8})
    first, last = ends(part)
    there = rows.join(numbers, how="cross").with_columns(begun=first, ended=last)
    spells = record.table("state_spells").filter(pl.col("system") == of.name)
    for side in sides:
        there = there.join(spells.select(pl.col("code").alias(side), "start", "end"), on=side).with_columns(
            begun=pl.max_horizontal("begun", "start"), ended=pl.min_horizontal("ended", "end")
        )
        there = there.filter(pl.col("begun") <= pl.col("ended")).drop("start", "end")
    return there.select(*sides, "year", part).unique().sort(*sides, "year", part)
