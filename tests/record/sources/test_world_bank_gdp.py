"""World Bank GDP at current prices."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.borders import BORDERS_SINCE
from foedus.record.sources.world_bank_gdp import read


@pytest.fixture
def gdp(raw: Path) -> pl.DataFrame:
    return read(raw)["gdp_current"]


def test_the_united_states_passed_27_trillion_dollars_in_2023(gdp: pl.DataFrame) -> None:
    assert gdp.filter(iso3="USA", year=2023)["gdp_current_usd"].item() == pytest.approx(27.36e12, rel=0.001)


def test_no_value_is_given_for_other_borders(gdp: pl.DataFrame) -> None:
    for code, first in BORDERS_SINCE.items():
        assert not gdp.filter(pl.col("iso3") == code).is_empty()
        assert gdp.filter(pl.col("iso3") == code, pl.col("year") < first).is_empty()


def test_other_series_begin_in_1960(gdp: pl.DataFrame) -> None:
    assert gdp.filter(iso3="CAN")["year"].to_list() == list(range(1960, 2024))
