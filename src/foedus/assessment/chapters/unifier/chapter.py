"""Operation UNIFIER: who trained and aided a third state at war, and who has many of its people among them.

Counts with their sources. That a diaspora ties a state to a distant war is looked at where aid is known, and nothing is said of
what either does to the war. For a partnership without a cited mission the chapter says so, and tells alone of people from any
state at war; who has people of the state whose forces the mission trains, and who gave it what, is told where that state, the
one that trains, or a donor is a member.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

from foedus.assessment.as_of import later_years
from foedus.assessment.chapters.unifier.training import (
    AID_WORDS,
    ANSWER_SOURCES,
    ANSWER_WORDS,
    MISSION,
    Told,
    exhibits,
    given,
)
from foedus.assessment.finding import Baseline, Chapter, Finding, Interval, Rows
from foedus.mechanisms.assistance import AID, ANSWERS, TRAINER, Assistance, association, at_war, trained
from foedus.panels.codebook import lookup
from foedus.partnership.partnership import Partnership
from foedus.record.provenance import firm, weakest
from foedus.record.source import catalog
from foedus.words import counted, listed, significant, spread, starting, the

ID = "unifier"
TITLE = MISSION
QUESTION = "Whom do the members train and aid, and how many people of states at war live with them?"

OF_OTHERS = "Training and people of states at war"
"""Title of the chapter of two whom the mission does not concern: it speaks of none."""

TABLES = {"origin": "diaspora_facts", "born": "migrant_stocks", "refugees": "displacement_stocks"}
"""Table of the record behind each answer."""


def chapter(partnership: Partnership) -> Chapter:
    """Return the chapter for a partnership."""
    told = Told(partnership)
    findings = [*_mission(told), *_hosts(told), *_ties(told), *_aid(told), *_association(told)]
    return Chapter(
        id=ID,
        title=TITLE if told.concerned else OF_OTHERS,
        question=QUESTION,
        findings=tuple(findings),
        exhibits=tuple(exhibits(told)),
        would_change=(
            "A training mission of a member cited from its own records; aid to other states than Ukraine counted alike for all "
            "donors; a count of origin or descent that all hosts make in one way."
        ),
        gaps=tuple(_gaps(told)),
    )


def _mission(told: Told) -> Iterable[Finding]:
    """Tell how many were trained, by whom, and what is not known of it."""
    if told.trainer is None or told.recipient is None:
        yield _no_mission(told)
        return
    trainer, recipient, row = told.trainer.name, told.recipient.name, trained(told.facts)
    if row is not None:
        weak = told.facts.filter(pl.col("trained_at_least") > row["trained_at_least"])
        higher = [
            f" A higher number, {number:,}, rests on {source} alone and is not used."
            for number, source in weak.select("trained_at_least", "source").iter_rows()
        ]
        yield Finding(
            id="assistance.trained",
            chapter=ID,
            statement=(
                f"{trainer} had trained at least {row['trained_at_least']:,} members of the forces of {recipient} by "
                f"{row['date']:%Y-%m} ({row['source']}; {row['confidence']} confidence), the latest count by the end of "
                f"{told.year}: a number of people, not of what it changed.{''.join(higher)}"
            ),
            value=row["trained_at_least"],
            unit="persons",
            sources=("treaty_facts",),
            rows=Rows("unifier_facts", "trained_at_least is not null"),
            confidence=row["confidence"],
        )
    for last in firm(told.facts).drop_nulls("personnel").tail(1).iter_rows(named=True):
        yield Finding(
            id="assistance.personnel",
            chapter=ID,
            statement=(
                f"{last['personnel']:,} people of {trainer} were to serve in {MISSION} from {last['date']:%Y-%m} "
                f"({last['event']}; {last['source']}; {last['confidence']} confidence)."
            ),
            value=last["personnel"],
            unit="persons",
            sources=("treaty_facts",),
            rows=Rows("unifier_facts", "personnel is not null"),
            confidence=last["confidence"],
        )


def _no_mission(told: Told) -> Finding:
    """That the record cites no training by the members, and what it does cite."""
    names = told.partnership.named
    other = ""
    if told.recipient is not None and told.concerned:
        trainer = told.system.resolve(TRAINER, told.year).name
        other = f" The mission it has is that of {trainer} in {told.recipient.name}, from {told.began} on."
    return Finding(
        id="assistance.trained",
        chapter=ID,
        statement=(
            f"The record cites no training of another state's forces by {names} to {told.year}, which does not say that there "
            f"was none.{other}"
        ),
        value=None,
        sources=("treaty_facts",),
        rows=Rows("unifier_facts", f"date <= {told.year}-12-31"),
    )


def _hosts(told: Told) -> Iterable[Finding]:
    """Each member's place among the hosts of the recipient's people, by each answer, where the mission concerns them."""
    if told.recipient is None or not told.concerned:
        return
    for state in told.partnership.members:
        for row in told.hosts.filter(ccode=state.ccode).iter_rows(named=True):
            answer, meaning = row["answer"], ANSWERS[row["answer"]]
            note = f" ({row['note']})" if row["note"] and not later_years(row["note"], told.year) else ""
            yield Finding(
                id=f"assistance.diaspora.{answer}.{told.partnership.tag(state)}",
                chapter=ID,
                statement=(
                    f"{ANSWER_WORDS[answer].capitalize()}, {the(state.name)} has {row['people']:,} people of "
                    f"{told.recipient.name} "
                    f"({row['as_of']}), rank {row['rank']} of {counted(row['ranked'], 'host')} "
                    f"known{_elsewhere(told, answer)}. Counted are {meaning.counts}{note}; {row['confidence']} confidence: "
                    f"{meaning.believed}."
                ),
                value=row["rank"],
                unit="rank",
                sources=(ANSWER_SOURCES[answer],),
                rows=Rows(TABLES[answer], f"ccode of host = {state.ccode}, year = {row['as_of']}"),
                confidence=weakest(told.hosts.filter(answer=answer)["confidence"]) if answer == "origin" else None,
            )


def _elsewhere(told: Told, answer: str) -> str:
    """Return which hosts' numbers among these are an answer to another question."""
    others = told.hosts.filter(pl.col("answer") == answer, pl.col("counts") != answer)
    named = listed(told.named(others["ccode"]).to_list())
    return f" ({named} with a count {ANSWER_WORDS[others['counts'][0]]})" if others.height else ""


