"""What a treaty without a name is called: by its parties and the year in which it was signed.

ATOP and the list of the Correlates of War number treaties and name none. A number tells a reader nothing; "Pact of France and
the Soviet Union, 1935" does. Names of treaties that the record's facts tell stand before these.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from foedus.language.said import Sentence, on_day, say
from foedus.panels.systems import SUCCESSORS
from foedus.record.states import StateSystem
from foedus.record.store import Record
from foedus.words import counted, listed, the

MOST, NAMED_OF_MANY = 4, 2
"""Parties that are all named, and how many are named of more."""

OUTSIDE = "a party outside the state system"
"""A party whose number no state of the system has: ATOP's 8152 (Annam, 1874)."""


@dataclass(frozen=True)
class Pact:
    """A treaty without a name.

    Attributes
    ----------
    parties : names of its parties, or OUTSIDE; of more than MOST the first NAMED_OF_MANY. others : how many more there are.
    signed : the day. by_day : whether the day tells it apart from another of the same parties and year.

    >>> pact = Pact(("Russia", "Belarus"), 7, date(1993, 1, 22))
    >>> pact.title
    'Pact of Russia, Belarus and 7 other states, 1993'
    >>> pact.called(["Russia", "Georgia"])
    'a pact of Russia, Georgia and 7 other states of 1993'
    """

    parties: tuple[str, ...]
    others: int
    signed: date
    by_day: bool = False

    @property
    def title(self) -> str:
        """What it is called in a list."""
        parties = self._told([the(name) for name in self.parties])
        return f"Pact of {parties}, {on_day(self.signed) if self.by_day else self.signed.year}"

    def called(self, among: Sequence[str] = ()) -> Sentence:
        """Return it as it stands in a sentence about the two states `among`: they are named first where not all can be."""
        named = [say(OUTSIDE) if name == OUTSIDE else the(name) for name in self.parties]
        parties = self._told(list(among) if self.others and len(among) == NAMED_OF_MANY else named)
        if self.by_day:
            return say("a pact of {parties} of {day}", parties=parties, day=on_day(self.signed))
        return say("a pact of {parties} of {year}", parties=parties, year=str(self.signed.year))

    def _told(self, named: list[str]) -> str:
        """Parties, and how many others there are."""
        return listed([*named, *([counted(self.others, "other state")] if self.others else [])])


def called(title: str, unnamed: Mapping[str, Pact], among: Sequence[str] = ()) -> Sentence:
    """Return a treaty as it stands in a sentence; one without a name by its parties and its year.

    unnamed : the treaties without a name, by title (`alliances.unnamed`). among : two parties that the sentence is about.

    >>> called("North Atlantic Treaty", {})
    'the North Atlantic Treaty'
    """
    pact = unnamed.get(title)
    return say("the {treaty}", treaty=say(title)) if pact is None else pact.called(among)


def pacts(record: Record, members: pl.DataFrame) -> dict[str, Pact]:
    """Return the treaties of a list, which names none: agreement → what there is to call it by.

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
            own[heir] = names.name(code, day.year) if code in known else OUTSIDE
    found = {agreement: _pact(list(own.values()), signed[agreement]) for agreement, own in parties.items()}
    often = Counter(pact.title for pact in found.values())
    return {agreement: replace(pact, by_day=often[pact.title] > 1) for agreement, pact in found.items()}


def _pact(names: list[str], signed: date) -> Pact:
    named = names if len(names) <= MOST else names[:NAMED_OF_MANY]
    return Pact(tuple(named), len(names) - len(named), signed)
