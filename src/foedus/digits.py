"""How many significant digits a number is written with: those that mean something, and that every processor gives.

The last digits of a sum, of a logarithm or of a product of matrices hang on the processor: on the width of its vectors, and on
the library that multiplies. Numbers that foedus computes are rounded before they are written, counted or compared, so that the
same call on the same record gives the same bytes on another machine. What a source says is written as the source says it.
"""

from __future__ import annotations

import polars as pl

COMPUTED = 10
"""Significant digits of a number that was computed. Between processors they differ from the fifteenth on."""

ESTIMATED = 6
"""Significant digits of an estimate that stands with an interval, and of the interval's ends.

Ends come from covariances, whose inverse loses digits: between processors they may differ from the ninth on.
"""

ENDS = ("low", "high")
"""Names of the columns that make the numbers of a frame estimates: the ends of an interval."""


def rounded(number: float, digits: int = COMPUTED) -> float:
    """Return a number to so many significant digits: the nearest that has them, whatever the processor.

    >>> rounded(2 / 3), rounded(0.1 + 0.2), rounded(-1234567.8, 6), rounded(float("inf"))
    (0.6666666667, 0.3, -1234570.0, inf)
    """
    return float(f"{number:.{digits}g}")


def rounded_columns(frame: pl.DataFrame, digits: int = COMPUTED) -> pl.DataFrame:
    """Return a frame with its columns of 64-bit floats to so many significant digits; the others as they are.

    >>> rounded_columns(pl.DataFrame({"year": [1990], "share": [1 / 3]}), 3).rows()
    [(1990, 0.333)]
    """
    columns = [
        pl.Series(each.name, [None if value is None else rounded(value, digits) for value in each], pl.Float64)
        for each in frame
        if each.dtype == pl.Float64
    ]
    return frame.with_columns(columns)


def told(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame that is told: to ESTIMATED digits where it has intervals, to COMPUTED where it has none.

    >>> told(pl.DataFrame({"value": [2 / 3], "low": [1 / 3], "high": [0.9]})).rows()
    [(0.666667, 0.333333, 0.9)]
    """
    return rounded_columns(frame, ESTIMATED if set(ENDS) <= set(frame.columns) else COMPUTED)
