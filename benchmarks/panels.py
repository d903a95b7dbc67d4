"""One dyad's two centuries with ten variables, beside the same table from plain polars joins; values are compared first."""

from __future__ import annotations

import statistics
import sys
import time

import polars as pl

from benchmarks.clock import seconds, show
from foedus.panels.panel import panel
from foedus.record.store import open_record

VARIABLES = (
    "dispute_onset",
    "peace_years",
    "defence_pact",
    "min_distance",
    "contiguous",
    "polyarchy",
    "weaker_democracy",
    "capability_ratio",
    "rivalry",
    "ideal_point_distance",
)
USA_CANADA = (2, 20)


def ours(variables: tuple[str, ...] = VARIABLES) -> pl.DataFrame:
    """The engine's table."""
    return panel("dyad-year", variables, dyads=[USA_CANADA])


def joins() -> pl.DataFrame:
    """Three of the variables as a user would join them by hand from the same tables, lazily."""
    record = open_record()
    years = record.table("state_years").lazy().select("ccode", "year")
    sides = [years.filter(pl.col("ccode") == code) for code in USA_CANADA]
    rows = sides[0].join(sides[1], on="year", suffix="2")
    for side, code in zip("12", USA_CANADA, strict=True):
        scores = record.table("polyarchy").lazy().filter(pl.col("ccode") == code)
        rows = rows.join(scores.select("year", pl.col("polyarchy").alias(f"polyarchy_{side}")), on="year", how="left")
    spells = (
        record.table("distance_spells").lazy().filter((pl.col("ccode1") == USA_CANADA[0]) & (pl.col("ccode2") == USA_CANADA[1]))
    )
    distances = spells.with_columns(year=pl.int_ranges("first_year", pl.col("last_year") + 1, dtype=pl.Int16)).explode(
        "year", empty_as_null=True
    )
    rows = rows.join(distances.select("year", "min_km"), on="year", how="left")
    return rows.sort("year").select("year", "polyarchy_1", "polyarchy_2", min_distance="min_km").collect()


def warm() -> None:
    """Print how many variables one dyad has and its milliseconds of processor time: the standard table's, if all are held."""
    from benchmarks.standard import variables
    from foedus.panels.request import variables_of

    record = open_record()
    whole = set(variables()) <= set(variables_of("dyad-year", record, rule="onset-first"))
    names = variables() if whole else list(VARIABLES)
    taken = []
    for _ in range(31):
        begun = time.process_time()
        panel("dyad-year", names, dyads=[USA_CANADA], directed=True, disputes="onset-first")
        taken.append(time.process_time() - begun)
    print(len(names), statistics.median(taken) * 1000)


def main() -> None:
    """Compare and print."""
    if "--warm" in sys.argv:
        warm()
        return
    three = ("polyarchy", "min_distance")
    assert ours(three).select(joins().columns).equals(joins()), "both tables hold the same values"
    one_dyad = seconds(ours, runs=15)
    show("one dyad, 200 years, ten variables, warm", one_dyad, "goal", 0.020)
    show("one dyad, three columns", seconds(lambda: ours(three), runs=15), "plain lazy polars joins", seconds(joins, runs=15))
    every = seconds(lambda: panel("dyad-year", VARIABLES), runs=3)
    frame = panel("dyad-year", VARIABLES)
    part = panel("dyad-year", VARIABLES, years=(1990, 2025)).height
    some = seconds(lambda: panel("dyad-year", VARIABLES, years=(1990, 2025)), runs=3)
    show("the same a million rows, of all years", every / frame.height * 1e6, "of 1990–2025", some / part * 1e6)
    show(
        "all dyads, 1816–2025, ten variables",
        every,
        "copying the table",
        seconds(lambda: frame.clone().rechunk().hash_rows(), runs=3),
    )


if __name__ == "__main__":
    main()
