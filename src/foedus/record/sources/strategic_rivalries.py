"""Pairs of states that saw each other as threatening, competing enemies, 1494–2020: Thompson, Sakuwa and Suhas.

`rivalry_spells` has one row per rivalry, with the first and last year and what it was about: `positional` (rank and
influence), `spatial` (territory), `ideological`, `interventionary` (who rules in the other state). A dyad may have several
rivalries in turn.

Traps
-----
* 2020 is the end of the list, not of the rivalry: `last_year` is null for the 56 rivalries that reach it. 1494 is likewise the
  first year of the list.
* A flag is 1 or blank in the file; blank means that the authors do not name that kind, so it becomes false. One rivalry
  (France and the Netherlands, 1668–1713) has no kind at all; there the flags are null.
* Rivalries before 1816 stay in. Venice (324) has no COW number of its own, and many rivals enter the COW system later than
  their rivalry begins (Honduras in 1899).
* Five rivalries carry the number of the wrong state (CODES): South Yemen and the Yemen Arab Republic are given as Yemen (679),
  which exists since 1990, and the Austrian Empire as Austria (305), which exists since 1919.
* A number may stop before its rivalry: France and Germany run to 1955 under 255, Austria and Yugoslavia to 1920 under 300.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

LAST_YEAR = 2020
"""Year in which the list was closed; a rivalry that reaches it is still open."""

CODES = {19: (255, 300), 92: (670, 678), 140: (670, 678), 141: (663, 678), 158: (680, 698)}
"""Rivalry number in the file → COW numbers of the states its name and years mean."""

_KINDS = ("positional", "spatial", "ideological", "interventionary")


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `rivalry_spells`: ccode1 < ccode2, first_year, last_year (null if open in 2020), kinds, name."""
    frame = pl.read_csv(raw / "political/rivalries/tss_rivalries.csv", infer_schema_length=None)
    typed = pl.any_horizontal(pl.col(_KINDS).is_not_null())
    spells = frame.select(
        _code("ccode1", 0),
        _code("ccode2", 1),
        pl.col("start").cast(pl.Int16).alias("first_year"),
        pl.when(pl.col("end") < LAST_YEAR).then("end").cast(pl.Int16).alias("last_year"),
        *[pl.when(typed).then(pl.col(kind).fill_null(0) == 1).alias(kind) for kind in _KINDS],
        pl.col("rivalry").alias("name"),
    )
    return {"rivalry_spells": spells.sort("ccode1", "ccode2", "first_year")}


def _code(column: str, side: int) -> pl.Expr:
    mended = {number: codes[side] for number, codes in CODES.items()}
    return pl.col("tssr_id").replace_strict(mended, default=pl.col(column)).cast(pl.Int16).alias(column)
