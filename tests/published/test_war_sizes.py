"""Sizes and beginnings of wars between states, as published and as the record has them (shared reference R22).

Cederman (2003) fitted 1820–1997; recomputed from version 4.0 of the wars of the Correlates of War Project: 90 wars, log-log
slope −.432, R² .985; .51 wars a year, variance over mean .93. The definition that yields it: the battle deaths of all who took
part in a war summed (one unknown number counts as none), no bins, every war its own rank, the logarithm of the rank on that of
the size; a war begins in the first year of its first participant. Clauset (2018), all 95 wars: exponent 1.53 ± .07 above 7,061.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from foedus.mechanisms.order.war_size import WarSize, arrivals, dispersion, power_law, survival_slope, tail
from foedus.record.store import Record


def participants(raw: Path) -> pl.DataFrame:
    """The states in the interstate wars of the Correlates of War Project: event, ccode, side, initiator, entered, deaths."""
    file = raw / "political/wars/Inter-StateWarData_v4.0.csv"
    rows = pl.read_csv(file, eol_char="\r", infer_schema_length=None)
    rows = rows.rename({name: name.lower() for name in rows.columns})
    return rows.select(
        "side",
        "initiator",
        event="warnum",
        ccode=pl.col("ccode").cast(pl.Int16),
        entered=pl.date("startyear1", "startmonth1", "startday1"),
        deaths=pl.col("batdeath").clip(lower_bound=0),
    )


@pytest.fixture(scope="module")
def wars(raw: Path) -> pl.DataFrame:
    """One row a war: year, deaths."""
    by_war = participants(raw).group_by("event").agg(pl.col("entered").min().dt.year().alias("year"), pl.col("deaths").sum())
    return by_war.sort("year", "event")


def counts(wars: pl.DataFrame, first: int, last: int) -> np.ndarray:
    """Wars begun in each year."""
    return np.bincount(wars["year"].to_numpy() - first, minlength=last - first + 1)


@pytest.fixture(scope="module")
def published(wars: pl.DataFrame) -> pl.DataFrame:
    return wars.filter(pl.col("year").is_between(1820, 1997))


def test_slope_of_rank_on_size(published: pl.DataFrame) -> None:
    slope, r2 = survival_slope(published["deaths"].to_numpy().astype(float))
    assert published.height == 90
    assert slope == pytest.approx(-0.432, abs=0.0005)
    assert r2 == pytest.approx(0.985, abs=0.0005)


def test_wars_begin_at_random_half_a_one_a_year(published: pl.DataFrame) -> None:
    """Variance over mean is .944, or .939 with n in the variance; the published .93 is its beginning, not its rounding."""
    yearly = counts(published, 1820, 1997)
    found = arrivals(yearly)
    assert found.rate == pytest.approx(0.51, abs=0.005)
    assert found.dispersion == pytest.approx(0.93, abs=0.015)
    assert found.p_over > 0.05
    assert yearly.var() / yearly.mean() == pytest.approx(0.9388, abs=0.0001)
    assert float(dispersion(yearly)) == pytest.approx(0.9441, abs=0.0001)


def test_exponent_of_the_tail_by_maximum_likelihood(wars: pl.DataFrame) -> None:
    found = tail(wars["deaths"].to_numpy().astype(float))
    assert (found.wars, found.smallest, found.above) == (95, 7061, 51)
    assert found.exponent == pytest.approx(1.53, abs=0.01)
    assert found.error == pytest.approx(0.07, abs=0.005)


@pytest.fixture(scope="module")
def fitted(record: Record) -> WarSize:
    mechanism = WarSize()
    return mechanism.fit(mechanism.panel(record, (1816, 2010)))


def test_the_shipped_record_gives_nearly_the_same_law(fitted: WarSize) -> None:
    """Disputes of GML that reached war, with the deaths it has: registered bands of slope and dispersion."""
    assert fitted.tail is not None
    assert fitted.arrivals is not None
    assert (fitted.arrivals.wars, fitted.tail.wars) == (95, 64)
    assert -0.55 < fitted.tail.slope < -0.33
    assert fitted.tail.slope == pytest.approx(-0.431, abs=0.001)
    assert fitted.tail.exponent == pytest.approx(1.53, abs=2 * fitted.tail.error)
    assert 0.7 < fitted.arrivals.dispersion < 1.3
    assert fitted.arrivals.rate == pytest.approx(0.51, abs=0.03)


def test_years_are_nearly_poisson_and_decades_are_not(fitted: WarSize, record: Record) -> None:
    """The rate drifts: what a year cannot show, ten years together do."""
    yearly = WarSize().panel(record, (1816, 2010))["war_onsets"].to_numpy()
    by_year, by_decade = arrivals(yearly), arrivals(yearly, 10)
    assert by_year.p_over == pytest.approx(0.045, abs=0.001)
    assert by_decade.p_over == pytest.approx(0.0014, abs=0.0001)
    assert by_decade.dispersion == pytest.approx(2.33, abs=0.01)


def test_sizes_drawn_from_what_is_learnt_have_the_published_slope(fitted: WarSize) -> None:
    drawn = fitted.sample(5_000, np.random.default_rng(20221027))
    assert -0.55 < survival_slope(drawn)[0] < -0.33
    assert power_law(drawn)[0] == pytest.approx(1.5, abs=0.1)


def test_a_constant_rate_forecasts_no_worse_and_not_clearly_better_than_that_of_ten_years(record: Record) -> None:
    """The registered test: mixed. Both intervals hold zero."""
    mechanism = WarSize()
    panel = mechanism.panel(record, (1816, 2010))
    years = mechanism.gain(mechanism.hindcast(panel, tuple(range(1899, 2010))))
    decades = mechanism.gain(mechanism.hindcast(panel, tuple(range(1900, 2001, 10)), 10))
    for gain in (years, decades):
        assert gain["low"] < 0 < gain["high"]
        assert gain["gain"] > 0
