"""The shield of sensors: who has the chapter, what it says with and without the partner, and what a question is refused for."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from foedus.assessment.chapters.sensors import chapter as sensors
from foedus.assessment.finding import Chapter, Finding
from foedus.errors import InputError
from foedus.partnership.partnership import Partnership
from foedus.radars.answer import end, given, network_warning, span
from foedus.radars.caveats import LEAVES_OUT
from foedus.radars.front import Line
from foedus.record.store import Record

CHAIN_ELSEWHERE = """site,state,latitude,longitude,range_km,elevation_m,antenna_m
North hill,NOR,70.4,31.1,400,120,20
Lake,FIN,68.9,28.6,400,,
Island,NOR,74.5,19.0,300,30,
"""


@pytest.fixture(scope="module")
def chapter(record: Record) -> Chapter:
    told = sensors.chapter(Partnership("USA", "CAN", year=2025, record=record))
    assert told is not None
    return told


@pytest.fixture(scope="module")
def findings(chapter: Chapter) -> dict[str, Finding]:
    return {finding.id: finding for finding in chapter.findings}


def amount(finding: Finding) -> float:
    assert isinstance(finding.value, int | float)
    return float(finding.value)


@pytest.mark.parametrize(
    ("first", "second", "year", "there"),
    [
        ("USA", "CAN", 2022, True),
        ("CAN", "DNK", 2020, False),
        ("JPN", "USA", 2025, False),
        ("FRA", "GBR", 2020, False),
        ("USA", "CAN", 1984, False),
        ("USA", "CAN", 1985, True),
    ],
)
def test_only_two_with_radars_have_the_chapter_after_these_were_agreed(
    first: str, second: str, year: int, there: bool, record: Record
) -> None:
    assert (sensors.chapter(Partnership(first, second, year=year, record=record)) is not None) is there


def test_what_was_announced_in_2022_is_not_told_of_before(record: Record) -> None:
    told = sensors.chapter(Partnership("USA", "CAN", year=2000, record=record))
    assert told is not None
    assert not [finding.id for finding in told.findings if finding.id.startswith(("warning.modernisation", "warning.cost"))]


def test_the_list_of_sites_is_that_of_the_record(findings: dict[str, Finding]) -> None:
    said = findings["warning.sites"].statement
    for words in (
        "66 warning radars",
        "47 of them",
        "11 of long and 36 of short",
        "3 sites in Alaska",
        "25 codes are unverified",
    ):
        assert words in said
    assert findings["warning.sites"].grade == "recorded"


def test_what_flies_low_is_seen_later_and_less(findings: dict[str, Finding]) -> None:
    for name in ("warning.minutes", "warning.coverage"):
        assert amount(findings[name]) < amount(findings[f"{name}.high"])
        assert findings[name].grade == "physical"
        assert findings[name].interval is not None


def test_without_the_partner_less_is_left(findings: dict[str, Finding]) -> None:
    """The median without Canada's radars is zero: more than half of the approaches are seen by nobody."""
    minutes, canada, alaska = (findings[f"warning.{name}"] for name in ("minutes", "without.CAN", "without.USA"))
    assert minutes.baseline is not None
    assert (minutes.baseline.value, amount(canada)) == (0.0, 0.0)
    assert "more than half would not be seen at all" in canada.statement
    assert 0 < amount(alaska) < amount(minutes)


def test_the_partner_is_the_one_with_most_radars_whoever_is_named_first(record: Record) -> None:
    for members in (("USA", "CAN"), ("CAN", "USA"), ("USA", "DNK", "CAN")):
        told = sensors.chapter(Partnership(*members, year=2022, record=record))
        assert told is not None
        baseline = next(finding.baseline for finding in told.findings if finding.id == "warning.minutes")
        assert baseline is not None
        assert baseline.name.endswith("Canada")


def test_a_member_without_radars_is_named_as_such(record: Record) -> None:
    told = sensors.chapter(Partnership("CAN", "DNK", "USA", year=2022, record=record))
    assert told is not None
    assert "The record has no warning radars of Denmark." in told.gaps


def test_shares_of_the_members_add_up_to_one(findings: dict[str, Finding]) -> None:
    assert amount(findings["warning.share.CAN"]) + amount(findings["warning.share.USA"]) == pytest.approx(1.0, abs=1e-3)


