"""The shield mechanism: its designs, its outcome, the ages of pacts, and what it recovers from outcomes that were simulated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from foedus.errors import InputError
from foedus.estimation.design import Design
from foedus.estimation.estimate import Estimate, expit
from foedus.estimation.logit import logit
from foedus.mechanisms.shield.checks import CHOICES, negative_control, specification_curve, summary
from foedus.mechanisms.shield.designs import CONTROLS, PACTS, initiations, plan, plans
from foedus.mechanisms.shield.deterrence import Shield, effects, signs
from foedus.mechanisms.shield.obligations import Reading
from foedus.panels.codebook import codebook
from foedus.panels.panel import panel
from foedus.record.store import Record
from tests.worlds import world

SHIPPED = tuple(name for name in plans() if name != "naive")
"""Designs for which the shipped record is enough."""


@pytest.fixture(scope="module")
def rows(record: Record) -> pl.DataFrame:
    """The rows of Leeds (2003)."""
    return Shield("leeds_2003").panel(record, (1816, 1944))


def simulated(design: Design, coefficients: dict[str, float], intercept: float = -3.0, seed: int = 3) -> Design:
    """The design with outcomes drawn from a logit with these coefficients."""
    slopes = np.array([coefficients.get(name, 0.0) for name in design.columns])
    risk = expit(intercept + design.matrix @ slopes)
    drawn = np.random.default_rng(seed).random(len(risk)) < risk
    return replace(design, outcome=drawn.astype(np.float64))


# ---------------------------------------------------------------------------------------------------------- designs


def test_every_design_names_controls_and_pacts_that_exist() -> None:
    for each in plans().values():
        assert set(each.controls) <= set(CONTROLS)
        assert set(each.pacts) <= set(PACTS)
        assert set(each.expected) <= set(each.pacts)
        assert set(each.expected.values()) <= {"+", "-", "not +", "not -"}


def test_what_the_mechanism_reads_is_in_the_codebook() -> None:
    assert set(Shield.reads) <= set(codebook())


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"study": "leeds_2033"}, "Did you mean leeds_2003"),
        ({"terms": ("target's pact",)}, "no term"),
        ({"outcome": "dispute_onsett"}, "Did you mean"),
    ],
)
def test_an_unknown_choice_is_refused(choice: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Shield(**choice)  # type: ignore[arg-type]


def test_several_faults_of_a_design_are_told_together() -> None:
    with pytest.raises(InputError, match=r"population.*duration"):
        replace(plan("leeds_2003"), population="some", duration="cubicc")


@pytest.mark.parametrize("study", SHIPPED)
def test_every_contest_is_between_models_that_are_scored(study: str) -> None:
    mechanism = Shield(study)
    models = mechanism.models()
    for term, rival, contender in mechanism.contests():
        assert {rival, contender} <= set(models)
        assert term == "pacts" or term in mechanism.plan.terms


def test_a_term_left_out_leaves_its_columns_out() -> None:
    kept = Shield("leeds_2003", terms=("challenger's offence pact",)).plan
    assert kept.pacts == ("challenger_offence",)
    assert Shield("leeds_2003", terms=()).plan.columns == plan("leeds_2003").background


def test_fit_returns_a_copy_and_leaves_the_original_unfitted(rows: pl.DataFrame) -> None:
    mechanism = Shield("leeds_2003")
    assert mechanism.fit(rows).fitted.n > 190_000
    with pytest.raises(InputError, match="not fitted"):
        _ = mechanism.fitted


def test_a_panel_ends_where_the_design_ends(record: Record) -> None:
    assert Shield("leeds_2003").panel(record, (1940, 2000))["year"].max() == 1944


def test_a_row_with_an_unknown_covariate_is_not_learnt_from(rows: pl.DataFrame) -> None:
    design = Shield("leeds_2003").design(rows)
    assert len(design.outcome) == rows.drop_nulls(["dispute_initiation", *design.columns]).height < rows.height
    assert not np.isnan(design.matrix).any()


# ---------------------------------------------------------------------------------------------------------- outcome


def test_an_initiation_is_of_originators_on_the_side_that_acts_first() -> None:
    """Dispute 1: 1 acts first against 2; 3 joins 2, and a year later 4 joins 1. Dispute 2: 2 against 1, deaths unknown."""
    kinds = dict.fromkeys(("dispute", "ccode1", "ccode2", "year", "fatality"), pl.Int16)
    kinds |= dict.fromkeys(("onset", "side_a1", "originator1", "originator2"), pl.Boolean)
    table = pl.DataFrame(
        [
            (1, 1, 2, 2000, 1, True, True, True, True),
            (1, 2, 1, 2000, 1, True, False, True, True),
            (1, 1, 3, 2000, 1, True, True, True, False),
            (1, 4, 2, 2001, 1, True, True, False, True),
            (1, 1, 2, 2001, 1, False, True, True, True),
            (2, 2, 1, 2001, None, True, True, True, True),
        ],
        schema=kinds,
        orient="row",
    )
    found = initiations(world(dispute_dyad_years=table)).sort("ccode1", "ccode2", "year")
    assert found.rows() == [
        (1, 2, 2000, True, True, True),
        (1, 3, 2000, False, False, True),
        (2, 1, 2001, True, None, True),
        (4, 2, 2001, False, False, True),
    ]


def test_initiations_are_directed_and_fewer_than_onsets(rows: pl.DataFrame) -> None:
    counts = rows.select(pl.col("dispute_initiation", "fatal_dispute_initiation", "dispute_onset", "attack_or_joining").sum())
    started, fatal, onsets, attacks = counts.row(0)
    assert fatal < started < attacks < onsets
    assert rows.filter("dispute_initiation", ~pl.col("dispute_onset")).is_empty()


# ------------------------------------------------------------------------------------------------------ ages of pacts


def aged(since: int, latest: int, year: int, entry: int = 1990) -> dict[str, bool]:
    """The four age columns of a target with pacts of these years."""
    row = pl.DataFrame(
        {
            "year": [year],
            "target_defence": [1],
            "target_defence_since": [since],
            "target_defence_latest": [latest],
            "member_since_1": [entry - 10],
            "member_since_2": [entry],
        }
    )
    ages = ("new", "young", "old", "from_birth")
    return row.select(**{age: PACTS[f"target_defence_{age}"] for age in ages}).row(0, named=True)


@pytest.mark.parametrize(
    ("since", "latest", "year", "which"),
    [
        (2000, 2000, 2001, {"new"}),
        (2000, 2000, 2005, {"new"}),
        (2000, 2000, 2006, {"young"}),
        (2000, 2000, 2016, {"old"}),
        (1985, 1985, 2005, {"from_birth"}),
        (1990, 1990, 1992, {"from_birth"}),
        (1985, 2000, 2003, {"new", "from_birth"}),
    ],
)
def test_a_pact_is_new_young_or_old_or_was_there_from_birth(since: int, latest: int, year: int, which: set[str]) -> None:
    assert {age for age, holds in aged(since, latest, year).items() if holds} == which


def test_ages_divide_the_pacts_of_all_targets(record: Record) -> None:
    made = Shield("kenwick_vasquez_2017_to_1945").panel(record, (1900, 1920))
    stock = Shield("leeds_2003").panel(record, (1900, 1920))
    ages = made.select(pl.sum_horizontal(pl.col("target_defence_new", "target_defence_young", "target_defence_old")))
    aged_once, any_age = ages.to_series(), pl.Series(made["target_defence_from_birth"])
    assert aged_once.max() == 1, "new, young and old exclude each other"
    assert ((aged_once > 0) | any_age).equals(stock["target_defence"], check_names=False)


# -------------------------------------------------------------------------------------------------------- estimation


def test_known_coefficients_come_back_from_simulated_outcomes(rows: pl.DataFrame) -> None:
    true = {"target_defence": -0.7, "challenger_offence": 1.1, "challenger_neutrality": 0.6, "joint_democracy": -1.0}
    estimate = logit(simulated(Shield("leeds_2003").design(rows), true))
    errors = np.sqrt(np.diag(estimate.covariance))
    for name, value in true.items():
        at = estimate.terms.index(name)
        assert abs(estimate.coefficients[at] - value) < 3 * errors[at], name


def test_effects_are_those_of_a_table_of_four(rows: pl.DataFrame) -> None:
    """Risks of .1 with and .2 without: odds (1/9)/(1/4) less one, risk one half less."""
    pact = np.repeat([1.0, 0.0], 100)
    outcome = np.concatenate([np.repeat([1.0, 0.0], [10, 90]), np.repeat([1.0, 0.0], [20, 80])])
    design = Design(pact[:, None], ("pact",), outcome, np.arange(200), np.full(200, 1900))
    row = effects(logit(design), design, ["pact"]).row(0, named=True)
    assert row["odds_change"] == pytest.approx(100 * (1 / 9 / (1 / 4) - 1), abs=0.1)
    assert row["risk_change"] == pytest.approx(-50, abs=0.1)
    assert row["low"] < row["odds_change"] < row["high"]


def test_signs_are_compared_with_what_was_published(rows: pl.DataFrame) -> None:
    design = Shield("leeds_2003").design(rows)
    true = {"target_defence": -1.5, "challenger_offence": 1.5, "challenger_neutrality": -1.5}
    table = signs(logit(simulated(design, true)), plan("leeds_2003"))
    judged = dict(zip(table["column"], table["same_sign"], strict=True))
    assert judged == {"target_defence": True, "challenger_offence": True, "challenger_neutrality": False}
    assert table["clear"].all()
    claims_less = replace(plan("leeds_2003"), expected={"challenger_offence": "not +", "target_defence": "not -"})
    assert not signs(logit(simulated(design, true)), claims_less)["same_sign"].any()


# ------------------------------------------------------------------------------------------------------------- checks


def test_the_negative_control_tells_pacts_in_force_from_pacts_to_come(record: Record) -> None:
    table = negative_control(record, "leeds_2003", (1880, 1914))
    force, later, gap = table.rows(named=True)
    assert gap["estimate"] == pytest.approx(force["estimate"] - later["estimate"])
    assert force["n"] > later["n"] > 0
    assert gap["n"] is None
    assert (table["low"] < table["high"]).all()


def test_the_negative_control_needs_a_stock_of_pacts(record: Record) -> None:
    with pytest.raises(InputError, match="johnson_leeds_2011"):
        negative_control(record, "benson_2011")


def test_a_summary_counts_what_lies_clearly_on_either_side() -> None:
    curve = pl.DataFrame(
        {
            "era": ["early", "early", "late"],
            "estimate": [-0.5, 0.1, 0.6],
            "low": [-0.9, -0.1, 0.2],
            "high": [-0.1, 0.3, 1.0],
            "estimated": [True] * 3,
        }
    )
    assert summary(curve, ["era"]).select("era", "specifications", "below", "above").rows() == [
        ("early", 2, 1, 0),
        ("late", 1, 0, 1),
    ]


@pytest.mark.slow
def test_a_specification_curve_is_drawn_from_its_seed(record: Record) -> None:
    curve = specification_curve(record, draws=3, seed=1)
    assert curve.equals(specification_curve(record, draws=3, seed=1))
    assert curve.height == 3
    assert set(CHOICES) < set(curve.columns)
    for name, values in CHOICES.items():
        assert set(curve[name]) <= set(values)


def test_pacts_are_those_of_the_first_of_january_and_controls_those_of_the_year_before(record: Record) -> None:
    """The Franco-Belgian accord is of September 1920: of 1921, with the democracies of 1920."""
    rows = Shield("leeds_2003").panel(record, (1917, 1925))
    belgium = rows.filter((pl.col("ccode1") == 255) & (pl.col("ccode2") == 211)).sort("year")
    pacts = dict(belgium.select("year", "target_defence").rows())
    assert [pacts[year] for year in (1920, 1921)] == [False, True]
    democracies = dict(belgium.select("year", "joint_democracy").rows())
    same_year = panel("dyad-year", ["polyarchy"], years=(1918, 1925), dyads=[(211, 255)], record=record)
    both = dict(same_year.select("year", (pl.col("polyarchy_1") >= 0.5) & (pl.col("polyarchy_2") >= 0.5)).rows())
    assert [democracies[year] for year in range(1920, 1926)] == [both[year - 1] for year in range(1920, 1926)]


def test_readings_come_from_the_file_of_designs() -> None:
    assert plan("naive").reading == Reading(in_force="any day", conditions=False, secret=True)
    assert plan("leeds_2003").reading == Reading()


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("+", [False, False, False, True, True, True]),
        ("-", [True, True, True, False, False, False]),
        ("not +", [True, True, True, True, True, False]),
        ("not -", [False, True, True, True, True, True]),
    ],
)
def test_a_sign_is_the_published_one_or_not_clearly_the_other(published: str, expected: list[bool]) -> None:
    """Six estimates with an error of one, so that what lies two or more from zero is clear: -2.5, -1, -1, 1, 1, 2.5."""
    values = np.array([0.0, -2.5, -1, -1, 1, 1, 2.5])
    terms = tuple(f"pact {number}" for number in range(1, 7))
    estimate = Estimate(("intercept", *terms), values, np.eye(7), np.ones(7), 100, 10, 10, 1816, 1944)
    judged = signs(estimate, replace(plan("leeds_2003"), expected=dict.fromkeys(terms, published)))
    assert judged["same_sign"].to_list() == expected
    assert judged["clear"].to_list() == [True, False, False, False, False, True]
