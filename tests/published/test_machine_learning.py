"""Machines and significance: what forecasts disputes, and what only seems to (shared reference R13 and R11).

R13. Habtemariam, Marwala & Lagazio (2005), "Artificial Intelligence for Conflict Management" (arXiv 0705.1209), after Beck,
King & Zeng (2000): politically relevant dyads 1946–1992, seven variables of the year before (the lower democracy score,
alliance, contiguity, distance, the ratio of capabilities, the lower trade dependence, a major power), as many dyad-years with a
dispute under way as without to learn from (500 each), all others to be told apart. Area under the ROC curve .84 for a
support-vector machine, .81 for a neural network. Reproduced means within .02.

It is, by a random forest and not by the machine of the article, which gets .74 here; and only where, as in the article, years
of the same dyads are on both sides of the split. Of dyads it has not seen, the same forest knows less than a logit.

R11. Ward, Greenhill & Bakke (2010): significance is not prediction. For the disputes mechanism, rivalry is ten errors from
zero, and without it later years are forecast better. (Distance, furthest from zero, is also what forecasts need most.)
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from foedus.estimation.design import Design
from foedus.estimation.duration import DURATION
from foedus.mechanisms.order.disputes import Disputes
from foedus.panels.panel import lagged, panel
from foedus.record.store import Record
from foedus.validation.scores import roc_auc
from foedus.validation.significance import rank_agreement, significance_and_prediction
from tests.published.estimates import with_estimates
from tests.published.test_democratic_peace import record_with
from tests.published.test_kantian import KEYS, both, dependence, design, world

ensemble, linear, svm, scaling, pipeline = (
    importlib.import_module(f"sklearn.{name}") for name in ("ensemble", "linear_model", "svm", "preprocessing", "pipeline")
)

pytestmark = [pytest.mark.slow, pytest.mark.release]

PUBLISHED_AREA, NEAR = 0.84, 0.02
SEVEN = ("democracy", "alliance", "contiguous", "log_distance", "power_ratio", "dependence", "minor_powers")
BALANCED = 500
"""Dyad-years with and without a dispute that are learnt from."""

SEEDS = range(3)
"""Draws of these, over which the area is averaged."""

LAST_FITTED = 1989
SUBSTANTIVE = (
    "contiguous",
    "log_distance",
    "any_major_power",
    "capability_ratio",
    "joint_capability",
    "rivalry",
    "weaker_democracy",
    "ideal_point_distance",
    "defence_pact",
)
"""Covariates of the disputes mechanism that R11 ranks: all but duration, levels of the unknown, and one interaction."""

Split = Callable[[Design, np.random.Generator], tuple[NDArray[np.bool_], NDArray[np.bool_]]]


@pytest.fixture(scope="module")
def seven(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Design:
    """The seven variables, with whether a dispute is under way."""
    sources = ["cow_nmc", "cow_contiguity", "cow_mid", "cow_trade", "polity"]
    return seven_variables(record_with(raw, tmp_path_factory.mktemp("added"), sources))


@pytest.fixture(scope="module")
def ranked(record: Record) -> pl.DataFrame:
    return rank_covariates(record)


def test_the_dyads_are_those_of_the_article_within_eight_per_cent(seven: Design) -> None:
    """The article has 27,737 dyad-years, 891 of them with a dispute."""
    assert len(seven.outcome) == 29_687
    assert seven.outcome.sum() == 1_029
    assert len(seven.outcome) == pytest.approx(27_737, rel=0.08)


def test_a_forest_tells_disputes_from_peace_as_published(seven: Design) -> None:
    assert area(seven, forest, anywhere) == pytest.approx(PUBLISHED_AREA, abs=NEAR)


def test_the_machine_of_the_article_does_not(seven: Design) -> None:
    assert area(seven, machine, anywhere) == pytest.approx(0.74, abs=0.015)


def test_of_unseen_dyads_the_forest_knows_less_than_a_logit(seven: Design) -> None:
    """What it had learnt was which dyads dispute."""
    unseen = area(seven, forest, half_of_the_dyads)
    assert unseen == pytest.approx(0.69, abs=0.03)
    assert unseen < area(seven, straight, half_of_the_dyads)


def test_of_later_years_it_knows_little_more(seven: Design) -> None:
    assert area(seven, forest, until_1980) == pytest.approx(0.75, abs=0.02)
    assert area(seven, forest, until_1980) - area(seven, straight, until_1980) < 0.05


def test_significance_does_not_rank_covariates_as_prediction_does(ranked: pl.DataFrame) -> None:
    assert rank_agreement(ranked) < 0.6


def test_a_most_significant_covariate_makes_forecasts_worse(ranked: pl.DataFrame) -> None:
    """Rivalry was first; with net resources and errors robust to shared states, distance and contact stand before it."""
    assert ranked["covariate"].to_list()[:3] == ["log_distance", "contiguous", "rivalry"]
    rivalry = ranked.row(2, named=True)
    assert abs(rivalry["z"]) > 10
    assert rivalry["auc_lost"] < 0


def seven_variables(record: Record) -> Design:
    """Politically relevant dyad-years 1946–1992 with a dispute under way or not, and the seven variables of the year before."""
    pacts = ["defence_pact", "neutrality_pact", "consultation_pact"]
    dyadic = ["trade_flow_smoothed", "contiguity_type", "capital_distance", *pacts, "politically_relevant_cow"]
    asked = ["dispute_ongoing", *dyadic, "polity2", "cinc", "major_power", "gdp"]
    lists = {"disputes_from": "cow-mid", "alliances_from": "atop"}
    found = with_estimates(panel("dyad-year", asked, years=(1945, 1992), record=record, **lists), record, ["gdp"])
    rows = found.join(world(record, "gdp"), on="year")
    made = rows.select(
        *KEYS,
        "dispute_ongoing",
        relevant="politically_relevant_cow",
        democracy=both(pl.min_horizontal, "polity2"),
        alliance=pl.any_horizontal(pacts),
        contiguous=pl.col("contiguity_type") > 0,
        log_distance=pl.col("capital_distance").log1p(),
        power_ratio=(both(pl.max_horizontal, "cinc") / both(pl.min_horizontal, "cinc")).log(),
        dependence=dependence("gdp"),
        minor_powers=~(pl.col("major_power_1") | pl.col("major_power_2")),
    )
    return design(lagged(made, ["relevant", *SEVEN], 1).filter("relevant"), "dispute_ongoing", SEVEN)


def area(rows: Design, learner: Callable[[int], Any], split: Split) -> float:
    """Mean area under the ROC curve, over draws of what is learnt from."""
    return float(np.mean([_area(rows, learner(seed), split, np.random.default_rng(seed)) for seed in SEEDS]))


def _area(rows: Design, model: Any, split: Split, random: np.random.Generator) -> float:
    may_learn, may_test = split(rows, random)
    pools = [np.flatnonzero(may_learn & (rows.outcome == each)) for each in (0, 1)]
    learnt = np.concatenate([random.choice(pool, min(BALANCED, len(pool)), replace=False) for pool in pools])
    tested = np.setdiff1d(np.flatnonzero(may_test), learnt)
    model.fit(rows.matrix[learnt], rows.outcome[learnt])
    scored = getattr(model, "decision_function", None) or (lambda matrix: model.predict_proba(matrix)[:, 1])
    return roc_auc(scored(rows.matrix[tested]), rows.outcome[tested])


def forest(seed: int) -> Any:
    """A random forest, grown out."""
    return ensemble.RandomForestClassifier(n_estimators=200, random_state=seed)


def machine(_: int) -> Any:
    """A support-vector machine with radial basis functions."""
    return pipeline.make_pipeline(scaling.StandardScaler(), svm.SVC())


def straight(_: int) -> Any:
    """A logit."""
    return pipeline.make_pipeline(scaling.StandardScaler(), linear.LogisticRegression())


def anywhere(rows: Design, _: np.random.Generator) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Learn from any dyad-years, test on the rest."""
    every = np.ones(len(rows.outcome), dtype=np.bool_)
    return every, every


def half_of_the_dyads(rows: Design, random: np.random.Generator) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Learn from half of the dyads, test on the other half."""
    dyads = np.unique(rows.cluster)
    seen = np.isin(rows.cluster, random.permutation(dyads)[: len(dyads) // 2])
    return seen, ~seen


def until_1980(rows: Design, _: np.random.Generator) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Learn from the years until 1980, test on the later ones."""
    return rows.year <= 1980, rows.year > 1980


def rank_covariates(record: Record) -> pl.DataFrame:
    """The disputes mechanism on politically relevant dyads, fitted until 1989: significance beside prediction of 1990–2010.

    Its covariates beside years of peace, without what began lately and the products: those are penalised, and have no z.
    """
    mechanism = Disputes(relevant=True)
    rows = mechanism.design(mechanism.panel(record, (mechanism.first_year, 2010)))
    kept = rows.only({*DURATION, *mechanism.covariates})
    past, later = kept.where(kept.year <= LAST_FITTED), kept.where(kept.year > LAST_FITTED)
    return significance_and_prediction(past, later, SUBSTANTIVE)
