"""Panels read from files: what each ending gives back, and one message where there is nothing to read."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from foedus.errors import InputError
from foedus.panels.files import read
from foedus.panels.files.read import read_frame

PANEL = pl.DataFrame({"ccode": [2, 20, 200], "year": [1990, 1990, 1991], "polyarchy": [0.5, None, 0.25]})


@pytest.mark.parametrize("name", ["p.parquet", "P.PARQUET"])
def test_a_parquet_file_is_read_back_whatever_the_case_of_its_ending(name: str, tmp_path: Path) -> None:
    PANEL.write_parquet(tmp_path / name)
    assert read_frame(tmp_path / name).equals(PANEL)


def test_a_folder_gives_the_rows_of_every_parquet_file_in_it_at_any_depth(tmp_path: Path) -> None:
    for part, rows in (("a.parquet", PANEL[:1]), ("later/b.parquet", PANEL[1:])):
        (tmp_path / "later").mkdir(exist_ok=True)
        rows.write_parquet(tmp_path / part)
    (tmp_path / "about.json").write_text("{}", encoding="utf-8")
    assert read_frame(tmp_path).sort("ccode").equals(PANEL)


def test_a_folder_for_each_year_gives_the_year_back(tmp_path: Path) -> None:
    for year in (1990, 1991):
        (tmp_path / f"year={year}").mkdir()
        PANEL.filter(year=year).drop("year").write_parquet(tmp_path / f"year={year}/part.parquet")
    assert read_frame(tmp_path).select(PANEL.columns).sort("ccode").equals(PANEL)


def test_a_folder_may_be_called_as_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "p.csv"
    folder.mkdir()
    PANEL.write_parquet(folder / "a.parquet")
    assert read_frame(folder).equals(PANEL)


def test_in_a_csv_file_an_empty_cell_and_na_are_unknown_and_leave_numbers_numbers(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("ccode,polyarchy,name\n2,0.5,a\n20,,NA\n200,NA,\n", encoding="utf-8")
    rows = read_frame(path)
    assert rows.schema == {"ccode": pl.Int64, "polyarchy": pl.Float64, "name": pl.String}
    assert rows["polyarchy"].to_list() == [0.5, None, None]
    assert rows["name"].to_list() == ["a", None, None]


def test_a_csv_file_whose_first_decimal_stands_far_down_is_read(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("x\n" + "1\n" * 500 + "1.5\n", encoding="utf-8")
    assert read_frame(path)["x"].sum() == 501.5


def test_in_a_stata_file_labels_are_not_read_for_numbers_and_a_dot_is_unknown(tmp_path: Path) -> None:
    path = tmp_path / "p.dta"
    table = pd.DataFrame({"ccode": [2, 20], "major": [1, 0], "polyarchy": [0.5, None]})
    table.to_stata(path, write_index=False, value_labels={"major": {0: "no", 1: "yes"}})
    rows = read_frame(path)
    assert rows["major"].to_list() == [1, 0]
    assert rows["polyarchy"].to_list() == [0.5, None]


def test_without_pandas_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "p.dta"
    path.write_bytes(b"")
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(InputError, match=r"Stata files need pandas.*models"):
        read_frame(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no file .*p\.csv"):
        read_frame(tmp_path / "p.csv")


@pytest.mark.parametrize("name", ["p.txt", "p"])
def test_an_ending_that_nothing_reads_is_refused_with_those_that_are_read(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("x\n1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"panels are read from \.parquet, \.csv, \.dta, or from a folder"):
        read_frame(tmp_path / name)


@pytest.mark.parametrize("name", ["p.parquet", "p.dta", "p.csv"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00 no panel \xff", b"a,b\n1,2,3\n"], ids=["empty", "binary", "ragged"])
def test_a_damaged_file_is_refused_in_one_line_that_names_it(name: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=rf"cannot read .*{name}: .") as refused:
        read_frame(path)
    assert "\n" not in str(refused.value)


def test_a_folder_without_a_parquet_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read "):
        read_frame(tmp_path)


@pytest.mark.parametrize("version", [114, 118])
def test_a_stata_file_cut_anywhere_is_refused_or_lacks_nothing(version: int, tmp_path: Path) -> None:
    path, cut = tmp_path / "p.dta", tmp_path / "cut.dta"
    table = pd.DataFrame({"ccode": [2, 20] * 5, "polyarchy": [0.5, 0.25] * 5})
    table.to_stata(path, write_index=False, version=version)  # type: ignore[call-overload]
    whole = path.read_bytes()
    refused = []
    for length in range(0, len(whole), len(whole) // 60):
        cut.write_bytes(whole[:length])
        try:
            assert read_frame(cut).equals(read_frame(path))
        except InputError as error:
            refused.append(str(error))
    assert len(refused) > 40
    assert all(told.startswith(f"cannot read {cut}: ") for told in refused)


def test_a_stata_file_that_may_not_be_opened_is_not_called_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(path: Path, **_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "p.dta").write_bytes(b"")
    monkeypatch.setattr(pd, "read_stata", closed)
    with pytest.raises(PermissionError):
        read_frame(tmp_path / "p.dta")


def test_a_csv_file_as_some_spreadsheets_write_it_is_refused_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes("ccode,year\n2,1990\n".encode("utf-16"))
    with pytest.raises(InputError, match="its first line is not UTF-8 text; save it as UTF-8"):
        read_frame(path)


def test_where_the_reader_of_parquet_files_itself_fails_the_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen: polars 2.1 panics, which is no error of its own, over one bit in the header of a page (5 of 600 flipped)."""

    def panics(_: Path) -> pl.DataFrame:
        raise pl.exceptions.PanicException("out of range\nand more")

    PANEL.write_parquet(tmp_path / "p.parquet")
    monkeypatch.setattr(read, "READ", {".parquet": panics})
    with pytest.raises(InputError, match=r"cannot read .*p\.parquet: out of range$"):
        read_frame(tmp_path / "p.parquet")


def test_what_pandas_says_of_another_version_of_stata_is_passed_on(tmp_path: Path) -> None:
    (tmp_path / "p.dta").write_bytes(b"a,b\n1,2,3\n")
    with pytest.raises(InputError, match="pandas supports importing versions"):
        read_frame(tmp_path / "p.dta")
