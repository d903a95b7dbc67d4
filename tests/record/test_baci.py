"""The importer of reconciled trade, on files of the documented shape: a year each, in a folder, with what else lies there."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

import foedus
from foedus.record import publisher
from foedus.record.additions import add
from foedus.record.sources.baci import NUMBERS
from foedus.record.store import Record
from tests.record.importing import archive, refusal, table

HEADER = "t,i,j,k,v,q\n"
OF_1995 = HEADER + "1995,842,124,010111,1.5,           NA\n1995,842,124,870323,0.001,2\n1995,58,842,870323,7,1\n"
OF_1996 = (
    HEADER + "1996,842,124,010111,2000,3\n1996,490,842,854231,10,1\n1996,124,842,010111,.25,1\n1996,533,842,010111,.25,1\n"
)


@pytest.fixture
def years(tmp_path: Path) -> Path:
    """A release as it is unpacked: a file a year, and the lists of countries and products."""
    folder = tmp_path / "BACI_HS92_V202501"
    folder.mkdir()
    for year, content in ((1995, OF_1995), (1996, OF_1996)):
        (folder / f"BACI_HS92_Y{year}_V202501.csv").write_text(content)
    (folder / "country_codes_V202501.csv").write_text("country_code,country_name,country_iso2,country_iso3\n842,USA,US,USA\n")
    (folder / "Readme.txt").write_text("t: year\n")
    return folder


def test_the_years_in_a_folder_are_one_table_of_what_was_bought(years: Path, data: Path) -> None:
    """Products are added up; the first state is the one that imports, and thousands become millions."""
    addition = add("baci", years)
    assert table("reconciled_trade").rows() == [
        (2, 20, 1996, 0.00025),
        (2, 713, 1996, 0.01),
        (20, 2, 1995, 0.001501),
        (20, 2, 1996, 2.0),
    ]
    assert addition.tables[0].dropped == 2
    assert sorted(each.text for each in addition.unmatched) == ["number 533", "number 58"]
    panel = foedus.panel("dyad-year", ["reconciled_trade"], dyads=["CAN-USA"], years=(1995, 1997), directed=True)
    assert panel.filter(pl.col("ccode1") == 20)["reconciled_trade"].to_list() == [0.001501, 2.0, None], "no row is no zero"


def test_a_year_alone_or_an_archive_of_years_is_read_alike(years: Path, data: Path, file: Callable[..., Path]) -> None:
    add("baci", years)
    whole = table("reconciled_trade")
    add("baci", file(archive({path.name: path.read_bytes() for path in years.iterdir()}), "BACI_HS92_V202501.zip"))
    assert table("reconciled_trade").equals(whole)
    add("baci", years / "BACI_HS92_Y1996_V202501.csv")
    assert table("reconciled_trade").equals(whole.filter(pl.col("year") == 1996))


def test_two_releases_in_one_folder_are_refused(years: Path, data: Path) -> None:
    (years / "BACI_HS92_Y1996_V202401.csv").write_text(OF_1996)
    told = refusal(years, "baci")
    assert (
        "BACI_HS92_Y1996_V202401.csv, BACI_HS92_Y1996_V202501.csv tell of the same t, i, j: keep the files of one release"
        in told
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("1996,842,124,010111,5,1", "2 rows share their t, i, j, k with another (first: 1996, 842, 124, 010111)"),
        ("1996,842,484,010111,-5,1", "1 flows are zero or below"),
        ("1996,842,484,010111,,1", "1 flows have no value"),
        (
            "1996,United States,484,010111,5,1",
            "column i has 1 cells that are no whole number (first: 'United",
        ),
    ],
)
def test_a_fault_is_told_with_its_file(line: str, words: str, years: Path, data: Path) -> None:
    (years / "BACI_HS92_Y1996_V202501.csv").write_text(OF_1996 + line + "\n")
    told = refusal(years, "baci")
    assert words in told
    assert "BACI_HS92_Y1996_V202501.csv" in told


def test_a_folder_without_such_files_is_refused(tmp_path: Path, data: Path) -> None:
    assert "it holds no CSV or Parquet file" in refusal(tmp_path, "baci")
    (tmp_path / "product_codes.csv").write_text("code,description\n010111,Horses\n")
    assert "product_codes.csv lacks the columns i, j, k, t, v of a year of flows by product" in refusal(tmp_path, "baci")
    assert "this is a folder; name the file in it" in refusal(tmp_path, "cow-trade")


def test_too_large_an_archive_is_to_be_unpacked(years: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "MOST_BYTES", 40)
    assert "larger than 0 MB: unpack it, and name the folder" in refusal(years / "BACI_HS92_Y1996_V202501.csv", "baci")


def test_every_number_is_that_of_a_state_which_the_record_knows(record: Record) -> None:
    """And no state of today lacks one but Kosovo, which the statistics of the United Nations have under no number."""
    tables = tomllib.loads(NUMBERS.read_text())
    states = record.table("state_years").filter(pl.col("year") >= 1995, pl.col("ccode").is_not_null())
    known = set(states["iso3"]) | set(states["iso3_current"])
    assert set(tables["m49"].values()) | set(tables["trade"].values()) <= known
    today = states.filter(pl.col("year") == 2024)
    assert today.filter(~pl.col("iso3").is_in(list(tables["m49"].values())))["ccode"].to_list() == [347]
