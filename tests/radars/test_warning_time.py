"""Warning time: worlds with one site and a known answer, geodesics, seeds, members, sites out, bands."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, permutations
from typing import Any

import numpy as np
import polars as pl
import polars.testing
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from foedus.errors import InputError
from foedus.estimation.design import Array
from foedus.radars import warning_time as module
from foedus.radars.bands import bands
from foedus.radars.coverage import counts, stated_view
from foedus.radars.front import Line, along, chain_line, parallel
from foedus.radars.shares import MOST_MEMBERS, availability, contributions, minutes_by_group, seen_by_group
from foedus.radars.sites import sites_of_record
from foedus.radars.warning_time import Approach, first_seen, stated_approach, warning_time
from foedus.record.store import Record
from tests.radars.test_coverage import network

GEOD = Geod(ellps="WGS84")
HERE = Line("here", (70.0,), (-100.0,))
ONE = network(("A", "CAN", 70.0, -100.0))
THREE = network(("A", "CAN", 70.0, -100.0), ("B", "USA", 70.0, -92.0), ("C", "DNK", 71.0, -84.0))
ALL = stated_approach(HERE, 2000, half_width=180.0)


def entries(sites: pl.DataFrame, reaches: Array, approach: Approach) -> Array:
    return np.concatenate(list(first_seen(sites, reaches, approach, range(sites.height))))


def test_a_site_at_the_end_gives_its_reach_over_the_speed() -> None:
    told = warning_time(ONE, np.array([300.0]), ALL)
    assert told.seen == 1.0
    assert told.mean == pytest.approx(300 / 0.25 / 60)
    assert list(told.quantiles.values()) == pytest.approx([20.0] * 5)
    assert told.from_start == 0.0


def test_half_the_speed_is_twice_the_warning() -> None:
    slow = replace(ALL, speed_m_s=125.0)
    assert warning_time(ONE, np.array([300.0]), slow).mean == pytest.approx(2 * warning_time(ONE, np.array([300.0]), ALL).mean)


def test_a_site_400_km_ahead_warns_400_km_sooner() -> None:
    east, north, _ = GEOD.fwd(-100.0, 70.0, 0.0, 400_000)
    ahead = network(("A", "CAN", float(north), float(east)))
    due_north = stated_approach(HERE, 4000, half_width=30.0)
    assert entries(ahead, np.array([300.0]), due_north).max() == pytest.approx(700, rel=0.003)


def test_what_is_not_seen_has_no_warning_and_no_quantile() -> None:
    away = network(("A", "CAN", -40.0, 20.0))
    told = warning_time(away, np.array([300.0]), ALL)
    assert (told.seen, told.mean, told.quantiles[0.5]) == (0.0, 0.0, None)
    assert told.tidy().filter(measure="minutes_50")["value"].to_list() == [None]


def test_a_site_that_a_track_passes_after_its_end_does_not_count() -> None:
    """It stands 500 km beyond the place, seen from where the tracks come from."""
    east, north, _ = GEOD.fwd(-100.0, 70.0, 180.0, 500_000)
    behind = network(("A", "CAN", float(north), float(east)))
    assert warning_time(behind, np.array([400.0]), stated_approach(HERE, 500, half_width=60.0)).seen == 0.0


def test_a_track_that_begins_within_reach_is_seen_from_its_beginning() -> None:
    short = replace(ALL, start_km=200.0)
    told = warning_time(ONE, np.array([300.0]), short)
    assert told.from_start == 1.0
    assert told.mean == pytest.approx(200 / 0.25 / 60)


def test_entries_are_those_of_geodesics_within_a_third_of_a_per_cent(record: Record) -> None:
    """The first point within reach along each geodesic, walked in steps of 1 km."""
    sites = sites_of_record(record, systems=["North Warning System"])
    reaches = stated_view(height_m=3000.0).reaches(sites)
    approach = stated_approach(HERE, 30, seed=3)
    ours = entries(sites, reaches, approach).max(axis=1)
    bearing = (2 * np.random.Generator(np.random.PCG64(3)).random((30, 2))[:, 1] - 1) * 60
    steps = np.arange(0.0, 5000.0, 1.0)
    for track, angle in enumerate(bearing):
        east, north, _ = GEOD.fwd(np.full(5000, -100.0), np.full(5000, 70.0), np.full(5000, angle), steps * 1000)
        seen = counts(sites, reaches, np.asarray(north), np.asarray(east), ["CAN", "USA"]).any(axis=1)
        assert ours[track] == pytest.approx(steps[seen].max(), rel=0.0033, abs=2.0)


def test_the_closed_form_is_the_walk_along_the_circle() -> None:
    reaches = np.array([300.0, 150.0, 400.0])
    radius = module.touching_radius(THREE)
    stands = module.unit_vectors(THREE["latitude"].to_numpy(), THREE["longitude"].to_numpy())
    (ends, back), *_ = module._tracks(replace(ALL, tracks=200), 200)
    arcs = np.arange(0, 5000.0, 0.5) / radius
    for track, told in enumerate(entries(THREE, reaches, replace(ALL, tracks=200))):
        path = np.outer(np.cos(arcs), ends[track]) + np.outer(np.sin(arcs), back[track])
        within = path @ stands.T >= np.cos(reaches / radius)
        walked = np.where(within.any(axis=0), (len(arcs) - 1 - within[::-1].argmax(axis=0)) * 0.5, -1.0)
        missed = (walked < 0) != (told < 0)
        assert not missed[abs(walked - told) > 60].any(), "a mere touch may lie between two steps"
        assert told[~missed] == pytest.approx(walked[~missed], abs=0.51)


def test_one_seed_gives_the_same_bytes_whatever_the_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    reaches = np.array([300.0, 150.0, 400.0])
    before = entries(THREE, reaches, ALL)
    monkeypatch.setattr(module, "CHUNK", 7)
    assert entries(THREE, reaches, ALL).tobytes() == before.tobytes()
    assert entries(THREE, reaches, replace(ALL, seed=2)).tobytes() != before.tobytes()
    assert warning_time(THREE, reaches, ALL).tidy().equals(warning_time(THREE, reaches, ALL).tidy())


def test_memory_does_not_grow_with_the_tracks() -> None:
    largest = max(len(chunk) for chunk in first_seen(THREE, np.full(3, 300.0), replace(ALL, tracks=20_000), range(3)))
    assert largest == module.CHUNK


def test_bearings_are_drawn_evenly_from_their_spread() -> None:
    (ends, back), *_ = module._tracks(stated_approach(HERE, 4000, half_width=60.0), 4000)
    north = np.radians(70.0), np.radians(-100.0)
    to_east = np.array([-np.sin(north[1]), np.cos(north[1]), 0])
    bearing = np.degrees(np.arcsin(back @ to_east))
    assert abs(bearing).max() <= 60
    assert np.histogram(bearing, 6, (-60, 60))[0] / 4000 == pytest.approx(1 / 6, abs=0.03)
    assert np.einsum("ij,ij->i", ends, back) == pytest.approx(0, abs=1e-12)


def test_turning_the_earth_changes_no_warning() -> None:
    def turned(by: float) -> Any:
        sites = THREE.with_columns((pl.col("longitude") + by + 180) % 360 - 180)
        line = Line("here", (70.0, 71.0), tuple((east + by + 180) % 360 - 180 for east in (-100.0, -90.0)))
        return warning_time(sites, np.array([300.0, 150.0, 400.0]), stated_approach(line, 2000))

    here = turned(0.0)
    for by in (37.0, 100.0, 180.0):
        assert turned(by).mean == pytest.approx(here.mean, rel=2e-3)


def test_the_order_of_sites_changes_no_warning() -> None:
    reaches, order = np.array([300.0, 150.0, 400.0]), [2, 0, 1]
    straight, shuffled = warning_time(THREE, reaches, ALL), warning_time(THREE[order], reaches[order], ALL)
    assert straight == shuffled


def test_a_longer_reach_never_warns_later(record: Record) -> None:
    sites = sites_of_record(record)
    approach = stated_approach(chain_line(sites.filter(state="CAN")), 2000)
    low, high = (
        entries(sites, stated_view(height_m=height).reaches(sites), approach).max(axis=1) for height in (100.0, 1000.0)
    )
    assert (low <= high + 1e-9).all()


def test_more_states_never_warn_less_and_shares_add_up(record: Record) -> None:
    sites = sites_of_record(record)
    approach = stated_approach(parallel(60.0, -165.0, -60.0), 3000)
    told = warning_time(sites, stated_view().reaches(sites), approach)
    by_group = minutes_by_group(sites, stated_view().reaches(sites), approach)
    none, canada, both = (by_group[frozenset(group)] for group in ((), {"CAN"}, {"CAN", "USA"}))
    assert none == (0.0, 0.0)
    assert canada <= both
    assert both == pytest.approx((told.seen, told.mean))
    shares = contributions({group: mean for group, (_, mean) in by_group.items()})
    assert shares["shapley"].sum() == pytest.approx(told.mean)
    assert shares["share"].sum() == pytest.approx(1.0)
    assert (shares["without"] <= shares["shapley"] + 1e-9).all()
    assert (shares["shapley"] <= shares["alone"] + 1e-9).all()


@given(st.lists(st.floats(0, 100), min_size=8, max_size=8))
def test_shapley_is_the_mean_over_all_orders_of_joining(values: list[float]) -> None:
    groups = [frozenset(group) for size in range(4) for group in combinations("ABC", size)]
    value = dict(zip(groups, values, strict=True))
    told = dict(contributions(value).select("member", "shapley").iter_rows())
    orders = list(permutations("ABC"))
    for name in "ABC":
        gains = [value[frozenset(each[: each.index(name) + 1])] - value[frozenset(each[: each.index(name)])] for each in orders]
        assert told[name] == pytest.approx(np.mean(gains), abs=1e-9)
    assert sum(told.values()) == pytest.approx(value[frozenset("ABC")] - value[frozenset()], abs=1e-9)


def test_shares_of_nothing_are_not_told() -> None:
    assert contributions({frozenset(): 0.0, frozenset("A"): 0.0})["share"].to_list() == [None]
    with pytest.raises(InputError, match="1 of 4 are lacking"):
        contributions({frozenset(): 0.0, frozenset("A"): 1.0, frozenset("AB"): 2.0})


def test_a_chain_of_many_states_has_minutes_and_no_shares() -> None:
    codes = [f"A{first}{second}" for first in "ABCD" for second in "ABCD"][: MOST_MEMBERS + 1]
    many = network(*((code, code, 70.0, -100.0 + place) for place, code in enumerate(codes)))
    reaches = np.full(len(codes), 300.0)
    assert warning_time(many, reaches, ALL).seen == 1.0
    with pytest.raises(InputError, match="stand in 13 states"):
        minutes_by_group(many, reaches, ALL)


def test_no_sites_give_no_warning() -> None:
    told = warning_time(ONE.head(0), np.zeros(0), ALL)
    assert (told.seen, told.mean) == (0.0, 0.0)


def test_a_place_counts_once_however_many_see_it() -> None:
    seen = seen_by_group(np.array([[2, 0], [1, 1], [0, 0], [0, 3]]), ["A", "B"])
    assert seen == {frozenset(): 0.0, frozenset("A"): 0.5, frozenset("B"): 0.5, frozenset("AB"): 0.75}


def test_what_is_left_is_the_mean_over_every_set_of_sites_that_may_be_out() -> None:
    reaches = np.array([300.0, 350.0, 800.0])
    told = availability(THREE, reaches, ALL, (0, 1, 2, 3))
    each = entries(THREE, reaches, ALL)
    for out, mean, seen in told.select("out", "mean_minutes", "share_seen").iter_rows():
        left = [
            each[:, [site for site in range(3) if site not in gone]].max(axis=1, initial=-1)
            for gone in combinations(range(3), out)
        ]
        assert mean == pytest.approx(ALL.minutes(np.maximum(left, 0)).mean())
        assert seen == pytest.approx((np.array(left) >= 0).mean())
    assert told["lost_minutes"][0] == 0.0
    assert told["mean_minutes"][3] == 0.0
    assert told["lost_minutes"].is_sorted()


def test_losses_are_the_same_whether_none_out_is_asked_for_or_not() -> None:
    reaches = np.array([300.0, 350.0, 800.0])
    pl.testing.assert_frame_equal(availability(THREE, reaches, ALL, (0, 2))[1:], availability(THREE, reaches, ALL, (2,)))


def test_more_sites_out_than_there_are_is_refused() -> None:
    with pytest.raises(InputError, match="from 0 to 3"):
        availability(THREE, np.full(3, 300.0), ALL, (4,))


def test_a_band_holds_what_is_not_known_and_nothing_else() -> None:
    certain = ONE.with_columns(antenna_m=pl.lit(20.0))

    def first(reaches: Array) -> list[dict[str, float | None]]:
        return [{"reach": float(each[0]), "nothing": None} for each in reaches]

    told = bands(certain, stated_view(height_m=50.0), first)
    assert told["low"][0] < told["value"][0] < told["high"][0]
    assert told["value"][0] == pytest.approx(74.3, abs=0.5)
    assert told.row(1) == ("nothing", None, None, None)
    assert told.equals(bands(certain, stated_view(height_m=50.0), first))


def test_elevation_that_is_less_certain_makes_a_wider_band() -> None:
    def width(error: float) -> float:
        sites = ONE.with_columns(elevation_error_m=pl.lit(error), antenna_m=pl.lit(20.0))
        told = bands(sites, stated_view(height_m=50.0), lambda reaches: [{"reach": float(each[0])} for each in reaches])
        return float((told["high"] - told["low"]).item())

    assert width(0.0) < width(30.0) < width(300.0)


def test_a_band_of_too_few_draws_is_refused() -> None:
    with pytest.raises(InputError, match="20 draws"):
        bands(ONE, stated_view(), lambda reaches: [{}], draws=5)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"speed_m_s": 0.0}, "a speed lies above zero"),
        ({"start_km": 20_000.0}, "up to 9,000 km"),
        ({"half_width": 1.0}, "30 to 180 degrees"),
        ({"tracks": 0}, "1 to 10,000,000 tracks"),
        ({"speed_m_s": float("nan")}, "a speed lies above zero"),
    ],
)
def test_an_approach_that_cannot_be_drawn_is_refused(changed: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        replace(ALL, **changed)


def test_reaches_by_direction_are_refused_for_tracks() -> None:
    with pytest.raises(InputError, match="smooth ground"):
        warning_time(ONE, np.full((1, 72), 300.0), ALL)


def test_ends_are_drawn_evenly_along_a_line() -> None:
    line = Line("north", (60.0, 61.0, 70.0), (0.0, 0.0, 0.0))
    (ends, _), *_ = module._tracks(stated_approach(line, 4000), 4000)
    latitude = np.degrees(np.arcsin(ends[:, 2]))
    assert np.histogram(latitude, 5, (60, 70))[0] / 4000 == pytest.approx(0.2, abs=0.03)
    assert set(np.round(latitude, 9)) <= set(np.round(along(line)[0], 9))
