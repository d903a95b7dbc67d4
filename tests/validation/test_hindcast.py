"""Scores by hand, and the rules of a fair hindcast."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from sklearn.metrics import average_precision_score, roc_auc_score

from foedus.api import fit
from foedus.errors import InputError
from foedus.estimation.cores import one_core
from foedus.estimation.design import Design
from foedus.estimation.least_squares import LastValue, Linear
from foedus.mechanisms.order.disputes import Disputes
from foedus.mechanisms.order.strata import STRATA
from foedus.mechanisms.standard import MECHANISMS
from foedus.record.store import Record
from foedus.validation import scores
from foedus.validation.bootstrap import Bootstrap
from foedus.validation.gains import Contest, Evidence, areas, gain_table
from foedus.validation.grades import grades
from foedus.validation.hindcast import FULL, HEADLINE, Hindcast, hindcast, score_table, together
from foedus.validation.registration import WARS, registrations
from foedus.validation.validate import Validation, compute, named, supported, validate, with_terms


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


def drawn(values: np.ndarray, cluster: np.ndarray, year: np.ndarray, resamples: int = 500, seed: int = 1) -> np.ndarray:
    """Means of one quantity in resamples."""
    return Bootstrap.of([values], cluster, year, resamples, seed).means()[:, 0]


def test_resampling_draws_whole_clusters() -> None:
    """All in one year: five's three rows of one, nine's two of zero; the mean is .6.

    Nine twice is four rows without a one, where .6 of four, 2.4, were due; to first order the mean moves by -2.4 / 5.
    Five twice is six of six, where 3.6 were due.
    """
    means = drawn(np.array([1.0, 1, 1, 0, 0]), np.array([5, 5, 5, 9, 9]), np.full(5, 1990), resamples=200)
    assert set(means.round(9)) == {0.12, 0.6, 1.08}, "nine twice, each once, or five twice"


def test_resampling_draws_whole_years() -> None:
    """All of one dyad: three rows of one in 1990, two of zero in 1991; the same means as of two clusters in one year."""
    means = drawn(np.array([1.0, 1, 1, 0, 0]), np.full(5, 7), np.array([1990, 1990, 1990, 1991, 1991]), resamples=200)
    assert set(means.round(9)) == {0.12, 0.6, 1.08}


def test_resampling_dyads_draws_states_with_all_their_dyads() -> None:
    """Three states, one year: the dyads 1–2 and 1–3 are of one, 2–3 of zero. Weights are draws of both sides, less one."""
    sides, values = np.array([[1, 2], [1, 3], [2, 3]]), np.array([1.0, 1.0, 0.0])
    means = Bootstrap.of([values], sides, np.full(3, 1990), 2000, 1).means()[:, 0]
    draws = [(one, two, 3 - one - two) for one in range(4) for two in range(4 - one)]
    possible = {round((2 * a + b + c - 2) / 3, 6) for a, b, c in draws}
    assert set(means.round(6).tolist()) == possible


def test_an_interval_is_as_wide_as_a_mean_spreads_where_dyads_share_states() -> None:
    """Values are sums of what is their states' own: 60 worlds of 40 states and ten years."""
    generator = np.random.default_rng(20221027)
    sides = np.tile(np.column_stack(np.triu_indices(40, 1)), (10, 1))
    year = np.repeat(np.arange(10), len(sides) // 10)
    worlds = [generator.normal(size=40)[sides].sum(axis=1) + generator.normal(size=len(sides)) for _ in range(60)]
    spread = np.std([values.mean() for values in worlds])
    errors = [Bootstrap.of([values], sides, year, 200, 1).means().std() for values in worlds]
    assert np.mean(errors) == pytest.approx(spread, rel=0.25)


def test_the_same_seed_draws_the_same_clusters() -> None:
    cluster, values, year = np.arange(40), np.arange(40.0), np.repeat([1990, 1991], 20)
    assert (drawn(values, cluster, year, 20, seed=3) == drawn(values, cluster, year, 20, seed=3)).all()
    assert (drawn(values, cluster, year, 20, seed=3) != drawn(values, cluster, year, 20, seed=4)).any()


@pytest.mark.parametrize("crowded", ["cluster", "year"])
def test_a_gain_in_one_dyad_or_in_one_year_alone_is_not_clear(crowded: str) -> None:
    """A war brings many dyads in at once: a hundred gains of one year are one piece of evidence."""
    one, other = np.repeat(np.arange(100), 100), np.tile(np.arange(100), 100)
    cluster, year = (one, other) if crowded == "cluster" else (other, one)
    assert np.quantile(drawn((one == 0) * 1.0, cluster, year), 0.025) == 0


def test_the_interval_of_independent_rows_is_the_usual_one_or_wider() -> None:
    values = np.random.default_rng(1).normal(size=10_000)
    one, other = np.repeat(np.arange(100), 100), np.tile(np.arange(100), 100)
    error = drawn(values, one, other).std()
    assert 1.0 < error / (values.std() / 100) < 2.0


def test_every_mechanism_is_registered_and_every_registration_has_a_mechanism() -> None:
    assert {WARS, *(test.mechanism for test in registrations().values())} == set(MECHANISMS)


def test_every_claim_is_known_by_its_id() -> None:
    assert {named(claim) for kind in MECHANISMS.values() for claim in (kind.id, *kind.ids.values())} == set(MECHANISMS)


@pytest.mark.parametrize("name", registrations())
def test_windows_follow_their_origins_and_do_not_overlap(name: str) -> None:
    registration = registrations()[name]
    last_forecast = 0
    for learnt, first, last in registration.origins:
        assert learnt < first <= last
        assert first > last_forecast
        last_forecast = last
    for _, first, last in registration.origins:
        assert sum(start <= first and last <= end for start, end in registration.eras) == 1, "a window lies in one era"
    eras = [year for era in registration.eras for year in era]
    assert eras == sorted(eras)
    assert (eras[0], eras[-1]) == registration.years


def test_windows_together_hold_every_row_once() -> None:
    def window(year: int) -> Hindcast:
        rows = np.full(3, year)
        return Hindcast("x", year - 1, year, year, {FULL: np.full(3, year / 4000)}, np.array([0.0, 1, 0]), rows, rows)

    both = together([window(1990), window(1991)], FULL)
    assert (both.origin, both.first_year, both.last_year) == (None, 1990, 1991)
    assert both.year.tolist() == [1990] * 3 + [1991] * 3
    assert both.forecasts[FULL].tolist() == [1990 / 4000] * 3 + [1991 / 4000] * 3


def test_a_gain_is_the_rivals_score_less_the_contenders() -> None:
    outcome = np.array([1.0, 0.0, 0.0, 0.0])
    made = Hindcast(
        "x", 1, 2, 3, {"flat": np.full(4, 0.25), FULL: np.array([0.7, 0.1, 0.1, 0.1])}, outcome, np.arange(4), np.full(4, 2)
    )
    registration = replace(registrations()["disputes"], bootstrap=20)
    table = gain_table([made], Evidence.of([made], [Contest("term", "flat", FULL)], registration))
    assert table["origin"].to_list() == [1, 1, 1, None, None, None], "the window by itself, and all windows"
    table = table.filter(origin=1)
    brier = table.row(by_predicate=pl.col("score") == "brier", named=True)
    assert brier["gain"] == pytest.approx(0.1875 - (0.09 + 3 * 0.01) / 4)
    assert brier["skill"] == pytest.approx(1 - 0.03 / 0.1875)
    assert table.row(by_predicate=pl.col("score") == "roc_auc", named=True)["gain"] == pytest.approx(0.5)


def test_a_window_without_events_or_with_events_alone_has_scores_and_no_area() -> None:
    """The mean area over windows is then that of the one window in which some had the outcome and some had not."""
    registration = replace(registrations()["disputes"], bootstrap=20, eras=((1, 9),))

    def window(year: int, *outcome: float) -> Hindcast:
        forecasts = {"rival": np.array([0.4, 0.2, 0.3, 0.1]), FULL: np.array([0.9, 0.2, 0.3, 0.1])}
        return Hindcast("x", year - 1, year, year, forecasts, np.array(outcome), np.arange(4), np.full(4, year))

    quiet, loud, mixed = window(2, 0, 0, 0, 0), window(3, 1, 1, 1, 1), window(4, 0, 1, 0, 0)
    contests = [Contest("term", "rival", FULL)]
    for windows in ([quiet], [loud], [quiet, loud]):
        told = gain_table(windows, Evidence.of(windows, contests, registration))
        assert set(told["score"]) == {"log score", "brier"}
        assert told.null_count().drop("origin").sum_horizontal().item() == 0
    every = [quiet, loud, mixed]
    told = gain_table(every, Evidence.of(every, contests, registration)).filter(score="roc_auc")
    assert told["origin"].to_list() == [3, None, None], "the window of year 4, the era, and all together"
    assert told["gain"].to_list() == [0.0] * 3, "in either the event is above one of three"
    table = score_table(every, registration).filter(pl.col("model") == FULL)
    area = pytest.approx(1 / 3)
    assert dict(table.select("origin", "roc_auc").iter_rows()) == {1: None, 2: None, 3: area, None: area}


def test_the_interval_of_a_gain_in_area_is_that_of_a_table_by_hand() -> None:
    """Three clusters, an event in each, one year. The rival has one event above and two below all others: area 1 in 3.

    The contender has every event above: area 1, a gain of two in three. What the rival's events move its area by is 2/9, -1/9
    and -1/9, so that drawing the clusters gives gains from 0 (the first thrice, 1 draw in 27) to 1 (the first never, 8 in 27):
    the areas that those clusters have by themselves. At 95 % both are ends; the interval reaches twice as far down as up.
    """
    outcome = np.array([1.0, 1, 1, 0, 0, 0])
    forecasts = {"rival": np.array([0.9, 0.1, 0.1, 0.5, 0.5, 0.5]), FULL: np.array([0.9, 0.9, 0.9, 0.5, 0.5, 0.5])}
    made = Hindcast("x", 1, 2, 2, forecasts, outcome, np.array([7, 8, 9, 7, 8, 9]), np.full(6, 2))
    registration = replace(registrations()["disputes"], bootstrap=2000, level=0.95)
    (told,) = areas([made], [Contest("term", "rival", FULL)], registration).rows(named=True)
    assert (told["gain"], told["low"], told["high"]) == pytest.approx((2 / 3, 0.0, 1.0), abs=1e-12)
    assert (told["skill"], told["skill_low"], told["skill_high"]) == pytest.approx((2.0, 0.0, 3.0), abs=1e-12)


def test_the_interval_of_a_gain_in_area_is_that_of_delong() -> None:
    """Rows with nothing in common: the variance of DeLong, DeLong & Clarke-Pearson (1988), of two areas of the same rows."""
    generator = np.random.default_rng(20261130)
    outcome = (generator.random(600) < 0.3) * 1.0
    better, worse = (outcome + generator.normal(scale=scale, size=600) for scale in (0.8, 1.2))
    made = Hindcast("x", 1, 2, 2, {"rival": worse, FULL: better}, outcome, np.arange(600), np.full(600, 2))
    registration = replace(registrations()["disputes"], bootstrap=4000, level=0.95)
    (told,) = areas([made], [Contest("term", "rival", FULL)], registration).rows(named=True)
    (events, others), (of_events, of_others) = (scores.placements(each, outcome) for each in (better, worse))
    error = np.sqrt(np.var(events - of_events, ddof=1) / len(events) + np.var(others - of_others, ddof=1) / len(others))
    assert told["gain"] == pytest.approx(roc_auc_score(outcome, better) - roc_auc_score(outcome, worse))
    assert told["gain"] - told["low"] == pytest.approx(1.96 * error, rel=0.1)
    assert told["high"] - told["gain"] == pytest.approx(1.96 * error, rel=0.1)


def test_amounts_are_judged_by_their_squared_error() -> None:
    """A line that grows by one a year, against no change: from the origin the error grows with the lead."""
    years = np.arange(1990, 2010)
    design = Design(years[:, None] - 1990.0, ("years",), years - 1990.0, np.zeros(20, np.int64), years)
    models = {FULL: Linear(("years",)), "last value": LastValue()}
    yearly, at_once = (hindcast("x", models, design, (1999, 2000, 2009), at_once=each) for each in (False, True))
    assert yearly.forecasts["last value"].tolist() == list(range(9, 19)), "one year behind"
    assert at_once.forecasts["last value"].tolist() == [9.0] * 10, "nothing learnt after the origin"
    registration = replace(registrations()["disputes"], score="squared error", bootstrap=20, baselines=("last value",))
    table = gain_table([at_once], Evidence.of([at_once], [Contest("years", "last value", FULL)], registration))
    assert table["score"].unique().sort().to_list() == ["absolute error", "squared error"]
    squared = table.filter(score="squared error", origin=1999).row(0, named=True)
    assert squared["gain"] == pytest.approx(np.mean(np.arange(1, 11) ** 2))
    assert squared["skill"] == pytest.approx(1.0)
    assert "events" not in score_table([at_once], registration).columns


def test_grades_follow_from_the_gains_by_the_rule(validations: tuple[Validation, ...]) -> None:
    for validation in validations:
        assert grades(validation.gains, registrations()["disputes"]) == validation.grades


def test_the_headline_of_disputes_is_the_model_with_all_terms(validations: tuple[Validation, ...]) -> None:
    for validation in validations:
        assert validation.headline.terms == validation.full.terms


def window(year: int, better: bool) -> Hindcast:
    """A window of one year in which a term makes the forecasts better, or worse."""
    outcome = np.tile([1.0, 0.0], 50)
    good, bad = np.where(outcome > 0, 0.7, 0.3), np.full(100, 0.5)
    forecasts = {FULL: good if better else bad, "without pact": bad if better else good}
    return Hindcast("x", year - 1, year, year, forecasts, outcome, np.arange(100), np.full(100, year))


def test_terms_are_chosen_on_windows_other_than_the_one_they_are_scored_on() -> None:
    test = replace(registrations()["disputes"], bootstrap=50)
    contests, mechanism = [Contest("pact", "without pact", FULL)], Disputes(terms=("pact",))
    windows = [window(1970, True), window(1990, True), window(2000, False)]
    evidence = Evidence.of(windows, contests, test)
    assert supported(mechanism, evidence, windows[:2]) == ("pact",)
    assert supported(mechanism, evidence, windows) == (), "worse than nothing in one year of three"
    assert supported(mechanism, evidence, windows[1:]) == ()


def test_the_core_stays_and_the_others_are_chosen() -> None:
    assert with_terms(Disputes(), ["democracy"]).terms == ("distance", "power", "rivalry", "democracy", "recency", "history")


def test_the_long_range_forecasts_the_same_windows_worse_but_not_worthlessly(validations: tuple[Validation, ...]) -> None:
    for validation in validations:
        later = validation.long_range
        assert later is not None
        assert (later.first_ahead, later.last_ahead) == (11, 15)
        near, far = (
            scored.filter(pl.col("origin").is_not_null() & (pl.col("model") == HEADLINE))
            for scored in (validation.scores, later.scores)
        )
        assert far["first_year"].to_list() == near["first_year"].to_list()
        assert (far["origin"] == near["origin"] - 10).all()
        assert (far["n"] < near["n"]).all(), "states that were not there yet are left out"
        assert (far["roc_auc"] > 0.6).all()


def test_what_is_known_long_before_does_not_depend_on_what_follows(record: Record) -> None:
    """Nothing recorded after the origin less the gap enters, neither outcomes nor covariates."""
    mechanism = Disputes(outcome="war_dispute_onset", first_year=1946, terms=("distance", "democracy", "history"))
    panel = mechanism.panel(record, (1946, 1985), states=[2, 365, 710])
    later = pl.col("year") > 1971
    other = panel.with_columns(
        weaker_democracy=pl.when(later).then(0.9).otherwise("weaker_democracy"),
        peace_years=pl.when(later).then(0).otherwise("peace_years"),
        war_dispute_onset=pl.when(pl.col("year") > 1970).then(pl.lit(True)).otherwise("war_dispute_onset"),
    )
    known = mechanism.as_of(panel, 1970)
    assert_frame_equal(known, mechanism.as_of(other, 1970))
    told = mechanism.fit(known).forecast(known, 1981)
    assert told["probability"].null_count() < told.height


def test_a_war_is_not_known_before_its_end(record: Record) -> None:
    """The dispute of 1965 between the United States and North Vietnam became a war and ended later."""
    mechanism = Disputes(outcome="war_dispute_onset")
    rows = mechanism.panel(record, (1960, 1980), states=[2]).filter(pl.col("ccode2") == 816)
    begun = rows.filter("war_dispute_onset").row(0, named=True)
    assert begun["known"] > begun["year"]
    before, after = (
        mechanism.as_of(rows, year).filter("war_dispute_onset").height for year in (begun["known"] - 1, begun["known"])
    )
    assert (before, after) == (0, 1)
    assert Disputes().design(rows).known is None, "that a dispute began is known at once"


def test_the_forecast_years_and_events_are_those_of_the_record(validations: tuple[Validation, ...]) -> None:
    last = validations[0].scores.filter((pl.col("origin") == 2005) & (pl.col("model") == HEADLINE)).row(0, named=True)
    assert (last["first_year"], last["last_year"]) == (2006, 2010)
    whole = validations[0].over_all().filter(pl.col("model") == HEADLINE).row(0, named=True)
    windows = validations[0].scores.filter(pl.col("origin").is_not_null() & (pl.col("model") == HEADLINE))
    assert whole["events"] == windows["events"].sum()
    assert whole["log_score"] == pytest.approx((windows["log_score"] * windows["n"]).sum() / whole["n"])


def test_the_headline_model_beats_every_baseline_by_every_score(validations: tuple[Validation, ...]) -> None:
    for validation in validations[:2]:
        scored = {row["model"]: row for row in validation.over_all().iter_rows(named=True)}
        for name in registrations()["disputes"].baselines:
            for score, better in (("brier", -1), ("log_score", -1), ("roc_auc", 1), ("pr_auc", 1)):
                assert better * scored[HEADLINE][score] > better * scored[name][score], (validation.outcome, name, score)


def test_risk_is_reliable_in_every_stratum(validations: tuple[Validation, ...]) -> None:
    """Predicted over observed between two thirds and half as many again, over 1961–2010, one year ahead and long before.

    Joining misses it: docs/validation.md names the strata.
    """
    reliable = registrations()["disputes"].reliable
    assert reliable is not None
    for validation in validations:
        if validation.outcome == "joined_dispute_onset":
            continue
        assert validation.long_range is not None
        for table in (validation.reliability, validation.long_range.reliability):
            found = table.filter(pl.col("stratum").is_in(list(reliable.strata)))
            assert found.height == len(reliable.strata)
            told, few = found.drop_nulls("ratio"), found.filter(pl.col("ratio").is_null())
            assert (few["events"] < reliable.fewest).all()
            assert told["ratio"].is_between(*reliable.bounds).all(), found.select("stratum", "events", "ratio")
            if table is validation.reliability:  # long before, too many grave disputes of allied democracies are expected
                assert ((few["ratio_low"] <= 1) & (few["ratio_high"].fill_null(np.inf) >= 1)).all()


def test_the_disputes_of_allied_democracies_are_expected_to_a_quarter(validations: tuple[Validation, ...]) -> None:
    """Registered for any dispute: .8 to 1.25 (an audit had found 1.75)."""
    ratio = validations[0].reliability.filter(stratum="allied democracies")["ratio"].item()
    assert 0.8 <= ratio <= 1.25


def test_joint_democracy_adds_next_to_nothing_even_where_lives_are_lost(validations: tuple[Validation, ...]) -> None:
    """Table 1 of the mission: joint democracy improves the out-of-sample area by about +0.006.

    Here it adds nothing, of fatal disputes either, to a penalised model that knows what began lately.
    """
    gains = [
        validation.over_all("gains").filter((pl.col("term") == "democracy") & (pl.col("score") == "roc_auc"))["gain"].item()
        for validation in validations
    ]
    assert all(abs(gain) < 0.003 for gain in gains[:2])


def test_a_hindcast_knows_nothing_after_its_origin_but_the_years_before_each_row(record: Record) -> None:
    """Outcomes from 1973 on are shuffled: forecasts of the years up to 1973 stay as they were."""
    mechanism = Disputes(first_year=1950, relevant=True)
    design = mechanism.design(mechanism.panel(record, (1950, 1975)))
    shuffled = design.outcome.copy()
    after = design.year >= 1973
    shuffled[after] = np.random.default_rng(1).permutation(shuffled[after])
    with one_core():
        true, false = (
            hindcast("x", mechanism.models(), each, (1970, 1971, 1975)) for each in (design, replace(design, outcome=shuffled))
        )
    assert (true.outcome != false.outcome).any()
    same = true.year <= 1973
    assert all((true.forecasts[name][same] == false.forecasts[name][same]).all() for name in true.forecasts)


def test_no_forecast_is_beyond_belief(validations: tuple[Validation, ...]) -> None:
    """A polynomial in time gave dyads at peace for two centuries one chance in ten billion millions."""
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


def test_an_unknown_mechanism_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="Did you mean disputes"):
        validate("dispute")


def test_a_mechanism_without_a_registered_test_says_so_and_what_to_do(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    of_its_own = type("Unregistered", (MECHANISMS["arctic"],), {"name": "unregistered", "id": "arctic.unregistered"})
    monkeypatch.setitem(MECHANISMS, "unregistered", of_its_own)
    for ask in (lambda: validate("unregistered", record), lambda: validate(None, record), lambda: fit("unregistered")):
        with pytest.raises(InputError, match=r"unregistered: no test is registered.*preregistered\.toml"):
            ask()


def test_a_baseline_that_a_mechanism_has_not_is_refused_before_anything_is_fitted(record: Record) -> None:
    test = replace(registrations()["arctic"], baselines=("base rate", "own rat"))
    with pytest.raises(InputError, match=r"\[arctic\]: arctic\.security has no model 'own rat'\. Did you mean own rate\?"):
        compute(test, "dispute_onset", record, lambda: None)
