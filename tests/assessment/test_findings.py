"""What holds for every finding of any assessment: its sentence contains its value, and its id leads to the code.

The partnerships are far apart in time, size and what is known of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from foedus.assessment import explain
from foedus.assessment.assessment import Assessment
from foedus.assessment.finding import Finding
from foedus.errors import InputError
from tests.assessed import assess_once

PARTNERSHIPS = (("USA", "CAN", 2025), ("IND", "PAK", 2025), ("RUS", "UKR", 2021), ("GBR", "FRA", 1860), ("TUV", "NRU", 2025))

COUNTED_BY_NAME = {"arctic.members", "order.fighting", "shield.obligations"}
"""Findings whose value is how many their sentence names."""

NUMBER = re.compile(r"[-−+]?\d[\d,]*(?:\.\d+)?(?:e-\d+)?")
RATIO = re.compile(r"(\d[\d,]*) of (\d[\d,]*)")

ROUNDING = 0.5000001
"""Half a unit of the last digit, and what a double may lack of it."""


@pytest.fixture(scope="module", params=PARTNERSHIPS, ids=lambda each: f"{each[0]}-{each[1]}-{each[2]}")
def assessment(request: pytest.FixtureRequest) -> Assessment:
    first, second, year = request.param
    return assess_once(first, second, year=year)


def unit_of_last_digit(number: str) -> float:
    plain, _, power = number.partition("e")
    return 10.0 ** (int(power or 0) - len(plain.partition(".")[2]))


def numbers(statement: str) -> Iterator[tuple[float, float]]:
    """Every number of a sentence without its sign, and the unit of its last digit; a share also where its counts stand."""
    for text in NUMBER.findall(statement):
        written = text.replace(",", "").lstrip("-−+")
        yield float(written), unit_of_last_digit(written)
    for part, whole in RATIO.findall(statement):
        if float(whole.replace(",", "")):
            yield float(part.replace(",", "")) / float(whole.replace(",", "")), 1e-3


def holds(finding: Finding) -> bool:
    """Whether a sentence has the value, rounded as the sentence rounds it; a share may stand in per cent."""
    value, words = finding.value, finding.statement.replace("\u00a0", " ")
    if value is None or value in ("yes", "no") or finding.id in COUNTED_BY_NAME:  # the verb says yes or no
        return True
    if isinstance(value, str):
        return set(value.split()) <= set(re.findall(r"\w+", words)) or value in words
    if not value:
        return bool(re.search(r"\b(no|none|not be seen|touch|0)\b|0\.0", words, re.IGNORECASE))
    own = unit_of_last_digit(repr(abs(value)))
    return any(
        abs(abs(value) * scale - number) <= ROUNDING * (unit + own * scale) or float(f"{abs(value) * scale:.3g}") == number
        for number, unit in numbers(words)
        for scale in (1, 100)
    )


def test_a_sentence_contains_its_value(assessment: Assessment) -> None:
    assert [(finding.id, finding.value, finding.statement) for finding in assessment.findings if not holds(finding)] == []


def test_the_rule_is_not_met_by_just_any_sentence() -> None:
    assert not holds(Finding("a.b", "a", "In 2013 two of them made 45.1 % of it.", 0.046, "share"))
    assert holds(Finding("a.b", "a", "They made 4.6 % of it.", 0.0462, "share"))


def test_every_finding_is_explained(assessment: Assessment) -> None:
    unlisted = []
    for finding in assessment.findings:
        try:
            explain.entry(finding.id)
        except InputError:
            unlisted.append(finding.id)
    assert unlisted == []


def test_every_function_that_is_named_exists() -> None:
    entries = [explain.entry(name.replace(explain.ANY, "USA")) for name in explain.known()]
    for name in {entry[part] for entry in entries for part in ("computed", "told")}:
        assert re.fullmatch(r"src/foedus/[\w/]+\.py:\d+ [\w.]+", explain.place(name))


def test_an_explanation_names_mechanism_function_rows_and_command() -> None:
    told = explain.explain("order.dispute.probability")
    assert told.mechanism == "order.interests"
    assert told.computed.endswith("Disputes.forecast")
    assert told.command.startswith("foedus panel dyad-year --dyads USA-CAN --years 1886:2025 --variables contiguous,")
    assert ("Rows", "panel dyad-year, where ccode1 = 2 and ccode2 = 20 and year <= 2025") in told.lines()


def test_a_finding_that_a_partnership_lacks_is_explained_without_its_rows() -> None:
    told = explain.explain("order.threat.GBR")
    assert told.finding is None
    assert "no such finding" in dict(told.lines())["Rows"]


@pytest.mark.parametrize("name", ["order.dispute.probabilty", "order.threat.nobody", "relation.member.*"])
def test_an_unknown_finding_is_refused_with_the_nearest(name: str) -> None:
    with pytest.raises(InputError, match=r"no finding is called .* Every finding's name stands below it"):
        explain.explain(name)


PINNED = {
    "system.links_supported": 16,
    "relation.allied_years": 81,
    "order.dispute.skill": 0.2385,
    "shield.out_of_sample": -0.00033,
    "entanglement.in_sample": 3.9,
    "displacement.corridors": 0.4781,
    "arctic.ice_sensitivity": 2.175,
    "warning.minutes": 7.6667,
    "without.obligations": 7,
    "outlook.undefended": 0,
    "technology.convergence.wealth": 0.0198,
    "spending.elasticity": 2.36,
    "assistance.trained": 46_000,
}
"""A number of every chapter of the United States and Canada, 2025: those that ship moved for a reason, or not at all."""


def test_a_number_of_every_chapter_is_what_it_was() -> None:
    told = assess_once("USA", "CAN", year=2025)
    assert {told.finding(name).chapter for name in PINNED} == {chapter.id for chapter in told.chapters}
    assert {name: told.finding(name).value for name in PINNED} == pytest.approx(PINNED, rel=1e-6)
