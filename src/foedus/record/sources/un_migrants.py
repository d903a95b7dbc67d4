"""Who lives in another state than that of birth: International Migrant Stock of the United Nations, revision of 2019.

Seven years: 1990, 1995, 2000, 2005, 2010, 2015, 2019, each at its middle.

* `migrant_stocks`: per origin (first state) and destination (second), `migrants` in persons.
* `migrant_totals`: per state, `migrants_hosted` from all origins, known or not, and `emigrants` in all destinations.

Traps
-----
* Born abroad, as a rule; where a census does not ask, citizens of another state. Refugees are often added, from UNHCR.
  Descendants are not: Canadians of Ukrainian descent are not Ukrainian-born (see `ukrainian_diaspora`).
* Migrants of whose origin the host says nothing stand in "Other North" and "Other South", so that pairs add up to less than
  totals. No row for a pair is unknown, not zero.
* It follows today's borders: to be born in Kazakhstan and live in Russia made a migrant in 1990 too. Pairs and totals of a
  year in which a code stood for other borders are left out (`foedus.record.borders`).
* Years between the seven are not interpolated. 2019 is no multiple of five and an extrapolation of the publisher's.
* Aggregates have no code in the file and are left out, as are the Channel Islands; territories drop out when codes become COW
  numbers. A ready-made version with codes that goes round on the web has its origins shifted by rows; this is not made from
  it.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from foedus.record.borders import in_todays_borders

TOTAL, WORLD = "Total", "WORLD"
"""What the file calls all origins, and all destinations."""


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `migrant_stocks` (iso3_1, iso3_2, year, migrants), `migrant_totals` (iso3, year, migrants_hosted, emigrants)."""
    file = raw / "physical/migration/un_desa_2019_migrant_stock_origin_destination.parquet"
    frame = pl.read_parquet(file).with_columns(pl.col("year").cast(pl.Int16), pl.col("migrant_stock").cast(pl.Int32))
    pairs = frame.select(
        pl.col("origin").alias("iso3_1"),
        pl.col("destination").alias("iso3_2"),
        "year",
        pl.col("migrant_stock").alias("migrants"),
    )
    return {
        "migrant_stocks": in_todays_borders(pairs.drop_nulls(), "iso3_1", "iso3_2").sort("year", "iso3_1", "iso3_2"),
        "migrant_totals": in_todays_borders(_totals(frame)).sort("iso3", "year"),
    }


def _totals(frame: pl.DataFrame) -> pl.DataFrame:
    hosted = _of(frame.filter(pl.col("origin_name") == TOTAL), "destination", "migrants_hosted")
    left = _of(frame.filter(pl.col("destination_name") == WORLD), "origin", "emigrants")
    return hosted.join(left, on=["iso3", "year"], how="full", coalesce=True)


def _of(frame: pl.DataFrame, code: str, name: str) -> pl.DataFrame:
    return frame.drop_nulls(code).select(pl.col(code).alias("iso3"), "year", pl.col("migrant_stock").alias(name))
