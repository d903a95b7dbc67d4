"""The disputes mechanism: what it learns from, what it refuses, and the sizes the literature reports."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from foedus.errors import InputError
from foedus.estimation.conditional import given
from foedus.estimation.design import Design
from foedus.estimation.estimate import expit
from foedus.estimation.forecasters import log_odds
from foedus.mechanisms.order.covariates import TERMS
from foedus.mechanisms.order.disputes import JOINED, ORIGINATED, Disputes
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
    assert fitted.first is not None
    first = dict(zip(("intercept", *fitted.covariates), fitted.first, strict=True))
    assert first["log_distance"] < 0
    assert first["major_power_distance"] > 0, "distance keeps a major power away less than others"
    assert first["weaker_democracy"] < 0
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


def test_last_years_count_what_began_before_the_year(record: Record) -> None:
    """The turbot dispute of Canada and Spain began in 1995; they had had none in the thirty years before."""
    rows = Disputes().panel(record, (1995, 2006), states=[20]).filter(pl.col("ccode2") == 230)
    onsets = dict(rows.select("year", pl.col("dyad_onsets_10").exp() - 1).iter_rows())
    began = rows.filter("dispute_onset")["year"].to_list()
    for year, count in onsets.items():
        if year - 10 >= 1995:
            assert round(count) == sum(year - 10 <= each < year for each in began)
    assert onsets[1995] == 0, "a dispute of the year itself is not known when the year begins"


def test_a_state_has_each_onset_once(record: Record) -> None:
    """In 2010 the United States had onsets with Venezuela, North Korea and Pakistan, Canada none (GML: a row a direction)."""
    rows = Disputes().panel(record, (2011, 2011), states=[2], carry_forward=1).filter(pl.col("ccode2") == 20)
    assert rows["state_onsets_1"].item() == pytest.approx(np.log(1 + 3))
    assert rows["dyad_onsets_1"].item() == 0


def test_the_odds_of_the_most_prone_dyads_count_by_half_beyond_three_in_seven(fitted: Disputes, record: Record) -> None:
    """As registered: what lies beyond the odds of 30 % counts half, in the forecast and in the bounds of its interval."""
    panel = fitted.panel(record, (1946, 1980))
    plain = replace(fitted, pooling=replace(fitted.pooling, beyond=1.0)).forecast(panel, 1980).drop_nulls("probability")
    told = fitted.forecast(panel, 1980).drop_nulls("probability")
    for name in ("probability", "low", "high"):
        before, after = (log_odds_of(rows[name].to_numpy()) for rows in (plain, told))
        edge = np.log(3 / 7)
        assert (before > edge).any()
        assert_allclose(after, np.where(before > edge, edge + (before - edge) / 2, before), atol=1e-9)


def log_odds_of(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    odds: NDArray[np.float64] = np.log(probability / (1 - probability))
    return odds


@pytest.fixture(scope="module")
def originated(record: Record) -> Disputes:
    mechanism = Disputes(outcome=ORIGINATED, first_year=1946)
    return mechanism.fit(mechanism.panel(record, (1946, 1995)))


def test_disputes_between_originators_are_a_part_of_those_of_any_kind(originated: Disputes, record: Record) -> None:
    """What is left is joining: never below zero, and where nothing is known of it neither probability is."""
    whole = originated.given
    assert whole is not None
    panel = originated.panel(record, (1946, 2024), states=[2, 710], carry_forward=20)
    part, every = (model.forecast(panel, 1996).select("probability", "low", "high") for model in (originated, whole))
    assert part.null_count().row(0) == every.null_count().row(0)
    inside = part.drop_nulls().to_numpy() < every.drop_nulls().to_numpy()
    assert inside.all()
    assert len(inside) > 5_000


def test_the_two_parts_of_a_dispute_add_up_to_the_whole(originated: Disputes, record: Record) -> None:
    """What is joined is what is left: in what began, in the forecasts, and in what a hindcast learns."""
    years, states = (1946, 1995), [2, 645]
    panel = originated.panel(record, (1946, 2000), states=states)
    assert panel.select((pl.col("dispute_onset").cast(int) - pl.col(ORIGINATED) - pl.col(JOINED)).abs().max()).item() == 0
    joined = Disputes(outcome=JOINED, first_year=1946).fit(originated.panel(record, years))
    assert originated.given is not None
    told = [model.forecast(panel, 1996)["probability"] for model in (originated.given, originated, joined)]
    whole, *parts = (each.drop_nulls().to_numpy() for each in told)
    assert_allclose(sum(parts), whole, rtol=1e-9)
    rows = panel.filter(pl.col("year") <= years[1])
    share = [Disputes(outcome=part).conditional().learn(design)(design) for part, design in _designs(rows)]
    assert_allclose(sum(share), 1.0, rtol=1e-9)


def _designs(rows: pl.DataFrame) -> list[tuple[str, Design]]:
    return [(part, Disputes(outcome=part).design(rows)) for part in (ORIGINATED, JOINED)]


def test_who_joined_later_is_no_originator(record: Record) -> None:
    """Iraq and Kuwait were in the dispute of 1990 from its first day, Canada joined it against Iraq (GML 3957)."""
    rows = Disputes(outcome=ORIGINATED).panel(record, (1990, 1990), states=[645])
    told = {row["ccode1"]: row for row in rows.iter_rows(named=True)} | {
        row["ccode2"]: row for row in rows.iter_rows(named=True)
    }
    assert [told[code]["dispute_onset"] for code in (690, 20)] == [True, True]
    assert [told[code]["originated_dispute_onset"] for code in (690, 20)] == [True, False]


def test_that_both_began_a_dispute_is_known_when_it_begins(record: Record) -> None:
    """Unlike deaths: of Iran and Iraq in 1980 it is known by 1985 that both were in it, though the war went on to 1988."""
    mechanism = Disputes(outcome=ORIGINATED)
    learnt = mechanism.conditional().learnt(mechanism.design(mechanism.panel(record, (1970, 1985))))
    assert learnt.over.all()
    assert ((learnt.began.cluster == 630_645) & (learnt.began.year == 1980)).sum() == 1


def test_a_risk_goes_over_from_one_logit_to_the_other_as_news_grows_old(fitted: Disputes, record: Record) -> None:
    """Where disputes were last known ten years ago or more, the logit learnt from rows as old speaks alone."""
    assert fitted.far is not None
    panel = fitted.as_of(fitted.panel(record, (1946, 1995), states=[2]), 1980)
    told = fitted.forecast(panel, 1981).drop_nulls("probability").sort("ccode1", "ccode2", "year")
    of_one = told.filter(pl.col("ccode2") == 365)
    assert of_one["peace_years_age"].to_list()[:3] == [0, 1, 2]
    odds = (of_one["probability"] / (1 - of_one["probability"])).log().to_numpy()
    assert_allclose(np.diff(odds[:11]), np.diff(odds)[0], atol=1e-9)
    assert_allclose(odds[10:], odds[10], atol=1e-9)


@pytest.fixture(scope="module")
def of_war(record: Record) -> Disputes:
    mechanism = Disputes(outcome="war_dispute_onset", first_year=1946)
    return mechanism.fit(mechanism.panel(record, (1946, 1995)))


def test_no_narrower_outcome_is_likelier_than_a_wider_one_in_any_dyad(of_war: Disputes, record: Record) -> None:
    fatal = of_war.given
    assert fatal is not None
    assert fatal.given is not None
    panel = of_war.panel(record, (1946, 2024), carry_forward=20)
    of_any = fatal.given.forecast(panel, 2014)  # from news of the year before to news that is ten years old
    of_deaths = fatal.forecast(panel, 2014, of_any)
    of_wars = of_war.forecast(panel, 2014, of_deaths)
    wars, fatals, every = (
        told.drop_nulls("probability").select("probability", "low", "high").to_numpy() for told in (of_wars, of_deaths, of_any)
    )
    assert len(every) > 100_000
    assert ((wars < fatals) & (fatals < every)).all(), "probabilities and the bounds of their intervals alike"
    for told in (wars, fatals):
        assert ((told[:, 1] < told[:, 0]) & (told[:, 0] < told[:, 2])).all()


def test_whether_a_dispute_goes_further_is_learnt_when_it_is_over(record: Record) -> None:
    """Of the disputes of 1980, the war of Iran and Iraq ended in 1988: by 1985 nobody knows what it comes to be."""
    mechanism = Disputes(outcome="fatal_dispute_onset")
    design = mechanism.design(mechanism.panel(record, (1970, 1985)))
    learnt = mechanism.conditional().learnt(design)
    begun = (learnt.began.cluster == 630_645) & (learnt.began.year == 1980)
    assert begun.sum() == 1
    assert not learnt.over[begun].any()
    assert learnt.over.sum() == len(learnt.rows.outcome)


def test_a_forecast_that_a_dispute_goes_further_is_the_share_told_one_year_ahead(of_war: Disputes, record: Record) -> None:
    """What is told of a year from what is kept of states is what the logit tells from all rows."""
    panel = of_war.panel(record, (1946, 1995))
    design = of_war.design(panel)
    model = of_war.conditional()
    known, asked = design.where(design.year < 1995), design.where(design.year == 1995)
    straight = expit(log_odds(of_war.fitted.coefficients, model.rows(asked, replace(model.learnt(design), began=given(known)))))
    assert of_war.given is not None
    told, wider = (each.forecast(panel, 1995).drop_nulls("earlier")["probability"] for each in (of_war, of_war.given))
    assert_allclose((told / wider).to_numpy(), straight, rtol=1e-6)


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
    straight = fitted.model.told(steps, fitted.model.second(design, steps.first))[design.year == 1980]
    told = fitted.forecast(panel, 1980).drop_nulls("earlier")
    assert_allclose(told["probability"].to_numpy(), straight, rtol=1e-6)


def test_no_risk_is_told_before_the_first_year_learnt_from(record: Record) -> None:
    mechanism = Disputes(first_year=1946).fit(Disputes().panel(record, (1946, 1950)))
    panel = mechanism.panel(record, (1940, 1945), states=[2])
    assert mechanism.forecast(panel, 1945)["probability"].null_count() == panel.filter(year=1945).height
