"""How many of those who flee were expected in each state, along corridors whose own past gives reason to forecast them.

A year is forecast by models that learnt up to the origin of its window, and the year after the last window by models that
learnt from all of them; a corridor only if `flows.by_corridor` believes in it, and for the others the table says why not. The
belief is drawn from all windows at once, so that early years profit from what came later. That of a sum is another thing than
that of its parts: nothing about sums was declared before they were seen, and beside them stands what came the year before.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from foedus.mechanisms.climate.corridors import FLOW, KEYS
from foedus.mechanisms.climate.displacement import HURDLE, NEEDED, SIZE, TERMS, Displacement
from foedus.panels.codebook import lookup
from foedus.panels.panel import lagged
from foedus.record.store import Record
from foedus.validation.displacement.flows import REGISTERED, forecasts, only_skilful
from foedus.validation.displacement.within import LEAST
from foedus.validation.registration import registrations

PERSONS = ("expected", "came", "before")

UNKNOWN, FEW = "something of the two states is unknown", f"fewer than {LEAST} forecasts of it"


@dataclass(frozen=True)
class Arrivals:
    """What was expected, and what came.

    Attributes
    ----------
    destinations : one row a state, year and reason: ccode, year, why_not (null: forecast), corridors, expected (persons; null
        where not forecast), came and before (persons told of, that year and the year before). Not forecast are only corridors
        along which somebody came in either year.
    corridors : those of the last year that can be forecast: ccode1, ccode2, year, expected, low, high (of a flow, if there is
        one), came, before, why_not.
    """

    destinations: pl.DataFrame
    corridors: pl.DataFrame


def expected_arrivals(record: Record, skill: pl.DataFrame) -> Arrivals:
    """Return what came to every state since the first window, and what was expected; skill : a table of `flows.by_corridor`."""
    test, full = registrations()[REGISTERED[SIZE]], Displacement(outcome=HURDLE)
    after = full.last_year + 1
    known_to = max(lookup(name).last_year for name in FLOW)
    panel = _with_last_temperatures(full.panel(record, (full.first_year, known_to)), after)
    windows = [*test.origins, (full.last_year, after, after)]
    expected = forecasts(panel.drop_nulls(list(NEEDED)), windows).select(*KEYS, "median", "low", "high", "expected")
    later = panel.select(*KEYS, "set_aside", came="told").filter(pl.col("year") >= test.years[0])
    before = lagged(panel.select(*KEYS, before="told"), ["before"], 1)
    rows = later.join(before, on=KEYS, how="left").join(expected, on=KEYS, how="left")
    marked = _told_why(only_skilful(rows, skill))
    counted = marked.filter(pl.col("why_not").is_null() | (pl.col("came") > 0) | (pl.col("before") > 0))
    columns = (*KEYS, "expected", "low", "high", "came", "before", "why_not")
    return Arrivals(_by_destination(counted), counted.filter(year=after).select(columns).sort(KEYS))


def _with_last_temperatures(panel: pl.DataFrame, year: int) -> pl.DataFrame:
    """Corridor-years in which, for a year whose temperatures nobody has yet, those of the year before stand.

    To take them for unknown would be to take them for those of the few states whose temperatures are never told.
    """
    earlier = lagged(panel.select(*KEYS, *TERMS["climate"]), TERMS["climate"], 1)
    return panel.with_columns(
        pl.when(pl.col("year") == year).then(earlier[name]).otherwise(pl.col(name)).alias(name) for name in TERMS["climate"]
    )


def _told_why(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the first reason for which nothing is forecast; numbers are null where there is one."""
    unknown = pl.when(pl.col("median").is_null() & pl.col("forecast")).then(pl.lit(UNKNOWN))
    few = pl.when(pl.col("why_not").str.contains(" forecasts, fewer than ")).then(pl.lit(FEW))
    why = rows.with_columns(why_not=pl.coalesce("set_aside", unknown, few, "why_not"))
    numbers = ("median", "low", "high", "expected")
    return why.with_columns(pl.when(pl.col("why_not").is_null()).then(pl.col(name)).alias(name) for name in numbers)


def _by_destination(rows: pl.DataFrame) -> pl.DataFrame:
    sums = rows.group_by("ccode2", "year", "why_not").agg(pl.len().cast(pl.Int64).alias("corridors"), pl.col(PERSONS).sum())
    shown = sums.with_columns(expected=pl.when(pl.col("why_not").is_null()).then(pl.col("expected")))
    return shown.select(pl.col("ccode2").alias("ccode"), "year", "why_not", "corridors", *PERSONS).sort(
        "ccode", "year", "why_not", nulls_last=False
    )
