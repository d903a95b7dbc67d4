"""Least squares and the baselines of amounts: small worlds, and statsmodels beside it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from foedus.errors import InputError
from foedus.estimation.design import Design
from foedus.estimation.least_squares import LastValue, Linear, OwnMean, OwnTrend, linear


@pytest.fixture(scope="module")
def design() -> Design:
    """Forty clusters of fifteen years, with a level of their own in the error."""
    generator = np.random.default_rng(7)
    matrix = generator.normal(size=(600, 2))
    cluster, year = np.repeat(np.arange(40), 15), np.tile(np.arange(1990, 2005), 40)
    noise = generator.normal(size=600) + generator.normal(size=40)[cluster]
    return Design(matrix, ("x", "z"), 1.0 + 2.0 * matrix[:, 0] + noise, cluster, year)


def test_coefficients_and_clustered_errors_are_those_of_statsmodels(design: Design) -> None:
    theirs = sm.OLS(design.outcome, sm.add_constant(design.matrix)).fit(cov_type="cluster", cov_kwds={"groups": design.cluster})
    ours = linear(design)
    assert_allclose(ours.coefficients, theirs.params)
    assert_allclose(np.sqrt(np.diag(ours.covariance)), theirs.bse)
    assert (ours.n, ours.events, ours.clusters) == (600, None, 40)


def test_known_coefficients_are_recovered(design: Design) -> None:
    low, high = linear(design).tidy().filter(term="x").select("low", "high").row(0)
    assert low < 2.0 < high


def test_a_column_that_never_varies_counts_for_nothing(design: Design) -> None:
    flat = Design(
        np.column_stack([design.matrix, np.ones(600)]), ("x", "z", "flat"), design.outcome, design.cluster, design.year
    )
    assert linear(flat).coefficients[3] == 0
    assert_allclose(linear(flat).coefficients[:3], linear(design).coefficients)


def test_covariates_that_follow_from_each_other_are_named(design: Design) -> None:
    twice = replace(design, matrix=design.matrix[:, [0, 1, 0]], columns=("x", "z", "x again"))
    with pytest.raises(InputError, match="x, z, x again"):
        linear(twice)


def test_too_few_rows_are_refused(design: Design) -> None:
    with pytest.raises(InputError, match="3 coefficients to 2 rows"):
        linear(design.where(np.arange(600) < 2))


def world(outcome: list[float], years: list[int], cluster: int = 7) -> Design:
    """One cluster, no covariates."""
    return Design(np.empty((len(years), 0)), (), np.array(outcome), np.full(len(years), cluster), np.array(years))


BASELINES = [OwnMean(), LastValue(), OwnTrend()]


@pytest.mark.parametrize("baseline", BASELINES, ids=lambda each: type(each).__name__)
def test_a_baseline_sees_no_outcome_of_its_own_year_or_later(baseline: OwnMean) -> None:
    known, years = world([1.0, 4.0, 2.0, 5.0], [1990, 1991, 1992, 1993]), [1994, 1995, 1996]
    forecast = baseline.learn(known)
    one, other = forecast(world([3.0, 6.0, 9.0], years)), forecast(world([3.0, -50.0, 70.0], years))
    assert_allclose(one[:2], other[:2])
    assert one[2] != other[2], "1996 knows 1995"


@pytest.mark.parametrize("baseline", BASELINES, ids=lambda each: type(each).__name__)
def test_unknown_outcomes_teach_nothing(baseline: OwnMean) -> None:
    forecast = baseline.learn(world([1.0, 4.0, 2.0], [1990, 1991, 1992]))
    assert forecast(world([np.nan, np.nan], [1993, 1994]))[0] == forecast(world([np.nan], [1993]))[0]


@pytest.mark.parametrize("baseline", BASELINES, ids=lambda each: type(each).__name__)
def test_a_cluster_nobody_has_seen_gets_the_mean_of_all(baseline: OwnMean) -> None:
    forecast = baseline.learn(world([1.0, 3.0], [1990, 1991]))
    assert forecast(world([9.0], [1992], cluster=8)).tolist() == [2.0]


@given(st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=12), st.floats(-5, 5))
def test_a_straight_line_is_continued(levels: list[float], slope: float) -> None:
    years = list(range(1990, 1990 + len(levels)))
    line = [levels[0] + slope * (year - 1990) for year in years]
    assert_allclose(OwnTrend().learn(world(line, years))(world([0.0], [2030]))[0], levels[0] + slope * 40, atol=1e-6)


def test_regression_forecasts_with_what_was_learnt(design: Design) -> None:
    known, later = design.where(design.year < 2000), design.where(design.year >= 2000)
    forecast = Linear(("x",)).learn(known)(later)
    assert ((forecast - later.outcome) ** 2).mean() < 0.6 * later.outcome.var()
