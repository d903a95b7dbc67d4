"""What binds states to each other: facts that can be looked up, and what holds of any partnership."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from foedus.errors import InputError
from foedus.panels.alliances import PLEDGES
from foedus.panels.panel import panel
from foedus.partnership.agreements import OBLIGATIONS
from foedus.partnership.cited import cited, rooted
from foedus.partnership.obligations import LEVELS, PACTS
from foedus.partnership.partnership import LEDGER, VECTOR, Partnership
from foedus.record.states import StateSystem
from foedus.record.store import Record

NORAD_RENEWED = [
    "1968-03",
    "1973-05",
    "1975-05",
    "1980-05",
    "1981-03",
    "1986-03",
    "1991-04",
    "1996-03",
    "2000-06",
    "2006-05",
]
"""norad.mil, "NORAD Agreement": the agreement of 12 May 1958 and its ten renewals."""


@pytest.fixture(scope="module")
def usa_canada() -> Partnership:
    return Partnership("USA", "CAN", year=2022)


def agreed(partnership: Partnership, title: str) -> dict[str, Any]:
    return partnership.ledger().row(by_predicate=pl.col("title").str.starts_with(title), named=True)


def owed(partnership: Partnership, obligation: str) -> dict[str, Any]:
    """The obligation between the two members."""
    return partnership.obligations().row(by_predicate=pl.col("obligation") == obligation, named=True)


def in_force(partnership: Partnership) -> set[str]:
    return set(partnership.obligations().filter("in_force")["obligation"])


# ------------------------------------------------------------------------------------------------------------------ members


@pytest.mark.parametrize(("year", "members"), [(1949, 12), (1954, 14), (1990, 16), (2004, 26), (2020, 30), (2024, 32)])
def test_a_group_has_the_members_of_its_year(year: int, members: int) -> None:
    assert len(Partnership("NATO", year=year).members) == members


def test_members_may_be_named_one_by_one_in_a_list_or_beside_a_group() -> None:
    assert Partnership(["AUS", "GBR", "USA"], year=2022).codes == Partnership("AUS", "GBR", "USA", year=2022).codes
    assert Partnership("NATO", "UKR", year=2024).name == "the 32 members of NATO and Ukraine"


@pytest.mark.parametrize(
    ("members", "message"),
    [
        (("USA", 2), "same state"),
        (("NATO", "CAN"), "same state"),
        (("USA",), "no group"),
        ((), "two members or more"),
        (("ENTENTE",), "no group"),
        (("NATOO",), "Did you mean NATO"),
        (("USA", "Canadia"), "Did you mean Canada"),
        (("ARAB-DEFENCE-TREATY",), "known up to 2018"),
    ],
)
def test_what_names_no_partnership_is_refused(members: tuple[str | int, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Partnership(*members, year=2022)


def test_a_group_without_members_in_the_year_is_refused() -> None:
    with pytest.raises(InputError, match="no members on record in 1948"):
        Partnership("NATO", year=1948)


def test_what_only_two_can_be_asked_is_refused_of_more() -> None:
    with pytest.raises(InputError, match="of two states, but the 32 members of NATO and Ukraine are 33"):
        Partnership("NATO", "UKR", year=2024).dyad  # noqa: B018 - asking is refused


# ------------------------------------------------------------------------------------------------------------------- ledger


def test_the_permanent_joint_board_of_1940_is_in_the_ledger(usa_canada: Partnership) -> None:
    board = agreed(usa_canada, "Ogdensburg")
    assert (board["date"], board["precision"], board["kind"]) == (date(1940, 8, 18), "day", "institution")
    assert (board["level"], board["source"], board["confidence"]) == ("bilateral", "treaty_facts", "medium")


def test_norad_is_one_agreement_with_ten_renewals(usa_canada: Partnership) -> None:
    norad = agreed(usa_canada, "NORAD Agreement")
    assert (norad["date"], norad["precision"]) == (date(1958, 5, 12), "day")
    assert norad["renewals"] == NORAD_RENEWED
    assert (norad["kind"], norad["obligations"], norad["level"]) == ("command", ["warning"], "bilateral")
    assert usa_canada.ledger().filter(pl.col("title").str.contains("NORAD")).height == 1


def test_renewals_end_with_the_year() -> None:
    assert agreed(Partnership("USA", "CAN", year=1985), "NORAD")["renewals"] == NORAD_RENEWED[:5]


def test_a_treaty_that_two_sources_have_is_one_agreement(usa_canada: Partnership) -> None:
    """ATOP 3180 is the North Atlantic Treaty of the cited facts, DESTA 1007 the agreement of 2020 (claim 4: 1 July)."""
    treaty = agreed(usa_canada, "North Atlantic Treaty")
    assert (treaty["agreement"], treaty["date"], treaty["source"]) == (
        "atop:3180",
        date(1949, 4, 4),
        "alliance_facts, atop, treaty_facts",
    )
    assert treaty["in_force"] == date(1949, 8, 24)
    assert treaty["obligations"] == ["defence", "nonaggression", "consultation"]
    trade = agreed(usa_canada, "Canada–United States–Mexico")
    assert (trade["agreement"], trade["date"], trade["source"]) == ("desta:1007", date(2020, 7, 1), "desta, treaty_facts")
    assert {treaty["level"], trade["level"]} == {"multilateral"}
    nafta = agreed(usa_canada, "North American Free Trade")
    assert (nafta["date"], nafta["end"]) == (date(1994, 1, 1), date(2020, 7, 1))


def test_every_treaty_of_the_facts_but_norad_is_found_in_atop(record: Record) -> None:
    treaties = rooted(record).filter((pl.col("kind") == "treaty") & (pl.col("fact_id") == pl.col("root"))).select("root")
    elsewhere = cited(record).join(treaties, on="root").filter(~pl.col("agreement").str.starts_with("atop:"))
    assert elsewhere["root"].to_list() == ["CAN-USA-NORAD-1958"]


def test_an_end_that_the_source_assumed_says_so(usa_canada: Partnership) -> None:
    """DCAD 0006, 2002: no known term, so the producer gives it six years; 0002, 1994: in force when the data end."""
    ledger = usa_canada.ledger()
    ends = {row["agreement"]: (row["end"], row["end_precision"]) for row in ledger.iter_rows(named=True)}
    assert ends["dcad:DCADv1.0-0006"] == (date(2008, 12, 31), "assumed")
    assert ends["dcad:DCADv1.0-0002"] == (None, None)


def test_the_level_depends_on_who_is_asked_about() -> None:
    asked = [("USA", "CAN"), ("USA", "CAN", "MEX"), ("NATO",)]
    levels = {members: Partnership(*members, year=2020).ledger() for members in asked}
    treaty, trade = (pl.col("title") == title for title in ("North Atlantic Treaty", "Canada–United States–Mexico Agreement"))
    assert [levels[members].row(by_predicate=treaty, named=True)["level"] for members in asked] == [
        "multilateral",
        "multilateral",
        "bilateral",
    ]
    assert levels["USA", "CAN", "MEX"].row(by_predicate=trade, named=True)["level"] == "bilateral"


def test_an_agreement_names_the_members_it_binds() -> None:
    ledger = Partnership("AUS", "GBR", "USA", year=2018).ledger()
    anzus = ledger.row(by_predicate=pl.col("agreement") == "atop:3215", named=True)
    assert (anzus["title"], anzus["date"], anzus["binds"]) == ("ANZUS treaty", date(1951, 9, 1), ["USA", "AUS"])


def test_a_ledger_has_the_columns_it_promises_even_without_rows() -> None:
    assert Partnership("PRK", "URY", year=1985).ledger().schema == LEDGER
    assert Partnership("PRK", "URY", year=1985).obligations().schema == VECTOR


def test_what_a_state_was_bound_by_under_its_earlier_number_goes_on() -> None:
    """The Federal Republic (260) signed in October 1954 (ATOP), acceded on 6 May 1955 (NATO), and is 255 since 1990."""
    assert agreed(Partnership("DEU", "USA", year=2020), "North Atlantic Treaty")["date"] == date(1954, 10, 23)
    assert owed(Partnership("DEU", "USA", year=2020), "defence")["since"] == date(1955, 5, 6)


# -------------------------------------------------------------------------------------------------------------- obligations


def test_the_vector_of_usa_and_canada(usa_canada: Partnership) -> None:
    assert in_force(usa_canada) == {"defence", "nonaggression", "consultation", "warning", "trade"}
    defence, warning, general = (owed(usa_canada, name) for name in ("defence", "warning", "cooperation"))
    assert (defence["since"], defence["level"], defence["age"]) == (date(1949, 8, 24), "multilateral", 0)
    assert (warning["since"], warning["level"], warning["agreements"]) == (date(1958, 5, 12), "bilateral", ["NORAD Agreement"])
    assert (general["in_force"], general["last_known"], general["age"]) == (None, True, 2022 - 2010)


def test_a_source_that_has_stopped_makes_unknown_and_what_it_last_said_stays_visible(usa_canada: Partnership) -> None:
    neutrality, training = owed(usa_canada, "neutrality"), owed(usa_canada, "training")
    assert (neutrality["in_force"], neutrality["last_known"], neutrality["age"]) == (None, False, 2022 - 2018)
    assert (training["in_force"], training["last_known"], training["age"]) == (None, False, 2022 - 2010)
    before = owed(Partnership("USA", "CAN", year=1960), "training")
    assert (before["in_force"], before["last_known"], before["age"]) == (None, None, None)


def test_a_treaty_that_is_not_known_to_have_taken_effect_puts_nothing_in_force() -> None:
    """The Trans-Pacific Partnership, signed in 2016; the United States and Japan had no other trade agreement in DESTA."""
    pair = Partnership("USA", "JPN", year=2018)
    assert agreed(pair, "Transpacific")["obligations"] == ["trade"]
    assert (owed(pair, "trade")["in_force"], owed(pair, "trade")["last_known"]) == (None, None)


def test_who_owes_it_is_told_where_only_one_does() -> None:
    """The treaty of 1960: the United States defends Japan, not Japan the United States (ATOP 3375)."""
    pair = Partnership("USA", "JPN", year=2018)
    assert owed(pair, "defence")["owed_by"] == ["USA"]
    assert owed(pair, "consultation")["owed_by"] == ["USA", "JPN"]


def test_who_acceded_after_the_alliance_data_end_owes_what_all_members_owe() -> None:
    pair = Partnership("FIN", "USA", year=2024)
    assert {"defence", "nonaggression", "consultation"} <= in_force(pair)
    assert owed(pair, "defence")["since"] == date(2023, 4, 4)
    before = owed(Partnership("FIN", "USA", year=2022), "defence")
    assert (before["in_force"], before["last_known"], before["age"]) == (False, False, 0)


def test_russia_and_north_korea_by_year() -> None:
    """ATOP 3440, 6 July 1961 to 10 September 1996; consultation from 2000 to 2024; in force on 4 December 2024."""
    then, since, before, now = (Partnership("RUS", "PRK", year=year) for year in (1980, 2018, 2023, 2025))
    assert in_force(then) == {"defence", "nonaggression"}
    assert owed(then, "defence")["since"] == date(1961, 7, 6)
    assert in_force(since) == {"nonaggression", "consultation"}
    assert owed(since, "consultation")["since"] == date(2000, 2, 9)
    assert in_force(before) == {"consultation"}
    assert owed(before, "defence")["in_force"] is False
    assert in_force(now) == {"defence", "nonaggression", "consultation"}
    assert owed(now, "defence")["since"] == date(2024, 12, 4)


def test_india_and_pakistan_by_year() -> None:
    """ATOP: Tashkent, 10 January 1966 (3530); Simla, 2 July 1972 (3705). Nothing before; never a pledge of defence."""
    said = "India and Pakistan have no obligation to each other on record in {}."
    assert [Partnership("IND", "PAK", year=year).summary() for year in (1950, 1965)] == [said.format(1950), said.format(1965)]
    assert Partnership("IND", "PAK", year=1966).summary() == (
        "India and Pakistan are bound to each other in 1966 by non-aggression (since 1966)."
    )
    assert in_force(Partnership("IND", "PAK", year=2018)) == {"nonaggression", "consultation", "trade"}
    assert owed(Partnership("IND", "PAK", year=2018), "nonaggression")["since"] == date(1972, 7, 2)
    assert not any(owed(Partnership("IND", "PAK", year=year), "defence")["in_force"] for year in range(1947, 2019, 10))


def test_aukus_is_a_group_since_2021_and_its_members_have_what_the_record_has() -> None:
    with pytest.raises(InputError, match="AUKUS has no members on record in 2018"):
        Partnership("AUKUS", year=2018)
    assert [state.ccode for state in Partnership("AUKUS", year=2022).members] == [2, 200, 900]
    members = Partnership("AUS", "GBR", "USA", year=2018)
    defended = members.obligations().filter((pl.col("obligation") == "defence") & pl.col("in_force"))
    assert defended.select("state1", "state2").rows() == [("United States", "United Kingdom"), ("United States", "Australia")]


# ------------------------------------------------------------------------------------------------------------------ without


def test_without_bilateral_agreements_the_alliance_stays_and_without_all_it_does_not(usa_canada: Partnership) -> None:
    bilateral, none = usa_canada.without("bilateral"), usa_canada.without("all")
    assert in_force(bilateral) == {"defence", "nonaggression", "consultation", "trade"}
    assert owed(bilateral, "defence")["off"] is None
    assert owed(bilateral, "warning")["off"] == "bilateral: North American Air Defense Command, decision; NORAD Agreement"
    assert in_force(none) == set()
    assert owed(none, "defence")["off"] == "all: North Atlantic Treaty"
    assert none.summary() == (
        "The United States and Canada have no obligation to each other on record in 2022 with all obligations switched off."
    )


def test_without_a_type_that_type_is_off_and_nothing_else(usa_canada: Partnership) -> None:
    less = usa_canada.without("defence", "trade")
    assert in_force(less) == in_force(usa_canada) - {"defence", "trade"}
    assert owed(less, "trade")["off"].startswith("trade: ")
    assert less == usa_canada.without("defence").without("trade")
    assert usa_canada.off == ()


def test_what_is_off_in_part_goes_on_by_what_is_left() -> None:
    """Simla (ATOP 3705, 1972) binds the two alone; the treaty of 1976 that both joined by 2004 (ATOP 3755) binds others too."""
    pair = Partnership("IND", "PAK", year=2018)
    assert owed(pair, "nonaggression")["level"] == "both"
    less = owed(pair.without("bilateral"), "nonaggression")
    assert (less["in_force"], less["since"], less["level"]) == (True, date(2004, 7, 2), "multilateral")
    assert less["off"] == "bilateral: Pact of India and Pakistan, 1972"


def test_the_ledger_is_the_same_without(usa_canada: Partnership) -> None:
    assert usa_canada.without("all").ledger().equals(usa_canada.ledger())


@pytest.mark.parametrize(("switch", "hint"), [("bilaterl", "bilateral"), ("defense", "defence"), ("traid", "trade")])
def test_a_misspelt_switch_gets_the_nearest_name(usa_canada: Partnership, switch: str, hint: str) -> None:
    with pytest.raises(InputError, match=f"Did you mean .*{hint}"):
        usa_canada.without(switch)


def test_without_nothing_is_refused(usa_canada: Partnership) -> None:
    with pytest.raises(InputError, match="name what to switch off"):
        usa_canada.without()


# ------------------------------------------------------------------------------------------------------------------ pledges


@pytest.mark.parametrize("year", [1850, 1926, 1941, 1962, 1990, 2018])
def test_pledges_are_those_of_the_panel_that_mechanisms_read(year: int, record: Record) -> None:
    """For every ordered pair of all states, in the years of ATOP: Locarno (1926) and the year of German unity among them."""
    everyone = Partnership([f"cow:{state.ccode}" for state in StateSystem.of(record).members(year)], year=year, record=record)
    rows = panel("dyad-year", tuple(PACTS.values()), directed=True, years=(year, year), record=record)
    ours = rows.select("ccode1", "ccode2", "year").join(everyone.pledges(), on=["ccode1", "ccode2", "year"], how="left")
    assert ours.select(PACTS.values()).equals(rows.select(PACTS.values()))
    assert ours.select(pl.col("^.*_age$").max()).row(0) == (0,) * len(PACTS)


def test_after_the_alliance_data_pledges_are_carried_with_their_age_unless_a_fact_tells() -> None:
    pledged = Partnership("USA", "CAN", year=2022).pledges().row(0, named=True)
    assert (pledged["defence_pact"], pledged["defence_pact_age"]) == (True, 0)
    assert (pledged["neutrality_pact"], pledged["neutrality_pact_age"]) == (False, 4)
    carried = Partnership("CUB", "PRK", year=2025).pledges().row(0, named=True)
    assert (carried["defence_pact"], carried["defence_pact_age"]) == (True, 7)


def test_pledges_have_a_direction() -> None:
    pledges = Partnership("USA", "JPN", year=2018).pledges()
    assert pledges.select("ccode1", "ccode2", "defence_pact").rows() == [(2, 740, True), (740, 2, False)]


def test_pledges_without(usa_canada: Partnership) -> None:
    kept, gone = usa_canada.without("bilateral").pledges(), usa_canada.without("all").pledges()
    assert kept.equals(usa_canada.pledges())
    assert not gone.select(pl.any_horizontal(pl.col(PACTS.values()).any())).item()
    assert not any(Partnership("USA", "KOR", year=2018).without("bilateral").pledges()["defence_pact"])


# ------------------------------------------------------------------------------------------------------- of any partnership

CODES = (2, 20, 70, 200, 255, 365, 710, 731, 732, 740, 750, 770, 840, 900)
"""States that were members in every year drawn."""


members = st.lists(st.sampled_from(CODES), min_size=2, max_size=5, unique=True)
years = st.integers(1991, 2025)
switches = st.lists(st.sampled_from([*LEVELS, *OBLIGATIONS]), min_size=1, max_size=3, unique=True)
COUNTED = ("in_force", "last_known")


@given(members, years, switches)
@settings(max_examples=25, deadline=None)
def test_without_never_adds_an_obligation(codes: list[int], year: int, off: list[str]) -> None:
    partnership = Partnership(*codes, year=year)
    less = partnership.without(*off)
    before, after = partnership.obligations(), less.obligations()
    for name in COUNTED:
        added = after[name].fill_null(False) & ~before[name].fill_null(False)
        assert not added.any()
    assert after.filter(pl.col("obligation").is_in(off))["in_force"].any() is False
    for name in PACTS.values():
        added = less.pledges()[name].fill_null(False) & ~partnership.pledges()[name].fill_null(False)
        assert not added.any()


@given(members.flatmap(lambda codes: st.tuples(st.just(codes), st.permutations(codes))), years)
@settings(max_examples=15, deadline=None)
def test_the_order_of_the_members_changes_nothing_but_the_name(orders: tuple[list[int], list[int]], year: int) -> None:
    partnership, other = (Partnership(*codes, year=year) for codes in orders)
    assert other.ledger().equals(partnership.ledger())
    assert other.obligations().equals(partnership.obligations())
    assert other.pledges().equals(partnership.pledges())


@given(members, years)
@settings(max_examples=15, deadline=None)
@example([732, 710, 750], 2002)  # an accession has a name of its own in DESTA
def test_the_vector_is_whole_and_agrees_with_itself(codes: list[int], year: int) -> None:
    partnership = Partnership(*codes, year=year)
    rows = partnership.obligations()
    assert rows.height == len(codes) * (len(codes) - 1) // 2 * len(OBLIGATIONS)
    known = rows.drop_nulls("in_force")
    assert known["in_force"].equals(known["last_known"], check_names=False)
    assert (known["age"] == 0).all()
    stand = rows.filter("last_known")
    assert stand["since"].null_count() == stand["level"].null_count() == 0
    assert (stand["agreements"].list.len() > 0).all()
    assert set(stand["agreements"].explode()) <= set(partnership.ledger()["title"])
    directed = partnership.pledges()
    for pledge in PLEDGES:
        either = directed.filter(pl.col(PACTS[pledge]).fill_null(False))
        pairs = {tuple(sorted(row)) for row in either.select("ccode1", "ccode2").rows()}
        assert pairs == set(stand.filter(obligation=pledge).select("ccode1", "ccode2").rows())
