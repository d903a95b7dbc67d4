"""Populations grow as the United Nations expect; GDP per head grows as it did, with the spread it had; power follows from both.

    growth of GDP per head(state, year) = the state's mean + a shock of the world's year + its own + what the scenario adds
    capability share(state, year)       ∝ GDP × GDP per head, from the last recorded share on

Unit of analysis: the state-year. Nothing here depends on politics. A state's mean is that of the thirty years before, drawn
towards the mean of all states by how little those years tell (partial pooling); what is uncertain of it is drawn once a
member. Growth that is recorded is taken as it came. Leaves out that growth has memory, and that neighbours grow together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from foedus.futures.arithmetic import Array, exp
from foedus.futures.draws import Draws
from foedus.futures.headline import steady
from foedus.futures.paths import Course
from foedus.futures.steps import State, added
from foedus.futures.system import Declared
from foedus.futures.world import Known, World
from foedus.panels.panel import panel
from foedus.panels.units import LAST_YEAR
from foedus.record.states import StateSystem
from foedus.record.store import Record

YEARS = 30
"""Years whose growth is learnt from."""

LEAST_SHARE = 1e-10
"""Capability share of a state of which it is not known, so that it has a logarithm; the model has a level for the unknown."""


@dataclass(frozen=True)
class Growth:
    """The step.

    Attributes
    ----------
    world : what is given.
    people : year → (state,), growth of the population, in logs. recorded : year → (state,), growth of GDP per head, nan
        unknown.
    mean, error, spread : (state,), of growth in a year: its mean, how far that may be off, and how a year departs from it.
    shock : standard deviation of the world's years. share : (state,), capability shares at the origin.
    more : what the scenario adds, in logs a year, after the record.
    given : year → (state,), growth of GDP per head that the scenario gives in place of the mean, nan where it gives none.
    """

    world: World
    people: Mapping[int, Array]
    recorded: Mapping[int, Array]
    mean: Array
    error: Array
    spread: Array
    shock: float
    share: Array
    more: float = 0.0
    given: Mapping[int, Array] = field(default_factory=dict)

    @property
    def declared(self) -> Declared:
        """What it reads and writes."""
        writes = ("capability_share", "product_growth", "economy")
        return Declared("growth", reads=("economy",), writes=writes)

    def begin(self, draws: Draws) -> State:
        """Return the state of affairs at the origin."""
        shape = (len(draws.members), len(self.world.states))
        mean = self.mean + self.error * draws.normal("growth", 0, self.world.states)
        flat = np.zeros(shape)
        share = np.broadcast_to(self.share, shape).copy()
        return {"growth_mean": mean, "economy": (flat, flat), "product_growth": flat, "capability_share": share}

    def step(self, state: State, year: int, draws: Draws) -> State:
        """Return capability shares (member, state) and the growth of the product since the origin, in logs."""
        shock = self.shock * draws.normal("growth of the world", year)[:, None]
        own = self.spread * draws.normal("growth", year, self.world.states)
        given = self.given.get(year)
        mean = state["growth_mean"] if given is None else np.where(np.isnan(given), state["growth_mean"], np.nan_to_num(given))
        drawn = mean + shock + own + (self.more if year > LAST_YEAR else 0.0)
        known = self.recorded.get(year)
        growth = drawn if known is None else np.where(np.isnan(known), drawn, np.nan_to_num(known))
        people, heads = state["economy"]
        people, heads = people + self.people[year], heads + growth
        weight = self.share * exp(people + 2.0 * heads)
        there = self.world.there(year)
        weight = np.where(there, weight, 0.0)
        share = np.maximum(weight / added(weight)[:, None], LEAST_SHARE)
        return {"economy": (people, heads), "product_growth": people + heads, "capability_share": share}


def growth(record: Record, world: World, last: int, more: float) -> Growth:
    """Return the step, learnt from the years up to the origin; `more` is in percentage points a year."""
    years = (world.origin - YEARS, LAST_YEAR if world.known is Known.RECORD else world.origin)
    rows = panel("state-year", ["gdp_per_head", "gdp_per_head_constant", "capability_share"], years=years, record=record)
    heads = {name: _by_year(rows, name, world) for name in ("gdp_per_head", "gdp_per_head_constant")}
    moved = {name: _changes(levels) for name, levels in heads.items()}
    learnt = np.stack([moved["gdp_per_head"].get(year, _unknown(world)) for year in range(years[0] + 1, world.origin + 1)])
    mean, error, spread, shock = _pooled(learnt)
    known = {
        year: np.where(np.isnan(first), other, first)
        for year in range(world.origin + 1, years[1] + 1)
        for first in [moved["gdp_per_head"].get(year, _unknown(world))]
        for other in [moved["gdp_per_head_constant"].get(year, _unknown(world))]
    }
    shares = _by_year(rows, "capability_share", world)
    share = np.nan_to_num(shares[min(world.origin, max(shares))], nan=LEAST_SHARE)
    later = [shares[year] for year in sorted(shares) if year > world.origin]
    for each in later:  # a state that came into being after the origin
        share = np.where((share <= LEAST_SHARE) & ~np.isnan(each), np.nan_to_num(each), share)
    return Growth(
        world=world,
        people=_people(record, world, last),
        recorded=known,
        mean=mean,
        error=error,
        spread=spread,
        shock=shock,
        share=np.maximum(share, LEAST_SHARE),
        more=more / 100.0,
    )


def along(step: Growth, courses: Sequence[Course], record: Record, last: int) -> Growth:
    """Return the step with the populations and products that a scenario gives, from the first year after the record on."""
    system = StateSystem.of(record)
    people = {year: each.copy() for year, each in step.people.items()}
    given = {year: _unknown(step.world) for year in range(LAST_YEAR + 1, last + 1)}
    of = {(system.resolve(each.region, LAST_YEAR).ccode, each.variable): each for each in courses}
    for (code, variable), course in of.items():
        if variable != "Population" or code not in step.world.states:
            continue
        place, product = step.world.place(code), of.get((code, "GDP|PPP"))
        for year, heads in given.items():
            people[year][place] = course.growth(year)
            if product is not None:
                heads[place] = product.growth(year) - course.growth(year)
    held = {year: steady(each) for year, each in given.items()}
    return replace(step, people={year: steady(each) for year, each in people.items()}, given=held)


def _unknown(world: World) -> Array:
    return np.full(len(world.states), np.nan)


def _by_year(rows: pl.DataFrame, name: str, world: World) -> dict[int, Array]:
    """Year → values of states (state,), nan where unknown; years without any are left out."""
    found: dict[int, Array] = {}
    for (year,), of_year in rows.drop_nulls(name).group_by("year"):
        values = _unknown(world)
        codes = of_year["ccode"].to_numpy()
        here = np.isin(codes, world.states)
        values[np.searchsorted(world.states, codes[here])] = of_year[name].cast(pl.Float64).to_numpy()[here]
        found[int(year)] = values
    return found


def _changes(levels: Mapping[int, Array]) -> dict[int, Array]:
    """Growth since the year before, in logs."""
    return {year: steady(np.log(now) - np.log(levels[year - 1])) for year, now in levels.items() if year - 1 in levels}


def _pooled(growth: Array) -> tuple[Array, Array, Array, float]:
    """Mean, its error and spread of each state's growth (year, state), partially pooled; and the spread of the world's years.

    The variance between true means is what the variance of observed means leaves after that of their errors (moments).
    """
    counts = (~np.isnan(growth)).sum(axis=0)
    world = np.nanmean(growth, axis=1, keepdims=True)
    rest = growth - (world - world.mean())
    common = float(np.nanmean(rest))
    enough = counts > 4
    mean = np.where(enough, np.nanmean(np.where(enough, rest, common), axis=0), common)
    spread = np.where(enough, np.nanstd(np.where(enough, rest, 0.0), axis=0, ddof=1), np.nan)
    typical = float(np.nanmedian(spread))
    spread = np.where(np.isnan(spread), typical, spread)
    error = spread**2 / np.maximum(counts, 1)
    between = max(float(mean[enough].var() - error[enough].mean()), 0.0)
    weight = np.where(enough, between / (between + error), 0.0)
    pooled = common + weight * (mean - common)
    return steady(pooled), steady(np.sqrt(weight * error)), steady(spread), float(steady(np.array([world.std(ddof=1)]))[0])


def _people(record: Record, world: World, last: int) -> dict[int, Array]:
    """Growth of populations in every year, in logs: recorded, then projected; in a hindcast that of the last ten years."""
    rows = panel("state-year", ["population_un"], years=(world.origin - 10, LAST_YEAR), record=record)
    levels = _by_year(rows, "population_un", world)
    if world.known is Known.ORIGIN:
        first, latest = levels[world.origin - 10], levels[world.origin]
        steadily = steady(np.nan_to_num((np.log(latest) - np.log(first)) / 10.0))
        return dict.fromkeys(range(world.origin + 1, last + 1), steadily)
    if world.known is Known.RECORD:
        levels |= _projected(record, world, max(levels), last)
    changes = _changes(levels)
    return {year: np.nan_to_num(changes.get(year, np.zeros(len(world.states)))) for year in range(world.origin + 1, last + 1)}


def _projected(record: Record, world: World, after: int, last: int) -> dict[int, Array]:
    """Populations as projected (medium variant) for the years after the recorded ones."""
    codes = record.table("state_years").filter(pl.col("year") == pl.col("year").max()).select("ccode", iso3_code="iso3")
    rows = record.table("population_projection").join(codes, on="iso3_code")
    later = rows.filter(pl.col("year") > after, pl.col("year") <= last)
    return _by_year(later, "population", world)
