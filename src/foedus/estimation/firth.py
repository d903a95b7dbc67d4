"""A logit by Firth's penalised likelihood: it has a maximum where the outcome is separated, and less bias where events are few.

    maximise  log likelihood + ½ · log |information|        (Firth 1993; Heinze & Schemper 2002 for logits)

Its gradient is that of the likelihood with h · (½ − p) added to each row's residual, h the leverage of the row. No library
among our dependencies has it.
"""

from __future__ import annotations

import numpy as np

from foedus.errors import InputError
from foedus.estimation.design import Array
from foedus.estimation.estimate import expit

ROUNDS, SMALL, LONGEST = 200, 1e-9, 5.0
"""Most steps; the gradient, in standard errors, at which the climb ends; the longest step of a coefficient."""


def firth(matrix: Array, outcome: Array, offset: Array | None = None) -> tuple[Array, Array, Array, float]:
    """Return coefficients (column,), inverse information (column, column), residuals (row,), and the penalised log likelihood.

    matrix : (row, column), with its intercept. outcome : (row,), 0 or 1. offset : (row,), in log odds.

    In a saturated two-by-two table it is the table with one half added to each cell.

    >>> matrix = np.column_stack([np.ones(10), np.repeat([0.0, 1.0], 5)])
    >>> firth(matrix, np.array([0.0, 0, 0, 0, 1, 1, 1, 1, 1, 1]))[0].round(4).tolist()
    [-1.0986, 3.4965]
    >>> [round(float(np.log(1.5 / 4.5)), 4), round(float(np.log(5.5 / 0.5) - np.log(1.5 / 4.5)), 4)]
    [-1.0986, 3.4965]
    """
    moved = np.zeros(len(outcome)) if offset is None else offset
    place = np.zeros(matrix.shape[1])
    value, residual, inverse = _at(matrix, outcome, moved, place)
    for _ in range(ROUNDS):
        gradient = matrix.T @ residual
        if float(gradient @ inverse @ gradient) < SMALL**2:
            return place, inverse, residual, value
        step = inverse @ gradient
        step *= min(1.0, LONGEST / max(float(np.abs(step).max()), 1e-300))
        for _ in range(40):
            there = _at(matrix, outcome, moved, place + step)
            if there[0] >= value - 1e-12 * abs(value):
                break
            step = step / 2
        place = place + step
        value, residual, inverse = there
    raise InputError("the penalised likelihood was not climbed in 200 steps: bring the columns to like scales, or drop some.")


def _at(matrix: Array, outcome: Array, offset: Array, place: Array) -> tuple[float, Array, Array]:
    """The penalised log likelihood at some coefficients, the residuals of its gradient, and the inverse information."""
    odds = matrix @ place + offset
    probability = expit(odds)
    variance = probability * (1 - probability)
    information = (matrix * variance[:, None]).T @ matrix
    inverse: Array = np.asarray(np.linalg.inv(information), np.float64)
    leverage = variance * ((matrix @ inverse) * matrix).sum(axis=1)
    value = float((outcome * odds - np.logaddexp(0, odds)).sum() + 0.5 * np.linalg.slogdet(information)[1])
    return value, outcome - probability + leverage * (0.5 - probability), inverse
