"""Groups of states: who belongs to a named group when, which k-ads there are, samples, and what is summed up over members.

Accessions are those of the treaties; counts of combinations and all summaries are worked out by hand or by `itertools`.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from math import comb
from random import Random
from typing import Any

import polars as pl
import pytest

from foedus.api import panel as named_panel
from foedus.errors import InputError
from foedus.panels import kads
from foedus.panels.arrange import GROUP
from foedus.panels.codebook import codebook
from foedus.panels.groups import group, known_until, memberships, named
from foedus.panels.named import named_request
from foedus.panels.notes import notes
from foedus.panels.panel import built, panel
from foedus.panels.request import Request
from foedus.panels.stream import parts
from foedus.record.store import Record
from tests.worlds import Dispute, dispute_table, frame, world


def group_years(*groups: str, **choices: Any) -> pl.DataFrame:
    return panel("group-year", choices.pop("variables", []), groups=groups, **choices)


# ----------------------------------------------------------------------------------------------------------- named groups


@pytest.mark.parametrize(
    ("year", "members"),
    [
        (1949, 12),
        (1951, 12),
        (1952, 14),  # Greece and Turkey
        (1955, 15),  # the Federal Republic of Germany
        (1982, 16),  # Spain
        (1991, 16),
        (1999, 19),  # Czechia, Hungary, Poland
        (2004, 26),
        (2009, 28),
        (2017, 29),
        (2020, 30),
        (2023, 31),  # Finland
        (2024, 32),  # Sweden
    ],
)
def test_nato_has_the_members_of_its_time(year: int, members: int, record: Record) -> None:
    assert group_years("NATO", years=(year, year), record=record)["members"].to_list() == [members]
    assert panel("state-year", [], groups=("NATO",), years=(year, year), record=record).height == members


def test_nato_has_no_year_before_its_treaty(record: Record) -> None:
    assert group_years("NATO", record=record)["year"].min() == 1949


def test_united_germany_takes_the_seat_of_the_federal_republic(record: Record) -> None:
    german = panel("state-year", ["in_nato"], among=[255, 260, 265], years=(1989, 1991), record=record)
    assert german.rows() == [
        (255, 1990, True),
        (255, 1991, True),
        (260, 1989, True),
        (260, 1990, True),
        (265, 1989, False),
        (265, 1990, False),
    ]
    gw = group_years("NATO", years=(1989, 1991), system="gw", record=record)
    assert gw["members"].to_list() == [16, 16, 16]


def test_the_warsaw_pact_ends(record: Record) -> None:
    years = group_years("WARSAW-PACT", record=record)
    assert (years["year"].min(), years["year"].max(), years["members"].max()) == (1955, 1991, 8)


def test_the_parties_to_a_treaty_are_known_as_long_as_a_source_speaks(record: Record) -> None:
    """ATOP ends in 2018. Dated facts speak of ANZUS and of the treaty of Rio de Janeiro to 2025, not of the Arab treaty."""
    rows = panel(
        "state-year", ["in_rio_pact", "in_anzus", "in_csto", "in_nato"], among=[2, 365], years=(2017, 2020), record=record
    )
    american, russian = (rows.filter(ccode=code) for code in (2, 365))
    assert american["in_rio_pact"].to_list() == american["in_anzus"].to_list() == [True] * 4
    assert russian["in_csto"].to_list() == [True] * 4
    assert russian["in_nato"].to_list() == russian["in_anzus"].to_list() == [False] * 4
    last = {name: group_years(name, record=record)["year"].max() for name in ("ANZUS", "RIO-PACT", "ARAB-DEFENCE-TREATY")}
    assert last == {"ANZUS": 2025, "RIO-PACT": 2025, "ARAB-DEFENCE-TREATY": 2018}


def test_every_named_group_has_members(record: Record) -> None:
    assert all(memberships(record, name).height >= 2 for name in named())


def test_every_variable_of_membership_agrees_with_its_group(record: Record) -> None:
    variables = [variable for variable in codebook().values() if (variable.table or "").startswith(GROUP)]
    assert len(variables) >= 13
    for variable in variables:
        name = str(variable.table).removeprefix(GROUP)
        of_facts = ("alliance_facts",) if group(name).alliance is not None else ()
        assert variable.sources == (group(name).source, *of_facts)
        assert variable.last_year == known_until(record, group(name))
        for system in ("cow", "gw"):
            years = panel("state-year", [variable.name], record=record, system=system).filter(pl.col(variable.name))
            assert years.height == panel("state-year", [], groups=(name,), record=record, system=system).height, name


def test_dyads_of_a_group_are_pairs_of_those_who_were_members_in_the_year(record: Record) -> None:
    found = panel("dyad-year", [], groups=("NATO",), years=(1951, 1952), record=record)
    assert found.group_by("year", maintain_order=True).len().sort("year").rows() == [(1951, comb(12, 2)), (1952, comb(14, 2))]


def test_groups_named_twice_stand_once_and_two_groups_one_after_the_other(record: Record) -> None:
    found = named_panel("group-year", [], group=["NATO", "nato", "ANZUS"], years=(1960, 1960), record=record)
    assert found.select("group", "members").rows() == [("NATO", 15), ("ANZUS", 3)]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["NATO", "USA"], r"NATO has members of its own: name groups, or states \(USA\), but not both"),
        (["atop:1"], "no alliance of ATOP has the number 1"),
        (["atop:x"], "no group is called 'atop:x'"),
        (["=NATO"], "a name has letters"),
        (["ASAEN"], r'no state is known as "ASAEN".*Nor is a group called .*Did you mean ASEAN\? There are AFRICAN-UNION, '),
    ],
)
def test_a_group_that_there_is_not_is_refused(names: list[str], message: str, record: Record) -> None:
    with pytest.raises(InputError, match=message):
        named_panel("group-year", [], group=names, years=(1960, 1960), record=record)


# ------------------------------------------------------------------------------------------------------------------ k-ads


@pytest.mark.parametrize("size", [2, 3, 4, 7])
def test_all_k_ads_are_all_combinations_in_order(size: int, record: Record) -> None:
    states = [2, 20, 200, 220, 325, 365, 710]
    found = panel("group-year", [], among=states, size=size, years=(1960, 1960), record=record)
    codes = found.select(f"ccode{seat}" for seat in range(1, size + 1)).rows()
    assert codes == list(combinations(states, size))
    assert found["group"].to_list() == ["-".join(map(str, row)) for row in codes]


def test_a_k_ad_exists_only_while_all_its_states_are_members() -> None:
    found = panel("group-year", [], size=3, years=(2000, 2009), record=world())
    assert found["year"].to_list() == [2000, 2001, 2002, 2006, 2007, 2008, 2009]  # state 3 is away 2003–2005


def test_dyads_are_the_k_ads_of_two(record: Record) -> None:
    states = [2, 20, 200, 220]
    names = ["polyarchy", "defence_pact"]
    pairs = panel("group-year", names, among=states, size=2, years=(1955, 1956), record=record)
    dyads = panel("dyad-year", names, among=states, years=(1955, 1956), record=record)
    shown = pairs.select("ccode1", "ccode2", "year", "polyarchy_1", "polyarchy_2", defence_pact="defence_pact_any")
    assert shown.equals(dyads)


def test_every_combination_is_found_at_its_place() -> None:
    found = kads.combinations_at(range(comb(7, 3)), 7, 3)
    assert found.tolist() == [list(chosen) for chosen in combinations(range(7), 3)]


def test_combinations_are_found_at_places_that_no_machine_integer_holds() -> None:
    places = [0, 1, comb(217, 20) - 1]
    first, second, last = kads.combinations_at(places, 217, 20).tolist()
    assert first == list(range(20))
    assert second == [*range(19), 20]
    assert last == list(range(197, 217))


def test_a_sample_is_the_one_that_the_seed_of_pythons_own_generator_draws() -> None:
    draw = Random(5)
    drawn: set[int] = set()
    while len(drawn) < 40:
        drawn.add(draw.randrange(comb(217, 20)))
    assert kads._drawn(comb(217, 20), 40, 5) == sorted(drawn)


def sample(record: Record, size: int = 3, **choices: Any) -> pl.DataFrame:
    states = [2, 20, 200, 220, 325, 365, 710]
    return panel("group-year", [], among=states, size=size, years=(1960, 1960), record=record, **choices)


def test_a_sample_has_as_many_groups_as_asked_for_each_once(record: Record) -> None:
    found = sample(record, sample=12, seed=4)
    assert found.height == found["group"].n_unique() == 12
    assert set(found["group"]) < set(sample(record)["group"])


def test_a_seed_gives_the_same_sample_and_another_seed_another(record: Record) -> None:
    assert sample(record, sample=12, seed=4).equals(sample(record, sample=12, seed=4))
    assert not sample(record, sample=12, seed=4).equals(sample(record, sample=12, seed=5))


def test_a_sample_of_all_there_are_is_all_there_are(record: Record) -> None:
    assert sample(record, sample=comb(7, 3) + 5).equals(sample(record))


def test_every_group_is_drawn_about_as_often_as_any_other() -> None:
    drawn = Counter(place for seed in range(2000) for place in kads._drawn(10, 3, seed))
    assert set(drawn) == set(range(10))
    # 2000 samples of 3 in 10: 600 each, standard deviation 20.5; five of them
    assert all(abs(times - 600) < 103 for times in drawn.values())


def test_a_sample_is_drawn_from_more_groups_than_could_be_listed(record: Record) -> None:
    found = panel("group-year", [], size=20, sample=3, seed=1, years=(2000, 2000), record=record)
    assert found.height == 3
    assert all(len(set(row)) == 20 for row in found.select("^ccode.*$").rows())


def test_how_groups_were_sampled_travels_with_the_panel(record: Record) -> None:
    asked = named_request("group-year", [], group=["USA", "CAN", "FRA", "GBR"], size=3, sample=2, seed=9, record=record)
    assert notes(asked) == {"groups": {"of": 4, "sample": 2, "seed": 9}}


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"size": 5}, "groups of 5, and more than 1,000,000 are not made"),
        ({"size": 5, "sample": 2_000_000}, "a sample of 2,000,000 groups is more than the 1,000,000 that are made"),
        ({"size": 5, "among": frozenset({2, 20})}, "2 states have no group of 5"),
        ({"size": 1}, "choose a size from 2 to 20"),
        ({"size": 21}, "choose a size from 2 to 20"),
        ({"size": 3, "sample": 0}, "a sample is one or more"),
        ({"sample": 3, "groups": ("NATO",)}, "a sample is one or more"),
        ({"size": 3, "groups": ("NATO",)}, "groups with a name have the size they have"),
        ({}, "needs a group"),
        ({"size": 3, "directed": True}, "has no directed"),
        ({"size": 3, "carry_forward": 1}, "carry-forward"),
        ({"size": 3, "variables": ("iso3",)}, "iso3 cannot be summed up"),
        ({"size": 3, "variables": ("capital_latitude",)}, "cannot be summed up"),
        ({"size": 2.0}, "whole numbers"),
    ],
)
def test_groups_that_cannot_be_made_are_refused(choices: dict[str, Any], message: str, record: Record) -> None:
    with pytest.raises(InputError, match=message):
        built(Request("group-year", **{"variables": (), "years": (2000, 2000), "record": record} | choices))


@pytest.mark.parametrize("choice", [{"size": 3}, {"sample": 3}])
def test_other_units_have_no_size_to_choose(choice: dict[str, int], record: Record) -> None:
    with pytest.raises(InputError, match="size and sample choose groups of states"):
        Request("dyad-year", (), record=record, **choice)  # type: ignore[arg-type]


# -------------------------------------------------------------------------------------------------------------- summaries


def test_states_are_summed_up_over_those_with_a_value() -> None:
    drawn = world(
        polyarchy=frame(ccode=[1, 2, 1, 2, 3], year=[2000, 2000, 2001, 2001, 2001], polyarchy=[0.2, 0.6, 0.1, 0.2, 0.6]),
        warheads=frame(ccode=[1, 2, 3, 1, 2], year=[2000, 2000, 2000, 2001, 2001], warheads=[4, 0, 6, 1, 2]),
    )
    found = panel("group-year", ["polyarchy", "warheads"], among=[1, 2, 3], years=(2000, 2001), record=drawn)
    first, second = found.rows(named=True)
    told = {name.removeprefix("polyarchy_"): round(value, 9) for name, value in first.items() if "polyarchy" in name}
    assert told == {"min": 0.2, "mean": 0.4, "max": 0.6, "known": 2}
    assert (second["polyarchy_mean"], second["polyarchy_known"]) == (pytest.approx(0.3), 3)
    assert (first["warheads_sum"], first["warheads_known"]) == (10, 3)
    assert (second["warheads_sum"], second["warheads_known"], second["warheads_max"]) == (None, 2, 2)  # one is unknown


def test_yes_or_no_is_summed_up_as_any_all_and_share() -> None:
    found = panel("group-year", ["major_power"], among=[1, 2, 3], years=(2000, 2002), record=world())
    told = found.select("major_power_any", "major_power_all", "major_power_share", "major_power_known").rows()
    assert told == [(True, False, pytest.approx(1 / 3), 3)] * 2 + [(False, False, 0.0, 3)]


def test_dyads_are_summed_up_over_the_pairs_of_members() -> None:
    drawn = world(dispute_dyad_years=dispute_table([Dispute(1, (1, 2), 2000, 2000, 1, 4, 0, True, True, True, 9)]))
    row = panel("group-year", ["dispute_onset", "min_distance"], size=3, years=(2000, 2000), record=drawn).row(0, named=True)
    assert (row["dispute_onset_any"], row["dispute_onset_all"], row["dispute_onset_known"]) == (True, False, 3)
    assert row["dispute_onset_share"] == pytest.approx(1 / 3)
    assert (row["min_distance_max"], row["min_distance_known"]) == (0.0, 1)


def test_a_k_ad_gives_each_members_own_value_in_the_order_of_their_codes() -> None:
    drawn = world(polyarchy=frame(ccode=[1, 3], year=[2000, 2000], polyarchy=[0.2, 0.6]))
    row = panel("group-year", ["polyarchy"], size=3, years=(2000, 2000), record=drawn).row(0, named=True)
    assert [row[f"ccode{seat}"] for seat in (1, 2, 3)] == [1, 2, 3]
    assert [row[f"polyarchy_{seat}"] for seat in (1, 2, 3)] == [0.2, None, 0.6]


def test_a_member_that_comes_back_is_summed_up_again() -> None:
    drawn = world(polyarchy=frame(ccode=[3, 3], year=[2002, 2006], polyarchy=[0.2, 0.6]))
    found = panel("group-year", ["polyarchy"], among=[1, 3], years=(2002, 2006), record=drawn)
    assert found.select("year", "polyarchy_max").rows() == [(2002, 0.2), (2006, 0.6)]


def test_a_group_of_one_has_no_pairs_and_the_columns_all_the_same() -> None:
    row = panel("group-year", ["dispute_onset"], among=[1], years=(2000, 2000), record=world()).row(0, named=True)
    assert (row["members"], row["dispute_onset_any"], row["dispute_onset_known"]) == (1, None, 0)


def test_a_group_that_never_met_has_no_rows_and_the_columns_all_the_same(record: Record) -> None:
    names = ["polyarchy", "dispute_onset"]
    never = group_years("NATO", variables=names, years=(1900, 1900), record=record)
    met = group_years("NATO", variables=names, years=(1950, 1950), record=record)
    assert never.is_empty()
    assert never.schema == met.schema


def test_groups_made_in_turns_are_those_made_at_once(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = sample(record, size=4)
    monkeypatch.setattr(kads, "AT_ONCE", 3)
    assert sample(record, size=4).equals(whole)
    early = panel("group-year", ["dispute_onset"], among=[2, 366, 260, 255], size=2, years=(1930, 1930), record=record)
    assert early["group"].to_list() == ["2-255", "2-366", "255-366"]  # turns without any group add nothing


def test_the_parts_of_a_panel_of_groups_are_its_years(record: Record) -> None:
    asked = Request("group-year", ("polyarchy",), size=3, sample=9, seed=2, years=(1918, 1922), record=record)
    told = list(parts(asked))
    assert [keys["year"] for keys, _ in told] == sorted({keys["year"] for keys, _ in told})
    assert pl.concat(part for _, part in told).sort("group", "year").equals(built(asked).sort("group", "year"))
