"""A source is silent where its own list of states lacks one: there no variable is zero and no clock runs, in either system."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

import foedus
from foedus.panels.codebook import closure, codebook
from foedus.panels.extend import extended
from foedus.panels.panel import panel
from foedus.panels.request import Request, variables_of
from foedus.panels.stream import parts
from foedus.record.source import catalog
from foedus.record.store import Record

LISTS = {
    **dict.fromkeys(("gml", "atop", "dcad", "desta", "strategic_rivalries", "state_system", "unhcr"), "cow"),
    **dict.fromkeys(("ucdp_armed_conflict", "exercises"), "gw"),
    **dict.fromkeys(("organisations", "treaty_facts"), ""),
}
"""By which list the publisher codes states, of every shipped source whose silence means zero; "": it names them.

Their codebooks: GML, ATOP, DCAD and the strategic rivalries have COW numbers, and the major powers are those of COW; UCDP/PRIO
and the military exercises have Gleditsch–Ward numbers; DESTA and UNHCR have ISO codes, which become COW numbers."""

CLOCKS = ("peace_years", "last_dispute_year", "cow_member_since")
KEYS = {"cow": "ccode", "gw": "gwcode"}


def zeros(unit: str, record: Record, system: str) -> list[str]:
    """Every variable of a unit that means zero or no where its source has no row, and every clock."""
    known = {name: codebook()[name] for name in variables_of(unit, record, system)}
    return [name for name, each in known.items() if each.absent is not None or name in CLOCKS]


def of_list(name: str) -> str:
    """The list by which the source of a variable codes states; "" for one that names them."""
    if name in CLOCKS:
        return "cow"
    (source,) = {each.sources[0] for each in closure([codebook()[name]]) if each.table}
    return LISTS[source]


def lacking(record: Record, system: str) -> pl.DataFrame:
    """State-years of a system that the other list lacks, by the days of both: the code, year."""
    own, other = KEYS[system], KEYS["gw" if system == "cow" else "cow"]
    table = record.table("state_years" if system == "cow" else "gw_state_years").select(own, other, "year")
    days = record.table("state_spells").filter(pl.col("system") != system)
    spells = days.select(
        pl.col("code").alias(other), first=pl.col("start").dt.year(), last=pl.col("end").dt.year().fill_null(2025)
    )
    held = table.join(spells, on=other).filter(pl.col("year").is_between("first", "last"))
    return table.join(held, on=[own, "year"], how="anti").select(own, "year").with_columns(lacks=pl.lit(True))


@pytest.mark.parametrize("system", ["cow", "gw"])
def test_a_state_that_its_source_cannot_name_has_no_zero_and_no_clock(system: str, record: Record) -> None:
    asked = [name for name in zeros("state-year", record, system) if of_list(name) not in ("", system)]
    found = panel("state-year", asked, system=system, record=record)
    outside = found.join(lacking(record, system), on=[KEYS[system], "year"])
    assert outside.height == {"cow": 43, "gw": 3_188}[system]
    told = {name: outside[name].count() for name in asked}
    assert told == dict.fromkeys(asked, 0)


@pytest.mark.parametrize("system", ["cow", "gw"])
@pytest.mark.parametrize("directed", [False, True])
def test_a_dyad_that_its_source_cannot_name_has_no_zero_and_no_clock(system: str, directed: bool, record: Record) -> None:
    asked = [name for name in zeros("dyad-year", record, system) if of_list(name) not in ("", system)]
    found = panel("dyad-year", asked, system=system, directed=directed, years=(1816, 1960), carry_forward=50, record=record)
    gone, key = lacking(record, system), KEYS[system]
    for side in ("1", "2"):
        outside = found.join(gone.rename({key: f"{key}{side}"}), on=[f"{key}{side}", "year"])
        columns = [each for name in asked for each in (name, f"{name}_{side}") if each in outside.columns]
        assert columns
        assert outside.height > 100
        assert {name: outside[name].count() for name in columns} == dict.fromkeys(columns, 0)


def test_every_source_whose_silence_means_zero_says_by_which_list_it_names_states(record: Record) -> None:
    silent = [each for each in codebook().values() if each.absent is not None]
    assert [each.name for each in silent if not each.lists] == []
    shipped = [each for each in silent if catalog()[each.sources[0]].licence != "restricted"]
    assert {each.name: each.lists for each in shipped} == {
        each.name: frozenset({LISTS[each.sources[0]]} if LISTS[each.sources[0]] else {"cow", "gw"}) for each in shipped
    }


# ------------------------------------------------------------------------------------------------- right values, by example

BOERS: dict[str, Any] = {"dyads": ["gw:563-gw:200"], "years": (1899, 1902), "system": "gw"}
UNKNOWN = ["dispute_onset", "dispute_onsets", "defence_pact", "alliance_pledge", "rivalry", "peace_years", "trade_agreements"]


def test_nothing_is_known_of_the_boer_war_from_a_list_without_the_boer_republics(record: Record) -> None:
    """Gleditsch & Ward have the Transvaal (563) from 1852 to 1910; COW has no such state."""
    found = foedus.panel("dyad-year", [*UNKNOWN, "state_disputes"], record=record, **BOERS)
    assert found.height == 4
    assert found.select(*UNKNOWN, "state_disputes_2").null_count().row(0) == (4,) * (len(UNKNOWN) + 1)
    assert found["state_disputes_1"].null_count() == 0  # the United Kingdom, of which COW knows


@pytest.mark.parametrize("unit", ["dyad-day", "leader-dyad-year"])
def test_so_it_is_at_every_unit(unit: str, record: Record) -> None:
    found = foedus.panel(unit, ["dispute_onset", "peace_years"], record=record, **BOERS)
    assert found.height > 0
    assert found.select("dispute_onset", "peace_years").null_count().row(0) == (found.height,) * 2
    asked = Request("dyad-year", ("dispute_onset",), years=(1899, 1902), dyads=((200, 563),), system="gw", record=record)
    assert [part["dispute_onset"].to_list() for _, part in parts(asked)] == [[None]] * 4


def test_a_row_for_every_dispute_knows_none_of_them_either(record: Record) -> None:
    found = foedus.panel("dyad-year", ["dispute_onset"], disputes="all", record=record, **BOERS)
    assert found["dispute_onset"].to_list() == [None] * 4


def test_a_group_counts_such_members_as_unknown(record: Record) -> None:
    choices: dict[str, Any] = {"group": ["gw:563", "gw:200"], "years": (1899, 1899), "system": "gw"}
    found = foedus.panel("group-year", ["dispute_onset", "state_disputes"], record=record, **choices)
    assert found.select("dispute_onset_any", "dispute_onset_known", "state_disputes_known").row(0) == (None, 0, 1)


def test_the_clock_of_canada_starts_when_the_disputes_know_it(record: Record) -> None:
    """Gleditsch & Ward have Canada since 1867, COW since 1920."""
    found = panel("dyad-year", ["peace_years"], dyads=[(2, 20)], years=(1919, 1921), system="gw", record=record)
    assert found["peace_years"].to_list() == [None, 0, 1]


def test_a_year_in_which_a_state_enters_the_sources_list_counts(record: Record) -> None:
    """COW has the Federal Republic of Germany from 5 May 1955, Gleditsch & Ward from 1949; NATO's pact bound it in 1955."""
    found = panel("dyad-year", ["defence_pact"], dyads=[(220, 260)], years=(1954, 1955), system="gw", record=record)
    assert found["defence_pact"].to_list() == [None, True]


