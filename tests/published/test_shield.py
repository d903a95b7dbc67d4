"""The shield in the published designs (shared reference R6 to R9): what comes out as printed, what does not, with the numbers.

A sign is reproduced if it is the published one, and clearly so if its 95 % interval, robust to dyads that share a state, leaves
out zero. On the shipped record, of 1816 to the last year of each paper:

    Leeds 2003                 challenger's offence +.96 (.32): as published. Target's defence −.09 (.24),
                               neutrality +.41 (.22): the signs, not clearly
    Johnson & Leeds 2011       target's defence +.05 (.12), published below zero and significant: not reproduced. With the
                               paper's own disputes, capabilities and regimes the sign, not the significance
    Kenwick & Vasquez 2017     new pacts to 1945 +.58 (.27): as published. From 1946 +.52 (.22), where they claim no such thing
    Benson 2011                unconditional compellent +120 % (−22 to +516), published +249 %; conditional deterrent −1 %
                               (−25 to +31), published −18 %: the signs, not clearly
    Imai & Lo 2021             27 for the democratic peace (wars, both sides at 7 or more), published 47: not within 20 %

Why Leeds's shield is gone. It came out at −.69 (.16) as long as 31,160 rows of German and Italian states were in it, whose
capability on the shipped record was a model's prior or counted other lands; of 14,977 of them with a pact 3 were attacked. Such
values are null now, and the rows left out. Those states' own capability is in COW's index, which users add: it brings 34,412
rows back (14,068 with a pact, 3 attacked), and the shield with them, −.77 (.31). So it hangs on these rows, not on the measure:
with it on the other rows alone the estimate is −.07 (.24). With a level for the unknown and all rows kept it is −.22.

The signs were declared beforehand (R7 to R9); the numbers in the tests are those that came out, held so that a change is
noticed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import exp
from pathlib import Path

import polars as pl
import pytest

from foedus.estimation.estimate import Estimate
from foedus.estimation.logit import logit
from foedus.estimation.sensitivity import e_value, e_value_of_interval, prevalence_ratio
from foedus.mechanisms.shield.checks import negative_control
from foedus.mechanisms.shield.designs import KEYS, plan
from foedus.mechanisms.shield.deterrence import Shield, effects, signs
from foedus.record.additions import add
from foedus.record.store import Record, forget_opened, open_record


def fitted(record: Record, study: str, years: tuple[int, int] | None = None) -> Estimate:
    """A design fitted to the years of its paper, or to others."""
    mechanism = Shield(study)
    return mechanism.fit(mechanism.panel(record, years or mechanism.plan.years)).fitted


def term(estimate: Estimate, name: str) -> tuple[float, float]:
    """A coefficient and its standard error."""
    row = estimate.tidy().row(by_predicate=pl.col("term") == name, named=True)
    return row["estimate"], row["std_error"]


@pytest.fixture(scope="module")
def leeds(record: Record) -> Estimate:
    return fitted(record, "leeds_2003")


@pytest.fixture(scope="module")
def added(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    """The record with COW contiguity and capabilities, which users add themselves."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOEDUS_DATA", str(tmp_path_factory.mktemp("added")))
        add("cow-contiguity", raw / "political/contiguity/cow_contdir_v32.csv")
        add("cow-nmc", raw / "political/capabilities/cow_nmc_v7.parquet")
        yield open_record()
    forget_opened()


# ------------------------------------------------------------------------------------------------------ Leeds 2003


def test_leeds_2003_all_three_signs_and_only_offence_clearly(leeds: Estimate) -> None:
    """All three were clear with the rows that the module's text tells of, and with errors clustered by dyad."""
    table = signs(leeds, plan("leeds_2003"))
    assert table["same_sign"].all()
    assert table.filter("clear")["column"].to_list() == ["challenger_offence"]
    assert term(leeds, "target_defence") == pytest.approx((-0.09, 0.24), abs=0.02)
    assert term(leeds, "challenger_offence") == pytest.approx((0.96, 0.32), abs=0.02)
    assert term(leeds, "challenger_neutrality") == pytest.approx((0.41, 0.22), abs=0.02)


def test_leeds_2003_with_the_index_of_cow_all_signs_are_clear_and_hang_on_the_rows_it_adds(added: Record) -> None:
    """COW's index knows the German and Italian states, which have no net resources on the record."""
    usual = plan("leeds_2003")
    names = tuple(name for name in usual.controls if name != "challenger_share")
    chosen = replace(usual, controls=("challenger_cinc_share", *names))
    rows = replace(usual, controls=("challenger_cinc_share", *usual.controls)).rows(added)
    estimate = logit(chosen.design(rows))
    assert signs(estimate, chosen).select("same_sign", "clear").unique().rows() == [(True, True)]
    assert term(estimate, "target_defence") == pytest.approx((-0.77, 0.31), abs=0.02)
    elsewhere = logit(chosen.design(rows.drop_nulls("challenger_share")))
    assert term(elsewhere, "target_defence") == pytest.approx((-0.07, 0.24), abs=0.02)


