"""Names in a user's own file: read by the one resolver, all told where they mean no state, and never a zero by loss."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

import foedus
from foedus.errors import InputError
from foedus.panels.codebook import codebook
from foedus.record.additions import Added, add_declared
from foedus.record.matching import match
from foedus.record.store import Record
from tests.record.importing import table

NAMES = """
USA 2000 = 2 2; United States of America 1950 = 2 2; U.S. 1900 = 2 2; UK 2000 = 200 200; Great Britain 1914 = 200 200;
Soviet Union 1970 = 365 365; USSR 1991 = 365 365; Russian Federation 2000 = 365 365; Türkiye 2023 = 640 640;
Turkey 1990 = 640 640; Ottoman Empire 1900 = 640 640; Côte d'Ivoire 2000 = 437 437; Ivory Coast 1970 = 437 437;
Czech Republic 2000 = 316 316; Czechoslovakia 1980 = 315 315; Slovak Republic 2000 = 317 317; Viet Nam 2000 = 816 816;
South Vietnam 1965 = 817 817; Republic of Korea 2000 = 732 732; Korea, South 2000 = 732 732;
Korea, Dem. People's Rep. 2000 = 731 731; North Korea 1990 = 731 731;
Myanmar 2000 = 775 775; Burma 1970 = 775 775; Iran (Islamic Republic of) 2000 = 630 630;
Persia 1900 = 630 630; Syrian Arab Republic 2000 = 652 652; Lao PDR 2000 = 812 812;
Bolivia (Plurinational State of) 2010 = 145 145; Venezuela, RB 2010 = 101 101;
United Republic of Tanzania 2000 = 510 510; Republic of Moldova 2000 = 359 359;
The former Yugoslav Republic of Macedonia 2000 = 343 343; Swaziland 1990 = 572 572; Eswatini 2020 = 572 572;
Cabo Verde 2020 = 402 402; Timor-Leste 2010 = 860 860; Bosnia-Herzegovina 2000 = 346 346; DR Congo 2000 = 490 490;
Zaire 1980 = 490 490; Congo, Rep. 2000 = 484 484; Gambia, The 2000 = 420 420; Egypt, Arab Rep. 2000 = 651 651;
Yemen, Rep. 2000 = 679 678; East Germany 1980 = 265 265; Germany, West 1980 = 260 260; Germany 2000 = 255 260;
Kyrgyz Republic 2000 = 703 703; Brunei Darussalam 2000 = 835 835; Micronesia, Fed. Sts. 2000 = 987 987;
Serbia and Montenegro 2004 = 345 345; Serbia 2010 = 345 340
"""
"""Fifty-two ordinary names, the year they are said for, and the COW and Gleditsch–Ward numbers they mean."""

DEAD = """
SUN 1970 = 365 365; DDR 1970 = 265 265; YUG 1970 = 345 345; CSK 1970 = 315 315; SCG 2004 = 345 345; YMD 1980 = 680 680;
VDR 1970 = 817 817; ROM 1990 = 360 360; ZAR 1990 = 490 490; BUR 1980 = 775 775; TMP 2002 = 860 860; DHY 1970 = 434 434;
HVO 1970 = 439 439; RHO 1970 = 552 552; XKX 2010 = 347 347
"""
"""ISO codes of states and names that are gone, Kosovo's unofficial one, and what they mean."""

HOUSE_STYLES = """
Korea South 1980 = 732 732; Vietnam North 1970 = 816 816; Germany West 1980 = 260 260; Yemen North 1980 = 678 678;
S. Sudan 2015 = 626 626; N. Korea 1999 = 731 731; Bosnia and Herz. 2000 = 346 346; Eq. Guinea 2000 = 411 411;
Solomon Is. 2000 = 940 940; Dem. Rep. Congo 2000 = 490 490; Ethiopia, The Federal Dem. Rep. of 2010 = 530 530;
São Tomé and Príncipe, Dem. Rep. of 2010 = 403 403; Comoros, Union of the 2010 = 581 581; China, P.R.: Mainland 2010 = 710 710;
Somalia, Fed. Rep. 2020 = 520 520; China, Taiwan Province of China 2000 = 713 713; Yemen, Dem. Rep. 1980 = 680 680;
Germany, Dem. Rep. 1980 = 265 265; Germany, Fed. Rep. 1980 = 260 260; Former USSR 1980 = 365 365;
Yugoslavia (former) 1980 = 345 345; Yugoslavia, Fed. Rep. 1999 = 345 345; Republic of the Union of Myanmar 2015 = 775 775;
People's Democratic Republic of Algeria 2000 = 615 615; Federal Democratic Republic of Nepal 2010 = 790 790;
Socialist Republic of Viet Nam 2000 = 816 816; Italian Republic 2000 = 325 325; Independent State of Samoa 2000 = 990 990;
Bolivia (Plurinational State of) 1960 = 145 145; Venezuela, RB 1975 = 101 101; Egypt, Arab Rep. 1965 = 651 651;
Iran (Islamic Republic of) 1965 = 630 630; Syrian Arab Republic 1950 = 652 652; Lao PDR 1965 = 812 812
"""
"""Names as Polity, the IMF, the World Bank, the United Nations and Natural Earth write them; the Bank and the United Nations
put today's label on all years of a state."""

