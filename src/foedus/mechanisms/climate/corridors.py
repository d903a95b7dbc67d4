"""Corridors: who fled from one state to another in each year, beside what was known of the two the year before.

A corridor is a directed dyad, from the origin to the destination. The flow of a year is the sum of three counts of UNHCR: new
refugees (recognised as a group, or given temporary protection), first asylum applications, and others newly in need of
protection. Persons newly in a refugee-like situation are not in it: those are estimates, some spread evenly over years.

Filling zeros is a step of its own. UNHCR marks "none" and "not available" alike, and only from ZEROS_SINCE on can a missing
count be read as none; here only of a destination that told of somebody, from anywhere, in that year. A corridor-year is set
aside, its flow unknown, where the count changed by being counted otherwise (`displacement_breaks`, and the year after, whose
past it is), where only a refugee-like situation is told of, and where the destination told of nobody. `set_aside` names which.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from foedus.errors import InputError
from foedus.panels.panel import lagged, panel
from foedus.record.store import Record

ZEROS_SINCE = 2000
"""First year of flows: some 140 destinations reported, asylum seekers by origin for the first time (sources/unhcr.py)."""

FLOW = ("new_refugees", "asylum_applications", "new_others_in_need")
"""The counts that make up the flow."""

SLOW = ("contiguous", "min_distance", "migrants", "gdp_per_head")
"""Variables that change slowly: for at most CARRIED years an earlier value stands for a missing one."""

CARRIED = 5
"""The interval between two counts of migrants; distances and GDP per head end in 2019."""

DEATHS = ("state_based_deaths", "one_sided_deaths", "non_state_deaths")
YEARLY = ("refugees", *DEATHS, "physical_integrity", "polyarchy", "temperature_anomaly", "population_un")
PAIR = ("ccode1", "ccode2")
KEYS = (*PAIR, "year")

BREAK, LIKE, SILENT = "counted otherwise", "a refugee-like situation alone", "the destination told of nobody"
"""Why the flow of a corridor-year is unknown."""


def corridors(record: Record, years: tuple[int, int], same_year: bool = False) -> pl.DataFrame:
    """Return the corridor-years of `years`: what came, and the year before's covariates; null where unknown.

    Columns: KEYS; told (persons counted, whether or not the count holds); flow (persons), any_displacement, log_displacement
    (of a flow above zero); set_aside (why the flow is unknown: BREAK, LIKE or SILENT; else null); the columns of
    `covariates` and of `history`. With `same_year`, deaths are those of the row's own year: that explains a flow, and
    forecasts none. Raises InputError where no flow of the years can be known.
    """
    if years[1] < ZEROS_SINCE:
        raise InputError(f"flows are known from {ZEROS_SINCE} on, and {years[0]}:{years[1]} ends before: ask for later years.")
    rows = panel("dyad-year", [*FLOW, "new_refugee_like", *YEARLY], years=(ZEROS_SINCE, years[1]), directed=True, record=record)
    slow = panel("dyad-year", SLOW, years=(ZEROS_SINCE, years[1]), directed=True, carry_forward=CARRIED, record=record)
    joined = rows.hstack(slow.drop(KEYS))
    counted = joined.select(*KEYS).hstack(flows(joined, record))
    known = covariates(joined)
    deaths = [f"log_{name}" for name in DEATHS]
    before = lagged(known, [name for name in known.columns if name not in {*KEYS, *(deaths if same_year else ())}], 1)
    return history(counted).hstack(before.drop(KEYS)).filter(pl.col("year").is_between(*years))


def flows(rows: pl.DataFrame, record: Record) -> pl.DataFrame:
    """Return what is known of each row's flow: told, flow, any_displacement, log_displacement, set_aside."""
    reported = pl.concat([record.table(f"displacement_{kind}").select("ccode2", "year") for kind in ("flows", "stocks")])
    marked = rows.select(*KEYS, *FLOW, "new_refugee_like").join(
        reported.unique().with_columns(reports=pl.lit(True)), on=["ccode2", "year"], how="left", maintain_order="left"
    )
    marked = marked.join(broken(record), on=KEYS, how="left", maintain_order="left")
    counted = pl.sum_horizontal(FLOW)
    reason = (
        pl.when(pl.col("broken"))
        .then(pl.lit(BREAK))
        .when(pl.col("new_refugee_like") > 0, counted == 0)
        .then(pl.lit(LIKE))
        .when(pl.col("reports").is_null())
        .then(pl.lit(SILENT))
    )
    flow = pl.when(pl.col("set_aside").is_null()).then(pl.col("told"))
    named = marked.select(told=counted, set_aside=reason).with_columns(flow=flow)
    return named.select(
        "told",
        "flow",
        "set_aside",
        any_displacement=pl.col("flow") > 0,
        log_displacement=pl.when(pl.col("flow") > 0).then(pl.col("flow").cast(pl.Float64).log()),
    )


