"""A partnership: its members, the ledger of what they have agreed, and what they owe each other, with and without.

`ledger` has one row an agreement, `obligations` one row a pair of members and obligation: together they are the partnership as
a vector. `without` switches obligations off, all of them, those of agreements among the members alone, or those of a type.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any

import polars as pl

from foedus.arguments import checked
from foedus.errors import InputError, nearest
from foedus.panels.alliances import ALONE, FACTS, PLEDGES, check_list, sources_by, unnamed
from foedus.panels.treaty_names import Pact
from foedus.panels.units import LAST_YEAR
from foedus.partnership.agreements import OBLIGATIONS, binds_others, bonds
from foedus.partnership.cited import renewals
from foedus.partnership.entries import entries
from foedus.partnership.members import named_states
from foedus.partnership.obligations import LEVELS, PACTS, owed, standing, told_apart
from foedus.record.states import State
from foedus.record.store import Record, open_record
from foedus.words import capitalized, counted, listed, the

LEDGER: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "agreement": pl.String,
    "date": pl.Date,
    "precision": pl.String,
    "in_force": pl.Date,
    "end": pl.Date,
    "end_precision": pl.String,
    "kind": pl.String,
    "title": pl.String,
    "obligations": pl.List(pl.String),
    "level": pl.String,
    "binds": pl.List(pl.String),
    "renewals": pl.List(pl.String),
    "source": pl.String,
    "confidence": pl.String,
}
"""Columns of the ledger. A null end: in force when its source stops, or none is known; a null confidence: a data set."""

VECTOR: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "ccode1": pl.Int16,
    "ccode2": pl.Int16,
    "state1": pl.String,
    "state2": pl.String,
    "obligation": pl.String,
    "in_force": pl.Boolean,
    "last_known": pl.Boolean,
    "age": pl.Int32,
    "since": pl.Date,
    "agreements": pl.List(pl.String),
    "level": pl.String,
    "owed_by": pl.List(pl.String),
    "off": pl.String,
}
"""Columns of the obligations; `Partnership.obligations` says what they mean."""


@dataclass(frozen=True, init=False)
class Partnership:
    """Two or more states in a year, and what binds them.

    Attributes
    ----------
    members : the states, in the order they were named; those of a group by code.
    year : the year in which names are read and obligations are asked for.
    name : the members' names, or "the 30 members of NATO".
    off : what `without` has switched off.
    alliances_from : whose alliances count: "facts" (dated facts laid over ATOP), "atop", or "cow" once added to the record.

    >>> pair = Partnership("USA", "CAN", year=2022)
    >>> pair.ledger().filter(kind="command").select("title", "level").row(-1)
    ('NORAD Agreement', 'bilateral')
    >>> alone = pair.without("bilateral").obligations()
    >>> alone.filter(pl.col("obligation").is_in(["defence", "warning"]))["in_force"].to_list()
    [True, False]
    >>> Partnership("NATO", year=2020).name
    'the 30 members of NATO'
    """

    members: tuple[State, ...]
    year: int
    name: str
    record: Record = field(repr=False)
    off: tuple[str, ...] = ()
    alliances_from: str = FACTS

    @checked()
    def __init__(
        self,
        *members: str | int | Path | Sequence[str | int | Path],
        year: int = LAST_YEAR,
        alliances_from: str = FACTS,
        record: Record | None = None,
    ) -> None:
        """Name two or more states as `StateSystem.resolve` takes them, groups such as "NATO", or lists of them.

        A group of one's own is "BALTIC=EST,LVA,LTU", or a TOML file with dates.

        Raises InputError if a name is unknown, ambiguous or of no member that year, if there are fewer than two members or one
        is named twice, if a group's members are not known for the year, or if there is no such list of alliances on record.
        """
        record = record or open_record()
        check_list(record, alliances_from)
        names = [name for each in members for name in ([each] if isinstance(each, str | int | Path) else each)]
        meant = named_states(names, year, record)
        states = tuple(state for _, named in meant for state in named)
        name = listed([name for name, _ in meant])
        vars(self).update(members=states, year=year, name=name, record=record, off=(), alliances_from=alliances_from)

    def by_list(self, *sources: str) -> tuple[str, ...]:
        """Return the sources with the list of alliances that counts here in place of ATOP and the facts laid over it.

        >>> Partnership("USA", "CAN").by_list("atop", "dcad")
        ('atop', 'dcad')
        """
        return sources_by(sources, self.alliances_from)

    @property
    def codes(self) -> tuple[int, ...]:
        """COW codes of the members, in the order they were named."""
        return tuple(state.ccode for state in self.members)

    @property
    def named(self) -> str:
        """The members as they stand within a sentence: with the article that some names have, or what the group is called.

        >>> Partnership("USA", "CAN", year=2022).named, Partnership("NATO", year=2020).named
        ('the United States and Canada', 'the 30 members of NATO')
        """
        names = [state.name for state in self.members]
        return listed([the(name) for name in names]) if self.name == listed(names) else self.name

    @property
    def dyad(self) -> tuple[int, int]:
        """COW codes of two members, the lower first; raises InputError if there are more."""
        first, second = self._two
        return min(first.ccode, second.ccode), max(first.ccode, second.ccode)

    def sides(self) -> tuple[tuple[State, int], tuple[State, int]]:
        """Two members with the side (1 or 2) each takes in a non-directed dyad's row, where the lower code comes first."""
        first, second = self._two
        return ((first, 1), (second, 2)) if first.ccode < second.ccode else ((first, 2), (second, 1))

    @property
    def _two(self) -> tuple[State, State]:
        if len(self.members) != 2:
            raise InputError(f"this is asked of two states, but {self.name} are {len(self.members)}. Name two of them.")
        return self.members[0], self.members[1]

    def tag(self, state: State) -> str:
        """A member's part of an id: its ISO3 code, or its COW abbreviation if it had none or shares it with another."""
        shared = [member.iso3 for member in self.members].count(state.iso3) > 1
        return state.abbreviation if shared or state.iso3 is None else state.iso3

    def entries(self, *, partial: bool = False) -> pl.DataFrame:
        """Return what two members agreed up to the end of the year, one row a dated entry of a source (columns ENTRIES).

        Raises LeftOutError if the record leaves out a source of entries; with `partial`, the others speak alone.
        """
        return entries(self.record, self.dyad, self.year, self.alliances_from, partial=partial)

    def ledger(self) -> pl.DataFrame:
        """Return what members agreed up to the end of the year, one row an agreement (columns LEDGER).

        A treaty that two sources have is one row. `level` is "bilateral" if it binds members only, "multilateral" if it binds
        others too, in the year or when it ended; `binds` has the members it binds to each other; `renewals` the dates at which
        it was renewed, revised or reviewed. The `date` is that of signature, or of entry into force for trade agreements;
        `in_force` the first day on which it bound two members to each other.
        """
        latest = pl.col("phase") == pl.col("phase").max()
        owing = pl.concat([pl.col(side).filter(latest).explode(empty_as_null=True) for side in ("owes1", "owes2")])
        cited = pl.when(pl.col("cited").any()).then(pl.lit("treaty_facts"))
        dated = pl.when(pl.col("dated_by").is_in([FACTS, ALONE]).any()).then(pl.lit("alliance_facts"))
        rows = (
            self._bonds.sort("signed", "ccode1", "ccode2", nulls_last=True)
            .group_by("agreement", maintain_order=True)
            .agg(
                pl.col("signed", "precision").first(),
                pl.col("date").min().alias("in_force"),
                pl.when(pl.col("end").is_null().any()).then(None).otherwise(pl.col("end").max()).alias("end"),
                pl.col("end_precision").sort_by("end", nulls_last=True).last(),
                pl.col("kind", "title", "confidence", "level").last(),
                owing.drop_nulls().unique().alias("obligations"),
                pl.concat([pl.col("ccode1"), pl.col("ccode2")]).unique().sort().alias("binds"),
                pl.concat([pl.col("source"), cited, dated]).drop_nulls().unique().sort().str.join(", ").alias("source"),
            )
            .join(self._renewals(), on="agreement", how="left", maintain_order="left")
            .sort("signed", "kind", "title", "agreement", nulls_last=True)
        )
        tagged = pl.element().replace_strict(self._tags, return_dtype=pl.String)
        order = pl.element().replace_strict({name: place for place, name in enumerate(OBLIGATIONS)}, return_dtype=pl.Int8)
        return rows.with_columns(
            pl.col("binds").list.eval(tagged),
            pl.col("renewals").fill_null([]),
            pl.col("obligations").list.eval(pl.element().sort_by(order)),
            date="signed",
        ).select(*LEDGER)

    def obligations(self) -> pl.DataFrame:
        """Return what members owe each other in the year, one row a pair (ccode1 < ccode2) and obligation (columns VECTOR).

        in_force : whether it is in force on some day of the year; null if its source does not cover the year and no fact tells.
        last_known, age : the same when it was last known, and how many years before; a carried value, as such.
        since : from when on without interruption, by the agreements that are in force or were when last known.
        level : whether those are "bilateral", "multilateral" (they bind others too) or "both".
        owed_by : which of the two owes it to the other.
        off : why it is switched off, wholly or in part, and which agreements that concerns; see `without`.
        """
        pairs = [(min(pair), max(pair)) for pair in combinations(self.codes, 2)]
        ties = self._ties.with_columns(ccode1=pl.min_horizontal("owing", "owed"), ccode2=pl.max_horizontal("owing", "owed"))
        told = told_apart(self.record, self.year, self.alliances_from, directed=False)
        rows = standing(ties, _each(sorted(pairs), OBLIGATIONS), self.year, self.off, told=told, alliances=self.alliances_from)
        names = {state.ccode: state.name for state in self.members}
        return rows.with_columns(
            pl.col("owed_by").list.eval(pl.element().replace_strict(self._tags, return_dtype=pl.String)).fill_null([]),
            pl.col("agreements").fill_null([]),
            state1=pl.col("ccode1").replace_strict(names, return_dtype=pl.String),
            state2=pl.col("ccode2").replace_strict(names, return_dtype=pl.String),
        ).select(pl.col(name).cast(kind) for name, kind in VECTOR.items())

    def pledges(self) -> pl.DataFrame:
        """Return what each member has pledged each other, as mechanisms read it: ccode1, ccode2, year, and five pledges.

        One row an ordered pair; the first state owes the second. The variables are the codebook's (`defence_pact` …), each with
        its age: a value that is not known for the year is the one last known. What is switched off is false.

        >>> pair = Partnership("USA", "CAN", year=2018)
        >>> [each.pledges()["defence_pact"].to_list() for each in (pair, pair.without("all"))]
        [[True, True], [False, False]]
        """
        pairs = sorted((one, other) for one in self.codes for other in self.codes if one != other)
        ties = self._ties.with_columns(ccode1="owing", ccode2="owed")
        told = told_apart(self.record, self.year, self.alliances_from, directed=True)
        rows = standing(ties, _each(pairs, PLEDGES), self.year, self.off, told=told, alliances=self.alliances_from)
        keys = ["ccode1", "ccode2"]
        wide = [
            rows.filter(obligation=pledge).select(*keys, pl.col("last_known").alias(name), pl.col("age").alias(f"{name}_age"))
            for pledge, name in PACTS.items()
        ]
        year = pl.lit(self.year, pl.Int16).alias("year")
        return pl.concat(wide, how="align").select(*keys, year, pl.exclude(keys)).sort(keys)

    def without(self, *switches: str) -> Partnership:
        """Return the partnership with obligations switched off: a level ("bilateral", "all"), types of obligation, or both.

        "bilateral" switches off the agreements that bind members only, "all" every agreement between members, and a type, such
        as "defence" or "trade", that obligation by whatever agreement. What members agreed (`ledger`) stays as it was.

        Raises InputError for a switch that is none of these, with the nearest names.

        >>> Partnership("USA", "CAN", year=2022).without("defence", "trade").off
        ('defence', 'trade')
        """
        known = [*LEVELS, *OBLIGATIONS]
        if unknown := [switch for switch in switches if switch not in known]:
            hints = "".join(nearest(switch, known) for switch in unknown)
            raise InputError(
                f"nothing called {', '.join(map(repr, unknown))} can be switched off.{hints} There are {', '.join(known)}."
            )
        if not switches:
            raise InputError(f"name what to switch off: {', '.join(known)}.")
        changed = copy.copy(self)
        vars(changed).update(off=tuple(dict.fromkeys([*self.off, *switches])))
        return changed

    def summary(self) -> str:
        """Say in a sentence what binds the members in the year, what did when last recorded, and what is switched off.

        >>> Partnership("IND", "PAK", year=1960).summary()
        'India and Pakistan have no obligation to each other on record in 1960.'
        """
        rows = self.obligations()
        several = len(self.members) > 2
        now = _in_words(rows.filter("in_force"), self.year, several=several)
        before = _in_words(rows.filter(pl.col("in_force").is_null() & pl.col("last_known")), self.year, several=several)
        off = [f"{name} obligations" if name in LEVELS else OBLIGATIONS[name] for name in self.off]
        when = f"in {self.year}{f' with {listed(off)} switched off' if off else ''}"
        subject = capitalized(self.named)
        also = f"; when last recorded, also by {listed(before)}" if before else ""
        if now:
            return f"{subject} are bound to each other {when} by {listed(now)}{also}."
        if before:
            return (
                f"{subject} are not known to be bound to each other {when}; when last recorded, they were by {listed(before)}."
            )
        return f"{subject} have no obligation to each other on record {when}."

    @cached_property
    def unnamed(self) -> Mapping[str, Pact]:
        """The treaties without a name in the list of alliances that counts, by title."""
        return unnamed(self.record, self.alliances_from)

    @cached_property
    def _bonds(self) -> pl.DataFrame:
        """Return what binds members by the end of the year (columns BONDS), with the level of each agreement."""
        found = bonds(self.record, self.codes, self.alliances_from)
        first = pl.max_horizontal("signed", pl.when(pl.col("kind") == "alliance").then("date"))
        begun = found.filter(first.is_null() | (first.dt.year() <= self.year))
        others = binds_others(self.record, begun, self.codes, self.year, self.alliances_from)
        level = pl.when(pl.col("agreement").is_in(list(others))).then(pl.lit("multilateral")).otherwise(pl.lit("bilateral"))
        return begun.with_columns(level=level)

    @cached_property
    def _ties(self) -> pl.DataFrame:
        return owed(self.record, self._bonds, self.year, self.alliances_from)

    @property
    def _tags(self) -> dict[int, str]:
        return {state.ccode: self.tag(state) for state in self.members}

    def _renewals(self) -> pl.DataFrame:
        """Dates of renewals up to the year, by agreement, each written to its precision."""
        past = renewals(self.record, self.alliances_from).filter(pl.col("date").dt.year() <= self.year)
        written = past.with_columns(written=pl.struct("date", "precision").map_elements(dated, pl.String))
        return written.group_by("agreement").agg(renewals="written")


