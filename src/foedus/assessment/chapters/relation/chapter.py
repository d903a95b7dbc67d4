"""Who they are.

What the two states owe each other, what stood between them, and how alike they are. All of it read off the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from foedus.assessment.chapters.relation import bond, intervention
from foedus.assessment.chapters.relation.glance import glance
from foedus.assessment.chapters.relation.obligations import obligation_findings, of_the_two, pact, rows_of
from foedus.assessment.chapters.relation.preferences import positions, preference_exhibits, preference_findings
from foedus.assessment.chapters.relation.timeline import first_year, timeline
from foedus.assessment.finding import Baseline, Chapter, Exhibit, Finding, Interval, Rows
from foedus.assessment.left_out import available, of_held, parts
from foedus.language.said import say
from foedus.panels.alliance_lists import by_alliances
from foedus.panels.codebook import lookup
from foedus.panels.fighting import FOUGHT, UCDP, opposed
from foedus.panels.panel import panel
from foedus.partnership.partnership import Partnership, dated
from foedus.record.provenance import firm
from foedus.record.source import catalog
from foedus.record.states import State
from foedus.words import FATALITY, HOSTILITY, aged, between, counted, listed, significant, spans, starting, the

ID = "relation"
TITLE = "Who they are"
QUESTION = "What do the two owe each other, what has stood between them, and how alike are they?"

LONGEST_AGE = 20
"""Years for which a past value may stand in for a missing one; the age is said wherever it does."""

TIES = (
    "min_distance",
    "capital_distance",
    "capability_ratio",
    "ideal_point_distance",
    "rivalry",
    "peace_level",
    "defence_pact",
    "trade_agreements",
)
OF_MEMBERS = (
    "polyarchy",
    "liberal_democracy",
    "capability_share",
    "gdp",
    "population",
    "nuclear_status",
    "us_troops",
    "armed_conflict",
)
HISTORY = (
    "dispute_onset",
    "fatal_dispute_onset",
    "dispute_war",
    "defence_pact",
    "rivalry",
    "interstate_conflict",
    "polyarchy",
    "capability_share",
)


def chapter(partnership: Partnership) -> Chapter:
    """Return the chapter for a partnership, with gaps named where the record is silent."""
    history = of_the_two(partnership, HISTORY, (1816, partnership.year))
    now = snapshot(partnership)
    ledger = partnership.entries(partial=True)
    stood = positions(partnership)
    findings = [
        *parts(bond.findings, partnership, now),
        *_membership(partnership),
        *obligation_findings(partnership, history, now, ledger),
        *_agreements(partnership, ledger),
        *_disputes(partnership, history),
        *_conflict(partnership, history),
        *parts(intervention.findings, partnership),
        *_regimes(partnership, now),
        *_capabilities(partnership, now),
        *_ties(partnership, now),
        *preference_findings(partnership, stood),
    ]
    return Chapter(
        id=ID,
        title=TITLE,
        question=QUESTION,
        findings=tuple(findings),
        exhibits=(
            *parts(glance, partnership, history),
            *_exhibits(partnership, history, ledger),
            *preference_exhibits(partnership, stood),
        ),
        would_change=_would_change(partnership),
        gaps=tuple(_gaps(partnership, history)),
    )


def _would_change(partnership: Partnership) -> str:
    """Name the sources that end before the year; where none does, only a correction can change what is told."""
    year = partnership.year
    ends = {
        "alliances": pact(partnership).absent_to,
        "disputes": lookup("dispute_onset").last_year,
        "defence agreements": lookup("defence_agreements").last_year,
    }
    short = [f"{what} end in {last}" for what, last in ends.items() if last is not None and last < year]
    if not short:
        return f"A correction of any of the sources for the years to {year}."
    return f"A later release of any of the sources: {listed(short)}."


def snapshot(partnership: Partnership) -> dict[str, object]:
    """Return the dyad's row of the year as a dictionary, values carried forward up to LONGEST_AGE years with their ages."""
    rows = of_the_two(partnership, (*TIES, *OF_MEMBERS), (partnership.year, partnership.year), carry_forward=LONGEST_AGE)
    return rows.row(0, named=True)


