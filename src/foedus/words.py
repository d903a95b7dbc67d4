"""Numbers and years in sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

import polars as pl

from foedus.language.said import Listing, Said, StateName, say, say_many

HOSTILITY = {1: "no militarized action", 2: "threat of force", 3: "display of force", 4: "use of force", 5: "war"}
FATALITY = {
    0: "no deaths",
    1: "1–25 deaths",
    2: "26–100 deaths",
    3: "101–250 deaths",
    4: "251–500 deaths",
    5: "501–999 deaths",
    6: "1,000 deaths or more",
}
"""Levels of hostility and of fatalities in a dispute (Gibler, Miller & Little), in words."""

_WITH_ARTICLE = re.compile(
    r"(United|Federated|Republic of|Democratic Republic of|Two Sicilies|Bahamas|Comoros|Gambia|Maldives|Netherlands|"
    r"Philippines)\b|.* (Republic|Union|Empire|Islands|States)$"
)


def the(name: str) -> str:
    """Return a state's name as it stands within a sentence, with the article that English gives to some.

    >>> the("United States"), the("Soviet Union"), the("Canada")
    ('the United States', 'the Soviet Union', 'Canada')
    """
    said = StateName(f"the {name}" if _WITH_ARTICLE.match(name) else name)
    said.name = name
    return said


def labelled(name: str) -> str:
    """Return a state's name as a label has it, without an article in any language.

    >>> labelled("United States")
    'United States'
    """
    said = StateName(name)
    said.name, said.form = name, "bare"
    return said


def starting(name: str) -> str:
    """Return a state's name as it opens a sentence.

    >>> starting("United States"), starting("Canada")
    ('The United States', 'Canada')
    """
    return capitalized(the(name))


def significant(number: float, digits: int = 2) -> str:
    """Return a number to so many significant digits, never with a power of ten.

    >>> significant(4.53e-06), significant(100.0), significant(6.04), significant(12345.0, 3)
    ('0.0000045', '100', '6', '12,300')
    """
    return f"{Decimal(f'{number:.{digits}g}'):,f}"


def stretch(first: int, last: int) -> str:
    """Return years from a first to a last one, of which one alone is no stretch.

    >>> stretch(1942, 1945), stretch(2022, 2022)
    ('1942–1945', '2022')
    """
    return f"{first}" if first == last else f"{first}–{last}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun.

    >>> counted(1, "year"), counted(3, "entry", "entries")
    ('1 year', '3 entries')
    """
    return say_many(number, f"{{number}} {one}", f"{{number}} {many or one + 's'}")


def listed(items: Sequence[str]) -> str:
    """Return items as a list in a sentence.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    if len(items) < 2:
        return items[0] if items else ""
    said = Listing(f"{', '.join(items[:-1])} and {items[-1]}")
    said.items = items
    return said


def capitalized(text: str) -> str:
    """Return the text with its first letter large, the others as they are.

    >>> capitalized("rivalry of the two")
    'Rivalry of the two'
    """
    large = text[:1].upper() + text[1:]
    return text.again(large) if isinstance(text, Said) else large


def runs(years: Sequence[int]) -> list[tuple[int, int]]:
    """Return the unbroken runs in a sorted sequence of years.

    >>> runs([1942, 1943, 1949])
    [(1942, 1943), (1949, 1949)]
    """
    found: list[tuple[int, int]] = []
    for year in years:
        if found and found[-1][1] == year - 1:
            found[-1] = (found[-1][0], year)
        else:
            found.append((year, year))
    return found


def spans(years: Sequence[int]) -> str:
    """Return years as spans.

    >>> spans([1942, 1943, 1949])
    '1942–1943 and 1949'
    """
    return listed([f"{first}–{last}" if first < last else str(first) for first, last in runs(years)])


def aged(age: object, year: int) -> str:
    """Return the year of a carried value, or nothing if it is the year's own.

    >>> aged(3, 2022), aged(0, 2022)
    (' (value of 2019)', '')
    """
    return say(" (value of {year})", year=year - age) if isinstance(age, int) and age else ""


def chance(probability: float) -> str:
    """Return a probability as people read it: per cent, and one in so many where it is small.

    >>> chance(0.031), chance(0.00025)
    ('3.1 %', '0.025 % (1 in 4,000)')
    >>> chance(1.0), chance(2.6e-7)
    ('100 %', '0.000026 % (1 in 3,800,000)')
    """
    percent = significant(probability * 100)
    if probability >= 0.01 or probability <= 0:
        return say("{percent} %", percent=percent)
    scale = 10 ** max(len(f"{1 / probability:.0f}") - 2, 0)
    return say("{percent} % (1 in {number})", percent=percent, number=f"{round(1 / probability / scale) * scale:,}")


def between(years: pl.Series) -> str:
    """Return the first and last of some years.

    >>> between(pl.Series([1920, 1921, 1922]))
    '1920–1922'
    """
    numbers = years.sort().to_list()
    return f"{numbers[0]}–{numbers[-1]}" if len(numbers) > 1 else str(numbers[0])


def spread(value: float, low: float, high: float, digits: int = 1) -> str:
    """Return a difference with its interval, signs and all.

    >>> spread(0.69, -0.53, 1.91), spread(-0.0014, -0.0049, 0.0022, 3)
    ('+0.7 (-0.5 to +1.9)', '-0.001 (-0.005 to +0.002)')
    """
    return f"{value:+.{digits}f} ({low:+.{digits}f} to {high:+.{digits}f})"


def signed(number: float, digits: int = 0) -> str:
    """Return a number with its sign, as print has it; with a digit more where it would round to zero.

    >>> signed(-18.2), signed(-0.4), signed(0.04, 1), signed(0.0)
    ('−18', '−0.4', '+0.04', '+0')
    """
    digits += bool(number) and not round(number, digits)
    rounded = round(number, digits) + 0.0
    return f"{rounded:+.{digits}f}".replace("-", "−")


def percent(share: float, digits: int = 0) -> str:
    """Return a share of one in per cent.

    >>> percent(0.451), percent(0.451, 1)
    ('45 %', '45.1 %')
    """
    return say("{percent} %", percent=f"{100 * share:.{digits}f}")


def about(number: float) -> str:
    """Return a number of persons to three digits.

    >>> about(69163.9), about(12.34)
    ('69,200', '12')
    """
    return f"{float(f'{number:.3g}'):,.0f}"
