"""The test of war sizes in a drawn world: forecasts made again one by one, and the registered rule at each of its borders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose
from scipy.stats import poisson

from foedus.mechanisms.order.war_size import Arrivals, Tail, WarSize
from foedus.record.store import Record
from foedus.validation.grades import HARMFUL, MIXED, NOT_SUPPORTED, SUPPORTED
from foedus.validation.registration import count_test
from foedus.validation.wars import WarValidation, grade, validate_wars
from tests.worlds import world

# ------------------------------------------------------------------------------------------------------------------- the rule

TEST = count_test()
ARRIVALS = Arrivals(90, 190, 1, 0.5, 0.4, 0.6, 1.0, 0.8, 1.2, 0.4, 0.6)
TAIL = Tail(60, -0.42, 0.98, 1.5, 0.1, 1_000.0, 40)

UP, FLAT, DOWN = (0.01, 0.05), (-0.02, 0.02), (-0.05, -0.01)
"""Low and high: clear of zero above, around it, clear of it below."""

IN, OUT = (1.0, -0.42), (2.0, -0.9)
"""Dispersion and slope, inside both bands and outside both."""


def graded(year: tuple[float, float], decade: tuple[float, float], bands: tuple[float, float] = IN) -> str:
    gains = pl.DataFrame(
        [{"years_ahead": width, "gain": 0.0, "low": low, "high": high} for width, (low, high) in ((10, decade), (1, year))]
    )
    fitted = WarSize(arrivals=replace(ARRIVALS, dispersion=bands[0]), tail=replace(TAIL, slope=bands[1]))
    return grade(gains, fitted, TEST)


@pytest.mark.parametrize(
    ("year", "decade", "bands", "expected"),
    [
        (UP, UP, IN, SUPPORTED),
        (UP, FLAT, IN, SUPPORTED),
        (UP, DOWN, IN, MIXED),
        (FLAT, UP, IN, MIXED),
        (FLAT, FLAT, IN, NOT_SUPPORTED),
        (FLAT, DOWN, IN, NOT_SUPPORTED),
        (DOWN, UP, IN, HARMFUL),
        (DOWN, DOWN, OUT, HARMFUL),
        (UP, UP, OUT, NOT_SUPPORTED),
        (UP, UP, (1.0, -0.9), MIXED),
        (UP, UP, (2.0, -0.42), MIXED),
        (FLAT, FLAT, (1.0, -0.9), NOT_SUPPORTED),
        (FLAT, UP, (2.0, -0.42), MIXED),
    ],
)
def test_the_registered_rule_gives_each_grade(
    year: tuple[float, float], decade: tuple[float, float], bands: tuple[float, float], expected: str
) -> None:
    assert graded(year, decade, bands) == expected


def test_a_gain_that_touches_zero_is_no_gain_and_a_loss_that_does_is_no_harm() -> None:
    assert graded((0.0, 0.1), FLAT) == NOT_SUPPORTED
    assert graded(FLAT, (0.0, 0.1)) == NOT_SUPPORTED
    assert graded((-0.1, 0.0), UP) == MIXED
    assert graded(UP, (-0.1, 0.0)) == SUPPORTED


@pytest.mark.parametrize("place", [0, 1], ids=["dispersion", "slope"])
@pytest.mark.parametrize("side", [0, 1], ids=["low", "high"])
def test_a_band_holds_its_bounds_and_nothing_beyond(place: int, side: int) -> None:
    bound = (TEST.dispersion, TEST.slope)[place][side]
    beyond = np.nextafter(bound, np.inf if side else -np.inf)
    for value, expected in ((bound, SUPPORTED), (float(beyond), MIXED)):
        bands = list(IN)
        bands[place] = value
        assert graded(UP, UP, (bands[0], bands[1])) == expected


def test_what_has_learnt_no_rate_or_no_sizes_supports_nothing() -> None:
    gains = pl.DataFrame([{"years_ahead": width, "gain": 0.02, "low": 0.01, "high": 0.05} for width in (1, 10)])
    assert grade(gains, WarSize(arrivals=ARRIVALS), TEST) == NOT_SUPPORTED
    assert grade(gains, WarSize(tail=TAIL), TEST) == NOT_SUPPORTED
    assert grade(gains, WarSize(arrivals=ARRIVALS, tail=TAIL), TEST) == SUPPORTED


# ------------------------------------------------------------------------------------------------------------- a drawn world

FIRST, LAST = 1816, 2010
COUNTS = np.random.default_rng(4).poisson(np.where(np.arange(FIRST, LAST + 1) < 1950, 0.3, 0.9))
"""Wars begun each year, more of them from 1950 on."""


def drawn() -> Record:
    """Wars of two states, each with a thousand deaths and more the later it comes."""
    rows = []
    for war, year in enumerate(np.repeat(np.arange(FIRST, LAST + 1), COUNTS).tolist()):
        rows += [(war, 1, 2, year, 1_000 + 7 * war**2, 6, 5), (war, 2, 1, year, 500, 5, 5)]
    names = ("dispute", "ccode1", "ccode2", "year", "deaths1", "fatality1", "hostility")
    return world(dispute_dyad_years=pl.DataFrame(rows, schema=dict.fromkeys(names, pl.Int32), orient="row"))


@pytest.fixture(scope="module")
def told() -> WarValidation:
    return validate_wars(drawn())


def scored(width: int, past: Callable[[np.ndarray], np.ndarray]) -> dict[int, float]:
    """Origin → minus the logarithm of the Poisson chance of what came in the years after it, by the rate of its past."""
    scores = {}
    for origin in range(TEST.first_origin, TEST.last_origin + 1):
        at = origin - FIRST + 1
        ahead = COUNTS[at : at + width]
        if len(ahead) == width and (width == 1 or origin % 10 == 0):
            seen = past(COUNTS[:at])
            scores[origin] = -poisson.logpmf(ahead.sum(), width * (seen.sum() + 0.5) / len(seen))
    return scores


RATES: dict[str, Callable[[np.ndarray], np.ndarray]] = {"constant": lambda past: past, "rolling": lambda past: past[-10:]}


@pytest.mark.parametrize(("width", "forecasts"), [(1, 111), (10, 11)])
@pytest.mark.parametrize("name", RATES)
def test_scores_are_those_of_forecasts_made_one_by_one(told: WarValidation, width: int, forecasts: int, name: str) -> None:
    expected = scored(width, RATES[name])
    row = told.scores.row(by_predicate=(pl.col("years_ahead") == width) & (pl.col("rate") == name), named=True)
    assert row["forecasts"] == len(expected) == forecasts
    assert row["log_score"] == pytest.approx(np.mean(list(expected.values())))
    assert row["wars"] == COUNTS[1900 - FIRST :].sum() - (0 if width == 1 else COUNTS[1900 - FIRST])


@pytest.mark.parametrize("width", [1, 10])
def test_a_gain_is_what_the_constant_rate_scores_better_within_its_bounds(told: WarValidation, width: int) -> None:
    constant, rolling = (np.array(list(scored(width, RATES[name]).values())) for name in ("constant", "rolling"))
    row = told.gains.row(by_predicate=pl.col("years_ahead") == width, named=True)
    assert row["gain"] == pytest.approx((rolling - constant).mean())
    assert row["low"] < row["gain"] < row["high"]


def test_the_bounds_of_a_gain_are_about_as_wide_as_decades_differ(told: WarValidation) -> None:
    """Against the error of a mean of decades, each with its own number of years: no resample is drawn here."""
    constant, rolling = (scored(1, RATES[name]) for name in ("constant", "rolling"))
    better = pl.DataFrame({"decade": [origin // 10 for origin in constant]}).with_columns(
        by=np.array(list(rolling.values())) - np.array(list(constant.values()))
    )
    decades = better.group_by("decade").agg(pl.col("by").sum(), pl.len())
    away = (decades["by"] - better["by"].mean() * decades["len"]).to_numpy()  # type: ignore[operator]
    error = np.sqrt(np.square(away).sum()) / better.height
    row = told.gains.row(by_predicate=pl.col("years_ahead") == 1, named=True)
    assert row["high"] - row["low"] == pytest.approx(2 * 1.96 * error, rel=0.15)


def test_the_grade_is_that_of_the_gains_and_of_what_was_learnt_from_every_year(told: WarValidation) -> None:
    assert told.headline is told.full
    assert told.full.arrivals is not None
    assert told.full.tail is not None
    assert (told.full.arrivals.wars, told.full.arrivals.years) == (COUNTS.sum(), LAST - FIRST + 1)
    assert told.full.tail.wars == COUNTS.sum()
    assert told.grades == {"headline": grade(told.gains, told.full, TEST)}


def test_the_table_names_claim_outcome_and_grade_beside_each_gain(told: WarValidation) -> None:
    table = told.tidy()
    assert table.columns == ["claim", "grade", "outcome", "years_ahead", "gain", "low", "high"]
    assert table.select("claim", "outcome").unique().rows() == [("conflict.war_size", "war_onsets")]
    assert table["grade"].to_list() == [told.grades["headline"]] * 2
    assert table.drop("claim", "grade", "outcome").equals(told.gains)


def test_plain_values_say_what_the_tables_say(told: WarValidation) -> None:
    plain = told.as_dict()
    assert (plain["mechanism"], plain["test"], plain["outcome"]) == ("conflict.war_size", "war_size", "war_onsets")
    assert plain["grade"] == told.grades["headline"]
    assert pl.DataFrame(plain["scores"]).equals(told.scores)
    assert pl.DataFrame(plain["gains"]).equals(told.gains)
    assert [row["term"] for row in plain["coefficients"]] == told.full.tidy()["term"].to_list()


def test_every_coefficient_with_bounds_lies_between_them(told: WarValidation) -> None:
    bounded = told.full.tidy().drop_nulls("low")
    assert bounded["term"].to_list() == ["wars begun a year", "variance over mean", "exponent of sizes"]
    for _, estimate, low, high in bounded.rows():
        assert low < estimate < high
    assert told.full.tail is not None
    exponent = bounded.row(-1, named=True)
    reach = (exponent["high"] - exponent["low"]) / 2
    assert_allclose([exponent["estimate"], reach], [told.full.tail.exponent, 1.96 * told.full.tail.error], rtol=1e-4)


def test_wars_that_never_grow_fewer_make_the_rolling_rate_the_better_one() -> None:
    """One war more in each decade: ten years know more of the next than all years do."""
    counts = np.repeat(np.arange(20), 10)[: LAST - FIRST + 1]
    panel = pl.DataFrame({"year": range(FIRST, LAST + 1), "war_onsets": counts, "war_deaths": [[]] * len(counts)})
    made = WarSize().hindcast(panel, tuple(range(1899, 2009)))
    gain = WarSize().gain(made, 200)
    assert gain["high"] < 0
    assert all(earlier <= later for earlier, later in pairwise(made["rolling"]))
