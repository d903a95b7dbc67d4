"""Who came to whose side in a dispute, and which pledges were kept when they fell due: counts, nothing estimated.

A pledge falls due when the partner is in a dispute from its first day, with the treaty in force the day before. By which rule
(any attack on the partner, or only if what the treaty asks for is met) is a choice, and the shares differ by it (`RULES`). It
is kept by taking the partner's side, in a war by fighting on it, however late. After Sabrosky (1980), Leeds, Long & Mitchell
(2000) and Berkemeier & Fuhrmann (2018), who count wars and treaties. Leaves out help short of taking part, pledges of
restraint, and the disputes that did not come about because a pledge was believed.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt

import polars as pl

from foedus.errors import InputError, nearest
from foedus.estimation.estimate import NORMAL_95
from foedus.record.spells import partial_date
from foedus.record.store import Record

SIDE = ("dispute", "side_a", "ccode")

WAR = 20
"""Lowest action (GML) that is war."""

ERAS = {"all": (1816, 2010), "to 1918": (1816, 1918), "1919-1945": (1919, 1945), "from 1946": (1946, 2010)}

KINDS = {"disputes": 1, "uses of force": 4, "wars": 5}
"""Kinds of events and the lowest hostility of each."""

_IN_DEFENCE = (pl.col("pledge") == "defence") & ~pl.col("side_a")

RULES = {
    "target": _IN_DEFENCE,
    "invoked": _IN_DEFENCE & pl.col("invoked"),
    "either side": pl.col("pledge") == "defence",
    "every pledge": (_IN_DEFENCE | (pl.col("pledge") != "defence")) & pl.col("invoked"),
}
"""When a pledge falls due. "target": a defence pact, if the other side acted first. "invoked": the same, and what the treaty
asks for is met as far as the record can tell. "either side": a defence pact, whoever acted first. "every pledge": as "invoked",
with offence if the partner acted first, and neutrality."""

UNSEEN = ("location", "conflict", "number", "demand")
"""Conditions of a pledge of which the record cannot tell whether they are met."""


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


def honoured(record: Record, rule: str = "target", unit: str = "ally") -> pl.DataFrame:
    """Return the share of pledges kept in the disputes of the record, by kind and era; see `shares`."""
    due = record.derived("pledges due", lambda: calls(parties(record), record.table("alliance_members")))
    return shares(due, rule, unit)


def shares(due: pl.DataFrame, rule: str = "target", unit: str = "ally") -> pl.DataFrame:
    """Return the share of pledges kept, by kind of event and era.

    due : `calls`. rule : one of RULES. unit : "ally", one trial a partner in an event and ally, whatever treaties bind them;
    "alliance", one trial a treaty, kept if any ally kept it. Columns: rule, unit, kind, era, events, calls, kept, share, low
    and high (Wilson, 95 %). Allies called to one event decide together: the interval is too narrow where events are few.
    """
    if rule not in RULES:
        raise InputError(f"pledges fall due by no rule {rule!r}.{nearest(rule, RULES)}")
    trial = {"ally": "ccode", "alliance": "atop_id"}[unit]
    keys = ["event", "year", "hostility", "side_a", "partner", "pledge", trial]
    trials = due.filter(RULES[rule]).group_by(keys).agg(pl.col("kept").any())
    rows = []
    for kind, lowest in KINDS.items():
        for era, years in ERAS.items():
            part = trials.filter(pl.col("hostility") >= lowest, pl.col("year").is_between(*years))
            called, kept = part.height, int(part["kept"].sum())
            counts = {"events": part["event"].n_unique(), "calls": called, "kept": kept}
            share = {"share": kept / called if called else None, **wilson(kept, called)}
            rows.append({"rule": rule, "unit": unit, "kind": kind, "era": era, **counts, **share})
    return pl.DataFrame(rows)


def calls(rows: pl.DataFrame, members: pl.DataFrame, *, entrants: bool = False) -> pl.DataFrame:
    """Return every pledge in force the day before a partner entered an event on the event's first day, one row each.

    rows : as `parties`. members : the table `alliance_members`. entrants : also of partners that entered later. A pact that
    came into force on the day does not count, for it may have been made for the event.

    Columns: event, year, hostility, side_a and partner; atop_id, ccode (the ally that owes), pledge, invoked; stood_by, fought
    and kept. A pledge of arms is kept in a war by fighting on the partner's side, below war by taking it; neutrality by never
    taking the other. An ally may do so late.
    """
    turns = rows if entrants else rows.filter("originator")
    turns = turns.select("event", "side_a", "hostility", "entered", partner="ccode")
    opponents = turns.group_by("event", side_a=~pl.col("side_a")).agg(opponents="partner")
    in_force = (pl.col("start") < pl.col("entered")) & (pl.col("end").is_null() | (pl.col("end") >= pl.col("entered")))
    seats = turns.join(members.select("atop_id", "start", "end", partner="ccode"), on="partner").filter(in_force)
    owed = seats.drop("start", "end").unique(maintain_order=True).join(members.filter("in_state_system"), on="atop_id")
    allies = owed.filter(in_force, pl.col("ccode") != pl.col("partner")).join(opponents, on=["event", "side_a"])
    due = pl.concat([_owing(allies, pledge) for pledge in ("defence", "offence", "neutrality")])
    keys = ["event", "side_a", "ccode"]
    stood = due.join(rows.select(*keys, "fought", stood_by=True), on=keys, how="left")
    crossed = stood.join(rows.select("event", ~pl.col("side_a"), "ccode", opposed=True), on=keys, how="left")
    known = crossed.with_columns(pl.col("stood_by", "fought", "opposed").fill_null(False))
    in_arms = pl.when(pl.col("hostility") >= KINDS["wars"]).then("fought").otherwise("stood_by")
    kept = pl.when(pl.col("pledge") == "neutrality").then(~pl.col("opposed")).otherwise(in_arms)
    return known.with_columns(kept=kept, year=pl.col("entered").dt.year()).drop("opposed", "entered")


def _owing(allies: pl.DataFrame, pledge: str) -> pl.DataFrame:
    """The allies that owe one pledge, offence only to a partner that acts first, and whether its conditions are met."""
    threats = ("threat_ccode1", "threat_ccode2")
    named = pl.any_horizontal(pl.col(threat).is_in(pl.col("opponents")).fill_null(False) for threat in threats)
    unseen = pl.any_horizontal(f"{pledge}_if_{condition}" for condition in UNSEEN)
    met = ~unseen & (~pl.col(f"{pledge}_if_adversary") | named)
    rows = allies.filter(pledge, pl.col("side_a") if pledge == "offence" else True)
    keys = ["event", "side_a", "hostility", "entered", "partner", "atop_id", "ccode"]
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