def test_leeds_2003_controls_have_the_signs_of_the_field(leeds: Estimate) -> None:
    assert term(leeds, "joint_democracy")[0] < 0
    assert term(leeds, "log_capital_distance")[0] < 0
    assert term(leeds, "challenger_share")[0] > 0


def test_leeds_2003_lowers_the_risk_by_little_and_a_weak_confounder_would_explain_it(record: Record, leeds: Estimate) -> None:
    """By half, as long as the German and Italian states were in it."""
    mechanism = Shield("leeds_2003")
    design = mechanism.design(mechanism.panel(record, mechanism.plan.years))
    row = effects(leeds, design, ["target_defence"]).row(0, named=True)
    assert row["risk_change"] == pytest.approx(-9, abs=2)
    ratio = 1 + row["risk_change"] / 100
    assert prevalence_ratio(ratio) == pytest.approx(1.1, abs=0.1)
    assert e_value(ratio) == pytest.approx(1.4, abs=0.1)
    assert e_value_of_interval(1 + row["low"] / 100, 1 + row["high"] / 100) == 1, "the interval holds no change"


def test_before_1945_states_about_to_gain_an_ally_are_attacked_no_less(record: Record) -> None:
    """Clearly more with errors clustered by dyad; robust to dyads that share a state, both intervals hold zero."""
    force, later, _ = negative_control(record, "leeds_2003").rows(named=True)
    assert later["estimate"] == pytest.approx(0.39, abs=0.05)
    assert later["low"] < 0 < later["high"]
    assert force["low"] < 0 < force["high"]


# -------------------------------------------------------------------------------------------- Johnson & Leeds 2011


@pytest.mark.slow
def test_johnson_leeds_2011_emboldens_by_offence_and_neutrality_and_neither_deters_nor_emboldens_by_defence(
    record: Record,
) -> None:
    estimate = fitted(record, "johnson_leeds_2011")
    judged = {row["column"]: row for row in signs(estimate, plan("johnson_leeds_2011")).rows(named=True)}
    for name in ("challenger_offence", "challenger_neutrality"):
        assert judged[name]["same_sign"], name
        assert judged[name]["clear"], name
    assert judged["challenger_defence"]["same_sign"], "no emboldening, as published"
    assert term(estimate, "target_defence") == pytest.approx((0.05, 0.12), abs=0.02), "published: clearly below zero"


@pytest.mark.slow
def test_since_1946_defended_targets_are_attacked_more_and_before_neither(record: Record) -> None:
    """Before 1946 it was −.5 with the German and Italian states."""
    early, late = (fitted(record, "johnson_leeds_2011", years) for years in ((1816, 1945), (1946, 2000)))
    assert term(early, "target_defence") == pytest.approx((0.15, 0.22), abs=0.02)
    assert term(late, "target_defence") == pytest.approx((0.44, 0.16), abs=0.02)


@pytest.mark.slow
def test_johnson_leeds_2011_with_the_papers_own_variables_has_its_sign_and_not_its_significance(
    raw: Path, added: Record
) -> None:
    """COW disputes by originators, the composite index of capabilities, Polity at 6 or more for both."""
    usual = plan("johnson_leeds_2011")
    chosen = replace(usual, controls=("log_capital_distance", "challenger_cinc_share", "joint_democracy", "similarity"))
    disputes = pl.read_parquet(raw / "political/mids/cow_mid_dirdisps.parquet")
    begun = disputes.filter(pl.all_horizontal(pl.col("disponset", "sidea1", "orig1", "orig2") == 1))
    theirs = begun.select(pl.col(KEYS).cast(pl.Int16)).unique().with_columns(cow=True)
    rows = chosen.rows(added).join(theirs, on=KEYS, how="left").with_columns(dispute_initiation=pl.col("cow").fill_null(False))
    regimes = pl.read_parquet(raw / "political/regimes/isard_cw_democracy.parquet")
    for side in (1, 2):
        state = regimes.select(
            (pl.col("year") + 1).cast(pl.Int16),
            pl.col("ccode").cast(pl.Int16).alias(f"ccode{side}"),
            pl.col("polity2").cast(pl.Float64).alias(f"polity_{side}"),
        )
        rows = rows.join(state, on=[f"ccode{side}", "year"], how="left")
    theirs = rows.with_columns(joint_democracy=(pl.col("polity_1") >= 6) & (pl.col("polity_2") >= 6))
    value, error = term(logit(chosen.design(theirs)), "target_defence")
    assert value < 0
    assert abs(value) < 2 * error


# ------------------------------------------------------------------------------------------ Kenwick & Vasquez 2017


