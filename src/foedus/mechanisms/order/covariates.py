"""What the terms of the dispute model read, and the columns that they bring: levels for the unknown, products among them.

What a source does not know (a distance, a share, a regime, a vote) is zero, with a column beside it that says so.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl

from foedus.estimation.design import Array, matrix_of
from foedus.estimation.history import COLUMNS as HISTORY
from foedus.mechanisms.mechanism import BACKGROUND, every
from foedus.mechanisms.order.recency import RECENCY

REACH = "major_power_distance"
"""Column of the term power that has no meaning without the term distance."""

TERMS: dict[str, tuple[str, ...]] = {
    "distance": ("contiguous", "log_distance", "distance_unknown"),
    "power": ("any_major_power", "capability_ratio", "joint_capability", "capability_unknown", REACH),
    "rivalry": ("rivalry",),
    "democracy": ("weaker_democracy", "democracy_unknown"),
    "preferences": ("ideal_point_distance", "ideal_point_unknown"),
    "pact": ("defence_pact",),
    "recency": RECENCY,
    "history": HISTORY,
}
"""The terms of the model and the columns each brings."""

INTERPLAY: dict[str, tuple[str, str]] = {
    f"{one} × {other}": (one, other)
    for one, others in {
        "contiguous": ("capability_ratio", "any_major_power", "joint_capability", "log_peace_years", "state_onsets_10"),
        "log_distance": ("log_distance", "joint_capability", "state_onsets_10"),
        "joint_capability": ("joint_capability",),
        "rivalry": ("log_peace_years", "contiguous", "dyad_onsets_10"),
        "weaker_democracy": ("contiguous", "weaker_democracy"),
        "ideal_point_distance": ("log_distance",),
        "defence_pact": ("weaker_democracy",),
        "dyad_onsets_10": ("dyad_onsets_30",),
    }.items()
    for other in others
}
"""Columns multiplied: one enters where the model has both; it counts with the term of the first."""

VARIABLES: dict[str, tuple[str, ...]] = {
    "distance": ("contiguous", "min_distance"),
    "power": ("major_powers", "capability_ratio", "joint_capability"),
    "rivalry": ("rivalry",),
    "democracy": ("weaker_democracy",),
    "preferences": ("ideal_point_distance",),
    "pact": ("defence_pact",),
    "recency": ("dispute_onset",),
    "history": ("dispute_onset",),
    BACKGROUND: ("peace_years",),
}
"""The variables that each term is made of, last year's."""

COVARIATES = tuple(name for name in every(VARIABLES) if name not in ("dispute_onset", "peace_years"))

NEEDED = ("earlier", "peace_years", "major_powers", "rivalry", "defence_pact")
"""Columns of the panel that have no level for the unknown."""


def covariates_of(terms: Collection[str]) -> tuple[str, ...]:
    """Return the columns that these terms bring, those of recency and history apart.

    >>> covariates_of(("power",))
    ('any_major_power', 'capability_ratio', 'joint_capability', 'capability_unknown')
    """
    lately = ("recency", "history")
    brought = [column for term, columns in TERMS.items() if term in terms and term not in lately for column in columns]
    return tuple(column for column in brought if column != REACH or "distance" in terms)


def covariate_matrix(rows: pl.DataFrame, columns: Sequence[str]) -> Array:
    """Return columns that TERMS names for `rows` (row, column); nan where something needed is unknown.

    Where a source does not know, its value is zero and the column that says so is one.

    >>> covariate_matrix(pl.DataFrame({"rivalry": [True, False]}), ()).shape
    (2, 0)
    """
    kilometres = pl.col("min_distance").log1p().fill_null(0)
    major = pl.col("major_powers") > 0
    levels: dict[str, pl.Expr] = {
        "contiguous": pl.col("contiguous").fill_null(False),
        "log_distance": kilometres,
        "distance_unknown": pl.col("min_distance").is_null(),
        "any_major_power": major,
        "capability_ratio": pl.col("capability_ratio").fill_null(0),
        "joint_capability": pl.col("joint_capability").fill_null(0),
        "capability_unknown": pl.col("joint_capability").is_null(),
        "rivalry": pl.col("rivalry"),
        "weaker_democracy": pl.col("weaker_democracy").fill_null(0),
        "democracy_unknown": pl.col("weaker_democracy").is_null(),
        "ideal_point_distance": pl.col("ideal_point_distance").fill_null(0),
        "ideal_point_unknown": pl.col("ideal_point_distance").is_null(),
        "defence_pact": pl.col("defence_pact"),
        REACH: major * kilometres,
        **{name: pl.col(name) for name in RECENCY},
    }
    return matrix_of(rows.with_columns(**{name: levels[name] for name in columns}), columns)
