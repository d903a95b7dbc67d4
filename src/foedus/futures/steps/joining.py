"""Others join a dispute that two began, on either side, as the model of joining says; then its sides are opposed pair by pair.

    log odds of joining(state, dispute, side) = a + b · contact with and distance to either originator, power, balance

Unit of analysis: the possible joiner of a side (`mechanisms/shield/entanglement.py`, its headline). A state that would join
both sides joins the one it is likelier to join. Whatever dyads a dispute opposes have an onset. Where a distance is unknown
nobody joins. That a pact with a side makes a state join is not supported beside proximity and power: it does so only where a
scenario switches the link on, with the coefficient of the full model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foedus.futures.arithmetic import Array, expit, log
from foedus.futures.draws import Codes, Draws, unit
from foedus.futures.headline import Uncertain
from foedus.futures.steps import State, added
from foedus.futures.system import Declared
from foedus.futures.world import Flags, World, at


@dataclass(frozen=True)
class Joining:
    """The step.

    Attributes
    ----------
    world : what is given. model : coefficients of the headline, or of the full model where `linked`.
    major : (state,), whether it is a major power.
    """

    world: World
    model: Uncertain
    major: Array
    linked: bool = False

    @property
    def declared(self) -> Declared:
        """What it reads and writes."""
        return Declared("joining", reads=("capability_share", "pacts"), reads_now=("begun",), writes=("onsets",))

    def begin(self, draws: Draws) -> State:
        """Return the parameters of each member; nobody has joined."""
        drawn = self.model.drawn(draws, "parameters of joining")
        return {"joining_coefficients": drawn, "onsets": np.empty((0, 3), np.int64)}

    def step(self, state: State, year: int, draws: Draws) -> State:
        """Return every dyad that disputes oppose, once: (onset, 3), places of member, dyad and dispute."""
        begun = state["begun"]
        sides, chance = self._chances(state, year)
        return {"onsets": self._opposed(begun, sides, self._drawn(begun, sides, chance, year, draws))}

    def expected(self, state: State, year: int) -> float:
        """Return how many dyads the disputes that have begun are expected to oppose, those that began them among them."""
        _, chance = self._chances(state, year)
        one, other = (added(each) for each in chance)
        return float(((1.0 + one) * (1.0 + other)).sum())

    def _chances(self, state: State, year: int) -> tuple[Codes, list[Array]]:
        """The states that began each dispute, (side, dispute), and how likely each is to join either, (dispute, state)."""
        world = self.world
        rows, dyads = state["begun"][:, 0], state["begun"][:, 1]
        sides = np.stack([world.first[dyads], world.second[dyads]])
        columns = at(world.columns, year)
        touching, far = world.matrix(columns["contiguous"], 0.0), world.matrix(columns["log_distance"], 0.0)
        unknown = world.matrix(columns["distance_unknown"], 1.0) > 0
        there = world.there(year) & ~unknown[sides[0]] & ~unknown[sides[1]]
        logs = log(state["capability_share"])[rows]
        chance = []
        for side, opponent in ((sides[0], sides[1]), (sides[1], sides[0])):
            values = {
                "contiguous": touching[side],
                "log_distance": far[side],
                "opponent_contiguous": touching[opponent],
                "opponent_log_distance": far[opponent],
                "major_power": self.major[None],
                "log_capability": logs,
                "log_balance": (np.take_along_axis(logs, side[:, None], 1) - np.take_along_axis(logs, opponent[:, None], 1)),
            }
            chance.append(np.where(there, expit(self._odds(state, values, rows, side)), 0.0))
        return sides, chance

    def _odds(self, state: State, values: dict[str, Array], rows: Codes, side: Codes) -> Array:
        coefficients = state["joining_coefficients"]
        odds: Array = coefficients["intercept"][rows]
        for name, value in values.items():
            odds = odds + coefficients[name][rows] * value
        if self.linked:
            world, size = self.world, len(self.world.states)
            bound = np.zeros((len(rows), size))
            for event, (row, of) in enumerate(zip(rows, side, strict=True)):
                pacts = state["pacts"][row]
                mine = pacts & ((world.first == of) | (world.second == of))
                bound[event, world.first[mine]] = 1.0
                bound[event, world.second[mine]] = 1.0
            odds = odds + coefficients["defence_pact"][rows] * bound
        return odds

    def _drawn(self, begun: Codes, sides: Codes, chance: list[Array], year: int, draws: Draws) -> list[Flags]:
        """Who joins either side, (dispute, state) each."""
        codes = self.world.states
        joins = []
        for place, side in enumerate(chance):
            units = unit(codes[sides[0]][:, None], codes[sides[1]][:, None], codes[None])
            own = draws.single("joining", begun[:, :1], 2 * year + place, units)
            joins.append(own < side)
        both = joins[0] & joins[1]
        rather = chance[0] >= chance[1]
        return [joins[0] & ~(both & ~rather), joins[1] & ~(both & rather)]

    def _opposed(self, begun: Codes, sides: Codes, joins: list[Flags]) -> Codes:
        """Every dyad that is opposed in some dispute, with the first such dispute of the member."""
        size = len(self.world.states)
        place = np.full((size, size), -1, np.int64)
        place[self.world.first, self.world.second] = np.arange(len(self.world.first))
        place = np.maximum(place, place.T)
        found = [np.column_stack([begun, np.arange(len(begun))])]
        for event in np.flatnonzero(joins[0].any(axis=1) | joins[1].any(axis=1)):
            one = np.append(np.flatnonzero(joins[0][event]), sides[0][event])
            other = np.append(np.flatnonzero(joins[1][event]), sides[1][event])
            pairs = place[np.repeat(one, len(other)), np.tile(other, len(one))]
            found.append(np.column_stack([np.full(len(pairs), begun[event, 0]), pairs, np.full(len(pairs), event)]))
        every = np.concatenate(found)
        _, once = np.unique(every[:, 0] * len(self.world.first) + every[:, 1], return_index=True)
        result: Codes = every[np.sort(once)]
        return result
