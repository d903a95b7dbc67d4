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

LAST, SILENT = "last_year", "absent_to"
"""The last year of a series, and that up to which a row it does not have means none."""

ENDS = {
    ("mechanisms/climate/pressure.py", "'new_arrivals'", LAST): {"new_arrivals": 2025},
    ("mechanisms/climate/pressure.py", "'refugees_hosted'", LAST): {"refugees_hosted": 2025},
    ("mechanisms/climate/pressure_checks.py", "outcome", LAST): {
        "intrastate_conflict_onset_2": 2024,
        "physical_integrity": 2023,
    },
    ("mechanisms/order/alliances.py", "'dispute_ongoing'", LAST): {"dispute_ongoing": 2010},
    ("mechanisms/technology/industry.py", "'trade_agreements'", LAST): {"trade_agreements": 2020},
    ("validation/aftermath.py", "'interstate_conflict'", LAST): {"interstate_conflict": 2024},
    ("validation/aftermath.py", "fitted.outcome", LAST): OF_THE_DISPUTES,
    ("validation/displacement/arrivals.py", "name", LAST): dict.fromkeys(FLOW, 2025),
    ("validation/in_sample.py", "'military_share'", LAST): {"military_share": 2024},
    ("validation/ledger.py", "CONFLICT", LAST): {"interstate_conflict": 2024},
    ("validation/ledger.py", "outcome", LAST): OF_THE_DISPUTES,
    ("validation/lists.py", "lookup(OUTCOMES[0])", LAST): {"dispute_onset": 2010},
    ("validation/lists.py", "model.outcome", LAST): OF_THE_DISPUTES,
    ("validation/prospective.py", "'ideal_point_distance'", LAST): {"ideal_point_distance": 2023},
    ("validation/prospective.py", "OUTCOME", LAST): {"fatal_dispute_onset": 2010},
    ("mechanisms/order/regimes.py", "'defence_pact'", SILENT): {"defence_pact": 2018},
    ("validation/in_sample.py", "'defence_pact'", SILENT): {"defence_pact": 2018},
}
"""File, what it looks up and which end of it → the variables that may be meant, and the year."""


def looked_up() -> Iterator[tuple[str, str, str]]:
    """Every place in ROOMS that asks for an end of a variable or a source."""
    for file in (file for room in ROOMS for file in sorted((PACKAGE / room).rglob("*.py"))):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Attribute) and node.attr in (LAST, SILENT)):
                continue
            if isinstance(node.value, ast.Call) and node.value.args:
                yield file.relative_to(PACKAGE).as_posix(), ast.unparse(node.value.args[0]), node.attr
            elif isinstance(node.value, ast.Subscript):
                yield file.relative_to(PACKAGE).as_posix(), ast.unparse(node.value.slice), node.attr


def test_every_year_taken_from_a_series_is_listed() -> None:
    assert set(looked_up()) == set(ENDS)


@pytest.mark.parametrize("place", ENDS, ids=" ".join)
def test_no_series_has_grown_under_a_forecast(place: tuple[str, str, str]) -> None:
    assert {name: getattr(lookup(name), place[2]) for name in ENDS[place]} == ENDS[place]


def test_the_foreseen_risk_ends_the_year_after_the_votes_it_reads(record: Record) -> None:
    """Not after those on final passage, which go on to 2025."""
    assert fatal_dispute_risk(record)["year"].max() == 2024


def test_no_mechanism_reads_the_votes_on_final_passage() -> None:
    read = {name for mechanism in MECHANISMS.values() for name in mechanism.reads}
    assert "ideal_point_distance" in read
    assert not [name for name in read if "final_passage" in name]
