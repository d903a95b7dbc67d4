"""Every draw has an address: seed, member, year or index, unit and purpose. What else is simulated cannot move it.

Worlds that differ in one thing are compared draw by draw, so that their difference is the thing's and no noise's. A draw is
taken from the address alone, by a counter-based generator (Philox 4x32-10; Salmon, Moraes, Dror & Shaw 2011), never from a
stream that is consumed in an order. Events are drawn by inverse transform only: a higher hazard adds events to those that
came with the lower one, and takes none away.

    key      the seed, in two words
    counter  member, year or index, unit, purpose

Six things follow, each a test of that name in `tests/futures/test_draws.py`: zero difference, one state more, alone,
superset, negative control, stability.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from foedus.futures.arithmetic import BLOCK, Array, normal_quantile

Words = NDArray[np.uint64]
Codes = NDArray[np.int64]

PURPOSES: Mapping[str, int] = {
    "parameters of disputes": 1,
    "dispute": 2,
    "common factor": 3,
    "fatal": 4,
    "war": 5,
    "war size": 6,
    "small war": 7,
    "joining": 8,
    "parameters of joining": 9,
    "pact formed": 10,
    "pact ended": 11,
    "parameters of pacts": 12,
    "growth": 13,
    "growth of the world": 14,
    "spending": 15,
    "parameters of spending": 16,
    "ice": 17,
    "parameters of ice": 18,
    "design": 19,
    "effect of the design": 20,
    "parameters of severity": 21,
    "war over": 22,
    "parameters of flight": 23,
    "flight": 24,
    "parameters of rivalries": 25,
    "rivalry begins": 26,
    "rivalry ends": 27,
    "regimes": 28,
}
"""What a draw is for, by number. A number is never used for anything else, whatever becomes of the name."""

BITS = 10
"""Bits of a state's code in a unit: codes of the Correlates of War Project lie below 1,000."""

MOST = 2**32
"""Members, years, units and purposes are numbered below this, seeds below its square."""

_MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_WEYL = 0x9E3779B9, 0xBB67AE85
_LOW, _WORD = np.uint64(0xFFFFFFFF), np.uint64(32)
_ROUNDS = 10


def philox(counter: tuple[Words, Words, Words, Words], key: tuple[int, int]) -> tuple[Words, Words, Words, Words]:
    """Return four random words of 32 bits for each counter of four words, under a key of two. Arrays are broadcast.

    >>> zero = np.zeros(1, np.uint64)
    >>> [hex(int(word[0])) for word in philox((zero, zero, zero, zero), (0, 0))]  # the authors' known answers
    ['0x6627e8d5', '0xe169c58d', '0xbc57ac4c', '0x9b00dbd8']
    """
    first, second, third, fourth = counter
    low, high = key
    for _ in range(_ROUNDS):
        one, other = first * _MULTIPLIERS[0], third * _MULTIPLIERS[1]
        first, third = (other >> _WORD) ^ second ^ np.uint64(low), (one >> _WORD) ^ fourth ^ np.uint64(high)
        second, fourth = other & _LOW, one & _LOW
        low, high = (low + _WEYL[0]) % MOST, (high + _WEYL[1]) % MOST
    return first, second, third, fourth


def unit(*codes: Codes | int) -> Codes:
    """Return the number of a state, of an ordered pair, or of three states in an order.

    >>> unit(2, 20).tolist(), unit(20, 2).tolist(), unit(20).tolist()
    (2068, 20482, 20)
    """
    return reduce(lambda packed, code: (packed << BITS) | np.asarray(code, np.int64), codes, np.asarray(0, np.int64))


@dataclass(frozen=True)
class Draws:
    """The draws of some members under a seed.

    Attributes
    ----------
    seed : from 0 to 2**64 - 1. members : (member,), their numbers: which others there are makes no difference.

    >>> alone, among = Draws(7, np.array([3])), Draws(7, np.array([1, 2, 3]))
    >>> dyads = unit(np.array([2, 2]), np.array([20, 70]))
    >>> bool((alone.uniform("dispute", 1990, dyads[1:]) == among.uniform("dispute", 1990, dyads)[2:, 1:]).all())
    True
    """

    seed: int
    members: Codes

    def uniform(self, purpose: str, when: Codes | int, units: Codes | int = 0) -> Array:
        """Return numbers above zero and below one (member, ...): `when`, a year or an index, and units are broadcast."""
        shape = np.broadcast_shapes(np.shape(when), np.shape(units))
        member = self.members.reshape(-1, *([1] * len(shape)))
        return np.broadcast_to(self._at(purpose, member, when, units), (len(self.members), *shape))

    def single(self, purpose: str, rows: Codes, when: Codes | int, units: Codes | int = 0) -> Array:
        """Return numbers of the members at some places only (rows, broadcast with units): what `uniform` has there."""
        return self._at(purpose, self.members[rows], when, units)

    def _at(self, purpose: str, member: Codes, when: Codes | int, units: Codes | int) -> Array:
        one, other, third = (np.asarray(each).astype(np.uint64) for each in (member, when, units))
        counter = (one, other, third, np.full(1, PURPOSES[purpose], np.uint64))
        key = self.seed % MOST, self.seed // MOST
        shape: tuple[int, ...] = np.broadcast_shapes(*(word.shape for word in counter))
        result = np.empty(shape)
        step = max(1, BLOCK * shape[-1] // max(1, result.size))
        for begin in range(0, shape[-1], step):  # as long arrays are in `arithmetic.py`
            here = (..., slice(begin, begin + step))
            block = (word[here] if word.shape and word.shape[-1] > 1 else word for word in counter)
            first, second, _, _ = philox((next(block), next(block), next(block), next(block)), key)
            bits = (first << np.uint64(20)) | (second >> np.uint64(12))
            result[here] = (bits.astype(np.float64) + 0.5) * 2.0**-52
        return result

    def normal(self, purpose: str, when: Codes | int, units: Codes | int = 0) -> Array:
        """Return standard normal numbers, (member, ...)."""
        return normal_quantile(np.array(self.uniform(purpose, when, units)))
