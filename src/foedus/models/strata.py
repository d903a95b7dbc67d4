"""Of the rows given a risk of p per cent, did p per cent have the outcome? By stratum, and by size of the forecast.

As in `validation/reliability.py`, for strata that a user names: the ratio of predicted to observed outcomes with the interval
that their number alone leaves open (Garwood 1936), or that of the bootstrap where it is wider.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.estimation.design import Array
from foedus.estimation.estimate import poisson_interval
from foedus.validation.bootstrap import Bootstrap
from foedus.validation.hindcast import FULL, Hindcast
from foedus.validation.registration import Registration

BINS = (0.0, 0.001, 0.01, 0.05, 0.2, 1.0)
"""Bounds of the forecasts that are looked at together; each bin holds its lower bound."""

AMOUNTS = ("forecast", "observed", "low", "high", "ratio", "ratio_low", "ratio_high")


def strata_table(
    scored: Hindcast,
    strata: Mapping[str, NDArray[np.bool_]],
    test: Registration,
    bins: Sequence[float] = BINS,
) -> pl.DataFrame:
    """Return one row a stratum, (row,) of whether a row is in it, then one a bin: stratum, n, events, AMOUNTS.

    strata : name → (row,), whether a row of the forecasts is in it. forecast and observed are means of the full model; low and
    high bound the observed one; ratio is predicted over observed outcomes, null where none came.

    >>> test = Registration("t", "t", ("y",), (), (), (), "log score", bootstrap=50, seed=1, level=0.95, smallest=0.0)
    >>> told, came = {FULL: np.full(4, 0.5)}, np.array([0.0, 1, 0, 1])
    >>> scored = Hindcast("y", None, 1990, 1990, told, came, np.arange(4), np.full(4, 1990))
    >>> rows = strata_table(scored, {"all": np.ones(4, np.bool_)}, test)
    >>> rows.select("stratum", "n", "events", "ratio").rows()
    [('all', 4, 2, 1.0), ('forecast 20–100 %', 4, 2, 1.0)]
    """
    forecast, outcome, units, year = scored.forecasts[FULL], scored.outcome, scored.units, scored.year
    within = {
        f"forecast {low * 100:g}–{high * 100:g} %": (forecast >= low) & ((forecast < high) | (high == bins[-1]))
        for low, high in pairwise(bins)
    }
    rows = []
    for name, chosen in {**strata, **within}.items():
        if not chosen.any():
            continue
        n, events = int(chosen.sum()), int(outcome[chosen].sum())
        predicted = float(forecast[chosen].sum())
        low, high = _interval(outcome[chosen], units[chosen], year[chosen], test)
        rows.append(
            {
                "stratum": name,
                "n": n,
                "events": events,
                "forecast": predicted / n,
                "observed": events / n,
                "low": low,
                "high": high,
                "ratio": predicted / events if events else None,
                "ratio_low": predicted / n / high if high else None,
                "ratio_high": predicted / n / low if low else None,
            }
        )
    return pl.DataFrame(rows, schema_overrides=dict.fromkeys(AMOUNTS, pl.Float64), infer_schema_length=None)


def _interval(outcome: Array, units: NDArray[np.int64], year: NDArray[np.int64], test: Registration) -> tuple[float, float]:
    """Bounds of the mean outcome of some rows."""
    counted = poisson_interval(int(outcome.sum()), test.level)
    means = Bootstrap.of([outcome], units, year, test.bootstrap, test.seed).means()
    low, high = np.nanquantile(means, [(1 - test.level) / 2, (1 + test.level) / 2])
    return min(counted[0] / len(outcome), max(float(low), 0.0)), max(counted[1] / len(outcome), float(high))
