"""Readiness of a state for new technology: an index whose ingredients stay in sight, and how far its ranks can be trusted.

    readiness(i, t) = sum over ingredients k of w(k) · z(k, i, t),    z = (log x - mean) / standard deviation

An index, never a probability: its zero and its unit are the mean and the spread of the states of which every ingredient is
known in YARDSTICK, so that it can be followed over years. Ingredients, by part:

    wealth           GDP per head (purchasing power)
    infrastructure   internet users, broadband subscriptions
    knowledge        R&D share, researchers per million, patent applications per million, high-technology share of exports

Declared weights: all ingredients alike. Beside it three others: parts alike, first principal component, entropy. A rank is told
with its range over the weights, with every ingredient in turn left out, as the Handbook on Constructing Composite Indicators
(OECD & JRC 2008) asks. The mean of logarithms is the logarithm of a geometric mean, so that strength in one ingredient makes up
for weakness in another only in part.

A value may stand for later years, for as many as are asked for, with its age beside it. A state without all ingredients has no
index and no rank; one that lacks a single ingredient is placed by the others. Leaves out how many are taught and trained (the
record has what a student costs, which falls where students are many), the human development index (which holds income again),
quality of patents and research, who owns a technology, and arms. Exports of high technology mark assembly as well as invention.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.errors import InputError, nearest
from foedus.estimation.design import Array
from foedus.panels.panel import panel
from foedus.panels.units import LAST_YEAR
from foedus.record.store import Record

PARTS: Mapping[str, tuple[str, ...]] = {
    "wealth": ("gdp_per_head_ppp",),
    "infrastructure": ("internet_users", "broadband"),
    "knowledge": ("research_share", "researchers", "patents_per_million", "high_technology_share"),
}
INGREDIENTS: tuple[str, ...] = tuple(name for names in PARTS.values() for name in names)

AGES = tuple(f"{name}_age" for name in INGREDIENTS)

READS = (*(name for name in INGREDIENTS if name != "patents_per_million"), "patent_applications", "population_world_bank")
"""Variables of the codebook that the ingredients are made of."""

WITH_NOUGHTS = ("internet_users", "broadband", "high_technology_share")
"""Shares that are zero somewhere: the logarithm is that of one more."""

FIRST_YEAR = 1990
"""First year of GDP per head at purchasing power; broadband begins in 1998, exports of high technology in 2007."""

YARDSTICK = 2015
"""Year whose states give the mean and the spread of every ingredient: one in which most are known, near the middle."""

METHODS = ("equal", "parts alike", "principal component", "entropy")
"""Ways to weigh ingredients; the first is the declared one."""

Places = NDArray[np.int64]

FRONTIERS: Mapping[str, float] = {"top tenth": 0.1, "maximum": 0.0}
"""Definitions of the frontier: the mean of so large a share of the states that have an index (one at least)."""


def ingredients(record: Record, years: tuple[int, int], carry_forward: int) -> pl.DataFrame:
    """Return the ingredients, one row a state-year: ccode, year, each of INGREDIENTS in its own unit, and its `_age` in years.

    A value may stand for `carry_forward` (one or more) later years. Null where unknown, and before FIRST_YEAR for all.
    """
    if carry_forward < 1:
        raise InputError(f"carry_forward is {carry_forward}: let values stand for one year or more.")
    if not FIRST_YEAR <= years[0] <= years[1] <= LAST_YEAR:
        return _ingredients(record, years, carry_forward)
    every = record.derived(f"ingredients {carry_forward}", lambda: _ingredients(record, (FIRST_YEAR, LAST_YEAR), carry_forward))
    return every.filter(pl.col("year").is_between(*years))


def _ingredients(record: Record, years: tuple[int, int], carry_forward: int) -> pl.DataFrame:
    rows = panel("state-year", READS, years=years, carry_forward=carry_forward, record=record)
    age = pl.max_horizontal("patent_applications_age", "population_world_bank_age")
    per_million = pl.col("patent_applications") / pl.col("population_world_bank") * 1e6
    known = per_million.is_not_null()
    made = rows.with_columns(patents_per_million=per_million, patents_per_million_age=pl.when(known).then(age))
    return made.select("ccode", "year", *(pl.col(name).cast(pl.Float64) for name in INGREDIENTS), *AGES)


def standardised(rows: pl.DataFrame, yardstick: pl.DataFrame) -> pl.DataFrame:
    """Return rows with each ingredient as a standardised logarithm: in standard deviations from the mean of the yardstick.

    yardstick : rows of `ingredients` that give mean and spread; those of states without all ingredients are passed over.
    """
    complete = yardstick.drop_nulls(INGREDIENTS).select(logs())
    if complete.height < 2:
        raise InputError(f"no two states have all of {', '.join(INGREDIENTS)} in {YARDSTICK}: let values stand for more years.")
    scaled = [(log - complete[name].mean()) / complete[name].std() for name, log in zip(INGREDIENTS, logs(), strict=True)]
    return rows.with_columns(scaled)


def logs() -> list[pl.Expr]:
    """Return every ingredient's logarithm; of one more, where it is zero somewhere."""
    return [pl.col(name).log1p() if name in WITH_NOUGHTS else pl.col(name).log() for name in INGREDIENTS]


