"""How far forecasts could be moved by one outcome more: the width of a Venn–Abers prediction.

A forecast is calibrated on those made and what came of them, by the isotonic curve through them, twice: with a row of its own
score added that had the outcome, and with one that had not (Vovk & Petej 2014). Where much has been seen the two are near;
where little has, they are far apart, and say so without assuming anything of the model. Forecasts are put together in groups of
like score before, so that the curve is drawn through a few hundred points.
"""

from __future__ import annotations

import numpy as np

from foedus.estimation.design import Array

GROUPS = 200
"""Groups of forecasts, each with as many expected events."""


def venn_abers(forecast: Array, outcome: Array) -> tuple[float, float]:
    """Return the mean of either prediction over rows (row,): without, and with, an outcome more at each row's own score.

    >>> low, high = venn_abers(np.repeat([0.1, 0.5], 50), np.tile([1.0, 0, 0, 0, 0], 20))
    >>> round(low, 3), round(high, 3)
    (0.197, 0.212)
    """
    score, n, events = _groups(forecast, outcome)
    low, high = np.empty(len(score)), np.empty(len(score))
    for place in range(len(score)):
        more = n.copy()
        more[place] += 1
        low[place] = isotonic(events / more, more)[place]
        one = events.copy()
        one[place] += 1
        high[place] = isotonic(one / more, more)[place]
    return float(np.average(low, weights=n)), float(np.average(high, weights=n))


def _groups(forecast: Array, outcome: Array) -> tuple[Array, Array, Array]:
    """Mean score, rows and events of each group, by score; rows of one score stay together."""
    order = np.argsort(forecast, kind="stable")
    ordered = forecast[order]
    expected = np.cumsum(ordered)
    group = np.minimum((expected / expected[-1] * GROUPS).astype(np.int64), GROUPS - 1)
    first_of_score = np.searchsorted(ordered, ordered)
    _, code = np.unique(group[first_of_score], return_inverse=True)
    n = np.bincount(code).astype(np.float64)
    return np.bincount(code, ordered) / n, n, np.bincount(code, outcome[order]).astype(np.float64)


def isotonic(mean: Array, weight: Array) -> Array:
    """Return the rising values nearest to means (group,) by weighted squares (pool adjacent violators; Ayer et al. 1955).

    >>> isotonic(np.array([0.2, 0.1, 0.4]), np.ones(3)).round(2).tolist()
    [0.15, 0.15, 0.4]
    """
    blocks: list[list[float]] = []  # mean, weight, groups
    for each, heavy in zip(mean.tolist(), weight.tolist(), strict=True):
        blocks.append([each, heavy, 1])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            value, weighs, groups = blocks.pop()
            before = blocks[-1]
            before[0] = (before[0] * before[1] + value * weighs) / (before[1] + weighs)
            before[1] += weighs
            before[2] += groups
    return np.repeat([block[0] for block in blocks], [int(block[2]) for block in blocks])
