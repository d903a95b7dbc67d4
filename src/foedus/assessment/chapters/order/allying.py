"""Who allies: what forecasts the forming and ending of pacts and the signing of defence agreements, and which regimes do so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from foedus.assessment.evidence import Words, headline_finding, term_finding, whole_span
from foedus.assessment.finding import Baseline, Exhibit, Finding, Rows
from foedus.panels.codebook import lookup
from foedus.record.store import Record
from foedus.validation import in_sample
from foedus.validation.validate import Validation, validate

OUTCOMES = {
    "defence_pact_formed": ("order.alliances.pact_formed", "forming of a defence pact", "defence pacts formed"),
    "defence_pact_ended": ("order.alliances.pact_ended", "ending of a defence pact", "defence pacts ended"),
    "defence_agreement_signed": (
        "order.alliances.agreement_signed",
        "signing of a defence agreement",
        "defence agreements signed",
    ),
}
"""What the ids of its findings begin with, and words, for each outcome."""

TERM_WORDS = {
    "regime": "regimes of the two",
    "enemies": "common enemies",
    "distance": "contact and distance",
    "power": "power",
    "ties": "partners of either and of both",
    "history": "past ties of the two",
    "network": "all ties, present and past",
}
TOLD = ("regime", "enemies", "ties")
"""Terms that have a finding of their own: those the literature is about. The gains of all stand in a table."""

REGIMES = {"autocracy": "autocracies", "between": "states between", "democracy": "democracies"}


def findings(record: Record, chapter: str) -> Iterable[Finding]:
    """Return what the tests of alliances say, for the chapter of that id."""
    yield _counts(record, chapter)
    for validation in validate("alliances", record):
        stem, event, events = OUTCOMES[validation.outcome]
        words = Words(chapter, stem, event, events, "dyad-years", TERM_WORDS, _sources(validation))
        yield headline_finding(validation, words)
        for term in TOLD:
            yield term_finding(validation, term, words)


def _sources(validation: Validation[Any]) -> tuple[str, ...]:
    return tuple(sorted({source for name in validation.full.reads for source in lookup(name).sources}))


def _counts(record: Record, chapter: str) -> Finding:
    last = lookup("defence_pact").absent_to
    rows = {row["regime"]: row for row in in_sample.allied(record).filter(pl.col("year") == last).iter_rows(named=True)}
    told = ", ".join(
        f"{rows[kind]['allied']} of {rows[kind]['states']} {name}" for kind, name in REGIMES.items() if kind in rows
    )
    own, others = rows["autocracy"], rows["democracy"]
    return Finding(
        id="order.alliances.by_regime",
        chapter=chapter,
        statement=f"In {last} an alliance of some kind (ATOP) bound {told}.",
        value=round(own["share_allied"], 3),
        unit="share of autocracies",
        baseline=Baseline("share of democracies", round(others["share_allied"], 3)),
        sources=("atop", *lookup("polyarchy").sources),
        rows=Rows("panel state-year", f"year = {last}"),
    )


def exhibits(record: Record) -> Iterable[Exhibit]:
    """Return the pictures that go with the findings."""
    years = in_sample.allied(record).filter(pl.col("states") >= 3)
    none = pl.lit(None, pl.Float64)
    yield Exhibit(
        "order.alliances",
        "Share of states with an alliance, by regime",
        "lines",
        years.select(
            series=pl.col("regime").replace(REGIMES),
            year="year",
            value="share_allied",
            low=none,
            high=none,
            panel=pl.lit(None, pl.String),
            unit=pl.lit("share"),
        ),
        "Autocracies: polyarchy .2 or less; democracies: .5 or more. Any obligation (ATOP). Years with three or more of them.",
        ("atop", *lookup("polyarchy").sources),
    )
    gains = pl.concat([whole_span(validation) for validation in validate("alliances", record)])
    yield Exhibit(
        "order.alliances.gains", "What each term adds to forecasts of alliances", "table", gains, "", ("atop", "dcad")
    )
    yield Exhibit("order.pacts", "Defence pacts formed, by era and regimes", "table", in_sample.formed(record), "", ("atop",))
