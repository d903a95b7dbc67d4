"""Convergence: worlds in which it is known, the baselines of an amount that goes on from a start, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from foedus.errors import InputError
from foedus.estimation.design import Array, Design
from foedus.estimation.least_squares import OwnMean, Unchanged
from foedus.mechanisms.technology.convergence import START, Change, OfOwn, Technology, changes, rolling, speed
from foedus.mechanisms.technology.readiness import INGREDIENTS
from foedus.record.store import Record

STATES, YEARS = 150, range(2000, 2020)


def simulated(closed: float = 0.1, wealth: float = 0.5, openness: float = 0.02, seed: int = 1) -> pl.DataFrame:
    """A panel in which a state makes up the share `closed` of its gap."""
    random = np.random.default_rng(seed)
    n = STATES * len(YEARS)
    start, growth, log_openness = random.normal(0, 1, n), random.normal(0.1, 0.1, n), random.normal(4, 0.5, n)
    gap = 2.0 - start
    after = start + 0.1 + closed * gap + wealth * growth + openness * log_openness + random.normal(0, 0.05, n)
    return pl.DataFrame(
        {
            "ccode": np.repeat(np.arange(STATES), len(YEARS)),
            "year": np.tile(np.array(YEARS), STATES),
            "readiness": after,
            START: start,
            "gap": gap,
            "wealth_growth": growth,
            "log_openness": log_openness,
        }
    )


def test_it_recovers_known_coefficients() -> None:
    told = Technology().fit(simulated()).fitted.tidy()
    for true, row in zip((0.1, 0.1, 0.5, 0.02), told.iter_rows(named=True), strict=True):
        assert row["low"] - 0.01 < true < row["high"] + 0.01
        assert row["std_error"] < 0.02


def test_no_convergence_is_found_where_there_is_none() -> None:
    row = Technology().fit(simulated(closed=0.0)).fitted.tidy().row(1, named=True)
    assert row["term"] == "gap"
    assert abs(row["estimate"]) < 4 * row["std_error"]


def test_a_rolling_regression_finds_the_share_of_every_year() -> None:
    told = rolling(Technology(), simulated(wealth=0.0, openness=0.0))
    assert told["year"].to_list() == list(YEARS)
    assert (told["n"] == STATES).all()
    assert told["closed"].mean() == pytest.approx(0.1, abs=0.005)
    few = simulated().filter(pl.col("ccode") < 9)
    assert rolling(Technology(), few).is_empty(), "nine states are too few"


def test_a_forecast_goes_on_from_the_start() -> None:
    """The same change from another level: the forecast moves with the level, one for one."""
    design = Technology().design(simulated())
    forecast = Change(("gap",)).learn(design)
    raised = replace(design, matrix=design.matrix + np.where(np.array(design.columns) == START, 1.0, 0.0))
    np.testing.assert_allclose(forecast(raised) - forecast(design), 1.0)


def rows(start: list[float], outcome: list[float], cluster: list[int], year: list[int]) -> Design:
    matrix: Array = np.array(start)[:, None]
    return Design(matrix, (START,), np.array(outcome), np.array(cluster), np.array(year))


def test_a_state_without_a_past_stays_where_it_is() -> None:
    known = rows([1.0, 2.0], [1.4, 2.6], [7, 8], [2000, 2000])
    later = rows([1.4, 5.0], [np.nan, np.nan], [7, 9], [2005, 2005])
    assert Unchanged(START).learn(known)(later).tolist() == [1.4, 5.0]
    assert OfOwn(OwnMean()).learn(known)(later).tolist() == [1.4, 5.0]
    assert Change(()).learn(known)(later).tolist() == pytest.approx([1.9, 5.5])


def test_no_forecast_looks_at_what_comes() -> None:
    panel = simulated()
    design = Technology().design(panel)
    past, later = design.where(design.year <= 2010), design.where(design.year == 2015)
    blind = replace(later, outcome=np.full(len(later.outcome), np.nan))
    for name, model in Technology().models().items():
        np.testing.assert_array_equal(model.learn(past)(later), model.learn(past)(blind), err_msg=name)


def test_what_is_forecast_was_not_known_at_the_origin(record: Record) -> None:
    """A value stands for fewer years than the lead, so that nothing in an outcome is as old as its start."""
    with pytest.raises(InputError, match="fewer than"):
        Technology(carry_forward=5, lead=5)
    mechanism = Technology(outcome="knowledge")
    panel = mechanism.panel(record, (2012, 2017)).drop_nulls([mechanism.outcome, START])
    assert (panel[mechanism.outcome] == panel[START]).sum() == 0


def test_the_index_of_the_test_leaves_out_what_begins_late(record: Record) -> None:
    mechanism = Technology()
    assert set(INGREDIENTS) - set(mechanism.names) == {"high_technology_share"}
    assert mechanism.course(record, (2003, 2003))["readiness"].count() > 50


def test_the_gap_is_to_the_frontier_of_the_year(record: Record) -> None:
    course = Technology(outcome="wealth").course(record, (1995, 2000)).drop_nulls()
    assert (course["gap"] == course["frontier"] - course["wealth"]).all()
    assert course.group_by("year").agg(pl.col("frontier").n_unique())["frontier"].to_list() == [1] * 6


def test_the_start_is_that_of_five_years_before(record: Record) -> None:
    mechanism = Technology(outcome="wealth")
    course = mechanism.course(record, (2010, 2015)).filter(ccode=20)
    panel = mechanism.panel(record, (2015, 2015)).filter(ccode=20)
    assert panel[START].item() == course.filter(year=2010)["wealth"].item()
    assert panel["gap"].item() == course.filter(year=2010)["gap"].item()


def test_fewer_terms_need_fewer_columns() -> None:
    panel = simulated().with_columns(log_openness=pl.lit(None, pl.Float64))
    assert not len(Technology().design(panel).outcome)
    alone = Technology(terms=("convergence",)).design(panel)
    assert alone.columns == (START, "gap")
    assert len(changes(alone, ("gap",)).outcome) == panel.height


def test_speed_is_that_of_an_exponential() -> None:
    assert speed(1 - np.exp(-0.02 * 10), 10) == pytest.approx(0.02)


def test_what_is_refused(record: Record) -> None:
    with pytest.raises(InputError, match=r"no outcome 'welth'.*wealth"):
        Technology(outcome="welth")
    with pytest.raises(InputError, match="no term 'gap'"):
        Technology(terms=("gap",))
    with pytest.raises(InputError, match="no ingredient 'tertiary'"):
        Technology(leave_out=("tertiary",))
    with pytest.raises(InputError, match="nothing is left of wealth"):
        Technology(outcome="wealth", leave_out=("gdp_per_head_ppp",))
    with pytest.raises(InputError, match="no frontier"):
        Technology(frontier="best")
    with pytest.raises(InputError, match="begin in 1990"):
        Technology().panel(record, (1946, 1985))


def test_growth_is_that_of_wealth_and_of_the_years_before(record: Record) -> None:
    """Of Canada: the logarithm of wealth in a year less that `lead` years before, told `lead` years later."""
    from foedus.panels.panel import panel

    mechanism = Technology()
    wealth = dict(
        panel("state-year", ["gdp_per_head_ppp"], years=(1990, 2015), states=[20], record=record)
        .select("year", "gdp_per_head_ppp")
        .rows()
    )
    rows = mechanism.panel(record, (2010, 2015)).filter(ccode=20).drop_nulls("wealth_growth")
    assert rows.height
    for year, growth in rows.select("year", "wealth_growth").rows():
        then = year - mechanism.lead
        assert growth == pytest.approx(np.log(wealth[then] / wealth[then - mechanism.lead]), abs=1e-5)
