"""What leads, and how it is mended: from windows that were over, as far as their outcomes were known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.isotonic import IsotonicRegression

from foedus.estimation.pooled import Pooling, year_weights
from foedus.validation.headline import Made, leader, mended, shifted
from foedus.validation.venn_abers import isotonic, venn_abers


def made(good: float, bad: float, known: int = 1990) -> Made:
    """A window of 1990 in which one row of ten had the outcome, known by the end of a year."""
    outcome = np.tile(np.arange(10) == 0, 40).astype(float)
    forecasts = {"one": np.full(400, bad), "other": np.full(400, good)}
    return Made(forecasts, np.ones((400, 1)), outcome, np.where(outcome > 0, known, 1990), np.full(400, 1990))


def test_the_better_of_earlier_windows_leads_and_the_first_where_there_are_none() -> None:
    assert leader([], ["one", "other"], 1990, "log score") == "one"
    assert leader([made(0.1, 0.3)], ["one", "other"], 1990, "log score") == "other"


def test_what_is_known_later_neither_chooses_nor_mends() -> None:
    late = made(0.1, 0.01, known=1999)
    assert leader([late], ["one", "other"], 1990, "log score") == "one", "nothing had come by then"
    assert leader([late], ["one", "other"], 1999, "log score") == "other"
    assert mended([late], "one", 1990, Pooling())[0] < 0 < mended([late], "one", 1999, Pooling())[0]


def test_forecasts_that_were_twice_too_high_are_brought_down() -> None:
    window = made(0.2, 0.2)
    by = mended([window], "one", 1990, Pooling())
    assert 0.13 < shifted(window.forecasts["one"], window.members, by).mean() < 0.16, "by about half, where forty came"
    more = mended([window] * 20, "one", 1990, Pooling())
    assert shifted(window.forecasts["one"], window.members, more).mean() == pytest.approx(0.1, abs=0.01)
    assert_allclose(shifted(window.forecasts["one"], window.members, ()), 0.2)


def test_a_crowded_year_counts_no_more_than_twice_the_median_year() -> None:
    year = np.repeat([1990, 1991, 1992], 10)
    outcome = np.concatenate([np.arange(10) < count for count in (1, 8, 1)]).astype(float)
    weights = year_weights(year, outcome, Pooling(half_life=1e9, most=2.0))
    assert_allclose(weights[[0, 10, 20]], [1, 0.25, 1])


def test_an_isotonic_curve_is_that_of_scikit_learn() -> None:
    generator = np.random.default_rng(2)
    mean, weight = np.sort(generator.random(50)) + generator.normal(0, 0.2, 50), generator.integers(1, 9, 50).astype(float)
    theirs = IsotonicRegression().fit(np.arange(50.0), mean, weight).predict(np.arange(50.0))
    assert_allclose(isotonic(mean, weight), theirs)


def test_the_venn_abers_width_shrinks_with_what_was_seen() -> None:
    generator = np.random.default_rng(5)
    widths = []
    for rows in (500, 5_000):
        forecast = generator.beta(1, 20, rows)
        low, high = venn_abers(forecast, (generator.random(rows) < forecast).astype(float))
        assert low < high
        widths.append(high - low)
    assert widths[1] < widths[0] / 2
