"""Estimation: known coefficients come back, errors agree with an independent implementation, impossible fits are refused."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from foedus.errors import InputError
from foedus.estimation.covariance import clustered_covariance
from foedus.estimation.design import Design
from foedus.estimation.estimate import expit
from foedus.estimation.likelihood import Rows, climb, slope
from foedus.estimation.logit import LARGE, logit, maximise

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


def test_columns_left_out_are_those_of_a_smaller_design() -> None:
    design = simulated(5_000)
    maximise(design)
    smaller = Design(design.matrix[:, [0, 2]], ("own", "binary"), design.outcome, design.cluster, design.year)
    assert_allclose(maximise(design, ["binary", "own"]), maximise(smaller), atol=1e-9)


def test_columns_beside_are_as_good_as_those_within() -> None:
    design = simulated(5_000)
    apart = maximise(design.only(["own", "shared"]), beside=(("binary",), design.matrix[:, [2]]))
    assert_allclose(apart, maximise(design), atol=1e-9)


@pytest.mark.parametrize("left_out", [("weak",), ("strong",), ("weak", "strong"), ("x",)])
def test_where_a_large_fit_begins_changes_nothing_but_time(left_out: tuple[str, ...]) -> None:
    """From the fit with more columns, or, where these tell much, from a part of the rows."""
    generator = np.random.default_rng(1)
    matrix = np.asfortranarray(generator.normal(size=(LARGE + 1, 3)))
    outcome = (generator.random(LARGE + 1) < expit(-3 + matrix @ np.array([0.5, 0.01, 2.0]))).astype(float)
    rows = Design(matrix, ("x", "weak", "strong"), outcome, np.arange(LARGE + 1), np.full(LARGE + 1, 1900))
    maximise(rows)
    kept = [name for name in rows.columns if name not in left_out]
    fresh = Design(matrix, rows.columns, outcome, rows.cluster, rows.year)
    assert_allclose(
        maximise(rows, kept),
        climb(Rows([(matrix, rows.places(kept))], outcome), np.zeros(len(kept) + 1)).coefficients,
        atol=1e-8,
    )
    assert_allclose(maximise(rows, kept), maximise(fresh, kept), atol=1e-8)


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
    assert_allclose(maximise(rows), climb(Rows([(matrix, (0, 1))], outcome), np.zeros(3)).coefficients, atol=1e-8)


def test_without_columns_the_maximum_is_the_base_rate() -> None:
    rows = Design(np.empty((4, 0)), (), np.array([1.0, 0, 0, 0]), np.arange(4), np.full(4, 1900))
    assert expit(maximise(rows)).tolist() == pytest.approx([0.25])


def test_the_slope_is_the_derivative_of_the_likelihood() -> None:
    design = simulated(300)
    rows, step = Rows([(design.matrix, (0, 1, 2))], design.outcome), 1e-6
    at = slope(rows, TRUE, curved=True)
    for place in range(4):
        moved = TRUE + step * np.eye(4)[place]
        there = slope(rows, moved, curved=False)
        assert (there.value - at.value) / step == pytest.approx(at.gradient[place], rel=1e-4)
        assert at.curvature is not None
        assert_allclose((at.gradient - there.gradient) / step, at.curvature[place], rtol=1e-4)


def test_a_start_far_away_still_climbs() -> None:
    """Newton's method from there overshoots: the step is halved until the likelihood rises."""
    design = simulated(5_000)
    rows = Rows([(design.matrix, (0, 1, 2))], design.outcome)
    assert_allclose(
        climb(rows, np.array([12.0, -9.0, 9.0, -9.0])).coefficients, climb(rows, np.zeros(4)).coefficients, atol=1e-8
    )


def test_a_separated_outcome_ends_where_the_likelihood_is_flat() -> None:
    x = np.linspace(-1, 1, 200)[:, None]
    rows = Design(x, ("x",), (x[:, 0] > 0).astype(float), np.arange(200), np.full(200, 1900))
    assert np.isfinite(maximise(rows)).all()
    with pytest.raises(InputError, match="x separates the outcome"):
        logit(rows)


def test_designs_with_the_same_content_have_the_same_hash() -> None:
    one, other = simulated(100), simulated(100)
    assert one.sha256() == other.sha256()
    assert one.sha256() != one.where(np.arange(100) != 5).sha256()
    assert one.in_order(np.arange(100)).sha256() == one.sha256()
