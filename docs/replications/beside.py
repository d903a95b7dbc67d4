"""Published coefficients beside ours: what each replication holds its estimate against, and prints."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from foedus.models.model import Model
from foedus.record.store import open_record

PUBLISHED = pl.read_csv(Path(__file__).with_name("published.csv"))
"""Coefficients and standard errors as printed, by the table that they stand in; README.md has the pages."""


def terms(table: str) -> str:
    """Return the terms of a published table as the right side of a formula."""
    return " + ".join(PUBLISHED.filter(table=table)["term"])


def beside(table: str, fitted: Model) -> pl.DataFrame:
    """Return a row a published coefficient: it and its error, ours and its error, and how many published errors lie between."""
    ours = fitted.tidy().select("term", ours="estimate", our_error="std_error")
    joined = PUBLISHED.filter(table=table).drop("table").join(ours, on="term", how="left", maintain_order="left")
    return joined.with_columns(
        apart=(pl.col("ours") - pl.col("published")).abs() / pl.col("error"),
        same_sign=pl.col("ours") * pl.col("published") > 0,
    )


def show(table: str, fitted: Model) -> None:
    """Print a table beside ours, with our rows."""
    with pl.Config(tbl_rows=-1, tbl_hide_dataframe_shape=True, float_precision=3, fmt_str_lengths=60, tbl_width_chars=120):
        print(beside(table, fitted))
    print(f"{fitted.n:,} rows")


def with_estimates(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a panel with incomes and people as the estimates give them whole, what panels leave out as a guess included.

    The published tables were computed so: `economy_set_aside` holds what the record's tables leave out, and its table says why.
    """
    code = "gwcode" if "gwcode" in frame.columns else "ccode"
    aside = open_record().table("economy_set_aside_gw" if code == "gwcode" else "economy_set_aside")
    for side in ("", "1", "2"):
        names = {name: f"{name}_{side}" if side else name for name in ("gdp_per_head", "population")}
        here = {name: column for name, column in names.items() if column in frame.columns}
        if not here or f"{code}{side}" not in frame.columns:
            continue
        left = aside.select(pl.col(code).alias(f"{code}{side}"), "year", *(pl.col(name).alias(f"{name}*") for name in here))
        joined = frame.join(left, on=[f"{code}{side}", "year"], how="left", maintain_order="left")
        filled = [pl.coalesce(column, f"{name}*").alias(column) for name, column in here.items()]
        frame = joined.with_columns(filled).drop(f"{name}*" for name in here)
    return frame
