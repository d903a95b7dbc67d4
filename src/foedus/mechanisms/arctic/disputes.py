"""Where the ice of the Arctic leaves open water, ships come, and disputes among the Arctic states begin more often.

    open(t) = 1 - extent(t) / mean extent of 1979–88
    log odds of onset(i, t) = a + b · open(t - 1) + c · log(1 + peace years(i, t))

Unit of analysis: the dyad-year of two Arctic states, those of the Ottawa Declaration (`arctic.toml`); for open water and
presence the year. Extent is that of September. Disputes are all that began between the two, wherever they were: the record does
not say where. b and c have normal priors around zero (WIDTHS), for there are few disputes and one Arctic: the estimate is the
most likely one with the prior, its interval that of the curvature there. All dyads share one open water a year, which grew
nearly with the calendar: whatever else changed with the years is in b too.

The first half of the claim is an index and no estimate. Presence is what few public counts of ships say, as multiples of the
first count of its kind; a kind counted once tells no change and is left out. Nothing can be fitted to so little.

Follows Beck, Katz & Tucker (1998) in the years of peace and Gelman et al. (2008) in the weak priors. Leaves out where disputes
were, bases, exercises and claims to the sea floor, states that are no Arctic ones, and who could use the resources.

Disputed: whether open water brings rivalry. Borgerson (2008) expected a scramble; Young (2009) and Byers (2017) point to how
much the Arctic states settle by agreement, and that what disturbs the region comes from elsewhere.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import polars as pl

from foedus.errors import InputError
from foedus.estimation.covariance import information
from foedus.estimation.design import Array, Design
from foedus.estimation.estimate import NORMAL_95, Estimate, expit
from foedus.estimation.forecasters import Forecast, Forecaster, log_odds
from foedus.mechanisms.mechanism import Mechanism, check_choice
from foedus.panels.panel import panel
from foedus.panels.units import FIRST_YEAR
from foedus.record.store import Record

SEPTEMBER = 9

BASE = (1979, 1988)
"""The first ten Septembers that satellites saw: what open water is measured against."""

SMALL = 0.01
"""Part of the whole ice of BASE that a sea must have held for its open water to be told: of next to nothing no share tells."""

TERMS: dict[str, tuple[str, ...]] = {"water": ("open_water_before",), "peace": ("log_peace_years",)}
"""The terms of the model and the columns each brings."""

VARIABLES: dict[str, tuple[str, ...]] = {
    "water": ("open_water",),
    "peace": ("peace_years",),
}
"""The variables that each term is made of, last year's."""

WIDTHS: Mapping[str, float] = {"open_water_before": 2 * float(np.log(2)) / NORMAL_95, "log_peace_years": 1.0}
"""Standard deviations of the priors. Open water: with 95 in 100, half of the ice gone at most doubles the odds or halves them.
That is more than published designs find of a pact (log odds -.13 in Bremer's model, -.2 to +.5 in those of deterrence) and less
than of joint democracy (a rate ratio of .38). Years of peace: as wide as odds that fall in proportion to them."""

SHIPPING, YEARLY = "Arctic shipping", "year"
"""Subject of the counts of presence, and the precision of those that are of a whole year."""


@dataclass(frozen=True)
class ArcticInterest:
    """Access to the Arctic by sea, and presence there: an index, shown and not used. Its numbers are the functions below."""

    id: ClassVar[str] = "arctic.interest"
    name: ClassVar[str] = "arctic"
    unit: ClassVar[str] = "year"
    reads: ClassVar[tuple[str, ...]] = ("september_ice_extent",)
    writes: ClassVar[tuple[str, ...]] = ("open_water", "arctic_presence")


