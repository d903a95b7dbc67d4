"""`foedus simulate`: what it prints, and one message for bad input, with nothing written."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
import pytest

from foedus import cli
from foedus.futures import simulate as simulating
from foedus.futures.build import Built
from foedus.futures.ensemble import Ensemble
from foedus.futures.simulate import pair

from . import small


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["foedus", "simulate", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, and the small world in place of the record's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(simulating, "built", lambda scenario, _: small.built(scenario, small.lonely(small.world())))
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--members", "0"], ["members is 0", "between 1 and"]),
        (["--members", "1000000000"], ["members is 1e+09"]),
        (["--horizon", "2001"], ["last_year is 2001", "the record ends in"]),
        (["--without", "everything"], ["'everything'", "bilateral"]),
        (["--workers", "0"], ["workers is 0", "between 1 and 256"]),
        (["--workers", "2", "--scheduler", "head:8786"], ["workers and scheduler are both given"]),
        (["--scheduler", "head"], ["scheduler is 'head'", "tcp://head:8786"]),
        (["--scheduler", "tcp://head:99999"], ["an address is needed"]),
        (["--scenario", "stresed"], ["Did you mean stressed?"]),
        (["--scenario", "mine.toml"], ["USA, Atlantis", "growth is -50"]),
        (["-o", "nowhere/futures.parquet"], ["cannot write", "Create it first"]),
        (["-o", "futures.json"], ["ends neither in"]),
    ],
)
def test_bad_input_is_one_message_and_nothing_written(
    arguments: list[str], words: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "mine.toml").write_text('growth = -50\npartnership = ["USA, Atlantis"]\n', encoding="utf-8")
    assert run(monkeypatch, *arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert all(word in told.err for word in words), told.err
    assert [path.name for path in folder.iterdir()] == ["mine.toml"]


def test_the_difference_goes_to_standard_output_and_what_must_be_said_beside_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--members", "6", "--horizon", "2028", "--without", "all", "-o", "futures.parquet"]
    assert run(monkeypatch, *arguments) == 0
    told = capsys.readouterr()
    rows = pl.read_csv(told.out.encode())
    assert {"mean", "error", "gain", "smaller_than_designs"} <= set(rows.columns)
    assert rows["year"].max() == 2028
    assert "Disputes are recorded to 2010" in told.err
    assert Ensemble.read(folder / "futures.parquet").members == 6
    assert [path.name for path in folder.iterdir()] == ["futures.parquet"]


def test_an_interrupted_command_says_how_to_go_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(made: Built, members: range) -> object:
        if members.start:
            raise KeyboardInterrupt
        return pair(made, members)

    monkeypatch.setattr(simulating, "pair", stopped)
    assert run(monkeypatch, "--members", "10", "--horizon", "2026", "-o", "futures.parquet") == 130
    assert "the same command goes on" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["futures.parquet.unfinished"]


@pytest.mark.parametrize("option", [("--workers", "2"), ("--scheduler", "head:8786")])
def test_without_the_extra_it_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], option: tuple[str, str]
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert run(monkeypatch, *option, "-o", "futures.parquet") == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "of the extra [cluster]" in told
    assert not list(folder.iterdir())
