"""What the libraries that could write our files do with them, and what would be lost if they did (docs/decisions/0013).

Each test that begins with "pyreadstat" names a loss that keeps our own Stata files. One that fails with a newer release is good
news: ask then whether that writer can go.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from foedus.panels.columns import ColumnInfo
from foedus.panels.files.datapackage import package_path
from foedus.panels.files.stata import write_stata
from foedus.panels.files.write import write_panel
from foedus.panels.panel import built
from tests.panels.files.test_write import ABOUT, CALL, drawn, request

frictionless = pytest.importorskip("frictionless")
pyreadstat = pytest.importorskip("pyreadstat")


# ---------------------------------------------------------------------------------------------------------------- Stata

Written = Callable[..., bytes]


@pytest.fixture
def theirs(tmp_path: Path) -> Written:
    """What pyreadstat makes of columns, in the format of Stata 14."""

    def write(options: dict[str, Any] | None = None, **columns: Any) -> bytes:
        path = tmp_path / "theirs.dta"
        pyreadstat.write_dta(pl.DataFrame(columns), path, version=14, **(options or {}))
        return path.read_bytes()

    return write


@pytest.fixture
def ours(tmp_path: Path) -> Written:
    """What we make of the same columns."""

    def write(**columns: Any) -> bytes:
        frame, infos = drawn(**columns)
        write_stata(frame, infos, ABOUT, tmp_path / "ours.dta")
        return (tmp_path / "ours.dta").read_bytes()

    return write


def part(content: bytes, tag: str) -> bytes:
    """What stands between a tag and its end."""
    return content.split(f"<{tag}>".encode())[1].split(f"</{tag}>".encode())[0]


def test_pyreadstat_takes_no_notes(theirs: Written, ours: Written) -> None:
    with pytest.raises(TypeError, match="note"):
        theirs({"notes": ["Cite: Gibler"]}, year=[2000])
    assert part(theirs(year=[2000]), "characteristics") == b""
    assert part(ours(year=[2000]), "characteristics").count(b"<ch>") > 5


def test_pyreadstat_writes_what_the_clock_says(theirs: Written, ours: Written) -> None:
    assert re.fullmatch(rb"\x11\d\d \w{3} \d{4} \d\d:\d\d", part(theirs(year=[2000]), "timestamp"))
    assert part(ours(year=[2000]), "timestamp") == b"\0"


@pytest.mark.parametrize(
    ("column", "its_bytes", "our_bytes"),
    [
        (pl.Series([True, False]), 4, 1),
        (pl.Series([1, 100], dtype=pl.Int8), 4, 1),
        (pl.Series([1816, 2025], dtype=pl.Int16), 4, 2),
        (pl.Series([0.5, 1.5], dtype=pl.Float32), 8, 4),
        (pl.Series([date(1816, 1, 1), date(2025, 1, 1)]), 8, 4),
    ],
    ids=str,
)
def test_pyreadstat_stores_small_numbers_in_large_cells(
    column: pl.Series, its_bytes: int, our_bytes: int, theirs: Written, ours: Written
) -> None:
    sizes = [len(part(write(x=column), "data")) / 2 for write in (theirs, ours)]
    assert sizes == [its_bytes, our_bytes]


def test_pyreadstat_refuses_long_text_beside_a_missing_one(theirs: Written, ours: Written) -> None:
    columns = {"text": ["é" * 3000, None], "year": [2000, 2001]}
    with pytest.raises(pyreadstat.ReadstatError, match="never inserted"):
        theirs(**columns)
    assert "é" * 3000 in ours(**columns).decode(errors="replace")


def test_pyreadstat_cuts_text_at_a_nul(theirs: Written, ours: Written, tmp_path: Path) -> None:
    theirs(text=["nul\0l"])
    ours(text=["nul\0l"])
    read = [pyreadstat.read_dta(tmp_path / name, output_format="polars")[0]["text"][0] for name in ("theirs.dta", "ours.dta")]
    assert read == ["nul", "nul\ufffdl"]


def test_pyreadstat_keeps_a_set_of_value_labels_for_each_column(theirs: Written, ours: Written) -> None:
    sides = {f"major_power_{side}": pl.Series([True, False]) for side in (1, 2)}
    yes_no = {name: {0: "no", 1: "yes"} for name in sides}
    assert part(theirs({"variable_value_labels": yes_no}, **sides), "value_labels").count(b"<lbl>") == 2
    assert part(ours(**sides), "value_labels").count(b"<lbl>") == 1


def test_pyreadstat_reads_from_ours_all_that_is_promised(tmp_path: Path) -> None:
    """A second reader beside pandas, by which the tests of our writer go."""
    days = [date(1816, 1, 1), date(1899, 12, 31), date(1960, 1, 1), None]
    levels = {0: "none", 3: "possessed"}
    frame = pl.DataFrame({"year": [1816, 1899, 1960, 2000], "day": days, "status": pl.Series([0, 3, None, 0], dtype=pl.Int8)})
    columns = {name: ColumnInfo(name, f"the {name}", "", values=levels if name == "status" else {}) for name in frame.columns}
    write_stata(frame, columns, ABOUT, tmp_path / "p.dta")
    read, about = pyreadstat.read_dta(tmp_path / "p.dta", output_format="polars")
    assert (read["day"].to_list(), read["year"].to_list()) == (days, [1816, 1899, 1960, 2000])
    assert about.column_names_to_labels == {name: f"the {name}" for name in frame.columns}
    assert about.variable_value_labels == {"status": levels}
    assert f"Call: {CALL}" in about.notes
    assert about.original_variable_types["year"].startswith("%8.0g"), "a year is a number, not a day of one"


# --------------------------------------------------------------------------------------------------------- data package


def test_frictionless_reads_every_row_by_the_descriptor(tmp_path: Path) -> None:
    asked = request()
    write_panel(asked, tmp_path / "p.csv", CALL)
    report = frictionless.validate(str(package_path(tmp_path / "p.csv")))
    assert report.valid, report.flatten(["type", "message"])
    (resource,) = frictionless.Package(str(package_path(tmp_path / "p.csv"))).resources
    frame = built(asked)
    assert [row.to_dict() for row in resource.read_rows()] == [
        {name: pytest.approx(float(value)) if isinstance(value, float) else value for name, value in row.items()}
        for row in frame.to_dicts()
    ]


def test_frictionless_moves_the_dialect_to_where_version_1_does_not_look(tmp_path: Path) -> None:
    write_panel(request(), tmp_path / "p.csv", CALL)
    path = package_path(tmp_path / "p.csv")
    (mine,) = json.loads(path.read_text(encoding="utf-8"))["resources"]
    (its,) = frictionless.Package.from_descriptor(str(path)).to_descriptor()["resources"]
    assert mine["dialect"]["delimiter"] == ","
    assert "delimiter" not in its["dialect"]
    assert its["schema"] == mine["schema"]
