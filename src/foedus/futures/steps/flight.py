"""As many flee across borders from a state as its own past lets expect, with shocks of its own; where they go, others went.

    log(1 + persons(state, year)) = a + b · last year's + c · mean of the years before + shock(state, a drawn year)
    persons(state → other, year)  = persons(state, year) · the other's share of those who fled from there lately

Unit of analysis: the state that people flee from, in a year; persons as `mechanisms/climate/corridors.py` counts them (UNHCR:
refugees, first asylum applications, others in need, from 2000 on). In the forecasting direction a flow's own past is
supported, as a whole; conflict, repression and climate are not, and move nobody here. Deaths in this world's own wars do where
a scenario switches that link on, by the coefficient of the full model of flows.

Shocks are residuals of the record, five years in a row, of the same years for all states, so that what came over many at once
comes over many at once; a state without one draws from the spread of all. Every person who flees arrives: whole persons, none
lost and none twice. From no state do more flee in a year, in persons or as a share of its people, than ever fled from any:
beyond that the record has taught nothing. What is recorded is taken as it came. Leaves out return, flight within a state,
those in the care of UNRWA, and that ways close and open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from foedus.estimation.design import Design
from foedus.estimation.least_squares import linear
from foedus.futures.arithmetic import Array, exp, log
from foedus.futures.draws import Codes, Draws
from foedus.futures.headline import Uncertain, steady
from foedus.futures.steps import State, added
from foedus.futures.system import Declared
from foedus.mechanisms.climate.corridors import FLOW, KEYS, ZEROS_SINCE, flows
from foedus.panels.panel import panel
from foedus.record.store import Record

BLOCK = 5
"""Years whose shocks stay together."""

AT_ONCE = 5
"""Years whose pairs are looked through at once, for they take as many rows: some 190,000."""

LATELY = 5
"""Last recorded years whose flows say where people go."""


@dataclass(frozen=True)
class Flight:
    """The step.

    Attributes
    ----------
    states : (state,), their codes in order. first, second : (dyad,), places of the two states of a dyad.
    start : last year before the first that is simulated.
    model : coefficients, as "intercept", "last" and "mean".
    recorded : year → persons who fled from each state and who arrived in each (state,), nan where unknown.
    before : (year, state), persons who fled in each year up to the start, nan where unknown.
    shocks : (year, state), residuals, nan where unknown. spread : of all of them.
    most : (state,), persons beyond whom none flee in a year.
    ways : (state, state), by whom they flee from: shares of destinations, added up; the last is one.
    deaths : what a unit of the logarithm of deaths in last year's wars adds, or zero.
    """

    states: Codes
    first: Codes
    second: Codes
    start: int
    model: Uncertain
    recorded: Mapping[int, tuple[Array, Array]]
    before: Array
    shocks: Array
    spread: float
    most: Array
    ways: Array
    deaths: float = 0.0

    @property
    def declared(self) -> Declared:
        """What it reads and writes."""
        return Declared(
            "flight", reads=("fled", "fled_before", "begun", "war_deaths"), writes=("fled", "arrived", "fled_before")
        )

    def begin(self, draws: Draws) -> State:
        """Return who fled in the last year before the first, what is remembered, and the parameters of each member."""
        shape = (len(draws.members), len(self.states))
        logs = log(1.0 + np.nan_to_num(self.before))
        known = ~np.isnan(self.before)
        sums = added(np.where(known, logs, 0.0).T), known.sum(axis=0).astype(np.float64)
        return {
            "flight_coefficients": self.model.drawn(draws, "parameters of flight"),
            "fled": np.broadcast_to(self.before[-1], shape).copy(),
            "arrived": np.full(shape, np.nan),
            "fled_before": tuple(np.broadcast_to(each, shape).copy() for each in sums),
        }

    def step(self, state: State, year: int, draws: Draws) -> State:
        """Return persons who fled from each state and who arrived in each (member, state), nan where it was never known."""
        drawn, (total, count) = state["flight_coefficients"], state["fled_before"]
        mean = np.where(count > 0, total / np.maximum(count, 1.0), np.nan)
        last = log(1.0 + np.nan_to_num(state["fled"]))
        last = np.where(np.isnan(state["fled"]), mean, last)
        expected = drawn["intercept"] + drawn["last"] * last + drawn["mean"] * mean + self._shock(year, draws)
        if self.deaths:
            expected = expected + self.deaths * log(1.0 + self._deaths(state, len(expected)))
        persons = np.minimum(np.floor(exp(np.nan_to_num(expected)) - 0.5), self.most)
        fled = np.where(np.isnan(expected), np.nan, np.maximum(persons, 0.0))
        known = self.recorded.get(year)
        if known is None:
            arrived = self._arrivals(fled)
        else:
            fled = np.broadcast_to(known[0], fled.shape).copy()
            arrived = np.broadcast_to(known[1], fled.shape).copy()
        here = ~np.isnan(fled)
        total = total + np.where(here, log(1.0 + np.nan_to_num(fled)), 0.0)
        return {"fled": fled, "arrived": arrived, "fled_before": (total, count + here)}

    def _shock(self, year: int, draws: Draws) -> Array:
        """The shocks of the year that is drawn for this one (member, state)."""
        block, place = divmod(year - self.start - 1, BLOCK)
        starts = max(len(self.shocks) - BLOCK + 1, 1)
        first = np.minimum((draws.uniform("flight", block) * starts).astype(int), starts - 1)
        taken = self.shocks[np.minimum(first + place, len(self.shocks) - 1)]
        own = self.spread * draws.normal("flight", year, self.states)
        return np.where(np.isnan(taken), own, np.nan_to_num(taken))

    def _arrivals(self, fled: Array) -> Array:
        """Persons who arrive in each state: each who fled somewhere, in whole persons (member, state)."""
        upto = np.floor(np.nan_to_num(fled)[:, :, None] * self.ways)
        arrived: Array = np.diff(upto, axis=2, prepend=0.0).sum(axis=1)  # whole numbers: exact in any order
        return arrived

    def _deaths(self, state: State, members: int) -> Array:
        """Deaths in wars of the year before by state, half of a war's on either side (member, state)."""
        found = np.zeros((members, len(self.states)))
        rows, dyads = state["begun"].T
        for side in (self.first, self.second):
            np.add.at(found, (rows, side[dyads]), state["war_deaths"] / 2.0)
        return found


