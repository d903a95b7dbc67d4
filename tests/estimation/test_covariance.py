"""Errors of rows that hang together: sums over all pairs of rows, and what the errors are worth in simulated worlds."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from foedus.estimation.covariance import positive, sandwich, shared, square
from foedus.estimation.design import Array, Design
from foedus.estimation.least_squares import linear


def rows(states: int, count: int, seed: int) -> tuple[list[Array], Array, Array]:
    """Two columns of scores of random directed dyad-years, their sides and years."""
    generator = np.random.default_rng(seed)
    sides = np.array([generator.choice(states, 2, replace=False) for _ in range(count)])
    return [generator.normal(size=count) for _ in range(2)], sides, generator.integers(1990, 1994, count)


def by_pairs(scores: list[Array], sides: Array, cluster: Array | None = None) -> Array:
    """The double loop: every pair of rows that shares a state, or a cluster."""
    table, total = np.column_stack(scores), np.zeros((len(scores), len(scores)))
    for one in range(len(table)):
        for other in range(len(table)):
            if set(sides[one]) & set(sides[other]) or (cluster is not None and cluster[one] == cluster[other]):
                total += np.outer(table[one], table[other])
    return total


@pytest.mark.parametrize("seed", range(5))
def test_rows_that_share_a_state_are_summed_over_once(seed: int) -> None:
    scores, sides, _ = rows(6, 60, seed)
    dyad = sides.min(axis=1) * 100 + sides.max(axis=1)
    assert_allclose(shared(scores, dyad, sides), by_pairs(scores, sides), atol=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_rows_that_share_a_state_or_a_year_are_summed_over_once(seed: int) -> None:
    scores, sides, year = rows(12, 60, seed)
    assert_allclose(shared(scores, year, sides), by_pairs(scores, sides, year), atol=1e-9)


def test_clusters_that_are_parts_of_a_state_change_nothing() -> None:
    scores, sides, _ = rows(6, 60, 1)
    assert_allclose(shared(scores, sides[:, 0], sides), by_pairs(scores, sides), atol=1e-9)


def test_directed_rows_of_one_pair_hang_together() -> None:
    scores, sides = [np.array([1.0, 1.0])], np.array([[2, 20], [20, 2]])
    assert shared(scores, np.array([1, 2]), sides).item() == 4.0


def test_without_a_state_in_common_it_is_the_clustered_sum() -> None:
    scores = [np.arange(6.0)]
    sides, dyad = np.array([[1, 2], [1, 2], [3, 4], [3, 4], [5, 6], [5, 6]]), np.repeat(np.arange(3), 2)
    assert_allclose(shared(scores, dyad, sides), square(scores, dyad))


def test_a_direction_with_less_than_no_variance_is_given_none() -> None:
    assert_allclose(positive(np.array([[1.0, 2.0], [2.0, 1.0]])), np.full((2, 2), 1.5))


def test_fewer_states_than_dyads_set_the_small_sample_factor() -> None:
    residual, sides = np.array([1.0, -1.0, 2.0]), np.array([[1, 2], [3, 4], [3, 4]])
    found = sandwich([], residual, np.eye(1), np.array([7, 8, 8]), sides)
    assert found.item() == pytest.approx((1 + 1) * 2 / 1)


def world(states: int, generator: np.random.Generator) -> Design:
    """Dyads whose covariate and outcome are both sums of what is their states' own."""
    sides = np.column_stack(np.triu_indices(states, 1))
    of_states, luck = generator.normal(size=(2, states)), generator.normal(size=(2, len(sides)))
    covariate, outcome = (own[sides].sum(axis=1) + chance for own, chance in zip(of_states, luck, strict=True))
    dyad = sides[:, 0] * 1000 + sides[:, 1]
    return Design(covariate[:, None], ("covariate",), outcome, dyad, np.full(len(dyad), 2000), sides=sides)


def test_errors_are_as_large_as_estimates_spread_where_dyads_share_states() -> None:
    """Errors by dyad alone are less than half of it. 200 worlds of 40 states; the true slope is zero."""
    generator = np.random.default_rng(20221027)
    found = [linear(world(40, generator)) for _ in range(200)]
    spread = np.std([each.coefficients[1] for each in found])
    errors = np.array([np.sqrt(each.covariance[1, 1]) for each in found])
    assert np.sqrt((errors**2).mean()) == pytest.approx(spread, rel=0.2)
    covered = np.mean([abs(each.coefficients[1]) < 1.96 * error for each, error in zip(found, errors, strict=True)])
    assert 0.87 < covered < 0.99