@dataclass(frozen=True)
class ArcticDisputes(Mechanism):
    """Onset of a militarized dispute between two Arctic states, given open water.

    Attributes
    ----------
    outcome : "dispute_onset": any dispute; fatal ones are too few.
    terms : which of TERMS enter.
    first_year : first year of the rows it learns from; 1980, the year after satellites first saw a September.
    estimate : what it has learnt; None while unfitted.
    """

    outcome: str = "dispute_onset"
    terms: tuple[str, ...] = tuple(TERMS)
    first_year: int = BASE[0] + 1
    estimate: Estimate | None = None

    id: ClassVar[str] = "arctic.security"
    name: ClassVar[str] = "arctic"
    unit: ClassVar[str] = "dyad-year"
    term_reads: ClassVar[Mapping[str, tuple[str, ...]]] = VARIABLES
    term_columns: ClassVar[Mapping[str, tuple[str, ...]]] = TERMS
    writes: ClassVar[tuple[str, ...]] = ("arctic_dispute_probability",)

    def __post_init__(self) -> None:
        check_choice(self.id, "outcome", [self.outcome], ["dispute_onset"])
        check_choice(self.id, "term", self.terms, TERMS)

    def panel(self, record: Record, years: tuple[int, int]) -> pl.DataFrame:
        """Return the dyad-years of two Arctic states: keys, dispute_onset, open_water_before and log_peace_years."""
        first = max(FIRST_YEAR, years[0])
        among = arctic_states(record)["ccode"]
        rows = panel("dyad-year", ("dispute_onset", "peace_years"), among=among, years=(first, years[1]), record=record)
        before = accessibility(record).select(pl.col("year") + 1, open_water_before="open_water")
        joined = rows.join(before, on="year", how="left", maintain_order="left")
        return joined.with_columns(log_peace_years=pl.col("peace_years").log1p()).drop("peace_years")

    def fit(self, panel: pl.DataFrame) -> ArcticDisputes:
        """Return a copy fitted to the panel; raises InputError if disputes began in no dyad-year of it, or in all."""
        design = self.design(panel)
        return replace(self, estimate=posterior(design.where(design.year >= self.first_year), WIDTHS))

    def forecaster(self, columns: tuple[str, ...]) -> Forecaster:
        """Return what forecasts the outcome from some columns: a logit with weak priors."""
        return ShrunkenLogit(columns)

    def odds_by_half(self) -> tuple[float, float, float]:
        """Return by what the odds of an onset are multiplied where half of the ice is gone, with the 95 % interval."""
        row = self.fitted.tidy().row(by_predicate=pl.col("term") == "open_water_before", named=True)
        ratio, low, high = (float(np.exp(row[name] / 2)) for name in ("estimate", "low", "high"))
        return ratio, low, high


@dataclass(frozen=True)
class ShrunkenLogit:
    """A logit of the outcome on some columns of the design, with the priors of WIDTHS."""

    columns: tuple[str, ...]

    def learn(self, known: Design) -> Forecast:
        """Return the forecast of the most likely coefficients; raises InputError if the outcome never varies."""
        coefficients = posterior(known.only(self.columns), WIDTHS).coefficients
        return lambda later: expit(log_odds(coefficients, later.only(self.columns)))


def posterior(design: Design, widths: Mapping[str, float]) -> Estimate:
    """Return a logit whose coefficients, but for the intercept, have normal priors around zero; its covariance is Laplace's.

    widths : column → standard deviation of its prior. Raises InputError if the outcome never varies.

    >>> nothing, cluster = np.zeros((8, 1)), np.zeros(8, np.int64)
    >>> alone = posterior(Design(nothing, ("x",), np.array([1.0, 0, 0, 0] * 2), cluster, cluster), {"x": 0.5})
    >>> alone.coefficients.round(4).tolist(), alone.tidy()["std_error"].round(4).to_list()[1]
    ([-1.0986, 0.0], 0.5)
    """
    outcome = design.as_known
    if not len(outcome) or outcome.min() == outcome.max():
        raise InputError(f"cannot fit a logit to {len(outcome)} rows in which the outcome never varies: widen the years.")
    full = np.column_stack([np.ones(len(outcome)), design.matrix])
    precision = np.diag([0.0, *(widths[name] ** -2 for name in design.columns)])
    coefficients = _most_likely(full, outcome, precision)
    covariance = np.linalg.inv(information(design, coefficients) + precision)
    return Estimate(
        terms=("intercept", *design.columns),
        coefficients=coefficients,
        covariance=np.asarray(covariance, np.float64),
        means=full.mean(axis=0),
        n=len(outcome),
        events=int(outcome.sum()),
        clusters=len(np.unique(design.cluster)),
        first_year=int(design.year.min()),
        last_year=int(design.year.max()),
    )