def _membership(partnership: Partnership) -> Iterable[Finding]:
    for state in partnership.members:
        current = [spell for spell in state.spells if spell.covers(partnership.year)]
        since = current[-1].start.isoformat() if current else str(partnership.year)
        yield Finding(
            id=f"relation.member.{partnership.tag(state)}",
            chapter=ID,
            statement=f"{starting(state.name)} has been a member of the state system since {since} (the list begins in 1816).",
            value=since,
            unit="date",
            sources=("state_system",),
            rows=Rows("state_spells", f"system = 'cow' and code = {state.ccode}"),
        )


def _agreements(partnership: Partnership, ledger: pl.DataFrame) -> Iterable[Finding]:
    sources = partnership.by_list("atop", "dcad", "desta", "treaty_facts")
    if not ledger.height and of_held(sources, partnership.record) != sources:
        return
    if not ledger.height:
        yield Finding(
            id="relation.agreements",
            chapter=ID,
            statement=f"The ledger holds no agreement between the two up to {partnership.year}.",
            value=0,
            unit="agreements",
            sources=sources,
        )
        return
    kinds = [f"{count} of kind “{kind}”" for kind, count in ledger["kind"].value_counts(sort=True).iter_rows()]
    yield Finding(
        id="relation.agreements",
        chapter=ID,
        statement=(
            f"The ledger of agreements to {partnership.year} has {counted(ledger.height, 'entry', 'entries')}: {listed(kinds)}."
        ),
        value=ledger.height,
        unit="entries",
        sources=tuple(sorted(ledger["source"].unique())),
        rows=Rows("ledger", f"members {partnership.dyad[0]} and {partnership.dyad[1]}"),
    )
    facts = firm(ledger).filter((pl.col("source") == "treaty_facts") & pl.col("date").is_not_null())
    for row in facts.head(1).iter_rows(named=True):
        yield Finding(
            id="relation.first_fact",
            chapter=ID,
            statement=f"Earliest of the separately cited facts: {row['title']}, {dated(row)} ({row['confidence']} confidence).",
            value=dated(row),
            unit="date",
            sources=("treaty_facts",),
            rows=Rows("agreement_facts", f"title = '{row['title']}'"),
            confidence=row["confidence"],
        )


def _disputes(partnership: Partnership, history: pl.DataFrame) -> Iterable[Finding]:
    known = history.drop_nulls("dispute_onset")
    if not known.height:
        return
    begun = known.filter(pl.col("dispute_onset"))
    years = begun["year"].to_list()
    fatal = int(begun["fatal_dispute_onset"].sum())
    unknown = begun["fatal_dispute_onset"].null_count()
    deaths = f"{fatal} with a death" if fatal else "none with a death"
    missing = say(" (deaths unknown in {number})", number=unknown) if unknown else ""
    yield Finding(
        id="relation.disputes",
        chapter=ID,
        statement=(
            f"Militarized disputes between the two began in {counted(len(years), 'year')} of {between(known['year'])}"
            f"{': ' + listed([str(year) for year in years]) + ', ' + deaths + missing if years else ''}."
        ),
        value=len(years),
        unit="years with an onset",
        baseline=Baseline("all dyads, expected in as many years", _expected(partnership, known)),
        sources=("gml",),
        rows=rows_of("dispute_onset", partnership),
    )
    yield Finding(
        id="relation.fatal_disputes",
        chapter=ID,
        statement=(
            say(
                "Fatal disputes between the two began in {number} of {span}{missing}.",
                number=counted(fatal, "year"),
                span=between(known["year"]),
                missing=missing,
            )
            if fatal or unknown
            else say("No fatal dispute between the two began in {span}.", span=between(known["year"]))
        ),
        value=fatal,
        unit="years with an onset",
        sources=("gml",),
        rows=rows_of("fatal_dispute_onset", partnership),
    )


