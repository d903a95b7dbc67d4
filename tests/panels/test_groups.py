"""Groups by date: which day of the year counts, who has no row and is named, a user's own groups, and the lists of them.

The European Union had 12 members from 1 November 1993, 15 from 1995, 25 from 1 May 2004, 27 from 2007, 28 from 1 July 2013, and
the United Kingdom until 31 January 2020 (europa.eu, EU member countries).
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import foedus
from foedus.errors import InputError
from foedus.panels.group_lists import group_remarks
from foedus.panels.groups import MEMBERSHIPS, group, memberships, named, spells
from foedus.panels.named import named_request
from foedus.panels.notes import notes
from foedus.panels.systems import GW
from foedus.record.store import Record

pytestmark = pytest.mark.filterwarnings("ignore::foedus.errors.PanelRemark")


def counts(name: str, record: Record, **choices: Any) -> dict[int, int]:
    found = foedus.panel("group-year", [], group=[name], record=record, **choices)
    return dict(found.select("year", "members").iter_rows())


# ------------------------------------------------------------------------------------------------------ the day that counts


@pytest.mark.parametrize(
    ("membership", "members"),
    [
        ("any", {1993: 12, 1994: 12, 1995: 15, 2003: 15, 2004: 25, 2006: 25, 2007: 27, 2013: 28, 2020: 28, 2021: 27}),
        ("start", {1994: 12, 1995: 15, 2003: 15, 2004: 15, 2006: 25, 2007: 27, 2013: 27, 2020: 28, 2021: 27}),
        ("end", {1993: 12, 1994: 12, 1995: 15, 2003: 15, 2004: 25, 2006: 25, 2007: 27, 2013: 28, 2020: 27, 2021: 27}),
    ],
)
@pytest.mark.parametrize("system", ["cow", "gw"])
def test_the_union_has_the_members_of_the_day_that_counts(
    membership: str, members: dict[int, int], system: str, record: Record
) -> None:
    found = counts("EU", record, membership=membership, system=system)
    assert {year: found[year] for year in members} == members
    assert min(found) == min(members)


@pytest.mark.parametrize("membership", MEMBERSHIPS)
def test_the_variable_counts_the_same_days_as_the_rows(membership: str, record: Record) -> None:
    found = foedus.panel("state-year", ["in_eu"], group=["EU"], membership=membership, record=record)
    assert found["in_eu"].all()
    british = foedus.panel("state-year", ["in_eu"], states=["GBR"], years=(2019, 2021), membership=membership, record=record)
    assert british["in_eu"].to_list() == [True, membership != "end", False]


@pytest.mark.parametrize(
    ("variable", "year", "members"),
    [
        ("in_eec", 1958, 6),
        ("in_eec", 1973, 9),
        ("in_eec", 1986, 12),
        ("in_asean", 1999, 10),
        ("in_oecd", 2021, 38),
        ("in_sco", 2024, 10),
        ("in_commonwealth", 2023, 56),
        ("in_council_of_europe", 2023, 46),
        ("in_african_union", 2018, 54),  # of 55: Western Sahara is in neither list of states
    ],
)
def test_members_counted_by_variable_are_as_many_as_the_organisation_says(
    variable: str, year: int, members: int, record: Record
) -> None:
    """The numbers are those of each organisation's own page of members and their accessions (`foedus groups NAME`)."""
    assert foedus.panel("state-year", [variable], years=(year, year), system="gw", record=record)[variable].sum() == members


def test_germany_is_one_member_in_1990_whatever_the_day_and_the_list(record: Record) -> None:
    for membership in MEMBERSHIPS:
        for system in ("cow", "gw"):
            assert counts("NATO", record, years=(1989, 1991), membership=membership, system=system) == dict.fromkeys(
                (1989, 1990, 1991), 16
            )


def test_yemen_and_serbia_go_on_under_their_later_numbers(record: Record) -> None:
    arab = memberships(record, "ARAB-LEAGUE")
    assert arab.filter(pl.col("ccode").is_in([678, 679, 680])).sort("first_year").rows() == [
        (678, 1945, 1990),
        (680, 1967, 1990),
        (679, 1990, None),
    ]
    serbian = memberships(record, "COUNCIL-OF-EUROPE", GW).filter(pl.col("gwcode").is_in([340, 345]))
    assert serbian.rows() == [(340, 2006, None), (345, 2003, 2006)]
    assert counts("COUNCIL-OF-EUROPE", record, years=(2005, 2006), system="gw") == {2005: 46, 2006: 46}


def test_a_member_counts_in_the_list_that_has_it(record: Record) -> None:
    """The Correlates of War Project has Liechtenstein from 1990, Gleditsch and Ward from 1806."""
    at = {system: spells(record, "COUNCIL-OF-EUROPE", system)["joined"] for system in (GW,)}
    assert date(1978, 11, 23) in at[GW].to_list()
    assert counts("COUNCIL-OF-EUROPE", record, years=(1980, 1980)) == {1980: 20}
    assert counts("COUNCIL-OF-EUROPE", record, years=(1980, 1980), system="gw") == {1980: 21}


