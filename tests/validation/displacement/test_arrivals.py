"""Expected arrivals in a drawn world of four states: which numbers stand, which reason is told, and what is summed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl
import pytest

from foedus.mechanisms.climate.corridors import BREAK, FLOW, SILENT
from foedus.mechanisms.climate.displacement import NEEDED, TERMS, Displacement
from foedus.panels.codebook import lookup
from foedus.record.store import Record
from foedus.validation.displacement import arrivals
from foedus.validation.displacement.arrivals import FEW, UNKNOWN, Arrivals, expected_arrivals
from foedus.validation.displacement.within import LEAST
from foedus.validation.registration import registrations
from tests.worlds import frame, world

TEST = registrations()["displacement"]
LAST = Displacement().last_year
FIRST, AFTER, KNOWN_TO = TEST.years[0], LAST + 1, max(lookup(name).last_year for name in FLOW)
NUMBERS = ("median", "low", "high", "expected")


# -------------------------------------------------------------------------------------------------------- the last temperatures


def test_temperatures_of_one_year_are_those_of_the_year_before_and_no_other_is_touched() -> None:
    climate = {"anomaly": [0.1, 0.2, 0.0, 0.3, 0.5], "anomaly_squared": [0.01, 0.04, 0.0, 0.09, 0.25]}
    rows = frame(ccode1=[1, 1, 1, 1, 2], ccode2=[9] * 5, year=[2022, 2023, 2024, 2025, 2023]).with_columns(
        **{name: pl.Series(values) for name, values in climate.items()},
        anomaly_unknown=pl.Series([False, False, True, False, False]),
        log_refugees=pl.Series([1.0, 2.0, 3.0, 4.0, 5.0]),
    )
    told = arrivals._with_last_temperatures(rows, 2024)
    assert told["anomaly"].to_list() == [0.1, 0.2, 0.2, 0.3, 0.5]
    assert told["anomaly_squared"].to_list() == [0.01, 0.04, 0.04, 0.09, 0.25]
    assert told["anomaly_unknown"].to_list() == [False] * 5
    assert told.drop(TERMS["climate"]).equals(rows.drop(TERMS["climate"]))


# ---------------------------------------------------------------------------------------------------------------- the reason

SHORT = f"7 forecasts, fewer than {LEAST}"


@pytest.mark.parametrize(
    ("set_aside", "median", "believed", "why_not", "expected"),
    [
        (None, 5.0, True, None, None),
        (None, None, True, None, UNKNOWN),
        (None, 5.0, False, "no better than the last year", "no better than the last year"),
        (None, None, False, "no better than the last year", "no better than the last year"),
        (None, 5.0, False, SHORT, FEW),
        (BREAK, 5.0, True, None, BREAK),
        (SILENT, None, True, None, SILENT),
        (BREAK, None, False, SHORT, BREAK),
    ],
)
def test_the_first_reason_is_told_and_numbers_stand_only_where_there_is_none(
    set_aside: str | None, median: float | None, believed: bool, why_not: str | None, expected: str | None
) -> None:
    values = dict.fromkeys(("low", "high", "expected"), 3.0) | {"median": median}
    rows = pl.DataFrame(
        [{"set_aside": set_aside, "forecast": believed, "why_not": why_not, **values}],
        schema={"set_aside": pl.String, "forecast": pl.Boolean, "why_not": pl.String, **dict.fromkeys(values, pl.Float64)},
    )
    told = arrivals._told_why(rows).row(0, named=True)
    assert told["why_not"] == expected
    assert [told[name] for name in NUMBERS] == ([5.0, 3.0, 3.0, 3.0] if expected is None else [None] * 4)


# ------------------------------------------------------------------------------------------------------------------ the sums


def test_persons_are_summed_by_destination_year_and_reason_with_what_is_forecast_first() -> None:
    rows = frame(ccode1=[1, 2, 3, 1, 1], ccode2=[9, 9, 9, 9, 8], year=[2020, 2020, 2020, 2021, 2021]).with_columns(
        why_not=pl.Series([None, None, FEW, UNKNOWN, None]),
        expected=pl.Series([1.5, 2.5, None, None, 4.0]),
        came=pl.Series([1, 2, 4, 8, 16]),
        before=pl.Series([32, 64, 128, None, 256]),
    )
    assert arrivals._by_destination(rows).rows() == [
        (8, 2021, None, 1, 4.0, 16, 256),
        (9, 2020, None, 2, 4.0, 3, 96),
        (9, 2020, FEW, 1, None, 4, 128),
        (9, 2021, UNKNOWN, 1, None, 8, 0),
    ]


# ------------------------------------------------------------------------------------------------------------ all of it

BELIEVED, NOT, UNSEEN = (1, 9), (2, 9), (3, 9)
SKILL = frame(ccode1=[1, 2], ccode2=[9, 9]).with_columns(forecast=pl.Series([True, False]), why_not=pl.Series([None, SHORT]))
NO_ROW = "no flow of it was ever forecast"

CAME = {
    BELIEVED: {year: year - 2000 for year in range(FIRST - 1, KNOWN_TO + 1)},
    NOT: {FIRST: 40},
    UNSEEN: {LAST: 7},
}
"""Corridor → persons by year; none came in the other years. Of the third a covariate is unknown in AFTER."""


def panel_of(years: tuple[int, int]) -> pl.DataFrame:
    rows = []
    for pair, came in CAME.items():
        for year in range(years[0], years[1] + 1):
            known = dict.fromkeys(NEEDED, 0.5) | {"anomaly": year / 100, "anomaly_unknown": float(year == AFTER)}
            if (pair, year) == (UNSEEN, AFTER):
                known["log_distance"] = None  # type: ignore[assignment]
            keys = dict(zip(("ccode1", "ccode2", "year"), (*pair, year), strict=True))
            set_aside = BREAK if (pair, year) == (BELIEVED, FIRST + 3) else None
            rows.append({**keys, "told": came.get(year, 0), "set_aside": set_aside, **known})
    kinds = {**dict.fromkeys(("ccode1", "ccode2", "year"), pl.Int16), "set_aside": pl.String}
    return pl.DataFrame(rows, schema_overrides=kinds, infer_schema_length=None)


@pytest.fixture(scope="module")
def made() -> tuple[Arrivals, dict[str, Any]]:
    """What is told of the drawn world, and what the models and the panel were asked for."""
    asked: dict[str, Any] = {}

    def panel(_: Displacement, __: Record, years: tuple[int, int]) -> pl.DataFrame:
        asked["years"] = years
        return panel_of(years)

    def forecast(rows: pl.DataFrame, windows: Iterable[tuple[int, int, int]]) -> pl.DataFrame:
        asked["windows"], asked["rows"] = list(windows), rows
        ahead = pl.any_horizontal(pl.col("year").is_between(first, last) for _, first, last in asked["windows"])
        told = {"median": 10.0, "low": 4.0, "high": 90.0, "expected": 20.0}
        return rows.filter(ahead).with_columns(**{name: pl.lit(value) for name, value in told.items()})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Displacement, "panel", panel)
        patch.setattr(arrivals, "forecasts", forecast)
        return expected_arrivals(world(), SKILL), asked


def test_models_learn_up_to_each_window_and_once_more_from_all_years(made: tuple[Arrivals, dict[str, Any]]) -> None:
    asked = made[1]
    assert asked["years"] == (Displacement().first_year, KNOWN_TO)
    assert asked["windows"] == [*TEST.origins, (LAST, AFTER, AFTER)]


def test_models_see_rows_without_an_unknown_and_the_last_temperatures_for_the_year_after(
    made: tuple[Arrivals, dict[str, Any]],
) -> None:
    rows = made[1]["rows"]
    assert rows.select(NEEDED).null_count().sum_horizontal().item() == 0
    after = rows.filter(year=AFTER)
    assert after.select("ccode1", "ccode2").rows() == [BELIEVED, NOT]
    assert after["anomaly"].to_list() == [LAST / 100] * 2
    assert after["anomaly_unknown"].to_list() == [0.0, 0.0]


def test_arrivals_begin_with_the_first_window_and_go_on_as_long_as_somebody_counted(
    made: tuple[Arrivals, dict[str, Any]],
) -> None:
    years = made[0].destinations["year"]
    assert (years.min(), years.max()) == (FIRST, KNOWN_TO)
    assert made[0].destinations["ccode"].unique().to_list() == [9]


def test_in_an_ordinary_year_what_was_expected_stands_beside_what_came_and_what_came_before(
    made: tuple[Arrivals, dict[str, Any]],
) -> None:
    year = FIRST + 5
    assert made[0].destinations.filter(year=year).rows() == [(9, year, None, 1, 20.0, year - 2000, year - 2001)]


def test_a_corridor_without_a_forecast_is_told_of_in_the_year_in_which_somebody_came_and_the_next(
    made: tuple[Arrivals, dict[str, Any]],
) -> None:
    told = made[0].destinations
    assert told.filter(why_not=FEW).rows() == [(9, FIRST, FEW, 1, None, 40, 0), (9, FIRST + 1, FEW, 1, None, 0, 40)]
    assert told.filter(why_not=NO_ROW).select("year", "came", "before").rows() == [(LAST, 7, 0), (AFTER, 0, 7)]
    assert told.filter(why_not=BREAK).rows() == [(9, FIRST + 3, BREAK, 1, None, FIRST - 1997, FIRST - 1998)]


def test_beyond_the_year_after_nothing_is_forecast(made: tuple[Arrivals, dict[str, Any]]) -> None:
    late = made[0].destinations.filter(pl.col("year") > AFTER)
    assert late["why_not"].to_list() == [UNKNOWN] * (KNOWN_TO - AFTER)
    assert late["expected"].to_list() == [None] * (KNOWN_TO - AFTER)


def test_corridors_of_the_year_after_have_their_bounds_or_a_reason(made: tuple[Arrivals, dict[str, Any]]) -> None:
    came = AFTER - 2000
    assert made[0].corridors.columns == [
        "ccode1", "ccode2", "year", "expected", "low", "high", "came", "before", "why_not",
    ]  # fmt: skip
    assert made[0].corridors.rows() == [
        (*BELIEVED, AFTER, 20.0, 4.0, 90.0, came, came - 1, None),
        (*UNSEEN, AFTER, None, None, None, 0, 7, NO_ROW),
    ]
