"""Sensitivity to what is unmeasured: the textbook's values, and what must hold of any."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.errors import InputError
from foedus.estimation.sensitivity import (
    away_from_one,
    e_value,
    e_value_of_interval,
    prevalence_ratio,
    risk_ratio,
    sensitivity_curve,
)

RATIOS = st.floats(1.001, 200)


@pytest.mark.parametrize(("ratio", "value"), [(3.9, 7.26), (1.8, 3.0), (10.73, 20.95), (2.5, 4.44), (0.8, 1.81), (1.0, 1.0)])
def test_e_values_of_the_textbook(ratio: float, value: float) -> None:
    """VanderWeele & Ding (2017): breast-feeding 3.9 (1.8, 8.7) gives 7.2 and 3.0; smoking and lung cancer 10.73 gives 20.9."""
    assert e_value(ratio) == pytest.approx(value, abs=0.01)


def test_the_e_value_of_an_interval_is_that_of_its_limit_next_to_one() -> None:
    assert e_value_of_interval(1.8, 8.7) == e_value(1.8)
    assert e_value_of_interval(0.1, 0.5) == e_value(0.5)
    assert e_value_of_interval(0.5, 1.5) == 1


def test_without_a_bound_on_its_strength_a_confounder_must_be_as_unequal_as_the_risks() -> None:
    """Cornfield et al. (1959): a risk ratio of nine asks for a confounder nine times as frequent; Imai & Lo (2021) find 47."""
    assert prevalence_ratio(9.0) == prevalence_ratio(1 / 9) == pytest.approx(9)
    assert prevalence_ratio(1 / 47) == pytest.approx(47)


def test_a_confounder_too_weak_explains_nothing_however_it_is_spread() -> None:
    assert prevalence_ratio(2.0, 2.0) == inf
    assert prevalence_ratio(1.0, 1.0) == 1


@given(RATIOS, RATIOS)
def test_the_ratio_returned_is_just_enough(ratio: float, strength: float) -> None:
    """Ding & VanderWeele (2016): p q / (p + q − 1) is the most that a confounder can account for."""
    needed = prevalence_ratio(ratio, strength)
    if needed < inf:
        assert needed * strength / (needed + strength - 1) == pytest.approx(ratio, rel=1e-6)


@given(RATIOS)
def test_at_the_e_value_prevalence_and_strength_are_equal(ratio: float) -> None:
    assert prevalence_ratio(ratio, e_value(ratio)) == pytest.approx(e_value(ratio), rel=1e-6)


@given(RATIOS)
def test_a_ratio_and_its_inverse_are_as_robust(ratio: float) -> None:
    assert e_value(1 / ratio) == pytest.approx(e_value(ratio))
    assert away_from_one(1 / ratio) == pytest.approx(ratio)


def test_the_curve_falls_towards_cornfields_ratio() -> None:
    needed = sensitivity_curve(3.0, [4.0, 6.0, 50.0, 1e9])["prevalence_ratio"].to_list()
    assert needed == sorted(needed, reverse=True)
    assert needed[-1] == pytest.approx(3.0)


def test_an_odds_ratio_is_nearly_a_risk_ratio_where_the_outcome_is_rare() -> None:
    assert risk_ratio(3.0, 0.0015) == pytest.approx(3.0, rel=0.005)
    assert risk_ratio(3.0, 0.5) == pytest.approx(1.5)


@pytest.mark.parametrize("call", [lambda: e_value(0), lambda: e_value_of_interval(2, 1), lambda: risk_ratio(2, 1)])
def test_what_is_no_ratio_is_refused(call: object) -> None:
    with pytest.raises(InputError):
        call()  # type: ignore[operator]
