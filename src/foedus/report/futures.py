"""Worlds run forward as they are read: fans of values by year, with and without, and the difference every five years."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from foedus.assessment.finding import Exhibit
from foedus.futures.ensemble import Ensemble
from foedus.futures.tally import DIFFERENCE, WITH, WITHOUT
from foedus.futures.told import VARIABLES
from foedus.words import capitalized

EVERY = 5
"""Years between two rows of the difference that a page shows; its data have every year."""

SERIES: Mapping[str, str] = {WITH: "with the obligations", WITHOUT: "without them"}

LABELS: Mapping[str, str] = {
    **{name: capitalized(each.label) for name, each in VARIABLES.items()},
    "member_disputes_so_far": "Disputes of members with others, added up from the first year without the obligations",
}
"""What is told, in words that stand alone."""

NOTE = (
    "Lines are medians, bands hold 90 in 100 worlds. What the record has is history, the same in every world. All of it "
    "follows from what is assumed, and is no probability, except where the table says so."
)


def drawn(ensemble: Ensemble) -> Exhibit:
    """Return the fans of every variable that worlds differ in, or that is known (a "lines" exhibit)."""
    bands = ensemble.bands().drop_nulls("q50").with_columns(pl.col("arm", "variable").cast(pl.String))
    order = {name: place for place, name in enumerate(VARIABLES)}
    frame = bands.sort(pl.col("variable").replace_strict(order), "arm", "year").select(
        series=pl.col("arm").replace_strict(SERIES) if ensemble.paired else pl.lit("median"),
        year=pl.col("year").cast(pl.Int64),
        value="q50",
        low="q05",
        high="q95",
        panel=pl.col("variable").replace_strict(LABELS),
        unit="unit",
    )
    sources = ("atop", "gml", "military_burden", "un_population")
    return Exhibit("futures.fans", "Each year's values", "lines", frame, NOTE, sources)


def together(ensemble: Ensemble) -> pl.DataFrame:
    """Return bands and difference in one frame: arm ("with", "without", "difference"), variable, year, and their columns."""
    bands = ensemble.bands().with_columns(pl.col("arm", "variable").cast(pl.String))
    if not ensemble.paired:
        return bands
    difference = ensemble.difference().with_columns(pl.col("variable").cast(pl.String), arm=pl.lit(DIFFERENCE))
    return pl.concat([bands, difference], how="diagonal_relaxed")


def steps(ensemble: Ensemble) -> pl.DataFrame:
    """Return the difference every EVERY years, for reading: what differs, mean, error, and what 90 in 100 pairs hold."""
    rows = ensemble.difference().with_columns(pl.col("variable").cast(pl.String))
    last = rows["year"].max()
    chosen = rows.filter((pl.col("year") % EVERY == 0) | (pl.col("year") == last))
    differs = (pl.col("q05") != 0) | (pl.col("q95") != 0) | (pl.col("mean") != 0)
    moved = chosen.filter(differs.fill_null(value=False).any().over("variable"))
    return (moved if moved.height else chosen.filter(variable="member_disputes_so_far")).select(
        what=pl.col("variable").replace_strict(LABELS),
        year="year",
        read_as="reading",
        mean="mean",
        monte_carlo_error="error",
        five_in_100_below="q05",
        median="q50",
        five_in_100_above="q95",
        error_if_run_apart="error_unpaired",
    )