def test_what_is_not_public_has_no_number(findings: dict[str, Finding]) -> None:
    for name in ("crossbow", "space", "airborne"):
        finding = findings[f"warning.modernisation.{name}"]
        assert (finding.value, finding.interval, finding.grade) == (None, None, "not estimated")
        assert "no public figure" in finding.statement


def test_the_money_is_for_all_of_continental_defence(findings: dict[str, Finding]) -> None:
    cost = findings["warning.cost"]
    assert (cost.value, cost.grade) == (38.6, "recorded")
    assert "not for the North Warning System alone" in cost.statement


def test_the_chapter_says_what_it_rests_on(chapter: Chapter) -> None:
    said = " ".join(chapter.gaps)
    for words in ("median", "Alaska", "Cape McLoughlin", "75 to 90° N"):
        assert words in said
    assert set(LEAVES_OUT) <= set(chapter.gaps)


def test_exhibits_hold_every_site_and_coarse_parts_of_the_line(chapter: Chapter) -> None:
    exhibits = {exhibit.id: exhibit for exhibit in chapter.exhibits}
    sites = exhibits["warning.map"].frame
    assert sites.group_by("panel").len()["len"].to_list() == [66, 66]
    assert set(sites.filter(pl.col("outline").is_null())["site"]) >= {"Cape McLoughlin", "Bullen Point SRRS"}
    assert exhibits["warning.front"].frame["label"].n_unique() == 5
    assert exhibits["warning.modernisation_table"].frame.filter(pl.col("minutes added").is_null()).height == 3
    assert exhibits["warning.assumptions"].frame["source"].null_count() == 0


def test_everything_taken_as_given_has_a_source() -> None:
    assert all(row["source"] for row in given())
    assert {"k", "antenna m", "reference cross section m2"} <= {row["name"] for row in given()}


def test_a_question_without_a_state_is_set_beside_the_whole(record: Record) -> None:
    told = network_warning(without="United States", tracks=500, record=record)
    rows = told.tidy().filter(measure="sites").filter(pl.col("state").is_null())
    assert rows.select("value", "all_sites").row(0) == (46.0, 62.0)
    assert told.asked["without"] == ["USA"]
    assert network_warning(tracks=500, record=record).everyone is None


def test_an_answer_is_plain_json_and_the_same_each_time(record: Record) -> None:
    first, again = (json.dumps(network_warning(tracks=300, record=record).as_dict(), allow_nan=False) for _ in range(2))
    assert first == again
    assert json.loads(first)["schema"] == "foedus/warning/1"


def test_a_table_of_ones_own_is_another_chain(tmp_path: Path, record: Record) -> None:
    path = tmp_path / "sites.csv"
    path.write_text(CHAIN_ELSEWHERE, encoding="utf-8")
    told = network_warning(sites=path, height=3000.0, bearing=90.0, tracks=500, record=record)
    assert set(told.network.sites["state"]) == {"NOR", "FIN"}
    assert told.told.value("share_seen") > 0.5
    assert told.announced.is_empty()
    assert not [sentence for sentence in told.leaves_out if "Alaska" in sentence]
    assert told.as_dict()["announced"] == []
    frame = pl.read_csv(path)
    assert network_warning(sites=frame, height=3000.0, bearing=90.0, tracks=500).tidy().equals(told.tidy())


def test_a_latitude_goes_as_far_as_the_chain_and_a_place_is_a_point() -> None:
    chain = Line("the chain", (60.0, 60.0, 60.0), (-168.0, -57.0, 174.0))
    west, *_, east = end(49, chain).longitude
    assert (round(west), round(east)) == (174, -57)
    assert end("45.4, -75.7", chain).longitude == (-75.7,)
    assert end("Chain", chain) is chain
    assert span([20.0, 30.0]) == (20.0, 30.0)


@pytest.mark.parametrize("line", ["nowhere", "95", "nan", "1,2,3", "95,0", "", "0,400"])
def test_what_is_no_line_is_refused(line: str) -> None:
    with pytest.raises(InputError, match=r"no line|leaves the map"):
        end(line, Line("the chain", (60.0,), (-100.0,)))


def test_a_misspelt_part_of_a_question_gets_the_nearest() -> None:
    with pytest.raises(InputError, match=r"hieght.*height"):
        network_warning(hieght=100.0)
