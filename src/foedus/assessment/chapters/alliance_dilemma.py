"""The price: whether those who owe defence are drawn into their partners' disputes, and whether pledges are kept when due.

What a pact goes with in sample stands beside what it adds out of sample; pledges kept and broken are counted, not explained.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from foedus.assessment.evidence import Words, headline_finding, term_finding
from foedus.assessment.finding import Baseline, Chapter, Exhibit, Finding, Interval, Rows
from foedus.assessment.standing import Standing, standing
from foedus.mechanisms.shield.entanglement import TERMS
from foedus.mechanisms.shield.pledges import ERAS, entangled, honoured
from foedus.panels.codebook import lookup
from foedus.partnership.partnership import Partnership
from foedus.record.store import Record
from foedus.validation import in_sample
from foedus.validation.validate import Validation, validate
from foedus.words import HOSTILITY, counted, listed

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

ERA_WORDS = {"to 1918": "to 1918", "1919-1945": "1919–1945", "from 1946": "1946–2010"}


def chapter(partnership: Partnership) -> Chapter:
    """Return the chapter for a partnership."""
    told, together = standing(ID, partnership.record, of_every_partnership), _together(partnership)
    findings = [
        *told.told("entanglement", "price.joining"),
        _record(partnership, together),
        *told.told("abandonment.wars"),
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
            "A state that joins is not known to join because of the pact; one that stays out may help otherwise.",
        ),
        everywhere=told.ids,
    )


def of_every_partnership(record: Record) -> Standing:
    """Return whether pacts draw in, in sample and out of sample, and how often pledges were kept."""
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
        *_kept(record),
    )
    return Standing(findings, tuple(_exhibits(record, curve)))


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
    names = listed([state.name for state in partnership.members])
    joined = together.filter(pl.col("how") == "joined").height
    last = min(partnership.year, lookup("dispute_onset").last_year)
    return Finding(
        id="entanglement.record",
        chapter=ID,
        statement=(
            f"{names} stood on one side in {counted(together.height, 'dispute')} begun by {last}; in {joined} of them one "
            "joined the other later."
        ),
        value=together.height,
        unit="disputes",
        sources=("gml",),
        rows=Rows("dispute_participants", f"ccode in {list(partnership.codes)}"),
    )


def _kept(record: Record) -> Iterable[Finding]:
    """Tell how often allies fought for a partner that was attacked, by era."""
    shares = honoured(record, "target", "ally").filter(pl.col("kind") == "wars")
    whole = shares.row(by_predicate=pl.col("era") == "all", named=True)
    for era, said in ERA_WORDS.items():
        row = shares.row(by_predicate=pl.col("era") == era, named=True)
        if not row["calls"]:
            continue
        yield Finding(
            id=f"abandonment.wars.{ERAS[era][0]}",
            chapter=ID,
            statement=(
                f"{said}: of {row['calls']} allies that owed defence to a state on the side acted upon in a war, {row['kept']} "
                f"fought on its side ({row['share'] * 100:.0f} %, {row['low'] * 100:.0f} to {row['high'] * 100:.0f}), whatever "
                "the treaty asks for. Counted by treaty, or only where its conditions are met, the shares differ (see below)."
            ),
            value=round(row["share"], 3),
            unit="share",
            interval=Interval(0.95, row["low"], row["high"]),
            baseline=Baseline("all years", round(whole["share"], 3)),
            sources=SOURCES,
            rows=Rows("dispute_participants, alliance_members", f"wars {era}, rule target, unit ally"),
        )


def _exhibits(record: Record, curve: pl.DataFrame) -> Iterable[Exhibit]:
    rows = curve.select(
        label="choice",
        value="ratio",
        low="low",
        high="high",
        baseline=pl.lit(1.0),
        group=pl.lit(None, pl.String),
        unit=pl.lit("ratio of odds"),
    )
    yield Exhibit(
        "price.joining",
        "Odds of joining a partner's side with a defence pact",
        "bars",
        rows,
        "By choice of specification, 95 % intervals clustered by dispute. The last is the negative control.",
        SOURCES,
    )
    every = [honoured(record, rule, unit) for rule in ("target", "invoked") for unit in ("ally", "alliance")]
    shares = pl.concat(every).filter((pl.col("era") != "all") & (pl.col("calls") > 0))
    yield Exhibit(
        "price.kept",
        "Pledges of defence kept in wars",
        "bars",
        shares.filter(pl.col("kind") == "wars").select(
            label=pl.col("era").replace(ERA_WORDS),
            value="share",
            low="low",
            high="high",
            baseline=pl.lit(None, pl.Float64),
            group=pl.format(
                "{}, by {}", pl.col("rule").replace({"target": "whatever the treaty asks", "invoked": "conditions met"}), "unit"
            ),
            unit=pl.lit("share"),
        ),
        "Allies decide together: intervals (Wilson) are too narrow where wars are few.",
        SOURCES,
    )
    yield Exhibit("price.shares", "Pledges kept, by rule, unit, kind and era", "table", shares, "", SOURCES)


def _shown_together(together: pl.DataFrame) -> Iterable[Exhibit]:
    if together.height:
        yield Exhibit("price.together", "Disputes on one side", "table", together, "", ("gml",))
