"""Panels on worlds one can draw on paper, then the rules every variable obeys on the shipped record."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import foedus
from foedus.errors import InputError
from foedus.panels.arrange import Wanted, arranged, each_year
from foedus.panels.codebook import lookup
from foedus.panels.notes import notes
from foedus.panels.panel import built, panel
from foedus.panels.request import Request, variables_of
from foedus.panels.units import FIRST_YEAR, LAST_YEAR
from foedus.record.store import Record, open_record
from tests.worlds import disputes, frame, world

HELD = variables_of("dyad-year", open_record(additions=False))
OF_STATE = [name for name in HELD if lookup(name).of_state]
DYADIC = [name for name in HELD if lookup(name).of_dyad]
TOGETHER = [name for name in DYADIC if not lookup(name).two_way]


def test_a_dyad_year_exists_while_both_are_members() -> None:
    rows = panel("dyad-year", ["member_since"], dyads=[(1, 3)], years=(2000, 2009), record=world())
    assert rows["year"].to_list() == [2000, 2001, 2002, 2006, 2007, 2008, 2009]


def test_a_directed_panel_has_both_directions() -> None:
    rows = panel("dyad-year", ["member_since"], directed=True, years=(2000, 2000), record=world())
    assert rows.select("ccode1", "ccode2").rows() == [(1, 2), (1, 3), (2, 1), (2, 3), (3, 1), (3, 2)]


def test_peace_years_restart_after_a_dispute() -> None:
    drawn = world(dispute_dyad_years=disputes([(1, 2, 2003, True, 0), (1, 2, 2004, False, 0)]))
    rows = panel("dyad-year", ["peace_years"], dyads=[(1, 2)], years=(2000, 2009), record=drawn)
    assert rows["peace_years"].to_list() == [0, 1, 2, 3, 0, 0, 1, 2, 3, 4]


def test_peace_years_restart_when_a_state_comes_back() -> None:
    rows = panel("dyad-year", ["peace_years"], dyads=[(1, 3)], years=(2000, 2009), record=world())
    assert rows["peace_years"].to_list() == [0, 1, 2, 0, 1, 2, 3]


def test_estonia_counts_its_peace_from_1991(record: Record) -> None:
    rows = panel("dyad-year", ["peace_years"], dyads=[(2, 366)], years=(1991, 1993), record=record)
    assert rows["peace_years"].to_list() == [0, 1, 2]


def test_peace_years_do_not_depend_on_the_years_asked_for() -> None:
    drawn = world(dispute_dyad_years=disputes([(1, 2, 2001, True, 0)]))
    late = panel("dyad-year", ["peace_years"], dyads=[(1, 2)], years=(2008, 2009), record=drawn)
    assert late["peace_years"].to_list() == [6, 7]


def test_several_disputes_in_a_year_count_once_as_onset_and_each_as_onsets() -> None:
    drawn = world(dispute_dyad_years=disputes([(1, 2, 2003, True, 0), (1, 2, 2003, True, 2)]))
    names = ["dispute_onset", "dispute_onsets", "fatal_dispute_onset", "dispute_fatality"]
    row = panel("dyad-year", names, dyads=[(1, 2)], years=(2003, 2003), record=drawn).row(0, named=True)
    assert (row["dispute_onset"], row["dispute_onsets"], row["fatal_dispute_onset"], row["dispute_fatality"]) == (
        True,
        2,
        True,
        2,
    )


@pytest.mark.parametrize(("fatality", "fatal"), [(0, False), (1, True), (None, None)])
def test_a_fatal_onset_is_unknown_where_the_deaths_are(fatality: int | None, fatal: bool | None) -> None:
    drawn = world(dispute_dyad_years=disputes([(1, 2, 2003, True, fatality)]))
    rows = panel("dyad-year", ["fatal_dispute_onset"], dyads=[(1, 2)], years=(2003, 2003), record=drawn)
    assert rows["fatal_dispute_onset"].to_list() == [fatal]


def test_a_dispute_under_way_is_no_onset() -> None:
    drawn = world(dispute_dyad_years=disputes([(1, 2, 2003, False, 3)]))
    names = ["dispute_onset", "dispute_ongoing", "fatal_dispute_onset"]
    assert panel("dyad-year", names, dyads=[(1, 2)], years=(2003, 2003), record=drawn).row(0)[3:] == (False, True, False)


def test_a_directed_obligation_keeps_its_direction_and_folds_without() -> None:
    owed = frame(ccode1=[2], ccode2=[1], first_year=[2000], last_year=[2001]).with_columns(
        *(
            pl.lit(name == "defence").alias(name)
            for name in ("defence", "offence", "neutrality", "nonaggression", "consultation")
        )
    )
    drawn = world(alliance_dyad_spells=owed)
    directed = panel("dyad-year", ["defence_pact"], dyads=[(1, 2)], directed=True, years=(2000, 2000), record=drawn)
    folded = panel("dyad-year", ["defence_pact"], dyads=[(1, 2)], years=(2000, 2000), record=drawn)
    assert directed.rows() == [(1, 2, 2000, False), (2, 1, 2000, True)]
    assert folded.rows() == [(1, 2, 2000, True)]


def test_a_value_is_carried_forward_only_as_far_as_asked_and_says_its_age() -> None:
    rows = panel("dyad-year", ["min_distance"], dyads=[(1, 2)], years=(2003, 2008), carry_forward=2, record=world())
    assert rows["min_distance"].to_list() == [0.0, 0.0, 0.0, 0.0, None, None]
    assert rows["min_distance_age"].to_list() == [0, 0, 1, 2, None, None]


def test_a_value_is_not_carried_across_an_absence() -> None:
    drawn = world(polyarchy=frame(ccode=[3], year=[2001], polyarchy=[0.5]))
    rows = panel("state-year", ["polyarchy"], states=[3], years=(2000, 2009), carry_forward=9, record=drawn)
    assert rows["polyarchy"].to_list() == [None, 0.5, 0.5, None, None, None, None]
    assert rows["polyarchy_age"].to_list() == [None, 0, 1, None, None, None, None]


def test_an_event_is_never_carried_forward(record: Record) -> None:
    rows = panel("dyad-year", ["dispute_onset"], dyads=[(2, 20)], years=(2009, 2014), carry_forward=10, record=record)
    assert rows.columns == ["ccode1", "ccode2", "year", "dispute_onset"]
    assert rows["dispute_onset"].to_list() == [False, False, None, None, None, None]


def test_politically_relevant_dyads_exist_after_the_sources_end(record: Record) -> None:
    rows = panel("dyad-year", ["contiguous"], relevant=True, years=(2023, 2023), record=record)
    assert rows.height > 1000
    assert rows["politically_relevant_age"].min() == 2023 - lookup("politically_relevant").last_year
    assert rows.filter((pl.col("ccode1") == 2) & (pl.col("ccode2") == 20)).height == 1


def test_usa_and_canada_are_never_said_not_to_touch(record: Record) -> None:
    rows = panel("dyad-year", ["contiguous"], dyads=[(2, 20)], record=record)
    assert rows["contiguous"].drop_nulls().all()
    assert rows.filter(pl.col("year") > 2019)["contiguous"].null_count() == LAST_YEAR - 2019


@pytest.fixture(scope="module")
def whole_dyads(record: Record) -> pl.DataFrame:
    """All dyadic variables of all dyads, in both directions, in the years in which most sources end."""
    return panel("dyad-year", DYADIC, directed=True, years=(2005, LAST_YEAR), record=record)


@pytest.fixture(scope="module")
def early_dyads(record: Record) -> pl.DataFrame:
    return panel("dyad-year", DYADIC, directed=True, years=(FIRST_YEAR, 1950), record=record)


@pytest.fixture(scope="module")
def whole_states(record: Record) -> pl.DataFrame:
    return panel("state-year", OF_STATE, record=record)


@pytest.mark.parametrize("name", DYADIC)
def test_no_dyadic_value_outside_a_sources_coverage(name: str, early_dyads: pl.DataFrame, whole_dyads: pl.DataFrame) -> None:
    variable = lookup(name)
    both = pl.concat([early_dyads, whole_dyads]).select("year", name)
    outside = both.filter(~pl.col("year").is_between(variable.first_year, variable.last_year))
    assert outside[name].null_count() == outside.height
    assert both[name].null_count() < both.height, "the variable is null everywhere"


@pytest.mark.parametrize("name", OF_STATE)
def test_no_state_value_outside_a_sources_coverage(name: str, whole_states: pl.DataFrame) -> None:
    variable = lookup(name)
    outside = whole_states.filter(~pl.col("year").is_between(variable.first_year, variable.last_year))
    assert outside[name].null_count() == outside.height
    assert whole_states[name].null_count() < whole_states.height, "the variable is null everywhere"


@pytest.mark.parametrize("name", [name for name in DYADIC if lookup(name).absent is None and lookup(name).table])
def test_no_zero_where_a_source_has_no_row(
    name: str, early_dyads: pl.DataFrame, whole_dyads: pl.DataFrame, record: Record
) -> None:
    variable = lookup(name)
    rows = pl.concat([early_dyads, whole_dyads]).filter(pl.col(name).is_not_null())
    rows = rows if variable.two_way else rows.filter(pl.col("ccode1") < pl.col("ccode2"))
    held = arranged(record, variable.table or "", Wanted()).drop_nulls(variable.column)
    years = held if "year" in held.columns else each_year(held)
    assert rows.join(years, on=["ccode1", "ccode2", "year"], how="anti").is_empty()


@pytest.mark.parametrize("name", [*DYADIC, *OF_STATE])
def test_values_stay_in_their_range(name: str, whole_states: pl.DataFrame, whole_dyads: pl.DataFrame) -> None:
    variable = lookup(name)
    values = (whole_states if variable.of_state else whole_dyads)[name].drop_nulls()
    if variable.range is None:
        assert values.len() > 0
    else:
        assert values.is_between(*variable.range).all()


REQUESTS = st.lists(st.sampled_from([*DYADIC, *OF_STATE]), min_size=1, max_size=5, unique=True)


@settings(max_examples=25, deadline=None)
@given(names=REQUESTS, first=st.integers(1900, 2020), length=st.integers(0, 5))
def test_asking_for_less_or_in_another_order_changes_no_value(names: list[str], first: int, length: int) -> None:
    dyads = [(2, 20), (365, 369), (750, 770)]
    whole = panel("dyad-year", names, dyads=dyads, years=(1900, LAST_YEAR))
    part = panel("dyad-year", names[::-1], dyads=dyads[:2], years=(first, first + length))
    kept = whole.filter(pl.col("year").is_between(first, first + length) & (pl.col("ccode1") != 750)).select(part.columns)
    assert part.equals(kept)


def test_a_directed_panel_mirrors_and_folds_to_the_non_directed(record: Record) -> None:
    names = [name for name in DYADIC if lookup(name).unit == "dyad-year"]
    directed = panel("dyad-year", names, dyads=[(2, 20), (365, 369)], directed=True, years=(1990, 2010), record=record)
    plain = panel("dyad-year", names, dyads=[(2, 20), (365, 369)], years=(1990, 2010), record=record)
    forward = directed.filter(pl.col("ccode1") < pl.col("ccode2"))
    back = directed.filter(pl.col("ccode1") > pl.col("ccode2")).rename({"ccode1": "ccode2", "ccode2": "ccode1"})
    assert forward.equals(plain)
    assert back.select(plain.columns).sort("ccode1", "ccode2", "year").equals(plain)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"unit": "dyad-yaer"}, "is none of state-year"),
        ({"unit": "dyad-year", "years": (2000, 1990)}, "run backwards"),
        ({"unit": "dyad-year", "years": (1700, 1990)}, "leave the state system's 1816:2025"),
        ({"unit": "dyad-year", "variables": ["polyarky"]}, "Did you mean polyarchy"),
        ({"unit": "state-year", "variables": ["peace_years"]}, "ask for a dyad-year panel"),
        ({"unit": "dyad-year", "carry_forward": 99}, "not between 0 and 50"),
        ({"unit": "dyad-year", "relevant": True, "years": (1820, 1850)}, "known from 1886 on"),
        ({"unit": "dyad-year", "among": [2]}, "holds no dyad"),
        ({"unit": "dyad-year", "dyads": [(2, 20)], "states": [220]}, "dyads are named already"),
        ({"unit": "dyad-year", "relevant": True, "contact": "sea"}, "contact 'sea' is none of distance, cow"),
        ({"unit": "dyad-year", "relevant": True, "contact": "cow"}, "foedus record add cow-contiguity PATH"),
        ({"unit": "dyad-year", "system": "isard", "variables": None}, "'isard' is neither cow nor gw"),
        ({"unit": "dyad-year", "years": ("2000", "2001")}, "are whole numbers"),
        ({"unit": "dyad-year", "years": (2000.5, 2001)}, "are whole numbers"),
        ({"unit": "dyad-year", "carry_forward": 1.5}, "are whole numbers"),
        ({"unit": "state-year", "relevant": True}, "belong to a panel of dyads"),
        ({"unit": "state-year", "variables": ["leader_age"]}, "ask for leader-year or leader-dyad-year"),
    ],
)
def test_a_faulty_request_is_refused_with_its_reason(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        panel(**{"variables": ["polyarchy"], **arguments})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("unit", "choices", "begins"),
    [
        ("dyad-year", {"relevant": True}, 1886),
        ("dyad-year", {"relevant": True, "system": "gw"}, 1886),
        ("leader-year", {}, 1875),
        ("leader-dyad-year", {}, 1875),
        ("leader-dyad-year", {"relevant": True}, 1886),
    ],
)
def test_years_left_open_begin_where_what_an_option_needs_is_known(
    unit: str, choices: dict[str, Any], begins: int, record: Record
) -> None:
    asked = Request(unit, (), among=frozenset({2, 200}), record=record, **choices)
    assert built(asked)["year"].min() == asked.span[0] == begins
    assert str(notes(asked)["years"]).startswith(f"the panel begins in {begins}: before it no ")
    stated = replace(asked, years=(begins, 2025))
    assert built(asked).equals(built(stated))
    assert stated.remark is None, "years that were asked for need no remark"


@pytest.mark.parametrize("unit", ["state-year", "state-day", "dyad-year", "dyad-day", "dispute-dyad", "group-year"])
def test_years_left_open_are_all_years_where_no_option_needs_more(unit: str, record: Record) -> None:
    asked = Request(unit, (), among=frozenset({2, 20}), record=record)
    assert (asked.span, asked.remark) == ((1816, 2025), None)


@pytest.mark.parametrize("choice", ["variables", "states", "dyads", "group"])
def test_a_text_where_a_list_belongs_is_refused_whole_and_not_letter_by_letter(choice: str) -> None:
    with pytest.raises(InputError, match=f"{choice} is the text 'NATO': give a list"):
        foedus.panel("dyad-year", **{"variables": [], choice: "NATO"})  # type: ignore[arg-type]


@pytest.mark.parametrize("years", [2000, (2000,), (2000, 2001, 2002), "2000:2001"])
def test_years_that_are_no_first_and_last_are_refused(years: object) -> None:
    with pytest.raises(InputError, match="years are a first and a last one"):
        foedus.panel("state-year", [], years=years)


@pytest.mark.parametrize("dyad", ["USA", "USA-", ("USA", "CAN"), 220, "USA-USA"])
def test_what_names_no_dyad_is_refused(dyad: object) -> None:
    with pytest.raises(InputError, match=r"does not name a dyad|names the same state twice"):
        foedus.panel("dyad-year", [], dyads=[dyad])


def test_a_value_that_is_missing_is_not_taken_for_absence_when_others_are_carried_forward() -> None:
    """A row without a value says that the source does not know, not that there was nothing."""
    owed = frame(ccode1=[1], ccode2=[2], first_year=[2001], last_year=[2002]).with_columns(
        pl.lit(None, pl.Boolean).alias("defence"),
        *(pl.lit(False).alias(name) for name in ("offence", "neutrality", "nonaggression", "consultation")),
    )
    drawn = world(alliance_dyad_spells=owed)
    for carry in (0, 3):
        asked = {"directed": True, "years": (2000, 2003), "carry_forward": carry}
        found = panel("dyad-year", ["defence_pact"], dyads=[(1, 2)], record=drawn, **asked).filter(pl.col("ccode1") == 1)
        assert found["defence_pact"].to_list() == [False, None, None, False]


def test_a_rivalry_whose_kinds_are_unknown_is_of_no_known_kind() -> None:
    spells = frame(ccode1=[1], ccode2=[2], first_year=[2001], last_year=[2001]).with_columns(
        spatial=pl.lit(None, pl.Boolean), positional=True, ideological=False, interventionary=False
    )
    names = ["rivalry", "rivalry_spatial", "rivalry_positional"]
    found = panel("dyad-year", names, dyads=[(1, 2)], years=(2000, 2001), record=world(rivalry_spells=spells))
    assert found.select(names).rows() == [(False, False, False), (True, None, True)]


def test_united_germany_keeps_the_agreements_of_the_federal_republic(record: Record) -> None:
    before = panel("dyad-year", ["trade_agreements"], dyads=[(220, 260)], years=(1989, 1989), record=record)[
        "trade_agreements"
    ][0]
    after = panel("dyad-year", ["trade_agreements"], dyads=[(220, 255)], years=(1991, 1991), record=record)["trade_agreements"][
        0
    ]
    assert after >= before > 0


def test_the_european_economic_area_binds_norway_to_sweden_too(record: Record) -> None:
    """Of 2 May 1992, in force in 1994; Sweden left EFTA for the Union in 1995. It ties no two of the Union's members."""
    rows = panel("dyad-year", ["trade_agreements"], dyads=[(380, 385), (220, 255)], years=(1993, 1995), record=record)
    assert rows.filter(ccode1=380)["trade_agreements"].to_list() == [1, 2, 1]
    assert rows.filter(ccode1=220)["trade_agreements"].to_list() == [2, 2, 2]


def test_a_state_the_source_never_names_has_no_count_rather_than_zero(record: Record) -> None:
    rows = panel("dyad-year", ["trade_agreements"], dyads=[(260, 265)], years=(1970, 1980), record=record)
    assert rows["trade_agreements"].null_count() == rows.height


def test_every_state_panel_can_be_cut_to_a_group(record: Record) -> None:
    rows = panel("state-year", ["polyarchy"], among=[2, 20], years=(2000, 2000), record=record)
    assert rows["ccode"].to_list() == [2, 20]


def test_what_a_record_leaves_out_is_named_with_the_reason(record: Record) -> None:
    from dataclasses import replace

    partial = replace(record, tables={name: table for name, table in record.tables.items() if table.licence == "open"})
    with pytest.raises(InputError, match=r"dispute_onset rests on gml \(academic\), which this record leaves out"):
        panel("dyad-year", ["dispute_onset"], record=partial)
