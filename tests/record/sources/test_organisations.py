"""Organisations and their members: counts on days for which the number is officially told, and what a row must have."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from foedus.record.source import catalog
from foedus.record.sources.organisations import ORGANISATIONS, read
from foedus.record.store import Record

TABLES = read(Path())
MEMBERS, SUSPENSIONS = TABLES["organisation_members"], TABLES["organisation_suspensions"]

COUNTS: dict[str, tuple[str, dict[str, int]]] = {
    # organisation: (where the number is told, day → number of members)
    "NATO": (
        "nato.int, Member countries",
        {
            "1949-08-24": 12,
            "1952-02-18": 14,
            "1955-05-06": 15,
            "1982-05-30": 16,
            "1999-03-12": 19,
            "2004-03-29": 26,
            "2024-03-07": 32,
        },
    ),
    "WARSAW-PACT": (
        "UN Treaty Series 2962 (8 parties); protocol of 1 July 1991 (6 parties)",
        {"1955-06-30": 8, "1960-01-01": 8, "1968-09-14": 7, "1990-10-03": 6, "1991-07-01": 6},
    ),
    "WEU": (
        "weu.int, Delegations (10 member states, with years)",
        {"1955-05-06": 7, "1989-12-31": 7, "1990-03-27": 9, "1995-03-06": 10, "2011-06-30": 10},
    ),
    "SEATO": (
        "history.state.gov, Southeast Asia Treaty Organization",
        {"1955-02-19": 8, "1965-01-01": 8, "1973-11-07": 8, "1973-11-08": 7, "1977-06-30": 7},
    ),
    "CSTO": (
        "odkb-csto.org, From the treaty to the organization",
        {"2003-09-18": 6, "2006-12-31": 7, "2011-12-31": 7, "2012-12-31": 6, "2025-12-31": 6},
    ),
    "AUKUS": (
        "gov.uk, announcement of 15 September 2021",
        dict.fromkeys(("2021-09-15", "2021-12-31", "2022-12-31", "2023-03-13", "2025-12-31"), 3),
    ),
    "QUAD": (
        "dfat.gov.au, The Quad; joint statement of the leaders, 12 March 2021",
        {"2007-05-31": 4, "2008-03-01": 0, "2017-11-12": 4, "2021-03-12": 4, "2024-09-21": 4},
    ),
    "FIVE-EYES": (
        "nsa.gov, UKUSA agreement release 1940–1956",
        {"1946-03-05": 2, "1948-12-31": 3, "1955-12-31": 3, "1956-12-31": 5, "2010-06-25": 5},
    ),
    "EEC": (
        "europa.eu, EU member countries by year of entry",
        {"1958-01-01": 6, "1973-01-01": 9, "1981-01-01": 10, "1986-01-01": 12, "1993-10-31": 12},
    ),
    "EU": (
        "europa.eu, EU member countries by year of entry; Eurostat glossary, European Union (12 members at the end of 1994)",
        {
            "1993-11-01": 12,
            "1994-12-31": 12,
            "1995-01-01": 15,
            "2004-04-30": 15,
            "2004-05-01": 25,
            "2006-12-31": 25,
            "2007-01-01": 27,
            "2013-07-01": 28,
            "2020-01-31": 28,
            "2020-02-01": 27,
        },
    ),
    "COUNCIL-OF-EUROPE": (
        "coe.int, Member states by accession date; Vienna declaration of 9 October 1993 (32); resolution of 16 March 2022",
        {"1949-05-05": 10, "1989-05-05": 23, "1993-10-09": 32, "2007-05-11": 47, "2022-03-15": 47, "2022-03-16": 46},
    ),
    "OSCE": (
        "Helsinki Final Act (35), Charter of Paris (34), Budapest document 1994 (53), osce.org, Participating States (57)",
        {"1975-08-01": 35, "1990-11-21": 34, "1994-12-06": 53, "2000-11-10": 55, "2006-06-22": 56, "2012-11-21": 57},
    ),
    "BENELUX": (
        "benelux.int, History",
        dict.fromkeys(("1960-11-01", "1980-01-01", "2000-01-01", "2012-01-01", "2025-12-31"), 3),
    ),
    "NORDIC-COUNCIL": (
        "norden.org, About the Nordic Council (five countries, and three autonomous areas)",
        {"1952-12-31": 4, "1955-12-31": 5, "1970-12-31": 7, "1984-12-31": 8, "2025-12-31": 8},
    ),
    "VISEGRAD": (
        "visegradgroup.eu, History",
        {"1991-02-15": 3, "1992-12-31": 3, "1993-01-01": 4, "2004-05-01": 4, "2025-12-31": 4},
    ),
    "ARCTIC-COUNCIL": (
        "Ottawa declaration of 19 September 1996; arctic-council.org, Arctic States",
        dict.fromkeys(("1996-09-19", "2000-01-01", "2013-05-15", "2022-03-03", "2025-12-31"), 8),
    ),
    "CIS": (
        "Belovezha agreement (3); cis.minsk.by, About the Commonwealth (12 since December 1993, 11 since August 2009)",
        {"1991-12-08": 3, "1993-12-31": 12, "2000-01-01": 12, "2009-08-18": 12, "2009-08-19": 11},
    ),
    "EAEU": (
        "eaeunion.org, General information",
        {"2015-01-01": 3, "2015-01-02": 4, "2015-08-31": 5, "2020-01-01": 5, "2025-12-31": 5},
    ),
    "SCO": (
        "sectsco.org, About; declarations of Astana 2017, New Delhi 2023, Astana 2024",
        {"2001-06-15": 6, "2016-12-31": 6, "2017-06-09": 8, "2023-07-04": 9, "2024-07-04": 10},
    ),
    "OAS": (
        "oas.org, Signatories and ratifications of the charter; Member states",
        {
            "1948-04-30": 21,
            "1967-12-31": 23,
            "1979-12-31": 28,
            "1990-01-07": 32,
            "1990-01-08": 33,
            "1991-01-08": 35,
            "2023-11-19": 35,
            "2023-11-20": 34,
        },
    ),
    "MERCOSUR": (
        "mercosur.int, MERCOSUR countries",
        {"1991-11-29": 4, "2006-07-04": 4, "2012-08-12": 5, "2020-01-01": 5, "2024-12-31": 6},
    ),
    "ARAB-LEAGUE": (
        "lasportal.org, Member states",
        {"1945-05-05": 7, "1962-08-16": 13, "1977-09-04": 22, "1990-05-22": 21, "1993-11-20": 22},
    ),
    "GCC": (
        "gcc-sg.org, Member states",
        dict.fromkeys(("1981-05-25", "1990-08-02", "2003-01-01", "2017-06-05", "2025-12-31"), 6),
    ),
    "OAU": (
        "au.int, Member states (32 founders, 53 in 2002); Zimbabwe was admitted as the 50th, South Africa as the 53rd",
        {"1963-05-25": 32, "1980-06-30": 50, "1982-02-22": 51, "1994-06-06": 53, "2002-07-08": 53},
    ),
    "AFRICAN-UNION": (
        "au.int, Member states",
        {"2002-07-09": 53, "2010-12-31": 53, "2011-07-27": 54, "2017-01-31": 55, "2025-12-31": 55},
    ),
    "ECOWAS": (
        "ecowas.int, Member states; communiqué of the 66th Authority: three cease to be members from 29 January 2025",
        {"1975-05-28": 15, "1977-12-31": 16, "2001-01-01": 15, "2025-01-28": 15, "2025-01-29": 12},
    ),
    "EAC-1967": (
        "eac.int, History",
        dict.fromkeys(("1967-12-01", "1970-01-01", "1973-01-01", "1975-01-01", "1976-12-31"), 3),
    ),
    "EAC": (
        "eac.int, Overview",
        {"2000-07-07": 3, "2007-07-01": 5, "2016-12-31": 6, "2022-12-31": 7, "2024-03-04": 8},
    ),
    "SADC": (
        "sadc.int, Member states",
        {"1992-08-17": 10, "1994-08-29": 11, "1997-09-08": 14, "2008-12-31": 15, "2017-12-31": 16},
    ),
    "ASEAN": (
        "asean.org, Member states",
        {"1967-08-08": 5, "1984-01-07": 6, "1995-07-28": 7, "1999-04-30": 10, "2025-10-26": 11},
    ),
    "SAARC": (
        "saarc-sec.org, About",
        {"1985-12-08": 7, "2000-01-01": 7, "2007-04-02": 7, "2007-04-03": 8, "2025-12-31": 8},
    ),
    "APEC": (
        "international.gc.ca, History and membership of APEC",
        {"1989-11-30": 12, "1991-11-30": 15, "1993-11-30": 17, "1994-11-30": 18, "1998-11-30": 21},
    ),
    "PACIFIC-ISLANDS-FORUM": (
        "forumsec.org, The Pacific Islands Forum; aric.adb.org (16); communiqué of Pohnpei 2016 (18)",
        {"1971-08-05": 7, "1980-12-31": 13, "1995-12-31": 16, "2016-09-30": 18, "2025-12-31": 18},
    ),
    "COMMONWEALTH": (
        "thecommonwealth.org: London Declaration (8), Namibia 50th, Mozambique 53rd, Rwanda 54th, Togo 56th",
        {"1949-04-28": 8, "1990-03-21": 50, "1995-11-30": 53, "2009-11-29": 54, "2022-06-25": 56},
    ),
    "OECD": (
        "oecd.org, Ratification of the convention (20 founders, the last on 29 March 1962; 38 now)",
        {"1962-03-29": 20, "1973-05-29": 24, "2000-12-14": 30, "2010-12-09": 34, "2016-07-01": 35, "2021-05-25": 38},
    ),
    "OPEC": (
        "opec.org, Member countries; Brief history",
        {"1960-09-14": 5, "1975-12-31": 13, "2009-01-31": 12, "2018-06-30": 15, "2024-01-01": 12},
    ),
    "G7": (
        "g7hiroshima.go.jp, About the G7 (six states in 1975, Canada since 1976)",
        {"1975-11-15": 6, "1976-06-30": 7, "1997-06-20": 7, "2014-06-04": 7, "2025-12-31": 7},
    ),
    "G8": (
        "g7hiroshima.go.jp, About the G7",
        dict.fromkeys(("1998-05-15", "2002-06-26", "2006-07-15", "2013-06-17", "2014-03-24"), 8),
    ),
    "G20": (
        "g20.org, About (19 countries and the European Union; the African Union since 2023)",
        {"1999-12-15": 20, "2008-11-14": 20, "2023-09-08": 20, "2023-09-09": 21, "2025-12-31": 21},
    ),
    "BRICS": (
        "brics.br, About the BRICS (11 members)",
        {"2009-06-16": 4, "2011-04-14": 5, "2023-08-24": 5, "2024-01-01": 10, "2025-01-06": 11},
    ),
    "NAM": (
        "documents of Belgrade (25), Cairo (47), Kuala Lumpur 2003 (116), Havana 2006 (118), Tehran (120), Kampala (121)",
        {"1961-09-06": 25, "1964-10-10": 47, "2003-02-25": 116, "2006-09-16": 118, "2012-08-31": 120, "2024-01-20": 121},
    ),
}


def on(table: pl.DataFrame, day: date, first: str = "joined", last: str = "left") -> pl.DataFrame:
    return table.filter((pl.col(first) <= day) & (pl.col(last) >= day).fill_null(True))


@pytest.mark.parametrize("organisation", COUNTS)
def test_an_organisation_has_as_many_members_as_it_says_on_five_days(organisation: str) -> None:
    _, counts = COUNTS[organisation]
    assert len(counts) >= 5
    rows = MEMBERS.filter(organisation=organisation)
    assert {day: on(rows, date.fromisoformat(day)).height for day in counts} == counts


def test_every_organisation_is_counted() -> None:
    assert set(COUNTS) == set(TABLES["organisations"]["organisation"])
    assert len(COUNTS) == 41


def test_no_member_is_lost_when_the_record_is_built(record: Record) -> None:
    for name, frame in TABLES.items():
        assert (record.tables[name].rows, record.tables[name].dropped) == (frame.height, 0)
    kept = record.table("organisation_members")
    assert kept["ccode"].null_count() == MEMBERS["iso3"].null_count()


def test_members_that_are_in_no_list_of_states_have_their_names(record: Record) -> None:
    unlisted = record.table("organisation_members").filter(pl.col("ccode").is_null())
    assert set(unlisted["member"]) == {
        *("Sahrawi Arab Democratic Republic", "Palestine", "Hong Kong, China", "Holy See", "European Union", "African Union"),
        *("Faroe Islands", "Åland", "Greenland", "Cook Islands", "Niue", "French Polynesia", "New Caledonia"),
    }


def test_a_membership_ends_after_it_began_and_with_its_organisation() -> None:
    assert MEMBERS.filter(pl.col("left") < pl.col("joined")).is_empty()
    spans = MEMBERS.join(TABLES["organisations"].select("organisation", "founded", "ended"), on="organisation")
    assert spans.filter((pl.col("joined") < pl.col("founded")) | (pl.col("left") > pl.col("ended"))).is_empty()
    assert spans.filter(pl.col("ended").is_not_null() & pl.col("left").is_null()).is_empty()


def test_a_suspended_member_is_a_member() -> None:
    met = SUSPENSIONS.join(MEMBERS.select("organisation", "member", "joined", "left"), on=["organisation", "member"])
    held = met.filter((pl.col("start") >= pl.col("joined")) & (pl.col("start") <= pl.col("left")).fill_null(True))
    assert held.select("organisation", "member", "start").unique().height == SUSPENSIONS.height


def test_a_day_that_is_not_known_is_given_as_a_month_or_a_year() -> None:
    opec = MEMBERS.filter(organisation="OPEC", member="ECU").sort("joined")
    assert opec.select("joined", "joined_precision", "left", "left_precision", "left_as").rows() == [
        (date(1973, 1, 1), "year", date(1992, 12, 31), "month", "suspension"),
        (date(2007, 10, 1), "month", date(2019, 12, 31), "day", "withdrawal"),
    ]


def test_every_row_names_an_official_page_and_how_sure_it_is() -> None:
    for table in (MEMBERS, SUSPENSIONS):
        assert set(table["confidence"]) <= {"high", "medium", "low"}
        assert table["page"].str.starts_with("http").all()
        assert not table["page"].str.contains("wiki").any()
    assert set(MEMBERS["joined_as"]) == {"founder", "accession", "succession", "return"}
    assert set(MEMBERS["left_as"].drop_nulls()) == {"withdrawal", "suspension", "dissolution"}
    # what only a commonly given year stands behind is of low confidence
    assert set(MEMBERS.filter(pl.col("organisation") == "NAM", pl.col("joined_precision") == "year")["confidence"]) == {"low"}


def test_the_source_is_open_and_needs_no_file() -> None:
    source = catalog()["organisations"]
    assert source.licence == "open"
    assert not source.files
    assert ORGANISATIONS.is_file()
