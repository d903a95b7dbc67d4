"""How numbers, dates and names are written."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.report.wording import clean, heading, number, odds, percent, percent_range, unit_of, unit_words, value, value_range


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.42, "42"), (0.0243, "2.4"), (0.000999, "0.10"), (0.00012, "0.012"), (1.0, "100"), (0.0, "0"), (0.9996, "99.960")],
)
def test_percentages_have_two_significant_digits_from_the_nearer_end(share: float, words: str) -> None:
    assert percent(share) == f"{words}\u00a0%"


@given(st.floats(min_value=1e-12, max_value=0.5))
def test_a_percentage_is_within_five_per_cent_of_the_share(share: float) -> None:
    assert float(percent(share).removesuffix("\u00a0%").replace(",", "")) == pytest.approx(100 * share, rel=0.05)


@given(st.floats(min_value=1e-9, max_value=0.49))
def test_odds_are_within_five_per_cent_of_the_share(share: float) -> None:
    assert float(odds(share).removeprefix("1 in ").replace(",", "")) == pytest.approx(1 / share, rel=0.05)


def test_odds_are_said_of_small_shares_only() -> None:
    assert odds(0.00025) == "1 in 4,000"
    assert odds(0.0) == odds(0.5) == odds(0.9) == ""


def test_what_is_not_known_is_a_dash_and_never_zero() -> None:
    assert value(None) == value(float("nan")) == value("") == number(float("inf")) == "–"
    assert value(0) == "0"


def test_years_and_codes_have_no_thousands_separator() -> None:
    assert value(1949, unit_of("first_year", [])) == "1949"
    assert value(1949) == "1,949"
    assert unit_of("ccode2", []) == "year"
    assert {unit_of(column, []) for column in ("as_of", "known_to", "year")} == {"year"}


def test_a_variable_has_the_unit_of_the_codebook_whatever_its_name() -> None:
    assert unit_of("military_share", []) == "per cent of GDP"
    assert unit_of("capability_share", []) == "share of the system"


def test_ends_of_an_interval_are_shares_beside_a_probability_only() -> None:
    assert unit_of("high", ["probability", "low", "high"]) == "share"
    assert unit_of("high", ["value", "low", "high"]) == ""


def test_dates_are_written_out() -> None:
    assert value(date(1949, 4, 4)) == value("1949-04-04") == "4 Apr 1949"
    assert value("1949–45") == "1949–45"


def test_intervals_carry_their_unit_once() -> None:
    assert percent_range(0.001, 0.02) == "0.10–2.0\u00a0%"
    assert value_range(-0.5, 2, "nats") == "−0.5 to 2.0"


def test_units_that_the_value_already_shows_are_not_repeated() -> None:
    assert (unit_words("probability per year"), unit_words("share of the dyad"), unit_words("date")) == (
        "per year",
        "of the dyad",
        "",
    )


def test_headings_are_words() -> None:
    assert (heading("last_year"), heading("ccode")) == ("Last year", "COW code")


@given(st.text())
def test_no_control_or_direction_character_survives(text: str) -> None:
    left = clean(text)
    assert not set(left) & {
        chr(code) for code in (*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200F)
    }
    assert clean(left) == left
