"""Several disputes in one dyad-year: which one speaks under each rule, what is set aside and counted, what is refused.

One hand-drawn world: in 2003 the states 1 and 2 have four disputes. What each has that the others have not decides a rule.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from foedus.errors import InputError
from foedus.panels import disputes
from foedus.panels.files.write import write_panel
from foedus.panels.notes import notes
from foedus.panels.panel import built, panel
from foedus.panels.request import Request, variables_of
from foedus.record.store import Record
from tests.worlds import Dispute, dispute_table, world

PAIR = (1, 2)
HOSTILE = Dispute(11, PAIR, 2002, 2003, 5, 5, 1, True, True, True, 400)
DEADLY = Dispute(12, PAIR, 2003, 2003, 6, 4, 6, False, True, True, 40)
LONG = Dispute(13, PAIR, 2003, 2005, 2, 3, None, True, True, False, 900)
LATE = Dispute(14, PAIR, 2003, 2003, 11, 2, 0, False, False, True, 3)
SPOKEN = {
    "highest-hostility": HOSTILE,
    "highest-fatality": DEADLY,
    "first": HOSTILE,
    "last": LATE,
    "longest": LONG,
    "onset-first": DEADLY,
}


@pytest.fixture(scope="module")
def drawn() -> Record:
    return world(dispute_dyad_years=dispute_table([HOSTILE, DEADLY, LONG, LATE]))


def rows(drawn: Record, variables: list[str], rule: str, unit: str = "dyad-year", **choices: Any) -> pl.DataFrame:
    return panel(unit, variables, **{"years": (2003, 2003), "dyads": [PAIR]} | choices, disputes=rule, record=drawn)


def test_every_rule_has_a_dispute_that_only_it_or_its_like_prefers() -> None:
    assert set(SPOKEN) == set(disputes.ORDERS)


@pytest.mark.parametrize(("rule", "spoken"), SPOKEN.items())
def test_a_rule_lets_one_dispute_speak(rule: str, spoken: Dispute, drawn: Record) -> None:
    names = ["dispute_number", "dispute_hostility", "dispute_fatality", "dispute_longest_days", "dispute_start_month"]
    row = rows(drawn, names, rule).row(0)[3:]
    assert row == (spoken.number, spoken.hostility, spoken.fatality, spoken.longest_days, spoken.start_month)


@pytest.mark.parametrize("rule", disputes.ORDERS)
def test_both_directions_keep_the_same_dispute(rule: str, drawn: Record) -> None:
    found = rows(drawn, ["dispute_number", "dispute_side_a", "dispute_initiator"], rule, directed=True)
    ahead, back = found.rows(named=True)
    assert ahead["dispute_number"] == back["dispute_number"]
    assert (ahead["dispute_side_a_1"], ahead["dispute_side_a_2"]) == (back["dispute_side_a_2"], back["dispute_side_a_1"])
    assert (ahead["dispute_initiator_1"], ahead["dispute_initiator_2"]) == (
        back["dispute_initiator_2"],
        back["dispute_initiator_1"],
    )


def test_a_tie_goes_to_the_lower_number() -> None:
    twins = [Dispute(number, PAIR, 2003, 2003, 5, 4, 0, True, True, True, 9) for number in (33, 31)]
    drawn = world(dispute_dyad_years=dispute_table(twins))
    for rule in disputes.ORDERS:
        assert rows(drawn, ["dispute_number"], rule)["dispute_number"].to_list() == [31]


@pytest.mark.parametrize(("known", "spoken"), [(0, "unknown"), (1, "known")])
def test_unknown_deaths_rank_above_none_and_below_some(known: int, spoken: str) -> None:
    told = {"known": Dispute(22, PAIR, 2003, 2003, 5, 4, known, True, True, True, 9)}
    told |= {"unknown": Dispute(24, PAIR, 2003, 2003, 5, 4, None, True, True, True, 9)}
    drawn = world(dispute_dyad_years=dispute_table(told.values()))
    assert rows(drawn, ["dispute_number"], "highest-fatality")["dispute_number"].to_list() == [told[spoken].number]


def test_first_and_last_go_by_when_a_dispute_began_not_by_the_rows_year() -> None:
    early = Dispute(42, PAIR, 2001, 2003, 12, 2, 0, True, True, True, 900)
    late = Dispute(41, PAIR, 2003, 2003, 1, 5, 6, True, True, True, 9)
    drawn = world(dispute_dyad_years=dispute_table([early, late]))
    assert rows(drawn, ["dispute_number"], "first")["dispute_number"].to_list() == [42]
    assert rows(drawn, ["dispute_number"], "last")["dispute_number"].to_list() == [41]


def test_what_is_set_aside_is_counted_for_the_dispute_that_speaks_though_its_first_year_is_not_asked_for() -> None:
    early = Dispute(42, PAIR, 2001, 2003, 12, 2, 0, True, True, True, 900)
    late = Dispute(41, PAIR, 2003, 2003, 1, 5, 6, True, True, True, 9)
    drawn = world(dispute_dyad_years=dispute_table([early, late]))
    request = Request("dyad-year", ("dispute_onset",), years=(2003, 2003), disputes="first", record=drawn)
    assert built(request)["dispute_onset"].to_list() == [False]
    assert notes(request)["disputes_set_aside"] == {"dispute_dyad_years": {"dispute_years": 1, "onsets": 1}}


def test_combined_says_what_all_disputes_together_say(drawn: Record) -> None:
    names = ["dispute_onset", "dispute_onsets", "dispute_hostility", "dispute_fatality", "dispute_war", "fatal_dispute_onset"]
    assert rows(drawn, names, "combined").row(0)[3:] == (True, 3, 5, 6, True, True)


def test_a_war_begins_in_the_first_year_of_the_dispute_that_reaches_it(drawn: Record) -> None:
    found = rows(drawn, ["war_dispute_onset"], "combined", years=(2002, 2003))
    assert found["war_dispute_onset"].to_list() == [True, False], "the disputes that begin in 2003 stop short of war"


def test_under_a_rule_an_onset_is_that_of_the_dispute_that_speaks(drawn: Record) -> None:
    assert rows(drawn, ["dispute_onset", "dispute_onsets"], "first").row(0)[3:] == (False, 0)
    assert rows(drawn, ["dispute_onset", "dispute_onsets"], "longest").row(0)[3:] == (True, 1)


def test_peace_years_do_not_depend_on_the_rule(drawn: Record) -> None:
    whole = [rows(drawn, ["peace_years"], rule, years=(2000, 2009))["peace_years"].to_list() for rule in disputes.ORDERS]
    assert whole == [[0, 1, 2, 0, 0, 0, 0, 1, 2, 3]] * len(disputes.ORDERS)


def test_all_gives_every_dispute_a_row_of_its_own_and_quiet_years_one(drawn: Record) -> None:
    found = rows(drawn, ["dispute_number", "dispute_hostility", "dispute_onset"], "all", years=(2002, 2006))
    assert found.select("year", "dispute", "dispute_hostility", "dispute_onset").rows() == [
        (2002, 11, 5, True),
        (2003, 11, 5, False),
        (2003, 12, 4, True),
        (2003, 13, 3, True),
        (2003, 14, 2, True),
        (2004, 13, 3, False),
        (2005, 13, 3, False),
        (2006, None, None, False),
    ]
    assert found["dispute_number"].to_list() == found["dispute"].to_list()


@pytest.mark.parametrize("rule", ["combined", "first", "all"])
def test_a_dispute_dyad_stands_once_in_its_first_year_with_its_own_values_whatever_the_rule(rule: str, drawn: Record) -> None:
    names = ["dispute_number", "dispute_hostility", "dispute_fatality", "dispute_onset"]
    found = rows(drawn, names, rule, unit="dispute-dyad", years=(2000, 2009))
    assert found.select("dispute", "year", "last_year", *names).rows() == [
        (11, 2002, 2003, 11, 5, 1, True),
        (12, 2003, 2003, 12, 4, 6, True),
        (13, 2003, 2005, 13, 3, None, True),
        (14, 2003, 2003, 14, 2, 0, True),
    ]


def test_a_directed_dispute_dyad_has_each_side_first_once(drawn: Record) -> None:
    found = rows(drawn, ["dispute_side_a"], "combined", unit="dispute-dyad", directed=True, years=(2002, 2002))
    assert found.select("dispute", "ccode1", "dispute_side_a_1", "dispute_side_a_2").rows() == [
        (11, 1, True, False),
        (11, 2, False, True),
    ]


@pytest.mark.parametrize("name", ["dispute_number", "dispute_initiator", "dispute_reciprocated"])
def test_what_belongs_to_one_dispute_is_refused_where_several_speak(name: str, drawn: Record) -> None:
    with pytest.raises(InputError, match=r"1 dyad-years have several disputes \(first: 1–2 in 2003\)"):
        rows(drawn, [name], "combined")


def test_what_belongs_to_one_dispute_is_given_where_only_one_speaks(drawn: Record) -> None:
    found = rows(drawn, ["dispute_number"], "combined", years=(2004, 2006))
    assert found["dispute_number"].to_list() == [13, 13, None]


def test_asking_for_all_variables_leaves_out_what_has_no_answer_without_a_rule(record: Record) -> None:
    assert "dispute_number" not in variables_of("dyad-year", record)
    assert "dispute_number" in variables_of("dyad-year", record, rule="first")
    assert "dispute_number" in variables_of("dispute-dyad", record)


def test_a_misspelt_rule_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="Did you mean longest"):
        disputes.check_rule("longset")


@pytest.mark.parametrize("unit", ["leader-dyad-year", "dyad-day", "group-year"])
def test_only_units_with_a_row_to_spare_can_give_every_dispute_one(unit: str, drawn: Record) -> None:
    with pytest.raises(InputError, match="cannot give every dispute a row of its own"):
        panel(unit, ["dispute_onset"], among=[1, 2], disputes="all", record=drawn)


# ------------------------------------------------------------------------------------------------------- what is set aside


@pytest.mark.parametrize("rule", disputes.ORDERS)
def test_what_a_rule_sets_aside_is_counted(rule: str, drawn: Record) -> None:
    request = Request("dyad-year", ("dispute_onset",), years=(2002, 2006), disputes=rule, record=drawn)
    kept_onset = SPOKEN[rule].first_year == 2003
    counted = {"dispute_dyad_years": {"dispute_years": 3, "onsets": 3 - kept_onset}}
    assert notes(request)["disputes_set_aside"] == counted


def test_a_directed_panel_counts_each_direction(drawn: Record) -> None:
    request = Request("dyad-year", ("dispute_onset",), directed=True, disputes="first", record=drawn)
    assert notes(request)["disputes_set_aside"] == {"dispute_dyad_years": {"dispute_years": 6, "onsets": 6}}


def test_nothing_is_set_aside_outside_the_panels_own_rows(drawn: Record) -> None:
    request = Request("dyad-year", ("dispute_onset",), years=(2004, 2006), disputes="first", record=drawn)
    assert notes(request)["disputes_set_aside"] == {"dispute_dyad_years": {"dispute_years": 0, "onsets": 0}}


@pytest.mark.parametrize(("unit", "rule"), [("dyad-year", "combined"), ("dyad-year", "all"), ("dispute-dyad", "first")])
def test_nothing_is_set_aside_where_every_dispute_counts(unit: str, rule: str, drawn: Record) -> None:
    request = Request(unit, ("dispute_onset",), disputes=rule, record=drawn)
    assert notes(request)["disputes_set_aside"] == {"dispute_dyad_years": {"dispute_years": 0, "onsets": 0}}


def test_what_is_computed_from_one_dispute_counts_what_was_set_aside_too(drawn: Record) -> None:
    request = Request("dyad-year", ("dispute_initiator",), disputes="first", record=drawn)
    assert notes(request)["disputes_set_aside"] == {"dispute_dyad_years": {"dispute_years": 3, "onsets": 3}}


def test_a_panel_without_disputes_says_nothing_of_them_and_one_of_their_clock_only_the_list(drawn: Record) -> None:
    assert notes(Request("dyad-year", ("major_power",), disputes="first", record=drawn)) == {}
    assert notes(Request("dyad-year", ("peace_years",), disputes="first", record=drawn)) == {
        "disputes": {"from": "gml", "sha256": ""}
    }


def test_the_rule_and_what_it_set_aside_travel_with_the_file(drawn: Record, tmp_path: Path) -> None:
    request = Request("dyad-year", ("dispute_onset",), disputes="longest", record=drawn)
    write_panel(request, tmp_path / "panel.parquet", "call")
    notes = json.loads(pl.read_parquet_metadata(tmp_path / "panel.parquet")["foedus"])["notes"]
    assert notes["disputes"] == {"from": "gml", "sha256": "", "rule": "longest"}
    assert notes["disputes_set_aside"]["dispute_dyad_years"] == {"dispute_years": 3, "onsets": 2}
