"""Totals over many dyads: their band holds what it says, in simulated worlds and in history."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import nbinom

from foedus.record.store import Record
from foedus.validation.totals import Factor, Totals, bands, simulated
from foedus.validation.validate import Validation, validate


@pytest.fixture(scope="module")
def validations(record: Record) -> tuple[Validation[Any], ...]:
    return validate("disputes", record)


MANY = np.full(4_000, 40.0)


def shared(variance: float, correlation: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Totals of many years with a gamma factor that lives on from year to year, drawn another way than in the code."""
    generator = np.random.default_rng(8)
    shape = 1 / variance
    factor = np.empty(len(MANY))
    factor[0] = generator.gamma(shape) / shape
    for year in range(1, len(factor)):  # a gamma process (Lewis, McKenzie & Hugus 1989): beta-thinned, and topped up
        kept = generator.beta(shape * correlation, shape * (1 - correlation))
        factor[year] = kept * factor[year - 1] + generator.gamma(shape * (1 - correlation)) / shape
    return generator.poisson(MANY * factor).astype(np.float64)


@pytest.mark.parametrize(("variance", "correlation"), [(0.15, 0.6), (0.3, 0.2)])
def test_variance_and_correlation_are_found(variance: float, correlation: float) -> None:
    found = Factor.of(MANY, shared(variance, correlation))
    assert found.variance == pytest.approx(variance, rel=0.15)
    assert found.correlation == pytest.approx(correlation, abs=0.07)


def test_where_nothing_is_shared_nothing_is_found_and_the_band_is_poissons() -> None:
    found = Factor.of(MANY, np.random.default_rng(1).poisson(MANY).astype(np.float64))
    assert found.variance < 0.004
    assert Factor(0.0, 0.0).band([100.0]) == (84, 117)


def test_a_band_is_that_of_a_negative_binomial_and_of_years_together_as_wide_as_they_hang_together() -> None:
    low, high = Factor(0.25, 0.0).band([40.0])
    assert (low, high) == tuple(nbinom.ppf([0.05, 0.95], 4.0, 4 / 44))
    wide, narrow = (np.subtract(*Factor(0.25, correlation).band([40.0] * 5)[::-1]) for correlation in (0.9, 0.0))
    assert wide > 1.7 * narrow


def test_bands_hold_nine_tenths_in_long_worlds_and_those_of_independent_dyads_far_less() -> None:
    came = shared(0.15, 0.6)
    low, high = bands(MANY, came, [0, 1_000])
    inside = (low[1_000:] <= came[1_000:]) & (came[1_000:] <= high[1_000:])
    assert inside.mean() == pytest.approx(0.9, abs=0.02)
    alone = Factor(0.0, 0.0).band([40.0])
    assert ((alone[0] <= came) & (came <= alone[1])).mean() < 0.65


def test_no_band_is_told_from_too_few_years_or_from_years_not_known_yet() -> None:
    expected, observed = np.full(30, 20.0), np.full(30, 20.0)
    low, _ = bands(expected, observed, [0, 5, 10, 20])
    assert (low[:10] == -1).all()
    assert (low[10:] > 0).all()
    low, _ = bands(expected, observed, [0, 5, 10, 20], gap=10)
    assert (low[:20] == -1).all()
    assert (low[20:] > 0).all()


def test_in_simulated_worlds_as_long_as_history_the_share_held_is_near_its_level() -> None:
    shares = simulated(np.full(50, 30.0), Factor(0.1, 0.5), [0, 10, 20, 30, 40], seed=1, worlds=400)
    assert 0.85 < shares.mean() < 0.93


def test_the_bands_of_history_hold_as_often_as_chance_allows(validations: tuple[Validation[Any], ...]) -> None:
    for validation in validations:
        assert validation.long_range is not None
        for told in (validation.totals, validation.long_range.totals):
            assert isinstance(told, Totals)
            assert told.chance_low <= told.held <= told.chance_high, validation.outcome
            judged = told.years.drop_nulls("low")
            inside = judged["observed"].is_between(judged["low"], judged["high"])
            assert_allclose(told.held, inside.mean())
    every = validations[0].totals
    assert every is not None
    assert every.held_apart < 0.75 < every.held, "independent bands are too sure"
