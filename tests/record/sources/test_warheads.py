"""Nuclear warhead stockpiles."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.warheads import read


@pytest.fixture
def stock(raw: Path) -> pl.DataFrame:
    return read(raw)["warheads"]


def test_the_united_states_keeps_3708_warheads_in_2022(stock: pl.DataFrame) -> None:
    assert stock.filter(ccode=2, year=2022)["warheads"].item() == 3708


def test_the_soviet_stockpile_peaked_in_1986(stock: pl.DataFrame) -> None:
    soviet = stock.filter(pl.col("ccode") == 365)
    assert soviet.sort("warheads").row(-1) == (365, 1986, 40159)
    assert soviet.filter(pl.col("warheads") > 0)["year"].min() == 1949


def test_only_the_ten_nuclear_powers_are_counted(stock: pl.DataFrame) -> None:
    assert set(stock["ccode"]) == {2, 200, 220, 365, 560, 666, 710, 731, 750, 770}
    assert stock.height == 10 * 78
