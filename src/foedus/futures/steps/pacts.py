"""Defence pacts are made where states share enemies and are near, and end at the rate at which pacts ended.

    log odds of a pact(dyad, year)        = a + b · enemies in common + c · contact and distance    (headline of pacts formed)
    log odds of its end(dyad, year)       = a                                                       (headline of pacts ended)

Unit of analysis: the dyad-year. Neither model as a whole is supported, so that pacts stay what they were when last recorded
unless a scenario switches the link on: then they are drawn, dyad by dyad, and after thirty years nearly every state has one,
for treaties of many states, which make many pacts at once, are left out. What a scenario switches off among the members of a
partnership is off from its year on and is not made again; what it adds is in force.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foedus.futures.arithmetic import Array, expit
from foedus.futures.draws import Codes, Draws
from foedus.futures.headline import Uncertain
from foedus.futures.steps import LOG1P, State
from foedus.futures.system import Declared
from foedus.futures.world import Flags, World, at

MEMORY = 2
"""Place, among the spans of recent onsets, of the ten years for which a dispute makes enemies."""


@dataclass(frozen=True)
class Pacts:
    """The step.

    Attributes
    ----------
    world : what is given. formed, ended : coefficients.
    linked : whether pacts are made and end after the record.
    off : (dyad,), pacts that the scenario switches off from the year `since` on. on : year → (dyad,), those it adds.
    rivals : whether rivalries are drawn after the record.
    """

    world: World
    formed: Uncertain
    ended: Uncertain
    linked: bool
    off: Flags
    since: int
    on: tuple[tuple[int, Flags], ...] = ()
    rivals: bool = False

    @property
    def declared(self) -> Declared:
        """What it reads and writes."""
        reads = ("pacts", "recent_onsets", *(("rivals",) if self.rivals else ()))
        return Declared("pacts", reads=reads, writes=("pacts", "states_allied"))

    def begin(self, draws: Draws) -> State:
        """Return the pacts of the origin, and the parameters of each member."""
        pacts = np.tile(self.world.pacts[self.world.origin], (len(draws.members), 1))
        return {
            "pact_formed": self.formed.drawn(draws, "parameters of pacts"),
            "pact_ended": self.ended.drawn(draws, "pact ended"),
            "pacts": pacts,
            "states_allied": self._allied(pacts, self.world.origin + 1),
        }

    def step(self, state: State, year: int, draws: Draws) -> State:
        """Return whether either side owes the other defence (member, dyad), and the share of states with any pact (member,)."""
        if year in self.world.pacts:
            pacts = np.tile(self.world.pacts[year], (len(draws.members), 1))
        else:
            pacts = self._drawn(state, year, draws) if self.linked else state["pacts"]
        if year >= self.since:
            pacts = pacts & ~self.off
        for first, added in self.on:
            if year >= first:
                pacts = pacts | added
        return {"pacts": pacts, "states_allied": self._allied(pacts, year)}

    def _drawn(self, state: State, year: int, draws: Draws) -> Flags:
        world, before = self.world, state["pacts"]
        columns = at(world.columns, year)
        formed = state["pact_formed"]
        odds = formed["intercept"] + formed["log_common_enemies"] * LOG1P[self._enemies(state, year)]
        odds = odds + formed["contiguous"] * columns["contiguous"] + formed["log_distance"] * columns["log_distance"]
        possible = at(world.active, year) & (columns["distance_unknown"] == 0)
        made = (draws.uniform("pact formed", year, world.dyads) < expit(odds)) & possible
        over = draws.uniform("pact ended", year, world.dyads) < expit(state["pact_ended"]["intercept"])
        result: Flags = np.where(before, ~over, made)
        return result

    def _enemies(self, state: State, year: int) -> Codes:
        """How many enemies the two have in common: rivals, and those fought in the last ten years (member, dyad)."""
        world, size = self.world, len(self.world.states)
        rivals = state["rivals"] if self.rivals and year > world.last else at(world.columns, year)["rivalry"] > 0
        hostile = (state["recent_onsets"]["dyads"][:, MEMORY] > 0) | rivals
        counts = np.empty(hostile.shape, np.int64)
        for row, of_member in enumerate(hostile):
            enemies = np.zeros((size, size), np.float32)
            enemies[world.first[of_member], world.second[of_member]] = 1.0
            enemies += enemies.T
            counts[row] = (enemies @ enemies)[world.first, world.second]  # whole numbers: exact in any order
        return counts

    def _allied(self, pacts: Flags, year: int) -> Array:
        """Share of the states in the system that have a pact (member,)."""
        world = self.world
        active = at(world.active, year)
        held = np.zeros((len(pacts), len(world.states)), np.bool_)
        rows, dyads = np.nonzero(pacts & active)
        held[rows, world.first[dyads]] = True
        held[rows, world.second[dyads]] = True
        share: Array = held.sum(axis=1) / world.there(year).sum()
        return share