def _each(pairs: Iterable[tuple[int, int]], obligations: Iterable[str]) -> pl.DataFrame:
    """A row for each pair and obligation."""
    keys = pl.DataFrame(list(pairs), schema={"ccode1": pl.Int16, "ccode2": pl.Int16}, orient="row")
    return keys.join(pl.DataFrame({"obligation": list(obligations)}), how="cross", maintain_order="left_right")


def _in_words(rows: pl.DataFrame, year: int, *, several: bool) -> list[str]:
    """Obligations in words: of two states who owes it since when and, if carried, as of when; of more in how many pairs."""
    by_obligation = {name: held.to_dicts() for (name,), held in rows.group_by("obligation", maintain_order=True)}
    return [
        f"{OBLIGATIONS[name]} ({_pairs(by_obligation[name], year, several=several)})"
        for name in OBLIGATIONS
        if name in by_obligation
    ]


def _pairs(held: Sequence[Mapping[str, Any]], year: int, *, several: bool) -> str:
    if several:
        return counted(len(held), "pair")
    row = held[0]
    by = f"owed by {row['owed_by'][0]} alone, " if len(row["owed_by"]) == 1 else ""
    as_of = f", as of {year - row['age']}" if row["age"] else ""
    return f"{by}since {row['since']:%Y}{as_of}"


def dated(row: Mapping[str, object]) -> str:
    """Return the date of a row of the ledger to the precision it is known to.

    >>> dated({"date": date(1957, 9, 1), "precision": "month"})
    '1957-09'
    """
    day = row["date"]
    if not isinstance(day, date):
        return "date unknown"
    return {"year": f"{day:%Y}", "month": f"{day:%Y-%m}"}.get(str(row["precision"]), day.isoformat())
