"""People of Ukrainian origin, by host."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources import un_migrants
from foedus.record.sources.ukrainian_diaspora import BORN, COUNTED, NOTES, read


@pytest.fixture
def facts(raw: Path) -> pl.DataFrame:
    return read(raw)["diaspora_facts"]


def test_seventeen_hosts_each_with_a_source(facts: pl.DataFrame) -> None:
    assert facts["iso3"].n_unique() == facts.height == 17
    assert facts["source"].null_count() == 0
    assert {*BORN, *COUNTED, *NOTES} <= set(facts["iso3"])


def test_canadas_number_is_that_of_the_census_of_2016(facts: pl.DataFrame) -> None:
    canada = facts.filter(iso3="CAN")
    assert canada.select("people", "definition", "counted_in", "confidence").row(0) == (1_359_655, "origin", 2016, "medium")
    assert set(facts.filter(pl.col("iso3") != "CAN")["confidence"]) == {"low"}


def test_russias_number_is_one_of_birthplaces(facts: pl.DataFrame, raw: Path) -> None:
    born = un_migrants.read(raw)["migrant_stocks"].filter(iso3_1="UKR", iso3_2="RUS", year=2019)["migrants"].item()
    russia = facts.filter(definition="born")
    assert russia["iso3"].to_list() == ["RUS"]
    assert abs(russia["people"].item() - born) < 1_000


def test_the_three_answers_for_canada_differ(facts: pl.DataFrame, raw: Path) -> None:
    born = un_migrants.read(raw)["migrant_stocks"].filter(iso3_1="UKR", iso3_2="CAN", year=2019)["migrants"].item()
    assert facts.filter(iso3="CAN")["people"].item() > 15 * born
