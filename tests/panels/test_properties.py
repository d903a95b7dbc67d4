"""What holds of the panels of every small world: states that come and go, gaps, nulls, pledges one way, many disputes.

The worlds are generated (`tests.worlds.worlds`); the values are compared with those of `tests.panels.naive`, which looks each
one up by its definition.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foedus.panels.build import unit_years
from foedus.panels.disputes import ORDERS
from foedus.panels.extend import extended
from foedus.panels.panel import panel
from foedus.panels.request import Request
from foedus.panels.stream import parts
from tests.panels import naive
from tests.worlds import FIRST, GW_OF, LAST, Drawn, worlds

STATE = ("polyarchy", "major_power")
DISPUTES = ("dispute_onset", "dispute_onsets", "originated_dispute_onset", "fatal_dispute_onset", "dispute_fatality")
ONE_DISPUTE = ("dispute_number", "dispute_initiator")
DYADIC = (
    *("polyarchy", "min_distance", "contiguous", "politically_relevant", "rivalry", "rivalry_spatial", "defence_pact"),
    *DISPUTES,
    *("peace_years", "weaker_democracy"),
)

SPANS = st.tuples(st.integers(FIRST, LAST), st.integers(FIRST, LAST)).map(lambda ends: (min(ends), max(ends)))
CARRY = st.sampled_from([0, 1, 3, 50])
RULES = st.sampled_from(["combined", *ORDERS])


def dyads(world: Drawn, **choices: Any) -> pl.DataFrame:
    """The dyad-year panel of a world, with every variable of the naive one."""
    choices = {"variables": DYADIC, "years": (FIRST, LAST)} | choices
    return panel("dyad-year", record=world.record(), **choices)


def under(rule: str) -> tuple[str, ...]:
    """The variables there are under a rule for several disputes."""
    return DYADIC if rule == "combined" else (*DYADIC, *ONE_DISPUTE)


def same(found: pl.DataFrame, expected: list[dict[str, Any]]) -> None:
    """Fail with the first row and column that differ."""
    assert found.height == len(expected)
    for row, wanted in zip(found.iter_rows(named=True), expected, strict=True):
        assert row == {name: wanted[name] for name in row}


@settings(max_examples=20, deadline=None)
@given(world=worlds(), years=SPANS, carry=CARRY)
def test_a_state_panel_holds_what_the_definitions_say(world: Drawn, years: tuple[int, int], carry: int) -> None:
    found = panel("state-year", STATE, years=years, carry_forward=carry, record=world.record())
    same(found, naive.state_rows(world, years, carry))


@settings(max_examples=60, deadline=None)
@given(world=worlds(), years=SPANS, carry=CARRY, directed=st.booleans(), rule=RULES)
def test_a_dyad_panel_holds_what_the_definitions_say(
    world: Drawn, years: tuple[int, int], carry: int, directed: bool, rule: str
) -> None:
    asked: dict[str, Any] = {"variables": under(rule), "years": years, "directed": directed, "disputes": rule}
    found = dyads(world, carry_forward=carry, **asked)
    same(found, naive.dyad_rows(world, years, directed=directed, carry=carry, rule=rule))


@settings(max_examples=15, deadline=None)
@given(world=worlds(), directed=st.booleans())
def test_keys_are_unique_and_sorted(world: Drawn, directed: bool) -> None:
    keys = dyads(world, directed=directed).select("ccode1", "ccode2", "year")
    assert not keys.is_duplicated().any()
    assert keys.equals(keys.sort("ccode1", "ccode2", "year"))


@settings(max_examples=15, deadline=None)
@given(world=worlds(), carry=CARRY, rule=RULES)
def test_a_directed_panel_mirrors(world: Drawn, carry: int, rule: str) -> None:
    found = dyads(world, directed=True, carry_forward=carry, disputes=rule, variables=under(rule)).drop("^defence_pact.*$")
    swapped = {name: f"{name[:-1]}{3 - int(name[-1])}" for name in found.columns if name.endswith(("1", "2"))}
    swapped |= {f"{name}_age": f"{other}_age" for name, other in swapped.items() if f"{name}_age" in found.columns}
    turned = found.rename(swapped).select(found.columns).sort("ccode1", "ccode2", "year")
    assert turned.equals(found)


@settings(max_examples=15, deadline=None)
@given(world=worlds(), carry=CARRY)
def test_a_non_directed_panel_is_the_directed_one_folded(world: Drawn, carry: int) -> None:
    folded, directed = dyads(world, carry_forward=carry), dyads(world, directed=True, carry_forward=carry)
    ahead = directed.filter(pl.col("ccode1") < pl.col("ccode2"))
    back = directed.filter(pl.col("ccode1") > pl.col("ccode2")).sort("ccode2", "ccode1", "year")
    pact = ahead["defence_pact"] | back["defence_pact"]
    assert folded.equals(ahead.with_columns(pact.alias("defence_pact")))


@settings(max_examples=25, deadline=None)
@given(world=worlds(), years=SPANS, carry=CARRY, directed=st.booleans(), data=st.data())
def test_asking_for_less_changes_no_value(
    world: Drawn, years: tuple[int, int], carry: int, directed: bool, data: st.DataObject
) -> None:
    codes = sorted(world.members)
    names = data.draw(st.permutations(DYADIC))[: data.draw(st.integers(1, len(DYADIC)))]
    choice = data.draw(st.sampled_from(["all", "states", "among", "dyads"]))
    chosen = data.draw(st.lists(st.sampled_from([*codes, 999]), min_size=2, max_size=3, unique=True))
    one, two = pl.col("ccode1"), pl.col("ccode2")
    asked: dict[str, Any] = {} if choice == "all" else {choice: [tuple(chosen[:2])] if choice == "dyads" else chosen}
    kept = {
        "all": pl.lit(True),
        "states": one.is_in(chosen) | two.is_in(chosen),
        "among": one.is_in(chosen) & two.is_in(chosen),
        "dyads": one.is_in(chosen[:2]) & two.is_in(chosen[:2]),
    }[choice]
    part = dyads(world, variables=names, years=years, carry_forward=carry, directed=directed, **asked)
    whole = dyads(world, carry_forward=carry, directed=directed).filter(pl.col("year").is_between(*years), kept)
    assert part.equals(whole.select(part.columns))
    assert [name for name in names if name in part.columns] == [name for name in part.columns if name in names]


@settings(max_examples=15, deadline=None)
@given(world=worlds(), years=SPANS, carry=CARRY, unit=st.sampled_from(["dyad-year", "state-year", "dispute-dyad"]))
def test_the_parts_of_a_panel_are_the_whole(world: Drawn, years: tuple[int, int], carry: int, unit: str) -> None:
    names = STATE if unit == "state-year" else under("first")
    request = Request(unit, names, years=years, carry_forward=carry, disputes="first", record=world.record())
    if unit == "dispute-dyad":
        request = replace(request, years=(FIRST, years[1]))  # a dispute stands in its first year: none is cut off
    told = [(keys["year"], part) for keys, part in parts(request)]
    assert all((part["year"] == year).all() for year, part in told)
    whole = unit_years(request)
    keys = [name for name in ("dispute", "ccode", "ccode1", "ccode2", "year") if name in whole.columns]
    assert pl.concat(part for _, part in told).sort(keys).equals(whole.sort(keys))


@settings(max_examples=15, deadline=None)
@given(world=worlds(), carry=CARRY, data=st.data())
def test_variables_added_to_the_keys_of_a_panel_make_that_panel(world: Drawn, carry: int, data: st.DataObject) -> None:
    whole = dyads(world, directed=True, carry_forward=carry)
    keys = whole.select("ccode1", "ccode2", "year")
    places = data.draw(st.lists(st.sampled_from(range(keys.height)), max_size=12)) if keys.height else []
    assert extended(keys, DYADIC, world.record(), carry_forward=carry).equals(whole)
    assert extended(keys[places], DYADIC, world.record(), carry_forward=carry).equals(whole[places])


@settings(max_examples=15, deadline=None)
@given(world=worlds(), years=SPANS, directed=st.booleans(), system=st.sampled_from(["cow", "gw"]))
def test_a_relevant_panel_is_the_relevant_part_of_the_whole(
    world: Drawn, years: tuple[int, int], directed: bool, system: str
) -> None:
    names = ("defence_pact", "politically_relevant", "peace_years")
    asked: dict[str, Any] = {"variables": names, "years": years, "directed": directed, "system": system}
    relevant = dyads(world, relevant=True, **asked)
    carried = dyads(world, carry_forward=50, **asked)
    plain = dyads(world, **asked)
    beside = ["politically_relevant", "politically_relevant_age"]
    whole = plain.drop("politically_relevant").hstack(carried.select(beside)).filter("politically_relevant")
    assert relevant.equals(whole.select(relevant.columns))


@settings(max_examples=15, deadline=None)
@given(world=worlds(), years=SPANS, carry=CARRY, rule=RULES)
def test_both_state_systems_agree_where_their_codes_stand_one_to_one(
    world: Drawn, years: tuple[int, int], carry: int, rule: str
) -> None:
    asked: dict[str, Any] = {"variables": under(rule), "carry_forward": carry, "disputes": rule, "years": years}
    asked["directed"] = True
    cow = dyads(world, **asked)
    gw = dyads(world, system="gw", **asked)
    named = gw.with_columns(ccode1="ccode_1", ccode2="ccode_2").select(cow.columns).sort("ccode1", "ccode2", "year")
    assert named.equals(cow)
    assert gw["gwcode1"].to_list() == [GW_OF[code] for code in gw["ccode_1"]]


@settings(max_examples=15, deadline=None)
@given(world=worlds(), carry=CARRY)
def test_a_non_directed_panel_of_the_other_system_has_the_same_dyads(world: Drawn, carry: int) -> None:
    names = [name for name in DYADIC if name != "polyarchy"]
    cow, gw = (dyads(world, variables=names, carry_forward=carry, system=system) for system in ("cow", "gw"))
    low, high = pl.min_horizontal("ccode_1", "ccode_2"), pl.max_horizontal("ccode_1", "ccode_2")
    named = gw.with_columns(ccode1=low, ccode2=high).select(cow.columns).sort("ccode1", "ccode2", "year")
    assert named.equals(cow)


@pytest.mark.parametrize("unit", ["state-year", "dyad-year"])
def test_a_world_without_the_years_asked_for_has_no_rows_and_all_columns(unit: str) -> None:
    drawn = Drawn({2: {2010}, 20: {2012}}, {}, {}, {}, {}, {}, ())
    names = STATE if unit == "state-year" else DYADIC
    empty = panel(unit, names, years=(2011, 2011), carry_forward=3, record=drawn.record())
    assert empty.height == 0
    assert set(names) - {"polyarchy"} <= set(empty.columns)
