"""The command line as a user meets it: what it prints, what it writes, and what it says to bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from typer.core import TyperGroup
from typer.main import get_command, get_command_name

from foedus import cli
from foedus.cli.options import one_thread

FOEDUS = [sys.executable, "-m", "foedus"]


def run(*arguments: str, folder: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [*FOEDUS, *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, **environment},
        timeout=300,
        check=False,
    )


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """Exit code 2, nothing on standard output, one message that holds the words, and no traceback."""
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


COMMANDS = [
    "assess",
    "compare",
    "panel",
    "variables",
    "cite",
    "fit",
    "validate",
    "simulate",
    "warning",
    "claims",
    "methods",
    "explain",
    "record",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    done = run(command, "--help")
    assert done.returncode == 0
    if command != "record":
        assert "Example: foedus" in " ".join(done.stdout.split())


def test_an_unknown_finding_is_refused_with_the_nearest() -> None:
    refused(run("explain", "order.dispute.probabilty"), "Did you mean order.dispute.probability")


def test_help_imports_nothing_heavy() -> None:
    heavy = ("polars", "numpy", "scipy", "pandas")
    code = f"import sys, foedus.cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_command_alone_is_the_one_among_all() -> None:
    every = get_command(cli.app)
    assert isinstance(every, TyperGroup)
    for info in cli.app.registered_commands:
        name = get_command_name(str(info.callback.__name__)) if info.callback else ""
        alone = get_command(cli.asked_for([name, "--help"]))
        assert isinstance(alone, TyperGroup)
        assert list(alone.commands) == [name]
        assert name in every.commands
    for words in ([], ["--help"], ["record", "list"], ["asses"]):
        assert cli.asked_for(words) is cli.app


def test_a_command_over_few_rows_takes_one_thread_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"OPENBLAS_NUM_THREADS": "3"}
    monkeypatch.setattr(os, "environ", environment)
    one_thread()
    assert environment == {"POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "3"}


def test_a_fault_of_foedus_is_no_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    def malformed(*_: object, **__: object) -> None:
        raise ValueError("exhibit order.map (map): the frame lacks iso3.")

    monkeypatch.setattr("foedus.api.variables", malformed)
    monkeypatch.setattr("sys.argv", ["foedus", "variables"])
    with pytest.raises(ValueError, match="lacks iso3"):  # what Python turns into a traceback and exit code 1
        cli.main()


def test_assess_writes_a_report_beside_its_summary(tmp_path: Path) -> None:
    done = run("assess", "USA", "CAN", "--year", "2022", "--json", "out.json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "foedus-USA-CAN.html" in done.stdout
    assert (tmp_path / "foedus-USA-CAN.html").stat().st_size > 100_000
    content = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert content["schema"] == "foedus/assessment/2"
    assert set(content) >= {"partnership", "year", "record", "findings", "coverage", "claims"}
    disputes = next(finding for finding in content["findings"] if finding["id"] == "relation.disputes")
    assert disputes["value"] == 4
    assert set(disputes) == {
        "id", "chapter", "statement", "value", "unit", "interval", "baseline", "grade", "sources", "rows", "confidence",
        "direction",
    }  # fmt: skip


def test_the_report_goes_to_standard_output_where_it_is_asked_for(tmp_path: Path) -> None:
    done = run("assess", "USA", "CAN", "--html", "-", folder=tmp_path)
    assert done.stdout.startswith("<!doctype html>")
    assert done.stdout.endswith("</html>")
    assert not list(tmp_path.iterdir()), "no file is called -, and no page lies beside"


def test_two_texts_do_not_go_to_standard_output(tmp_path: Path) -> None:
    refused(run("assess", "USA", "CAN", "--html", "-", "--json", "-", folder=tmp_path), "name a file for one of them")


@pytest.mark.parametrize(
    "words",
    [
        "panel state-year --states CAN --years 2000:2000 --variables polyarchy_v15 -o -",
        "estimate dispute_onset~peace_years --unit dyad-year --dyads USA-CAN -o -",
        "simulate -o -",
        "forecast publish --output -",
        "record filter --only open -o -",
        "record build --raw . -o -",
        "record update ucdp-armed-conflict x.csv --version 26.1 -o -",
        "new mechanism mine -o -",
        "bundle - -- groups",
    ],
)
def test_what_is_no_text_is_not_written_to_standard_output_nor_to_a_file_called_so(words: str, tmp_path: Path) -> None:
    refused(run(*words.split(), folder=tmp_path), "cannot write to -: it stands for standard output")
    assert not list(tmp_path.iterdir())


def test_the_same_call_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        assert run("assess", "IND", "PAK", "--html", "report.html", folder=tmp_path / name).returncode == 0
    assert (tmp_path / "one/report.html").read_bytes() == (tmp_path / "two/report.html").read_bytes()


@pytest.mark.parametrize(
    "arguments",
    [
        ["RUS", "UKR", "--year", "2021"],
        ["Austria-Hungary", "Prussia", "--year", "1860"],
        ["IND", "PAK"],
        ["TUV", "NRU"],
        ["France", "Germany", "--year", "1913"],
        ["PRK", "KOR"],
        ["USA", "USSR", "--year", "1962"],
        ["Papal States", "Two Sicilies", "--year", "1816"],
    ],
    ids=" ".join,
)
def test_any_two_states_can_be_assessed(arguments: list[str], tmp_path: Path) -> None:
    done = run("assess", *arguments, "--html", "report.html", "--json", "report.json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    content = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    risks = [finding for finding in content["findings"] if finding["id"] == "order.dispute.probability"]
    gaps = " ".join(gap["gap"] for gap in content["gaps"])
    assert risks or "no risk" in gaps, "either a risk or the reason why there is none"


def test_a_panel_goes_to_the_terminal_as_csv(tmp_path: Path) -> None:
    done = run("panel", "dyad-year", "--dyads", "USA-CAN", "--years", "1978:1980", "--variables", "dispute_onset,peace_years")
    assert done.stdout.splitlines() == [
        "ccode1,ccode2,year,dispute_onset,peace_years",
        "2,20,1978,false,58",
        "2,20,1979,true,59",
        "2,20,1980,false,0",
    ]


def test_a_parquet_panel_carries_its_provenance(tmp_path: Path) -> None:
    done = run("panel", "dyad-year", "--dyads", "USA-CAN", "--variables", "defence_pact", "-o", "p.parquet", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    about = json.loads(pl.read_parquet_metadata(tmp_path / "p.parquet")["foedus"])
    assert about["variables"]["defence_pact"]["sources"] == ["atop", "alliance_facts"]  # dated facts are laid over ATOP
    assert about["call"].startswith("foedus panel dyad-year")
    assert len(about["record"]["sha256"]) == 64


def test_relevant_dyads_without_years_begin_where_they_are_known_and_say_so(tmp_path: Path) -> None:
    asked = ("panel", "dyad-year", "--relevant", "--states", "CAN", "--variables", "rivalry", "-o", "canada.parquet")
    done = run(*asked, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "foedus: the panel begins in 1886: before it no distances are known" in done.stderr
    about = json.loads(pl.read_parquet_metadata(tmp_path / "canada.parquet")["foedus"])
    assert about["years"] == [1886, 2025]
    assert about["notes"]["years"].startswith("the panel begins in 1886")
    refused(run(*asked, "--years", "1816:2025", folder=tmp_path), "known from 1886 on")


def test_groups_are_listed_and_members_without_rows_are_named() -> None:
    union = run("groups", "eu")
    assert union.returncode == 0
    assert "EU,United Kingdom,200,200,member,1993-11-01,day,2020-01-31,day,founder,withdrawal,high" in union.stdout
    african = run("panel", "group-year", "--group", "AFRICAN-UNION", "--years", "2002:2002", "--variables", "gdp")
    assert african.stdout.splitlines()[1].startswith("AFRICAN-UNION,2002,52,")
    assert "have no row: Sahrawi Arab Democratic Republic (2002)" in african.stderr
    own = run("panel", "group-year", "--group", "BALTIC=EST,LVA,LTU", "--years", "2003:2003", "--variables", "gdp")
    assert own.stdout.splitlines()[1].startswith("BALTIC,2003,3,")
    refused(run("groups", "ASAEN"), "Did you mean ASEAN?", "There are AFRICAN-UNION")


def test_cite_gives_bibtex_for_exactly_what_was_used() -> None:
    done = run("cite", "peace_years", "--bibtex")
    assert done.stdout.count("gml2016") == 1
    assert "vdem" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["assess", "USA", "Canadia"], ["Canadia", "Canada"]),
        (["assess", "USA", "CAN", "--year", "1700"], ["1700", "1816"]),
        (["assess", "USA", "United States"], ["same state"]),
        (["assess", "USA", "Congo"], ["ambiguous", "490", "484"]),
        (["assess", "USA", "CAN", "--year", "1900"], ["Canada", "1920-01-10"]),
        (["assess"], ["Missing argument"]),
        (["assess", "USA"], ["no group of states", "Name two states"]),
        (["panel", "dyad-year", "--variables", "polyarky"], ["polyarky", "polyarchy"]),
        (["panel", "dyad-year"], ["--variables"]),
        (["panel", "dyad-year", "--variables", "polyarchy", "--years", "last"], ["--years last", "A:B"]),
        (["panel", "dyad-year", "--variables", "polyarchy", "--dyads", "USA"], ["USA-CAN"]),
        (["panel", "dyad-year", "--variables", "polyarchy", "--states", ""], ["--states names nothing"]),
        (
            ["panel", "dyad-year", "--variables", "polyarchy", "--dyads", "USA-CAN", "--years", "1816:99999999"],
            ["99999999", "2025"],
        ),
        (["assess", "USA", "CAN", "--html", "a.out", "--json", "a.out"], ["two reports"]),
        (["assess", "USA", "CAN", "--json", "nowhere/x.json"], ["nowhere", "does not exist"]),
        (["panel", "month", "--variables", "polyarchy"], ["month"]),
        (["panel", "dyad-year", "--variables", "polyarchy", "-o", "nowhere/p.csv"], ["nowhere", "does not exist"]),
        (["panel", "dyad-year", "--variables", "polyarchy", "--dyads", "USA-CAN", "-o", "p.txt"], ["p.txt", ".parquet"]),
        (["assess", "USA", "CAN", "--html", "nowhere/r.html"], ["nowhere", "does not exist"]),
        (["record", "show", "disputs"], ["disputs"]),
        (["record", "build", "--raw", "nowhere"], ["nowhere"]),
        (["validate", "dispute"], ["disputes"]),
        (["fit", "disputes", "--outcome", "war"], ["war"]),
        (["cite", "polyarky"], ["polyarchy"]),
        (["frobnicate"], ["frobnicate"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_bad_input_gets_one_message_and_nothing_written(arguments: list[str], words: list[str], tmp_path: Path) -> None:
    done = run(*arguments, folder=tmp_path)
    refused(done, *words)
    assert list(tmp_path.iterdir()) == []


def test_a_corrupt_record_is_named(tmp_path: Path) -> None:
    (tmp_path / "record.json").write_text("{")
    refused(run("assess", "USA", "CAN", folder=tmp_path, FOEDUS_RECORD=str(tmp_path)), "record.json")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, a device that is always full")
def test_a_full_disk_is_reported_without_a_traceback(tmp_path: Path) -> None:
    full = subprocess.run(
        f"{sys.executable} -m foedus variables > /dev/full",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert full.returncode == 2
    assert "Traceback" not in full.stderr


@pytest.mark.parametrize("command", ["panel dyad-year --dyads USA-CAN --variables defence_pact", "assess USA CAN"])
def test_a_list_of_alliances_that_is_not_there_is_refused_with_how_to_add_it(command: str, tmp_path: Path) -> None:
    done = run(*command.split(), "--alliances-from", "cow", folder=tmp_path)
    refused(done, "the alliances of cow are not in this record", "run `foedus record add cow-alliances PATH`.")
    assert list(tmp_path.iterdir()) == []
