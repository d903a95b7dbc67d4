"""Palestine refugees registered with UNRWA, by host state, 1952–2025; outside the mandate, and the numbers, of UNHCR.

`palestine_refugees` has one row per host and year, in persons on 31 December.

Traps
-----
* UNRWA works in Jordan, Lebanon and Syria, and in the West Bank and Gaza, which are no member of the state system and drop
  out.
* They are registered persons and their descendants in the male line, not all of them present. In 2025 half a million of the
  file have no host named: Lebanon and Syria fall by as much, which is no movement.
* Some also stand in UNHCR's numbers if they live outside these hosts: add the two only for a host.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `palestine_refugees`: iso3, year, palestine_refugees_hosted in persons."""
    frame = pl.read_parquet(raw / "physical/displacement/unrwa.parquet")
    hosts = frame.select(
        pl.col("coa_iso").alias("iso3"),
        pl.col("year").cast(pl.Int16),
        pl.col("total").cast(pl.Int32).alias("palestine_refugees_hosted"),
    )
    return {"palestine_refugees": hosts.sort("iso3", "year")}
