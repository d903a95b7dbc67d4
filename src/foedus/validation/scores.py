"""Scores of forecasts, of a yes-or-no outcome or of an amount: pure functions of forecast and outcome arrays, both (row,)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from foedus.estimation.design import Array

SMALLEST = 1e-12
"""Forecasts are kept this far from 0 and 1, so that a logarithmic score stays finite."""


def brier(forecast: Array, outcome: Array) -> Array:
    """Squared error of each forecast. Brier (1950).

    >>> brier(np.array([0.2]), np.array([1.0])).round(2).tolist()
    [0.64]
    """
    squared: Array = (forecast - outcome) ** 2
    return squared


def log_score(forecast: Array, outcome: Array) -> Array:
    """Minus the logarithm of the probability given to what happened, in nats. Good (1952).

    >>> log_score(np.array([0.5, 0.5]), np.array([1.0, 0.0])).round(3).tolist()
    [0.693, 0.693]
    """
    kept = np.clip(forecast, SMALLEST, 1 - SMALLEST)
    score: Array = -np.where(outcome > 0, np.log(kept), np.log1p(-kept))
    return score


def placements(forecast: Array, outcome: Array) -> tuple[Array, Array]:
    """Share of non-events ranked below each event, and share of events ranked above each non-event; ties count half.

    Their means are both the area under the ROC curve. DeLong, DeLong & Clarke-Pearson (1988).
    """
    events, others = np.sort(forecast[outcome > 0]), np.sort(forecast[outcome == 0])
    below = _mean_rank(others, forecast[outcome > 0]) / len(others)
    above = 1 - _mean_rank(events, forecast[outcome == 0]) / len(events)
    return below, above


def roc_auc(forecast: Array, outcome: Array) -> float:
    """Probability that an event was given a higher forecast than a non-event; ties count half.

    >>> roc_auc(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0.0, 0.0, 1.0, 1.0]))
    0.75
    """
    return roc_auc_and_influence(forecast, outcome)[0]


def pr_auc(forecast: Array, outcome: Array) -> float:
    """Average precision: the mean, over events, of the share of events among all forecasts at least as high.

    >>> round(pr_auc(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0.0, 0.0, 1.0, 1.0])), 4)
    0.8333
    """
    events, ranked = np.sort(forecast[outcome > 0]), np.sort(forecast)
    at_least = len(ranked) - np.searchsorted(ranked, events, side="left")
    events_at_least = len(events) - np.searchsorted(events, events, side="left")
    return float((events_at_least / at_least).mean())


def roc_auc_and_influence(forecast: Array, outcome: Array) -> tuple[float, Array]:
    """The area under the ROC curve, and the influence of each row on it (row,).

    Resampled sums of the influence stand in for the area of each resample; Obuchowski (1997) sums it by cluster.
    """
    below, above = placements(forecast, outcome)
    influence = np.empty(len(outcome))
    influence[outcome > 0] = (below - below.mean()) / len(below)
    influence[outcome == 0] = (above - above.mean()) / len(above)
    return float(below.mean()), influence


def _mean_rank(ordered: Array, values: Array) -> Array:
    left = np.searchsorted(ordered, values, side="left")
    right = np.searchsorted(ordered, values, side="right")
    rank: Array = (left + right) / 2
    return rank


def squared_error(forecast: Array, outcome: Array) -> Array:
    """Squared distance of each forecast amount from what came: a proper score of the mean.

    >>> squared_error(np.array([3.0]), np.array([1.0])).tolist()
    [4.0]
    """
    squared: Array = (forecast - outcome) ** 2
    return squared


def absolute_error(forecast: Array, outcome: Array) -> Array:
    """Distance of each forecast amount from what came: a proper score of the median.

    >>> absolute_error(np.array([3.0]), np.array([1.0])).tolist()
    [2.0]
    """
    distance: Array = np.abs(forecast - outcome)
    return distance


PROPER: dict[str, dict[str, Callable[[Array, Array], Array]]] = {
    "log score": {"log score": log_score, "brier": brier},
    "squared error": {"squared error": squared_error, "absolute error": absolute_error},
}
"""The score that a registered test decides by → the scores that are told, itself first. Lower is better."""


def of_yes_or_no(score: str) -> bool:
    """Say whether a score is of probabilities, so that areas under curves mean something."""
    return score == "log score"
