"""United States military personnel abroad."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.us_troops import REPEATED, WITHHELD, YEARS_WITHOUT_REPORT, read


@pytest.fixture(scope="module")
def troops(raw: Path) -> pl.DataFrame:
    return read(raw)["us_troops"]


def number(troops: pl.DataFrame, ccode: int, year: int) -> int | None:
    found: int | None = troops.filter(ccode=ccode, year=year)["troops"].item()
    return found


def test_canada_hosts_153_in_2024(troops: pl.DataFrame) -> None:
    assert number(troops, 20, 2024) == 153


def test_the_united_states_is_not_its_own_host(troops: pl.DataFrame) -> None:
    assert troops.filter((pl.col("ccode") == 2) | (pl.col("ccode") >= 1000)).is_empty()


def test_years_without_a_report_have_no_rows(troops: pl.DataFrame) -> None:
    assert set(range(1950, 2025)) - set(troops["year"]) == set(YEARS_WITHOUT_REPORT)


def test_the_dropped_years_are_still_at_fault_in_the_file(raw: Path) -> None:
    file = pl.read_parquet(raw / "political/us_troops/troopdata_country_year.parquet").sort("ccode", "year")
    host = file.select("ccode", "year", "troops_ad")
    made_up = [host.filter(year=year).drop("year") for year in (1951, 1952)]
    assert made_up[0].equals(made_up[1])
    korea = dict(host.filter(pl.col("ccode") == 732).select("year", "troops_ad").rows())
    assert korea[2008] > 1.8 * korea[2007] > 1.6 * korea[2009]


def test_the_american_war_was_in_south_vietnam(troops: pl.DataFrame) -> None:
    assert number(troops, 817, 1968) == 537_377
    assert troops.filter(pl.col("ccode") == 816)["year"].min() == 1976


def test_west_germany_is_260(troops: pl.DataFrame) -> None:
    assert number(troops, 260, 1985) == 246_875
    assert troops.filter(pl.col("ccode") == 255, pl.col("year").is_between(1955, 1990)).is_empty()


def test_asmara_was_in_ethiopia(troops: pl.DataFrame) -> None:
    assert (number(troops, 530, 1970) or 0) > 1000


def test_a_press_figure_counts_once(troops: pl.DataFrame) -> None:
    assert [number(troops, *key) for key in REPEATED] == [141_100, 170_000, 13_000, 8_600]


def test_a_withheld_number_is_not_zero(troops: pl.DataFrame) -> None:
    for host, first in WITHHELD.items():
        later = troops.filter(pl.col("ccode") == host, pl.col("year") >= first)
        assert later["troops"].null_count() == later.height > 0


def test_civilians_are_known_from_2009(troops: pl.DataFrame) -> None:
    assert troops.drop_nulls("civilians")["year"].min() == 2009


def test_a_renamed_host_is_counted_once(troops: pl.DataFrame) -> None:
    assert number(troops, 316, 2024) == 16
    assert not troops.select("ccode", "year").is_duplicated().any()
