"""Weather and flight in drawn worlds: who is counted as having left, and slopes that dummies for origins and years give too."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from foedus.errors import InputError
from foedus.mechanisms.climate import weather_and_flight
from foedus.mechanisms.climate.weather_and_flight import departures, influence, weather
from tests.worlds import frame, world

NORMAL = 1.959964


# ----------------------------------------------------------------------------------------------------------------- departures

CORRIDORS = [  # from, to, year, persons, anomaly of the year before (None: unknown)
    (1, 8, 2002, 5, 0.5),
    (1, 9, 2002, 10, 0.5),
    (1, 9, 2003, 0, 0.1),  # nobody left
    (2, 9, 2002, 7, None),
    (3, 9, 2002, None, 0.4),  # set aside: the flow is unknown
    (3, 8, 2002, 4, 0.4),
    (8, 9, 2002, 20, 0.2),
    (9, 1, 2002, 3, -1.0),
]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Lets the drawn corridors stand for the record's; returns the years that were asked for."""
    years = []

    def drawn(_: object, between: tuple[int, int]) -> pl.DataFrame:
        years.append(between)
        rows = pl.DataFrame(CORRIDORS, schema=["ccode1", "ccode2", "year", "flow", "told"], orient="row")
        known = {"anomaly": pl.col("told").fill_null(0.0), "anomaly_squared": (pl.col("told") ** 2).fill_null(0.0)}
        keys = pl.col("ccode1", "ccode2", "year").cast(pl.Int16)
        return rows.with_columns(keys, **known, anomaly_unknown=pl.col("told").is_null()).drop("told")

    monkeypatch.setattr(weather_and_flight, "corridors", drawn)
    return years


APPLICATIONS = world(
    displacement_flows=frame(ccode1=[1, 3, 9, 8], ccode2=[9, 9, 1, 1], year=[2002] * 4, asylum_applications=[6, 50, None, 70])
)


def left(**choices: Any) -> dict[tuple[int, int], int]:
    rows = departures(APPLICATIONS, (1990, 2010), **choices)
    return {(code, year): persons for code, year, persons in rows.select("ccode", "year", "departures").rows()}


def test_departures_sum_over_destinations_where_some_left_and_the_anomaly_is_known(asked: list[tuple[int, int]]) -> None:
    assert left() == {(1, 2002): 15, (3, 2002): 4, (8, 2002): 20, (9, 2002): 3}
    assert asked == [(2001, 2010)], "the first flow whose year before is known"


def test_departures_have_their_logarithm_and_the_anomaly_of_their_own_row(asked: list[tuple[int, int]]) -> None:
    rows = departures(APPLICATIONS, (2005, 2010))
    assert asked == [(2005, 2010)]
    assert rows["ccode"].to_list() == [1, 3, 8, 9]
    assert_allclose(rows["log_departures"], np.log([15, 4, 20, 3]))
    assert rows["anomaly"].to_list() == [0.5, 0.4, 0.2, -1.0]
    assert_allclose(rows["anomaly_squared"], [0.25, 0.16, 0.04, 1.0])


def test_departures_to_some_destinations_leave_out_those_between_them(asked: list[tuple[int, int]]) -> None:
    assert left(destinations=(8, 9)) == {(1, 2002): 15, (3, 2002): 4}
    assert left(destinations=[1]) == {(9, 2002): 3}
    assert len(asked) == 2


def test_applications_alone_count_where_the_flow_is_known_and_are_none_where_none_is_told(asked: list[tuple[int, int]]) -> None:
    assert left(applications=True) == {(1, 2002): 6}
    assert left(applications=True, destinations=[8]) == {}
    assert len(asked) == 2


# -------------------------------------------------------------------------------------------------------------------- weather


def drawn(years: dict[int, int], seed: int = 5) -> pl.DataFrame:
    """Origin-years of so many years each, from 2001 on, with effects of their own and noise."""
    generator = np.random.default_rng(seed)
    keys = [(code, 2001 + place) for code, count in years.items() for place in range(count)]
    codes, when = (np.array([key[side] for key in keys]) for side in (0, 1))
    anomaly = generator.normal(size=len(keys)) + 0.1 * (when - 2001)
    told = 3.0 * codes + 0.5 * (when - 2001) + 0.8 * anomaly + generator.normal(size=len(keys))
    return pl.DataFrame(
        {"ccode": codes, "year": when, "anomaly": anomaly, "anomaly_squared": anomaly**2, "log_departures": told}
    )


def by_dummies(rows: pl.DataFrame, names: list[str]) -> np.ndarray[Any, Any]:
    """What the columns leave over beside a column of ones for every origin and year: (row, column)."""
    ones = rows.select(pl.col("ccode", "year").cast(pl.String)).to_dummies().to_numpy().astype(float)
    values = rows.select(names).to_numpy()
    left: np.ndarray[Any, Any] = values - ones @ np.linalg.lstsq(ones, values, rcond=None)[0]
    return left


UNEVEN = {1: 8, 2: 6, 3: 3, 4: 5, 5: 8}


