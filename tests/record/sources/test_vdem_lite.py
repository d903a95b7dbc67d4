"""V-Dem repression, civil liberties, rule of law and corruption, version 14."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from foedus.record.sources.vdem_lite import read


@pytest.fixture(scope="module")
def scores(raw: Path) -> pl.DataFrame:
    return read(raw)["civil_liberties"]


def test_canada_in_2020(scores: pl.DataFrame) -> None:
    canada = scores.filter(ccode=20, year=2020)
    found = canada.select("physical_integrity", "rule_of_law", "corruption").row(0)
    assert found == pytest.approx((0.969, 0.970, 0.027), abs=0.0005)


def test_repression_is_a_low_score(scores: pl.DataFrame) -> None:
    of_2023 = dict(scores.filter(year=2023).select("ccode", "physical_integrity").rows())
    assert of_2023[731] < of_2023[652] < of_2023[365] < of_2023[369] < of_2023[20]


def test_two_germanies_and_no_state_twice(scores: pl.DataFrame) -> None:
    assert {260, 265} <= set(scores.filter(year=1985)["ccode"])
    assert not scores.select("ccode", "year").is_duplicated().any()


def test_indices_lie_between_0_and_1(scores: pl.DataFrame) -> None:
    indices = scores.drop("ccode", "year", "impartial_administration")
    assert min(indices.min().row(0)) >= 0
    assert max(indices.max().row(0)) <= 1
