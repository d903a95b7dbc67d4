"""Bounds of what gamma proneness leaves uncertain: against the exact quantiles, and in simulated worlds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import digamma, gammaincinv, polygamma

from foedus.estimation.design import Array, Design
from foedus.estimation.estimate import NORMAL_95, expit
from foedus.estimation.forecasters import log_odds
from foedus.estimation.pooled import PooledLogit, Pooling
from foedus.estimation.proneness import log_gamma_cumulants, quantile

SHAPES = np.array([0.3, 1.0, 2.5, 5.0, 11.9, 40.0, 1e4])


def test_cumulants_are_the_polygamma_functions() -> None:
    cumulants = log_gamma_cumulants(SHAPES)
    assert cumulants[0] == pytest.approx(digamma(SHAPES) - np.log(SHAPES), rel=1e-11)
    for order in (1, 2, 3):
        assert cumulants[order] == pytest.approx(polygamma(order, SHAPES), rel=1e-12)


@pytest.mark.parametrize(("shape", "upper"), [(1.0, 3.689), (1.5, 3.116), (3.0, 2.408), (20.0, 1.484)])
def test_the_upper_bound_is_nearly_that_of_the_gamma_and_not_that_of_a_normal_logarithm(shape: float, upper: float) -> None:
    """Exact: the 97.5 % point of a gamma variable of mean one, from its incomplete integral."""
    assert gammaincinv(shape, 0.975) / shape == pytest.approx(upper, abs=5e-4)
    cumulants = log_gamma_cumulants(np.array([shape]))
    assert np.exp(quantile(cumulants, NORMAL_95)[0]) == pytest.approx(upper, rel=0.09)
    assert np.exp(quantile(cumulants, -NORMAL_95)[0]) == pytest.approx(gammaincinv(shape, 0.025) / shape, rel=0.09)
    assert np.exp(NORMAL_95 * np.sqrt(cumulants[1, 0])) > 1.04 * upper


def test_without_a_third_and_fourth_cumulant_bounds_are_those_of_a_normal() -> None:
    still = np.array([[0.0, 0.3], [0.0, 4.0], [0.0, 0.0], [0.0, 0.0]])
    assert quantile(still, NORMAL_95) == pytest.approx([0.0, 0.3 + 2 * NORMAL_95])


@pytest.mark.parametrize("expected", [0.01, 0.3, 2.0, 20.0])
@pytest.mark.parametrize("error", [0.0, 0.4])
def test_the_bounds_hold_the_true_proneness_of_19_in_20_units(expected: float, error: float) -> None:
    """Gamma proneness of variance one, Poisson outcomes, and log odds that are off by a normal error beside."""
    generator = np.random.default_rng(20221027)
    proneness = generator.gamma(1.0, size=40_000)
    shape = 1.0 + generator.poisson(proneness * expected)
    cumulants = log_gamma_cumulants(shape)
    cumulants[1] += error**2
    true = np.log(proneness) + error * generator.normal(size=len(shape))
    centre = np.log(shape / (1.0 + expected))
    low, high = (centre + quantile(cumulants, z) for z in (-NORMAL_95, NORMAL_95))
    assert (true < low).mean() == pytest.approx(0.025, abs=0.005)
    assert (true > high).mean() == pytest.approx(0.025, abs=0.011)


def world(states: int, years: int, seed: int) -> tuple[Design, Array]:
    """Dyad-years of a simulated system in which dyads and states are prone to disputes, and their true log odds."""
    generator = np.random.default_rng(seed)
    first, second = np.triu_indices(states, 1)
    covariate = generator.normal(size=len(first))
    of_state, of_dyad = np.log(generator.gamma(5.0, 1 / 5.0, states)), np.log(generator.gamma(1.0, size=len(first)))
    true = np.tile(covariate - 4.0 + of_dyad + of_state[first] + of_state[second], years)
    sides, year = np.tile(np.column_stack([first, second]), (years, 1)), np.repeat(np.arange(1900, 1900 + years), len(first))
    outcome = (generator.uniform(size=len(year)) < expit(true)).astype(np.float64)
    matrix, dyad = np.tile(covariate, years)[:, None], sides[:, 0] * 1000 + sides[:, 1]
    return Design(matrix, ("covariate",), outcome, dyad, year, sides=sides), true


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_the_bounds_hold_true_risks_in_worlds_of_prone_dyads_and_states(seed: int) -> None:
    """1,770 dyads of 60 states over 50 years, the logit with history fitted to them. With news that fades, bounds are wider."""
    rows, true = world(60, 50, seed)
    last, pooling = rows.year == rows.year.max(), Pooling(decay=1.0)
    steps = PooledLogit(("covariate",), (), pooling=pooling).steps(rows)
    known = rows.ledger(pooling.decay).past(steps.expected).where(last)
    weights, slopes = (pooling.dyad_weight, pooling.state_weight), steps.second[2:]
    centre = log_odds(steps.second[:2], rows.where(last)) + steps.shift + known.log_ratios(*weights) @ slopes
    cumulants = known.cumulants(*weights, slopes)
    low, high = (centre + quantile(cumulants, z) for z in (-NORMAL_95, NORMAL_95))
    assert ((low <= true[last]) & (true[last] <= high)).mean() == pytest.approx(0.95, abs=0.02)
    assert (true[last] > high).mean() < 0.05
