"""Defence spending: what the members spend, whether foreseeable risk goes with more, and who spends more than expected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import polars as pl

from foedus.assessment.evidence import Words, headline_finding, term_finding
from foedus.assessment.finding import Baseline, Chapter, Exhibit, Finding, Interval, Rows
from foedus.assessment.standing import Standing, standing
from foedus.mechanisms.spending import TERMS
from foedus.mechanisms.spending_goals import Goal, goals
from foedus.panels.codebook import lookup
from foedus.panels.groups import memberships
from foedus.panels.panel import panel
from foedus.partnership.partnership import Partnership
from foedus.record.states import StateSystem
from foedus.record.store import Record
from foedus.validation import in_sample
from foedus.validation.validate import Validation, validate
from foedus.words import listed, starting, the

ID = "spending"
TITLE = "Defence spending"
QUESTION = "What do the members spend on defence, does danger that can be foreseen go with more, and who spends more?"

TERM_WORDS = {
    "past": "what was spent the year before",
    "product": "the product of the year before",
    "risk": "the foreseeable risk of a fatal dispute",
    "allies": "what allies spend",
    "rivals": "what rivals spend",
    "war": "a war of the year before",
}
PUBLISHED = 3.0
"""Per cent a point of risk: Nordhaus, Oneal & Russett (2012)."""

LINES = 6
"""Members that have a line each; what more of them spend is told of the last year alone."""

BILLION = 1e9
VARIABLES = ("military_share", "gdp_constant")
SOURCES = tuple(sorted({source for name in VARIABLES for source in lookup(name).sources}))


def chapter(partnership: Partnership, threats: Sequence[int] = ()) -> Chapter:
    """Return the chapter for a partnership; `threats` are codes of the states that threaten its members, the most first."""
    record = partnership.record
    spent, since = _spent(partnership), in_sample.spending_since(record)
    alike = everywhere(record)
    findings = [
        *_burdens(partnership, spent),
        *alike.findings,
        *_beyond(partnership, since),
        *_neighbours(partnership, since, threats),
    ]
    return Chapter(
        id=ID,
        title=TITLE,
        question=QUESTION,
        findings=tuple(findings),
        exhibits=tuple(_exhibits(partnership, spent, since)),
        would_change=(
            "Years in which the foreseeable risk rises and spending does not; a series of spending that is not a share of GDP; "
            f"disputes after {lookup('dispute_onset').last_year}, from which risks would be foreseen anew."
        ),
        gaps=tuple(_gaps(partnership, spent)),
        everywhere=alike.ids,
    )


def everywhere(record: Record) -> Standing:
    """Return what is told of every partnership alike, from memory where it is there."""
    return standing(ID, record, of_every_partnership)


def of_every_partnership(record: Record) -> Standing:
    """Return whether foreseeable risk goes with more spending, in sample and out of sample."""
    (validation,) = validate("spending", record)
    words = Words(
        ID, "spending.log_spending", "spending", "military expenditures (logarithms)", "state-years", TERM_WORDS, SOURCES
    )
    terms = (term_finding(validation, term, words) for term in TERMS)
    return Standing((_elasticity(validation, record), headline_finding(validation, words), *terms))


def _spent(partnership: Partnership) -> pl.DataFrame:
    """The members' spending to the year asked about: ccode, state, year, share (per cent) and amount (dollars of 2015)."""
    names = {state.ccode: state.name for state in partnership.members}
    years = (min(lookup("military_share").first_year, partnership.year), partnership.year)
    rows = panel("state-year", list(VARIABLES), states=list(names), years=years, record=partnership.record)
    return rows.select(
        "ccode",
        pl.col("ccode").replace_strict(names, return_dtype=pl.String).alias("state"),
        "year",
        share="military_share",
        amount=pl.col("military_share") / 100 * pl.col("gdp_constant"),
    )


def _burdens(partnership: Partnership, spent: pl.DataFrame) -> Iterable[Finding]:
    """Tell what each member spends, and how much more than ten years before."""
    for state in partnership.members:
        spending = spent.filter(ccode=state.ccode).drop_nulls("amount").sort("year")
        if spending.is_empty():
            continue
        latest = spending.row(-1, named=True)
        before = spending.filter(pl.col("year") == latest["year"] - 10)["amount"]
        change = f", {100 * (latest['amount'] / before[0] - 1):+.0f} % on {latest['year'] - 10}" if len(before) else ""
        yield Finding(
            id=f"spending.burden.{partnership.tag(state)}",
            chapter=ID,
            statement=(
                f"{starting(state.name)} spent {latest['share']:.2f} % of its GDP on the military in {latest['year']}: "
                f"{latest['amount'] / BILLION:,.1f} billion dollars of 2015{change}."
            ),
            value=round(latest["share"], 3),
            unit="per cent of GDP",
            sources=SOURCES,
            rows=Rows("panel state-year", f"ccode = {state.ccode} and year = {latest['year']}"),
        )


