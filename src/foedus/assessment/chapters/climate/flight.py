"""Flight between states, told: which corridors are followed over time, what tells of it, where people go, and the largest case.

Findings and exhibits for the chapter on climate and migration, the same for every partnership. What was declared beside the
grades of `displacement` says so, and what was not says that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from foedus.assessment.finding import Baseline, Exhibit, Finding, Interval, Rows
from foedus.mechanisms.climate.displacement import HURDLE, SIZE
from foedus.record.states import StateSystem
from foedus.record.store import Record
from foedus.validation.displacement import flight
from foedus.validation.displacement.flows import BARE, LEAST_PERSONS, allocated
from foedus.validation.displacement.within import LEAST
from foedus.validation.grades import worst
from foedus.validation.hindcast import FULL
from foedus.validation.validate import Validation, validate
from foedus.words import about, between, listed, spread

SOURCES = (
    "unhcr",
    "ucdp_country_year",
    "vdem_lite",
    "vdem_polyarchy",
    "faostat_temperature",
    "minimum_distance",
    "un_population",
    "fariss_economy",
    "un_migrants",
)
"""What forecasts of flight rest on."""

SHOWN = 12
"""Destinations of the case in the exhibit."""

UNDECLARED = "Not among what was declared before scores were seen."


def findings(record: Record, chapter: str) -> tuple[Finding, ...]:
    """Return the findings, as parts of a chapter."""
    validations = {each.outcome: each for each in validate("displacement", record)}
    return (
        _corridors(flight.followed(record), validations[SIZE], chapter),
        _drivers(flight.drivers(record), validations, chapter),
        _case(flight.largest(record), StateSystem.of(record), chapter),
        _allocation(flight.allocation(record), chapter),
    )


def exhibits(record: Record) -> tuple[Exhibit, ...]:
    """Return what the findings rest on: what blocks of covariates are worth, and the case's destinations."""
    return _blocks(flight.drivers(record)), _destinations(flight.largest(record), StateSystem.of(record))


def _corridors(followed: pl.DataFrame, validation: Validation[Any], chapter: str) -> Finding:
    """Return how many corridors the model follows over time, and gravity alone."""
    by_model = {row["model"]: row for row in followed.iter_rows(named=True)}
    full, gravity = by_model[FULL], by_model[flight.GRAVITY_ALONE]
    first, last = validation.registration.years
    variance = "share with r_squared above zero"
    return Finding(
        id="displacement.corridors",
        chapter=chapter,
        statement=(
            f"Corridor by corridor, {first}–{last}: of {full['judged']:,} with {LEAST} forecasts or more, {full['forecast']:,} "
            f"({full['share'] * 100:.0f} %; {full['low'] * 100:.0f} to {full['high'] * 100:.0f}) were forecast better than by "
            f"their own mean and by last year's count; by gravity alone (distance, size and wealth) {gravity['forecast']:,} "
            f"({gravity['share'] * 100:.0f} %). Against the mean of these years, known in hindsight, the full model is better "
            f"in {full[variance] * 100:.0f} %, gravity alone in {gravity[variance] * 100:.0f} %. The other corridors, and "
            f"{full['clusters'] - full['judged']:,} with fewer forecasts, are not forecast here. Declared beside the grades; "
            "the grade is that of the numbers over all corridors together."
        ),
        value=round(full["share"], 4),
        unit="share of corridors",
        interval=Interval(0.95, full["low"], full["high"]),
        baseline=Baseline("gravity alone", round(gravity["share"], 4)),
        grade=validation.grades["headline"],
        sources=SOURCES,
        rows=Rows(f"foedus validate {validation.full.id} --json", f"outcome = {SIZE} and term = headline"),
    )


def _drivers(drivers: pl.DataFrame, validations: Mapping[str, Validation[Any]], chapter: str) -> Finding:
    """Return what conflict and repression are worth to the forecasts, beside climate."""
    by_block = {(row["outcome"], row["model"], row["block"]): row for row in drivers.iter_rows(named=True)}

    def costs(model: str) -> str:
        """Return what shuffling costs, by block, for both outcomes."""
        return " and ".join(
            f"{block} {listed([_share(by_block[outcome, model, block]) for outcome in (SIZE, HURDLE)])}"
            for block in ("conflict and repression", "climate")
        )

    more = by_block[SIZE, BARE, "conflict and repression less climate"]
    grades = [validation.grades[term] for validation in validations.values() for term in ("conflict", "repression")]
    full = validations[SIZE].full
    return Finding(
        id="displacement.drivers",
        chapter=chapter,
        statement=(
            "What it costs the forecasts to shuffle what is known of the origin, in per cent of the error for numbers and for "
            f"whether anybody fled: in a model {BARE}, {costs(BARE)}; in the full model, {costs(FULL)}. Declared "
            "beside the grades and without one of its own; the grade is the worst that conflict and repression have as terms "
            "of the full model, where last year's flow may hold what they tell. Schutte et al. (2021) found this order."
        ),
        value=round(more["share"], 4),
        unit="share of the squared error, conflict and repression less climate",
        interval=Interval(validations[SIZE].registration.level, more["share_low"], more["share_high"]),
        baseline=Baseline("no more than climate", 0.0),
        grade=worst(grades),
        sources=SOURCES,
        rows=Rows(f"foedus validate {full.id} --json", "term = conflict or term = repression or term = climate"),
    )


