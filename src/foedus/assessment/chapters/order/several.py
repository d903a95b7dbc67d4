"""The order of three members or more: the highest risks among them, and with states outside, pair by pair.

The risks are those of the chapter for two, asked of every pair: nothing is computed for the members as one state, and no risk
of the whole is made of the risks of its pairs, which are not independent. With an outsider named, each member's risk with it
is told instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import polars as pl

from foedus.assessment.chapters.order.chapter import GRAVEST, everywhere, finding_of_pair, threats_of, worth_of
from foedus.assessment.chapters.order.exhibits import AGAINST, MOST, OUTCOMES, UNIT, exhibits, pair_of, sources_of
from foedus.assessment.chapters.order.gaps import gaps
from foedus.assessment.chapters.order.risks import Risks, risk_table
from foedus.assessment.finding import Chapter, Exhibit, Finding
from foedus.language.said import labels, say
from foedus.panels.codebook import lookup
from foedus.partnership.partnership import Partnership
from foedus.record.states import State
from foedus.words import labelled, the

ID = "order"
TITLE = "The order"
QUESTION = "How likely is a militarized dispute among the members and with states outside, and can that be believed?"

FATAL = "fatal_dispute_onset"

MOST_FACING = 7
"""Members drawn with their risks with an outsider; the table has all."""


def chapter(partnership: Partnership, against: State | None = None) -> Chapter:
    """Return the chapter of a partnership of several, or of members that face an outsider."""
    risks, worth = Risks.of(partnership), everywhere(partnership.record)
    table = risk_table(risks)
    sources = sources_of(risks.validations["dispute_onset"].headline)
    if against is None:
        own = [*_within(risks, table), *_outside(risks, table)]
        shown = [_highest(partnership, table, sources), _map(partnership, table, sources)]
    else:
        own = list(_facing(risks, table, against))
        shown = list(_shown_facing(partnership, table, against, sources))
    return Chapter(
        id=ID,
        title=TITLE,
        question=QUESTION
        if against is None
        else say("How likely is a militarized dispute of each member with {state}?", state=the(against.name)),
        findings=(*own, *(finding for outcome in risks.validations for finding in worth_of(worth, outcome, ["all dyads"]))),
        exhibits=(*shown, *worth.exhibits),
        would_change=f"Dispute data after {lookup('dispute_onset').last_year}; a model of how one war draws in the next dyad.",
        gaps=("Risks of pairs are not added up: one war draws in the next, and none of this models how.", *gaps(risks)),
        everywhere=worth.ids,
    )


def _within(risks: Risks, table: pl.DataFrame) -> Iterable[Finding]:
    """The pairs of members with the highest risks of a fatal dispute, each once."""
    partnership = risks.partnership
    inside = _pairs(table, partnership).drop_nulls("probability").sort("probability", descending=True)
    for row in inside.head(GRAVEST).iter_rows(named=True):
        pair = "-".join(_tag(partnership, code) for code in (row["member_ccode"], row["ccode"]))
        yield finding_of_pair(risks, row, FATAL, f"order.within.{pair}")


def _outside(risks: Risks, table: pl.DataFrame) -> Iterable[Finding]:
    """Whom members fight already, and the states outside with the highest risks with any of them."""
    if fighting := risks.fighting.others(risks.partnership):
        yield fighting
    yield from threats_of(risks, table, FATAL, "order.fatal_threat", MOST)


def _facing(risks: Risks, table: pl.DataFrame, against: State) -> Iterable[Finding]:
    """Each member's risk of a fatal dispute with the outsider, the highest first."""
    if fighting := risks.fighting.others(risks.partnership, against.ccode):
        yield fighting
    own = _of(table, FATAL).filter(ccode=against.ccode).drop_nulls("probability")
    for row in own.sort("probability", descending=True).iter_rows(named=True):
        yield finding_of_pair(risks, row, FATAL, f"order.facing.{_tag(risks.partnership, row['member_ccode'])}")


