"""What a treaty without a name is called: its parties and its year, told apart where two are alike."""

from __future__ import annotations

import re
from datetime import date

from foedus.panels.alliances import ATOP, memberships, unnamed
from foedus.panels.treaty_names import OUTSIDE, Pact, called
from foedus.record.store import Record


def _titles(record: Record, chosen: str) -> dict[str, str]:
    rows = memberships(record, chosen).unique("agreement")
    return dict(rows.select("agreement", "title").iter_rows())


def test_no_treaty_is_called_by_a_number_and_no_two_by_one_name(record: Record) -> None:
    for chosen in ("facts", ATOP):
        titles = _titles(record, chosen)
        assert not [title for title in titles.values() if re.search(r"ATOP|COW|\b\d{4}0\b", title)]
        assert len(set(titles.values())) == len(titles)


def test_a_treaty_without_a_name_has_its_parties_and_year(record: Record) -> None:
    """ATOP 5.1: 2360, 2 May 1935; 4400, nine states, 22 January 1993; 1320, France and Annam, 15 March 1874."""
    titles = _titles(record, "facts")
    assert titles["atop:2360"] == "Pact of France and the Soviet Union, 1935"
    assert titles["atop:4400"] == "Pact of Russia, Belarus and 7 other states, 1993"
    assert titles["atop:1320"] == f"Pact of France and {OUTSIDE}, 1874"
    assert titles["atop:3180"] == "North Atlantic Treaty", "a name of the facts stands before it"


def test_two_of_the_same_parties_and_year_are_told_apart_by_the_day(record: Record) -> None:
    """ATOP 5.1: 1080 of 18 September 1833, 1085 of the day after."""
    titles = _titles(record, "facts")
    assert [titles[f"atop:{number}"] for number in (1080, 1085)] == [
        "Pact of the Austrian Empire and Russia, 18 September 1833",
        "Pact of the Austrian Empire and Russia, 19 September 1833",
    ]
    assert {title for title in titles.values() if title.startswith("Pact of")} <= set(unnamed(record))


def test_a_state_that_took_over_from_a_party_is_none_of_its_own(record: Record) -> None:
    """ATOP 3470, the Elysée Treaty of France and West Germany (COW 260), which united Germany (255) went on with."""
    assert _titles(record, ATOP)["atop:3470"] == "Pact of France and West Germany, 1963"


def test_in_a_sentence_the_two_it_is_about_are_named_first() -> None:
    many = Pact(("Russia", "Belarus"), 7, date(1993, 1, 22))
    few = Pact(("Prussia", "Bavaria", "Baden"), 0, date(1866, 8, 22))
    held = {pact.title: pact for pact in (many, few)}
    assert called(many.title, held, ["Georgia", "Russia"]) == "a pact of Georgia, Russia and 7 other states of 1993"
    assert called(few.title, held, ["Prussia", "Baden"]) == "a pact of Prussia, Bavaria and Baden of 1866"
    assert called("Pact of Steel", held) == "the Pact of Steel", "a name is no list of parties"
