"""More people flee across borders after violence, repression and heat, and they go where it is near and others went before.

    log odds of any flow(i → j, t) = a + b · x(i, j, t - 1)
    logarithm of the flow(i → j, t), where there is one = c + d · x(i, j, t - 1) + e(i, j, t)

Unit of analysis: the directed dyad-year, a corridor in a year; flows and covariates as in `corridors.py`. x holds, by term,

    conflict     deaths in the origin, logarithms: in state-based and non-state conflict, and in one-sided violence (UCDP)
    repression   physical integrity and polyarchy of the origin (V-Dem)
    climate      temperature of the origin's year against its mean of 1951–80, and its square
    gravity      contiguity, distance, both populations, both GDPs per head, polyarchy of the destination
    stock        refugees and migrants from the origin who live in the destination already, logarithms
    past         the flow of the year before, the latest and the mean flow, the share of years with any

A hurdle (Cragg 1971) and a gravity model; the drivers are those of Schutte, Vestby, Carling & Buhaug (2021). That a model of
gravity orders corridors says nothing of whether it follows one of them over time (Beyer, Schewe & Lotze-Campen 2022): its
skill is told corridor by corridor (`validation/displacement/within.py`). What is associated with a flow need not bring it
about. Leaves out drought and disasters (no series that may be shipped), border closures, visas and routes, the wars and
laws of destinations other than by their regime, and flight within the state.

Disputed: whether heat and drought make people cross borders. Missirian & Schlenker (2017) find that applications for asylum
rise with them, Beine & Parsons (2015) no direct effect on migration, Abel, Brottrager, Crespo Cuaresma & Muttarak (2019) one by
way of conflict, and in some years alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import polars as pl

from foedus.estimation.design import OF_DYAD, Array, Design
from foedus.estimation.estimate import Estimate
from foedus.estimation.forecasters import BaseRate, Forecast, Forecaster, Logit, OwnRate
from foedus.estimation.least_squares import Linear, linear
from foedus.estimation.logit import logit
from foedus.mechanisms.climate.corridors import DEATHS, FLOW, corridors, coverage
from foedus.mechanisms.mechanism import Mechanism, check_choice
from foedus.record.store import Record

HURDLE, SIZE = "any_displacement", "log_displacement"
OUTCOMES = (HURDLE, SIZE)

TERMS: dict[str, tuple[str, ...]] = {
    "conflict": tuple(f"log_{name}" for name in DEATHS),
    "repression": ("physical_integrity", "polyarchy"),
    "climate": ("anomaly", "anomaly_squared", "anomaly_unknown"),
    "gravity": (
        "contiguous",
        "log_distance",
        "log_population_origin",
        "log_population_destination",
        "log_gdp_origin",
        "log_gdp_destination",
        "polyarchy_destination",
    ),
    "stock": ("log_refugees", "log_migrants", "migrants_unknown"),
    "past": (
        "flow_last_year",
        "log_flow_last_year",
        "last_year_unknown",
        "latest_log_flow",
        "mean_log_flow",
        "flow_years",
    ),
}
"""The terms of the model and the columns each brings."""

VARIABLES: dict[str, tuple[str, ...]] = {
    "conflict": DEATHS,
    "repression": ("physical_integrity", "polyarchy"),
    "climate": ("temperature_anomaly",),
    "gravity": ("contiguous", "min_distance", "population_un", "gdp_per_head", "polyarchy"),
    "stock": ("refugees", "migrants"),
    "past": FLOW,
}
"""The variables that each term is made of, last year's."""

MEAN, LATEST, RATE, LAST = BASELINES = ("mean_log_flow", "latest_log_flow", "flow_years", "flow_last_year")
"""Columns of the past that a baseline rests on alone."""

NEEDED = tuple(column for columns in TERMS.values() for column in columns)
"""Columns without which a corridor-year is left out, whichever terms enter: every model is scored on the same rows."""


