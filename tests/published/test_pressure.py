"""Hosting refugees and conflict, beside what the literature found.

Zhou & Shaver (2021), "Reexamining the Effect of Refugees on Civil Conflict: A Global Subnational Analysis", American Political
Science Review 115(4): 1175–1196, https://doi.org/10.1017/S0003055421000502. From the abstract: global data of 1990 to 2018 on
where refugees live, at the subnational level, no evidence that hosting them makes a new conflict likelier, prolongs one or adds
events or casualties; in many cases conflict falls. From memory, not checked: provinces (first-level units) by year, conflict by
UCDP's georeferenced events, refugee sites from UNHCR, placebo tests with later sites. Salehyan & Gleditsch (2006), from memory:
in country-years 1951–2001, more refugees from neighbours go with a higher risk of civil war.

Ours are state-years, the unit of the second and not of the first. Reproduced in this sense: the declared intervals hold zero,
for conflict and for political killings, and nothing is gained out of sample. Not reproduced in another: of the stock, two of
seven other choices leave zero out on the side of more conflict, as Salehyan & Gleditsch
have it. But stocks of the year *after* an onset go with it as much, so that this is not a sign of what came first. The interval
is not tight: it still holds half as much again as the base rate.
"""

from __future__ import annotations

import polars as pl
import pytest

from foedus.estimation.cores import one_core
from foedus.mechanisms.climate.pressure import DISPLACED, INTEGRITY, ONSET
from foedus.mechanisms.climate.pressure_checks import curve
from foedus.record.store import Record
from foedus.validation.registration import registrations
from foedus.validation.validate import Validation, compute

CONTROL = "negative control: of the year after"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def conflict(record: Record) -> pl.DataFrame:
    with one_core():
        return curve(record, ONSET)


def row(told: pl.DataFrame, people: str, choice: str) -> dict[str, float]:
    return told.row(by_predicate=(pl.col("people") == people) & (pl.col("choice") == choice), named=True)


@pytest.mark.parametrize(
    ("people", "expected"), [("stock", (0.0064, -0.0059, 0.0188)), ("arrivals", (0.0091, -0.0194, 0.0375))], ids=str
)
def test_one_host_in_a_hundred_goes_with_no_clear_risk_of_conflict(
    conflict: pl.DataFrame, people: str, expected: tuple[float, float, float]
) -> None:
    own = row(conflict, people, "as declared")
    assert [own[name] for name in ("change", "low", "high")] == pytest.approx(expected, abs=0.001)
    assert own["low"] < 0 < own["high"]
    assert (own["n"], own["events"]) == (8_695, 301), "without estimates that are a prior, or of other lands"


def test_the_interval_is_not_tight_beside_the_base_rate(conflict: pl.DataFrame) -> None:
    own = row(conflict, "stock", "as declared")
    assert 0.4 < own["high"] / (own["events"] / own["n"]) < 0.7


def test_in_the_published_years_the_stock_stands_at_the_edge_of_more_conflict(conflict: pl.DataFrame) -> None:
    own = row(conflict, "stock", "1990–2018")
    assert own["change"] == pytest.approx(0.015, abs=0.002)
    assert abs(own["low"]) < 0.001
    assert row(conflict, "stock", CONTROL)["low"] > 0, "and so does the stock of the year after"
    assert row(conflict, "arrivals", CONTROL)["low"] < 0 < row(conflict, "arrivals", CONTROL)["high"]


@pytest.mark.parametrize("people", ["stock", "arrivals"])
def test_weak_states_are_no_clear_exception(conflict: pl.DataFrame, people: str) -> None:
    between = row(conflict, people, "weak less strong state")
    assert between["low"] < 0 < between["high"]


def test_political_killings_and_torture_change_by_less_than_a_hundredth(record: Record) -> None:
    """A null with a tight interval: the index runs from 0 to 1."""
    with one_core():
        told = curve(record, INTEGRITY)
    for people in ("stock", "arrivals"):
        own = row(told, people, "as declared")
        assert -0.01 < own["low"] < 0 < own["high"] < 0.01


@pytest.fixture(scope="module", params=["pressure", "pressure-integrity"])
def validated(request: pytest.FixtureRequest, record: Record) -> Validation:  # type: ignore[type-arg]
    test = registrations()[request.param]
    with one_core():
        return compute(test, test.outcomes[0], record, lambda: None)


def test_nothing_about_displaced_people_is_gained_out_of_sample(validated: Validation) -> None:  # type: ignore[type-arg]
    assert {validated.grades[term] for term in ("displaced", *DISPLACED, "headline")} == {"not supported"}
    assert not set(validated.headline.terms) & set(DISPLACED)
    gain = validated.over_all("gains").filter(term="displaced", score=validated.registration.score)
    assert gain["skill_high"].item() < 0.01, "a whole per cent can be ruled out"
