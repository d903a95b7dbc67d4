"""How a state's name is written: what of its spelling distinguishes states, and what does not.

Case, accents, punctuation, "the", "&" for "and", "St." for "Saint", "Rep.", "Dem.", "Is." and dotted or spaced capitals are
folded. "Republic of", "Kingdom of" and the like can be left out, a name can be turned round ("Korea, South", "Korea South"),
and a direction can be its first letter ("N. Korea"). Which state a name means is said elsewhere (`states.py`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from foedus.errors import InputError

LONGEST = 100
"""Characters a state's name may have; the longest in use has about sixty."""

_SHORT_FORMS = {
    "st": "saint",
    "rep": "republic",
    "dem": "democratic",
    "fed": "federal",
    "utd": "united",
    "is": "islands",
    "eq": "equatorial",
    "equat": "equatorial",
}
_FORM_OF_STATE = re.compile(
    r"(?:federal |islamic |grand )?"
    r"(?:republic|kingdom|empire|state|commonwealth|principality|sultanate|duchy|electorate|federation) of (?=.)"
)

_WHOLE_FORM = re.compile(
    r"^(?:(?:(?:federal|federative|democratic|peoples|socialist|islamic|arab|cooperative|co operative|independent) )*"
    r"(?:republic|state|union) of )+(?=.)"
)
"""A form of state with all its adjectives: "People's Democratic Republic of", "Republic of the Union of"."""

_DIRECTIONS = {"n": "north", "s": "south", "e": "east", "w": "west"}

_TURNED = re.compile(r"([^,()]+)(?:, ?| \()([^,()]+)\)?")
"""A name whose first words stand last: "Korea, South", "Germany (West)"."""


@lru_cache(4096)  # the record says most names several times over
def fold(text: str) -> str:
    """Return a name without what does not distinguish states: case, accents, punctuation, "the", common short forms.

    >>> fold("The U.S.A."), fold("St. Vincent & the Grenadines"), fold("Côte d’Ivoire")
    ('usa', 'saint vincent and grenadines', 'cote divoire')
    """
    plain = text.lower() if text.isascii() else _without_accents(text)
    words = re.sub(r"[\W_]+", " ", re.sub(r"['`\u2018\u2019\u02bc]", "", plain).replace("&", " and ")).split()
    full = " ".join(_SHORT_FORMS.get(word, word) for word in words if word != "the")
    return re.sub(r"\b(\w) (?=\w\b)", r"\1", full)


def _without_accents(text: str) -> str:
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def spellings(text: str) -> Iterator[str]:
    """Yield the folded text of a name; what stands after a comma or in brackets put first; each without its form of state.

    Then the name with its direction in front and written out. Whoever asks takes the first that is known.

    >>> list(spellings("Korea, South"))
    ['korea south', 'south korea', 'south of korea', 'south korea']
    >>> list(spellings("S. Sudan"))
    ['s sudan', 'south sudan']
    """
    turned = _TURNED.fullmatch(text)
    keys = [fold(each) for each in (text, *(f"{turned[2]} {joint}{turned[1]}" for joint in ("", "of ") if turned))]
    for key in keys:
        yield key
        if (bare := _FORM_OF_STATE.sub("", key, count=1)) != key:
            yield bare
    yield from (bare for key in keys if (bare := _WHOLE_FORM.sub("", key)) != key)
    *rest, last = keys[0].split() or [""]
    if rest and rest[0] in _DIRECTIONS:
        yield " ".join((_DIRECTIONS[rest[0]], *rest[1:], last))
    if rest and last in _DIRECTIONS.values():
        yield " ".join((last, *rest))


def checked(text: str) -> str:
    """Return a name without outer spaces; raises InputError if it is empty, too long or holds unprintable characters."""
    stripped = text.strip()
    if not stripped:
        raise InputError("a state's name is empty. Give an English name, an ISO3 code, or a COW or Gleditsch–Ward number.")
    if len(stripped) > LONGEST:
        raise InputError(f"a state's name of {len(stripped):,} characters is too long. Give one name, at most {LONGEST}.")
    if any(unicodedata.category(letter).startswith("C") for letter in stripped):
        raise InputError("a state's name holds control or unprintable characters. Type it in plain letters.")
    return stripped


def short(text: str, most: int = 40) -> str:
    """Return a name as it stands in a message, cut where it is long.

    >>> short("Ruritania", 5)
    'Ruri…'
    """
    return text if len(text) <= most else text[: most - 1] + "…"