def scaled(record: Record, years: tuple[int, int], carry_forward: int) -> pl.DataFrame:
    """Return `ingredients` as standardised logarithms, ages included; the yardstick is always that of YARDSTICK."""

    def made(between: tuple[int, int]) -> pl.DataFrame:
        rows = ingredients(record, between, carry_forward)
        return standardised(rows, ingredients(record, (YARDSTICK, YARDSTICK), carry_forward))

    if not FIRST_YEAR <= years[0] <= years[1] <= LAST_YEAR:
        return made(years)
    every = record.derived(f"scaled ingredients {carry_forward}", lambda: made((FIRST_YEAR, LAST_YEAR)))
    return every.filter(pl.col("year").is_between(*years))


def index(names: Sequence[str], weights: Array | None = None) -> pl.Expr:
    """Return the weighted mean of some standardised ingredients; null unless all are known. By default all alike.

    >>> index(["a", "b"]).alias("i").pipe(lambda i: pl.DataFrame({"a": [1.0, 1.0], "b": [3.0, None]}).select(i))["i"].to_list()
    [2.0, None]
    """
    given = np.full(len(names), 1 / len(names)) if weights is None else weights
    total: pl.Expr = sum((pl.col(name) * float(weight) for name, weight in zip(names, given, strict=True)), pl.lit(0.0))
    return total


def weights(z: Array, names: Sequence[str], method: str) -> Array:
    """Return the weight of each ingredient, summing to one.

    z : (state, ingredient), standardised, none missing. names : of the ingredients, (ingredient,). method : one of METHODS.
    Raises InputError for an unknown method.

    >>> weights(np.array([[0.0, 0, 0], [1, 1, 1], [2, 2, 2]]), INGREDIENTS[:3], "parts alike").tolist()
    [0.5, 0.25, 0.25]
    """
    if method not in METHODS:
        raise InputError(f"no weights are called {method!r}.{nearest(method, METHODS)} There are: {', '.join(METHODS)}.")
    if method == "equal":
        return np.full(len(names), 1 / len(names))
    if method == "parts alike":
        part = [next(part for part, of in PARTS.items() if name in of) for name in names]
        return np.array([1 / part.count(each) / len(set(part)) for each in part])
    return principal_component(z) if method == "principal component" else entropy(z)


def principal_component(z: Array) -> Array:
    """Return the loadings of the first principal component of the correlations, (ingredient,), scaled to sum to one.

    >>> principal_component(np.array([[1.0, 2], [2, 4], [4, 8]])).round(3).tolist()
    [0.5, 0.5]
    """
    loadings = np.linalg.eigh(np.corrcoef(z, rowvar=False))[1][:, -1]
    shares: Array = loadings / loadings.sum()
    return shares


def entropy(z: Array) -> Array:
    """Return weights in proportion to one less the entropy of each ingredient, put between 0 and 1, over states. Zeleny (1982).

    What a few states have and others lack weighs most.

    >>> entropy(np.array([[0.0, 0], [1, 0], [1, 0], [1, 1]])).round(2).tolist()
    [0.17, 0.83]
    """
    spread = z - z.min(axis=0)
    shares = spread / spread.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        information = np.where(shares > 0, shares * np.log(shares), 0.0).sum(axis=0)
    diversity = 1 + information / np.log(len(z))
    weight: Array = diversity / diversity.sum()
    return weight


def variants(z: pl.DataFrame) -> pl.DataFrame:
    """Return the rank of each state of one year in every variant of the index: ccode, method, left_out, rank, complete.

    z : rows of `scaled` of one year. left_out : the ingredient left out, or null. A rank is 1 for the highest; it counts the
    states of which all INGREDIENTS are known. A state that lacks one only is placed among them where that one is left out.
    """
    keys = ["ccode", *INGREDIENTS]
    whole = z.select(keys).drop_nulls()
    if whole.height < 2:
        return pl.DataFrame(
            schema={"ccode": pl.Int16, "method": pl.String, "left_out": pl.String, "rank": pl.Int64, "complete": pl.Boolean}
        )
    codes, values = z["ccode"].to_numpy(), z.select(INGREDIENTS).to_numpy()
    complete = ~np.isnan(values).any(axis=1)
    choices = [(method, left_out) for method in METHODS for left_out in (None, *INGREDIENTS)]
    ranks = [_ranked(values, complete, method, left_out) for method, left_out in choices]
    places = np.concatenate([place for place, _ in ranks])
    return pl.DataFrame(
        {
            "ccode": codes[places],
            "method": [method for (method, _), (place, _) in zip(choices, ranks, strict=True) for _ in place],
            "left_out": [left_out for (_, left_out), (place, _) in zip(choices, ranks, strict=True) for _ in place],
            "rank": np.concatenate([rank for _, rank in ranks]),
            "complete": complete[places],
        },
        schema_overrides={"left_out": pl.String},
    )


