"""Who is allied, counted by regime and era: what stands in the record, without a model.

A regime is an autocracy or a democracy by the bounds of a measure, or lies between. The model that holds distance, power and
ties equal is in `alliances.py`.
"""

from __future__ import annotations

import polars as pl

from foedus.errors import InputError
from foedus.mechanisms.order.alliances import DYAD, with_multilateral, with_outcomes
from foedus.panels.alliances import ATOP
from foedus.panels.codebook import lookup
from foedus.panels.panel import lagged, panel
from foedus.panels.units import FIRST_YEAR, LAST_YEAR
from foedus.record.store import Record

ERAS = {"1816–1918": (1816, 1918), "1919–1945": (1919, 1945), "1946–1991": (1946, 1991), "1992–2018": (1992, 2018)}

BOUNDS = {"polyarchy": (0.2, 0.5), "polity2": (-6.0, 6.0)}
"""Measure of democracy → highest value of an autocracy, lowest of a democracy. Polity: Marshall & Gurr (2020). Polyarchy: .5 is
an electoral democracy's (Lührmann, Tannenberg & Lindberg 2018); at .2 or below lie 85 % of the state-years with polity2 of -6
or less, and 70 % of those at or below it have such a polity2."""


def allied_by_regime(
    record: Record, measure: str = "polyarchy", years: tuple[int, int] = (FIRST_YEAR, LAST_YEAR)
) -> pl.DataFrame:
    """Return, per year and regime, how many states had an alliance: of any kind (ATOP), and with an obligation of defence.

    One row a year and regime ("autocracy", "between", "democracy" by the BOUNDS of `measure`): states, allied, defence_pact,
    share_allied, share_defence_pact. A partner is a member of the system in the year; states without a score are left out.
    "polity2" needs the Polity data in the record.
    """
    kinds = ["alliance_pledge", "defence_pact"]
    dyads = panel("dyad-year", kinds, years=years, alliances_from=ATOP, record=record).drop_nulls(kinds)
    sides = pl.concat([dyads.select("year", *kinds, ccode=side) for side in DYAD])
    tied = sides.group_by("ccode", "year").agg(pl.col(kinds).any())
    states = panel("state-year", [measure], years=years, record=record).drop_nulls(measure)
    rows = states.join(tied, on=["ccode", "year"]).with_columns(regime=regime(pl.col(measure), measure))
    counted = rows.group_by("year", "regime").agg(
        states=pl.len(), allied=pl.col("alliance_pledge").sum(), defence_pact=pl.col("defence_pact").sum()
    )
    shares = {f"share_{name}": pl.col(name) / pl.col("states") for name in ("allied", "defence_pact")}
    return counted.with_columns(**shares).sort("year", "regime")


def pacts_by_regime(record: Record, measure: str = "polyarchy") -> pl.DataFrame:
    """Return, per era and pair of regimes, how many dyads had a defence pact and how many formed one.

    One row an era and pair ("democracy–democracy", "autocracy–democracy", "autocracy–autocracy", by the year before):
    dyad_years, share_allied, at_risk (no pact the year before), formed, of which multilateral, per_thousand at risk.
    """
    span = (FIRST_YEAR, lookup("defence_pact").absent_to)
    wanted = ["defence_pact", "defence_agreements", measure]
    rows = panel("dyad-year", wanted, years=span, alliances_from=ATOP, record=record)
    rows = with_multilateral(with_outcomes(rows), record)
    sides = [f"{measure}_1", f"{measure}_2"]
    kinds = [regime(pl.col(side), measure) for side in sides]
    pair = pl.concat_str([pl.min_horizontal(kinds), pl.max_horizontal(kinds)], separator="–")
    known = lagged(rows, sides, 1).drop_nulls(["defence_pact", *sides]).with_columns(pair=pair, era=era())
    formed = pl.col("defence_pact_formed")
    return (
        known.filter(~pl.col("pair").str.contains("between"))
        .group_by("era", "pair")
        .agg(
            dyad_years=pl.len(),
            share_allied=pl.col("defence_pact").mean(),
            at_risk=formed.count(),
            formed=formed.sum(),
            multilateral=(formed & pl.col("multilateral_pact")).sum(),
        )
        .with_columns(per_thousand=1000 * pl.col("formed") / pl.col("at_risk"))
        .sort("era", "pair")
    )


def regime(value: pl.Expr, measure: str) -> pl.Expr:
    """Return "autocracy", "democracy" or "between", by the BOUNDS of the measure; null where the value is.

    Raises InputError if the measure has no bounds.

    >>> pl.select(regime(pl.lit(-7), "polity2")).item()
    'autocracy'
    """
    if measure not in BOUNDS:
        raise InputError(f"regimes are told apart by {' or '.join(BOUNDS)}, not by {measure!r}.")
    highest, lowest = BOUNDS[measure]
    named = pl.when(value <= highest).then(pl.lit("autocracy")).when(value >= lowest).then(pl.lit("democracy"))
    return pl.when(value.is_not_null()).then(named.otherwise(pl.lit("between")))


def era() -> pl.Expr:
    """Return the name of the era that the column `year` falls in."""
    return pl.coalesce(pl.when(pl.col("year").is_between(*span)).then(pl.lit(name)) for name, span in ERAS.items())


def formations(panel: pl.DataFrame) -> pl.DataFrame:
    """Return, per era, the defence pacts formed by dyads, and how many of them, in how many years, by multilateral treaties.

    `panel` is the mechanism's. One row an era: era, formed, multilateral, share, years with any formation.
    """
    made = panel.filter("defence_pact_formed").group_by(era=era())
    counted = made.agg(formed=pl.len(), multilateral=pl.col("multilateral_pact").sum(), years=pl.col("year").n_unique())
    return counted.with_columns(share=pl.col("multilateral") / pl.col("formed")).sort("era")
