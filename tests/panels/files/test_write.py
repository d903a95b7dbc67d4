"""What is written is what was built: every format read back by another reader, and what each says of itself."""

from __future__ import annotations

import csv
import hashlib
import json
import struct
import warnings
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
from pandas.io.stata import StataReader

from foedus.errors import InputError
from foedus.panels.columns import ColumnInfo, describe
from foedus.panels.files import write
from foedus.panels.files.datapackage import package_path
from foedus.panels.files.spreadsheet import write_workbook
from foedus.panels.files.stata import read_names, short_names, write_stata
from foedus.panels.files.write import write_panel
from foedus.panels.panel import built
from foedus.panels.request import Request
from tests.worlds import disputes, world

CALL = "foedus panel dyad-year -o p"
ENDINGS = (".parquet", ".csv", ".xlsx", ".dta")
LONG = "long " * 1000
HOSTILE = [
    "=cmd()", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1+1", '=HYPERLINK("http://x")',
    "two\nlines", 'quo"te, comma', "<b>&amp;</b>", "_x0041_", "nul\0l", "\x1b[31m",
    "☃ \U0001d518nicode é", "  spaces  ", "<r><t>x</t></r>", LONG, "", None,
]  # fmt: skip
ABOUT: dict[str, Any] = {
    "foedus": "0.1.0",
    "call": CALL,
    "record": {"version": "drawn", "sha256": "0" * 64},
    "unit": "dyad-year",
    "years": [2000, 2001],
    "disputes_from": "gml",
    "notes": {"disputes set aside": {"in the same dyad-year": 3}},
    "sources": {"gml": {"citation": "Gibler & others – 2016"}},
}


def request(**changes: Any) -> Request:
    """Dyad-years of the drawn record, with yes-or-no, whole and text columns."""
    asked: dict[str, Any] = {
        "unit": "dyad-year",
        "variables": ("dispute_onset", "peace_years", "major_power", "min_distance"),
        "years": (2000, 2009),
        "record": world(dispute_dyad_years=disputes([(1, 2, 2003, True, 0)])),
    }
    return Request(**(asked | changes))


def drawn(**columns: pl.Series | list[Any]) -> tuple[pl.DataFrame, dict[str, ColumnInfo]]:
    """A frame of any columns, and what they are: by the codebook if they are in it, else by their names."""
    frame = pl.DataFrame(columns)
    return frame, {name: ColumnInfo(name, name, "") for name in frame.columns} | describe(frame.columns)


def sheet(path: Path, name: str) -> list[dict[str, tuple[str, str | None]]]:
    """The rows of a sheet: column letters → kind of the cell and its text, by Python's own zip and XML readers."""
    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(path) as workbook:
        assert workbook.testzip() is None
        titles = [
            each.get("name")
            for each in ElementTree.fromstring(workbook.read("xl/workbook.xml")).iterfind("m:sheets/m:sheet", space)
        ]
        root = ElementTree.fromstring(workbook.read(f"xl/worksheets/sheet{titles.index(name) + 1}.xml"))
    assert root.find(".//m:f", space) is None, "no cell is a formula"
    rows = []
    for at, row in enumerate(root.iterfind("m:sheetData/m:row", space), 1):
        assert row.get("r") == str(at)
        cells = {}
        for cell in row:
            place = str(cell.get("r")).removesuffix(str(at))
            cells[place] = (cell.get("t") or "n", "".join(cell.itertext()))
        rows.append(cells)
    return rows


def stata(path: Path, **options: Any) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return pd.read_stata(path, **options)


