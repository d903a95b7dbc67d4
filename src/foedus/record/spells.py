"""When: dates of which only the month or the year is known, and unbroken runs of equal years.

Sources give dates as three columns with gaps, and spread a lasting fact over one row a year. Here the columns become a date
with its precision, and the rows one row a run. `foedus.panels` spreads runs over years again.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl


def partial_date(year: str, month: str, day: str, *, last: bool = False) -> pl.Expr:
    """Return the date in three columns; a missing month or day becomes the first (or, with `last`, the last) there is.

    Null without a year.

    >>> frame = pl.DataFrame({"y": [1847, 1949], "m": [None, 4], "d": [None, 4]})
    >>> frame.select(partial_date("y", "m", "d"))["y"].to_list()
    [datetime.date(1847, 1, 1), datetime.date(1949, 4, 4)]
    >>> frame.select(partial_date("y", "m", "d", last=True))["y"].to_list()
    [datetime.date(1847, 12, 31), datetime.date(1949, 4, 4)]
    """
    first = pl.date(year, pl.col(month).fill_null(12 if last else 1), pl.col(day).fill_null(1))
    if not last:
        return first.alias(year)
    return pl.when(pl.col(day).is_null()).then(first.dt.month_end()).otherwise(first).alias(year)


def precision(year: str, month: str, day: str) -> pl.Expr:
    """Say how exactly the date in three columns is known: "day", "month" or "year"; null without a year.

    >>> frame = pl.DataFrame({"y": [1847, 1847, None], "m": [None, 5, None], "d": [None, None, None]})
    >>> frame.select(precision("y", "m", "d")).to_series().to_list()
    ['year', 'month', None]
    """
    known = pl.when(pl.col(month).is_null()).then(pl.lit("year")).when(pl.col(day).is_null()).then(pl.lit("month"))
    return pl.when(pl.col(year).is_not_null()).then(known.otherwise(pl.lit("day"))).alias("precision")


def runs(frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Return the maximal runs of consecutive years in which a unit's other columns keep their values.

    `frame` has one row per unit (`keys`) and `year`; the result has keys, first_year, last_year and the other columns, sorted.

    >>> years = pl.DataFrame({"ccode": [2] * 4, "year": [1900, 1901, 1903, 1904], "pact": [True, True, True, False]})
    >>> runs(years, ["ccode"]).select("first_year", "last_year").rows()
    [(1900, 1901), (1903, 1903), (1904, 1904)]
    """
    values = [name for name in frame.columns if name not in (*keys, "year")]
    ordered = frame.sort(*keys, "year").with_columns(offset=pl.col("year") - pl.int_range(pl.len()))
    run = pl.struct(*keys, "offset", *values).rle_id().alias("run")
    spans = [pl.col("year").min().alias("first_year"), pl.col("year").max().alias("last_year")]
    return ordered.group_by(run, maintain_order=True).agg(pl.col(keys).first(), *spans, pl.col(values).first()).drop("run")
