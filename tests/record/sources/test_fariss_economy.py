"""Latent estimates of GDP and population."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.fariss_economy import read


@pytest.fixture
def economy(raw: Path) -> pl.DataFrame:
    return read(raw)["economy"]


def test_canada_in_2019_is_as_published(economy: pl.DataFrame) -> None:
    canada = economy.filter(ccode=20, year=2019).row(0, named=True)
    assert round(canada["gdp_per_head"]) == 44788
    assert canada["population"] == pytest.approx(37.0e6, rel=0.001)


def test_gdp_is_in_dollars(economy: pl.DataFrame) -> None:
    """The Penn World Table 10.0 has 20.6 trillion for the United States in 2019; the latent mean is within one deviation."""
    usa = economy.filter(ccode=2, year=2019).row(0, named=True)
    assert abs(usa["gdp"] - 20.6e12) < usa["gdp_sd"]


def test_gdp_and_gdp_per_head_have_different_price_years(economy: pl.DataFrame) -> None:
    ratio = economy.filter(pl.col("year") == 2019).select(pl.col("gdp") / pl.col("population") / pl.col("gdp_per_head"))
    assert ratio.min().item() > 1.05
    assert ratio.max().item() < 1.20


def test_nothing_is_said_after_2019_or_where_the_lists_of_states_differ(economy: pl.DataFrame) -> None:
    assert economy["year"].max() == 2019
    assert economy.filter(pl.col("ccode") == 651, pl.col("year").is_between(1856, 1882)).is_empty()


def test_gleditsch_ward_state_years_are_estimated_as_in_the_reference(raw: Path) -> None:
    """As in peacesciencer 1.2.9: 19,667 estimates with these sums (millions of dollars, dollars, millions of persons)."""
    economy = read(raw)["economy_gw"]
    assert economy.height == 19_667
    assert economy["gdp"].sum() / 1e6 == pytest.approx(4056271247.74273)
    assert economy["gdp_per_head"].sum() == pytest.approx(148522285.79604)
    assert economy["population"].sum() / 1e6 == pytest.approx(482092.81679669)


def test_one_estimate_serves_both_lists(raw: Path, economy: pl.DataFrame) -> None:
    canada = read(raw)["economy_gw"].filter(pl.col("gwcode") == 20)
    assert canada["year"].min() == 1867
    both = canada.join(economy.filter(pl.col("ccode") == 20), on="year", suffix="_cow")
    assert both["year"].min() == 1920
    assert (both["gdp"] == both["gdp_cow"]).all()
