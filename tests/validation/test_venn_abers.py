"""How far one event more would move forecasts."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose
from sklearn.isotonic import IsotonicRegression

from foedus.validation.venn_abers import isotonic, venn_abers


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
