"""A dispute may be fatal, a fatal one a war, and wars have sizes that follow a power law.

    P(fatal | dispute), P(war | fatal)   ratios of what the three headline models say of the dyad in the first year, moved to
                                         the level of dyads that began their dispute
    deaths of a war                      below the tail as seen, above it a power law (`mechanisms/order/war_size.py`)

Unit of analysis: the dispute, by the two that began it; whoever is drawn in shares its fate. The level of either ratio is
uncertain by what so many fatal disputes and wars tell: each member draws it once. Leaves out that the ratios may change.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foedus.futures.arithmetic import Array, exp, expit, log
from foedus.futures.draws import Draws
from foedus.futures.headline import Chances
from foedus.futures.steps import State
from foedus.futures.system import Declared
from foedus.futures.world import World

SMALLEST = 1e-9


@dataclass(frozen=True)
class Sizes:
    """How large wars are.

    Attributes
    ----------
    small : sizes below the tail, in order. share : of wars below it. exponent, smallest, largest : of the power law.
    """

    small: tuple[float, ...]
    share: float
    exponent: float
    smallest: float
    largest: float

    def of(self, which: Array, where: Array) -> Array:
        """Return the sizes for two draws each: which part of the distribution, and where in it."""
        body = np.array(self.small or (self.smallest,))[
            np.minimum((where * max(len(self.small), 1)).astype(int), len(self.small) - 1)
        ]
        power = 1.0 - self.exponent
        top = exp(power * (log(np.array([self.largest])) - log(np.array([self.smallest]))))
        tail = self.smallest * exp(log(1.0 - where * (1.0 - top)) / power)
        return np.floor(np.where(which < self.share, body, tail))


@dataclass(frozen=True)
class Severity:
    """The step."""

    world: World
    chances: Chances
    sizes: Sizes

    @property
    def declared(self) -> Declared:
        """What it reads and writes."""
        return Declared("severity", reads_now=("begun",), writes=("fatal", "war", "war_deaths"))

    def begin(self, draws: Draws) -> State:
        """Return by how much each member's levels are off, in log odds (member, 2); there is no war."""
        noise = draws.normal("parameters of severity", np.arange(2))
        disputes, fatal, wars = self.chances.events
        reach = np.array([_error(fatal, disputes), _error(wars, fatal)])
        none = np.empty(0, np.bool_)
        return {"severity_shift": noise * reach, "fatal": none, "war": none, "war_deaths": np.empty(0)}

    def step(self, state: State, year: int, draws: Draws) -> State:
        """Return for each dispute whether it is fatal and a war, and the deaths of a war, else zero: (dispute,) each."""
        begun, shift = state["begun"], state["severity_shift"]
        rows, dyads = begun[:, 0], begun[:, 1]
        units = self.world.dyads[dyads]

        def drawn(purpose: str) -> Array:
            return draws.single(purpose, rows, year, units)

        fatal = drawn("fatal") < _moved(self.chances.fatal[dyads], shift[rows, 0])
        war = fatal & (drawn("war") < _moved(self.chances.war[dyads], shift[rows, 1]))
        deaths = np.where(war, self.sizes.of(drawn("small war"), drawn("war size")), 0.0)
        return {"fatal": fatal, "war": war, "war_deaths": deaths}


def _error(events: int, trials: int) -> float:
    """Standard error of log odds after so many events in so many trials."""
    return float(np.sqrt(1.0 / max(events, 1) + 1.0 / max(trials - events, 1)))


def _moved(probability: Array, by: Array) -> Array:
    """Probabilities after a shift of their log odds."""
    held = np.clip(probability, SMALLEST, 1.0 - SMALLEST)
    return expit(log(held / (1.0 - held)) + by)
