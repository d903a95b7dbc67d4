"""Exponentials, logarithms and normal quantiles that have the same bytes on every processor, whatever the length of an array.

Libraries choose their code for these functions by processor and by array: the last digit of a result may differ, and an event
that hangs on it with it. Here they are made of additions, multiplications, divisions and square roots alone, each of which
IEEE 754 rounds correctly, in a fixed order, element by element. Errors are below three units in the last place.

Long arrays are computed a block after the other: what comes in between takes no new pages of memory each time, and no element
changes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

BLOCK = 65_536
"""Elements that are computed at once: half a MiB for each intermediate result."""

_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
"""The logarithm of 2 in two parts; the first has so few digits that its product with a small whole number is exact."""

_FURTHEST = 700.0
"""exp of more than this is taken as exp of this, and of less than its negative as exp of that."""

_TAYLOR = tuple(1.0 / float(factorial) for factorial in np.cumprod([1.0, 1.0, *range(2, 15)]))[::-1]
_ODD = tuple(2.0 / odd for odd in range(23, 0, -2))

_CENTRE = (
    (
        2509.0809287301227,
        33430.57558358813,
        67265.7709270087,
        45921.95393154987,
        13731.69376550946,
        1971.5909503065513,
        133.14166789178438,
        3.3871328727963665,
    ),
    (
        5226.495278852854,
        28729.085735721943,
        39307.89580009271,
        21213.794301586597,
        5394.196021424751,
        687.1870074920579,
        42.31333070160091,
        1.0,
    ),
)
_SIDE = (
    (
        0.0007745450142783414,
        0.022723844989269184,
        0.2417807251774506,
        1.2704582524523684,
        3.6478483247632045,
        5.769497221460691,
        4.630337846156546,
        1.4234371107496835,
    ),
    (
        1.0507500716444169e-09,
        0.0005475938084995345,
        0.015198666563616457,
        0.14810397642748008,
        0.6897673349851,
        1.6763848301838038,
        2.053191626637759,
        1.0,
    ),
)
_FAR = (
    (
        2.0103343992922881e-07,
        2.7115555687434876e-05,
        0.0012426609473880784,
        0.026532189526576124,
        0.29656057182850487,
        1.7848265399172913,
        5.463784911164114,
        6.657904643501103,
    ),
    (
        2.0442631033899397e-15,
        1.421511758316446e-07,
        1.8463183175100548e-05,
        0.0007868691311456133,
        0.014875361290850615,
        0.1369298809227358,
        0.599832206555888,
        1.0,
    ),
)
"""Numerators and denominators of Wichura (1988, AS 241), the highest power first: centre, sides, far tails."""


def in_blocks(function: Callable[[Array], Array]) -> Callable[[Array], Array]:
    """Return a function of each element that takes arrays of any length and shape, a block after the other."""

    @wraps(function)
    def whole(x: Array) -> Array:
        flat = np.asarray(x, np.float64).reshape(-1)
        if flat.size <= BLOCK:
            return function(flat).reshape(np.shape(x))
        result = np.empty_like(flat)
        for first in range(0, flat.size, BLOCK):
            result[first : first + BLOCK] = function(flat[first : first + BLOCK])
        return result.reshape(np.shape(x))

    return whole


def _polynomial(x: Array, coefficients: tuple[float, ...]) -> Array:
    """The polynomial with these coefficients, the highest power first, by Horner's rule."""
    total = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        total *= x
        total += coefficient
    return total


@in_blocks
def exp(x: Array) -> Array:
    """Return e to the power of each element; beyond ±700 as at ±700.

    >>> exp(np.array([0.0, 1.0, -800.0])).round(12).tolist()
    [1.0, 2.718281828459, 0.0]
    """
    held = np.clip(x, -_FURTHEST, _FURTHEST)
    whole = np.rint(held * (1.0 / (_LN2_HIGH + _LN2_LOW)))
    rest = (held - whole * _LN2_HIGH) - whole * _LN2_LOW
    scale = ((whole.astype(np.int64) + 1023) << 52).view(np.float64)
    result: Array = _polynomial(rest, _TAYLOR) * scale
    return result


@in_blocks
def log(x: Array) -> Array:
    """Return the natural logarithm of each element; all must be positive normal numbers.

    >>> log(np.array([1.0, np.e, 1024.0])).round(12).tolist()
    [0.0, 1.0, 6.931471805599]
    """
    bits = np.ascontiguousarray(x, np.float64).view(np.int64)
    power = (bits >> 52) - 1022
    part = ((bits & 0x000FFFFFFFFFFFFF) | (1022 << 52)).view(np.float64)
    small = part < np.sqrt(0.5)
    part = np.where(small, part + part, part) - 1.0
    whole = (power - small).astype(np.float64)
    slope = part / (part + 2.0)
    result: Array = whole * _LN2_HIGH + (whole * _LN2_LOW + slope * _polynomial(slope * slope, _ODD))
    return result


@in_blocks
def expit(log_odds: Array) -> Array:
    """Return the probability that goes with log odds.

    >>> expit(np.array([0.0, 800.0])).tolist()
    [0.5, 1.0]
    """
    small = exp(-np.abs(log_odds))
    result: Array = np.where(log_odds >= 0, 1.0, small) / (1.0 + small)
    return result


def normal_quantile(share: Array) -> Array:
    """Return the standard normal quantile of shares, each above zero and below one. Wichura (1988), algorithm AS 241.

    >>> normal_quantile(np.array([0.5, 0.975])).round(6).tolist()
    [0.0, 1.959964]
    """
    away = share - 0.5
    centre = np.abs(away) <= 0.425
    inside = np.where(centre, 0.180625 - away * away, 0.0)
    result: Array = away * _polynomial(inside, _CENTRE[0]) / _polynomial(inside, _CENTRE[1])
    if not centre.all():
        out = away[~centre]
        root = np.sqrt(-log(np.where(out < 0, share[~centre], 1.0 - share[~centre])))
        near, far = np.minimum(root, 5.0) - 1.6, np.maximum(root, 5.0) - 5.0
        side = _polynomial(near, _SIDE[0]) / _polynomial(near, _SIDE[1])
        tail = _polynomial(far, _FAR[0]) / _polynomial(far, _FAR[1])
        size = np.where(root <= 5.0, side, tail)
        result[~centre] = np.where(out < 0, -size, size)
    return result
