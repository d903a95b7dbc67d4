"""What a risk is held against, in words."""

from __future__ import annotations

import polars as pl
import pytest

from foedus.assessment.chapters.order import tested as nearest


@pytest.fixture
def tested() -> nearest.Tested:
    high = [("forecast 40–100 %", 30, 0.4), ("forecast 20–40 %", 810, 0.2345)]
    rows = [("strategic rivals", 2716, 0.155), *high, ("forecast 5–20 %", 5180, 0.0732)]
    reliability = pl.DataFrame(rows, schema=["stratum", "n", "observed"], orient="row")
    return nearest.Tested("supported", "11 to 15 years ahead", reliability, (1961, 2010))


@pytest.mark.parametrize(("probability", "far_above"), [(0.72, True), (0.34, False), (0.19, True), (0.08, False)])
def test_a_risk_far_above_what_came_of_its_like_says_so(tested: nearest.Tested, probability: float, far_above: bool) -> None:
    """Half as much again as came true, by hand: 60 % of 40 to 100, 35 % of 20 to 40, 11 % of 5 to 20."""
    told = tested.told(tested.reference("strategic rivals", probability), "dispute", probability)
    assert told.endswith("saw one, which is the better guide." if far_above else "saw one.")
    assert told.startswith("Strategic rivals: 16 % of 2,716 dyad-years of 1961–2010 saw a dispute begin.")
