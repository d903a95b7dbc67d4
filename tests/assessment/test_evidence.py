"""Sentences about validations: a grade, which way the estimate points, and figures that have no grade."""

from __future__ import annotations

import pytest

from foedus.assessment.evidence import Words, signs, stratum_finding, term_finding
from foedus.record.store import Record
from foedus.validation.validate import Validation, validate

TERM = "target's older defence pact"


@pytest.fixture(scope="module")
def after_1945(record: Record) -> Validation:
    """The design in which older pacts of the target go with more attacks."""
    return next(found for found in validate("shield", record) if found.test == "shield-kenwick-vasquez-from-1946")


def test_a_term_says_which_signs_its_claim_expects_and_which_it_has(after_1945: Validation) -> None:
    words = Words("x", "x", "an attack", "attacks", "dyad-years", {TERM: "older pacts"}, ("atop",))
    found = term_finding(after_1945, TERM, words)
    assert found.direction == "against the claim"
    assert "expected target_defence_young below zero (+0.98" in found.statement
    assert found.statement.endswith(": against the claim.")


def test_a_term_whose_claim_has_no_sign_says_nothing_of_one(after_1945: Validation) -> None:
    assert signs(after_1945, "pacts") == ""
    assert after_1945.direction("pacts") is None


def test_predicted_over_observed_is_no_claim_and_has_no_grade(record: Record) -> None:
    words = Words("x", "x", "a dispute", "disputes", "dyad-years", {}, ("gml",))
    (found,) = stratum_finding(validate("disputes", record)[0], "contiguous", words)
    assert found.grade is None
    assert "within the registered 0.67 to 1.5" in found.statement
