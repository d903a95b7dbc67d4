"""Pledges of defence from entry into force to today, gathered by hand: ATOP dates them by signature, and ends in 2018.

They stand in `alliance_facts.toml` beside this reader, in foedus's own words. `alliance_facts` has one row a treaty,
`alliance_fact_members` one for each party whose days are told apart, `alliance_fact_suspensions` one for each of two states
between which a treaty was suspended. Every treaty names the document it rests on and how sure it is, "high" or "medium"
(`record/provenance.py`). `foedus.panels.alliances` lays them over ATOP.

Traps
-----
* This is no list of all treaties: what is not here keeps ATOP's dates, and nothing is known of it after ATOP ends.
* `in_force` is the first day that it can be, `ended` and `left` the last that still counts; the precisions say whether a date
  is a day, a month or a year.
* Where `organisation` is named, the parties and their days are that organisation's (`organisation_members`).
* Where `goes_on`, another source ends the membership and the treaty does not.
* `known_to` is the last year for which a document says that the treaty is in force; null says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from foedus.record.dated import Entry, entries, fact_table, first_day, written
from foedus.record.provenance import provenance

ALLIANCES = Path(__file__).with_name("alliance_facts.toml")


def read(raw: Path) -> dict[str, pl.DataFrame]:  # noqa: ARG001 - every source is read in one way
    """Return `alliance_facts`, `alliance_fact_members` and `alliance_fact_suspensions`; `raw` is not needed."""
    told, short = entries(ALLIANCES).items(), pl.Int16()
    treaties = [_treaty(name, entry) for name, entry in told]
    members = [row for name, entry in told for row in _members(name, entry)]
    suspensions = [row for name, entry in told for row in _suspensions(name, entry)]
    return {
        "alliance_facts": fact_table(treaties, ["treaty"], atop_id=short, phase=short, known_to=short),
        "alliance_fact_members": fact_table(members, ["treaty", "party"], year=short),
        "alliance_fact_suspensions": fact_table(suspensions, ["treaty", "start", "party"], year=short),
    }


def _treaty(name: str, entry: Entry) -> Entry:
    return {
        "treaty": name,
        "title": entry["title"],
        "atop_id": entry.get("atop"),
        "phase": entry.get("phase"),
        "organisation": entry.get("organisation"),
        "pledges": ", ".join(entry.get("pledges", ())) or None,
        **written("signed", entry.get("signed")),
        **written("in_force", entry.get("in_force")),
        **written("ended", entry.get("ended"), last=True),
        "known_to": entry.get("known"),
        **provenance(name, entry),
        "note": entry.get("note"),
    }


def _members(name: str, entry: Entry) -> Iterator[Entry]:
    """The parties whose days are told: those of a treaty that ATOP lacks, and those who joined or left on days of their own."""
    left = {member: event["on"] for event in entry.get("left", ()) for member in event["who"].split()}
    joined = [{"on": entry["in_force"], "who": entry["parties"]}] if "parties" in entry else []
    told = [(member, event) for event in (*joined, *entry.get("joined", ())) for member in event["who"].split()]
    for member, event in [*told, *((each, {}) for each in left.keys() - {member for member, _ in told})]:
        since = event.get("on")
        yield {
            "treaty": name,
            "party": member,
            "iso3": member,
            "year": first_day(since or left[member]).year,
            **written("joined", since),
            **written("left", left.get(member), last=True),
            "goes_on": event.get("goes_on", False),
        }


def _suspensions(name: str, entry: Entry) -> Iterator[Entry]:
    """Two rows a suspension, one for each of the two states."""
    for event in entry.get("suspended", ()):
        for member in event["who"].split():
            days = {**written("start", event["on"]), **written("end", event.get("until"), last=True)}
            yield {"treaty": name, "party": member, "iso3": member, "year": first_day(event["on"]).year, **days}