def flight(record: Record, states: Codes, sides: tuple[Codes, Codes], start: int, until: int, deaths: float = 0.0) -> Flight:
    """Return the step for worlds that begin after `start`, learnt from the years up to `until`."""
    known = known_flows(record, until)
    from_them, to_them = (_by_year(known, side, states, until) for side in ("ccode1", "ccode2"))
    model, shocks = _learnt(from_them, states)
    here = start - ZEROS_SINCE + 1
    return Flight(
        states,
        *sides,
        start=start,
        model=model,
        recorded={year: (from_them[year - ZEROS_SINCE], to_them[year - ZEROS_SINCE]) for year in range(start + 1, until + 1)},
        before=from_them[:here],
        shocks=shocks,
        spread=float(steady(np.array([np.nanstd(shocks)]))[0]),
        most=_most(record, from_them, states, until),
        ways=_ways(known.filter(pl.col("year") > until - LATELY), states),
        deaths=deaths,
    )


def known_flows(record: Record, until: int) -> pl.DataFrame:
    """Return the flows that are known from ZEROS_SINCE to `until`: KEYS, flow (persons)."""
    parts = []
    for first in range(ZEROS_SINCE, until + 1, AT_ONCE):
        years = first, min(first + AT_ONCE - 1, until)
        rows = panel("dyad-year", [*FLOW, "new_refugee_like"], years=years, directed=True, record=record)
        parts.append(rows.select(*KEYS).hstack(flows(rows, record).select("flow")).drop_nulls("flow"))
    return pl.concat(parts)


def _by_year(known: pl.DataFrame, side: str, states: Codes, until: int) -> Array:
    """Persons by year from ZEROS_SINCE on and by the state on one side (year, state), nan where nothing is known."""
    sums = known.group_by("year", side).agg(pl.col("flow").sum())
    values = np.full((until - ZEROS_SINCE + 1, len(states)), np.nan)
    ours = sums.filter(pl.col(side).is_in(states.tolist()))
    values[ours["year"].to_numpy() - ZEROS_SINCE, np.searchsorted(states, ours[side].to_numpy())] = ours["flow"].to_numpy()
    return values


def _learnt(fled: Array, states: Codes) -> tuple[Uncertain, Array]:
    """Coefficients, by least squares with errors clustered by state, and residuals (year, state), nan where unknown."""
    logs = np.log1p(fled)
    counts = np.cumsum(~np.isnan(logs), axis=0)[:-1]
    mean = np.where(counts > 0, np.nancumsum(logs, axis=0)[:-1] / np.maximum(counts, 1), np.nan)
    matrix = np.stack([logs[:-1], mean], axis=-1)
    whole = ~np.isnan(matrix).any(axis=-1) & ~np.isnan(logs[1:])
    years, places = np.nonzero(whole)
    fitted = linear(Design(matrix[whole], ("last", "mean"), logs[1:][whole], states[places], years + ZEROS_SINCE + 1))
    residuals = np.full(whole.shape, np.nan)
    residuals[whole] = logs[1:][whole] - fitted.predictor(matrix[whole])
    return replace(Uncertain.of(fitted), centre=steady(fitted.coefficients)), steady(residuals)


def _most(record: Record, fled: Array, states: Codes, until: int) -> Array:
    """Persons beyond whom none flee from a state in a year: the most, and the largest share of a people, that ever fled."""
    rows = panel("state-year", ["population_un"], years=(ZEROS_SINCE, until), record=record)
    rows = rows.drop_nulls("population_un").filter(pl.col("ccode").is_in(states.tolist()))
    people = np.full(fled.shape, np.nan)
    places = np.searchsorted(states, rows["ccode"].to_numpy())
    people[rows["year"].to_numpy() - ZEROS_SINCE, places] = rows["population_un"].to_numpy()
    share = np.nanmax(fled / people)
    last = np.array([next((value for value in column[::-1] if not np.isnan(value)), np.inf) for column in people.T])
    most: Array = np.floor(np.minimum(share * last, np.nanmax(fled)))
    return most


def _ways(known: pl.DataFrame, states: Codes) -> Array:
    """Shares of destinations by origin, added up: of an origin from which nobody fled lately, those of all who did."""
    went = np.zeros((len(states), len(states)))
    codes = states.tolist()
    ours = known.filter(pl.col("ccode1").is_in(codes), pl.col("ccode2").is_in(codes))
    at = (np.searchsorted(states, ours[side].to_numpy()) for side in ("ccode1", "ccode2"))
    np.add.at(went, tuple(at), ours["flow"].to_numpy())
    nobody = went.sum(axis=1) == 0
    went[nobody] = went.sum(axis=0)
    np.fill_diagonal(went, 0.0)
    upto = np.cumsum(went, axis=1)
    shares: Array = upto / upto[:, -1:]
    return shares
