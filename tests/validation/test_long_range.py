"""Forecasts from what was known years before, in a drawn world of four states whose model says what it was shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import combinations
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from foedus.estimation.design import Array, Design
from foedus.estimation.duration import DURATION
from foedus.estimation.forecasters import BaseRate
from foedus.mechanisms.order.disputes import EVERY, Disputes
from foedus.validation import long_range as far
from foedus.validation import totals
from foedus.validation.grades import grades
from foedus.validation.hindcast import HEADLINE
from foedus.validation.long_range import LongRange, _Frozen, long_range
from foedus.validation.registration import Registration, registrations
from tests.worlds import world

OUTCOME = "dispute_onset"
FIRST, LAST = 1970, 2010
LATE = (3, 4)
"""A pair that is a dyad from 1998 on only."""

PAIRS = [*combinations((1, 2, 3, 4), 2)]
KEYS = [
    (pair, year)
    for year in range(FIRST, LAST + 1)
    for pair in (PAIRS if year % 2 else reversed(PAIRS))
    if pair != LATE or year >= 1998
]
"""Dyad-years, in every other year in the opposite order."""


def risk(cluster: Any, year: Any) -> Any:
    """What the drawn model gives a row that was last known in this year: no two alike."""
    return (cluster % 97 + year - 1960) / 200


COLUMNS = ("risk", *DURATION)


def drawn() -> tuple[pl.DataFrame, Design]:
    """The panel and its design; disputes begin where the risk of five years before was high."""
    clusters = np.array([1000 * one + two for (one, two), _ in KEYS])
    years = np.array([year for _, year in KEYS])
    happened = np.random.default_rng(3).random(len(KEYS)) < risk(clusters, years - 5)
    panel = pl.DataFrame(
        {
            "ccode1": [pair[0] for pair, _ in KEYS],
            "ccode2": [pair[1] for pair, _ in KEYS],
            "year": years,
            "known": years,
            **dict.fromkeys(EVERY, happened),
            "politically_relevant": years % 2 == 0,
            "contiguous": clusters == 1002,
            "rivalry": False,
            "defence_pact": False,
            "weaker_democracy": 0.5,
            "major_powers": 0,
        },
        schema_overrides=dict.fromkeys(("ccode1", "ccode2", "year"), pl.Int16),
    )
    matrix = np.column_stack([risk(clusters, years), *(years + place for place in range(len(DURATION)))]).astype(float)
    sides = np.array([pair for pair, _ in KEYS])
    return panel, Design(matrix, COLUMNS, happened.astype(float), clusters, years, sides)


PANEL, DESIGN = drawn()


@dataclass(frozen=True)
class Peace:
    """A baseline that gives a column of peace as it stands, in hundreds of thousands, and notes what it saw."""

    seen: list[tuple[Design, Design]] = field(default_factory=list)

    def learn(self, known: Design) -> Callable[[Design], Array]:
        def forecast(later: Design) -> Array:
            self.seen.append((known, later))
            told: Array = later.matrix[:, later.columns.index(DURATION[0])] / 1e5
            return told

        return forecast


@dataclass(frozen=True)
class Model:
    """Gives every row the risk of the row that it is shown, and notes what it was shown."""

    outcome: str = OUTCOME
    wider: Model | None = None
    first_year: int = FIRST
    asked: list[dict[str, Any]] = field(default_factory=list)
    peace: Peace = field(default_factory=Peace)

    @property
    def model(self) -> Model:
        return self

    def steps(self, known: Design, *, far: bool) -> SimpleNamespace:
        self.asked.append({"known": known, "far": far})
        return SimpleNamespace(first="first", expected="expected")

    def second(self, last: Design, first: str, *, earlier: tuple[Design, str]) -> Design:
        self.asked[-1] |= {"last": last, "first": first, "earlier": earlier}
        return last

    def told(self, _: SimpleNamespace, second: Design) -> Array:
        told: Array = second.matrix[:, 0]
        return told

    def conditional(self) -> Model:
        return self

    def learn(self, known: Design) -> Callable[[Design], Array]:
        def forecast(last: Design) -> Array:
            self.asked.append({"known": known, "last": last})
            return np.full(len(last.year), 0.5)

        return forecast

    def models(self) -> dict[str, Any]:
        return {"base rate": BaseRate(), "rolling base rate": BaseRate(years=3), "peace years only": self.peace}

    def design(self, _: pl.DataFrame) -> Design:
        return DESIGN


def disputes(model: Model) -> Disputes:
    """The drawn model, for whom it stands in."""
    return cast("Disputes", model)


ORIGIN = (1990, 1996, 1999)


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def frozen(model: Model) -> _Frozen:
    return _Frozen.of(disputes(model), DESIGN, ORIGIN)


def named(design: Design) -> set[tuple[int, int]]:
    return set(zip(design.cluster.tolist(), design.year.tolist(), strict=True))


OLD = [1000 * one + two for one, two in PAIRS if (one, two) != LATE]

# ---------------------------------------------------------------------------------------------------------- what was known then


def test_rows_up_to_the_origin_are_known_and_those_of_the_year_after_are_the_last(frozen: _Frozen) -> None:
    assert named(frozen.known) == {(cluster, year) for cluster in OLD for year in range(FIRST, 1991)}
    assert named(frozen.last) == {(cluster, 1991) for cluster in OLD}
    assert np.isnan(frozen.last.outcome).all(), "the model is not told how the year after ended"
    assert not np.isnan(frozen.known.outcome).any()


def test_the_rows_of_a_window_have_the_peace_of_the_year_after_the_origin(frozen: _Frozen) -> None:
    assert named(frozen.rows) == {(cluster, year) for cluster in OLD for year in range(1996, 2000)}
    assert frozen.rows.columns == DURATION
    assert_allclose(frozen.rows.matrix, np.tile(1991.0 + np.arange(len(DURATION)), (20, 1)))


def test_a_pair_that_was_no_dyad_at_the_origin_has_no_forecast_and_later_it_has(model: Model) -> None:
    for learnt, there in ((1996, False), (1997, True)):
        told = _Frozen.of(disputes(model), DESIGN, (learnt, 2000, 2001)).forecast()
        assert (3004 in told["cluster"].to_list()) is there
        assert told.height == 2 * (5 + there)


# ------------------------------------------------------------------------------------------------------------------ forecasts


def test_every_year_of_a_window_is_told_what_its_dyad_was_told_for_the_year_after_the_origin(
    frozen: _Frozen, model: Model
) -> None:
    told = frozen.forecast()
    assert told.columns == ["cluster", "year", "forecast"]
    assert set(told.select("cluster", "year").rows()) == named(frozen.rows)
    assert_allclose(told["forecast"], [risk(cluster, 1991) for cluster in told["cluster"]])
    (asked,) = model.asked
    assert asked["far"] is True
    assert asked["first"] == "first"
    assert asked["known"] is frozen.known
    assert asked["earlier"] == (frozen.known, "expected")
    assert asked["last"] is frozen.last


def test_of_a_narrower_outcome_the_forecast_is_that_given_the_wider_one(model: Model) -> None:
    narrow = Model(wider=model)
    told = _Frozen.of(disputes(narrow), DESIGN, ORIGIN).forecast()
    assert told["forecast"].to_list() == [0.5] * 20
    assert np.isnan(narrow.asked[0]["last"].outcome).all()
    assert model.asked == []


def test_a_chain_multiplies_what_belongs_to_the_same_dyad_and_year() -> None:
    narrow = pl.DataFrame({"cluster": [7, 7, 8], "year": [1, 2, 1], "forecast": [0.5, 0.25, 0.1]})
    wide = pl.DataFrame({"cluster": [8, 7, 7], "year": [1, 2, 1], "forecast": [0.3, 0.8, 0.4]})
    assert_allclose(far._times(narrow, wide)["forecast"], [0.2, 0.2, 0.03])
    assert far._times(narrow, wide).columns == ["cluster", "year", "forecast"]
    assert far._times(narrow, wide).select("cluster", "year").rows() == [(7, 1), (7, 2), (8, 1)]


def test_baselines_see_what_was_known_and_the_peace_of_then(frozen: _Frozen, model: Model) -> None:
    names = ("peace years only", "base rate")
    made = frozen.hindcast(np.full(20, 0.25), names)
    assert list(made.forecasts) == [HEADLINE, *names]
    assert (made.outcome_name, made.origin, made.first_year, made.last_year) == (OUTCOME, *ORIGIN)
    assert_allclose(made.forecasts[HEADLINE], 0.25)
    assert_allclose(made.forecasts["base rate"], frozen.known.outcome.mean())
    assert_allclose(made.forecasts["peace years only"], 1991 / 1e5)
    ((known, later),) = model.peace.seen
    assert known is frozen.known
    assert np.isnan(later.outcome).all()
    assert_allclose(made.outcome, frozen.rows.outcome)
    assert not np.isnan(made.outcome).any()


def test_a_row_keeps_what_came_and_has_the_strata_of_the_origin(frozen: _Frozen) -> None:
    rows = frozen.frame(PANEL, OUTCOME)
    assert rows.schema["ccode1"] == pl.Int16
    assert [1000 * one + two for one, two in rows.select("ccode1", "ccode2").rows()] == frozen.rows.cluster.tolist()
    assert rows["year"].to_list() == frozen.rows.year.tolist()
    truth = {key: row for *key, row in PANEL.select("ccode1", "ccode2", "year", OUTCOME).rows() for key in [tuple(key)]}
    assert rows[OUTCOME].to_list() == [truth[key] for key in rows.select("ccode1", "ccode2", "year").rows()]
    assert rows["politically_relevant"].to_list() == [False] * 20, "1991 is odd, whatever the row's own year"
    assert rows["contiguous"].to_list() == [cluster == 1002 for cluster in frozen.rows.cluster]


# ------------------------------------------------------------------------------------------------------------- the whole test

ORIGINS = ((1985, 1986, 1997), (1997, 1998, 2010))
GAP = 5


@pytest.fixture(scope="module")
def test_() -> Registration:
    registered = registrations()["disputes"]
    names = ("base rate", "rolling base rate")
    return replace(
        registered, origins=ORIGINS, eras=((1986, 1997), (1998, 2010)), baselines=names, bootstrap=100, gap=GAP, reliable=None
    )


@pytest.fixture(scope="module")
def told(test_: Registration) -> LongRange:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(far, "remembered", lambda _name, _record, _kinds, compute, **_: compute())
        patch.setattr(totals, "simulated", partial(totals.simulated, worlds=20))
        return long_range(disputes(Model()), PANEL, DESIGN, test_, world())


def by_hand() -> pl.DataFrame:
    """Every dyad-year of the windows with the forecast of the year after what was known, and the base rate of then."""
    rows = []
    for learnt, first, last in ORIGINS:
        past = DESIGN.outcome[DESIGN.year <= learnt - GAP]
        for cluster, year, outcome in zip(DESIGN.cluster, DESIGN.year, DESIGN.outcome, strict=True):
            if first <= year <= last and cluster != 3004:
                rows.append((int(year), float(outcome), float(risk(cluster, learnt - GAP + 1)), float(past.mean())))
    return pl.DataFrame(rows, schema=["year", "outcome", "forecast", "base"], orient="row")


def log_score(forecast: str) -> pl.Expr:
    given = pl.when(pl.col("outcome") > 0).then(pl.col(forecast)).otherwise(1 - pl.col(forecast))
    return -given.log()


def test_without_a_gap_nothing_is_forecast_again(test_: Registration) -> None:
    with pytest.raises(ValueError, match="no gap is registered for disputes"):
        long_range(disputes(Model()), PANEL, DESIGN, replace(test_, gap=None), world())


def test_the_years_ahead_are_counted_from_the_last_year_known(told: LongRange) -> None:
    assert (told.first_ahead, told.last_ahead) == (1 + GAP, 13 + GAP)


def test_scores_are_those_of_every_row_by_hand(told: LongRange) -> None:
    rows = by_hand()
    whole = told.scores.filter(pl.col("origin").is_null(), first_year=1986, last_year=2010)
    for model, column in ((HEADLINE, "forecast"), ("base rate", "base")):
        row = whole.row(by_predicate=pl.col("model") == model, named=True)
        assert (row["n"], row["events"]) == (rows.height, rows["outcome"].sum())
        assert row["log_score"] == pytest.approx(rows.select(log_score(column).mean()).item())
        brier = rows.select(((pl.col(column) - pl.col("outcome")) ** 2).mean()).item()
        assert row["brier"] == pytest.approx(brier)


def test_the_gain_is_over_the_best_baseline_within_its_bounds_and_decides_the_grade(
    told: LongRange, test_: Registration
) -> None:
    scores = told.scores.filter(pl.col("origin").is_null(), first_year=1986, last_year=2010)
    of = dict(scores.select("model", "log_score").rows())
    best = min(test_.baselines, key=of.__getitem__)
    row = told.gains.filter(pl.col("origin").is_null(), first_year=1986, last_year=2010, score="log score").row(0, named=True)
    assert (row["term"], row["against"]) == ("headline", best)
    assert row["gain"] == pytest.approx(of[best] - of[HEADLINE])
    for each in told.gains.iter_rows(named=True):
        assert each["low"] < each["gain"] < each["high"]
    assert told.grade == grades(told.gains, test_)["headline"]


def test_reliability_counts_the_rows_of_both_windows_in_the_strata_of_their_origins(told: LongRange) -> None:
    rows = by_hand()
    strata = {row["stratum"]: row for row in told.reliability.iter_rows(named=True)}
    every = strata["all dyads"]
    assert (every["n"], every["events"]) == (rows.height, rows["outcome"].sum())
    assert every["forecast"] == pytest.approx(rows["forecast"].mean())
    assert every["ratio"] == pytest.approx(rows["forecast"].sum() / rows["outcome"].sum())
    assert every["ratio_low"] < every["ratio"] < every["ratio_high"]
    assert strata["contiguous"]["n"] == 25
    assert strata["politically relevant"]["n"] == 0, "1981 and 1993 are odd"


def test_totals_are_those_of_the_years_with_no_band_before_enough_of_them_could_be_known(told: LongRange) -> None:
    rows = by_hand().group_by("year").agg(pl.col("forecast", "outcome").sum()).sort("year")
    assert told.totals.years["year"].to_list() == rows["year"].to_list() == list(range(1986, 2011))
    assert_allclose(told.totals.years["expected"], rows["forecast"])
    assert_allclose(told.totals.years["observed"], rows["outcome"])
    assert told.totals.years["low"].null_count() == 25, "at the second origin seven years are known, and ten are asked for"


def test_a_narrower_outcome_is_multiplied_along_its_chain_and_rows_before_the_first_year_are_not_learnt_from(
    test_: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(far, "remembered", lambda _name, _record, _kinds, compute, **_: compute())
    wide = Model(first_year=1975)
    first, second = far._told(disputes(Model(wider=wide)), PANEL, test_, world(), DESIGN)
    for told, year in ((first, 1981), (second, 1993)):
        assert_allclose(told["forecast"], [0.5 * risk(cluster, year) for cluster in told["cluster"]])
    assert [(asked["known"].year.min(), asked["known"].year.max()) for asked in wide.asked] == [(1975, 1980), (1975, 1992)]
