"""What ships beside the record is what the code computes from it, and stands in the report as it was registered."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from foedus.assessment.assess import assess
from foedus.estimation.logit import one_core
from foedus.record.store import Record
from foedus.validation import memory
from foedus.validation.registration import registrations
from foedus.validation.validate import Validation, compute, everything, given, validate


def test_what_ships_was_made_of_this_record_by_this_code(record: Record) -> None:
    """Run `make results` and commit its files if this fails."""
    assert memory.ships(record)


def test_every_registered_outcome_ships_with_the_record() -> None:
    names = [f"{test.name}-{outcome}" for test in registrations().values() for outcome in test.outcomes]
    assert [name for name in names if not memory.shipped(name).is_file()] == []


def test_nothing_ships_that_no_test_asks_for(record: Record) -> None:
    asked = {memory.shipped(name).name for name, _ in everything(record, lambda *_: None)}
    assert {path.name for path in memory.SHIPPED.glob("*.json")} == {*asked, memory.MADE}


def test_what_other_code_made_is_not_taken(record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for change in ({}, {"code": "0" * 64}, {"record": "0" * 64}):
        (tmp_path / memory.MADE).write_text(json.dumps({**memory.maker(record), **change}), encoding="utf-8")
        monkeypatch.setattr(memory, "SHIPPED", tmp_path)
        assert memory.ships(record) is not bool(change)


QUICK = ("entanglement", "agreements-signed", "shield-leeds-2003", "arctic_ice", "arctic", "pressure", "spending")
"""Tests that take seconds each; those of the others take minutes, and only what they fit to all years is computed anew here."""


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
def test_what_ships_is_what_the_code_computes(record: Record, name: str) -> None:
    test = registrations()[name]
    for kept in (found for found in validate(test.mechanism, record) if found.test == name):
        with one_core():
            same(name, kept, compute(test, kept.outcome, record, lambda: None))


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in registrations() if name not in QUICK])
def test_headlines_that_ship_are_what_the_code_fits(record: Record, name: str) -> None:
    test = registrations()[name]
    for kept in (found for found in validate(test.mechanism, record) if found.test == name):
        headline = given(kept.headline, record)
        panel = headline.panel(record, (headline.first_year, test.years[1]))
        with one_core():
            same(name, kept.headline, headline.fit(panel))


def same(where: str, kept: Any, fresh: Any) -> None:
    """Compare everything that a result holds, numbers to what another processor may alter."""
    if isinstance(kept, pl.DataFrame):
        assert_frame_equal(kept, fresh, rel_tol=1e-3, abs_tol=1e-6)
    elif isinstance(kept, np.ndarray):
        np.testing.assert_allclose(kept, fresh, rtol=1e-3, atol=1e-5, err_msg=where)
    elif is_dataclass(kept):
        assert type(kept) is type(fresh), where
        for each in fields(kept):
            same(f"{where}.{each.name}", getattr(kept, each.name), getattr(fresh, each.name))
    elif isinstance(kept, dict):
        assert kept.keys() == fresh.keys(), where
        for key, value in kept.items():
            same(f"{where}.{key}", value, fresh[key])
    elif isinstance(kept, float):
        assert kept == pytest.approx(fresh, rel=1e-3, abs=1e-9), where
    else:
        assert kept == fresh, where


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
            others = set(validation.headline.terms) - set(validation.headline.core)
            assert all(validation.grades[term] == "supported" for term in others)
