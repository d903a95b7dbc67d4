"""Detection: the textbooks' closed forms, Albersheim's approximation, and looks that add up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gammaincc
from scipy.stats import ncx2

from foedus.errors import InputError
from foedus.radars.detection import (
    CASES,
    albersheim,
    by_distance,
    cumulative,
    detection_probability,
    looks,
    required_snr,
    threshold,
)

DECIBELS = np.array([-5.0, 0.0, 5.0, 10.0, 13.0, 20.0, 40.0])
POWER = 10 ** (DECIBELS / 10)


@pytest.mark.parametrize("pulses", [1, 2, 10, 100])
def test_an_echo_that_does_not_fluctuate_follows_marcum(pulses: int) -> None:
    """The sum of pulses is a noncentral chi-square with two degrees of freedom a pulse."""
    marcum = ncx2.sf(2 * threshold(1e-6, pulses), 2 * pulses, 2 * pulses * POWER)
    assert detection_probability(DECIBELS, 0, pulses=pulses) == pytest.approx(marcum, abs=1e-9)


def test_one_pulse_of_case_1_or_2_is_found_with_the_alarm_to_the_power_of_its_share_of_noise() -> None:
    """Swerling (1960): P = alarm ** (1 / (1 + s))."""
    for case in (1, 2):
        assert detection_probability(DECIBELS, case) == pytest.approx(1e-6 ** (1 / (1 + POWER)), abs=1e-12)


@pytest.mark.parametrize("pulses", [2, 10])
def test_case_2_is_a_gamma_distribution_of_a_larger_mean(pulses: int) -> None:
    exact = gammaincc(pulses, threshold(1e-6, pulses) / (1 + POWER))
    assert detection_probability(DECIBELS, 2, pulses=pulses) == pytest.approx(exact, abs=1e-10)


@pytest.mark.parametrize("pulses", [1, 2])
def test_case_3_has_swerlings_closed_form_for_one_and_two_pulses(pulses: int) -> None:
    level, half = threshold(1e-6, pulses), 1 + pulses * POWER / 2
    exact = np.exp(-level / half) * (1 + 2 / (pulses * POWER)) ** (pulses - 2)
    exact *= 1 + level / half - 2 * (pulses - 2) / (pulses * POWER)
    assert detection_probability(DECIBELS, 3, pulses=pulses) == pytest.approx(exact, abs=1e-9)


@pytest.mark.parametrize("case", CASES)
def test_noise_alone_passes_as_often_as_a_false_alarm(case: int) -> None:
    assert float(detection_probability(-100.0, case, pulses=5)) == pytest.approx(1e-6, rel=1e-3)


@pytest.mark.parametrize("false_alarm", [1e-3, 1e-4, 1e-5, 1e-6, 1e-7])
@pytest.mark.parametrize("probability", [0.5, 0.6, 0.7, 0.8, 0.9])
def test_albersheim_is_within_a_fifth_of_a_decibel(probability: float, false_alarm: float) -> None:
    exact = required_snr(probability, 0, false_alarm=false_alarm)
    assert albersheim(probability, false_alarm=false_alarm) == pytest.approx(exact, abs=0.2)


def test_albersheim_is_far_off_where_little_is_found_and_alarms_are_many() -> None:
    assert required_snr(0.1, 0, false_alarm=1e-3) - albersheim(0.1, false_alarm=1e-3) > 4


def test_skolniks_13_decibels_find_nine_in_ten_with_one_false_alarm_in_a_million() -> None:
    """Skolnik (2008), figure 2.6: 13.2 dB for a steady echo; Swerling's case 1 needs some 8 dB more."""
    assert required_snr(0.9, 0) == pytest.approx(13.2, abs=0.1)
    assert required_snr(0.9, 1) == pytest.approx(21.1, abs=0.1)


@given(st.sampled_from(CASES), st.integers(1, 20), st.floats(-10, 30), st.floats(0, 10))
def test_a_stronger_echo_is_never_found_less_often(case: int, pulses: int, snr: float, more: float) -> None:
    weak, strong = detection_probability(np.array([snr, snr + more]), case, pulses=pulses)
    assert 0 <= weak <= strong + 1e-9
    assert strong <= 1


def test_looks_that_find_three_in_ten_find_nearly_all_after_ten() -> None:
    assert cumulative(np.full(10, 0.3))[-1] == pytest.approx(1 - 0.7**10)


def test_a_certain_look_leaves_nothing_to_find() -> None:
    assert cumulative(np.array([0.0, 1.0, 0.2])) == pytest.approx([0.0, 1.0, 1.0])


def test_a_scan_finds_at_the_published_range_what_it_is_said_to_and_nothing_beyond() -> None:
    found = by_distance(np.array([100.0, 400.0, 400.1]), 400.0, at_range=0.7)
    assert found[1:] == pytest.approx([0.7, 0.0], abs=1e-6)
    assert found[0] > 0.99


def test_a_target_of_a_sixteenth_is_found_at_half_the_range_as_often() -> None:
    assert by_distance(np.array([200.0]), 400.0, cross_section=1 / 16) == pytest.approx(0.8, abs=1e-6)


def test_scans_come_a_period_of_flight_apart() -> None:
    told = looks(460.0, 250.0, period_s=12.0)
    assert np.diff(told["distance_km"].to_numpy()) == pytest.approx(-3.0)
    assert told["so_far"].is_sorted()


@pytest.mark.parametrize("case", [5, -1])
def test_a_case_that_swerling_does_not_have_is_refused(case: int) -> None:
    with pytest.raises(InputError, match="Swerling has no case"):
        detection_probability(10.0, case)


@pytest.mark.parametrize("probability", [0.0, 1e-7, 1.0])
def test_what_no_echo_can_give_is_refused(probability: float) -> None:
    with pytest.raises(InputError, match="between"):
        required_snr(probability)


def test_no_speed_and_no_alarm_are_refused() -> None:
    with pytest.raises(InputError, match="above zero"):
        looks(400.0, 0.0)
    with pytest.raises(InputError, match="false alarm"):
        threshold(0.0)
