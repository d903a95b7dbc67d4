"""UCDP organized violence by country of location."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.ucdp_country_year import read


@pytest.fixture
def violence(raw: Path) -> pl.DataFrame:
    return read(raw)["organized_violence"]


def test_ukraine_in_2024_is_as_published(violence: pl.DataFrame) -> None:
    ukraine = violence.filter(gwcode=369, year=2024).select("state_based_deaths", "state_based_low", "state_based_high")
    assert ukraine.row(0) == (68099, 62546, 115405)


def test_wars_between_and_within_states_add_up(violence: pl.DataFrame) -> None:
    assert (violence["interstate_deaths"] + violence["intrastate_deaths"] == violence["state_based_deaths"]).all()


def test_rwanda_in_1994_is_the_deadliest_year(violence: pl.DataFrame) -> None:
    assert violence.sort("one_sided_deaths").row(-1)[:2] == (517, 1994)


def test_serbia_is_345_until_2005_and_340_after(violence: pl.DataFrame) -> None:
    serbia = violence.filter(pl.col("gwcode").is_in([340, 345])).group_by("gwcode").agg(pl.col("year").min(), pl.len())
    assert set(serbia.rows()) == {(345, 1989, 17), (340, 2006, 19)}


def test_nine_rows_have_an_estimate_on_the_wrong_side(violence: pl.DataFrame) -> None:
    wrong = [
        violence.filter(~pl.col(f"{kind}_deaths").is_between(f"{kind}_low", f"{kind}_high"))
        for kind in ("state_based", "non_state", "one_sided")
    ]
    assert [frame.height for frame in wrong] == [8, 0, 1]


def test_a_country_year_appears_once(violence: pl.DataFrame) -> None:
    assert not violence.select("gwcode", "year").is_duplicated().any()
