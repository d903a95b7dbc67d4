"""How many people conflict and violence have displaced within their own state, 2009–2025.

Figures of the Internal Displacement Monitoring Centre. `conflict_displacement` has one row per state and year, in persons on
31 December.

Traps
-----
* A stock, not a flow, and of conflict alone: who fled floods and fires is not in it.
* Some fifty states a year have a row. The centre watches every state, but publishes no zero: no row is no figure.
* From 1990 to 2008 the file has one number for the world, and later a few rows without a country; they drop out with the
  Abyei area, Palestine and New Caledonia when codes become COW numbers.
* Numbers come from many hands and are revised; a year's fall may be a recount. UNHCR's own (`internally_displaced` in
  `displaced_persons`) are of those it protects or assists, and begin in 1993.
* SRB is Serbia with Kosovo.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from foedus.record.publisher import Form, Tables


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `conflict_displacement`: iso3, year, internally_displaced_by_conflict in persons."""
    frame = pl.read_parquet(raw / "physical/displacement/idmc_internal_displacement.parquet")
    states = frame.filter(pl.col("coo_iso") != "UNK").select(
        pl.col("coo_iso").alias("iso3"),
        pl.col("year").cast(pl.Int16),
        pl.col("total").cast(pl.Int32).alias("internally_displaced_by_conflict"),
    )
    return {"conflict_displacement": states.sort("iso3", "year")}


_STOCK = "conflict stock displacement"


def _published(frame: pl.DataFrame) -> Tables:
    """From the publisher's table of states and years, in which a state without a figure has a blank."""
    known = frame.drop_nulls(_STOCK).rename({_STOCK: "internally_displaced_by_conflict"})
    typed = known.with_columns(pl.col("year").cast(pl.Int16), pl.col("internally_displaced_by_conflict").cast(pl.Int32))
    return {"conflict_displacement": typed.select("iso3", "year", "internally_displaced_by_conflict").sort("iso3", "year")}


FORMS = (Form("the table of displacement by conflict", ("iso3", "year", _STOCK), ("iso3", "year"), _published, text=("iso3",)),)
"""The publisher's table, saved as CSV (`record/release.py`); untried: foedus has seen only the copy that UNHCR carries."""
