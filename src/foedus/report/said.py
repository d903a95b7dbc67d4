"""Sentences and numbers that agree: signs and spaces of a sentence set as type, and a value in the rounding its sentence has.

A finding says its value twice, in its sentence and beside it. Where the sentence rounds it, what stands beside it is what the
sentence says, so that no reader meets two roundings of one value. A term and forecasts are graded by tests of their own, and
their badges say which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from foedus.language.speaking import figures, tell
from foedus.report.wording import is_share, value, value_range

_SPACE, _MINUS = "\u00a0", "−"
_HYPHEN = re.compile(r"(?<![\w\-–./])-(?=\d)")
_BELOW_ZERO = re.compile(r"(?<![\w.,−–-])−(?=0(?:\.0+)?(?![\d.,]*\d))")
_DAY = re.compile(r"(?<![\w-])\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?![\w-])")
_PER_CENT = re.compile(r"(?<=\d) (?=%)")
_SIGNED = r"[−+-]?\d(?:[\d,]*\d)?(?:\.\d+)?"
_NUMBER = re.compile(rf"(?<![\w.,−–-])({_SIGNED})(\s?%)?(?![\w.,–-]*\d)")
_RANGE = re.compile(rf"(?<![\w.,−–])({_SIGNED})(?: to |–)({_SIGNED})(\s?%)?")


def prose(sentence: str) -> str:
    r"""Return a sentence with minus signs for hyphens before numbers, and per cent signs that stay with theirs.

    What is zero as it is written has no minus sign; a day is written as beside the sentence.

    >>> prose("a gain of -0.1 to +3.8 %, by 2019-03"), prose("it stood at -0.00"), prose("since 1949-04-04")
    ('a gain of −0.1 to +3.8\xa0%, by 2019-03', 'it stood at 0.00', 'since 4 Apr 1949')
    """
    days = _DAY.sub(_day, sentence)
    return _PER_CENT.sub(_SPACE, _BELOW_ZERO.sub("", _HYPHEN.sub(_MINUS, days)))


def _day(found: re.Match[str]) -> str:
    when = date.fromisoformat(found[0])
    return f"{when.day} {when:%b} {when.year}"


def amount(known: float | int | str | None, unit: str, sentence: str) -> str:
    r"""Return a value as its sentence has it; as `wording.value` writes it where the sentence does not.

    >>> amount(0.00012, "share of the score", "It is 0.0 % better."), amount(-0.004, "share of the score", "0.4 % worse.")
    ('0.0\xa0%', '−0.4\xa0%')
    >>> amount(21234.5, "persons", "Expected were 21,200 of 30,000 persons."), amount(87, "persons", "87 of 100 persons.")
    ('21,200', '87')
    >>> amount(-4.9, "per cent of the odds", "The odds differ by -5 % (-25 to +21).")
    '−5'
    """
    if isinstance(known, bool) or not isinstance(known, int | float) or unit == "year":
        return value(known, unit)
    said = [figures(_written(words, known, unit)) for words in roundings(sentence, known, unit)]
    shown = value(known, unit)
    return said[0] if said and shown not in said else shown


def span(low: float, high: float, unit: str, sentence: str) -> str:
    r"""Return an interval as its sentence has it; as `wording.value_range` writes it where the sentence does not.

    >>> span(-0.00123, 0.0379, "share of the score", "a gain of -0.1 to +3.8 %; +0.4 in one era")
    '−0.1 to 3.8\xa0%'
    >>> span(39979, 346378, "persons", "113,000 were expected (40,000 to 346,000)")
    '40,000 to 346,000'
    """
    scale = 100.0 if is_share(unit) else 1.0
    for found in _RANGE.finditer(sentence):
        ends = [_read(end) for end in (found[1], found[2])]
        if all(_rounds(end, known * scale, least=1) for end, known in zip((found[1], found[2]), (low, high), strict=True)):
            low_end, high_end = (figures(end.lstrip("+").replace("-", _MINUS)) for end in (found[1], found[2]))
            dashed = f"{low_end}–{high_end}"
            words = dashed if min(ends) >= 0 and is_share(unit) else tell("{low} to {high}", low=low_end, high=high_end)
            return f"{words}{_SPACE + '%' if is_share(unit) else ''}"
    return value_range(low, high, unit)


def badge(name: str, grade: str | None) -> str:
    """Return what a finding's badge says: its grade, and of what, where that is a term or forecasts; "" for no badge.

    A calibration is a measure of forecasts and has none.

    >>> badge("order.war.term.power", "mixed"), badge("order.war.skill", "supported"), badge("relation.kind", "recorded")
    ('term mixed', 'forecasts supported', 'recorded')
    """
    parts = name.split(".")
    if grade is None or "calibration" in parts:
        return ""
    return f"term {grade}" if "term" in parts else f"forecasts {grade}" if "skill" in parts else grade


def roundings(sentence: str, known: float, unit: str) -> Iterator[str]:
    """Yield each number of a sentence that is a rounding of a value of this unit.

    One digit alone, such as a count, is no rounding of a value with decimals.

    >>> list(roundings("9.9 % of 10 in 2021", 0.0991, "probability per year")), list(roundings("0 years of 11", 0.02, "years"))
    (['9.9'], [])
    """
    scale, per_cent = 100.0 if is_share(unit) else 1.0, is_share(unit) or unit.startswith("per cent")
    counts = not per_cent and not float(known).is_integer()
    for found in _NUMBER.finditer(sentence):
        if bool(found[2]) != per_cent or (counts and len(found[1].lstrip("+−-")) == 1):
            continue
        if _rounds(found[1], _as_signed(found[1], known) * scale):
            yield found[1]


def _as_signed(words: str, known: float) -> float:
    """A value beside a number of a sentence: without its sign where the number has none, for which a word may stand."""
    return known if words[0] in "+-−" else abs(known)


def _written(words: str, known: float, unit: str) -> str:
    """A number of a sentence as it stands alone: with its sign, where the sentence has a word for that."""
    plain = words.lstrip("+−-")
    sign = _MINUS if known < 0 and plain.strip("0.") else ""
    return f"{sign}{plain}{_SPACE + '%' if is_share(unit) else ''}"


def _read(words: str) -> float:
    return float(words.replace(",", "").replace(_MINUS, "-"))


def _rounds(words: str, exact: float, least: int = 2) -> bool:
    """Whether words are a number that is rounded to its own digits, `least` or more: "1,200" may stand for 1,234."""
    plain = words.replace(",", "").lstrip("+−-")
    whole, _, decimals = plain.partition(".")
    step = 10.0 ** -len(decimals)
    if not decimals and len(whole.rstrip("0")) >= least:
        step = 10.0 ** (len(whole) - len(whole.rstrip("0")))
    shown = _read(words)
    return abs(abs(shown) - abs(exact)) <= 0.5 * step * (1 + 1e-9) and (shown == 0 or exact == 0 or (shown > 0) == (exact > 0))
