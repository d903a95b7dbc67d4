"""Horizon and reach: known distances, what may not change them, and the heights and sizes that are refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.errors import InputError
from foedus.radars.radar import EARTH_KM, effective_radius_factor, power_range, radio_horizon, reach

HEIGHTS = st.floats(0, 20_000)


def test_an_antenna_of_100_m_sees_a_target_of_50_m_at_70_km() -> None:
    assert float(radio_horizon(100.0, 50.0)) == pytest.approx(70.4, abs=0.1)


def test_an_antenna_of_300_m_sees_it_at_101_km() -> None:
    assert round(float(radio_horizon(300.0, 50.0))) == 101


@given(HEIGHTS, HEIGHTS)
def test_it_is_the_textbooks_412_times_the_roots_and_a_little_less(antenna: float, target: float) -> None:
    textbook = 4.1217 * (np.sqrt(antenna) + np.sqrt(target))
    exact = float(radio_horizon(antenna, target))
    assert textbook * 0.995 - 1e-9 <= exact <= textbook * 1.0001 + 1e-9


@given(HEIGHTS, HEIGHTS, st.floats(0.5, 3))
def test_antenna_and_target_may_change_places(antenna: float, target: float, k: float) -> None:
    assert float(radio_horizon(antenna, target, k)) == pytest.approx(float(radio_horizon(target, antenna, k)))


@given(HEIGHTS, HEIGHTS, st.floats(1, 500), st.floats(0.5, 3))
def test_a_higher_antenna_or_more_refraction_never_sees_less(antenna: float, target: float, more: float, k: float) -> None:
    here = float(radio_horizon(antenna, target, k))
    assert float(radio_horizon(antenna + more, target, k)) >= here
    assert float(radio_horizon(antenna, target, k * 1.1)) >= here


def test_without_an_atmosphere_it_is_the_horizon_of_the_eye() -> None:
    """The line from a height touches the sphere: cos(angle) = R / (R + h)."""
    assert float(radio_horizon(1000.0, 0.0, 1.0)) == pytest.approx(EARTH_KM * np.arccos(EARTH_KM / (EARTH_KM + 1)))


def test_a_target_of_a_sixteenth_is_seen_at_half_the_range() -> None:
    assert float(power_range(300.0, 1 / 16, 1.0)) == 150.0


def test_reach_is_the_least_of_horizon_range_and_power() -> None:
    antenna, ranges = np.array([100.0, 100.0, 100.0]), np.array([463.0, 50.0, 463.0])
    assert reach(antenna, ranges, 50.0)[:2] == pytest.approx([70.4, 50.0], abs=0.1)
    assert reach(antenna, ranges, 12_000.0, cross_section_m2=0.0016)[2] == pytest.approx(463 * 0.2)


def test_the_standard_atmosphere_gives_four_thirds() -> None:
    assert effective_radius_factor(-39.25) == pytest.approx(4 / 3)
    with pytest.raises(InputError, match="no horizon is left"):
        effective_radius_factor(-160.0)


@pytest.mark.parametrize(
    ("antenna", "target", "k"), [(-1.0, 50.0, 1.0), (10.0, -5.0, 1.0), (10.0, 5.0, 0.0), (np.nan, 5.0, 1.0)]
)
def test_heights_below_the_sea_and_no_refraction_at_all_are_refused(antenna: float, target: float, k: float) -> None:
    with pytest.raises(InputError, match="zero"):
        radio_horizon(antenna, target, k)


def test_a_target_without_a_size_is_refused() -> None:
    with pytest.raises(InputError, match="cross-section"):
        power_range(100.0, 0.0, 1.0)
