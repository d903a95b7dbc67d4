"""Texts that know what they say, so that they can be said in another language.

Each is a `str`, the English text, and is used as one. Beside it stand the pattern that it was made from, a whole sentence or
label with named places, and what was put there. The pattern is what a catalogue translates; an English text is never taken
apart to be translated. What cuts or glues such a text gives a plain `str`, which knows nothing and stays English.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Self

CLAUSE, OPENING = "clause", "opening"
"""How a sentence is said within another one, without its full stop: with a small letter first, or with a large one."""


class Said(str):
    """An English text that knows what it says; `role` is "", CLAUSE or OPENING."""

    role: str = ""

    def again(self, text: str, role: str | None = None) -> Self:
        """Return the same with another English text, for another place in a sentence."""
        same = type(self)(text)
        vars(same).update(vars(self) if role is None else {**vars(self), "role": role})
        return same

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


class Sentence(Said):
    """A sentence, clause or label: its pattern, with named places, and what stands in them.

    Attributes
    ----------
    many : the pattern of the plural; "" of what is not counted. number : how many.
    """

    pattern: str = ""
    parts: Mapping[str, object] = {}
    many: str = ""
    number: int = 0


class Listing(Said):
    """Items of a list in a sentence."""

    items: Sequence[str] = ()


class StateName(Said):
    """A state's name, with the article that English gives to some.

    Attributes
    ----------
    name : the name alone, as the record has it. form : "bare" for a label, which has no article in any language.
    """

    name: str = ""
    form: str = ""


class Day(Said):
    """A day, with its month's whole name."""

    when: date


class Proper(Said):
    """A name that every language leaves as it is: a city, a source, a title."""


def say(pattern: str, /, **parts: object) -> Sentence:
    """Return what is said by a pattern and its parts; without parts a name or label, which may hold whatever it does.

    >>> told = say("No fatal dispute began in {years}.", years="1920–2010")
    >>> told, told.pattern
    ('No fatal dispute began in 1920–2010.', 'No fatal dispute began in {years}.')
    """
    said = Sentence(pattern.format_map(parts) if parts else pattern)
    vars(said).update(pattern=pattern, parts=parts)
    return said


def say_many(number: int, one: str, many: str, /, **parts: object) -> Sentence:
    """Return what is said of a number of things, which the patterns call `number`.

    >>> say_many(1, "{number} year", "{number} years"), say_many(1200, "{number} year", "{number} years")
    ('1 year', '1,200 years')
    """
    held = {"number": f"{number:,}", **parts}
    said = Sentence((one if number == 1 else many).format_map(held))
    vars(said).update(pattern=one, parts=held, many=many, number=number)
    return said


def joined(*sentences: str) -> Sentence:
    """Return sentences one after the other, with a space between them.

    >>> joined("No treaty.", "No dispute.")
    'No treaty. No dispute.'
    """
    return say(
        " ".join(f"{{{_PLACES[place]}}}" for place in range(len(sentences))), **dict(zip(_PLACES, sentences, strict=False))
    )


def answered(answer: str, reason: str) -> Sentence:
    """Return an answer with its reason after a colon, neither with a full stop; its parts are called so.

    >>> told = answered("No pledge", "none is on record")
    >>> told, told.parts["reason"]
    ('No pledge: none is on record.', 'none is on record')
    """
    return say("{answer}: {reason}.", answer=answer, reason=reason)


def in_turn(clauses: Sequence[str]) -> str:
    """Return clauses of a sentence one after the other, with semicolons between them.

    >>> in_turn(["one", "two"])
    'one; two'
    """
    places = {f"clause{place}": each for place, each in enumerate(clauses)}
    return say("; ".join(f"{{{place}}}" for place in places), **places)


_PLACES = ("first", "second", "third", "fourth")


def proper(text: str) -> Proper:
    """Return a name that every language leaves as it is."""
    return Proper(text)


def on_day(when: date) -> Day:
    """Return a day as a sentence has it.

    >>> on_day(date(1935, 5, 2))
    '2 May 1935'
    """
    said = Day(f"{when.day} {when:%B} {when.year}")
    said.when = when
    return said


def clause(sentence: str, text: str) -> str:
    """Return a sentence as a clause of another one, whose English is `text`."""
    return sentence.again(text, CLAUSE) if isinstance(sentence, Said) else text


def recalled(text: str, *patterns: str, **kinds: Callable[[str], str]) -> str:
    """Return a text as said by the first of some patterns that it was made from: of results that are kept as texts.

    kinds : what makes of the text in a place what stood there. A text of no such pattern is returned as it is.

    >>> recalled("half would be 12 minutes before", "half would be {left} minutes before").parts
    {'left': '12'}
    """
    for pattern in patterns:
        pieces = string.Formatter().parse(pattern)
        found = re.fullmatch(
            "".join(re.escape(words) + (f"(?P<{place}>.+)" if place else "") for words, place, *_ in pieces), text
        )
        if found is not None:
            parts = {place: kinds[place](held) if place in kinds else held for place, held in found.groupdict().items()}
            return say(pattern, **parts)
    return text


def opening(part: str) -> str:
    """Return a part as it opens a sentence, with a large letter first.

    >>> opening("the two are bound")
    'The two are bound'
    """
    large = part[:1].upper() + part[1:]
    return part.again(large, OPENING) if isinstance(part, Said) else large


def labels(*values: object) -> tuple[Said, ...]:
    """Return those of some values, or of the cells of some rows, that know what they say, each once."""
    cells = [cell for value in values for cell in (value if isinstance(value, list | tuple) else [value])]
    return tuple(dict.fromkeys(cell for cell in cells if isinstance(cell, Said)))