def _elasticity(validation: Validation[Any], record: Record) -> Finding:
    """Return how much more is spent a point of risk, beside the published size."""
    by_choice = {row["choice"]: row for row in in_sample.spending_elasticities(record).iter_rows(named=True)}
    adjusted, at_once, levels = (by_choice[choice] for choice in ("adjusted", "at once", "levels within states"))
    full = validation.full.fitted
    return Finding(
        id="spending.elasticity",
        chapter=ID,
        statement=(
            f"In sample, {full.first_year}–{full.last_year} ({adjusted['n']:,} state-years of {adjusted['clusters']} states): "
            "a percentage point more of the risk of a fatal dispute, as it could be foreseen, goes with "
            f"{at_once['value']:.2f} % more spending at once and {adjusted['value']:.1f} % ({adjusted['low']:.1f} to "
            f"{adjusted['high']:.1f}) once adjusted; levels compared within states, {levels['value']:.1f} % "
            f"({levels['low']:.1f} to {levels['high']:.1f}). Published: about {PUBLISHED:g} %. An association, "
            f"{validation.grades['risk']} out of sample."
        ),
        value=round(adjusted["value"], 2),
        unit="per cent a percentage point of risk",
        interval=Interval(0.95, adjusted["low"], adjusted["high"]),
        baseline=Baseline("Nordhaus, Oneal & Russett (2012)", PUBLISHED),
        grade=validation.grades["risk"],
        direction=validation.direction("risk"),
        sources=tuple(sorted({*SOURCES, *lookup("fatal_dispute_onset").sources})),
        rows=Rows("foedus validate spending.demand --json", "term = risk"),
    )


def _beyond(partnership: Partnership, since: pl.DataFrame) -> Iterable[Finding]:
    """Tell how far each member's spending lies from what was to be expected from ORIGIN."""
    for state in partnership.members:
        gaps = _gap(since.filter(pl.col("year") <= partnership.year), [state.ccode])
        if gaps.is_empty():
            continue
        row = gaps.row(-1, named=True)
        yield Finding(
            id=f"spending.since.{partnership.tag(state)}",
            chapter=ID,
            statement=(
                f"{starting(state.name)} spent {abs(row['gap']):.0f} % {'more' if row['gap'] >= 0 else 'less'} in "
                f"{row['year']} than was "
                f"to be expected from {in_sample.ORIGIN}, given its product and risk since."
            ),
            value=round(row["gap"], 1),
            unit="per cent",
            baseline=Baseline(f"forecast from {in_sample.ORIGIN}", 0.0),
            grade="not estimated",
            sources=SOURCES,
        )


def _neighbours(partnership: Partnership, since: pl.DataFrame, threats: Sequence[int]) -> Iterable[Finding]:
    """The case: what those spend who border on the state that threatens the members most."""
    if not threats or partnership.year <= in_sample.ORIGIN:
        return
    beside = _touching(partnership, threats[0])
    gaps = _gap(since.filter(pl.col("year") <= partnership.year), beside)
    if gaps.is_empty():
        return
    last = int(gaps["year"].to_numpy().max())
    latest, rest = (_latest(since, last, codes, partnership) for codes in (beside, None))
    neighbours, every = (float(np.median(found["gap"].to_numpy())) for found in (latest, rest))
    name = StateSystem.of(partnership.record).name(threats[0])
    yield Finding(
        id="spending.neighbours",
        chapter=ID,
        statement=(
            f"As a case: the {latest.height} states that border on {the(name)} and of which spending is known spent in {last} "
            f"a median of {neighbours:+.0f} % beyond what was to be expected from {in_sample.ORIGIN}; all "
            f"{rest.height} states, {every:+.0f} %."
        ),
        value=round(neighbours, 1),
        unit="per cent",
        baseline=Baseline("all states", round(every, 1)),
        grade="not estimated",
        sources=tuple(sorted({*SOURCES, "minimum_distance"})),
    )


def _gap(since: pl.DataFrame, codes: Sequence[int] | None) -> pl.DataFrame:
    """Rows of some states (all for None) with `gap`, spending beyond the forecast in per cent, by year."""
    known = since.drop_nulls(["log_spending", "forecast"])
    chosen = known if codes is None else known.filter(pl.col("ccode").is_in(list(codes)))
    beyond = pl.col("log_spending") - pl.col("forecast")
    return chosen.with_columns(gap=100 * (beyond.exp() - 1)).sort("year", "ccode")


def _latest(since: pl.DataFrame, year: int, codes: Sequence[int] | None, partnership: Partnership) -> pl.DataFrame:
    system = StateSystem.of(partnership.record)
    rows = _gap(since.filter(year=year), codes)
    return rows.with_columns(state=pl.Series([system.name(code) for code in rows["ccode"]], dtype=pl.String)).sort("gap")


def _touching(partnership: Partnership, ccode: int) -> list[int]:
    """The states whose territory touches that of a state in ORIGIN."""
    years = (in_sample.ORIGIN,) * 2
    dyads = panel("dyad-year", ["contiguous"], states=[ccode], years=years, record=partnership.record)
    rows = dyads.filter("contiguous")
    return sorted({*rows["ccode1"], *rows["ccode2"]} - {ccode})


