"""Which pledges were kept when they fell due: counts over the wars between states that a user has imported, nothing estimated.

A pledge falls due when a war begins in which the partner fights from the first day, with the treaty in force the day before:
defence if the partner's side was attacked, offence if it attacked, neutrality either way, as far as the treaty asks for more
(`_owing`). Help in arms is kept by fighting on the partner's side within a year, neutrality by not fighting on the other in
that time. An ally that attacks its partner has not kept a pledge to defend it.

Only wars of the Correlates of War Project say who attacked, and they do not ship. The disputes that do say who acted first: see
`PUBLISHED`, with the rates of Sabrosky (1980), Leeds, Long & Mitchell (2000) and Berkemeier & Fuhrmann (2018). Leaves out help
short of fighting, pledges to consult or not to attack, partners drawn in later, and wars that a pledge prevented.
"""

from __future__ import annotations

import tomllib
from math import sqrt
from pathlib import Path

import polars as pl

from foedus.estimation.estimate import NORMAL_95
from foedus.record.store import Record

PARTICIPANTS = "war_participants"
"""The table, of a source that a user has to import, without which nothing can be counted here."""

PUBLISHED = tomllib.loads(Path(__file__).with_name("published_rates.toml").read_text(encoding="utf-8"))
"""What studies counted, why ours differs, and how far the disputes that ship tell who attacked."""

ERAS = {"to 1944": (1816, 1944), "from 1945": (1945, 2007)}
"""As in the studies."""

UNITS = {"treaty": "atop_id", "ally": "ccode"}
"""What is one trial in a war: a treaty, kept if any ally kept it, or an ally, whatever treaties bind it."""

PLEDGES = ("defence", "offence", "neutrality")

WITHIN = "1y"
"""How late help may come."""

UNSEEN = ("location", "conflict", "number", "demand")
"""Conditions of a pledge of which the record cannot tell whether they are met."""


def honoured(record: Record) -> pl.DataFrame:
    """Return the share of pledges kept in the imported wars, see `shares`; raises InputError where none were imported."""
    return record.derived("pledges kept", lambda: shares(calls(belligerents(record), record.table("alliance_members"))))


def belligerents(record: Record) -> pl.DataFrame:
    """Return who fought in each war of which it is known who attacked and on which day it began.

    Columns: event (the war), ccode, attacked (the state's side was, rather than attacked), entered, began (the war), first
    (fought from its first day). A war of which neither side, or either, is told to have initiated it is left out.
    """
    rows = record.table(PARTICIPANTS).rename({"war": "event"})
    attackers = pl.col("initiator").fill_null(False).any().over("event", "side")
    began = pl.col("entered").min().over("event")
    told = rows.with_columns(attackers=attackers, began=began).with_columns(first=pl.col("entered") == pl.col("began"))
    sides = pl.col("attackers").any().over("event") & ~pl.col("attackers").all().over("event")
    day_told = (pl.col("day_known") | ~pl.col("first")).all().over("event")
    once = told.filter(sides & day_told)
    return once.select("event", "ccode", "entered", "began", "first", attacked=~pl.col("attackers")).sort(
        "event", "entered", "ccode"
    )


def shares(due: pl.DataFrame) -> pl.DataFrame:
    """Return the share of pledges kept, by pledge, unit and era, where their conditions are met and whatever they ask.

    due : `calls`. Columns: pledge, conditions ("met" or "any"), unit (of UNITS), era (of ERAS), events, calls, kept, share, low
    and high (Wilson, 95 %). Allies called in one war decide together: the interval is too narrow where wars are few.
    """
    rows = []
    for conditions, asked in {"met": due.filter("invoked"), "any": due}.items():
        for unit, trial in UNITS.items():
            trials = asked.group_by("event", "year", "attacked", "pledge", trial).agg(pl.col("kept").any())
            for pledge in PLEDGES:
                for era, years in ERAS.items():
                    part = trials.filter(pl.col("pledge") == pledge, pl.col("year").is_between(*years))
                    called, kept = part.height, int(part["kept"].sum())
                    what = {"pledge": pledge, "conditions": conditions, "unit": unit, "era": era}
                    counts = {"events": part["event"].n_unique(), "calls": called, "kept": kept}
                    rows.append({**what, **counts, "share": kept / called if called else None, **wilson(kept, called)})
    return pl.DataFrame(rows, infer_schema_length=None)


