"""Disputes begin where states can reach each other, where power is at hand, where democracy is missing and peace is young.

    log odds of onset(i, t) = a + f(peace years(i, t)) + b · x(i, t - 1) + c · history(i, t)

Unit of analysis: the non-directed dyad-year. f bends (`duration.py`). x holds, by term,

    distance     whether the territories touch, and the logarithm of the kilometres between them
    power        whether a major power takes part (for which distance matters less), the stronger side's share, the logarithm of
                 the two shares multiplied
    rivalry      whether the two are strategic rivals
    democracy    polyarchy of the less democratic side
    preferences  how far apart the two stand in the General Assembly
    pact         whether either side owes the other defence

all from the year before. What a source does not know (a distance, a share, a regime, a vote) is a level of its own, with a
coefficient of its own, so that no dyad is left out that was one in the year before. `history` is how often disputes began in
the dyad, and with either of its states, beside how often the covariates alone expect it, partially pooled (`history.py`). The
whole is recalibrated on the last thirty years. Follows Bremer (1992), Oneal & Russett (1999) and, for duration, Beck, Katz &
Tucker (1998). That a dispute was fatal, or a war, is learnt when it is over. Leaves out trade and joint membership in
organisations (their sources may not be shipped) and the dependence of dyads that one war draws in together. Standard errors are
clustered by dyad and take the histories as given.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.errors import InputError
from foedus.estimation.design import Array, Design, matrix_of
from foedus.estimation.duration import DURATION, by_duration, duration_matrix, run_clock
from foedus.estimation.estimate import Estimate, expit
from foedus.estimation.forecasters import BaseRate, Forecaster, Logit, OwnRate, PooledLogit, Pooling
from foedus.estimation.history import COLUMNS as HISTORY
from foedus.estimation.history import Codes, Past, amounts, arrivals, discounted, past_of_dyads
from foedus.estimation.logit import clustered
from foedus.mechanisms.mechanism import BACKGROUND, UNFITTED, Mechanism, check_choice, every
from foedus.panels.panel import lagged, panel
from foedus.panels.units import FIRST_YEAR
from foedus.record.store import Record

OUTCOMES = ("dispute_onset", "fatal_dispute_onset", "war_dispute_onset")

REACH = "major_power_distance"
"""Column of the term power that has no meaning without the term distance."""

TERMS: dict[str, tuple[str, ...]] = {
    "distance": ("contiguous", "log_distance", "distance_unknown"),
    "power": ("any_major_power", "capability_ratio", "joint_capability", "capability_unknown", REACH),
    "rivalry": ("rivalry",),
    "democracy": ("weaker_democracy", "democracy_unknown"),
    "preferences": ("ideal_point_distance", "ideal_point_unknown"),
    "pact": ("defence_pact",),
    "history": HISTORY,
}
"""The terms of the model and the columns each brings."""

VARIABLES: dict[str, tuple[str, ...]] = {
    "distance": ("contiguous", "min_distance"),
    "power": ("major_powers", "capability_ratio", "joint_capability"),
    "rivalry": ("rivalry",),
    "democracy": ("weaker_democracy",),
    "preferences": ("ideal_point_distance",),
    "pact": ("defence_pact",),
    "history": ("dispute_onset",),
    BACKGROUND: ("peace_years",),
}
"""The variables that each term is made of, last year's."""

COVARIATES = tuple(name for name in every(VARIABLES) if name not in ("dispute_onset", "peace_years"))

LONGEST_AGE = 20
"""Years for which a past value may stand in for a missing one where a risk is asked for; the oldest age used is said."""

STRATA = ("politically_relevant",)
"""Variables not in the model, in which its reliability is looked at."""


