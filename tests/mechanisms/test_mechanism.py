"""What a mechanism does unless it says otherwise: rows, design, fit, models and contests of a drawn world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import polars as pl
import pytest

from foedus.errors import InputError
from foedus.estimation.estimate import Estimate
from foedus.estimation.forecasters import Logit
from foedus.estimation.least_squares import Linear
from foedus.mechanisms.mechanism import BACKGROUND, DECLARED, Mechanism
from foedus.record.store import Record


@dataclass(frozen=True)
class Wealth(Mechanism):
    """An amount of a state-year, from two variables of the year before."""

    outcome: str = "gdp"
    terms: tuple[str, ...] = ("people", "regime")
    first_year: int = 1990
    estimate: Estimate | None = None

    id: ClassVar[str] = "order.wealth"
    name: ClassVar[str] = "wealth"
    unit: ClassVar[str] = "state-year"
    term_reads: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "people": ("population",),
        "regime": ("polyarchy",),
        BACKGROUND: ("population", "gdp_per_head"),
    }
    writes: ClassVar[tuple[str, ...]] = ("expected_gdp",)
    amounts: ClassVar[bool] = True


def drawn(seed: int = 1) -> pl.DataFrame:
    """Four states over thirty years, in which the outcome is 3 + 2 · population - polyarchy."""
    random = np.random.default_rng(seed)
    people, regime = random.normal(size=120), random.normal(size=120)
    return pl.DataFrame(
        {
            "ccode": np.repeat([2, 20, 200, 300], 30),
            "year": np.tile(np.arange(1980, 2010), 4),
            "population": people,
            "polyarchy": regime,
            "gdp": 3 + 2 * people - regime,
        }
    )


def test_reads_and_columns_follow_from_the_terms() -> None:
    assert Wealth.reads == ("population", "polyarchy", "gdp_per_head")
    assert Wealth.term_columns == {"people": ("population",), "regime": ("polyarchy",)}
    assert Wealth(terms=("regime",)).columns == ("polyarchy",)


def test_a_fit_recovers_known_coefficients_from_the_first_year_on() -> None:
    fitted = Wealth().fit(drawn())
    np.testing.assert_allclose(fitted.fitted.coefficients, [3, 2, -1], atol=1e-8)
    assert (fitted.fitted.first_year, fitted.fitted.n) == (1990, 80)
    assert Wealth().estimate is None


def test_all_models_see_the_same_rows() -> None:
    gap = drawn().with_columns(polyarchy=pl.when(pl.col("ccode") == 2).then(None).otherwise("polyarchy"))
    assert len(Wealth(terms=("people",)).design(gap).outcome) == len(Wealth().design(gap).outcome) == 90


def test_every_term_is_left_out_once_and_has_to_beat_that() -> None:
    models = Wealth().models()
    assert list(models) == ["full model", "without people", "without regime", "own mean", "own trend"]
    assert models["without people"] == Linear(("polyarchy",))
    assert Wealth().contests() == (("people", "without people", "full model"), ("regime", "without regime", "full model"))


def test_yes_or_no_is_a_logit_and_the_rate_its_baseline() -> None:
    @dataclass(frozen=True)
    class Rich(Wealth):
        amounts: ClassVar[bool] = False

    models = Rich().models()
    assert models["full model"] == Logit(("population", "polyarchy"))
    assert list(models)[3:] == ["base rate", "own rate"]


def test_rows_hold_the_outcome_of_the_year_and_the_rest_of_the_year_before(record: Record) -> None:
    rows = Wealth().panel(record, (1991, 1992)).filter(ccode=20)
    whole = Wealth().panel(record, (1990, 1992)).filter(ccode=20)
    assert rows["year"].to_list() == [1991, 1992]
    from foedus.api import panel

    known = panel("state-year", ["gdp", "population"], states=["CAN"], years=(1990, 1992))
    assert rows["gdp"].to_list() == known["gdp"].to_list()[1:]
    assert rows["population"].to_list() == known["population"].to_list()[:2]
    assert whole.height == 3


def test_a_term_that_it_has_not_is_refused() -> None:
    with pytest.raises(InputError, match=r"order\.wealth has no term 'peopel'\. Did you mean people\?"):
        Wealth(terms=("peopel",))


def test_what_a_mechanism_forgets_to_declare_is_said_at_once() -> None:
    given: dict[str, Any] = {name: getattr(Wealth, name) for name in DECLARED if name not in ("id", "outcome")}
    with pytest.raises(TypeError, match="mechanism Forgetful lacks outcome, id: every mechanism declares"):
        type("Forgetful", (Mechanism,), given)