def _expected(partnership: Partnership, known: pl.DataFrame) -> float:
    """Onset years an average dyad would have had in the same years."""
    onsets = partnership.record.table("dispute_dyad_years").filter((pl.col("ccode1") < pl.col("ccode2")) & pl.col("onset"))
    per_year = onsets.select("ccode1", "ccode2", "year").unique().group_by("year").agg(onsets=pl.len())
    members = partnership.record.table("state_years").group_by("year").agg(states=pl.len().cast(pl.Float64))
    rate = per_year.join(members, on="year").with_columns(
        rate=pl.col("onsets") / (pl.col("states") * (pl.col("states") - 1) / 2)
    )
    return round(float(known.select("year").join(rate, on="year", how="left")["rate"].fill_null(0).sum()), 3)


def _conflict(partnership: Partnership, history: pl.DataFrame) -> Iterable[Finding]:
    """Tell in which years UCDP has the two on opposite sides of a conflict between states, and in which both fought."""
    known = history.drop_nulls("interstate_conflict")
    if not known.height:
        return
    low, high = partnership.dyad
    years = known.filter(pl.col("interstate_conflict"))["year"].to_list()
    rows = opposed(partnership.record).filter(pl.col("year").is_in(years), ccode1=low, ccode2=high, by=UCDP, how=FOUGHT)
    fought = rows["year"].to_list()
    yield Finding(
        id="relation.interstate_conflict",
        chapter=ID,
        statement=say(
            "UCDP records the two on opposite sides of an interstate armed conflict in {number} of {span}{years}{both}.",
            number=counted(len(years), "year"),
            span=between(known["year"]),
            years=say(": {years}", years=spans(years)) if years else "",
            both=_as_parties(years, fought),
        ),
        value=len(years),
        unit="years",
        sources=(UCDP,),
        rows=rows_of("interstate_conflict", partnership),
    )


def _as_parties(years: Sequence[int], fought: Sequence[int]) -> str:
    """In which of the years both were parties that fought, and not only helped one.

    >>> _as_parties([2020, 2021], []), _as_parties([1948], [1948])
    ('; in none of them did both fight: one at least only helped a side', '; both fought')
    """
    if not years:
        return ""
    if not fought:
        return say("; in none of them did both fight: one at least only helped a side")
    return say("; both fought") if fought == years else say("; both fought in {years} alone", years=spans(fought))


def _regimes(partnership: Partnership, now: dict[str, object]) -> Iterable[Finding]:
    median = _median("polyarchy", partnership)
    for state, side in partnership.sides():
        value = now[f"polyarchy_{side}"]
        if not isinstance(value, float):
            continue
        yield Finding(
            id=f"relation.polyarchy.{partnership.tag(state)}",
            chapter=ID,
            statement=(
                f"{starting(state.name)} scores {value:.2f} on electoral democracy ({_release('polyarchy')})"
                f"{aged(now[f'polyarchy_{side}_age'], partnership.year)}."
            ),
            value=round(value, 3),
            unit="index, 0 to 1",
            baseline=None if median is None else Baseline("median state of the year", round(median, 3)),
            sources=("vdem_polyarchy",),
            rows=Rows("polyarchy", f"ccode = {state.ccode}"),
        )
    for state, side in partnership.sides():
        value = now[f"liberal_democracy_{side}"]
        age = now[f"liberal_democracy_{side}_age"]
        if isinstance(value, float) and isinstance(age, int):
            yield Finding(
                id=f"relation.liberal_democracy.{partnership.tag(state)}",
                chapter=ID,
                statement=(
                    f"{starting(state.name)} scores {value:.2f} on liberal democracy ({_release('liberal_democracy')})"
                    f"{aged(age, partnership.year)}."
                ),
                value=round(value, 3),
                unit="index, 0 to 1",
                interval=_liberal_interval(partnership, state, partnership.year - age),
                sources=("vdem",),
                rows=Rows("regimes", f"ccode = {state.ccode}"),
            )


