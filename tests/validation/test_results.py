"""What ships beside the record is what the code computes from it, and stands in the report as it was registered."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from foedus.assessment.assess import assess
from foedus.record.store import Record
from foedus.validation import memory
from foedus.validation.registration import registrations
from foedus.validation.validate import Validation, everything, validate


def test_every_registered_outcome_ships_with_the_record(record: Record) -> None:
    names = [f"{test.name}-{outcome}" for test in registrations().values() for outcome in test.outcomes]
    assert [name for name in names if not memory.shipped(name, record).is_file()] == []


def test_nothing_ships_that_no_test_asks_for(record: Record) -> None:
    asked = {memory.shipped(name, record).name for name, _ in everything(record, lambda *_: None)}
    assert {path.name for path in memory.SHIPPED.glob("*.json")} == asked


@pytest.mark.slow
def test_what_ships_is_what_the_code_computes(record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run `python -m foedus.validation.results` and commit its files if this fails."""
    shipped = dict(everything(record, lambda *_: None))
    monkeypatch.setattr(memory, "SHIPPED", tmp_path / "none")
    monkeypatch.setenv("FOEDUS_CACHE", os.fspath(tmp_path))
    for name, fresh in everything(record, lambda *_: None):
        _same(name, shipped[name], fresh)


def _same(name: str, kept: Any, fresh: Any) -> None:
    if isinstance(kept, pl.DataFrame):
        assert_frame_equal(kept, fresh, rel_tol=1e-4, abs_tol=1e-6)
        return
    assert kept.grades == fresh.grades, name
    assert_frame_equal(kept.scores, fresh.scores, rel_tol=1e-4, abs_tol=1e-9)
    assert_frame_equal(kept.gains, fresh.gains, rel_tol=1e-3, abs_tol=1e-6)
    if isinstance(kept, Validation):
        for part in ("headline", "full"):
            one, other = (getattr(each, part).fitted.coefficients for each in (kept, fresh))
            np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5, err_msg=name)


def test_grades_in_the_report_are_those_of_the_registered_tests(record: Record) -> None:
    told = {finding.id: finding for finding in assess("USA", "CAN", 2022, record).findings}
    found = {validation.outcome: validation for validation in validate("disputes", record)}
    for tag, outcome in (("dispute", "dispute_onset"), ("fatal_dispute", "fatal_dispute_onset"), ("war", "war_dispute_onset")):
        assert told[f"order.{tag}.skill"].grade == found[outcome].grades["headline"]
        for term in found[outcome].full.terms:
            assert told[f"order.{tag}.term.{term}"].grade == found[outcome].grades[term]
    (joining,) = validate("entanglement", record)
    assert told["entanglement.in_sample"].grade == joining.grades["pact"]
    shield = next(each for each in validate("shield", record) if each.test == "shield")
    assert told["shield.out_of_sample"].grade == shield.grades["target's defence pact"]


def test_an_honest_null_comes_out_in_those_words(record: Record) -> None:
    """The design of Leeds: half the odds in sample, and no gain on the years forecast."""
    said = assess("USA", "CAN", 2022, record).finding("shield.design.leeds_2003.target_defence").statement
    assert "in sample −50 %, out of sample nothing" in said


def test_only_what_is_supported_moves_the_headline(record: Record) -> None:
    for validation in validate(None, record):
        if isinstance(validation, Validation):
            assert all(validation.grades[term] == "supported" for term in validation.headline.terms)
