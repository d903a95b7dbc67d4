"""What a treaty without a name is called: by its parties and the year in which it was signed.

ATOP and the list of the Correlates of War number treaties and name none. A number tells a reader nothing; "Pact of France and
the Soviet Union, 1935" does. Names of treaties that the record's facts tell stand before these.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

import polars as pl

from foedus.language.said import Sentence, on_day, say
from foedus.panels.systems import SUCCESSORS
from foedus.record.states import StateSystem
from foedus.record.store import Record
from foedus.words import counted, listed, the

MOST, NAMED_OF_MANY = 4, 2
"""Parties that are all named, and how many are named of more."""

PACT = re.compile(r"Pact of (.+), ((?:\d{1,2} \w+ )?\d{4})")
"""The title of a treaty that has none: its parties, and its year or day."""

OTHERS = re.compile(r" and (\d+) other states?$")
"""How such a title ends of parties of which not all are named."""

_BETWEEN = re.compile(r", | and (?!Nejd\b|Montenegro\b)")
"""What stands between the parties of a title; two states have an "and" in their own name."""

OUTSIDE = "a party outside the state system"
"""A party whose number no state of the system has: ATOP's 8152 (Annam, 1874)."""


def called(title: str, among: Sequence[str] = ()) -> Sentence:
    """Return a treaty as it stands in a sentence; one without a name by its parties and its year.

    among : two parties that the sentence is about, named first where there are more than can be named.

    >>> called("North Atlantic Treaty"), called("Pact of France and the Soviet Union, 1935")
    ('the North Atlantic Treaty', 'a pact of France and the Soviet Union of 1935')
    >>> called("Pact of Russia, Belarus and 7 other states, 1993", ["Russia", "Georgia"])
    'a pact of Russia, Georgia and 7 other states of 1993'
    """
    told = PACT.fullmatch(title)
    if told is None:
        return say("the {treaty}", treaty=say(title))
    parties, when = _told(told[1], among), told[2]
    if when.isdigit():
        return say("a pact of {parties} of {year}", parties=parties, year=when)
    return say("a pact of {parties} of {day}", parties=parties, day=on_day(datetime.strptime(when, "%d %B %Y").date()))


def _told(parties: str, among: Sequence[str]) -> str:
    """The parties that a title names, as they stand in a sentence."""
    others = OTHERS.search(parties)
    if others is None:
        return listed(_stated(parties))
    named = list(among) if len(among) == NAMED_OF_MANY else _stated(parties[: others.start()])
    return listed([*named, counted(int(others[1]), "other state")])


def _stated(names: str) -> list[str]:
    """The parties that a title names, one by one."""
    return [say(OUTSIDE) if part == OUTSIDE else the(part.removeprefix("the ")) for part in _BETWEEN.split(names)]


def titled(record: Record, members: pl.DataFrame) -> pl.Expr:
    """Return an expression for the title of the treaty in the column `agreement`.

    members : its rows of parties: agreement, bilateral, ccode, start. Two treaties of the same parties and year are told apart
        by the day. A state that took over from a party is none of its own.
    """
    names, known = StateSystem.of(record), set(record.table("state_years")["ccode"])
    heirs = {before: after for before, (after, _) in SUCCESSORS.items()}
    parties: dict[str, dict[int, str]] = {}
    signed: dict[str, date] = {}
    for agreement, of_two, code, day in (
        members.select("agreement", "bilateral", "ccode", "start").sort("start", "ccode").iter_rows()
    ):
        own = parties.setdefault(agreement, {})
        signed.setdefault(agreement, day)
        if (heir := heirs.get(code, code)) not in own and not (of_two and len(own) == 2):
            own[heir] = the(names.name(code, day.year)) if code in known else OUTSIDE
    said = {agreement: (_parties(list(own.values())), str(signed[agreement].year)) for agreement, own in parties.items()}
    often = Counter(said.values())
    titles = {
        agreement: f"Pact of {who}, {_day(signed[agreement]) if often[who, year] > 1 else year}"
        for agreement, (who, year) in said.items()
    }
    return pl.col("agreement").replace_strict(titles, return_dtype=pl.String).alias("title")


def _parties(names: list[str]) -> str:
    """Some states, in words.

    >>> _parties(["Russia", "Belarus", "Armenia", "Georgia", "Azerbaijan"])
    'Russia, Belarus and 3 other states'
    """
    if len(names) <= MOST:
        return listed(names)
    return listed([*names[:NAMED_OF_MANY], counted(len(names) - NAMED_OF_MANY, "other state")])


def _day(day: date) -> str:
    return str(on_day(day))
