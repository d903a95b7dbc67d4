"""Every importer on small files of the publishers' shape: what is read, odd but honest encodings, faults, hostile files."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

import foedus
from foedus.errors import InputError
from foedus.record import publisher
from foedus.record.additions import add, how_to_add, remove
from foedus.record.source import catalog
from foedus.record.store import Record, open_record
from tests.record.importing import BETWEEN, DATES, NMC, archive, refusal, table

RESTRICTED = [source.id for source in catalog().values() if source.licence == "restricted"]


def test_capabilities_are_read_from_the_publishers_csv(data: Path, file: Callable[..., Path]) -> None:
    addition = add("cow-nmc", file(NMC))
    assert table("material_capabilities").select("ccode", "year", "milex", "tpop").rows() == [
        (2, 1816, 3823.0, 8659.0),
        (20, 1920, None, 8.5),
    ]
    assert addition.tables[0].dropped == 1, "Canada was no member in 1900"


@pytest.mark.parametrize("name", ["cow-nmc", "cow_nmc"])
def test_a_source_is_named_with_either_hyphen_or_underscore(name: str, data: Path, file: Callable[..., Path]) -> None:
    assert add(name, file(NMC)).source.id == "cow_nmc"
    remove(name)
    assert open_record().additions == ()


def test_the_publishers_archive_in_an_archive_is_opened(data: Path, file: Callable[..., Path]) -> None:
    extended = "\n".join(f"{line},{'note' if not place else 'a source'}" for place, line in enumerate(NMC.splitlines()))
    inner = {"NMCv7/NMC-v7-abridged.zip": archive({"NMC-70-abridged.csv": NMC})}
    inner["NMCv7/NMC-v7-supplemental.zip"] = archive({"NMC-70-wsupplementary.csv": extended})
    add("cow-nmc", file(archive({**inner, "NMCv7/readme.pdf": b"%PDF"}), "NMCv7.zip"))
    assert table("material_capabilities").height == 2


def test_two_different_tables_of_one_form_are_refused(data: Path, file: Callable[..., Path]) -> None:
    both = archive({"a.csv": NMC, "b.csv": NMC.replace("3823", "3824")})
    assert "a.csv, b.csv all look like the state-year table and differ" in refusal(file(both, "nmc.zip"))


DIRECTED = (
    "dispnum,ccode1,ccode2,year,dispongoing,disponset,sidea1,sidea2,fatality1,fatality2,fatalpre1,fatalpre2,"
    "hiact1,hiact2,hostlev1,hostlev2,orig1,orig2\n"
    "7,2,20,2014,1,1,1,0,-9,0,-9,0,8,0,3,1,1,1\n"
    "7,20,2,2014,1,1,0,1,0,-9,0,-9,0,8,1,3,1,1\n"
)
MIDA = (
    "dispnum,stday,stmon,styear,endday,endmon,endyear,outcome,settle,fatality,fatalpre,maxdur,mindur,hiact,hostlev,recip,"
    "numa,numb,ongo2014,version\n7,1,5,2014,2,6,2014,-9,3,2,30,33,31,8,4,1,1,1,0,5\n"
)
MIDB = (
    "dispnum,stabb,ccode,stday,stmon,styear,endday,endmon,endyear,sidea,revstate,revtype1,revtype2,fatality,fatalpre,hiact,"
    "hostlev,orig,version\n"
    "7,USA,2,1,5,2013,2,6,2014,1,1,1,-9,-9,-9,8,3,1,5\n"
    "7,CAN,20,1,6,2014,2,6,2014,0,0,0,-9,0,0,0,1,1,5\n"
    "7,UKG,200,1,5,2013,2,6,2013,0,0,0,-9,0,0,0,1,0,5\n"
)


def test_disputes_have_the_columns_of_the_shipped_disputes(record: Record, data: Path, file: Callable[..., Path]) -> None:
    add("cow-mid", file(DIRECTED))
    assert table("cow_dispute_dyad_years").schema == record.table("dispute_dyad_years").schema
    row = table("cow_dispute_dyad_years").row(0, named=True)
    assert (row["dispute"], row["ccode1"], row["ccode2"], row["onset"], row["side_a1"]) == (7, 2, 20, True, True)
    assert (row["fatality1"], row["hostility1"], row["hostility"], row["fatality"]) == (None, 3, 3, None)


@pytest.mark.parametrize("order", [(DIRECTED, MIDA), (MIDA, DIRECTED)], ids=["dyads first", "disputes first"])
def test_the_second_file_completes_the_first(order: tuple[str, str], data: Path, file: Callable[..., Path]) -> None:
    for content in order:
        addition = add("cow-mid", file(content))
    assert len(addition.files) == 2
    rows = table("cow_dispute_dyad_years")
    assert rows.select("hostility", "fatality", "reciprocated", "end_month", "outcome").rows() == [(4, 2, True, 6, None)] * 2


def test_participants_on_opposite_sides_dispute_in_the_years_both_take_part(data: Path, file: Callable[..., Path]) -> None:
    add("cow-mid", file(archive({"MIDA 5.0.csv": MIDA, "MIDB 5.0.csv": MIDB}), "MID-5.zip"))
    rows = table("cow_dispute_dyad_years").select(
        "ccode1", "ccode2", "year", "onset", "revisionist1", "originator1", "hostility"
    )
    assert rows.sort("ccode1", "ccode2").rows() == [
        (2, 20, 2014, True, 1, True, 4),
        (2, 200, 2013, True, 1, True, 4),
        (20, 2, 2014, True, 0, True, 4),
        (200, 2, 2013, True, 0, False, 4),
    ]


def test_an_older_release_of_the_disputes_is_refused(data: Path, file: Callable[..., Path]) -> None:
    older = DIRECTED.replace("2014", "2010")
    assert "the disputes end in 2010, not in 2014" in refusal(file(older), "cow-mid")


WITHIN = (
    f"WarNum,WarName,WarType,CcodeA,SideA,CcodeB,SideB,Intnl,{DATES.format(1)},{DATES.format(2)}\n"
    "743,First Lebanese,4,660,Lebanon,-8,National Front,1,5,-9,1958,9,-9,1958,-8,-8,-8,-8,-8,-8\n"
    "743,First Lebanese,4,2,United States of America,-8,-8,1,7,15,1958,9,1,1958,-8,-8,-8,-8,-8,-8\n"
    "800,A regional war,6,750,India,-8,Somebody,0,1,1,1990,1,1,1991,-8,-8,-8,-8,-8,-8\n"
    "931,Going on,5,750,India,-8,Rebels,0,3,1,2006,-7,-7,-7,-8,-8,-8,-8,-8,-8\n"
    "932,Twice,5,750,India,-8,Rebels,0,3,1,2000,4,1,2000,1,1,2003,1,1,2003\n"
)


def test_states_are_at_war_while_their_spells_overlap(data: Path, file: Callable[..., Path]) -> None:
    add("cow-wars", file(BETWEEN))
    rows = table("interstate_war_years")
    france_and_germany = rows.filter(pl.col("ccode1") == 220, pl.col("ccode2") == 255)
    assert france_and_germany["year"].to_list() == [1939, 1940, 1944, 1945]
    assert france_and_germany["onset"].to_list() == [True, False, False, False]
    assert rows.filter(pl.col("ccode2") == 740)["year"].to_list() == [1944, 1945]
    assert (rows["ccode1"] < rows["ccode2"]).all()


def test_sides_of_a_war_are_told_apart_in_both_directions(data: Path, file: Callable[..., Path]) -> None:
    rows = [
        f"WarNum,WarName,WarType,ccode,StateName,Side,{DATES.format(1)},{DATES.format(2)},Initiator,Outcome,BatDeath",
        "1,Franco-Spanish War,1,230,Spain,2,4,7,1823,11,13,1823,-8,-8,-8,-8,-8,-8,2,2,600",
        "1,Franco-Spanish War,1,220,France,1,4,7,1823,11,13,1823,-8,-8,-8,-8,-8,-8,1,1,-9",
        "2,A smaller war,1,230,Spain,1,5,1,1823,6,1,1823,-8,-8,-8,-8,-8,-8,1,6,10",
        "2,A smaller war,1,220,France,2,5,1,1823,6,1,1823,-8,-8,-8,-8,-8,-8,2,6,10",
    ]
    add("cow-wars", file("\n".join(rows)))
    assert table("interstate_war_years").select("war", "wars", "onset", "resumed").rows() == [(1, 2, True, False)]
    told = table("interstate_war_sides").select(
        "ccode1", "ccode2", "initiator1", "outcome1", "battle_deaths1", "battle_deaths2"
    )
    assert told.rows() == [(220, 230, True, 1, None, 600), (230, 220, False, 2, 600, None)], "the deadlier of two wars speaks"


def test_participants_of_a_war_say_who_initiated_it_and_from_when_on_each_fought(data: Path, file: Callable[..., Path]) -> None:
    rows = [
        f"WarNum,WarName,WarType,ccode,StateName,Side,{DATES.format(1)},{DATES.format(2)},Initiator",
        "139,World War II,1,255,Germany,2,9,1,1939,5,7,1945,-8,-8,-8,-8,-8,-8,1",
        "139,World War II,1,220,France,2,12,-9,1940,10,-9,1942,-8,-8,-8,-8,-8,-8,-9",
        "139,World War II,1,220,France,1,9,3,1939,6,25,1940,10,23,1944,8,14,1945,2",
    ]
    add("cow-wars", file("\n".join(rows)))
    told = table("war_participants").select("ccode", "side", "initiator", pl.col("entered").dt.to_string(), "day_known")
    assert told.rows() == [
        (220, 1, False, "1939-09-03", True),
        (220, 2, None, "1940-12-01", False),
        (255, 2, True, "1939-09-01", True),
    ]


def test_a_war_that_goes_on_after_a_truce_is_resumed(data: Path, file: Callable[..., Path]) -> None:
    add("cow-wars", file(BETWEEN))
    rows = table("interstate_war_years").filter(pl.col("ccode1") == 220, pl.col("ccode2") == 255)
    assert rows["resumed"].to_list() == [False, False, True, False], "in 1944"


def test_civil_wars_are_those_of_the_government(data: Path, file: Callable[..., Path]) -> None:
    add("cow-wars", file(WITHIN))
    assert table("intrastate_war_years").select("ccode", "year", "onset", "wars").rows() == [
        (660, 1958, True, 1),
        (750, 2000, True, 1),
        (750, 2003, False, 1),
        (750, 2006, True, 1),
        (750, 2007, False, 1),
    ]


def test_adding_one_file_keeps_what_another_gave_and_adding_it_again_replaces_it(data: Path, file: Callable[..., Path]) -> None:
    add("cow-wars", file(BETWEEN))
    add("cow-wars", file(WITHIN))
    again = add("cow-wars", file(BETWEEN.replace(",10,23,1944,8,14,1945", ",-8,-8,-8,-8,-8,-8")))
    names = ["interstate_war_sides", "interstate_war_years", "intrastate_war_years", "war_participants"]
    assert [each.name for each in again.tables] == names
    assert table("interstate_war_years")["year"].max() == 1940
    assert table("intrastate_war_years").height == 5
    assert len(again.files) == 2
    assert len(list(again.folder.iterdir())) == 5, "four tables and the manifest, nothing of the first import"


TRADE = (
    "ccode1,ccode2,year,importer1,importer2,flow1,flow2,smoothflow1,smoothflow2,smoothtotrade,version\n"
    "2,20,1920,United States,Canada,611.86,735.48,611.86,735.48,1347.34,4\n"
    "2,20,1921,United States,Canada,-9,443,335,443,778,4\n"
    "2,200,1920,United States,United Kingdom,-9,-9,-9,-9,-9,4\n"
)


def test_each_dyad_of_the_publishers_gives_both_directions(data: Path, file: Callable[..., Path]) -> None:
    add("cow-trade", file(TRADE))
    rows = table("trade_flows")
    assert rows.schema["flow"] == pl.Float32
    assert rows.select("ccode1", "ccode2", "year").rows() == [(2, 20, 1920), (2, 20, 1921), (20, 2, 1920), (20, 2, 1921)]
    assert rows["flow"].to_list() == [pytest.approx(611.86), None, pytest.approx(735.48), 443]
    assert rows["smoothed"].to_list() == [pytest.approx(611.86), 335, pytest.approx(735.48), 443]


def test_a_table_of_both_directions_gives_the_same(data: Path, file: Callable[..., Path]) -> None:
    add("cow-trade", file(TRADE))
    once = table("trade_flows")
    mirrored = [
        f"{b},{a},{y},{n},{m},{g},{f},{t},{s},0,4"
        for a, b, y, m, n, f, g, s, t, *_ in (line.split(",") for line in TRADE.splitlines()[1:])
    ]
    add("cow-trade", file(TRADE + "\n".join(mirrored)))
    assert table("trade_flows").equals(once)


def test_the_archive_of_trade_gives_both_tables(data: Path, file: Callable[..., Path]) -> None:
    national = "ccode,statename,stateabb,year,imports,exports,version\n2,United States of America,USA,1870,462.38,-9,4\n"
    both = {"COW_Trade_4.0/Dyadic_COW_4.0.csv": TRADE, "COW_Trade_4.0/National_COW_4.0.csv": national}
    addition = add("cow-trade", file(archive(both), "COW_Trade_4.0.zip"))
    assert [each.name for each in addition.tables] == ["national_trade", "trade_flows"]
    assert table("national_trade").rows() == [(2, 1870, 462.38, None)]


def test_memberships_of_states_give_those_shared(data: Path, file: Callable[..., Path]) -> None:
    wide = (
        "ccode,year,state,AAAID,UN,NATO,OLD\n"
        "2,1990,usa,2,1,1,-1\n20,1990,canada,1,1,1,-1\n200,1990,unitedkingdom,3,1,-9,-1\n2,1991,usa,0,1,1,-1\n"
    )
    add("cow-igo", file(wide, "state_year_formatv3.csv"))
    assert table("igo_memberships").rows() == [
        (2, 1990, 2, 1, 0, 3),
        (2, 1991, 2, 0, 0, 2),
        (20, 1990, 3, 0, 0, 3),
        (200, 1990, 1, 0, 1, 2),
    ]
    assert table("shared_igos").rows() == [(2, 20, 1990, 2), (2, 200, 1990, 1), (20, 200, 1990, 1)]


def test_the_packages_counts_of_memberships_are_read(data: Path, file: Callable[..., Path]) -> None:
    add("cow-igo", file("ccode1,ccode2,year,dyadigos\n20,2,1990,72\n"))
    add("cow-igo", file("ccode,year,sum_igo_full,sum_igo_associate,sum_igo_observer,sum_igo_anytype\n2,1990,5,1,0,6\n"))
    assert table("shared_igos").rows() == [(2, 20, 1990, 72)]
    assert table("igo_memberships").columns == ["ccode", "year", "full", "associate", "observer", "any_kind"]


SPELLS = "dyad,statelno,statelab,statehno,statehab,conttype,begin,end,notes,version\n"


@pytest.mark.parametrize(
    "content",
    [
        SPELLS + "2020,2,USA,20,CAN,5,192001,195006,,3.2\n2020,2,USA,20,CAN,1,195007,201612,,3.2\n",
        "state1no,state2no,conttype,begin,end\n2,20,5,192001,195006\n20,2,5,192001,195006\n2,20,1,195007,201612\n",
        "ccode1,ccode2,conttype,stdate,enddate\n20,2,5,1920-01-01,1950-06-01\n20,2,1,1950-07-01,2016-12-01\n"
        "2,200,0,1900-01-01,2016-12-01\n",
    ],
    ids=["contdir", "both directions", "R package"],
)
def test_a_years_contiguity_is_the_closest_of_its_months(content: str, data: Path, file: Callable[..., Path]) -> None:
    add("cow-contiguity", file(content))
    rows = table("contiguity")
    assert rows.filter(pl.col("year").is_between(1949, 1951)).rows() == [(2, 20, 1949, 5), (2, 20, 1950, 1), (2, 20, 1951, 1)]
    assert (rows["year"].min(), rows["year"].max(), rows.height) == (1920, 2016, 97)
    counts = table("border_counts").filter(pl.col("year").is_in([1949, 1950]))
    assert counts.rows() == [(2, 1949, 0, 1), (2, 1950, 1, 0), (20, 1949, 0, 1), (20, 1950, 1, 0)]


@pytest.mark.parametrize(
    ("spells", "words"),
    [
        ("2,20,1,192001,200612\n", "the spells end in 2006, not in 2016"),
        ("2,20,1,201612,192001\n", "1 row ends before it begins (row 1: December 2016 to January 1920)"),
        ("2,20,1,192001,201610\n2,20,1,195007,195006\n", "1 row ends before it begins (row 2: July 1950 to June 1950)"),
        ("2,20,1,192013,201612\n", "1 row has a day that there is not (row 1: month 13 of 1920)"),
        ("2,9999,1,192001,201612\n", "column state2no has a number that no state has had in 1 row (row 1: 9999)"),
        ("2,20,9,192001,201612\n", "1 spells have a type that is none of 0 to 5"),
    ],
)
def test_impossible_spells_are_refused(spells: str, words: str, data: Path, file: Callable[..., Path]) -> None:
    assert words in refusal(file("state1no,state2no,conttype,begin,end\n" + spells), "cow-contiguity")


@pytest.mark.parametrize(
    ("source", "content", "told"),
    [
        ("cow-nmc", NMC.replace("USA,2,", "USA,999,"), "column ccode has a number that no state has had in 1 row (row 1: 999)"),
        (
            "cow-trade",
            TRADE.replace("2,200,", "2,999,"),
            "column ccode2 has a number that no state has had in 1 row (row 3: 999)",
        ),
        ("cow-wars", BETWEEN.replace(",9,1,1939,", ",13,1,1939,"), "(row 1: day 1 of month 13 of 1939)"),
        ("cow-wars", BETWEEN.replace(",6,25,1940,", ",6,31,1940,"), "(row 2: 31 June 1940)"),
        ("cow-wars", BETWEEN.replace(",10,23,1944,8", ",10,23,1946,8"), "(row 2: 23 October 1946 to 14 August 1945)"),
        ("cow-wars", BETWEEN + BETWEEN.splitlines()[1] + "\r", "1 row stands in the file twice (row 4: as row 1)"),
        ("cow-wars", WITHIN.replace("4,660,Leb", "4,661,Leb"), "column ccodea has a number that no state has had in 1 row"),
        ("cow-mid", MIDB.replace("2,1,5,2013,2,6,2014", "2,1,5,2014,2,6,2013"), "(row 1: 1 May 2014 to 2 June 2013)"),
        ("cow-mid", MIDB.replace("20,1,6,2014", "20,31,6,2014"), "(row 2: 31 June 2014)"),
        ("cow-mid", MIDA.replace("7,1,5,2014", "7,1,13,2014"), "(row 1: day 1 of month 13 of 2014)"),
        (
            "cow-mid",
            DIRECTED + DIRECTED.splitlines()[1].replace("7,2,20,2014,", "8,2,20,2014,") + "\n",
            "1 row lacks the row of the other direction (row 3: from 20 to 2, dispnum 8)",
        ),
        ("polity", "ccode,year,polity2\n341,2010,9\n999,2010,9\n", "column ccode has a number that no state has had"),
    ],
)
def test_rows_that_cannot_be_are_refused_with_their_numbers(
    source: str, content: str, told: str, data: Path, file: Callable[..., Path]
) -> None:
    assert told in refusal(file(content), source)
    assert not data.exists(), "nothing is half-written"


def test_politys_numbers_become_those_of_cow(data: Path, file: Callable[..., Path]) -> None:
    rows = [
        "USA,2,United States,1816,9",
        "CAN,20,Canada,2018,-9",
        "USR,364,USSR,1922,-7",
        "RUS,365,Russia,1922,-1",
        "USR,364,USSR,1923,-7",
        "AUS,305,Austria,1880,-4",
        "VIE,818,Vietnam,1990,-7",
        "KOS,341,Kosovo,2010,8",
        "MNT,348,Montenegro,2010,9",
        "USA,2,United States,1817,",
        "GCL,99,Gran Colombia,1825,1",
    ]
    addition = add("polity", file("scode,ccode,country,year,polity2\n" + "\n".join(rows)))
    assert table("polity").rows() == [
        (2, 1816, 9),
        (20, 2018, -9),
        (300, 1880, -4),
        (341, 2010, 9),
        (347, 2010, 8),
        (365, 1922, -7),
        (365, 1923, -7),
        (816, 1990, -7),
    ]
    assert addition.tables[0].dropped == 1


def test_a_table_with_cow_numbers_is_taken_as_it_stands(data: Path, file: Callable[..., Path]) -> None:
    add("polity", file("ccode,year,polity2\n341,2010,9\n"))
    assert table("polity").rows() == [(341, 2010, 9)]


def test_crises_are_counted_where_and_when_they_began(data: Path, file: Callable[..., Path]) -> None:
    """By the columns that the publisher documents; the real file has not been seen, and the user is told."""
    rows = "icb2,crisno,cracno,cracid,actor,yrtrig,sevvio\nICB2,196,500,2,USA,1962,2\nICB2,196,501,365,USR,1962,2\n"
    addition = add("icb", file(rows + "ICB2,195,499,2,USA,1962,1\nICB2,9,20,20,CAN,1900,1\n"))
    assert table("crisis_years").select("ccode", "year", "crises_begun", "crisis_violence").rows() == [
        (2, 1962, 2, 2),
        (365, 1962, 1, 2),
    ]
    assert addition.tables[0].dropped == 1, "Canada was no member in 1900"
    assert addition.unknown_files() == addition.files, "no release has been tried"
    panel = foedus.panel("state-year", ["crises_begun"], states=["USA"], years=(1962, 1963))
    assert panel["crises_begun"].to_list() == [2, 0]


@pytest.mark.parametrize("source", RESTRICTED)
def test_every_restricted_source_has_a_reader_and_says_how_to_add_it(source: str) -> None:
    told = how_to_add(source)
    assert catalog()[source].url in told
    assert catalog()[source].download in told
    assert f"foedus record add {source.replace('_', '-')} PATH" in told
    with pytest.raises(InputError, match="there is no such file"):
        add(source, Path("nowhere.csv"))


@pytest.mark.parametrize(
    "content",
    [
        NMC.replace("\n", "\r").encode(),
        NMC.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + NMC.encode(),
        NMC.encode("utf-16"),
        NMC.replace("USA", "C\u00f4te").encode("latin-1"),
        NMC.replace(",", ";").encode(),
        NMC.replace("ccode", '"CCode"').encode(),
        (NMC + "\n\n").encode(),
        NMC.replace("-9", "NA").encode(),
        NMC.replace("-9", "-9.0").encode(),
    ],
    ids=["CR", "CRLF", "BOM", "UTF-16", "Latin-1", "semicolons", "quoted header", "blank lines", "NA", "-9.0"],
)
def test_odd_but_honest_files_are_read_alike(content: bytes, data: Path, file: Callable[..., Path]) -> None:
    add("cow-nmc", file(content))
    assert table("material_capabilities").select("milex", "tpop", "cinc").rows() == [(3823, 8659, 0.0396975), (None, 8.5, 0.01)]


@pytest.mark.parametrize("name", ["a b.csv", "[x]*?.csv", "Ä-表.csv", "-o.csv", "a'b\".csv", "no_ending", "new\nline.csv"])
def test_a_path_of_odd_characters_is_just_a_path(name: str, data: Path, file: Callable[..., Path]) -> None:
    assert add("cow-nmc", file(NMC, name)).tables[0].rows == 2


def test_parquet_is_read_with_whatever_types_it_has(data: Path, tmp_path: Path) -> None:
    frame = pl.read_csv(io.BytesIO(NMC.encode()), infer_schema=False)
    frame.write_parquet(tmp_path / "text.parquet")
    add("cow-nmc", tmp_path / "text.parquet")
    first = table("material_capabilities")
    pl.read_csv(io.BytesIO(NMC.encode())).with_columns(pl.col("ccode").cast(pl.Float32)).write_parquet(tmp_path / "n.parquet")
    add("cow-nmc", tmp_path / "n.parquet")
    assert table("material_capabilities").equals(first)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", ["the file is empty"]),
        (NMC.splitlines()[0] + "\n", ["has a header and no rows"]),
        ("a,b,c\n1,2,3\n", ["lacks the columns", "cinc", "it has a, b, c"]),
        (NMC.replace("3823", "many"), ["column milex has 1 cells that are no number", "'many' in row 1"]),
        (NMC.replace("3823", "inf"), ["column milex has 1 cells that are no number"]),
        (NMC.replace("USA,2,", "USA,2.5,"), ["column ccode has 1 cells that are no whole number"]),
        (NMC.replace("USA,2,", "USA,,"), ["column ccode is missing or no code in 1 rows"]),
        (NMC.replace("USA,2,", "USA,123456,"), ["column ccode is missing or no code in 1 rows"]),
        (NMC + NMC.splitlines()[1] + "\n", ["2 rows share their ccode, year with another (first: 2, 1816)"]),
        (NMC.replace("stateabb", "year"), ["has two columns called year"]),
        (NMC + "USA,2,1817,1,2,3,4,5,6,7,8,9,10,11,12\n", ["is damaged or not what it seems"]),
        (NMC.replace(",2,1816", ",987,1816").replace(",20,1920", ",987,1920"), ["no row of material_capabilities belongs to"]),
        (b"\x00\x01\x02", ["neither CSV nor Parquet nor a zip archive"]),
        (b"PAR1" + b"x" * 100, ["damaged or not what it seems"]),
        (b"PK\x03\x04" + b"x" * 100, ["cannot be read"]),
        (archive({"readme.txt": "hello"}), ["it holds no CSV or Parquet file"]),
        (archive({"[Content_Types].xml": "<x/>", "xl/a.csv": NMC}), ["an office document", "save the table as CSV"]),
        (archive({"\x1b[31mred.csv": "a,b\n1,2\n"}), ["?[31mred.csv lacks the columns"]),
        (archive({f"{place}.csv": "" for place in range(publisher.MOST_MEMBERS + 1)}), ["holds more than 1000 files"]),
    ],
)
def test_each_fault_is_one_message_with_the_remedy(
    content: str | bytes, words: list[str], data: Path, file: Callable[..., Path]
) -> None:
    message = refusal(file(content))
    for word in words:
        assert word in message
    assert message.isprintable()
    if "belongs to" not in message:
        assert "NMCv7.zip" in message
        assert catalog()["cow_nmc"].url in message
    assert not data.exists(), "nothing is written for a file that is refused"


def test_every_fault_of_a_table_is_listed_at_once(data: Path, file: Callable[..., Path]) -> None:
    message = refusal(file(NMC.replace("3823", "many").replace(",17,", ",few,")))
    assert "column milex" in message
    assert "column milper" in message


def test_an_archive_that_unpacks_to_too_much_is_refused(
    data: Path, file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher._Allowance, "__init__", lambda self: setattr(self, "left", 10_000))
    bomb = archive({"a.csv": NMC + "0" * 20_000})
    assert "unpacks to more than" in refusal(file(bomb, "bomb.zip"))
    halves = archive({f"{place}.csv": NMC + "0" * 6_000 for place in range(2)})
    assert "unpacks to more than" in refusal(file(halves, "halves.zip"))
    nested = archive({f"{place}.zip": archive({"a.csv": NMC + "0" * 6_000}) for place in range(2)})
    assert "unpacks to more than" in refusal(file(nested, "nested.zip"))


def test_a_member_larger_than_it_claims_is_refused(data: Path, file: Callable[..., Path]) -> None:
    honest = archive({"a.csv": NMC})
    size = len(NMC).to_bytes(4, "little")
    assert honest.count(size) == 2
    lying = honest.replace(size, (10).to_bytes(4, "little"))
    assert "lying.zip" in refusal(file(lying, "lying.zip"))


def test_an_encrypted_member_is_refused(data: Path, file: Callable[..., Path]) -> None:
    locked = bytearray(archive({"a.csv": NMC}))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert "a.csv is encrypted" in refusal(file(bytes(locked), "locked.zip"))


def test_a_damaged_archive_is_refused(data: Path, file: Callable[..., Path]) -> None:
    damaged = bytearray(archive({"a.csv": NMC}))
    damaged[60] ^= 0xFF
    assert "damaged.zip" in refusal(file(bytes(damaged), "damaged.zip"))


def test_a_parquet_of_too_many_rows_is_refused(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "MOST_ROWS", 2)
    pl.read_csv(io.BytesIO(NMC.encode())).write_parquet(tmp_path / "long.parquet")
    assert "has more than 2 rows" in refusal(tmp_path / "long.parquet")


def test_folders_devices_and_spreadsheets_are_refused(data: Path, tmp_path: Path, file: Callable[..., Path]) -> None:
    assert "this is a folder" in refusal(tmp_path)
    assert "this is not a file" in refusal(Path(os.devnull))
    assert "save the table as CSV" in refusal(file(b"\xd0\xcf\x11\xe0" + b"\0" * 600, "p5v2018.xls"), "polity")


def test_a_source_that_is_not_for_adding_is_refused() -> None:
    with pytest.raises(InputError, match="Did you mean cow_nmc"):
        add("cow-nmk", Path("x"))
    with pytest.raises(InputError, match="the record that ships has it"):
        add("gml", Path("x"))
    with pytest.raises(InputError, match="has not been added"):
        remove("../../etc")
