"""Two states that fought each other in the year, or stood on opposite sides of a war, in a sentence that says which.

A primary party of an armed conflict fights, a supporter helps a side with troops: UCDP's own difference. War is what UCDP or
the list of disputes codes as war; below it stands an armed conflict (`panels/fighting.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import polars as pl

from foedus.assessment.fighting import AT_LEVEL_OF_WAR, Clash, clash, named
from foedus.language.said import answered, in_turn, say
from foedus.panels.fighting import DISPUTES, FOUGHT, JOINED, OPPOSITE, beside_rebels
from foedus.partnership.partnership import Partnership
from foedus.record.states import StateSystem
from foedus.words import capitalized, listed, spans, the

AT_WAR, IN_CONFLICT, OPPOSED = "at war", "in armed conflict", "on opposite sides"
"""Kinds of pairs: fought each other at the level of war, or below it; on opposite sides, not as two that fought each other."""


def of_pair(partnership: Partnership) -> Clash | None:
    """Return what is said of two members in the year; None if nothing is."""
    return clash(partnership.record, partnership.dyad, partnership.year)


def kind(told: Clash) -> str:
    """Return the kind of pair that two states are of whom something is said."""
    if told.side.fights:
        return AT_WAR if told.side.war else IN_CONFLICT
    return OPPOSED


def sources(told: Clash) -> tuple[str, ...]:
    """Return the sources of what is said."""
    return (told.side.by, *([DISPUTES] if _by_both(told) else []))


HOW = {
    (FOUGHT, True): "{names} fought each other in a war {when} (UCDP: {deaths}){dispute}.",
    (FOUGHT, False): "{names} fought each other in an armed conflict {when}{wars} (UCDP: {deaths}){dispute}.",
    (OPPOSITE, True): "{names} were on opposite sides of a war {when}",
    (OPPOSITE, False): "{names} were on opposite sides of an armed conflict {when}",
}
"""What is said by UCDP, by how two states stand and whether at the level of war."""

BY_DISPUTES = {
    FOUGHT: "{names} fought each other in a dispute at the level of war, under way {when} (the list of militarized disputes).",
    JOINED: ("{joined} joined it against {other}, a party from its first day (the list of militarized disputes)"),
    OPPOSITE: (
        "{names} were on opposite sides of a dispute at the level of war, under way {when} (the list of militarized disputes, "
        "which does not say whether they fought each other)."
    ),
}
"""What is said by the list of disputes."""


def sentence(partnership: Partnership, told: Clash) -> str:
    """Tell who fought whom, or who stood on whose side, when and by which source."""
    if told.side.by == DISPUTES:
        return _by_disputes(partnership, told)
    who = {"when": _when(partnership, told), "deaths": _deaths(told), "dispute": _dispute(told)}
    names, war = _two(partnership, told), told.side.war
    if (
        told.side.how == FOUGHT
    ):  # primary parties: in a war, in an armed conflict, or in one that was a war in some of its years
        always = told.wars == told.years
        wars = say(", a war in {years}", years=spans(told.wars)) if told.wars and not always else ""
        return capitalized(say(HOW[FOUGHT, always], **who, names=names, wars=wars))
    stood = capitalized(say(HOW[OPPOSITE, war], names=names, when=who["when"]))
    return answered(stood, say("{how} (UCDP: {deaths}){dispute}", **who, how=_helped(partnership, told.years[-1])))


def _two(partnership: Partnership, told: Clash) -> str:
    """The two, with whom the source means by a government where most states recognise another."""
    return listed([named(partnership.record, code, told.years[-1], told.side.by) for code in partnership.codes])


def _deaths(told: Clash) -> str:
    """What UCDP's levels mean, of the years that are told of."""
    if not told.wars:
        return say("at least 25 battle deaths in a year, fewer than 1,000")
    if told.wars == told.years:
        return say("at least 1,000 battle deaths in a year")
    return say("at least 1,000 battle deaths in {years}", years=spans(told.wars))


