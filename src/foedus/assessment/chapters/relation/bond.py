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
from foedus.language.said import say
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
    year, who = partnership.year, {"names": partnership.named, "by": whose(partnership)}
    known = _known(defence, year)
    if defence["in_force"]:
        kind, statement = ALLIES, say("{names} are allies{by}: one at least has pledged to defend the other.", **who)
    elif _held(defence):
        then = "{names} were allies{by} in {last}, when the data end: one at least had pledged to defend the other."
        kind, statement = ALLIES, say(then, **who, last=year - defence["age"])
    elif now["rivalry"]:
        kind, statement = RIVALS, say(_rivals(now), **who, known=known, last=year - _years(now["rivalry_age"]))
    else:
        age = _years(now["rivalry_age"]) if now["rivalry"] is not None else 0
        until = say(" (known to {year})", year=year - age) if age else ""
        neither = "{names} are neither allies{by}{known} nor rivals{until} on record."
        kind, statement = NEITHER, say(neither, **who, known=known, until=until)
    return Finding(
        "relation.kind", ID, capitalized(statement), kind, sources=partnership.by_list(*SOURCES[kind]), rows=_rows(partnership)
    )


def _rivals(now: Mapping[str, object]) -> str:
    """The pattern that says that the two are rivals, or were when the data on rivalries end."""
    if _years(now["rivalry_age"]):
        return "{names} were strategic rivals in {last}, when the data end, without a pledge of defence{by}{known}."
    return "{names} are strategic rivals, without a pledge of defence{by}{known}."


def _years(age: object) -> int:
    """How old a carried value is; 0 of one that is not carried."""
    return age if isinstance(age, int) else 0


def _known(defence: Mapping[str, Any], year: int) -> str:
    """Up to which year it is known that no treaty binds the two, where that is not the year itself."""
    age = defence["age"]
    return say(" (known to {year})", year=year - age) if defence["in_force"] is None and age else ""


def _defence(partnership: Partnership, row: Mapping[str, Any]) -> Finding:
    """Tell whether a treaty binds one of the two to defend the other in the year."""
    year, who = partnership.year, {"names": partnership.named, "by": whose(partnership)}
    value: str | None
    if _held(row):
        value = say("bound") if row["in_force"] else say("bound in {year}", year=year - row["age"])
        statement = _bound(partnership, row)
    elif row["in_force"] is False:
        value = "No treaty"
        statement = say("No treaty on record binds {names} to defend each other in {year}{by}.", **who, year=year)
    elif row["last_known"] is False:
        value = say("No treaty in {year}", year=year - row["age"])
        then = "No treaty on record bound {names} to defend each other in {year}, when the data end{by}."
        statement = say(then, **who, year=year - row["age"])
    else:
        value = None
        statement = say("Whether a treaty binds {names} to defend each other in {year} is not on record{by}.", **who, year=year)
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
    told = say("{names} watch together by {treaties} since {year}.", **_by(partnership, row), year=since)
    statement = capitalized(told)
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


def _bound(partnership: Partnership, row: Mapping[str, Any]) -> str:
    """Who is bound to defend whom by what, or was when the data end."""
    since, by = row["since"].year, whose(partnership)
    owing = [the(state.name) for state in partnership.members if partnership.tag(state) in row["owed_by"]]
    others = [the(state.name) for state in partnership.members if the(state.name) not in owing]
    one_alone = len(owing) == 1
    who = {**_by(partnership, row), "state": owing[0], "other": others[0]} if one_alone else _by(partnership, row)
    if row["in_force"]:
        now = (
            "{state} is bound to defend {other} by {treaties} since {since}{by}."
            if one_alone
            else "{names} are bound to defend each other by {treaties} since {since}{by}."
        )
        return capitalized(say(now, **who, since=since, by=by))
    then = (
        "{state} was bound to defend {other} by {treaties} since {since}, and still in {last}, when the data end{by}."
        if one_alone
        else "{names} were bound to defend each other by {treaties} since {since}, and still in {last}, when the data end{by}."
    )
    return capitalized(say(then, **who, since=since, by=by, last=partnership.year - row["age"]))


def _by(partnership: Partnership, row: Mapping[str, Any]) -> dict[str, str]:
    """The two, and the agreements of an obligation, as they stand in a sentence about them."""
    names = [the(state.name) for state in partnership.members]
    return {
        "names": partnership.named,
        "treaties": listed([called(title, partnership.unnamed, names) for title in row["agreements"]]),
    }


def _rows(partnership: Partnership) -> Rows:
    low, high = partnership.dyad
    return Rows("panel dyad-year", f"ccode1 = {low} and ccode2 = {high} and year <= {partnership.year}")
