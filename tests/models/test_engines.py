"""Every kind of model and of error is that of statsmodels called directly, to one part in a million."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from foedus.estimation.covariance import shared
from foedus.models.estimate import estimate
from foedus.models.model import Model

sm = pytest.importorskip("statsmodels.api")
from statsmodels.discrete.discrete_model import NegativeBinomial  # noqa: E402
from statsmodels.miscmodels.ordinal_model import OrderedModel  # noqa: E402

FORMULA = "{} ~ x + pact + log1p(peace)"
TERMS = ("intercept", "x", "pact", "log1p(peace)")
CLOSE = 1e-6


@pytest.fixture(scope="module")
def dyads() -> pl.DataFrame:
    """Dyads of 12 states over 30 years, with an outcome of every kind."""
    random = np.random.default_rng(19)
    pairs = [(a, b) for a in range(1, 13) for b in range(a + 1, 13)]
    rows = pl.DataFrame({"ccode1": [a for a, _ in pairs], "ccode2": [b for _, b in pairs]}).join(
        pl.DataFrame({"year": range(1980, 2010)}), how="cross"
    )
    n = rows.height
    x, pact, peace = random.normal(size=n), random.random(n) < 0.3, random.integers(0, 40, n)
    states, years = random.normal(scale=0.4, size=13), random.normal(scale=0.4, size=30)
    dyad_effect = states[rows["ccode1"].to_numpy()] + states[rows["ccode2"].to_numpy()] + years[rows["year"].to_numpy() - 1980]
    eta = -0.7 + 0.5 * x - 0.6 * pact - 0.2 * np.log1p(peace) + dyad_effect
    return rows.with_columns(
        x=x,
        pact=pact,
        peace=peace,
        exposure=random.uniform(0.5, 2.0, n),
        weight=random.uniform(0.5, 2.0, n),
        onset=random.random(n) < 1 / (1 + np.exp(-eta)),
        deaths=random.poisson(np.exp(eta + 0.5) * random.gamma(2.0, 0.5, n)),
        amount=eta + random.normal(size=n),
        level=np.digitize(eta + random.logistic(size=n), [-1.5, 0.0]),
    )


def design(rows: pl.DataFrame, constant: bool = True) -> np.ndarray[Any, Any]:
    columns = rows.select("x", pl.col("pact").cast(pl.Float64), pl.col("peace").log1p()).to_numpy()
    return np.asarray(sm.add_constant(columns) if constant else columns)


def grouping(rows: pl.DataFrame, name: str) -> np.ndarray[Any, Any]:
    return np.asarray((rows["ccode1"] * 100 + rows["ccode2"] if name == "dyad" else rows["year"]).to_numpy(), np.int64)


BINARY = {
    "logit": lambda y, x, **more: sm.GLM(y, x, family=sm.families.Binomial(), **more),
    "probit": lambda y, x, **more: sm.GLM(y, x, family=sm.families.Binomial(link=sm.families.links.Probit()), **more),
    "cloglog": lambda y, x, **more: sm.GLM(y, x, family=sm.families.Binomial(link=sm.families.links.CLogLog()), **more),
    "lpm": sm.OLS,
}
OUTCOMES = {**dict.fromkeys(BINARY, "onset"), "ols": "amount", "poisson": "deaths"}
RIVALS = {
    **BINARY,
    "ols": sm.OLS,
    "poisson": lambda y, x, **more: sm.GLM(y, x, family=sm.families.Poisson(), **more),
}


def errors_of(kind: str, rows: pl.DataFrame) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is said to us, and what to statsmodels, for the same errors."""
    if kind in ("iid", "HC1"):
        return {"errors": kind}, {} if kind == "iid" else {"cov_type": "HC1"}
    names = kind.split("+")
    groups = [grouping(rows, name) for name in names]
    given = groups[0] if len(groups) == 1 else np.column_stack(groups)
    return {"cluster": names}, {"cov_type": "cluster", "cov_kwds": {"groups": given}}


def same(ours: Model, coefficients: Sequence[float], errors: Sequence[float]) -> None:
    assert_allclose(ours.coefficients, coefficients, rtol=CLOSE, atol=1e-8)
    assert_allclose(ours.std_errors, errors, rtol=CLOSE, atol=1e-9)


@pytest.mark.parametrize("kind", ["iid", "HC1", "dyad", "dyad+year"])
@pytest.mark.parametrize("model", RIVALS)
def test_coefficients_and_errors_are_those_of_statsmodels(dyads: pl.DataFrame, model: str, kind: str) -> None:
    """Errors differ by (N-1)/(N-K) between statsmodels 0.15.0 and R 4.2.2 (where-tools-disagree)."""
    ours_said, theirs_said = errors_of(kind, dyads)
    ours = estimate(FORMULA.format(OUTCOMES[model]), dyads, model, **ours_said)
    rival = RIVALS[model](dyads[OUTCOMES[model]].cast(pl.Float64).to_numpy(), design(dyads))
    more = {} if model in ("lpm", "ols") else {"tol": 1e-12, "maxiter": 200}
    if kind == "HC1" and model not in ("lpm", "ols"):  # statsmodels leaves the factor of HC1 out of models that are not linear
        theirs = rival.fit(cov_type="HC0", **more)
        errors = theirs.bse * np.sqrt(dyads.height / (dyads.height - 4))
    else:
        theirs = rival.fit(**theirs_said, **more)
        errors = theirs.bse
    assert ours.terms == TERMS
    same(ours, theirs.params, errors)
    assert ours.glance().item(0, "log_likelihood") == pytest.approx(theirs.llf, rel=1e-9)


