"""Rows of the dyad-year panel, value by value, against the publishers' files looked up one row at a time.

USA–Canada in every year, and dyad-years drawn from all there are: 300, and 2,000 before a release. Sources whose reading needs
more than a look-up (leaders, armed conflicts, exercises, agreements, the peace scale, troops, proliferation, World Bank) have
tests of their own, as have the dated facts about alliances: pledges are here those of ATOP alone.
"""

from __future__ import annotations

import math
import random
from pathlib import Path

import polars as pl
import pytest

from foedus.panels.codebook import codebook
from foedus.panels.panel import panel
from foedus.record.store import Record
from tests.published.raw_rows import Dyad, RawRows

SEED = 20_260_722
KEYS = ["ccode1", "ccode2", "year"]


@pytest.fixture(scope="module")
def files(raw: Path) -> RawRows:
    return RawRows(raw)


def unequal(files: RawRows, record: Record, dyads: list[Dyad]) -> list[str]:
    """The values of the panel that are not those of the files."""
    expected = {dyad: files.dyad(*dyad) for dyad in dyads}
    names = next(iter(expected.values()))
    variables = dict.fromkeys(name if name in codebook() else name[:-2] for name in names)
    rows = panel("dyad-year", list(variables), dyads={dyad[:2] for dyad in dyads}, alliances_from="atop", record=record)
    wanted = pl.DataFrame(dyads, schema=dict.fromkeys(KEYS, pl.Int16), orient="row")
    found = {tuple(row[key] for key in KEYS): row for row in wanted.join(rows, on=KEYS).to_dicts()}
    assert found.keys() == expected.keys()
    return [
        f"{dyad}: {name} is {found[dyad][name]!r}, in the files {value!r}"
        for dyad, values in expected.items()
        for name, value in values.items()
        if not same(found[dyad][name], value)
    ]


def same(ours: object, theirs: object) -> bool:
    """Whether two values are equal; numbers to the seven digits that the record keeps of some."""
    if isinstance(ours, bool) or isinstance(theirs, bool) or ours is None or theirs is None or isinstance(ours, str):
        return ours == theirs
    return math.isclose(float(ours), float(theirs), rel_tol=1e-6, abs_tol=1e-6)  # type: ignore[arg-type]


def test_every_year_of_usa_and_canada_is_what_the_files_say(files: RawRows, record: Record) -> None:
    dyads = [(2, 20, year) for year in range(1816, 2026) if (20, year) in files.members]
    assert len(dyads) == 106
    assert not unequal(files, record, dyads)


@pytest.mark.slow
@pytest.mark.parametrize("rows", [300, pytest.param(2_000, marks=pytest.mark.release)])
def test_dyad_years_drawn_at_random_are_what_the_files_say(files: RawRows, record: Record, rows: int) -> None:
    drawn = random.Random(SEED + rows).sample(files.dyads(), rows)
    assert not unequal(files, record, drawn)


@pytest.mark.slow
def test_dyad_years_with_disputes_and_rivals_are_what_the_files_say(files: RawRows, record: Record) -> None:
    members = set(files.dyads())
    disputed = sorted(dyad for dyad in files.disputes if dyad in members)
    assert not unequal(files, record, random.Random(SEED).sample(disputed, 500))
