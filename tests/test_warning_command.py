"""`foedus warning` as a user meets it: what it prints, what it writes, and what it says to bad input."""

from __future__ import annotations

import io
import json
from pathlib import Path

import polars as pl
import pytest
from rich.console import Console

import foedus
from foedus.report import warning_text
from foedus.report.shown_warning import ShownWarning
from tests.test_cli import refused, run

SITES = """site,state,latitude,longitude,range_km,elevation_m
North hill,NOR,70.4,31.1,400,120
Lake,FIN,68.9,28.6,400,
"""
FEW = ["--tracks", "300"]


@pytest.fixture(scope="module")
def told() -> ShownWarning:
    return foedus.warning(tracks=300, without="USA")


def shown(told: ShownWarning, width: int = 100) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    warning_text.show(told, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_in_a_pipe_the_measures_are_csv_and_the_same_as_in_python(told: ShownWarning) -> None:
    done = run("warning", *FEW, "--without", "USA")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout == told.tidy().write_csv()


def test_json_holds_the_question_and_the_answer() -> None:
    done = run("warning", *FEW, "--height", "10000", "--line", "60", "--json")
    content = json.loads(done.stdout)
    assert content["schema"] == "foedus/warning/1"
    assert (content["asked"]["height"], content["asked"]["line"]) == (10000.0, "60° N")
    assert set(content) == {
        "schema", "asked", "record", "sources", "measures", "profile", "availability", "announced", "without_position",
        "assumptions", "leaves_out",
    }  # fmt: skip
    median = next(row for row in content["measures"] if row["measure"] == "median_minutes" and row["state"] is None)
    assert median["low"] <= median["value"] <= median["high"]


def test_on_a_terminal_there_are_tables_and_what_a_reader_has_to_know(told: ShownWarning) -> None:
    said = shown(told)
    for words in ("without those in USA", "approaches seen", "band (5–95 %)", "with all", "median", "Cape McLoughlin"):
        assert words in said
    assert max(map(len, shown(told, 60).splitlines())) <= 60


def test_sites_of_ones_own_and_their_geojson(tmp_path: Path) -> None:
    (tmp_path / "sites.csv").write_text(SITES, encoding="utf-8")
    done = run("warning", *FEW, "--sites", "sites.csv", "--bearing", "90", "--geojson", "seen.geojson", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    features = json.loads((tmp_path / "seen.geojson").read_text(encoding="utf-8"))["features"]
    assert [each["properties"]["kind"] for each in features] == ["site"] * 2 + ["coverage"] * 2 + ["network"]
    assert "NOR" in done.stdout


def test_geojson_to_the_terminal_is_alone_there() -> None:
    done = run("warning", *FEW, "--geojson", "-")
    assert json.loads(done.stdout)["type"] == "FeatureCollection"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--height", "-5"], ["height above the sea"]),
        (["--height", "nan"], ["height above the sea"]),
        (["--speed", "0"], ["a speed lies above zero"]),
        (["--cross-section", "0"], ["cross-section lies above zero"]),
        (["--k", "0"], ["effective radius"]),
        (["--line", "nowhere"], ["no line", "45.4,-75.7"]),
        (["--line", "95"], ["no line"]),
        (["--tracks", "0"], ["10,000,000 tracks"]),
        (["--without", "Ruritania"], ["Ruritania", "Did you mean"]),
        (["--without", "France"], ["no site of this network stands in FRA", "CAN, USA"]),
        (["--without", "USA,CAN"], ["no site is left"]),
        (["--without", ""], ["--without names nothing"]),
        (["--sites", "absent.csv"], ["absent.csv", "columns site"]),
        (["--sites", "."], ["cannot read the sites in .: Is a directory", "columns site"]),
        (["--sites", "*"], ["cannot read the sites in *: No such file"]),
        (["--geojson", "absent/seen.geojson"], ["absent does not exist"]),
        (["--json", "--geojson", "-"], ["name a file"]),
    ],
    ids=" ".join,
)
def test_bad_input_gets_one_message(arguments: list[str], words: list[str], tmp_path: Path) -> None:
    refused(run("warning", *arguments, folder=tmp_path), *words)
    assert list(tmp_path.iterdir()) == []


def test_faults_of_a_table_are_named_by_their_rows_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "sites.csv").write_text(SITES + "lake,FIN,95,28.6,-1,\n", encoding="utf-8")
    done = run("warning", "--sites", "sites.csv", "--geojson", "seen.geojson", folder=tmp_path)
    refused(done, "row 4: latitude '95'", "row 4: range_km '-1'", "row 4: site 'lake' is there already, in row 3")
    assert [path.name for path in tmp_path.iterdir()] == ["sites.csv"]


def test_the_file_that_is_read_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "sites.csv").write_text(SITES, encoding="utf-8")
    refused(run("warning", "--sites", "sites.csv", "--geojson", "./sites.csv", folder=tmp_path), "the file that is read")
    assert (tmp_path / "sites.csv").read_text(encoding="utf-8") == SITES


def test_an_answer_can_be_cited_and_displayed(told: ShownWarning) -> None:
    assert "ETOPO" in told.cite()
    assert "median_minutes" in told._repr_html_()
    assert told.glance().height == 1


def test_a_frame_of_another_library_is_taken(told: ShownWarning) -> None:
    frame = pl.read_csv(io.StringIO(SITES))
    by_arrow = foedus.warning(sites=frame.lazy(), tracks=100)
    assert by_arrow.tidy().equals(foedus.warning(sites=frame, tracks=100).tidy())
    assert by_arrow.sources == ("etopo",)