@pytest.mark.parametrize("model", ["logit", "poisson", "cloglog"])
def test_an_offset_is_that_of_statsmodels(dyads: pl.DataFrame, model: str) -> None:
    ours = estimate(FORMULA.format(OUTCOMES[model]), dyads, model, offset="log(exposure)", cluster="dyad")
    y = dyads[OUTCOMES[model]].cast(pl.Float64).to_numpy()
    _, said = errors_of("dyad", dyads)
    theirs = RIVALS[model](y, design(dyads), offset=dyads["exposure"].log().to_numpy()).fit(tol=1e-12, maxiter=200, **said)
    same(ours, theirs.params, theirs.bse)


@pytest.mark.parametrize("model", ["logit", "probit", "cloglog", "poisson", "ols"])
def test_a_row_that_weighs_two_is_two_rows(dyads: pl.DataFrame, model: str) -> None:
    """Of the errors all but the factor for the number of rows; statsmodels calls its own with weights not fully supported."""
    formula = FORMULA.format(OUTCOMES[model])
    weighed = dyads.with_columns(weight=pl.col("peace") % 2 + 1)
    one = estimate(formula, weighed, model, weights="weight", cluster="dyad")
    other = estimate(formula, pl.concat([weighed, weighed.filter(weight=2)]), model, cluster="dyad")
    factor = np.sqrt((one.n - 1) / (one.n - 4) / ((other.n - 1) / (other.n - 4)))
    same(one, other.coefficients, other.std_errors * factor)


def test_weighted_least_squares_are_those_of_statsmodels(dyads: pl.DataFrame) -> None:
    ours = estimate(FORMULA.format("amount"), dyads, "ols", weights="weight", cluster="dyad")
    _, said = errors_of("dyad", dyads)
    theirs = sm.WLS(dyads["amount"].to_numpy(), design(dyads), weights=dyads["weight"].to_numpy()).fit(**said)
    same(ours, theirs.params, theirs.bse)
    assert ours.glance().item(0, "log_likelihood") == pytest.approx(theirs.llf, rel=1e-9)
    assert ours.glance().item(0, "r2") == pytest.approx(theirs.rsquared, rel=1e-9)


@pytest.mark.parametrize("kind", ["iid", "dyad"])
def test_negative_binomial_is_that_of_statsmodels(dyads: pl.DataFrame, kind: str) -> None:
    ours_said, theirs_said = errors_of(kind, dyads)
    ours = estimate(FORMULA.format("deaths"), dyads, "negbin", offset="log(exposure)", **ours_said)
    model = NegativeBinomial(dyads["deaths"].to_numpy(), design(dyads), offset=dyads["exposure"].log().to_numpy())
    start = model.fit(disp=0, maxiter=500, method="bfgs").params
    theirs = model.fit(start_params=start, disp=0, method="newton", maxiter=100, **theirs_said)
    assert ours.terms[-1] == "alpha"
    same(ours, theirs.params, theirs.bse)


@pytest.mark.parametrize("kind", ["iid", "dyad"])
def test_ordered_logit_is_that_of_statsmodels(dyads: pl.DataFrame, kind: str) -> None:
    """Of the cut points the first is told alike; statsmodels tells the logarithm of the distance to the second.

    Seen with statsmodels 0.15.0.
    """
    ours_said, theirs_said = errors_of(kind, dyads)
    ours = estimate(FORMULA.format("level"), dyads, "ologit", **ours_said)
    model = OrderedModel(dyads["level"].to_numpy(), design(dyads, constant=False), distr="logit")
    theirs = model.fit(method="bfgs", disp=0, gtol=1e-8, maxiter=1_000, **theirs_said)
    assert ours.terms == ("x", "pact", "log1p(peace)", "cut 0|1", "cut 1|2")
    assert_allclose(ours.coefficients[:4], theirs.params[:4], rtol=1e-5)
    assert_allclose(ours.std_errors[:4], theirs.bse[:4], rtol=1e-4)  # their information is taken by differences
    assert ours.coefficients[4] == pytest.approx(theirs.params[3] + np.exp(theirs.params[4]), rel=1e-5)


@pytest.mark.parametrize("model", ["logit", "poisson", "probit", "ols"])
def test_effects_taken_out_are_columns_for_every_group(dyads: pl.DataFrame, model: str) -> None:
    """Years, by columns of their own in statsmodels; no year lacks variation here."""
    outcome, rows = OUTCOMES[model], dyads.filter(pl.col("year") < 1990)
    ours = estimate(FORMULA.format(outcome), rows, model, fixed="year", errors="iid")
    years = np.column_stack([(rows["year"] == year).cast(pl.Float64).to_numpy() for year in range(1980, 1990)])
    y = rows[outcome].cast(pl.Float64).to_numpy()
    more = {} if model == "ols" else {"tol": 1e-12, "maxiter": 200}
    theirs = RIVALS[model](y, np.column_stack([design(rows, constant=False), years])).fit(**more)
    same(ours, theirs.params[:3], theirs.bse[:3])


