"""The world of the record: steps say what the shipped models say, and members are the same together and apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from foedus.futures.arithmetic import expit
from foedus.futures.build import Built, base, built
from foedus.futures.draws import Draws
from foedus.futures.headline import headlines
from foedus.futures.scenario import Scenario
from foedus.futures.simulate import pair, start
from foedus.futures.steps.disputes import Disputes
from foedus.futures.steps.severity import Severity
from foedus.futures.world import Known, rows_of
from foedus.mechanisms.order.disputes import OUTCOMES
from foedus.record.store import open_record

pytestmark = pytest.mark.slow

DYADS = 18_915
"""195 states, each with each other."""


@pytest.fixture(scope="module")
def made() -> Built:
    record = open_record()
    return built(Scenario(last_year=2027, members=2, without=("all",)), record, base(record, 2027))


def test_the_world_has_the_states_and_dyads_of_the_record(made: Built) -> None:
    assert (len(made.world.states), len(made.world.first)) == (195, DYADS)
    assert made.world.origin == 2010
    assert made.members == (2, 20)
    assert min(made.world.pacts) == 2010
    assert max(made.world.pacts) == 2025


def test_how_deadly_disputes_are_is_learnt_from_those_that_began_them(made: Built) -> None:
    """Dyads that were in a dispute from its first day, 1981–2010, fatal and at war: counted in the record."""
    (step,) = (each for each in made.steps if isinstance(each, Severity))
    rows = made.record.table("dispute_dyad_years").filter("onset", "originator1", "originator2", pl.col("year") >= 1981)
    once = rows.filter(pl.col("ccode1") < pl.col("ccode2"))
    fatal = once.filter(pl.col("fatality") > 0)
    assert step.chances.events == (once.height, fatal.height, fatal.filter(pl.col("hostility") == 5).height)
    assert 0 < step.chances.events[2] < step.chances.events[1] < step.chances.events[0]


def test_the_first_year_has_the_probabilities_of_the_headline_model(made: Built) -> None:
    """Coefficients without their uncertainty: what `foedus assess` would say of 2011, to the digits of the shipped results."""
    (step,) = (each for each in made.steps if isinstance(each, Disputes))
    near = replace(step.model.near, factor=np.zeros_like(step.model.near.factor))
    certain = replace(step, model=replace(step.model, near=near))
    steps = tuple(certain if each is step else each for each in made.steps)
    state = start(replace(made, steps=steps), Draws(1, np.arange(1)))
    odds, _ = certain.odds_of(state, 2011)
    record = made.record
    model = headlines(record)[OUTCOMES[0]]
    rows = rows_of(model, record, (model.first_year, 2011), Known.RECORD)
    told = model.forecast(rows, 2011).drop_nulls("probability").sort("ccode1", "ccode2")
    active = made.world.active[2011]
    assert told.height == active.sum()
    assert np.allclose(expit(odds)[0][active], told["probability"].to_numpy(), rtol=1e-6)


def test_members_of_the_record_are_the_same_together_and_apart(made: Built) -> None:
    together, without, _ = pair(made, range(2))
    apart, _, _ = pair(made, range(1, 2))
    assert without is not None
    assert all(apart[name].tobytes() == values[1:].tobytes() for name, values in together.items())
    assert all(np.array_equal(values, without[name]) for name, values in together.items() if name != "disputes_between_members")
    assert 5 < together["disputes"].mean() < 100
    assert np.isfinite(together["world_spending"]).all()
