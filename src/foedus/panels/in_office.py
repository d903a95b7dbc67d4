"""Under which leader a dispute began: what leader-years and leader-dyad-years say of onsets.

A year with several leaders is several rows, and an onset belongs to one of them: to the leader who held office on the day on
which the dispute began for the state, or for the dyad. That day is the later of the days on which the two sides entered the
dispute. The record names each participant's leader on its own first day; for a day on which the other side entered, it is who
held office then: on the day of a change the successor, in a month without a day whoever held office for most of it.

An onset is null for a year's leaders where nothing says whose it was: no day is kept (lists other than GML's), office was
vacant, or the list of leaders leaves the state out. In a year with one leader it is that leader's, unless the record says
otherwise. What was under way in a year stays what it is, the state's or the dyad's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from foedus.panels.arrange import Wanted, arranged, each_year
from foedus.panels.codebook import Variable
from foedus.panels.disputes import GML, INITIATED, combined
from foedus.panels.rows import Rows
from foedus.panels.systems import COW, recoded
from foedus.panels.units import FOREVER
from foedus.record.store import Record

OF_STATE = ("state_dispute_onset", "state_dispute_initiation", "state_disputes_begun")
OF_DYAD = ("dispute_onset", "dispute_onsets", "originated_dispute_onset", "fatal_dispute_onset", "war_dispute_onset")
"""Columns of what began in a year: of `state_disputes`, and of `dispute_years`."""


def onsets_by_leader(
    frame: pl.DataFrame, rows: Rows, variables: Sequence[Variable], record: Record, wanted: Wanted
) -> pl.DataFrame:
    """Return the columns of a panel of leaders with every onset given to the leader under whom it began.

    frame : the columns of the rows, onsets as those of the state-year or dyad-year. variables : those that stand in a table.
    """
    keys = rows.keys()
    dyadic = wanted.pair[0] in keys.columns
    for variable in variables:
        if variable.table == "state_disputes" and variable.column in OF_STATE:
            for side in ("1", "2") if dyadic else ("",):
                unit = [f"leader{side}", f"{wanted.system.key}{side}"]
                name = f"{variable.name}_{side}" if side else variable.name
                told = _of_states(_begun_for_states(record, wanted)).select(
                    "leader", wanted.system.key, "year", variable.column
                )
                told = told.rename({"leader": unit[0], wanted.system.key: unit[1], variable.column: "told"})
                frame = frame.with_columns(_attributed(frame[name], keys, unit, told))
        elif variable.table == "dispute_years" and variable.column in OF_DYAD:
            unit = ["leader1", "leader2", *wanted.pair]
            told = combined(_begun(record, wanted), [*unit, "year"]).select(*unit, "year", told=variable.column)
            frame = frame.with_columns(_attributed(frame[variable.name], keys, unit, told))
    return frame


def _attributed(column: pl.Series, keys: pl.DataFrame, unit: list[str], told: pl.DataFrame) -> pl.Series:
    """A column of onsets as told per leader (a null leader: nobody knows whose), within what the state or dyad had."""
    leaders = [name for name in unit if name.startswith("leader")]
    place = [*(name for name in unit if name not in leaders), "year"]
    named = told.drop_nulls(leaders).join(keys.select(*unit, "year").unique(), on=[*unit, "year"], how="semi")
    everything = told.group_by(place).agg(all=pl.len())
    placed = named.group_by(place).agg(placed=pl.len())
    nothing = pl.lit(0).cast(column.dtype)
    met = (
        keys.select(*unit, "year")
        .with_columns(state=column, alone=pl.len().over(place) == 1)
        .join(named, on=[*unit, "year"], how="left", maintain_order="left")
        .join(everything, on=place, how="left", maintain_order="left")
        .join(placed, on=place, how="left", maintain_order="left")
    )
    some_unknown = pl.col("all").fill_null(1) > pl.col("placed").fill_null(0)
    several = pl.when(~some_unknown).then(pl.col("told").fill_null(nothing))
    certain = several.otherwise(pl.col("told").replace(False, None)) if column.dtype == pl.Boolean else several
    began = pl.when(pl.col("alone") & pl.col("placed").is_null()).then(pl.col("state")).otherwise(certain)
    return met.select(pl.when(pl.col("state") > nothing).then(began).otherwise("state").alias(column.name)).to_series()


def _begun(record: Record, wanted: Wanted) -> pl.DataFrame:
    """The dispute-dyad-years in which a dispute began, both directions, with the leader of each side then, if known."""

    def made() -> pl.DataFrame:
        begun = arranged(record, "single_disputes", wanted).filter("onset")
        key = ["dispute", *wanted.pair, "year"]
        if wanted.disputes_from != GML:
            nobody = pl.lit(None, pl.String)
            return begun.with_columns(leader1=nobody, leader2=nobody, day=pl.lit(None, pl.Int32))
        first = leaders_at_onset(record, wanted)
        one, two = wanted.pair
        second = first.select("dispute", "year", pl.col(two).alias(one), pl.col(one).alias(two), leader2="leader1")
        return begun.join(first, on=key, how="left").join(second, on=key, how="left")

    return record.derived(f"onsets with leaders {wanted.system.name} {wanted.disputes} {wanted.disputes_from}", made)


def _begun_for_states(record: Record, wanted: Wanted) -> pl.DataFrame:
    """As `_begun`, of side 1 alone: with any opponent that the source's list of states has, though the panel's may not."""
    begun = _begun(record, replace(wanted, system=COW))
    return recoded(record, begun.drop("ccode2"), wanted.system, events=True)


def leaders_at_onset(record: Record, wanted: Wanted) -> pl.DataFrame:
    """Return, per onset of a directed dyad, the day (19410622; 19410600 for some day in June) and the leader of side 1."""

    def made() -> pl.DataFrame:
        key = ["dispute", "ccode1", "ccode2", "year"]
        onsets = record.table("dispute_dyad_years").filter("onset").select(key)
        spells = _participations(record)
        sides = onsets
        for side in ("1", "2"):
            one = spells.rename({name: f"{name}{side}" for name in spells.columns if name != "dispute"})
            joined = sides.join(one, on=["dispute", f"ccode{side}"])
            within = joined.filter(pl.col("year").is_between(f"first{side}", f"last{side}"))
            sides = within.sort(*key, f"day{side}").unique(key, keep="first", maintain_order=True)
        day = pl.max_horizontal("day1", "day2")
        dated = sides.with_columns(day=pl.when(day // 10_000 == pl.col("year")).then(day))
        own = pl.when(pl.col("day1") >= pl.col("day2"), pl.col("day").is_not_null()).then("leader1")
        named = dated.select(*key, "day", named=own).join(_in_office_on(record, dated), on=key, how="left")
        found = named.select(*key, "day", leader1=pl.coalesce("named", "in_office"))
        return recoded(record, found, wanted.system, events=True)

    return record.derived(f"leaders at onset {wanted.system.name}", made)


def _participations(record: Record) -> pl.DataFrame:
    """Spells in disputes: dispute, ccode, day of the first, first and last year, the leader named on the first day."""
    day = pl.col("start_year").cast(pl.Int32) * 10_000 + pl.col("start_month").fill_null(0).cast(pl.Int32) * 100
    return record.table("dispute_participants").select(
        "dispute",
        "ccode",
        day=day + pl.col("start_day").fill_null(0),
        first="start_year",
        last=pl.col("end_year").fill_null(FOREVER),
        leader="leader_start",
    )


def _in_office_on(record: Record, dated: pl.DataFrame) -> pl.DataFrame:
    """Who led side 1 on the day, for most of the month, or alone in the year, whichever is known of the beginning."""
    key = ["dispute", "ccode1", "ccode2", "year"]
    month, day = pl.col("day") // 100 % 100, pl.col("day") % 100
    known_month, known_day = (month > 0).fill_null(False), (day > 0).fill_null(False)
    first = pl.date("year", pl.when(known_month).then(month).otherwise(1), pl.when(known_day).then(day).otherwise(1))
    last = pl.when(known_day).then(first).when(known_month).then(first.dt.month_end()).otherwise(pl.date("year", 12, 31))
    windows = dated.with_columns(begun=first, ended=last, exact=known_month)
    held = windows.join(_offices(record), on=["ccode1", "year"])
    overlap = (pl.min_horizontal("ended", "known_until") - pl.max_horizontal("begun", "start")).dt.total_days() + 1
    some = held.with_columns(days=overlap).filter(pl.col("days") > 0).with_columns(others=pl.len().over(key) - 1)
    fit = some.filter(pl.col("exact") | (pl.col("others") == 0))
    best = fit.sort(*key, "days", "start").unique(key, keep="last", maintain_order=True)
    return best.select(*key, in_office="leader")


def _offices(record: Record) -> pl.DataFrame:
    """Leaders' spells in office, once for each year of each: ccode1, year, leader, start, known_until."""
    spells = record.table("leaders").select("leader", "gwcode", "start", "known_until")
    spans = spells.with_columns(
        first_year=pl.col("start").dt.year().cast(pl.Int16), last_year=pl.col("known_until").dt.year().cast(pl.Int16)
    )
    return recoded(record, each_year(spans), COW, events=True).rename({"ccode": "ccode1"})


def _of_states(begun: pl.DataFrame) -> pl.DataFrame:
    """Per leader, state and year: whether a dispute began under the leader, was begun or joined, and how many began.

    A dispute with several opponents began for the state with the first of them.
    """
    code = next(name for name in begun.columns if name in ("ccode1", "gwcode1"))
    each = begun.sort(code, "year", "dispute", "day", nulls_last=True, maintain_order=True)
    disputes = each.group_by(pl.col(code).alias(code.removesuffix("1")), "year", "dispute", maintain_order=True).agg(
        leader=pl.col("leader1").first(), initiated=INITIATED.any()
    )
    return disputes.group_by("leader", code.removesuffix("1"), "year", maintain_order=True).agg(
        state_dispute_onset=pl.lit(True),
        state_dispute_initiation=pl.col("initiated").any(),
        state_disputes_begun=pl.len().cast(pl.Int16),
    )