def _of(table: pl.DataFrame, outcome: str) -> pl.DataFrame:
    return table.filter(pl.col("outcome") == OUTCOMES[outcome][1])


def _pairs(table: pl.DataFrame, partnership: Partnership) -> pl.DataFrame:
    """The rows of pairs of members, each pair once."""
    return _of(table, FATAL).filter(pl.col("ccode").is_in(list(partnership.codes)), pl.col("member_ccode") < pl.col("ccode"))


def _tag(partnership: Partnership, code: int) -> str:
    return next(partnership.tag(state) for state in partnership.members if state.ccode == code)


def _highest(partnership: Partnership, table: pl.DataFrame, sources: tuple[str, ...]) -> Exhibit:
    """The highest risks of a fatal dispute: among the members, and with states outside (one row a state)."""
    known = _of(table, FATAL).drop_nulls("probability").sort("probability", descending=True)
    inside = _pairs(known, partnership).head(GRAVEST)
    members = list(partnership.codes)
    outside = known.filter(~pl.col("ccode").is_in(members)).unique("ccode", keep="first", maintain_order=True).head(GRAVEST)
    groups = ((inside, say("Between members")), (outside, say("With states outside: each state's highest")))
    rows = [_bar(row, pair_of(row["member"], row["state"]), group) for part, group in groups for row in part.to_dicts()]
    return _bars("order.pairs", say("The highest risks of a fatal dispute"), rows, sources)


def _map(partnership: Partnership, table: pl.DataFrame, sources: tuple[str, ...]) -> Exhibit:
    """The highest risk that any member has with each state outside, by outcome."""
    outside = table.filter(~pl.col("ccode").is_in(list(partnership.codes)))
    ranked = [
        rows.sort("probability", descending=True, nulls_last=True).unique("ccode", keep="first", maintain_order=True)
        for _, rows in outside.group_by("outcome", maintain_order=True)
    ]
    highest = pl.concat(ranked).with_columns(member=pl.lit("any member"), with_member="member")
    (drawn, *_) = exhibits(partnership, sources, highest)
    return replace(drawn, title=f"The highest risk of any member with each state outside, {partnership.year}")


def _shown_facing(partnership: Partnership, table: pl.DataFrame, against: State, sources: tuple[str, ...]) -> Iterable[Exhibit]:
    """The highest risks of a fatal dispute with the outsider, and all risks of every member with it."""
    facing = table.filter(ccode=against.ccode).sort("probability", descending=True, nulls_last=True)
    highest = facing.filter(outcome=OUTCOMES[FATAL][1]).drop_nulls("probability").head(MOST_FACING)
    rows = [_bar(row, labelled(row["member"]), None) for row in highest.to_dicts()]
    told = say("Fatal dispute with {state}: the highest risks", state=the(against.name))
    yield _bars("order.facing", told, rows, sources)
    columns = ("outcome", "member", "probability", "low", "high", "baseline")
    title = f"Each member's risks with {the(against.name)}, {partnership.year}"
    yield Exhibit("order.facing.all", title, "table", facing.select(columns), "", sources)


def _bar(row: dict[str, Any], label: str, group: str | None) -> dict[str, Any]:
    return {
        "label": label,
        "value": row["probability"],
        **{name: row[name] for name in ("low", "high", "baseline")},
        "unit": UNIT,
        "group": group,
    }


def _bars(name: str, title: str, rows: list[dict[str, Any]], sources: tuple[str, ...]) -> Exhibit:
    numbers = dict.fromkeys(("value", "low", "high", "baseline"), pl.Float64)
    frame = pl.DataFrame(rows, schema={"label": pl.String, **numbers, "unit": pl.String, "group": pl.String})
    note = say("Points with 95 % intervals. The line is the mean of all dyad-years. Risks of pairs: not to be added up.")
    words = labels(say(AGAINST), *(row[name] for row in rows for name in ("label", "group")))
    return Exhibit(name, title, "bars", frame.with_columns(against=pl.lit(AGAINST)), note, sources, words)
