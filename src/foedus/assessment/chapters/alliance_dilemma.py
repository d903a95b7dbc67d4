"""The price: whether those who owe defence are drawn into their partners' disputes, and whether pledges are kept when due.

What a pact goes with in sample stands beside what it adds out of sample. Pledges kept and broken are counted, not explained,
and only in wars that a user has imported: the disputes that ship do not tell who attacked. What studies counted is always told.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from foedus.assessment.evidence import Words, headline_finding, term_finding
from foedus.assessment.finding import Baseline, Chapter, Exhibit, Finding, Interval, Rows
from foedus.assessment.left_out import parts
from foedus.assessment.standing import Standing, standing
from foedus.mechanisms.shield.entanglement import TERMS
from foedus.mechanisms.shield.pledges import ERAS, PARTICIPANTS, PUBLISHED, UNITS, honoured
from foedus.mechanisms.shield.sides import entangled
from foedus.panels.codebook import lookup
from foedus.partnership.partnership import Partnership
from foedus.record.source import catalog
from foedus.record.store import Record
from foedus.validation import in_sample
from foedus.validation.validate import Validation, validate
from foedus.words import HOSTILITY, capitalized, counted

ID = "price"
TITLE = "Its price"
QUESTION = "Does a pact draw its members into each other's disputes, and is it kept when it falls due?"

TERM_WORDS = {
    "pact": "a defence pact with the side",
    "pledges": "other pledges to either side",
    "proximity": "contact with and distance to either side",
    "power": "power",
    "regime": "democracy of the two",
    "rivalry": "rivalry with either side",
    "dispute": "what is known of the dispute at its begin",
    "activity": "other disputes of the joiner",
}
SOURCES = ("atop", "gml")
"""Who owes what, and who took part."""

ERA_WORDS = {"to 1944": "1816–1944", "from 1945": "1945–2007"}
CONDITION_WORDS = {"met": "conditions met", "any": "whatever the treaty asks"}
OF_WARS = ("atop", "cow_wars")
"""Who owes what, and who attacked whom and who fought."""


def chapter(partnership: Partnership) -> Chapter:
    """Return the chapter for a partnership."""
    told, together = everywhere(partnership.record), _together(partnership)
    findings = [
        *told.told("entanglement", "price.joining"),
        _record(partnership, together),
        *told.told("abandonment"),
    ]
    return Chapter(
        id=ID,
        title=TITLE,
        question=QUESTION,
        findings=tuple(findings),
        exhibits=(*told.exhibits, *_shown_together(together)),
        would_change=(
            "A clear gain of the pact on the disputes forecast; a record of what allies did short of taking part; "
            f"disputes after {lookup('dispute_onset').last_year}."
        ),
        gaps=(
            f"Who took part in disputes is known to {lookup('dispute_onset').last_year}; later wars are not counted here.",
            *_not_counted(partnership.record),
            "A state that joins is not known to join because of the pact; one that stays out may help otherwise.",
            "A risk of a dispute counts joining too, and the order says how much of it that is: what is told of joining here "
            "is not to be added to it.",
        ),
        everywhere=told.ids,
    )


def everywhere(record: Record) -> Standing:
    """Return what is told of every partnership alike: what is remembered, and what follows from wars that a user may import."""
    told = standing(ID, record, of_every_partnership)
    pledges = (*_published(), *_attackers(record), *parts(_kept, record))
    shown = (*told.shown("price.joining"), _shown_published(), *parts(_shown_kept, record))
    return Standing((*told.told("entanglement", "price.joining"), *pledges), shown)


def of_every_partnership(record: Record) -> Standing:
    """Return whether pacts draw in, in sample and out of sample."""
    (validation,) = validate("entanglement", record)
    curve = in_sample.joining(record)
    words = Words(
        ID, "price.joining", "joining", "joinings of disputes", "chances to take a side", TERM_WORDS, _sources(validation)
    )
    findings = (
        *_in_sample(validation, curve),
        term_finding(validation, "pact", words),
        headline_finding(validation, words),
        *(term_finding(validation, term, words) for term in TERMS if term != "pact"),
    )
    return Standing(findings, (_shown_joining(curve),))


def _sources(validation: Validation[Any]) -> tuple[str, ...]:
    return tuple(sorted({source for name in validation.full.reads for source in lookup(name).sources}))


def _in_sample(validation: Validation[Any], curve: pl.DataFrame) -> Iterable[Finding]:
    """The odds of joining with a defence pact, on all years, and the negative control."""
    rows = {row["choice"]: row for row in curve.iter_rows(named=True)}
    own, control = rows["as declared"], rows["negative control"]
    yield Finding(
        id="entanglement.in_sample",
        chapter=ID,
        statement=(
            f"In sample, {validation.full.first_year}–{validation.full.last_year} ({own['events']} states joined, in "
            f"{own['n']:,} chances to take a side): with a defence pact the odds of joining the partner's side were "
            f"{own['ratio']:.1f} times those of others like them ({own['low']:.1f} to {own['high']:.1f}); an association, "
            f"{validation.grades['pact']} out of sample."
        ),
        value=round(own["ratio"], 2),
        unit="ratio of odds",
        interval=Interval(0.95, own["low"], own["high"]),
        baseline=Baseline("states without such a pact", 1.0),
        grade=validation.grades["pact"],
        direction=validation.direction("pact"),
        sources=SOURCES,
        rows=Rows("foedus fit shield.entanglement", "term = defence_pact"),
    )
    holds = control["low"] <= 1 <= control["high"]
    overlap = control["high"] > own["low"]
    read = "inconclusive, for the two intervals overlap" if overlap else "no sign of it"
    if not holds:
        read = "part of the estimate is who befriends whom"
    yield Finding(
        id="entanglement.negative_control",
        chapter=ID,
        statement=(
            f"Negative control: states that make such a pact only after the dispute is over joined with odds "
            f"{control['ratio']:.1f} times those of others ({control['low']:.1f} to {control['high']:.1f}). If friendship "
            f"rather than the pledge went with joining, theirs would be raised as much: {read}."
        ),
        value=round(control["ratio"], 2),
        unit="ratio of odds",
        interval=Interval(0.95, control["low"], control["high"]),
        baseline=Baseline("states that make none", 1.0),
        grade="not estimated" if holds else "mixed",
        sources=SOURCES,
    )


def _together(partnership: Partnership) -> pl.DataFrame:
    names = {state.ccode: state.name for state in partnership.members}
    rows = entangled(partnership.record, partnership.codes, partnership.year)
    return rows.select(
        dispute="event",
        first=pl.col("ccode").replace_strict(names, return_dtype=pl.String),
        since="entered",
        other=pl.col("other").replace_strict(names, return_dtype=pl.String),
        other_since="other_entered",
        how="how",
        hostility=pl.col("hostility").replace_strict(HOSTILITY, default="unknown", return_dtype=pl.String),
    )


def _record(partnership: Partnership, together: pl.DataFrame) -> Finding:
    names = capitalized(partnership.named)
    joined = together.filter(pl.col("how") == "joined").height
    last = min(partnership.year, lookup("dispute_onset").last_year)
    return Finding(
        id="entanglement.record",
        chapter=ID,
        statement=(
            f"{names} stood on one side in {counted(together.height, 'dispute')} begun by {last}; in "
            f"{_of_them(joined, together.height)} one joined the other later."
        ),
        value=together.height,
        unit="disputes",
        sources=("gml",),
        rows=Rows("dispute_participants", f"ccode in {list(partnership.codes)}"),
    )


def _of_them(some: int, number: int) -> str:
    """Some of a number of disputes.

    >>> _of_them(0, 1), _of_them(1, 1), _of_them(2, 9), _of_them(0, 0)
    ('none', 'it', '2 of them', 'none')
    """
    return "none" if not some else "it" if number == 1 else f"{some} of them"


def _published() -> Iterable[Finding]:
    """Tell how often studies found treaties kept, before and since 1945."""
    for first, beside in {1816: "leeds_2000", 1945: None}.items():
        rate = PUBLISHED["rate"][f"berkemeier_{first}"]
        other = PUBLISHED["rate"][beside] if beside else None
        also = f"; {other['share'] * 100:.1f} % by {other['study']}" if other else ""
        yield Finding(
            id=f"abandonment.published.{first}",
            chapter=ID,
            statement=(
                f"As published, of the treaties that the wars of {rate['years']} invoked, {rate['share'] * 100:.0f} % were "
                f"kept ({rate['study']}{also}): each text held against each case by hand, pledges of every kind."
            ),
            value=rate["share"],
            unit="share",
            grade="not estimated",
            sources=("atop",),
        )


def _attackers(record: Record) -> Iterable[Finding]:
    """Tell why pledges are not counted in the disputes that ship: how often who acted first is who attacked."""
    if PARTICIPANTS in record.tables:
        return
    found = PUBLISHED["agreement"]
    share = found["acted_first"] / found["matches"]
    yield Finding(
        id="abandonment.attackers",
        chapter=ID,
        statement=(
            "How often pledges were kept is not counted from the disputes that ship, for they do not tell who attacked. Held "
            f"against the wars of the Correlates of War Project, in {found['matches']} disputes, the side that acted first was "
            f"the attackers' in {found['acted_first']} ({share * 100:.0f} %); where one side alone wanted a change "
            f"({found['decided']}), it was the attackers' in {found['revisionist']}."
        ),
        value=round(share, 3),
        unit="share",
        sources=("cow_wars", "gml"),
    )


def _not_counted(record: Record) -> Iterable[str]:
    if PARTICIPANTS not in record.tables:
        yield f"How often pledges were kept is counted only where the wars are imported. {catalog()['cow_wars'].how_to_add()}"


def _kept(record: Record) -> Iterable[Finding]:
    """Tell how often a treaty of defence was kept in the imported wars, by era, beside the published rate."""
    if PARTICIPANTS not in record.tables:
        return
    shares = honoured(record).filter(pl.col("pledge") == "defence", pl.col("conditions") == "met")
    for era, (first, _) in ERAS.items():
        row, ally = (shares.row(by_predicate=(pl.col("era") == era) & (pl.col("unit") == unit), named=True) for unit in UNITS)
        if not row["calls"]:
            continue
        rate = PUBLISHED["rate"][f"berkemeier_{first}"]
        yield Finding(
            id=f"abandonment.kept.{first}",
            chapter=ID,
            statement=(
                f"{ERA_WORDS[era]}: in {counted(row['events'], 'war')}, {counted(row['calls'], 'treaty', 'treaties')} of "
                "defence fell due, the partner attacked and what the text asks for met as far as the record tells; "
                f"{row['kept']} were kept by an ally that fought within a year ({row['share'] * 100:.0f} %, "
                f"{row['low'] * 100:.0f} to {row['high'] * 100:.0f}). Of {counted(ally['calls'], 'ally', 'allies')}, "
                f"{ally['kept']} fought."
            ),
            value=round(row["share"], 3),
            unit="share",
            interval=Interval(0.95, row["low"], row["high"]),
            baseline=Baseline(f"{rate['study']}, {rate['years']}", rate["share"]),
            sources=OF_WARS,
            rows=Rows(
                "war_participants, alliance_members",
                f"wars begun {ERA_WORDS[era]}, pledge defence, conditions met, unit treaty",
            ),
        )


def _shown_joining(curve: pl.DataFrame) -> Exhibit:
    rows = curve.select(
        label="choice",
        value="ratio",
        low="low",
        high="high",
        baseline=pl.lit(1.0),
        group=pl.lit(None, pl.String),
        unit=pl.lit("ratio of odds"),
    )
    return Exhibit(
        "price.joining",
        "Odds of joining a partner's side with a defence pact",
        "bars",
        rows,
        "By choice of specification, 95 % intervals clustered by dispute. The last is the negative control.",
        SOURCES,
    )


def _shown_published() -> Exhibit:
    columns = ("study", "years", "of", "share", "why", "source")
    rates = pl.DataFrame([{name: rate[name] for name in columns} for rate in PUBLISHED["rate"].values()])
    return Exhibit(
        "price.published",
        "Pledges kept in wars, as published",
        "table",
        rates.rename({"of": "share_of", "why": "why_it_differs"}),
        "Why it differs: from the count by rule, made where the wars are imported.",
        ("atop",),
    )


def _shown_kept(record: Record) -> Iterable[Exhibit]:
    if PARTICIPANTS not in record.tables:
        return
    shares = honoured(record).filter(pl.col("calls") > 0)
    yield Exhibit(
        "price.kept",
        "Pledges of defence kept in wars",
        "bars",
        shares.filter(pl.col("pledge") == "defence").select(
            label=pl.col("era").replace(ERA_WORDS),
            value="share",
            low="low",
            high="high",
            baseline=pl.lit(None, pl.Float64),
            group=pl.format("{}, by {}", pl.col("conditions").replace(CONDITION_WORDS), "unit"),
            unit=pl.lit("share"),
        ),
        "Allies decide together: intervals (Wilson) are too narrow where wars are few.",
        OF_WARS,
    )
    yield Exhibit("price.shares", "Pledges kept, by pledge, conditions, unit and era", "table", shares, "", OF_WARS)


def _shown_together(together: pl.DataFrame) -> Iterable[Exhibit]:
    if together.height:
        yield Exhibit("price.together", "Disputes on one side", "table", together, "", ("gml",))
