"""Which states names mean, asked directly: through the years, in one, on a day, and for the rows of a frame."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import polars as pl
import pytest

import foedus
from foedus.errors import InputError, UnmatchedRows
from foedus.panels.lookup import COLUMNS, at, members, on_a_day, read_as_iso3, through_the_years
from foedus.record.store import Record


def test_without_a_year_every_state_that_a_name_meant_is_told() -> None:
    assert foedus.states("Yemen", to=["ccode"]).rows() == [
        ("Yemen", 1918, 1925, None),  # on the Gleditsch–Ward list before COW has it
        ("Yemen", 1926, 1990, 678),
        ("Yemen", 1967, 1990, 680),
        ("Yemen", 1990, 2025, 679),
    ]
    with pytest.raises(InputError, match='no state is known as "Atlantis"'):
        foedus.states("Atlantis")


def test_in_a_year_each_name_has_a_row() -> None:
    asked = foedus.states(["USSR", "DEU", 260, "cow:AUS"], 1980)
    assert asked.columns == ["state", "year", "ccode", "gwcode", "iso3", "name"]
    assert asked["ccode"].to_list() == [365, 260, 260, 305]
    assert foedus.states(["Germany", "Zaire"], [2000, 1980], to=["gwcode"])["gwcode"].to_list() == [260, 490]


@pytest.mark.parametrize("kind", ["polars", "pandas", "arrow"])
def test_a_frame_gets_columns_beside_its_own(kind: str) -> None:
    frame = pl.DataFrame({"country": ["Viet Nam", "Canada"], "year": [2000, 1900], "mine": [1, 2]})
    mine = {"polars": frame, "pandas": frame.to_pandas(), "arrow": frame.to_arrow()}[kind]
    asked = foedus.states(mine, to=["ccode", "gwcode", "name"])
    assert asked.rows() == [("Viet Nam", 2000, 1, 816, 816, "Vietnam"), ("Canada", 1900, 2, None, 20, "Canada")]


def test_codes_of_either_list_become_those_of_the_other() -> None:
    mine = pl.DataFrame({"gwcode": [260, 340, 816], "year": [2000, 2010, 1990]})
    asked = foedus.states(mine, to=["gwcode", "ccode", "iso3"])
    assert asked.rows() == [(260, 2000, 255, "DEU"), (340, 2010, 345, "SRB"), (816, 1990, 816, "VNM")]


def test_both_sides_of_a_dyad_are_told() -> None:
    mine = pl.DataFrame({"a": ["USA"], "b": ["SUN"], "t": [1970]})
    assert foedus.states(mine, "t", ["ccode"], by=("a", "b")).rows() == [("USA", "SUN", 1970, 2, 365)]


def test_what_means_no_state_is_null_and_told() -> None:
    with pytest.warns(UnmatchedRows, match=r"2 of 3 rows name no state(.|\n)*'Vietnam' \(row 1\)(.|\n)*'Atlantis' \(row 3\)"):
        asked = foedus.states(["Vietnam", "USA", "Atlantis"], 1973, to=["ccode"])
    assert asked["ccode"].to_list() == [None, 2, None]


@pytest.mark.parametrize(
    ("name", "day", "ccode"),
    [
        ("DEU", date(1990, 10, 2), 260),
        ("DEU", date(1990, 10, 3), 255),
        ("Germany", date(1990, 12, 31), 255),
        ("YEM", date(1990, 5, 21), 678),
        ("Yemen", date(1990, 5, 23), 679),
        ("Canada", date(1920, 1, 10), 20),
    ],
)
def test_on_a_day_a_name_means_who_was_a_member_then(name: str, day: date, ccode: int) -> None:
    assert on_a_day(name, day).ccode == ccode


@pytest.mark.parametrize(
    ("name", "day", "message"),
    [
        ("Germany", date(1990, 6, 1), r"ambiguous on 1990-06-01: .*260.* or .*265"),
        ("Canada", date(1920, 1, 9), "no member of the state system on 1920-01-09"),
        ("Atlantis", date(1990, 1, 1), "no state is known"),
    ],
)
def test_on_a_day_on_which_none_or_two_bore_it_a_name_is_refused(name: str, day: date, message: str) -> None:
    with pytest.raises(InputError, match=message):
        on_a_day(name, day)


def test_the_names_of_a_year_that_mean_nothing_are_refused_all_at_once() -> None:
    with pytest.raises(InputError, match=r"Vietnam(.|\n)*Atlantis"):
        at(["Vietnam", "USA", "Atlantis"], 1973, ["ccode"])


@pytest.mark.parametrize(
    ("name", "when", "told"),
    [
        ("Transvaal", 1899, (None, 563, "Transvaal")),
        ("Tibet", date(1920, 1, 1), (None, 711, "Tibet")),
        ("AUS", 1910, (None, 900, "Australia")),
        ("Deutschland", 2000, (255, 260, "Germany")),
    ],
)
def test_with_a_year_a_name_means_what_it_means_in_it_without_one(
    name: str, when: int | date, told: tuple[int | None, int, str]
) -> None:
    """States that only the list of Gleditsch and Ward has then (gw_states) are told as of all years: without a COW number."""
    year = when if isinstance(when, int) else when.year
    to = ["ccode", "gwcode", "name"]
    assert at([name], when, to).select(to).rows() == [told]
    spans = through_the_years([name], to).filter(pl.col("first_year") <= year, pl.col("last_year") >= year)
    assert spans.select(to).rows() == [told]


def test_what_the_list_had_on_other_days_only_is_refused() -> None:
    """Tibet is on the list from 1913 to 1 October 1950."""
    assert at(["Tibet"], date(1950, 10, 1), ["gwcode"])["gwcode"].to_list() == [711]
    with pytest.raises(InputError, match="never a member"):
        at(["Tibet"], date(1950, 10, 2), ["gwcode"])
    with pytest.raises(InputError, match="ambiguous in 1970"):
        at(["Deutschland"], 1970, ["gwcode"])


def test_a_cow_abbreviation_is_called_so_and_stands_for_no_state_that_cow_lacks() -> None:
    """The lists' abbreviations: SWZ is Switzerland's in COW (225), SWA Swaziland's (572); TBT is Tibet's on the other list."""
    assert at(["SWZ", "Switzerland"], 2000, ["iso3", "cow_abbreviation"]).rows() == [
        ("SWZ", 2000, "SWZ", "SWA"),
        ("Switzerland", 2000, "CHE", "SWZ"),
    ]
    assert through_the_years(["Tibet"], ["cow_abbreviation"])["cow_abbreviation"].to_list() == [None]


@pytest.mark.parametrize(
    ("code", "read", "other"),
    [
        ("SWZ", "Eswatini", "Switzerland"),
        ("AUS", "Australia", "Austria"),
        ("MNG", "Mongolia", "Montenegro"),
        ("slv", "El Salvador", "Slovenia"),
    ],
)
def test_a_code_that_is_read_as_iso_is_said_to_be_another_states_abbreviation(code: str, read: str, other: str) -> None:
    upper = code.upper()
    told = f"{upper} is read as an ISO3 code ({read}); as a COW abbreviation it is {other}: cow:{upper}."
    assert read_as_iso3([code, "CAN", "Austria", "GMY"]) == [told]


def test_the_members_of_a_year_are_listed_with_what_is_known_of_them(record: Record) -> None:
    listed = members(2025, COLUMNS)
    assert listed.height == record.table("state_years").filter(year=2025).height
    assert listed["iso3"].null_count() == 0
    assert set(listed.filter(pl.col("vdem").is_null())["name"]) >= {"Belize", "Nauru"}
    assert dict(listed.select("ccode", "vdem").rows())[345] == 198, "V-Dem's Serbia, which the publisher's table leaves out"


@pytest.mark.parametrize(
    ("to", "message"), [(["wb"], "no World Bank codes"), (["iso"], "no 'iso'.*Did you mean iso3"), ("ccode", "give a list")]
)
def test_what_the_record_does_not_have_is_said(to: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        foedus.states("USA", 2000, to)


def test_a_column_that_is_there_already_is_not_replaced() -> None:
    with pytest.raises(InputError, match="columns iso3 already"):
        foedus.states(pl.DataFrame({"state": ["USA"], "iso3": ["x"], "year": [2000]}), by="state")


def test_a_million_rows_cost_little_more_than_their_names(record: Record) -> None:
    rows = record.table("state_years").select("english_name", "year")
    many = pl.concat([rows] * 57).head(1_000_000)
    with pytest.warns(UnmatchedRows):
        asked = foedus.states(many, by="english_name", to=["ccode"])
    assert asked.height == 1_000_000
    again = asked["ccode"].head(rows.height)
    assert asked["ccode"].slice(rows.height, rows.height).equals(again, null_equal=True)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "foedus", "states", *arguments], capture_output=True, text=True, check=False)


def test_the_command_tells_and_refuses() -> None:
    both = run("SWZ", "--year", "2000")
    assert both.stdout.startswith("asked,year,ccode,gwcode,iso3,cow_abbreviation,name\n")
    assert both.stderr.startswith("foedus: SWZ is read as an ISO3 code (Eswatini)")
    assert run("Viet Nam", "--date", "1999", "--to", "ccode,iso3").stdout == "asked,year,ccode,iso3\nViet Nam,1999,816,VNM\n"
    assert run("DEU", "--date", "1990-10-03", "--to", "ccode").stdout == "asked,year,ccode\nDEU,1990,255\n"
    assert run("--year", "1816", "--to", "ccode").stdout.count("\n") == 24
    for arguments, word in [
        (["Vietnam", "--year", "1973"], "Say 816 or 817"),
        (["USA", "--date", "yesterday"], "is no day"),
        (["USA", "--date", "1999", "--year", "1999"], "give one of them"),
        (["USA", "--year", "1700"], "from 1816 to 2025"),
    ]:
        refused = run(*arguments)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert word in refused.stderr


def test_a_name_asked_of_all_years_is_compared_with_the_names_of_all_years() -> None:
    with pytest.raises(InputError, match=r'"Prusia" in any year\. Did you mean Prussia'):
        through_the_years(["Prusia"], ["ccode"])
    with pytest.raises(InputError, match="number 9999"):
        through_the_years(["9999"], ["ccode"])
