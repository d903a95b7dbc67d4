"""Tables that a publisher gives twice, for the states of either list, where the second leaves rows out that the first has.

A series for the Gleditsch–Ward list may stop a year earlier than its twin for the Correlates of War list, or lack small states
that both lists have. Where the state is the same in that year, the row is the same fact: `completed` adds it, and marks it. A
row that the publisher does give is never touched.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from foedus.record.cow import CROSSWALK

MARK = "from_cow"
"""The column that says which rows were taken from the twin."""


def crosswalk(raw: Path) -> pl.DataFrame:
    """Return which COW and which GW member were the same state in a year: ccode, gwcode, year."""
    return pl.read_parquet(raw / CROSSWALK, columns=["ccode", "gwcode", "year"]).drop_nulls()


def completed(gw: pl.DataFrame, cow: pl.DataFrame, same: pl.DataFrame) -> pl.DataFrame:
    """Return rows of GW states, with those of COW states that they lack and whose states are members of both lists.

    gw, cow : one row a state and year (gwcode, ccode) or a dyad and year (gwcode1 < gwcode2 …), and the same other columns.
    same : as of `crosswalk`. The result has `from_cow` as its last column and is sorted by its keys.

    >>> years = {"year": [2024, 2025]}
    >>> same = pl.DataFrame({"ccode": [255, 255], "gwcode": [260, 260], **years})
    >>> gw = pl.DataFrame({"gwcode": [260], "year": [2024], "polyarchy": [0.8]})
    >>> completed(gw, pl.DataFrame({"ccode": [255, 255], **years, "polyarchy": [0.7, 0.9]}), same).rows()
    [(260, 2024, 0.8, False), (260, 2025, 0.9, True)]
    """
    sides = [name.removeprefix("gwcode") for name in gw.columns if name.startswith("gwcode")]
    keys = [*(f"gwcode{side}" for side in sides), "year"]
    named = cow
    for side in sides:
        walk = same.select(pl.col("ccode").alias(f"ccode{side}"), pl.col("gwcode").alias(f"gwcode{side}"), "year")
        named = named.join(walk, on=[f"ccode{side}", "year"], how="inner")
    if len(sides) == 2:
        first, second = pl.min_horizontal("gwcode1", "gwcode2"), pl.max_horizontal("gwcode1", "gwcode2")
        named = named.filter(first != second).with_columns(gwcode1=first, gwcode2=second)
    lacking = named.select(gw.columns).cast(gw.schema).join(gw, on=keys, how="anti").unique(keys, keep="none")
    both = [gw.with_columns(pl.lit(False).alias(MARK)), lacking.with_columns(pl.lit(True).alias(MARK))]
    return pl.concat(both).sort(keys)
