"""Skill within each cluster over time: whether a model follows a corridor, or only knows which corridors are large.

Scores over all rows reward a model for telling large clusters from small ones, which the mean of each does as well. Here every
cluster is judged by itself: the squared errors of its forecasts beside those of its rivals, one minus their ratio. A cluster is
forecast if the model has positive skill against every rival and there are LEAST forecasts or more; otherwise it is not, and the
table says why. With few forecasts a skill above zero is often chance: the share of clusters that are forecast says more
than any one of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from foedus.errors import InputError
from foedus.validation.hindcast import FULL, Hindcast

LEAST = 5
"""Forecasts of a cluster below which nothing is said of its skill."""


def within(whole: Hindcast, rivals: Sequence[str], model: str = FULL) -> pl.DataFrame:
    """Return how well the model follows each cluster over time.

    One row a cluster: cluster, n, first_year, last_year, "skill against <rival>" for each, r_squared, forecast, why_not.
    `whole` holds the forecasts of all windows (hindcast.together). `r_squared` is the skill against the mean of the cluster's
    outcomes over the years forecast, which nobody knew before: how Beyer, Schewe & Lotze-Campen (2022) judge. Skills are null
    where there are fewer than LEAST forecasts, or where the rival made no error.

    >>> year, amount = np.arange(2001, 2007), np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    >>> told = {"full model": amount + 0.5, "last year": amount - 1}
    >>> table = within(Hindcast("flow", None, 2001, 2006, told, amount, np.full(6, 7), year), ["last year"])
    >>> table.select("n", "skill against last year", "forecast").row(0)
    (6, 0.75, True)
    """
    if lacking := [name for name in (model, *rivals) if name not in whole.forecasts]:
        raise InputError(f"no forecasts of {', '.join(lacking)}: there are those of {', '.join(whole.forecasts)}.")
    errors = {name: (whole.forecasts[name] - whole.outcome) ** 2 for name in (model, *rivals)}
    rows = pl.DataFrame({"cluster": whole.cluster, "year": whole.year, "outcome": whole.outcome, **errors})
    away = (pl.col("outcome") - pl.col("outcome").mean()) ** 2
    sums = rows.group_by("cluster").agg(
        pl.len().cast(pl.Int64).alias("n"),
        pl.col("year").min().alias("first_year"),
        pl.col("year").max().alias("last_year"),
        **{name: pl.col(name).sum() for name in errors},
        away=away.sum(),
    )
    skills = {f"skill against {rival}": _skill(model, rival) for rival in rivals}
    skilled = sums.with_columns(**skills, r_squared=_skill(model, "away"))
    verdict = skilled.with_columns(why_not=_why_not(rivals)).with_columns(forecast=pl.col("why_not").is_null())
    return verdict.drop(*errors, "away").select(pl.exclude("why_not"), "why_not").sort("cluster")


def _skill(model: str, rival: str) -> pl.Expr:
    known = (pl.col("n") >= LEAST) & (pl.col(rival) > 0)
    return pl.when(known).then(1 - pl.col(model) / pl.col(rival))


def _why_not(rivals: Sequence[str]) -> pl.Expr:
    few = pl.when(pl.col("n") < LEAST).then(pl.format("{} forecasts, fewer than " + str(LEAST), pl.col("n")))
    beaten = {rival: (pl.col(f"skill against {rival}") > 0).fill_null(False) for rival in rivals}
    return pl.coalesce(few, *(pl.when(~won).then(pl.lit(f"no better than the {rival}")) for rival, won in beaten.items()))


def summary(table: pl.DataFrame, rivals: Sequence[str]) -> dict[str, float | int]:
    """Return what a table of `within` says in all: clusters, judged, forecast; of those judged, shares above 0 and medians."""
    judged = table.filter(pl.col("n") >= LEAST)
    if judged.is_empty():
        raise InputError(f"none of {table.height} clusters has {LEAST} forecasts: widen the years.")
    columns = (*(f"skill against {rival}" for rival in rivals), "r_squared")
    above = {f"share with {column} above zero": float((judged[column] > 0).fill_null(False).mean()) for column in columns}  # type: ignore[arg-type]
    medians = {f"median {column}": float(np.median(judged[column].drop_nulls())) for column in columns}
    counts = {"clusters": table.height, "judged": judged.height, "forecast": int(judged["forecast"].sum())}
    return {**counts, **above, **medians}
