"""Counts of jointly democratic dyad-years: who is counted, what the rate ratio and its interval are."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from foedus.errors import InputError
from foedus.estimation.design import Array
from foedus.estimation.estimate import NORMAL_95
from foedus.mechanisms.order.democratic_peace import _outcomes, at_threshold, jointly_democratic, rate_ratio, threshold_table
from foedus.record.store import Record

sm = pytest.importorskip("statsmodels.api")


def years(**columns: list[object]) -> pl.DataFrame:
    """Dyad-years with a score for each side; quiet unless the columns say otherwise."""
    rows = len(columns["score_1"])
    quiet = {name: [False] * rows for name in ("dispute_onset", "fatal_dispute_onset", "both_reached_war")}
    drawn = {"ccode1": [2] * rows, "ccode2": list(range(20, 20 + rows)), **quiet, "interstate_war_onset": [None] * rows}
    kinds = {"score_1": pl.Float64, "score_2": pl.Float64, "interstate_war_onset": pl.Boolean, "dispute_onset": pl.Boolean}
    return pl.DataFrame({**drawn, **columns}, schema_overrides=kinds)


def test_both_sides_must_reach_the_threshold() -> None:
    counted = at_threshold(years(score_1=[7, 7, 8], score_2=[7, 6, 10]), "score", 7)
    assert counted["dyad_years"].item() == 2


def test_a_dyad_year_with_an_unknown_score_or_outcome_is_in_neither_group() -> None:
    rows = years(
        score_1=[7, 7, 7, 1, 1, None],
        score_2=[7, 7, 7, 1, 1, 1],
        dispute_onset=[True, False, None, True, True, True],
    )
    counted = at_threshold(rows, "score", 7)
    assert counted.select("dyad_years", "onsets", "rate_ratio").row(0) == (2, 1, pytest.approx(0.5))


def test_wars_are_unknown_without_a_list_of_wars_and_none_within_one() -> None:
    assert at_threshold(years(score_1=[7], score_2=[7]), "score", 7)["war_dyads"].item() is None
    assert at_threshold(years(score_1=[7], score_2=[7], interstate_war_onset=[False]), "score", 7)["war_dyads"].item() == 0


def test_no_onset_in_one_group_leaves_the_ratio_unknown() -> None:
    counted = at_threshold(years(score_1=[7, 1], score_2=[7, 1], dispute_onset=[False, True]), "score", 7)
    assert counted.select("rate_ratio", "low", "high").row(0) == (None, None, None)


def test_the_interval_is_that_of_a_poisson_regression_clustered_by_dyad() -> None:
    random = np.random.default_rng(7)
    dyad = np.repeat(np.arange(60), 20)
    joint = (random.random(1200) < 0.4).astype(float)
    onset = (random.random(1200) < np.repeat(random.uniform(0.02, 0.3, 60), 20) * (1 - joint / 2)).astype(float)
    fitted = sm.GLM(onset, sm.add_constant(joint), family=sm.families.Poisson()).fit(
        cov_type="cluster", cov_kwds={"groups": dyad, "use_correction": False}
    )

    def by_dyad(values: Array) -> Array:
        return np.bincount(dyad, weights=values)

    ratio, low, high = rate_ratio(by_dyad(joint * onset), by_dyad(joint), by_dyad((1 - joint) * onset), by_dyad(1 - joint))
    error = fitted.bse[1] * np.sqrt(60 / 59)
    assert_allclose(ratio, np.exp(fitted.params[1]), rtol=1e-6)
    assert_allclose([low, high], np.exp(fitted.params[1] + NORMAL_95 * error * np.array([-1, 1])), rtol=1e-5)


def test_a_higher_threshold_never_holds_more_dyad_years(record: Record) -> None:
    table = threshold_table(record, {"polyarchy": [0.5, 0.7], "uds_adjusted": [0.0, 1.0]}, years=(1990, 2000))
    assert table["dyad_years"].to_list() == sorted(table["dyad_years"][:2], reverse=True) + sorted(
        table["dyad_years"][2:], reverse=True
    )


def test_outside_the_dispute_data_nothing_is_counted(record: Record) -> None:
    table = threshold_table(record, {"polyarchy": [0.7]}, years=(2011, 2012))
    assert table.select("dyad_years", "onsets", "war_dyads").row(0) == (0, 0, None)


def test_the_table_holds_what_the_record_holds_and_says_what_to_add_for_the_rest(record: Record) -> None:
    assert threshold_table(record, years=(2009, 2010))["measure"].unique().sort().to_list() == ["polyarchy", "uds_adjusted"]
    with pytest.raises(InputError, match="polity"):
        threshold_table(record, {"polity2": [7]})


def test_the_rows_counted_are_those_of_the_table(record: Record) -> None:
    rows = jointly_democratic(record, "polyarchy", 0.8, (1990, 1995))
    counted = threshold_table(record, {"polyarchy": [0.8]}, (1990, 1995))
    assert (rows.height, rows["dispute_onset"].sum()) == counted.select("dyad_years", "onsets").row(0)
    assert rows.select(pl.min_horizontal("polyarchy_1", "polyarchy_2").min()).item() >= 0.8


def test_of_a_war_both_sides_of_it_reached_the_highest_hostility(record: Record) -> None:
    """Iran and Iraq, whose war began in 1980."""
    rows = _outcomes(record, ("polyarchy",), (1979, 1980)).filter(ccode1=630, ccode2=645)
    assert dict(rows.select("year", "both_reached_war").rows()) == {1979: False, 1980: True}
