"""What is told of flight beside its grades: arrivals by destination, who is followed, and the case that a rule chooses."""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from foedus.errors import InputError
from foedus.estimation.cores import one_core
from foedus.mechanisms.climate.corridors import FLOW, SILENT
from foedus.record.store import Record
from foedus.validation.displacement import flight, flows
from foedus.validation.displacement.arrivals import FEW, UNKNOWN, Arrivals, expected_arrivals
from foedus.validation.hindcast import FULL

USA, CANADA = 2, 20


@pytest.fixture(scope="module")
def arrivals(record: Record) -> Arrivals:
    """What came to every state, and what was expected."""
    return flight.arrivals(record)


def test_everybody_told_of_since_the_first_window_is_counted_once(arrivals: Arrivals, record: Record) -> None:
    """But those of or in states that the system does not have; a few in a thousand."""
    told = record.table("displacement_flows").filter(pl.col("year") >= 2008).group_by("year").agg(pl.col(FLOW).sum())
    all_told = told.select("year", all=pl.sum_horizontal(FLOW).cast(pl.Float64)).sort("year")
    came = arrivals.destinations.group_by("year").agg(pl.col("came").sum()).sort("year")
    assert came["year"].to_list() == all_told["year"].to_list() == list(range(2008, 2026))
    assert ((came["came"] / all_told["all"]).is_between(0.98, 1)).all()


def test_who_came_the_year_before_is_who_came_the_year_before(arrivals: Arrivals) -> None:
    sums = arrivals.destinations.filter(ccode=USA).group_by("year").agg(pl.col("came", "before").sum()).sort("year")
    assert sums["before"].to_list()[1:] == sums["came"].to_list()[:-1]


def test_a_corridor_is_forecast_or_it_is_said_why_not(arrivals: Arrivals) -> None:
    for table in (arrivals.destinations, arrivals.corridors):
        assert (table["expected"].is_null() == table["why_not"].is_not_null()).all()
        assert not table["expected"].is_nan().any()
    assert arrivals.corridors["low"].null_count() == arrivals.corridors["expected"].null_count()
    reasons = set(arrivals.destinations["why_not"].drop_nulls())
    assert {FEW, UNKNOWN, "no better than the corridor mean", "no better than the last year"} <= reasons


def test_a_destination_that_told_of_nobody_is_not_forecast(arrivals: Arrivals) -> None:
    silent = arrivals.destinations.filter(why_not=SILENT)
    assert silent.height
    assert silent["came"].sum() == 0


def test_the_last_year_that_can_be_forecast_is_the_one_after_the_models_end(arrivals: Arrivals) -> None:
    assert arrivals.corridors["year"].unique().to_list() == [2024]
    assert arrivals.destinations.filter(pl.col("why_not").is_null())["year"].max() == 2024
    later = arrivals.destinations.filter(pl.col("year") == 2025)
    assert later["expected"].null_count() == later.height


def test_corridors_of_the_last_year_add_up_to_their_destinations(arrivals: Arrivals) -> None:
    parts = (
        arrivals.corridors.filter(pl.col("why_not").is_null()).group_by("ccode2").agg(pl.col("expected").sum()).sort("ccode2")
    )
    whole = arrivals.destinations.filter(pl.col("why_not").is_null(), pl.col("year") == 2024).sort("ccode")
    assert parts["expected"].to_list() == pytest.approx(whole["expected"].to_list())


def test_most_who_come_to_the_united_states_come_by_corridors_without_skill(arrivals: Arrivals) -> None:
    """Of 1.17 million of 2023, 4 in 100 came along the 61 corridors that are forecast; to Canada 21 in 100."""
    for state, share in ((USA, 0.04), (CANADA, 0.21)):
        own = arrivals.destinations.filter(ccode=state, year=2023)
        forecast = own.filter(pl.col("why_not").is_null())
        assert forecast["came"].item() / own["came"].sum() == pytest.approx(share, abs=0.01)


def test_half_of_the_corridors_are_followed_and_an_eighth_by_gravity_alone(record: Record) -> None:
    told = {row["model"]: row for row in flight.followed(record).iter_rows(named=True)}
    full, gravity = told[FULL], told[flight.GRAVITY_ALONE]
    assert full["low"] < full["share"] < full["high"] < 0.5, "fewer than half, as was expected beforehand"
    assert full["share"] == pytest.approx(0.479, abs=0.01)
    assert gravity["share"] == pytest.approx(0.118, abs=0.01)
    assert full["high"] - full["low"] > 2 * 1.96 * (0.25 / full["judged"]) ** 0.5, "corridors from an origin go together"


def test_the_largest_flight_is_chosen_by_the_record(record: Record) -> None:
    largest = flight.largest(record)
    assert (largest.origin, largest.year) == flight.largest_flight(record.table("displacement_flows")) == (369, 2022)
    assert largest.forecast.last_year == 2021


def test_not_even_the_deaths_of_the_year_tell_of_the_largest_flight(record: Record) -> None:
    """13,670 expected and 3.9 million came; given the deaths of 2022, 16,654."""
    largest = flight.largest(record)
    assert largest.forecast.expected == pytest.approx(13_670, rel=0.02)
    assert largest.given.expected == pytest.approx(16_654, rel=0.02)
    assert largest.forecast.came == largest.given.came == 3_909_791
    assert max(largest.forecast.high, largest.given.high) < 50_000


def test_without_a_year_that_can_be_forecast_no_case_is_chosen() -> None:
    early = pl.DataFrame({"ccode1": [7], "year": [1999], **{name: [1] for name in FLOW}})
    with pytest.raises(InputError, match="nobody is known to have fled in 2002–2023: no case can be chosen"):
        flight.largest_flight(early)


@pytest.mark.slow
@pytest.mark.release
def test_what_is_remembered_of_flight_is_what_the_code_computes(record: Record, arrivals: Arrivals) -> None:
    with one_core():
        skill, allocation = flows.by_corridor(record), flows.allocation(record)
        fresh = expected_arrivals(record, skill)
    for kept, computed in (
        (flight.corridors(record), skill),
        (flight.allocation(record), allocation),
        (arrivals.destinations, fresh.destinations),
        (arrivals.corridors, fresh.corridors),
    ):
        assert_frame_equal(kept, computed, rel_tol=1e-3, abs_tol=1e-6)
