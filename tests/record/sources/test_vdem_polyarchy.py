"""V-Dem polyarchy, version 16."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.vdem_polyarchy import read


@pytest.fixture
def polyarchy(raw: Path) -> pl.DataFrame:
    return read(raw)["polyarchy"]


def test_canada_in_2025_scores_as_published(polyarchy: pl.DataFrame) -> None:
    assert polyarchy.filter(ccode=20, year=2025)["polyarchy"].item() == 0.840


def test_174_states_are_scored_in_2025(polyarchy: pl.DataFrame) -> None:
    assert polyarchy.filter(year=2025).height == 174


def test_the_series_is_version_16_not_15(polyarchy: pl.DataFrame) -> None:
    """Version 15 has .292 for Kuwait in 2024 (vdem_simple_v15.parquet)."""
    assert polyarchy.filter(ccode=690, year=2024)["polyarchy"].item() == 0.198


def test_no_polity_column_is_read(polyarchy: pl.DataFrame) -> None:
    assert polyarchy.columns == ["ccode", "year", "polyarchy"]


def test_an_unscored_state_has_no_row(polyarchy: pl.DataFrame) -> None:
    bahamas = polyarchy.filter(ccode=31)
    assert bahamas.is_empty()
    assert polyarchy["polyarchy"].is_between(0, 1).all()


def test_gleditsch_ward_state_years_are_scored_as_in_the_reference(raw: Path) -> None:
    """As in peacesciencer 1.2.9: 16,473 scores, sum 5,987.218; none of 2025."""
    scored = read(raw)["polyarchy_gw"].filter(~pl.col("from_cow"))
    assert scored.columns == ["gwcode", "year", "polyarchy", "from_cow"]
    assert (scored.height, scored["polyarchy"].sum()) == (16_473, pytest.approx(5987.218))
    assert scored["year"].max() == 2024


def test_scores_of_2025_are_those_of_the_same_states(raw: Path, polyarchy: pl.DataFrame) -> None:
    """Germany is 255 in one list and 260 in the other, Yemen 679 and 678."""
    taken = read(raw)["polyarchy_gw"].filter("from_cow")
    assert (taken.height, taken["year"].unique().to_list()) == (174, [2025])
    for ccode, gwcode in ((255, 260), (679, 678), (345, 340)):
        assert taken.filter(gwcode=gwcode)["polyarchy"].item() == polyarchy.filter(ccode=ccode, year=2025)["polyarchy"].item()