def test_before_1946_new_pacts_go_with_more_disputes(record: Record) -> None:
    estimate = fitted(record, "kenwick_vasquez_2017_to_1945")
    assert signs(estimate, plan("kenwick_vasquez_2017_to_1945")).select("same_sign", "clear").row(0) == (True, True)
    assert term(estimate, "target_defence_new") == pytest.approx((0.58, 0.27), abs=0.02)
    assert term(estimate, "target_defence_from_birth") == pytest.approx((-0.83, 0.42), abs=0.02), (
        "what goes with fewer are the pacts a dyad was born with"
    )


@pytest.mark.slow
def test_since_1946_new_pacts_go_with_more_disputes_too(record: Record) -> None:
    """They claim that some new pacts lower disputes in the nuclear era: not in our data."""
    estimate = fitted(record, "kenwick_vasquez_2017_from_1946")
    assert signs(estimate, plan("kenwick_vasquez_2017_from_1946"))["same_sign"].to_list() == [False]
    assert term(estimate, "target_defence_new") == pytest.approx((0.52, 0.22), abs=0.02)


# ------------------------------------------------------------------------------------------------------ Benson 2011


@pytest.mark.slow
def test_benson_2011_has_his_signs_and_less_than_his_sizes(record: Record) -> None:
    """No sign is clear once errors are robust to dyads that share a state."""
    mechanism = Shield("benson_2011")
    rows = mechanism.panel(record, mechanism.plan.years)
    estimate = mechanism.fit(rows).fitted
    assert signs(estimate, mechanism.plan)["same_sign"].all()
    found = effects(estimate, mechanism.design(rows), list(mechanism.plan.percent))
    change = dict(zip(found["column"], found["odds_change"], strict=True))
    assert change["challenger_unconditional_compellent"] == pytest.approx(120, abs=5), "published: 249"
    assert change["target_conditional_deterrent"] == pytest.approx(-1, abs=2), "published: −18"
    compellent, deterrent = found.rows(named=True)
    assert compellent["low"] < 0 < compellent["high"]
    assert deterrent["low"] < mechanism.plan.percent["target_conditional_deterrent"] < deterrent["high"], (
        "his −18 is in our interval"
    )


# ------------------------------------------------------------------------------------------------ the naive figure


def test_the_naive_figure_is_above_nought(added: Record) -> None:
    """Whether the target has any other defence ally: +.178 on relevant directed dyads of 1816–2000, +.52 on 1946–91.

    The reference does not say which outcome and controls are behind its figures. Of some thirty combinations tried, on
    1816–2000 the estimate went from −.10 to +.31, on 1946–91 from +.12 to +.66; the design "naive" is one that comes close.
    Only the second figure's sign is independent of that choice.
    """
    mechanism = Shield("naive")
    rows = mechanism.panel(added, (1816, 2000))
    for years, published in {(1816, 2000): 0.178, (1946, 1991): 0.52}.items():
        value, error = term(mechanism.fit(rows.filter(pl.col("year").is_between(*years))).fitted, "target_defence")
        assert value > 2 * error
        assert abs(value - published) < error


# --------------------------------------------------------------------------------------------- Imai & Lo 2021 (R6)


def test_the_democratic_peace_would_take_a_far_more_unequal_confounder_than_the_shield(raw: Path, leeds: Estimate) -> None:
    """Wars on the COW list, Polity 7 or more for both: 27 on our counts; 47 in the paper, whose dyads are its own."""
    wars = pl.read_csv(raw / "political/wars/cow_war_inter.csv").filter(
        pl.col("cowinteronset") == 1, pl.col("ccode1") < pl.col("ccode2")
    )
    regimes = pl.read_parquet(raw / "political/regimes/isard_cw_democracy.parquet")
    polity = regimes.select(pl.col("ccode", "year").cast(pl.Int64), pl.col("polity2").cast(pl.Float64)).drop_nulls()
    polity = polity.filter(pl.col("year").is_between(1816, 2007))
    sides = polity.rename({"ccode": "ccode1", "polity2": "one"})
    dyads = sides.join(polity.rename({"ccode": "ccode2", "polity2": "two"}), on="year").filter(
        pl.col("ccode1") < pl.col("ccode2")
    )
    fought = wars.select(pl.col(KEYS).cast(pl.Int64)).unique().with_columns(war=True)
    rows = dyads.join(fought, on=KEYS, how="left").with_columns(pl.col("war").fill_null(False))
    mature = (pl.col("one") >= 7) & (pl.col("two") >= 7)
    ratio = rows.filter(mature)["war"].mean() / rows.filter(~mature)["war"].mean()  # type: ignore[operator]
    assert prevalence_ratio(ratio) == pytest.approx(27, abs=2), "not within 20 % of 47: one war decides"
    shield = exp(term(leeds, "target_defence")[0])
    assert prevalence_ratio(ratio) > 10 * prevalence_ratio(shield)
