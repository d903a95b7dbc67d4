"""What is told of flight beside its grades: what follows it, what tells of it, where it goes. Computed once, remembered.

Nothing of it earns a weight. What of it was declared before scores were seen is said in `flows.py` and `arrivals.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from foedus.errors import InputError
from foedus.mechanisms.climate.corridors import FLOW
from foedus.mechanisms.climate.displacement import Displacement
from foedus.mechanisms.climate.displacement_forecast import Case, case
from foedus.record.store import Record
from foedus.validation.displacement import flows
from foedus.validation.displacement.arrivals import Arrivals, expected_arrivals
from foedus.validation.hindcast import FULL
from foedus.validation.memory import remembered

GRAVITY_ALONE = "gravity alone"

CASE_YEARS = (Displacement.first_year + 1, Displacement.last_year)
"""Years that models can be asked for that learnt up to the year before."""


@dataclass(frozen=True)
class Largest:
    """The largest flight out of one state in a year that could be forecast, as a case.

    Attributes
    ----------
    origin, year : COW code of the state, and the year. forecast : by models that learnt up to the year before.
    given : by the same, given the deaths of the year itself; that is no forecast.
    """

    origin: int
    year: int
    forecast: Case
    given: Case


def corridors(record: Record) -> pl.DataFrame:
    """Return how well each corridor is followed over time (`flows.by_corridor`)."""
    return _frame("flight-by-corridor", record, lambda: flows.by_corridor(record))


def followed(record: Record) -> pl.DataFrame:
    """Return how many corridors each model follows (`flows.followed`), the full one and gravity alone; first column: model."""
    return _frame("flight-followed", record, lambda: _followed(record))


def _followed(record: Record) -> pl.DataFrame:
    tables = {FULL: corridors(record), GRAVITY_ALONE: flows.by_corridor(record, ("gravity",))}
    return pl.DataFrame([{"model": name, **flows.followed(table)} for name, table in tables.items()])


def drivers(record: Record) -> pl.DataFrame:
    """Return what the blocks of covariates are worth to forecasts (`flows.drivers`)."""
    return _frame("flight-drivers", record, lambda: flows.drivers(record))


def allocation(record: Record) -> pl.DataFrame:
    """Return how many of those who left an origin went elsewhere than forecast (`flows.allocation`)."""
    return _frame("flight-allocation", record, lambda: flows.allocation(record))


def arrivals(record: Record) -> Arrivals:
    """Return what was expected in each state, and what came (`arrivals.expected_arrivals`)."""
    kept: Arrivals = remembered("flight-arrivals", record, (Arrivals,), lambda: expected_arrivals(record, corridors(record)))
    return kept


def largest(record: Record) -> Largest:
    """Return the largest yearly flight out of one state, among the years that can be forecast."""
    kept: Largest = remembered("flight-largest", record, (Largest, Case), lambda: _largest(record))
    return kept


def _largest(record: Record) -> Largest:
    origin, year = largest_flight(record.table("displacement_flows"))
    return Largest(origin, year, case(record, origin, year), case(record, origin, year, same_year=True))


def largest_flight(table: pl.DataFrame) -> tuple[int, int]:
    """Return the origin and the year of the largest sum of FLOW in a table of flows (ccode1, year, FLOW).

    Raises InputError if the table has no row in a year that can be forecast.

    >>> rows = {"ccode1": [7, 7, 8], "year": [2005, 2005, 2006], **{name: [1, 1, 1] for name in FLOW}}
    >>> largest_flight(pl.DataFrame(rows))
    (7, 2005)
    """
    known = table.filter(pl.col("year").is_between(*CASE_YEARS))
    if known.is_empty():
        raise InputError(f"nobody is known to have fled in {CASE_YEARS[0]}–{CASE_YEARS[1]}: no case can be chosen.")
    sums = known.group_by("ccode1", "year").agg(persons=pl.sum_horizontal(pl.col(FLOW).sum()))
    origin, year, _ = sums.sort("persons", "ccode1", "year", descending=[True, False, False]).row(0)
    return int(origin), int(year)


FRAMES: Mapping[str, Callable[[Record], pl.DataFrame]] = {
    "flight-by-corridor": corridors,
    "flight-followed": followed,
    "flight-drivers": drivers,
    "flight-allocation": allocation,
}
"""What is a frame of it, by the name it is remembered by."""

ALL: Mapping[str, Callable[[Record], Any]] = {**FRAMES, "flight-arrivals": arrivals, "flight-largest": largest}
"""All of it, by the name it is remembered by."""


def _frame(name: str, record: Record, compute: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    kept: pl.DataFrame = remembered(name, record, (), compute)
    return kept
