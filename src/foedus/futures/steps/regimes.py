"""Regimes change by what they changed in years of the thirty before, where a scenario lets them.

    polyarchy(state, year) = last year's + the state's change in a drawn year - the mean change of all, between zero and one

Unit of analysis: the state-year (V-Dem's polyarchy, as the model of disputes reads it). Years are drawn five in a row, the same
for all states, so that waves stay waves; nothing supports a trend, so that the mean of all changes is taken out. A state
without a change in a drawn year, for it was none, draws from the spread of all. Such changes forecast no better than that
regimes stay, so that they stay what they were last recorded to be unless a scenario names the link.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from foedus.futures.arithmetic import Array
from foedus.futures.draws import Draws
from foedus.futures.headline import steady
from foedus.futures.steps import State
from foedus.futures.system import Declared
from foedus.futures.world import World
from foedus.panels.panel import panel
from foedus.record.store import Record

YEARS = 30
"""Years whose changes are learnt from."""

BLOCK = 5
"""Years whose changes stay together."""


@dataclass(frozen=True)
class Regimes:
    """The step.

    Attributes
    ----------
    world : what is given. polyarchy : (state,), as last recorded, nan where unknown.
    changes : (year, state), nan where unknown, their mean taken out. spread : of all of them.
    """

    world: World
    polyarchy: Array
    changes: Array
    spread: float

    @property
    def declared(self) -> Declared:
        """What it reads and writes."""
        return Declared("regimes", reads=("polyarchy",), writes=("polyarchy",))

    def begin(self, draws: Draws) -> State:
        """Return what was last recorded."""
        return {"polyarchy": np.broadcast_to(self.polyarchy, (len(draws.members), len(self.polyarchy))).copy()}

    def step(self, state: State, year: int, draws: Draws) -> State:
        """Return polyarchy (member, state), nan where it was never known; nothing changes while it is recorded."""
        if year < self.world.last:
            return {"polyarchy": state["polyarchy"]}
        block, place = divmod(year - self.world.last, BLOCK)
        starts = len(self.changes) - BLOCK + 1
        start = np.minimum((draws.uniform("regimes", block) * starts).astype(int), starts - 1)
        taken = self.changes[start + place]
        own = self.spread * draws.normal("regimes", year, self.world.states)
        return {"polyarchy": np.clip(state["polyarchy"] + np.where(np.isnan(taken), own, taken), 0.0, 1.0)}


def regimes(record: Record, world: World) -> Regimes:
    """Return the step, learnt from the thirty years up to the last that is recorded."""
    until = world.last - 1
    rows = panel("state-year", ["polyarchy"], years=(until - YEARS, until), record=record).drop_nulls("polyarchy")
    rows = rows.filter(pl.col("ccode").is_in(world.states.tolist()))
    levels = np.full((YEARS + 1, len(world.states)), np.nan)
    places = np.searchsorted(world.states, rows["ccode"].to_numpy())
    levels[rows["year"].to_numpy() - until + YEARS, places] = rows["polyarchy"].to_numpy()
    changes = np.diff(levels, axis=0)
    changes = steady(changes - np.nanmean(changes))
    last = np.array([next((value for value in column[::-1] if not np.isnan(value)), np.nan) for column in levels.T])
    return Regimes(world, steady(last), changes, float(steady(np.array([np.nanstd(changes)]))[0]))
