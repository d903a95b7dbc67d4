"""Each of five kinds of pledge, alone: it is a pledge, and no other is seen for it."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from foedus.panels import measures
from foedus.panels.alliances import PLEDGES
from foedus.panels.codebook import lookup
from foedus.panels.panel import panel
from foedus.panels.pledges import _owed_by, _stated
from foedus.record.store import Record

READ = lookup("alliance_pledge").reads


def test_the_kinds_are_those_of_atop() -> None:
    """Leeds, Ritter, Mitchell & Long (2002): defence, offence, neutrality, nonaggression, consultation."""
    assert {name.removesuffix("_pact") for name in READ} == set(PLEDGES)
    assert len(READ) == 5


@pytest.mark.parametrize("alone", range(5), ids=READ)
def test_one_kind_alone_is_a_pledge(alone: int) -> None:
    owed = [pl.lit(place == alone) for place in range(5)]
    assert pl.select(measures.alliance_pledge(*owed)).item() is True
    unknown = [pl.lit(None, pl.Boolean) if place != alone else pl.lit(True) for place in range(5)]
    assert pl.select(measures.alliance_pledge(*unknown)).item() is True


def test_none_is_no_pledge_and_one_that_is_unknown_leaves_it_open() -> None:
    no, unknown = pl.lit(False), pl.lit(None, pl.Boolean)
    assert pl.select(measures.alliance_pledge(*[no] * 5)).item() is False
    assert pl.select(measures.alliance_pledge(*[no] * 4, unknown)).item() is None


@pytest.mark.parametrize("name", READ)
def test_a_dyad_year_of_the_record_with_that_kind_alone_has_a_pledge(name: str, record: Record) -> None:
    rows = panel("dyad-year", [*READ, "alliance_pledge"], years=(1816, 2018), directed=True, record=record)
    others = [each for each in READ if each != name]
    alone = rows.filter(pl.col(name) & ~pl.any_horizontal(others))
    assert alone.height
    assert alone["alliance_pledge"].all()


@pytest.mark.parametrize(
    ("held", "contains", "expected"),
    [
        ([True, None], [True, True], True),
        ([False, None], [True, True], None),
        ([False, None], [True, False], False),
        ([False, False], [True, True], False),
        ([True, None], [False, False], None),
    ],
    ids=["one holds", "of one it is not known", "the unknown one does not contain it", "neither holds", "none contains it"],
)
def test_a_pledge_is_held_denied_or_unknown(held: list[bool | None], contains: list[bool], expected: bool | None) -> None:
    ties = pl.DataFrame({"held": held, "offence": contains}, schema={"held": pl.Boolean, "offence": pl.Boolean})
    assert ties.select(_stated("offence")).item() is expected


@pytest.mark.parametrize(
    ("years", "end", "given"),
    [
        ((1940, 1949), 1960, False),
        ((1940, 1950), 1960, True),  # up to the year in which the treaty begins
        ((1955, 1956), 1960, True),
        ((1960, 1970), 1960, True),  # from the year in which it ends
        ((1961, 1970), 1960, False),
        ((1961, 1970), None, True),  # it goes on
        ((1940, 1949), None, False),
    ],
)
def test_a_pledge_counts_where_the_dyads_have_it_in_some_year_of_the_treaty(
    years: tuple[int, int], end: int | None, given: bool
) -> None:
    none = dict.fromkeys(PLEDGES, False)
    pair = {"agreement": "atop:1", "phase": 1, "ccode1": 1, "ccode2": 2}
    day = {"start": date(1950, 6, 1), "end": None if end is None else date(end, 6, 1)}
    tied = pl.DataFrame([{**pair, **none, "defence": True, "offence": True, **day}], schema_overrides={"end": pl.Date})
    first, last = years
    spells = pl.DataFrame([{"ccode1": 1, "ccode2": 2, "first_year": first, "last_year": last, **none, "defence": True}])
    (row,) = _owed_by(tied, spells, tied).to_dicts()
    assert row["defence"] is given
    assert row["offence"] is False, "the treaty's members give it, its dyads do not"
