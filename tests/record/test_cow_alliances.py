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
    assert addition.tables[0].rows == 18, "one of 19 stands in the file twice"
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
    late = row(908, (2, 20), "31,6,1940,30,2,1941", "0,0", "1,0,0,0") + row(909, (2, 20), ",,,1,1,1820", "1,0", "0,1,0,0")
    add("cow-alliances", file(HEADER + late))
    assert ties(908).select(days).row(0) == (date(1940, 6, 30), "day", date(1941, 2, 28), "day"), "days that there are not"
    assert ties(909).select(days).row(0) == (date(1816, 1, 1), "year", date(1820, 1, 1), "day"), "older than the data"


def test_days_that_cannot_be_leave_the_pledge_unknown_between_them(data: Path, file: Callable[..., Path]) -> None:
    add("cow-alliances", file(DIRECTED + row(908, (2, 20), ",,,,,", "0,1", "1,0,0,0")))
    assert ties(906).select("start", "end", *PLEDGES).unique().rows() == [
        (date(1981, 12, 31), date(1991, 1, 1), False, False, None, False)
    ]
    assert ties(908).select("start", "end", *PLEDGES).unique().rows() == [(date(1816, 1, 1), None, None, False, False, False)]


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
