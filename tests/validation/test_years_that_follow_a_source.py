"""A forecast that ends when a series ends moves when the series grows. Here is every such place, with its year today.

Where a mechanism or its test takes a year from the codebook, it names the variable that it reads. A newer release of that
variable's source moves the year, and with it scores and forecasts that were registered for other years: this test then fails,
and says which they are. Whoever takes the release in decides, and writes the new year here. A release of another series moves
nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import foedus
from foedus.mechanisms.climate.corridors import FLOW
from foedus.mechanisms.standard import MECHANISMS
from foedus.panels.codebook import lookup
from foedus.record.store import Record
from foedus.validation.prospective import fatal_dispute_risk

PACKAGE = Path(foedus.__file__).parent
ROOMS = ("mechanisms", "validation")
OF_THE_DISPUTES = {"dispute_onset": 2010, "fatal_dispute_onset": 2010, "war_dispute_onset": 2010}

ENDS = {
    ("mechanisms/climate/pressure.py", "'new_arrivals'"): {"new_arrivals": 2025},
    ("mechanisms/climate/pressure.py", "'refugees_hosted'"): {"refugees_hosted": 2025},
    ("mechanisms/climate/pressure_checks.py", "outcome"): {"intrastate_conflict_onset_2": 2024, "physical_integrity": 2023},
    ("mechanisms/order/alliances.py", "'dispute_ongoing'"): {"dispute_ongoing": 2010},
    ("mechanisms/order/regimes.py", "'defence_pact'"): {"defence_pact": 2018},
    ("mechanisms/technology/industry.py", "'trade_agreements'"): {"trade_agreements": 2020},
    ("validation/aftermath.py", "'interstate_conflict'"): {"interstate_conflict": 2024},
    ("validation/aftermath.py", "fitted.outcome"): OF_THE_DISPUTES,
    ("validation/displacement/arrivals.py", "name"): dict.fromkeys(FLOW, 2025),
    ("validation/in_sample.py", "'defence_pact'"): {"defence_pact": 2018},
    ("validation/in_sample.py", "'military_share'"): {"military_share": 2024},
    ("validation/prospective.py", "'ideal_point_distance'"): {"ideal_point_distance": 2023},
    ("validation/prospective.py", "OUTCOME"): {"fatal_dispute_onset": 2010},
}
"""File and what it looks up → the variables that may be meant, and where they end."""


def looked_up() -> Iterator[tuple[str, str]]:
    """Every place in ROOMS that asks for the last year of a variable or a source."""
    for file in (file for room in ROOMS for file in sorted((PACKAGE / room).rglob("*.py"))):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Attribute) and node.attr == "last_year"):
                continue
            if isinstance(node.value, ast.Call) and node.value.args:
                yield file.relative_to(PACKAGE).as_posix(), ast.unparse(node.value.args[0])
            elif isinstance(node.value, ast.Subscript):
                yield file.relative_to(PACKAGE).as_posix(), ast.unparse(node.value.slice)


def test_every_year_taken_from_a_series_is_listed() -> None:
    assert set(looked_up()) == set(ENDS)


@pytest.mark.parametrize(("file", "expression"), ENDS)
def test_no_series_has_grown_under_a_forecast(file: str, expression: str) -> None:
    assert {name: lookup(name).last_year for name in ENDS[file, expression]} == ENDS[file, expression]


def test_the_foreseen_risk_ends_the_year_after_the_votes_it_reads(record: Record) -> None:
    """Not after those on final passage, which go on to 2025."""
    assert fatal_dispute_risk(record)["year"].max() == 2024


def test_no_mechanism_reads_the_votes_on_final_passage() -> None:
    read = {name for mechanism in MECHANISMS.values() for name in mechanism.reads}
    assert "ideal_point_distance" in read
    assert not [name for name in read if "final_passage" in name]
