"""How French writes what no catalogue holds: numbers, lists, dates, states, the spaces of its typography.

Numbers, lists and dates are as CLDR has them for "fr"; a test compares them, so that nobody who reads French has to install
CLDR. The digits of a number were decided in English and are kept: one value has one rounding in every language.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib import resources

from foedus.language.catalogue import Catalogue, read_catalogue
from foedus.language.grammar import declined

MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")

WHOLE_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)

FINE, FIXED = "\u202f", "\u00a0"
"""Spaces that do not break: the narrow one before ; ! ? and between thousands, the other before a colon and inside « »."""

_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+")
_SPACED = (
    (re.compile(r" (?=[;!?])|(?<! )(?=;)"), FINE),
    (re.compile(r" (?=[:»%])|(?<=«) "), FIXED),
    (re.compile(r"(?<=\d) (?=(?:k?m|m/s)\b)"), FIXED),
)


def number(text: str) -> str:
    r"""Return a text with its numbers as French writes them, digit for digit.

    >>> number("12,300"), number("0.18"), number("1949"), number("1.5–3.25")
    ('12\u202f300', '0,18', '1949', '1,5–3,25')
    """
    return _NUMBER.sub(lambda found: found[0].replace(",", FINE).replace(".", ","), text)


def listed(items: Sequence[str]) -> str:
    """Return items as a list in a sentence.

    >>> listed(["la France", "l'Italie", "Malte"])
    "la France, l'Italie et Malte"
    """
    return " et ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


def day(when: date) -> str:
    """Return a date.

    >>> day(date(1949, 4, 4))
    '4 avr. 1949'
    """
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def long_day(when: date) -> str:
    """Return a date with its month's whole name.

    >>> long_day(date(1935, 5, 2))
    '2 mai 1935'
    """
    return f"{when.day} {WHOLE_MONTHS[when.month - 1]} {when.year}"


def plural(many: int) -> int:
    """Return which form of a counted message a number takes: nothing and one are singular.

    >>> plural(0), plural(1), plural(2)
    (0, 0, 1)
    """
    return int(many > 1)


def typeset(text: str) -> str:
    r"""Return a text with the apostrophes and the spaces that French typography wants.

    >>> typeset("l'accord : « oui » ; 4,3 %")
    'l’accord\xa0: «\xa0oui\xa0»\u202f; 4,3\xa0%'
    """
    for space, instead in _SPACED:
        text = space.sub(instead, text)
    return text.replace("'", "’")


def state(name: str, form: str = "") -> str | None:
    """Return a state by its English name, with its article or in a form of `grammar.FORMS`; None if no state is called so.

    >>> state("United States"), state("France", "en"), state("Ruritania")
    ('les États-Unis', 'en France', None)
    """
    names, inside = states()
    if name not in names:
        return None
    return declined(names[name], form, inside.get(name, "")) if form else names[name]


@cache
def states() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return the names of states, and how one is in those where that does not follow from the article."""
    tables = tomllib.loads(_text("states.toml"))
    return tables["names"], tables["in"]


@cache
def catalogue() -> Catalogue:
    """Return the messages."""
    return read_catalogue(_text("messages.po"))


def _text(name: str) -> str:
    return (resources.files("foedus.language") / "fr" / name).read_text(encoding="utf-8")
