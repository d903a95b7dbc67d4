"""The importer of the Correlates of War's formal alliances, on a file of the documented shape: what is read, what refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from foedus.record.additions import add
from foedus.record.source import catalog
from foedus.record.store import open_record
from tests.record.cow_alliances import DIRECTED, DYADS, HEADER, row, yearly
from tests.record.importing import archive, refusal, table

TIES = "cow_alliance_ties"
PLEDGES = ["defence", "neutrality", "nonaggression", "consultation"]


def ties(alliance: int) -> pl.DataFrame:
    return table(TIES).filter(alliance=alliance).sort("ccode1", "ccode2")


def test_each_direction_owes_what_its_row_says(data: Path, file: Callable[..., Path]) -> None:
    addition = add("cow-alliances", file(DIRECTED))
    assert ties(905).select("ccode1", "ccode2", *PLEDGES).rows() == [
        (2, 740, True, False, False, True),
        (740, 2, False, False, False, True),
    ]
    assert addition.tables[0].rows == 18
    assert addition.unknown_files() == addition.files, "no release has been tried"
    assert "untried on the real file" in addition.source.version


def test_a_dyad_with_one_row_owes_the_same_both_ways(data: Path, file: Callable[..., Path]) -> None:
    add("cow-alliances", file(DIRECTED))
    both = {alliance: ties(alliance) for alliance in (902, 903, 904, 907)}
    add("cow-alliances", file(DYADS))
    assert all(ties(alliance).equals(frame) for alliance, frame in both.items())


def test_of_an_unequal_alliance_with_one_row_nobody_knows_whose_a_pledge_is(data: Path, file: Callable[..., Path]) -> None:
    add("cow-alliances", file(DYADS))
    assert ties(905).select("ccode1", *PLEDGES).rows() == [(2, None, False, False, None), (740, None, False, False, None)]


@pytest.mark.parametrize("content", [DIRECTED, DYADS], ids=["directed", "dyads"])
def test_years_give_the_spells(content: str, data: Path, file: Callable[..., Path]) -> None:
    add("cow-alliances", file(content))
    spells = table(TIES)
    add("cow-alliances", file(yearly(content)))
    assert table(TIES).equals(spells)


def test_days_are_as_exact_as_the_file_has_them(data: Path, file: Callable[..., Path]) -> None:
    add("cow-alliances", file(DIRECTED))
    days = ["start", "start_precision", "end", "end_precision"]
    assert ties(903).select(days).row(0) == (date(1904, 4, 1), "month", date(1906, 8, 31), "month")
    assert ties(904).select(days).row(0) == (date(1990, 10, 3), "day", None, None), "in force when the data end"
    assert ties(907).select(days).row(0) == (date(1815, 1, 1), "year", date(1830, 11, 1), "day")
    add("cow-alliances", file(HEADER + row(909, (2, 20), ",,,1,1,1820", "1,0", "0,1,0,0")))
    assert ties(909).select(days).row(0) == (date(1816, 1, 1), "year", date(1820, 1, 1), "day"), "older than the data"


def test_without_a_start_the_pledge_is_unknown(data: Path, file: Callable[..., Path]) -> None:
    pair = [row(908, each, ",,,,,", "0,1", "1,0,0,0") for each in ((2, 20), (20, 2))]
    add("cow-alliances", file(DIRECTED + "".join(pair)))
    assert ties(906).select("start", "end", *PLEDGES).unique().rows() == [
        (date(1816, 1, 1), date(1991, 12, 31), False, False, None, False)
    ]
    assert ties(908).select("start", "end", *PLEDGES).unique().rows() == [(date(1816, 1, 1), None, None, False, False, False)]


PACT = "1,0,0,0"


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([(908, (2, 20), "1,13,1950,1,1,1960")], "1 row has a day that there is not (row 1: day 1 of month 13 of 1950)"),
        ([(908, (2, 20), "31,2,1950,,,")], "1 row has a day that there is not (row 1: 31 February 1950)"),
        ([(908, (2, 20), "29,2,1900,,,")], "1 row has a day that there is not (row 1: 29 February 1900)"),
        ([(908, (2, 20), "32,,1950,,,")], "1 row has a day that there is not (row 1: day 32 of 1950)"),
        ([(908, (2, 20), "1,1,1991,31,12,1981")], "1 row ends before it begins (row 1: 1 January 1991 to 31 December 1981)"),
        ([(908, (2, 20), "2,6,1940,1,6,1940")], "1 row ends before it begins (row 1: 2 June 1940 to 1 June 1940)"),
        ([(908, (2, 20), ",7,1940,,6,1940")], "1 row ends before it begins (row 1: July 1940 to June 1940)"),
        ([(908, (2, 9999), "1,1,1950,,,")], "column ccode2 has a number that no state has had in 1 row (row 1: 9999)"),
        ([(908, (2, 20), "1,1,1950,,,")] * 2, "1 row stands in the file twice (row 2: as row 1)"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_number(
    rows: list[tuple[int, tuple[int, int], str]], told: str, data: Path, file: Callable[..., Path]
) -> None:
    content = HEADER + "".join(row(*each, "0,0", PACT) for each in rows)
    message = refusal(file(content), "cow-alliances")
    assert told in message
    assert "mend these rows in a copy, or load the file again" in message
    assert catalog()["cow_alliances"].url in message
    assert not data.exists(), "nothing is half-written"


@pytest.mark.parametrize(
    ("pledges", "told"),
    [
        ("9,0,0,0", "column defense is neither 0 nor 1 in 1 row (first: row 1)"),
        (",,,", "1 row without any pledge, as where a line is cut off (first: row 1)"),
    ],
)
def test_a_pledge_is_zero_or_one_and_a_row_has_one(pledges: str, told: str, data: Path, file: Callable[..., Path]) -> None:
    message = refusal(file(HEADER + row(908, (2, 20), "1,1,1950,,,", "0,1", pledges)), "cow-alliances")
    assert told in message
    assert not data.exists(), "nothing is half-written"


def test_a_day_that_a_leap_year_has_is_a_day(data: Path, file: Callable[..., Path]) -> None:
    add("cow-alliances", file(HEADER + row(908, (2, 20), "29,2,1904,29,2,1904", "0,0", PACT)))
    assert ties(908).select("start", "end").row(0) == (date(1904, 2, 29), date(1904, 2, 29))


def test_a_list_of_both_directions_has_both_of_each_pair(data: Path, file: Callable[..., Path]) -> None:
    lines = DIRECTED.splitlines(keepends=True)
    message = refusal(file("".join([*lines[:4], *lines[5:]])), "cow-alliances")
    assert "1 row lacks the row of the other direction (row 3: from 920 to 2, version4id 902)" in message


def test_all_that_is_wrong_with_the_rows_is_one_message(data: Path, file: Callable[..., Path]) -> None:
    wrong = row(908, (2, 9999), "1,13,1950,,,", "0,1", PACT) + row(909, (2, 20), "1,1,1991,1,1,1981", "0,0", PACT)
    message = refusal(file(DIRECTED + wrong + row(902, (2, 900), "29,4,1952,,,", "0,1", "1,0,0,1")), "cow-alliances")
    for told in (
        "(row 19: 9999)",
        "(row 19: day 1 of month 13 of 1950)",
        "(row 20: 1 January 1991 to 1 January 1981)",
        "(row 21: as row 1)",
        "2 rows lack the row of the other direction (row 19: from 9999 to 2, version4id 908; row 20: from 20 to 2, ",
    ):
        assert told in message


def test_of_the_publishers_archive_the_directed_spells_are_taken(data: Path, file: Callable[..., Path]) -> None:
    member = "version4id,ccode,state_name,mem_st_day,mem_st_month,mem_st_year\n902,2,A,1,1,1952\n"
    names = {"by_directed_yearly": yearly(DIRECTED), "by_dyad": DYADS, "by_directed": DIRECTED, "by_member": member}
    files = {f"version4.1_csv/alliance_v4.1_{name}.csv": content for name, content in names.items()}
    add("cow-alliances", file(archive(files), "version4.1_csv.zip"))
    assert ties(905)["defence"].to_list() == [True, False]
    two = archive({"one.csv": DIRECTED, "two.csv": DYADS})
    assert "one.csv, two.csv all look like the spells of allied dyads and differ" in refusal(
        file(two, "mine.zip"), "cow-alliances"
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (DIRECTED.replace(",4.1\n", ",5\n"), "the file is of version 5, not of 4.1"),
        (DIRECTED + row(908, (2, 20), "1,1,2015,,,", "0,1", "1,0,0,0"), "its dates go to 2015, not to 2012"),
        (HEADER + row(908, (2, 2), "1,1,1950,,,", "0,1", "1,0,0,0"), "1 rows name one state twice"),
        (HEADER.replace("entente", "x") + row(908, (2, 20), "1,1,1950,,,", "0,1", "1,0,0,0"), "lacks the columns entente"),
    ],
)
def test_another_release_or_table_is_refused(content: str, told: str, data: Path, file: Callable[..., Path]) -> None:
    message = refusal(file(content), "cow-alliances")
    assert told in message
    assert catalog()["cow_alliances"].url in message


def test_a_source_that_does_not_ship_leaves_the_record_as_it_is(data: Path, file: Callable[..., Path]) -> None:
    before = open_record(additions=False).sha256
    add("cow-alliances", file(DIRECTED))
    assert open_record(additions=False).sha256 == before == open_record().sha256