# ------------------------------------------------------------------------------------------------------- every format


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_same_request_gives_the_same_bytes(ending: str, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        write_panel(request(), tmp_path / folder / f"p{ending}", CALL)
    for name in (f"p{ending}", "p.datapackage.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_format_gives_back_rows_values_and_nulls(ending: str, tmp_path: Path) -> None:
    asked, path = request(), tmp_path / f"p{ending}"
    frame = built(asked)
    assert write_panel(asked, path, CALL) == frame.height
    assert frame.null_count().sum_horizontal().item() > 0, "a panel without nulls would show nothing"
    read = {
        ".parquet": lambda: pq.read_table(path).to_pandas(),
        ".csv": lambda: pd.read_csv(path),
        ".dta": lambda: stata(path, convert_categoricals=False),
        ".xlsx": lambda: pd.DataFrame(
            [[row.get(chr(65 + at), (0, None))[1] for at in range(frame.width)] for row in sheet(path, "panel")[1:]],
            columns=[text for _, text in sheet(path, "panel")[0].values()],
        ).apply(pd.to_numeric),
    }[ending]()
    assert list(read.columns) == frame.columns
    for column in frame:
        values = read[column.name]
        assert values.isna().tolist() == column.is_null().to_list(), column.name
        known = np.asarray(values.dropna(), dtype=float)
        np.testing.assert_array_equal(known, column.drop_nulls().cast(pl.Float64).to_numpy())


@pytest.mark.parametrize("ending", ENDINGS)
def test_nothing_is_left_when_writing_fails(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write, "package_text", full)
    with pytest.raises(InputError, match="No space left"):
        write_panel(request(), tmp_path / f"p{ending}", CALL)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_empty_panel_has_its_columns(ending: str, tmp_path: Path) -> None:
    asked = request(years=(2003, 2005), dyads=((1, 3),))
    assert write_panel(asked, tmp_path / f"p{ending}", CALL) == 0
    fields = json.loads((tmp_path / "p.datapackage.json").read_text(encoding="utf-8"))["resources"][0]["schema"]["fields"]
    assert [each["name"] for each in fields] == built(asked).columns


@pytest.mark.parametrize("name", ["p.txt", "p.sav"])
def test_an_unknown_ending_is_refused_with_the_known_ones(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.parquet, \.csv, \.xlsx, \.dta"):
        write_panel(request(), tmp_path / name, CALL)


def test_a_call_with_undecodable_letters_can_be_written(tmp_path: Path) -> None:
    for ending in ENDINGS:
        write_panel(request(), tmp_path / f"p{ending}", "foedus panel -o \udce9\0.csv")
        assert (tmp_path / f"p{ending}").exists()


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".dta"])
def test_lists_are_refused_by_formats_without_cells_for_them(ending: str, tmp_path: Path) -> None:
    frame, columns = drawn(members=[[1, 2]])
    with pytest.raises(InputError, match=r"members holds List.*\.parquet"):
        write.WRITERS[ending](frame, columns, ABOUT, tmp_path / f"p{ending}")


def test_a_parquet_file_says_what_its_columns_are(tmp_path: Path) -> None:
    write_panel(request(carry_forward=3), tmp_path / "p.parquet", CALL)
    about = json.loads(pq.read_metadata(tmp_path / "p.parquet").metadata[b"foedus"])
    assert (
        about["columns"]["major_power_2"]["label"]
        == "Major power (Correlates of War list), on any day of the year, second state"
    )
    assert about["columns"]["major_power_2"]["values"] == {"0": "no", "1": "yes"}
    assert about["columns"]["dispute_onset"]["sources"] == ["gml"]
    assert about["record"] == {"version": "drawn", "sha256": "0" * 64, "additions": []}
    assert set(about["sources"]) == {"state_system", "gml", "minimum_distance"}
    assert set(about["columns"]) == set(pq.read_schema(tmp_path / "p.parquet").names)


# ----------------------------------------------------------------------------------------------------------------- CSV


def test_csv_text_that_a_spreadsheet_would_run_is_neutralised(tmp_path: Path) -> None:
    frame, columns = drawn(
        text=[text for text in HOSTILE if text], kind=pl.Series(["=x"] * (len(HOSTILE) - 2), dtype=pl.Categorical)
    )
    write.WRITERS[".csv"](frame, columns, ABOUT, tmp_path / "p.csv")
    with (tmp_path / "p.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    assert [row[0].removeprefix("'") for row in rows] == frame["text"].to_list()
    assert not [row for row in rows if row[0][0] in "=+-@\t\r\n\uff1d" or row[1] != "'=x"]


# ------------------------------------------------------------------------------------------------------------ workbooks


def test_a_workbook_holds_the_panel_its_variables_and_where_it_comes_from(tmp_path: Path) -> None:
    write_panel(request(), tmp_path / "p.xlsx", CALL)
    variables = {row["A"][1]: row for row in sheet(tmp_path / "p.xlsx", "variables")}
    assert variables["column"]["B"][1] == "definition"
    assert variables["major_power_1"]["D"][1] == "0 = no; 1 = yes"
    assert (variables["dispute_onset"]["E"][1], variables["dispute_onset"]["F"][1]) == ("1816", "2010")
    about = {row["A"][1]: row["B"][1] for row in sheet(tmp_path / "p.xlsx", "about")}
    assert about["record SHA-256"] == "0" * 64
    assert about["call"] == CALL
    assert "Gibler" in str(about["source gml"])


def test_workbook_text_is_text_whatever_it_holds(tmp_path: Path) -> None:
    frame, columns = drawn(text=HOSTILE, year=[2000] * len(HOSTILE))
    write_workbook(frame, columns, ABOUT, tmp_path / "p.xlsx")
    cells = [row.get("A", ("", None)) for row in sheet(tmp_path / "p.xlsx", "panel")[1:]]
    assert {kind for kind, text in cells if text is not None} == {"inlineStr"}
    shown = [text if text is None else text.removeprefix("'") for _, text in cells]
    escaped = {"\0": "_x0000_", "\r": "_x000D_", "\x1b": "_x001B_", "_x0041_": "_x005F_x0041_"}
    expected = [text if text is None else "".join(escaped.get(letter, letter) for letter in text) for text in HOSTILE]
    assert shown == [escaped.get(str(text), text) for text in expected]
    assert not [text for _, text in cells if text and text[0] in "=+-@\t\r\n\uff1d"]


def test_workbook_days_are_dates_from_1900_and_text_before(tmp_path: Path) -> None:
    """Seen: openpyxl 3.1.5, XlsxWriter 3.3.1, polars 2.1.0, calamine 0.9.1 disagree on these (where-tools-disagree)."""
    frame, columns = drawn(date=[date(1816, 1, 1), date(2000, 2, 29)], late=[date(1900, 3, 1), None])
    write_workbook(frame, columns, ABOUT, tmp_path / "p.xlsx")
    first, second = sheet(tmp_path / "p.xlsx", "panel")[1:]
    assert (first["A"], second["A"]) == (("inlineStr", "1816-01-01"), ("inlineStr", "2000-02-29"))
    assert date(1899, 12, 30) + timedelta(int(str(first["B"][1]))) == date(1900, 3, 1)
    assert "B" not in second


def test_workbook_numbers_are_exact(tmp_path: Path) -> None:
    numbers = [0.1, 1e-300, 1.7976931348623157e308, -123456789.123456789, float("nan"), None]
    frame, columns = drawn(number=numbers, yes=[True, False, None, True, False, None], year=[2000] * len(numbers))
    write_workbook(frame, columns, ABOUT, tmp_path / "p.xlsx")
    rows = sheet(tmp_path / "p.xlsx", "panel")[1:]
    assert [float(str(row["A"][1])) for row in rows[:4]] == numbers[:4]
    assert [row.get("A") for row in rows[4:]] == [None, None], "NaN is no number, and neither is null"
    assert [row.get("B") for row in rows] == [("b", "1"), ("b", "0"), None, ("b", "1"), ("b", "0"), None]


def test_a_number_of_seven_digits_is_written_with_seven(tmp_path: Path) -> None:
    frame, columns = drawn(number=pl.Series([0.1, 16777216.0], dtype=pl.Float32))
    write_workbook(frame, columns, ABOUT, tmp_path / "p.xlsx")
    assert [float(str(row["A"][1])) for row in sheet(tmp_path / "p.xlsx", "panel")[1:]] == [0.1, 16777216.0]


def test_a_sheet_says_how_large_it_is_since_rows_may_end_in_missing_values(tmp_path: Path) -> None:
    frame, columns = drawn(year=[2000, 2001], x=pl.Series([None, None], dtype=pl.Float64))
    write_workbook(frame, columns, ABOUT, tmp_path / "p.xlsx")
    with zipfile.ZipFile(tmp_path / "p.xlsx") as workbook:
        assert b'<dimension ref="A1:B3"/>' in workbook.read("xl/worksheets/sheet1.xml")


def test_a_workbook_holds_every_row(tmp_path: Path) -> None:
    frame, columns = drawn(year=list(range(10)))
    write_workbook(frame, columns, ABOUT, tmp_path / "p.xlsx")
    assert [row["A"][1] for row in sheet(tmp_path / "p.xlsx", "panel")] == ["year", *map(str, range(10))]


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (pl.DataFrame({"year": pl.repeat(1, 1_048_576, eager=True)}), "1,048,575 rows"),
        (pl.DataFrame({f"c{place}": [1] for place in range(16_385)}), "16,384 columns"),
        (pl.DataFrame({"text": ["x" * 32_768]}), "text of 32,768 letters"),
        (pl.DataFrame({"text": ["\U0001d518" * 16_384]}), "text of 32,768 letters"),
        (pl.DataFrame({"number": [float("inf")]}), "infinite"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_no_workbook_can_hold_is_refused_with_a_format_that_can(frame: pl.DataFrame, words: str, tmp_path: Path) -> None:
    columns = {name: ColumnInfo(name, name, "") for name in frame.columns}
    with pytest.raises(InputError, match=rf"{words}.*use \.parquet or \.csv"):
        write_workbook(frame, columns, ABOUT, tmp_path / "p.xlsx")


def test_a_sheet_too_large_for_excel_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 5_000)
    frame, columns = drawn(year=list(range(1000)))
    with pytest.raises(InputError, match="two gigabytes"):
        write_workbook(frame, columns, ABOUT, tmp_path / "p.xlsx")


# ---------------------------------------------------------------------------------------------------------------- Stata


def test_a_stata_file_has_variable_labels_and_value_labels(tmp_path: Path) -> None:
    write_panel(request(), tmp_path / "p.dta", CALL)
    with StataReader(tmp_path / "p.dta") as reader:
        labels, values, title = reader.variable_labels(), reader.value_labels(), reader.data_label
    assert labels["ccode1"] == "Correlates of War state number, first state"
    assert labels["major_power_2"].endswith(", second state")
    assert max(map(len, labels.values())) <= 80
    assert values == {"yes_no": {0: "no", 1: "yes"}}
    assert title == "dyad-year panel by foedus 0.1.0, record drawn 000000000000"
    read = stata(tmp_path / "p.dta")
    assert set(read["dispute_onset"].dropna()) == {"yes", "no"}


def test_stata_labels_cut_the_definition_and_keep_the_side() -> None:
    info = ColumnInfo("x_2", "d" * 100, "", ", second state")
    assert info.within(80) == "d" * 65 + "…, second state"


def test_coded_levels_carry_their_meaning_on_both_sides(tmp_path: Path) -> None:
    frame, _ = drawn(
        nuclear_status_1=pl.Series([0, 3, None], dtype=pl.Int8), nuclear_status_2=pl.Series([1, 2, 0], dtype=pl.Int8)
    )
    levels = {0: "none", 1: "considered", 2: "pursued", 3: "possessed"}
    columns = {name: ColumnInfo(name, name, "level", variable="nuclear_status", values=levels) for name in frame.columns}
    write_stata(frame, columns, ABOUT, tmp_path / "p.dta")
    read = stata(tmp_path / "p.dta")
    assert read["nuclear_status_1"].tolist()[:2] == ["none", "possessed"]
    assert read["nuclear_status_1"].isna().tolist() == [False, False, True]
    assert read["nuclear_status_2"].tolist() == ["considered", "pursued", "none"]


@pytest.mark.parametrize(
    ("values", "stored"),
    [
        (pl.Series([-127, 100, None], dtype=pl.Int16), "b"),
        (pl.Series([-127, 101, None], dtype=pl.Int8), "h"),
        (pl.Series([-32_767, 32_740, None], dtype=pl.Int16), "h"),
        (pl.Series([0, 32_741, None], dtype=pl.Int16), "i"),
        (pl.Series([-2_147_483_647, 2_147_483_620, None], dtype=pl.Int64), "i"),
        (pl.Series([0, 2_147_483_621, None], dtype=pl.Int64), "d"),
        (pl.Series([2**53, -(2**53), None], dtype=pl.Int64), "d"),
        (pl.Series([0.1, 1.5, None], dtype=pl.Float32), "f"),
        (pl.Series([0.1, -8.9e307, None], dtype=pl.Float64), "d"),
        (pl.Series([True, False, None]), "b"),
        (pl.Series([None, None, None], dtype=pl.Int16), "b"),
        (pl.Series([None, None, None], dtype=pl.Float64), "d"),
    ],
)
def test_stata_stores_numbers_in_the_smallest_type_that_holds_them(values: pl.Series, stored: str, tmp_path: Path) -> None:
    frame, columns = drawn(x=values)
    write_stata(frame, columns, ABOUT, tmp_path / "p.dta")
    codes = {"b": 65530, "h": 65529, "i": 65528, "f": 65527, "d": 65526}
    assert b"<variable_types>" + struct.pack("<H", codes[stored]) + b"</variable_types>" in (tmp_path / "p.dta").read_bytes()
    read = stata(tmp_path / "p.dta", convert_categoricals=False, convert_missing=True)["x"]
    expected = values.cast(pl.Float64).to_list()
    assert [None if str(value) == "." else float(value) for value in read] == expected


def test_stata_days_are_days(tmp_path: Path) -> None:
    """Seen: pyreadstat 1.3.7 writes days that pandas 3.1.1 holds in seconds as 1 January 1970 (where-tools-disagree)."""
    days = [date(1816, 1, 1), date(1959, 12, 31), date(1960, 1, 1), date(2025, 12, 31), None]
    frame, columns = drawn(date=days)
    write_stata(frame, columns, ABOUT, tmp_path / "p.dta")
    assert [None if pd.isna(day) else day.date() for day in stata(tmp_path / "p.dta")["date"]] == days
    assert stata(tmp_path / "p.dta", convert_dates=False)["date"].tolist()[2] == 0


def test_stata_text_comes_back_whole_short_or_long(tmp_path: Path) -> None:
    short = [text if text is None or len(text) < 2000 else "short" for text in HOSTILE]
    frame, columns = drawn(short=short, text=HOSTILE, none=pl.Series([None] * len(HOSTILE), dtype=pl.String))
    write_stata(frame, columns, ABOUT, tmp_path / "p.dta")
    read = stata(tmp_path / "p.dta")
    for name, written in (("short", short), ("text", HOSTILE), ("none", [None] * len(HOSTILE))):
        assert read[name].tolist() == ["" if text is None else text.replace("\0", "\ufffd") for text in written]


def test_stata_files_span_many_blocks_of_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foedus.panels.files.stata.BLOCK", 3)
    frame, columns = drawn(year=list(range(10)), text=[str(place) * 3000 for place in range(10)])
    write_stata(frame, columns, ABOUT, tmp_path / "p.dta")
    assert stata(tmp_path / "p.dta")["year"].tolist() == list(range(10))
    assert stata(tmp_path / "p.dta")["text"].tolist() == frame["text"].to_list()


def test_stata_names_are_cut_before_their_ending_and_stay_apart(tmp_path: Path) -> None:
    long = [f"a_very_long_name_of_a_variable_{tail}" for tail in ("one_1", "one_2", "two_1")]
    short = short_names([*long, "year"])
    assert len(set(short.values())) == 4
    assert max(map(len, short.values())) <= 32
    assert short[long[1]].endswith("_2")
    frame, columns = drawn(**{name: [1] for name in long})
    write_stata(frame, columns, ABOUT, tmp_path / "p.dta")
    assert list(stata(tmp_path / "p.dta").columns) == [short[name] for name in long]
    assert read_names(tmp_path / "p.dta")[0] == long, "the file knows the whole names"
    assert f"Name shortened to 32 characters: {long[0]} is {short[long[0]]}".encode() in (tmp_path / "p.dta").read_bytes()


def test_stata_notes_hold_the_record_the_call_and_the_citations(tmp_path: Path) -> None:
    write_panel(request(), tmp_path / "p.dta", CALL)
    content = (tmp_path / "p.dta").read_bytes().decode(errors="replace")
    for text in (f"Call: {CALL}", f"Record: version drawn, SHA-256 {'0' * 64}", "Cite: Gibler"):
        assert text in content


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ({"x": [float("inf")]}, "too large for Stata"),
        ({"x": [2**53 + 1]}, "beyond 2\\^53"),
        ({"int": [1]}, "no variable called 'int'"),
        ({"two words": [1]}, "no variable called 'two words'"),
    ],
    ids=str,
)
def test_what_stata_cannot_hold_is_refused_by_name(column: dict[str, list[Any]], words: str, tmp_path: Path) -> None:
    frame, columns = drawn(**column)
    with pytest.raises(InputError, match=words):
        write_stata(frame, columns, ABOUT, tmp_path / "p.dta")


