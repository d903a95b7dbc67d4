"""The arithmetic of war sizes: exponents recovered, exact chances checked by counting, worlds with a handful of wars."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from foedus.errors import InputError
from foedus.estimation.estimate import poisson_interval
from foedus.mechanisms.order.war_size import (
    WarSize,
    arrivals,
    conflicts_at_war,
    dispersion,
    dispersion_test,
    disputes_at_war,
    pareto,
    plausibility,
    poisson_score,
    power_law,
    rate,
    survival_slope,
    tail,
)
from foedus.record.store import Record
from tests.worlds import world

RNG = np.random.default_rng(20221027)


# --------------------------------------------------------------------------------------------------------------------- sizes


@pytest.mark.parametrize("exponent", [1.5, 2.0, 2.5])
def test_the_exponent_comes_back_from_simulated_sizes(exponent: float) -> None:
    """Seen: powerlaw 2.0.0 never goes above 3, and fits as release 1 did not (where-tools-disagree)."""
    sizes = pareto(np.random.default_rng(1).random(2_000), exponent, 1_000.0, np.inf)
    found = tail(sizes)
    assert abs(found.exponent - exponent) < 3 * found.error
    assert found.error == pytest.approx((found.exponent - 1) / found.above**0.5)


def test_the_tail_is_found_above_a_body_of_another_shape() -> None:
    rng = np.random.default_rng(2)
    sizes = np.concatenate([rng.uniform(100, 5_000, 1_000), pareto(rng.random(1_000), 1.8, 5_000.0, np.inf)])
    exponent, smallest, above, _ = power_law(sizes)
    assert 4_000 < smallest < 8_000
    assert above == (sizes >= smallest).sum()
    assert exponent == pytest.approx(1.8, abs=0.1)


def test_the_slope_on_logarithms_is_about_one_less_than_the_exponent() -> None:
    sizes = pareto(np.random.default_rng(3).random(5_000), 1.5, 1_000.0, np.inf)
    slope, r2 = survival_slope(sizes)
    assert slope == pytest.approx(-0.5, abs=0.05)
    assert r2 > 0.98


def test_sizes_on_a_line_give_its_slope_exactly() -> None:
    ranks = np.arange(1, 21)
    slope, r2 = survival_slope(1e6 * ranks**-2.0)
    assert_allclose([slope, r2], [-0.5, 1.0])


def test_a_tail_holds_ten_wars_or_all_there_are() -> None:
    sizes = pareto(RNG.random(40), 1.5, 1_000.0, np.inf)
    assert power_law(sizes)[2] >= 10
    assert power_law(sizes[:5])[2] == 5


def test_one_size_is_no_law() -> None:
    with pytest.raises(InputError, match="two sizes"):
        power_law(np.full(5, 1_000.0))


def test_a_power_law_is_plausible_for_its_own_draws_and_not_for_a_narrow_normal() -> None:
    rng = np.random.default_rng(5)
    assert plausibility(pareto(rng.random(80), 1.5, 1_000.0, np.inf), rng, 50) > 0.1
    assert plausibility(np.abs(rng.normal(10_000, 500, 400)), rng, 50) < 0.5


def test_no_size_is_drawn_outside_the_bounds() -> None:
    drawn = pareto(np.linspace(0, 1, 101), 1.4, 1_000.0, 1e6)
    assert drawn[0] == 1_000
    assert drawn[-1] == pytest.approx(1e6)
    assert (np.diff(drawn) > 0).all()


# ---------------------------------------------------------------------------------------------------------------- beginnings


@pytest.mark.parametrize("counts", [[2, 0, 1], [1, 1, 1], [3, 0, 0], [0, 2, 2, 0]])
def test_the_chance_of_such_dispersion_is_that_of_counting_every_way(counts: list[int]) -> None:
    periods, wars = len(counts), sum(counts)
    ways = [np.bincount(way, minlength=periods) for way in product(range(periods), repeat=wars)]
    squares = np.array([(way**2).sum() for way in ways])
    seen = (np.array(counts) ** 2).sum()
    assert_allclose(dispersion_test(np.array(counts)), [(squares >= seen).mean(), (squares <= seen).mean()])


def test_the_exact_test_agrees_with_simulation_on_two_centuries() -> None:
    rng = np.random.default_rng(6)
    counts = rng.multinomial(95, np.full(195, 1 / 195))
    drawn = rng.multinomial(95, np.full(195, 1 / 195), 20_000)
    over = ((drawn**2).sum(axis=1) >= (counts**2).sum()).mean()
    assert dispersion_test(counts)[0] == pytest.approx(over, abs=0.015)


def test_poisson_counts_have_a_dispersion_of_one_and_clustered_ones_more() -> None:
    rng = np.random.default_rng(7)
    poisson, clustered = rng.poisson(0.5, 400), rng.poisson(rng.gamma(0.5, 1.0, 400))
    assert dispersion(poisson) == pytest.approx(1.0, abs=0.2)
    assert arrivals(poisson).dispersion_low < 1 < arrivals(poisson).dispersion_high
    assert arrivals(clustered).dispersion_low > 1
    assert arrivals(clustered).p_over < 0.01


def test_counts_taken_together_keep_their_wars_and_leave_out_the_first_odd_years() -> None:
    counts = np.array([9, 1, 0, 2, 1])
    found = arrivals(counts, 2)
    assert (found.wars, found.years, found.width, found.rate) == (4, 4, 2, 1.0)


def test_the_exact_interval_of_a_rate_is_garwood_s() -> None:
    """Garwood (1936), table: 0 events 0 to 3.689; 10 events 4.795 to 18.390."""
    assert_allclose([*poisson_interval(0, 0.95), *poisson_interval(10, 0.95)], [0, 3.689, 4.795, 18.390], atol=5e-4)


def test_the_score_is_that_of_scipy_s_poisson() -> None:
    from scipy.stats import poisson

    counts, expected = np.array([0, 1, 4]), np.array([0.5, 0.2, 3.0])
    assert_allclose(poisson_score(counts, expected), -poisson.logpmf(counts, expected))


# ---------------------------------------------------------------------------------------------------------------- the record


def at_war(rows: list[tuple[int, int, int, int, int | None, int | None, int]]) -> Record:
    """A world of dispute-dyad-years: dispute, states, year, deaths and fatality level of the first state, hostility."""
    names = ("dispute", "ccode1", "ccode2", "year", "deaths1", "fatality1", "hostility")
    return world(dispute_dyad_years=pl.DataFrame(rows, schema=dict.fromkeys(names, pl.Int32), orient="row"))


def test_the_size_of_a_war_sums_its_states_once_each() -> None:
    rows = [
        (1, 1, 2, 1900, 1_000, 6, 5),
        (1, 1, 3, 1900, 1_000, 6, 5),  # the same thousand, against another opponent
        (1, 1, 2, 1901, 1_000, 6, 5),
        (1, 2, 1, 1900, 500, 5, 5),
        (1, 3, 1, 1900, 0, 0, 5),
        (2, 1, 2, 1903, 0, 0, 4),  # not a war
    ]
    assert disputes_at_war(at_war(rows)).select("war", "year", "deaths").rows() == [(1, 1900, 1_500)]


@pytest.mark.parametrize(("level", "known"), [(6, False), (None, False), (4, True), (0, True)])
def test_a_great_loss_that_is_unknown_leaves_the_size_unknown(level: int | None, known: bool) -> None:
    found = disputes_at_war(at_war([(1, 1, 2, 1900, 2_000, 6, 5), (1, 2, 1, 1900, None, level, 5)]))
    assert found["deaths"].to_list() == [2_000 if known else None]


def test_a_conflict_is_a_new_war_when_it_comes_back_after_a_year_below_war() -> None:
    years = {1950: 2, 1951: 2, 1952: 1, 1953: 2}
    table = pl.DataFrame(
        {"conflict": [7] * 4, "year": list(years), "type": ["interstate"] * 4, "intensity": list(years.values())},
        schema_overrides={"year": pl.Int16},
    )
    assert conflicts_at_war(world(armed_conflicts=table))["year"].to_list() == [1950, 1953]


def test_years_without_a_war_count_and_years_beyond_the_source_do_not() -> None:
    panel = WarSize().panel(at_war([(1, 1, 2, 1900, 2_000, 6, 5), (1, 2, 1, 1900, 1_000, 6, 5)]), (1899, 2025))
    assert (panel["year"].min(), panel["year"].max()) == (1899, 2010)
    assert panel["war_onsets"].to_list()[:3] == [0, 1, 0]
    assert panel["war_deaths"].to_list()[:3] == [[], [3_000], []]


# ------------------------------------------------------------------------------------------------------------- the mechanism


def centuries(counts: list[int], deaths: float | None = None) -> pl.DataFrame:
    """A panel of these counts from 1900 on."""
    sizes = [[deaths * (place + 1)] * count if deaths else [] for place, count in enumerate(counts)]
    years = range(1900, 1900 + len(counts))
    return pl.DataFrame(
        {"year": years, "war_onsets": counts, "war_deaths": sizes}, schema_overrides={"war_deaths": pl.List(pl.Float64)}
    )


def test_fit_returns_a_copy_and_leaves_the_original_unfitted() -> None:
    mechanism = WarSize()
    fitted = mechanism.fit(centuries([1, 0, 2, 1] * 10, 1_000.0))
    assert fitted.arrivals is not None
    assert fitted.arrivals.rate == 1.0
    assert mechanism.arrivals is None
    assert replace(fitted, arrivals=None, tail=None, sizes=()) == mechanism


def test_without_sizes_no_war_can_be_drawn() -> None:
    fitted = WarSize(source="ucdp").fit(centuries([1, 0, 2, 1] * 10))
    assert fitted.tail is None
    with pytest.raises(InputError, match="no sizes"):
        fitted.sample(3, RNG)


def test_the_same_seed_draws_the_same_wars_within_the_bounds() -> None:
    fitted = WarSize(largest=1e5).fit(centuries([1, 0, 2, 1] * 10, 1_000.0))
    first, again = (fitted.sample(500, np.random.default_rng(9)) for _ in range(2))
    assert (first == again).all()
    assert first.min() >= 1_000
    assert first.max() <= 1e5


def test_a_forecast_knows_the_years_up_to_its_origin_and_no_later() -> None:
    quiet, loud = centuries([1] * 20 + [0] * 10), centuries([1] * 20 + [9] * 10)
    one, two = (WarSize().hindcast(panel, (1919,), 5).row(0, named=True) for panel in (quiet, loud))
    assert (one["constant"], one["rolling"]) == (two["constant"], two["rolling"]) == (rate(np.ones(20)), rate(np.ones(10)))
    assert (one["wars"], two["wars"]) == (0, 45)


def test_origins_whose_years_ahead_are_not_all_known_are_left_out() -> None:
    assert WarSize().hindcast(centuries([1] * 20), (1912, 1915, 1916), 4)["origin"].to_list() == [1912, 1915]


def test_a_steady_rate_gains_on_the_rolling_one_and_a_drifting_rate_loses() -> None:
    rng = np.random.default_rng(11)
    steady, drifting = rng.poisson(0.5, 200), rng.poisson(np.repeat([0.1, 3.0, 0.1, 3.0], 50))
    origins = tuple(range(1950, 2099))
    mechanism = WarSize()
    assert mechanism.gain(mechanism.hindcast(centuries(steady.tolist()), origins))["gain"] > 0
    assert mechanism.gain(mechanism.hindcast(centuries(drifting.tolist()), origins))["high"] < 0


def test_an_unknown_source_is_refused() -> None:
    with pytest.raises(InputError, match="gml or ucdp"):
        WarSize(source="cow")
