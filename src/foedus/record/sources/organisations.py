"""Organisations of states and their members by date: who joined, who left, and whose membership was suspended.

They stand in `organisations.toml` beside this reader, gathered by hand from official pages in foedus's own words.
`organisations` has one row each, `organisation_members` one for each spell of membership, `organisation_suspensions` one for
each time in which a member was kept from taking part. Every row names its page and how sure it is, by the rule at the head of
the file and those of `provenance.py`.

Traps
-----
* `joined` is the first day that it can be and `left` the last, which still counts; `joined_precision` and `left_precision` say
  whether that is a day, a month or a year. A membership that goes on has no `left`.
* A suspended member is a member: its row in `organisation_members` goes on. Where a member itself suspended its membership and
  was counted no more (OPEC), it has left.
* `member` is a three-letter code, or the name of a member that is in no list of states: then `ccode` is null.
* A state keeps the number under which it joined: that Germany and Yemen went on under others in 1990 is left to the reader of
  the table, and so is whether the state was in a list on the day. `year` is the one at which the code was read as a state.
* An informal group has no acts of accession: its days are those of meetings and announcements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from foedus.record.dated import Entry, entries, fact_table, first_day, written
from foedus.record.provenance import provenance, weakest

ORGANISATIONS = Path(__file__).with_name("organisations.toml")

MEMBER_BEFORE = {
    state: year
    for year, states in {
        1946: "JOR LBN SYR",
        1955: "DEU",
        1961: "KWT",
        1962: "DZA",
        1971: "ARE QAT",
        1974: "GNB",
        1975: "PNG",
        1976: "WSM",
        1981: "VUT",
        1990: "LIE",
        1991: "FSM MHL",
        1992: "SMR",
        1993: "MCO",
        1999: "KIR NRU TON",
        2000: "TUV",
    }.items()
    for state in states.split()
}
"""Members that joined before the Correlates of War list has them, with the first year in which it does."""

_CODE = re.compile(r"[A-Z]{3}")


def read(raw: Path) -> dict[str, pl.DataFrame]:  # noqa: ARG001 - every source is read in one way
    """Return `organisations`, `organisation_members` and `organisation_suspensions`; `raw` is not needed."""
    told, short = entries(ORGANISATIONS).items(), pl.Int16()
    organisations = [_organisation(name, entry) for name, entry in told]
    members = [row for name, entry in told for row in _memberships(name, entry)]
    suspensions = [row for name, entry in told for row in _suspensions(name, entry)]
    return {
        "organisations": fact_table(organisations, ["organisation"]),
        "organisation_members": fact_table(members, ["organisation", "joined", "member"], year=short),
        "organisation_suspensions": fact_table(suspensions, ["organisation", "start", "member"], year=short),
    }


def _organisation(name: str, entry: Entry) -> Entry:
    return {
        "organisation": name,
        "title": entry["title"],
        "kind": entry["kind"],
        **written("founded", entry["founded"]),
        **written("ended", entry.get("ended"), last=True),
        "page": entry["page"],
        "note": entry.get("note"),
    }


def _memberships(name: str, entry: Entry) -> Iterator[Entry]:
    """The spells of membership of an organisation; one that is open when it ends is ended with it.

    Raises ValueError if a member joins twice, or leaves without being one.
    """
    ended = {"on": entry["ended"], "as": "dissolution"} if "ended" in entry else None
    open_: dict[str, Entry] = {}
    leaving = ("withdrawal", "suspension")
    for event in sorted(_events(entry), key=lambda each: (first_day(each["on"]), each["as"] not in leaving)):
        member = event["member"]
        if ("leaves" in event) == (member not in open_):
            raise ValueError(f"{name}: {member} on {event['on']} neither joins as no member nor leaves as one")
        if "leaves" in event:
            yield _membership(name, entry, open_.pop(member), event)
        else:
            open_[member] = event
    for joined in open_.values():
        yield _membership(name, entry, joined, ended)


def _events(entry: Entry) -> Iterator[Entry]:
    """Each member's joining and leaving."""
    for key, more in (("joined", {}), ("left", {"leaves": True})):
        for event in entry.get(key, ()):
            yield from ({**event, **more, "member": member} for member in _members(event["who"]))


def _membership(name: str, entry: Entry, joined: Entry, left: Entry | None) -> Entry:
    told = [_page(name, entry, event) for event in (joined, left) if event is not None]
    notes = [event["note"] for event in (joined, left) if event is not None and "note" in event]
    return {
        "organisation": name,
        **_state(joined["member"], joined["on"]),
        **written("joined", joined["on"]),
        "joined_as": joined["as"],
        **written("left", None if left is None else left["on"], last=True),
        "left_as": None if left is None else left["as"],
        **told[0],
        "confidence": weakest(each["confidence"] for each in told),
        "note": " ".join(notes) or None,
    }


def _suspensions(name: str, entry: Entry) -> Iterator[Entry]:
    for event in entry.get("suspended", ()):
        for member in _members(event["who"]):
            yield {
                "organisation": name,
                **_state(member, event["on"]),
                **written("start", event["on"]),
                **written("end", event.get("until"), last=True),
                **_page(name, entry, event),
                "note": event.get("note"),
            }


def _page(name: str, entry: Entry, event: Entry) -> Entry:
    """The page that tells of an event, its own or the organisation's, with its kind, the day of reading and the confidence."""
    own = {"read": entry.get("read")} if "page" not in event else {}
    stated = {"url": entry["page"], "source_kind": entry["source_kind"], "confidence": entry["confidence"], **own}
    page = provenance(f"{name}, {event.get('on', 'end')}", {**stated, **event, "url": event.get("page", entry["page"])})
    return {"page": page["url"], **{key: page[key] for key in ("source_kind", "read", "via", "confidence")}}


def _members(who: str | list[str]) -> list[str]:
    """The codes of a text, or the names of a list."""
    return who.split() if isinstance(who, str) else who


def _state(member: str, when: str) -> Entry:
    """The member, its code if it has one, and the year at which the code is to be read as a state."""
    year = max(first_day(when).year, MEMBER_BEFORE.get(member, 0))
    return {"member": member, "iso3": member if _CODE.fullmatch(member) else None, "year": year}
