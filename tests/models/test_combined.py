"""Fits of imputed panels, and of panels drawn from measurement error, are combined by Rubin's rules."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from foedus.errors import InputError
from foedus.models.combined import drawn
from foedus.models.estimate import estimate
from foedus.models.rows import keys_in


@pytest.fixture(scope="module")
def states() -> pl.DataFrame:
    random = np.random.default_rng(2)
    n = 400
    x = random.normal(size=n)
    rows = {"ccode": np.repeat(np.arange(40), 10), "year": np.tile(np.arange(2000, 2010), 40)}
    return pl.DataFrame({**rows, "x": x, "x_sd": np.full(n, 0.8), "y": random.random(n) < 1 / (1 + np.exp(1 - x))})


def test_imputed_panels_give_rubins_total_variance(states: pl.DataFrame) -> None:
    """By the rules themselves: mean of the covariances, and (1 + 1/m) times the covariance of the coefficients."""
    random = np.random.default_rng(3)
    panels = [states.with_columns(x=pl.col("x") + pl.Series(random.normal(scale=0.5, size=400))) for _ in range(5)]
    fits = [estimate("y ~ x", each) for each in panels]
    whole = estimate("y ~ x", panels)
    coefficients = np.stack([fit.coefficients for fit in fits])
    assert_allclose(whole.coefficients, coefficients.mean(axis=0))
    between = np.cov(coefficients.T)
    assert_allclose(whole.covariance, np.mean([fit.covariance for fit in fits], axis=0) + 1.2 * between)
    shares = 1.2 * np.diag(between) / np.diag(whole.covariance)
    assert whole.freedom == pytest.approx(4 / shares.max() ** 2)
    assert "imputed panels: 5 fits combined by Rubin's rules" in whole.remarks[-1]
    assert whole.tidy()["high"][1] > whole.coefficients[1] + 1.96 * whole.std_errors[1]


def test_the_same_panel_twice_adds_nothing(states: pl.DataFrame) -> None:
    assert_allclose(estimate("y ~ x", [states, states]).std_errors, estimate("y ~ x", states).std_errors)


def test_measurement_error_widens_intervals_and_draws_towards_zero(states: pl.DataFrame) -> None:
    plain, drawn_from = estimate("y ~ x", states), estimate("y ~ x", states, uncertain={"x": "x_sd"}, draws=10)
    assert abs(drawn_from.coefficients[1]) < abs(plain.coefficients[1])
    assert drawn_from.glance().item(0, "log_likelihood") is None
    assert_allclose(drawn_from.coefficients, estimate("y ~ x", states, uncertain={"x": "x_sd"}, draws=10).coefficients)
    other = estimate("y ~ x", states, uncertain={"x": "x_sd"}, draws=10, seed=1)
    assert other.coefficients[1] != drawn_from.coefficients[1]


def test_a_state_moves_alike_in_all_its_dyads_of_a_year_on_either_side() -> None:
    dyads = pl.DataFrame({"ccode1": [2, 2, 20], "ccode2": [20, 70, 70], "year": [1990] * 3})
    rows = pl.concat([dyads, dyads.with_columns(year=pl.lit(1991, pl.Int64))]).with_columns(
        gdp_1=pl.lit(0.0), gdp_2=pl.lit(0.0), sd=pl.lit(1.0)
    )
    (one, other) = drawn(rows, keys_in(rows), {"gdp_1": "sd", "gdp_2": "2 * sd"}, 2, 5)
    assert one["gdp_1"][0] == one["gdp_1"][1]
    assert one["gdp_2"][0] == pytest.approx(2 * one["gdp_1"][2])
    assert one["gdp_1"][0] != one["gdp_1"][3]
    assert one["gdp_1"][0] != other["gdp_1"][0]


def test_amounts_above_zero_stay_so_with_their_mean_and_deviation() -> None:
    rows = pl.DataFrame({"ccode": range(20_000), "year": [1990] * 20_000, "gdp": [100.0] * 20_000, "sd": [80.0] * 20_000})
    gdp = next(drawn(rows, keys_in(rows), {"gdp": "sd"}, 2, 5))["gdp"]
    assert gdp.min() > 0  # type: ignore[operator]
    assert gdp.mean() == pytest.approx(100, rel=0.02)
    assert gdp.std() == pytest.approx(80, rel=0.05)


@pytest.mark.parametrize(
    ("panels", "choices", "told"),
    [
        ("one", {}, "1 panel says nothing of how panels differ"),
        ("none", {}, "no panel is given"),
        ("other", {}, "the panels give different terms"),
        ("plain", {"uncertain": {"x": "x_se"}}, "the panel has no column 'x_se'. Did you mean x_sd"),
        ("plain", {"uncertain": {"x": "0 - x_sd"}}, "the standard deviation of x is below zero"),
        ("plain", {"uncertain": {"x": "x_sd"}, "draws": 1}, "1 draws: 2 to 1,000 are made"),
    ],
)
def test_what_cannot_be_combined_is_named(states: pl.DataFrame, panels: str, choices: dict[str, object], told: str) -> None:
    three = [
        states.with_columns(g=pl.when(pl.col("ccode") > bound).then(pl.lit("a")).otherwise(pl.lit("b"))) for bound in (20, 99)
    ]
    given = {"one": [states], "none": [], "plain": states, "other": [three[0], three[0].with_columns(g=pl.lit("c"))]}[panels]
    formula = "y ~ x + g" if panels == "other" else "y ~ x"
    with pytest.raises(InputError, match=told.replace(".", r"\.")):
        estimate(formula, given, **choices)  # type: ignore[arg-type]