@dataclass(frozen=True)
class Disputes(Mechanism):
    """Onset of a militarized interstate dispute in a dyad-year.

    Attributes
    ----------
    outcome : "dispute_onset" (all), "fatal_dispute_onset" (at least one death) or "war_dispute_onset" (one that reaches war).
    terms : which of TERMS enter; what is not `core` and has not earned its place is left out of headline numbers.
    lag : years by which covariates precede the outcome; 1, so that a dispute cannot change what it is explained by.
    first_year : first year of the rows it learns from; 1887, the year after distances begin.
    relevant : learn from politically relevant dyads only; all dyads by default, for every state is asked about.
    pooling : how history enters, and over which years the model is recalibrated.
    estimate : what it has learnt; None while unfitted.
    first : (term,), coefficients of the covariates alone, which say how often disputes were to be expected.
    seen : ccode, year, observed, expected: sums over each state's dyads, by which its history is known without them.
    """

    outcome: str = "dispute_onset"
    terms: tuple[str, ...] = tuple(TERMS)
    lag: int = 1
    first_year: int = 1887
    relevant: bool = False
    pooling: Pooling = field(default_factory=Pooling)
    estimate: Estimate | None = None
    first: Array | None = field(default=None, repr=False, compare=False)
    seen: pl.DataFrame | None = field(default=None, repr=False, compare=False)

    id: ClassVar[str] = "order.interests"
    ids: ClassVar[Mapping[str, str]] = {"democracy": "order.democratic_peace"}
    """Terms that are a claim of their own, and its id."""
    core: ClassVar[tuple[str, ...]] = ("distance", "power", "rivalry", "history")
    name: ClassVar[str] = "disputes"
    unit: ClassVar[str] = "dyad-year"
    term_reads: ClassVar[Mapping[str, tuple[str, ...]]] = VARIABLES
    term_columns: ClassVar[Mapping[str, tuple[str, ...]]] = TERMS
    writes: ClassVar[tuple[str, ...]] = ("dispute_probability", "fatal_dispute_probability", "war_dispute_probability")

    def __post_init__(self) -> None:
        check_choice(self.id, "outcome", [self.outcome], OUTCOMES)
        check_choice(self.id, "term", self.terms, TERMS)

    @property
    def covariates(self) -> tuple[str, ...]:
        """Names of the design's columns that neither duration nor history brings."""
        return self._covariates(self.terms)

    def _covariates(self, terms: Collection[str]) -> tuple[str, ...]:
        """The columns that these terms bring; a relevant dyad without a major power touches, and its distance is zero."""
        return tuple(column for column in covariates_of(terms) if not (self.relevant and column == REACH))

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of all columns of the fitted model, in their order."""
        return (*DURATION, *self.covariates, *(HISTORY if "history" in self.terms else ()))

    @property
    def model(self) -> PooledLogit:
        """The model as a forecaster."""
        return self._without()

    def _without(self, term: str | None = None) -> PooledLogit:
        kept = tuple(each for each in self.terms if each != term)
        return PooledLogit(self._covariates(kept), DURATION, "history" in kept, self.pooling)

    def models(self) -> dict[str, Forecaster]:
        """Return every model that is scored out of sample: the full one, one without each term, and the baselines."""
        return {
            "full model": self.model,
            **{f"without {term}": self._without(term) for term in self.terms},
            "base rate": BaseRate(),
            "rolling base rate": BaseRate(years=10),
            "peace years only": Logit(DURATION),
            "own rate": OwnRate(),
        }

    def panel(
        self, record: Record, years: tuple[int, int], *, states: Iterable[int] | None = None, carry_forward: int = 0
    ) -> pl.DataFrame:
        """Return the dyad-years of `years` with all outcomes, peace years, and the covariates and strata of the year before.

        `states` keeps the dyads that hold one of them; `carry_forward` is as for a panel, but peace years stay as they were
        when they were last known. `earlier` is true where the two were a dyad in the year before, else null; by the end of
        `known` the disputes that began are over.
        """
        first = max(FIRST_YEAR, years[0] - self.lag)
        variables = (*OUTCOMES, "peace_years", *COVARIATES, *STRATA)
        rows = panel("dyad-year", variables, years=(first, years[1]), states=states, carry_forward=carry_forward, record=record)
        rows = rows.with_columns(pl.col("peace_years") - pl.col("peace_years_age")) if carry_forward else rows
        rows = rows.with_columns(earlier=pl.lit(True))
        before = [name for name in rows.columns if name.removesuffix("_age") in {*COVARIATES, *STRATA, "earlier"}]
        rows = lagged(rows, before, self.lag).filter(pl.col("year") >= years[0])
        rows = rows.join(dispute_ends(record), on=["ccode1", "ccode2", "year"], how="left", maintain_order="left")
        rows = rows.with_columns(known=pl.col("known").fill_null(pl.col("year")))
        return rows.filter(pl.col("politically_relevant")) if self.relevant else rows

    def as_of(self, panel: pl.DataFrame, year: int) -> pl.DataFrame:
        """Return the panel as it would be had every record ended with `year`.

        Dyads of later years have no outcome, and the covariates and peace years that were last known, `peace_years_age` years
        before; those not known by then are left out. A dispute under way is neither fatal nor a war yet.
        """
        outcome = pl.col(self.outcome) if self.outcome == "dispute_onset" else pl.col(self.outcome) & (pl.col("known") <= year)
        age = pl.lit(0, pl.Int16).alias("peace_years_age")
        before = panel.filter(pl.col("year") <= year).with_columns(outcome, age, known=pl.min_horizontal("known", year))
        last = panel.filter(pl.col("year") == year + 1).drop("year", "known", *OUTCOMES)
        later = panel.filter(pl.col("year") > year).select("ccode1", "ccode2", "year", "known")
        frozen = later.join(last, on=["ccode1", "ccode2"], maintain_order="left")
        aged = frozen.with_columns(peace_years_age=pl.col("year") - (year + 1))
        return pl.concat([before, aged], how="diagonal_relaxed")

    def design(self, panel: pl.DataFrame) -> Design:
        """Return the rows that can be learnt from (`complete`), ready for estimation; without the columns of history."""
        return self._rows(self.complete(panel))

    def complete(self, panel: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of which the outcome is known, and everything that has no level for the unknown."""
        return panel.drop_nulls([self.outcome, *NEEDED])

    def _rows(self, rows: pl.DataFrame) -> Design:
        covariates = self.covariates
        peace = rows["peace_years"].cast(pl.Float64).fill_null(np.nan).to_numpy()
        matrix = np.empty((rows.height, len(DURATION) + len(covariates)), order="F")
        matrix[:, : len(DURATION)] = duration_matrix(peace)
        matrix[:, len(DURATION) :] = covariate_matrix(rows, covariates)
        return Design(
            matrix=matrix,
            columns=(*DURATION, *covariates),
            outcome=rows[self.outcome].cast(pl.Float64).fill_null(np.nan).to_numpy(),
            cluster=rows["ccode1"].to_numpy().astype(np.int64) * 1000 + rows["ccode2"].to_numpy(),
            year=rows["year"].to_numpy().astype(np.int64),
            sides=rows.select("ccode1", "ccode2").to_numpy().astype(np.int64),
            known=None if self.outcome == "dispute_onset" else rows["known"].to_numpy().astype(np.int64),
        )

    def fit(self, panel: pl.DataFrame) -> Disputes:
        """Return a copy fitted to the panel; raises InputError if the outcome never varies in it."""
        known = self.design(panel)
        design = known.where(known.year >= self.first_year)
        steps = self.model.steps(design)
        estimate = clustered(self.model.second(design, steps.first), steps.second)
        shifted = np.concatenate([[estimate.coefficients[0] + steps.shift], estimate.coefficients[1:]])
        seen = None if steps.first is None else seen_of_states(design, steps.expected)
        return replace(self, estimate=replace(estimate, coefficients=shifted), first=steps.first, seen=seen)

    def forecast(self, panel: pl.DataFrame, first_year: int) -> pl.DataFrame:
        """Return the rows from `first_year` on, with `probability` of an onset and its 95 % interval, `low` and `high`.

        `panel` holds every earlier year of the rows' dyads as well, for their history. The three are null where something
        needed is unknown. The interval holds the uncertainty of the coefficients and of how prone the dyad and its states are.

        Where peace years were last known `peace_years_age` years earlier, the model runs its own clock over the years between:
        in each it may have had a dispute, which sets the clock back, or not. The interval follows from running it with the
        lower and with the upper bound of every year's probability.
        """
        asked = (panel["year"] >= first_year).to_numpy()
        rows = panel.filter(asked)
        matrix, cumulants = self._with_uncertainty(panel, asked)
        ages = rows["peace_years_age"].fill_null(0).to_numpy() if "peace_years_age" in rows.columns else np.zeros(rows.height)
        peace = rows["peace_years"].cast(pl.Float64).fill_null(np.nan).to_numpy()
        bounds = by_duration(self.fitted, matrix[:, len(DURATION) :], cumulants)
        longest = int(ages.max(initial=0))
        undisturbed = [bounds(peace + years) for years in range(longest + 1)]
        disturbed = [bounds(np.full(len(peace), float(years))) for years in range(longest)]
        runs = zip(zip(*undisturbed, strict=True), zip(*disturbed, strict=True) if disturbed else [()] * 3, strict=True)
        bands = [run_clock(ages, first, again) for first, again in runs]
        known = (
            ~np.isnan(matrix).any(axis=1)
            & (rows["year"] >= self.first_year).to_numpy()
            & rows["earlier"].is_not_null().to_numpy()
        )
        columns = zip(("probability", "low", "high"), bands, strict=True)
        return rows.with_columns(pl.Series(name, np.where(known, values, np.nan)).fill_nan(None) for name, values in columns)

    def matrix(self, panel: pl.DataFrame) -> Array:
        """Return the columns of the fitted model (row, column), nan where something needed is unknown.

        For the columns of history, `panel` holds every earlier year of the rows' dyads as well.
        """
        return self._with_uncertainty(panel, np.ones(panel.height, np.bool_))[0]

    def _with_uncertainty(self, panel: pl.DataFrame, asked: NDArray[np.bool_]) -> tuple[Array, Array]:
        """Return some rows of the fitted model, and what their histories leave uncertain, as cumulants (4, row)."""
        matrix = self._rows(panel.filter(asked)).matrix
        if "history" not in self.terms:
            return matrix, np.zeros((4, len(matrix)))
        pasts = self._past(panel, asked)
        weights = self.pooling.dyad_weight, self.pooling.state_weight
        slopes = self.fitted.coefficients[[self.fitted.terms.index(name) for name in HISTORY]]
        return np.column_stack([matrix, pasts.log_ratios(*weights)]), pasts.cumulants(*weights, slopes)

    def _past(self, panel: pl.DataFrame, asked: NDArray[np.bool_]) -> Past:
        """Return what is known of some rows' dyads from all their rows, and of their states from what was seen of them."""
        if self.first is None or self.seen is None:
            raise InputError(UNFITTED)
        expected = expit(self.first[0] + covariate_matrix(panel, self.covariates) @ self.first[1:])
        year, sides = panel["year"].to_numpy().astype(np.int64), panel.select("ccode1", "ccode2").to_numpy().astype(np.int64)
        learnt = ~np.isnan(expected) & (year >= self.first_year)
        outcome = np.where(learnt, panel[self.outcome].cast(pl.Float64).fill_null(np.nan).to_numpy(), np.nan)
        known = None if self.outcome == "dispute_onset" else panel["known"].to_numpy().astype(np.int64)
        dyads = past_of_dyads(sides, year, outcome, expected, self.pooling.decay, known)
        of_states = state_sums(self.seen, sides[asked].ravel("F"), np.tile(year[asked], 2), self.pooling.decay)
        return Past(dyads[asked], *np.split(of_states, 2))


