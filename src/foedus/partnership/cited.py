"""Agreements that the record's cited facts speak of, and what each obliges to.

Several facts may be about one agreement: accessions to a treaty, and renewals, whose title goes on where the treaty's ends
("NORAD Agreement" and "NORAD Agreement renewal", of the same parties). A fact may be about an agreement that ATOP or DESTA has
too: a treaty with the parties of an alliance on the day that began, a trade agreement with those of one that took effect in the
same year. By another list of alliances it is that list's instead; what ATOP has and that list has not is then no agreement.
`agreements.toml` says what a fact obliges to.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from foedus.panels.alliances import COW, FACTS, memberships
from foedus.record.source import catalog
from foedus.record.sources.treaty_facts import PLEDGE
from foedus.record.store import Record


def cited(record: Record, alliances: str = FACTS) -> pl.DataFrame:
    """Return the agreements among the cited facts, one row each, under the id it has in ATOP or DESTA if it is there too.

    A treaty that the chosen list of alliances has is under the id that it has there.
    """
    by = COW if alliances == COW else FACTS
    return record.derived(f"cited agreements, alliances from {by}", lambda: _cited(record, by))


def renewals(record: Record, alliances: str = FACTS) -> pl.DataFrame:
    """Return when a cited agreement was renewed, revised or reviewed: agreement, date, precision."""
    later = rooted(record).filter((pl.col("fact_id") != pl.col("root")) & pl.col("accedes_to").is_null())
    events = later.join(cited(record, alliances).select("root", "agreement"), on="root")
    return events.select("agreement", "date", precision="date_precision").sort("agreement", "date")


def _cited(record: Record, alliances: str) -> pl.DataFrame:
    facts = rooted(record)
    roots = facts.filter(pl.col("fact_id") == pl.col("root"))
    after = roots.select("same", "kind", later="date")
    replaced = roots.filter(status="superseded").join(after, on=["same", "kind"]).filter(pl.col("later") > pl.col("date"))
    over = replaced.group_by("root").agg(end=pl.col("later").min())
    latest = facts.group_by("root").agg(latest=pl.col("date").max().dt.year())
    in_force = pl.col("status") == "in force"
    typed = [_typed(row) for row in roots.iter_rows(named=True)]
    return (
        roots.with_columns(
            kind=pl.Series([each["kind"] for each in typed], dtype=pl.String),
            obligations=pl.Series([each["obligations"] for each in typed], dtype=pl.List(pl.String)),
        )
        .join(over, on="root", how="left")
        .join(latest, on="root", how="left")
        .join(_elsewhere(record, roots, alliances), on="root", how="left")
        .select(
            "root",
            "title",
            "kind",
            "obligations",
            "date",
            "end",
            "confidence",
            agreement=pl.coalesce("agreement", pl.format("fact:{}", "root")),
            precision="date_precision",
            known_to=pl.when(in_force.fill_null(False)).then(catalog()["treaty_facts"].last_year).otherwise("latest"),
        )
    )


def rooted(record: Record) -> pl.DataFrame:
    """The cited facts, each with the fact it belongs to: the treaty it accedes to, or the first of the same parties and name.

    A name goes on if it is the beginning of the later one: "NORAD Agreement" and "NORAD Agreement renewal".
    """
    parties = pl.col("parties").str.split(";").list.sort().list.join(";")
    facts = record.table("agreement_facts").with_columns(same=parties)
    earlier = facts.select("same", first="fact_id", began="date", name="title")
    goes_on = (pl.col("began") <= pl.col("date")) & pl.col("title").str.starts_with(pl.col("name"))
    first = facts.join(earlier, on="same").filter(goes_on).sort("began").unique("fact_id", keep="first", maintain_order=True)
    return facts.join(first.select("fact_id", "first"), on="fact_id", how="left").with_columns(
        root=pl.coalesce("accedes_to", "first", "fact_id")
    )


def _typed(fact: Mapping[str, Any]) -> dict[str, Any]:
    """Kind and obligations of a cited agreement; a pact whose text was checked and found to promise consultation adds that."""
    typing = _typing()
    chosen = typing["facts"].get(fact["fact_id"]) or typing["kinds"][fact["kind"]]
    more = ["consultation"] if fact["note"] == PLEDGE else []
    return {**chosen, "obligations": [*more, *chosen["obligations"]]}


@cache
def _typing() -> dict[str, Any]:
    with Path(__file__).with_name("agreements.toml").open("rb") as file:
        return tomllib.load(file)


def _elsewhere(record: Record, roots: pl.DataFrame, alliances: str) -> pl.DataFrame:
    """Return which cited agreements stand in a list of alliances or in DESTA as well: root, agreement; one row a root.

    An alliance of ATOP that the chosen list does not have on the same day is ATOP's, and no agreement apart.
    """
    signed = record.table("agreement_fact_parties").drop_nulls("ccode").group_by("fact_id").agg(codes=_all_codes())
    facts = roots.join(signed, on="fact_id").with_columns(year=pl.col("date").dt.year())
    lists = [_of_list(memberships(record, COW))] if alliances == COW else []
    if alliances != COW or "alliance_members" in record.tables:
        named = record.table("alliance_members").with_columns(agreement=pl.format("atop:{}", "atop_id"))
        lists.append(_of_list(named))
    base = record.table("trade_agreement_members").filter(pl.col("entry_type") == "base_treaty")
    trade = base.group_by("base_treaty").agg(year=pl.col("in_force_year").first().cast(pl.Int32), codes=_all_codes())
    pacts = [facts.filter(kind="treaty").join(each, on=["date", "codes"]).select("root", "agreement") for each in lists]
    deals = facts.filter(kind="trade").join(trade, on=["year", "codes"])
    found = [*pacts, deals.select("root", agreement=pl.format("desta:{}", "base_treaty"))]
    return pl.concat(found) if len(lists) == 1 else pl.concat(found).unique("root", keep="first", maintain_order=True)


def _of_list(members: pl.DataFrame) -> pl.DataFrame:
    """The day on which each alliance of a list began, and its first members: agreement, date, codes."""
    founders = members.filter(pl.col("start") == pl.col("start").min().over("agreement"))
    return founders.group_by("agreement").agg(date=pl.col("start").first(), codes=_all_codes())


def _all_codes() -> pl.Expr:
    return pl.col("ccode").unique().sort().cast(pl.String).str.join(",")
