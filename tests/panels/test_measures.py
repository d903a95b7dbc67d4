"""Measures of columns against another formula for the same."""

from __future__ import annotations

from math import acos, cos, degrees, radians, sin

import polars as pl
import pytest

from foedus.panels.measures import EARTH_RADIUS_KM, capital_distance

OTTAWA, CANBERRA, QUITO, REYKJAVIK = (45.4, -75.7), (-35.3, 149.1), (-0.2, -78.5), (64.1, -21.9)


def between(one: tuple[float, float], two: tuple[float, float]) -> float:
    columns = (pl.lit(value) for value in (one[0], two[0], one[1], two[1]))
    distance: float = pl.select(capital_distance(*columns)).item()
    return distance


@pytest.mark.parametrize(("one", "two"), [(OTTAWA, CANBERRA), (QUITO, REYKJAVIK), (CANBERRA, REYKJAVIK), (OTTAWA, QUITO)])
def test_a_distance_is_that_of_the_law_of_cosines_on_the_sphere(one: tuple[float, float], two: tuple[float, float]) -> None:
    (north, east), (north_2, east_2) = ([radians(value) for value in place] for place in (one, two))
    angle = acos(sin(north) * sin(north_2) + cos(north) * cos(north_2) * cos(east_2 - east))
    assert between(one, two) == between(two, one) == pytest.approx(EARTH_RADIUS_KM * angle, abs=0.001)


def test_a_place_is_nowhere_else_its_antipode_half_round_the_earth_and_the_date_line_no_border() -> None:
    assert between(OTTAWA, OTTAWA) == 0
    antipode = (-OTTAWA[0], OTTAWA[1] + 180)
    assert degrees(between(OTTAWA, antipode) / EARTH_RADIUS_KM) == pytest.approx(180)
    assert degrees(between((0.0, 179.0), (0.0, -179.0)) / EARTH_RADIUS_KM) == pytest.approx(2)
