"""Borders: since when a state has had those of today, for series that follow today's borders back into the past.

Publishers of development data give a country of today values for years in which its code stood for a state with other
borders: their Russia of 1990 is one of fifteen republics, their Germany of 1989 may or may not hold the east. Where the
borders moved much, such years are not the state's and are left out.
"""

from __future__ import annotations

import polars as pl

BORDERS_SINCE = {"DEU": 1991, "MYS": 1966, "PAK": 1972, "RUS": 1992, "SDN": 2012, "SRB": 2008, "VNM": 1976, "YEM": 1991}
"""First year at whose middle the state had today's borders, by COW's state list, where a reunion or secession after 1960 moved
more than a tenth of its people. What older figures include, publishers do not say; they are not mended.
"""


def in_todays_borders(frame: pl.DataFrame, *codes: str) -> pl.DataFrame:
    """Return the rows whose ISO3 codes in the columns `codes` (by default `iso3`) stood for today's borders in their `year`.

    >>> rows = pl.DataFrame({"iso3": ["RUS", "RUS", "CAN"], "year": [1991, 1992, 1960]})
    >>> in_todays_borders(rows).rows()
    [('RUS', 1992), ('CAN', 1960)]
    """
    return frame.filter(pl.all_horizontal(_reached(code) for code in codes or ("iso3",)))


def _reached(code: str) -> pl.Expr:
    first = pl.col(code).replace_strict(BORDERS_SINCE, default=None, return_dtype=pl.Int16)
    return pl.col("year") >= first.fill_null(pl.col("year"))
