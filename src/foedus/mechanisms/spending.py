"""States spend more on the military where a fatal dispute is likelier, and adjust a part of the way each year.

    log spending(i, t) = a + b · log spending(i, t - 1) + c · log product(i, t - 1) + d · risk(i, t) + e · x(i, t - 1) + u(i, t)

Unit of analysis: the state-year. Spending is the share of GDP that goes to the military times GDP in constant dollars (the
World Bank's figures, from SIPRI), so that prices of arms and wages of soldiers rise as others do. Risk is the probability
that at least one fatal dispute begins, in percentage points, as it was forecast from what was known before: it is written by
order.interests and given from outside. x holds, by term,

    allies      what those bound to defend the state spend altogether (log), and whether there are any
    rivals      what its strategic rivals spend altogether (log), and whether there are any
    war         whether the state was a primary party to a conflict with a thousand deaths in battle in the year

A point of risk goes with 100 · d per cent more spending at once, and with 100 · d / (1 - b) per cent once the state has
adjusted. Follows Nordhaus, Oneal & Russett (2012): about 3 per cent a point, where levels are compared within states
(`least_squares.within_clusters`). Leaves out arms prices, what allies' treaties promise, and whether spending buys anything.
Associations: states that feel threatened arm, and states that arm are threatened.

Disputed: whether allies ride free. Olson & Zeckhauser (1966) say that states spend less as their allies spend more; DiGiuseppe
& Poast (2018) find it where the ally is a democracy. And whether arming answers danger or makes it: Wallace (1979) saw arms
races end in war, Diehl (1983) did not find it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np
import polars as pl

from foedus.errors import InputError
from foedus.estimation.design import Design, matrix_of
from foedus.estimation.estimate import NORMAL_95, Estimate
from foedus.estimation.forecasters import Forecaster
from foedus.estimation.least_squares import OwnMean, OwnTrend, Unchanged, linear
from foedus.mechanisms.mechanism import Mechanism, check_choice
from foedus.panels.panel import panel
from foedus.record.store import Record

TERMS: dict[str, tuple[str, ...]] = {
    "past": ("log_spending_before",),
    "product": ("log_product",),
    "risk": ("risk_points",),
    "allies": ("log_allies_spending", "has_allies"),
    "rivals": ("log_rivals_spending", "has_rivals"),
    "war": ("at_war",),
}
"""The terms of the model and the columns each brings."""

VARIABLES: dict[str, tuple[str, ...]] = {
    "past": ("military_share", "gdp_constant"),
    "product": ("gdp_constant",),
    "risk": ("fatal_dispute_probability",),
    "allies": ("defence_pact", "military_share"),
    "rivals": ("rivalry", "military_share"),
    "war": ("conflict_intensity",),
}
"""The variables that each term is made of, last year's."""

CARRIED = 6
"""Years for which a pact or a rivalry stands for later ones: pacts are known to 2018, spending to 2024."""

WAR = 2
"""Intensity of a conflict with at least a thousand deaths in battle in the year."""


@dataclass(frozen=True)
class Spending(Mechanism):
    """Military expenditure of a state in a year.

    Attributes
    ----------
    outcome : "log_spending", the logarithm of military expenditure in constant dollars.
    terms : which of TERMS enter.
    first_year : first year of the rows; 1962, the second year of prospective risks.
    risk : ccode, year, fatal_dispute_risk, as another mechanism foresaw it; it has to be given before a panel is asked for.
    estimate : what it has learnt; None while unfitted.
    """

    outcome: str = "log_spending"
    terms: tuple[str, ...] = tuple(TERMS)
    first_year: int = 1962
    risk: pl.DataFrame | None = field(default=None, repr=False, compare=False)
    estimate: Estimate | None = None

    id: ClassVar[str] = "spending.demand"
    core: ClassVar[tuple[str, ...]] = ("past", "product")
    name: ClassVar[str] = "spending"
    unit: ClassVar[str] = "state-year"
    term_reads: ClassVar[Mapping[str, tuple[str, ...]]] = VARIABLES
    term_columns: ClassVar[Mapping[str, tuple[str, ...]]] = TERMS
    writes: ClassVar[tuple[str, ...]] = ("military_expenditure",)
    amounts: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_choice(self.id, "outcome", [self.outcome], ["log_spending"])
        check_choice(self.id, "term", self.terms, TERMS)

    def panel(self, record: Record, years: tuple[int, int]) -> pl.DataFrame:
        """Return one row a state and year: ccode, year, log_spending and the columns of TERMS, null where unknown."""
        if self.risk is None:
            raise InputError("spending reads the risk of a fatal dispute: give it as Spending(risk=…).")
        span = (years[0] - 1, years[1])
        spent = spending(record, span)
        lagged = {"log_spending_before": "log_spending", "log_product": "log_product", "at_war": "war"}
        before = spent.select("ccode", pl.col("year") + 1, **{name: pl.col(known) for name, known in lagged.items()})
        rows = spent.select("ccode", "year", "log_spending").join(before, on=["ccode", "year"])
        for name, variable in (("allies", "defence_pact"), ("rivals", "rivalry")):
            rows = rows.join(spent_by(record, spent, variable, name, span), on=["ccode", "year"], how="left")
        risk = self.risk.select(pl.col("ccode", "year").cast(pl.Int16), risk_points=pl.col("fatal_dispute_risk") * 100)
        joined = rows.join(risk, on=["ccode", "year"], how="left").filter(pl.col("year").is_between(*years))
        return joined.sort("ccode", "year")

    def design(self, panel: pl.DataFrame) -> Design:
        """Return the rows from `first_year` on of which spending and every covariate are known, ready for estimation."""
        rows = panel.filter(pl.col("year") >= self.first_year).drop_nulls([self.outcome, *self.columns])
        return Design.of(rows, self.columns, self.outcome, pl.col("ccode"))

    def fit(self, panel: pl.DataFrame) -> Spending:
        """Return a copy fitted to the panel; raises InputError if it has no more rows than coefficients."""
        return replace(self, estimate=linear(self.design(panel)), risk=None)

    def baselines(self) -> Mapping[str, Forecaster]:
        """Return what it has to beat, by name."""
        return {"last value": Unchanged("log_spending_before"), "own trend": OwnTrend(), "own mean": OwnMean()}

    def elasticity(self) -> dict[str, tuple[float, float, float]]:
        """Return by how many per cent spending is higher a point of risk, with 95 % intervals: "at once" and "adjusted".

        The interval of the second follows from the first order of both coefficients (delta method).
        """
        estimate = self.fitted
        at, past = (estimate.terms.index(name) for name in ("risk_points", "log_spending_before"))
        slope, kept = estimate.coefficients[at], estimate.coefficients[past]
        gradient = np.array([1 / (1 - kept), slope / (1 - kept) ** 2])
        both = estimate.covariance[np.ix_([at, past], [at, past])]
        errors = {"at once": np.sqrt(both[0, 0]), "adjusted": np.sqrt(gradient @ both @ gradient)}
        values = {"at once": slope, "adjusted": slope / (1 - kept)}
        reach = {name: NORMAL_95 * error for name, error in errors.items()}
        return {
            name: (100 * float(value), 100 * float(value - reach[name]), 100 * float(value + reach[name]))
            for name, value in values.items()
        }


