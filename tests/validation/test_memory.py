"""What is remembered: the same values, and never anything else."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from foedus.record.store import Record
from foedus.validation.memory import place, remembered


@dataclass(frozen=True)
class Found:
    """Something computed."""

    grades: dict[str, str]
    numbers: np.ndarray
    table: pl.DataFrame
    terms: tuple[str, ...]


FOUND = Found({"a": "supported"}, np.array([0.1, 1 / 3]), pl.DataFrame({"year": [1990, None]}, {"year": pl.Int16}), ("x", "y"))


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A memory of its own, and the calls that were needed."""
    monkeypatch.setenv("FOEDUS_CACHE", str(tmp_path / "cache"))
    return []


def ask(calls: list[int], record: Record) -> Found:
    def compute() -> Found:
        calls.append(1)
        return FOUND

    found: Found = remembered("trial", record, (Found,), compute)
    return found


def test_what_is_remembered_is_what_was_computed(calls: list[int], record: Record) -> None:
    first, second = ask(calls, record), ask(calls, record)
    assert len(calls) == 1
    for found in (first, second):
        assert (found.grades, found.terms) == (FOUND.grades, FOUND.terms)
        assert (found.numbers == FOUND.numbers).all()
        assert found.table.equals(FOUND.table)
        assert found.table.schema == FOUND.table.schema


@pytest.mark.parametrize(
    "damage",
    ['{"kind": "Found"', '{"kind": "Other", "of": {}}', '{"frame": "AAAA"}', '{"kind": "Found", "of": {"more": 1}}', ""],
)
def test_a_damaged_memory_is_computed_again(calls: list[int], record: Record, damage: str) -> None:
    ask(calls, record)
    file = place("trial", record)
    kept = file.read_bytes()
    file.write_text(f"{hashlib.sha256(damage.encode()).hexdigest()}\n{damage}", encoding="utf-8")
    ask(calls, record)
    assert len(calls) == 2
    assert file.read_bytes() == kept, "the same bytes are written again"


def test_a_folder_that_cannot_be_written_costs_time_not_the_answer(
    calls: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record: Record
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("FOEDUS_CACHE", str(blocked))
    assert ask(calls, record) is FOUND


def test_another_record_has_another_memory(calls: list[int], record: Record) -> None:
    assert place("trial", record) != place("trial", replace(record, sha256="0" * 64))


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


def test_a_changed_byte_is_noticed(calls: list[int], record: Record) -> None:
    ask(calls, record)
    file = place("trial", record)
    file.write_text(file.read_text(encoding="utf-8").replace("supported", "mixed"), encoding="utf-8")
    assert ask(calls, record).grades == FOUND.grades
    assert len(calls) == 2