def _share(row: Mapping[str, Any]) -> str:
    return spread(*(round(100 * row[name], 1) + 0.0 for name in ("share", "share_low", "share_high")))


def _case(largest: flight.Largest, system: StateSystem, chapter: str) -> Finding:
    """Return what was forecast of the largest flight there was, and what came."""
    forecast, given = largest.forecast, largest.given
    first, last = flight.CASE_YEARS
    return Finding(
        id="displacement.case",
        chapter=chapter,
        statement=(
            f"A case chosen by rule, the most who fled from one state in a year of {first}–{last}: "
            f"{system.name(largest.origin, largest.year)}, {largest.year}. Models that learnt up to {forecast.last_year} "
            f"expected {about(forecast.expected)} persons ({about(forecast.low)} to {about(forecast.high)}) in "
            f"{forecast.destinations.height} destinations; {forecast.came:,} came, and {forecast.refugee_like:,} in a "
            f"refugee-like situation are in no flow. Given the deaths of {largest.year} too, such models say "
            f"{about(given.expected)} ({about(given.low)} to {about(given.high)}). Of those who came, "
            f"{forecast.misallocated * 100:.0f} % went elsewhere than by the shares forecast. {UNDECLARED}"
        ),
        value=round(forecast.expected),
        unit="persons",
        interval=Interval(0.95, forecast.low, forecast.high),
        baseline=Baseline("came", float(forecast.came)),
        grade="not estimated",
        sources=SOURCES,
        rows=Rows("displacement_flows", f"ccode1 = {largest.origin} and year = {largest.year}"),
    )


def _allocation(table: pl.DataFrame, chapter: str) -> Finding:
    """Return whether the model knows better than last year where those who leave will go."""
    shares = allocated(table)
    return Finding(
        id="displacement.allocation",
        chapter=chapter,
        statement=(
            f"Where people go, given how many left ({shares['n']:,} origins and years with {LEAST_PERSONS} persons or more, "
            f"{between(table['year'])}): {shares['model'] * 100:.1f} % went elsewhere than by the shares that the model "
            f"expects, {shares['last_year'] * 100:.1f} % elsewhere than by those of the year before; gain of the model "
            f"{spread(100 * shares['gain'], 100 * shares['low'], 100 * shares['high'])} percentage points. {UNDECLARED}"
        ),
        value=round(shares["gain"], 4),
        unit="share of the persons",
        interval=Interval(0.95, shares["low"], shares["high"]),
        baseline=Baseline("shares of the year before", 0.0),
        grade="not estimated",
        sources=SOURCES,
    )


def _blocks(drivers: pl.DataFrame) -> Exhibit:
    """Return what shuffling a block costs, by outcome and model."""
    outcomes = {SIZE: "numbers that fled", HURDLE: "whether anybody fled"}
    rows = drivers.filter(~pl.col("block").str.contains(" less ")).select(
        label="block",
        value="share",
        low="share_low",
        high="share_high",
        baseline=pl.lit(0.0),
        group=pl.format("{}, {}", pl.col("outcome").replace(outcomes), "model"),
        unit=pl.lit("share of the error"),
    )
    return Exhibit(
        "displacement.blocks",
        "What forecasts of flight lose when what is known of the origin is shuffled",
        "bars",
        rows,
        "Columns of a block are shuffled together among the rows of a window; intervals resample origins and years. The full "
        "model knows last year's flow, which a war has raised already.",
        SOURCES,
    )


def _destinations(largest: flight.Largest, system: StateSystem) -> Exhibit:
    """The case's largest destinations: what was forecast, and as the upright tick what came."""
    rows = largest.forecast.destinations.head(SHOWN)
    names = pl.Series("label", [system.name(code, largest.year) for code in rows["ccode2"]], dtype=pl.String)
    frame = rows.select(
        names,
        value="median",
        low="low",
        high="high",
        baseline=pl.col("flow").cast(pl.Float64),
        group=pl.lit(None, pl.String),
        unit=pl.lit("persons"),
    )
    last = largest.forecast.last_year
    return Exhibit(
        "displacement.case.destinations",
        f"Flight from {system.name(largest.origin, largest.year)}, {largest.year}: forecast from {last}, and what came (tick)",
        "bars",
        frame,
        "The median of a flow, if there is one, with its 95 % interval; the largest destinations.",
        SOURCES,
    )