def broken(record: Record) -> pl.DataFrame:
    """Return the corridor-years whose count, or whose past, changed by being counted otherwise: KEYS, broken (true)."""
    breaks = record.table("displacement_breaks")
    spans = pl.int_ranges("year", pl.col("last_year") + 2, dtype=pl.Int16)
    return breaks.select(*PAIR, year=spans).explode("year").unique().with_columns(broken=pl.lit(True))


def covariates(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the covariates of rows, in the row's own year: KEYS and, in persons, kilometres and dollars, their logarithms.

    Of what a source leaves out often enough to matter (temperature: Türkiye, Côte d'Ivoire, Yemen; migrants of most corridors)
    the unknown is a level of its own: zero, and a column that says so. Refugees of whom nobody tells count as none.
    """
    anomaly = pl.col("temperature_anomaly_1")
    return rows.select(
        *KEYS,
        *(pl.col(f"{name}_1").log1p().alias(f"log_{name}") for name in DEATHS),
        "contiguous",
        physical_integrity="physical_integrity_1",
        polyarchy="polyarchy_1",
        anomaly=anomaly.fill_null(0.0),
        anomaly_squared=(anomaly**2).fill_null(0.0),
        anomaly_unknown=anomaly.is_null(),
        log_distance=pl.col("min_distance").log1p(),
        log_population_origin=pl.col("population_un_1").log(),
        log_population_destination=pl.col("population_un_2").log(),
        log_gdp_origin=pl.col("gdp_per_head_1").log(),
        log_gdp_destination=pl.col("gdp_per_head_2").log(),
        polyarchy_destination="polyarchy_2",
        log_refugees=pl.col("refugees").log1p().fill_null(0.0),
        log_migrants=pl.col("migrants").log1p().fill_null(0.0),
        migrants_unknown=pl.col("migrants").is_null(),
    )


def history(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows (KEYS, flow, log_displacement, …, sorted) with what the corridor had shown by the end of the year before.

    Columns: flow_last_year (somebody came), log_flow_last_year (of one more than the flow), last_year_unknown, latest_log_flow
    (of the last known flow above zero), mean_log_flow (of all of those), flow_years (share of known years with any).

    >>> world = pl.DataFrame({"ccode1": [1, 1, 1], "ccode2": [2, 2, 2], "year": [2000, 2001, 2002], "flow": [10, 0, 0]})
    >>> known = world.with_columns(any_displacement=pl.col("flow") > 0, log_displacement=pl.Series([2.3, None, None]))
    >>> history(known).select("flow_last_year", "latest_log_flow", "flow_years").rows()[1:]
    [(True, 2.3, 1.0), (False, 2.3, 0.5)]
    """
    size, came = pl.col("log_displacement"), pl.col("any_displacement").cast(pl.Int32)

    def so_far(summed: pl.Expr) -> pl.Expr:
        return summed.fill_null(0).cum_sum().shift(1, fill_value=0).over(PAIR)

    years, flows_, known = so_far(size), so_far(came), so_far(came.is_not_null().cast(pl.Int32))
    last = lagged(rows.select(*KEYS, last="flow"), ["last"], 1)["last"]
    return (
        rows.with_columns(last)
        .with_columns(
            flow_last_year=(pl.col("last") > 0).fill_null(False),
            log_flow_last_year=pl.col("last").log1p().fill_null(0.0),
            last_year_unknown=pl.col("last").is_null(),
            latest_log_flow=size.forward_fill().shift(1).over(PAIR).fill_null(0.0),
            mean_log_flow=pl.when(flows_ > 0).then(years / flows_).otherwise(0.0),
            flow_years=pl.when(known > 0).then(flows_ / known).otherwise(0.0),
        )
        .drop("last")
    )


def coverage(rows: pl.DataFrame, needed: Collection[str]) -> pl.DataFrame:
    """Return how many corridor-years are used, and why the others are not: reason, rows, persons told of in them.

    Of a row with several faults the first of them tells: that its flow is set aside, or else that a covariate is unknown.
    """
    lacks = [pl.when(pl.col(name).is_null()).then(pl.lit(f"no {name} is known")) for name in needed]
    reason = pl.coalesce("set_aside", *lacks, pl.lit("used")).alias("reason")
    return rows.group_by(reason).agg(rows=pl.len(), persons=pl.col("told").sum()).sort("rows", descending=True)
