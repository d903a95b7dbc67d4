"""Military expenditure: worlds with known coefficients, what allies and rivals spend, forecasts over years, and bad input."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from foedus.errors import InputError
from foedus.estimation.design import Design
from foedus.estimation.estimate import Estimate
from foedus.estimation.least_squares import Unchanged, linear, within_clusters
from foedus.mechanisms.spending import Spending, from_origin, spending, spent_by
from foedus.record.store import Record

KEPT, SLOPE = 0.9, 0.003
"""What of last year's spending (log) is kept, and what a point of risk adds, in the simulated world."""


def world(states: int = 40, years: int = 40, noise: float = 0.05) -> pl.DataFrame:
    """A panel in which spending adjusts to risk, and to nothing else that the mechanism reads but the product."""
    generator = np.random.default_rng(3)
    rows = []
    for ccode in range(1, states + 1):
        level, product = 10.0 + generator.normal(), 12.0 + generator.normal()
        for year in range(1970, 1970 + years):
            risk = float(generator.uniform(0, 40))
            before, level = level, KEPT * level + 0.08 * product + SLOPE * risk + generator.normal(0, noise)
            rows.append((ccode, year, level, before, product, risk))
    columns = ["ccode", "year", "log_spending", "log_spending_before", "log_product", "risk_points"]
    quiet = {name: pl.lit(0.0) for name in ("log_allies_spending", "log_rivals_spending")}
    never = {name: pl.lit(False) for name in ("has_allies", "has_rivals", "at_war")}
    keys = {"ccode": pl.Int16, "year": pl.Int16}
    return pl.DataFrame(rows, schema=columns, orient="row").cast(keys).with_columns(**quiet, **never)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def fitted() -> Spending:
    return Spending(first_year=1970).fit(world())


def test_known_coefficients_are_recovered(fitted: Spending) -> None:
    told = {row["term"]: row for row in fitted.fitted.tidy().iter_rows(named=True)}
    for term, value in (("log_spending_before", KEPT), ("risk_points", SLOPE)):
        assert told[term]["low"] < value < told[term]["high"]


def test_the_elasticity_at_once_and_adjusted(fitted: Spending) -> None:
    """.3 % a point at once, and 3 % once nine tenths a year are kept."""
    told = fitted.elasticity()
    for choice, value in (("at once", 100 * SLOPE), ("adjusted", 100 * SLOPE / (1 - KEPT))):
        assert told[choice][1] < value < told[choice][2]
        assert told[choice][0] == pytest.approx(value, rel=0.25)


def test_the_interval_of_the_adjusted_is_the_delta_methods(fitted: Spending) -> None:
    terms = ("intercept", "log_spending_before", "risk_points")
    covariance = np.diag([0.0, 0.01**2, 0.001**2])
    estimate = Estimate(terms, np.array([0.0, 0.9, 0.003]), covariance, np.ones(3), 10, None, 5, 1970, 1980)
    value, low, high = replace(fitted, estimate=estimate).elasticity()["adjusted"]
    error = np.hypot(0.001 / 0.1, 0.01 * 0.003 / 0.1**2)
    assert_allclose((value, low, high), (3.0, 3 - 196 * error, 3 + 196 * error), rtol=1e-3)


def test_levels_within_states_do_not_see_what_only_differs_between_them() -> None:
    generator = np.random.default_rng(5)
    cluster, year = np.repeat(np.arange(30), 20), np.tile(np.arange(20), 30)
    x = generator.normal(size=600)
    apart = x + 5 * cluster
    design = Design(apart[:, None], ("x",), 2 * x + 100 * generator.normal(size=30)[cluster], cluster, year)
    assert linear(within_clusters(design)).coefficients[1] == pytest.approx(2.0)
    assert_allclose(within_clusters(design).matrix.mean(), design.matrix.mean())


def test_forecasts_over_years_rest_on_their_own_past() -> None:
    """With everything kept and nothing else, spending stays where it was; with half kept, it goes to the level."""
    rows = world(states=2, years=6, noise=0.0)
    columns = Spending().columns
    flat = np.zeros(len(columns) + 1)
    still = np.array([*flat[:1], *(1.0 if name == "log_spending_before" else 0.0 for name in columns)])
    estimate = Estimate(("intercept", *columns), still, np.zeros((9, 9)), np.ones(9), 10, None, 2, 1970, 1972)
    told = from_origin(replace(Spending(), estimate=estimate), rows, 1972)
    known = dict(rows.filter(year=1972).select("ccode", "log_spending").rows())
    assert told["year"].unique().sort().to_list() == [1973, 1974, 1975]
    assert_allclose(told["forecast"], [known[ccode] for ccode in told["ccode"]])
    half = replace(estimate, coefficients=still / 2 + np.array([4.0, *flat[1:]]))
    one = from_origin(replace(Spending(), estimate=half), rows, 1972).filter(ccode=1)["forecast"].to_list()
    assert_allclose(one[1:], [4 + 0.5 * value for value in one[:-1]])


def test_a_state_whose_covariate_is_unknown_drops_out_of_later_years(fitted: Spending) -> None:
    rows = world(states=3, years=8)
    hole = (pl.col("ccode") == 2) & (pl.col("year") == 1975)
    told = from_origin(fitted, rows.with_columns(risk_points=pl.when(~hole).then("risk_points")), 1972)
    assert told.filter(ccode=2)["year"].to_list() == [1973, 1974]
    assert told.filter(ccode=1)["year"].max() == 1977


def test_no_change_is_the_column_itself() -> None:
    design = Design(np.array([[1.0, 5.0]]), ("x", "before"), np.array([9.0]), np.array([7]), np.array([1990]))
    assert Unchanged("before").learn(design)(design).tolist() == [5.0]


def test_spending_is_the_share_times_the_product(record: Record) -> None:
    """Canada 2024: 1.31 % of its GDP."""
    row = spending(record, (2024, 2024)).filter(ccode=20).row(0, named=True)
    assert np.exp(row["log_spending"] - row["log_product"]) == pytest.approx(0.01313, rel=1e-3)


def test_allies_are_those_of_the_year_before_and_sum_up(record: Record) -> None:
    """Nobody was bound to defend Switzerland in 2010; Canada's allies of 2009 spent what the states of its pacts spent."""
    spent = spending(record, (2009, 2010))
    told = spent_by(record, spent, "defence_pact", "allies", (2009, 2010)).filter(year=2010)
    assert told.filter(ccode=225).select("log_allies_spending", "has_allies").row(0) == (0.0, False)
    canada = told.filter(ccode=20).row(0, named=True)
    united_states = spent.filter(ccode=2, year=2009)["log_spending"].item()
    assert canada["has_allies"]
    assert canada["log_allies_spending"] > united_states


def test_without_a_risk_no_panel_is_made(record: Record) -> None:
    with pytest.raises(InputError, match=r"give it as Spending\(risk="):
        Spending().panel(record, (1990, 2000))


@pytest.mark.parametrize(
    ("choice", "message"), [({"outcome": "budget"}, "no outcome 'budget'"), ({"terms": ("risk", "oil")}, "no term 'oil'")]
)
def test_an_unknown_choice_is_refused(choice: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Spending(**choice)  # type: ignore[arg-type]