NEEDED = ("earlier", "peace_years", "major_powers", "rivalry", "defence_pact")
"""Columns of the panel that have no level for the unknown."""


def covariates_of(terms: Collection[str]) -> tuple[str, ...]:
    """Return the columns that these terms bring, those of history apart.

    >>> covariates_of(("power",))
    ('any_major_power', 'capability_ratio', 'joint_capability', 'capability_unknown')
    """
    brought = [column for term, columns in TERMS.items() if term in terms and term != "history" for column in columns]
    return tuple(column for column in brought if column != REACH or "distance" in terms)


def dispute_ends(record: Record) -> pl.DataFrame:
    """Return, per dyad and year in which disputes began: ccode1, ccode2, year, known, the last year of any of them.

    How deadly a dispute was, and whether it reached war, is recorded of the whole of it: until its end it may still become so.
    """
    rows = record.table("dispute_dyad_years").with_columns(known=pl.col("year").max().over("dispute"))
    return rows.filter("onset").group_by("ccode1", "ccode2", "year").agg(pl.col("known").max())


def covariate_matrix(rows: pl.DataFrame, columns: Sequence[str]) -> Array:
    """Return columns that TERMS names for `rows` (row, column); nan where something needed is unknown.

    Where a source does not know, its value is zero and the column that says so is one.

    >>> covariate_matrix(pl.DataFrame({"rivalry": [True, False]}), ()).shape
    (2, 0)
    """
    kilometres = pl.col("min_distance").log1p().fill_null(0)
    major = pl.col("major_powers") > 0
    levels: dict[str, pl.Expr] = {
        "contiguous": pl.col("contiguous").fill_null(False),
        "log_distance": kilometres,
        "distance_unknown": pl.col("min_distance").is_null(),
        "any_major_power": major,
        "capability_ratio": pl.col("capability_ratio").fill_null(0),
        "joint_capability": pl.col("joint_capability").fill_null(0),
        "capability_unknown": pl.col("joint_capability").is_null(),
        "rivalry": pl.col("rivalry"),
        "weaker_democracy": pl.col("weaker_democracy").fill_null(0),
        "democracy_unknown": pl.col("weaker_democracy").is_null(),
        "ideal_point_distance": pl.col("ideal_point_distance").fill_null(0),
        "ideal_point_unknown": pl.col("ideal_point_distance").is_null(),
        "defence_pact": pl.col("defence_pact"),
        REACH: major * kilometres,
    }
    return matrix_of(rows.with_columns(**{name: levels[name] for name in columns}), columns)


