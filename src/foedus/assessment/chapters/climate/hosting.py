"""Whether people who flee to a state go with instability there: findings for the chapter on climate and migration.

What hosting comes to (people beside inhabitants and product) is counted; what it goes with is estimated, on years seen and not
seen, for a new conflict and for political killings and torture. The two are never added up to one burden.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from foedus.assessment.evidence import Words, term_finding
from foedus.assessment.finding import Baseline, Exhibit, Finding, Interval, Rows
from foedus.mechanisms.climate.pressure import DISPLACED, INTEGRITY, ONSET, WITHOUT, burdens
from foedus.mechanisms.climate.pressure_checks import HEAVY
from foedus.panels.codebook import lookup
from foedus.partnership.partnership import Partnership
from foedus.record.states import StateSystem
from foedus.record.store import Record
from foedus.validation import in_sample
from foedus.validation.hindcast import HEADLINE
from foedus.validation.validate import Validation, validate
from foedus.words import listed, spread, starting

TERM_WORDS = {
    "displaced": "arrivals and stock of displaced people, with how much is there to take them in",
    "arrivals": "people displaced to the state in the year",
    "stock": "displaced people who are in the state",
    "beyond capacity": "arrivals and stock beyond capacity (their products with it)",
}
EVENTS = {ONSET: "new intrastate conflicts", INTEGRITY: "levels of physical integrity"}
STEMS = {ONSET: "climate.pressure.conflict", INTEGRITY: "climate.pressure.integrity"}

SOURCES = ("unhcr", "ucdp_armed_conflict", "vdem_lite", "fariss_economy", "minimum_distance", "vdem_polyarchy")
HOSTING = ("unhcr", "un_population", "world_development")

CONTROL = "negative control: of the year after"
NO_CHOICES = ("as declared", CONTROL, "weak less strong state", "in a weak state", "in a strong state")
"""Rows of the curve that are no other way to ask the same."""

HOSTS_TOLD = 12
"""Hosts in the exhibit beside the members."""


def findings(record: Record, chapter: str) -> tuple[Finding, ...]:
    """Return what hosting goes with, as findings of a chapter."""
    validations = {each.outcome: each for each in validate("pressure", record)}
    curves = in_sample.pressure_curves(record)
    onset, integrity = (
        Words(chapter, STEMS[outcome], "", EVENTS[outcome], "state-years", TERM_WORDS, SOURCES)
        for outcome in (ONSET, INTEGRITY)
    )
    return (
        *(_seen(curves, validations[ONSET], people, chapter) for people in ("stock", "arrivals")),
        _beyond(curves, validations[ONSET], chapter),
        _integrity(curves, validations[INTEGRITY], chapter),
        _headline(validations[ONSET], chapter),
        *(term_finding(validations[ONSET], term, onset) for term in ("displaced", *DISPLACED)),
        term_finding(validations[INTEGRITY], "displaced", integrity),
    )


def choices(record: Record) -> Exhibit:
    """Return what the findings rest on: every choice in sample."""
    curves = in_sample.pressure_curves(record).filter(outcome=ONSET)
    rate = next(each.base_rate for each in validate("pressure", record) if each.outcome == ONSET)
    kinds = {"arrivals": f"{HEAVY:g} arrivals per thousand inhabitants", "stock": f"a stock of {HEAVY:g} per thousand"}
    rows = curves.select(
        label="choice",
        value=pl.col("change") * 100,
        low=pl.col("low") * 100,
        high=pl.col("high") * 100,
        baseline=pl.lit(0.0),
        group=pl.col("people").replace(kinds),
        unit=pl.lit("percentage points"),
    )
    return Exhibit(
        "pressure.choices",
        "What displaced people go with: new intrastate conflict in the year after",
        "bars",
        rows,
        f"Beside none at all; {rate * 100:.1f} % of state-years have a new conflict. 95 % intervals, clustered by state. "
        "People of the year after cannot have brought it about; stocks change slowly, so that theirs is a weak control.",
        SOURCES,
    )


def hosts(partnership: Partnership) -> Iterable[Exhibit]:
    """Return the hosts of the year, if it is one that UNHCR tells of."""
    if _covered(partnership.year):
        title = f"Hosts of displaced people at the end of {partnership.year}"
        yield Exhibit("pressure.hosts", title, "table", largest_hosts(partnership), "", HOSTING)


def largest_hosts(partnership: Partnership) -> pl.DataFrame:
    """Return the largest hosts of the year and the members, with what hosting comes to; InputError outside UNHCR's years."""
    rows = burdens(partnership.record, partnership.year)
    shown = rows.filter((pl.col("rank_people") <= HOSTS_TOLD) | pl.col("ccode").is_in(partnership.codes))
    system = StateSystem.of(partnership.record)
    names = pl.Series("state", [system.name(code, partnership.year) for code in shown["ccode"]], dtype=pl.String)
    return shown.select(names, pl.exclude("ccode"))


