"""Importance of blocks: what matters rises, what does not stays, and the same seed gives the same numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from foedus.errors import InputError
from foedus.estimation.design import Design
from foedus.estimation.least_squares import Linear
from foedus.validation.displacement.importance import importance
from foedus.validation.registration import Registration, registrations

BLOCKS = {"signal": ("a", "b"), "noise": ("c",)}


@pytest.fixture(scope="module")
def registered() -> Registration:
    """Two windows of five years."""
    return replace(registrations()["displacement"], origins=((2004, 2005, 2009), (2009, 2010, 2014)))


@pytest.fixture(scope="module")
def design() -> Design:
    """Two hundred clusters, fifteen years: a and b count twice and once, c not at all."""
    generator = np.random.default_rng(3)
    matrix = generator.normal(size=(3000, 3))
    outcome = 2 * matrix[:, 0] + matrix[:, 1] + generator.normal(size=3000)
    return Design(matrix, ("a", "b", "c"), outcome, np.repeat(np.arange(200), 15), np.tile(np.arange(2000, 2015), 200))


def test_shuffling_costs_twice_the_variance_that_a_block_explains(design: Design, registered: Registration) -> None:
    told = importance(Linear(design.columns), design, BLOCKS, registered).tidy(registered)
    signal, noise, more = told.iter_rows(named=True)
    assert signal["low"] < 2 * (2**2 + 1**2) < signal["high"]
    assert noise["low"] < 0.01
    assert abs(noise["rise"]) < 0.02
    assert more["block"] == "signal less noise"
    assert more["low"] > 5


def test_rows_are_neither_lost_nor_changed(design: Design, registered: Registration) -> None:
    before = design.matrix.copy()
    found = importance(Linear(design.columns), replace(design, cluster=design.cluster // 10), BLOCKS, registered)
    assert found.rises.shape == (2000, 2)
    assert np.array_equal(design.matrix, before)
    assert len(np.unique(found.cluster)) == 20


def test_a_seed_gives_the_same_numbers_again(design: Design, registered: Registration) -> None:
    once, again = (importance(Linear(design.columns), design, BLOCKS, registered).tidy(registered) for _ in range(2))
    assert once.equals(again)
    other = replace(registered, seed=1)
    assert not once.equals(importance(Linear(design.columns), design, BLOCKS, other).tidy(other))


def test_a_column_that_does_not_exist_is_named(design: Design, registered: Registration) -> None:
    with pytest.raises(InputError, match="no column drought; it has a, b, c"):
        importance(Linear(design.columns), design, {"climate": ("drought",)}, registered)


def test_the_tidy_table_says_what_share_of_the_error_it_is(design: Design, registered: Registration) -> None:
    found = importance(Linear(design.columns), design, BLOCKS, registered)
    told = found.tidy(registered).filter(pl.col("block") == "signal").row(0, named=True)
    assert told["share"] == pytest.approx(told["rise"] / found.error.mean())
