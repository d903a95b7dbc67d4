"""Two states and the fighting between them: what is said of them in a year, and since when the same is said.

Who fought whom, and who was only on the other side, is told in one place for all of foedus (`panels/fighting.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from foedus.panels.fighting import FRESH, WENT_TO_WAR, last_known, opposed
from foedus.record.store import Record

AT_LEVEL_OF_WAR, BOTH_LOST = "at the level of war", "with deaths on both sides"
"""What the list says of a dispute of two."""


@dataclass(frozen=True)
class Clash:
    """What the record says of the fighting of two states by the end of a year.

    Attributes
    ----------
    how : OPPOSITE, JOINED or FOUGHT. war : whether at the level of war. by : the source.
    years : the unbroken run of years of which the same is said, to the last known. wars : those of them at the level of war.
    joined : code of the state that joined against the other; None where none did.
    dispute : the gravest dispute between the two that the list has under way in the last year: AT_LEVEL_OF_WAR, BOTH_LOST, or
        None for one that is neither, or for none.
    """

    how: int
    war: bool
    by: str
    years: tuple[int, ...]
    wars: tuple[int, ...]
    joined: int | None
    dispute: str | None


def clash(record: Record, dyad: tuple[int, int], year: int) -> Clash | None:
    """Return what is said of two states (lower code first) in a year, or, where no source covers it yet, of the last known.

    None if nothing is said of them then, or if the last that is known is older than FRESH years.

    >>> from foedus.panels.fighting import FOUGHT
    >>> from foedus.record.store import open_record
    >>> told = clash(open_record(), (750, 770), 1999)
    >>> told.how == FOUGHT, told.years, told.wars
    (True, (1996, 1997, 1998, 1999), ())
    """
    known = last_known(record, year)
    own = opposed(record).filter(pl.col("year") <= known, ccode1=dyad[0], ccode2=dyad[1])
    if year - known >= FRESH or own.is_empty() or own["year"][-1] != known:
        return None
    last = own.row(-1, named=True)
    alike = own.filter(how=last["how"], by=last["by"])
    run = alike.filter(pl.col("year") - pl.int_range(pl.len()) == known - alike.height + 1)
    wars = tuple(run.filter("war")["year"])
    return Clash(last["how"], last["war"], last["by"], tuple(run["year"]), wars, last["joined"], _gravest(record, dyad, known))


def _gravest(record: Record, dyad: tuple[int, int], year: int) -> str | None:
    """The gravest dispute between two states in a year, by what the list of disputes says of it."""
    if "dispute_dyad_years" not in record.tables:
        return None
    rows = record.table("dispute_dyad_years").filter(ccode1=dyad[0], ccode2=dyad[1], year=year)
    if rows.filter(hostility=WENT_TO_WAR).height:
        return AT_LEVEL_OF_WAR
    return BOTH_LOST if rows.filter(pl.col("fatality1") > 0, pl.col("fatality2") > 0).height else None
