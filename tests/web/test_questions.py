"""What a page offers to choose from is what panels, claims and the record have: a literal cannot be computed, so it is held."""

from __future__ import annotations

import inspect
from typing import Any, get_args

import pytest

import foedus
from foedus.assessment.claims.read import shipped
from foedus.cli import app
from foedus.panels import alliances, disputes, groups, rows, systems
from foedus.panels.units import LAST_YEAR
from foedus.web import questions


def choices(model: str, field: str) -> tuple[Any, ...]:
    """What a field of a question may be."""
    return get_args(getattr(questions, model).model_fields[field].annotation)


@pytest.mark.parametrize(
    ("offered", "there_are"),
    [
        (get_args(questions.AlliancesFrom), alliances.ALLIANCES_FROM),
        (get_args(questions.DisputesFrom), tuple(disputes.LISTS)),
        (get_args(questions.Unit), rows.UNITS),
        (get_args(questions.Rule), disputes.RULES),
    ],
)
def test_what_a_page_offers_is_what_panels_know(offered: tuple[str, ...], there_are: tuple[str, ...]) -> None:
    assert set(offered) == set(there_are)
    assert len(offered) == len(there_are)


def test_memberships_and_systems_too() -> None:
    (panel,) = (
        name for name, each in vars(questions).items() if hasattr(each, "model_fields") and "membership" in each.model_fields
    )
    assert choices(panel, "membership") == groups.MEMBERSHIPS
    assert set(choices(panel, "system")) == set(systems.SYSTEMS)


def test_claims_files_too() -> None:
    assert set(choices("OfClaims", "file")) == {"essay" if path == shipped()[0] else path.stem for path in shipped()}


@pytest.mark.parametrize(("function", "parameter"), [("assess", "year"), ("compare", "years"), ("explain", "year")])
def test_the_year_that_a_call_takes_by_default_is_the_last_of_the_record(function: str, parameter: str) -> None:
    assert inspect.signature(getattr(foedus, function)).parameters[parameter].default == LAST_YEAR


def test_the_year_that_a_command_takes_by_default_is_too() -> None:
    found = [
        parameter.default
        for command in app.registered_commands
        for name, parameter in inspect.signature(command.callback).parameters.items()  # type: ignore[arg-type]
        if name in ("year", "years") and parameter.default not in (None, inspect.Parameter.empty)
    ]
    assert found
    assert {int(str(default)) for default in found if str(default).isdigit()} == {LAST_YEAR}
