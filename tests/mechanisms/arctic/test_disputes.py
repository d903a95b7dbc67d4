"""Open water, the index of presence, and disputes among the Arctic states: priors that hold, worlds on paper, the null."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from foedus.errors import InputError
from foedus.estimation.covariance import clustered_covariance
from foedus.estimation.design import Design
from foedus.estimation.logit import logit
from foedus.mechanisms.arctic.disputes import (
    WIDTHS,
    ArcticDisputes,
    ArcticInterest,
    accessibility,
    accessibility_of_seas,
    arctic_states,
    ingredients,
    posterior,
    presence,
)
from foedus.panels.codebook import world as world_variables
from foedus.record.store import Record
from tests.worlds import world

CIRCLE = 66.5636
"""Degrees north: the Arctic Circle in the first quarter of this century."""

ONLY_AN_ISLAND = {"ISL": "Grímsey, of 5 km², which the map leaves out; the mainland ends some kilometres south of the Circle"}


# ------------------------------------------------------------------------------------------------------- the Arctic states


def test_the_arctic_states_are_those_with_land_north_of_the_circle(record: Record) -> None:
    """By the outlines of the world's map; Greenland has one of its own and is Denmark's."""
    reach = {iso3: _northernmost(outline) for iso3, outline in record.table("world_map").select("iso3", "outline").iter_rows()}
    north = {"DNK" if iso3 == "GRL" else iso3 for iso3, latitude in reach.items() if latitude > CIRCLE}
    assert {*arctic_states(record)["iso3"]} == north | {*ONLY_AN_ISLAND}
    assert CIRCLE - 0.1 < reach["ISL"] < CIRCLE


def _northernmost(outline: str) -> float:
    return max(int(point.split(",")[1]) for ring in outline.split("|") for point in ring.split()) / 100


def test_an_arctic_state_has_had_one_code_since_satellites_saw_the_ice(record: Record) -> None:
    codes = arctic_states(record)["ccode"]
    years = record.table("state_years").filter(pl.col("ccode").is_in(codes.to_list()) & (pl.col("year") >= 1979))
    assert (years.group_by("ccode").len()["len"] == 2025 - 1979 + 1).all()


# ------------------------------------------------------------------------------------------------------------ the interest


def septembers(extents: dict[int, int | None]) -> pl.DataFrame:
    return pl.DataFrame(
        [{"hemisphere": "north", "year": year, "month": 9, "extent_km2": km2} for year, km2 in extents.items()]
        + [{"hemisphere": "south", "year": 1980, "month": 9, "extent_km2": 1}],
        schema_overrides={"year": pl.Int16, "extent_km2": pl.Int32},
    )


def test_open_water_is_what_the_first_ten_septembers_had_covered() -> None:
    told = accessibility(world(sea_ice=septembers({1979: 8_000_000, 1988: 6_000_000, 2012: 3_500_000, 2013: None})))
    assert told["year"].to_list() == [1979, 1988, 2012], "a September that nobody saw is not open"
    assert_allclose(told["open_water"], [-1 / 7, 1 / 7, 0.5])


def test_a_sea_with_next_to_no_ice_has_no_share() -> None:
    rows = [("wide", 1980, 9, 900_000), ("wide", 2020, 9, 450_000), ("narrow", 1980, 9, 5_000), ("narrow", 2020, 9, 0)]
    seas = pl.DataFrame(rows, schema=["region", "year", "month", "extent_km2"], orient="row")
    told = accessibility_of_seas(world(sea_ice_regions_v3=seas))
    assert told.filter(year=2020).select("sea", "open_water").rows() == [("wide", 0.5)]


def test_half_of_the_seas_held_enough_and_the_beaufort_and_chukchi_are_among_them(record: Record) -> None:
    seas = set(accessibility_of_seas(record)["sea"])
    assert len(seas) == 8
    assert {"Beaufort Sea", "Chukchi Sea", "Canadian Archipelago"} <= seas


def counts(*rows: tuple[str, int, float, str]) -> Record:
    """Facts: what was counted, year, how many, precision of the date."""
    facts = [
        {
            "fact_id": str(place),
            "subject": "Arctic shipping",
            "measure": measure,
            "place": "somewhere",
            "unit": "ships",
            "date": date(year, 1, 1),
            "date_precision": precision,
            "value": value,
            "confidence": "medium",
            "source": "a page",
        }
        for place, (measure, year, value, precision) in enumerate(rows)
    ]
    return world(physical_facts=pl.DataFrame(facts))


def test_presence_is_the_geometric_mean_of_multiples_of_the_first_count() -> None:
    record = counts(("a", 2010, 100, "year"), ("a", 2020, 400, "year"), ("b", 2010, 7, "year"), ("b", 2020, 7, "year"))
    assert presence(record).rows() == [(2010, 1.0, 2), (2020, pytest.approx(2.0), 2)]


def test_a_kind_counted_once_and_a_count_of_a_month_are_no_ingredients() -> None:
    record = counts(("a", 2010, 100, "year"), ("a", 2020, 150, "year"), ("a", 2021, 90, "month"), ("b", 2020, 7, "year"))
    assert presence(record).rows() == [(2010, 1.0, 1), (2020, pytest.approx(1.5), 1)]
    assert ingredients(record).filter(~pl.col("used"))["measure"].to_list() == ["b"]


def test_the_shipped_index_rests_on_three_counts_of_one_kind(record: Record) -> None:
    """PAME: 1,298 ships in 2013, 1,782 in 2023 (+37 %), 1,812 in 2025."""
    told = presence(record)
    assert told["year"].to_list() == [2013, 2023, 2025]
    assert_allclose(told["presence"], [1, 1.373, 1.396], atol=0.001)
    assert told["kinds"].to_list() == [1, 1, 1]


def test_what_it_writes_is_read_by_the_second_half_of_the_claim() -> None:
    assert "open_water" in set(ArcticInterest.writes) & set(ArcticDisputes().reads) & set(world_variables())


# --------------------------------------------------------------------------------------------------------------- the prior


def design(coefficients: tuple[float, float, float], rows: int, seed: int = 1) -> Design:
    random = np.random.default_rng(seed)
    matrix = np.column_stack([random.uniform(-0.1, 0.5, rows), random.uniform(0, 4.5, rows)])
    odds = coefficients[0] + matrix @ np.array(coefficients[1:])
    outcome = (random.random(rows) < 1 / (1 + np.exp(-odds))).astype(float)
    cluster = np.arange(rows) % 28
    return Design(matrix, tuple(WIDTHS), outcome, cluster, 1980 + np.arange(rows) // 28)


def test_known_coefficients_come_back_where_rows_are_many() -> None:
    found = posterior(design((-1.0, 0.8, -0.9), 60_000), WIDTHS)
    error = found.tidy()["std_error"].to_numpy()
    assert (np.abs(found.coefficients - [-1.0, 0.8, -0.9]) < 3 * error).all()


def test_without_a_prior_it_is_the_logit() -> None:
    rows = design((-1.0, 0.5, -0.5), 2_000)
    assert_allclose(posterior(rows, dict.fromkeys(WIDTHS, 1e6)).coefficients, logit(rows).coefficients, rtol=1e-4, atol=1e-5)


def test_a_narrower_prior_draws_the_estimate_towards_nought() -> None:
    rows = design((-1.0, 3.0, -0.5), 868)
    told = [posterior(rows, {**WIDTHS, "open_water_before": width}).coefficients[1] for width in (10.0, 0.7, 0.1, 0.001)]
    assert told[0] > told[1] > told[2] > told[3] > 0
    assert told[3] < 1e-3


def test_the_prior_says_that_half_of_the_ice_doubles_the_odds_at_most() -> None:
    assert np.exp(1.959964 * WIDTHS["open_water_before"] / 2) == pytest.approx(2.0, abs=1e-6)


def test_covariates_that_separate_the_outcome_have_an_estimate_with_the_prior() -> None:
    matrix = np.column_stack([np.repeat([0.0, 1.0], 10), np.zeros(20)])
    rows = Design(matrix, tuple(WIDTHS), np.repeat([0.0, 1.0], 10), np.arange(20), np.full(20, 1990))
    assert np.isfinite(posterior(rows, WIDTHS).coefficients).all()


def test_nothing_can_be_learnt_where_nothing_happened() -> None:
    rows = design((-1.0, 0.5, -0.5), 100)
    with pytest.raises(InputError, match="never varies"):
        posterior(replace(rows, outcome=np.zeros(100)), WIDTHS)


@pytest.mark.parametrize("choice", [{"outcome": "fatal_dispute_onset"}, {"terms": ("ice",)}])
def test_what_it_does_not_have_is_refused(choice: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"no (outcome|term) '\w+'.*There are"):
        ArcticDisputes(**choice)  # type: ignore[arg-type]


# -------------------------------------------------------------------------------------------------------------- the record


@pytest.fixture(scope="module")
def panel(record: Record) -> pl.DataFrame:
    return ArcticDisputes().panel(record, (1975, 2015))


def test_rows_are_the_dyads_of_the_eight_states(panel: pl.DataFrame) -> None:
    assert panel.group_by("year").len()["len"].unique().to_list() == [28]
    assert panel.select("ccode1", "ccode2").is_unique().sum() == 0


def test_open_water_is_that_of_the_september_before(panel: pl.DataFrame, record: Record) -> None:
    water = dict(accessibility(record).iter_rows())
    told = dict(panel.select("year", "open_water_before").unique().iter_rows())
    assert told[2013] == water[2012]
    assert told[1979] is None, "before the first September there is nothing to know"


def test_no_row_is_learnt_from_of_which_ice_or_disputes_are_unknown(panel: pl.DataFrame) -> None:
    years = ArcticDisputes().design(panel).year
    assert (years.min(), years.max()) == (1980, 2010)
    assert panel.filter(pl.col("year") > 2010)["dispute_onset"].null_count() == 5 * 28


def test_the_interval_of_open_water_holds_nought(panel: pl.DataFrame) -> None:
    """34 onsets in 868 dyad-years: half of the ice gone goes with .79 times the odds, .42 to 1.50."""
    fitted = ArcticDisputes().fit(panel)
    assert (fitted.fitted.n, fitted.fitted.events) == (868, 34)
    ratio, low, high = fitted.odds_by_half()
    assert low < 1 < high
    assert (ratio, low, high) == pytest.approx((0.79, 0.42, 1.50), abs=0.01)


def test_it_holds_nought_without_the_prior_too_whichever_way_errors_are_clustered(panel: pl.DataFrame) -> None:
    """All dyads share one open water a year, so that years may be what is independent."""
    rows = ArcticDisputes().design(panel)
    plain = logit(rows)
    for cluster in (rows.cluster, rows.year):
        clustered = replace(rows, cluster=cluster, sides=None)  # of eight states too few are independent to sum over them
        error = np.sqrt(np.diag(clustered_covariance(clustered, plain.coefficients)))[1]
        assert abs(plain.coefficients[1]) < 1.96 * error


def test_peace_goes_with_peace(panel: pl.DataFrame) -> None:
    """What the model knows of the dyads is sensible: the longer the peace, the rarer its end."""
    assert ArcticDisputes().fit(panel).fitted.tidy().filter(term="log_peace_years")["high"].item() < -0.5
