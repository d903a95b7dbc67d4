"""How the Uppsala Conflict Data Program numbers states: as Gleditsch and Ward do, but for Serbia after Montenegro left."""

from __future__ import annotations

import polars as pl

SERBIA_HERE, SERBIA, SINCE = 345, 340, 2006
"""Serbia after Montenegro left: the number in the files, in the Gleditsch–Ward list, and the first year of the difference."""


def gwcode(column: str) -> pl.Expr:
    """Return the Gleditsch–Ward code of a column of UCDP's numbers, at the row's `year`.

    >>> pl.DataFrame({"gwno": [345, 345], "year": [2005, 2006]}).select(gwcode("gwno"))["gwno"].to_list()
    [345, 340]
    """
    serbia = (pl.col(column) == SERBIA_HERE) & (pl.col("year") >= SINCE)
    return pl.when(serbia).then(SERBIA).otherwise(column).cast(pl.Int16).alias(column)