def test_a_date_known_by_the_year_is_certain_neither_at_its_start_nor_when_it_ends(record: Record) -> None:
    algerian = {which: memberships(record, "OPEC", membership=which).filter(ccode=615).row(0) for which in MEMBERSHIPS}
    assert algerian == {"any": (615, 1969, None), "start": (615, 1970, None), "end": (615, 1969, None)}


def test_days_of_a_group_are_those_of_membership(record: Record) -> None:
    days = foedus.panel("state-day", [], group=["EU"], years=(2004, 2004), record=record)
    members = dict(days.group_by("date").agg(members=pl.len()).iter_rows())
    assert (members[date(2004, 4, 30)], members[date(2004, 5, 1)], len(members)) == (15, 25, 366)
    pairs = foedus.panel("dyad-day", [], group=["EU"], years=(2020, 2020), record=record)
    dyads = dict(pairs.group_by("date").agg(dyads=pl.len()).iter_rows())
    assert (dyads[date(2020, 1, 31)], dyads[date(2020, 2, 1)]) == (28 * 27 // 2, 27 * 26 // 2)
    with pytest.raises(InputError, match="a state-day panel has the members of each day"):
        named_request("state-day", [], group=["EU"], membership="end", record=record)


@pytest.mark.parametrize(
    ("name", "years"),
    [
        ("SEATO", (1955, 1977)),
        ("WEU", (1955, 2011)),
        ("EEC", (1958, 1993)),
        ("OAU", (1963, 2002)),
        ("WARSAW-PACT", (1955, 1991)),
    ],
)
def test_an_organisation_has_the_years_in_which_it_was(name: str, years: tuple[int, int], record: Record) -> None:
    found = counts(name, record)
    assert (min(found), max(found)) == years


def test_a_treaty_is_no_organisation(record: Record) -> None:
    pact = counts("MANILA-PACT", record)
    assert (min(pact), max(pact)) == (1955, 2022)  # the two left named it the ground of their alliance on 10 July 2022
    assert group("MANILA-PACT").source == "atop"
    assert group("SEATO").source == "organisations"


def test_canada_is_a_member_of_the_american_states_since_1990(record: Record) -> None:
    canadian = foedus.panel("state-year", ["in_oas"], states=["CAN"], years=(1988, 1991), record=record)
    assert canadian["in_oas"].to_list() == [False, False, True, True]


def test_which_membership_is_refused_if_it_is_none(record: Record) -> None:
    with pytest.raises(InputError, match="membership 'most' is none of any, start, end"):
        foedus.panel("group-year", [], group=["EU"], membership="most", record=record)


# ------------------------------------------------------------------------------------------------------ who has no row


@pytest.mark.parametrize(
    ("name", "years", "remark"),
    [
        ("AFRICAN-UNION", (2000, 2005), "list lacks have no row: Sahrawi Arab Democratic Republic (2002–2005)"),
        ("ARAB-LEAGUE", (2000, 2000), "Palestine (2000)"),
        ("APEC", (1991, 1992), "Hong Kong, China (1991–1992)"),
        ("COUNCIL-OF-EUROPE", (1985, 1989), "Liechtenstein (1985–1989); San Marino (1988–1989)"),
        (
            "ARAB-DEFENCE-TREATY",
            (2015, 2020),
            "the members of ARAB-DEFENCE-TREATY are known up to 2018: later years have no rows",
        ),
        ("BRICS", (2024, 2024), "dates of low confidence in BRICS (`foedus groups BRICS` tells why): Saudi Arabia"),
    ],
)
def test_a_member_without_a_row_is_named(name: str, years: tuple[int, int], remark: str, record: Record) -> None:
    request = named_request("group-year", [], group=[name], years=years, record=record)
    assert any(remark in told for told in group_remarks(request))
    assert notes(request)["members"] == group_remarks(request)
    with pytest.warns(foedus.PanelRemark, match=re.escape(remark)):
        foedus.panel("group-year", [], group=[name], years=years, record=record)


def test_taiwan_takes_part_in_apec_under_its_number(record: Record) -> None:
    assert 713 in memberships(record, "APEC")["ccode"].to_list()


def test_where_every_member_has_a_row_nothing_is_said(record: Record) -> None:
    assert group_remarks(named_request("group-year", [], group=["NATO"], record=record)) == []


# -------------------------------------------------------------------------------------------------- a user's own groups


def test_a_group_of_ones_own_has_a_name(record: Record) -> None:
    written = foedus.panel("group-year", ["in_nato"], group=["BALTIC=EST,LVA,LTU"], years=(2003, 2004), record=record)
    assert written.select("group", "year", "members", "in_nato_all").rows() == [
        ("BALTIC", 2003, 3, False),
        ("BALTIC", 2004, 3, True),
    ]
    mapped = foedus.panel("group-year", ["in_nato"], group={"BALTIC": ["EST", "LVA", "LTU"]}, years=(2003, 2004), record=record)
    assert mapped.equals(written)
    beside = foedus.panel("group-year", [], group=["EU", "BALTIC=EST,LVA,LTU"], years=(2003, 2003), record=record)
    assert beside["group"].to_list() == ["EU", "BALTIC"]
    pairs = foedus.panel("dyad-year", [], group=["BALTIC=EST,LVA,LTU"], years=(2003, 2003), record=record)
    assert pairs.select("ccode1", "ccode2").rows() == [(366, 367), (366, 368), (367, 368)]


def test_a_group_of_ones_own_may_have_dates(tmp_path: Path, record: Record) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        '[BALTIC]\nlabel = "Baltic states"\nmembers = ["EST", { state = "LVA", joined = 2000-06-01 }, '
        '{ state = "LTU", left = 2001-06-30 }]\n',
        encoding="utf-8",
    )
    for which, members in {"any": [2, 3, 3, 2], "start": [2, 2, 3, 2], "end": [2, 3, 2, 2]}.items():
        found = foedus.panel("group-year", [], group=[file], years=(1999, 2002), membership=which, record=record)
        assert found["members"].to_list() == members
    gw = foedus.panel("state-day", [], group=[str(file)], years=(2001, 2001), system="gw", record=record)
    assert gw.filter(gwcode=368)["date"].max() == date(2001, 6, 30)


