"""A partnership: its members, and the ledger of what they have agreed, typed and dated.

The ledger joins four sources without merging them: alliances (ATOP), bilateral defence cooperation agreements (DCAD), trade
agreements (DESTA) and cited facts, which reach beyond the years in which the other three stop.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from foedus.errors import InputError
from foedus.panels.arrange import trade_members, trade_ties
from foedus.record.states import State, StateSystem
from foedus.record.store import Record

LEDGER = {
    "date": pl.Date,
    "precision": pl.String,
    "end": pl.Date,
    "kind": pl.String,
    "title": pl.String,
    "obligations": pl.String,
    "source": pl.String,
    "confidence": pl.String,
}
"""Columns of the ledger. A null end: in force when its source stops; a null confidence: a data set, not a single fact."""

PLEDGES = ("defence", "offence", "neutrality", "nonaggression", "consultation")

CATEGORIES = {"dca": "general framework", "dic": "defence industry cooperation"}


@dataclass(frozen=True)
class Partnership:
    """Two states in a year.

    >>> from foedus.record.store import open_record
    >>> pair = Partnership.of("USA", "CAN", 2022, open_record())
    >>> [state.ccode for state in pair.members]
    [2, 20]
    """

    members: tuple[State, State]
    year: int
    record: Record

    @classmethod
    def of(cls, first: str | int, second: str | int, year: int, record: Record) -> Partnership:
        """Return the partnership of two states named as `StateSystem.resolve` takes them.

        Raises InputError if a name is unknown, ambiguous or of no member that year, or both name the same state.
        """
        system = StateSystem.of(record)
        members = (system.resolve(first, year), system.resolve(second, year))
        if members[0].ccode == members[1].ccode:
            raise InputError(f"{first} and {second} are the same state ({members[0].name}) in {year}: name two.")
        return cls(members, year, record)

    @property
    def codes(self) -> tuple[int, int]:
        """COW codes of the members, in the order they were named."""
        return self.members[0].ccode, self.members[1].ccode

    @property
    def dyad(self) -> tuple[int, int]:
        """COW codes of the members, the lower first."""
        low, high = sorted(self.codes)
        return low, high

    def sides(self) -> tuple[tuple[State, int], tuple[State, int]]:
        """The members with the side (1 or 2) each takes in a non-directed dyad's row, where the lower code comes first."""
        first, second = self.members
        return ((first, 1), (second, 2)) if first.ccode < second.ccode else ((first, 2), (second, 1))

    def tag(self, state: State) -> str:
        """A member's part of an id: its ISO3 code, or its COW abbreviation if it had none or shares it with the other."""
        shared = self.members[0].iso3 == self.members[1].iso3
        return state.abbreviation if shared or state.iso3 is None else state.iso3

    def ledger(self) -> pl.DataFrame:
        """Return what the members agreed up to the end of the partnership's year, one row an agreement (columns LEDGER)."""
        parts = [self.alliances(), self._defence_agreements(), self._trade_agreements(), self._facts()]
        known = pl.concat(parts).filter(pl.col("date").is_null() | (pl.col("date") <= date(self.year, 12, 31)))
        return known.sort("date", "kind", "title", nulls_last=True)

    def alliances(self) -> pl.DataFrame:
        """Return the alliances both belong to, from the day the later one joined to the day the earlier one left."""
        members = self.record.table("alliance_members")
        sides = [members.filter(pl.col("ccode") == code) for code in self.codes]
        shared = sides[0].join(sides[1], on=["atop_id", "phase"], suffix="_2")
        ends = pl.when(pl.col("end").is_null() | pl.col("end_2").is_null())
        spans = shared.with_columns(
            date=pl.max_horizontal("start", "start_2"),
            until=ends.then(pl.coalesce("end", "end_2")).otherwise(pl.min_horizontal("end", "end_2")),
        ).filter(pl.col("until").is_null() | (pl.col("until") >= pl.col("date")))
        pledged = [pl.when(pl.any_horizontal(name, f"{name}_2")).then(pl.lit(name)) for name in PLEDGES]
        rows = spans.select(
            "date",
            precision=pl.when(pl.col("start") >= pl.col("start_2")).then("start_precision").otherwise("start_precision_2"),
            end="until",
            kind=pl.lit("alliance"),
            title=pl.format(
                "{} alliance, ATOP {}",
                pl.when("bilateral").then(pl.lit("Bilateral")).otherwise(pl.lit("Multilateral")),
                "atop_id",
            ),
            obligations=pl.concat_str(*pledged, separator=", ", ignore_nulls=True),
            source=pl.lit("atop"),
            confidence=pl.lit(None, pl.String),
        )
        whole = rows.group_by("title", "kind", "source", maintain_order=True).agg(
            pl.col("date").min(),
            pl.col("precision").sort_by("date").first(),
            pl.when(pl.col("end").is_null().any()).then(None).otherwise(pl.col("end").max()).alias("end"),
            pl.col("obligations").sort_by("date").last(),
            pl.col("confidence").first(),
        )
        return _ledger(whole)

    def _defence_agreements(self) -> pl.DataFrame:
        signed = self._between("defence_agreements").select(
            date="signed",
            precision="signed_precision",
            end=pl.lit(None, pl.Date),
            kind=pl.lit("defence cooperation"),
            title=pl.format("Defence cooperation agreement: {}", pl.col("category1").replace(CATEGORIES)),
            obligations=pl.col("type"),
            source=pl.lit("dcad"),
            confidence=pl.lit(None, pl.String),
        )
        return _ledger(signed)

    def _trade_agreements(self) -> pl.DataFrame:
        members = trade_members(self.record).filter(pl.col("ccode").is_in(list(self.dyad)))
        return _ledger(
            trade_ties(members).select(
                date=pl.date("first_year", 1, 1),
                precision=pl.lit("year"),
                end=pl.date("last_year", 12, 31),
                kind=pl.lit("trade"),
                title="name",
                obligations=pl.lit("trade agreement"),
                source=pl.lit("desta"),
                confidence=pl.lit(None, pl.String),
            )
        )

    def _facts(self) -> pl.DataFrame:
        """Facts to which both are parties: named together, or members of one treaty that at least one acceded to."""
        parties = self.record.table("agreement_fact_parties").join(self.record.table("agreement_facts"), on="fact_id")
        joined = parties.with_columns(treaty=pl.coalesce("accedes_to", "fact_id"))
        sides = [joined.filter(pl.col("ccode") == code).sort("date").unique("treaty", keep="first") for code in self.codes]
        both = sides[0].join(sides[1].select("treaty", "date", "fact_id"), on="treaty", suffix="_2")
        later = pl.when(pl.col("date_2") > pl.col("date")).then("fact_id_2").otherwise("fact_id")
        bound = self.record.table("agreement_facts").join(both.select(fact_id=later), on="fact_id", how="semi")
        return _ledger(
            bound.select(
                "date",
                precision="date_precision",
                end=pl.lit(None, pl.Date),
                kind="kind",
                title="title",
                obligations="status",
                source=pl.lit("treaty_facts"),
                confidence="confidence",
            )
        )

    def _between(self, table: str) -> pl.DataFrame:
        low, high = self.dyad
        return self.record.table(table).filter((pl.col("ccode1") == low) & (pl.col("ccode2") == high))


def _ledger(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(pl.col(name).cast(kind) for name, kind in LEDGER.items())


def dated(row: Mapping[str, object]) -> str:
    """Return the date of a row of the ledger to the precision it is known to.

    >>> dated({"date": date(1957, 9, 1), "precision": "month"})
    '1957-09'
    """
    day = row["date"]
    if not isinstance(day, date):
        return "date unknown"
    return {"year": f"{day:%Y}", "month": f"{day:%Y-%m}"}.get(str(row["precision"]), day.isoformat())
