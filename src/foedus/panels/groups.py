"""Groups of states with a name, and who belonged to them when.

A group is the parties to an alliance of ATOP or to a treaty among the record's facts, those who acceded to it included. A state
that took another's place under a new number (Germany and Yemen in 1990) goes on as a member. Membership is by calendar year: a
member on any day of the year is one for the year. `groups.toml` names the best known; any other alliance is `atop:NUMBER`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import polars as pl

from foedus.errors import InputError, nearest
from foedus.panels.systems import SUCCESSORS
from foedus.record.entries import Key, is_text, key_faults
from foedus.record.sections import Entry, Sections
from foedus.record.source import catalog
from foedus.record.store import Record


class Group(NamedTuple):
    """A group by name: what its members are parties to, from which source, and the years for which that is known."""

    name: str
    label: str
    alliance: int | None
    fact: str | None
    source: str
    first_year: int
    last_year: int


_ENTRY = {
    "label": Key(is_text, "is missing, or no text of one line", needed=True),
    "alliance": Key(lambda value: isinstance(value, int), "is no number of an alliance"),
    "fact": Key(is_text, "is no name of a fact"),
}


def _faults(_: str, entry: Entry) -> Iterator[str]:
    yield from key_faults(entry, _ENTRY, "group")
    if ("alliance" in entry) == ("fact" in entry):
        yield "it has either the number of an alliance, or a fact of the record"


@cache
def named() -> Sections[Group]:
    """Return the groups of `groups.toml`, by name."""
    return Sections([Path(__file__).with_name("groups.toml")], lambda name, entry: _group(name, **entry), _faults)


def group(name: str) -> Group:
    """Return a group by its name, in capitals or not, or by `atop:NUMBER`; raises InputError with the nearest names.

    >>> group("nato").label, group("atop:3285").alliance
    ('North Atlantic Treaty', 3285)
    """
    system, colon, number = name.casefold().partition(":")
    if colon and system == "atop" and number.isascii() and number.isdigit():
        return _group(f"atop:{number}", f"Alliance {number} of ATOP", alliance=int(number))
    key = name.strip().upper()
    if key not in named():
        raise InputError(
            f"no group is called {name!r}.{nearest(key, named())} There are {', '.join(named())}, and atop:NUMBER."
        )
    return named()[key]


def is_group(name: str) -> bool:
    """Whether the text names a group rather than a state."""
    return name.strip().upper() in named() or name.casefold().startswith("atop:")


def memberships(record: Record, name: str) -> pl.DataFrame:
    """Return who belonged to a group when: ccode, first_year, last_year (null: to the end of what is known).

    Raises InputError if there is no such group or alliance.
    """
    chosen = group(name)
    spells = _of_alliance(record, chosen) if chosen.alliance is not None else _of_treaty(record, chosen)
    if spells.is_empty():
        raise InputError(f"no alliance of ATOP has the number {chosen.alliance}. `foedus record show alliances` lists them.")
    ended = pl.col("last_year")
    still = ended.is_null().any()
    return (
        _succeeded(spells)
        .group_by("ccode", "first_year", maintain_order=True)
        .agg(last_year=pl.when(still).then(None).otherwise(ended.max()))
    )


def _group(name: str, label: str, alliance: int | None = None, fact: str | None = None) -> Group:
    source = catalog()["atop" if fact is None else "treaty_facts"]
    return Group(name, label, alliance, fact, source.id, 1816, source.last_year)


def _of_alliance(record: Record, chosen: Group) -> pl.DataFrame:
    """Memberships by ATOP; a new phase of the alliance goes on where the old one ended."""
    rows = record.table("alliance_members").filter(pl.col("atop_id") == chosen.alliance)
    first, last = pl.col("start").dt.year().cast(pl.Int16), pl.col("end").dt.year().cast(pl.Int16)
    spells = rows.select("ccode", first_year=first, last_year=last).sort("ccode", "first_year")
    before = pl.col("last_year").shift(1).over("ccode")
    fresh = (before.is_null() | (pl.col("first_year") > before + 1)).cum_sum().over("ccode")
    open_ended = pl.col("last_year").is_null().any()
    return (
        spells.group_by("ccode", fresh.alias("spell"), maintain_order=True)
        .agg(pl.col("first_year").min(), last_year=pl.when(open_ended).then(None).otherwise(pl.col("last_year").max()))
        .drop("spell")
    )


def _of_treaty(record: Record, chosen: Group) -> pl.DataFrame:
    """Parties of the treaty and those who acceded to it, each from the year it joined; the facts know no withdrawal."""
    facts = record.table("agreement_facts").filter((pl.col("fact_id") == chosen.fact) | (pl.col("accedes_to") == chosen.fact))
    parties = record.table("agreement_fact_parties").join(facts, on="fact_id", how="semi").drop_nulls("ccode")
    since = parties.group_by("ccode", maintain_order=True).agg(first_year=pl.col("year").min())
    return since.sort("ccode").with_columns(last_year=pl.lit(None, pl.Int16))


def _succeeded(spells: pl.DataFrame) -> pl.DataFrame:
    """The spells, and those of each state that took a member's place."""
    heirs = [
        spells.filter((pl.col("ccode") == before) & pl.col("last_year").is_null()).with_columns(
            ccode=pl.lit(after, pl.Int16), first_year=pl.lit(year, pl.Int16)
        )
        for before, (after, year) in SUCCESSORS.items()
    ]
    return pl.concat([spells, *heirs])
