"""Which rows a panel has: layouts and the places of a table's rows in them, days to the day, leaders in office.

The layouts are hand-drawn; the days and leaders are those of the record, beside dates one can look up.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from foedus.panels.panel import panel
from foedus.panels.systems import COW
from foedus.panels.units import NOWHERE, ByUnit, Layout, dyad_years, state_years
from foedus.record.store import Record
from tests.worlds import frame, world

SPANS = frame(ccode=[2, 2, 5], first_year=[2000, 2005, 2001], last_year=[2002, 2006, 2001])


def layout(**more: list[object]) -> Layout:
    """State 2 in 2000–2002 and again 2005–2006, state 5 in 2001."""
    return Layout.of(("ccode",), SPANS.with_columns(pl.Series(name, values) for name, values in more.items()))


def places(table: pl.DataFrame) -> list[int]:
    return layout(since=[2000, 2005, 2001]).places(ByUnit.of(["ccode"], table)).tolist()


def test_rows_stand_span_after_span() -> None:
    assert layout().keys().rows() == [(2, 2000), (2, 2001), (2, 2002), (2, 2005), (2, 2006), (5, 2001)]


def test_a_row_of_a_year_speaks_of_that_year_alone() -> None:
    assert places(frame(ccode=[2, 5], year=[2005, 2001])) == [-1, -1, -1, 0, -1, 1]


def test_a_table_is_put_in_the_order_of_its_units_and_keeps_its_own_within_one() -> None:
    table = ByUnit.of(["ccode1", "ccode2"], frame(ccode1=[2, 2, 2], ccode2=[20, 5, 20], year=[2001, 2003, 2000]))
    assert table.frame.rows() == [(2, 5, 2003), (2, 20, 2001), (2, 20, 2000)]
    assert table.first.tolist() == table.last.tolist() == [2003, 2001, 2000]


def test_a_spell_speaks_of_every_year_it_covers_and_none_before_or_after() -> None:
    assert places(frame(ccode=[2], first_year=[2001], last_year=[2005])) == [-1, 0, 0, 0, -1, -1]


def test_a_spell_that_has_not_ended_speaks_to_the_end() -> None:
    assert places(frame(ccode=[2], first_year=[2002], last_year=[None])) == [-1, -1, 0, 0, 0, -1]


def test_a_spell_last_observed_before_an_absence_does_not_speak_after_it() -> None:
    table = ByUnit.of(["ccode"], frame(ccode=[2], first_year=[2000], last_year=[2006]))
    seen = np.array([2001], np.int32)
    assert layout(since=[2000, 2005, 2001]).places(table, observed_until=seen).tolist() == [0, 0, 0, -1, -1, -1]


def test_near_a_layout_are_the_rows_of_its_units_whatever_their_year() -> None:
    table = ByUnit.of(["ccode"], frame(ccode=[5, 3, 2, 9, 2], year=[1900, 2001, 2001, 2001, 1990]))
    assert layout().near(table).frame.rows() == [(2, 2001), (2, 1990), (5, 1900)]


def test_a_table_without_rows_speaks_of_nothing() -> None:
    assert places(frame(ccode=[], year=[])) == [NOWHERE] * 6


def test_states_and_years_that_the_layout_lacks_are_passed_over() -> None:
    assert places(frame(ccode=[3, 2, 9, 2], year=[2001, 2003, 2001, 1999])) == [NOWHERE] * 6


@pytest.mark.parametrize("last", [2002, 2005])
def test_two_rows_that_speak_of_one_year_are_found_out(last: int) -> None:
    with pytest.raises(ValueError, match="two rows of a table speak of the same unit and year"):
        places(frame(ccode=[2, 2], first_year=[2000, 2002], last_year=[last, 2003]))


def test_rows_of_a_table_are_numbered_as_the_layout_has_them() -> None:
    assert layout().rows_of(frame(ccode=[2, 5, 2, 7, 2], year=[2006, 2001, 2003, 2001, 2000])).tolist() == [4, 5, -1, -1, 0]


@pytest.mark.parametrize("kept", [[], [0], [5], [1, 4], [0, 1, 2, 3, 4, 5], [2, 3]])
def test_the_rows_that_are_kept_keep_their_keys_places_and_run(kept: list[int]) -> None:
    whole = layout(since=[2000, 2005, 2001])
    mask = np.zeros(6, np.bool_)
    mask[kept] = True
    part = whole.where(mask)
    assert part.keys().rows() == [whole.keys().row(row) for row in kept]
    assert part.repeated("since").tolist() == [whole.repeated("since").tolist()[row] for row in kept]
    table = ByUnit.of(["ccode"], frame(ccode=[2], first_year=[2001], last_year=[2005]))
    assert part.places(table).tolist() == [whole.places(table).tolist()[row] for row in kept]


def test_the_rows_of_a_cut_layout_still_know_the_state_years_of_both_sides() -> None:
    drawn = world()
    states = state_years(drawn, COW, 2000, 2009)
    whole = dyad_years(states, directed=True)
    mask = np.arange(whole.height) % 3 == 1
    part = whole.where(mask)
    for side in ("1", "2"):
        keys = states.keys()[part.offset(f"row{side}")]
        assert keys["ccode"].to_list() == part.keys()[f"ccode{side}"].to_list()
        assert keys["year"].to_list() == part.keys()["year"].to_list()


def test_a_year_asked_for_inside_a_run_remembers_when_the_run_began() -> None:
    part = state_years(world(), COW, 2008, 2008)
    assert part.repeated("since").tolist() == [2000, 2000, 2006]


def test_a_dyad_named_twice_or_the_other_way_round_stands_once() -> None:
    found = panel("dyad-year", [], dyads=[(2, 1), (1, 2), (1, 1)], years=(2000, 2000), record=world())
    assert found.rows() == [(1, 2, 2000)]


# ------------------------------------------------------------------------------------------------------------------- days


@pytest.mark.parametrize(
    ("code", "year", "first", "last"),
    [
        (366, 1991, date(1991, 9, 6), date(1991, 12, 31)),  # Estonia comes back on 6 September 1991
        (366, 1940, date(1940, 1, 1), date(1940, 6, 16)),
        (260, 1990, date(1990, 1, 1), date(1990, 10, 2)),
        (255, 1990, date(1990, 10, 3), date(1990, 12, 31)),
        (2, 2000, date(2000, 1, 1), date(2000, 12, 31)),
    ],
)
def test_state_days_run_from_the_day_of_entry_to_the_day_of_exit(
    code: int, year: int, first: date, last: date, record: Record
) -> None:
    days = panel("state-day", [], among=[code], years=(year, year), record=record)["date"]
    assert (days[0], days[-1], days.len()) == (first, last, (last - first).days + 1)
    assert days.is_sorted()
    assert days.n_unique() == days.len()


@pytest.mark.parametrize(("year", "days"), [(1900, 365), (1904, 366), (1999, 365), (2000, 366), (2025, 365)])
def test_a_leap_year_has_its_day(year: int, days: int, record: Record) -> None:
    found = panel("state-day", [], among=[2], years=(year, year), record=record)
    assert found.height == days
    assert found["date"].dt.year().unique().to_list() == [year]


def test_dyad_days_are_those_on_which_both_are_members(record: Record) -> None:
    days = panel("dyad-day", [], dyads=[(2, 366)], years=(1940, 1991), record=record)
    by_year = days.group_by("year", maintain_order=True).agg(pl.len(), pl.col("date").max())
    assert by_year.rows() == [(1940, 168, date(1940, 6, 16)), (1991, 117, date(1991, 12, 31))]


def test_every_state_year_has_a_day_and_no_day_stands_twice(record: Record) -> None:
    for system in ("cow", "gw"):
        key = "ccode" if system == "cow" else "gwcode"
        years = panel("state-year", [], system=system, record=record)
        days = panel("state-day", [], system=system, record=record)
        assert days.select(key, "year").unique().height == years.height
        assert not days.select(key, "date").is_duplicated().any()


def test_a_state_that_leaves_and_returns_in_one_year_has_the_days_of_both_stays() -> None:
    stays = pl.DataFrame(
        {
            "system": ["cow", "cow"],
            "code": [1, 1],
            "start": [date(2000, 1, 1), date(2004, 11, 1)],
            "end": [date(2004, 2, 29), None],
        },
        schema_overrides={"code": pl.Int16},
    )
    drawn = world(state_spells=stays)
    days = panel("state-day", ["member_since"], among=[1], years=(2004, 2004), record=drawn)
    assert days.height == 31 + 29 + 30 + 31
    assert days["date"].is_between(date(2004, 3, 1), date(2004, 10, 31)).sum() == 0
    years = panel("state-year", ["member_since"], among=[1], years=(2003, 2005), record=drawn)
    assert years.rows() == [(1, 2003, 2000), (1, 2004, 2000), (1, 2005, 2000)]


def test_a_day_has_the_values_of_its_year(record: Record) -> None:
    days = panel("dyad-day", ["polyarchy", "dispute_onset"], dyads=[(2, 20)], years=(1978, 1979), record=record)
    years = panel("dyad-year", ["polyarchy", "dispute_onset"], dyads=[(2, 20)], years=(1978, 1979), record=record)
    assert days.drop("date").unique(maintain_order=True).equals(years)


# ---------------------------------------------------------------------------------------------------------------- leaders


def test_a_leader_year_is_every_leader_in_office_in_the_year_in_order(record: Record) -> None:
    found = panel("leader-year", ["leader_age"], among=[200], years=(1979, 1979), record=record)
    names = record.table("leaders").select("leader", "name")
    told = found.join(names, on="leader", maintain_order="left")
    assert told["name"].to_list() == ["Callaghan", "Thatcher"]
    assert told["leader_age"].to_list() == [1979 - 1912, 1979 - 1925]


def test_leader_dyad_years_pair_only_those_in_office_on_the_same_day(record: Record) -> None:
    found = panel("leader-dyad-year", [], dyads=[(2, 200)], years=(1974, 1974), record=record)
    names = dict(record.table("leaders").select("leader", "name").iter_rows())
    pairs = [(names[one], names[two]) for one, two in found.select("leader1", "leader2").iter_rows()]
    # Heath left in March 1974, Nixon in August: Heath never met Ford
    assert pairs == [("Nixon", "Heath"), ("Nixon", "Wilson"), ("Ford", "Wilson")]


def test_a_directed_leader_dyad_year_has_either_leader_first(record: Record) -> None:
    found = panel("leader-dyad-year", ["leader_age"], dyads=[(2, 200)], years=(1985, 1985), directed=True, record=record)
    ahead, back = found.rows(named=True)
    assert (ahead["leader1"], ahead["leader_age_1"]) == (back["leader2"], back["leader_age_2"])
    assert (ahead["ccode1"], back["ccode1"]) == (2, 200)


def test_in_1990_the_chancellor_led_both_the_federal_republic_and_united_germany(record: Record) -> None:
    cow = panel("leader-year", [], among=[255, 260], years=(1990, 1990), record=record)
    assert cow["ccode"].to_list() == [255, 260]
    assert cow["leader"].n_unique() == 1
    gw = panel("leader-year", [], among=[260], years=(1990, 1990), system="gw", record=record)
    assert gw["leader"].to_list() == cow["leader"].unique().to_list()


def test_leaders_keys_are_unique(record: Record) -> None:
    found = panel("leader-year", [], record=record)
    assert not found.select("leader", "ccode", "year").is_duplicated().any()


def test_no_leader_is_known_after_the_sources_end(record: Record) -> None:
    assert panel("leader-year", ["leader_age"], among=[2], years=(2016, 2020), record=record).is_empty()


def test_what_is_known_of_a_leader_stays_with_the_leader(record: Record) -> None:
    found = panel("leader-year", ["leader_birth_year", "leader_woman"], among=[200], record=record)
    assert found.group_by("leader").agg(pl.col("leader_birth_year").n_unique())["leader_birth_year"].max() == 1
    assert found.filter("leader_woman")["year"].unique().sort().to_list() == list(range(1979, 1991))