def _covered(year: int) -> bool:
    covered = lookup("refugees_hosted")
    return covered.first_year <= year <= covered.last_year


def of_members(partnership: Partnership, chapter: str) -> Iterable[Finding]:
    """Return what hosting comes to for each member: people, and how many there are to inhabitants and product."""
    if not _covered(partnership.year):
        return
    rows = burdens(partnership.record, partnership.year)
    for state in partnership.members:
        of_state = rows.filter(ccode=state.ccode)
        if of_state.is_empty():
            continue
        row = of_state.row(0, named=True)
        rank = {
            name: f"rank {row[f'rank_{name}']} of {rows[name].count()}" for name in ("people", "per_thousand", "per_million")
        }
        parts = [f"({rank['people']})"]
        if row["per_thousand"] is not None:
            parts.append(f"{row['per_thousand']:.1f} per thousand inhabitants ({rank['per_thousand']})")
        if row["per_million"] is not None:
            parts.append(f"{row['per_million']:.2f} a million dollars of GDP ({rank['per_million']})")
        yield Finding(
            id=f"pressure.hosting.{partnership.tag(state)}",
            chapter=chapter,
            statement=(
                f"{starting(state.name)} hosted {row['people']:,} refugees, asylum seekers and others in need of "
                "protection at the end "
                f"of {partnership.year} {', '.join(parts)}: a count, not an effect."
            ),
            value=row["people"],
            unit="persons",
            sources=HOSTING,
            rows=Rows("displaced_persons", f"ccode = {state.ccode} and year = {partnership.year}"),
        )


def _rows(curves: pl.DataFrame, outcome: str, people: str) -> dict[str, dict[str, Any]]:
    """The choices by name: change, low and high, of a probability in percentage points, and all three in words."""
    scale, digits = (100, 1) if outcome == ONSET else (1, 3)
    scaled = curves.filter(outcome=outcome, people=people).with_columns(pl.col("change", "low", "high") * scale)
    return {
        row["choice"]: {**row, "said": spread(row["change"], row["low"], row["high"], digits)}
        for row in scaled.iter_rows(named=True)
    }


def _seen(curves: pl.DataFrame, validation: Validation[Any], people: str, chapter: str) -> Finding:
    """Return what so many people go with in sample, and under how many of the choices that is clear."""
    by_choice = _rows(curves, ONSET, people)
    declared = by_choice["as declared"]
    others = [row for choice, row in by_choice.items() if choice not in NO_CHOICES]
    clear = [row["choice"] for row in others if row["low"] > 0 or row["high"] < 0]
    named = f": {listed(clear)}" if clear else ""
    what = f"a stock of {HEAVY:g}" if people == "stock" else f"{HEAVY:g} arrivals of"
    full = validation.full.fitted
    return Finding(
        id=f"pressure.in_sample.{people}",
        chapter=chapter,
        statement=(
            f"In sample, {full.first_year}–{full.last_year} ({declared['n']:,} state-years, {declared['events']} new "
            f"conflicts): beside none, {what} displaced people per thousand inhabitants goes with {declared['said']} "
            f"percentage points of risk of a new intrastate conflict in the year after, where {validation.base_rate * 100:.1f} "
            f"% is the mean; in {len(clear)} of {len(others)} other choices the interval leaves out zero{named}. People of the "
            f"year after, who cannot have brought it about, go with {by_choice[CONTROL]['said']}. An association, "
            f"{validation.grades[people]} out of sample. Zhou & Shaver (2021), for provinces, 1990–2018, report no evidence of "
            "more conflict."
        ),
        value=round(declared["change"], 2),
        unit="percentage points",
        interval=Interval(0.95, declared["low"], declared["high"]),
        baseline=Baseline("no displaced people", 0.0),
        grade=validation.grades[people],
        direction=validation.direction(people),
        sources=SOURCES,
        rows=Rows("foedus validate climate.pressure --json", f"coefficients, full, term = {people}"),
    )