def from_origin(fitted: Spending, rows: pl.DataFrame, origin: int) -> pl.DataFrame:
    """Return forecasts of all years after `origin` from what was spent in it: ccode, year, log_spending and forecast.

    `fitted` has learnt up to the origin. Each year's forecast rests on that of the year before; the other covariates are taken
    as they came. A state's forecasts end where one of them is unknown.
    """
    columns = fitted.columns
    later = rows.filter(pl.col("year") > origin).drop_nulls([column for column in columns if column != "log_spending_before"])
    known = dict(rows.filter(pl.col("year") == origin + 1).select("ccode", "log_spending_before").drop_nulls().rows())
    forecasts = []
    for (_,), year in later.sort("year").group_by("year", maintain_order=True):
        reached = year.filter(pl.col("ccode").is_in(list(known)))
        past = reached["ccode"].replace_strict(known, return_dtype=pl.Float64)
        matrix = matrix_of(reached.with_columns(log_spending_before=past), columns)
        forecast = fitted.fitted.predictor(matrix)
        known = dict(zip(reached["ccode"].to_list(), forecast.tolist(), strict=True))
        forecasts.append(reached.select("ccode", "year", "log_spending", forecast=pl.Series(forecast)))
    return pl.concat(forecasts).sort("ccode", "year")


def spending(record: Record, years: tuple[int, int]) -> pl.DataFrame:
    """Return ccode, year, log_spending, log_product (both of constant dollars) and war, null where unknown."""
    rows = panel("state-year", ["military_share", "gdp_constant", "conflict_intensity"], years=years, record=record)
    share, product = (pl.col(name).cast(pl.Float64) for name in ("military_share", "gdp_constant"))
    money = share / 100 * product
    return rows.select(
        pl.col("ccode", "year").cast(pl.Int16),
        log_spending=pl.when(money > 0).then(money.log()),
        log_product=product.log(),
        war=(pl.col("conflict_intensity") == WAR).fill_null(False),
    )


def spent_by(record: Record, spent: pl.DataFrame, variable: str, name: str, years: tuple[int, int]) -> pl.DataFrame:
    """Return what the states spent to which each state stands in a relation, in the year before: ccode, year, two columns.

    log_{name}_spending is zero where none is known to have spent; has_{name} says whether there is any.
    """
    dyads = panel("dyad-year", [variable], years=years, carry_forward=CARRIED, record=record).filter(variable)
    pairs = [("ccode1", "ccode2"), ("ccode2", "ccode1")]
    tied = pl.concat([dyads.select(pl.col(one).alias("ccode"), pl.col(two).alias("other"), "year") for one, two in pairs])
    amounts = spent.select(other="ccode", year="year", amount=pl.col("log_spending").exp())
    known = tied.cast(pl.Int16).join(amounts, on=["other", "year"], how="left")
    summed = known.group_by("ccode", "year").agg(pl.col("amount").sum())
    states = spent.select("ccode", "year").join(summed, on=["ccode", "year"], how="left")
    return states.select(
        "ccode",
        pl.col("year") + 1,
        pl.when(pl.col("amount") > 0).then(pl.col("amount").log()).otherwise(0.0).alias(f"log_{name}_spending"),
        pl.col("amount").is_not_null().alias(f"has_{name}"),
    )
