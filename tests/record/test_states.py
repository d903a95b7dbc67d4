"""Names and codes mean the right state at the right date, and are refused, with the reason, when they mean none or several."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from string import ascii_letters
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foedus.errors import InputError
from foedus.record import states as states_module
from foedus.record.spellings import fold
from foedus.record.states import Spell, StateSystem
from foedus.record.store import Record

Rows = list[dict[str, Any]]

ALIASES = Path(states_module.__file__).with_name("aliases.toml")

MEANT = """
America 1900 = 2; the U.S. 1900 = 2; Trinidad & Tobago 2000 = 52; England 1850 = 200; Great Britain 1900 = 200;
U.K. 2000 = 200; Holland 1900 = 210; Germany 1850 = 255; Germany 1935 = 255; Germany 1945 = 255; Germany 2000 = 255;
DEU 1935 = 255; DEU 1990 = 255; DEU 2000 = 255; gw:260 2000 = 255; 260 2000 = 255; Federal Republic of Germany 2000 = 255;
Prussia 1816 = 255; Prussia 1871 = 255; DEU 1960 = 260; gw:260 1960 = 260; cow:260 1960 = 260; 260 1990 = 260;
West Germany 1960 = 260; Federal Republic of Germany 1960 = 260; East Germany 1960 = 265; GDR 1960 = 265; DDR 1960 = 265;
Hesse 1867 = 275; Austria-Hungary 1860 = 300; Austrian Empire 1850 = 300; Austria 1860 = 300; Austria 1918 = 300;
Austria 1930 = 305; Czechoslovakia 1980 = 315; Czechia 2000 = 316; Czech Republic 2020 = 316; CZE 2000 = 316;
Sardinia 1850 = 325; Piedmont 1850 = 325; Kingdom of Sardinia 1850 = 325; Papal States 1850 = 327;
Kingdom of the Two Sicilies 1850 = 329; North Macedonia 2020 = 343; Macedonia 2000 = 343; Serbia 1900 = 345;
Serbia 2010 = 345; SRB 2010 = 345; 340 1900 = 345; 340 2010 = 345; 345 2010 = 345; Yugoslavia 1980 = 345;
Serbia and Montenegro 2004 = 345; Russia 1850 = 365; Russia 1950 = 365; Russia 2020 = 365; Russian Federation 2020 = 365;
Russian Empire 1900 = 365; Soviet Union 1950 = 365; USSR 1950 = 365; U.S.S.R. 1950 = 365; Cabo Verde 2010 = 402;
Dahomey 1970 = 434; Ivory Coast 2000 = 437; Upper Volta 1970 = 439; Congo-Brazzaville 1962 = 484;
Republic of the Congo 2000 = 484; COG 1980 = 484; Zaire 1980 = 490; DR Congo 2000 = 490; Congo-Kinshasa 2000 = 490;
Congo-Léopoldville 1962 = 490; COD 1980 = 490; Tanganyika 1962 = 510; Zanzibar 1963 = 511; Zanzibar 1964 = 511;
Rhodesia 1970 = 552; Swaziland 1970 = 572; Eswatini 2020 = 572; Persia 1900 = 630; Ottoman Empire 1914 = 640;
Ottoman Empire 1923 = 640; Türkiye 2023 = 640; UAR 1960 = 651; Yemen 1930 = 678; North Yemen 1980 = 678; 678 1980 = 678;
Yemen 2000 = 679; YEM 1990 = 679; 678 2000 = 679; 679 2000 = 679; South Yemen 1980 = 680; UAE 2000 = 696;
China 1930 = 710; China 2000 = 710; PRC 2000 = 710; People's Republic of China 2000 = 710; Republic of China 1930 = 710;
Republic of China 2000 = 713; ROC 2000 = 713; Taiwan 2000 = 713; Korea 1900 = 730; KOR 1900 = 730;
Democratic People's Republic of Korea 2000 = 731; KOR 2000 = 732; Republic of Korea 2000 = 732; Burma 1960 = 775;
Myanmar 2010 = 775; Ceylon 1960 = 780; Siam 1900 = 800; Vietnam 1985 = 816; Vietnam 2000 = 816; Viet Nam 2000 = 816;
VNM 1965 = 816; North Vietnam 1965 = 816; Democratic Republic of Vietnam 1965 = 816; South Vietnam 1965 = 817;
Republic of Vietnam 1965 = 817; Timor-Leste 2010 = 860; East Timor 2010 = 860; Micronesia 2000 = 987
"""
"""What is said, the year it is said for, and the COW number it means."""

SHOWN = """
Prussia 1816 = 255; Prussia 1870 = 255; Germany 1871 = 255; Germany 2000 = 255; West Germany 1960 = 260;
Austrian Empire 1850 = 300; Austria-Hungary 1914 = 300; Sardinia 1860 = 325; Italy 1861 = 325; Serbia 1914 = 345;
Yugoslavia 1918 = 345; Serbia and Montenegro 2004 = 345; Serbia 2006 = 345; Russia 1914 = 365; Soviet Union 1922 = 365;
Soviet Union 1991 = 365; Russia 1992 = 365; Congo-Léopoldville 1962 = 490; Zaire 1980 = 490;
Democratic Republic of the Congo 2000 = 490; Persia 1900 = 630; Iran 1950 = 630; Ottoman Empire 1914 = 640;
Turkey 1923 = 640; Korea 1900 = 730; Siam 1900 = 800; Thailand 2000 = 800; North Vietnam 1965 = 816; Vietnam 1976 = 816
"""
"""What foedus calls a state, when, and its COW number."""

SIMILAR = """
Guinea 2000 = 438; Equatorial Guinea 2000 = 411; Guinea-Bissau 2000 = 404; Papua New Guinea 2000 = 910; Niger 2000 = 436;
Nigeria 2000 = 475; Dominica 2000 = 54; Commonwealth of Dominica 2000 = 54; Dominican Republic 2000 = 42;
Dominican Rep. 2000 = 42; Samoa 1990 = 990; Western Samoa 1990 = 990; Samoa 2000 = 990; Sudan 2000 = 625;
Sudan 2015 = 625; South Sudan 2015 = 626; North Korea 2000 = 731; South Korea 2000 = 732; Ireland 2000 = 205;
Austria 2000 = 305; Slovakia 2000 = 317; Slovenia 2000 = 349; Mali 2000 = 432; Malawi 2000 = 553; Mauritius 2000 = 590;
Mauritania 2000 = 435
"""
"""Names that similarity or a search for a part would confuse."""

AMBIGUOUS = [
    *[(name, 1965, (816, 817)) for name in ("Vietnam", "Viet Nam")],
    *[("Congo", year, (484, 490)) for year in (1960, 1980, 2025)],
    ("Republic of the Congo", 1962, (484, 490)),
    ("Germany", 1960, (260, 265)),
    ("Germany", 1990, (255, 260, 265)),
    ("Yemen", 1980, (678, 680)),
    ("Korea", 1960, (731, 732)),
    ("Hesse", 1850, (273, 275)),
    ("Republic of China", 1949, (710, 713)),
]
"""What is said, the year it is said for, and the COW numbers it could mean."""

NOT_CARRIED = [
    ("Germany", 255, 1990, 1990),
    ("Germany", 260, 1955, 1989),
    ("Yemen", 679, 1990, 1990),
    ("Vietnam", 816, 1954, 1975),
    ("Vatican City", 327, 1816, 1860),
    ("Yugoslavia", 345, 1878, 1917),
    ("Yugoslavia", 345, 2004, 2025),
    ("South Korea", 730, 1887, 1905),
]
"""Present-day names the record gives a state in years when others carried them too (the first four) or it did not."""


def said(table: str) -> Iterator[tuple[str, int, int]]:
    """Yield (text, year, COW number) from a table like MEANT."""
    for saying in re.split(r";\s*|\n", table.strip()):
        asked, ccode = saying.split(" = ")
        text, year = asked.rsplit(" ", 1)
        yield text, int(year), int(ccode)


def refusal(states: StateSystem, text: str | int, year: int) -> str:
    with pytest.raises(InputError) as caught:
        states.resolve(text, year)
    return str(caught.value)


@pytest.fixture(scope="module")
def states(record: Record) -> StateSystem:
    return StateSystem.of(record)


SPELLINGS = {
    "U.S.A.": "usa",
    "U. S. S. R.": "USSR",
    "St. Vincent & the Grenadines": "Saint Vincent and the Grenadines",
    "Côte d’Ivoire": "cote d'ivoire",
    "  Guinea–Bissau ": "Guinea-Bissau",
    "Dem. Rep. of the Congo": "Democratic Republic of Congo",
}


@pytest.mark.parametrize(("one", "other"), SPELLINGS.items())
def test_spellings_that_do_not_distinguish_states_are_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.text(ascii_letters + "éüøß .,-&'()"))
def test_case_never_distinguishes_states(text: str) -> None:
    assert fold(text.upper()) == fold(text) == fold(text.lower())


@pytest.mark.parametrize(("text", "year", "ccode"), list(said(MEANT)))
def test_a_name_or_code_means_the_state_that_carried_it_that_year(
    states: StateSystem, text: str, year: int, ccode: int
) -> None:
    assert states.resolve(text, year).ccode == ccode


@pytest.mark.parametrize(("text", "year", "candidates"), AMBIGUOUS)
def test_an_ambiguous_name_is_refused_with_every_candidate_and_how_to_say_it(
    states: StateSystem, text: str, year: int, candidates: tuple[int, ...]
) -> None:
    message = refusal(states, text, year)
    assert "ambiguous" in message
    for ccode in candidates:
        assert f", {ccode})" in message
        assert states.resolve(ccode, year).ccode == ccode
    assert message.endswith(f"Say {' or '.join(map(str, candidates))}.")


def test_an_ambiguous_name_is_refused_in_one_sentence(states: StateSystem) -> None:
    assert refusal(states, "Vietnam", 1965) == (
        '"Vietnam" is ambiguous in 1965: it could be North Vietnam (VNM, 816) or South Vietnam (VDR, 817). Say 816 or 817.'
    )


def test_congo_is_ambiguous_in_every_year_both_exist(states: StateSystem) -> None:
    assert all("ambiguous" in refusal(states, "Congo", year) for year in range(1960, 2026))


def test_a_name_shared_with_a_state_not_yet_a_member_is_still_refused(states: StateSystem) -> None:
    message = refusal(states, "Germany", 1954)
    assert "West Germany (DEU, 260), no member in 1954" in message
    assert message.endswith("Say 265.")


@pytest.mark.parametrize(("text", "year", "ccode"), list(said(SIMILAR)))
def test_similar_names_are_never_confused(states: StateSystem, text: str, year: int, ccode: int) -> None:
    assert states.resolve(text, year).ccode == ccode


@pytest.mark.parametrize("text", ["Guine", "Niger Republic", "Nige", "Equatorial", "United", "Republic", "The", "South"])
def test_a_part_or_likeness_of_a_name_means_nothing(states: StateSystem, text: str) -> None:
    assert "no state is known as" in refusal(states, text, 2000)


@pytest.mark.parametrize(
    ("letters", "iso3_means", "cow_means", "year"),
    [
        ("AUS", 900, 305, 2010),
        ("MNG", 712, 341, 2010),
        ("SLV", 92, 349, 2010),
        ("SWZ", 572, 225, 2010),
        ("CZE", 316, 315, 1992),
    ],
)
def test_letters_with_two_meanings_are_iso3_unless_prefixed(
    states: StateSystem, letters: str, iso3_means: int, cow_means: int, year: int
) -> None:
    assert states.resolve(letters, 2010).ccode == iso3_means
    assert states.resolve(f"cow:{letters}", year).ccode == cow_means


def test_an_iso3_code_before_its_state_existed_points_to_the_cow_abbreviation(states: StateSystem) -> None:
    message = refusal(states, "CZE", 1980)
    assert "member 1993-01-01 – today" in message
    assert "say cow:CZE" in message


def test_a_part_of_another_state_points_to_the_state_that_it_became(states: StateSystem) -> None:
    """East Pakistan declared itself Bangladesh in 1971; "Gold Coast" is said of Ghana after 1957, too."""
    assert "Bangladesh (BGD, 771) was no member of the state system in 1970" in refusal(states, "East Pakistan", 1970)
    assert states.resolve("East Pakistan", 1972).ccode == 771
    assert states.resolve("Gold Coast", 1958).ccode == 452


def test_the_iso3_code_of_a_territory_does_not_become_a_cow_abbreviation(states: StateSystem) -> None:
    assert "never a member" in refusal(states, "MAC", 2000)
    assert states.resolve("cow:MAC", 2000).ccode == 343


def test_nauru_keeps_the_number_that_gw_gives_kiribati(states: StateSystem) -> None:
    assert states.resolve(970, 2010).iso3 == "NRU"
    assert states.resolve("gw:970", 2010).iso3 == "KIR"
    assert states.resolve(971, 2010).iso3 == "NRU"
    assert states.resolve(973, 2010).iso3 == "TUV"


def test_a_state_named_before_its_membership_is_refused_with_its_spells(states: StateSystem) -> None:
    assert refusal(states, "Canada", 1900) == (
        "Canada (CAN, 20) was no member of the state system in 1900: member 1920-01-10 – today."
    )


@pytest.mark.parametrize(
    ("text", "year", "spells"),
    [
        ("Zanzibar", 1970, "1963-12-19 – 1964-04-26"),
        ("Holland", 1942, "1816-01-01 – 1940-07-14 and 1945-06-26 – today"),
        ("East Germany", 2000, "1954-03-25 – 1990-10-02"),
        ("South Vietnam", 1976, "1954-06-04 – 1975-04-30"),
        ("Czechoslovakia", 1993, "1918-10-28 – 1939-03-15 and 1945-05-10 – 1992-12-31"),
        ("cow:260", 2000, "1955-05-05 – 1990-10-02"),
        ("970", 1985, "1999-09-14 – today"),
        ("South Korea", 1900, "1949-06-29 – today"),
    ],
)
def test_a_state_that_was_no_member_is_refused_with_its_spells(
    states: StateSystem, text: str | int, year: int, spells: str
) -> None:
    message = refusal(states, text, year)
    assert "was no member" in message
    assert spells in message


def test_every_state_an_absent_name_could_mean_is_reported(states: StateSystem) -> None:
    message = refusal(states, "Germany", 1947)
    assert all(f", {ccode}) was no member" in message for ccode in (255, 260, 265))


@pytest.mark.parametrize(
    ("text", "year", "years", "present"),
    [
        ("USSR", 2000, "1922–1991", "Russia (RUS, 365)"),
        ("Yugoslavia", 2010, "1918–2003", "Serbia (SRB, 345)"),
        ("Serbia", 1980, "1878–1918 and 2006–2025", "Yugoslavia (YUG, 345)"),
        ("YUG", 2010, "1878–1941 and 1944–2005", "Serbia (SRB, 345)"),
        ("Prussia", 1900, "1816–1871", "Germany (DEU, 255)"),
        ("Zaire", 2000, "1971–1997", "Democratic Republic of the Congo (COD, 490)"),
    ],
)
def test_a_name_out_of_its_years_is_refused_with_them_and_the_name_of_the_day(
    states: StateSystem, text: str, year: int, years: str, present: str
) -> None:
    message = refusal(states, text, year)
    assert f"in {years} only" in message
    assert f"in {year} that is {present}" in message


@pytest.mark.parametrize("name", ["Tibet", "Orange Free State", "Gran Colombia", "Palestine", "Hong Kong SAR, China"])
def test_a_place_that_was_never_a_member_is_said_to_be_none(states: StateSystem, name: str) -> None:
    assert "was never a member" in refusal(states, name, 1930)


def test_a_misspelt_name_gets_the_nearest_of_the_year(states: StateSystem) -> None:
    assert "Did you mean France?" in refusal(states, "Frnace", 2000)
    assert "Prussia" in refusal(states, "Prusia", 1850)
    assert "Prussia" not in refusal(states, "Prusia", 2000)


def test_a_name_with_a_word_too_many_or_too_few_gets_those_of_the_same_words(states: StateSystem) -> None:
    assert "Did you mean New Zealand?" in refusal(states, "New Zealand (Pacific)", 2000)
    assert "Papua New Guinea" in refusal(states, "New Guinea", 2000)
    assert "Did you mean Russia?" in refusal(states, "Bolshevik Russia", 1920)


@pytest.mark.parametrize(
    "text", ["Democratic Republic of Korea", "Socialist Republic of Congo", "Arab Democratic Republic of Yemen"]
)
def test_the_form_of_state_that_tells_two_states_apart_is_not_dropped_for_one_of_them(states: StateSystem, text: str) -> None:
    assert "could be" in refusal(states, text, 1968)


@pytest.mark.parametrize("text", ["Frankreich", "Atlantis", "Netherworld"])
def test_no_name_is_offered_that_is_not_near(states: StateSystem, text: str) -> None:
    """Netherlands was offered for Deutschland, of which it has 14 of 22 letters in order."""
    assert "Did you mean" not in refusal(states, text, 2000)


@pytest.mark.parametrize(
    ("name", "ccode"),
    [
        ("Deutschland", 255),
        ("España", 230),
        ("espana", 230),
        ("Suomi", 375),
        ("Österreich", 305),
        ("Polska", 290),
        ("Magyarország", 310),
        ("Ελλάδα", 350),
        ("Україна", 369),
        ("日本", 740),
        ("Nippon", 740),
        ("中国", 710),
        ("مصر", 651),
        ("Hrvatska", 344),
        ("Schweiz", 225),
        ("Suisse", 225),
        ("Lëtzebuerg", 212),
        ("Côte d’Ivoire", 437),
        ("Madagasikara", 580),
        ("Aotearoa", 920),
    ],
)
def test_a_state_is_known_by_its_name_in_its_own_language(states: StateSystem, name: str, ccode: int) -> None:
    """Unicode CLDR's names of territories in their official languages, by the COW numbers of the state list."""
    assert states.resolve(name, 2000).ccode == ccode


