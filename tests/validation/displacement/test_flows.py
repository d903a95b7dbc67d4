"""Forecasts of flight, corridor by corridor: which are believed, and what happens to the others."""

from __future__ import annotations

import polars as pl
import pytest

from foedus.errors import InputError
from foedus.record.store import Record
from foedus.validation.displacement import flight
from foedus.validation.displacement.flows import allocated, only_skilful
from foedus.validation.displacement.within import LEAST


@pytest.fixture(scope="module")
def skill(record: Record) -> pl.DataFrame:
    """How well each corridor is followed."""
    return flight.corridors(record)


def test_a_corridor_is_forecast_only_where_it_beats_its_mean_and_last_year(skill: pl.DataFrame) -> None:
    believed = skill.filter("forecast")
    assert (believed["skill against corridor mean"] > 0).all()
    assert (believed["skill against last year"] > 0).all()
    assert (believed["n"] >= LEAST).all()
    assert skill.filter(~pl.col("forecast"))["why_not"].null_count() == 0


def test_every_corridor_stands_once(skill: pl.DataFrame) -> None:
    assert skill.select("ccode1", "ccode2").is_unique().all()
    assert (skill["ccode1"] != skill["ccode2"]).all()
    assert skill["first_year"].min() == 2008
    assert skill["last_year"].max() == 2023


def test_flows_of_corridors_without_skill_are_not_forecast(skill: pl.DataFrame, record: Record) -> None:
    told = flight.largest(record).forecast.destinations.with_columns(ccode1=pl.lit(369, pl.Int16))
    kept = only_skilful(told, skill)
    assert kept.height == told.height
    believed = kept.filter("forecast")
    assert 0 < believed.height < kept.height
    assert believed["expected"].null_count() == believed["why_not"].count() == 0
    others = kept.filter(~pl.col("forecast"))
    assert others.select("median", "low", "high", "expected").null_count().row(0) == (others.height,) * 4
    assert others["why_not"].null_count() == 0


def test_the_shares_of_last_year_allocate_as_well_as_the_model(record: Record) -> None:
    """A quarter of those who left went elsewhere than either said; the model is not better, and a little worse."""
    table = flight.allocation(record)
    assert table.select("model", "last_year").to_numpy().min() >= 0
    assert table.select("model", "last_year").to_numpy().max() <= 1
    told = allocated(table)
    assert told["n"] > 1_800
    assert told["model"] == pytest.approx(0.258, abs=0.02)
    assert told["last_year"] == pytest.approx(0.252, abs=0.02)
    assert told["high"] < 0.01
    with pytest.raises(InputError, match="no origin-year to compare: widen the years"):
        allocated(table.clear())