def test_a_slope_is_that_beside_a_dummy_for_every_origin_and_year() -> None:
    rows = drawn(UNEVEN)
    x, y = by_dummies(rows, ["anomaly", "log_departures"]).T
    (told,) = weather(rows).to_dicts()
    assert told["term"] == "anomaly"
    assert told["estimate"] == pytest.approx(x @ y / (x @ x))
    assert told["standardized"] == pytest.approx(np.corrcoef(x, y)[0, 1]), "of either side's deviations: their correlation"
    assert (told["n"], told["origins"]) == (30, 5)


def test_an_interval_is_that_of_origins_as_wholes_with_the_degrees_of_freedom_that_effects_use_up() -> None:
    rows = drawn(UNEVEN)
    x, y = by_dummies(rows, ["anomaly", "log_departures"]).T
    (told,) = weather(rows).to_dicts()
    slope, codes = x @ y / (x @ x), rows["ccode"].to_numpy()
    scores = [float((x * (y - slope * x))[codes == code].sum()) for code in UNEVEN]
    n, groups, lost = 30, 5, 5 + 8
    plain = np.sqrt(groups / (groups - 1) * (n - 1) / (n - 2) * np.square(scores).sum()) / (x @ x)
    reach = NORMAL * plain * np.sqrt(n / (n - lost))
    assert_allclose([told["low"], told["high"]], [slope - reach, slope + reach], rtol=1e-5)
    ratio = told["standardized"] / told["estimate"]
    assert_allclose([told["standardized_low"], told["standardized_high"]], [told["low"] * ratio, told["high"] * ratio])
    assert told["standardized_low"] < told["standardized"] < told["standardized_high"]


def test_of_a_curve_every_term_has_its_own_slope_and_spread() -> None:
    rows = drawn({1: 8, 2: 8, 3: 8})
    names = ["anomaly", "anomaly_squared"]
    left = by_dummies(rows, [*names, "log_departures"])
    slopes = np.linalg.lstsq(left[:, :2], left[:, 2], rcond=None)[0]
    told = weather(rows, names)
    assert told["term"].to_list() == names
    assert_allclose(told["estimate"], slopes)
    assert_allclose(told["standardized"], slopes * left[:, :2].std(axis=0) / left[:, 2].std())
    for low, middle, high in told.select("low", "estimate", "high").rows():
        assert low < middle < high


def test_an_origin_of_two_years_is_left_out_and_one_of_three_is_not() -> None:
    rows = drawn({1: 6, 2: 6, 3: 3, 4: 2})
    told = weather(rows)
    assert told.equals(weather(rows.filter(pl.col("ccode") != 4)))
    assert (told["n"].item(), told["origins"].item()) == (15, 3)


@pytest.mark.parametrize(("years", "left"), [({1: 6, 2: 2}, 1), ({1: 2}, 0), ({}, 0)])
def test_fewer_than_two_origins_are_refused(years: dict[int, int], left: int) -> None:
    rows = drawn(years) if years else drawn({1: 2}).clear()
    with pytest.raises(InputError, match=f"{left} states with 3 years or more cannot be compared within"):
        weather(rows)


def test_the_order_of_the_rows_changes_nothing() -> None:
    rows = drawn(UNEVEN)
    assert weather(rows.sample(fraction=1.0, shuffle=True, seed=1)).equals(weather(rows))


# ------------------------------------------------------------------------------------------------------------------ influence


def test_the_origin_that_carries_a_slope_is_named_first_with_what_is_left_without_it() -> None:
    """Five states in which departures rise by one for one, and one in which they fall by two."""
    rows = drawn(dict.fromkeys(range(1, 7), 10))
    slope = pl.when(pl.col("ccode") == 4).then(-2.0).otherwise(1.0)
    world_ = rows.with_columns(log_departures=slope * pl.col("anomaly") + 3 * pl.col("ccode") + 0.5 * pl.col("year"))
    whole = weather(world_)["estimate"].item()
    told = influence(world_)
    first = told.row(0, named=True)
    assert first["ccode"] == 4
    assert first["estimate"] == pytest.approx(1.0)
    assert first["moved"] == pytest.approx(1.0 - whole)
    assert first["moved"] > 0
    assert sorted(told["ccode"]) == [1, 2, 3, 4, 5, 6]
    assert told["moved"].abs().to_list() == sorted(told["moved"].abs(), reverse=True)
    for code, estimate, _ in told.rows():
        assert estimate == pytest.approx(weather(world_.filter(pl.col("ccode") != code))["estimate"].item())


def test_influence_is_that_on_the_first_covariate() -> None:
    rows = drawn({1: 8, 2: 8, 3: 8})
    names = ["anomaly_squared", "anomaly"]
    told = influence(rows, names).sort("ccode")
    assert told["estimate"][0] == pytest.approx(weather(rows.filter(pl.col("ccode") != 1), names)["estimate"][0])
    assert_allclose(told["moved"], told["estimate"] - weather(rows, names)["estimate"][0])