def test_a_name_in_a_states_own_language_means_what_its_english_name_means(states: StateSystem) -> None:
    assert states.resolve("Österreich", 1900).ccode == states.resolve("Austria", 1900).ccode == 300
    assert states.resolve("Preußen", 1850).ccode == 255
    assert "ambiguous in 1970" in refusal(states, "Deutschland", 1970)
    for english, names in tomllib.loads(ALIASES.read_text(encoding="utf-8"))["own_languages"].items():
        expected = states.bearers(english)[0]
        assert all(set(states.bearers(name)[0].spans) == set(expected.spans) for name in names), english


@pytest.mark.parametrize("year", [1815, 2026, 0, -1, 10**6])
def test_a_year_without_a_state_system_is_refused_with_the_range(states: StateSystem, year: int) -> None:
    assert "from 1816 to 2025" in refusal(states, "Canada", year)
    with pytest.raises(InputError, match="from 1816 to 2025"):
        states.members(year)
    with pytest.raises(InputError, match="from 1816 to 2025"):
        states.state(2, year)


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_empty_text_is_refused(states: StateSystem, text: str) -> None:
    assert "empty" in refusal(states, text, 2000)


@pytest.mark.parametrize("text", ["x" * 10_240, "Can\x00ada", "Cana\nda", "\x1b[31mCanada", "Canada\u202e"])
def test_odd_text_gets_a_short_message_that_does_not_echo_it(states: StateSystem, text: str) -> None:
    message = refusal(states, text, 2000)
    assert len(message) < 200
    assert message.isprintable()


