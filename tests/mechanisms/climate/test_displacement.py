"""Displacement: known coefficients, the same rows for every model, the baselines, and what stands up to bad input."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from foedus.errors import InputError
from foedus.mechanisms.climate.displacement import HURDLE, NEEDED, SIZE, TERMS, Displacement
from foedus.mechanisms.climate.displacement_forecast import Case, Flows, case
from foedus.record.store import Record

UKRAINE, POLAND, RUSSIA, BAHAMAS = 369, 290, 365, 31


def simulated(rows: int = 8000) -> pl.DataFrame:
    """Corridor-years in which log odds and logarithms follow known coefficients."""
    generator = np.random.default_rng(4)
    columns = {name: generator.normal(size=rows) for name in NEEDED}
    odds = -1 + 0.5 * columns["log_state_based_deaths"] - 0.8 * columns["polyarchy"]
    came = generator.random(rows) < 1 / (1 + np.exp(-odds))
    size = 4 + 0.3 * columns["log_state_based_deaths"] - 0.2 * columns["log_distance"] + generator.normal(size=rows)
    keys = {
        "ccode1": np.arange(rows) % 80 + 1,
        "ccode2": np.arange(rows) // 80 % 20 + 100,
        "year": 2001 + np.arange(rows) // 1600,
    }
    told = pl.DataFrame({**keys, **columns, HURDLE: came, SIZE: np.where(came, size, np.nan)}).fill_nan(None)
    flow = pl.when(pl.col(HURDLE)).then(pl.col(SIZE).exp()).otherwise(0.0)
    return told.with_columns(flow=flow, set_aside=pl.lit(None, pl.String), told=flow)


@pytest.mark.parametrize(
    ("outcome", "term", "coefficient"),
    [(HURDLE, "log_state_based_deaths", 0.5), (HURDLE, "polyarchy", -0.8), (SIZE, "log_state_based_deaths", 0.3)],
)
def test_known_coefficients_are_recovered(outcome: str, term: str, coefficient: float) -> None:
    row = Displacement(outcome=outcome).fit(simulated()).fitted.tidy().row(by_predicate=pl.col("term") == term, named=True)
    assert row["low"] < coefficient < row["high"]
    assert row["high"] - row["low"] < 0.3


def test_an_expected_sum_agrees_with_all_that_came_in_the_years_learnt_from() -> None:
    panel = simulated()
    told = Flows.learn(panel, 2005).forecast(panel)
    assert told["expected"].sum() == pytest.approx(panel["flow"].sum())
    assert (told["low"] < told["median"]).all()
    sized = told.drop_nulls(SIZE)
    inside = sized.select(((pl.col("flow") > pl.col("low")) & (pl.col("flow") < pl.col("high"))).mean()).item()
    assert 0.94 < inside < 0.96


def test_every_model_is_scored_on_the_same_rows() -> None:
    panel = simulated(800).with_columns(anomaly=pl.when(pl.col("year") > 2000, pl.col("ccode1") != 7).then("anomaly"))
    whole, bare = Displacement().design(panel), Displacement(terms=("gravity",)).design(panel)
    assert len(whole.outcome) == len(bare.outcome) == panel.drop_nulls([SIZE, "anomaly"]).height


def test_a_flow_without_any_before_it_is_expected_to_be_like_other_first_flows() -> None:
    panel = simulated(800).with_columns(latest_log_flow=pl.when(pl.col("ccode1") < 9).then(0.0).otherwise(3.0))
    design = Displacement().design(panel)
    told = Displacement().models()["last year"].learn(design)(design)
    first = design.matrix[:, design.columns.index("latest_log_flow")] == 0
    assert told[first].tolist() == pytest.approx([design.outcome[first].mean()] * int(first.sum()))
    assert set(told[~first].tolist()) == {3.0}


def test_a_corridor_with_two_observations_cannot_be_fitted_alone() -> None:
    two = simulated().filter(pl.col(HURDLE)).head(2)
    with pytest.raises(InputError, match=r"cannot fit 25 coefficients to 2 rows: widen the years"):
        Displacement().fit(two)


def test_names_that_do_not_exist_are_refused_with_those_that_do() -> None:
    with pytest.raises(InputError, match=r"no outcome 'log_displacment'.*log_displacement"):
        Displacement(outcome="log_displacment")
    with pytest.raises(InputError, match=r"no term 'weather'. There are: conflict, repression, climate"):
        Displacement(terms=("weather",))
    with pytest.raises(InputError, match="no cluster 'state'"):
        Displacement(cluster="state")


def test_nothing_is_forecast_where_a_covariate_is_unknown() -> None:
    panel = simulated()
    with pytest.raises(InputError, match=r"nothing is forecast where a covariate is unknown \(polyarchy\)"):
        Flows.learn(panel, 2005).forecast(panel.with_columns(polyarchy=pl.lit(None, pl.Float64)))


@pytest.fixture(scope="module")
def panel(record: Record) -> pl.DataFrame:
    """The corridor-years of the shipped record."""
    return Displacement().panel(record, (2001, 2023))


def test_corridors_of_a_state_may_err_together_whatever_errors_are_clustered_by(panel: pl.DataFrame) -> None:
    corridor, origin = (Displacement(cluster=cluster).fit(panel).fitted for cluster in ("corridor", "origin"))
    np.testing.assert_array_equal(corridor.coefficients, origin.coefficients)
    np.testing.assert_allclose(origin.covariance, corridor.covariance, rtol=0.1, atol=1e-9)
    assert origin.clusters < 200 < corridor.clusters


def test_flight_goes_with_war_and_repression(panel: pl.DataFrame) -> None:
    """Polyarchy stands for repression: physical integrity goes with it, and the two are hard to tell apart."""
    bare = Displacement(terms=("conflict", "repression", "gravity")).fit(panel).fitted.tidy()
    signs = {"log_state_based_deaths": 1, "polyarchy": -1, "log_distance": -1}
    for term, sign in signs.items():
        low, high = bare.filter(term=term).select("low", "high").row(0)
        assert sign * low > 0, term
        assert sign * high > 0, term


@pytest.fixture(scope="module")
def ukraine(record: Record) -> Case:
    """What models that knew the world to 2021 said of the flight from Ukraine in 2022."""
    return case(record, UKRAINE, 2022)


def test_nobody_foresaw_the_flight_from_ukraine(ukraine: Case, record: Record) -> None:
    """3.9 million came; some fourteen thousand were expected, and the band of such sums ended below forty thousand."""
    assert ukraine.last_year == 2021
    assert ukraine.came > 3_800_000
    assert 10_000 < ukraine.expected < 20_000
    assert ukraine.high < 0.02 * ukraine.came
    given = case(record, UKRAINE, 2022, same_year=True)
    assert ukraine.expected < given.expected < 0.01 * ukraine.came, "knowing the deaths of the year itself mends little"


def test_the_destinations_of_2022_were_not_those_of_the_years_before(ukraine: Case) -> None:
    told = ukraine.destinations
    assert told["share"].sum() == pytest.approx(1)
    assert told["flow_share"].sum() == pytest.approx(1)
    assert told["ccode2"][0] == POLAND
    assert told.sort("expected", descending=True)["ccode2"][0] == RUSSIA, "where asylum had been sought from 2014 on"
    assert 0.5 < ukraine.misallocated < 0.9


def test_what_a_case_leaves_out_is_said(ukraine: Case) -> None:
    assert ukraine.refugee_like > 1_800_000, "most of them in Russia, in no flow"
    assert ukraine.left_out["told"].sum() < 1_000
    assert ukraine.left_out["why"].null_count() == 0


def test_a_state_without_data_is_named_with_what_it_lacks(record: Record) -> None:
    with pytest.raises(InputError, match=rf"no corridor from state {BAHAMAS} is known in 2022: physical_integrity, polyarchy"):
        case(record, BAHAMAS, 2022)


def test_terms_and_columns_belong_together() -> None:
    assert Displacement(terms=("stock",)).columns == TERMS["stock"]
    assert set(NEEDED) == {column for columns in TERMS.values() for column in columns}
