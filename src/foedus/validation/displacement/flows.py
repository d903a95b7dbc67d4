"""How far the forecasts of flight go: corridor by corridor, and by what drives them.

What was declared beside the grades of `displacement` (preregistered.toml): skill within each corridor over time, against its
mean so far and against last year; how far a model of gravity alone follows corridors; and what the columns of conflict and
repression are worth to forecasts, beside those of climate. Beside these, not declared: whether the model knows better than last
year where those who leave an origin will go.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

from foedus.errors import InputError
from foedus.estimation.design import Design
from foedus.estimation.estimate import NORMAL_95
from foedus.mechanisms.climate.displacement import HURDLE, SIZE, TERMS, Displacement
from foedus.mechanisms.climate.displacement_forecast import Flows
from foedus.record.store import Record
from foedus.validation.bootstrap import Bootstrap
from foedus.validation.displacement.importance import importance
from foedus.validation.displacement.within import LEAST, summary, within
from foedus.validation.hindcast import FULL, Hindcast, hindcast, together
from foedus.validation.registration import Registration, registrations

REGISTERED = {SIZE: "displacement", HURDLE: "displacement-any"}
"""Outcome → the test whose windows, seed and rivals it has."""

BLOCKS = {
    "conflict and repression": (*TERMS["conflict"], *TERMS["repression"]),
    "climate": TERMS["climate"],
}

BARE, DRIVERS_ALONE = "without past and stock", ("conflict", "repression", "climate", "gravity")
"""The model in which nothing is known of earlier flows and of who lives in the destination, and its terms."""


def by_corridor(record: Record, terms: tuple[str, ...] = tuple(TERMS)) -> pl.DataFrame:
    """Return how well each corridor's flows are followed over time (`within.within`), with ccode1 and ccode2 for its cluster.

    With other `terms` than all, of the model with these alone.
    """
    test = registrations()[REGISTERED[SIZE]]
    table = within(_forecasts(Displacement(terms=terms, cluster="corridor"), record, test), test.baselines)
    sides = (pl.col("cluster") // 1000).alias("ccode1"), (pl.col("cluster") % 1000).alias("ccode2")
    return table.select(*(side.cast(pl.Int16) for side in sides), pl.exclude("cluster"))


def followed(table: pl.DataFrame) -> dict[str, float | int]:
    """Return what a table of `by_corridor` says in all (`within.summary`), with the share forecast of the corridors judged.

    `low` and `high` are its 95 % interval, in which all corridors from an origin may be followed, or not, together.
    """
    judged = table.filter(pl.col("n") >= LEAST)
    counts = summary(table, registrations()[REGISTERED[SIZE]].baselines)
    share = counts["forecast"] / counts["judged"]
    away = judged.group_by("ccode1").agg((pl.col("forecast").cast(pl.Float64) - share).sum())["forecast"]
    error = float(np.linalg.norm(away.to_numpy())) / judged.height
    return {**counts, "share": share, "low": share - NORMAL_95 * error, "high": share + NORMAL_95 * error}


def drivers(record: Record) -> pl.DataFrame:
    """Return what each of BLOCKS is worth to forecasts: outcome, model, and the columns of `importance.Importance.tidy`.

    Intervals resample origins of flight and years.
    """
    return pl.concat(
        _drivers(record, outcome, name, terms)
        for outcome in REGISTERED
        for name, terms in ((FULL, tuple(TERMS)), (BARE, DRIVERS_ALONE))
    )


def _drivers(record: Record, outcome: str, name: str, terms: tuple[str, ...]) -> pl.DataFrame:
    model, test = Displacement(outcome=outcome, terms=terms), registrations()[REGISTERED[outcome]]
    design = _design(model, record, test)
    worth = importance(model.models()[FULL], design, BLOCKS, test).tidy(test)
    return worth.select(pl.lit(outcome).alias("outcome"), pl.lit(name).alias("model"), pl.all())


def _forecasts(model: Displacement, record: Record, test: Registration) -> Hindcast:
    """Forecasts of the full model and the baselines over all windows."""
    design = _design(model, record, test)
    chosen = {name: each for name, each in model.models().items() if name in (FULL, *test.baselines)}
    return together([hindcast(model.outcome, chosen, design, origin) for origin in test.origins], *chosen)


def _design(model: Displacement, record: Record, test: Registration) -> Design:
    return model.design(model.panel(record, (model.first_year, test.years[1])))


def only_skilful(told: pl.DataFrame, skill: pl.DataFrame) -> pl.DataFrame:
    """Return forecasts with null where the corridor's own past gives no reason to believe them, and why in `why_not`.

    told : ccode1, ccode2 and the columns median, low, high and expected. skill : a table of `by_corridor`.
    """
    marked = told.join(
        skill.select("ccode1", "ccode2", "forecast", "why_not"), on=["ccode1", "ccode2"], how="left", maintain_order="left"
    ).with_columns(pl.col("forecast").fill_null(False))
    unseen = pl.when(~pl.col("forecast")).then(pl.col("why_not").fill_null("no flow of it was ever forecast"))
    kept = [pl.when(pl.col("forecast")).then(pl.col(name)).alias(name) for name in ("median", "low", "high", "expected")]
    return marked.with_columns(*kept, why_not=unseen)


def forecasts(rows: pl.DataFrame, windows: Iterable[tuple[int, int, int]]) -> pl.DataFrame:
    """Return the rows of each window (last year learnt from, first and last year) with what was forecast of them.

    rows : corridor-years of which every covariate is known. Columns are those of `Flows.forecast` beside their own.
    """
    return pl.concat(
        Flows.learn(rows, learnt).forecast(rows.filter(pl.col("year").is_between(first, last)))
        for learnt, first, last in windows
    )


LEAST_PERSONS = 100
"""Persons who left an origin in a year, and in the year before, below whom shares of destinations are not compared."""


def allocation(record: Record) -> pl.DataFrame:
    """Return how many of those who left an origin went elsewhere than forecast: ccode1, year, persons, model, last_year.

    `model` is the share of the persons whom the expected flows, as shares of their sum, would have sent to another destination;
    `last_year` that by the shares of the year before. Learnt up to the origin of each window; the sum is given. It was not
    among what was declared before scores were seen.
    """
    test, full = registrations()[REGISTERED[SIZE]], Displacement(outcome=HURDLE)
    rows = full.complete(full.panel(record, (full.first_year, test.years[1])))
    forecast_rows = forecasts(rows, test.origins).with_columns(before=pl.col("log_flow_last_year").exp() - 1)
    shares = {name: pl.col(name) / pl.col(name).sum().over("ccode1", "year") for name in ("flow", "expected", "before")}
    away = {
        name: (shares[column] - shares["flow"]).abs() / 2 for name, column in (("model", "expected"), ("last_year", "before"))
    }
    sums = forecast_rows.with_columns(**away).group_by("ccode1", "year")
    moved = sums.agg(pl.col("before").sum(), pl.col("model", "last_year").sum(), persons=pl.col("flow").sum())
    enough = moved.filter(pl.col("persons") >= LEAST_PERSONS, pl.col("before") >= LEAST_PERSONS)
    return enough.select("ccode1", "year", "persons", "model", "last_year").sort("ccode1", "year")


def allocated(table: pl.DataFrame) -> dict[str, float | int]:
    """Return means over the origin-years of `allocation`: model, last_year, and the gain of the model with its interval.

    The interval resamples origins and years, as those of the registered test.
    """
    if table.is_empty():
        raise InputError("no origin-year to compare: widen the years.")
    test = registrations()[REGISTERED[SIZE]]
    values = table.select("model", "last_year", gain=pl.col("last_year") - pl.col("model")).to_numpy()
    origin, year = (table[name].to_numpy().astype(np.int64) for name in ("ccode1", "year"))
    drawn = Bootstrap.of(list(values.T), origin, year, test.bootstrap, test.seed)
    low, high = np.quantile(drawn.means()[:, 2], [(1 - test.level) / 2, (1 + test.level) / 2])
    model, last_year, gain = (float(mean) for mean in drawn.mean())
    return {"n": table.height, "model": model, "last_year": last_year, "gain": gain, "low": float(low), "high": float(high)}
