"""What a user adds to the record: every importer on small files of the publishers' shape, faults, hostile files, declarations.

Where the raw files are there, the imported tables are compared with the statistics of the R package's tables, difference by
difference.
"""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from foedus.errors import InputError, RecordError
from foedus.record import publisher
from foedus.record.additions import add, add_declared, how_to_add, remove
from foedus.record.manifest import ADDED, Addition, declared, declared_sources, known_sources
from foedus.record.source import catalog
from foedus.record.store import Record, forget_opened, open_record

RESTRICTED = [source.id for source in catalog().values() if source.licence == "restricted"]

NMC = (
    "stateabb,ccode,year,milex,milper,irst,pec,tpop,upop,cinc,version\n"
    "USA,2,1816,3823,17,80,254,8659,101,0.0396975,2021\n"
    "CAN,20,1920,-9,5,1,2,8.5,3,.01,2021\n"
    "CAN,20,1900,1,5,1,2,8,3,.01,2021\n"
)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder of its own, which records opened in the test see."""
    folder = tmp_path / "data"
    monkeypatch.setenv("FOEDUS_DATA", str(folder))
    return folder


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Write a file and return its path."""

    def write(content: str | bytes, name: str = "file.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def archive(members: dict[str, str | bytes]) -> bytes:
    """A zip archive of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return buffer.getvalue()


def table(name: str) -> pl.DataFrame:
    return open_record().table(name)


def refusal(path: Path, source: str = "cow-nmc") -> str:
    """The message with which a file is refused."""
    with pytest.raises(InputError) as refused:
        add(source, path)
    message = str(refused.value)
    assert path.name in message or not path.name.isprintable()
    return message


# --------------------------------------------------------------------------------------------------------- every importer


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


DATES = "StartMonth{0},StartDay{0},StartYear{0},EndMonth{0},EndDay{0},EndYear{0}"
BETWEEN = (
    f"WarNum,WarName,WarType,ccode,StateName,Side,{DATES.format(1)},{DATES.format(2)},BatDeath\r"
    "139,World War II,1,255,Germany,2,9,1,1939,5,7,1945,-8,-8,-8,-8,-8,-8,1\r"
    "139,World War II,1,220,France,1,9,3,1939,6,25,1940,10,23,1944,8,14,1945,1\r"
    "139,World War II,1,740,Japan,2,12,7,1941,8,14,1945,-8,-8,-8,-8,-8,-8,1\r"
)
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
    assert [each.name for each in again.tables] == ["interstate_war_years", "intrastate_war_years"]
    assert table("interstate_war_years")["year"].max() == 1940
    assert table("intrastate_war_years").height == 5
    assert len(again.files) == 2
    assert len(list(again.folder.iterdir())) == 3, "two tables and the manifest, nothing of the first import"


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
        ("2,20,1,201612,192001\n", "1 spells have no dates or end before they begin"),
        ("2,20,9,192001,201612\n", "1 spells have a type that is none of 0 to 5"),
    ],
)
def test_impossible_spells_are_refused(spells: str, words: str, data: Path, file: Callable[..., Path]) -> None:
    assert words in refusal(file("state1no,state2no,conttype,begin,end\n" + spells), "cow-contiguity")


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


@pytest.mark.parametrize("source", RESTRICTED)
def test_every_restricted_source_has_a_reader_and_says_how_to_add_it(source: str) -> None:
    told = how_to_add(source)
    assert catalog()[source].url in told
    assert catalog()[source].download in told
    assert f"foedus record add {source.replace('_', '-')} PATH" in told
    with pytest.raises(InputError, match="there is no such file"):
        add(source, Path("nowhere.csv"))


# ----------------------------------------------------------------------------------------------------------- odd encodings


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


# ------------------------------------------------------------------------------------------------------------------ faults


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


# ----------------------------------------------------------------------------------------------------- the record with them


def test_a_record_says_which_imported_files_it_rests_on(record: Record, data: Path, file: Callable[..., Path]) -> None:
    added = add("cow-nmc", file(NMC))
    opened = open_record()
    assert (opened.version, opened.sha256) == (record.version, record.sha256)
    assert [each.as_dict() for each in opened.additions] == [
        {"source": "cow_nmc", "raw_sha256": [added.files[0].sha256], "sha256": added.sha256}
    ]
    assert opened.tables["material_capabilities"].licence == "restricted"
    assert opened.verify() == []
    assert open_record(additions=False).additions == ()
    assert "material_capabilities" not in open_record(additions=False).tables


def test_a_built_record_never_holds_additions(raw: Path, data: Path, file: Callable[..., Path], tmp_path: Path) -> None:
    from foedus.record.store import build_record

    add("cow-nmc", file(NMC))
    built = build_record(raw, tmp_path / "built", licences=frozenset({"open"}))
    assert built.additions == ()
    assert "material_capabilities" not in built.tables
    assert not list((tmp_path / "built").glob("material*"))


def test_the_same_file_gives_the_same_bytes(data: Path, file: Callable[..., Path], tmp_path: Path) -> None:
    def contents(addition: Addition) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in addition.folder.iterdir()}

    first = contents(add("cow-nmc", file(NMC), folder=tmp_path / "one"))
    second = contents(add("cow-nmc", file(NMC, "another name.csv"), folder=tmp_path / "two"))
    assert first == second


def test_a_release_foedus_was_not_tested_with_is_accepted_and_known_as_such(data: Path, file: Callable[..., Path]) -> None:
    assert len(add("cow-nmc", file(NMC)).unknown_files()) == 1


@pytest.fixture
def imported(data: Path, file: Callable[..., Path]) -> Path:
    """The Parquet file of an imported table."""
    addition = add("cow-nmc", file(NMC))
    return addition.path(addition.tables[0])


def test_a_damaged_addition_is_named_with_the_remedy(imported: Path) -> None:
    content = bytearray(imported.read_bytes())
    content[len(content) // 2] ^= 1
    imported.write_bytes(content)
    forget_opened()
    (fault,) = open_record().verify()
    for message in (fault, _unreadable()):
        assert "material_capabilities" in message
        assert "foedus record add cow_nmc PATH" in message
        assert "foedus record remove cow_nmc" in message


def _unreadable() -> str:
    with pytest.raises(RecordError) as refused:
        table("material_capabilities")
    return str(refused.value)


def test_a_missing_table_of_an_addition_is_named(imported: Path) -> None:
    imported.unlink()
    forget_opened()
    assert "is missing. Add the file again" in open_record().verify()[0]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"schema": "foedus/added/0"}', '{"schema": "foedus/added/1"}', "null"])
def test_a_damaged_manifest_is_named_and_can_be_removed_or_replaced(
    content: str, imported: Path, file: Callable[..., Path]
) -> None:
    (imported.parent / ADDED).write_text(content, encoding="utf-8")
    forget_opened()
    with pytest.raises(RecordError, match=r"added\.json is not the manifest .* `foedus record remove cow_nmc`"):
        open_record()
    add("cow-nmc", file(NMC))
    assert open_record().verify() == []
    (imported.parent / ADDED).write_text(content, encoding="utf-8")
    remove("cow-nmc")
    assert not imported.parent.exists()


def test_removing_leaves_what_is_not_ours(imported: Path) -> None:
    (imported.parent / "notes.txt").write_text("mine")
    remove("cow-nmc")
    assert [path.name for path in imported.parent.iterdir()] == ["notes.txt"]
    assert open_record().additions == ()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_a_folder_that_cannot_be_written_is_reported(data: Path, file: Callable[..., Path]) -> None:
    data.mkdir()
    data.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(InputError, match="FOEDUS_DATA may name another"):
        add("cow-nmc", file(NMC))


def test_a_data_folder_that_is_a_file_is_reported(file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOEDUS_DATA", str(file("x", "data.txt")))
    with pytest.raises(InputError, match="FOEDUS_DATA may name another"):
        add("cow-nmc", file(NMC))


def test_what_is_missing_of_a_source_of_several_files_is_said(data: Path, file: Callable[..., Path]) -> None:
    add("cow-wars", file(BETWEEN))
    with pytest.raises(InputError, match=r"Intra-StateWarData_v4\.1\.csv.*foedus record add cow-wars PATH"):
        table("intrastate_war_years")


# ------------------------------------------------------------------------------------------------------------ declarations

DECLARATION = """
id = "bases"
title = "Foreign military bases"
producer = "A. Author"
version = "2"
url = "https://example.org/bases"
citation = "Author, A. (2025). Foreign military bases."
unit = "state-year"
[keys]
ccode = "COW"
year = "yr"
[variables.foreign_bases]
label = "Foreign military bases in the state"
units = "bases"
column = "n_bases"
range = [0, inf]
absent = 0
sums = true
[variables.base_kind]
label = "Kind of base"
units = "level"
column = "kind"
values = { "0" = "none", "1" = "air" }
[variables.has_treaty]
label = "A treaty covers them"
units = "yes or no"
column = "treaty"
[variables.base_name]
label = "Name of the largest"
units = "text"
column = "name"
"""
BASES = "cow,YR,n_bases,kind,treaty,name\n2,2000,3,1,1,Ramstein\n20,2001,-9,0,FALSE,\n987,1900,1,0,0,x\n"


def declare(file: Callable[..., Path], content: str = BASES, **changes: str) -> Addition:
    text = DECLARATION
    for old, new in changes.items():
        text = text.replace(old.replace("_EQ_", " = "), new)
    return add_declared(file(content, "bases.csv"), file(text, "bases.toml"))


def test_a_declared_table_joins_the_record_and_extends_the_codebook(data: Path, file: Callable[..., Path]) -> None:
    addition = declare(file)
    assert table("added_bases").rows() == [(2, 2000, 3, 1, True, "Ramstein"), (20, 2001, None, 0, False, None)]
    assert addition.tables[0].dropped == 1
    assert list(declared()) == ["foreign_bases", "base_kind", "has_treaty", "base_name"]
    assert declared()["foreign_bases"] == {
        "unit": "state-year",
        "table": "added_bases",
        "sources": ["bases"],
        "coverage": [2000, 2001],
        "label": "Foreign military bases in the state",
        "units": "bases",
        "range": [0, float("inf")],
        "absent": 0,
        "sums": True,
    }
    source = declared_sources()["bases"]
    assert (source.licence, source.first_year, source.last_year) == ("restricted", 2000, 2001)
    assert source.bibtex.startswith("@misc{bases")
    assert {*known_sources()} == {*catalog(), "bases"}
    remove("bases")
    assert declared() == {}


def test_a_non_directed_table_may_give_both_directions(data: Path, file: Callable[..., Path]) -> None:
    toml = DECLARATION.split("[keys]", maxsplit=1)[0].replace("state-year", "dyad-year")
    toml += '[keys]\niso3_1 = "a"\niso3_2 = "b"\nyear = "year"\n[variables.pipelines]\nlabel = "x"\nunits = "x"\n'
    add_declared(file("a,b,year,pipelines\nUSA,CAN,2000,3\nCAN,USA,2000,3\nUSA,WLD,2000,1\n"), file(toml, "d.toml"))
    assert table("added_bases").rows() == [(2, 20, 2000, 3)]
    with pytest.raises(InputError, match="2 rows share a dyad-year with another and differ"):
        add_declared(file("a,b,year,pipelines\nUSA,CAN,2000,3\nCAN,USA,2000,4\n"), file(toml, "d.toml"))


def test_gleditsch_ward_codes_keep_their_place(data: Path, file: Callable[..., Path]) -> None:
    toml = DECLARATION.split("[keys]", maxsplit=1)[0]
    toml += '[keys]\ngwcode = "gw"\nyear = "year"\n[variables.pipelines]\nlabel = "x"\nunits = "x"\n'
    add_declared(file("gw,year,pipelines\n260,2000,3\n2,1700,1\n"), file(toml, "d.toml"))
    assert table("added_bases").select("gwcode", "ccode", "year", "pipelines").rows() == [(260, 255, 2000, 3)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {'"bases"': '"Bases!"', '"2"': "2", '"https': '"ftp'},
            ["id 'Bases!' is not made of", "version is missing", "url does"],
        ),
        ({'unit_EQ_"state-year"': 'unit = "state"'}, ["unit is none of state-year, dyad-year, directed dyad-year"]),
        ({'unit_EQ_"state-year"': 'unit = "dyad-year"'}, ["[keys] of a dyad-year are ccode1, ccode2 and year"]),
        ({"foreign_bases]": "polyarchy]"}, ["a variable polyarchy is there already (from foedus)"]),
        ({"foreign_bases]": "year]"}, ["'year' is no variable's name"]),
        ({"foreign_bases]": "x_age]"}, ["'x_age' is no variable's name"]),
        ({'id_EQ_"bases"': 'id = "gml"'}, ["id 'gml' is taken by foedus"]),
        ({"range_EQ_[0, inf]": "range = [3, 1]", "absent_EQ_0": "absent = true"}, ["range is not [lowest", "absent is true"]),
        ({"sums_EQ_true": "sum = true"}, ["'sum' is not part of a variable", "sums"]),
        ({'{ "0"': '{ "none"'}, ["values are not whole numbers"]),
        ({'units_EQ_"bases"': ""}, ["foreign_bases: units is missing"]),
        ({'title_EQ_"Foreign': 'title = "Two\\nlines'}, ["title is longer than 1000 letters or more than one line"]),
        ({"[keys]": "[key]"}, ["'key' is not part of one", "[keys] is missing"]),
        ({"id_EQ_": "id == "}, ["is not a declaration"]),
    ],
)
def test_every_fault_of_a_declaration_is_listed_at_once(
    changes: dict[str, str], words: list[str], data: Path, file: Callable[..., Path]
) -> None:
    with pytest.raises(InputError) as refused:
        declare(file, **changes)
    for word in words:
        assert word in str(refused.value)
    assert not data.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            BASES.replace("2000,3,1", "2000,-3,1"),
            "foreign_bases: 1 values of column n_bases are outside 0 to inf (first: -3.0)",
        ),
        (BASES.replace("2000,3,1", "2000,3,7"), "base_kind: 1 values of column kind are no declared value"),
        (BASES.replace("FALSE", "perhaps"), "has_treaty: 1 values of column treaty are neither 0 nor 1 (first: perhaps)"),
        (BASES.replace("n_bases", "bases"), "lacks the columns n_bases of the declared table"),
        (BASES + "2,2000,4,1,1,x\n", "2 rows share their cow, yr with another"),
    ],
)
def test_values_that_the_declaration_rules_out_are_refused(
    content: str, words: str, data: Path, file: Callable[..., Path]
) -> None:
    with pytest.raises(InputError) as refused:
        declare(file, content)
    assert words in str(refused.value)


def test_two_declarations_cannot_have_a_variable_of_one_name_but_one_may_be_declared_again(
    data: Path, file: Callable[..., Path]
) -> None:
    declare(file)
    declare(file)
    with pytest.raises(InputError, match=r"a variable foreign_bases is there already \(from bases\)"):
        declare(file, **{'id_EQ_"bases"': 'id = "others"'})


# ------------------------------------------------------------------------------------------------------------ command line


def test_the_commands_add_list_verify_and_remove(data: Path, file: Callable[..., Path], tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "foedus", "record", *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)

    file(NMC, "nmc.csv")
    done = run("add", "cow-nmc", "nmc.csv")
    assert done.stdout == "cow_nmc: material_capabilities, 2 rows; 1 rows of non-members left out\n"
    assert "not the release foedus was tested with" in done.stderr
    assert "Singer" in done.stderr
    assert "material_capabilities,cow_nmc,restricted,2,1816,2022,true" in run("list").stdout
    assert "added by you: cow_nmc" in run("verify").stdout
    assert run("remove", "cow-nmc").returncode == 0
    assert "cow_nmc" not in run("list").stdout
    assert not (data / "cow_nmc").exists()
    for arguments, word in [
        (["add", "cow-nmc"], "name the file as well"),
        (["add", "cow-nmc", "nowhere.csv"], "there is no such file"),
        (["add", "a.csv", "b.csv", "--declare", "c.toml"], "name the file alone"),
        (["remove", "cow-nmc"], "Nothing has been added"),
    ]:
        refused = run(*arguments)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert word in refused.stderr


# -------------------------------------------------------------------------------------- the real files, against the reference

FILES = {
    "cow_nmc": ["capabilities/cow_nmc_v7.parquet"],
    "cow_mid": ["mids/cow_mid_dirdisps.parquet", "mids/cow_mid_disps.csv"],
    "cow_wars": ["wars/Inter-StateWarData_v4.0.csv", "wars/cow_war_intra.csv"],
    "cow_trade": ["trade/cow_trade_dyadic_v4_directed.parquet", "trade/cow_trade_state_year_v4.parquet"],
    "cow_igo": ["igo/cow_igo_joint_membership_ndy.parquet", "igo/cow_igo_state_year.parquet"],
    "cow_contiguity": ["contiguity/cow_contdir_v32.csv"],
    "polity": ["regimes/isard_cw_democracy.parquet"],
}


@pytest.fixture(scope="module")
def real(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], pl.DataFrame]:
    """Reads a table imported from the real files."""
    folder = tmp_path_factory.mktemp("real")
    additions = [
        [add(source, raw / "political" / name, folder=folder) for name in names][-1] for source, names in FILES.items()
    ]
    assert not [file for addition in additions for file in addition.unknown_files()]
    places = {each.name: addition.path(each) for addition in additions for each in addition.tables}
    return lambda name: pl.read_parquet(places[name])


@pytest.fixture(scope="module")
def reference(raw: Path) -> Callable[[str, str], dict[str, float]]:
    """A row of the R package's column statistics: file, column."""
    folder = raw.parent / "reference/peer-statistics"
    if not folder.is_dir():
        pytest.skip("needs the reference's statistics beside the raw files (../reference/peer-statistics)")
    return lambda name, column: pl.read_csv(folder / f"{name}.csv", null_values="NA").row(
        by_predicate=pl.col("column") == column, named=True
    )


MONADIC, FEWER, DYADIC = "state-year-cow-1816-2025", "state-year-cow-1946-2014-more", "directed-dyad-year-cow-1816-2025"


@pytest.mark.parametrize(
    ("name", "column", "theirs"),
    [
        *(("material_capabilities", name, name) for name in ("milex", "milper", "irst", "pec", "tpop", "upop", "cinc")),
        ("polity", "polity2", "polity2"),
        ("igo_memberships", "full", "sum_igo_full"),
        ("igo_memberships", "associate", "sum_igo_associate"),
        ("igo_memberships", "observer", "sum_igo_observer"),
        ("igo_memberships", "any_kind", "sum_igo_anytype"),
        ("national_trade", "imports", "imports"),
        ("national_trade", "exports", "exports"),
    ],
)
def test_imported_columns_have_the_references_statistics(
    name: str,
    column: str,
    theirs: str,
    real: Callable[[str], pl.DataFrame],
    reference: Callable[[str, str], dict[str, float]],
) -> None:
    values, expected = real(name)[column].drop_nulls(), reference(MONADIC, theirs)
    assert values.len() == expected["n"]
    assert values.cast(pl.Float64).sum() == pytest.approx(expected["sum"], rel=1e-12)
    assert (values.min(), values.max()) == (pytest.approx(expected["min"]), pytest.approx(expected["max"]))


def test_neighbours_differ_from_the_reference_only_where_it_takes_the_first_spell(
    raw: Path,
    record: Record,
    real: Callable[[str], pl.DataFrame],
    reference: Callable[[str, str], dict[str, float]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    spells = pl.read_csv(raw / "political/contiguity/cow_contdir_v32.csv", try_parse_dates=True)
    years = pl.int_ranges(pl.col("stdate").dt.year(), pl.col("enddate").dt.year() + 1, dtype=pl.Int16).alias("year")
    first = spells.with_columns(years).explode("year").unique(["ccode1", "ccode2", "year"], keep="first", maintain_order=True)
    assert first["conttype"].sum() == reference(DYADIC, "conttype")["sum"], "the reference takes the first spell of a year"
    closest = real("contiguity")
    both = first.filter(pl.col("ccode1") < pl.col("ccode2")).with_columns(pl.col("ccode1", "ccode2").cast(pl.Int16))
    apart = both.join(closest, on=["ccode1", "ccode2", "year"], how="left").filter(
        pl.col("conttype") != pl.col("type").fill_null(0)
    )
    assert apart.height * 2 == 1410, "directed dyad-years"
    again = apart.join(spells.filter(pl.col("conttype") > 0), on=["ccode1", "ccode2"], suffix="_other").filter(
        pl.col("year").is_between(pl.col("stdate_other").dt.year(), pl.col("enddate_other").dt.year()),
        pl.col("conttype_other") == pl.col("type"),
    )
    assert again.select("ccode1", "ccode2", "year").n_unique() == apart.height, "each has a closer spell in the same year"
    counts = _members(record, 1946, 2014).join(real("border_counts"), on=["ccode", "year"], how="left")
    for column in ("land", "sea"):
        ours, theirs = counts[column].sum(), reference(FEWER, column)["sum"]
        with capsys.disabled():
            told = f"\n{column} borders 1946–2014: {ours} here, {theirs:.0f} in the reference, which takes a year's first spell"
            sys.stdout.write(told)
        assert ours > theirs


def _members(record: Record, first: int, last: int) -> pl.DataFrame:
    return record.table("state_years").select("ccode", "year").filter(pl.col("year").is_between(first, last))


def test_civil_wars_are_the_references_and_their_onsets_those_of_the_government(
    real: Callable[[str], pl.DataFrame], reference: Callable[[str, str], dict[str, float]]
) -> None:
    rows = real("intrastate_war_years").filter(pl.col("year").is_between(1946, 2014))
    assert rows.height == reference(FEWER, "cowintraongoing")["sum"]
    assert reference(FEWER, "cowintraonset")["sum"] == 133
    assert rows["onset"].sum() == 153, "the reference's flag often sits on the row of a state that intervened"


def test_wars_between_states_are_those_of_the_package_and_those_it_misses(
    raw: Path, real: Callable[[str], pl.DataFrame]
) -> None:
    theirs = pl.read_csv(raw / "political/wars/cow_war_inter.csv", null_values="NA", schema_overrides={"year": pl.Int16})
    pairs = (
        theirs.filter(pl.col("ccode1") < pl.col("ccode2")).select(pl.col("ccode1", "ccode2").cast(pl.Int16), "year").unique()
    )
    ours = real("interstate_war_years")
    keys = ["ccode1", "ccode2", "year"]
    assert pairs.join(ours, on=keys, how="anti").is_empty()
    assert ours.join(pairs, on=keys, how="anti").select(keys).rows() == [
        (220, 255, 1944),
        (220, 255, 1945),
        (220, 310, 1944),
        (220, 310, 1945),
        (220, 740, 1944),
        (220, 740, 1945),
        (345, 640, 1913),
    ]


def test_the_participants_of_the_corrected_disputes_give_their_dyad_years(raw: Path, record: Record) -> None:
    from foedus.record.sources import cow_mid

    spells = pl.read_parquet(raw / "political/mids/gml_part.parquet").with_columns(fatality=0, hostlev=1)
    made = cow_mid._participants(
        pl.concat([spells.cast({"dispnum": pl.Int32}), _a_last_dispute(spells)], how="diagonal_relaxed").with_columns(
            pl.col("dispnum", "ccode", "styear", "endyear").cast(pl.Int32)
        )
    )["cow_dispute_dyad_years"].filter(pl.col("year") <= 2010)
    published = record.table("dispute_dyad_years")
    keys = ["dispute", "ccode1", "ccode2", "year"]
    assert published.join(made, on=keys, how="anti").is_empty()
    extra = made.join(published, on=keys, how="anti")
    sides = spells.group_by("dispnum", "ccode").agg(pl.col("sidea").n_unique()).filter(pl.col("sidea") > 1)
    assert extra.height == 12
    assert set(extra["dispute"]) <= set(sides["dispnum"]), "only of states that changed sides"


def _a_last_dispute(spells: pl.DataFrame) -> pl.DataFrame:
    """A dispute of 2014, where the reader expects the release to end."""
    both = spells.head(2).with_columns(
        dispnum=9999, styear=2014, endyear=2014, ccode=pl.Series([2, 20]), sidea=pl.Series([1, 0])
    )
    return both.with_columns(pl.col("dispnum").cast(pl.Int32))


def test_a_disputes_hostility_is_its_participants_highest_but_for_one(raw: Path, tmp_path: Path) -> None:
    folder = raw / "political/mids"
    alone = add("cow-mid", folder / "cow_mid_dirdisps.parquet", folder=tmp_path)
    before = pl.read_parquet(alone.path(alone.tables[0])).select("dispute", "hostility").unique()
    both = add("cow-mid", folder / "cow_mid_disps.csv", folder=tmp_path)
    after = pl.read_parquet(both.path(both.tables[0])).select("dispute", told="hostility").unique()
    joined = before.join(after, on="dispute")
    assert joined.filter(pl.col("hostility") != pl.col("told"))["dispute"].to_list() == [2212]


def test_every_flow_of_trade_is_the_files(raw: Path, real: Callable[[str], pl.DataFrame]) -> None:
    theirs = pl.read_parquet(raw / "political/trade/cow_trade_dyadic_v4_directed.parquet")
    ours = real("trade_flows")
    joined = theirs.join(ours, on=["ccode1", "ccode2", "year"], how="left")
    assert joined.filter(pl.col("flow1").cast(pl.Float32).ne_missing(pl.col("flow"))).is_empty()
    assert joined.filter(pl.col("smoothflow1").cast(pl.Float32).ne_missing(pl.col("smoothed"))).is_empty()
    assert ours.height == theirs.filter(pl.any_horizontal(pl.col("flow1", "smoothflow1").is_not_null())).height


def test_known_numbers_of_the_imported_files(real: Callable[[str], pl.DataFrame]) -> None:
    capabilities = real("material_capabilities").filter(pl.col("year") == 2022)
    assert capabilities.filter(pl.col("ccode") == 2)["milper"].item() == 1360
    assert capabilities.filter(pl.col("ccode") == 20)["cinc"].item() == pytest.approx(0.0081, abs=5e-5)
    usa_canada = (pl.col("ccode1") == 2) & (pl.col("ccode2") == 20)
    flows = real("trade_flows").filter(usa_canada & (pl.col("year") == 2014))
    assert flows["flow"].item() == 346_063
    assert real("shared_igos").filter(usa_canada & (pl.col("year") == 2014))["shared"].item() == 72
    assert real("contiguity").filter(usa_canada)["type"].unique().to_list() == [1]
    assert real("contiguity").filter(usa_canada)["year"].min() == 1920
    assert real("polity").filter((pl.col("ccode") == 20) & (pl.col("year") == 2018))["polity2"].item() == 10
