"""Who is bound to whom by what, over time, at a glance: a lane for pledges of defence, and one for what stood between the two.

The chapter's whole timeline has every source; this has what a reader asks first. Lanes of shared warning, rivalry and war are
there only where the record has any; that of fatal disputes always, since none is an answer too.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from datetime import date

import polars as pl

from foedus.assessment.chapters.relation.timeline import TIMELINE, Mark
from foedus.assessment.finding import Exhibit
from foedus.assessment.left_out import of_held
from foedus.language.said import labels, say
from foedus.panels.fighting import DISPUTES, OPPOSITE, UCDP, opposed
from foedus.panels.treaty_names import Pact, called
from foedus.partnership.partnership import Partnership
from foedus.words import counted, runs, stretch

SOURCES = ("alliance_facts", "atop", "gml", "strategic_rivalries", "treaty_facts", "ucdp_armed_conflict")

BOUND, FATAL_IN = "Bound to defend", "Fatal dispute, {years}"
NOTE = (
    "Bars are years in which a treaty held, or rivalry or fighting lasted; strokes are disputes in which someone died. "
    "Hatched: the data say nothing. {number} with a fatal dispute."
)
"""What lanes, marks and the picture say."""

FATAL = 4
"""How tall the stroke of a fatal dispute is drawn, of 5."""


def glance(partnership: Partnership, history: pl.DataFrame) -> Iterable[Exhibit]:
    """Return the picture of what binds the two and what stood between them, over the years in which both were states."""
    if history.is_empty():
        return
    ledger, (source,) = partnership.ledger(), partnership.by_list("atop")
    fatal = history.filter(pl.col("fatal_dispute_onset").fill_null(False))["year"].to_list()
    title = say("Fatal disputes") if fatal else say("Fatal disputes: none")
    rows: list[Mark] = [
        *_span(history, title, source),
        *_defence(history, ledger, partnership.unnamed, source),
        *_silence(say(BOUND), history, "defence_pact", source),
        *_watch(ledger, partnership.year),
        *_runs(
            say("Strategic rivals"),
            history.filter(pl.col("rivalry").fill_null(False))["year"].to_list(),
            "strategic_rivalries",
        ),
        *_fighting(partnership),
        *(
            (title, date(year, 1, 1), date(year, 1, 1), str(year), say(FATAL_IN, years=year), "event", FATAL, "gml")
            for year in fatal
        ),
        *_silence(title, history, "fatal_dispute_onset", "gml"),
    ]
    yield Exhibit(
        "relation.bond",
        say("Bonds and fatal disputes"),
        "timeline",
        pl.DataFrame(rows, schema=TIMELINE, orient="row"),
        say(NOTE, number=counted(len(fatal), "year")),
        of_held(partnership.by_list(*SOURCES), partnership.record),
        labels(*rows),
    )


def _span(history: pl.DataFrame, lane: str, alliances: str) -> Iterable[Mark]:
    """The years that lanes are about, those in which both were states, whether anything happened in them or not."""
    first, last = int(history["year"].min()), int(history["year"].max())  # type: ignore[arg-type]
    for name, source in ((say(BOUND), alliances), (lane, "gml")):
        yield (name, date(first, 1, 1), date(last, 12, 31), say("both were states"), "", "span", None, source)


def _defence(history: pl.DataFrame, ledger: pl.DataFrame, unnamed: Mapping[str, Pact], source: str) -> Iterable[Mark]:
    """The stretches of years in which one was bound to defend the other, each by the name of its treaty."""
    treaties = ledger.filter(pl.col("obligations").list.contains("defence")).to_dicts()
    for start, end in runs(history.filter(pl.col("defence_pact").fill_null(False))["year"].to_list()):
        name, years = _named(treaties, unnamed, start, end), stretch(start, end)
        what = called(name, unnamed).again(name) if name in unnamed else say(name or "Defence pact")
        detail = say("{what}, {years}", what=what, years=years)
        label = years if not name or name in unnamed else say("{title}", title=say(name))
        yield (say(BOUND), date(start, 1, 1), date(end, 12, 31), label, detail, "spell", None, source)


def _named(treaties: Iterable[Mapping[str, object]], unnamed: Container[str], start: int, end: int) -> str:
    """The treaty that holds a stretch of years: one with a name before one called by its parties; "" where none does."""
    held = []
    for row in treaties:
        begun, over = row["in_force"], row["end"]
        if begun is not None and begun.year <= end and (over is None or over.year >= start):  # type: ignore[attr-defined]
            held.append(str(row["title"]))
    return min(held, key=lambda title: title in unnamed, default="")


def _watch(ledger: pl.DataFrame, year: int) -> Iterable[Mark]:
    """From when on the two watch together, and by which agreement."""
    rows = ledger.filter(pl.col("obligations").list.contains("warning")).drop_nulls("in_force").sort("in_force")
    for row in rows.tail(1).iter_rows(named=True):
        end = min(row["end"] or date(year, 12, 31), date(year, 12, 31))
        detail = say("{what}, from {year}", what=say(row["title"]), year=row["in_force"].year)
        label = say("{title}", title=say(row["title"]))
        yield (say("Watch together"), row["in_force"], end, label, detail, "spell", None, "treaty_facts")


def _fighting(partnership: Partnership) -> Iterable[Mark]:
    """The years in which the two fought each other or were at war, and those in which they were only on opposite sides."""
    low, high = partnership.dyad
    rows = opposed(partnership.record).filter(pl.col("year") <= partnership.year, ccode1=low, ccode2=high)
    only = pl.col("how") == OPPOSITE
    lanes = {"At war": ~only & pl.col("war"), "In armed conflict": ~only & ~pl.col("war"), "On opposite sides": only}
    for lane, chosen in lanes.items():
        for source in (DISPUTES, UCDP):
            yield from _runs(say(lane), rows.filter(chosen, by=source)["year"].to_list(), source)


def _runs(lane: str, years: list[int], source: str) -> Iterable[Mark]:
    for start, end in runs(years):
        label = stretch(start, end)
        detail = say("{what}, {years}", what=lane, years=label)
        yield (lane, date(start, 1, 1), date(end, 12, 31), label, detail, "spell", None, source)


def _silence(lane: str, history: pl.DataFrame, name: str, source: str) -> Iterable[Mark]:
    for start, end in runs(history.filter(pl.col(name).is_null())["year"].to_list()):
        detail = say("{lane}: no data, {years}", lane=lane, years=stretch(start, end))
        yield (lane, date(start, 1, 1), date(end, 12, 31), say("no data"), detail, "silence", None, source)