def _ties(told: Told) -> Iterable[Finding]:
    """Of which states at war the most people live with each member."""
    for state in told.partnership.members:
        rows = at_war(told.record, state.ccode, told.year)
        if rows.is_empty():
            continue
        top = rows.head(3)
        birthplaces = [f"{the(name)} ({born:,})" for name, born in zip(told.named(top["ccode"]), top["born"], strict=True)]
        yield Finding(
            id=f"assistance.ties.{told.partnership.tag(state)}",
            chapter=ID,
            statement=(
                f"Of people born in a state with 1,000 deaths or more in conflict in {told.year}, and counted by birthplace in "
                f"{the(state.name)}, the most are from {listed(birthplaces)}; {counted(rows.height, 'such state')} (count of "
                f"{top['as_of'][0]})."
            ),
            value=int(top["born"][0]),
            unit="persons",
            sources=("un_migrants", "ucdp_country_year"),
            rows=Rows("migrant_stocks", f"ccode2 = {state.ccode} and year = {top['as_of'][0]}"),
        )


def _aid(told: Told) -> Iterable[Finding]:
    """Tell what each member gave, per GDP and among how many donors, where the source has been added."""
    if told.aid_years is None:
        return
    first, last = told.aid_years
    when = f"{first}–{last}" if first < last else str(first)
    every = given(told)
    middle = every["ukraine_aid_share"].to_numpy()
    for row in every.filter(pl.col("ccode").is_in(told.partnership.codes)).iter_rows(named=True):
        state = next(each for each in told.partnership.members if each.ccode == row["ccode"])
        kinds = listed([f"{significant(row[name])} {kind}" for name, kind in AID_WORDS.items()])
        yield Finding(
            id=f"assistance.aid.{told.partnership.tag(state)}",
            chapter=ID,
            statement=(
                f"{starting(state.name)} allocated {significant(row['ukraine_aid'], 3)} billion euros to Ukraine "
                f"in {when} "
                f"({kinds}), {significant(row['ukraine_aid_share'])} % of its GDP of 2021: rank {row['rank']} of "
                f"{every.height} donors followed, the European Union's own aid left out."
            ),
            value=round(row["ukraine_aid_share"], 4),
            unit="per cent of GDP",
            baseline=Baseline("median donor", round(float(np.median(middle)), 4)),
            sources=("kiel_support",),
            rows=Rows(AID, f"ccode = {state.ccode} and year <= {last}"),
        )


def _association(told: Told) -> Iterable[Finding]:
    """Tell whether donors with more of the recipient's people give more of their GDP."""
    if told.aid_years is None:
        return
    mechanism = Assistance()
    rows = mechanism.panel(told.record, told.aid_years)
    estimate = association(rows)
    slope = mechanism.fit(rows).fitted.tidy().row(1, named=True)
    clear = "clearly" if estimate.low > 0 or estimate.high < 0 else "not clearly"
    pivot = told.system.name(estimate.pivot)
    yield Finding(
        id="assistance.diaspora.association",
        chapter=ID,
        statement=(
            f"Among the {estimate.n} donors of which both are known, people born in Ukraine per thousand inhabitants (before "
            f"the invasion) and aid per GDP rank together with {spread(estimate.value, estimate.low, estimate.high, 2)}, "
            f"{clear} other than zero; leaving out any one donor, {estimate.least:+.2f} to {estimate.most:+.2f} ({pivot} moves "
            "it most). With GDP per head and distance beside it, the slope is "
            f"{spread(slope['estimate'], slope['low'], slope['high'], 2)} in logarithms. A description of a few donors and one "
            "war, tried on nothing else."
        ),
        value=round(estimate.value, 3),
        unit="rank correlation",
        interval=Interval(0.95, estimate.low, estimate.high),
        baseline=Baseline("no association", 0.0),
        grade="not estimated",
        sources=("kiel_support", "un_migrants", "un_population"),
        rows=Rows("Assistance().panel(…)", f"years = {told.aid_years}"),
    )


def _gaps(told: Told) -> Iterable[str]:
    if told.recipient is None:
        yield f"The record has no training mission to a state at war by {told.year}, nor who aided whom."
    elif told.recipient.ccode in told.partnership.codes:
        yield f"{told.recipient.name} is a member here: what others give it is not told here."
    if AID not in told.record.tables and told.concerned:
        how = catalog()["kiel_support"].how_to_add()
        yield f"Who gave Ukraine what, per GDP, and whether a diaspora goes with it, is not told. {how}"
    elif AID in told.record.tables and told.year < lookup("ukraine_aid").first_year:
        yield f"Aid to Ukraine is followed from {lookup('ukraine_aid').first_year} on."
    others = "other than the one cited" if told.concerned else "of other states"
    yield f"Training missions {others}, and aid to other states, are not in the record."
    yield "Nothing here says what training or aid changed in the war."
