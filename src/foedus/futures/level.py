"""How many disputes there are in all: the model says whose they are, and for how long it knows how many, the record says.

A model of one year ahead, applied year after year, finds a level of its own: it was learnt over a century, and small faults
of the level add up, for what happened is what it reads. So the sum of its probabilities goes from what it says of the first
year to what was usual in the thirty years up to the origin, as fast as the number of disputes forgets its past,

    log target(year) = log usual + persistence^(years ahead - 1) · log(first / usual)

and with it goes, from year to year, a common factor of the spread and persistence that the record's numbers have. What has to
be added to all log odds to meet the target (`level`) is found once for a world, on trial members of their own seed, and is
the same in every scenario: what a scenario changes is not taken back.

`beginning` is the share of a dyad's probability with which it begins a dispute of its own: whoever joins opposes more dyads,
and both together are to be as many as the model says.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from foedus.futures.arithmetic import Array, expit
from foedus.futures.draws import Draws
from foedus.futures.headline import steady
from foedus.futures.steps import State, Step
from foedus.futures.steps.disputes import Disputes
from foedus.futures.steps.joining import Joining
from foedus.futures.world import at

TRIALS, SEED = 16, 1
"""Trial members, and their seed: the numbers are those of a world, whatever a scenario's seed."""

ROUNDS = 4
"""Rounds in which a level is found: probabilities are small, so that each round leaves a small part of the fault."""


def kept_level(disputes: Disputes, joining: Joining, growth: Step, memory: Step, usual: float, last: int) -> Disputes:
    """Return the step of disputes with its levels and share of beginnings, for the years up to `last`.

    usual : dyads with a new dispute in a year that were usual.
    """
    draws = Draws(SEED, np.arange(TRIALS))
    plain = replace(disputes, beginning=1.0, odds=1.0, linked=False, drawn=(), level={})
    first_year = disputes.world.origin + 1
    start = _expected(plain, joining, growth, memory) / usual
    state: State = {"shield": None}
    steps = (growth, plain, joining, memory)
    for step in steps:
        state = {**state, **step.begin(draws)}
    level: dict[int, float] = {}
    for year in range(first_year, last + 1):
        target = usual * start ** (plain.persistence ** (year - first_year))
        level[year] = _found(plain, state, year, target)
        plain = replace(plain, level=level)
        now: State = {**state, **growth.step(state, year, draws)}
        now = {**now, **plain.step(state, year, draws)}
        if year == first_year:
            opposed = joining.expected(now, year)
            plain = replace(plain, beginning=float(steady(np.array([len(now["begun"]) / opposed if opposed else 1.0]))[0]))
            now = {**now, **plain.step(state, year, draws)}
        now = {**now, **joining.step(now, year, draws)}
        state = {**now, **memory.step(now, year, draws)}
    return replace(disputes, level=level, beginning=plain.beginning)


def _expected(plain: Disputes, *others: Step) -> float:
    """Disputes that the model expects of the first year, with its coefficients as they are."""
    near = replace(plain.model.near, factor=np.zeros_like(plain.model.near.factor))
    certain, one = replace(plain, model=replace(plain.model, near=near)), Draws(SEED, np.arange(1))
    state: State = {"shield": None}
    for step in (certain, *others):
        state = {**state, **step.begin(one)}
    return _sum(certain, certain.odds_of(state, plain.world.origin + 1)[0], plain.world.origin + 1)


def _sum(step: Disputes, odds: Array, year: int) -> float:
    """Sum of the probabilities of a mean member."""
    return float((expit(odds) * at(step.world.active, year)).sum()) / len(odds)


def _found(plain: Disputes, state: State, year: int, target: float) -> float:
    """What must be added to the log odds of all dyads to have so many disputes in a mean member."""
    odds = plain.odds_of(state, year)[0]
    level = 0.0
    for _ in range(ROUNDS):
        level += float(np.log(target / _sum(plain, odds + level, year)))
    return float(steady(np.array([level]))[0])