def _release(variable: str) -> str:
    """Name the release of V-Dem that a variable is of: each scores the past anew."""
    (source,) = lookup(variable).sources
    return f"V-Dem {catalog()[source].version}"


def _liberal_interval(partnership: Partnership, state: State, year: int) -> Interval | None:
    bounds = ("liberal_democracy_low", "liberal_democracy_high")
    rows = panel("state-year", bounds, years=(year, year), states=[state.ccode], record=partnership.record)
    if not rows.height or rows[bounds[0]][0] is None:
        return None
    return Interval(0.68, rows[bounds[0]][0], rows[bounds[1]][0])


def _capabilities(partnership: Partnership, now: dict[str, object]) -> Iterable[Finding]:
    for state, side in partnership.sides():
        share = now[f"capability_share_{side}"]
        if isinstance(share, float):
            yield Finding(
                id=f"relation.capability_share.{partnership.tag(state)}",
                chapter=ID,
                statement=(
                    f"{starting(state.name)} holds {significant(share * 100)} % of the system's net resources (GDP times "
                    "GDP per head)"
                    f"{aged(now[f'capability_share_{side}_age'], partnership.year)}."
                ),
                value=share,
                unit="share of the system",
                sources=lookup("capability_share").sources,
                rows=Rows("economy", f"ccode = {state.ccode}"),
            )
    ratio = now["capability_ratio"]
    if isinstance(ratio, float):
        yield Finding(
            id="relation.capability_ratio",
            chapter=ID,
            statement=(
                f"The stronger of the two holds {ratio * 100:.0f} % of their joint capabilities"
                f"{aged(now['capability_ratio_age'], partnership.year)}."
            ),
            value=round(ratio, 3),
            unit="share of the dyad",
            baseline=Baseline("parity", 0.5),
            sources=lookup("capability_ratio").sources,
            rows=rows_of("capability_ratio", partnership),
        )


def _ties(partnership: Partnership, now: dict[str, object]) -> Iterable[Finding]:
    sentences = {
        "min_distance": ("Their territories are {:,.0f} km apart at the nearest", "km"),
        "capital_distance": ("Their capitals are {:,.0f} km apart", "km"),
        "ideal_point_distance": (
            "In the sessions of the UN General Assembly their positions are {:.2f} apart",
            "ideal-point units",
        ),
        "peace_level": ("Their relation stands at {} on the peace scale (0 serious rivalry, 1 security community)", "level"),
        "trade_agreements": (
            "Trade agreements concluded since 1948 that name the two, in force or not, less withdrawals: {}",
            "agreements",
        ),
    }
    for name, (sentence, unit) in sentences.items():
        value = now[name]
        if not isinstance(value, int | float):
            continue
        touching = name == "min_distance" and value == 0
        text = "Their territories touch" if touching else sentence.format(value)
        yield Finding(
            id=f"relation.{name}",
            chapter=ID,
            statement=f"{text}{aged(now[f'{name}_age'], partnership.year)}.",
            value=round(value, 3),
            unit=unit,
            sources=lookup(name).sources,
            rows=rows_of(name, partnership),
        )
    if now["rivalry"] is not None:
        rivals = "The two are strategic rivals{aged}." if now["rivalry"] else "The two are not strategic rivals{aged}."
        yield Finding(
            id="relation.rivalry",
            chapter=ID,
            statement=say(rivals, aged=aged(now["rivalry_age"], partnership.year)),
            value="yes" if now["rivalry"] else "no",
            sources=("strategic_rivalries",),
            rows=rows_of("rivalry", partnership),
        )


def _median(name: str, partnership: Partnership) -> float | None:
    rows = panel("state-year", [name], years=(partnership.year, partnership.year), record=partnership.record)
    median = rows[name].median()
    return float(median) if isinstance(median, float) else None


