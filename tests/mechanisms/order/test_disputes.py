"""The disputes mechanism: what it learns from, what it refuses, and the sizes the literature reports."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from foedus.errors import InputError
from foedus.estimation.duration import DURATION, by_duration, duration_matrix, run_clock
from foedus.estimation.estimate import expit
from foedus.mechanisms.order.disputes import TERMS, Disputes
from foedus.record.store import Record


@pytest.fixture(scope="module")
def fitted(record: Record) -> Disputes:
    mechanism = Disputes(first_year=1946)
    return mechanism.fit(mechanism.panel(record, (1946, 1980)))


def test_fit_returns_a_copy_and_leaves_the_original_unfitted(fitted: Disputes) -> None:
    assert fitted.estimate is not None
    assert replace(fitted, estimate=None) == Disputes(first_year=1946)
    with pytest.raises(InputError, match="not fitted"):
        _ = Disputes().fitted


def test_covariates_precede_the_outcome_by_a_year(record: Record) -> None:
    rows = Disputes().panel(record, (1950, 1950)).filter((pl.col("ccode1") == 2) & (pl.col("ccode2") == 20))
    assert rows["defence_pact"].to_list() == [True]
    founding = Disputes().panel(record, (1949, 1949)).filter((pl.col("ccode1") == 2) & (pl.col("ccode2") == 20))
    assert founding["defence_pact"].to_list() == [False], "the North Atlantic Treaty of 1949 counts from 1950 on"


def test_every_dyad_that_was_one_in_the_year_before_is_learnt_from(record: Record) -> None:
    """What is unknown is a level of its own; only dyads in their first year are left out."""
    mechanism = Disputes()
    rows = mechanism.panel(record, (2000, 2000))
    new = rows["earlier"].null_count()
    assert 0 < new < 200
    assert len(mechanism.design(rows).outcome) == rows.height - new
    assert not np.isnan(mechanism.design(rows).matrix).any()


def test_the_unknown_is_nought_with_a_level_of_its_own(record: Record) -> None:
    mechanism = Disputes()
    rows = mechanism.complete(mechanism.panel(record, (2000, 2000)))
    unknown = rows["weaker_democracy"].is_null().to_numpy()
    matrix, columns = mechanism.design(rows).matrix, mechanism.design(rows).columns
    assert unknown.any()
    assert (matrix[:, columns.index("democracy_unknown")] == unknown).all()
    assert (matrix[unknown, columns.index("weaker_democracy")] == 0).all()


def test_dyads_that_are_near_powerful_and_undemocratic_dispute_more(fitted: Disputes) -> None:
    coefficients = dict(zip(fitted.fitted.terms, fitted.fitted.coefficients, strict=True))
    assert coefficients["log_distance"] < 0
    assert coefficients["major_power_distance"] > 0, "distance keeps a major power away less than others"
    assert coefficients["weaker_democracy"] < 0
    assert coefficients["rivalry"] > 0
    assert coefficients["dyad_history"] > 0


def test_disputes_between_democracies_are_two_to_four_tenths_as_frequent(record: Record) -> None:
    """Table 1 of the mission: rate ratio about 0.2 to 0.4, by threshold (recomputed from public data: V-Dem ≥ .7 gives .22)."""
    from foedus.panels.panel import panel

    rows = panel("dyad-year", ["dispute_onset", "weaker_democracy"], years=(1816, 2010), record=record).drop_nulls()
    both, others = (
        rows.filter(chosen)["dispute_onset"].mean()
        for chosen in (pl.col("weaker_democracy") >= 0.7, pl.col("weaker_democracy") < 0.7)
    )
    assert 0.15 < both / others < 0.4  # type: ignore[operator]


def test_a_term_left_out_leaves_its_columns_out() -> None:
    assert not set(TERMS["pact"]) & set(Disputes(terms=("distance", "power")).columns)
    assert "major_power_distance" not in Disputes(terms=("power", "democracy")).columns, "it needs the term distance too"


@pytest.mark.parametrize(
    ("choice", "message"), [({"outcome": "dispute_onsett"}, "Did you mean"), ({"terms": ("trade",)}, "no term 'trade'")]
)
def test_an_unknown_choice_is_refused(choice: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Disputes(**choice)  # type: ignore[arg-type]


def test_a_clock_known_to_the_year_gives_the_plain_probability() -> None:
    risk = np.array([0.02, 0.3])
    assert run_clock(np.array([0, 0]), [risk], []).tolist() == [0.02, 0.3]


def test_a_risk_that_does_not_depend_on_peace_is_the_same_however_old_the_clock() -> None:
    steady = [np.full(4, 0.1)] * 6
    assert_allclose(run_clock(np.array([0, 1, 3, 5]), steady, steady[:5]), 0.1)


def test_a_clock_of_two_years_by_hand() -> None:
    """.5 in the first year; then .5 · .8 after a dispute and .5 · .2 without one."""
    half, after, quiet = np.array([0.5]), np.array([0.8]), np.array([0.2])
    assert_allclose(run_clock(np.array([1]), [half, quiet], [after]), 0.5 * 0.8 + 0.5 * 0.2)


def test_bounds_by_duration_are_those_of_the_whole_row(fitted: Disputes, record: Record) -> None:
    matrix = fitted.matrix(fitted.panel(record, (1946, 1980), states=[2]))
    matrix = matrix[~np.isnan(matrix).any(axis=1)][-500:]
    years = np.arange(500.0) % 60
    told, low, high = by_duration(fitted.fitted, matrix[:, len(DURATION) :], np.zeros((4, 500)))(years)
    whole = np.column_stack([duration_matrix(years), matrix[:, len(DURATION) :]])
    assert_allclose(told, fitted.fitted.probability(whole))
    assert_allclose((low, high), fitted.fitted.interval(whole))


def test_a_forecast_lies_in_its_interval_and_is_unknown_for_a_new_dyad(fitted: Disputes, record: Record) -> None:
    panel = fitted.panel(record, (1946, 2011), states=[2], carry_forward=20)
    told = fitted.forecast(panel, 2011)
    assert told["year"].unique().to_list() == [2011]
    known, new = told.drop_nulls("earlier"), told.filter(pl.col("earlier").is_null())
    assert (known["low"] < known["probability"]).all()
    assert (known["probability"] < known["high"]).all()
    assert new["ccode2"].to_list() == [626], "South Sudan became a member in 2011"
    assert new["probability"].null_count() == new.height


def test_the_forecast_of_a_dyad_does_not_depend_on_which_other_dyads_are_asked_about(fitted: Disputes, record: Record) -> None:
    one = fitted.forecast(fitted.panel(record, (1946, 1990), states=[2]), 1990)
    other = fitted.forecast(fitted.panel(record, (1946, 1990), states=[20]), 1990)
    shared = one.join(other, on=["ccode1", "ccode2", "year"], suffix="_other")
    assert shared["ccode2"].to_list() == [20]
    assert_allclose(shared["probability"], shared["probability_other"])


def test_a_forecast_of_a_past_year_is_the_fitted_probability(fitted: Disputes, record: Record) -> None:
    """What a state's history holds of all its dyads is the same, told by the dyads or by what was kept of them."""
    panel = fitted.panel(record, (1946, 1980))
    design = fitted.design(panel)
    steps = fitted.model.steps(design)
    straight = expit(steps.log_odds(fitted.model.second(design, steps.first)))[design.year == 1980]
    told = fitted.forecast(panel, 1980).drop_nulls("earlier")
    assert_allclose(told["probability"].to_numpy(), straight, rtol=1e-6)


def test_no_risk_is_told_before_the_first_year_learnt_from(record: Record) -> None:
    mechanism = Disputes(first_year=1946).fit(Disputes().panel(record, (1946, 1950)))
    panel = mechanism.panel(record, (1940, 1945), states=[2])
    assert mechanism.forecast(panel, 1945)["probability"].null_count() == panel.filter(year=1945).height
