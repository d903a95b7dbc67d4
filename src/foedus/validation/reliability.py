"""Reliability: of the dyad-years given a risk of p per cent, did p per cent see a dispute? Asked stratum by stratum.

A model right on the whole can be wrong for the very dyads one asks about: allied democracies are few among the dyad-years and
their disputes fewer still. The ratio of predicted to observed onsets is shown for each stratum, with the interval that the
number of onsets alone leaves open, or that of a bootstrap of dyads and years where that is wider: one war begins many. Of fewer
events than were registered the interval alone is shown. How far one event more would move forecasts (`venn_abers.py`) stands
beside it.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl

from foedus.estimation.design import Array
from foedus.estimation.estimate import poisson_interval
from foedus.mechanisms.order.strata import STRATA
from foedus.validation import scores
from foedus.validation.bootstrap import Bootstrap
from foedus.validation.registration import Registration
from foedus.validation.venn_abers import venn_abers

BINS = (0.0, 0.001, 0.01, 0.05, 0.2, 0.4, 1.0)
"""Bounds of the forecasts that are looked at together; each bin holds its lower bound."""

AMOUNTS = (
    "forecast",
    "observed",
    "low",
    "high",
    "ratio",
    "ratio_low",
    "ratio_high",
    "venn_low",
    "venn_high",
    "roc_auc",
    "brier",
)
"""Columns that may be null."""


def reliability(rows: pl.DataFrame, forecast: Array, outcome: str, test: Registration) -> pl.DataFrame:
    """Return one row a stratum, then one a bin of forecasts.

    Columns: stratum, n, events, and AMOUNTS.

    `forecast` and `observed` are mean probabilities per dyad-year; low and high bound the observed one (the wider of the exact
    Poisson interval of the events, Garwood 1936, and the bootstrap of the registered test); ratio is predicted over observed
    events, null where fewer were observed than the test asks for, and ratio_low and ratio_high bound it, the latter null where
    none may have been to come; venn_low and venn_high are the mean probability after calibration on the stratum's own rows with
    one more that had not, or had, the outcome;
    roc_auc and brier score the forecasts within the stratum, null where all or none had the outcome.
    """
    scored = rows.with_columns(pl.Series("forecast", forecast))
    bins = {bin_name(low): pl.col("forecast").is_between(low, high, closed="left") for low, high in pairwise(BINS)}
    return pl.concat([_stratum(scored.filter(chosen), name, outcome, test) for name, chosen in {**STRATA, **bins}.items()])


def bin_name(forecast: float) -> str:
    """Return the name of the bin a forecast falls in.

    >>> bin_name(0.03)
    'forecast 1–5 %'
    """
    low, high = next((low, high) for low, high in pairwise(BINS) if low <= forecast < high or high == BINS[-1])
    return f"forecast {low * 100:g}–{high * 100:g} %"


def _stratum(rows: pl.DataFrame, name: str, outcome: str, test: Registration) -> pl.DataFrame:
    n, events = rows.height, int(rows[outcome].sum())
    predicted = float(rows["forecast"].sum())
    forecast, happened = rows["forecast"].to_numpy(), rows[outcome].cast(pl.Float64).to_numpy()
    low, high = _interval(rows, happened, test) if n else (None, None)
    venn = venn_abers(forecast, happened) if n else (None, None)
    return pl.DataFrame(
        {
            "stratum": [name],
            "n": [n],
            "events": [events],
            "forecast": [predicted / n if n else None],
            "observed": [events / n if n else None],
            "low": [low],
            "high": [high],
            "ratio": [predicted / events if events >= fewest_of(test) else None],
            "ratio_low": [predicted / n / high if high else None],
            "ratio_high": [predicted / n / low if low else None],
            "venn_low": [venn[0]],
            "venn_high": [venn[1]],
            "roc_auc": [scores.roc_auc(forecast, happened) if 0 < events < n else None],
            "brier": [float(scores.brier(forecast, happened).mean()) if n else None],
        },
        schema_overrides=dict.fromkeys(AMOUNTS, pl.Float64),
    )


def fewest_of(test: Registration) -> int:
    """Return of how many events on a ratio is told: one, where none are registered."""
    return test.reliable.fewest if test.reliable else 1


def _interval(rows: pl.DataFrame, happened: Array, test: Registration) -> tuple[float, float]:
    """Bounds of the mean outcome of the rows."""
    counted = poisson_interval(int(happened.sum()), test.level)
    sides = rows.select("ccode1", "ccode2").to_numpy().astype(np.int64)
    means = Bootstrap.of([happened], sides, rows["year"].to_numpy(), test.bootstrap, test.seed).means()
    low, high = np.nanquantile(means, [(1 - test.level) / 2, (1 + test.level) / 2])
    return min(counted[0] / rows.height, max(float(low), 0.0)), max(counted[1] / rows.height, float(high))
