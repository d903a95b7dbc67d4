"""After the dispute data end: how high a risk the model gave the dyads in which an interstate armed conflict then began.

The dispute data stop years before the conflict data do. A model learnt up to their end forecasts the years that follow, with
each year's covariates of the year before and its own clock for the peace years that are no longer counted. A conflict of UCDP
(25 deaths in battle in a year) is rarer and graver than a dispute, so the forecasts are judged by rank alone. Its sides may
have secondary parties, who send troops to another's war; those of the first rank are told apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from foedus.mechanisms.order.disputes import LONGEST_AGE, Disputes
from foedus.panels.codebook import lookup
from foedus.panels.panel import panel
from foedus.record.store import Record
from foedus.validation import scores


@dataclass(frozen=True)
class Aftermath:
    """Forecasts of the years after the dispute data end, beside the armed conflicts that began in them.

    Attributes
    ----------
    scores : for all conflicts and for those between primary parties: conflicts, n, events, roc_auc, pr_auc, base_rate.
    onsets : the dyad-years in which a conflict began, as in `forecasts`, by year and rank.
    course : every year of the dyads in which one began between primary parties, as in `forecasts`, by dyad and year.
    """

    scores: pl.DataFrame
    onsets: pl.DataFrame
    course: pl.DataFrame


def aftermath(fitted: Disputes, record: Record) -> Aftermath:
    """Return how a fitted model ranked the dyads in which an armed conflict began after its outcome's last year."""
    rows = forecasts(fitted, record)
    course = rows.join(rows.filter("primary").select("ccode1", "ccode2").unique(), on=["ccode1", "ccode2"], how="semi")
    return Aftermath(areas(rows), rows.filter("conflict").sort("year", "rank"), course.sort("ccode1", "ccode2", "year"))


def areas(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the areas under the curves of forecast rows, for all conflicts and for those between primary parties."""
    areas_of = []
    for name in ("conflict", "primary"):
        happened, forecast = rows[name].cast(pl.Float64).to_numpy(), rows["probability"].to_numpy()
        curves = scores.roc_auc(forecast, happened), scores.pr_auc(forecast, happened)
        areas_of.append((name, len(happened), int(happened.sum()), *curves, float(happened.mean())))
    return pl.DataFrame(areas_of, schema=["conflicts", "n", "events", "roc_auc", "pr_auc", "base_rate"], orient="row")


def forecasts(fitted: Disputes, record: Record) -> pl.DataFrame:
    """Return what a fitted model says of every dyad-year after its outcome's last year, as far as conflict data go.

    Columns: ccode1, ccode2, year, probability, low, high, rank (1: the highest of the year), dyads (of the year), conflict (one
    began, after a year without), primary (between two primary parties).
    """
    last, end = lookup(fitted.outcome).last_year, lookup("interstate_conflict").last_year
    rows = fitted.panel(record, (fitted.first_year, end), carry_forward=LONGEST_AGE)
    forecast = fitted.forecast(rows, last + 1).drop_nulls("probability")
    begun = conflict_onsets(record, last + 1, end)
    ranked = forecast.select("ccode1", "ccode2", "year", "probability", "low", "high").with_columns(
        rank=pl.col("probability").rank("min", descending=True).over("year"), dyads=pl.len().over("year")
    )
    joined = ranked.join(begun, on=["ccode1", "ccode2", "year"], how="left", maintain_order="left")
    return joined.with_columns(pl.col("conflict", "primary").fill_null(False))


def conflict_onsets(record: Record, first: int, last: int) -> pl.DataFrame:
    """Return the dyad-years in which an interstate armed conflict began: ccode1, ccode2, year, conflict, primary."""
    rows = panel("dyad-year", ["interstate_conflict"], years=(first - 1, last), record=record)
    earlier = rows.filter("interstate_conflict").select("ccode1", "ccode2", pl.col("year") + 1)
    primary = record.table("interstate_conflict_years").filter("primary").select("ccode1", "ccode2", "year").unique()
    begun = rows.filter(pl.col("interstate_conflict") & (pl.col("year") >= first)).join(
        earlier, on=["ccode1", "ccode2", "year"], how="anti"
    )
    onsets = begun.join(primary.with_columns(primary=True), on=["ccode1", "ccode2", "year"], how="left", maintain_order="left")
    return onsets.select("ccode1", "ccode2", "year", conflict="interstate_conflict", primary=pl.col("primary").fill_null(False))
