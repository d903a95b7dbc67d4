"""Reliability of ten dyad-years that can be drawn on paper: strata, bins and bounds by hand."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import numpy as np
import polars as pl
import pytest

from foedus.mechanisms.order.strata import STRATA
from foedus.validation.registration import Registration, Reliable, registrations
from foedus.validation.reliability import BINS, bin_name, fewest_of, reliability

FORECAST = np.array([0.1, 0.1, 0.04, 0.04, 0.004, 0.004, 0.0005, 0.0005, 0.001, 0.05])
SIDES = [(1, 2), (1, 2), (1, 3), (1, 3), (2, 3), (2, 3), (4, 5), (4, 5), (4, 6), (4, 6)]

ROWS = pl.DataFrame(
    {
        "ccode1": [one for one, _ in SIDES],
        "ccode2": [two for _, two in SIDES],
        "year": [2000, 2001] * 5,
        "came": [True, False, False, True, *[False] * 6],
        "contiguous": [True] * 4 + [False] * 4 + [None] * 2,
        "politically_relevant": [True] * 6 + [False] * 2 + [None] * 2,
        "rivalry": [True] * 2 + [False] * 8,
        "defence_pact": [False] * 4 + [True] * 2 + [False] * 4,
        "weaker_democracy": [0.2] * 4 + [0.5, 0.9] + [0.9] * 4,
        "major_powers": [1] * 6 + [0] * 4,
    }
)
"""Ten dyad-years:

