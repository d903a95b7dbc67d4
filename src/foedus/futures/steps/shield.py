"""Each member draws one published design of the shield, or none; what pacts do to attacks is what that design says.

Unit of analysis: the state as a target. In a design a target with a defence pact of a third state is attacked more or less
often, by its published coefficient as this record gives it. What counts is the difference from the pacts on record: a state
that loses its last one, or gets its first, is moved by the coefficient, with both directions of a dyad weighed alike. Half of
all members draw no effect, for the registered gain of pacts over no pacts is clear in no design as a whole; the others draw
one of the designs, all alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foedus.futures.arithmetic import Array, exp, log
from foedus.futures.draws import Draws
from foedus.futures.steps import State
from foedus.futures.system import Declared
from foedus.futures.world import Flags, World, at

NULL = 0.5
"""Share of members that draw no effect, while no registered gain is clear."""


@dataclass(frozen=True)
class Design:
    """A published design: its name, what a defence pact of the target adds to the log odds of an attack, and its error."""

    name: str
    effect: float
    error: float


@dataclass(frozen=True)
class Shield:
    """The step."""

    world: World
    designs: tuple[Design, ...]

    @property
    def declared(self) -> Declared:
        """What it reads and writes."""
        return Declared("shield", reads=("pacts",), writes=("shield",))

    def begin(self, draws: Draws) -> State:
        """Return the design of each member (-1 for none) and its effect; nothing has moved yet."""
        draw = draws.uniform("design", 0)
        count = len(self.designs)
        which = np.where(draw < NULL, -1, np.minimum(((draw - NULL) / (1.0 - NULL) * count).astype(int), count - 1))
        effects = np.array([each.effect for each in self.designs] + [0.0])[which]
        errors = np.array([each.error for each in self.designs] + [0.0])[which]
        return {"design": which, "design_effect": effects + errors * draws.normal("effect of the design", 0), "shield": None}

    def step(self, state: State, year: int, draws: Draws) -> State:
        """Return what is added to the log odds of each dyad (member, dyad), or None where no member is moved."""
        del draws
        world = self.world
        recorded = self._held(at(world.pacts, year)[None])
        gained = self._held(state["pacts"]).astype(np.float64) - recorded
        shift = state["design_effect"][:, None] * gained
        if not shift.any():
            return {"shield": None}
        factor = exp(shift)
        moved: Array = log(0.5 * factor[:, world.first] + 0.5 * factor[:, world.second])
        return {"shield": moved}

    def _held(self, pacts: Flags) -> Flags:
        """Whether each state has a pact with anybody (row, state)."""
        held = np.zeros((len(pacts), len(self.world.states)), np.bool_)
        rows, dyads = np.nonzero(pacts)
        held[rows, self.world.first[dyads]] = True
        held[rows, self.world.second[dyads]] = True
        return held
