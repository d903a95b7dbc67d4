"""A record small enough to draw on paper: three states, a handful of years, one fact a table."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from foedus.record.source import catalog
from foedus.record.store import Record, Table

CODES = {
    "ccode": pl.Int16,
    "ccode1": pl.Int16,
    "ccode2": pl.Int16,
    "year": pl.Int16,
    "first_year": pl.Int16,
    "last_year": pl.Int16,
}


def frame(**columns: list[object]) -> pl.DataFrame:
    """A frame whose keys have the record's types."""
    return pl.DataFrame(columns, schema_overrides={name: kind for name, kind in CODES.items() if name in columns})


def world(**tables: pl.DataFrame) -> Record:
    """A record of just these tables: states 1, 2 (2000–2009) and 3, which is away 2003–2005."""
    present = {1: range(2000, 2010), 2: range(2000, 2010), 3: [*range(2000, 2003), *range(2006, 2010)]}
    members = [(code, year) for code, years in present.items() for year in years]
    standard = {
        "state_years": frame(ccode=[code for code, _ in members], year=[year for _, year in members]),
        "dispute_dyad_years": disputes([]),
        "distance_spells": frame(ccode1=[1], ccode2=[2], first_year=[2000], last_year=[2004], min_km=[0.0]),
        "major_powers": frame(ccode=[3], start=[date(2000, 1, 1)], end=[date(2001, 6, 1)]),
    }
    known = {
        name: Table(name, source.id, source.licence, 0, (), 0, "", "")
        for source in catalog().values()
        for name in source.tables
    }
    return Record(Path("drawn"), "drawn", "0" * 64, known, {**standard, **tables})


def disputes(rows: list[tuple[int, int, int, bool, int | None]]) -> pl.DataFrame:
    """Directed dispute-years from (ccode1, ccode2, year, onset, fatality), both directions."""
    both = [*rows, *((second, first, year, onset, fatality) for first, second, year, onset, fatality in rows)]
    return pl.DataFrame(
        [(place, *row, 4) for place, row in enumerate(both)],
        schema={
            "dispute": pl.Int16,
            "ccode1": pl.Int16,
            "ccode2": pl.Int16,
            "year": pl.Int16,
            "onset": pl.Boolean,
            "fatality": pl.Int16,
            "hostility": pl.Int16,
        },
        orient="row",
    )
