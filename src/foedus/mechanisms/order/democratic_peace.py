"""Democracies hardly ever fight each other: counted, threshold by threshold, on every measure the record holds.

    rate ratio = (onsets / dyad-years where both sides score t or more) / (onsets / dyad-years where they do not)

Unit of analysis: the non-directed dyad-year. A dyad-year is *jointly democratic* on a measure at a threshold t when both sides
score at least t in that year. It is compared with all other dyad-years in which both scores are known; where one is unknown the
dyad-year is in neither group. Nothing is fitted and nothing held constant: these are the counts that Maoz & Abdolali (1989)
opened the literature with, and how far they move with the threshold is what Spiro (1994) asked of them. What remains beside
distance, power and pacts is for the mechanisms that estimate.

Three outcomes: the onset of a dispute, of a fatal one, of a war. Two readings of war stand side by side, for they disagree. In
the Correlates of War list (a source its users add themselves) two states fight when they are on opposite sides and both are
among the belligerents; in the dispute data, when both sides of a dispute that begins reach its highest level, hostility 5.

Leaves out: the states' own regimes beyond the pair (the monadic claim), change of regime within the year, and who began.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from foedus.estimation.design import Array
from foedus.estimation.estimate import NORMAL_95
from foedus.panels.codebook import codebook
from foedus.panels.panel import panel
from foedus.record.store import Record

YEARS = (1816, 2010)
"""Years in which the dispute data speak."""

THRESHOLDS: Mapping[str, tuple[float, ...]] = {
    "polity2": (5, 6, 7, 8, 9, 10),
    "polyarchy": (0.4, 0.5, 0.6, 0.7, 0.8),
    "uds_adjusted": (0.0, 0.5, 1.0, 1.5),
}
"""Measure of democracy → thresholds: from what is generous to what almost nobody meets. 6 and 7 of polity2 are customary."""

DYAD = ("ccode1", "ccode2")
OUTCOMES = ("dispute_onset", "fatal_dispute_onset")
WAR = "interstate_war_onset"
HIGHEST = 5
"""Hostility level of war."""


def jointly_democratic(record: Record, measure: str, threshold: float, years: tuple[int, int] = YEARS) -> pl.DataFrame:
    """Return the dyad-years in which both sides score at least `threshold`, with their scores and the outcomes.

    The outcomes are dispute_onset, fatal_dispute_onset, both_reached_war (both sides reach hostility 5) and, if the record
    holds the Correlates of War list, interstate_war_onset; otherwise that column is null, as it is outside 1816–2007.

    >>> from foedus.record.store import open_record
    >>> rows = jointly_democratic(open_record(), "polyarchy", 0.7)
    >>> rows.height, rows["dispute_onset"].sum()
    (40108, 37)
    """
    return _outcomes(record, (measure,), years).filter(both_at_least(measure, threshold))


def threshold_table(
    record: Record, thresholds: Mapping[str, Sequence[float]] | None = None, years: tuple[int, int] = YEARS
) -> pl.DataFrame:
    """Return the counts at each threshold of each measure, one row each; by default those of THRESHOLDS that the record holds.

    The columns are measure, threshold, dyad_years, onsets, fatal, war_dyads (wars on the Correlates of War list; null where
    the record lacks it), war_disputes (disputes in which both sides reach hostility 5), rate_ratio of the onsets, and low and
    high, its 95 % interval over dyads. All counts are of dyad-years. Raises InputError, saying what to add, if the record
    lacks a measure that was asked for.

    >>> from foedus.record.store import open_record
    >>> table = threshold_table(open_record(), {"polyarchy": [0.7]})
    >>> table.select("dyad_years", "onsets", "fatal", "war_disputes", pl.col("rate_ratio").round(2)).row(0)
    (40108, 37, 2, 0, 0.22)
    """
    asked = thresholds or {measure: each for measure, each in THRESHOLDS.items() if held(record, measure)}
    rows = _outcomes(record, tuple(asked), years)
    return pl.concat(at_threshold(rows, measure, threshold) for measure, each in asked.items() for threshold in each)


def held(record: Record, variable: str) -> bool:
    """Say whether the record holds every source of a variable."""
    return {table.source for table in record.tables.values()}.issuperset(codebook()[variable].sources)


def both_at_least(measure: str, threshold: float) -> pl.Expr:
    """Say whether both sides score at least the threshold; null where a score is unknown that could decide it."""
    return (pl.col(f"{measure}_1") >= threshold) & (pl.col(f"{measure}_2") >= threshold)


def at_threshold(rows: pl.DataFrame, measure: str, threshold: float) -> pl.DataFrame:
    """Return one row of the threshold table from dyad-years with the measure of both sides and the outcomes."""
    known = rows.drop_nulls([f"{measure}_1", f"{measure}_2", "dispute_onset"])
    both = known.filter(both_at_least(measure, threshold))
    ratio, low, high = rate_ratio(*_by_dyad(known.with_columns(joint=both_at_least(measure, threshold))))
    counts = {
        "dyad_years": both.height,
        "onsets": both["dispute_onset"].sum(),
        "fatal": both["fatal_dispute_onset"].sum(),
        "war_dyads": both[WAR].sum() if known[WAR].count() else None,
        "war_disputes": both["both_reached_war"].sum(),
    }
    row = {"measure": measure, "threshold": float(threshold), **counts, "rate_ratio": ratio, "low": low, "high": high}
    floats = dict.fromkeys(("threshold", "rate_ratio", "low", "high"), pl.Float64)
    schema = {"measure": pl.String, **dict.fromkeys(counts, pl.Int64), **floats}
    return pl.DataFrame([row], schema_overrides=schema).with_columns(pl.col(pl.Float64).fill_nan(None))


def rate_ratio(onsets: Array, years: Array, other_onsets: Array, other_years: Array) -> tuple[float, float, float]:
    """Return the ratio of two rates of onset and its 95 % interval, which takes the dyads, not their years, as independent.

    Each argument is (dyad,): what a dyad adds to the onsets and to the years of the one group and of the other. The interval
    is symmetric in logarithms, from the influence of each dyad on the logarithm of the ratio. All three are nan where one
    group has no onset.

    >>> once = np.ones(100)
    >>> [round(value, 2) for value in rate_ratio(np.repeat([1.0, 0.0], [2, 98]), once, np.repeat([0.0, 1.0], [90, 10]), once)]
    [0.2, 0.04, 0.92]
    """
    if not (onsets.sum() and other_onsets.sum()):
        return (np.nan,) * 3
    rate, other = onsets.sum() / years.sum(), other_onsets.sum() / other_years.sum()
    influence = (onsets - rate * years) / onsets.sum() - (other_onsets - other * other_years) / other_onsets.sum()
    dyads = len(onsets)
    error = np.sqrt((influence**2).sum() * dyads / (dyads - 1))
    bounds = np.exp(np.log(rate / other) + NORMAL_95 * error * np.array([0, -1, 1]))
    ratio, low, high = (float(value) for value in bounds)
    return ratio, low, high


def _by_dyad(rows: pl.DataFrame) -> tuple[Array, Array, Array, Array]:
    """Onsets and years of each dyad while jointly democratic, and otherwise."""
    joint, onset = pl.col("joint"), pl.col("dispute_onset")
    sums = rows.group_by(DYAD).agg(
        onsets=(joint & onset).sum(), years=joint.sum(), other_onsets=(~joint & onset).sum(), other_years=(~joint).sum()
    )
    onsets, years, other_onsets, other_years = (
        sums[name].cast(pl.Float64).to_numpy() for name in ("onsets", "years", "other_onsets", "other_years")
    )
    return onsets, years, other_onsets, other_years


def _outcomes(record: Record, measures: Sequence[str], years: tuple[int, int]) -> pl.DataFrame:
    """Every dyad-year with the measures of both sides and the outcomes."""
    wars = [WAR] if held(record, WAR) else []
    rows = panel("dyad-year", [*OUTCOMES, *wars, *measures], years=years, record=record)
    highest = record.table("dispute_dyad_years").filter("onset", hostility1=HIGHEST, hostility2=HIGHEST)
    begun = highest.select(*DYAD, "year", both_reached_war=pl.lit(True)).unique()
    joined = rows.join(begun, on=[*DYAD, "year"], how="left", maintain_order="left")
    speaks = pl.when(pl.col("dispute_onset").is_not_null()).then(pl.col("both_reached_war").fill_null(False))
    absent = [] if wars else [pl.lit(None, pl.Boolean).alias(WAR)]
    return joined.with_columns(*absent, both_reached_war=speaks)
