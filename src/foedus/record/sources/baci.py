"""Trade by product, reconciled and summed: what states bought from each other, 1995 on, in current million US dollars.

Read from the user's own files; they never ship, for a revision of them takes gigabytes. `reconciled_trade` has one row per
directed dyad-year: what the first state imported from the second , free on board.

Traps
-----
* A file holds a year, and a folder the years of one release: files of two releases, or of two revisions of the Harmonized
  System, are refused together, since the publisher revises all years each January. The last year is still incomplete.
* Only flows above 1,000 dollars stand in the files. A dyad-year without a row is one of no such flow, or one that nobody
  reported; which of them is not known, so it is missing and no zero.
* What one state sold and the other bought is reported twice and differs. The publisher takes freight and insurance out of what
  importers report and weighs both reports by how reliable each state has been. The flows of the Correlates of War are what
  importers report, freight and insurance included: the two are no one series.
* Numbers of states are those of the United Nations with some of trade statistics (`baci.toml`). Belgium and Luxembourg have one
  number to 1998, and Botswana, Lesotho, Namibia, South Africa and Swaziland one to 1999: these rows are of no one state. Taiwan
  stands as "Other Asia, not elsewhere specified".
* Quantities are not read: they are missing where units could not be turned into tons, and "NA" stands behind blanks there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import polars as pl

from foedus.record.publisher import Form, Tables

NUMBERS = Path(__file__).with_name("baci.toml")

_DOLLARS = 1000
"""A cell counts thousands of dollars, with three decimals."""


def _summed(frame: pl.DataFrame) -> pl.DataFrame:
    """Add up the products of each flow, in whole dollars, so that no sum hangs on its order."""
    dollars = (pl.col("v") * _DOLLARS).round().cast(pl.Int64).sum().alias("dollars")
    return frame.group_by("t", "i", "j").agg(dollars).sort("t", "i", "j")


def _tidy(frame: pl.DataFrame) -> Tables:
    rows = frame.select(
        _named("j").alias("iso3_1"),
        _named("i").alias("iso3_2"),
        pl.col("t").alias("year"),
        pl.col("dollars"),
    )
    flows = rows.group_by("iso3_1", "iso3_2", "year", maintain_order=True).agg(pl.col("dollars").sum())
    return {"reconciled_trade": flows.with_columns((pl.col("dollars") / 1e6).alias("reconciled_trade")).drop("dollars")}


def _named(column: str) -> pl.Expr:
    """The code of the state that has a number, or else the number in words, which names no state."""
    return pl.col(column).replace_strict(_states(), default="number " + pl.col(column).cast(pl.String), return_dtype=pl.String)


@cache
def _states() -> dict[int, str]:
    """Number → code of the state."""
    tables = tomllib.loads(NUMBERS.read_text(encoding="utf-8"))
    return {int(number): code for table in tables.values() for number, code in table.items()}


def _faults(frame: pl.DataFrame) -> Iterator[str]:
    if unknown := frame["v"].null_count():
        yield f"{unknown:,} flows have no value"
    if wrong := frame.select((pl.col("v") <= 0).sum()).item():
        yield f"{wrong:,} flows are zero or below, and the publisher lists none of these"


FORMS = (
    Form(
        "a year of flows by product",
        ("t", "i", "j", "k", "v"),
        ("t", "i", "j", "k"),
        _tidy,
        text=("k",),
        decimals=("v",),
        faults=_faults,
        parts=_summed,
    ),
)
