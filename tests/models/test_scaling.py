"""Columns of very different scales, or nearly alike, give the fit, the errors and the intervals of the same columns centred."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from foedus.models.estimate import estimate

pytest.importorskip("statsmodels.api")


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    random = np.random.default_rng(7)
    n = 600
    counts = random.negative_binomial(1, 0.4, n)
    return pl.DataFrame(
        {
            "ccode": np.repeat(np.arange(1, 61), 10),
            "year": np.tile(np.arange(2000, 2010), 60),
            "war": random.random(n) < 0.3,
            "deaths": counts,
            "level": counts.clip(0, 3),
            "income": random.normal(size=n) * 1e9 + 3e9,
            "amount": random.normal(size=n),
        }
    ).with_columns(centred=pl.col("year") - 2004.5)


OUTCOMES = {
    "logit": "war",
    "probit": "war",
    "cloglog": "war",
    "firth": "war",
    "poisson": "deaths",
    "negbin": "deaths",
    "ologit": "level",
    "ols": "amount",
}


@pytest.mark.parametrize("model", OUTCOMES)
def test_years_and_their_powers_are_fitted_as_if_they_were_centred(rows: pl.DataFrame, model: str) -> None:
    """Engines called on the years as they are refuse them, or stop early: they are alike to one part in ten million."""
    formula = "{} ~ {} + {}**2 + {}**3 + income"
    one, other = (estimate(formula.format(OUTCOMES[model], *[name] * 3), rows, model) for name in ("year", "centred"))
    assert one.form.back is not None
    told, expected = (each.predict().select("expected", "low", "high").to_numpy() for each in (one, other))
    assert_allclose(told, expected, rtol=1e-6, atol=1e-7)
    assert one.std_errors[one.terms.index("income")] == pytest.approx(other.std_errors[other.terms.index("income")], rel=1e-6)
    cubes = [each.std_errors[[name.endswith("** 3)") for name in each.terms].index(True)] for each in (one, other)]
    assert cubes[0] == pytest.approx(cubes[1], rel=1e-5)


def test_effects_are_those_of_the_centred_years(rows: pl.DataFrame) -> None:
    one, other = (estimate(f"war ~ {name} + {name}**2 + {name}**3", rows).marginal_effects() for name in ("year", "centred"))
    assert_allclose(one["effect"], other["effect"], rtol=1e-4)
    assert_allclose(one["std_error"], other["std_error"], rtol=1e-4)


def test_columns_of_ordinary_scales_are_fitted_as_they_are(rows: pl.DataFrame) -> None:
    assert estimate("war ~ centred + amount", rows).form.back is None


def test_a_forecast_of_years_and_their_powers_is_made(rows: pl.DataFrame) -> None:
    told = estimate("war ~ year + year**2 + amount", rows).validate([2004, 2006])
    assert told.over_all()["log_score"].is_finite().all()


def test_a_row_that_weighs_nothing_is_no_row(rows: pl.DataFrame) -> None:
    weighed = rows.with_columns(weight=(pl.col("year") > 2004).cast(pl.Float64))
    one = estimate("war ~ amount", weighed, weights="weight")
    other = estimate("war ~ amount", weighed.filter(pl.col("year") > 2004))
    assert one.n == other.n
    assert_allclose(one.std_errors, other.std_errors, rtol=1e-6)
