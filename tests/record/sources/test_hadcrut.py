"""HadCRUT5 with its limits."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.hadcrut import LAST_WHOLE_YEAR, read


@pytest.fixture(scope="module")
def years(raw: Path) -> pl.DataFrame:
    return read(raw)["temperature_hadcrut"]


def test_2024_was_1_17_degrees_above_the_base(years: pl.DataFrame) -> None:
    assert years.row(-1) == (
        2024,
        pytest.approx(1.169, abs=1e-3),
        pytest.approx(1.130, abs=1e-3),
        pytest.approx(1.208, abs=1e-3),
    )


def test_a_part_of_a_year_is_left_out_and_still_in_the_file(raw: Path, years: pl.DataFrame) -> None:
    file = pl.read_csv(raw / "physical/temperature/hadcrut_5_1_0_0_global_annual.csv")
    assert file["Time"].max() == LAST_WHOLE_YEAR + 1
    assert years["year"].to_list() == list(range(1850, LAST_WHOLE_YEAR + 1))


def test_the_limits_are_on_both_sides_and_wider_long_ago(years: pl.DataFrame) -> None:
    assert years["anomaly"].is_between(years["anomaly_low"], years["anomaly_high"]).all()
    width = years["anomaly_high"] - years["anomaly_low"]
    assert width[0] > 4 * width[-1]


def test_the_base_is_1961_to_1990(years: pl.DataFrame) -> None:
    assert years.filter(pl.col("year").is_between(1961, 1990))["anomaly"].mean() == pytest.approx(0, abs=0.01)
