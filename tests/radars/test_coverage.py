"""Coverage: against geodesics and polygons on the ellipsoid, what may not change it, profiles, ground, GeoJSON."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely import union_all
from shapely.geometry import Point, Polygon, shape

from foedus.errors import InputError
from foedus.estimation.design import Array
from foedus.radars.coverage import counts, coverage_map, grid_around, polar_grid, seen_area, stated_view
from foedus.radars.coverage_shapes import coverage_geojson, covered
from foedus.radars.front import Line, along, chain_line, front_profile, parallel, spacing
from foedus.radars.sites import sites_of_record
from foedus.radars.terrain_horizon import CELL_KM, DIRECTIONS, in_sight, reaches_over_ground
from foedus.record.store import Record

GEOD = Geod(ellps="WGS84")


def network(*rows: tuple[str, str, float, float], range_km: float = 400.0, elevation_m: float = 100.0) -> pl.DataFrame:
    """Sites (name, state, latitude, longitude) of one range and height."""
    columns = {name: [row[place] for row in rows] for place, name in enumerate(("site", "state", "latitude", "longitude"))}
    ranges = dict.fromkeys(("range_km", "range_low_km", "range_high_km"), range_km)
    heights = {"elevation_m": elevation_m, "elevation_error_m": 0.0, "antenna_m": 0.0}
    return pl.DataFrame(columns).with_columns(**{name: pl.lit(value) for name, value in {**ranges, **heights}.items()})


TWO = network(("A", "CAN", 70.0, -100.0), ("B", "USA", 70.0, -90.0))


def sites_and_reaches(record: Record, height: float) -> tuple[pl.DataFrame, Array]:
    sites = sites_of_record(record, closed=True)
    return sites, stated_view(height_m=height).reaches(sites)


def polygon_area(sites: pl.DataFrame, reaches: Array) -> float:
    """Million km² of the union of geodesic circles, by another road: a conic projection of the whole, then no grid."""
    from pyproj import Transformer

    onto = Transformer.from_crs("+proj=longlat +ellps=WGS84", "+proj=laea +lat_0=90 +lon_0=-100 +ellps=WGS84", always_xy=True)
    azimuth = np.linspace(0, 360, 720, endpoint=False)
    circles = []
    for north, east, reach in zip(sites["latitude"], sites["longitude"], reaches, strict=True):
        at = np.ones(720)
        ring = GEOD.fwd(east * at, north * at, azimuth, reach * 1000 * at)[:2]
        circles.append(Polygon(list(zip(*onto.transform(*ring), strict=True))))
    return float(union_all(circles).area) / 1e12


@pytest.mark.parametrize("height", [100.0, 3000.0])
def test_the_area_seen_is_that_of_the_polygons_union_within_half_a_per_cent(record: Record, height: float) -> None:
    sites, reaches = sites_and_reaches(record, height)
    grid = polar_grid()
    area = seen_area(coverage_map(sites, reaches, grid), grid)["all"]
    north = sites["latitude"].to_numpy() - reaches / 111 > 50  # the polar map begins at 50° N
    assert north.all()
    assert area == pytest.approx(polygon_area(sites, reaches), rel=0.005)


@settings(max_examples=50)
@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(1, 480), st.integers(0, 2**31))
def test_a_place_is_seen_if_its_geodesic_is_no_longer_than_the_reach(
    latitude: float, longitude: float, reach: float, seed: int
) -> None:
    site = network(("A", "CAN", latitude, longitude))
    random = np.random.default_rng(seed)
    ones = np.ones(200)
    distance = np.where(random.random(200) < 0.5, reach - 0.003, reach + 0.003)
    east, north, _ = GEOD.fwd(longitude * ones, latitude * ones, random.uniform(0, 360, 200), distance * 1000)
    seen = counts(site, np.array([reach]), np.asarray(north), np.asarray(east), ["CAN"])[:, 0]
    assert (seen == (distance < reach)).all()


@settings(max_examples=20)
@given(st.floats(-180, 180))
def test_turning_the_earth_changes_no_count(turn: float) -> None:
    random = np.random.default_rng(1)
    latitude, longitude = random.uniform(66, 75, 500), random.uniform(-110, -80, 500)
    turned = TWO.with_columns((pl.col("longitude") + turn + 180) % 360 - 180)
    before = counts(TWO, np.array([300.0, 200.0]), latitude, longitude, ["CAN", "USA"])
    after = counts(turned, np.array([300.0, 200.0]), latitude, (longitude + turn + 180) % 360 - 180, ["CAN", "USA"])
    assert (before != after).sum() <= 1, "a place on the very edge may fall on either side"


def test_the_order_of_sites_changes_no_count(record: Record) -> None:
    sites, reaches = sites_and_reaches(record, 1000.0)
    order = np.random.default_rng(1).permutation(sites.height)
    grid = polar_grid(50.0)
    straight = coverage_map(sites, reaches, grid)
    shuffled = coverage_map(sites[order], reaches[order], grid)
    assert straight.equals(shuffled)


def test_a_higher_target_is_seen_wherever_a_lower_one_is(record: Record) -> None:
    grid = polar_grid(40.0)
    members = ["CAN", "USA"]
    seen = [
        counts(*sites_and_reaches(record, height), grid.latitude, grid.longitude, members) for height in (50.0, 500.0, 5000.0)
    ]
    assert (seen[0] <= seen[1]).all()
    assert (seen[1] <= seen[2]).all()
    assert seen[0].sum() < seen[2].sum()


def test_a_site_at_the_pole_sees_all_longitudes() -> None:
    pole = network(("P", "CAN", 90.0, 0.0))
    longitude = np.arange(-180.0, 180.0, 10)
    assert counts(pole, np.array([300.0]), np.full(36, 88.0), longitude, ["CAN"]).all()
    assert not counts(pole, np.array([300.0]), np.full(36, 87.0), longitude, ["CAN"]).any()


def test_cells_are_told_with_who_sees_them() -> None:
    grid = polar_grid(10.0, south=60.0)
    cells = coverage_map(TWO, np.array([250.0, 250.0]), grid)
    assert (cells["sites"] == cells["sites_CAN"] + cells["sites_USA"]).all()
    area = seen_area(cells, grid)
    assert area["all"] == pytest.approx(area["only CAN"] + area["USA"])
    assert area["CAN"] == pytest.approx(np.pi * 0.25**2, rel=0.005)


def test_a_map_around_any_sites_holds_all_they_see() -> None:
    south = network(("A", "CHL", -54.9, -67.6), ("B", "ARG", -51.6, -69.2))
    reaches = np.array([300.0, 300.0])
    grid = grid_around(south, reaches, 10.0)
    area = seen_area(coverage_map(south, reaches, grid), grid)
    assert area["CHL"] == pytest.approx(np.pi * 0.3**2, rel=0.005)
    assert area["ARG"] == pytest.approx(np.pi * 0.3**2, rel=0.005)


@pytest.mark.parametrize("cell", [0.0, -5.0, 1e9, 0.01])
def test_cells_that_give_no_map_are_refused(cell: float) -> None:
    with pytest.raises(InputError, match="give no map"):
        polar_grid(cell)
    with pytest.raises(InputError, match="polar map begins"):
        polar_grid(10.0, south=95.0)


def test_the_canadian_sites_stand_about_105_km_apart(record: Record) -> None:
    """Along the chain, 47 of them: one has no position, and its two stretches are one here."""
    canada = sites_of_record(record, systems=["North Warning System"]).filter(state="CAN")
    assert spacing(canada).sum() / 46 == pytest.approx(105, rel=0.05)


def test_a_line_is_walked_in_even_steps() -> None:
    """A border stored by its two ends leaves Lethbridge outside Canada in spherely 0.1.1 (where-tools-disagree)."""
    latitude, longitude = along(Line("meridian", (60.0, 61.0, 65.0), (10.0, 10.0, 10.0)), 5.0)
    steps = GEOD.inv(longitude[:-1], latitude[:-1], longitude[1:], latitude[1:])[2]
    assert np.asarray(steps) / 1000 == pytest.approx(5.0, rel=0.01)
    assert longitude == pytest.approx(10.0)


def test_a_parallel_may_cross_the_antimeridian() -> None:
    line = parallel(70.0, 170.0, -170.0)
    assert GEOD.line_length(line.longitude, line.latitude) / 1000 == pytest.approx(763, rel=0.01)


def test_a_profile_tells_shares_and_how_many_see() -> None:
    line = parallel(70.0, -110.0, -80.0)
    told = front_profile(TWO, np.array([190.0, 190.0]), line, 10.0)
    assert told["west"].to_list() == [-110.0, -100.0, -90.0, None]
    assert told["share"][:3].to_list() == pytest.approx([0.5, 1.0, 0.5], abs=0.03)
    assert told["share_CAN"][1] == pytest.approx(0.5, abs=0.03)
    assert told["share_2"].max() < 0.05
    assert told["share"][3] == pytest.approx(2 / 3, abs=0.02)
    assert told["km"][:3].sum() == pytest.approx(told["km"][3])


@pytest.mark.parametrize("width", [0.0, 1.0, 9.9, 400.0])
def test_bins_finer_than_ten_degrees_are_refused(width: float) -> None:
    with pytest.raises(InputError, match="10 to 360 degrees"):
        front_profile(TWO, np.array([200.0, 200.0]), parallel(70.0, -110.0, -80.0), width)


def test_a_line_off_the_map_is_refused() -> None:
    with pytest.raises(InputError, match="leaves the map"):
        Line("x", (95.0,), (0.0,))
    with pytest.raises(InputError, match="as many latitudes"):
        Line("x", (), ())


def test_reaches_of_another_number_than_the_sites_are_refused() -> None:
    with pytest.raises(InputError, match="2 sites have 1 reaches"):
        counts(TWO, np.array([1.0]), np.array([70.0]), np.array([0.0]), ["CAN"])


def test_ground_never_lengthens_a_reach_and_over_the_sea_leaves_it(record: Record) -> None:
    sea = network(("Jan Mayen deep", "NOR", 75.0, 0.0), elevation_m=50.0)
    view = stated_view(height_m=100.0)
    assert reaches_over_ground(sea, view, record)[0] == pytest.approx(np.full(DIRECTIONS, view.reaches(sea)[0]))
    sites, smooth = sites_and_reaches(record, 3000.0)
    over = reaches_over_ground(sites, stated_view(height_m=3000.0), record)
    assert over.shape == (sites.height, DIRECTIONS)
    assert (over <= smooth[:, None] + 1e-9).all()
    assert (over < smooth[:, None] - 1).any()
    assert (over >= np.minimum(CELL_KM, smooth[:, None]) - 1e-9).all()


def test_a_plateau_hides_what_is_behind_its_edge(record: Record) -> None:
    """From the foot of the Himalaya towards Tibet and away from it."""
    foot, view = network(("Foot", "IND", 27.0, 85.0), elevation_m=300.0), stated_view(height_m=1000.0)
    over = reaches_over_ground(foot, view, record)[0]
    assert over[0] < 0.5 * view.reaches(foot)[0]
    assert over[DIRECTIONS // 2] > 0.95 * view.reaches(foot)[0]


def test_smooth_ground_is_in_sight_up_to_the_horizon() -> None:
    distance = np.arange(5.0, 120.0, 1.0)
    seen = in_sight(np.zeros(len(distance)), np.array(100.0), 50.0, distance, 4 / 3)
    assert distance[seen].max() == pytest.approx(70.4, abs=1.5)


def test_reaches_by_direction_that_are_all_alike_count_as_one_number() -> None:
    grid = polar_grid(20.0, south=60.0)
    one = coverage_map(TWO, np.array([250.0, 150.0]), grid)
    each = coverage_map(TWO, np.repeat([[250.0], [150.0]], DIRECTIONS, axis=1), grid)
    assert one.equals(each)


def test_directions_run_from_north_by_east() -> None:
    reaches = np.full((1, DIRECTIONS), 50.0)
    reaches[0, DIRECTIONS // 4] = 300.0
    site = network(("A", "CAN", 70.0, -100.0))
    places = GEOD.fwd([-100.0] * 4, [70.0] * 4, [0, 90, 180, 270], [200_000] * 4)
    assert counts(site, reaches, np.asarray(places[1]), np.asarray(places[0]), ["CAN"])[:, 0].tolist() == [0, 1, 0, 0]


def positions(coordinates: Any) -> list[tuple[float, float]]:
    if isinstance(coordinates[0], float):
        return [(coordinates[0], coordinates[1])]
    return [each for part in coordinates for each in positions(part)]


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(70.0, -100.0), (70.0, 179.5), (-70.0, -179.9), (88.5, 40.0), (-89.0, 0.0), (90.0, 0.0), (0.0, 180.0)],
)
def test_what_a_site_sees_is_a_valid_shape_of_the_right_area_anywhere(latitude: float, longitude: float) -> None:
    """With pyproj 3.7.2 a box past 180 degrees is 17 times too large (where-tools-disagree)."""
    site = covered(latitude, longitude, 300.0)
    assert site.is_valid
    west, south, east, north = site.bounds
    assert -180 <= west <= east <= 180
    assert -90 <= south <= north <= 90
    area = sum(abs(GEOD.geometry_area_perimeter(part)[0]) for part in getattr(site, "geoms", [site])) / 1e6
    assert area == pytest.approx(np.pi * 300**2, rel=0.003)


def test_the_inside_of_a_shape_is_what_is_seen() -> None:
    random = np.random.default_rng(1)
    for latitude, longitude in ((70.0, 179.5), (88.5, 40.0)):
        site, seen = network(("A", "CAN", latitude, longitude)), covered(latitude, longitude, 300.0)
        bearing, distance = random.uniform(0, 360, 300), random.uniform(0, 600, 300)
        distance = np.where(abs(distance - 300) < 3, 200.0, distance)
        east, north, _ = GEOD.fwd(np.full(300, longitude), np.full(300, latitude), bearing, distance * 1000)
        inside = np.array([seen.covers(Point(*place)) for place in zip(east, north, strict=True)])
        assert (inside == counts(site, np.array([300.0]), np.asarray(north), np.asarray(east), ["CAN"])[:, 0]).all()


def test_geojson_keeps_to_its_standard(record: Record) -> None:
    """d3-geo 3.1.2, @turf/area 7.4.0, spherely 0.1.1 and h3 4.5.0 read rings otherwise (where-tools-disagree)."""
    sites, reaches = sites_and_reaches(record, 5000.0)
    lacking = pl.DataFrame({"site": ["Nowhere"], "state": ["CAN"]})
    told = json.loads(json.dumps(coverage_geojson(sites, reaches, lacking), allow_nan=False))
    kinds = pl.Series([each["properties"]["kind"] for each in told["features"]]).value_counts()
    assert dict(kinds.iter_rows()) == {"site": sites.height + 1, "coverage": sites.height, "network": 1}
    assert [each["properties"]["site"] for each in told["features"] if each["geometry"] is None] == ["Nowhere"]
    for feature in told["features"]:
        if feature["geometry"]:
            whole = shape(feature["geometry"])
            assert whole.is_valid
            assert all(abs(east) <= 180 and abs(north) <= 90 for east, north in positions(feature["geometry"]["coordinates"]))
            assert all(part.exterior.is_ccw for part in getattr(whole, "geoms", [whole]) if part.geom_type == "Polygon")
    assert whole.area > 0


def test_the_line_of_a_chain_goes_through_its_sites() -> None:
    assert chain_line(TWO) == Line("the chain", (70.0, 70.0), (-100.0, -90.0))