@pytest.mark.parametrize("text", [999, "999", -5, "-5", "cow:999", "gw:999", "cow:", "gw:", "gw:CAN", "cow:Canada", "9" * 99])
def test_a_code_nobody_has_is_refused(states: StateSystem, text: str | int) -> None:
    assert len(refusal(states, text, 2000)) < 250


def test_unknown_cow_numbers_have_no_name_and_no_state(states: StateSystem) -> None:
    with pytest.raises(InputError, match="COW number 999"):
        states.name(999)
    with pytest.raises(InputError, match="COW number 340"):
        states.state(340, 2010)


@settings(deadline=None)
@given(text=st.one_of(st.text(), st.integers(), st.from_regex(r"(cow|gw):\w*")), year=st.integers(1810, 2030))
def test_arbitrary_input_is_resolved_or_refused_and_nothing_else(states: StateSystem, text: str | int, year: int) -> None:
    try:
        state = states.resolve(text, year)
    except InputError:
        return
    assert (state.year, states.state(state.ccode, year)) == (year, state)


@pytest.fixture(scope="module")
def rows(record: Record) -> Rows:
    return record.table("state_years").to_dicts()


def failures(states: StateSystem, rows: Rows, texts: Sequence[str | None]) -> list[tuple[str, int, int]]:
    """Return (text, year, ccode) of the rows whose text, if there is one, does not resolve to their state in their year."""
    asked = [(text, row["year"], row["ccode"]) for row, text in zip(rows, texts, strict=True) if text]
    return [(text, year, ccode) for text, year, ccode in asked if not means(states, text, year, ccode)]


