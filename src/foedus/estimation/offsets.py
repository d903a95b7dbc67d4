"""Offsets that mend forecasts where they went wrong before: one a stratum, added to the log odds, drawn towards zero.

    log odds of what came = log odds of the forecast + sum over the strata of a row of d

d maximises the likelihood of forecasts already made, and of what came of them, less penalty / 2 · d². A stratum in which little
came keeps nearly what it had. Slopes of the forecast are left alone: they would be learnt from the few rows at the top.
"""

from __future__ import annotations

import numpy as np

from foedus.estimation.design import Array
from foedus.estimation.estimate import expit
from foedus.estimation.likelihood import HALVINGS, ROUNDS, SMALL

PENALTY = 50.0
"""So many expected outcomes, by weight, halve what a stratum is moved by: with fewer, that it was off is mostly chance."""


def offsets(odds: Array, members: Array, outcome: Array, weights: Array, penalty: float = PENALTY) -> Array:
    """Return what to add to log odds (row,) for every stratum that a row is in, (row, stratum) of ones and zeros: (stratum,).

    >>> half = np.zeros(40)
    >>> offsets(half, np.ones((40, 1)), np.repeat([1.0, 0.0], [30, 10]), np.ones(40), 1.0).round(2).tolist()  # of log 3
    [0.97]
    """
    place = np.zeros(members.shape[1])

    def value(at: Array) -> float:
        moved = odds + members @ at
        return float(weights @ (outcome * moved - np.logaddexp(0, moved)) - penalty / 2 * at @ at)

    for _ in range(ROUNDS):
        told = expit(odds + members @ place)
        gradient = members.T @ (weights * (outcome - told)) - penalty * place
        curvature = members.T @ (members * (weights * told * (1 - told))[:, None]) + penalty * np.eye(len(place))
        step = np.linalg.solve(curvature, gradient)
        if np.sqrt(max(float(gradient @ step), 0.0)) < SMALL:
            break
        here = value(place)
        for _ in range(HALVINGS):
            if value(place + step) >= here:
                break
            step = step / 2
        place = place + step
    return place