def _gaps(partnership: Partnership, history: pl.DataFrame) -> Iterable[str]:
    for name in (
        "dispute_onset",
        "defence_pact",
        "interstate_conflict",
        "rivalry",
        "polyarchy_1",
        "polyarchy_2",
        "capability_share_1",
        "capability_share_2",
    ):
        variable = by_alliances(lookup(name.removesuffix("_1").removesuffix("_2")), partnership.alliances_from)
        if not available([variable.name], partnership.record, partnership.alliances_from):
            continue
        if history.height and history[name].null_count() == history.height:
            side = f" for {the(_name_of_side(partnership, name))}" if name[-1] in "12" else ""
            span = f"{variable.first_year}–{variable.last_year}"
            yield f"{variable.label}{side}: no value in any year up to {partnership.year}; the source covers {span}."


def _name_of_side(partnership: Partnership, column: str) -> str:
    return next(state.name for state, side in partnership.sides() if column.endswith(str(side)))


def _exhibits(partnership: Partnership, history: pl.DataFrame, ledger: pl.DataFrame) -> Iterable[Exhibit]:
    sources = ("atop", "dcad", "desta", "gml", "peace_scale", "strategic_rivalries", "treaty_facts", "ucdp_armed_conflict")
    yield Exhibit(
        id="relation.timeline",
        title=f"{' and '.join(state.name for state in partnership.members)}, {first_year(partnership)}–{partnership.year}",
        kind="timeline",
        frame=timeline(partnership, history, ledger),
        note=(
            "Hatched: the source of that lane says nothing about these years. Bars are spells, dots are single events, "
            "strokes are disputes: the taller, the more hostile."
        ),
        sources=of_held(partnership.by_list(*sources), partnership.record),
    )
    for disputes in parts(lambda: [dispute_list(partnership)]):
        if disputes.height:
            yield Exhibit("relation.dispute_list", "Disputes between the two", "table", disputes, sources=("gml",))
    yield Exhibit(
        "relation.ledger",
        "Ledger of agreements",
        "table",
        ledger,
        "An empty end: in force when its source stops.",
        tuple(sorted(set(ledger["source"]))),
    )
    drawn = (
        _lines(partnership, history, "polyarchy", "Electoral democracy of the two", "index, 0 to 1"),
        _lines(partnership, history, "capability_share", "Capability shares of the two", "share"),
    )
    yield from (lines for lines in drawn if lines.frame.height)


def _lines(partnership: Partnership, history: pl.DataFrame, name: str, title: str, unit: str) -> Exhibit:
    parts = [
        history.select(series=pl.lit(state.name), year="year", value=f"{name}_{side}").drop_nulls()
        for state, side in partnership.sides()
    ]
    frame = pl.concat(parts).with_columns(
        low=pl.lit(None, pl.Float64), high=pl.lit(None, pl.Float64), panel=pl.lit(None, pl.String), unit=pl.lit(unit)
    )
    return Exhibit(f"relation.{name}", title, "lines", frame, lookup(name).label, lookup(name).sources)


def dispute_list(partnership: Partnership) -> pl.DataFrame:
    """Return the disputes between the two up to the year: year, month, hostility, deaths, days, who acted."""
    low, high = partnership.dyad
    rows = partnership.record.table("dispute_dyad_years").filter(
        (pl.col("ccode1") == low) & (pl.col("ccode2") == high) & pl.col("onset") & (pl.col("year") <= partnership.year)
    )
    names = {str(side): state.name for state, side in partnership.sides()}
    return rows.sort("year", "dispute").select(
        "year",
        month="start_month",
        dispute="dispute",
        hostility=pl.col("hostility").replace_strict(HOSTILITY, default="unknown", return_dtype=pl.String),
        deaths=pl.col("fatality").replace_strict(FATALITY, default="unknown", return_dtype=pl.String),
        longest_days="longest_days",
        first_mover=pl.when("side_a1").then(pl.lit(names["1"])).otherwise(pl.lit(names["2"])),
    )