def seen_of_states(design: Design, expected: Array) -> pl.DataFrame:
    """Return, per state and year, the outcomes observed and expected over its dyads: ccode, year, observed, expected."""
    if design.sides is None:
        raise ValueError("rows without sides have no states")
    news = arrivals(design.year, amounts(design.outcome, expected), design.known)
    rows = pl.DataFrame(
        {
            "ccode": design.sides[news.row].ravel("F"),
            "year": np.tile(news.year, 2),
            "observed": np.tile(news.amount[:, 0], 2),
            "expected": np.tile(news.amount[:, 1], 2),
        }
    )
    return rows.group_by("ccode", "year").agg(pl.col("observed", "expected").sum()).sort("ccode", "year")


def state_sums(seen: pl.DataFrame, states: Codes, year: Codes, decay: float) -> Array:
    """Return the discounted sums over the years before (row, 2) for the state and year of each row.

    >>> seen = pl.DataFrame({"ccode": [2], "year": [1990], "observed": [1.0], "expected": [0.5]})
    >>> state_sums(seen, np.array([2, 2, 20]), np.array([1991, 1992, 1991]), 0.5).tolist()
    [[1.0, 0.5], [0.5, 0.25], [0.0, 0.0]]
    """
    observed = seen.select("observed", "expected").to_numpy()
    unit = np.concatenate([seen["ccode"].to_numpy().astype(np.int64), states])
    when = np.concatenate([seen["year"].to_numpy().astype(np.int64), year])
    sums = discounted(unit, when, np.concatenate([observed, np.zeros((len(states), 2))]), decay)
    return sums[len(observed) :]
