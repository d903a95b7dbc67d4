"""How far off the log odds of a row may be: normal coefficients, and a proneness of gamma shape for its dyad and its states.

    log odds = centre + N(0, s²) + b · log(G / a),    G gamma with shape a = observed + k and scale 1

What is known of a unit's proneness is a gamma distribution (`history.py`). Its logarithm leans far to the left where little was
observed: of a dyad that was at peace as long as it is known, proneness may be close to zero, and is hardly four times what was
expected. A normal distribution of the logarithm with the same variance would put the upper bound three times as high. Such
logarithms, and a normal beside them, have known cumulants, and quantiles follow from the first four (Cornish & Fisher 1938):

    κ₁ = ψ(a) - log a,    κₙ = the derivative of ψ of order n - 1,    each times b to the power of n

With a = 1, the smallest shape that occurs, and no other uncertainty, the bounds of a 95 % interval hold 94 %; with more
observed, or coefficients uncertain too, they are nearer still. Leaves out that decay, k and b are taken as given.
"""

from __future__ import annotations

from math import factorial

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

RECUR = 12.0
"""From here on seven terms of the series leave less than the last digit of a double."""

BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)
"""The Bernoulli numbers of even index, from the second."""


def log_gamma_cumulants(shape: Array) -> Array:
    """Return the cumulants (4, row) of the logarithm of gamma variables of these shapes (row,), scaled to a mean of one.

    Polygamma functions, by their recurrence up to RECUR and from there by their asymptotic series (Abramowitz & Stegun 1964,
    6.3.18 and 6.4.11).

    >>> log_gamma_cumulants(np.array([1.0]))[:, 0].round(6).tolist()  # minus Euler's constant, π²/6, -2 ζ(3), π⁴/15
    [-0.577216, 1.644934, -2.404114, 6.493939]
    """
    high = shape.astype(np.float64)
    below = np.zeros((4, len(high)))
    while (low := high < RECUR).any():
        for order in range(4):
            below[order] -= np.where(low, (-1) ** order * factorial(order) / high ** (order + 1), 0.0)
        high = np.where(low, high + 1, high)
    cumulants: Array = below + np.stack([_polygamma(order, high) for order in range(4)])
    cumulants[0] -= np.log(shape)
    return cumulants


def _polygamma(order: int, high: Array) -> Array:
    """The derivative of this order of ψ, for arguments from RECUR on."""
    if order == 0:
        digamma: Array = (
            np.log(high) - 1 / (2 * high) - sum(number / (2 * k * high ** (2 * k)) for k, number in enumerate(BERNOULLI, 1))
        )
        return digamma
    rest = sum(
        number * factorial(2 * k + order - 1) / (factorial(2 * k) * high ** (2 * k + order))
        for k, number in enumerate(BERNOULLI, 1)
    )
    first = factorial(order - 1) / high**order + factorial(order) / (2 * high ** (order + 1))
    derivative: Array = (-1) ** (order + 1) * (first + rest)
    return derivative


def quantile(cumulants: Array, z: float) -> Array:
    """Return, of distributions with these cumulants (4, row), the quantile that is z in a standard normal (row,).

    >>> quantile(np.array([[0.5], [4.0], [0.0], [0.0]]), 1.96).tolist()
    [4.42]
    """
    mean, variance, third, fourth = cumulants
    spread = np.sqrt(variance)
    scale = np.where(spread > 0, spread, 1.0)
    lean, weight = third / scale**3, fourth / scale**4
    bent = z + lean * (z**2 - 1) / 6 + weight * (z**3 - 3 * z) / 24 - lean**2 * (2 * z**3 - 5 * z) / 36
    moved: Array = mean + spread * bent
    return moved
