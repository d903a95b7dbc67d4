"""The league: its numbers are those that an assessment tells, and no row stands without its parts."""

import json

import polars as pl
import pytest

import foedus
from foedus.assessment.chapters.order import several as order
from foedus.assessment.chapters.relation import several as relation
from foedus.assessment.league import MEMBERS, SORTS, TABLE, USUAL, League, called_and_fought, league
from foedus.errors import InputError
from foedus.partnership.partnership import Partnership
from foedus.report import charts
from foedus.report.league import HEADINGS, in_words, of_members, risks

YEAR = 2020


@pytest.fixture(scope="module")
def told() -> League:
    return league("CSTO", "ANZUS", year=YEAR)


def test_numbers_are_those_of_the_chapters(told: League) -> None:
    partnership = Partnership("CSTO", year=YEAR)
    row = told.partnerships.row(by_predicate=pl.col("partnership") == "CSTO", named=True)
    found = {each.id: each for each in order.chapter(partnership).findings}
    within = next(each for name, each in found.items() if name.startswith("order.within."))
    outside = next(each for name, each in found.items() if name.startswith("order.fatal_threat."))
    for each, where in ((within, "within"), (outside, "outside")):
        assert each.interval
        assert each.reference
        assert (each.value, each.interval.low, each.interval.high) == tuple(
            row[f"{where}_{key}"] for key in ("risk", "low", "high")
        )
        assert row[f"{where}_alike"] == pytest.approx(each.reference.observed_alike, rel=1e-5)
        assert all(name in each.statement for name in row[where].split("–"))
    bound = next(each for each in relation.chapter(partnership).findings if each.id == "relation.defence")
    assert (row["bound"], row["pairs"]) == (bound.value, 15)


def test_the_highest_risk_of_a_partnership_is_that_of_one_of_its_members(told: League) -> None:
    for row in told.partnerships.to_dicts():
        members = told.members.filter(partnership=row["partnership"])
        assert members.height == row["members"]
        for where in ("within", "outside"):
            assert row[f"{where}_risk"] == members[f"{where}_risk"].max()
            known = members.drop_nulls(f"{where}_risk")
            assert (known[f"{where}_low"] <= known[f"{where}_risk"]).all()
            assert (known[f"{where}_risk"] <= known[f"{where}_high"]).all()


def test_it_is_sorted_by_one_column_the_unknown_last(told: League) -> None:
    numbers = {"name": ["ANZUS", "CSTO"], "members": ["CSTO", "ANZUS"], "since": ["ANZUS", "CSTO"], "bound": ["CSTO", "ANZUS"]}
    for column, names in numbers.items():
        assert told.sorted_by(column).partnerships["partnership"].to_list() == names
    for column in SORTS:
        assert told.sorted_by(column).partnerships.columns == list(TABLE)
    with pytest.raises(InputError, match="Did you mean within"):
        told.sorted_by("withn")


def test_it_is_read_in_words_and_drawn(told: League) -> None:
    words = in_words(told)
    assert words.columns == list(HEADINGS)
    assert words["bound"].to_list() == ["15 of 15", "2 of 3"]
    assert set(words["pledges"]) == {"not counted"}  # who attacked is known of wars alone, which do not ship
    assert of_members(told, "ANZUS").height == 3
    assert charts.pictures(risks(told))
    assert json.loads(json.dumps(told.as_dict(), default=str, allow_nan=False))["members"][0].keys() == MEMBERS.keys()


def test_an_ally_that_two_treaties_call_in_one_war_counts_once() -> None:
    columns = ["event", "year", "attacked", "partner", "atop_id", "ccode", "pledge", "invoked", "kept"]
    rows = [
        ("W", 1914, True, 220, 1, 2, "defence", True, True),
        ("W", 1914, True, 220, 2, 2, "defence", True, False),
        ("W", 1914, True, 220, 1, 20, "defence", True, False),
        ("W", 1914, True, 220, 1, 200, "defence", False, False),  # the treaty asks for what nobody saw
        ("W", 1914, True, 220, 1, 365, "neutrality", True, True),
        ("W", 1914, True, 220, 9, 380, "defence", True, True),  # another treaty
        ("X", 1939, True, 220, 1, 2, "defence", True, True),  # later
    ]
    due = pl.DataFrame(rows, schema=columns, orient="row")
    assert called_and_fought(due, ["atop:1", "atop:2", "desta:5"], 1930) == {"pledges_due": 2, "pledges_kept": 1}


def test_what_cannot_stand_in_a_table_is_refused() -> None:
    for names, said in (
        (("CSTO", "csto"), "named twice"),
        (("Ruritania-USA",), "Ruritania"),
        (["CSTO"] * 17, "at most 16"),
        (("WARSAW-PACT",), "no members"),
    ):
        with pytest.raises(InputError, match=said):
            foedus.league(*names, year=YEAR)
    with pytest.raises(InputError, match="1816–2025"):
        league(year=1815)


def test_the_usual_table_ships_and_names_whom_it_leaves_out() -> None:
    usual = league()
    assert set(usual.partnerships["partnership"]) | {each.partition(" ")[0] for each in usual.left_out} == set(USUAL)
    assert any("cannot" in each.statement or "not counted" in each.statement for each in usual.pledges)
