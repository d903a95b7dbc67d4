"""What is told of the years to come, with a partnership and without it."""

from __future__ import annotations

import polars as pl
import pytest

from foedus.assessment.chapters import outlook
from foedus.futures.licence import licensed, of_whole_system
from foedus.partnership.partnership import Partnership
from foedus.record.store import Record
from tests.assessed import assess_once


def test_what_no_hindcast_licenses_is_said_and_not_projected(record: Record) -> None:
    told = {finding.id: finding for finding in outlook.everywhere(record).findings}
    assert told["outlook.licensed"].value == len(licensed()) == 0
    assert "no outlook is given" in told["outlook.licensed"].statement
    assert set(told) == {"outlook.licensed", *(f"outlook.skill.{name}" for name in of_whole_system()["variable"].unique())}
    disputes = of_whole_system().filter(variable="disputes", first=1).row(0, named=True)
    assert told["outlook.skill.disputes"].value == pytest.approx(disputes["over_climatology"], abs=1e-4)
    said = told["outlook.skill.disputes"].statement
    assert "were 10 % worse than the 30 years before by the continuous ranked probability score (skill −15 to −6 %)" in said


def test_a_variable_that_is_licensed_is_told_as_one(monkeypatch: pytest.MonkeyPatch, record: Record) -> None:
    monkeypatch.setattr(outlook, "licensed", lambda: {"wars": 5})
    told = outlook.everywhere(record).findings[0]
    assert told.value == 1
    assert "1 of these may be told as a probability: wars begun between two states." in told.statement


@pytest.mark.parametrize(
    ("members", "year", "left"),
    [
        (("USA", "CAN"), 2025, []),  # both in the North Atlantic Treaty, with others
        (("JPN", "USA"), 2025, ["Japan"]),  # the treaty of 1960 binds the United States alone to defend
        (("AUS", "NZL", "USA"), 2025, ["Australia", "New Zealand"]),  # whom ANZUS alone protects
        (("GBR", "PRT"), 1913, ["Portugal"]),
    ],
)
def test_whom_nobody_would_be_pledged_to_defend_follows_from_treaties(
    members: tuple[str, ...], year: int, left: list[str]
) -> None:
    finding = assess_once(*members, year=year).finding("outlook.undefended")
    assert finding.value == len(left)
    assert all(name in finding.statement for name in left)
    assert "expect the same in both worlds" in finding.statement or left


@pytest.mark.parametrize(
    ("members", "off", "opening"),
    [
        (("JPN", "USA"), ("all",), "Without any agreement between them, 1 of 2 members"),
        (("JPN", "USA"), ("warning", "defence"), "Without a pledge of defence between them, 1 of 2 members"),
        (("JPN", "USA"), ("bilateral",), "Without the agreements that bind them alone, 1 of 2 members"),
        (("USA", "CAN"), ("bilateral",), "Without the agreements that bind them alone, 0 of 2 members"),  # NATO stays
        (("USA", "CAN"), ("trade",), ""),
    ],
)
def test_who_is_left_undefended_is_told_for_what_is_switched_off(
    members: tuple[str, ...], off: tuple[str, ...], opening: str, record: Record
) -> None:
    told = outlook.chapter(Partnership(*members, year=2025, record=record), off).findings
    (said,) = [finding.statement for finding in told if finding.id == "outlook.undefended"] or [""]
    assert said.startswith(opening)
    assert bool(said) == bool(opening)
    assert ("1 of 2" not in said) or f"`foedus simulate --without {','.join(off)}`" in said


def test_where_nobody_is_pledged_nothing_would_be_lost() -> None:
    ids = {finding.id for finding in assess_once("USA", "RUS", year=2025).findings}
    assert "outlook.licensed" in ids
    assert "outlook.undefended" not in ids


def test_a_year_before_the_forecasts_were_tested_has_none_of_them() -> None:
    told = assess_once("GBR", "PRT", year=1913).chapter("outlook")
    assert [finding.id for finding in told.findings] == ["outlook.undefended"]
    assert not told.exhibits
    assert not told.gaps


def test_the_table_has_every_horizon(record: Record) -> None:
    (shown,) = outlook.everywhere(record).exhibits
    assert shown.frame.height == of_whole_system().height
    assert shown.frame.filter(pl.col("may be told as a probability") == "yes").is_empty()
