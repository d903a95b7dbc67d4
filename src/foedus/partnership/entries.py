"""Agreements of two states, entry by entry: renewals and accessions too, in the words of their sources.

`agreements` puts the sources together; here they stand side by side, for a reader who wants to see every date.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from foedus.panels.alliances import COW, FACTS, PLEDGES, TIES
from foedus.panels.arrange import trade_members, trade_ties
from foedus.partnership.agreements import between, of_alliances, together
from foedus.record.store import Record

ENTRIES = {
    "date": pl.Date,
    "precision": pl.String,
    "end": pl.Date,
    "known_to": pl.Int32,
    "kind": pl.String,
    "title": pl.String,
    "obligations": pl.String,
    "source": pl.String,
    "confidence": pl.String,
}
"""Columns of the entries. A null end: in force when its source stops, or in `known_to`, the last year for which an alliance is
known to be; a null confidence: a data set, not a single fact."""

CATEGORIES = {"dca": "general framework", "dic": "defence industry cooperation"}


def entries(record: Record, dyad: tuple[int, int], year: int, alliances: str = FACTS, *, partial: bool = False) -> pl.DataFrame:
    """Return what two states (lower code first) agreed up to the end of the year, one row an entry (columns ENTRIES).

    alliances : whose alliances count, one of `ALLIANCES_FROM`.

    Raises LeftOutError if the record leaves out a source of entries; with `partial`, the others speak alone.
    """
    sources: dict[str, Callable[[], pl.DataFrame]] = {
        TIES if alliances == COW else "alliance_members": lambda: _alliances(record, dyad, alliances),
        "defence_agreements": lambda: _defence_agreements(record, dyad),
        "trade_agreement_members": lambda: _trade_agreements(record, dyad),
        "agreement_facts": lambda: _facts(record, dyad),
    }
    parts = [source() for table, source in sources.items() if not partial or table in record.tables]
    undated = pl.lit(None, pl.Int32).alias("known_to")
    dated = [part if "known_to" in part.columns else part.with_columns(undated) for part in parts]
    rows = pl.concat([part.select(pl.col(name).cast(kind) for name, kind in ENTRIES.items()) for part in dated])
    known = rows.filter(pl.col("date").is_null() | (pl.col("date") <= pl.date(year, 12, 31)))
    return known.sort("date", "kind", "title", nulls_last=True)


def _alliances(record: Record, dyad: tuple[int, int], alliances: str) -> pl.DataFrame:
    """Alliances of both, from the day the later one joined to the day the earlier one left, with the last phase's pledges."""
    if alliances == COW:
        rows = between(record, dyad, {})
    else:
        rows = together(record, of_alliances(record, alliances).filter(pl.col("ccode").is_in(dyad)))
    pledged = [pl.any_horizontal(pl.col("owes1", "owes2").list.contains(name)) for name in PLEDGES]
    words = [pl.when(owed).then(pl.lit(name)) for name, owed in zip(PLEDGES, pledged, strict=True)]
    worded = rows.with_columns(obligations=pl.concat_str(*words, separator=", ", ignore_nulls=True))
    return worded.group_by("title", "kind", "source", maintain_order=True).agg(
        pl.col("date").min(),
        pl.col("precision").sort_by("date").first(),
        pl.when(pl.col("end").is_null().any()).then(None).otherwise(pl.col("end").max()).alias("end"),
        pl.col("known_to").max(),
        pl.col("obligations").sort_by("date").last(),
        pl.col("confidence").first(),
    )


def _defence_agreements(record: Record, dyad: tuple[int, int]) -> pl.DataFrame:
    signed = record.table("defence_agreements").filter((pl.col("ccode1") == dyad[0]) & (pl.col("ccode2") == dyad[1]))
    return signed.select(
        date="signed",
        precision="signed_precision",
        end=pl.lit(None, pl.Date),
        kind=pl.lit("defence cooperation"),
        title=pl.format("Defence cooperation agreement: {}", pl.col("category1").replace(CATEGORIES)),
        obligations="type",
        source=pl.lit("dcad"),
        confidence=pl.lit(None, pl.String),
    )


def _trade_agreements(record: Record, dyad: tuple[int, int]) -> pl.DataFrame:
    return trade_ties(trade_members(record).filter(pl.col("ccode").is_in(dyad))).select(
        date=pl.date("first_year", 1, 1),
        precision=pl.lit("year"),
        end=pl.date("last_year", 12, 31),
        kind=pl.lit("trade"),
        title="name",
        obligations=pl.lit("trade agreement"),
        source=pl.lit("desta"),
        confidence=pl.lit(None, pl.String),
    )


def _facts(record: Record, dyad: tuple[int, int]) -> pl.DataFrame:
    """Facts to which both are parties: named together, or members of one treaty that at least one acceded to."""
    facts = record.table("agreement_facts")
    parties = record.table("agreement_fact_parties").join(facts, on="fact_id")
    joined = parties.with_columns(treaty=pl.coalesce("accedes_to", "fact_id"))
    sides = [joined.filter(pl.col("ccode") == code).sort("date").unique("treaty", keep="first") for code in dyad]
    both = sides[0].join(sides[1].select("treaty", "date", "fact_id"), on="treaty", suffix="_2")
    later = pl.when(pl.col("date_2") > pl.col("date")).then("fact_id_2").otherwise("fact_id")
    return facts.join(both.select(fact_id=later), on="fact_id", how="semi").select(
        "date",
        "kind",
        "title",
        "confidence",
        precision="date_precision",
        end=pl.lit(None, pl.Date),
        obligations="status",
        source=pl.lit("treaty_facts"),
    )
