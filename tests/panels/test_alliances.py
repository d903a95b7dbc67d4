"""Alliances by day and pledges by year: ATOP, with dated facts laid over it. Each date has its official document beside it."""

from __future__ import annotations

from datetime import date
from itertools import product

import polars as pl
import pytest

from foedus import panel
from foedus.errors import InputError
from foedus.panels.alliances import ATOP, FACTS, PAIR, PLEDGES, interrupted, memberships, ties
from foedus.panels.panel import panel as panel_of
from foedus.panels.pledges import _without, pledge_spells
from foedus.partnership.partnership import Partnership
from foedus.record.store import Record, open_record


@pytest.fixture(scope="module")
def record() -> Record:
    return open_record()


def pact(dyad: str, years: tuple[int, int], **choices: object) -> dict[int, bool | None]:
    rows = panel("dyad-year", ["defence_pact"], dyads=[dyad], years=years, **choices)
    return dict(rows.select("year", "defence_pact").iter_rows())


@pytest.mark.parametrize(
    ("treaty", "member", "bound"),
    [
        (3180, 2, date(1949, 8, 24)),  # North Atlantic Treaty, article 11; NATO, "Member countries"
        (3180, 290, date(1999, 3, 12)),  # the same page: Poland
        (3180, 341, date(2017, 6, 5)),  # the same page: Montenegro, by ATOP of 19 May 2016
        (3180, 375, date(2023, 4, 4)),  # the same page: Finland, after ATOP ends
        (3180, 380, date(2024, 3, 7)),  # the same page: Sweden
        (3375, 740, date(1960, 6, 23)),  # United States Embassy in Tokyo, on the sixtieth anniversary
        (3075, 160, date(1950, 8, 21)),  # OAS, B-29: Argentina's deposit
        (3075, 2, date(1948, 12, 3)),  # OAS, B-29: entry into force
    ],
)
def test_a_member_is_bound_from_the_day_of_the_official_document(record: Record, treaty: int, member: int, bound: date) -> None:
    rows = memberships(record).filter(agreement=f"atop:{treaty}", ccode=member)
    assert rows["start"].min() == bound


def test_a_pact_that_facts_do_not_date_keeps_the_day_of_atop(record: Record) -> None:
    """ATOP 3975, Cuba and North Korea, 11 March 1986."""
    row = memberships(record).filter(agreement="atop:3975", ccode=40).row(0, named=True)
    assert (row["start"], row["known_to"], row["dated_by"]) == (date(1986, 3, 11), 2018, ATOP)


def test_a_pact_that_a_document_replaces_ends_though_atop_goes_on() -> None:
    """France and Gabon: a treaty without such a pledge is in force since 1 June 2014 (Journal officiel, letters of 2019)."""
    assert pact("FRA-GAB", (2013, 2019)) == {year: year <= 2014 for year in range(2013, 2020)}
    assert pact("FRA-GAB", (2018, 2019), alliances_from="atop") == {2018: True, 2019: None}


def test_a_pact_counts_from_entry_into_force_and_not_from_signature() -> None:
    assert pact("USA-POL", (1997, 1999)) == {1997: False, 1998: False, 1999: True}
    assert pact("USA-POL", (1997, 1999), alliances_from="atop") == {1997: True, 1998: True, 1999: True}


def test_after_the_alliance_data_a_pact_is_what_a_fact_says() -> None:
    assert pact("USA-FIN", (2018, 2025)) == {year: year >= 2023 for year in range(2018, 2026)}
    assert pact("RUS-PRK", (2022, 2025)) == {2022: False, 2023: False, 2024: True, 2025: True}
    assert pact("FRA-GBR", (2019, 2025)) == dict.fromkeys(range(2019, 2026), True)


def test_a_pact_of_which_no_fact_speaks_is_unknown_after_the_alliance_data_and_carried_with_its_age() -> None:
    assert pact("CUB-PRK", (2018, 2020)) == {2018: True, 2019: None, 2020: None}
    rows = panel("dyad-year", ["defence_pact"], dyads=["CUB-PRK"], years=(2018, 2020), carry_forward=5)
    assert rows.select("defence_pact", "defence_pact_age").rows() == [(True, 0), (True, 1), (True, 2)]


def test_silence_after_the_alliance_data_is_never_no() -> None:
    assert pact("BRA-IND", (2018, 2019)) == {2018: False, 2019: None}
    known = panel_of("dyad-year", ["defence_pact"], years=(2019, 2025)).drop_nulls()
    told = ties(open_record(), FACTS).filter(
        pl.col("end").is_not_null() | (pl.col("known_to") > 2018) | (pl.col("start").dt.year() > 2018)
    )
    assert known.join(told.select(PAIR).unique(), on=PAIR, how="anti").is_empty()


def test_where_a_fact_says_up_to_when_it_is_in_force_nothing_is_known_later() -> None:
    """China and North Korea spoke of their treaty of 1961 on its sixtieth anniversary; nothing that was read is later."""
    assert pact("CHN-PRK", (2020, 2023)) == {2020: True, 2021: True, 2022: None, 2023: None}


