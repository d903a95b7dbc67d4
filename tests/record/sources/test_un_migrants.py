"""International migrant stock."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.borders import BORDERS_SINCE
from foedus.record.sources.un_migrants import read


@pytest.fixture(scope="module")
def tables(raw: Path) -> dict[str, pl.DataFrame]:
    return read(raw)


def test_ukrainian_born_by_host_in_2019(tables: dict[str, pl.DataFrame]) -> None:
    born = tables["migrant_stocks"].filter(iso3_1="UKR", year=2019)
    hosts = {"RUS": 3_269_248, "USA": 414_206, "KAZ": 353_225, "ITA": 246_367, "DEU": 241_486, "POL": 218_716, "CAN": 77_779}
    assert hosts.items() <= dict(born.select("iso3_2", "migrants").rows()).items()


def test_the_file_is_not_the_one_with_shifted_origins(tables: dict[str, pl.DataFrame]) -> None:
    canada = tables["migrant_stocks"].filter(iso3_2="CAN", year=2019)
    people = dict(canada.select("iso3_1", "migrants").rows())
    assert people["PHL"] > 600_000 > 2 * people["PRT"]


def test_known_origins_never_exceed_the_total(tables: dict[str, pl.DataFrame]) -> None:
    known = tables["migrant_stocks"].group_by("year", iso3="iso3_2").agg(pl.col("migrants").sum())
    both = known.join(tables["migrant_totals"], on=["iso3", "year"])
    assert both.filter(pl.col("migrants") > pl.col("migrants_hosted")).is_empty()
    assert both.filter(pl.col("migrants") < pl.col("migrants_hosted")).height > 0


def test_the_worlds_migrants_in_2019(tables: dict[str, pl.DataFrame]) -> None:
    people = tables["migrant_totals"].filter(year=2019)["migrants_hosted"].sum()
    assert people == pytest.approx(271.6e6, rel=0.001)


def test_there_are_seven_years(tables: dict[str, pl.DataFrame]) -> None:
    assert sorted(set(tables["migrant_stocks"]["year"])) == [1990, 1995, 2000, 2005, 2010, 2015, 2019]


def test_no_value_is_given_for_other_borders(tables: dict[str, pl.DataFrame]) -> None:
    for code, first in BORDERS_SINCE.items():
        for column in ("iso3_1", "iso3_2"):
            years = tables["migrant_stocks"].filter(pl.col(column) == code)["year"]
            assert not years.is_empty()
            assert (years >= first).all()
