"""Over any years a name or code brings back the rows that carry it, or is refused with all that it could mean and when."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foedus.errors import InputError
from foedus.record.meanings import Meanings
from foedus.record.states import AmbiguousName, StateSystem
from foedus.record.store import Record

SYSTEMS = {"cow": ("state_years", "ccode", "gwcode"), "gw": ("gw_state_years", "gwcode", "ccode")}


@pytest.fixture(scope="module")
def meanings(record: Record) -> dict[str, Meanings]:
    return {system: Meanings(record, system) for system in SYSTEMS}


@pytest.fixture(scope="module")
def printed(record: Record) -> dict[str, pl.DataFrame]:
    """What a panel prints in each row of either system: text, number of the state, first and last year of its rows."""
    frames = {}
    for system, (table, key, other) in SYSTEMS.items():
        rows = record.table(table)
        texts = [rows.select(pl.col(name).alias("text"), key, "year") for name in ("name", "iso3")]
        texts += [rows.select(pl.col(key).cast(pl.String).alias("text"), key, "year")]
        prefix = {"ccode": "cow:", "gwcode": "gw:"}
        texts += [
            rows.select((prefix[name] + pl.col(name).cast(pl.String)).alias("text"), key, "year") for name in (key, other)
        ]
        if system == "cow":
            texts += [rows.select(("cow:" + pl.col("abbreviation")).alias("text"), key, "year")]
        frames[system] = pl.concat(texts).drop_nulls().unique().rename({key: "code"}).sort("text", "code", "year")
    return frames


def lost(printed: pl.DataFrame, meanings: Meanings, first: int, last: int) -> list[tuple[str, int]]:
    """What is printed in these years and does not bring its state back, nor is refused with that state."""
    asked = printed.filter(pl.col("year").is_between(first, last)).select("text", "code").unique().sort("text", "code")
    missing = []
    for text, code in asked.iter_rows():
        try:
            found = code in meanings.within(text, first, last)
        except InputError as refusal:
            found = re.search(rf"\b{code}\b", str(refusal)) is not None
        if not found:
            missing.append((text, code))
    return missing


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("span", [(1816, 2025), (1816, 1914), (1914, 1945), (1945, 1990), (1990, 1990), (1990, 2025)])
def test_whatever_a_panel_prints_brings_its_row_back_or_is_refused_with_it(
    system: str, span: tuple[int, int], printed: dict[str, pl.DataFrame], meanings: dict[str, Meanings]
) -> None:
    assert lost(printed[system], meanings[system], *span) == []


@settings(deadline=None, max_examples=10)
@given(system=st.sampled_from(sorted(SYSTEMS)), first=st.integers(1816, 2025), length=st.integers(0, 209))
def test_over_any_span_of_years_nothing_printed_is_lost(
    system: str, first: int, length: int, printed: dict[str, pl.DataFrame], meanings: dict[str, Meanings]
) -> None:
    assert lost(printed[system], meanings[system], first, min(first + length, 2025)) == []


@pytest.mark.parametrize(
    ("system", "text", "first", "last", "codes"),
    [
        ("cow", "DEU", 1816, 2025, (255, 260)),
        ("cow", "GER", 1816, 2025, (255, 260)),  # as the code, though no list gives it
        ("cow", "YEM", 1816, 2025, (678, 679)),
        ("cow", "KOR", 1816, 2025, (730, 732)),
        ("cow", "Germany", 1816, 1953, (255,)),
        ("cow", "Germany", 1990, 2010, (255,)),  # 1990 is a year of change
        ("cow", "Vietnam", 1975, 2000, (816,)),
        ("cow", "Prussia", 1816, 2025, (255,)),
        ("cow", "Austria", 1816, 2025, (300, 305)),
        ("cow", "Republic of China", 1930, 2000, (710, 713)),
        ("cow", 260, 1980, 2010, (260,)),
        ("cow", "gw:260", 1980, 2010, (255, 260)),
        ("cow", "GMY", 1816, 2025, (255,)),
        ("gw", "Serbia", 1876, 1920, (340,)),
        ("gw", "Serbia and Montenegro", 1990, 2010, (345,)),
        ("gw", "YUG", 1816, 2025, (340, 345)),
        ("gw", "cow:345", 1816, 2025, (340, 345)),
        ("gw", "West Germany", 1949, 1954, (260,)),
        ("gw", "Germany", 1816, 1948, (255,)),
        ("gw", "Austria", 1816, 1918, (300, 305)),  # 305 is a member from 12 November 1918
        ("gw", "Austria", 1918, 1960, (300, 305)),
        ("gw", "GMY", 1816, 2025, (255, 260)),
    ],
)
def test_a_name_means_every_state_that_bore_it(
    system: str, text: str | int, first: int, last: int, codes: tuple[int, ...], meanings: dict[str, Meanings]
) -> None:
    assert meanings[system].within(text, first, last) == codes


@pytest.mark.parametrize(
    ("system", "text", "first", "last", "words"),
    [
        ("cow", "Germany", 1900, 1993, ["1954–1989", "260) in 1955–1989", "265)", "255) in 1900–1945 and 1991–1993"]),
        ("gw", "Germany", 1900, 1993, ["1949–1989", "(260)", "(265)", "(255) in 1900–1945"]),
        ("cow", "Vietnam", 1973, 1976, ["1973–1974", "816) or", "817)"]),
        ("cow", "Vietnam", 1973, 1973, ['"Vietnam" is ambiguous in 1973', "Say 816 or 817."]),
        ("gw", "Vietnam", 1973, 1973, ["ambiguous in 1973", "816", "817"]),
        ("cow", "Korea", 1816, 2025, ["1948–2025", "731", "732", "730) in 1887–1905"]),
        ("cow", "Congo", 1960, 2025, ["484", "490"]),
    ],
)
def test_a_name_that_two_shared_in_a_year_is_refused_with_both_and_when(
    system: str, text: str, first: int, last: int, words: list[str], meanings: dict[str, Meanings]
) -> None:
    with pytest.raises(AmbiguousName) as refused:
        meanings[system].within(text, first, last)
    assert [word for word in words if word not in str(refused.value)] == []


def test_a_name_of_several_states_one_after_the_other_is_no_single_state(meanings: dict[str, Meanings]) -> None:
    assert meanings["cow"].one("DEU", 1995, 2000) == 255
    with pytest.raises(AmbiguousName, match=r"255\) in 1816–1945 and 1990–2025 and .*260\) in 1955–1990"):
        meanings["cow"].one("DEU", 1816, 2025)


def test_in_one_year_a_meaning_is_what_the_state_system_resolves(record: Record, meanings: dict[str, Meanings]) -> None:
    states = StateSystem.of(record)
    texts = ["Germany", "DEU", "YEM", "Vietnam", "Serbia", "Yugoslavia", "260", "gw:260", "678", "970", "ROC", "Congo", "GMY"]
    for text in texts:
        through = meanings["cow"].through(text)
        for year in range(1816, 2026):
            try:
                expected, shared = states.resolve(text, year).ccode, False
            except InputError as refusal:
                expected, shared = 0, isinstance(refusal, AmbiguousName)
            assert (through.codes[year - 1816], through.shared[year - 1816]) == (expected, shared), (text, year)


@pytest.mark.parametrize("years", [(2000, 1990), (1815, 1900), (1900, 2026)])
def test_years_that_run_backwards_or_leave_the_state_system_are_refused(
    years: tuple[int, int], meanings: dict[str, Meanings]
) -> None:
    with pytest.raises(InputError, match=r"run backwards|not recorded in the year"):
        meanings["cow"].within("USA", *years)


@settings(deadline=None)
@given(text=st.one_of(st.text(), st.integers(), st.from_regex(r"(cow|gw):\w*")), system=st.sampled_from(sorted(SYSTEMS)))
def test_arbitrary_text_means_members_or_is_refused(text: str | int, system: str, meanings: dict[str, Meanings]) -> None:
    try:
        codes = meanings[system].within(text, 1900, 2000)
    except InputError:
        return
    assert codes
    assert all(np.any(meanings[system].member(code)) for code in codes)


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_abbreviation_of_either_list_means_its_state_unless_it_is_an_iso_code(
    system: str, record: Record, meanings: dict[str, Meanings]
) -> None:
    """COW's and Gleditsch and Ward's state lists: GMY, RUM, SER and, on the latter's list alone, TBT, OFS and others."""
    spells = record.table("state_spells").filter(system=system)
    codes = {*record.table("state_years")["iso3"].drop_nulls(), *record.table("gw_state_years")["iso3"].drop_nulls()}
    asked = spells.filter(~pl.col("abbreviation").is_in([*codes, "MAC"])).select(
        "abbreviation", "code", pl.col("start").dt.year()
    )
    assert asked.height > 90
    assert [row for row in asked.iter_rows() if row[1] not in meanings[system].within(row[0], row[2], row[2])] == []


def test_abbreviations_of_one_list_are_read_in_the_other(meanings: dict[str, Meanings]) -> None:
    assert meanings["cow"].within("RUM", 1950, 1950) == meanings["cow"].within("ROM", 1950, 1950) == (360,)
    assert meanings["cow"].within("SER", 2010, 2010) == (345,)
    assert meanings["gw"].within("GMY", 1900, 2000) == (255, 260)
