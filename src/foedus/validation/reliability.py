"""Reliability: of the dyad-years given a risk of p per cent, did p per cent see a dispute? Asked stratum by stratum.

A model right on the whole can be wrong for the very dyads one asks about: allied democracies are few among the dyad-years and
their disputes fewer still. The ratio of predicted to observed onsets is shown for each stratum, with the interval that the
number of onsets alone leaves open.
"""

from __future__ import annotations

from itertools import pairwise

import polars as pl

from foedus.mechanisms.estimate import Array, poisson_interval
from foedus.validation import scores

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


BINS = (0.0, 0.001, 0.01, 0.05, 0.2, 1.0)
"""Bounds of the forecasts that are looked at together; each bin holds its lower bound."""


def reliability(rows: pl.DataFrame, forecast: Array, outcome: str, level: float) -> pl.DataFrame:
    """Return one row a stratum, then one a bin of forecasts.

    Columns: stratum, n, events, forecast, observed, low, high, ratio, roc_auc, brier.

    `forecast` and `observed` are mean probabilities per dyad-year; low and high bound the observed one (exact Poisson interval
    of the events, Garwood 1936); ratio is predicted over observed events, null where none was observed;
    roc_auc and brier score the forecasts within the stratum, null where all or none had the outcome.
    """
    scored = rows.with_columns(pl.Series("forecast", forecast))
    bins = {bin_name(low): pl.col("forecast").is_between(low, high, closed="left") for low, high in pairwise(BINS)}
    return pl.concat([_stratum(scored.filter(chosen), name, outcome, level) for name, chosen in {**STRATA, **bins}.items()])


def bin_name(forecast: float) -> str:
    """Return the name of the bin a forecast falls in.

    >>> bin_name(0.03)
    'forecast 1–5 %'
    """
    low, high = next((low, high) for low, high in pairwise(BINS) if low <= forecast < high or high == BINS[-1])
    return f"forecast {low * 100:g}–{high * 100:g} %"


def _stratum(rows: pl.DataFrame, name: str, outcome: str, level: float) -> pl.DataFrame:
    n, events = rows.height, int(rows[outcome].sum())
    low, high = poisson_interval(events, level)
    predicted = float(rows["forecast"].sum())
    forecast, happened = rows["forecast"].to_numpy(), rows[outcome].cast(pl.Float64).to_numpy()
    return pl.DataFrame(
        {
            "stratum": [name],
            "n": [n],
            "events": [events],
            "forecast": [predicted / n if n else None],
            "observed": [events / n if n else None],
            "low": [low / n if n else None],
            "high": [high / n if n else None],
            "ratio": [predicted / events if events else None],
            "roc_auc": [scores.roc_auc(forecast, happened) if 0 < events < n else None],
            "brier": [float(scores.brier(forecast, happened).mean()) if n else None],
        },
        schema_overrides=dict.fromkeys(("forecast", "observed", "low", "high", "ratio", "roc_auc", "brier"), pl.Float64),
    )
