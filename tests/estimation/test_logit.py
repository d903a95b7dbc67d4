"""Estimation: known coefficients come back, errors agree with an independent implementation, impossible fits are refused."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from foedus.errors import InputError
from foedus.estimation.logit import LARGE, Design, clustered_covariance, expit, logit, maximise

TRUE = np.array([-2.0, 0.8, -0.5, 0.3])


def simulated(rows: int, seed: int = 7) -> Design:
    """Rows drawn from a logit with the coefficients TRUE, in clusters of twenty that share a covariate."""
    generator = np.random.default_rng(seed)
    cluster = np.arange(rows) // 20
    matrix = np.column_stack(
        [generator.normal(size=rows), generator.normal(size=rows // 20 + 1)[cluster], generator.integers(0, 2, rows)]
    )
    probability = expit(TRUE[0] + matrix @ TRUE[1:])
    outcome = (generator.random(rows) < probability).astype(float)
    return Design(matrix, ("own", "shared", "binary"), outcome, cluster.astype(np.int64), np.full(rows, 2000))


def test_logit_recovers_known_coefficients() -> None:
    estimate = logit(simulated(60_000))
    errors = np.sqrt(np.diag(estimate.covariance))
    assert (np.abs(estimate.coefficients - TRUE) < 3 * errors).all()
    assert estimate.n == 60_000
    assert estimate.clusters == 3_000


def test_coefficients_and_clustered_errors_agree_with_statsmodels() -> None:
    statsmodels = pytest.importorskip("statsmodels.api")
    design = simulated(5_000)
    theirs = statsmodels.Logit(design.outcome, statsmodels.add_constant(design.matrix)).fit(
        disp=0, cov_type="cluster", cov_kwds={"groups": design.cluster}
    )
    ours = logit(design)
    assert_allclose(ours.coefficients, theirs.params, atol=1e-6)
    assert_allclose(np.sqrt(np.diag(ours.covariance)), theirs.bse, rtol=1e-5)


def test_starting_values_change_nothing_but_time() -> None:
    design = simulated(5_000)
    assert_allclose(maximise(design), maximise(design, TRUE), atol=1e-5)


def test_the_mean_forecast_is_the_base_rate() -> None:
    design = simulated(5_000)
    assert logit(design).probability(design.matrix).mean() == pytest.approx(design.outcome.mean(), abs=1e-6)


def test_an_interval_holds_its_probability() -> None:
    design = simulated(2_000)
    estimate = logit(design)
    low, high = estimate.interval(design.matrix)
    probability = estimate.probability(design.matrix)
    assert (low < probability).all()
    assert (probability < high).all()


def test_contributions_of_all_terms_add_up_to_the_distance_from_the_mean_row() -> None:
    design = simulated(2_000)
    estimate = logit(design)
    parts = sum(estimate.contribution(design.matrix, [name])[0] for name in design.columns)
    assert_allclose(parts, estimate.predictor(design.matrix) - estimate.predictor(estimate.means[None, 1:]), atol=1e-9)


def test_an_outcome_that_never_varies_is_refused() -> None:
    design = simulated(100)
    never = Design(design.matrix, design.columns, np.zeros(100), design.cluster, design.year)
    with pytest.raises(InputError, match="never varies"):
        logit(never)


def test_a_covariate_that_separates_the_outcome_is_named() -> None:
    design = simulated(4_000)
    separating = np.column_stack([design.matrix[:, 0], design.outcome * 5 + 0.01 * design.matrix[:, 1]])
    divided = Design(separating, ("own", "divides"), design.outcome, design.cluster, design.year)
    with pytest.raises(InputError, match="divides separates the outcome"):
        clustered_covariance(divided, np.array([-30.0, 0.0, 12.0]))


def test_a_covariate_that_follows_from_others_is_refused_by_name() -> None:
    generator = np.random.default_rng(1)
    x = generator.normal(size=400)
    outcome = (x + generator.normal(size=400) > 0).astype(float)
    matrix = np.column_stack([x, x, -2 * x])
    with pytest.raises(InputError, match="x, again, turned"):
        maximise(Design(matrix, ("x", "again", "turned"), outcome, np.arange(400), np.full(400, 1900)))


def test_a_column_that_never_varies_has_no_coefficient() -> None:
    generator = np.random.default_rng(1)
    x = generator.normal(size=400)
    outcome = (x + generator.logistic(size=400) > 0).astype(float)
    rows = Design(np.column_stack([x, np.ones(400)]), ("x", "constant"), outcome, np.arange(400), np.full(400, 1900))
    estimate = logit(rows)
    assert estimate.coefficients[2] == 0
    assert estimate.covariance[2, 2] == 0
    assert_allclose(estimate.coefficients[:2], logit(rows.only(["x"])).coefficients)


def test_a_large_design_reaches_the_maximum_from_its_thinned_start() -> None:
    generator = np.random.default_rng(1)
    matrix = generator.normal(size=(LARGE + 1, 2))
    outcome = (generator.random(LARGE + 1) < expit(-4 + matrix @ np.array([1.0, -0.5]))).astype(float)
    rows = Design(matrix, ("x", "z"), outcome, np.arange(LARGE + 1), np.full(LARGE + 1, 1900))
    assert_allclose(maximise(rows), maximise(rows, np.zeros(3)), rtol=1e-4)


def test_without_columns_the_maximum_is_the_base_rate() -> None:
    rows = Design(np.empty((4, 0)), (), np.array([1.0, 0, 0, 0]), np.arange(4), np.full(4, 1900))
    assert expit(maximise(rows)).tolist() == pytest.approx([0.25])
