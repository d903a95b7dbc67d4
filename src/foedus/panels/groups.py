"""Groups of states with a name, and who belonged to them when.

A group is an organisation of the record, whose members join and leave on dates of their own, or the parties to a treaty: to an
alliance of ATOP or to an agreement among the record's facts, those who acceded to it included. The members of an organisation
stand in `record/sources/organisations.toml`, `groups.toml` names the treaties, and any other alliance is `atop:NUMBER`.

A member counts on days when the list of states has it. A state that took another's place under a new number (Germany and Yemen
in 1990, SUCCESSORS) goes on as a member; all other successions are facts of the organisation. A member is one for the year if
it is one on any day of it or, if one asks for that, on 1 January or on 31 December. Where a date is known by the month or the
year alone, "any" takes all days that can be, "start" and "end" those that must be.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import polars as pl

from foedus.errors import InputError, nearest
from foedus.panels.alliances import memberships as memberships_by_day
from foedus.panels.systems import COW, SUCCESSORS, System
from foedus.record.entries import Key, is_text, key_faults
from foedus.record.sections import Entry, Sections
from foedus.record.source import catalog
from foedus.record.sources.organisations import ORGANISATIONS
from foedus.record.store import Record

ANY, START, END = "any", "start", "end"
MEMBERSHIPS = (ANY, START, END)
"""When a member has to be one to count for the year: on any day, on 1 January, on 31 December."""


class Group(NamedTuple):
    """A group by name: what its members are parties to, from which source, and the years for which that source speaks.

    `alliance` is the number of an alliance of ATOP, `fact` the name of an agreement among the record's facts; an organisation
    has neither. Dated facts can tell of the parties to an alliance after ATOP ends: `known_until`.
    """

    name: str
    label: str
    alliance: int | None
    fact: str | None
    source: str
    first_year: int
    last_year: int


_TREATY = {
    "label": Key(is_text, "is missing, or no text of one line", needed=True),
    "alliance": Key(lambda value: isinstance(value, int), "is no number of an alliance"),
    "fact": Key(is_text, "is no name of a fact"),
}
_EVENTS = Key(lambda value: isinstance(value, list) and all(isinstance(each, dict) for each in value), "is no list of events")
_ORGANISATION = {
    **{
        name: Key(is_text, "is missing, or no text of one line", needed=True)
        for name in ("title", "kind", "founded", "page", "source_kind", "confidence")
    },
    "read": Key(lambda value: isinstance(value, date), "is no day"),
    **{name: Key(is_text, "is no text of one line") for name in ("ended", "note")},
    **dict.fromkeys(("joined", "left", "suspended"), _EVENTS),
}


def _faults(_: str, entry: Entry) -> Iterator[str]:
    if "founded" in entry:
        yield from key_faults(entry, _ORGANISATION, "organisation")
        return
    yield from key_faults(entry, _TREATY, "group")
    if ("alliance" in entry) == ("fact" in entry):
        yield "it has either the number of an alliance, or a fact of the record"


@cache
def named() -> Sections[Group]:
    """Return the organisations of the record and the treaties of `groups.toml`, by name."""
    return Sections([ORGANISATIONS, Path(__file__).with_name("groups.toml")], _group, _faults)


def group(name: str) -> Group:
    """Return a group by its name, in capitals or not, or by `atop:NUMBER`; raises InputError with the nearest names.

    >>> group("nato").label, group("atop:3285").alliance
    ('North Atlantic Treaty Organization', 3285)
    """
    system, colon, number = name.casefold().partition(":")
    if colon and system == "atop" and number.isascii() and number.isdigit():
        return _group(f"atop:{number}", {"label": f"Alliance {number} of ATOP", "alliance": int(number)})
    if _key(name) not in named():
        raise InputError(f"no group is called {name!r}.{known_groups(name)}")
    return named()[_key(name)]


def known_groups(name: str) -> str:
    """Return the sentences that follow a name which is no group's: the nearest names, and all there are."""
    return (
        f"{nearest(_key(name), named())} There are {', '.join(sorted(named()))}, and atop:NUMBER; `foedus groups` lists them."
    )


def is_group(name: str) -> bool:
    """Whether the text names a group rather than a state."""
    return _key(name) in named() or name.casefold().startswith("atop:")


