"""What cannot be told because the record leaves a source out: said as a gap that names the source, never as a zero.

A record of open data alone (`foedus record filter --only open`) lacks whole sources. A chapter tells what it can of it: a part
that needs a source that is left out is passed over (`parts`), a panel has nulls where a variable cannot be had
(`panel_of_held`), and a chapter of which nothing is left has its question alone (`with_gaps`). What was passed over is gathered
while a chapter is told, and stands among its gaps.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Protocol

import polars as pl

from foedus.assessment.finding import Chapter
from foedus.errors import LeftOutError
from foedus.panels.alliance_lists import by_alliances
from foedus.panels.alliances import FACTS
from foedus.panels.codebook import closure, lookup
from foedus.panels.panel import panel
from foedus.record.manifest import source_of
from foedus.record.store import Record
from foedus.words import listed

MOST = 6
"""Variables and tables named of a source that is left out."""

Lacks = dict[str, set[str]]

_open = threading.local()


@contextmanager
def gathering() -> Iterator[Lacks]:
    """Gather what is passed over: source → variables and tables.

    >>> with gathering() as lacks:
    ...     pass_over(LeftOutError("dispute_onset rests on gml.", {"gml": ["dispute_onset"]}))
    >>> lacks
    {'gml': {'dispute_onset'}}
    """
    outer, lacks = getattr(_open, "lacks", None), Lacks()
    _open.lacks = lacks
    try:
        yield lacks
    finally:
        _open.lacks = outer


def pass_over(fault: LeftOutError) -> None:
    """Note what a part of a chapter lacked."""
    lacks: Lacks | None = getattr(_open, "lacks", None)
    if lacks is None:
        return
    for source, names in fault.lacks.items():
        lacks.setdefault(source, set()).update(names)


def parts(tell: Callable[..., Iterable[Any]], *given: Any) -> Iterator[Any]:
    """Yield what a part of a chapter gives (findings, exhibits, gaps), up to where it needs what the record leaves out."""
    try:
        yield from tell(*given)
    except LeftOutError as fault:
        pass_over(fault)


class Telling(Protocol):
    """A module that tells a chapter."""

    @property
    def ID(self) -> str:
        """What it is called."""

    @property
    def TITLE(self) -> str:
        """Its heading."""

    @property
    def QUESTION(self) -> str:
        """What it answers."""

    @property
    def chapter(self) -> Callable[..., Chapter | None]:
        """Tell the chapter of a partnership, or None where there is none to tell."""


def with_gaps(module: Telling, *given: Any) -> Chapter | None:
    """Return a chapter with what it lacked among its gaps; one of which nothing can be told has its question and gaps alone."""
    with gathering() as lacks:
        try:
            chapter = module.chapter(*given)
        except LeftOutError as fault:
            pass_over(fault)
            chapter = Chapter(id=module.ID, title=module.TITLE, question=module.QUESTION, findings=())
    return replace(chapter, gaps=(*chapter.gaps, *sentences(lacks))) if chapter else None


def sentences(lacks: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Yield one sentence a source that was left out, in the order of their names."""
    for source, names in sorted(lacks.items()):
        some = sorted(names)
        more = [*some[: MOST - 1], f"{len(some) - MOST + 1} more"] if len(some) > MOST else some
        yield (
            f"This record leaves out {source} ({source_of(source).title}; {source_of(source).licence}): nothing here rests on "
            f"{listed(more)}."
        )


def available(names: Iterable[str], record: Record, alliances: str = FACTS) -> list[str]:
    """Return those of some variables that the record can give, by a list of alliances; the others are noted as passed over."""
    have, kept = {table.source for table in record.tables.values()}, []
    for name in names:
        reads = (by_alliances(each, alliances) for each in closure([by_alliances(lookup(name), alliances)]))
        lacking = [source for each in reads for source in each.sources if source not in have]
        if lacking:
            pass_over(LeftOutError("", {source: [name] for source in lacking}))
        else:
            kept.append(name)
    return kept


def panel_of_held(unit: str, names: Sequence[str], record: Record, **choices: Any) -> pl.DataFrame:
    """Return a panel as `panel` does, with nulls for the variables that the record cannot give."""
    kept = available(names, record, choices.get("alliances_from", FACTS))
    frame = panel(unit, kept, record=record, **choices)
    if len(kept) == len(names):
        return frame
    sides = ("_1", "_2") if unit.startswith(("dyad", "directed")) else ("",)
    lacking = {
        f"{variable.name}{side}{age}": pl.Int16 if age else pl.Boolean if variable.yes_or_no else pl.Float64
        for variable in map(lookup, names)
        if variable.name not in kept
        for side in (sides if variable.of_state else ("",))
        for age in (("", "_age") if choices.get("carry_forward") else ("",))
    }
    return frame.with_columns(pl.lit(None, kind).alias(name) for name, kind in lacking.items())


def of_held(sources: Iterable[str], record: Record) -> tuple[str, ...]:
    """Return those of some sources that the record holds."""
    have = {table.source for table in record.tables.values()}
    return tuple(source for source in sources if source in have)
