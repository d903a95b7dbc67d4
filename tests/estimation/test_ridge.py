"""A logit drawn towards zero."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose
from sklearn.linear_model import LogisticRegression

from foedus.estimation.likelihood import Rows
from foedus.estimation.ridge import LARGE, shrink


def rows(count: int, seed: int = 3) -> Rows:
    """Rows with an outcome that follows two of three columns."""
    generator = np.random.default_rng(seed)
    matrix = generator.normal(size=(count, 3))
    outcome = (generator.random(count) < 1 / (1 + np.exp(2 - matrix @ [1.0, -0.5, 0.0]))).astype(float)
    return Rows([(matrix, range(3))], outcome, generator.uniform(0.2, 1.0, count))


def test_penalised_coefficients_are_those_of_scikit_learn() -> None:
    """Columns brought to a standard deviation of one, C = 1 / penalty: the same penalty."""
    some = rows(2_000)
    matrix, penalty = some.parts[0][0], 20.0
    centre = np.average(matrix, axis=0, weights=some.weights)
    deviation = np.sqrt(np.average((matrix - centre) ** 2, axis=0, weights=some.weights))
    theirs = LogisticRegression(C=1 / penalty, tol=1e-10, max_iter=1_000).fit(matrix / deviation, some.outcome, some.weights)
    ours = shrink(some, penalty).coefficients
    assert_allclose(ours[1:] * deviation, theirs.coef_[0], rtol=1e-5)
    assert_allclose(ours[0], theirs.intercept_[0], rtol=1e-5)


def test_many_rows_are_climbed_to_where_the_penalised_likelihood_is_flat() -> None:
    many, penalty = rows(LARGE + 10_000), 5.0
    matrix = many.parts[0][0]
    assert many.weights is not None
    found = shrink(many, penalty).coefficients
    residual = many.weights * (many.outcome - 1 / (1 + np.exp(-found[0] - matrix @ found[1:])))
    centre = np.average(matrix, axis=0, weights=many.weights)
    variance = np.average((matrix - centre) ** 2, axis=0, weights=many.weights)
    assert_allclose(residual @ matrix - penalty * variance * found[1:], 0, atol=1e-3)
    assert_allclose(residual.sum(), 0, atol=1e-3)


def test_a_column_seen_in_a_few_rows_does_not_run_away() -> None:
    matrix = np.zeros((1_000, 1))
    matrix[:3] = 1.0
    outcome = np.zeros(1_000)
    outcome[[0, 1, 2, 10, 20]] = 1.0
    assert shrink(Rows([(matrix, [0])], outcome), 30.0).coefficients[1] < 7
