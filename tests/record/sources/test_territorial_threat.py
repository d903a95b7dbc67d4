"""Latent territorial threat."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.territorial_threat import read


@pytest.fixture(scope="module")
def threat(raw: Path) -> pl.DataFrame:
    return read(raw)["territorial_threat"]


def test_every_cow_state_year_to_2010_has_a_score(threat: pl.DataFrame, raw: Path) -> None:
    crosswalk = pl.read_parquet(raw / "political/state_system/state_year_crosswalk_cow_gw_iso3_1816_2025.parquet")
    members = crosswalk.filter(pl.col("year") <= 2010).select("ccode", "year").sort("ccode", "year")
    assert threat.select("ccode", "year").rows() == members.rows()


def test_state_years_1946_to_2010_are_as_in_the_reference(threat: pl.DataFrame) -> None:
    """As in peacesciencer 1.2.9: 9,348 state-years, sums 609.400314169, 374.463928452, 587.731957916."""
    later = threat.filter(pl.col("year") >= 1946)
    assert later.height == 9348
    sums = later.select(pl.exclude("ccode", "year").cast(pl.Float64).sum()).row(0, named=True)
    assert sums["territorial_threat"] == pytest.approx(609.400314169113, rel=1e-6)
    assert sums["territorial_threat_sd"] == pytest.approx(374.463928452138, rel=1e-6)
    assert sums["territorial_threat_border"] == pytest.approx(587.731957915838, rel=1e-6)


def test_bounds_hold_90_per_cent(threat: pl.DataFrame) -> None:
    low, high = threat["territorial_threat_low"], threat["territorial_threat_high"]
    assert ((low < threat["territorial_threat"]) & (threat["territorial_threat"] < high)).all()
    assert ((high - low) / threat["territorial_threat_sd"]).mean() == pytest.approx(2 * 1.645, rel=0.01)


def test_the_series_by_border_begins_in_1885(threat: pl.DataFrame) -> None:
    known = threat.drop_nulls("territorial_threat_border")
    assert known["year"].min() == 1885
    assert threat.height - known.height == 2349
