"""The columns that every list of militarized disputes has: one row a directed dyad, dispute and year.

Gibler, Miller and Little's list, that of the Correlates of War and the confrontations that succeeded the first are read by a
source each, and arranged by `foedus.panels` as one. So what their columns are called, and of which type they are, stands here.
"""

from __future__ import annotations

import polars as pl

KEYS = ("dispute", "ccode1", "ccode2", "year")

OF_STATE = {
    "sidea": "side_a",
    "revstate": "revisionist",
    "orig": "originator",
    "hostlev": "hostility",
    "hiact": "highest_action",
    "fatality": "fatality",
    "fatalpre": "deaths",
}
"""Name in the files → what belongs to a state in a dispute; in rows of dyads the number of the side stands behind."""

OF_DISPUTE = {
    "hostlev": "hostility",
    "fatality": "fatality",
    "fatalpre": "deaths",
    "recip": "reciprocated",
    "mindur": "shortest_days",
    "maxdur": "longest_days",
    "stmon": "start_month",
    "endmon": "end_month",
    "outcome": "outcome",
    "settle": "settlement",
}
"""Name in the files → what belongs to a dispute, but for ONGOING, whose name there has the last year in it."""

ONGOING = "ongoing_at_end"

_KINDS = {
    **dict.fromkeys(("onset", "side_a", "originator", "reciprocated", ONGOING), pl.Boolean),
    "deaths": pl.Int32,
}
"""Types of the columns that are not 16-bit integers, without the number of the side."""


def sided(names: dict[str, str]) -> dict[str, str]:
    """Return names with the number of the side behind, for both sides.

    >>> sided({"orig": "originator"})
    {'orig1': 'originator1', 'orig2': 'originator2'}
    """
    return {f"{name}{side}": f"{ours}{side}" for name, ours in names.items() for side in "12"}


def typed(name: str) -> pl.Expr:
    """Return a column in its type; a month that does not exist is null."""
    value = pl.when(pl.col(name).is_between(1, 12)).then(pl.col(name)) if name.endswith("_month") else pl.col(name)
    return value.cast(_KINDS.get(name.rstrip("12"), pl.Int16))
