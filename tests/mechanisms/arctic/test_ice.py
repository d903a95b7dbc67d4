"""Ice and emissions: the regression beside statsmodels, worlds with a straight line in them, projections, what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose
from scipy.linalg import toeplitz

from foedus.errors import InputError
from foedus.estimation.design import Array, Design
from foedus.mechanisms.arctic.ice import (
    ArcticIce,
    by_sea,
    chance_free,
    cumulative_co2,
    first_free,
    paths,
    prais_winsten,
    projection,
    september,
    since_preindustrial,
)
from foedus.record.store import Record
from tests.worlds import world

YEARS = np.arange(1979, 2015)
HISTORY = np.arange(1850, 2015)
HOLE = 310_000


def autocorrelated(years: int, persistence: float, spread: float, seed: int) -> Array:
    random = np.random.default_rng(seed)
    drift = np.zeros(years)
    for year in range(1, years):
        drift[year] = persistence * drift[year - 1] + random.normal(0, spread)
    return drift


def series(matrix: Array, outcome: Array) -> Design:
    years = np.arange(len(outcome))
    return Design(matrix, tuple(f"x{place}" for place in range(matrix.shape[1])), outcome, years * 0, years)


def ice(area: dict[int, int | None], extent: dict[int, int | None], hole: int | None = HOLE) -> pl.DataFrame:
    """Septembers of the north, with a March and a south that are not to be taken for them."""
    rows: list[dict[str, Any]] = [
        {"hemisphere": side, "year": year, "month": month, "extent_km2": km2, "area_km2": area[year], "pole_hole_km2": hole}
        for side, month, add in (("north", 9, 0), ("north", 3, 9_000_000), ("south", 9, 12_000_000))
        for year, at in extent.items()
        for km2 in [None if at is None else at + add]
    ]
    return pl.DataFrame(rows, schema_overrides={"year": pl.Int16, "extent_km2": pl.Int32, "area_km2": pl.Int32})


def emissions(**scenarios: dict[int, float | None]) -> pl.DataFrame:
    rows = [(name.replace("_", "-"), year, co2) for name, nodes in scenarios.items() for year, co2 in nodes.items()]
    return pl.DataFrame(rows, schema={"scenario": pl.String, "year": pl.Int16, "co2_gt": pl.Float64}, orient="row")


def drawn(slope: float = -2.5e-3, **tables: pl.DataFrame) -> Record:
    """A world that has emitted 10 Gt a year, then 40; its ice falls by `slope` million km² a Gt, in extent by half."""
    co2 = np.cumsum(np.where(HISTORY < 1979, 10.0, 40.0))
    falls = {int(year): slope * float(at - co2[129]) for year, at in zip(HISTORY, co2, strict=True) if year in YEARS}
    area = {year: round(5e6 + 1e6 * fall) for year, fall in falls.items()}
    extent = {year: round(7e6 + 0.5e6 * fall) for year, fall in falls.items()}
    told = {
        "sea_ice": ice(area, extent),
        "ar6_cumulative_co2": pl.DataFrame({"scenario": "historical", "year": HISTORY, "cumulative_co2_gt": co2}),
        "ar6_emissions": emissions(
            quick={2015: 40.0, 2020: 50.0, 2030: 70.0, 2040: 90.0}, slow={2015: 40.0, 2020: 30.0, 2030: 10.0, 2040: 0.0}
        ),
        "world_fossil_co2": pl.DataFrame({"year": HISTORY, "fossil_co2_t": 1}),
        "physical_facts": pl.DataFrame({"fact_id": ["land-use-co2-2014-2023"], "value": [4.0]}),
        "temperature_giss": pl.DataFrame({"year": YEARS, "anomaly": (YEARS - 1979) * 0.02}),
    }
    return world(**{**told, **tables})


def fitted(record: Record, **choices: Any) -> ArcticIce:
    mechanism = ArcticIce(**choices)
    return mechanism.fit(mechanism.panel(record, (1979, 2014)))


# ------------------------------------------------------------------------------------------------------------------ regression


def test_coefficients_and_errors_are_those_of_generalised_least_squares() -> None:
    x = np.linspace(0, 3, 46)
    outcome = 5 - 0.8 * x + autocorrelated(46, 0.5, 0.4, seed=4)
    estimate, persistence, _ = prais_winsten(series(x[:, None], outcome))
    reference = sm.GLS(outcome, sm.add_constant(x), sigma=toeplitz(persistence ** np.arange(46))).fit()
    assert_allclose(estimate.coefficients, reference.params, rtol=1e-8)
    assert_allclose(np.sqrt(np.diag(estimate.covariance)), reference.bse, rtol=1e-6)


def test_it_agrees_with_the_iterated_regression_of_statsmodels() -> None:
    """That one drops the first year (Cochrane & Orcutt), so that on a long series the two meet."""
    x = np.linspace(0, 3, 4000)
    outcome = 5 - 0.8 * x + autocorrelated(4000, 0.6, 0.4, seed=5)
    estimate, persistence, _ = prais_winsten(series(x[:, None], outcome))
    model = sm.GLSAR(outcome, sm.add_constant(x), rho=1)
    reference = model.iterative_fit(maxiter=50)
    assert persistence == pytest.approx(float(np.ravel(model.rho)[0]), abs=0.001)
    assert_allclose(estimate.coefficients, reference.params, rtol=2e-3)
    assert_allclose(np.sqrt(np.diag(estimate.covariance)), reference.bse, rtol=5e-3)


def test_an_error_that_outlasts_its_year_makes_the_slope_less_sure() -> None:
    x = np.linspace(0, 3, 46)
    outcome = 5 - 0.8 * x + autocorrelated(46, 0.6, 0.4, seed=6)
    estimate, persistence, _ = prais_winsten(series(x[:, None], outcome))
    plain = sm.OLS(outcome, sm.add_constant(x)).fit()
    assert persistence > 0.3
    assert estimate.tidy()["std_error"][1] > 1.2 * plain.bse[1]


def test_a_known_sensitivity_comes_back() -> None:
    found, low, high = fitted(drawn()).sensitivity()
    assert found == pytest.approx(2.5, abs=0.001), "m² a tonne"
    assert low <= found <= high


def test_known_coefficients_come_back_from_noise_with_an_interval_that_holds_them() -> None:
    x, held = np.linspace(0, 1.4, 46), 0
    for seed in range(200):
        estimate, *_ = prais_winsten(series(x[:, None], 7 - 2.5 * x + autocorrelated(46, 0.3, 0.4, seed)))
        row = estimate.tidy().row(1, named=True)
        held += row["low"] < -2.5 < row["high"]
    assert 175 <= held <= 198, "about 95 in 100"


# ------------------------------------------------------------------------------------------------------------------- the record


def test_the_disc_that_satellites_do_not_see_counts_as_ice_in_the_area_alone() -> None:
    told = september(world(sea_ice=ice({2000: 4_000_000}, {2000: 6_000_000})))
    assert told.rows() == [(2000, 4.31, 6.0)]


def test_of_a_year_whose_disc_is_unknown_the_area_is_unknown_and_the_extent_is_not() -> None:
    assert september(world(sea_ice=ice({2025: 4_000_000}, {2025: 6_000_000}, hole=None))).rows() == [(2025, None, 6.0)]


def test_a_missing_september_is_left_out_and_never_nought() -> None:
    whole = drawn()
    holed = whole.table("sea_ice").with_columns(
        pl.when(pl.col("year") != 1990).then("area_km2"), pl.when(pl.col("year") != 1991).then("extent_km2")
    )
    for outcome, missing in (("september_ice_area", 1990), ("september_ice_extent", 1991)):
        mechanism = ArcticIce(outcome=outcome)
        panel = mechanism.panel(drawn(sea_ice=holed), (1979, 2014))
        assert panel.filter(year=missing)[outcome].to_list() == [None]
        design = mechanism.design(panel)
        assert missing not in design.year
        assert len(design.year) == len(YEARS) - 1
        assert (design.outcome > 0).all()


def test_area_and_extent_are_never_mixed() -> None:
    """Half as steep in this world; and what happens to the one leaves the other as it was."""
    before = fitted(drawn()).sensitivity()[0]
    halved = drawn().table("sea_ice").with_columns(pl.col("extent_km2") // 2)
    assert fitted(drawn(sea_ice=halved)).sensitivity()[0] == before
    assert fitted(drawn(), outcome="september_ice_extent").sensitivity()[0] == pytest.approx(1.25, abs=0.001)


def test_emissions_after_the_report_ends_are_those_recorded_and_land_use() -> None:
    later = pl.DataFrame({"year": [2014, 2015, 2016], "fossil_co2_t": [1, 36_000_000_000, 37_000_000_000]})
    told = cumulative_co2(drawn(world_fossil_co2=later)).tail(3)["cumulative_co2"].diff().drop_nulls()
    assert_allclose(told, [40.0, 41.0])


def test_a_scenario_goes_on_from_history_along_straight_lines() -> None:
    told = cumulative_co2(drawn(), "quick").filter(pl.col("year") >= 2014)["cumulative_co2"].diff().drop_nulls().to_list()
    assert_allclose(told[:7], [40, 42, 44, 46, 48, 50, 52])
    assert len(told) == 2040 - 2014


def test_warming_is_turned_by_the_mean_of_recorded_years() -> None:
    years = np.arange(1850, 1990)
    told = np.select([years <= 1900, (years >= 1951) & (years <= 1980)], [-0.4, -0.1], 7.0)
    assert since_preindustrial(world(temperature_hadcrut=pl.DataFrame({"year": years, "anomaly": told}))) == pytest.approx(0.3)


def test_a_sea_that_had_no_ice_has_no_share_of_it_to_lose() -> None:
    rows = [
        (sea, year, 9, km2)
        for sea, was, now in (("A", 400_000, 100_000), ("B", 0, 50))
        for year, km2 in ((1979, was), (2020, now))
    ]
    seas = pl.DataFrame(rows, schema=["region", "year", "month", "extent_km2"], orient="row")
    told = by_sea(world(sea_ice_regions_v3=seas))
    assert_allclose(told.select("early", "late"), [[0.4, 0.1], [0, 0.00005]])
    assert told["change"].round(6).to_list() == [-0.75, None]


# ------------------------------------------------------------------------------------------------------------------ projections


def noisy() -> Record:
    """A drawn world that loses 2 m² a tonne, with 300,000 km² of weather in it."""
    random = np.random.default_rng(8)
    weather = pl.DataFrame({"year": YEARS, "weather": random.normal(0, 3e5, len(YEARS)).astype(np.int32)})
    rows = drawn(-2e-3).table("sea_ice").with_columns(pl.col("year").cast(pl.Int64)).join(weather, on="year")
    return drawn(sea_ice=rows.with_columns(pl.col("area_km2", "extent_km2") + pl.col("weather")).drop("weather"))


def test_the_same_seed_gives_the_same_bytes_and_another_does_not() -> None:
    record = noisy()
    model = fitted(record)
    one, again, other = (projection(model, record, "quick", members=500, seed=seed) for seed in (3, 3, 4))
    assert one.equals(again)
    assert not one.equals(other)


def test_bands_hold_the_middle_and_no_ice_is_negative() -> None:
    record = noisy()
    model = fitted(record)
    for scenario in ("quick", "slow"):
        told = projection(model, record, scenario, members=2_000)
        assert (told["low"] <= told["median"]).all()
        assert (told["median"] <= told["high"]).all()
        assert told["low"].min() >= 0  # type: ignore[operator]
        given = cumulative_co2(record, scenario).filter(pl.col("year") > 2014)["cumulative_co2"].to_numpy()
        line = np.maximum(model.fitted.predictor(given[:, None]), 0)
        assert ((told["low"].to_numpy() <= line) & (line <= told["high"].to_numpy())).all()
    assert told["year"].to_list() == list(range(2015, 2041))


def test_more_co2_leaves_less_ice_and_an_earlier_free_september() -> None:
    record = noisy()
    model = fitted(record)
    quick, slow = (projection(model, record, name, members=2_000) for name in ("quick", "slow"))
    assert (quick["median"] <= slow["median"] + 0.02).all()
    assert quick["median"][-1] < slow["median"][-1] - 0.5
    assert quick["free"][-1] > slow["free"][-1]
    assert quick["free"].is_sorted(), "once free is ever free"
    assert first_free(quick)["late"] is not None
    assert first_free(slow)["late"] is None


def test_the_spread_of_futures_is_that_of_the_years_and_the_coefficients() -> None:
    record = noisy()
    model = fitted(record)
    driver = cumulative_co2(record, "slow").filter(pl.col("year") > 2014)["cumulative_co2"].to_numpy()
    drawn_spread = paths(model, driver, 20_000, seed=1).std(axis=0)
    years = (model.spread or 0.0) / np.sqrt(1 - (model.persistence or 0.0) ** 2)
    expected = np.hypot(model.fitted.error(driver[:, None]), years)
    assert_allclose(drawn_spread, expected, rtol=0.05)


def test_at_the_warming_that_leaves_just_so_little_the_chance_is_a_half() -> None:
    record = noisy()
    model = fitted(record, driver="warming")
    intercept, slope = model.fitted.coefficients
    at = (1.0 - intercept) / slope
    told = chance_free(model, np.array([at - 0.3, at, at + 0.3]))
    assert told[1] == pytest.approx(0.5)
    assert told[0] < 0.5 < told[2]


# --------------------------------------------------------------------------------------------------------------------- refusals


def test_an_unknown_scenario_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match=r"no scenario is called 'quik'.*quick.*There are: quick, slow"):
        cumulative_co2(drawn(), "quik")


@pytest.mark.parametrize(
    ("nodes", "missing"), [({2015: 40.0, 2020: 50.0, 2040: 9.0}, "2030"), ({2030: 7.0, 2040: None}, "2015, 2020, 2040")]
)
def test_a_scenario_with_a_year_missing_is_refused_by_name_and_year(nodes: dict[int, float | None], missing: str) -> None:
    whole: dict[int, float | None] = {2015: 40.0, 2020: 50.0, 2030: 70.0, 2040: 90.0}
    record = drawn(ar6_emissions=emissions(whole=whole, holed=nodes))
    assert cumulative_co2(record, "whole").height == 191
    with pytest.raises(InputError, match=f"scenario holed does not say what is emitted in {missing}, .*add the year"):
        projection(fitted(record), record, "holed")


def test_only_a_model_of_emissions_follows_a_scenario_and_only_one_of_warming_a_warming() -> None:
    record = drawn()
    with pytest.raises(InputError, match="a scenario gives emissions"):
        projection(fitted(record, driver="warming"), record, "quick")
    with pytest.raises(InputError, match="a scenario gives emissions"):
        projection(fitted(record, terms=()), record, "quick")
    with pytest.raises(InputError, match="whose driver is warming"):
        chance_free(fitted(record), np.array([1.0]))
    with pytest.raises(InputError, match="no sensitivity"):
        fitted(record, terms=()).sensitivity()


@pytest.mark.parametrize("choice", [{"outcome": "september_ice_aera"}, {"driver": "emission"}])
def test_a_misspelt_choice_is_refused_with_the_nearest_name(choice: dict[str, str]) -> None:
    with pytest.raises(InputError, match=r"(Did you mean|did you mean|nearest|There are)"):
        ArcticIce(**choice)  # type: ignore[arg-type]


def test_too_few_years_are_refused() -> None:
    mechanism = ArcticIce()
    with pytest.raises(InputError, match="widen the years"):
        mechanism.fit(mechanism.panel(drawn(), (1979, 1980)))