def test_two_groupings_are_taken_out_at_once(dyads: pl.DataFrame) -> None:
    ours = estimate(FORMULA.format("amount"), dyads, "ols", fixed=["ccode1", "year"], errors="iid")
    columns = [design(dyads, constant=False)]
    for first, name in enumerate(("ccode1", "year")):
        levels = dyads[name].unique().sort().to_list()[first:]
        columns += [np.column_stack([(dyads[name] == each).cast(pl.Float64).to_numpy() for each in levels])]
    theirs = sm.OLS(dyads["amount"].to_numpy(), np.column_stack(columns)).fit()
    assert_allclose(ours.coefficients, theirs.params[:3], rtol=CLOSE)
    assert_allclose(ours.std_errors, theirs.bse[:3], rtol=CLOSE)


def test_dyadic_errors_are_the_sum_over_all_pairs_of_rows_that_share_a_state(dyads: pl.DataFrame) -> None:
    """By the definition (Aronow, Samii & Assenova 2015), on few rows; no library at hand has these errors."""
    rows = dyads.filter(pl.col("year") < 2000)
    ours = estimate(FORMULA.format("onset"), rows, errors="dyadic")
    theirs = sm.Logit(rows["onset"].cast(pl.Float64).to_numpy(), design(rows)).fit(disp=0, tol=1e-12)
    scores, sides = theirs.model.score_obs(theirs.params), rows.select("ccode1", "ccode2").to_numpy()
    together = (sides[:, None, :, None] == sides[None, :, None, :]).any(axis=(2, 3))
    meat = scores.T @ together @ scores
    assert_allclose(meat, shared([*scores.T], grouping(rows, "dyad"), sides))
    among, directions = np.linalg.eigh(meat)
    meat = (directions * np.maximum(among, 0.0)) @ directions.T  # no variance is less than none
    bread = np.linalg.inv(-theirs.model.hessian(theirs.params))
    factor = 12 / 11 * (rows.height - 1) / (rows.height - 4)
    assert_allclose(ours.covariance, bread @ meat @ bread * factor, rtol=1e-5)


def test_firth_adds_one_half_to_each_cell_of_a_two_by_two_table() -> None:
    """Heinze & Schemper (2002): in a saturated model the penalty is that; here all of one group have the outcome."""
    rows = pl.DataFrame({"ccode": range(40), "year": [2000] * 40, "x": [0] * 20 + [1] * 20, "y": [1] * 6 + [0] * 14 + [1] * 20})
    ours = estimate("y ~ x", rows, "firth", errors="iid")
    odds = np.log(6.5 / 14.5)
    assert_allclose(ours.coefficients, [odds, np.log(20.5 / 0.5) - odds], rtol=1e-9)


def test_a_hazard_is_a_complementary_log_log_with_its_baseline(dyads: pl.DataFrame) -> None:
    one = estimate("onset ~ x + pact", dyads, "hazard", baseline="spline(peace, 3)")
    other = estimate("onset ~ x + pact + spline(peace, 3)", dyads, "cloglog")
    assert_allclose(one.coefficients, other.coefficients)
    assert one.tidy(exponentiate=True)["estimate"][1] == pytest.approx(np.exp(other.coefficients[1]))


def test_average_marginal_effects_are_those_of_statsmodels(dyads: pl.DataFrame) -> None:
    ours = estimate("onset ~ x + pact + peace", dyads, errors="iid").marginal_effects()
    columns = dyads.select("x", pl.col("pact").cast(pl.Float64), pl.col("peace").cast(pl.Float64)).to_numpy()
    theirs = sm.Logit(dyads["onset"].cast(pl.Float64).to_numpy(), sm.add_constant(columns)).fit(disp=0, tol=1e-12)
    margins = theirs.get_margeff(dummy=True, count=False).summary_frame()
    assert ours["variable"].to_list() == ["x", "pact", "peace"]
    assert_allclose(ours["effect"], margins["dy/dx"], rtol=CLOSE)
    assert_allclose(ours["std_error"], margins["Std. Err."], rtol=CLOSE)


@pytest.mark.parametrize("seed", [25, 34])
def test_a_fit_ends_where_the_deviance_is_too_large_to_be_told_to_the_last_digit(seed: int) -> None:
    """The maximum of a probit with a constant alone is the normal quantile of the share with the outcome."""
    came = np.random.default_rng(seed).random(20_000) < 0.3
    fitted = estimate("came ~ 1", pl.DataFrame({"ccode": range(20_000), "year": [2000] * 20_000, "came": came}), "probit")
    assert fitted.coefficients[0] == pytest.approx(NormalDist().inv_cdf(came.mean()), abs=1e-10)
