"""States far behind the frontier of technology gain on it; how fast, and whether that helps to forecast, is what is asked.

    y(i, t) - y(i, t - 5) = a + b · gap(i, t - 5) + c · wealth(i, t - 5) + d · openness(i, t - 5),    gap = frontier - y

Unit of analysis: the state-year. y is an index of standardised logarithms (`readiness.py`): of all ingredients or of one part
of them. A state makes up the share b of its gap in five years, -log(1 - b) / 5 of it a year, beside what all states gain. The
frontier is the mean of the highest tenth of the states that have an index in the year. By term,

    convergence  the gap to the frontier
    wealth       how much GDP per head at purchasing power grew over the five years before t - 5 (logarithm)
    openness     exports and imports as a share of GDP (logarithm)

Follows Barro & Sala-i-Martin (1992), whose rate was some 2 % a year among American states and, given schooling and government,
among 98 countries, and Kremer, Willis & You (2022), who let the rate change with time. Rows of one state overlap, so errors are
clustered by it. Two things make b larger than any catching up: a start known with error (Friedman 1992), and a ceiling, which
the share of people on the internet has. Leaves out schooling and institutions, what is taken by stealth or withheld by export
controls, and the states that do not report, mostly the poorest: of some half R&D is not known. Exports of high technology are
left out here, because they begin in 2007.

Disputed: whether poor states catch up at all. Pritchett (1997) saw incomes part, Johnson & Papageorgiou (2020) find little
absolute convergence, Kremer, Willis & You (2022) some since the late nineties. Comin & Mestieri (2018) find that technologies
arrive ever sooner, and are taken up ever more unevenly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import polars as pl

from foedus.errors import InputError
from foedus.estimation.design import Array, Design
from foedus.estimation.estimate import Estimate
from foedus.estimation.forecasters import Forecast, Forecaster, log_odds
from foedus.estimation.least_squares import OwnMean, OwnTrend, Unchanged, least_squares, linear
from foedus.mechanisms.mechanism import Mechanism, check_choice
from foedus.mechanisms.technology.readiness import FIRST_YEAR, FRONTIERS, INGREDIENTS, PARTS, READS, frontier, index, scaled
from foedus.panels.panel import lagged, panel
from foedus.record.store import Record

OUTCOMES: Mapping[str, tuple[str, ...]] = {"readiness": INGREDIENTS, **PARTS}
"""Indices, and the ingredients each is made of."""

TERMS = {"convergence": "gap", "wealth": "wealth_growth", "openness": "log_openness"}
"""The terms of the model and the column each brings, of five years before."""

START = "start"
"""Column of the index five years before, from which every regression goes on."""

TRADE = ("exports_share", "imports_share")

VARIABLES: dict[str, tuple[str, ...]] = {
    "convergence": READS,
    "wealth": ("gdp_per_head_ppp",),
    "openness": TRADE,
}
"""The variables that each term is made of, last year's."""

FEWEST = 10
"""States that a year of the rolling regression must hold."""


