"""In warmer years droughts, floods and storms affect more people of a state.

    log odds of a disaster(i, t) = a + b · x(i, t)
    logarithm of the people affected(i, t), where there was one = c + d · x(i, t) + e(i, t)

Unit of analysis: the state-year. A disaster is a drought, flood or storm that EM-DAT has; the affected are the dead, the
injured, the homeless and all who needed help at once. x holds, by term,

    warmth     temperature of the year itself against the state's mean of 1951–80: given, not forecast
    exposure   population and GDP per head of the year before, logarithms
    past       the share of earlier years with a disaster, and the mean logarithm of the people affected in these, since 2000

It rests on EM-DAT, which may not be passed on: without the user's own file it computes nothing, and what is lost is every
statement of the engine about disasters; `displacement` works without them. Its test is therefore not among those that
ship: windows 2011–2015 and 2016–2022, learnt up to the year before each, squared error (or log score) against the
state's own mean and last value (or its own rate), by the rule of preregistered.toml, run on the imported file by
tests/mechanisms/test_disasters.py. That was written before any fit. Follows no one study; reporting has grown with the years
and with wealth, so that more disasters on record are not more disasters. Leaves out where in the state they struck, heat, fire,
earthquakes, and how strong the flood or storm was.

Disputed: what the lists of disasters show. Gall, Borden & Cutter (2009) and Jones, Guha-Sapir & Tubeuf (2022) find that they
miss much, and not evenly; Formetta & Feyen (2019) see fewer of those exposed come to harm as states grow richer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import polars as pl

from foedus.errors import InputError
from foedus.estimation.design import Design
from foedus.estimation.estimate import Estimate
from foedus.estimation.forecasters import BaseRate, Forecaster, Logit, OwnRate
from foedus.estimation.least_squares import LastValue, Linear, OwnMean, linear
from foedus.estimation.logit import logit
from foedus.mechanisms.mechanism import Mechanism, check_choice
from foedus.panels.panel import lagged, panel
from foedus.record.store import Record

STRUCK, AFFECTED = "disaster_struck", "log_affected"
OUTCOMES = (STRUCK, AFFECTED)
KINDS = tuple(f"disaster_affected_{kind}" for kind in ("drought", "flood", "storm"))

TERMS: dict[str, tuple[str, ...]] = {
    "warmth": ("temperature_anomaly",),
    "exposure": ("log_population", "log_gdp"),
    "past": ("struck_years", "mean_log_affected"),
}
"""The terms of the model and the columns each brings."""

NEEDED = tuple(column for columns in TERMS.values() for column in columns)

FIRST = 2000
"""First year in which EM-DAT is held to be whole, so that no record means no disaster."""

CARRIED = 5
"""Years for which an earlier GDP per head may stand for a missing one."""


@dataclass(frozen=True)
class Disasters(Mechanism):
    """Droughts, floods and storms of a state in a year.

    Attributes
    ----------
    outcome : "log_affected" (of those affected, where there was a disaster) or "disaster_struck" (whether there was).
    terms : which of TERMS enter. first_year : first year of the rows learnt from; 2001, the first with a past.
    estimate : what it has learnt; None while unfitted.
    """

    outcome: str = AFFECTED
    terms: tuple[str, ...] = tuple(TERMS)
    first_year: int = FIRST + 1
    estimate: Estimate | None = None

    id: ClassVar[str] = "climate.disasters"
    name: ClassVar[str] = "disasters"
    unit: ClassVar[str] = "state-year"
    term_columns: ClassVar[Mapping[str, tuple[str, ...]]] = TERMS
    reads: ClassVar[tuple[str, ...]] = (*KINDS, "temperature_anomaly", "population_un", "gdp_per_head")
    writes: ClassVar[tuple[str, ...]] = ("disaster_probability", "people_affected")

    def __post_init__(self) -> None:
        check_choice(self.id, "outcome", [self.outcome], OUTCOMES)
        check_choice(self.id, "term", self.terms, TERMS)

    def panel(self, record: Record, years: tuple[int, int]) -> pl.DataFrame:
        """Return state-years: ccode, year, both outcomes and the columns of TERMS; null where unknown.

        Raises InputError, with how to add it, if the record is without EM-DAT, and if no year can be known.
        """
        if years[1] < FIRST:
            raise InputError(f"disasters are held to be whole from {FIRST} on; {years[0]}:{years[1]} ends before.")
        span = (FIRST, years[1])
        yearly = panel("state-year", [*KINDS, "temperature_anomaly", "population_un"], years=span, record=record)
        slow = panel("state-year", ["gdp_per_head"], years=span, carry_forward=CARRIED, record=record)
        struck = yearly.hstack(slow.select("gdp_per_head")).with_columns(affected=pl.sum_horizontal(KINDS, ignore_nulls=False))
        rows = struck.select(
            "ccode",
            "year",
            "temperature_anomaly",
            log_population=pl.col("population_un").log(),
            log_gdp=pl.col("gdp_per_head").log(),
            **{STRUCK: pl.col("affected") > 0, AFFECTED: pl.when(pl.col("affected") > 0).then(pl.col("affected").log())},
        )
        return past(lagged(rows, TERMS["exposure"], 1)).filter(pl.col("year").is_between(*years))

    def design(self, panel: pl.DataFrame) -> Design:
        """Return the rows of which the outcome and every covariate are known, ready for estimation."""
        rows = panel.filter(pl.col("year") >= self.first_year).drop_nulls([self.outcome, *NEEDED])
        return Design.of(rows, self.columns, self.outcome, pl.col("ccode"))

    def fit(self, panel: pl.DataFrame) -> Disasters:
        """Return a copy fitted to the panel; raises InputError if there are too few disasters in it."""
        design = self.design(panel)
        return replace(self, estimate=logit(design) if self.outcome == STRUCK else linear(design))

    def models(self) -> Mapping[str, Forecaster]:
        """Return the models to be scored out of sample, by name."""
        kind: type[Logit] | type[Linear] = Logit if self.outcome == STRUCK else Linear
        baselines: dict[str, Forecaster] = (
            {"base rate": BaseRate(), "own rate": OwnRate()}
            if self.outcome == STRUCK
            else {"own mean": OwnMean(), "last value": LastValue()}
        )
        without = {term: tuple(each for each in self.terms if each != term) for term in self.terms}
        return {
            "full model": kind(self.columns),
            **{f"without {term}": kind(replace(self, terms=others).columns) for term, others in without.items()},
            **baselines,
        }


def past(rows: pl.DataFrame) -> pl.DataFrame:
    """Return state-years, sorted, with what the state had shown by the end of the year before; null while it had shown nothing.

    >>> rows = pl.DataFrame({"ccode": [2, 2, 2], "year": [2000, 2001, 2002], "disaster_struck": [True, False, None]})
    >>> past(rows.with_columns(log_affected=pl.Series([3.0, None, None]))).select("struck_years", "mean_log_affected").rows()
    [(None, None), (1.0, 3.0), (0.5, 3.0)]
    """

    def so_far(summed: pl.Expr) -> pl.Expr:
        return summed.fill_null(0).cum_sum().shift(1, fill_value=0).over("ccode")

    struck = pl.col(STRUCK).cast(pl.Int32)
    times, known, size = so_far(struck), so_far(struck.is_not_null().cast(pl.Int32)), so_far(pl.col(AFFECTED))
    return rows.with_columns(
        struck_years=pl.when(known > 0).then(times / known),
        mean_log_affected=pl.when(times > 0).then(size / times).when(known > 0).then(0.0),
    )
