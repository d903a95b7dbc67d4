"""Months and quarters of states and of pairs: what the record has by month, and nothing where nobody knows the month."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

import foedus
from foedus.cli import app
from foedus.errors import InputError
from foedus.panels.by_month import _disputes
from foedus.panels.columns import describe, unit_of
from foedus.panels.files.read import read_frame
from foedus.record.store import Record


def test_disputes_of_the_months_are_those_of_the_year(record: Record) -> None:
    """Of the pairs of eight states: a year has an onset if a month has, and is unknown where one began in an unknown month."""
    eight = ["USA", "CAN", "GBR", "FRA", "RUS", "CHN", "IND", "PAK"]
    months = foedus.panel("dyad-month", years=(1900, 2010), group=eight, record=record)
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
        foedus.panel(f"state-{part}", years=(1979, 1979), states=["USA"], record=record) for part in ("month", "quarter")
    )
    thirds = months.with_columns(quarter=(pl.col("month") - 1) // 3 + 1).group_by("quarter", maintain_order=True)
    sums = thirds.agg(pl.col("disputes_begun").sum(), pl.col("sea_ice_extent").mean().round(6))
    assert sums["disputes_begun"].to_list() == quarters["disputes_begun"].to_list()
    assert sums["sea_ice_extent"].to_list() == pytest.approx(quarters["sea_ice_extent"].to_list(), abs=1e-6)
    assert quarters["world_temperature_anomaly"].null_count() == 0


def test_nothing_stands_outside_what_a_source_covers(record: Record) -> None:
    """Ice is known from November 1978 on, so that no quarter of that year has all; disputes end with their list.

    Sums of a gap are 0 or missing among xarray 2026.9.0 and pandas 3.1.1 (where-tools-disagree).
    """
    early = foedus.panel("state-quarter", years=(1978, 1978), states=["CAN"], record=record)
    assert early["sea_ice_extent"].null_count() == 4
    late = foedus.panel("state-month", years=(2020, 2020), states=["CAN"], record=record)
    assert (late.height, late["disputes_begun"].null_count()) == (12, 12)
    born = foedus.panel("state-month", years=(2011, 2011), states=["SSD"], record=record)
    assert born["month"].to_list() == [7, 8, 9, 10, 11, 12]


def test_values_of_the_year_stand_beside_months(record: Record) -> None:
    months = foedus.panel("state-month", years=(2000, 2000), states=["CAN"], record=record)
    assert foedus.add(months, ["polyarchy"], record=record)["polyarchy"].n_unique() == 1


def test_what_has_no_month_is_refused_with_the_way_to_have_it() -> None:
    with pytest.raises(InputError, match=r"no polyarchy, which the record has by year .*foedus\.add puts"):
        foedus.panel("dyad-month", ["disputes_begun", "polyarchy"], dyads=["USA-CAN"], years=(2000, 2000))
    with pytest.raises(InputError, match=r"a state-year panel has no sea_ice_extent: ask for state-quarter or state-month"):
        foedus.panel("state-year", ["sea_ice_extent"], states=["CAN"], years=(2000, 2000))
    with pytest.raises(InputError, match="leave out system and disputes_from"):
        foedus.panel("state-month", states=["CAN"], years=(2000, 2000), system="gw")


def test_a_file_of_months_says_what_its_columns_are(tmp_path: Path) -> None:
    """By the command, into one file and into a folder of years: the same rows, cited from all three sources."""
    asked = ["panel", "dyad-month", "--dyads", "USA-CAN", "--years", "1979:1980", "--all", "-o"]
    for name in ("months.parquet", "months"):
        assert CliRunner().invoke(app, [*asked, str(tmp_path / name)]).exit_code == 0
    frame = pl.read_parquet(tmp_path / "months.parquet")
    assert (unit_of(frame), frame.height) == ("dyad-month", 24)
    parts = read_frame(tmp_path / "months")
    assert parts.with_columns(pl.col("year").cast(frame.schema["year"])).select(frame.columns).equals(frame)
    assert {source for info in describe(frame.columns).values() for source in info.sources} >= {"gml", "sea_ice", "gistemp"}


def test_relevant_pairs_by_quarter_are_those_of_the_year(record: Record) -> None:
    rows = {"group": ["USA", "CAN", "MEX", "CUB"], "relevant": True, "years": (1990, 1990), "record": record}
    quarters = foedus.panel("dyad-quarter", ["disputes_begun"], **rows)
    years = foedus.panel("dyad-year", ["dispute_onset"], **rows)
    assert quarters.height == 4 * years.height
    assert quarters.columns[:4] == ["ccode1", "ccode2", "year", "quarter"]


def test_a_formula_by_month_is_fitted_from_the_codebook() -> None:
    asked = ["estimate", "disputes_begun ~ lag(disputes_begun) + lag(sea_ice_extent)", "--unit", "state-month"]
    told = CliRunner().invoke(
        app, [*asked, "--model", "poisson", "--errors", "HC1", "--states", "USA,CAN,RUS", "--years", "1990:2000"]
    )
    assert told.exit_code == 0, told.output
    assert "396" in told.output, "three states, eleven years, twelve months, with the month before the first"
