"""In which language one speaks: English, unless a block says otherwise, and how a text is said in it.

A page, a summary or a picture is written within `speaking(...)`; everything that is written there asks `told` for a text made
elsewhere, and `tell` for one of its own. In English both give what there is, at once.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any

from foedus.errors import InputError, nearest
from foedus.language.grammar import declined
from foedus.language.said import CLAUSE, OPENING, Day, Listing, Proper, Said, Sentence, StateName, say, say_many

ENGLISH = "en"

LANGUAGES: Mapping[str, str] = {ENGLISH: "English", "fr": "français"}
"""The languages there are, by code, each by its own name. The place where a language joins."""

_SPOKEN: ContextVar[str] = ContextVar("language", default=ENGLISH)

_LETTERS = re.compile(r"[^\W\d_]{3}")


def check(language: str) -> None:
    """Raise InputError, naming those there are, for a language that nothing is told in."""
    if language not in LANGUAGES:
        known = ", ".join(f"{code} ({name})" for code, name in LANGUAGES.items())
        raise InputError(f"no language {language!r}.{nearest(language, LANGUAGES)} There are {known}: name one by its code.")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language within a block; raises InputError for one that there is not."""
    check(language)
    before = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def spoken() -> str:
    """Return the code of the language that is spoken."""
    return _SPOKEN.get()


def told(text: str) -> str:
    """Return a text in the language that is spoken; what has no translation stays as it is.

    >>> with speaking("fr"):
    ...     told(say_many(3, "{number} year", "{number} years"))
    '3 années'
    """
    if _SPOKEN.get() == ENGLISH or not isinstance(text, Said):
        return text
    from foedus.language import french

    shown = _shown(text)
    return french.typeset(shown[:1].upper() + shown[1:] if text[:1].isupper() else shown)


def tell(pattern: str, /, **parts: object) -> str:
    """Return what a pattern says with its parts, in the language that is spoken.

    >>> tell("Sources"), tell("{low} to {high}", low=1, high=2)
    ('Sources', '1 to 2')
    """
    if _SPOKEN.get() == ENGLISH:
        return pattern.format_map(parts) if parts else pattern
    return told(say(pattern, **parts))


def tell_many(number: int, one: str, many: str, /, **parts: object) -> str:
    """Return what is said of a number of things, in the language that is spoken."""
    return told(say_many(number, one, many, **parts))


def figures(text: str) -> str:
    """Return a text of numbers and signs as the language writes them.

    >>> figures("0.18–1.2"), figures("12,300")
    ('0.18–1.2', '12,300')
    """
    if _SPOKEN.get() == ENGLISH:
        return text
    from foedus.language import french

    return french.number(text)


def day(when: date) -> str:
    """Return a date with the month's short name.

    >>> day(date(1949, 4, 4))
    '4 Apr 1949'
    """
    if _SPOKEN.get() == ENGLISH:
        return f"{when.day} {when:%b} {when.year}"
    from foedus.language import french

    return french.day(when)


def state_label(name: str) -> str:
    """Return a state's name standing alone, without an article.

    >>> with speaking("fr"):
    ...     state_label("United States")
    'États-Unis'
    """
    if _SPOKEN.get() == ENGLISH:
        return name
    from foedus.language import french

    return french.typeset(french.state(name, "bare") or name)


def lacking(text: str) -> list[str]:
    """Return what of a text the spoken language has no words for: patterns, states, and plain texts that know nothing.

    Numbers and names that every language leaves as they are have words in every language.
    """
    if _SPOKEN.get() == ENGLISH:
        return []
    from foedus.language import french

    if isinstance(text, Sentence):
        words = _words_of(text.pattern) if text.parts else text.pattern
        own = [] if text.pattern in french.catalogue() or not _LETTERS.search(words) else [text.pattern]
        return [*own, *(lack for part in text.parts.values() if isinstance(part, str) for lack in lacking(part))]
    if isinstance(text, Listing):
        return [lack for item in text.items for lack in lacking(item)]
    if isinstance(text, StateName):
        return [] if french.state(text.name) else [text.name]
    return [] if isinstance(text, Proper | Day) or not _LETTERS.search(text) else [str(text)]


def whole(text: str) -> tuple[str, str]:
    """Return a text and the code of its language: in the one that is spoken if that has words for all of it, else in English.

    >>> with speaking("fr"):
    ...     whole(say("Sources")), whole("Something new.")
    (('Sources', 'fr'), ('Something new.', 'en'))
    """
    return (told(text), _SPOKEN.get()) if not lacking(text) else (str(text), ENGLISH)


def _shown(text: object, form: str = "") -> str:
    """A text, or what stands in the place of a pattern, in French; of a state, in a form of `grammar.FORMS`."""
    from foedus.language import french

    if isinstance(text, StateName):
        shown = french.state(text.name, form or text.form) or str(text)
    elif isinstance(text, Listing):
        shown = french.listed([_shown(item, form) for item in text.items])
    elif isinstance(text, Sentence):
        shown = declined(_sentence(text), form) if form else _sentence(text)
    elif isinstance(text, Day):
        shown = french.long_day(text.when)
    elif isinstance(text, Proper):
        return declined(text, form) if form else str(text)
    else:
        return french.number(str(text)) if isinstance(text, str) else str(text)
    if text.role == CLAUSE:
        return _as_clause(text, shown)
    if text.role == OPENING:
        shown = shown.removesuffix(".")
        return shown[:1].upper() + shown[1:]
    return shown[:1].upper() + shown[1:] if _is_sentence(text) else shown


def _sentence(text: Sentence) -> str:
    from foedus.language import french

    forms = french.catalogue().get(text.pattern)
    if not text.parts:
        return forms[0] if forms else text.pattern
    if forms is None:
        return _FORMATTER.vformat(text.pattern if text.number == 1 or not text.many else text.many, (), text.parts)
    return _FORMATTER.vformat(forms[min(french.plural(text.number), len(forms) - 1) if text.many else 0], (), text.parts)


def _as_clause(text: Said, shown: str) -> str:
    """A sentence within another: its own first word with a small letter; a name, or an abbreviation, as it is."""
    plain = shown.removesuffix(".")
    if isinstance(text, Sentence) and not plain[1:2].isupper():
        from foedus.language import french

        pattern = french.catalogue().get(text.pattern, ("",))[0]
        if pattern[:1] == plain[:1]:
            return plain[:1].lower() + plain[1:]
    return plain


def _is_sentence(text: str) -> bool:
    return text[:1].isupper() and text.endswith(".")


def _words_of(pattern: str) -> str:
    return "".join(literal for literal, _, _, _ in string.Formatter().parse(pattern))


class _InFrench(string.Formatter):
    """Fills the places of a pattern with what stands there, in French and in the form that the pattern asks for."""

    def format_field(self, value: Any, format_spec: str) -> str:
        return _shown(value, format_spec)


_FORMATTER = _InFrench()
