"""The world map: every country drawn, none twice, small enough to ship."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources import natural_earth

shapely = pytest.importorskip("shapely", reason="the map's borders are simplified with shapely")


@pytest.fixture(scope="module")
def world(raw: Path) -> pl.DataFrame:
    return natural_earth.read(raw)["world_map"]


def rings(outline: str) -> list[list[tuple[float, float]]]:
    points = [[point.split(",") for point in ring.split(" ")] for ring in outline.split("|")]
    return [[(int(x) / 100, int(y) / 100) for x, y in ring] for ring in points]


def test_every_unit_and_every_code_is_there_once(world: pl.DataFrame) -> None:
    assert world.height == 241 + 1
    assert not world["unit"].is_duplicated().any()
    assert not world["iso3"].drop_nulls().is_duplicated().any()


def test_every_member_of_the_state_system_is_on_the_map(world: pl.DataFrame, raw: Path) -> None:
    states = pl.read_parquet(raw / "political/state_system/state_year_crosswalk_cow_gw_iso3_1816_2025.parquet")
    assert set(states.filter(pl.col("year") == 2025)["iso3c"]) <= set(world["iso3"])


@pytest.mark.parametrize(
    ("unit", "iso3"),
    [("FRA", "FRA"), ("NOR", "NOR"), ("KOS", "XKX"), ("SDS", "SSD"), ("PSX", "PSE"), ("SAH", "ESH"), ("ALD", "ALA")],
)
def test_natural_earths_own_codes_become_iso(world: pl.DataFrame, unit: str, iso3: str) -> None:
    assert world.filter(pl.col("unit") == unit)["iso3"].to_list() == [iso3]


def test_five_areas_have_no_code(world: pl.DataFrame) -> None:
    assert world.filter(pl.col("iso3").is_null())["unit"].to_list() == ["ATC", "CYN", "IOA", "KAS", "SOL"]


def test_tuvalu_is_a_dot(world: pl.DataFrame) -> None:
    assert rings(world.filter(pl.col("iso3") == "TUV")["outline"].item()) == [[(179.22, -8.52)]]


def test_outlines_are_valid_and_on_the_globe(world: pl.DataFrame) -> None:
    for outline in world["outline"]:
        for ring in rings(outline):
            assert all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in ring)
            assert len(ring) < 3 or shapely.Polygon(ring).is_valid


@pytest.mark.parametrize(
    ("iso3", "place"),
    [
        ("CAN", (-75.69, 45.42)),
        ("USA", (-149.9, 64.8)),
        ("RUS", (37.62, 55.75)),
        ("FRA", (2.35, 48.86)),
        ("LSO", (28.2, -29.6)),
    ],
    ids=["Ottawa", "Alaska", "Moscow", "Paris", "Lesotho"],
)
def test_places_lie_in_their_country_alone(world: pl.DataFrame, iso3: str, place: tuple[float, float]) -> None:
    spot = shapely.Point(place)
    around = [
        code
        for code, outline in world.select("iso3", "outline").rows()
        if sum(shapely.Polygon(ring).contains(spot) for ring in rings(outline) if len(ring) > 2) % 2
    ]
    assert around == [iso3]


def test_label_points_lie_in_their_outline_where_it_is_large(world: pl.DataFrame) -> None:
    astray = []
    for unit, x, y, outline in world.select("unit", "longitude", "latitude", "outline").rows():
        parts = [shapely.Polygon(ring) for ring in rings(outline) if len(ring) > 2]
        if sum(part.area for part in parts) > 1 and not any(part.contains(shapely.Point(x, y)) for part in parts):
            astray.append(unit)
    assert astray == []


def test_the_map_is_small(world: pl.DataFrame, tmp_path: Path) -> None:
    world.write_parquet(tmp_path / "map.parquet", compression="zstd")
    assert (tmp_path / "map.parquet").stat().st_size < 250_000