dyad  year  stratum            forecast  came
1–2   2000  contiguous, rival      .10    yes
1–2   2001  contiguous, rival      .10    no
1–3   2000  contiguous             .04    no
1–3   2001  contiguous             .04    yes
2–3   2000  allied democracies     .004   no
2–3   2001  allied democracies     .004   no
4–5   2000  apart                  .0005  no
4–5   2001  apart                  .0005  no
4–6   2000  apart, unknown touch   .001   no
4–6   2001  apart, unknown touch   .05    no
"""


@pytest.fixture(scope="module")
def registered() -> Registration:
    return replace(registrations()["disputes"], bootstrap=500, reliable=Reliable((0.5, 2.0), (), 1))


@pytest.fixture(scope="module")
def table(registered: Registration) -> pl.DataFrame:
    return reliability(ROWS, FORECAST, "came", registered)


def row(table: pl.DataFrame, name: str) -> dict[str, float]:
    return table.row(by_predicate=pl.col("stratum") == name, named=True)


def test_a_row_a_stratum_then_a_row_a_bin(table: pl.DataFrame) -> None:
    assert table["stratum"].to_list() == [*STRATA, *map(bin_name, BINS[:-1])]


@pytest.mark.parametrize(
    ("name", "n", "events", "predicted"),
    [
        ("all dyads", 10, 2, 0.34),
        ("politically relevant", 6, 2, 0.288),
        ("contiguous", 4, 2, 0.28),
        ("strategic rivals", 2, 1, 0.2),
        ("allied democracies", 2, 0, 0.008),
        ("minor powers not in contact", 2, 0, 0.001),
        ("forecast 0–0.1 %", 2, 0, 0.001),
        ("forecast 0.1–1 %", 3, 0, 0.009),
        ("forecast 1–5 %", 2, 1, 0.08),
        ("forecast 5–20 %", 3, 1, 0.25),
        ("forecast 20–40 %", 0, 0, 0.0),
        ("forecast 40–100 %", 0, 0, 0.0),
    ],
)
def test_strata_and_bins_hold_their_rows(table: pl.DataFrame, name: str, n: int, events: int, predicted: float) -> None:
    """A bin holds its lower bound: .001 is in the second, .05 in the fourth. Unknown contact is in no stratum of contact."""
    told = row(table, name)
    assert (told["n"], told["events"]) == (n, events)
    if not n:
        assert [told[each] for each in ("forecast", "observed", "low", "high", "ratio", "brier")] == [None] * 6
        return
    assert told["forecast"] == pytest.approx(predicted / n)
    assert told["observed"] == pytest.approx(events / n)
    assert told["ratio"] == (pytest.approx(predicted / events) if events else None)


def test_bounds_are_those_of_the_count_where_they_are_wider(table: pl.DataFrame) -> None:
    """Garwood (1936), 95 % limits of a Poisson mean: of no event 0 to 3.69, of one .0253 to 5.57, of two .242 to 7.22."""
    none, one, two = (row(table, name) for name in ("allied democracies", "strategic rivals", "contiguous"))
    assert (none["low"], none["high"]) == (0.0, pytest.approx(3.69 / 2, rel=1e-3))
    assert one["high"] == pytest.approx(5.57 / 2, rel=1e-3)
    assert two["high"] == pytest.approx(7.22 / 4, rel=1e-3)
    for told in (one, two):
        assert 0 <= told["low"] < told["observed"] < told["high"]


def test_bounds_of_a_ratio_are_the_predicted_over_those_of_the_observed(table: pl.DataFrame) -> None:
    told = row(table, "allied democracies")
    assert told["ratio"] is None
    assert told["ratio_low"] == pytest.approx(0.004 / (3.69 / 2), rel=1e-3)
    assert told["ratio_high"] is None, "none may have been to come"
    for name in ("all dyads", "contiguous", "strategic rivals"):
        told = row(table, name)
        assert told["ratio_low"] == pytest.approx(told["forecast"] / told["high"])
        if told["low"]:
            assert told["ratio_high"] == pytest.approx(told["forecast"] / told["low"])
        assert told["ratio_low"] < told["ratio"] < (told["ratio_high"] or float("inf"))


def test_one_war_of_many_dyads_widens_the_bounds_beyond_those_of_the_count(registered: Registration) -> None:
    """Forty dyads of one state in two years; all twenty outcomes in one of them: as if one thing had happened."""
    rows = pl.concat([ROWS[:1].with_columns(ccode2=pl.lit(100 + place), year=2000 + place % 2) for place in range(40)])
    crowded = rows.with_columns(came=pl.col("year") == 2000)
    told = row(reliability(crowded, np.full(40, 0.3), "came", registered), "all dyads")
    assert (told["events"], told["observed"]) == (20, 0.5)
    counted = (12.22 / 40, 30.89 / 40)
    assert told["low"] < counted[0]
    assert told["high"] > counted[1]
    assert (told["low"], told["ratio_high"]) == (0.0, None)


def test_forecasts_are_scored_within_a_stratum(table: pl.DataFrame) -> None:
    """Contiguous: an event and a non-event at .10, and at .04: half of four pairs lie right, one right, one wrong, two tied."""
    told = row(table, "contiguous")
    assert told["roc_auc"] == 0.5
    assert told["brier"] == pytest.approx((0.9**2 + 0.1**2 + 0.04**2 + 0.96**2) / 4)
    assert row(table, "all dyads")["roc_auc"] == pytest.approx((7.5 + 5.5) / 16), "of eight non-events each"
    assert row(table, "allied democracies")["roc_auc"] is None
    for name in table["stratum"]:
        each = row(table, name)
        if each["n"]:
            assert each["venn_low"] <= each["venn_high"]


def test_of_few_events_the_interval_alone_is_told(registered: Registration) -> None:
    strict = replace(registered, reliable=Reliable((0.5, 2.0), (), 2))
    told = reliability(ROWS, FORECAST, "came", strict)
    assert fewest_of(strict) == 2
    assert row(told, "strategic rivals")["ratio"] is None, "one event"
    assert row(told, "strategic rivals")["ratio_low"] is not None
    assert row(told, "contiguous")["ratio"] == pytest.approx(0.14), "two"
    assert fewest_of(replace(registered, reliable=None)) == 1


def test_no_event_at_all_leaves_the_upper_bound_of_three_in_so_many(registered: Registration) -> None:
    """The chance of none is e to the minus so many expected: 2.5 % at 3.69."""
    quiet = ROWS.with_columns(came=pl.lit(False))
    told = row(reliability(quiet, FORECAST, "came", registered), "all dyads")
    assert (told["observed"], told["low"], told["ratio"], told["roc_auc"]) == (0.0, 0.0, None, None)
    assert exp(-10 * told["high"]) == pytest.approx(0.025)


def test_events_alone_have_no_area(registered: Registration) -> None:
    told = row(reliability(ROWS.with_columns(came=pl.lit(True)), FORECAST, "came", registered), "all dyads")
    assert (told["events"], told["observed"], told["roc_auc"]) == (10, 1.0, None)
    assert told["low"] < 1.0 < told["high"]
