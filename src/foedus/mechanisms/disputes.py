"""Disputes begin where states can reach each other, where power is at hand, where democracy is missing and peace is young.

    log odds of onset(i, t) = a + f(peace years(i, t)) + b · x(i, t - 1)

Unit of analysis: the non-directed dyad-year. f falls with the logarithm of the peace years and has a step for the year after a
dispute, or after both became members: risk decays as a power of time and never turns, which a polynomial does where data are
thin. x holds, by term,

    distance    whether the territories touch, and the logarithm of the kilometres between them
    power       whether a major power takes part, the stronger side's share, the logarithm of the two shares multiplied
    democracy   polyarchy of the less democratic side
    pact        whether either side owes the other defence

all from the year before. Follows Bremer (1992), Oneal & Russett (1999) and, for duration, Beck, Katz & Tucker (1998). Leaves
out trade and joint membership in organisations (their sources may not be shipped), a dyad's own history beyond its peace years,
and dependence between dyads. All dyad-years are kept, those with a dispute under way included: a new dispute may begin beside
an old one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import polars as pl

from foedus.errors import InputError, nearest
from foedus.mechanisms.estimate import Array, Design, Estimate, logit
from foedus.panels.panel import lagged, panel
from foedus.panels.units import FIRST_YEAR
from foedus.record.store import Record

OUTCOMES = ("dispute_onset", "fatal_dispute_onset")

TERMS = {
    "distance": ("contiguous", "log_distance"),
    "power": ("any_major_power", "capability_ratio", "joint_capability"),
    "democracy": ("weaker_democracy",),
    "pact": ("defence_pact",),
}
"""The terms of the model and the columns each brings."""

DURATION = ("log_peace_years", "no_peace_year")
"""Columns of the duration dependence, always in."""

COVARIATES = (
    "contiguous",
    "min_distance",
    "major_powers",
    "capability_ratio",
    "joint_capability",
    "weaker_democracy",
    "defence_pact",
)

STRATA = ("politically_relevant", "rivalry")
"""Variables not in the model, in which its reliability is looked at."""


@dataclass(frozen=True)
class Disputes:
    """Onset of a militarized interstate dispute in a dyad-year.

    Attributes
    ----------
    outcome : "dispute_onset" (all) or "fatal_dispute_onset" (at least one death).
    terms : which of TERMS enter; what has not earned its place out of sample is left out of headline numbers.
    lag : years by which covariates precede the outcome; 1, so that a dispute cannot change what it is explained by.
    first_year : first year of the rows it learns from; 1887, the year after distances begin.
    relevant : learn from politically relevant dyads only; all dyads by default, for every state is asked about.
    """

    outcome: str = "dispute_onset"
    terms: tuple[str, ...] = tuple(TERMS)
    lag: int = 1
    first_year: int = 1887
    relevant: bool = False
    estimate: Estimate | None = None

    name: ClassVar[str] = "disputes"
    unit: ClassVar[str] = "dyad-year"
    reads: ClassVar[tuple[str, ...]] = (*COVARIATES, "peace_years")
    writes: ClassVar[tuple[str, ...]] = ("dispute_probability", "fatal_dispute_probability")

    def __post_init__(self) -> None:
        if self.outcome not in OUTCOMES:
            raise InputError(f"disputes has no outcome {self.outcome!r}.{nearest(self.outcome, OUTCOMES)}")
        if unknown := [term for term in self.terms if term not in TERMS]:
            raise InputError(f"disputes has no term {', '.join(map(repr, unknown))}; it has {', '.join(TERMS)}.")

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the design's columns."""
        return (*DURATION, *(column for term in self.terms for column in TERMS[term]))

    @property
    def fitted(self) -> Estimate:
        """What it has learnt; raises InputError while it is unfitted."""
        if self.estimate is None:
            raise InputError("this mechanism is not fitted yet: call fit(panel) first.")
        return self.estimate

    def panel(
        self, record: Record, years: tuple[int, int], *, states: Iterable[int] | None = None, carry_forward: int = 0
    ) -> pl.DataFrame:
        """Return the dyad-years of `years` with both outcomes, peace years, and the covariates and strata of the year before.

        `states` keeps the dyads that hold one of them; `carry_forward` is as for a panel, but peace years stay as they were
        when they were last known.
        """
        first = max(FIRST_YEAR, years[0] - self.lag)
        variables = (*OUTCOMES, "peace_years", *COVARIATES, *STRATA)
        rows = panel("dyad-year", variables, years=(first, years[1]), states=states, carry_forward=carry_forward, record=record)
        rows = rows.with_columns(pl.col("peace_years") - pl.col("peace_years_age")) if carry_forward else rows
        earlier = [name for name in rows.columns if name.removesuffix("_age") in {*COVARIATES, *STRATA}]
        rows = lagged(rows, earlier, self.lag).filter(pl.col("year") >= years[0])
        return rows.filter(pl.col("politically_relevant")) if self.relevant else rows

    def design(self, panel: pl.DataFrame) -> Design:
        """Return the rows of which the outcome and every covariate are known, ready for estimation."""
        rows = self.complete(panel)
        return Design(
            matrix=self.matrix(rows),
            columns=self.columns,
            outcome=rows[self.outcome].cast(pl.Float64).to_numpy(),
            cluster=rows["ccode1"].to_numpy().astype(np.int64) * 1000 + rows["ccode2"].to_numpy(),
            year=rows["year"].to_numpy().astype(np.int64),
        )

    def complete(self, panel: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of which the outcome and every covariate are known."""
        return panel.drop_nulls([self.outcome, *known_from(self.terms)])

    def matrix(self, rows: pl.DataFrame) -> Array:
        """Return the covariates of `rows` as an array (row, column); a null becomes nan."""
        made = rows.select(
            log_peace_years=pl.col("peace_years").log1p(),
            no_peace_year=pl.col("peace_years") == 0,
            contiguous=pl.col("contiguous"),
            log_distance=pl.col("min_distance").log1p(),
            any_major_power=pl.col("major_powers") > 0,
            capability_ratio=pl.col("capability_ratio"),
            joint_capability=pl.col("joint_capability"),
            weaker_democracy=pl.col("weaker_democracy"),
            defence_pact=pl.col("defence_pact"),
        )
        return made.select(pl.col(self.columns).cast(pl.Float64)).to_numpy(order="fortran")

    def forecast(self, rows: pl.DataFrame) -> tuple[Array, Array, Array]:
        """Return the probability of an onset in each row's year and its 95 % interval, (row,) each.

        It is nan where a covariate is unknown.

        Where peace years were last known `peace_years_age` years earlier, the model runs its own clock over the years between:
        in each it may have had a dispute, which sets the clock back, or not. The interval follows from running it with the
        lower and with the upper bound of every year's probability.
        """
        ages = rows["peace_years_age"].fill_null(0).to_numpy()
        clocks = [pl.lit(years, pl.Int16) for years in range(int(ages.max(initial=0)))]
        undisturbed = [self._bounds(rows, pl.col("peace_years") + years) for years in range(len(clocks) + 1)]
        disturbed = [self._bounds(rows, clock) for clock in clocks]
        known = ~np.isnan(self.matrix(rows)).any(axis=1)
        runs = zip(zip(*undisturbed, strict=True), zip(*disturbed, strict=True) if disturbed else [()] * 3, strict=True)
        middle, low, high = (np.where(known, run_clock(ages, first, again), np.nan) for first, again in runs)
        return middle, low, high

    def _bounds(self, rows: pl.DataFrame, peace_years: pl.Expr) -> tuple[Array, Array, Array]:
        matrix = self.matrix(rows.with_columns(peace_years=peace_years))
        return (self.fitted.probability(matrix), *self.fitted.interval(matrix))

    def fit(self, panel: pl.DataFrame) -> Disputes:
        """Return a copy fitted to the panel; raises InputError if the outcome never varies in it."""
        design = self.design(panel)
        return replace(self, estimate=logit(design.where(design.year >= self.first_year)))


def run_clock(ages: Array, undisturbed: Sequence[Array], disturbed: Sequence[Array]) -> Array:
    """Return the probability of an onset some years after the peace years were last known, (row,).

    ages : (row,), years since then. undisturbed : per year since then, (row,) probability if there was no dispute in between.
    disturbed : per length of the clock, (row,) probability that many full years after a dispute.

    >>> certain, never = np.array([1.0]), np.array([0.0])
    >>> run_clock(np.array([1]), [certain, never], [np.array([0.25])]).tolist()
    [0.25]
    """
    quiet = np.ones(len(ages))
    since = np.zeros((len(disturbed) + 1, len(ages)))
    risk = np.zeros(len(ages))
    for year, probability in enumerate(undisturbed):
        onset = quiet * probability + sum(weight * again for weight, again in zip(since, disturbed, strict=False))
        risk = np.where(ages == year, onset, risk)
        for clock in range(len(disturbed) - 1, -1, -1):
            since[clock + 1] = since[clock] * (1 - disturbed[clock])
        since[0] = onset
        quiet = quiet * (1 - probability)
    return risk


def known_from(terms: tuple[str, ...]) -> tuple[str, ...]:
    """Return the panel variables that must be known for the duration and these terms.

    >>> known_from(("democracy",))
    ('peace_years', 'weaker_democracy')
    """
    needs = {
        "distance": ("contiguous", "min_distance"),
        "power": ("major_powers", "capability_ratio", "joint_capability"),
        "democracy": ("weaker_democracy",),
        "pact": ("defence_pact",),
    }
    return ("peace_years", *(name for term in terms for name in needs[term]))
