"""What a fact gathered by hand rests on: which kind of document tells it, whether that was read, and how sure one may be.

| it rests on | its confidence is at most |
|---|---|
| a document of a government, a court, an organisation about itself, or scholarly work, and its words were read | high |
| such a document, which is named, but only another page was read that tells of it or lists the same | medium |
| anything else: press, an encyclopaedia, a blog, no page | low |

A fact of low confidence is on record and in no headline: `firm` leaves it out. The keys of a fact, in the file that holds it:

    source        the document: its publisher, title and date
    source_kind   one of KINDS
    url           the document's own address, where it is known
    pages         where in the document: a page, an article, a number of a series; never guessed
    read          the day on which its words were read, on its own page, in an archive's copy or in a reprint; left out if not
    via           the address of another page: the reprint that was read, or one that tells of a document nobody here opened
    confidence    one of LEVELS
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

from foedus.errors import RecordError

KINDS = {
    "official": "a government, parliament, court or statistical office, a treaty series, an organisation about itself",
    "scholarly": "a reviewed article, a data set with its codebook, a research institute",
    "press": "a newspaper, an agency, a trade journal, a law firm, a company",
    "encyclopaedia": "an encyclopaedia, or a list that volunteers keep",
    "blog": "a private page, or one that a machine wrote",
    "none": "no page: general knowledge, an assumption",
}
"""Kinds of document, and who publishes such."""

CITABLE = ("official", "scholarly")
"""Kinds on which more than low confidence can rest."""

LEVELS = ("high", "medium", "low")
"""How sure a fact is, from the surest."""

SCHEMA = {"url": pl.String(), "pages": pl.String(), "read": pl.Date(), "via": pl.String()}
"""Types of the columns that may be empty in every row."""


def provenance(name: str, fact: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a fact rests on, one value a column: source, source_kind, url, pages, read, via, confidence.

    Raises RecordError, with the fact's name and the remedy, for a kind or level that is none, and for more confidence than the
    document allows.

    >>> told = {"source": "Gazette, 1 July 2020", "source_kind": "official", "url": "https://a.org", "confidence": "medium"}
    >>> provenance("treaty", told)["confidence"]
    'medium'
    >>> provenance("treaty", {**told, "confidence": "high"})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    foedus.errors.RecordError: treaty: a document that is official and was not read allows medium confidence, not high ...
    """
    kind, level, read = fact.get("source_kind"), fact.get("confidence"), fact.get("read")
    if kind not in KINDS:
        raise RecordError(f"{name}: source_kind is {kind!r}, and must be one of {', '.join(KINDS)}")
    if level not in LEVELS:
        raise RecordError(f"{name}: confidence is {level!r}, and must be one of {', '.join(LEVELS)}")
    if read is not None and not isinstance(read, date):
        raise RecordError(f"{name}: read is {read!r}, and must be the day on which the document was read, as 2026-11-29")
    if kind != "none" and not (fact.get("url") or fact.get("via")):
        raise RecordError(f"{name}: neither url nor via says where its document, or a page that tells of it, is found")
    most = ceiling(kind, read=read is not None)
    if LEVELS.index(level) < LEVELS.index(most):
        seen = "was read" if read else "was not read"
        raise RecordError(
            f"{name}: a document that is {kind} and {seen} allows {most} confidence, not {level} (read it, or lower that)"
        )
    return {key: fact.get(key) for key in ("source", "source_kind", "url", "pages", "read", "via", "confidence")}


def ceiling(kind: str, *, read: bool) -> str:
    """Return the most confidence that a kind of document allows, read or only named.

    >>> [ceiling("official", read=True), ceiling("official", read=False), ceiling("press", read=True)]
    ['high', 'medium', 'low']
    """
    if kind not in CITABLE:
        return "low"
    return "high" if read else "medium"


def firm(facts: pl.DataFrame) -> pl.DataFrame:
    """Return the facts that a headline may rest on: all but those of low confidence; rows without a level are no single facts.

    >>> firm(pl.DataFrame({"fact": ["a", "b", "c"], "confidence": ["high", "low", None]}))["fact"].to_list()
    ['a', 'c']
    """
    return facts.filter(pl.col("confidence").ne_missing("low"))


def weakest(levels: Iterable[str | None]) -> str | None:
    """Return the lowest of some levels of confidence; None where no single fact is among what they are of.

    >>> weakest(["high", None, "low"]), weakest([None])
    ('low', None)
    """
    stated = [LEVELS.index(level) for level in levels if level is not None]
    return LEVELS[max(stated)] if stated else None
