"""What the world remembers of its disputes: years of peace, onsets of the last thirty years, pasts that fade.

    peace years         zero in the year after a dispute, else one more than before
    recent onsets       of the last year, three, ten and thirty: of dyads, and of states (each once, as the model counts; none
                        has more than any state ever had, for beyond that the model has learnt nothing)
    past                observed and expected outcomes of dyads and states; news counts one in the next year, and `decay`
                        times as much with every year that follows

Nothing is estimated here: these are the columns that the model of disputes reads, kept up to date.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foedus.futures.draws import Codes, Draws
from foedus.futures.headline import Model
from foedus.futures.steps import State, of_states
from foedus.futures.system import Declared
from foedus.futures.world import FORGOTTEN, World
from foedus.mechanisms.order.recency import SPANS


@dataclass(frozen=True)
class Memory:
    """The step."""

    world: World
    model: Model

    @property
    def declared(self) -> Declared:
        """What it reads and writes."""
        writes = ("peace_years", "recent_onsets", "past")
        return Declared("memory", reads=writes, reads_now=("onsets", "expected_onsets"), writes=writes)

    def begin(self, draws: Draws) -> State:
        """Return what the record remembers at the origin."""
        members, world = len(draws.members), self.world
        dyads = np.stack([world.onsets[:span].sum(axis=0) for span in SPANS]).astype(np.uint8)
        back = [np.flatnonzero(of_year) for of_year in world.onsets]
        rows = np.arange(members)[:, None] * len(world.first)
        return {
            "peace_years": np.tile(world.peace, (members, 1)),
            "recent_onsets": {
                "dyads": np.tile(dyads, (members, 1, 1)),
                "states": np.tile(_over_spans(world.state_onsets[None], world.most), (members, 1, 1)),
                "back": tuple((rows + places).ravel() for places in back),
                "years": np.tile(world.state_onsets, (members, 1, 1)),
            },
            "past": {
                "dyads": np.tile(self.model.dyads.T, (members, 1, 1)),
                "states": np.tile(self.model.states.T, (members, 1, 1)),
            },
        }

    def step(self, state: State, year: int, draws: Draws) -> State:
        """Return what is remembered after the year's disputes; `onsets` has one row a member and dyad."""
        del year, draws
        world, onsets = self.world, state["onsets"]
        rows, dyads = onsets[:, 0], onsets[:, 1]
        peace = state["peace_years"] + 1
        peace[rows, dyads] = 0
        happened = np.zeros(peace.shape)
        happened[rows, dyads] = 1.0
        expected, decay = state["expected_onsets"], self.model.decay
        past, size = state["past"], len(world.states)
        news = np.stack([happened, expected], axis=1)
        of = [of_states(each, world.first, world.second, size) for each in (happened, expected)]
        return {
            "peace_years": peace,
            "recent_onsets": self._recent(state["recent_onsets"], rows, dyads),
            "past": {"dyads": past["dyads"] * decay + news, "states": past["states"] * decay + np.stack(of, axis=1)},
        }

    def _recent(self, before: State, rows: Codes, dyads: Codes) -> State:
        counts, world = before["dyads"].copy(), self.world
        now = rows * len(world.first) + dyads
        back = (now, *before["back"])
        for place, span in enumerate(SPANS):
            of_span = counts[:, place]
            of_span[rows, dyads] += 1
            gone = back[span]
            of_span[gone // len(world.first), gone % len(world.first)] -= 1
        years = np.roll(before["years"], 1, axis=1)
        years[:, 0] = 0
        for side in (world.first, world.second):
            np.add.at(years[:, 0], (rows, side[dyads]), 1)
        return {"dyads": counts, "states": _over_spans(years, world.most), "back": back[:FORGOTTEN], "years": years}


def _over_spans(years: Codes, most: Codes) -> Codes:
    """Onsets of states over the last years (member, span, state), at most `most`, from those of each year back."""
    sums = [np.minimum(years[:, :span].sum(axis=1), limit) for span, limit in zip(SPANS, most, strict=True)]
    return np.stack(sums, axis=1)
