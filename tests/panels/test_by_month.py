"""Months and quarters of states and of pairs: what the record has by month, and nothing where nobody knows the month."""

from __future__ import annotations

import polars as pl
import pytest

import foedus
from foedus.errors import InputError
from foedus.panels.by_month import _disputes
from foedus.record.store import Record


def test_disputes_of_the_months_are_those_of_the_year(record: Record) -> None:
    """Of the pairs of eight states: a year has an onset if a month has, and is unknown where one began in an unknown month."""
    eight = ["USA", "CAN", "GBR", "FRA", "RUS", "CHN", "IND", "PAK"]
    months = foedus.by_month("dyad-month", (1900, 2010), group=eight, record=record)
    years = foedus.panel("dyad-year", ["dispute_onset"], group=eight, years=(1900, 2010), record=record)
    summed = months.group_by("ccode1", "ccode2", "year").agg(
        pl.col("disputes_begun").sum(), unknown=pl.col("disputes_begun").is_null().any()
    )
    both = years.join(summed, on=["ccode1", "ccode2", "year"])
    assert both.height == years.height
    known = both.filter(~pl.col("unknown"))
    assert (known["dispute_onset"] == (known["disputes_begun"] > 0)).all()
    undated = _disputes(record, ["ccode1", "ccode2"]).filter(pl.col("start_month").is_null())
    assert both.filter("unknown").join(undated, on=["ccode1", "ccode2", "year"], how="anti").is_empty()


def test_a_quarter_has_the_sum_of_its_disputes_and_the_mean_of_its_ice(record: Record) -> None:
    """Of the United States in 1979, worked from the months: sums of disputes, means of three values of ice."""
    months, quarters = (
        foedus.by_month(f"state-{part}", (1979, 1979), states=["USA"], record=record) for part in ("month", "quarter")
    )
    thirds = months.with_columns(quarter=(pl.col("month") - 1) // 3 + 1).group_by("quarter", maintain_order=True)
    sums = thirds.agg(pl.col("disputes_begun").sum(), pl.col("sea_ice_extent").mean().round(6))
    assert sums["disputes_begun"].to_list() == quarters["disputes_begun"].to_list()
    assert sums["sea_ice_extent"].to_list() == pytest.approx(quarters["sea_ice_extent"].to_list(), abs=1e-6)
    assert quarters["temperature_anomaly"].null_count() == 0


def test_nothing_stands_outside_what_a_source_covers(record: Record) -> None:
    """Ice is known from November 1978 on, so that no quarter of that year has all; disputes end with their list.

    Sums of a gap are 0 or missing among xarray 2026.9.0 and pandas 3.1.1 (where-tools-disagree).
    """
    early = foedus.by_month("state-quarter", (1978, 1978), states=["CAN"], record=record)
    assert early["sea_ice_extent"].null_count() == 4
    late = foedus.by_month("state-month", (2020, 2020), states=["CAN"], record=record)
    assert (late.height, late["disputes_begun"].null_count()) == (12, 12)
    born = foedus.by_month("state-month", (2011, 2011), states=["SSD"], record=record)
    assert born["month"].to_list() == [7, 8, 9, 10, 11, 12]


def test_values_of_the_year_stand_beside_months(record: Record) -> None:
    months = foedus.by_month("state-month", (2000, 2000), states=["CAN"], record=record)
    assert foedus.add(months, ["polyarchy"], record=record)["polyarchy"].n_unique() == 1


def test_a_unit_without_months_is_named() -> None:
    with pytest.raises(InputError, match=r"no rows are by month at 'state-mnth'\. Did you mean state-month"):
        foedus.by_month("state-mnth", (2000, 2000))