def test_the_united_states_suspended_anzus_towards_new_zealand_alone() -> None:
    """Obligations suspended on 11 August 1986; ATOP ends New Zealand's membership towards Australia too."""
    assert pact("USA-NZL", (1951, 1953)) == {1951: False, 1952: True, 1953: True}
    assert pact("USA-NZL", (1985, 1988)) == {1985: True, 1986: True, 1987: False, 1988: False}
    assert pact("USA-NZL", (2018, 2025)) == dict.fromkeys(range(2018, 2026), False)
    assert pact("AUS-NZL", (1985, 1988)) == dict.fromkeys(range(1985, 1989), True)
    assert pact("AUS-NZL", (1985, 1988), alliances_from="atop") == {1985: True, 1986: True, 1987: False, 1988: False}


def test_the_clause_of_lisbon_holds_from_the_entry_into_force_of_the_treaty() -> None:
    """Article 42 (7) since 1 December 2009; ATOP counts from November 2007. The United Kingdom left on 31 January 2020."""
    assert pact("FIN-IRL", (2007, 2010)) == {2007: False, 2008: False, 2009: True, 2010: True}
    assert pact("GBR-IRL", (2018, 2022)) == {2018: True, 2019: True, 2020: True, 2021: False, 2022: False}


@pytest.mark.parametrize("year", [1950, 1998, 2008, 2018, 2020, 2023, 2025])
def test_panel_and_partnership_say_the_same(record: Record, year: int) -> None:
    for one, other in (("USA", "POL"), ("USA", "FIN"), ("USA", "NZL"), ("FRA", "DEU"), ("RUS", "PRK"), ("USA", "JPN")):
        for chosen in (FACTS, ATOP):
            try:
                pair = Partnership(one, other, year=year, alliances_from=chosen)
            except InputError:
                continue
            low, high = pair.dyad
            rows = panel_of(
                "dyad-year",
                [f"{name}_pact" for name in PLEDGES],
                dyads=[(low, high)],
                years=(year, year),
                alliances_from=chosen,
            )
            vector = pair.obligations().filter(pl.col("obligation").is_in(PLEDGES))
            assert rows.height in (0, 1)
            for name in PLEDGES if rows.height else ():
                assert vector.filter(obligation=name)["in_force"].item() == rows[f"{name}_pact"].item(), (
                    one,
                    other,
                    year,
                    name,
                )


def test_at_most_one_spell_speaks_of_a_directed_pair_in_a_year(record: Record) -> None:
    spells = pledge_spells(record).sort(*PAIR, "first_year")
    follow = spells.with_columns(before=pl.col("last_year").shift(1).over(PAIR))
    assert follow.filter(pl.col("first_year") <= pl.col("before")).is_empty()
    assert spells.filter(pl.col("first_year") > pl.col("last_year")).is_empty()


def test_pairs_whom_the_facts_do_not_concern_are_as_atop_has_them(record: Record) -> None:
    """Year by year, since the spells may be cut at other years."""
    ours, theirs = ties(record, FACTS), ties(record, ATOP)
    key = ["agreement", *PAIR, "start", "end", "known_to"]
    concerned = pl.concat(
        [one.join(two, on=key, how="anti", nulls_equal=True) for one, two in ((ours, theirs), (theirs, ours))]
    )
    by_year = []
    for chosen in (ATOP, FACTS):
        spells = pledge_spells(record, chosen).join(concerned, on=PAIR, how="anti")
        years = (
            spells.with_columns(year=pl.int_ranges("first_year", pl.col("last_year") + 1))
            .explode("year")
            .filter(pl.any_horizontal(PLEDGES))
        )
        by_year.append(years.drop("first_year", "last_year").sort(*PAIR, "year"))
    assert by_year[0].height > 100_000
    assert by_year[0].equals(by_year[1])


def test_a_suspension_cuts_a_pair_in_two() -> None:
    pair = {"agreement": ["a"], "ccode1": [2], "ccode2": [1], "start": [date(1950, 1, 1)], "end": [None], "ended_by": [ATOP]}
    breaks = {"agreement": ["a"], "ccode1": [1], "ccode2": [2], "stopped": [date(1960, 3, 1)], "resumed": [date(1961, 6, 30)]}
    cut = interrupted(pl.DataFrame(pair, schema_overrides={"end": pl.Date}), pl.DataFrame(breaks))
    assert cut.select("start", "end", "ended_by").rows() == [
        (date(1950, 1, 1), date(1960, 2, 29), FACTS),
        (date(1961, 7, 1), None, ATOP),
    ]


def test_spells_without_holes() -> None:
    spells = pl.DataFrame(
        {"ccode1": [1, 1], "ccode2": [2, 2], "first_year": [1900, 1920], "last_year": [1910, 1930], "x": [7, 8]}
    )
    holes = pl.DataFrame(
        {"ccode1": [1, 1, 1], "ccode2": [2, 2, 2], "first_year": [1899, 1905, 1925], "last_year": [1901, 1906, 1940]}
    )
    left = _without(spells, holes).sort("first_year").select("first_year", "last_year", "x").rows()
    assert left == [(1902, 1904, 7), (1907, 1910, 7), (1920, 1924, 8)]


def test_a_list_of_alliances_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="facts, atop"):
        panel("dyad-year", ["defence_pact"], dyads=["USA-CAN"], alliances_from="gibler")
    with pytest.raises(InputError, match="facts, atop"):
        Partnership("USA", "CAN", alliances_from="gibler")


def test_both_state_systems_say_the_same() -> None:
    for dyad, system in product(("USA-POL", "USA-FIN"), ("cow", "gw")):
        assert pact(dyad, (1998, 1999), system=system) == pact(dyad, (1998, 1999))
