"""What kind of pair the two are, and what binds them in the year: the first thing a reader asks.

At war or in armed conflict with each other, on opposite sides of one, allies, rivals or neither: the first of these that the
record says of the year, or said when it last spoke. Allies are two of whom one at least has pledged to defend the other;
whether that pledge keeps anyone away is another chapter's question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from foedus.assessment.chapters.relation import fought
from foedus.assessment.chapters.relation.obligations import whose
from foedus.assessment.fighting import Clash
from foedus.assessment.finding import Finding, Rows
from foedus.panels.treaty_names import called
from foedus.partnership.partnership import Partnership
from foedus.words import capitalized, listed, the

ID = "relation"

ALLIES, RIVALS, NEITHER = "allies", "rivals", "neither"
"""Kinds of pairs that do not fight (`fought.py` has those that do), the first that holds; "neither": no pledge, no rivalry."""

SOURCES = {
    ALLIES: ("atop", "treaty_facts"),
    RIVALS: ("strategic_rivalries",),
    NEITHER: ("atop", "strategic_rivalries", "treaty_facts"),
}
"""What each kind is read off."""


def findings(partnership: Partnership, now: Mapping[str, object]) -> Iterable[Finding]:
    """Tell the kind of pair, and which treaty binds the two to defend each other or to watch together.

    now : the dyad's row of the year (rivalry, its age).

    Two who fight are told of before anything that they owe each other is looked up.
    """
    told = fought.of_pair(partnership)
    if told is not None:
        yield _fighting(partnership, told)
    owed = {row["obligation"]: row for row in partnership.obligations().iter_rows(named=True)}
    if told is None:
        yield _kind(partnership, owed["defence"], now)
    yield _defence(partnership, owed["defence"])
    if owed["warning"]["in_force"]:
        yield _warning(partnership, owed["warning"])


def _fighting(partnership: Partnership, told: Clash) -> Finding:
    """That the two fought each other, or were on opposite sides."""
    kind, statement = fought.kind(told), fought.sentence(partnership, told)
    return Finding("relation.kind", ID, statement, kind, sources=fought.sources(told), rows=_rows(partnership))


def _kind(partnership: Partnership, defence: Mapping[str, Any], now: Mapping[str, object]) -> Finding:
    names, year, by = capitalized(partnership.named), partnership.year, whose(partnership)
    if defence["in_force"]:
        kind, statement = ALLIES, f"{names} are allies{by}: one at least has pledged to defend the other."
    elif _held(defence):
        then = f"in {year - defence['age']}, when the data end"
        kind, statement = ALLIES, f"{names} were allies{by} {then}: one at least had pledged to defend the other."
    elif now["rivalry"]:
        kind, statement = RIVALS, f"{names} {_rivals(now, year)}, without a pledge of defence{by}{_known(defence, year)}."
    else:
        age = now["rivalry_age"] if now["rivalry"] is not None else None
        until = f" (known to {year - age})" if isinstance(age, int) and age else ""
        kind, statement = NEITHER, f"{names} are neither allies{by}{_known(defence, year)} nor rivals{until} on record."
    return Finding("relation.kind", ID, statement, kind, sources=partnership.by_list(*SOURCES[kind]), rows=_rows(partnership))


def _rivals(now: Mapping[str, object], year: int) -> str:
    """That the two are rivals, or were when the data on rivalries end."""
    age = now["rivalry_age"]
    return (
        f"were strategic rivals in {year - age}, when the data end" if isinstance(age, int) and age else "are strategic rivals"
    )


def _known(defence: Mapping[str, Any], year: int) -> str:
    """Up to which year it is known that no treaty binds the two, where that is not the year itself."""
    return f" (known to {year - defence['age']})" if defence["in_force"] is None and defence["age"] else ""


def _defence(partnership: Partnership, row: Mapping[str, Any]) -> Finding:
    """Tell whether a treaty binds one of the two to defend the other in the year."""
    year, names, by = partnership.year, partnership.named, whose(partnership)
    value: str | None
    if _held(row):
        then = "are" if row["in_force"] else "were"
        when = "" if row["in_force"] else f", and still in {year - row['age']}, when the data end"
        value = "bound" if row["in_force"] else f"bound in {year - row['age']}"
        statement = f"{_bound(partnership, row, then)} by {_treaties(partnership, row)} since {row['since'].year}{when}{by}."
    elif row["in_force"] is False:
        value, statement = "No treaty", f"No treaty on record binds {names} to defend each other in {year}{by}."
    elif row["last_known"] is False:
        value = f"No treaty in {year - row['age']}"
        statement = f"No treaty on record bound {names} to defend each other in {year - row['age']}, when the data end{by}."
    else:
        value, statement = None, f"Whether a treaty binds {names} to defend each other in {year} is not on record{by}."
    return Finding(
        "relation.defence",
        ID,
        statement,
        value,
        sources=partnership.by_list("alliance_facts", "atop", "treaty_facts"),
        rows=_rows(partnership),
    )


def _warning(partnership: Partnership, row: Mapping[str, Any]) -> Finding:
    since = row["since"].year
    statement = f"{capitalized(partnership.named)} watch together by {_treaties(partnership, row)} since {since}."
    return Finding(
        "relation.warning",
        ID,
        statement,
        since,
        "year",
        sources=("treaty_facts",),
        rows=Rows("agreement_facts", "kind = 'command'"),
    )


def _held(row: Mapping[str, Any]) -> bool:
    """Whether an obligation is in force or, where nobody knows, was when it was last known."""
    return bool(row["in_force"] if row["in_force"] is not None else row["last_known"])


def _bound(partnership: Partnership, row: Mapping[str, Any], are: str) -> str:
    """Who is bound to defend whom."""
    owing = [the(state.name) for state in partnership.members if partnership.tag(state) in row["owed_by"]]
    if len(owing) == 1:
        (other,) = (the(state.name) for state in partnership.members if the(state.name) != owing[0])
        return f"{capitalized(owing[0])} {'is' if are == 'are' else 'was'} bound to defend {other}"
    return f"{capitalized(partnership.named)} {are} bound to defend each other"


def _treaties(partnership: Partnership, row: Mapping[str, Any]) -> str:
    """The agreements of an obligation, as they stand in a sentence about the two."""
    names = [the(state.name) for state in partnership.members]
    return listed([called(title, names) for title in row["agreements"]])


def _rows(partnership: Partnership) -> Rows:
    low, high = partnership.dyad
    return Rows("panel dyad-year", f"ccode1 = {low} and ccode2 = {high} and year <= {partnership.year}")
