"""September ice follows all the carbon dioxide that has been emitted; a year's departure outlasts it.

    ice(year) = a + b · CO2 since 1850(year) + u(year),    u(year) = r · u(year - 1) + e(year)

Unit of analysis: the year (`mechanisms/arctic/ice.py`, extent). Emissions are the scenario's; nothing here depends on
politics. Each member draws a and b once; what is recorded is taken as it came. Never below zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from foedus.futures.arithmetic import Array
from foedus.futures.draws import Draws
from foedus.futures.headline import Uncertain
from foedus.futures.steps import State
from foedus.futures.system import Declared


@dataclass(frozen=True)
class Ice:
    """The step.

    Attributes
    ----------
    model : coefficients of "intercept" and "driver". persistence, spread : r, and the standard deviation of e.
    driver : year → GtCO2 since 1850, as the scenario gives it. recorded : year → million km².
    """

    model: Uncertain
    persistence: float
    spread: float
    driver: Mapping[int, float]
    recorded: Mapping[int, float]

    @property
    def declared(self) -> Declared:
        """What it reads and writes."""
        return Declared("ice", reads=("departure", "emissions"), writes=("ice", "departure"))

    def begin(self, draws: Draws) -> State:
        """Return the parameters of each member; the departure of a year before the first is any."""
        drawn = self.model.drawn(draws, "parameters of ice")
        any_one = draws.normal("ice", 0) * (self.spread / (1.0 - self.persistence**2) ** 0.5)
        return {"ice_coefficients": drawn, "departure": any_one, "ice": np.full(len(draws.members), np.nan)}

    def step(self, state: State, year: int, draws: Draws) -> State:
        """Return September's extent in million km² (member,), and its departure from what emissions explain."""
        drawn = state["ice_coefficients"]
        centre = drawn["intercept"][:, 0] + drawn["driver"][:, 0] * self.driver[year]
        departure: Array = self.persistence * state["departure"] + self.spread * draws.normal("ice", year)
        if year in self.recorded:
            departure = self.recorded[year] - centre
        return {"ice": np.maximum(centre + departure, 0.0), "departure": departure, "ice_coefficients": drawn}
