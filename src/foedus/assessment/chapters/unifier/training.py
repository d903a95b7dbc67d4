"""What the record says of help to a state at war: the mission, the hosts of its people, the aid, and pictures of them.

Looked up once; the chapter *Operation UNIFIER* makes sentences of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl

from foedus.assessment.finding import Exhibit
from foedus.mechanisms.assistance import AID, ANSWERS, RECIPIENT, TRAINER, at_war, hosts, training
from foedus.panels.codebook import lookup
from foedus.panels.panel import panel
from foedus.partnership.partnership import Partnership
from foedus.record.states import State, StateSystem
from foedus.record.store import Record
from foedus.words import the

MISSION = "Operation UNIFIER"

ANSWER_WORDS = {"origin": "by origin or descent", "born": "by birthplace", "refugees": "as refugees"}
ANSWER_SOURCES = {"origin": "ukrainian_diaspora", "born": "un_migrants", "refugees": "unhcr"}

AID_WORDS = {
    "ukraine_military_aid": "military",
    "ukraine_financial_aid": "financial",
    "ukraine_humanitarian_aid": "humanitarian",
}

SHOWN = 7
"""Hosts drawn for each answer; the table below has all."""


@dataclass(frozen=True)
class Told:
    """What the record says of a partnership's assistance, looked up once."""

    partnership: Partnership

    @property
    def record(self) -> Record:
        """The record it is looked up in."""
        return self.partnership.record

    @property
    def year(self) -> int:
        """The year asked about."""
        return self.partnership.year

    @cached_property
    def system(self) -> StateSystem:
        """The state system, for names."""
        return StateSystem.of(self.record)

    @cached_property
    def facts(self) -> pl.DataFrame:
        """What is cited of the mission by the end of the year."""
        return training(self.record, self.year)

    @cached_property
    def began(self) -> int:
        """Year in which the mission began."""
        return int(self.record.table("unifier_facts")["date"].min().year)  # type: ignore[union-attr]

    @property
    def trainer(self) -> State | None:
        """The member whose mission it is; None if it is no member's."""
        return next((state for state in self.partnership.members if state.iso3 == TRAINER), None)

    @cached_property
    def recipient(self) -> State | None:
        """The state whose forces are trained; None before the mission began."""
        return self.system.resolve(RECIPIENT, self.year) if self.year >= self.began else None

    @property
    def concerned(self) -> bool:
        """Whether a member trains or is trained in the mission, and it has begun."""
        return self.recipient is not None and (self.trainer is not None or self.recipient.ccode in self.partnership.codes)

    @cached_property
    def hosts(self) -> pl.DataFrame:
        """Every known host of the recipient's people, by each answer."""
        if self.recipient is None:
            raise ValueError("nobody is asked about")
        return hosts(self.record, self.recipient.ccode, self.year)

    @cached_property
    def aid_years(self) -> tuple[int, int] | None:
        """First and last year of the aid that is known by the year; None where there is none, or it concerns no member."""
        covered = lookup("ukraine_aid")
        last = min(self.year, covered.last_year)
        if AID not in self.record.tables or last < covered.first_year:
            return None
        donors = set(self.record.table(AID)["ccode"])
        return (covered.first_year, last) if self.concerned or donors & set(self.partnership.codes) else None

    def named(self, codes: pl.Series) -> pl.Series:
        """Names of states."""
        return pl.Series("state", [self.system.name(code) for code in codes], dtype=pl.String)


