"""What happens in a year, a file a step, each pure: state, year and draws in, its own variables out.

`declared` says what it reads and writes (`system.py`); `begin` gives its variables as they are at the origin, with the
parameters that each member draws once; `step` gives them after a year. Arrays are (member, state) or (member, dyad); what has
happened is rows of places: (member, dyad).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from foedus.futures.arithmetic import Array, log
from foedus.futures.draws import Codes, Draws
from foedus.futures.system import Declared

State = Mapping[str, Any]
"""Variable → its value: what was written last."""

LOG1P: Array = log(1.0 + np.arange(1000.0))
"""Logarithm of one more than a count, by the count."""


class Step(Protocol):
    """What every step has."""

    @property
    def declared(self) -> Declared:
        """What it reads and writes."""
        ...

    def begin(self, draws: Draws) -> State:
        """Return its variables at the origin."""
        ...

    def step(self, state: State, year: int, draws: Draws) -> State:
        """Return its variables after a year."""
        ...


def added(values: Array) -> Array:
    """Return the sum over the last axis, added up in its order: no other order has the same bytes.

    >>> added(np.array([[0.1, 0.2, 0.3]])).tolist()
    [0.6000000000000001]
    """
    total = np.zeros(values.shape[:-1])
    for place in range(values.shape[-1]):
        total += values[..., place]
    return total


def of_states(values: Array, first: Codes, second: Codes, states: int) -> Array:
    """Return, for each state, the sum of the values of its dyads: (member, dyad) in, (member, state) out.

    >>> of_states(np.array([[0.5, 0.25, 0.125]]), np.array([0, 0, 1]), np.array([1, 2, 2]), 3).tolist()
    [[0.75, 0.625, 0.375]]
    """
    rows = np.arange(len(values))[:, None] * states
    size = len(values) * states
    one, other = (np.bincount((rows + side).ravel(), values.ravel(), size) for side in (first, second))
    result: Array = (one + other).reshape(len(values), states).astype(np.float64, copy=False)
    return result
