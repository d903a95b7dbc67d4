"""Who stood on whose side in a dispute, and who came later: read off the record, nothing estimated.

That a state joined another says nothing of why. Whether a pledge was kept is another question (`pledges.py`): these disputes
tell who acted first, which is not who attacked.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from foedus.record.spells import partial_date
from foedus.record.store import Record

SIDE = ("dispute", "side_a", "ccode")

WAR = 20
"""Lowest action (GML) that is war."""


def parties(record: Record) -> pl.DataFrame:
    """Return who took part in each dispute, one row a state and side, in the order in which they entered.

    Columns: event (the dispute), side_a, ccode, entered (the first of the month where the day is unknown), day_known,
    originator, fought (its own action reached war), hostility (of the dispute).
    """
    hostility = record.table("dispute_dyad_years").group_by("dispute").agg(pl.col("hostility").max())
    rows = record.table("dispute_participants").with_columns(
        entered=partial_date("start_year", "start_month", "start_day"), day_known=pl.col("start_day").is_not_null()
    )
    spells = rows.sort("entered").group_by(SIDE, maintain_order=True)
    once = spells.agg(
        pl.col("entered", "day_known").first(), pl.col("originator").any(), fought=(pl.col("highest_action") >= WAR).any()
    )
    return once.join(hostility, on="dispute").rename({"dispute": "event"}).sort("event", "entered", "ccode")


def entangled(record: Record, codes: Iterable[int], year: int) -> pl.DataFrame:
    """Return the disputes begun up to `year` in which one of the states took part and another came to stand on its side.

    One row a dispute and pair: event, ccode and entered of the state that was in it first, other and other_entered, how and
    hostility. how is "joined" if the other entered later; "together" if on the same day or, where a day is unknown, in the same
    month, and then ccode is the smaller code. It says nothing of why.
    """
    rows = parties(record).filter(pl.col("entered").min().over("event").dt.year() <= year, pl.col("ccode").is_in(list(codes)))
    pairs = rows.join(rows, on=["event", "side_a"], suffix="_2").filter(pl.col("ccode") != pl.col("ccode_2"))
    exact = pl.col("day_known") & pl.col("day_known_2")
    first, second = (
        pl.when(exact).then(pl.col(name)).otherwise(pl.col(name).dt.truncate("1mo")) for name in ("entered", "entered_2")
    )
    ordered = pairs.filter((first < second) | ((first == second) & (pl.col("ccode") < pl.col("ccode_2"))))
    how = pl.when(first < second).then(pl.lit("joined")).otherwise(pl.lit("together")).alias("how")
    other = pl.col("ccode_2").alias("other"), pl.col("entered_2").alias("other_entered")
    return ordered.select("event", "ccode", "entered", *other, how, "hostility").sort(
        "other_entered", "event", "ccode", "other"
    )