def _beyond(curves: pl.DataFrame, validation: Validation[Any], chapter: str) -> Finding:
    """Return whether people go with more where there is less to take them in with."""
    row, other = (_rows(curves, ONSET, people)["weak less strong state"] for people in ("stock", "arrivals"))
    return Finding(
        id="pressure.beyond_capacity",
        chapter=chapter,
        statement=(
            f"Beyond a state's capacity: a stock of {HEAVY:g} displaced people per thousand inhabitants goes with "
            f"{row['said']} percentage points more risk of a new intrastate conflict in a weak state than in a strong one "
            f"(capacity one standard score below and above the year's mean), so many arrivals with {other['said']}; in sample, "
            f"an association, {validation.grades['beyond capacity']} out of sample."
        ),
        value=round(row["change"], 2),
        unit="percentage points",
        interval=Interval(0.95, row["low"], row["high"]),
        baseline=Baseline("no difference", 0.0),
        grade=validation.grades["beyond capacity"],
        direction=validation.direction("beyond capacity"),
        sources=SOURCES,
        rows=Rows("foedus validate climate.pressure --json", "coefficients, full, term = stock_by_capacity"),
    )


def _integrity(curves: pl.DataFrame, validation: Validation[Any], chapter: str) -> Finding:
    """Return what people go with in political killings and torture."""
    stock, arrivals = (_rows(curves, INTEGRITY, people)["as declared"] for people in ("stock", "arrivals"))
    return Finding(
        id="pressure.integrity",
        chapter=chapter,
        statement=(
            f"Freedom from political killings and torture (index, 0 to 1) a year later: {stock['said']} with a stock of "
            f"{HEAVY:g} displaced people per thousand inhabitants, {arrivals['said']} with so many arrivals; in sample, an "
            f"association, {validation.grades['displaced']} out of sample."
        ),
        value=round(stock["change"], 4),
        unit="points of the index",
        interval=Interval(0.95, stock["low"], stock["high"]),
        baseline=Baseline("no displaced people", 0.0),
        grade=validation.grades["displaced"],
        sources=SOURCES,
        rows=Rows("foedus validate climate.pressure --json", "outcome = physical_integrity, coefficients, full"),
    )


def _headline(validation: Validation[Any], chapter: str) -> Finding:
    """Return how the headline model forecasts, and that it does so without displaced people unless they earned their place."""
    scored = {row["model"]: row for row in validation.over_all().iter_rows(named=True)}
    headline = scored[HEADLINE]
    plain = (name for name in validation.registration.baselines if name != WITHOUT)
    best = min(plain, key=lambda name: float(scored[name]["log_score"]))
    skill = 1 - headline["log_score"] / scored[best]["log_score"]
    kept = [term for term in validation.headline.terms if term in DISPLACED]
    holds = f"holds {listed(kept)}" if kept else "holds no displaced people, for none of their terms earned a place"
    return Finding(
        id="pressure.skill",
        chapter=chapter,
        statement=(
            f"Forecast one year ahead from {len(validation.registration.origins)} past origins, the new intrastate conflicts "
            f"of {headline['first_year']}–{headline['last_year']} ({headline['events']:,} in {headline['n']:,} state-years): "
            f"the headline model {holds}. Its log score is {skill * 100:.1f} % better than {best} "
            f"(ROC area {headline['roc_auc']:.3f}), from size, "
            "past conflict, regime, neighbours and capacity; the grade is that of what displaced people add."
        ),
        value=round(skill, 4),
        unit="share of the log score",
        baseline=Baseline(best, 0.0),
        grade=validation.grades["headline"],
        sources=SOURCES,
        rows=Rows("foedus validate climate.pressure --json", f"outcome = {ONSET} and term = headline"),
    )