def _key(name: str) -> str:
    """The name as the files have it: "african union" is AFRICAN-UNION."""
    return "-".join(name.replace("_", " ").upper().split())


def memberships(record: Record, name: str, system: System = COW, membership: str = ANY) -> pl.DataFrame:
    """Return who belonged to a group in which years: the system's code, first_year, last_year (null: it goes on).

    A state has several rows if it came back, or by the phases of an alliance. Raises InputError if there is no such group.
    """
    return yearly(spells(record, name, system), membership)


def spells(record: Record, name: str, system: System = COW) -> pl.DataFrame:
    """Return who belonged to a group from which day to which: the system's code, joined, settled, parted, left, place.

    Member at most from `joined` to `left`, and surely from `settled` to `parted`: these are other days where the date is known
    by the month or the year. Both ends count; a membership that goes on has neither left nor parted. `place` is the number of
    the row of `dated_members` it is from. On days when the list of states lacks the member there is no row.
    """
    return in_the_list(record, _numbered(record, dated_members(record, group(name)), system), system)


def dated_members(record: Record, chosen: Group) -> pl.DataFrame:
    """Return the members of a group as its source has them: member, ccode (or null), joined, settled, parted, left, place."""
    if chosen.alliance is not None:
        found = _of_alliance(record, chosen)
        if found.is_empty():
            raise InputError(
                f"no alliance of ATOP has the number {chosen.alliance}. `foedus record show alliances` lists them."
            )
    elif chosen.fact is not None:
        found = _of_treaty(record, chosen.fact)
    else:
        found = _of_organisation(record, chosen.name)
    days = [pl.col(day).cast(pl.Date) for day in ("joined", "settled", "parted", "left")]
    return found.select("member", "ccode", *days).with_row_index("place")


def known_until(record: Record, chosen: Group) -> int:
    """Return the last year for which the members of a group are known: its source's, or that of the facts about its alliance.

    >>> from foedus.record.store import open_record
    >>> [known_until(open_record(), group(name)) for name in ("ANZUS", "ARAB-DEFENCE-TREATY")]
    [2025, 2018]
    """
    if chosen.alliance is None:
        return chosen.last_year
    told: list[int] = _parties(record, chosen)["known_to"].drop_nulls().to_list()
    return max([chosen.last_year, *told])


def in_the_list(record: Record, dated: pl.DataFrame, system: System) -> pl.DataFrame:
    """Return spells of members, in the system's codes, cut to the days on which the system's list has the state."""
    days = record.table("state_spells").filter(pl.col("system") == system.name)
    listed = days.select(pl.col("code").cast(pl.Int16).alias(system.key), "start", "end")
    joined = dated.join(listed, on=system.key, maintain_order="left")
    cut = joined.with_columns(
        *(pl.max_horizontal(day, "start").alias(day) for day in ("joined", "settled")),
        *(pl.min_horizontal(day, "end").alias(day) for day in ("parted", "left")),
    )
    kept = cut.filter((pl.col("joined") <= pl.col("left")).fill_null(True))
    return kept.select(system.key, "joined", "settled", "parted", "left", "place").sort(system.key, "joined")


def yearly(dated: pl.DataFrame, membership: str = ANY) -> pl.DataFrame:
    """Return spells of days as spells of years: the first two columns first_year and last_year after the code.

    >>> from datetime import date
    >>> left = date(2020, 1, 31)
    >>> days = {"joined": [date(1993, 11, 1)], "settled": [date(1993, 11, 1)], "parted": [left], "left": [left]}
    >>> [yearly(pl.DataFrame({"ccode": [200], **days}), which).row(0) for which in MEMBERSHIPS]
    [(200, 1993, 2020), (200, 1994, 2020), (200, 1993, 2019)]
    """
    if membership == ANY:
        first, last = pl.col("joined").dt.year(), pl.col("left").dt.year()
    else:
        settled, parted = pl.col("settled"), pl.col("parted")
        late, early = settled.dt.ordinal_day() > 1, parted < pl.date(parted.dt.year(), 12, 31)
        first = settled.dt.year() + (late if membership == START else pl.lit(False)).cast(pl.Int32)
        last = parted.dt.year() - (early if membership == END else pl.lit(False)).cast(pl.Int32)
    years = dated.select(dated.columns[0], first_year=first.cast(pl.Int16), last_year=last.cast(pl.Int16))
    return years.filter((pl.col("first_year") <= pl.col("last_year")).fill_null(True))


