"""Which state of the Gleditsch–Ward list a name or a number means."""

from __future__ import annotations

import pytest

from foedus.errors import InputError
from foedus.record.meanings import Meanings
from foedus.record.states import AmbiguousName
from foedus.record.store import Record


@pytest.fixture(scope="module")
def states(record: Record) -> Meanings:
    return Meanings(record, "gw")


@pytest.mark.parametrize(
    ("text", "first", "last", "gwcode"),
    [
        ("gw:260", 1990, 1990, 260),
        ("260", 1990, 1990, 260),
        (260, 1990, 1990, 260),
        ("GW:260", 1990, 1990, 260),
        ("cow:255", 1990, 1990, 260),
        ("255", 2000, 2000, 260),  # no state of the list, but COW's number for Germany
        ("255", 1870, 1900, 255),
        ("DEU", 2000, 2000, 260),
        ("Germany", 1990, 2010, 260),
        ("Prussia", 1820, 1830, 255),
        ("679", 1990, 2000, 678),
        ("YEM", 2000, 2000, 678),
        ("345", 2007, 2010, 340),  # Serbia, which COW goes on calling Yugoslavia
        ("340", 2007, 2010, 340),
        ("USA", 2000, 2000, 2),
    ],
)
def test_a_number_or_name_means_the_state_of_the_list(
    text: str | int, first: int, last: int, gwcode: int, states: Meanings
) -> None:
    assert states.one(text, first, last) == gwcode


@pytest.mark.parametrize(
    ("text", "first", "last", "gwcode"),
    [
        ("Canada", 1867, 1867, 20),  # of the COW system only from 1920
        ("Canada", 1870, 1900, 20),
        ("Orange Free State", 1860, 1900, 564),
        ("Tibet", 1930, 1940, 711),
        ("tibet", 1930, 1940, 711),
        ("Abkhazia", 2010, 2010, 396),
    ],
)
def test_a_state_that_cow_does_not_have_is_found_by_the_lists_own_name(
    text: str, first: int, last: int, gwcode: int, states: Meanings
) -> None:
    assert states.one(text, first, last) == gwcode


@pytest.mark.parametrize(("text", "year"), [("Germany", 1960), ("Korea", 2000), ("Yemen", 1990)])
def test_an_ambiguous_name_stays_ambiguous(text: str, year: int, states: Meanings) -> None:
    with pytest.raises(AmbiguousName, match="is ambiguous"):
        states.one(text, year, year)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Atlantis", 'no state is known as "Atlantis"'),
        ("999", "number 999"),
        ("gw:999", "Gleditsch–Ward number 999"),
        ("gw:", "is no Gleditsch–Ward number"),
        ("", "name is empty"),
        ("-5", 'no state is known as "-5"'),
        ("٢٦٠", "no state is known"),
        ("Tibet", r"it means Tibet \(711\) in 1913–1950"),
    ],
)
def test_what_means_no_state_of_the_list_in_the_years_is_refused(text: str, message: str, states: Meanings) -> None:
    with pytest.raises(InputError, match=message):
        states.one(text, 1990, 2000)


def test_a_member_of_cow_that_is_not_on_the_list_is_named(states: Meanings, record: Record) -> None:
    missing = record.table("state_years").filter(record.table("state_years")["gwcode"].is_null()).row(0, named=True)
    with pytest.raises(InputError, match="is not on the Gleditsch–Ward list"):
        states.one(f"cow:{missing['ccode']}", missing["year"], missing["year"])


def test_every_state_of_the_list_is_found_by_its_number(states: Meanings, record: Record) -> None:
    listed = record.table("gw_state_years").select("gwcode", "year").filter(record.table("gw_state_years")["year"] == 2000)
    assert listed.height > 190
    for gwcode, year in listed.iter_rows():
        assert states.one(gwcode, year, year) == gwcode