@dataclass(frozen=True)
class Technology(Mechanism):
    """The index of a state five years on, given how far behind the frontier it is.

    Attributes
    ----------
    outcome : one of OUTCOMES.
    terms : which of TERMS enter.
    lead : years ahead; 5, long enough for something to change, short enough for ten forecasts.
    carry_forward : years for which an ingredient may stand; 4, fewer than the lead, so that what is forecast was not known.
    leave_out : ingredients that no index holds; exports of high technology, which begin in 2007.
    frontier : one of FRONTIERS; the highest tenth, for a maximum follows one state's statistics.
    first_year : first year of the rows; 2000, ten years after GDP at purchasing power begins.
    """

    outcome: str = "readiness"
    terms: tuple[str, ...] = tuple(TERMS)
    lead: int = 5
    carry_forward: int = 4
    leave_out: tuple[str, ...] = ("high_technology_share",)
    frontier: str = "top tenth"
    first_year: int = 2000
    estimate: Estimate | None = None

    id: ClassVar[str] = "technology.readiness"
    name: ClassVar[str] = "technology"
    unit: ClassVar[str] = "state-year"
    term_reads: ClassVar[Mapping[str, tuple[str, ...]]] = VARIABLES
    writes: ClassVar[tuple[str, ...]] = ("readiness",)

    def __post_init__(self) -> None:
        check_choice(self.id, "outcome", [self.outcome], OUTCOMES)
        check_choice(self.id, "term", self.terms, TERMS)
        check_choice("readiness", "ingredient", self.leave_out, INGREDIENTS)
        check_choice(self.id, "frontier", [self.frontier], FRONTIERS)
        if not self.names:
            raise InputError(f"nothing is left of {self.outcome}: leave out fewer than {', '.join(self.leave_out)}.")
        if not 1 <= self.carry_forward < self.lead:
            raise InputError(
                f"carry_forward is {self.carry_forward} and lead {self.lead}: let values stand for one year or more, and for "
                "fewer than the lead, lest what is forecast was known."
            )

    @property
    def names(self) -> tuple[str, ...]:
        """The ingredients of its index."""
        return tuple(name for name in OUTCOMES[self.outcome] if name not in self.leave_out)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the covariates."""
        return tuple(TERMS[term] for term in TERMS if term in self.terms)

    def course(self, record: Record, years: tuple[int, int]) -> pl.DataFrame:
        """Return the index of every state-year: ccode, year, the outcome, frontier and gap; null where it has none."""
        first, last = max(years[0], FIRST_YEAR), years[1]
        if first > last:
            raise InputError(f"years {years[0]}:{last} lie before the ingredients of readiness, which begin in {FIRST_YEAR}.")
        rows = scaled(record, (first, last), self.carry_forward).select("ccode", "year", index(self.names).alias(self.outcome))
        front = frontier(rows, self.outcome, self.frontier).drop("leaders")
        joined = rows.join(front, on="year", how="left", maintain_order="left")
        return joined.with_columns(gap=pl.col("frontier") - pl.col(self.outcome))

    def panel(self, record: Record, years: tuple[int, int]) -> pl.DataFrame:
        """Return the state-years of `years`: the outcome, and START, gap, growth of wealth and openness of `lead` years before.

        Raises InputError for years before the ingredients begin.
        """
        first = max(years[0] - 2 * self.lead, FIRST_YEAR)
        if first > years[1]:
            raise InputError(
                f"years {years[0]}:{years[1]} lie before the ingredients of readiness, which begin in {FIRST_YEAR}."
            )
        rows = self.course(record, (first, years[1])).with_columns(pl.col(self.outcome).alias(START))
        economy = ("gdp_per_head_ppp", *TRADE)
        known = panel("state-year", economy, years=(first, years[1]), carry_forward=self.carry_forward, record=record)
        wealth = known.select("ccode", "year", now=pl.col(economy[0]).log(), earlier=pl.col(economy[0]).log())
        growth = lagged(wealth, ["earlier"], self.lead).select("ccode", "year", wealth_growth=pl.col("now") - pl.col("earlier"))
        openness = known.select("ccode", "year", log_openness=pl.sum_horizontal(TRADE, ignore_nulls=False).log())
        for part in (growth, openness):
            rows = rows.join(part, on=["ccode", "year"], how="left", maintain_order="left")
        shifted = lagged(rows, [START, *TERMS.values()], self.lead).filter(pl.col("year").is_between(*years))
        return shifted.select("ccode", "year", self.outcome, START, *TERMS.values())

    def design(self, panel: pl.DataFrame) -> Design:
        """Return the rows of which all it asks for is known; the outcome is the index itself, and START one of the columns."""
        rows = panel.drop_nulls([self.outcome, START, *self.columns])
        return Design.of(rows, (START, *self.columns), self.outcome, pl.col("ccode"))

    def fit(self, panel: pl.DataFrame) -> Technology:
        """Return a copy fitted to the panel: the change of the index on the covariates."""
        design = self.design(panel)
        return replace(self, estimate=linear(changes(design.where(design.year >= self.first_year), self.columns)))

    def models(self) -> Mapping[str, Forecaster]:
        """Return the models to be scored out of sample, by name."""
        without = {f"without {term}": Change(tuple(TERMS[each] for each in self.terms if each != term)) for term in self.terms}
        return {
            "full model": Change(self.columns),
            **without,
            "last value": Unchanged(START),
            "own trend": OfOwn(OwnTrend()),
            "own mean": OfOwn(OwnMean()),
            "common growth": Change(()),
        }


@dataclass(frozen=True)
class Change:
    """Least squares of the outcome's change since START on some columns; a forecast goes on from START."""

    columns: tuple[str, ...]

    def learn(self, known: Design) -> Forecast:
        """Return the forecast; raises InputError if the regression cannot be fitted.

        >>> rows = Design(np.array([[1.0], [2.0]]), (START,), np.array([1.5, 2.5]), np.array([7, 9]), np.array([2000, 2000]))
        >>> Change(()).learn(rows)(rows).tolist()
        [1.5, 2.5]
        """
        coefficients = least_squares(changes(known, self.columns))
        return lambda later: start_of(later) + log_odds(coefficients, later.only(self.columns))


@dataclass(frozen=True)
class OfOwn:
    """A baseline's forecast from a state's own rows; START for a state that has none, where it would take the mean of all."""

    baseline: Forecaster

    def learn(self, known: Design) -> Forecast:
        """Return the forecast.

        >>> states, years = np.array([7, 7]), np.array([2000, 2001])
        >>> known = Design(np.array([[1.0], [2.0]]), (START,), np.array([1.5, 2.5]), states, years)
        >>> OfOwn(OwnMean()).learn(known)(replace(known, cluster=np.array([7, 9]), year=years + 5)).tolist()
        [2.0, 2.0]
        """
        forecast = self.baseline.learn(known)
        return lambda later: np.where(np.isin(later.cluster, known.cluster), forecast(later), start_of(later))


def changes(design: Design, columns: tuple[str, ...]) -> Design:
    """Return the design of the outcome's change since START, on some of its columns."""
    return replace(design.only(columns), outcome=design.outcome - start_of(design))


def start_of(design: Design) -> Array:
    """Return the index at the start of each row's change, (row,)."""
    start: Array = design.matrix[:, design.columns.index(START)]
    return start


def speed(closed: float, years: int) -> float:
    """Return the yearly rate that goes with a share of the gap closed in so many years. Barro & Sala-i-Martin (1992).

    >>> round(speed(0.0952, 5), 3)
    0.02
    """
    return float(-np.log1p(-closed) / years)


def rolling(mechanism: Technology, panel: pl.DataFrame) -> pl.DataFrame:
    """Return, for every year, the share of the gap that closed in the `lead` years up to it: year, closed, low, high, n.

    One regression a year of the change on the gap alone, with 95 % intervals robust to unequal spread. Years with fewer than
    FEWEST states are left out.
    """
    design = replace(mechanism, terms=("convergence",)).design(panel)
    rows = []
    for year in np.unique(design.year):
        of_year = design.where(design.year == year)
        if len(of_year.outcome) >= FEWEST:
            slope = linear(changes(of_year, ("gap",))).tidy().row(1, named=True)
            rows.append((int(year), slope["estimate"], slope["low"], slope["high"], len(of_year.outcome)))
    schema = {"year": pl.Int64, "closed": pl.Float64, "low": pl.Float64, "high": pl.Float64, "n": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")
