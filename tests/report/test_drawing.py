"""Scales, ticks and escaped elements."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from foedus.report.drawing import Scale, element, scale_for, text


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(2, 10))
def test_ticks_lie_between_the_ends_and_are_not_too_many(low: float, width: float, most: int) -> None:
    assume(abs(low) / width < 1e6)
    ticks = Scale(low, low + width).ticks(most)
    assert all(low - 1e-6 * width <= tick <= low + width * (1 + 1e-6) for tick in ticks)
    assert 1 <= len(ticks) <= most + 1


@given(st.floats(1e-9, 1e3), st.floats(1.5, 1e9), st.integers(2, 8))
def test_log_ticks_lie_between_the_ends_and_are_not_too_many(low: float, factor: float, most: int) -> None:
    ticks = Scale(low, low * factor, log=True).ticks(most)
    assert all(low <= tick <= low * factor for tick in ticks)
    assert len(ticks) <= most


@given(st.floats(-1e9, 1e9))
def test_a_place_is_never_outside_the_drawing(amount: float) -> None:
    assert 0 <= Scale(-3, 12).place(amount) <= 1
    assert 0 <= Scale(0.01, 12, log=True).place(amount) <= 1


def test_a_scale_is_logarithmic_beyond_a_factor_of_fifty() -> None:
    assert scale_for([0.001, 0.06]).log
    assert not scale_for([0.001, 0.04]).log
    assert not scale_for([0.0, 10.0]).log


def test_a_scale_of_positive_values_starts_at_zero() -> None:
    assert scale_for([3.0, 4.0]).low == 0
    assert scale_for([3.0, 4.0], zero=False).low == pytest.approx(2.94)


def test_a_scale_of_one_value_or_none_has_width() -> None:
    for values in ([], [None], [0.0], [7.0], [-7.0], [float("nan")]):
        scale = scale_for(values)
        assert scale.high > scale.low


def test_attributes_and_texts_are_escaped() -> None:
    assert element("g", aria_label='"><script>') == '<g aria-label="&quot;&gt;&lt;script&gt;"/>'
    assert "<b>" not in text("<b>]]>\u202e", 0, 0)
    assert "\u202e" not in text("<b>]]>\u202e", 0, 0)
