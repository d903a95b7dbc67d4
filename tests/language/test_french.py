"""French: every pattern has its places, every state its name, and numbers, lists and dates are those of CLDR."""

from __future__ import annotations

import string
from datetime import date
from importlib import resources
from io import StringIO

import pytest

from foedus.errors import InputError
from foedus.language import french
from foedus.language.said import joined, on_day, recalled, say, say_many
from foedus.language.speaking import figures, lacking, speaking, spoken, state_label, tell, told
from foedus.record.states import StateSystem
from foedus.record.store import Record
from foedus.words import capitalized, counted, listed, the

FIXED, FINE = "\u00a0", "\u202f"

OTHERWISE = {
    "Democratic Republic of the Congo": "Congo-Kinshasa",
    "Republic of the Congo": "Congo-Brazzaville",
    "Myanmar": "Myanmar (Birmanie)",
    "Vietnam": "Viêt Nam",
}
"""States that CLDR calls otherwise, and how: ours are as long as the record's, and as a sentence has them."""


def test_every_state_of_the_record_has_a_name(record: Record) -> None:
    states = StateSystem.of(record)
    named = {member.name for year in range(1816, 2026) for member in states.members(year)}
    names, inside = french.states()
    assert named == set(names)
    assert set(inside) <= named


def test_names_of_today_are_those_of_cldr(record: Record) -> None:
    babel = pytest.importorskip("babel", reason="Babel holds CLDR")
    territories, codes = babel.Locale("fr").territories, babel.core.get_global("territory_aliases")
    other, compared = {}, 0
    for member in StateSystem.of(record).members(2025):
        if member.iso3 in codes:
            own, theirs = french.state(member.name, "bare"), territories[codes[member.iso3][0]].replace("’", "'")
            compared += 1
            if own != theirs:
                other[member.name] = theirs
    assert other == OTHERWISE
    assert compared > 150


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("Canada", ("le Canada", "Canada", "du Canada", "au Canada", "au Canada")),
        ("United States", ("les États-Unis", "États-Unis", "des États-Unis", "aux États-Unis", "aux États-Unis")),
        ("France", ("la France", "France", "de la France", "à la France", "en France")),
        ("Mexico", ("le Mexique", "Mexique", "du Mexique", "au Mexique", "au Mexique")),
        ("Cuba", ("Cuba", "Cuba", "de Cuba", "à Cuba", "à Cuba")),
        ("Iran", ("l'Iran", "Iran", "de l'Iran", "à l'Iran", "en Iran")),
        ("Israel", ("Israël", "Israël", "d'Israël", "à Israël", "en Israël")),
        ("Haiti", ("Haïti", "Haïti", "d'Haïti", "à Haïti", "en Haïti")),
        ("Barbados", ("la Barbade", "Barbade", "de la Barbade", "à la Barbade", "à la Barbade")),
        ("Netherlands", ("les Pays-Bas", "Pays-Bas", "des Pays-Bas", "aux Pays-Bas", "aux Pays-Bas")),
        (
            "Ottoman Empire",
            ("l'Empire ottoman", "Empire ottoman", "de l'Empire ottoman", "à l'Empire ottoman", "dans l'Empire ottoman"),
        ),
    ],
)
def test_a_state_takes_the_article_and_preposition_that_usage_gives_it(name: str, forms: tuple[str, ...]) -> None:
    assert tuple(french.state(name, form) for form in ("", "bare", "de", "à", "en")) == forms


@pytest.mark.parametrize("number", ["0", "7", "12", "1,234", "12,300", "1,234,567", "0.18", "0.0093", "1,234.5", "43.25"])
def test_numbers_are_written_as_in_cldr(number: str) -> None:
    numbers = pytest.importorskip("babel.numbers", reason="Babel holds CLDR")
    decimals = len(number.partition(".")[2])
    pattern = "#,##0" + (f".{decimals * '0'}" if decimals else "")
    assert french.number(number) == numbers.format_decimal(number.replace(",", ""), pattern, locale="fr")


