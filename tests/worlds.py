"""Records small enough to draw on paper: three states, a handful of years, one fact a table; and generated ones like it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import strategies as st

from foedus.record.source import catalog
from foedus.record.spells import runs
from foedus.record.store import Record, Table, open_record

CODES = {
    "ccode": pl.Int16,
    "ccode1": pl.Int16,
    "ccode2": pl.Int16,
    "year": pl.Int16,
    "first_year": pl.Int16,
    "last_year": pl.Int16,
}


def frame(**columns: Sequence[object]) -> pl.DataFrame:
    """A frame whose keys have the record's types."""
    return pl.DataFrame(columns, schema_overrides={name: kind for name, kind in CODES.items() if name in columns})


def no_alliances() -> dict[str, pl.DataFrame]:
    """The tables about members of alliances, without a row."""
    names = ("alliance_facts", "alliance_fact_members", "alliance_fact_suspensions", "organisation_members", "alliance_members")
    return {name: open_record(additions=False).table(name).clear() for name in names}


def world(**tables: pl.DataFrame) -> Record:
    """A record of just these tables: states 1, 2 (2000–2009) and 3, which is away 2003–2005."""
    present = {1: range(2000, 2010), 2: range(2000, 2010), 3: [*range(2000, 2003), *range(2006, 2010)]}
    members = [(code, year) for code, years in present.items() for year in years]
    standard = no_alliances() | {
        "state_years": frame(ccode=[code for code, _ in members], year=[year for _, year in members]),
        "dispute_dyad_years": disputes([]),
        "distance_spells": frame(ccode1=[1], ccode2=[2], first_year=[2000], last_year=[2004], min_km=[0.0]),
        "major_powers": frame(ccode=[3], start=[date(2000, 1, 1)], end=[date(2001, 6, 1)]),
    }
    standard["state_spells"] = spells_of(tables.get("state_years", standard["state_years"]))
    known = {
        name: Table(name, source.id, source.licence, 0, (), 0, "", "")
        for source in catalog().values()
        for name in source.tables
    }
    return Record(Path("drawn"), "drawn", "0" * 64, known, {**standard, **tables})


def spells_of(state_years: pl.DataFrame, system: str = "cow") -> pl.DataFrame:
    """Membership by day, from the first day of the first year to the last of the last."""
    years = runs(state_years.select("ccode", "year"), ["ccode"])
    return years.select(
        system=pl.lit(system),
        code=pl.col("ccode").cast(pl.Int16),
        start=pl.date(pl.col("first_year"), 1, 1),
        end=pl.date(pl.col("last_year"), 12, 31),
    )


def disputes(rows: list[tuple[int, int, int, bool, int | None]]) -> pl.DataFrame:
    """Directed dispute-years of originators from (ccode1, ccode2, year, onset, fatality), both directions."""
    both = [*rows, *((second, first, year, onset, fatality) for first, second, year, onset, fatality in rows)]
    return pl.DataFrame(
        [(place, *row, 4, True, True) for place, row in enumerate(both)],
        schema={
            "dispute": pl.Int16,
            "ccode1": pl.Int16,
            "ccode2": pl.Int16,
            "year": pl.Int16,
            "onset": pl.Boolean,
            "fatality": pl.Int16,
            "hostility": pl.Int16,
            "originator1": pl.Boolean,
            "originator2": pl.Boolean,
        },
        orient="row",
    )


# ------------------------------------------------------------------------------------------------------ generated worlds

FIRST, LAST = 2006, 2021
"""Years of generated worlds: several sources end in between (disputes 2010, major powers 2016, alliances 2018)."""

STATES = (2, 20, 255, 300, 365, 700)
GW_OF = {code: 900 - code for code in STATES}
"""One GW number for each COW number, in the opposite order, so that the smaller code changes sides."""

Years = Mapping[int, object]
Pair = tuple[int, int]