def _ranked(values: Array, complete: NDArray[np.bool_], method: str, left_out: str | None) -> tuple[Places, Places]:
    """The places of the states that one variant of the index has a value for, and their ranks among the complete."""
    columns = [place for place, name in enumerate(INGREDIENTS) if name != left_out]
    weight = weights(values[complete][:, columns], [INGREDIENTS[place] for place in columns], method)
    total = np.zeros(len(values))
    for place, each in zip(columns, weight, strict=True):
        total = total + values[:, place] * each
    known = np.flatnonzero(~np.isnan(total))
    ordered = np.sort(total[complete])
    return known, len(ordered) - np.searchsorted(ordered, total[known], side="right") + 1


def readiness(record: Record, year: int, carry_forward: int) -> pl.DataFrame:
    """Return the index of every state in a year, one row a state.

    ccode; readiness (null unless every ingredient is known); known, how many are; oldest, age of the oldest in years; rank by
    the declared weights; best, worst: its range over the variants (for a state that lacks one ingredient, over those without
    it; null if it lacks more); each part's own index; each ingredient standardised.
    """
    z = scaled(record, (year, year), carry_forward)
    ranks = variants(z)
    declared = ranks.filter(pl.col("complete"), pl.col("left_out").is_null(), method=METHODS[0]).select("ccode", "rank")
    range_ = ranks.group_by("ccode").agg(best=pl.col("rank").min(), worst=pl.col("rank").max())
    rows = z.select(
        "ccode",
        readiness=index(INGREDIENTS),
        known=pl.sum_horizontal(pl.col(name).is_not_null() for name in INGREDIENTS).cast(pl.Int64),
        oldest=pl.max_horizontal(AGES),
        **{part: index(names) for part, names in PARTS.items()},
        **{f"{name}_z": pl.col(name) for name in INGREDIENTS},
    )
    joined = rows.join(declared, on="ccode", how="left").join(range_, on="ccode", how="left")
    first = ("ccode", "readiness", "known", "oldest", "rank", "best", "worst")
    return joined.sort("ccode").select(*first, pl.exclude(first))


def frontier(values: pl.DataFrame, column: str, definition: str = "top tenth") -> pl.DataFrame:
    """Return the frontier of each year: year, frontier, leaders (codes, the highest first).

    values : year, ccode and `column`. definition : one of FRONTIERS. Years without a value are left out.

    >>> frontier(pl.DataFrame({"year": [2000] * 3, "ccode": [2, 20, 70], "i": [2.0, 3.0, 1.0]}), "i").row(0)
    (2000, 3.0, [20])
    """
    if definition not in FRONTIERS:
        raise InputError(f"no frontier is called {definition!r}. There are: {', '.join(FRONTIERS)}.")
    leading = (pl.len() * FRONTIERS[definition]).ceil().cast(pl.Int64).clip(1)
    ordered = values.drop_nulls(column).sort("year", column, "ccode", descending=[False, True, False])
    first = ordered.group_by("year", maintain_order=True).agg(
        frontier=pl.col(column).head(leading).mean(), leaders=pl.col("ccode").head(leading)
    )
    return first.sort("year")


def years_behind(front: pl.DataFrame, level: float, year: int) -> float | None:
    """Return how many years before `year` the frontier last stood at a level; None if it was above it in every year known.

    Zero for a level at or above the frontier of `year`. Between years the frontier moves on straight lines.

    >>> years_behind(pl.DataFrame({"year": [2000, 2010, 2020], "frontier": [0.0, 1.0, 2.0]}), 1.5, 2020)
    5.0
    """
    past = front.filter(pl.col("year") <= year).sort("year", descending=True)
    points: Iterable[Any] = past.select("year", "frontier").iter_rows()
    later: tuple[int, float] | None = None
    for when, height in points:
        if height <= level:
            if later is None:
                return float(year - when)
            return float(year - (when + (level - height) / (later[1] - height) * (later[0] - when)))
        later = (when, height)
    return None