def calls(rows: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Return every pledge in force the day before a partner fought from a war's first day, one row each.

    rows : as `belligerents`. members : the table `alliance_members`. A pact that came into force on the day does not count, for
    it may have been made for the war.

    Columns: event, year, attacked and partner; atop_id, ccode (the ally that owes), pledge, invoked (what the treaty asks for
    is met as far as the record can tell), fought and opposed (in time, on the partner's side and on the other), kept.
    """
    partners = rows.filter("first").select("event", "attacked", "began", partner="ccode")
    opponents = partners.group_by("event", attacked=~pl.col("attacked")).agg(opponents="partner")
    in_force = (pl.col("start") < pl.col("began")) & (pl.col("end").is_null() | (pl.col("end") >= pl.col("began")))
    seats = partners.join(members.select("atop_id", "start", "end", partner="ccode"), on="partner").filter(in_force)
    owed = seats.drop("start", "end").unique(maintain_order=True).join(members.filter("in_state_system"), on="atop_id")
    allies = owed.filter(in_force, pl.col("ccode") != pl.col("partner")).join(opponents, on=["event", "attacked"])
    due = pl.concat([_owing(allies, pledge) for pledge in PLEDGES])
    in_time = rows.filter(pl.col("entered") <= pl.col("began").dt.offset_by(WITHIN))
    keys = ["event", "attacked", "ccode"]
    fought = in_time.select(*keys, fought=True).unique()
    opposed = in_time.select("event", ~pl.col("attacked"), "ccode", opposed=True).unique()
    told = due.join(fought, on=keys, how="left").join(opposed, on=keys, how="left")
    known = told.with_columns(pl.col("fought", "opposed").fill_null(False), year=pl.col("began").dt.year())
    kept = pl.when(pl.col("pledge") == "neutrality").then(~pl.col("opposed")).otherwise("fought")
    return known.with_columns(kept=kept).drop("began").sort("event", "partner", "atop_id", "ccode", "pledge")


def _owing(allies: pl.DataFrame, pledge: str) -> pl.DataFrame:
    """The allies that owe one pledge in a war, and whether its conditions are met.

    A pledge against certain states holds if ATOP names one that the partner's side met on the first day. One to stay neutral
    may hold only if the partner is attacked, or does not provoke it. One to defend that lapses where the partner provoked the
    attack is taken to hold, for who attacked is all that is known.
    """
    threats = ("threat_ccode1", "threat_ccode2")
    named = pl.any_horizontal(pl.col(threat).is_in(pl.col("opponents")).fill_null(False) for threat in threats)
    met = ~pl.any_horizontal(f"{pledge}_if_{condition}" for condition in UNSEEN) & (~pl.col(f"{pledge}_if_adversary") | named)
    if pledge == "neutrality":
        asks = pl.col("neutrality_if_attacked").fill_null(False) | pl.col("neutrality_if_unprovoked").fill_null(False)
        met &= ~asks | pl.col("attacked")
    on_its_side = {"defence": pl.col("attacked"), "offence": ~pl.col("attacked"), "neutrality": pl.lit(True)}[pledge]
    rows = allies.filter(pledge, on_its_side)
    keys = ["event", "attacked", "began", "partner", "atop_id", "ccode"]
    return rows.group_by(keys, maintain_order=True).agg(pledge=pl.lit(pledge), invoked=met.fill_null(False).any())


def wilson(successes: int, trials: int) -> dict[str, float | None]:
    """Return the 95 % interval of a share, low and high; unknown without a trial. Wilson (1927).

    >>> {name: round(bound, 3) for name, bound in wilson(5, 10).items()}
    {'low': 0.237, 'high': 0.763}
    """
    if not trials:
        return {"low": None, "high": None}
    share, square = successes / trials, NORMAL_95**2 / trials
    centre = (share + square / 2) / (1 + square)
    reach = sqrt(square * share * (1 - share) + square**2 / 4) / (1 + square)
    return {"low": centre - reach, "high": centre + reach}