@dataclass(frozen=True)
class Dispute:
    """A dispute of two states, drawn once; side 1 is the state with the smaller code."""

    number: int
    pair: Pair
    first_year: int
    last_year: int
    start_month: int
    hostility: int
    fatality: int | None
    side_a1: bool
    originator1: bool
    originator2: bool
    longest_days: int

    def rows(self) -> Iterator[dict[str, object]]:
        """Its rows in the record, both directions of every year."""
        for year in range(self.first_year, self.last_year + 1):
            for one, two in (("1", "2"), ("2", "1")):
                yield {
                    "dispute": self.number,
                    "ccode1": self.pair[int(one) - 1],
                    "ccode2": self.pair[int(two) - 1],
                    "year": year,
                    "onset": year == self.first_year,
                    "side_a1": self.side_a1 == (one == "1"),
                    "side_a2": self.side_a1 == (two == "1"),
                    "originator1": self.originator1 if one == "1" else self.originator2,
                    "originator2": self.originator1 if two == "1" else self.originator2,
                    "hostility": self.hostility,
                    "fatality": self.fatality,
                    "reciprocated": self.number % 2 == 0,
                    "shortest_days": self.longest_days // 2,
                    "longest_days": self.longest_days,
                    "start_month": self.start_month,
                }


DISPUTE_ROW = {
    **dict.fromkeys(("dispute", "ccode1", "ccode2", "year"), pl.Int16),
    **dict.fromkeys(("onset", "side_a1", "side_a2", "originator1", "originator2", "reciprocated"), pl.Boolean),
    **dict.fromkeys(("hostility", "fatality", "shortest_days", "longest_days", "start_month"), pl.Int16),
}


def dispute_table(drawn: Iterable[Dispute]) -> pl.DataFrame:
    """The record's dispute-dyad-years of these disputes."""
    return pl.DataFrame([row for each in drawn for row in each.rows()], schema=DISPUTE_ROW, orient="row")


@dataclass(frozen=True)
class Drawn:
    """A world as plain values by unit and year, from which its record is made and against which panels are checked.

    A year that is missing has no row; a value None is a row without a value.
    """

    members: Mapping[int, Collection[int]]
    polyarchy: Mapping[int, Years]
    majors: Mapping[int, Years]
    distances: Mapping[Pair, Years]
    rivalries: Mapping[Pair, Years]
    pledges: Mapping[Pair, Years]
    disputes: tuple[Dispute, ...]

    def record(self) -> Record:
        """The record that holds this world."""
        present = [(code, GW_OF[code], year) for code, years in self.members.items() for year in sorted(years)]
        codes, others, years = ([row[place] for row in present] for place in range(3))
        scores = [(code, year, score) for code, held in self.polyarchy.items() for year, score in held.items()]
        frames = no_alliances() | {
            "state_years": frame(ccode=codes, gwcode=others, year=years),
            "gw_state_years": frame(ccode=codes, gwcode=others, year=years),
            "polyarchy": pl.DataFrame(
                scores, schema={"ccode": pl.Int16, "year": pl.Int16, "polyarchy": pl.Float64}, orient="row"
            ),
            "major_powers": pl.DataFrame(
                [
                    (code, date(first, 7, 1), None if last is None else date(last, 7, 1))
                    for code, held in self.majors.items()
                    for first, last, _ in spells(held)
                ],
                schema={"ccode": pl.Int16, "start": pl.Date, "end": pl.Date},
                orient="row",
            ),
            "distance_spells": pair_spells(self.distances, ("min_km",), pl.Float64),
            "rivalry_spells": pair_spells(self.rivalries, ("spatial", "positional"), pl.Boolean),
            "alliance_dyad_spells": pair_spells(
                self.pledges, ("defence", "offence", "neutrality", "nonaggression", "consultation"), pl.Boolean
            ),
            "dispute_dyad_years": dispute_table(self.disputes),
        }
        listed = frames["state_years"].rename({"ccode": "gwcode", "gwcode": "ccode"})
        frames["state_spells"] = pl.concat([spells_of(frames["state_years"]), spells_of(listed, "gw")])
        known = {
            name: Table(name, source.id, source.licence, 0, (), 0, "", "")
            for source in catalog().values()
            for name in source.tables
            if name in frames
        }
        return Record(Path("drawn"), "drawn", "0" * 64, known, frames)


