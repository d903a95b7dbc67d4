"""The answer first: one sentence, and at most six short lines, by the kind of pair the two are.

Nothing is computed here and nothing is known of any state: every line is made of one or two findings, which it names, so that
it moves when they do. What a line has no finding for is left out, and so is what rests on a fact of low confidence: nobody
could cite it. The verdict is "yes" or "no" where the record or physics
says so, and "nobody can know" where the data cannot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, cast

from foedus.assessment.chapters.order.tested import better_guide
from foedus.assessment.chapters.relation.bond import ALLIES, NEITHER, RIVALS
from foedus.assessment.chapters.relation.fought import AT_WAR, IN_CONFLICT, OPPOSED
from foedus.assessment.chapters.relation.several import NONE_BOUND, SOME_BOUND
from foedus.assessment.evidence import STRATUM_WORDS
from foedus.assessment.finding import Chapter, Finding
from foedus.language.said import Sentence, answered, clause, in_turn, joined, opening, say, say_many
from foedus.validation.grades import SUPPORTED
from foedus.words import capitalized, listed, signed, significant

MOST = 6
"""Lines under the answer."""

NO_NAMES = ("No", "None", "Whether", "Of", "All", "The", "Fighting", "At", "On", "Members")
"""First words of findings that are no names, and stand in small letters after a colon."""

FACING = "order.facing."
"""What the ids begin with of members' risks with an outsider, the highest first."""

YES, NO, UNKNOWN = "yes", "no", "nobody can know"

FACING_FIRST = "{pair}, {amount} a year for a fatal dispute; every other member less"
FACING_ALONE = "{pair}, {amount} a year for a fatal dispute"
ON_PAPER = "On paper, yes; in effect, {verdict}"
FEWER_ATTACKS = "and states with such pacts are attacked less often than a model without them expects"


@dataclass(frozen=True)
class Line:
    """One short sentence, and the ids of the findings it is made of."""

    text: str
    rests_on: tuple[str, ...]


@dataclass(frozen=True)
class Lead(Line):
    """The answer in a few words, the reason for it, and both in one sentence.

    Attributes
    ----------
    answer : without a full stop. reason : likewise; "" where the answer says no more than that.
    """

    answer: str
    reason: str

    @classmethod
    def of(cls, answer: str, reason: str, rests_on: tuple[str, ...]) -> Self:
        """Return the answer with its reason, and the ids of the findings it is made of.

        >>> Lead.of("No pledge", "none is on record", ()).text
        'No pledge: none is on record.'
        """
        return cls(answered(answer, reason) if reason else say("{answer}.", answer=answer), rests_on, answer, reason)


@dataclass(frozen=True)
class Brief:
    """The answer to an assessment's question.

    Attributes
    ----------
    kind : what the two are to each other: "at war", "in armed conflict" or "on opposite sides" of one, and only where none of
        these holds "allies", "rivals" or "neither"; "not on record" where the record leaves out what would say so.
    verdict : "yes", "no" or "nobody can know". lead : the answer in a sentence. lines : at most MOST.
    """

    kind: str
    verdict: str
    lead: Lead
    lines: tuple[Line, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the brief in the shape of the JSON contract: kind, verdict, lead, lines, rests_on (ids of findings)."""
        ids = [name for line in (self.lead, *self.lines) for name in line.rests_on]
        return {
            "kind": self.kind,
            "verdict": self.verdict,
            "lead": self.lead.text,
            "lines": [line.text for line in self.lines],
            "rests_on": list(dict.fromkeys(ids)),
        }


LEFT_OUT = Brief(
    "not on record",
    UNKNOWN,
    Lead.of(say("Nobody can know from this record"), say("it leaves out the sources that say what the two owe each other"), ()),
    (),
)
"""The brief where the record leaves out the sources of pledges and rivalries."""

Findings = Mapping[str, Finding]


def brief(chapters: Sequence[Chapter]) -> Brief:
    """Return the brief of a partnership from its chapters."""
    every = (finding for chapter in chapters for finding in chapter.findings)
    findings = {finding.id: finding for finding in every if finding.confidence != "low"}
    if "relation.kind" not in findings:
        return LEFT_OUT
    kind = str(findings["relation.kind"].value)
    several = "relation.members" in findings
    facing = _first(findings, FACING) is not None
    verdict, lead = (_several if several else _LEADS[kind])(findings)
    lines = [
        line
        for tell in (_LINES_FACING if facing else _LINES_OF_SEVERAL if several else _LINES[kind])
        if (line := tell(findings)) is not None
    ]
    return Brief(kind, verdict, lead, tuple(lines[:MOST]))


def _several(findings: Findings) -> tuple[str, Lead]:
    """Whether the members are bound, pair by pair; of members that face an outsider, whose risk with it is the highest."""
    kind, bond, test = findings["relation.kind"], findings["relation.defence"], findings.get("shield.out_of_sample")
    if (first := _first(findings, FACING)) is not None:
        of_several = sum(name.startswith(FACING) for name in findings) > 1
        reason = say(FACING_FIRST if of_several else FACING_ALONE, pair=_pair(first), amount=_amount(first))
        answer = capitalized(say("{member} most of all", member=_part(first, "member")))
        return UNKNOWN, _after_fighting("order.fighting", findings, answer, reason, (first.id,))
    rests = ["relation.defence"]
    inside = "relation.fighting"
    if kind.value == NONE_BOUND:
        return NO, _after_fighting(inside, findings, say("No pledge"), _clause(kind), (kind.id, *rests))
    verdict, effect = UNKNOWN, say("whether such pacts keep attackers away, the data cannot show")
    if test is not None:
        rests.append(test.id)
        if test.grade == SUPPORTED and test.direction == "as claimed":
            verdict, effect = YES, say(FEWER_ATTACKS)
    paper = "In part on paper; in effect, {verdict}" if kind.value == SOME_BOUND else ON_PAPER
    reason = say("{bond}; {effect}", bond=_clause(bond), effect=effect)
    return verdict, _after_fighting(inside, findings, say(paper, verdict=say(verdict)), reason, tuple(rests))


def _after_fighting(name: str, findings: Findings, answer: str, reason: str, rests: tuple[str, ...]) -> Lead:
    """The answer with its reason, and before that who fights whom, where it is told."""
    told = findings.get(name)
    if told is None:
        return Lead.of(answer, reason, rests)
    both = say("{fighting}. {reason}", fighting=_clause(told), reason=opening(reason))
    return Lead.of(answer, both, (told.id, *rests))


def _first(findings: Findings, stem: str) -> Finding | None:
    """The first finding whose id begins so: the highest, where they are told in order."""
    return next((finding for name, finding in findings.items() if name.startswith(stem)), None)


def _amount(risk: Finding) -> str:
    """A risk in per cent with its interval."""
    if not isinstance(risk.value, float):
        return say("unknown")
    if risk.interval is None:
        return say("{percent} %", percent=_percent(risk.value))
    ends = {"low": _percent(risk.interval.low), "high": _percent(risk.interval.high)}
    return say("{percent} % ({low} to {high})", percent=_percent(risk.value), **ends)


def _part(risk: Finding, name: str) -> str:
    """What stands in a place of a risk's sentence: its `member`, the other `state`, or the `fighting` of the two."""
    if not isinstance(risk.statement, Sentence):
        raise ValueError(f"finding {risk.id}: its sentence does not say who it is about.")
    return cast(str, risk.statement.parts[name])


def _pair(risk: Finding) -> str:
    """The two states of a risk, within a sentence."""
    return listed([_part(risk, "member"), _part(risk, "state")])


def _next(findings: Findings) -> Line | None:
    """The members whose risk with the outsider comes next."""
    facing = [finding for name, finding in findings.items() if name.startswith(FACING)][1:4]
    if not facing:
        return None
    told = [say("{member}, {amount}", member=_part(finding, "member"), amount=_amount(finding)) for finding in facing]
    return Line(say("Next: {members}.", members=in_turn(told)), tuple(finding.id for finding in facing))


def _inside(findings: Findings) -> Line | None:
    """The pair of members with the highest risk of a fatal dispute."""
    first = _first(findings, "order.within.")
    if first is None:
        return None
    told = "Highest risk of a fatal dispute between members, a year: {pair}, {amount}{guide}."
    return Line(say(told, pair=_pair(first), amount=_amount(first), guide=_guide(first)), (first.id,))


def _allies(findings: Findings) -> tuple[str, Lead]:
    """Bound on paper, or known to have been; whether that deters follows from the grade of the pacts' test."""
    bond, watch, test = findings["relation.defence"], findings.get("warning.minutes"), findings.get("shield.out_of_sample")
    rests = ["relation.defence"]
    verdict, effect = UNKNOWN, say("whether such a pact keeps attackers away, the data cannot show")
    if test is not None:
        rests.append(test.id)
        if test.grade == SUPPORTED and test.direction == "as claimed":
            verdict, effect = YES, say(FEWER_ATTACKS)
    if watch is not None and watch.grade == "physical" and "relation.warning" in findings:
        rests.append(watch.id)
        reason = say("{bond}, and {watched}; {effect}", bond=_clause(bond), watched=_watched(watch), effect=effect)
        return verdict, Lead.of(say("A warning, yes; a deterrent, {verdict}", verdict=say(verdict)), reason, tuple(rests))
    reason = say("{bond}; {effect}", bond=_clause(bond), effect=effect)
    if bond.value != "bound":
        return UNKNOWN, Lead.of(say("Nobody can know"), reason, tuple(rests))
    return verdict, Lead.of(say(ON_PAPER, verdict=say(verdict)), reason, tuple(rests))


def _watched(watch: Finding) -> str:
    if watch.baseline is not None and watch.baseline.value == 0:
        return say("{lacking} more than half of low approaches would not be seen", lacking=watch.baseline.name)
    return say("their radars see most low approaches")


def _fighting(answer: str) -> Callable[[Findings], tuple[str, Lead]]:
    """The answer of two that fight, or stand on opposite sides, whatever they owe each other."""

    def tell(findings: Findings) -> tuple[str, Lead]:
        kind = findings["relation.kind"]
        return NO, Lead.of(say(answer), _clause(kind), (kind.id,)) if answer else _opposed(kind)

    return tell


def _opposed(kind: Finding) -> Lead:
    """How two stand on opposite sides: what its finding says, by its parts where it gives a reason."""
    parts = kind.statement.parts if isinstance(kind.statement, Sentence) else {}
    if "reason" in parts:
        return Lead.of(cast(str, parts["answer"]), cast(str, parts["reason"]), (kind.id,))
    return Lead.of(_clause(kind), "", (kind.id,))


def _rivals(findings: Findings) -> tuple[str, Lead]:
    kind, bond = findings["relation.kind"], findings["relation.defence"]
    return NO, Lead.of(say("A rivalry"), _clause(kind), (kind.id, bond.id))


def _neither(findings: Findings) -> tuple[str, Lead]:
    bond = findings["relation.defence"]
    if bond.value is None:
        return UNKNOWN, Lead.of(say("Nobody can know"), _clause(bond), (bond.id,))
    verdict = NO if bond.value == "No treaty" else UNKNOWN
    told = "No pledge" if verdict == NO else "Not as far as the data reach"
    return verdict, Lead.of(say(told), _clause(bond), (bond.id,))


def _statement(name: str) -> Callable[[Findings], Line | None]:
    """A line that is a finding's own sentence."""

    def tell(findings: Findings) -> Line | None:
        finding = findings.get(name)
        return None if finding is None else Line(finding.statement, (name,))

    return tell


def _past(findings: Findings) -> Line | None:
    """The disputes between the two: those with deaths first."""
    fatal, every = findings.get("relation.fatal_disputes"), findings.get("relation.disputes")
    if fatal is None or every is None:
        return None
    if not every.value:
        return Line(fatal.statement, (fatal.id, every.id))
    others = say_many(
        int(every.value), "Disputes of any kind began in {number} year.", "Disputes of any kind began in {number} years."
    )
    return Line(joined(fatal.statement, others), (fatal.id, every.id))


def _conflict(findings: Findings) -> Line | None:
    """The years of armed conflict between the two, where there were any."""
    told = findings.get("relation.interstate_conflict")
    return Line(told.statement, (told.id,)) if told is not None and told.value else None


def _rivals_too(findings: Findings) -> Line | None:
    """That allies are strategic rivals as well, where they are."""
    told = findings.get("relation.rivalry")
    return Line(told.statement, (told.id,)) if told is not None and told.value == "yes" else None


def _risk(findings: Findings) -> Line | None:
    """The risk of a fatal dispute between the two."""
    risk = findings.get("order.fatal_dispute.probability")
    if risk is None or not isinstance(risk.value, float) or risk.interval is None:
        return None
    if risk.grade == "recorded":  # too few had begun to learn from: what its kind had seen stands instead
        return Line(risk.statement, (risk.id,))
    kind = risk.reference
    beside = ""
    if kind is not None and kind.observed is not None:
        seen = "; of {kind}, {percent} % of years saw one"
        beside = say(seen, kind=say(STRATUM_WORDS.get(kind.name, kind.name)), percent=_percent(kind.observed))
    told = "Risk of a fatal dispute between them, a year: {amount}{beside}{guide}."
    return Line(say(told, amount=_amount(risk), beside=beside, guide=_guide(risk)), (risk.id,))


def _threats(findings: Findings) -> Line | None:
    """The state outside with the highest risk of a fatal dispute, and that a member fights it already where one does."""
    first = _first(findings, "order.fatal_threat.")
    if first is None:
        return None
    told = "Highest risk of a fatal dispute with another state, a year: {pair}, {amount}{guide}.{fighting}"
    parts = {"pair": _pair(first), "amount": _amount(first), "guide": _guide(first), "fighting": _part(first, "fighting")}
    return Line(say(told, **parts), (first.id,))


def _guide(risk: Finding) -> str:
    """That what came of forecasts as high is the better guide, where it is."""
    reference = risk.reference
    if reference is None or reference.observed_alike is None or not isinstance(risk.value, float):
        return ""
    if not better_guide(reference, risk.value):
        return ""
    alike = "; of forecasts as high {percent} % came true, the better guide"
    return say(alike, percent=_percent(reference.observed_alike))


def _minutes(findings: Findings) -> Line | None:
    """How early the radars see what would end at a capital, for two who watch together."""
    if "relation.warning" not in findings:
        return None
    watch = _first(findings, "warning.minutes.capital.") or findings.get("warning.minutes")
    return None if watch is None else Line(watch.statement, (watch.id,))


def _evidence(findings: Findings) -> Line | None:
    """What such a pact adds to forecasts of attacks."""
    test = findings.get("shield.out_of_sample")
    if test is None or test.interval is None or not isinstance(test.value, float):
        return None
    gain, low, high = (signed(100 * share, 1) for share in (test.value, test.interval.low, test.interval.high))
    told = "What such pacts add to forecasts of attacks: {gain} % of the score ({low} to {high}); {grade}."
    if test.direction and test.grade == SUPPORTED:
        told = "What such pacts add to forecasts of attacks: {gain} % of the score ({low} to {high}); {grade}, {direction}."
    graded = {"grade": say(test.grade or ""), "direction": say(test.direction or "")}
    return Line(say(told, gain=gain, low=low, high=high, **graded), (test.id,))


def _percent(share: float) -> str:
    """A share in per cent with two digits, or what it is below.

    >>> _percent(0.0042), _percent(0.01), _percent(0.14), _percent(1e-07)
    ('0.42', '1', '14', 'below 0.001')
    """
    return significant(100 * share) if share >= 1e-5 else say("below {percent}", percent="0.001")


def _clause(told: Finding) -> str:
    """A finding's sentence after a colon: without its full stop, and a first word that is no name in small letters."""
    sentence = told.statement.removesuffix(".")
    first = sentence.split(" ", 1)[0]
    small = sentence[0].lower() + sentence[1:] if first in NO_NAMES else sentence
    return clause(told.statement, small)


_LEADS: Mapping[str, Callable[[Findings], tuple[str, Lead]]] = {
    AT_WAR: _fighting("War"),
    IN_CONFLICT: _fighting("Armed conflict"),
    OPPOSED: _fighting(""),
    ALLIES: _allies,
    RIVALS: _rivals,
    NEITHER: _neither,
}
_STOOD = (_past, _conflict, _statement("relation.intervention"), _statement("order.fighting"))
"""What has stood between the two, and whom they fight."""

_OPPOSED = (_statement("relation.defence"), _past, _statement("relation.intervention"), _statement("order.fighting"))
_LINES: Mapping[str, Iterable[Callable[[Findings], Line | None]]] = {
    AT_WAR: (*_OPPOSED, _statement("relation.rivalry")),
    IN_CONFLICT: (*_OPPOSED, _statement("relation.rivalry")),
    OPPOSED: (*_OPPOSED, _statement("relation.rivalry"), _risk),
    ALLIES: (_statement("relation.warning"), _rivals_too, *_STOOD, _risk, _threats, _minutes, _evidence),
    RIVALS: (_statement("relation.defence"), *_STOOD, _risk, _threats),
    NEITHER: (_statement("relation.rivalry"), *_STOOD, _risk, _threats),
}
_LINES_FACING: Iterable[Callable[[Findings], Line | None]] = (
    _next,
    _statement("relation.fighting"),
    _statement("relation.defence"),
    _statement("relation.unbound"),
)
_LINES_OF_SEVERAL: Iterable[Callable[[Findings], Line | None]] = (
    _statement("relation.unbound"),
    _statement("order.fighting"),
    _inside,
    _threats,
    _statement("relation.fatal_disputes"),
    _statement("relation.rivals"),
    _minutes,
)
