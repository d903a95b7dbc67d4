"""Scores by hand, and the rules of a fair hindcast."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.metrics import average_precision_score, roc_auc_score

from foedus.errors import InputError
from foedus.mechanisms.disputes import Disputes
from foedus.mechanisms.estimate import one_core
from foedus.record.store import Record
from foedus.validation import scores
from foedus.validation.hindcast import HEADLINE, earned, grade, headline_hindcasts, hindcasts, registrations, resample
from foedus.validation.reliability import STRATA
from foedus.validation.validate import MECHANISMS, Validation, memory, validate


@pytest.fixture(scope="module")
def validations(record: Record) -> tuple[Validation, ...]:
    return validate("disputes", record)


FORECASTS = st.lists(st.tuples(st.floats(0.001, 0.999), st.booleans()), min_size=4, max_size=60).filter(
    lambda rows: 0 < sum(happened for _, happened in rows) < len(rows)
)


@given(FORECASTS)
def test_areas_agree_with_scikit_learn(rows: list[tuple[float, bool]]) -> None:
    forecast, outcome = np.array([row[0] for row in rows]), np.array([float(row[1]) for row in rows])
    assert scores.roc_auc(forecast, outcome) == pytest.approx(roc_auc_score(outcome, forecast))
    by_event = scores.pr_auc(forecast, outcome)
    assert by_event == pytest.approx(average_precision_score(outcome, forecast))


@given(FORECASTS)
def test_influences_on_the_area_sum_to_nought(rows: list[tuple[float, bool]]) -> None:
    forecast, outcome = np.array([row[0] for row in rows]), np.array([float(row[1]) for row in rows])
    _, influence = scores.roc_auc_and_influence(forecast, outcome)
    assert influence.sum() == pytest.approx(0, abs=1e-9)


def test_the_base_rate_has_the_brier_score_of_its_variance() -> None:
    outcome = np.array([1.0, 0.0, 0.0, 0.0])
    assert scores.brier(np.full(4, 0.25), outcome).mean() == pytest.approx(0.25 * 0.75)


def test_resampling_draws_whole_clusters_and_as_many_as_there_are() -> None:
    cluster = np.array([5, 5, 5, 9, 9])
    rows_drawn = resample([np.ones(5)], cluster, resamples=200, seed=1)[:, 0]
    assert set(rows_drawn) == {4, 5, 6}, "two of nine's rows twice, one cluster each, or five's rows twice"


def test_the_same_seed_draws_the_same_clusters() -> None:
    cluster, values = np.arange(40), np.arange(40.0)
    assert (resample([values], cluster, 20, seed=3) == resample([values], cluster, 20, seed=3)).all()
    assert (resample([values], cluster, 20, seed=3) != resample([values], cluster, 20, seed=4)).any()


def test_a_gain_in_one_cluster_alone_is_not_clear() -> None:
    gain = np.zeros(100)
    gain[0] = 1.0
    assert np.quantile(resample([gain], np.arange(100), 500, seed=1), 0.025) == 0


@pytest.mark.parametrize(
    ("lows", "highs", "given_grade"),
    [
        ([1, 1, 1], [2, 2, 2], "supported"),
        ([1, 1, -1], [2, 2, 1], "supported"),
        ([1, 1, -2], [2, 2, -1], "mixed"),
        ([1, -1, -1], [2, 1, 1], "mixed"),
        ([-1, -1, -1], [1, 1, 1], "not supported"),
        ([-2, -1, -1], [-1, 1, 1], "not supported"),
    ],
)
def test_the_registered_rule(lows: list[int], highs: list[int], given_grade: str) -> None:
    gains = pl.DataFrame(
        {"low": lows, "high": highs, "share": [(low + high) / 2 for low, high in zip(lows, highs, strict=True)]}
    )
    assert grade(gains, 0.005) == given_grade


def test_a_gain_too_small_to_matter_earns_nothing() -> None:
    gains = pl.DataFrame({"low": [1e-7] * 3, "high": [2e-5] * 3, "share": [0.0008] * 3})
    assert grade(gains, registrations()["disputes"].smallest) == "not supported"


def test_every_mechanism_is_registered_and_every_registration_has_a_mechanism() -> None:
    assert set(registrations()) == set(MECHANISMS)


def test_a_forecast_begins_after_its_origin() -> None:
    for registration in registrations().values():
        assert all(fitted_to < first <= last for fitted_to, first, last in registration.origins)


def test_grades_follow_from_the_gains_by_the_rule(validations: tuple[Validation, ...]) -> None:
    for validation in validations:
        registration = registrations()["disputes"]
        decisive = validation.gains.filter(pl.col("score") == registration.score)
        for term, given_grade in validation.grades.items():
            assert grade(decisive.filter(pl.col("term") == term), registration.smallest) == given_grade


def test_headline_numbers_rest_on_supported_terms_only(validations: tuple[Validation, ...]) -> None:
    for validation in validations:
        assert all(validation.grades[term] == "supported" for term in validation.headline.terms)
        assert validation.headline.terms == earned(validation.full, validation.grades).terms


def test_the_forecast_years_and_events_are_those_of_the_record(validations: tuple[Validation, ...]) -> None:
    last = validations[0].scores.filter((pl.col("origin") == 1989) & (pl.col("model") == "headline model")).row(0, named=True)
    assert (last["first_year"], last["last_year"]) == (1990, 2010)
    assert 600 < last["events"] < 800


def test_the_model_beats_its_baselines_by_about_what_an_independent_calculation_found(
    validations: tuple[Validation, ...],
) -> None:
    """Independent figures on politically relevant dyads.

    Peace years only .823, full model about .88; all dyads rank more easily.
    """
    table = validations[0].scores.filter(pl.col("origin") == 1989)
    area = dict(table.select("model", "roc_auc").iter_rows())
    assert 0.80 < area["peace years only"] < 0.87
    assert area["full model"] > 0.9
    assert area["base rate"] == 0.5


def test_joint_democracy_adds_a_little_and_the_pact_next_to_nothing(validations: tuple[Validation, ...]) -> None:
    """Table 1 of the mission: joint democracy improves the out-of-sample area by about +0.006."""
    gains = validations[0].gains.filter((pl.col("origin") == 1989) & (pl.col("score") == "roc_auc"))
    gain = dict(gains.select("term", "gain").iter_rows())
    assert 0.002 < gain["democracy"] < 0.012
    assert abs(gain["pact"]) < 0.002


def test_a_hindcast_knows_nothing_after_its_origin(record: Record) -> None:
    """Outcomes after the origin are shuffled: coefficients and forecasts stay as they were."""
    mechanism = Disputes(first_year=1950, relevant=True)
    rows = mechanism.complete(mechanism.panel(record, (1950, 1985)))
    once = replace(registrations()["disputes"], origins=((1970, 1971, 1985),), bootstrap=10)
    design = mechanism.design(rows)
    shuffled = design.outcome.copy()
    after = design.year > 1970
    shuffled[after] = np.random.default_rng(1).permutation(shuffled[after])
    kept = replace(mechanism, terms=("distance",))
    with one_core():
        pasts = [hindcasts(mechanism, each, once) for each in (design, replace(design, outcome=shuffled))]
        tested = [headline_hindcasts(past, kept, design, once)[0].hindcast for past in pasts]
    true, false = (past[0].hindcast for past in pasts)
    assert (true.outcome != false.outcome).any()
    assert (true.coefficients == false.coefficients).all()
    assert all((true.forecasts[name] == false.forecasts[name]).all() for name in true.forecasts)
    assert (tested[0].forecasts[HEADLINE] == tested[1].forecasts[HEADLINE]).all()


def test_no_forecast_is_beyond_belief(validations: tuple[Validation, ...]) -> None:
    """A polynomial in time gave dyads at peace for two centuries one chance in ten thousand million millions."""
    lowest = validations[0].reliability.filter(pl.col("stratum") == "forecast 0–0.1 %").row(0, named=True)
    assert lowest["forecast"] > 1e-4
    assert lowest["ratio"] < 5


def test_reliability_has_every_stratum_and_counts_its_events(validations: tuple[Validation, ...]) -> None:
    for validation in validations:
        assert validation.reliability["stratum"].to_list()[: len(STRATA)] == list(STRATA)
        bins = validation.reliability.filter(pl.col("stratum").str.starts_with("forecast"))
        assert bins["n"].sum() == validation.reliability["n"][0]
        row = validation.reliability.row(0, named=True)
        assert row["observed"] == pytest.approx(row["events"] / row["n"])
        assert row["low"] < row["observed"] < row["high"]


def test_what_is_remembered_is_what_was_computed(validations: tuple[Validation, ...], record: Record) -> None:
    for fresh, remembered in zip(validations, validate("disputes", record), strict=True):
        assert fresh.as_dict() == remembered.as_dict()
        assert_allclose(fresh.headline.fitted.covariance, remembered.headline.fitted.covariance)


def test_a_damaged_memory_is_computed_again(validations: tuple[Validation, ...], record: Record) -> None:
    file = memory("disputes", record)
    kept = file.read_bytes()
    file.write_text('[{"mechanism": "disputes"', encoding="utf-8")
    assert validate("disputes", record)[0].grades == validations[0].grades
    assert file.read_bytes() == kept


def test_a_folder_that_cannot_be_written_costs_time_not_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record: Record
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("FOEDUS_CACHE", str(blocked))
    assert validate("disputes", record)[0].mechanism == "disputes"


def test_an_unknown_mechanism_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="Did you mean disputes"):
        validate("dispute")