def spells(held: Years) -> Iterator[tuple[int, int | None, object]]:
    """The runs of years with the same value: first year, last year (None where it reaches the end), value."""
    years = sorted(held)
    start = 0
    for place, year in enumerate(years):
        following = years[place + 1] if place + 1 < len(years) else None
        if following != year + 1 or held[following] != held[year]:
            yield years[start], None if year == LAST else year, held[year]
            start = place + 1


def pair_spells(held: Mapping[Pair, Years], columns: Sequence[str], kind: type[pl.DataType]) -> pl.DataFrame:
    """A table of spells of pairs whose value is one number, or a tuple of one for each column."""
    rows = [
        (*pair, first, last, *(value if isinstance(value, tuple) else (value,)))
        for pair, years in held.items()
        for first, last, value in spells(years)
    ]
    keys = dict.fromkeys(("ccode1", "ccode2", "first_year", "last_year"), pl.Int16)
    return pl.DataFrame(rows, schema=keys | dict.fromkeys(columns, kind), orient="row")


@st.composite
def worlds(draw: st.DrawFn) -> Drawn:
    """Two to six states that come and go, tables with gaps and nulls, pledges that differ by direction, several disputes."""
    codes = draw(st.lists(st.sampled_from(STATES), min_size=2, max_size=6, unique=True).map(sorted))
    pairs = [(one, two) for one in codes for two in codes if one < two]
    both = [(one, two) for one in codes for two in codes if one != two]
    some_years = st.sets(st.integers(FIRST, LAST), max_size=8)

    def sparse(units: Sequence[Any], value: st.SearchStrategy[Any], most: int = 10) -> dict[Any, Years]:
        years = st.dictionaries(st.integers(FIRST, LAST), value, max_size=most)
        return draw(st.dictionaries(st.sampled_from(units), years, max_size=4))

    members = {code: set(range(FIRST, LAST + 1)) - draw(some_years) for code in codes}
    measured = sparse(pairs, st.sampled_from([0.0, 100.0]))  # of dyads alone, as the published table has it
    distances = {
        pair: {year: km for year, km in years.items() if year in members[pair[0]] & members[pair[1]]}
        for pair, years in measured.items()
    }
    pledge = st.tuples(*[st.booleans()] * 5)
    return Drawn(
        members={code: years for code, years in members.items() if years},
        polyarchy=sparse(codes, st.sampled_from([None, 0.25, 0.5, 0.75])),
        majors=sparse(codes, st.just(True)),
        distances=distances,
        rivalries=sparse(pairs, st.tuples(st.booleans(), st.booleans())),
        pledges=sparse(both, pledge, most=12),
        disputes=draw(_disputes(pairs)),
    )


def _disputes(pairs: Sequence[Pair]) -> st.SearchStrategy[tuple[Dispute, ...]]:
    """Up to eight disputes until 2010, when the source ends, most of them of the same two states."""

    def numbered(rows: list[tuple[Pair, int, int, tuple[Any, ...]]]) -> tuple[Dispute, ...]:
        return tuple(
            Dispute(number, pair, first, min(first + more, 2010), *rest)
            for number, (pair, first, more, rest) in enumerate(rows, 1)
        )

    attributes = st.tuples(
        st.integers(1, 12),
        st.integers(2, 5),
        st.sampled_from([None, 0, 1, 4]),
        st.booleans(),
        st.booleans(),
        st.booleans(),
        st.integers(1, 3),
    )
    row = st.tuples(
        st.one_of(st.just(pairs[0]), st.sampled_from(pairs)), st.integers(FIRST, 2010), st.integers(0, 2), attributes
    )
    return st.lists(row, max_size=8).map(numbered)