def means(states: StateSystem, text: str, year: int, ccode: int) -> bool:
    try:
        return states.resolve(text, year).ccode == ccode
    except InputError:
        return False


@pytest.mark.parametrize("form", ["{ccode}", "cow:{ccode}", "cow:{abbreviation}"])
def test_every_member_resolves_by_its_cow_code_in_every_year(states: StateSystem, rows: Rows, form: str) -> None:
    assert failures(states, rows, [form.format(**row) for row in rows]) == []


def test_every_member_resolves_by_its_gw_number_unless_it_passed_on_within_the_year(states: StateSystem, rows: Rows) -> None:
    texts = [f"gw:{row['gwcode']}" if row["gwcode"] else None for row in rows]
    assert failures(states, rows, texts) == [("gw:260", 1990, 260), ("gw:678", 1990, 678)]


def test_every_member_resolves_by_its_iso3_code_unless_it_passed_on_within_the_year(states: StateSystem, rows: Rows) -> None:
    assert failures(states, rows, [row["iso3"] for row in rows]) == [("DEU", 1990, 260), ("YEM", 1990, 678)]


def test_every_member_resolves_by_its_english_name_but_for_the_known_exceptions(states: StateSystem, rows: Rows) -> None:
    members = {(row["year"], row["ccode"]) for row in rows}
    expected = {(name, year, ccode) for name, ccode, first, last in NOT_CARRIED for year in range(first, last + 1)}
    found = failures(states, rows, [row["english_name"] for row in rows])
    assert set(found) == {(name, year, ccode) for name, year, ccode in expected if (year, ccode) in members}


