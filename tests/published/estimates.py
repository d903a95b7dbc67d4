"""Income and people as the estimates give them whole: what the panels leave out as a prior or as of other lands included.

The published results were computed from the whole file; `economy_set_aside` holds what the record's tables leave out of it.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from foedus.record.store import Record


def with_estimates(frame: pl.DataFrame, record: Record, names: Collection[str]) -> pl.DataFrame:
    """Return a panel of states or dyads with these variables where they were set aside, too."""
    code = "gwcode" if any(name.startswith("gwcode") for name in frame.columns) else "ccode"
    aside = record.table("economy_set_aside" if code == "ccode" else "economy_set_aside_gw")
    for side in ("", "1", "2"):
        if f"{code}{side}" not in frame.columns:
            continue
        columns = {name: f"{name}_{side}" if side else name for name in names}
        left = aside.select(pl.col(code).alias(f"{code}{side}"), "year", *(pl.col(name).alias(f"{name}*") for name in names))
        joined = frame.join(left, on=[f"{code}{side}", "year"], how="left", maintain_order="left")
        filled = [pl.coalesce(column, f"{name}*").alias(column) for name, column in columns.items()]
        frame = joined.with_columns(filled).drop(f"{name}*" for name in names)
    return frame