def _most_likely(full: Array, outcome: Array, precision: Array) -> Array:
    """The coefficients (term,) with the highest posterior density: the loss is convex, so that there is one."""
    from scipy.optimize import minimize

    def loss(at: Array) -> float:
        return float((np.logaddexp(0, full @ at) - outcome * (full @ at)).sum() + at @ precision @ at / 2)

    def slope(at: Array) -> Array:
        gradient: Array = full.T @ (expit(full @ at) - outcome) + precision @ at
        return gradient

    def curvature(at: Array) -> Array:
        chance = expit(full @ at)
        hessian: Array = (full * (chance * (1 - chance))[:, None]).T @ full + precision
        return hessian

    start = np.zeros(full.shape[1])
    most_likely: Array = minimize(loss, start, jac=slope, hess=curvature, method="trust-exact", options={"gtol": 1e-9}).x
    return most_likely


@cache
def _declared() -> dict[str, Any]:
    with Path(__file__).with_name("arctic.toml").open("rb") as file:
        states: dict[str, Any] = tomllib.load(file)["states"]
    return states


def arctic_states(record: Record) -> pl.DataFrame:
    """Return the Arctic states by their codes, which they have kept since 1979: ccode, iso3, name."""
    declared = _declared()
    members = record.table("state_years").filter(pl.col("year") == declared["year"], pl.col("iso3").is_in(declared["iso3"]))
    return members.select("ccode", "iso3", name="english_name").sort("ccode")


def named_by() -> str:
    """Return the declaration that says which states are the Arctic ones."""
    cited: str = _declared()["cited"]
    return cited


def accessibility(record: Record) -> pl.DataFrame:
    """Return year and open_water: the part of the September extent of BASE that is open in the year, below zero if less is.

    From the extent of version 4 of the index, which counts the disc around the pole as ice.
    """
    rows = record.table("sea_ice").filter(hemisphere="north", month=SEPTEMBER).sort("year")
    return rows.select("year", open_water=1 - pl.col("extent_km2") / _of_base("extent_km2")).drop_nulls()


def accessibility_of_seas(record: Record) -> pl.DataFrame:
    """Return sea, year and open_water for the seas that held at least SMALL of the ice of BASE, each against its own.

    From version 3 of the index, which alone has the seas.
    """
    rows = record.table("sea_ice_regions_v3").filter(month=SEPTEMBER).sort("region", "year")
    base = rows.group_by("region").agg(base=_of_base("extent_km2"))
    joined = rows.join(base.filter(pl.col("base") >= SMALL * pl.col("base").sum()), on="region", maintain_order="left")
    return joined.select("year", sea="region", open_water=1 - pl.col("extent_km2") / pl.col("base"))


def _of_base(column: str) -> pl.Expr:
    """The mean of a column over the years of BASE."""
    return pl.col(column).filter(pl.col("year").is_between(*BASE)).mean()


def ingredients(record: Record) -> pl.DataFrame:
    """Return every count of a whole year that presence could be made of: measure, place, unit, year, value, confidence, used.

    `used` says whether the kind was counted in two years or more; a count of low confidence is not used.
    """
    kind = ["measure", "place", "unit"]
    counts = record.table("physical_facts").filter(subject=SHIPPING, date_precision=YEARLY).drop_nulls("value")
    dated = counts.select(*kind, pl.col("date").dt.year().cast(pl.Int16).alias("year"), "value", "confidence", "source")
    sure = pl.col("confidence") != "low"
    return dated.with_columns(used=sure & (pl.col("year").filter(sure).n_unique().over(kind) > 1)).sort(*kind, "year")


def presence(record: Record) -> pl.DataFrame:
    """Return the index: year, presence (geometric mean of the counts as multiples of the first of their kind), kinds.

    An index of what few public pages tell, not a measurement; years in which nothing was counted are not in it.
    """
    used = ingredients(record).filter("used")
    first = pl.col("value").sort_by("year").first().over("measure", "place", "unit")
    multiples = used.select("year", log_multiple=(pl.col("value") / first).log())
    return multiples.group_by("year").agg(presence=pl.col("log_multiple").mean().exp(), kinds=pl.len()).sort("year")
