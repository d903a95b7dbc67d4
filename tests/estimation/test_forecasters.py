"""Forecasters: what each learns, what none may look at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from foedus.estimation.design import Design
from foedus.estimation.estimate import expit
from foedus.estimation.forecasters import BaseRate, Forecaster, Logit, OwnRate
from foedus.estimation.likelihood import Rows
from foedus.estimation.pooled import PooledLogit, Pooling, recalibration

STATES, YEARS = 30, 60


def world(seed: int = 1, spread: float = 1.0) -> Design:
    """Dyads that differ in how prone they are beyond their covariate x; peace years are left out of the matter."""
    generator = np.random.default_rng(seed)
    one, two = np.triu_indices(STATES, 1)
    prone = np.log(generator.gamma(1 / spread, spread, len(one))) if spread else np.zeros(len(one))
    year = np.repeat(np.arange(1900, 1900 + YEARS), len(one))
    x = generator.normal(size=len(year))
    odds = -4 + x + np.tile(prone, YEARS)
    outcome = (generator.random(len(year)) < expit(odds)).astype(float)
    sides = np.tile(np.column_stack([one, two]), (YEARS, 1))
    return Design(
        np.column_stack([x, generator.normal(size=len(year))]), ("x", "clock"), outcome, sides @ [100, 1], year, sides
    )


FORECASTERS: dict[str, Forecaster] = {
    "base rate": BaseRate(),
    "rolling base rate": BaseRate(years=10),
    "own rate": OwnRate(),
    "logit": Logit(("x",)),
    "pooled": PooledLogit(("x",), ("clock",)),
    "pooled without history": PooledLogit(("x",), ("clock",), history=False),
}


@pytest.mark.parametrize("name", FORECASTERS)
def test_a_forecast_looks_at_no_outcome_of_its_own_year_or_later(name: str) -> None:
    design = world()
    past, later = design.where(design.year < 1940), design.where(design.year >= 1940)
    forecast = FORECASTERS[name].learn(past)
    turned = replace(later, outcome=np.where(later.year >= 1950, 1 - later.outcome, later.outcome))
    same = later.year <= 1950
    assert (forecast(later)[same] == forecast(turned)[same]).all()


@pytest.mark.parametrize("name", FORECASTERS)
def test_a_forecast_is_a_probability(name: str) -> None:
    design = world()
    forecast = FORECASTERS[name].learn(design.where(design.year < 1940))(design.where(design.year >= 1940))
    assert ((forecast > 0) & (forecast < 1)).all()


def log_score(forecaster: Forecaster, design: Design) -> float:
    past, later = design.where(design.year < 1930), design.where(design.year >= 1930)
    forecast = forecaster.learn(past)(later)
    return float(-np.log(np.where(later.outcome > 0, forecast, 1 - forecast)).mean())


def test_history_pays_where_dyads_differ() -> None:
    assert log_score(FORECASTERS["pooled"], world(spread=2.0)) < 0.98 * log_score(FORECASTERS["logit"], world(spread=2.0))


def test_history_costs_next_to_nothing_where_dyads_are_alike() -> None:
    assert log_score(FORECASTERS["pooled"], world(spread=0)) < 1.005 * log_score(FORECASTERS["logit"], world(spread=0))


def test_a_prone_dyad_is_given_more_and_the_mean_is_right() -> None:
    design = world(spread=2.0)
    later = design.where(design.year >= 1940)
    forecast = PooledLogit(("x",), ("clock",)).learn(design.where(design.year < 1940))(later)
    for part in np.array_split(np.argsort(forecast), 5)[2:]:
        assert forecast[part].sum() == pytest.approx(later.outcome[part].sum(), rel=0.25)


def test_recalibration_makes_predicted_and_observed_agree_in_the_last_years() -> None:
    design = world()
    odds = np.full(len(design.year), -1.0)
    recent = design.year >= 1900 + YEARS - 10
    shift = recalibration(odds, Rows([], design.outcome), recent, Pooling())
    assert expit(odds + shift)[recent].sum() == pytest.approx(design.outcome[recent].sum())


def test_an_own_rate_begins_at_the_base_rate() -> None:
    design = world()
    stranger = replace(design.where(design.year == 1959), cluster=np.arange(435) + 10**6)
    assert_allclose(OwnRate().learn(design)(stranger), design.outcome.mean())


def test_rows_of_one_state_have_no_history() -> None:
    with pytest.raises(ValueError, match="no history"):
        PooledLogit(("x",), ("clock",)).learn(replace(world(), sides=None))
