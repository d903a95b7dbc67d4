"""The disputes mechanism: what it learns from, what it refuses, and the sizes the literature reports."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from foedus.errors import InputError
from foedus.mechanisms.disputes import COVARIATES, TERMS, Disputes, run_clock
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


def test_a_row_with_an_unknown_covariate_is_not_learnt_from(record: Record) -> None:
    mechanism = Disputes()
    rows = mechanism.panel(record, (2000, 2000))
    complete = rows.drop_nulls(["dispute_onset", "peace_years", *COVARIATES])
    assert len(mechanism.design(rows).outcome) == complete.height < rows.height
    assert not np.isnan(mechanism.design(rows).matrix).any()


def test_dyads_that_are_near_powerful_and_undemocratic_dispute_more(fitted: Disputes) -> None:
    coefficients = dict(zip(fitted.fitted.terms, fitted.fitted.coefficients, strict=True))
    assert coefficients["log_distance"] < 0
    assert coefficients["any_major_power"] > 0
    assert coefficients["weaker_democracy"] < 0
    assert coefficients["log_peace_years"] < 0


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


def test_a_forecast_lies_in_its_interval_and_is_unknown_without_covariates(fitted: Disputes, record: Record) -> None:
    rows = Disputes().panel(record, (2020, 2020), states=[2], carry_forward=20)
    probability, low, high = fitted.forecast(rows)
    known = ~np.isnan(probability)
    assert 0 < known.sum() < len(known)
    assert (low[known] < probability[known]).all()
    assert (probability[known] < high[known]).all()
    assert np.isnan(low[~known]).all()
