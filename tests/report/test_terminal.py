"""The summary in the terminal, and JSON."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from rich.console import Console

from foedus import report
from foedus.assessment.assessment import Assessment
from foedus.assessment.finding import Exhibit
from foedus.report import summary, terminal
from foedus.report.frames import show_frames
from foedus.report.wording import unit_words


@pytest.fixture(scope="module")
def lines(assessment: Assessment) -> list[str]:
    console = Console(file=io.StringIO(), width=80)
    terminal.show(assessment, console, Path("somewhere/foedus-NOR-SOU.html"))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_the_summary_fits_a_screen(lines: list[str]) -> None:
    assert len(lines) <= 45
    assert max(map(len, lines)) <= 80


def test_the_summary_in_a_pipe_is_plain(lines: list[str]) -> None:
    assert not set("\x1b\u202e\u2066") & set("".join(lines))
    assert all(line == line.rstrip() for line in lines)


def test_the_summary_opens_with_the_answer_and_its_lines(lines: list[str], assessment: Assessment) -> None:
    said = " ".join(lines)
    first, then = said.index("Allied in 77 years"), said.index("– Risk of a fatal dispute between them, a year: 0.42\u00a0%")
    assert said.index(summary.question(assessment).split(",")[0]) < first < then < said.index("Largest risks per year")


def test_markup_in_a_name_is_printed_not_obeyed(lines: list[str]) -> None:
    assert "[31m" in " ".join(lines)


def test_the_summary_says_where_the_report_is_how_claims_fared_and_what_is_missing(lines: list[str]) -> None:
    assert lines[-1] == "Report: somewhere/foedus-NOR-SOU.html"
    assert "Claims, checked: holds 1, contradicted 1, opinion 1" in lines
    assert "– No secrets." in lines


def test_one_of_a_unit_is_said_in_the_singular() -> None:
    assert unit_words("years", 1) == "year"
    assert unit_words("years", 2) == "years"


def test_the_largest_risks_are_those_of_either_member(assessment: Assessment) -> None:
    risks = summary.largest_risks(assessment)
    assert risks is not None
    assert risks.outcome == "any dispute"
    assert risks.frame["state"].to_list()[0] == summary.EACH_OTHER
    highest = [max(risk["probability"] for risk in row[1:] if risk) for row in risks.frame[1:].iter_rows()]
    assert highest == sorted(highest, reverse=True)
    assert highest[0] == 0.03


def test_no_number_of_the_summary_is_cut_short(assessment: Assessment) -> None:
    """An interval of very small risks needs more room than a name: 0.016 % (0.00079–0.051 %)."""
    tiny = [replace(chapter, exhibits=tuple(map(_of_tiny_risks, chapter.exhibits))) for chapter in assessment.chapters]
    console = Console(file=io.StringIO(), width=80)
    terminal.show(replace(assessment, chapters=tuple(tiny)), console)
    assert isinstance(console.file, io.StringIO)
    risks = console.file.getvalue().split("Largest risks per year")[1].split("Claims")[0]
    assert risks.count("0.016\u00a0%") == risks.count("0.016\u00a0% (0.00079–0.051\u00a0%)") > 0


def _of_tiny_risks(exhibit: Exhibit) -> Exhibit:
    if exhibit.kind != "map":
        return exhibit
    tiny = {"probability": 0.00016, "low": 0.0000079, "high": 0.00051}
    return replace(exhibit, frame=exhibit.frame.with_columns(pl.lit(value).alias(name) for name, value in tiny.items()))


def test_a_table_in_a_pipe_is_csv(capsys: pytest.CaptureFixture[str]) -> None:
    show_frames([pl.DataFrame({"a": [1, None], "b": ["x,y", "[red]"]})])
    assert capsys.readouterr().out == 'a,b\n1,"x,y"\n,[red]\n'


def test_json_holds_every_finding_and_goes_to_standard_output(
    assessment: Assessment, capsys: pytest.CaptureFixture[str]
) -> None:
    report.write_json(assessment, report.STANDARD_OUTPUT)
    written = json.loads(capsys.readouterr().out)
    assert written["schema"] == "foedus/assessment/2"
    assert [finding["id"] for finding in written["findings"]] == [finding.id for finding in assessment.findings]
    assert written["claims"][0]["sources"] == ["gml"]
    assert written["brief"]["lines"] == [line.text for line in assessment.brief.lines]
    assert written["brief"]["rests_on"][:2] == ["relation.allied_years", "relation.disputes"]


def test_json_in_a_file_is_the_same_text(assessment: Assessment, tmp_path: Path) -> None:
    report.write_json(assessment, tmp_path / "a.json")
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == report.to_json(assessment)