# --------------------------------------------------------------------------------------------------------- data package


def test_a_data_package_describes_the_file_beside_it(tmp_path: Path) -> None:
    write_panel(request(), tmp_path / "p.csv", CALL)
    package = json.loads((tmp_path / "p.datapackage.json").read_text(encoding="utf-8"))
    (resource,) = package["resources"]
    content = (tmp_path / "p.csv").read_bytes()
    assert (package["profile"], resource["profile"]) == ("tabular-data-package", "tabular-data-resource")
    assert (resource["path"], resource["bytes"]) == ("p.csv", len(content))
    assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert resource["schema"]["primaryKey"] == ["ccode1", "ccode2", "year"]
    assert [each["name"] for each in resource["schema"]["fields"]] == content.decode().splitlines()[0].split(",")
    fields = {each["name"]: each for each in resource["schema"]["fields"]}
    assert {fields[name]["type"] for name in ("dispute_onset", "major_power_1")} == {"boolean"}
    assert (fields["year"]["type"], fields["peace_years"]["type"]) == ("year", "integer")
    assert fields["min_distance"]["constraints"]["minimum"] == 0
    assert {each["id"] for each in resource["sources"]} == {"state_system", "gml", "minimum_distance"}
    assert all(each["path"].startswith("http") for each in resource["licenses"])