def test_percentages_lists_and_dates_are_those_of_cldr() -> None:
    numbers = pytest.importorskip("babel.numbers", reason="Babel holds CLDR")
    from babel.dates import format_date
    from babel.lists import format_list

    assert french.typeset("43 %") == numbers.format_percent(0.43, locale="fr") == f"43{FIXED}%"
    for items in (["a"], ["a", "b"], ["a", "b", "c"]):
        assert french.listed(items) == format_list(items, locale="fr")
    for month in range(1, 13):
        when = date(1949, month, 4)
        assert french.day(when) == format_date(when, "medium", locale="fr")
        assert french.long_day(when) == format_date(when, "long", locale="fr")


def _places(pattern: str) -> set[str]:
    return {place for _, place, _, _ in string.Formatter().parse(pattern) if place}


def test_no_pattern_loses_or_invents_a_place() -> None:
    for pattern, forms in french.catalogue().items():
        for form in forms:
            assert _places(form) <= _places(pattern) | {"number"}, pattern
            assert _places(pattern) - {"pairs", "number"} <= _places(form), pattern


def test_the_catalogue_is_read_as_gettexts_own_tools_read_it() -> None:
    pofile = pytest.importorskip("babel.messages.pofile", reason="Babel reads catalogues")
    text = (resources.files("foedus.language") / "fr" / "messages.po").read_text(encoding="utf-8")
    read = pofile.read_po(StringIO(text), abort_invalid=True)
    theirs = {
        (each.id[0] if isinstance(each.id, tuple) else each.id): (
            each.string if isinstance(each.string, tuple) else (each.string,)
        )
        for each in read
        if each.id
    }
    assert theirs == french.catalogue()


def test_english_is_what_is_written_in_the_code() -> None:
    assert spoken() == "en"
    assert told(say("{one} and {other}", one="x", other=1)) == tell("{one} and {other}", one="x", other=1) == "x and 1"
    assert figures("12,300") == "12,300"
    assert lacking("whatever") == []


def test_a_language_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"no language 'de'.* There are en \(English\), fr \(français\)"), speaking("de"):
        pass
    assert spoken() == "en"


def test_a_sentence_is_told_with_its_parts() -> None:
    pair = listed([the("United States"), the("Canada")])
    sentence = capitalized(say("{names} watch together by {treaties} since {year}.", names=pair, treaties=_treaty(), year=1958))
    assert sentence == "The United States and Canada watch together by the NORAD Agreement since 1958."
    with speaking("fr"):
        assert (
            told(sentence) == "Les États-Unis et le Canada assurent une alerte commune depuis 1958 en vertu de l’accord NORAD."
        )
        assert told(joined(sentence, sentence)).count("Les États-Unis") == 2
        assert lacking(sentence) == []
        assert lacking(say("Never said before by {names}.", names=pair)) == ["Never said before by {names}."]
        assert lacking(f"Glued: {sentence}") == [f"Glued: {sentence}"]
        assert state_label("United States") == "États-Unis"


def _treaty() -> str:
    return say("the {treaty}", treaty=say("NORAD Agreement"))


def test_counted_things_take_the_plural_from_two_on() -> None:
    with speaking("fr"):
        assert [told(counted(number, "year")) for number in (0, 1, 2, 1200)] == [
            "0 année",
            "1 année",
            "2 années",
            f"1{FINE}200 années",
        ]
        assert told(say_many(5, "{number} pair", "{number} pairs")) == "5 paires"


def test_typography_sets_the_spaces_that_do_not_break() -> None:
    assert french.typeset("« oui » ; non ? 4,3 % : l'accord") == (
        f"«{FIXED}oui{FIXED}»{FINE}; non{FINE}? 4,3{FIXED}%{FIXED}: l’accord"
    )


def test_a_day_is_told_with_its_month() -> None:
    with speaking("fr"):
        assert told(on_day(date(1935, 5, 2))) == "2 mai 1935"


def test_a_text_that_was_kept_is_said_again_by_its_pattern() -> None:
    pattern = "{lacking} {left} % would be."
    again = recalled("without the radars in Canada 7 % would be.", pattern)
    assert vars(again)["parts"] == {"lacking": "without the radars in Canada", "left": "7"}
    assert recalled("Something else.", pattern) == "Something else."