def exhibits(told: Told) -> Iterable[Exhibit]:
    """Return the mission's course and counts, every known host, people from states at war, and every donor's aid."""
    if told.trainer is not None and told.facts.height:
        yield Exhibit("unifier.mission", MISSION, "timeline", _timeline(told.facts, told.year), "", ("treaty_facts",))
        yield Exhibit("unifier.counts", f"What is cited of {MISSION}", "table", told.facts, "", ("treaty_facts",))
    if told.recipient is not None and told.concerned:
        name, sources = told.recipient.name, tuple(ANSWER_SOURCES.values())
        note = "Three answers to three questions, none of them a better answer to another. " + " ".join(
            f"{ANSWER_WORDS[answer].capitalize()}: {meaning.counts}; {meaning.believed}." for answer, meaning in ANSWERS.items()
        )
        yield Exhibit("unifier.hosts", f"Hosts of people from {name}", "bars", _bars(told), note, sources)
        table = told.hosts.select("answer", told.named(told.hosts["ccode"]), pl.exclude("answer", "ccode"))
        yield Exhibit("unifier.hosts.all", f"Every known host of people from {name}", "table", table, "", sources)
    for state in told.partnership.members:
        rows = at_war(told.record, state.ccode, told.year)
        if rows.height:
            shown = rows.select(told.named(rows["ccode"]), pl.exclude("ccode"))
            title = f"People in {the(state.name)} from states at war in {told.year}"
            yield Exhibit(
                f"unifier.ties.{told.partnership.tag(state)}", title, "table", shown, "", ("un_migrants", "ucdp_country_year")
            )
    if told.aid_years is not None:
        rows = given(told)
        table = rows.select(told.named(rows["ccode"]), pl.exclude("ccode"))
        yield Exhibit("unifier.aid", "Aid to Ukraine, every donor followed", "table", table, "", ("kiel_support",))


def _timeline(facts: pl.DataFrame, year: int) -> pl.DataFrame:
    """The mission as a lane of spells between start, pause and restart, and its counts and extensions as events."""
    marks = facts.filter(pl.col("event").str.contains("start|pause")).sort("date")
    spells, since = [], None
    for row in marks.iter_rows(named=True):
        if row["event"] == "pause" and since is not None:
            spells.append(_spell(since, row["date"]))
            since = None
        elif row["event"] != "pause":
            since = row
    if since is not None:
        spells.append(_spell(since, None))
    counts = pl.coalesce("trained_at_least", "trained_almost")
    counted_facts = facts.filter(~pl.col("event").str.contains("start|pause")).with_columns(number=counts)
    events = [
        {
            "lane": "Counts and extensions",
            "start": row["date"],
            "end": None,
            "label": row["event"] if row["number"] is None else f"{row['number']:,} trained",
            "detail": f"{row['event']}; {row['confidence']} confidence",
            "kind": "event",
            "severity": None,
            "source": row["source"],
        }
        for row in counted_facts.iter_rows(named=True)
    ]
    kinds = {"start": pl.Date, "end": pl.Date, "severity": pl.Int64}
    return pl.DataFrame([*spells, *events], schema_overrides=kinds).filter(pl.col("start").dt.year() <= year)


def _spell(since: dict[str, Any], end: date | None) -> dict[str, Any]:
    return {
        "lane": MISSION,
        "start": since["date"],
        "end": end,
        "label": since["event"],
        "detail": f"{since['confidence']} confidence",
        "kind": "spell",
        "severity": None,
        "source": since["source"],
    }


def _bars(told: Told) -> pl.DataFrame:
    """The largest hosts and the members, by each answer."""
    rows = told.hosts.filter((pl.col("rank") <= SHOWN) | pl.col("ccode").is_in(told.partnership.codes))
    return rows.select(
        pl.format("{} ({}, {} confidence)", told.named(rows["ccode"]), "as_of", "confidence").alias("label"),
        pl.col("people").cast(pl.Float64).alias("value"),
        pl.lit(None, pl.Float64).alias("low"),
        pl.lit(None, pl.Float64).alias("high"),
        pl.lit(None, pl.Float64).alias("baseline"),
        pl.col("answer").replace(ANSWER_WORDS).alias("group"),
        pl.lit("persons").alias("unit"),
    )


def given(told: Told) -> pl.DataFrame:
    """Every donor's aid to the end of the year, with its rank by share of GDP."""
    if told.aid_years is None:
        raise ValueError("no aid is known")
    names = ["ukraine_aid", *AID_WORDS, "ukraine_aid_share"]
    rows = panel("state-year", names, years=told.aid_years, record=told.record).drop_nulls("ukraine_aid")
    summed = rows.group_by("ccode").agg(pl.col(names).sum())
    rank = pl.col("ukraine_aid_share").rank("min", descending=True).cast(pl.Int32)
    return summed.with_columns(rank=rank).sort("rank", "ccode")