def _dispute(told: Clash) -> str:
    """What the list of disputes has between the two, where it is graver than what UCDP has."""
    if not _by_both(told):
        return ""
    if told.dispute == AT_LEVEL_OF_WAR:
        graver = (
            "; the list of militarized disputes has the two on opposite sides of a dispute at the level of war, "
            "under way in {year}"
        )
    else:
        graver = (
            "; the list of militarized disputes has the two on opposite sides of a dispute with deaths on both sides, "
            "under way in {year}"
        )
    return say(graver, year=told.years[-1])


def _by_both(told: Clash) -> bool:
    """Whether the list of disputes has the two in a war that UCDP has not, or with losses where UCDP has them only opposed."""
    if told.side.by == DISPUTES or told.dispute is None:
        return False
    return told.side.how != FOUGHT or (told.dispute == AT_LEVEL_OF_WAR and not told.side.war)


def _by_disputes(partnership: Partnership, told: Clash) -> str:
    """What the list of disputes says of two that went to war on opposite sides."""
    joined, other = (
        listed([the(state.name) for state in partnership.members if (state.ccode == told.side.joined) is came])
        for came in (True, False)
    )
    who = {"names": partnership.named, "when": _when(partnership, told)}
    if told.side.how == JOINED:
        stood = say("{names} were on opposite sides of a dispute at the level of war, under way {when}", **who)
        return answered(capitalized(stood), say(BY_DISPUTES[JOINED], joined=joined, other=other))
    return capitalized(say(BY_DISPUTES[told.side.how], **who))


def _helped(partnership: Partnership, year: int) -> str:
    """Who sent troops to whose side against the other, as UCDP has it in a year."""
    return in_turn([*_beside_rebels(partnership, year), *_beside_states(partnership, year)])


def _beside_rebels(partnership: Partnership, year: int) -> Iterable[str]:
    """Whose troops helped armed opponents of the other's government."""
    names = {state.ccode: the(state.name) for state in partnership.members}
    codes = list(names)
    rows = beside_rebels(partnership.record).filter(pl.col("sender").is_in(codes), pl.col("host").is_in(codes), year=year)
    for sender, host in rows.select("sender", "host").iter_rows():
        helped = "troops of {sender} helped armed opponents of the government of {host}"
        yield say(helped, sender=names[sender], host=names[host])


def _beside_states(partnership: Partnership, year: int) -> Iterable[str]:
    """Who sent troops to which side of a conflict between states, the other of the two being on the other side."""
    record, system = partnership.record, StateSystem.of(partnership.record)
    conflicts = record.table("armed_conflicts").filter(type="interstate", year=year)
    helping = record.table("armed_conflict_supporters").filter(year=year).drop_nulls("ccode")

    def named(codes: Collection[int]) -> str:
        return listed(sorted(the(system.name(code, year)) for code in codes))

    for (conflict,), rows in conflicts.group_by("conflict", maintain_order=True):
        parties = [set(rows[f"ccode{side}"].drop_nulls()) for side in (1, 2)]
        helpers = [set(helping.filter(conflict=conflict, supports_side1=first)["ccode"]) for first in (True, False)]
        for one, other in ((0, 1), (1, 0)):
            for code in helpers[one] & set(partnership.codes):
                (foe,) = set(partnership.codes) - {code}
                sent = {"state": named([code]), "side": named(parties[one]), "other": named(parties[other])}
                if foe in parties[other]:
                    yield say("{state} sent troops to the side of {side} against {other}", **sent)
                elif foe in helpers[other] and one == 0:
                    both = "{state} sent troops to the side of {side}, {foe} to that of {other}"
                    yield say(both, **sent, foe=named([foe]))


def _when(partnership: Partnership, told: Clash) -> str:
    """The years told of, and that the data end with them if the year asked about is later."""
    first, last = told.years[0], told.years[-1]
    silent = last < partnership.year
    if first == last:
        return say("in {year}, when the data end" if silent else "in {year}", year=last)
    return say("from {first} to {last}, when the data end" if silent else "from {first} to {last}", first=first, last=last)
