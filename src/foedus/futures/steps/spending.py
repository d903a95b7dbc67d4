"""What states spend on the military goes on from what they spent; the rest of a year is a year of the past, in blocks.

    log spending(state, year) = a + b · log spending(state, year - 1) + residual(state, a drawn year) + what the scenario adds

Unit of analysis: the state-year. Only the past is supported in the forecasting direction. Growth of the product, and this
world's own risk of fatal disputes, move spending where a scenario switches those links on: by the coefficients of the full
model, from the risk of the origin on and with the product as it grows here. Residuals are those of five years in a row, the
same for all states, so that what happened to many at once happens to many at once; a state without one draws from the spread
of all. A residual beyond BREAK is a break in the series (a currency, a rate of exchange) and none. Recorded spending is taken
as it came. A state of which spending was never known has none: sums are over those that have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from foedus.futures.arithmetic import Array, exp
from foedus.futures.draws import Draws
from foedus.futures.headline import Uncertain
from foedus.futures.steps import State
from foedus.futures.system import Declared
from foedus.futures.world import Flags, World
from foedus.panels.units import LAST_YEAR

BREAK = 1.5
"""Residual in logs beyond which it is the money that changed: four and a half times, or less than a quarter, in one year."""

BLOCK = 5
"""Years whose residuals stay together."""


@dataclass(frozen=True)
class Spending:
    """The step.

    Attributes
    ----------
    world : what is given. model : coefficients of the past, as `intercept` and `past`.
    recorded : year → (state,), log of constant dollars, nan where unknown; the origin is among the years.
    residuals : (year, state), nan where unknown. spread : of all residuals.
    risk : coefficient of a point of risk, or zero. product : (state,), log of the product at the origin where that link is
        on, else None.
    more : what the scenario adds, in logs a year.
    """

    world: World
    model: Uncertain
    recorded: Mapping[int, Array]
    residuals: Array
    spread: float
    risk: float = 0.0
    product: Array | None = None
    more: float = 0.0

    @property
    def declared(self) -> Declared:
        """What it reads and writes."""
        return Declared("spending", reads=("spending", "product_growth"), reads_now=("danger",), writes=("spending",))

    def begin(self, draws: Draws) -> State:
        """Return spending as it was last known by the origin, and the parameters of each member."""
        drawn = self.model.drawn(draws, "parameters of spending")
        known = np.broadcast_to(self.recorded[self.world.origin], (len(draws.members), len(self.world.states)))
        return {"spending_coefficients": drawn, "spending": known.copy(), "danger_at_first": None}

    def step(self, state: State, year: int, draws: Draws) -> State:
        """Return the logarithm of military expenditure (member, state), nan where it was never known."""
        drawn = state["spending_coefficients"]
        gone = state["spending"]
        later = drawn["intercept"] + drawn["past"] * gone + self._residual(year, draws)
        if year > LAST_YEAR:
            later = later + self.more
        at_first = state["danger"] if state["danger_at_first"] is None else state["danger_at_first"]
        if self.risk:
            later = later + self.risk * 100.0 * (exp(-at_first) - exp(-state["danger"]))
        if self.product is not None:
            later = later + drawn["product"] * (self.product + state["product_growth"])
        known = self.recorded.get(year)
        if known is not None:
            later = np.where(np.isnan(known), later, known)
        return {"spending": later, "danger_at_first": at_first, "spending_coefficients": drawn}

    def in_part(self, states: Flags, last: int) -> list[int]:
        """Return the years up to `last` in which spending is recorded of some of these states and drawn for others."""
        years, known = [], np.zeros(len(states), np.bool_)
        for year in sorted(each for each in self.recorded if each <= last):
            now = ~np.isnan(self.recorded[year]) & states
            known |= now
            if now.any() and (known & ~now).any():
                years.append(year)
        return years

    def _residual(self, year: int, draws: Draws) -> Array:
        """The residuals of the year that is drawn for this one (member, state)."""
        block, place = divmod(year - self.world.origin - 1, BLOCK)
        starts = len(self.residuals) - BLOCK + 1
        start = np.minimum((draws.uniform("spending", block) * starts).astype(int), starts - 1)
        taken = self.residuals[start + place]
        own = self.spread * draws.normal("spending", year, self.world.states)
        return np.where(np.isnan(taken), own, np.nan_to_num(taken))
