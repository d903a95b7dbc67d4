"""How numbers, dates and names are written for a reader, on paper, on a screen and in a terminal.

A probability is a percentage with two significant digits, never a bare decimal; what is not known is a dash; years and code
numbers have no thousands separator. Names come from data files and users, so control characters and the characters that
reverse the direction of text are removed before anything is shown.
"""

from __future__ import annotations

import math
import re
from datetime import date
from functools import lru_cache
from typing import Any

from foedus.language.speaking import day, figures, tell
from foedus.panels.codebook import codebook
from foedus.words import significant

UNKNOWN = "–"
_SPACE = "\u00a0"
# C0 and C1 controls (tab and newline become a space below), bidirectional marks, embeddings, overrides and isolates, unpaired
# surrogates, and the non-characters that no XML document may hold.
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_DIRECTIONS = "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
_UNSAFE = re.compile(f"[{_CONTROLS}{_DIRECTIONS}\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile(r"[\t\r\n]+")
_ISO_DAY = re.compile(r"\d{4}-[01]\d-[0-3]\d")
_PLURAL = re.compile(r"^(\w+?)(ies|s)\b")
_MAGNITUDES = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"))
_PLAIN = ("year", "ccode", "gwcode", "code", "dispute", "origin", "paragraph", "since", "until", "as_of", "known_to")
_SHARES = ("probability", "share", "forecast", "observed")
_SIDES = {"1": ", first", "2": ", second"}
LONGEST_HEADING = 48
"""Characters of a variable's label that may head a column; a longer one is headed by the variable's name."""
_HEADINGS = {
    "ccode": "COW code",
    "ccode1": "COW code, first",
    "ccode2": "COW code, second",
    "state1": "State, first",
    "state2": "State, second",
    "gwcode": "GW code",
    "cow_abbreviation": "COW abbreviation",
    "iso3": "ISO code",
    "url": "Address",
    "dcad_id": "DCAD number",
    "extent_km2": "Extent, km²",
    "low": "Low end",
    "high": "High end",
    "n": "Dyad-years",
    "observed": "Observed rate",
    "forecast": "Mean forecast",
    "gdp": "GDP",
    "auc": "AUC",
    "roc_auc": "ROC-AUC",
    "pr_auc": "PR-AUC",
}


def clean(text: str) -> str:
    r"""Return `text` on one line, without control characters and without characters that change the direction of text.

    >>> clean("Ruri\u202etania\x1b[31m\n")
    'Ruritania[31m'
    """
    return text.strip() if text.isprintable() else _BREAKS.sub(" ", _UNSAFE.sub("", text)).strip()


def number(value: float | int, digits: int = 3) -> str:
    """Return a number with `digits` significant digits and thousands separators; whole numbers are kept whole.

    >>> number(35106), number(0.012345), number(1234.5), number(-2.5), number(3.0)
    ('35,106', '0.0123', '1,234', '−2.5', '3')
    """
    return figures(_number(value, digits))


@lru_cache(maxsize=4096)
def _number(value: float | int, digits: int) -> str:
    if not math.isfinite(value):
        return UNKNOWN
    if float(value).is_integer():
        return _fixed(value, 0)
    decimals = max(0, digits - 1 - _exponent(value, digits))
    shown = f"{value:,.{decimals}f}"
    return (shown.rstrip("0").rstrip(".") if decimals else shown).replace("-", "−")


def number_range(low: float, high: float) -> str:
    """Return an interval with as many decimals at both ends, unless one end is far larger than the other.

    >>> number_range(0.35, 0.6512), number_range(-0.0, 0.018), number_range(0.012, 340.0)
    ('0.350 to 0.651', '0.000 to 0.018', '0.012 to 340')
    """
    decimals = [_places(end, 3) for end in (low, high)]
    if max(abs(low), abs(high)) < 100:
        decimals = [max(decimals)] * 2
    return tell("{low} to {high}", low=_fixed(low, decimals[0]), high=_fixed(high, decimals[1]))


def percent(share: float) -> str:
    r"""Return a share as a percentage with two significant digits (counted from the nearer end).

    >>> percent(0.0243), percent(0.00042), percent(0.23), percent(0.996), percent(0.0)
    ('2.4\xa0%', '0.042\xa0%', '23\xa0%', '99.60\xa0%', '0\xa0%')
    """
    return figures(_percent(share))


@lru_cache(maxsize=4096)
def _percent(share: float) -> str:
    return f"{_hundredths(share, _decimals(share))}{_SPACE}%"


def percent_range(low: float, high: float) -> str:
    r"""Return an interval of shares as percentages, each with two significant digits.

    >>> percent_range(0.00042, 0.012), percent_range(-1.39, -0.05)
    ('0.042–1.2\xa0%', '−139 to −5.0\xa0%')
    """
    first = figures(_hundredths(low, _decimals(low)))
    return tell("{low} to {high}", low=first, high=percent(high)) if low < 0 else f"{first}–{percent(high)}"


def odds(share: float) -> str:
    """Return a small share as "1 in N" with two significant digits; "" from one half upwards and for zero.

    >>> odds(0.00042), odds(0.3), odds(0.7)
    ('1 in 2,400', '1 in 3.3', '')
    """
    if not 0 < share < 0.5:
        return ""
    inverse = 1 / share
    scale = 10.0 ** (_exponent(inverse, 2) - 1)
    return tell("1 in {number}", number=_number(round(inverse / scale) * scale, 3))


def is_share(unit: str) -> bool:
    """Say whether values of this unit are shares of one, shown as percentages ("probability per year", "share of …")."""
    return unit.startswith(("probability", "share"))


def value(amount: Any, unit: str = "") -> str:
    r"""Return a value of the given unit, without the unit's name (but with its per cent sign).

    >>> value(0.0042, "probability per year"), value(1949, "year"), value(None), value("12 May 1958")
    ('0.42\xa0%', '1949', '–', '12 May 1958')
    """
    if isinstance(amount, bool):
        return tell("yes") if amount else tell("no")
    if isinstance(amount, int | float):
        return _amount(amount, unit)
    if isinstance(amount, date):
        return day(amount)
    if isinstance(amount, list | tuple):
        return "; ".join(value(item, unit) for item in amount) or UNKNOWN
    return _words(amount)


def value_range(low: float, high: float, unit: str = "") -> str:
    """Return an interval of the given unit.

    >>> value_range(1.5, 3.25, "years"), value_range(2034, 2056, "year")
    ('1.50 to 3.25', '2034 to 2056')
    """
    if unit == "year":
        return tell("{low} to {high}", low=f"{low:.0f}", high=f"{high:.0f}")
    return percent_range(low, high) if is_share(unit) else number_range(low, high)


def short(amount: float, unit: str = "") -> str:
    r"""Return a round value as short as an axis needs it: millions, billions and trillions are m, bn and tn.

    >>> short(0.003, "share"), short(2e12), short(0.25), short(5000.0)
    ('0.3\xa0%', '2\xa0tn', '0.25', '5,000')
    >>> short(2030.0, "year")
    '2030'
    >>> short(0.0000001, "share")
    '0.00001\xa0%'
    """
    if is_share(unit):
        return figures(f"{significant(100 * amount, 6)}{_SPACE}%".replace("-", "−"))
    for magnitude, name in _MAGNITUDES:
        if abs(amount) >= magnitude:
            return f"{number(amount / magnitude)}{_SPACE}{tell(name)}"
    return value(amount, unit)


def unit_words(unit: str, amount: Any = None) -> str:
    """Return what is said after a value of the given unit: a probability per year is so many per cent "per year".

    amount : the value; one of a unit in the plural is said in the singular.

    >>> unit_words("probability per year"), unit_words("share of system"), unit_words("years"), unit_words("date")
    ('per year', 'of system', 'years', '')
    >>> unit_words("entries", 1), unit_words("years with an onset", 1)
    ('entry', 'year with an onset')
    >>> unit_words("share of the line", 1.0)
    'of the line'
    """
    if unit in ("year", "date"):
        return ""
    if is_share(unit):
        of = unit.removeprefix("probability").removeprefix("share").strip()
        return tell(of) if of else ""
    return tell(_PLURAL.sub(_singular, unit) if amount == 1 else unit) if unit else ""


def heading(column: str) -> str:
    """Return a column's name as the heading of a table: a variable of the codebook by its label, if that is short.

    >>> heading("first_year"), heading("ccode")
    ('First year', 'COW code')
    """
    return tell(_heading(column))


def _heading(column: str) -> str:
    if column in _HEADINGS:
        return _HEADINGS[column]
    stem, side = (column[:-2], _SIDES[column[-1]]) if column[-2:] in ("_1", "_2") else (column, "")
    if (variable := codebook().get(stem)) and len(variable.label) <= LONGEST_HEADING:
        return f"{variable.label}{side}"
    words = column.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def unit_of(column: str, columns: list[str]) -> str:
    """Return the unit of a column of numbers: "year" (written without separators), "share", "per cent of …" or "".

    A variable of the codebook has the unit stated there, others the one that their name implies. The ends of an interval and a
    baseline are shares where their frame has a column of shares.

    columns : the names of all columns of numbers in the frame.

    >>> unit_of("start_year", []), unit_of("low", ["probability", "low"]), unit_of("low", ["value", "low"])
    ('year', 'share', '')
    >>> unit_of("military_share", []), unit_of("capability_share", []), unit_of("share_low", [])
    ('per cent of GDP', 'share of the system', 'share')
    """
    if (variable := codebook().get(column)) and variable.units.startswith(("per cent", "share", "probability")):
        return variable.units
    stem = column.rstrip("12").split("_")[-1]
    if stem in _PLAIN or column in _PLAIN:
        return "year"
    if (
        stem in _SHARES
        or column.startswith("share_")
        or (column in ("low", "high", "baseline") and any(_ends_as_share(name) for name in columns))
    ):
        return "share"
    return ""


def _amount(amount: float, unit: str) -> str:
    if not math.isfinite(amount):
        return UNKNOWN
    if is_share(unit):
        return percent(amount)
    return f"{amount:.0f}" if unit == "year" else number(amount)


def _words(words: Any) -> str:
    """Return text as it is, a date in ISO form as people write it, and what is not known as a dash."""
    if isinstance(words, str) and _ISO_DAY.fullmatch(words):
        return day(date.fromisoformat(words))
    return UNKNOWN if words is None else clean(str(words)) or UNKNOWN


def _singular(plural: re.Match[str]) -> str:
    return f"{plural[1]}y" if plural[2] == "ies" else plural[1]


def _ends_as_share(column: str) -> bool:
    return column.rpartition("_")[2] in _SHARES


def _decimals(share: float) -> int:
    nearer = min(abs(share), abs(1 - share)) or abs(share)
    return 0 if nearer == 0 or share == 1 else max(0, 1 - _exponent(100 * nearer, 2))


def _places(amount: float, digits: int) -> int:
    """Return how many decimals a number needs to show `digits` significant digits, without zeros at its end."""
    if float(amount).is_integer():
        return 0
    most = max(0, digits - 1 - _exponent(amount, digits))
    return len(f"{amount:.{most}f}".partition(".")[2].rstrip("0"))


def _fixed(amount: float, decimals: int) -> str:
    return f"{round(amount, decimals) + 0.0:,.{decimals}f}".replace("-", "−")


def _exponent(amount: float, digits: int) -> int:
    """Return the power of ten of the first digit after rounding to `digits` digits: 0 for 0.999 rounded to two."""
    return int(f"{amount:.{digits - 1}e}".split("e")[1])


def _hundredths(share: float, decimals: int) -> str:
    return f"{100 * share:,.{decimals}f}".replace("-", "−")
