"""A unit's own past: worlds of three states and a few years, and what pooling may and may not do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from foedus.estimation.history import discounted, log_ratio, past

SIDES = np.array([[2, 20], [2, 70], [20, 70]] * 3)
YEARS = np.repeat([1990, 1991, 1992], 3)


def test_a_row_knows_only_the_years_before_it() -> None:
    happened = np.zeros(9)
    happened[3] = 1.0  # 2–20 in 1991
    known = past(SIDES, YEARS, happened, np.full(9, 0.1), decay=1.0)
    assert known.dyad[:, 0].tolist() == [0, 0, 0, 0, 0, 0, 1, 0, 0]
    assert_allclose(known.dyad[:, 1], [0, 0, 0, 0.1, 0.1, 0.1, 0.2, 0.2, 0.2])


def test_a_state_remembers_the_disputes_of_all_its_dyads() -> None:
    happened = np.zeros(9)
    happened[0] = happened[1] = 1.0  # state 2 with both others in 1990
    known = past(SIDES, YEARS, happened, np.full(9, 0.1), decay=1.0)
    assert known.first[3].tolist() == pytest.approx([2, 0.2]), "state 2 in 1991"
    assert known.second[3].tolist() == pytest.approx([1, 0.2]), "state 20 in 1991"


def test_the_order_of_rows_changes_nothing() -> None:
    generator = np.random.default_rng(1)
    happened, expected = generator.integers(0, 2, 9).astype(float), generator.random(9)
    order = generator.permutation(9)
    straight = past(SIDES, YEARS, happened, expected, 0.9)
    shuffled = past(SIDES[order], YEARS[order], happened[order], expected[order], 0.9)
    assert_allclose(shuffled.log_ratios(1.0, 5.0), straight.log_ratios(1.0, 5.0)[order])


def test_exchanging_the_sides_changes_nothing() -> None:
    happened = np.arange(9) % 2.0
    one = past(SIDES, YEARS, happened, np.full(9, 0.2), 0.9).log_ratios(1.0, 5.0)
    other = past(SIDES[:, ::-1], YEARS, happened, np.full(9, 0.2), 0.9).log_ratios(1.0, 5.0)
    assert_allclose(one, other)


def test_an_unknown_outcome_is_neither_observed_nor_expected() -> None:
    happened = np.zeros(9)
    happened[:3] = np.nan
    known = past(SIDES, YEARS, happened, np.full(9, 0.1), 1.0)
    assert known.dyad[3].tolist() == [0, 0]


def test_news_fade_over_years_without_rows_too() -> None:
    unit, year = np.zeros(3, np.int64), np.array([1900, 1901, 1950])
    sums = discounted(unit, year, np.array([[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]]), 0.9)
    assert_allclose(sums[:, 0], [0, 1, 0.9**49])


def test_a_dyad_that_does_as_expected_has_the_ratio_of_the_model() -> None:
    assert log_ratio(np.array([[3.0, 3.0]]), 1.0).tolist() == [0.0]


@given(st.floats(0, 50), st.floats(0.001, 50), st.floats(0.1, 10))
def test_pooling_draws_towards_the_model_and_never_past_it(observed: float, expected: float, weight: float) -> None:
    own, pooled = observed / expected, float(np.exp(log_ratio(np.array([[observed, expected]]), weight))[0])
    assert min(own, 1) - 1e-9 <= pooled <= max(own, 1) + 1e-9


def test_the_ratio_is_the_mean_of_the_gamma_distribution_after_the_outcomes() -> None:
    """Proneness gamma(k, k), outcomes Poisson: 400,000 units drawn, looked at by how often the outcome came."""
    generator = np.random.default_rng(20221027)
    k, expected = 2.0, 1.5
    proneness = generator.gamma(k, 1 / k, 400_000)
    observed = generator.poisson(proneness * expected)
    for count in (0, 1, 4):
        drawn = proneness[observed == count].mean()
        assert drawn == pytest.approx(np.exp(log_ratio(np.array([[count, expected]]), k))[0], rel=0.02)


def test_what_is_known_late_counts_from_then_on() -> None:
    """2–20 had the outcome in 1990, which was known by the end of 1991."""
    happened, known = np.zeros(9), YEARS.copy()
    happened[0], known[0] = 1.0, 1991
    told = past(SIDES, YEARS, happened, np.full(9, 0.1), 1.0, known)
    assert told.dyad[[0, 3, 6], 0].tolist() == [0, 0, 1]
    assert told.first[[3, 6], 0].tolist() == [0, 1], "its states' histories as well"
    assert_allclose(told.dyad[[0, 3, 6], 1], [0, 0.1, 0.2], err_msg="what was expected is known at once")


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=9, max_size=9))
def test_knowing_late_never_adds_to_what_was_seen_and_ends_with_the_same(rows: list[tuple[int, bool]]) -> None:
    happened, late = np.array([float(yes) for _, yes in rows]), np.array([delay for delay, _ in rows])
    sides, years = np.tile(SIDES, (2, 1)), np.append(YEARS, YEARS + 10)
    happened, known = np.append(happened, np.zeros(9)), years + np.append(late, np.zeros(9, np.int64))
    at_once, told = (past(sides, years, happened, np.full(18, 0.2), 1.0, each) for each in (None, known))
    assert (told.dyad[:, 0] <= at_once.dyad[:, 0]).all()
    assert_allclose(told.dyad[9:], at_once.dyad[9:])
