"""What is remembered: the same values, as long as what they rest on is the same, and never anything else."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from foedus.record.store import Record
from foedus.validation import basis, memory
from foedus.validation.memory import forget, place, remembered


@dataclass(frozen=True)
class Found:
    """Something computed."""

    grades: dict[str, str]
    numbers: np.ndarray
    table: pl.DataFrame
    terms: tuple[str, ...]


FOUND = Found({"a": "supported"}, np.array([0.1, 1 / 3]), pl.DataFrame({"year": [1990, None]}, {"year": pl.Int16}), ("x", "y"))

READ = "armed_conflicts"
"""A table that the trial reads."""


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A memory of its own, and the calls that were needed."""
    monkeypatch.setenv("FOEDUS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(memory, "_say_damaged", memory._say_damaged.__wrapped__)
    return []


def ask(calls: list[int], record: Record, name: str = "trial") -> Found:
    def compute() -> Found:
        calls.append(1)
        record.table(READ)
        return FOUND

    found: Found = remembered(name, record, (Found,), compute)
    return found


def altered(record: Record, table: str) -> Record:
    """The record with another content of a table."""
    other = replace(record.tables[table], content_sha256="0" * 64)
    return replace(record, sha256="0" * 64, tables={**record.tables, table: other})


def test_what_is_remembered_is_what_was_computed(calls: list[int], record: Record) -> None:
    first, second = ask(calls, record), ask(calls, record)
    assert len(calls) == 1
    for found in (first, second):
        assert (found.grades, found.terms) == (FOUND.grades, FOUND.terms)
        assert found.numbers.tolist() == [0.1, 0.3333333333], "as it would be in a file, whether it was computed now or read"
        assert found.table.equals(FOUND.table)
        assert found.table.schema == FOUND.table.schema


def test_another_content_of_a_table_that_was_read_makes_stale(calls: list[int], record: Record) -> None:
    ask(calls, record)
    ask(calls, altered(record, READ))
    assert len(calls) == 2


def test_a_table_that_was_not_read_makes_nothing_stale(calls: list[int], record: Record) -> None:
    ask(calls, record)
    more = {**record.tables, "new": replace(record.tables[READ], name="new")}
    ask(calls, replace(altered(record, "polyarchy"), tables=more))
    assert len(calls) == 1


def test_a_frame_that_follows_from_tables_is_noted_each_time(calls: list[int], record: Record, tmp_path: Path) -> None:
    def compute(which: Record) -> int:
        return which.derived("trial", lambda: which.table("polyarchy")).height

    for name in ("one", "two"):
        remembered(name, record, (), lambda: compute(record))
        changed = altered(record, "polyarchy")
        remembered(name, changed, (), lambda: calls.append(1))
    assert len(calls) == 2, "the second computation found the frame made, and rests on the table all the same"


def test_changed_entries_make_stale_only_what_read_them(
    calls: list[int], record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    from foedus.panels.codebook import lookup

    monkeypatch.setattr(memory, "LONG", -1.0)  # so that the code is looked into

    def ask_of(variable: str) -> None:
        remembered(f"of-{variable}", record, (), lambda: calls.append(lookup(variable).last_year))

    ask_of("polyarchy")
    ask_of("rivalry")
    before = basis.of_variable
    monkeypatch.setattr(basis, "of_lists", lambda: "other")
    monkeypatch.setattr(basis, "of_variable", lambda name: "other" if name == "rivalry" else before(name))
    ask_of("polyarchy")
    assert len(calls) == 2
    ask_of("rivalry")
    assert len(calls) == 3


@pytest.mark.parametrize("damage", ['{"value": {"kind": "Found"}}', '{"basis": {}, "value": 1}', "", "no hash"])
def test_a_damaged_memory_is_named_and_computed_again(
    calls: list[int], record: Record, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(calls, record)
    file = place("trial", record)
    kept = file.read_bytes()
    file.write_text(f"{hashlib.sha256(damage.encode()).hexdigest()}\n{damage}", encoding="utf-8")
    ask(calls, record)
    assert len(calls) == 2
    assert f"{file} is damaged" in capsys.readouterr().err
    assert file.read_bytes() == kept, "the same bytes are written again"


def test_what_another_version_kept_in_another_form_is_computed_again_without_a_word(
    calls: list[int], record: Record, capsys: pytest.CaptureFixture[str]
) -> None:
    """A field more than the class has today, in a file that is what was written."""
    ask(calls, record)
    file = place("trial", record)
    body = json.loads(file.read_text(encoding="utf-8").split("\n", 1)[1])
    body["value"]["of"]["gone"] = 1
    text = json.dumps(body) + "\n"
    file.write_text(f"{hashlib.sha256(text.encode()).hexdigest()}\n{text}", encoding="utf-8")
    ask(calls, record)
    assert len(calls) == 2
    assert capsys.readouterr().err == ""


def test_a_changed_byte_is_noticed(calls: list[int], record: Record) -> None:
    ask(calls, record)
    file = place("trial", record)
    file.write_text(file.read_text(encoding="utf-8").replace("supported", "mixed"), encoding="utf-8")
    assert ask(calls, record).grades == FOUND.grades
    assert len(calls) == 2


def test_a_folder_that_cannot_be_written_costs_time_not_the_answer(
    calls: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record: Record
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("FOEDUS_CACHE", str(blocked))
    assert ask(calls, record).grades == FOUND.grades
    assert len(calls) == 1


def test_the_parts_of_a_result_are_kept_until_they_are_forgotten(calls: list[int], record: Record) -> None:
    with memory.gathering() as results:
        ask(calls, record, "whole.1960")
        ask(calls, record, "whole.1960")
        ask(calls, record, "whole")
    assert list(results) == ["whole"], "parts are no results"
    forget("whole.")
    ask(calls, record, "whole")
    assert len(calls) == 2
    ask(calls, record, "whole.1960")
    assert len(calls) == 3


TWICE = """
import time
from foedus.record.store import open_record
from foedus.validation.memory import remembered
print(remembered("trial", open_record(), (), lambda: time.sleep(0.5) or {"answer": 42}))
"""


def test_two_processes_at_once_agree(tmp_path: Path) -> None:
    told = {**os.environ, "FOEDUS_CACHE": str(tmp_path)}
    both = [subprocess.Popen([sys.executable, "-c", TWICE], stdout=subprocess.PIPE, text=True, env=told) for _ in range(2)]
    assert {process.communicate(timeout=60)[0] for process in both} == {"{'answer': 42}\n"}
    assert len(list((tmp_path / "estimates").iterdir())) == 1


SHIPS = "trial"


@pytest.fixture
def ships(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record: Record) -> Path:
    """A package whose results hold one, which stands, and the list of its files."""
    from foedus.record import pinned
    from foedus.validation.shipped import write

    place = tmp_path / "foedus"
    place.mkdir()
    monkeypatch.setattr(pinned, "PACKAGE", place)
    monkeypatch.setattr(pinned, "SUMS", place / "SHA256SUMS")
    monkeypatch.setattr(memory, "SHIPPED", place / "results")
    monkeypatch.setattr(memory, "overlooked", frozenset())
    memory.opened.cache_clear()
    result = memory.Kept({"answer": 42}, basis.Basis({}, {}, {}, {}, basis.of_lists(), ""), frozenset())
    write(place / "results", [(SHIPS, result)])
    (place / "SHA256SUMS").write_text(pinned.sums(place), encoding="utf-8")
    return place / "results"


def recalled(calls: list[int], record: Record) -> dict[str, int]:
    """What is remembered of the result that ships; computed anew, it is another."""

    def compute() -> dict[str, int]:
        calls.append(1)
        return {"answer": 43}

    memory.opened.cache_clear()
    memory._values.clear()
    memory.forget(SHIPS)
    found: dict[str, int] = remembered(SHIPS, record, (), compute)
    return found


def test_a_flipped_byte_of_results_that_ship_is_said_before_they_are_computed_anew(
    ships: Path, calls: list[int], record: Record, capsys: pytest.CaptureFixture[str]
) -> None:
    assert recalled(calls, record) == {"answer": 42}
    assert capsys.readouterr().err == ""
    for path in sorted(ships.iterdir()):
        content = path.read_bytes()
        for at in range(0, len(content), 7):
            flipped = bytearray(content)
            flipped[at] ^= 1
            path.write_bytes(flipped)
            assert recalled(calls, record) == {"answer": 43}
            said = f"foedus: {path} is damaged: what it held is computed anew, which may take minutes; to have it back, install"
            assert capsys.readouterr().err.startswith(said)
        path.write_bytes(content)
    assert recalled(calls, record) == {"answer": 42}


def test_a_manifest_of_results_that_is_gone_is_said(
    ships: Path, calls: list[int], record: Record, capsys: pytest.CaptureFixture[str]
) -> None:
    (ships / "manifest.json").unlink()
    assert recalled(calls, record) == {"answer": 43}
    assert "manifest.json is damaged" in capsys.readouterr().err
