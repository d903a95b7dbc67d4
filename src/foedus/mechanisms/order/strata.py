"""The kinds of dyad-years in which a risk is to be right.

A model right on the whole can be wrong for the very dyads one asks about: a risk is shown beside how often those came true that
were given as much, and beside how often a dispute began in its stratum.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

DEMOCRACY = 0.5
"""Polyarchy of an electoral democracy in Regimes of the World (Lührmann, Tannenberg & Lindberg 2018)."""

STRATA: dict[str, pl.Expr] = {
    "all dyads": pl.lit(True),
    "politically relevant": pl.col("politically_relevant"),
    "contiguous": pl.col("contiguous"),
    "strategic rivals": pl.col("rivalry"),
    "allied democracies": pl.col("defence_pact") & (pl.col("weaker_democracy") >= DEMOCRACY),
    "minor powers not in contact": ~pl.col("contiguous") & (pl.col("major_powers") == 0),
}
"""Each stratum, from the widest to the most telling: dyad-years may be in several."""


def members(rows: pl.DataFrame) -> NDArray[np.float64]:
    """Return whether each row is in each stratum (row, stratum), one or zero; zero where that is unknown.

    >>> rows = {"politically_relevant": True, "contiguous": True, "rivalry": False, "defence_pact": True}
    >>> members(pl.DataFrame([{**rows, "weaker_democracy": 0.8, "major_powers": 1}])).tolist()
    [[1.0, 1.0, 1.0, 0.0, 1.0, 0.0]]
    """
    held = rows.select(chosen.fill_null(False).cast(pl.Float64).alias(name) for name, chosen in STRATA.items())
    return held.to_numpy(order="fortran")


def reference_classes(rows: pl.DataFrame) -> list[str]:
    """Return the most telling stratum that each dyad-year is in.

    >>> row = {"politically_relevant": True, "contiguous": True, "rivalry": False, "defence_pact": False}
    >>> reference_classes(pl.DataFrame([{**row, "weaker_democracy": 0.8, "major_powers": 1}]))
    ['contiguous']
    """
    names = list(STRATA)
    last = len(names) - 1 - members(rows)[:, ::-1].argmax(axis=1)
    return [names[place] for place in last]
