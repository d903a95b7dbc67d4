"""A world of eight states that can be run in a blink: numbers made up, of the kinds that the record gives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from foedus.futures.build import DRAWN, Built
from foedus.futures.draws import unit
from foedus.futures.headline import Chances, Model, Uncertain
from foedus.futures.scenario import Scenario
from foedus.futures.steps.disputes import Disputes
from foedus.futures.steps.flight import Flight
from foedus.futures.steps.growth import Growth
from foedus.futures.steps.ice import Ice
from foedus.futures.steps.joining import Joining
from foedus.futures.steps.memory import Memory
from foedus.futures.steps.pacts import Pacts
from foedus.futures.steps.regimes import Regimes
from foedus.futures.steps.rivalries import Rivalries
from foedus.futures.steps.severity import Severity, Sizes
from foedus.futures.steps.shield import Design, Shield
from foedus.futures.steps.spending import Spending
from foedus.futures.world import FORGOTTEN, Known, World
from foedus.mechanisms.order.recency import RECENCY
from foedus.record.store import open_record

STATES = np.array([2, 20, 70, 200, 220, 365, 710, 740])
ORIGIN, LAST = 2010, 2032
DRIVER = {year: 2300.0 + 40.0 * (year - 2010) for year in range(2010, LAST + 1)}


def certain(values: dict[str, float], error: float = 0.1) -> Uncertain:
    return Uncertain(tuple(values), np.array(list(values.values())), error * np.eye(len(values)))


def world(states: np.ndarray = STATES) -> World:
    first, second = np.triu_indices(len(states), 1)
    size = len(first)
    near = (states[first] + states[second]) % 3 == 0
    columns = {
        "contiguous": near.astype(float),
        "log_distance": np.where(near, 0.0, 7.0),
        "distance_unknown": np.zeros(size),
        "capability_unknown": np.zeros(size),
        "rivalry": ((states[first] * states[second]) % 5 == 0).astype(float),
        "democracy_unknown": np.zeros(size),
        "weaker_democracy": np.minimum(states[first] % 7, states[second] % 7) / 10.0,
        "defence_pact": np.zeros(size),
    }
    pacts = (states[first] == 2) & (states[second] == 20) | (states[first] == 2) & (states[second] == 740)
    onsets = np.zeros((FORGOTTEN, size), bool)
    onsets[0, 0] = onsets[4, 1] = True
    return World(
        origin=ORIGIN,
        known=Known.RECORD,
        states=states,
        first=first,
        second=second,
        dyads=unit(states[first], states[second]),
        columns={ORIGIN + 1: columns},
        active={ORIGIN + 1: np.ones(size, bool)},
        pacts={ORIGIN: pacts},
        peace=np.where(onsets.any(axis=0), 3, 40),
        onsets=onsets,
        state_onsets=np.zeros((FORGOTTEN, len(states)), np.int64),
        most=np.array([50, 100, 300, 500]),
    )


def model(of: World) -> Model:
    near = {
        "intercept": -4.9,
        "log_peace_years": -0.3,
        "no_peace_year": 0.4,
        "contiguous": 0.5,
        "capability_ratio": 0.2,
        "joint_capability": 0.05,
        "rivalry": 0.8,
        "defence_pact": -0.2,
        **dict.fromkeys(RECENCY, 0.1),
        "contiguous × capability_ratio": -0.1,
        "rivalry × log_peace_years": 0.1,
        "joint_capability × joint_capability": 0.01,
        "dyad_onsets_10 × dyad_onsets_30": -0.1,
        "dyad_history": 0.5,
        "state_history": 0.1,
    }
    first = {"intercept": -3.0, "contiguous": 0.5, "capability_ratio": 0.2, "rivalry": 0.9}
    past = np.full((len(of.first), 2), 0.4), np.full((len(of.states), 2), 2.0)
    return Model(certain(near, 0.05), first, 0.95, 1.0, 5.0, -0.8473, 0.5, *past)


def flight(of: World, deaths: float = 0.0) -> Flight:
    """From each state some thousands flee a year, to each of the others alike; of the last nothing was ever known."""
    size = len(of.states)
    before = np.linspace(1000.0, 9000.0, 3 * size).reshape(3, size).round()
    before[:, -1] = np.nan
    went = 1.0 - np.eye(size)
    ways = np.cumsum(went, axis=1) / went.sum(axis=1, keepdims=True)
    shocks = np.linspace(-1.0, 1.0, 8 * size).reshape(8, size)
    model = certain({"intercept": 0.2, "last": 0.7, "mean": 0.25}, 0.01)
    most = np.full(size, 50_000.0)
    return Flight(of.states, of.first, of.second, ORIGIN, model, {}, before, shocks, 0.5, most, ways, deaths)


def built(scenario: Scenario | None = None, of: World | None = None) -> Built:
    """The small world's system under a scenario."""
    scenario = scenario or Scenario(last_year=LAST, members=12)
    of = of or world()
    size = len(of.states)
    chances = Chances(np.full(len(of.first), 0.3), np.full(len(of.first), 0.4), (900, 300, 100), 0.02, 0.2, 0.5)
    drawn = tuple(written for link, written in DRAWN.items() if link in scenario.links)
    between = (of.states[of.first] == 2) & (of.states[of.second] == 20)
    off = between if scenario.without else np.zeros(len(of.first), bool)
    people = {year: np.full(size, 0.01) for year in range(ORIGIN + 1, LAST + 1)}
    flat = np.full(size, 0.02)
    growth = Growth(of, people, {}, flat, flat / 4, flat, 0.01, np.full(size, 0.125), scenario.growth / 100)
    joining = {
        "intercept": -3.0,
        "contiguous": 0.5,
        "log_distance": -0.1,
        "opponent_contiguous": -1.0,
        "opponent_log_distance": -0.1,
        "major_power": 1.0,
        "log_capability": 0.2,
        "log_balance": 0.1,
        "defence_pact": 1.0,
    }
    pacts = certain({"intercept": -4.0, "log_common_enemies": 1.0, "contiguous": -1.0, "log_distance": -0.1})
    spent = {ORIGIN: np.append(np.full(size - 1, 23.0), np.nan)}
    residuals = np.linspace(-0.1, 0.1, 10 * size).reshape(10, size)
    past = certain({"intercept": 0.2, "past": 0.99}, 0.001)
    steps = (
        growth,
        Shield(of, (Design("one", -0.9, 0.1), Design("other", 0.6, 0.1))),
        Disputes(of, model(of), 0.2, 0.5, 0.9, chances.fatal, scenario.disputes, "pact to disputes" in scenario.links, drawn),
        Joining(of, certain(joining), np.ones(size), "pact to joining" in scenario.links),
        Severity(of, chances, Sizes((1000.0, 2000.0), 0.5, 1.6, 3000.0, 8.2e9)),
        Memory(of, model(of)),
        Pacts(of, pacts, certain({"intercept": -4.5}), "pacts form and end" in scenario.links, off, scenario.since),
        Spending(of, past, spent, residuals, 0.1, 0.01, None, scenario.spending / 100),
        Ice(certain({"intercept": 10.0, "driver": -0.0023}, 0.0001), 0.3, 0.5, DRIVER, {}),
        flight(of, 0.5 if "war to flight" in scenario.links else 0.0),
    )
    changing = (*([rivalries(of)] if "rivals" in drawn else []), *([regimes(of)] if "polyarchy" in drawn else []))
    return Built(scenario, open_record(), of, (*changing, *steps), (2, 20))


def rivalries(of: World) -> Rivalries:
    """In a year one rivalry in ten ends; of a hundred earlier rivals five become rivals, of neighbours two, of others one."""
    rivals = of.columns[of.last]["rivalry"] > 0
    return Rivalries(of, rivals, np.array([[100.0, 1000.0], [50.0, 1000.0], [20.0, 1000.0], [10.0, 1000.0]]))


def regimes(of: World) -> Regimes:
    """Levels whose smaller one is that of the columns, and ten years of changes; of the last state none is known."""
    changes = np.linspace(-0.1, 0.1, 10 * len(of.states)).reshape(10, len(of.states))
    changes[:, -1] = np.nan
    return Regimes(of, (of.states % 7) / 10.0, changes, 0.05)


def lonely(of: World) -> World:
    """The world in which the only pact is that of the two members: losing it matters in every design."""
    between = (of.states[of.first] == 2) & (of.states[of.second] == 20)
    return replace(of, pacts={ORIGIN: between})
