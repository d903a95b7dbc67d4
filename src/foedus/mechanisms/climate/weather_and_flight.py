"""Whether more people flee abroad after a warm year than in the state's other years, and than the world's same year would have.

    logarithm of the departures(i, t) = origin(i) + year(t) + b · x(i, t - 1) + e(i, t)

Unit of analysis: the state-year of the origin; departures are flows as in `corridors.py`, or first asylum applications alone,
summed over destinations. x is the anomaly of the temperature, alone or with its square. Origins and years have effects of their
own, so that b compares a state with itself, free of what warms all states at once; errors are clustered by origin, though
neighbours share their weather. What b is per standard deviation of x and of the outcome (both within origins and years) is
what Hoffmann, Dimitrova, Muttarak, Crespo Cuaresma & Peisker (2020) gather in their meta-analysis. Missirian & Schlenker (2017)
took the level of temperature over maize land in its growing season, which the record lacks: their curve cannot be made
anew, only asked whether a few origins carry what there is.
Leaves out rain, drought and crops; nobody who fled within the state is counted.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import polars as pl

from foedus.errors import InputError
from foedus.estimation.design import Design, matrix_of
from foedus.estimation.estimate import NORMAL_95
from foedus.estimation.least_squares import linear, without_effects
from foedus.mechanisms.climate.corridors import ZEROS_SINCE, corridors
from foedus.record.store import Record

ENOUGH = 3
"""Years of an origin below which nothing within it can be compared."""


def departures(
    record: Record, years: tuple[int, int], destinations: Collection[int] | None = None, applications: bool = False
) -> pl.DataFrame:
    """Return origin-years: ccode, year, departures (persons), log_departures, anomaly and anomaly_squared of the year before.

    `destinations` keeps flows to these states from all others; `applications` counts first asylum
    applications alone. Only state-years with any departures and a known anomaly are in it.
    """
    rows = corridors(record, (max(years[0], ZEROS_SINCE + 1), years[1]))
    if destinations is not None:
        there = list(destinations)
        rows = rows.filter(pl.col("ccode2").is_in(there) & ~pl.col("ccode1").is_in(there))
    if applications:
        counts = record.table("displacement_flows").select("ccode1", "ccode2", "year", counted="asylum_applications")
        rows = rows.join(counts, on=["ccode1", "ccode2", "year"], how="left").with_columns(
            flow=pl.when(pl.col("flow").is_not_null()).then(pl.col("counted").fill_null(0))
        )
    known = rows.filter(~pl.col("anomaly_unknown"))
    sums = known.group_by(ccode="ccode1", year="year").agg(pl.col("flow").sum(), pl.col("anomaly", "anomaly_squared").first())
    positive = sums.filter(pl.col("flow") > 0).rename({"flow": "departures"})
    return positive.with_columns(log_departures=pl.col("departures").log()).sort("ccode", "year")


def weather(origin_years: pl.DataFrame, covariates: Sequence[str] = ("anomaly",)) -> pl.DataFrame:
    """Return what the covariates go with, within origins and years.

    origin_years : ccode, year, log_departures and the covariates. One row a covariate: term, estimate (per °C), low, high,
    standardized, standardized_low, standardized_high (in standard deviations of either side), n, origins. Origins with fewer
    than ENOUGH years are left out. Raises InputError if fewer than two are left.
    """
    rows = origin_years.filter(pl.len().over("ccode") >= ENOUGH).sort("ccode", "year")
    states = rows["ccode"].n_unique()
    if states < 2:
        raise InputError(f"{states} states with {ENOUGH} years or more cannot be compared within: widen years or destinations.")
    groups = [np.unique(rows[name].to_numpy(), return_inverse=True)[1].astype(np.int64) for name in ("ccode", "year")]
    plain = matrix_of(rows, [*covariates, "log_departures"])
    values = np.column_stack([without_effects(column, groups) for column in plain.T])
    design = Design(values[:, :-1], tuple(covariates), values[:, -1], groups[0], rows["year"].to_numpy().astype(np.int64))
    slopes = linear(design).tidy().filter(pl.col("term") != "intercept")
    lost = sum(len(np.unique(each)) for each in groups)  # effects use up degrees of freedom that the errors do not know of
    wider = np.sqrt(rows.height / (rows.height - lost))
    spread = values.std(axis=0)
    error = pl.col("std_error") * wider
    scale = pl.Series(spread[:-1] / spread[-1])
    return slopes.select(
        "term", "estimate", low=pl.col("estimate") - NORMAL_95 * error, high=pl.col("estimate") + NORMAL_95 * error
    ).with_columns(
        standardized=pl.col("estimate") * scale,
        standardized_low=pl.col("low") * scale,
        standardized_high=pl.col("high") * scale,
        n=pl.lit(rows.height),
        origins=pl.lit(states),
    )


def influence(origin_years: pl.DataFrame, covariates: Sequence[str] = ("anomaly",)) -> pl.DataFrame:
    """Return what the first covariate's estimate becomes without each origin: ccode, estimate, moved; by how far it moves."""
    whole = float(weather(origin_years, covariates)["estimate"][0])
    without = [
        {"ccode": code, "estimate": float(weather(origin_years.filter(pl.col("ccode") != code), covariates)["estimate"][0])}
        for code in origin_years["ccode"].unique().sort()
    ]
    estimates = pl.DataFrame(without, schema={"ccode": pl.Int16, "estimate": pl.Float64})
    moved = estimates.with_columns(moved=pl.col("estimate") - whole)
    return moved.sort(pl.col("moved").abs(), descending=True, maintain_order=True)
