r"""Catalogues of messages: gettext's files of text (.po), read as they are, so that nothing has to be compiled before.

What is read of the format is what our catalogues hold: comments, `msgid`, `msgid_plural`, `msgstr`, `msgstr[N]`, and texts over
several lines. Entries marked `fuzzy` are drafts and are left out. A test reads the same files as gettext's own tools do.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

Catalogue = Mapping[str, tuple[str, ...]]
"""A pattern, and what it is in the language: one text, or one for each number that the language tells apart."""


def read_catalogue(text: str) -> Catalogue:
    r"""Return the messages of a catalogue without its header.

    Raises ValueError, naming the line, for what is none of the above.

    >>> read_catalogue('msgid "year"\nmsgid_plural "years"\nmsgstr[0] "an"\nmsgstr[1] "ans"\n')
    {'year': ('an', 'ans')}
    """
    found: dict[str, tuple[str, ...]] = {}
    entry: dict[str, str] = {}
    field, fuzzy, next_fuzzy = "", False, False

    def close() -> None:
        texts = tuple(entry[name] for name in sorted(entry) if name.startswith("msgstr"))
        if entry.get("msgid") and all(texts) and not fuzzy:
            found[entry["msgid"]] = texts

    for number, line in enumerate(text.splitlines(), 1):
        words, _, rest = line.strip().partition(" ")
        if not words or words.startswith("#"):
            next_fuzzy = next_fuzzy or (words == "#," and "fuzzy" in rest)
            continue
        if words.startswith('"'):
            entry[field] += _unquoted(line.strip(), number)
            continue
        if words == "msgid":
            close()
            entry, fuzzy, next_fuzzy = {}, next_fuzzy, False
        if words not in ("msgid", "msgid_plural") and not words.startswith("msgstr"):
            raise ValueError(f"line {number} of the catalogue: {words!r} is no field of a message.")
        field = words
        entry[field] = _unquoted(rest, number)
    close()
    return found


def _unquoted(text: str, number: int) -> str:
    try:
        return str(ast.literal_eval(text))
    except (SyntaxError, ValueError):
        raise ValueError(f"line {number} of the catalogue: {text!r} is no text in quotation marks.") from None
