"""Names and codes mean the right state at the right date, and are refused, with the reason, when they mean none or several."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from string import ascii_letters
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foedus.errors import InputError
from foedus.record.states import Spell, StateSystem, fold
from foedus.record.store import Record

MEANT = """
2: America 1900; the U.S. 1900
52: Trinidad & Tobago 2000
200: England 1850; Great Britain 1900; U.K. 2000
210: Holland 1900
255: Germany 1850; Germany 1935; Germany 1945; Germany 2000; DEU 1935; DEU 1990; DEU 2000; gw:260 2000; 260 2000
255: Federal Republic of Germany 2000; Prussia 1816; Prussia 1871
260: DEU 1960; gw:260 1960; cow:260 1960; 260 1990; West Germany 1960; Federal Republic of Germany 1960
265: East Germany 1960; GDR 1960; DDR 1960
275: Hesse 1867
300: Austria-Hungary 1860; Austrian Empire 1850; Austria 1860; Austria 1918
305: Austria 1930
315: Czechoslovakia 1980
316: Czechia 2000; Czech Republic 2020; CZE 2000
325: Sardinia 1850; Piedmont 1850; Kingdom of Sardinia 1850
327: Papal States 1850
329: Kingdom of the Two Sicilies 1850
343: North Macedonia 2020; Macedonia 2000
345: Serbia 1900; Serbia 2010; SRB 2010; 340 1900; 340 2010; 345 2010; Yugoslavia 1980; Serbia and Montenegro 2004
365: Russia 1850; Russia 1950; Russia 2020; Russian Federation 2020; Russian Empire 1900; Soviet Union 1950; USSR 1950
365: U.S.S.R. 1950
402: Cabo Verde 2010
434: Dahomey 1970
437: Ivory Coast 2000
439: Upper Volta 1970
484: Congo-Brazzaville 1962; Republic of the Congo 2000; COG 1980
490: Zaire 1980; DR Congo 2000; Congo-Kinshasa 2000; Congo-Léopoldville 1962; COD 1980
510: Tanganyika 1962
511: Zanzibar 1963; Zanzibar 1964
552: Rhodesia 1970
572: Swaziland 1970; Eswatini 2020
630: Persia 1900
640: Ottoman Empire 1914; Ottoman Empire 1923; Türkiye 2023
651: UAR 1960
678: Yemen 1930; North Yemen 1980; 678 1980
679: Yemen 2000; YEM 1990; 678 2000; 679 2000
680: South Yemen 1980
696: UAE 2000
710: China 1930; China 2000; PRC 2000; People's Republic of China 2000; Republic of China 1930
713: Republic of China 2000; ROC 2000; Taiwan 2000
730: Korea 1900; KOR 1900
731: Democratic People's Republic of Korea 2000
732: KOR 2000; Republic of Korea 2000
775: Burma 1960; Myanmar 2010
780: Ceylon 1960
800: Siam 1900
816: Vietnam 1985; Vietnam 2000; Viet Nam 2000; VNM 1965; North Vietnam 1965; Democratic Republic of Vietnam 1965
817: South Vietnam 1965; Republic of Vietnam 1965
860: Timor-Leste 2010; East Timor 2010
987: Micronesia 2000
"""
"""COW number: what is said for it, and the year in which it is said."""

SHOWN = """
255: Prussia 1816; Prussia 1870; Germany 1871; Germany 2000
260: West Germany 1960
300: Austrian Empire 1850; Austria-Hungary 1914
325: Sardinia 1860; Italy 1861
345: Serbia 1914; Yugoslavia 1918; Serbia and Montenegro 2004; Serbia 2006
365: Russia 1914; Soviet Union 1922; Soviet Union 1991; Russia 1992
490: Congo-Léopoldville 1962; Zaire 1980; Democratic Republic of the Congo 2000
630: Persia 1900; Iran 1950
640: Ottoman Empire 1914; Turkey 1923
730: Korea 1900
800: Siam 1900; Thailand 2000
816: North Vietnam 1965; Vietnam 1976
"""
"""COW number: what foedus calls it, and when."""

SIMILAR = """
438: Guinea 2000
411: Equatorial Guinea 2000
404: Guinea-Bissau 2000
910: Papua New Guinea 2000
436: Niger 2000
475: Nigeria 2000
54: Dominica 2000; Commonwealth of Dominica 2000
42: Dominican Republic 2000; Dominican Rep. 2000
990: Samoa 1990; Western Samoa 1990; Samoa 2000
625: Sudan 2000; Sudan 2015
626: South Sudan 2015
731: North Korea 2000
732: South Korea 2000
205: Ireland 2000
305: Austria 2000
317: Slovakia 2000
349: Slovenia 2000
432: Mali 2000
553: Malawi 2000
590: Mauritius 2000
435: Mauritania 2000
"""
"""Names that similarity or a search for a part would confuse."""

AMBIGUOUS_ENGLISH_NAMES = [
    ("Germany", 255, 1990, 1990),
    ("Germany", 260, 1955, 1989),
    ("Yemen", 679, 1990, 1990),
    ("Vietnam", 816, 1954, 1975),
]
"""Present-day names that two or three states carried in those years."""

ANACHRONISMS = [
    ("Vatican City", 327, 1816, 1860),
    ("Yugoslavia", 345, 1878, 1917),
    ("Yugoslavia", 345, 2004, 2025),
    ("South Korea", 730, 1887, 1905),
]
"""Names the record gives a state in years in which it did not carry them."""


def said(table: str) -> Iterator[tuple[str, int, int]]:
    """Yield (text, year, ccode) from a table like MEANT."""
    for line in table.strip().splitlines():
        ccode, sayings = line.split(": ", 1)
        for saying in sayings.split("; "):
            text, year = saying.rsplit(" ", 1)
            yield text, int(year), int(ccode)


def refusal(states: StateSystem, text: str | int, year: int) -> str:
    with pytest.raises(InputError) as caught:
        states.resolve(text, year)
    return str(caught.value)


@pytest.fixture(scope="module")
def states(record: Record) -> StateSystem:
    return StateSystem.of(record)


@pytest.fixture(scope="module")
def drawn() -> StateSystem:
    """Three states: Avalon, until Borduria takes over its ISO3 and GW codes in 1902; Cocagne, away in 1901."""
    avalon = [(year, 1, 1, "AVA", "AVL", "Avalon") for year in (1900, 1901, 1902)]
    borduria = [(year, 2, 1, "AVA", "BRD", "Borduria") for year in (1902, 1903)]
    cocagne = [(year, 3, 2, "BRD", "COC", "Cocagne") for year in (1900, 1902, 1903)]
    columns = ["year", "ccode", "gwcode", "iso3", "abbreviation", "name"]
    years = pl.DataFrame([*avalon, *borduria, *cocagne], schema=columns, orient="row")
    spells = [
        ("cow", 1, "Avalon", date(1900, 1, 1), date(1902, 5, 1)),
        ("cow", 2, "Borduria", date(1902, 5, 2), None),
        ("cow", 3, "Cocagne", date(1900, 1, 1), date(1900, 6, 1)),
        ("cow", 3, "Cocagne", date(1902, 1, 1), None),
        ("gw", 9, "Erewhon", date(1900, 1, 1), None),
    ]
    kokania = {"name": "Kokania", "ccode": 3, "from": 1900, "to": 1902, "display": True}
    north = [{"name": "The North", "ccode": 1}, {"name": "The North", "ccode": 2}]
    return StateSystem(
        years.with_columns(gw_name=pl.lit(None, pl.String), english_name="name", region=pl.lit("North")),
        pl.DataFrame(spells, schema=["system", "code", "name", "start", "end"], orient="row"),
        {"alias": [kokania, *north], "withdrawn": [], "outside": ["Shangri-La"]},
    )


# A world one can draw


def test_a_gw_number_is_tried_after_the_cow_number_of_the_same_value(drawn: StateSystem) -> None:
    assert drawn.resolve(2, 1900).name == "Kokania"
    assert drawn.resolve(2, 1903).name == "Borduria"
    assert drawn.resolve("gw:2", 1903).ccode == 3


def test_a_code_that_passes_to_a_successor_belongs_to_the_successor(drawn: StateSystem) -> None:
    assert [drawn.resolve("AVA", year).ccode for year in (1901, 1902, 1903)] == [1, 2, 2]
    assert [drawn.resolve("gw:1", year).ccode for year in (1901, 1902, 1903)] == [1, 2, 2]


def test_letters_that_are_an_iso3_code_are_no_cow_abbreviation(drawn: StateSystem) -> None:
    assert drawn.resolve("BRD", 1903).ccode == 3
    assert drawn.resolve("cow:BRD", 1903).ccode == 2
    assert drawn.resolve("COC", 1903).ccode == 3


def test_a_name_two_states_carry_is_refused_with_both(drawn: StateSystem) -> None:
    assert drawn.resolve("the north", 1900).ccode == 1
    assert refusal(drawn, "The North", 1902) == (
        '"The North" is ambiguous in 1902: it could be Avalon (AVA, 1) or Borduria (AVA, 2). Say 1 or 2.'
    )


def test_a_gap_in_membership_is_refused_with_the_spells(drawn: StateSystem) -> None:
    assert refusal(drawn, "Cocagne", 1901) == (
        "Kokania (BRD, 3) was no member of the state system in 1901: member 1900-01-01 – 1900-06-01 and 1902-01-01 – today."
    )


def test_a_name_given_up_is_refused_with_its_years_and_the_present_name(drawn: StateSystem) -> None:
    assert (
        refusal(drawn, "Kokania", 1903) == '"Kokania" means state 3 in 1900–1902 only; in 1903 that is Cocagne (BRD, 3): say 3.'
    )


def test_a_state_of_the_gw_list_alone_was_never_a_member(drawn: StateSystem) -> None:
    assert "Erewhon" in refusal(drawn, "Erewhon", 1903)
    assert "was never a member" in refusal(drawn, "Erewhon", 1903)
    assert "was never a member" in refusal(drawn, "State of Shangri-La", 1903)


def test_the_name_shown_is_that_of_the_year_or_of_the_nearest_year_of_membership(drawn: StateSystem) -> None:
    assert drawn.state(3, 1900).name == "Kokania"
    assert drawn.state(3, 1903).name == "Cocagne"
    assert drawn.name(3) == "Cocagne"
    assert drawn.name(1, 1903) == "Avalon"


def test_members_are_those_of_any_day_of_the_year_by_cow_number(drawn: StateSystem) -> None:
    assert [state.ccode for state in drawn.members(1902)] == [1, 2, 3]
    assert [state.ccode for state in drawn.members(1901)] == [1]


def test_a_spell_covers_its_first_and_last_year() -> None:
    spell = Spell(date(1920, 1, 10), date(1940, 6, 16))
    assert [spell.covers(year) for year in (1919, 1920, 1940, 1941)] == [False, True, True, False]
    assert Spell(date(1920, 1, 10), None).covers(2500)


# Folding


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("U.S.A.", "usa"),
        ("U. S. S. R.", "USSR"),
        ("The Gambia", "GAMBIA"),
        ("St. Vincent & the Grenadines", "Saint Vincent and the Grenadines"),
        ("Côte d’Ivoire", "cote d'ivoire"),
        ("  Guinea–Bissau ", "Guinea-Bissau"),
        ("Dem. Rep. of the Congo", "Democratic Republic of Congo"),
        ("Türkiye", "Turkiye"),
    ],
)
def test_spellings_that_do_not_distinguish_states_are_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.text(ascii_letters + "éüøß .,-&'()"))
def test_case_never_distinguishes_states(text: str) -> None:
    assert fold(text.upper()) == fold(text) == fold(text.lower())


# The traps


@pytest.mark.parametrize(("text", "year", "ccode"), list(said(MEANT)))
def test_a_name_or_code_means_the_state_that_carried_it_that_year(
    states: StateSystem, text: str, year: int, ccode: int
) -> None:
    assert states.resolve(text, year).ccode == ccode


@pytest.mark.parametrize(
    ("text", "year", "candidates"),
    [
        ("Vietnam", 1965, (816, 817)),
        ("Viet Nam", 1965, (816, 817)),
        ("Germany", 1960, (260, 265)),
        ("Germany", 1990, (255, 260, 265)),
        ("Yemen", 1980, (678, 680)),
        ("Korea", 1960, (731, 732)),
        ("Congo", 1960, (484, 490)),
        ("Congo", 2025, (484, 490)),
        ("Republic of the Congo", 1962, (484, 490)),
        ("Hesse", 1850, (273, 275)),
        ("Republic of China", 1949, (710, 713)),
    ],
)
def test_an_ambiguous_name_is_refused_with_every_candidate_and_how_to_say_it(
    states: StateSystem, text: str, year: int, candidates: tuple[int, ...]
) -> None:
    message = refusal(states, text, year)
    assert "ambiguous" in message
    for ccode in candidates:
        assert f", {ccode})" in message
        assert states.resolve(ccode, year).ccode == ccode
    assert message.endswith(f"Say {' or '.join(map(str, candidates))}.")


def test_congo_is_ambiguous_in_every_year_both_exist(states: StateSystem) -> None:
    assert all("ambiguous" in refusal(states, "Congo", year) for year in range(1960, 2026))


def test_a_name_shared_with_a_state_not_yet_a_member_is_still_refused(states: StateSystem) -> None:
    message = refusal(states, "Germany", 1954)
    assert "West Germany (DEU, 260), no member in 1954" in message
    assert message.endswith("Say 265.")


@pytest.mark.parametrize(("text", "year", "ccode"), list(said(SIMILAR)))
def test_similar_names_are_never_confused(states: StateSystem, text: str, year: int, ccode: int) -> None:
    assert states.resolve(text, year).ccode == ccode


@pytest.mark.parametrize(
    "text", ["Guine", "Niger Republic", "Nige", "Equatorial", "Congo Free", "United", "Republic", "The", "Korea South"]
)
def test_a_part_or_likeness_of_a_name_means_nothing(states: StateSystem, text: str) -> None:
    assert "no state is known as" in refusal(states, text, 2000)


@pytest.mark.parametrize(
    ("letters", "iso3_means", "cow_means"),
    [("AUS", 900, 305), ("CZE", 316, 315), ("MNG", 712, 341), ("SLV", 92, 349), ("SWZ", 572, 225)],
)
def test_letters_with_two_meanings_are_iso3_unless_prefixed(
    states: StateSystem, letters: str, iso3_means: int, cow_means: int
) -> None:
    assert states.resolve(letters, 2010).ccode == iso3_means
    year = states.resolve(cow_means, 1992 if cow_means == 315 else 2010).year
    assert states.resolve(f"cow:{letters}", year).ccode == cow_means


def test_an_iso3_code_before_its_state_existed_points_to_the_cow_abbreviation(states: StateSystem) -> None:
    message = refusal(states, "CZE", 1980)
    assert "member 1993-01-01 – today" in message
    assert "say cow:CZE" in message


def test_the_iso3_code_of_a_territory_does_not_become_a_cow_abbreviation(states: StateSystem) -> None:
    assert "never a member" in refusal(states, "MAC", 2000)
    assert states.resolve("cow:MAC", 2000).ccode == 343


def test_nauru_keeps_the_number_that_gw_gives_kiribati(states: StateSystem) -> None:
    assert states.resolve(970, 2010).iso3 == "NRU"
    assert states.resolve("970", 2010).iso3 == "NRU"
    assert states.resolve("gw:970", 2010).iso3 == "KIR"
    assert states.resolve(971, 2010).iso3 == "NRU"
    assert states.resolve(973, 2010).iso3 == "TUV"


# Refusals


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
        (511, 1970, "1963-12-19 – 1964-04-26"),
        ("cow:260", 2000, "1955-05-05 – 1990-10-02"),
        ("970", 1985, "1999-09-14 – today"),
        ("Montenegro", 1990, "2006-06-12 – today"),
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
        ("Rhodesia", 1990, "1965–1980", "Zimbabwe (ZWE, 552)"),
    ],
)
def test_a_name_out_of_its_years_is_refused_with_them_and_the_name_of_the_day(
    states: StateSystem, text: str, year: int, years: str, present: str
) -> None:
    message = refusal(states, text, year)
    assert f"in {years} only" in message
    assert f"in {year} that is {present}" in message


@pytest.mark.parametrize(
    "name", ["Tibet", "Transvaal", "Orange Free State", "Great Colombia", "Gran Colombia", "Palestine", "Scotland"]
)
def test_a_place_that_was_never_a_member_is_said_to_be_none(states: StateSystem, name: str) -> None:
    assert "was never a member" in refusal(states, name, 1930)


def test_a_misspelt_name_gets_the_nearest_of_the_year(states: StateSystem) -> None:
    assert "Did you mean France?" in refusal(states, "Frnace", 2000)
    assert "Prussia" in refusal(states, "Prusia", 1850)
    assert "Prussia" not in refusal(states, "Prusia", 2000)


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


# The whole record


@pytest.fixture(scope="module")
def rows(record: Record) -> list[dict[str, Any]]:
    return record.table("state_years").to_dicts()


def failures(states: StateSystem, rows: list[dict[str, Any]], texts: list[str | None]) -> list[tuple[str, int, int]]:
    """Return (text, year, ccode) of the rows whose text, if there is one, does not resolve to their state in their year."""
    asked = [(text, row["year"], row["ccode"]) for row, text in zip(rows, texts, strict=True) if text]
    return [(text, year, ccode) for text, year, ccode in asked if not means(states, text, year, ccode)]


def means(states: StateSystem, text: str, year: int, ccode: int) -> bool:
    try:
        return states.resolve(text, year).ccode == ccode
    except InputError:
        return False


@pytest.mark.parametrize("form", ["{}", "cow:{}"])
def test_every_member_resolves_by_its_cow_number_in_every_year(
    states: StateSystem, rows: list[dict[str, Any]], form: str
) -> None:
    assert failures(states, rows, [form.format(row["ccode"]) for row in rows]) == []


def test_every_member_resolves_by_its_gw_number_unless_it_passed_on_within_the_year(
    states: StateSystem, rows: list[dict[str, Any]]
) -> None:
    texts = [f"gw:{row['gwcode']}" if row["gwcode"] else None for row in rows]
    assert failures(states, rows, texts) == [("gw:260", 1990, 260), ("gw:678", 1990, 678)]


def test_every_member_resolves_by_its_iso3_code_unless_it_passed_on_within_the_year(
    states: StateSystem, rows: list[dict[str, Any]]
) -> None:
    assert failures(states, rows, [row["iso3"] for row in rows]) == [("DEU", 1990, 260), ("YEM", 1990, 678)]


def test_every_member_resolves_by_its_english_name_but_for_the_known_exceptions(
    states: StateSystem, rows: list[dict[str, Any]]
) -> None:
    members = {(row["year"], row["ccode"]) for row in rows}
    spans = [*AMBIGUOUS_ENGLISH_NAMES, *ANACHRONISMS]
    expected = {(name, year, ccode) for name, ccode, first, last in spans for year in range(first, last + 1)}
    found = failures(states, rows, [row["english_name"] for row in rows])
    assert set(found) == {(name, year, ccode) for name, year, ccode in expected if (year, ccode) in members}


def test_every_member_resolves_by_its_prefixed_abbreviation_in_every_year(
    states: StateSystem, rows: list[dict[str, Any]]
) -> None:
    assert failures(states, rows, [f"cow:{row['abbreviation']}" for row in rows]) == []


def test_every_state_but_plain_congo_resolves_by_its_cow_name_in_some_year(
    states: StateSystem, rows: list[dict[str, Any]]
) -> None:
    wrong = set(failures(states, rows, [row["name"] for row in rows]))
    right = {row["ccode"] for row in rows if (row["name"], row["year"], row["ccode"]) not in wrong}
    assert {row["ccode"] for row in rows} - right == {484}


def test_membership_in_a_year_is_membership_on_any_day_of_it(states: StateSystem, rows: list[dict[str, Any]]) -> None:
    members = {(row["ccode"], row["year"]) for row in rows}
    spells = {state.ccode: state.spells for year in range(1816, 2026) for state in states.members(year)}
    covered = {
        (ccode, year) for ccode, held in spells.items() for spell in held for year in range(1816, 2026) if spell.covers(year)
    }
    assert covered == members


@pytest.mark.parametrize("year", [1816, 1860, 1914, 1938, 1962, 1990, 2025])
def test_the_members_of_a_year_are_in_order_and_bear_different_names(
    states: StateSystem, rows: list[dict[str, Any]], year: int
) -> None:
    members = states.members(year)
    assert [state.ccode for state in members] == sorted(row["ccode"] for row in rows if row["year"] == year)
    assert len({state.name for state in members}) == len(members)


def test_the_name_shown_resolves_to_its_state_unless_it_is_ambiguous(states: StateSystem, rows: list[dict[str, Any]]) -> None:
    shown = [states.name(row["ccode"], row["year"]) for row in rows]
    assert set(failures(states, rows, shown)) == {("Germany", 1990, 255), ("Yemen", 1990, 679)}


@pytest.mark.parametrize(("name", "year", "ccode"), list(said(SHOWN)))
def test_a_state_is_called_what_it_was_called_then(states: StateSystem, name: str, year: int, ccode: int) -> None:
    assert states.state(ccode, year).name == name


def test_a_state_knows_its_codes_region_and_spells(states: StateSystem) -> None:
    germany = states.resolve("Germany", 2000)
    assert (germany.ccode, germany.gwcode, germany.iso3, germany.abbreviation) == (255, 260, "DEU", "GMY")
    assert germany.region == "Europe & Central Asia"
    assert germany.spells == (Spell(date(1816, 1, 1), date(1945, 5, 8)), Spell(date(1990, 10, 3), None))