def test_a_conflict_coded_by_the_other_list_is_unknown_where_that_lacks_the_state(record: Record) -> None:
    """UCDP has Gleditsch–Ward numbers. That list lacks Laos in 1953; COW has it. UCDP begins in 1946."""
    found = panel("state-year", ["armed_conflict"], among=[812], years=(1953, 1954), record=record)
    assert found["armed_conflict"].to_list()[0] is None
    assert found["armed_conflict"].to_list()[1] is not None


def test_a_state_has_its_disputes_with_whomever_the_source_knows(record: Record) -> None:
    """The United Kingdom and Egypt, 1882 (GML dispute 3723): Gleditsch & Ward have no Egypt in that year."""
    for system in ("cow", "gw"):
        found = panel("state-year", ["state_dispute_onset"], among=[200], years=(1882, 1882), system=system, record=record)
        assert found["state_dispute_onset"].to_list() == [True], system


def test_nothing_is_carried_over_years_in_which_the_sources_list_lacks_the_state(record: Record) -> None:
    """Gleditsch & Ward have Japan throughout, COW lacks it from 1946 to 1951, so that a rank by COW is unknown then."""
    found = panel("state-year", ["major_power"], among=[740], system="gw", years=(1944, 1953), carry_forward=50, record=record)
    assert found["major_power"].to_list() == [True, True, *[None] * 6, False, False]


# -------------------------------------------------------------------------------------- one answer, by whichever number

PASSED_ON = (1990, 2006)
"""Years in which a state took another's number in one of the lists (Germany, Yemen; Serbia)."""


def test_two_states_have_one_answer_by_either_number(record: Record) -> None:
    names = [name for name in zeros("dyad-year", record, "gw") if of_list(name) == "cow"]
    years = pl.col("year").is_in([1830, 1882, 1900, 1914, 1925, 1938, 1950, 1956, 1975, 1991, 2005, 2008])
    gw = panel("dyad-year", ["peace_years"], system="gw", record=record).filter(years & ~pl.col("year").is_in(PASSED_ON))
    gw = gw.select("gwcode1", "gwcode2", "ccode_1", "ccode_2", "year").drop_nulls()
    by_gw = extended(gw.select("gwcode1", "gwcode2", "year"), names, record)
    by_cow = extended(gw.select(ccode1="ccode_1", ccode2="ccode_2", year="year"), names, record)
    for name in by_cow.columns[3:]:
        differ = by_gw[name].ne_missing(by_cow[name])
        assert differ.sum() == 0, (name, gw.filter(differ).head(3).rows())


def test_the_boer_war_is_unknown_by_either_number(record: Record) -> None:
    mine = pl.DataFrame({"gwcode1": [200], "gwcode2": [563], "year": [1900]})
    assert foedus.add(mine, ["dispute_onset"], record=record)["dispute_onset"].to_list() == [None]


def test_spells_of_years_say_when_a_list_has_a_state(record: Record) -> None:
    """Dates of membership: correlatesofwar.org, State System Membership v2016."""
    begun = record.table("state_spells").filter((pl.col("system") == "cow") & (pl.col("code") == 20))["start"].to_list()
    assert begun == [date(1920, 1, 10)]
    found = panel("state-year", ["cow_member_since"], among=[20], system="gw", years=(1919, 1920), record=record)
    assert found["cow_member_since"].to_list() == [None, 1920]