DECLARATION = """
id = "bases"
title = "Bases"
producer = "A. Author"
version = "1"
url = "https://example.org/bases"
citation = "Author, A. (2025). Bases."
unit = "state-year"
coverage = [1970, 2010]
[keys]
state = "country"
year = "yr"
[variables.military_bases]
label = "Military bases"
units = "bases"
column = "n"
absent = 0
"""


@pytest.fixture(autouse=True)
def read_anew() -> Iterator[None]:
    """The codebook with what a test declares, and without it afterwards."""
    codebook.cache_clear()
    yield
    codebook.cache_clear()


def said(text: str) -> list[tuple[str, int, int, int]]:
    rows = []
    for row in text.replace("\n", " ").split(";"):
        asked, _, numbers = row.strip().partition(" = ")
        name, _, year = asked.rpartition(" ")
        rows.append((name, int(year), *map(int, numbers.split())))
    return rows


def declare(file: Callable[..., Path], rows: str, toml: str = DECLARATION, **choices: bool) -> Added:
    return add_declared(file(rows, "bases.csv"), file(toml, "bases.toml"), **choices)


@pytest.mark.parametrize("sayings", [NAMES, DEAD, HOUSE_STYLES])
def test_ordinary_names_mean_the_state_of_their_date(sayings: str, record: Record) -> None:
    rows = pl.DataFrame(said(sayings), schema=["text", "year", "ccode", "gwcode"], orient="row")
    found = match(rows["text"], rows["year"], record)
    assert [str(each) for each in found.unmatched] == []
    assert found.ccode.to_list() == rows["ccode"].to_list()
    assert found.gwcode.to_list() == rows["gwcode"].to_list()
    assert len(said(NAMES)) == 52


def test_a_file_keeps_every_row_of_an_ordinary_name(data: Path, file: Callable[..., Path]) -> None:
    rows = [(name, year, ccode) for name, year, ccode, _ in said(NAMES) if 1970 <= year <= 2010]
    lines = "\n".join(
        f'"{name}",{year},7' for name, year, _ in {(year, ccode): (name, year, ccode) for name, year, ccode in rows}.values()
    )
    declare(file, f"country,yr,n\n{lines}\n")
    assert table("added_bases").select("ccode", "year").sort("ccode", "year").rows() == sorted({(c, y) for _, y, c in rows})
    assert set(table("added_bases")["military_bases"]) == {7}


WRONG = """country,yr,n
USA,2000,7
Vietnam,1973,5
Atlantis,1973,1
Rusia,1973,1
Atlantis,1974,1
Yugoslavia,2008,3
Hong Kong,2000,2
"""


def test_every_unmatched_name_is_told_with_its_rows_and_nothing_is_added(data: Path, file: Callable[..., Path]) -> None:
    with pytest.raises(InputError) as refused:
        declare(file, WRONG)
    message = str(refused.value)
    for words in (
        "6 rows name no state, so nothing was added",
        "'Vietnam' (row 2): \"Vietnam\" is ambiguous in 1973: it could be North Vietnam (VNM, 816) or South Vietnam (VDR, 817)",
        "'Atlantis' (2 rows: 3, 5): no state is known as \"Atlantis\" in 1973",
        "Did you mean Russia",
        "'Yugoslavia' (row 6)",
        "in 2008 that is Serbia",
        "'Hong Kong' (row 7): \"Hong Kong\" was never a member",
        "--allow-unmatched",
    ):
        assert words in message
    assert not (data / "bases").exists()


def test_rows_left_out_by_leave_give_no_zero(data: Path, file: Callable[..., Path]) -> None:
    added = declare(file, WRONG, allow_unmatched=True)
    assert (added.tables[0].dropped, added.unknown) == (6, 3)

    def bases(state: int, year: int) -> list[int | None]:
        found = foedus.panel("state-year", ["military_bases"], states=[state], years=(year, year))
        return found["military_bases"].to_list()

    assert (bases(2, 2000), bases(2, 1999)) == ([7], [0])
    assert (bases(816, 1973), bases(817, 1973), bases(816, 1974)) == ([None], [None], [0])
    assert (bases(345, 2008), bases(345, 2007)) == ([None], [0])