def test_every_fault_of_ones_own_groups_is_said_at_once(tmp_path: Path, record: Record) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        '[NATO]\nmembers = ["FRA"]\n[MINE]\nmembrs = 1\nmembers = ["Atlantis", { state = "EST", joined = "1991" }, '
        '{ state = "LVA", joined = 2001-01-01, left = 2000-01-01 }]\n[NONE]\nmembers = []\n',
        encoding="utf-8",
    )
    with pytest.raises(InputError) as refused:
        named_request("group-year", [], group=[file], record=record)
    told = str(refused.value)
    assert told.startswith("6 faults in groups of your own:")
    for fault in (
        "mine.toml [NATO]: foedus knows a group of this name: choose another",
        "mine.toml [MINE]: 'membrs' is not part of a group. Did you mean members",
        'mine.toml [MINE]: no state is known as "Atlantis"',
        "mine.toml [MINE]: member 'EST': joined is no date such as 1991-09-17",
        "mine.toml [MINE]: member 'LVA': left before it joined",
        "mine.toml [NONE]: members is missing, or no list of states",
    ):
        assert fault in told


@pytest.mark.parametrize(
    ("content", "message"),
    [("members = [", "is not TOML"), ("", "defines no group"), ("a = 1", "defines no group"), (None, "cannot be read")],
)
def test_a_file_that_defines_no_group_is_refused(content: str | None, message: str, tmp_path: Path, record: Record) -> None:
    file = tmp_path / "mine.toml"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        named_request("group-year", [], group=[file], record=record)


# ------------------------------------------------------------------------------------------------------------- the lists


def test_every_group_is_listed(record: Record) -> None:
    listed = foedus.groups(record=record)
    assert listed["group"].to_list() == sorted(named())
    assert listed.filter(group="EU").row(0) == (
        *("EU", "European Union", "political", date(1993, 11, 1), None),
        *(27, "organisations", 2025),
    )


def test_a_group_is_listed_with_spells_and_suspensions(record: Record) -> None:
    syrian = foedus.groups("arab league", record=record).filter(ccode=652)
    assert syrian.select("status", "from", "until").rows() == [
        ("member", date(1945, 3, 22), None),
        ("suspended", date(2011, 11, 16), date(2023, 5, 6)),
    ]
    british = foedus.groups("EU", record=record).filter(ccode=200)
    assert british.select("from", "until", "began_as", "ended_as", "confidence").rows() == [
        (date(1993, 11, 1), date(2020, 1, 31), "founder", "withdrawal", "high")
    ]
    unlisted = foedus.groups("AFRICAN-UNION", record=record).filter(pl.col("ccode").is_null())
    assert unlisted["member"].to_list() == ["Sahrawi Arab Democratic Republic"]
    anzus = foedus.groups("ANZUS", record=record)
    assert anzus["member"].to_list() == ["Australia", "New Zealand", "United States"]
    assert anzus["until"].null_count() == 3
    assert set(anzus["note"]) == {"known to 2025; nothing tells of an end"}


def test_a_group_that_there_is_not_is_refused_with_those_that_there_are(record: Record) -> None:
    with pytest.raises(InputError, match=r"no group is called 'ASAEN'. Did you mean ASEAN\? There are AFRICAN-UNION, ANZUS, "):
        foedus.groups("ASAEN", record=record)
