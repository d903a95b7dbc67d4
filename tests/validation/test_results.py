"""What ships beside the record is what the code computes from it, and stands in the report as it was registered."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from foedus.assessment.results import everything
from foedus.estimation.cores import one_core
from foedus.estimation.estimate import Estimate
from foedus.mechanisms.climate.displacement_forecast import Case
from foedus.mechanisms.order.war_size import Arrivals as WarArrivals
from foedus.mechanisms.order.war_size import Tail
from foedus.mechanisms.standard import MECHANISMS
from foedus.panels.codebook import closure, codebook
from foedus.record.store import Record, open_record
from foedus.validation import memory
from foedus.validation.basis import Kept
from foedus.validation.displacement.flight import Largest
from foedus.validation.memory import remembered
from foedus.validation.registration import registrations
from foedus.validation.shipped import MANIFEST, Shipped, write
from foedus.validation.validate import Validation, compute, given, validate
from foedus.validation.wars import WarValidation
from tests.assessed import assess_once

KINDS = {
    kind.__name__: kind
    for kind in (Validation, Estimate, WarValidation, WarArrivals, Tail, Case, Largest, *MECHANISMS.values())
}
"""What the results tried here are made of."""


@pytest.fixture(scope="module")
def shipped() -> Shipped:
    """What ships, opened."""
    return memory.opened(memory.SHIPPED)


@pytest.fixture(scope="module")
def gathered(record: Record) -> dict[str, Kept]:
    """Everything that is asked for to be shipped, with what it rests on."""
    with memory.gathering() as results:
        everything(record, lambda *_: None)
    return results


def test_what_ships_still_stands(record: Record, shipped: Shipped, gathered: dict[str, Kept]) -> None:
    """Run `make results` and commit its files if this fails."""
    fallen = [name for name in shipped.names() if not shipped.basis(name).stands(record, gathered[name].roots)]
    assert fallen == []


def test_everything_that_is_asked_for_ships_and_nothing_else(shipped: Shipped, gathered: dict[str, Kept]) -> None:
    names = [f"{test.name}-{outcome}" for test in registrations().values() for outcome in test.outcomes]
    assert set(shipped.names()) == set(gathered) > set(names)


def test_every_file_that_ships_is_in_the_manifest(shipped: Shipped) -> None:
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in shipped.folder.iterdir()}
    del files[MANIFEST]
    assert files == {name: entry["sha256"] for name, entry in shipped.manifest["files"].items()}


def test_a_result_rests_on_the_tables_of_the_variables_that_its_mechanism_reads(shipped: Shipped) -> None:
    for test in registrations().values():
        for outcome in test.outcomes:
            basis = shipped.basis(f"{test.name}-{outcome}")
            read = [codebook()[name] for name in MECHANISMS[test.mechanism].reads if name in codebook()]
            needed = {each.table for each in closure(read) if each.table and each.name in basis.variables}
            assert needed <= {*basis.tables, *(table for table in needed if table not in open_record().tables)}, test.name
            assert basis.tests.keys() >= {test.name}
            assert basis.tables


def test_what_is_written_is_read_again(tmp_path: Path, gathered: dict[str, Kept]) -> None:
    """Twice, since numbers are rounded once."""
    some = {name: gathered[name] for name in ("entanglement-joined", "flight-largest", "spending-since", "war_size")}
    write(tmp_path / "one", some.items())
    first = Shipped.open(tmp_path / "one")
    again = {name: Kept(first.value(name, KINDS), first.basis(name), kept.roots) for name, kept in some.items()}
    for name, kept in some.items():
        same(name, again[name].value, kept.value)
        assert again[name].basis == kept.basis
    write(tmp_path / "two", again.items())
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


@pytest.mark.parametrize("file", ["gains.csv", "entanglement-joined.json", MANIFEST])
def test_a_damaged_file_that_ships_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], record: Record, file: str
) -> None:
    copy = tmp_path / "results"
    shutil.copytree(memory.SHIPPED, copy)
    path = copy / file
    path.write_bytes(path.read_bytes()[:-20])
    monkeypatch.setattr(memory, "SHIPPED", copy)
    found = remembered("entanglement-joined", record, tuple(KINDS.values()), lambda: "computed anew")
    assert found == "computed anew"
    assert f"{path} is damaged" in capsys.readouterr().err


QUICK = ("entanglement", "agreements-signed", "shield-leeds-2003", "arctic_ice", "arctic", "pressure", "spending")
"""Tests that take seconds each; those of the others take minutes, and only what they fit to all years is computed anew here."""

LONGEST = ("entanglement", "agreements-signed")
"""Which of them are computed before a release alone."""


@pytest.mark.slow
@pytest.mark.parametrize("name", [pytest.param(each, marks=[pytest.mark.release] * (each in LONGEST)) for each in QUICK])
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
    told = {finding.id: finding for finding in assess_once("USA", "CAN", year=2022).findings}
    found = {validation.outcome: validation for validation in validate("disputes", record)}
    for tag, outcome in (("dispute", "dispute_onset"), ("fatal_dispute", "fatal_dispute_onset"), ("war", "war_dispute_onset")):
        assert told[f"order.{tag}.skill"].grade == found[outcome].grades["headline"]
        for term in found[outcome].full.terms:
            assert told[f"order.{tag}.term.{term}"].grade == found[outcome].grades[term]
    (joining,) = validate("entanglement", record)
    assert told["entanglement.in_sample"].grade == joining.grades["pact"]
    shield = next(each for each in validate("shield", record) if each.test == "shield")
    assert told["shield.out_of_sample"].grade == shield.grades["target's defence pact"]


def test_an_honest_null_comes_out_in_those_words() -> None:
    """The design of Leeds: fewer attacks in sample, not clearly, and no gain on the years forecast."""
    said = assess_once("USA", "CAN", year=2022).finding("shield.design.leeds_2003.target_defence").statement
    assert "in sample −9 %, out of sample nothing" in said


def test_only_what_is_supported_moves_the_headline(record: Record) -> None:
    for validation in validate(None, record):
        if isinstance(validation, Validation) and not validation.headline.whole:  # where no whole model leads
            others = set(validation.headline.terms) - set(validation.headline.core)
            assert all(validation.grades[term] == "supported" for term in others)