def test_every_state_but_plain_congo_resolves_by_its_cow_name_in_some_year(states: StateSystem, rows: Rows) -> None:
    wrong = set(failures(states, rows, [row["name"] for row in rows]))
    right = {row["ccode"] for row in rows if (row["name"], row["year"], row["ccode"]) not in wrong}
    assert {row["ccode"] for row in rows} - right == {484}


def test_membership_in_a_year_is_membership_on_any_day_of_it(states: StateSystem, rows: Rows) -> None:
    members = {(row["ccode"], row["year"]) for row in rows}
    spells = {state.ccode: state.spells for year in range(1816, 2026) for state in states.members(year)}
    covered = {
        (ccode, year) for ccode, held in spells.items() for spell in held for year in range(1816, 2026) if spell.covers(year)
    }
    assert covered == members


@pytest.mark.parametrize("year", [1816, 1860, 1914, 1938, 1962, 1990, 2025])
def test_the_members_of_a_year_are_in_order_and_bear_different_names(states: StateSystem, rows: Rows, year: int) -> None:
    members = states.members(year)
    assert [state.ccode for state in members] == sorted(row["ccode"] for row in rows if row["year"] == year)
    assert len({state.name for state in members}) == len(members)


def test_the_name_shown_resolves_to_its_state_unless_it_is_ambiguous(states: StateSystem, rows: Rows) -> None:
    shown = [states.name(row["ccode"], row["year"]) for row in rows]
    assert set(failures(states, rows, shown)) == {("Germany", 1990, 255), ("Yemen", 1990, 679)}


@pytest.mark.parametrize(("name", "year", "ccode"), list(said(SHOWN)))
def test_a_state_is_called_what_it_was_called_then(states: StateSystem, name: str, year: int, ccode: int) -> None:
    assert states.state(ccode, year).name == name


def test_a_name_outside_membership_is_that_of_the_nearest_year(states: StateSystem) -> None:
    assert (states.name(255, 1948), states.name(255)) == ("Germany", "Germany")
    assert (states.name(365, 1816), states.name(345), states.name(345, 1942)) == ("Russia", "Serbia", "Yugoslavia")
    assert states.name(630, 1816) == "Persia"


def test_a_state_knows_its_codes_region_and_spells(states: StateSystem) -> None:
    germany = states.resolve("Germany", 2000)
    assert (germany.ccode, germany.gwcode, germany.iso3, germany.abbreviation) == (255, 260, "DEU", "GMY")
    assert germany.region == "Europe & Central Asia"
    assert germany.spells == (Spell(date(1816, 1, 1), date(1945, 5, 8)), Spell(date(1990, 10, 3), None))