def _exhibits(partnership: Partnership, spent: pl.DataFrame, since: pl.DataFrame) -> Iterable[Exhibit]:
    known = spent.drop_nulls("amount").sort("ccode", "year")
    yield from _allied(partnership, known)
    if len(partnership.members) <= LINES:
        yield from _over_years(partnership, known)
    shown = since.drop_nulls("log_spending").filter(pl.col("year") <= partnership.year)
    if shown.height:
        last = int(shown["year"].to_numpy().max())
        yield Exhibit(
            "spending.since",
            f"Military expenditure of {last} beyond what was to be expected from {in_sample.ORIGIN}",
            "table",
            _latest(since, last, None, partnership).select("state", "year", beyond_per_cent=pl.col("gap").round(1)),
            "Given product and risk since. Largest last.",
            SOURCES,
        )


def _over_years(partnership: Partnership, known: pl.DataFrame) -> Iterable[Exhibit]:
    """Each member's spending by year, as a share and as an amount; of members of NATO beside the goals that stood."""
    aims = _aims(partnership)
    for name, title, unit, note in (
        ("share", "Military expenditure as a share of GDP", "per cent of GDP", lookup("military_share").label),
        ("amount", "Military expenditure", "billion dollars of 2015", "The share times GDP at constant prices."),
    ):
        value = (pl.col(name) / (BILLION if name == "amount" else 1)).cast(pl.Float64)
        nothing = {"low": pl.lit(None, pl.Float64), "high": pl.lit(None, pl.Float64), "panel": pl.lit(None, pl.String)}
        whole = pl.col("year").cast(pl.Int64)
        frame = known.select(series="state", year=whole, value=value, **nothing, unit=pl.lit(unit))
        if not frame.height:
            continue
        if name == "share" and aims:
            stood = [(goal.label, year, goal.share) for goal in aims for year in range(goal.since, partnership.year + 1)]
            lines = pl.DataFrame(stood, schema={"series": pl.String, "year": pl.Int64, "value": pl.Float64}, orient="row")
            frame = pl.concat([frame, lines.with_columns(**nothing, unit=pl.lit(unit)).select(frame.columns)])
        held = f". {_held_against(partnership)}" if name == "share" and aims else ""
        yield Exhibit(f"spending.{name}", title, "lines", frame, f"{note}{held}", SOURCES)


def _allied(partnership: Partnership, known: pl.DataFrame) -> Iterable[Exhibit]:
    """What each of many members spent in the last year known, the most first; of members of NATO beside the goals."""
    if len(partnership.members) <= LINES or known.is_empty():
        return
    latest = known.group_by("ccode").agg(pl.all().sort_by("year").last()).sort("share", descending=True)
    aims = _aims(partnership)
    base = aims[0].share if aims else None
    spent = latest.select("state", "year", "share").iter_rows()
    rows: list[tuple[str, float, float | None, str]] = [(goal.label, goal.share, None, "Agreed") for goal in aims]
    rows += [(f"{state} ({year})", share, base, "Spent") for state, year, share in spent]
    columns = {"label": pl.String, "value": pl.Float64, "baseline": pl.Float64, "group": pl.String}
    empty = pl.lit(None, pl.Float64)
    frame = pl.DataFrame(rows, schema=columns, orient="row").with_columns(
        low=empty, high=empty, unit=pl.lit("per cent of GDP"), against=pl.lit(aims[0].label if aims else None, pl.String)
    )
    note = f"{lookup('military_share').label}. {_held_against(partnership)}".strip()
    yield Exhibit("spending.allied", "What each member spends, as a share of GDP", "bars", frame, note, SOURCES)


def _aims(partnership: Partnership) -> list[Goal]:
    """The goals that SIPRI's shares can be held against and that stood in the year, if a member is one of NATO."""
    year = partnership.year
    return [goal for goal in goals() if goal.comparable and goal.since <= year] if _in_nato(partnership) else []


def _in_nato(partnership: Partnership) -> bool:
    spells = memberships(partnership.record, "NATO")
    held = spells.filter(
        pl.col("ccode").is_in(list(partnership.codes)),
        pl.col("first_year") <= partnership.year,
        pl.col("last_year").fill_null(partnership.year) >= partnership.year,
    )
    return held.height > 0


def _held_against(partnership: Partnership) -> str:
    """What was agreed, and what of it these shares can be held against."""
    told = [goal for goal in goals() if goal.since <= partnership.year]
    if not told or not _in_nato(partnership):
        return ""
    return " ".join(f"{goal.said} {goal.why if not goal.comparable else ''}".strip() for goal in told) + f" {told[0].why}"


def _gaps(partnership: Partnership, spent: pl.DataFrame) -> Iterable[str]:
    known = set(spent.drop_nulls("amount")["ccode"])
    if missing := [the(state.name) for state in partnership.members if state.ccode not in known]:
        yield f"Nothing is known of the military expenditure of {listed(missing)} by {partnership.year}."
    yield "Spending is a share of GDP times GDP. Arms given by others are not in it; hidden budgets are SIPRI's estimates."
