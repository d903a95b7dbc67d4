"""Own exp, log and normal quantiles: as good as the library's, and the same whatever stands beside."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.special import expit as reference_expit
from scipy.special import ndtri

from foedus.futures.arithmetic import BLOCK, exp, expit, log, normal_quantile

GRID = np.concatenate([np.linspace(-690, 690, 20011), np.linspace(-1, 1, 9999)])
SHARES = np.concatenate([np.linspace(1e-6, 1 - 1e-6, 20011), 10.0 ** -np.arange(2, 15)])


def test_exp_log_and_expit_agree_with_the_library_to_the_last_digits() -> None:
    assert np.abs(exp(GRID) / np.exp(GRID) - 1).max() < 1e-15
    positive = np.exp(GRID)
    assert np.abs(log(positive) - np.log(positive)).max() < 2e-13  # of values up to 690: one part in 10¹⁵
    assert np.abs(log(1 + 1e-9 * np.abs(GRID)) - np.log(1 + 1e-9 * np.abs(GRID))).max() < 1e-17
    assert np.abs(expit(GRID) / reference_expit(GRID) - 1).max() < 2e-15


def test_normal_quantiles_agree_with_the_library() -> None:
    assert np.abs(normal_quantile(SHARES) - ndtri(SHARES)).max() < 1e-14


@pytest.mark.parametrize("function", [exp, log, expit, normal_quantile])
def test_an_element_alone_has_the_bytes_it_has_among_others(function) -> None:  # type: ignore[no-untyped-def]
    """np.exp of NumPy 2.4.6 has another last place with AVX-512 in 4.6 % of values (where-tools-disagree)."""
    values = np.linspace(0.001, 0.999, 1001)
    whole = function(values)
    assert np.array_equal(np.concatenate([function(values[place : place + 1]) for place in range(1001)]), whole)
    assert np.array_equal(function(values[::7]), whole[::7])


@pytest.mark.parametrize("function", [exp, log, expit])
def test_an_array_longer_than_a_block_has_the_bytes_of_its_rows(function: Callable[[np.ndarray], np.ndarray]) -> None:
    values = np.abs(np.random.default_rng(3).normal(size=(3, BLOCK - 5))) + 0.1
    whole = function(values)
    assert whole.shape == values.shape
    assert all(function(row).tobytes() == told.tobytes() for row, told in zip(values, whole, strict=True))
    assert function(values.T).T.tobytes() == whole.tobytes()