def test_one_data_package_describes_a_panel_in_two_formats_while_both_are_there(tmp_path: Path) -> None:
    for ending in (".csv", ".dta"):
        write_panel(request(), tmp_path / f"p{ending}", CALL)

    def described() -> dict[str, Any]:
        found: dict[str, Any] = json.loads(package_path(tmp_path / "p.csv").read_text(encoding="utf-8"))
        return found

    assert [each["path"] for each in described()["resources"]] == ["p.csv", "p.dta"]
    assert described()["profile"] == "data-package", "a tabular data package holds CSV alone"
    (tmp_path / "p.dta").unlink()
    write_panel(request(), tmp_path / "p.csv", CALL)
    assert [each["path"] for each in described()["resources"]] == ["p.csv"]


def test_values_lie_within_what_the_data_package_says_they_may_be(tmp_path: Path) -> None:
    asked = request(variables=("peace_years", "min_distance"))
    write_panel(asked, tmp_path / "p.csv", CALL)
    frame = built(asked)
    package = json.loads((tmp_path / "p.datapackage.json").read_text(encoding="utf-8"))
    bounded = [each for each in package["resources"][0]["schema"]["fields"] if "minimum" in each.get("constraints", {})]
    assert bounded
    for each in bounded:
        assert frame[each["name"]].min() >= each["constraints"]["minimum"]
