"""World Population Prospects 2024."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.un_population import DIVIDED_UNTIL, read


@pytest.fixture
def tables(raw: Path) -> dict[str, pl.DataFrame]:
    return read(raw)


def people(tables: dict[str, pl.DataFrame], code: str, year: int) -> int:
    found: int = tables["population_un"].filter(iso3=code, year=year)["population"].item()
    return found


def test_estimates_end_where_the_projection_begins(tables: dict[str, pl.DataFrame]) -> None:
    assert tables["population_un"]["year"].max() == 2023
    assert tables["population_projection"]["year"].min() == 2024
    assert tables["population_projection"]["year"].max() == 2100


def test_canada_had_39_million_people_in_2023(tables: dict[str, pl.DataFrame]) -> None:
    assert people(tables, "CAN", 2023) == 39_299_098


def test_the_soviet_union_is_the_sum_of_its_republics(tables: dict[str, pl.DataFrame]) -> None:
    """The census of January 1989 counted 286.7 million."""
    assert people(tables, "RUS", 1989) == pytest.approx(286.7e6, rel=0.01)
    assert people(tables, "RUS", 1992) < 150e6


@pytest.mark.parametrize(("code", "parts", "year"), [("PAK", ("BGD",), 1970), ("SDN", ("SSD",), 2010), ("EGY", ("SYR",), 1960)])
def test_a_union_has_more_people_than_the_part_that_left(
    tables: dict[str, pl.DataFrame], code: str, parts: tuple[str, ...], year: int
) -> None:
    left = sum(people(tables, part, year) for part in parts)
    assert people(tables, code, year) > left > 0


def test_yugoslavia_and_czechoslovakia_end_with_their_states(tables: dict[str, pl.DataFrame]) -> None:
    last = tables["population_un"].filter(pl.col("iso3").is_in(["YUG", "CSK"])).group_by("iso3").agg(pl.col("year").max())
    assert dict(last.rows()) == {"YUG": 2005, "CSK": 1992}


def test_divided_countries_have_no_estimate(tables: dict[str, pl.DataFrame]) -> None:
    for code, last in DIVIDED_UNTIL.items():
        assert tables["population_un"].filter(pl.col("iso3") == code)["year"].min() == last + 1


def test_a_country_year_appears_once_and_no_aggregate_is_left(tables: dict[str, pl.DataFrame]) -> None:
    for name, key in (("population_un", "iso3"), ("population_projection", "iso3_code")):
        assert not tables[name].select(key, "year").is_duplicated().any()
        assert (tables[name][key].str.len_chars() == 3).all()
