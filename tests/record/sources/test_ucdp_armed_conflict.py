"""UCDP/PRIO armed conflicts."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.ucdp_armed_conflict import read


@pytest.fixture(scope="module")
def tables(raw: Path) -> dict[str, pl.DataFrame]:
    return read(raw)


def pair(tables: dict[str, pl.DataFrame], gwcode1: int, gwcode2: int) -> pl.DataFrame:
    return tables["interstate_conflict_years"].filter(gwcode1=gwcode1, gwcode2=gwcode2)


def test_the_file_holds_2752_conflict_years(tables: dict[str, pl.DataFrame]) -> None:
    assert tables["armed_conflicts"].select("conflict", "year").n_unique() == 2752


def test_a_supporter_does_not_multiply_a_conflict(tables: dict[str, pl.DataFrame]) -> None:
    """The conflict between Afghanistan and the Taliban in 2021 has 63 rows in the file."""
    here = tables["armed_conflicts"].filter(conflict=11347, year=2021)
    supporters = tables["armed_conflict_supporters"].filter(conflict=11347, year=2021)
    assert (here.height, supporters.height) == (1, 63)


def test_only_interstate_conflicts_have_a_state_on_both_sides(tables: dict[str, pl.DataFrame]) -> None:
    both = tables["armed_conflicts"].filter(pl.col("gwcode2").is_not_null())
    assert set(both["type"]) == {"interstate"}
    assert tables["armed_conflicts"].filter(pl.col("type") == "interstate", pl.col("gwcode2").is_null()).is_empty()


def test_russia_wars_on_ukraine_since_2022(tables: dict[str, pl.DataFrame]) -> None:
    assert pair(tables, 365, 369).rows() == [(365, 369, year, 2, True) for year in (2022, 2023, 2024)]


def test_a_supporter_is_opposed_but_not_primary(tables: dict[str, pl.DataFrame]) -> None:
    assert pair(tables, 369, 731).rows() == [(369, 731, 2024, 2, False)]
    assert pair(tables, 2, 678).rows() == [(2, 678, 2024, 1, True)]
    assert pair(tables, 20, 678).rows() == [(20, 678, 2024, 1, False)]


def test_iran_and_israel_are_opposed_every_year_since_2018(tables: dict[str, pl.DataFrame]) -> None:
    assert pair(tables, 630, 666)["year"].to_list() == list(range(2018, 2025))


def test_kashmir_has_no_interstate_conflict_after_2020(tables: dict[str, pl.DataFrame]) -> None:
    assert pair(tables, 750, 770)["year"].max() == 2020
    assert pair(tables, 700, 770)["year"].max() == 2024


def test_the_coalition_of_2003_is_opposed_to_iraq(tables: dict[str, pl.DataFrame]) -> None:
    opposed = tables["interstate_conflict_years"].filter(pl.col("year") == 2003, pl.col("primary"))
    assert {(2, 645), (200, 645), (645, 900)} <= set(opposed.select("gwcode1", "gwcode2").rows())


def test_serbia_carries_its_gleditsch_ward_number(tables: dict[str, pl.DataFrame]) -> None:
    serbian = tables["armed_conflict_supporters"].filter(pl.col("gwcode").is_in([340, 345]), pl.col("year") >= 2006)
    assert set(serbian["gwcode"]) == {340}


def test_pairs_are_in_order_and_appear_once_a_year(tables: dict[str, pl.DataFrame]) -> None:
    years = tables["interstate_conflict_years"]
    assert (years["gwcode1"] < years["gwcode2"]).all()
    assert not years.select("gwcode1", "gwcode2", "year").is_duplicated().any()
    assert not tables["armed_conflicts"].select("conflict", "year", "gwcode1", "gwcode2").is_duplicated().any()
