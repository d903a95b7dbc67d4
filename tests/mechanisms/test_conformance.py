"""What holds for every mechanism that is validated: the shape it has, what it says of itself, and what it leaves alone."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, is_dataclass, replace
from types import ModuleType
from typing import Any

import numpy as np
import polars as pl
import pytest

from foedus.assessment.causal_map import DISPUTED, about
from foedus.errors import InputError
from foedus.mechanisms.described import DESCRIBED, PHYSICAL
from foedus.mechanisms.order.war_size import WarSize
from foedus.mechanisms.standard import MECHANISMS
from foedus.panels.codebook import codebook, world
from foedus.record.store import Record
from foedus.validation.hindcast import FULL
from foedus.validation.registration import Registration, registrations
from foedus.validation.scores import of_yes_or_no
from foedus.validation.validate import given

TESTS = list(registrations().values())
FITTED = {name: kind for name, kind in MECHANISMS.items() if kind is not WarSize}
YEARS = (1946, 1985)
GROUPS = ("order", "shield", "conflict", "spending", "climate", "arctic", "technology", "industry", "warning", "assistance")
"""First parts of the ids of claims."""

EQUATION = re.compile(r"^    (log odds|.*Poisson|[^=\n]*\bt\b[^=\n]*\)\s+= )", re.MULTILINE)
"""Log odds, a Poisson count, or what is explained in year t on the left of an equation."""


def years_of(kind: type[Any]) -> tuple[int, int]:
    """Some years that a mechanism can learn from."""
    first = kind().first_year
    return YEARS if first < YEARS[1] else (first, first + 5)


def is_of_yes_or_no(kind: type[Any]) -> bool:
    """Whether what a mechanism forecasts by default is an event, not an amount."""
    return all(of_yes_or_no(test.score) for test in TESTS if test.mechanism == kind.name and kind().outcome in test.outcomes)


def made(test: Registration) -> Any:
    return MECHANISMS[test.mechanism](outcome=test.outcomes[0], **test.choices)


@pytest.mark.parametrize("kind", MECHANISMS.values(), ids=list(MECHANISMS))
def test_a_mechanism_is_a_frozen_dataclass_that_says_what_it_is(kind: type[Any]) -> None:
    assert is_dataclass(kind)
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    mechanism = kind()  # every choice has a default
    group, _, claim = mechanism.id.partition(".")
    assert group in GROUPS
    assert claim
    assert mechanism.unit
    assert set(mechanism.ids) <= set(getattr(mechanism, "terms", ()))
    assert set(getattr(mechanism, "core", ())) <= set(getattr(mechanism, "terms", ())) - set(mechanism.ids)


@pytest.mark.parametrize("kind", MECHANISMS.values(), ids=list(MECHANISMS))
def test_what_a_mechanism_reads_is_a_variable_or_written_by_another(kind: type[Any]) -> None:
    written = {name for other in MECHANISMS.values() if other is not kind for name in other().writes}
    assert set(kind().reads) <= {*codebook(), *world(), *written}


@pytest.mark.parametrize("kind", MECHANISMS.values(), ids=list(MECHANISMS))
def test_the_file_opens_with_a_claim_an_equation_and_a_unit(kind: type[Any]) -> None:
    module = inspect.getmodule(kind)
    assert isinstance(module, ModuleType)
    said = module.__doc__ or ""
    assert said.split("\n", 1)[0].endswith((".", "asked."))
    assert "Unit of analysis" in said
    assert EQUATION.search(said)
    assert any(word in said for word in ("eaves out", "eft out", "eft\nout"))


@pytest.mark.parametrize("kind", [*MECHANISMS.values(), *PHYSICAL, *DESCRIBED], ids=lambda kind: kind.id)
def test_the_file_ends_with_what_the_literature_disputes(kind: type[Any]) -> None:
    last = about(kind)[-1]
    assert last.startswith(DISPUTED)
    assert kind in PHYSICAL or re.search(r"\(\d{4}\)|\b\d{4}\)|made up", last), "no study is named"


@pytest.mark.parametrize("kind", MECHANISMS.values(), ids=list(MECHANISMS))
def test_no_mechanism_imports_another(kind: type[Any]) -> None:
    module = inspect.getmodule(kind)
    source = inspect.getsource(module)  # type: ignore[arg-type]
    others = {other.__module__ for other in MECHANISMS.values()} - {kind.__module__}
    assert not [other for other in others if f"from {other} import" in source]


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.name)
def test_models_and_contests_agree(test: Registration) -> None:
    mechanism = made(test)
    models = mechanism.models()
    assert FULL in models
    assert set(test.baselines) <= set(models)
    plain = {name for name in models if name.endswith("rate") or name == "peace years only"}
    assert plain <= set(test.baselines), "no baseline is scored and not beaten"
    terms = {term for term, _, _ in mechanism.contests()}
    assert set(mechanism.terms) <= terms, "every term has to earn its place"
    assert all({rival, contender} <= set(models) for _, rival, contender in mechanism.contests())
    assert {f"without {term}" for term in mechanism.terms} <= set(models)


@pytest.mark.parametrize("kind", FITTED.values(), ids=list(FITTED))
def test_an_unfitted_mechanism_has_no_estimate_and_says_so(kind: type[Any]) -> None:
    with pytest.raises(InputError, match="not fitted"):
        _ = kind().fitted


@dataclass(frozen=True)
class Learnt:
    """A mechanism that has learnt from a panel: itself, the panel before and after, and what it learnt."""

    mechanism: Any
    before: pl.DataFrame
    panel: pl.DataFrame
    fitted: Any


@pytest.fixture(scope="module", params=FITTED.values(), ids=list(FITTED))
def learnt(request: pytest.FixtureRequest, record: Record) -> Learnt:
    """Each mechanism, fitted once for all that is asked of it."""
    mechanism = given(request.param(), record)
    panel = mechanism.panel(record, years_of(request.param))
    before = panel.clone()
    return Learnt(mechanism, before, panel, mechanism.fit(panel))


def test_fit_learns_from_known_rows_and_leaves_the_rest_alone(learnt: Learnt, record: Record) -> None:
    kind, design = type(learnt.mechanism), learnt.mechanism.design(learnt.panel)
    assert not np.isnan(design.matrix).any()
    if is_of_yes_or_no(kind):
        assert set(np.unique(design.outcome)) == {0.0, 1.0}
    else:
        assert np.isfinite(design.outcome).all()
    assert learnt.mechanism == given(kind(), record), "the unfitted one is unchanged"
    assert learnt.panel.equals(learnt.before), "so are the rows"
    estimate = learnt.fitted.fitted
    assert estimate.n == len(design.outcome)
    assert np.isfinite(estimate.coefficients).all()
    assert (np.diag(estimate.covariance) >= 0).all()


def test_the_order_of_rows_changes_no_estimate(learnt: Learnt) -> None:
    straight = learnt.fitted.fitted
    shuffled = learnt.mechanism.fit(learnt.panel.sample(fraction=1, shuffle=True, seed=1)).fitted
    finite = np.abs(straight.coefficients) < 8  # a level without an event has its maximum at minus infinity
    np.testing.assert_allclose(shuffled.coefficients[finite], straight.coefficients[finite], rtol=2e-3, atol=1e-4)


@pytest.mark.parametrize("kind", FITTED.values(), ids=list(FITTED))
def test_without_terms_it_still_forecasts(kind: type[Any], record: Record) -> None:
    mechanism, last = given(replace(kind(), terms=()), record), years_of(kind)[1]
    design = mechanism.design(mechanism.panel(record, years_of(kind)))
    forecast = mechanism.models()[FULL].learn(design.where(design.year < last))(design.where(design.year == last))
    assert np.isfinite(forecast).all()
    if is_of_yes_or_no(kind):
        assert ((forecast > 0) & (forecast < 1)).all()
    assert isinstance(pl.Series(forecast).mean(), float)