def _group(name: str, entry: Entry) -> Group:
    alliance, fact = entry.get("alliance"), entry.get("fact")
    source = catalog()["atop" if alliance is not None else "treaty_facts" if fact is not None else "organisations"]
    return Group(name, entry.get("label") or entry["title"], alliance, fact, source.id, 1816, source.last_year)


def _of_organisation(record: Record, name: str) -> pl.DataFrame:
    rows = record.table("organisation_members").filter(pl.col("organisation") == name)
    joined, left = pl.col("joined"), pl.col("left")
    settled = (
        pl.when(pl.col("joined_precision") == "year")
        .then(pl.date(joined.dt.year(), 12, 31))
        .when(pl.col("joined_precision") == "month")
        .then(joined.dt.month_end())
        .otherwise(joined)
    )
    parted = (
        pl.when(pl.col("left_precision") == "year")
        .then(pl.date(left.dt.year(), 1, 1))
        .when(pl.col("left_precision") == "month")
        .then(left.dt.month_start())
        .otherwise(left)
    )
    return rows.with_columns(settled=settled, parted=parted)


def _parties(record: Record, chosen: Group) -> pl.DataFrame:
    """Memberships of a group's alliance, by ATOP and on the days of the record's facts."""
    return memberships_by_day(record).filter(pl.col("agreement") == f"atop:{chosen.alliance}")


def _of_alliance(record: Record, chosen: Group) -> pl.DataFrame:
    """Parties to an alliance; of what has not ended the last day is that of the last year for which it is known."""
    last_year = known_until(record, chosen)
    rows = _parties(record, chosen).filter(pl.col("start").dt.year() <= last_year)
    left = pl.col("end").fill_null(pl.date(last_year, 12, 31))
    begun = rows.select(
        "ccode", member=pl.col("ccode").cast(pl.String), joined="start", settled="start", parted=left, left=left
    )
    return begun.sort("ccode", "joined")


def _of_treaty(record: Record, fact: str) -> pl.DataFrame:
    """Parties of the treaty and those who acceded to it, each from the day it joined; the facts know no withdrawal."""
    facts = record.table("agreement_facts").filter((pl.col("fact_id") == fact) | (pl.col("accedes_to") == fact))
    parties = record.table("agreement_fact_parties").drop_nulls("ccode").join(facts.drop("parties"), on="fact_id")
    since = parties.group_by("ccode", maintain_order=True).agg(
        member=pl.col("party").first(),
        joined=pl.col("date").min(),
        settled=pl.when(pl.col("date_precision") == "year")
        .then(pl.date(pl.col("date").dt.year(), 12, 31))
        .otherwise("date")
        .min(),
    )
    return since.sort("ccode").with_columns(parted=pl.lit(None, pl.Date), left=pl.lit(None, pl.Date))


def _numbered(record: Record, dated: pl.DataFrame, system: System) -> pl.DataFrame:
    """The members under every number of the system that they ever had, those of the states that took their place included.

    Which of them holds on a day follows from the days on which the list has the number.
    """
    known = dated.drop_nulls("ccode")
    heirs = [
        known.filter(pl.col("ccode") == before).with_columns(ccode=pl.lit(after, pl.Int16))
        for before, (after, _) in SUCCESSORS.items()
    ]
    every = pl.concat([known, *heirs]).unique(maintain_order=True)
    if system is COW:
        return every
    return every.join(_codes(record), on="ccode", maintain_order="left").unique(["place", system.key], maintain_order=True)


def _codes(record: Record) -> pl.DataFrame:
    """Every two numbers of the lists that ever meant the same state: ccode, gwcode."""
    pairs = [record.table(table).select("ccode", "gwcode").drop_nulls() for table in ("state_years", "gw_state_years")]
    return record.derived("codes of groups", lambda: pl.concat(pairs).unique().sort("ccode", "gwcode"))
