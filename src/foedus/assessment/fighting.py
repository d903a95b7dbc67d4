"""The fighting of two states: what is said of the two in a year, and since when the same is said.

Who fought whom, and who was only on the other side, is told in one place for all of foedus (`panels/fighting.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from foedus.language.said import say
from foedus.panels.fighting import DISPUTES, OPPOSITE, UCDP, WENT_TO_WAR, opposed, under_way
from foedus.record.source import catalog
from foedus.record.states import StateSystem
from foedus.record.store import Record
from foedus.words import the

BY = {
    UCDP: "{state} (by UCDP {government})",
    DISPUTES: "{state} (by the list of militarized disputes {government})",
}
"""A state with whom a source means by its government."""

AT_LEVEL_OF_WAR, BOTH_LOST = "at the level of war", "with deaths on both sides"
"""What the list says of a dispute of two."""

Dyad = tuple[int, int]
"""Codes of two states, the smaller first."""


@dataclass(frozen=True)
class Side:
    """What the record says of two states on opposite sides in a year.

    Attributes
    ----------
    how : OPPOSITE, JOINED or FOUGHT. war : whether at the level of war. by : the source.
    joined : code of the state that joined against the other; None where none did.
    """

    how: int
    war: bool
    by: str
    joined: int | None = None

    @property
    def fights(self) -> bool:
        """Whether the two fight each other, rather than being on opposite sides alone."""
        return self.how != OPPOSITE

    @property
    def what(self) -> str:
        """What the two are in."""
        if self.by == DISPUTES:
            return say("a dispute at the level of war")
        return say("a war") if self.war else say("an armed conflict")


def sides(record: Record, year: int) -> dict[Dyad, Side]:
    """Return what is said of every dyad on opposite sides in a year, or, where no source covers it yet, in the last known.

    >>> from foedus.record.store import open_record
    >>> sides(open_record(), 2022)[365, 369]
    Side(how=2, war=True, by='ucdp_armed_conflict', joined=None)
    """
    rows = under_way(record, year).select("ccode1", "ccode2", "how", "war", "by", "joined")
    return {(one, two): Side(*said) for one, two, *said in rows.iter_rows()}


def government(record: Record, code: int, year: int, by: str) -> str:
    """Return whom a source means by a state's government in a year, where most states recognise another; "" otherwise.

    >>> from foedus.record.store import open_record
    >>> government(open_record(), 679, 2024, UCDP), government(open_record(), 365, 2024, UCDP)
    ('the Houthi authorities in Sanaa', '')
    """
    return catalog()[by].government(StateSystem.of(record).state(code, year).gwcode, year)


def named(record: Record, code: int, year: int, by: str) -> str:
    """Return a state's name as of a year, with whom a source means by its government where most states recognise another.

    >>> from foedus.record.store import open_record
    >>> named(open_record(), 679, 2024, UCDP), named(open_record(), 2, 2024, UCDP)
    ('Yemen (by UCDP the Houthi authorities in Sanaa)', 'the United States')
    """
    who = government(record, code, year, by)
    state = the(StateSystem.of(record).name(code, year))
    return say(BY[by], state=state, government=say(who)) if who else state


@dataclass(frozen=True)
class Clash:
    """What the record says of the fighting of two states by the end of a year.

    Attributes
    ----------
    side : what is said of the two in the last year known.
    years : the unbroken run of years of which the same is said, to the last known. wars : those of them at the level of war.
    dispute : the gravest dispute between the two that the list has under way in the last year: AT_LEVEL_OF_WAR, BOTH_LOST, or
        None for one that is neither, or for none.
    """

    side: Side
    years: tuple[int, ...]
    wars: tuple[int, ...]
    dispute: str | None


def clash(record: Record, dyad: Dyad, year: int) -> Clash | None:
    """Return what is said of two states in a year, or, where no source covers it yet, of the last known.

    None if nothing is said of them then, or if the last that is known is too old (`fighting.FRESH`).

    >>> from foedus.record.store import open_record
    >>> told = clash(open_record(), (750, 770), 1999)
    >>> told.side.fights, told.years, told.wars
    (True, (1996, 1997, 1998, 1999), ())
    """
    side = sides(record, year).get(dyad)
    if side is None:
        return None
    alike = opposed(record).filter(pl.col("year") <= year, ccode1=dyad[0], ccode2=dyad[1], how=side.how, by=side.by)
    last = alike["year"][-1]
    run = alike.filter(pl.col("year") - pl.int_range(pl.len()) == last - alike.height + 1)
    return Clash(side, tuple(run["year"]), tuple(run.filter("war")["year"]), _gravest(record, dyad, last))


def _gravest(record: Record, dyad: Dyad, year: int) -> str | None:
    """The gravest dispute between two states in a year, by what the list of disputes says of it."""
    if "dispute_dyad_years" not in record.tables:
        return None
    rows = record.table("dispute_dyad_years").filter(ccode1=dyad[0], ccode2=dyad[1], year=year)
    if rows.filter(hostility=WENT_TO_WAR).height:
        return AT_LEVEL_OF_WAR
    return BOTH_LOST if rows.filter(pl.col("fatality1") > 0, pl.col("fatality2") > 0).height else None
