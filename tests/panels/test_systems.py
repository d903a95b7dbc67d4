"""The Gleditsch–Ward system as the key: its rows, its dates, its Germany and Yemen, and tables translated into its codes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from foedus.api import panel as named_panel
from foedus.errors import InputError
from foedus.panels.arrange import ARRANGEMENTS, Wanted, arranged, each_year
from foedus.panels.codebook import LEADER, MONTH, codebook
from foedus.panels.panel import panel
from foedus.panels.systems import COW, GW, SYSTEMS, keyed
from foedus.record.store import Record
from tests.worlds import frame, spells_of, world

NAMES = ["polyarchy", "gdp", "major_power", "armed_conflict", "nuclear_status"]


def gw(unit: str, variables: list[str], record: Record, **choices: Any) -> pl.DataFrame:
    return panel(unit, variables, system="gw", record=record, **choices)


def test_the_list_has_20849_state_years(record: Record) -> None:
    assert gw("state-year", [], record).height == 20_849


def test_the_key_is_the_gw_code_with_the_cow_code_beside(record: Record) -> None:
    assert gw("state-year", ["polyarchy"], record, years=(2000, 2000)).columns == ["gwcode", "year", "ccode", "polyarchy"]
    dyads = gw("dyad-year", [], record, dyads=[(2, 20)], years=(2000, 2000))
    assert dyads.rows(named=True) == [{"gwcode1": 2, "gwcode2": 20, "year": 2000, "ccode_1": 2, "ccode_2": 20}]


def test_germany_is_one_state_in_1990_under_one_code_with_one_value(record: Record) -> None:
    found = gw("state-year", NAMES, record, among=[260, 255], years=(1989, 1991))
    assert found.select("gwcode", "year", "ccode").rows() == [(260, 1989, 260), (260, 1990, 255), (260, 1991, 255)]
    assert found["polyarchy"].null_count() == 0
    assert found["gdp"].is_null().to_list() == [True, True, False], "of other lands than it held until 3 October 1990"


def test_yemen_is_one_state_in_1990(record: Record) -> None:
    found = gw("state-year", [], record, among=[678, 679, 680], years=(1989, 1991))
    assert found.filter(pl.col("gwcode") == 678).select("year", "ccode").rows() == [(1989, 678), (1990, 679), (1991, 679)]
    assert found.filter(pl.col("gwcode") == 679).is_empty()


def test_canada_is_on_the_list_from_1867_and_in_cow_from_1920(record: Record) -> None:
    assert gw("state-year", [], record, among=[20])["year"].min() == 1867
    assert panel("state-year", [], among=[20], record=record)["year"].min() == 1920
    early = gw("state-year", [], record, among=[20], years=(1919, 1920))
    assert early["ccode"].to_list() == [None, 20]


def test_microstates_are_marked(record: Record) -> None:
    assert gw("state-year", ["microstate"], record)["microstate"].sum() == 1_690


def test_a_name_or_either_code_means_the_state_of_the_list(record: Record) -> None:
    for text in ("gw:260", "260", "255", "cow:255", "DEU", "Germany"):
        found = named_panel("state-year", [], states=[text], years=(2000, 2000), system="gw", record=record)
        assert found["gwcode"].to_list() == [260], text


@pytest.mark.parametrize("system", ["GW", "isard", ""])
def test_an_unknown_system_is_refused(system: str, record: Record) -> None:
    with pytest.raises(InputError, match="neither cow nor gw"):
        named_panel("state-year", None, system=system, record=record)


@pytest.mark.parametrize(("system", "key"), [("cow", "ccode"), ("gw", "gwcode")])
def test_the_key_itself_is_no_variable(system: str, key: str, record: Record) -> None:
    with pytest.raises(InputError, match=f"{key} is the key of a panel"):
        panel("state-year", [key], system=system, record=record)


def test_both_systems_give_the_same_values_where_a_code_means_the_same_state_in_both(record: Record) -> None:
    cow = panel("state-year", ["gwcode", *NAMES[2:]], years=(1950, 2010), record=record)
    listed = gw("state-year", NAMES[2:], record, years=(1950, 2010))
    both = cow.join(listed, on=["ccode", "gwcode", "year"], how="inner", suffix="_gw")
    settled = both.filter(pl.col("year") != 1990)  # the year in which Germany and Yemen passed on
    assert settled.height == 8_901
    for name in NAMES[2:]:
        assert settled[name].equals(settled[f"{name}_gw"].alias(name), null_equal=True), name


# ----------------------------------------------------------------------- tables: one row a unit and year in either system


def tables(record: Record) -> list[tuple[str, bool]]:
    """Every table of the record that a panel reads, and whether it holds each dyad once."""
    held = {table.source for table in record.tables.values()}
    chosen = [variable for variable in codebook().values() if variable.table and variable.unit not in (LEADER, MONTH)]
    return sorted({(each.table or "", each.of_dyad and not each.two_way) for each in chosen if held.issuperset(each.sources)})


@pytest.mark.parametrize("system", SYSTEMS)
def test_no_table_has_two_rows_for_a_unit_and_year_in_either_system(system: str, record: Record) -> None:
    wanted = Wanted(SYSTEMS[system], "highest-hostility")
    for name, one_way in tables(record):
        found = arranged(record, name, wanted, one_way=one_way)
        years = found if "year" in found.columns else each_year(found)
        keys = [key for key in (wanted.system.key, *wanted.pair) if key in years.columns]
        assert not years.select(*keys, "year").is_duplicated().any(), name
        assert years.select(*keys, "year").null_count().sum_horizontal().item() == 0, name
        if one_way and name not in ARRANGEMENTS:
            assert (found[keys[0]] < found[keys[1]]).all(), name


def walked(**tables: pl.DataFrame) -> Record:
    """States 1 and 2 of COW are 8 and 4 of GW: the smaller code changes sides."""
    years = frame(ccode=[1, 2], year=[2000, 2000]).with_columns(gwcode=pl.Series([8, 4], dtype=pl.Int16))
    record = world(**{"state_years": years, "gw_state_years": years, **tables})
    both = pl.concat([spells_of(years), spells_of(years.select("year", ccode="gwcode"), "gw")])
    held = {name: table for name, table in record.tables.items() if name in {*tables, "distance_spells", "state_years"}}
    return Record(Path("drawn"), "drawn", "0" * 64, held, {**record._frames, "state_spells": both})


def test_a_dyads_value_is_found_though_the_smaller_code_changes_sides() -> None:
    found = panel("dyad-year", ["min_distance", "contiguous"], system="gw", years=(2000, 2000), record=walked())
    assert found.row(0) == (4, 8, 2000, 2, 1, 0.0, True)


def test_a_relevant_dyad_is_found_though_the_smaller_code_changes_sides() -> None:
    assert panel("dyad-year", [], relevant=True, system="gw", years=(2000, 2000), record=walked()).height == 1


@pytest.mark.parametrize("name", ["joint_exercises", "peace_level", "trade_agreements"])
def test_serbia_and_croatia_have_the_same_values_in_either_system(name: str, record: Record) -> None:
    """COW numbers Serbia 345, after Croatia's 344, and the other list 340, before it."""
    cow = panel("dyad-year", [name], dyads=[(344, 345)], years=(2006, 2010), record=record)
    listed = gw("dyad-year", [name], record, dyads=[(340, 344)], years=(2006, 2010))
    assert cow[name].to_list() == listed[name].to_list()
    assert cow[name].drop_nulls().max() > 0  # type: ignore[operator]


def test_a_table_of_its_own_in_a_system_is_preferred_to_a_translated_one(record: Record) -> None:
    assert keyed(record, "polyarchy", GW).height == record.table("polyarchy_gw").drop_nulls("gwcode").height
    assert "ccode" not in keyed(record, "polyarchy", GW).columns
    assert keyed(record, "polyarchy", COW).height == record.table("polyarchy").height
