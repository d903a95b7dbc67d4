"""The page on contested states says what the record says: dates of both lists, rows left out, and what the map draws."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from foedus.record.places import codes
from foedus.record.store import Record

PAGE = Path(__file__).parents[1] / "docs/contested-states.md"
POINTS = {
    "Taiwan": (121.0, 23.7),
    "Kosovo": (20.9, 42.6),
    "Crimea": (34.1, 44.95),
    "West Bank": (35.2, 31.9),
    "Golan Heights": (35.8, 33.0),
    "Western Sahara, west of the wall": (-13.0, 26.5),
    "Western Sahara, east of the wall": (-10.5, 26.2),
    "Abkhazia": (41.2, 42.95),
    "Somaliland": (44.0, 9.6),
    "Northern Cyprus": (33.4, 35.3),
    "Abyei": (28.4, 9.6),
}
"""A point well inside each land: degrees east and north."""


def table_after(heading: str) -> list[list[str]]:
    """The cells of the rows of the table whose head begins so."""
    text = PAGE.read_text(encoding="utf-8")
    rows = text[text.index(heading) :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


@pytest.mark.parametrize(("system", "place"), [("cow", 1), ("gw", 2)])
def test_the_page_dates_contested_states_as_the_lists_do(record: Record, system: str, place: int) -> None:
    spells = record.table("state_spells").filter(system=system)
    for row in table_after("| place | COW"):
        name = row[0]
        found = spells.filter(pl.col("name") == name).select("code", "start", "end").rows()
        told = [f"{code}, from {start}{f' to {end}' if end else ''}" for code, start, end in found]
        assert row[place] == (told[0] if told else "–"), name


@pytest.mark.parametrize(("name", "number"), [("Palestine", "Sixteen"), ("Western Sahara", "Eight")])
def test_the_page_counts_the_rows_left_out(record: Record, name: str, number: str) -> None:
    code = codes()[name]
    left = [table.places[code] for table in record.tables.values() if code in table.places]
    words = {16: "Sixteen", 8: "Eight"}
    assert words[len(left)] == number
    assert f"{number} tables leave out {sum(left):,} rows of it (code `{code}`)" in PAGE.read_text(encoding="utf-8")


def test_the_page_says_what_the_map_draws(record: Record) -> None:
    outlines = record.table("world_map").select("name", "outline").rows()
    for land, drawn in table_after("| land | drawn as"):
        assert [name for name, outline in outlines if holds(outline, *POINTS[land])] == [drawn], land


def test_votes_of_china_pass_from_one_number_to_the_other(record: Record) -> None:
    votes = record.table("ideal_points")
    assert votes.filter(ccode=713)["year"].max() == 1971
    assert votes.filter(ccode=710)["year"].min() in (1971, 1972)


def test_taiwan_is_in_series_of_population_and_not_in_the_world_banks(record: Record) -> None:
    rows = {name: record.table(name).filter(ccode=713).height for name in ("population_un", "gdp_current", "development")}
    assert rows == {"population_un": 74, "gdp_current": 0, "development": 0}


def test_serbia_has_no_kosovo_in_series_of_todays_borders(record: Record) -> None:
    assert record.table("gdp_current").filter(ccode=345)["year"].min() == 2008


def test_every_contested_state_of_the_page_is_linked_from_the_readme() -> None:
    assert "docs/contested-states.md" in (PAGE.parents[1] / "README.md").read_text(encoding="utf-8")
    assert re.search(r"\]\(contested-states\.md\)", (PAGE.parent / "states.md").read_text(encoding="utf-8"))


def holds(outline: str, east: float, north: float) -> bool:
    """Say whether a point lies in an outline, by the even-odd rule."""
    inside = False
    for ring in outline.split("|"):
        points = [tuple(int(part) / 100 for part in point.split(",")) for point in ring.split()]
        for (x1, y1), (x2, y2) in zip(points, points[-1:] + points[:-1], strict=True):
            if (y1 > north) != (y2 > north) and east < (x2 - x1) * (north - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside
