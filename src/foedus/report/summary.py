"""What stands at the top: the question, the largest risks, how the claims fare, and what is missing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import polars as pl

from foedus.assessment.assessment import Assessment
from foedus.assessment.chapters.relation.bond import ALLIES, RIVALS
from foedus.assessment.chapters.relation.fought import AT_WAR, IN_CONFLICT, OPPOSED
from foedus.assessment.chapters.relation.several import SOME_BOUND
from foedus.assessment.claims.check import VERDICTS, Claims
from foedus.assessment.finding import Exhibit
from foedus.language.speaking import tell, told
from foedus.report.said import prose
from foedus.words import capitalized, the

QUESTIONS = {
    ALLIES: "Is this partnership a shield, against what, by how much, and how do we know?",
    **dict.fromkeys((AT_WAR, IN_CONFLICT, OPPOSED), "What stands between the two, how far has it gone, and how do we know?"),
    SOME_BOUND: "Which of the members are bound to each other, against what is that a shield, and how do we know?",
    RIVALS: "What stands between the two, how dangerous is it, and how do we know?",
}
"""What is asked of two states, by what they are to each other."""

NEITHER = "What binds the two, what stands between them, and how do we know?"


FIRST = (("relation.bond",), ("order.between", "order.pairs", "order.facing"), ("without.contrast",))
"""Exhibits that stand beside the answer: what binds whom, the risk, and what changes without it; each one of its kind."""

READING = (
    "A 95\u00a0% interval is made so that 95 of 100 such intervals hold the true value, if the model is right. It does not "
    "cover the chance that the model is wrong; the grade speaks to that.",
    "A probability per year is small for almost every two states. Read it beside its baseline: the rate among all comparable "
    "dyads.",
    "A dash (–) and hatching mean that nothing is known. They never mean zero.",
)
"""How numbers and pictures are to be read."""


def answer(assessment: Assessment) -> tuple[str, str]:
    """Return the answer in a few words, and what it rests on; "" where the answer says no more than that."""
    lead = assessment.brief.lead
    reason = capitalized(prose(told(lead.reason)))
    return f"{prose(told(lead.answer))}.", reason and f"{reason}."


def first_exhibits(assessment: Assessment) -> list[Exhibit]:
    """Return the exhibits that stand beside the answer, in the order of FIRST."""
    own = [each for chapter in assessment.chapters for each in chapter.exhibits if each.id not in chapter.everywhere]
    return [each for names in FIRST for each in own if each.id in names]


def question(assessment: Assessment) -> str:
    """Return the question that an assessment answers, by the kind of pair."""
    if assessment.against is not None:
        asked = "How likely is a fatal dispute of a member with {state}, and how do we know?"
        return tell(asked, state=the(assessment.against.name))
    neither = NEITHER if len(assessment.members) == 2 else "Does anything bind these states, and how do we know?"
    return tell(QUESTIONS.get(assessment.brief.kind, neither))


def kind(assessment: Assessment) -> str:
    """Return what the page is: allies are partners, others are the states they are."""
    if assessment.brief.kind in (ALLIES, SOME_BOUND):
        return tell("Partnership assessment")
    number = len(assessment.members)
    return tell("Assessment of two states") if number == 2 else tell("Assessment of {number} states", number=number)


EACH_OTHER = "each other"
"""What the row of two members is called among the states that their risks are with."""


@dataclass(frozen=True)
class Risks:
    """The states with which the members' risk is largest.

    Attributes
    ----------
    outcome : what the risk is of. members : their names, as in the frame's columns after `state`.
    frame : state, and for each member a column of (probability, low, high, fights_in) or null; two members' own row first
        (EACH_OTHER), then the largest risk.
    fight_in : the year in which some of them fight a member; None where nobody does.
    """

    outcome: str
    members: tuple[str, ...]
    frame: pl.DataFrame
    fight_in: int | None = None


def largest_risks(assessment: Assessment, most: int = 10) -> Risks | None:
    """Return the states with which any member's risk of the first mapped outcome is largest; None without a map.

    A state's place follows from its larger risk, with either member. What two members' risk is with each other always stands.
    """
    maps = [exhibit.frame for chapter in assessment.chapters for exhibit in chapter.exhibits if exhibit.id == "order.map"]
    if not maps or maps[0].is_empty():
        return None
    outcome = maps[0]["outcome"][0]
    rows = maps[0].filter(pl.col("outcome") == outcome, pl.col("probability").is_not_null())
    members = tuple(rows["member"].unique(maintain_order=True))
    fights = pl.col("fights_in") if "fights_in" in rows.columns else pl.lit(None, pl.Int16).alias("fights_in")
    own = pl.col("state").is_in(members) & (len(members) == 2)
    state = pl.when(own).then(pl.lit(EACH_OTHER)).otherwise("state").alias("state")
    packed = rows.select(state, "member", "probability", pl.struct("probability", "low", "high", fights).alias("risk"))
    highest = packed.group_by("state").agg(pl.col("probability").max())
    order = highest.sort(pl.col("state") == EACH_OTHER, "probability", "state", descending=[True, True, False])
    frame = order.head(most).select("state")
    for member in members:
        one = packed.filter(pl.col("member") == member).unique("state", keep="first", maintain_order=True)
        frame = frame.join(one.select("state", pl.col("risk").alias(member)), on="state", how="left", maintain_order="left")
    shown = packed.join(frame, on="state", how="semi")["risk"].struct.field("fights_in").drop_nulls()
    return Risks(outcome, members, frame, shown[0] if shown.len() else None)


def verdict_counts(claims: Claims) -> list[tuple[str, int]]:
    """Return how many claims got each verdict, in the order of VERDICTS, leaving out verdicts none got."""
    counts = Counter(claim.verdict for claim in claims.claims)
    return [(verdict, counts[verdict]) for verdict in VERDICTS if counts[verdict]]


def gaps(assessment: Assessment) -> list[str]:
    """Return what could not be said: first one thing of each chapter that the answer rests on, then the others, all once.

    What holds of every two states alike comes last.
    """
    answered = set(assessment.brief.as_dict()["rests_on"])
    rests = [chapter for chapter in assessment.chapters if any(each.id in answered for each in chapter.findings)]
    own = [chapter for chapter in assessment.chapters if any(each.id not in chapter.everywhere for each in chapter.findings)]
    first = [gap for chapter in rests for gap in chapter.gaps[:1]]
    every = [gap for chapter in (*rests, *own, *assessment.chapters) for gap in chapter.gaps]
    return list(dict.fromkeys([*first, *every]))