@dataclass(frozen=True)
class Displacement(Mechanism):
    """Flight from one state to another in a year.

    Attributes
    ----------
    outcome : "log_displacement" (logarithm of the persons who came, where any came) or "any_displacement" (whether any came).
    terms : which of TERMS enter.
    cluster : by what errors are clustered: "origin" (the default: one war fills all corridors from a state) or "corridor".
    same_year : take deaths from the row's own year, to explain a flow; by default the year before's, to forecast it.
    first_year : first year of the rows it learns from; 2001, the first whose year before is known.
    last_year : the last; 2023, the year after the temperatures end.
    estimate : what it has learnt; None while unfitted.
    """

    outcome: str = SIZE
    terms: tuple[str, ...] = tuple(TERMS)
    cluster: str = "origin"
    same_year: bool = False
    first_year: int = 2001
    last_year: int = 2023
    estimate: Estimate | None = None

    id: ClassVar[str] = "climate.displacement"
    name: ClassVar[str] = "displacement"
    unit: ClassVar[str] = "directed dyad-year"
    term_reads: ClassVar[Mapping[str, tuple[str, ...]]] = VARIABLES
    term_columns: ClassVar[Mapping[str, tuple[str, ...]]] = TERMS
    writes: ClassVar[tuple[str, ...]] = ("displacement_probability", "displacement_flow")

    def __post_init__(self) -> None:
        check_choice(self.id, "outcome", [self.outcome], OUTCOMES)
        check_choice(self.id, "term", self.terms, TERMS)
        check_choice(self.id, "cluster", [self.cluster], ["origin", "corridor"])

    def panel(self, record: Record, years: tuple[int, int]) -> pl.DataFrame:
        """Return the corridor-years of `years` (`corridors.corridors`)."""
        return corridors(record, years, self.same_year)

    def complete(self, panel: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of the years learnt from of which the outcome and every covariate are known."""
        learnt = panel.filter(pl.col("year").is_between(self.first_year, self.last_year))
        return learnt.drop_nulls([self.outcome, *NEEDED])

    def coverage(self, panel: pl.DataFrame) -> pl.DataFrame:
        """Return how many corridor-years are used, and why the others are not (`corridors.coverage`)."""
        return coverage(panel.filter(pl.col("year").is_between(self.first_year, self.last_year)), NEEDED)

    def design(self, panel: pl.DataFrame) -> Design:
        """Return the complete rows, ready for estimation; with the columns of BASELINES, whichever terms enter."""
        rows = self.complete(panel)
        columns = tuple(dict.fromkeys((*self.columns, *BASELINES)))
        cluster = OF_DYAD if self.cluster == "corridor" else pl.col("ccode1")
        return Design.of(rows, columns, self.outcome, cluster, sides=True)

    def fit(self, panel: pl.DataFrame) -> Displacement:
        """Return a copy fitted to the panel; raises InputError if there are too few flows in it."""
        design = self.design(panel).only(self.columns)
        return replace(self, estimate=logit(design) if self.outcome == HURDLE else linear(design))

    def models(self) -> Mapping[str, Forecaster]:
        """Return the models to be scored out of sample, by name."""
        kind: type[Logit] | type[Linear] = Logit if self.outcome == HURDLE else Linear
        baselines: dict[str, Forecaster] = (
            {"base rate": BaseRate(), "own rate": OfCorridor(OwnRate()), "own rate and last year": Logit((RATE, LAST))}
            if self.outcome == HURDLE
            else {"corridor mean": Shown(MEAN), "last year": Shown(LATEST)}
        )
        without = {term: tuple(each for each in self.terms if each != term) for term in self.terms}
        return {
            "full model": kind(self.columns),
            **{f"without {term}": kind(replace(self, terms=others).columns) for term, others in without.items()},
            **baselines,
        }


@dataclass(frozen=True)
class Shown:
    """The forecast that a column makes of the corridor's earlier flows: their mean, or the latest of them.

    It knows of every earlier flow since zeros can be told from gaps, also of those in rows that no model can learn from. For a
    corridor without any, it takes the mean of the flows learnt from that were a corridor's first.
    """

    column: str

    def learn(self, known: Design) -> Forecast:
        """Return the forecast: nothing is fitted but what a first flow is like.

        >>> matrix, year = np.array([[0.0], [0.0], [5.0]]), np.array([2001, 2001, 2002])
        >>> known = Design(matrix, ("latest_log_flow",), np.array([2.0, 3.0, 6.0]), np.array([7, 8, 7]), year)
        >>> Shown("latest_log_flow").learn(known)(known).tolist()
        [2.5, 2.5, 5.0]
        """
        first = self._of(known) == 0
        fresh = float(known.outcome[first].mean()) if first.any() else float(known.outcome.mean())
        return lambda later: np.where(self._of(later) == 0, fresh, self._of(later))

    def _of(self, rows: Design) -> Array:
        column: Array = rows.matrix[:, rows.columns.index(self.column)]
        return column


@dataclass(frozen=True)
class OfCorridor:
    """A baseline that follows clusters, with corridors for clusters, whatever errors are clustered by."""

    model: Forecaster

    def learn(self, known: Design) -> Forecast:
        """Return the forecast of the model."""
        forecast = self.model.learn(_in_corridors(known))
        return lambda later: forecast(_in_corridors(later))


def _in_corridors(rows: Design) -> Design:
    if rows.sides is None:
        raise ValueError("rows without sides have no corridors")
    return replace(rows, cluster=rows.sides[:, 0] * 1000 + rows.sides[:, 1])