def test_a_dry_run_adds_nothing(data: Path, file: Callable[..., Path]) -> None:
    added = declare(file, WRONG, dry_run=True)
    assert (added.tables[0].rows, added.tables[0].dropped, len(added.unmatched)) == (4, 6, 5)
    assert not (data / "bases").exists()


def test_the_number_of_the_other_list_is_no_silent_zero(data: Path, file: Callable[..., Path]) -> None:
    toml = DECLARATION.replace('state = "country"', 'ccode = "country"')
    with pytest.raises(InputError, match=r"'260' \(row 1\): .* Gleditsch–Ward number of Germany \(COW 255\)"):
        declare(file, "country,yr,n\n260,2000,3\n2,2000,1\n", toml)
    declare(file, "country,yr,n\n260,2000,3\n2,2000,1\n", toml, allow_unmatched=True)
    found = foedus.panel("state-year", ["military_bases"], states=[255], years=(2000, 2000))
    assert found["military_bases"].to_list() == [None]


def test_a_state_that_was_no_member_is_left_out_without_leave(data: Path, file: Callable[..., Path]) -> None:
    added = declare(file, "country,yr,n\nUSA,2000,3\nKosovo,1990,1\n")
    assert added.tables[0].dropped == 1
    assert "no member of the state system in 1990" in str(added.unmatched[0])


def test_a_state_that_gw_alone_has_is_kept_for_its_list(data: Path, file: Callable[..., Path]) -> None:
    toml = DECLARATION.replace("1970, 2010", "1900, 2010")
    declare(file, "country,yr,n\nCanada,1900,3\nTibet,1930,1\nUSA,1900,2\nWest Germany,1990,4\nGermany,1991,5\n", toml)
    listed = foedus.panel("state-year", ["military_bases"], states=["Canada", "Tibet"], years=(1900, 1930), system="gw")
    assert listed.drop_nulls("military_bases").filter(pl.col("military_bases") > 0)["gwcode"].to_list() == [20, 711]
    assert foedus.panel("state-year", ["military_bases"], years=(1900, 2010), states=["USA"])["military_bases"].sum() == 2


def test_two_names_of_one_state_year_are_refused(data: Path, file: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match="2 rows share a state-year"):
        declare(file, "country,yr,n\nUSA,2000,3\nUnited States,2000,4\n")
    declare(file, "country,yr,n\nWest Germany,1990,3\nDEU,1990,4\n")  # two members of COW, one number of GW
    assert table("added_bases").rows() == [(255, 260, 1990, 4), (260, None, 1990, 3)]


def test_a_dyad_left_out_makes_both_that_it_could_mean_unknown(data: Path, file: Callable[..., Path]) -> None:
    toml = DECLARATION.replace('"state-year"', '"dyad-year"').replace('state = "country"', 'state1 = "a"\nstate2 = "b"')
    rows = "a,b,yr,n\nUSA,UK,1973,2\nVietnam,USA,1973,3\n"
    with pytest.raises(InputError, match="1 row names no state"):
        declare(file, rows, toml)
    assert declare(file, rows, toml, allow_unmatched=True).unknown == 2
    found = foedus.panel("dyad-year", ["military_bases"], states=["USA"], years=(1973, 1973)).sort("ccode2")
    told = dict(found.select("ccode2", "military_bases").iter_rows())
    assert (told[200], told[816], told[817], told[20]) == (2, None, None, 0)


def test_a_direction_left_out_is_unknown_though_the_other_is_told(data: Path, file: Callable[..., Path]) -> None:
    toml = DECLARATION.replace('"state-year"', '"directed dyad-year"').replace(
        'state = "country"', 'state1 = "a"\nstate2 = "b"'
    )
    declare(file, "a,b,yr,n\nUSA,North Vietnam,1973,2\nVietnam,USA,1973,3\n", toml, allow_unmatched=True)
    found = foedus.panel("dyad-year", ["military_bases"], dyads=["2-816"], years=(1973, 1973), directed=True)
    assert found.select("ccode1", "military_bases").rows() == [(2, 2), (816, None)]


def test_the_command_refuses_shows_and_leaves_out(data: Path, file: Callable[..., Path], tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "foedus", "record", "add", "bases.csv", "--declare", "bases.toml", *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)

    file(WRONG, "bases.csv")
    file(DECLARATION, "bases.toml")
    refused = run()
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "'Atlantis' (2 rows: 3, 5)" in refused.stderr
    shown = run("--dry-run")
    assert (shown.returncode, shown.stdout) == (0, "bases: added_bases, 4 rows; 6 rows left out\n")
    assert "Nothing was added: this was a dry run. It is added with --allow-unmatched alone." in shown.stderr
    assert not (data / "bases").exists()
    left = run("--allow-unmatched")
    assert left.returncode == 0
    assert "3 unit-years that rows left out may mean are unknown, not zero" in left.stderr
