"""The Arctic: how much ice is left and may be left, who can come there, and whether Arctic states quarrel more as it opens.

Only a partnership of which two members at least are Arctic states has this chapter, and only for years that satellites saw.
What is recorded, what is projected from a stated path of emissions, and what is an index stand apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import NormalDist
from typing import Any

import numpy as np
import polars as pl

from foedus.assessment.chapters.arctic.exhibits import (
    Projections,
    dispute_pairs,
    disputes_known,
    exhibits,
    report_area,
    resource_facts,
    shown_pairs,
    sources_of,
)
from foedus.assessment.evidence import Words, headline_finding, term_finding
from foedus.assessment.finding import Baseline, Chapter, Finding, Interval, Rows
from foedus.assessment.standing import Standing, standing
from foedus.estimation.estimate import NORMAL_95
from foedus.mechanisms.arctic.disputes import (
    BASE,
    accessibility,
    accessibility_of_seas,
    arctic_states,
    ingredients,
    named_by,
    presence,
)
from foedus.mechanisms.arctic.ice import (
    FREE,
    OUTCOMES,
    SCENARIOS,
    ArcticIce,
    chance_free,
    first_free,
    projection,
    september,
    since_preindustrial,
)
from foedus.panels.codebook import lookup
from foedus.partnership.partnership import Partnership
from foedus.record.provenance import weakest
from foedus.record.store import Record
from foedus.validation.validate import Validation, validate
from foedus.words import capitalized, chance, counted, listed, the

ID = "arctic"
TITLE = "The Arctic"
QUESTION = "How much of the Arctic sea is open and may be, who comes there, and do Arctic states quarrel more for it?"

SHARED = 2
"""Arctic states among the members from which on the Arctic concerns them together."""

AREA, EXTENT = OUTCOMES
PUBLISHED, PUBLISHED_LAST = 3.0, 2015
"""Square metres of September ice area a tonne (Notz & Stroeve 2016, ± 0.3), and a year to which ours is set beside it."""

WARMINGS = (1.5, 2.0)
"""°C above 1850–1900: the two limits of the Paris Agreement."""

DISPUTE_TERMS = {
    "water": "open water of the September before, between Arctic states",
    "peace": "years of peace between two Arctic states",
}


def chapter(partnership: Partnership) -> Chapter | None:
    """Return the chapter for a partnership; None unless two members are Arctic states, or before satellites saw the ice."""
    record = partnership.record
    arctic = {*arctic_states(record)["ccode"]}
    members = [state for state in partnership.members if state.ccode in arctic]
    if len(members) < SHARED or partnership.year < BASE[0]:
        return None
    alike, pairs = everywhere(record), dispute_pairs(partnership)
    findings = [
        _members(partnership, [state.name for state in members]),
        _open_water(partnership),
        *alike.told("arctic.ice_sensitivity", "arctic.ice", "arctic.ice_warming", "arctic.ice_free"),
        *alike.told("arctic.seas", "arctic.presence"),
        _disputes(partnership, pairs),
        *alike.told("arctic.disputes", "arctic.resources"),
    ]
    *shown, last = alike.exhibits
    return Chapter(
        id=ID,
        title=TITLE,
        question=QUESTION,
        findings=tuple(findings),
        exhibits=(*shown, shown_pairs(pairs, partnership.year), last),
        would_change=(
            "Septembers that leave the band of their scenario; counts of ships by year and flag; a record that says where "
            "disputes were; a clear gain of open water on disputes forecast."
        ),
        gaps=(
            f"Disputes are known to {lookup('dispute_onset').last_year}, before the lowest Septembers, and not where.",
            "Ships in the Arctic are counted for a handful of years on public pages, and not by flag or purpose.",
            "The record has no outlines of the seas: which lie off a member's coast is not derived; all fourteen are told.",
            "A straight line through the satellites' years knows nothing of how the last ice melts.",
        ),
        everywhere=alike.ids,
    )


def everywhere(record: Record) -> Standing:
    """Return what is told of every partnership alike, from memory where it is there."""
    return standing(ID, record, of_every_partnership)


def of_every_partnership(record: Record) -> Standing:
    """Return what is known and projected of the ice, who comes there, and whether disputes go with open water."""
    ice = {(each.test, each.outcome): each for each in validate("arctic_ice", record)}
    (disputes,) = validate("arctic", record)
    models: dict[str, ArcticIce] = {outcome: ice["arctic_ice", outcome].full for outcome in OUTCOMES}
    futures = {(outcome, name): projection(models[outcome], record, name) for outcome in OUTCOMES for name in SCENARIOS}
    findings = (
        *_sensitivity(record, ice),
        *_skill(ice),
        *_first_free(record, futures, ice["arctic_ice", AREA].grades["headline"]),
        _at_warming(record, ice["arctic_ice-warming", AREA]),
        _seas(record),
        _presence(record),
        *_with_open_water(disputes),
        _resources(record),
    )
    return Standing(findings, tuple(exhibits(record, futures)))


def _members(partnership: Partnership, names: list[str]) -> Finding:
    others = [name for name in arctic_states(partnership.record)["name"] if name not in names]
    own, beside = (listed(list(map(the, some))) for some in (names, others))
    return Finding(
        id="arctic.members",
        chapter=ID,
        statement=f"{capitalized(own)} are Arctic states, beside {beside}, by the {named_by()}.",
        value=len(names),
        unit="members",
        sources=("state_system",),
    )


def _open_water(partnership: Partnership) -> Finding:
    latest = accessibility(partnership.record).filter(pl.col("year") <= partnership.year).row(-1, named=True)
    extent = september(partnership.record).filter(year=latest["year"])[EXTENT].item()
    return Finding(
        id="arctic.open_water",
        chapter=ID,
        statement=(
            f"In September {latest['year']} ice stood on {extent:.2f} million km² of sea: {latest['open_water'] * 100:.0f} % "
            f"of what was covered in the Septembers of {BASE[0]}–{BASE[1]} was open."
        ),
        value=round(latest["open_water"], 3),
        unit="share",
        baseline=Baseline(f"mean of {BASE[0]}–{BASE[1]}", 0.0),
        sources=sources_of("open_water"),
        rows=Rows("sea_ice", f"hemisphere = north and month = 9 and year = {latest['year']}"),
    )


def _sensitivity(record: Record, ice: Mapping[tuple[str, str], Validation[Any]]) -> Iterable[Finding]:
    """Tell what goes with a tonne of CO2, by area and by extent, to the last year and to that of the published band."""
    for outcome, measure in OUTCOMES.items():
        validation = ice["arctic_ice", outcome]
        model: ArcticIce = validation.full
        value, low, high = model.sensitivity()
        first, last = model.first_year, model.fitted.last_year
        then = model.fit(model.panel(record, (first, PUBLISHED_LAST))).sensitivity()
        published = "; Notz & Stroeve (2016) found 3.0 ± 0.3 in a record that begins in 1953" if outcome == AREA else ""
        yield Finding(
            id="arctic.ice_sensitivity" if outcome == AREA else "arctic.ice_sensitivity.extent",
            chapter=ID,
            statement=(
                f"{first}–{last}, a tonne of CO2 went with {value:.2f} m² less September ice {measure} ({low:.2f} to "
                f"{high:.2f}); to {PUBLISHED_LAST} with {then[0]:.2f} ({then[1]:.2f} to {then[2]:.2f}){published}. Against a "
                f"straight line through the years the model is {validation.grades['headline']} out of sample."
            ),
            value=round(value, 3),
            unit="m² a tonne",
            interval=Interval(0.95, low, high),
            baseline=Baseline("Notz & Stroeve (2016)", PUBLISHED) if outcome == AREA else None,
            grade=validation.grades["headline"],
            sources=sources_of("cumulative_co2", outcome),
            rows=Rows("foedus validate arctic.ice --json", f"test = arctic_ice and outcome = {outcome}"),
        )


def _skill(ice: Mapping[tuple[str, str], Validation[Any]]) -> Iterable[Finding]:
    """Tell how both drivers forecast the area from past origins, each era by itself, and what the driver adds to a mean."""
    for test, stem, driver in (
        ("arctic_ice", "arctic.ice", "CO2 emitted"),
        ("arctic_ice-warming", "arctic.ice_warming", "warming of the world"),
    ):
        validation = ice[test, AREA]
        sources = sources_of(*validation.full.columns, AREA)
        terms = {"driver": f"the {driver}, as it came"}
        words = Words(ID, stem, "September ice area", "September ice areas", "Septembers", terms, sources)
        yield headline_finding(validation, words)
        yield term_finding(validation, "driver", words)
        yield from _eras(validation, driver, stem, sources)


def _eras(validation: Validation[Any], driver: str, stem: str, sources: tuple[str, ...]) -> Iterable[Finding]:
    by_origin = validation.gains.filter(pl.col("origin").is_not_null(), term="headline", score=validation.registration.score)
    for row in by_origin.iter_rows(named=True):
        how = "better" if row["gain"] > 0 else "worse"
        yield Finding(
            id=f"{stem}.from_{row['origin']}",
            chapter=ID,
            statement=(
                f"Learnt to {row['origin']}, a line through the {driver} forecast the September ice area of "
                f"{row['first_year']}–{row['last_year']} with a squared error {abs(row['skill']) * 100:.0f} % {how} than that "
                f"of the best baseline ({row['against']})."
            ),
            value=round(row["skill"], 4),
            unit="share of the squared error",
            interval=Interval(validation.registration.level, row["skill_low"], row["skill_high"]),
            baseline=Baseline(row["against"], 0.0),
            grade=validation.grades["headline"],
            sources=sources,
            rows=Rows("foedus validate arctic.ice --json", f"test = {validation.test} and origin = {row['origin']}"),
        )


def _first_free(record: Record, futures: Projections, grade: str) -> Iterable[Finding]:
    """By when the first September with less than FREE comes, by scenario."""
    for scenario in SCENARIOS:
        area, extent = (first_free(futures[outcome, scenario]) for outcome in OUTCOMES)
        model_mean = report_area(record, scenario).filter(pl.col("value") < FREE)["year"].to_list()
        median, early, late = area["median"], area["early"], area["late"]
        by = "in fewer than half of the futures of this century"
        if median is not None:
            by = f"by {median} in half of the futures ({early or 'later'} in one of twenty, {late or 'later'} in nineteen)"
        later = f"by {extent['median']}" if extent["median"] else "in fewer than half"
        yield Finding(
            id=f"arctic.ice_free.{scenario.replace('-', '').replace('.', '')}",
            chapter=ID,
            statement=(
                f"With the emissions of {scenario}, the first September with less than a million km² of ice area comes {by}; "
                f"measured by extent {later}."
            ),
            value=median,
            unit="year",
            interval=Interval(0.9, early, late) if early is not None and late is not None else None,
            baseline=Baseline("mean of the IPCC report's models below it", model_mean[0]) if model_mean else None,
            grade=grade,
            sources=sources_of("cumulative_co2", AREA),
            rows=Rows("foedus.mechanisms.arctic.ice.projection", f"scenario = {scenario}"),
        )


def _at_warming(record: Record, validation: Validation[Any]) -> Finding:
    model: ArcticIce = validation.full
    warmings = np.array(WARMINGS) - since_preindustrial(record)
    chances = chance_free(model, warmings)
    low, high = _chance_bounds(model, float(warmings[-1]))
    chances_at = listed([f"{chance(share)} at {warming} °C" for warming, share in zip(WARMINGS, chances, strict=True)])
    return Finding(
        id="arctic.ice_free.warming",
        chapter=ID,
        statement=(
            f"By a line through the warming of the world, a September has less than a million km² of ice area with a chance "
            f"of {chances_at} above 1850–1900. Published: about 10 % and more than 99 %, or far below 1 % and 10 %, by how "
            f"sensitive the ice is taken to be (Niederdrenk & Notz 2018). The model is {validation.grades['headline']} out of "
            "sample."
        ),
        value=round(float(chances[-1]), 3),
        unit="probability per year",
        interval=Interval(0.95, low, high),
        baseline=Baseline(f"at {WARMINGS[0]} °C", round(float(chances[0]), 5)),
        grade=validation.grades["headline"],
        sources=tuple(sorted({*sources_of("warming", AREA), "hadcrut"})),
        rows=Rows("foedus validate arctic.ice --json", f"test = {validation.test} and outcome = {AREA}"),
    )


def _chance_bounds(model: ArcticIce, warming: float) -> tuple[float, float]:
    """The chance of a September free of ice at either end of what the line itself leaves open (95 %)."""
    at = np.array([[warming]])
    centre, reach = float(model.fitted.predictor(at)[0]), NORMAL_95 * float(model.fitted.error(at)[0])
    departure = NormalDist(0.0, (model.spread or 0.0) / (1 - (model.persistence or 0.0) ** 2) ** 0.5)
    return departure.cdf(FREE - centre - reach), departure.cdf(FREE - centre + reach)


def _seas(record: Record) -> Finding:
    water = accessibility_of_seas(record)
    last = int(water["year"].to_numpy().max())
    rows = water.filter(year=last).sort("open_water", descending=True)
    open_by_sea = listed([f"{row['sea']} {row['open_water'] * 100:.0f} %" for row in rows.iter_rows(named=True)])
    return Finding(
        id="arctic.seas",
        chapter=ID,
        statement=(
            f"September {last}, open water against {BASE[0]}–{BASE[1]}, of the {rows.height} seas that held at least a "
            f"hundredth of the ice: {open_by_sea}."
        ),
        value=rows["sea"][0],
        unit="the most open",
        sources=("sea_ice",),
        rows=Rows("sea_ice_regions_v3", f"month = 9 and year = {last}"),
    )


def _presence(record: Record) -> Finding:
    index, counts = presence(record), ingredients(record)
    used, once = counts.filter("used"), counts.filter(~pl.col("used"))
    kinds = used.select("measure", "place").unique().rows()
    made = listed([f"{measure} ({place})" for measure, place in kinds])
    left = listed([f"{row['measure']} ({row['place']}, {row['year']})" for row in once.iter_rows(named=True)])
    first, last = index.row(0, named=True), index.row(-1, named=True)
    return Finding(
        id="arctic.presence",
        chapter=ID,
        statement=(
            f"An index, not a measurement: presence in {last['year']} was {last['presence']:.2f} times that of "
            f"{first['year']}. It is made of {counted(used.height, 'public count')} of {counted(len(kinds), 'kind')}: {made}."
            + (f" Counted once and left out: {left}." if left else "")
            + " Nothing can be fitted to so little."
        ),
        value=round(last["presence"], 3),
        unit="times the first count",
        baseline=Baseline(str(first["year"]), 1.0),
        grade="not estimated",
        sources=("physical_facts",),
        rows=Rows("physical_facts", "subject = Arctic shipping"),
        confidence=weakest(used["confidence"]),
    )


def _disputes(partnership: Partnership, pairs: pl.DataFrame) -> Finding:
    names, last = _names(partnership), disputes_known(partnership.year)
    of_members = pairs.filter(pl.col("first").is_in(names), pl.col("second").is_in(names))["years"].sum()
    return Finding(
        id="arctic.disputes",
        chapter=ID,
        statement=(
            f"{BASE[0]}–{last}, disputes began in {counted(int(pairs['years'].sum()), 'dyad-year')} of two Arctic states, "
            f"{of_members} of them the members' own, wherever they were: the record does not say."
        ),
        value=int(pairs["years"].sum()),
        unit="dyad-years with an onset",
        sources=("gml",),
        rows=Rows("dispute_dyad_years", f"two of {arctic_states(partnership.record)['ccode'].to_list()}, onset"),
    )


def _with_open_water(validation: Validation[Any]) -> Iterable[Finding]:
    """Tell whether disputes between Arctic states go with open water."""
    fitted, sources = validation.full.fitted, tuple(sorted({*sources_of(*validation.full.reads), "gml"}))
    ratio, low, high = validation.full.odds_by_half()
    yield Finding(
        id="arctic.disputes.open_water",
        chapter=ID,
        statement=(
            f"{fitted.first_year}–{fitted.last_year} ({fitted.events} onsets in {fitted.n} dyad-years of Arctic states): with "
            f"half of the ice gone the odds of a dispute the year after were {ratio:.2f} times those with none of it gone "
            f"({low:.2f} to {high:.2f}), drawn towards no difference by a prior; {validation.grades['water']} out of "
            "sample."
        ),
        value=round(ratio, 3),
        unit="ratio of odds",
        interval=Interval(0.95, low, high),
        baseline=Baseline("no open water", 1.0),
        grade=validation.grades["water"],
        direction=validation.direction("water"),
        sources=sources,
        rows=Rows("foedus validate arctic.security --json", "term = water"),
    )
    words = Words(ID, "arctic.disputes", "dispute", "disputes between Arctic states", "dyad-years", DISPUTE_TERMS, sources)
    yield headline_finding(validation, words)
    yield from (term_finding(validation, term, words) for term in DISPUTE_TERMS)


def _names(partnership: Partnership) -> list[str]:
    """The members as the table of the Arctic states names them."""
    table = arctic_states(partnership.record)
    return table.filter(pl.col("ccode").is_in(partnership.codes))["name"].to_list()


def _resources(record: Record) -> Finding:
    facts = resource_facts(record)
    oil = facts.filter(fact_id="usgs-arctic-oil")["value"].item()
    amounts = "; ".join(f"{row['measure']}: {row['value']:,.0f} {row['unit']}" for row in facts.iter_rows(named=True))
    return Finding(
        id="arctic.resources",
        chapter=ID,
        statement=(
            f"North of the Arctic Circle (US Geological Survey, 2008), whoever may own it and whatever it costs: {amounts}."
        ),
        value=oil,
        unit="billion barrels of oil",
        sources=("physical_facts",),
        rows=Rows("physical_facts", "subject = Arctic resources"),
        confidence=weakest(facts["confidence"]),
    )
