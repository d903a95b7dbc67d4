"""The system of a scenario: every step with what it learnt, checked for closure and put in order.

What a step learns it learns from the record up to the origin. In a hindcast that is an earlier year, and every model is
fitted to what was known then; else the shipped results speak.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from foedus.errors import InputError
from foedus.estimation.design import Array
from foedus.futures.headline import Chances, Model, Uncertain, chances, fitted_to, headlines, read, steady
from foedus.futures.level import kept_level
from foedus.futures.scenario import Scenario
from foedus.futures.steps import Step
from foedus.futures.steps.disputes import Disputes
from foedus.futures.steps.flight import Flight, flight
from foedus.futures.steps.growth import along, growth
from foedus.futures.steps.ice import Ice
from foedus.futures.steps.joining import Joining
from foedus.futures.steps.memory import Memory
from foedus.futures.steps.pacts import Pacts
from foedus.futures.steps.regimes import regimes
from foedus.futures.steps.rivalries import rivalries
from foedus.futures.steps.severity import Severity, Sizes
from foedus.futures.steps.shield import Design, Shield
from foedus.futures.steps.spending import BREAK, Spending
from foedus.futures.system import System
from foedus.futures.world import Flags, Known, World, rows_of, until, world
from foedus.mechanisms.arctic.ice import ArcticIce, cumulative_co2
from foedus.mechanisms.climate.displacement import SIZE
from foedus.mechanisms.order.alliances import Alliances
from foedus.mechanisms.order.disputes import OUTCOMES
from foedus.mechanisms.order.disputes import Disputes as DisputeModel
from foedus.mechanisms.order.recency import RECENCY
from foedus.mechanisms.order.war_size import WarSize, tail
from foedus.mechanisms.shield.entanglement import Entanglement
from foedus.mechanisms.spending import Spending as SpendingModel
from foedus.mechanisms.spending import spending
from foedus.panels.codebook import lookup
from foedus.panels.panel import panel
from foedus.panels.units import LAST_YEAR
from foedus.partnership.members import named_states
from foedus.partnership.partnership import Partnership
from foedus.record.store import Record
from foedus.validation.validate import validate

TOLD = frozenset(
    {"begun", "onsets", "fatal", "war", "war_deaths", "states_allied", "spending", "ice", "product_growth", "fled", "arrived"}
)
"""Variables that are reported."""

GIVEN = frozenset({"emissions"})
"""Variables that the scenario writes."""

DRAWN: Mapping[str, str] = {"rivalries begin and end": "rivals", "regimes change": "polyarchy"}
"""Link → the variable that a step draws after the record where a scenario names it."""

DESIGNS: Mapping[str, str] = {
    "shield": "target_defence",
    "shield-leeds-2003": "target_defence",
    "shield-kenwick-vasquez-to-1945": "target_defence_old",
    "shield-kenwick-vasquez-from-1946": "target_defence_old",
    "shield-benson-2011": "target_unconditional_deterrent",
}
"""Registered test of a design → the column that says what a standing defence pact of the target does."""


@dataclass(frozen=True)
class Built:
    """A scenario's system.

    Attributes
    ----------
    scenario, record, world : what it was made of. steps : in the order of a year. members : (state,) codes of the
        partnership.
    """

    scenario: Scenario
    record: Record
    world: World
    steps: tuple[Step, ...]
    members: tuple[int, ...]

    @property
    def system(self) -> System:
        """What the steps declare, with who writes the rest."""
        return System(tuple(step.declared for step in self.steps), scenario=GIVEN, told=TOLD)

    @property
    def designs(self) -> tuple[str, ...]:
        """Names of the designs of the shield."""
        return next(tuple(each.name for each in step.designs) for step in self.steps if isinstance(step, Shield))

    @property
    def in_part(self) -> dict[str, list[int]]:
        """Told variable → years in which it is recorded of some of its states, and drawn for others."""
        spends = next(step for step in self.steps if isinstance(step, Spending))
        states = {"world_spending": self.world.states, "member_spending": np.array(self.members)}
        return {name: spends.in_part(np.isin(self.world.states, of), self.scenario.last_year) for name, of in states.items()}


@dataclass(frozen=True)
class Base:
    """What no scenario changes: the world with the models of disputes, as costly to make as all the rest."""

    world: World
    model: Model
    chances: Chances


def base(
    record: Record,
    last: int,
    origin: int | None = None,
    known: Known = Known.RECORD,
    models: Mapping[str, DisputeModel] | None = None,
) -> Base:
    """Return the base of worlds from an origin on; by default the last year of which disputes are known.

    models : those of disputes, by outcome; by default the shipped headlines, in a hindcast those fitted to the origin.
    """
    start = lookup(OUTCOMES[0]).last_year if origin is None else origin
    if start is None:
        raise InputError("the record has no disputes, so that no world can go on from them.")
    models = models or (headlines(record) if known is Known.RECORD else fitted_to(start, record))
    model = models[OUTCOMES[0]]
    ahead = rows_of(model, record, (start + 1, until(start, known, last)), known)
    made, now = world(ahead, model, record, start, known, last), ahead.filter(pl.col("year") == start + 1)
    del ahead
    before = rows_of(model, record, (model.first_year, start), known, without=RECENCY)
    return Base(made, read(model, before, now, made), chances(models, before, now, made, record))


def built(scenario: Scenario, record: Record, on: Base | None = None) -> Built:
    """Return the system of a checked scenario; raises InputError with every fault if it is not closed."""
    on = on or base(record, scenario.last_year)
    members = _members(scenario, record)
    joins = _joining(on.world, record)
    grows, memory = growth(record, on.world, scenario.last_year, 0.0), Memory(on.world, on.model)
    years, linked = (on.chances.spread, on.chances.persistence), "pact to disputes" in scenario.links
    drawn = tuple(written for link, written in DRAWN.items() if link in scenario.links)
    disputes = Disputes(on.world, on.model, *years, 1.0, on.chances.fatal, scenario.disputes, linked, drawn)
    steps: tuple[Step, ...] = (
        replace(along(grows, scenario.paths, record, scenario.last_year), more=scenario.growth / 100.0),
        _shield(on.world, record),
        kept_level(disputes, joins, grows, memory, on.chances.usual, scenario.last_year),
        _with_pacts(joins, record) if "pact to joining" in scenario.links else joins,
        _severity(on, record),
        memory,
        _pacts(on.world, record, scenario, members),
        _spending(on.world, record, scenario),
        *([rivalries(record, on.world)] if "rivals" in drawn else []),
        *([regimes(record, on.world)] if "polyarchy" in drawn else []),
        *_of_the_record(on.world, record, scenario),
    )
    made = Built(scenario, record, on.world, steps, members)
    made.system.check()
    order = made.system.order()
    return replace(made, steps=tuple(sorted(steps, key=lambda step: order.index(step.declared.name))))


def kept(made: Built) -> Built:
    """Return the system with every obligation kept, and everything else as it is."""
    none = np.zeros(len(made.world.first), np.bool_)
    return replace(made, steps=tuple(replace(step, off=none) if isinstance(step, Pacts) else step for step in made.steps))


def _members(scenario: Scenario, record: Record) -> tuple[int, ...]:
    named = named_states(scenario.partnership, LAST_YEAR, record)
    return tuple(state.ccode for _, states in named for state in states)


def _shield(on: World, record: Record) -> Shield:
    designs = []
    for each in validate("shield", record):
        row = each.full.fitted.tidy().filter(pl.col("term") == DESIGNS.get(each.test, ""))
        if row.height:
            designs.append(Design(each.test, row["estimate"].item(), row["std_error"].item()))
    return Shield(on, tuple(designs))


def _joining(on: World, record: Record) -> Joining:
    (told,) = validate("entanglement", record)
    headline = told.headline
    if on.known is not Known.RECORD:
        fresh = Entanglement(terms=headline.terms, last_year=on.origin - 2)
        headline = fresh.fit(fresh.panel(record, (fresh.first_year, fresh.last_year)))
    rows = panel("state-year", ["major_power"], years=(on.origin, on.origin), carry_forward=5, record=record)
    majors = rows.filter("major_power")["ccode"].to_list()
    return Joining(on, Uncertain.of(headline.fitted), np.isin(on.states, majors).astype(np.float64))


def _with_pacts(joins: Joining, record: Record) -> Joining:
    """Joining with the pact of the full model beside the headline's terms."""
    (told,) = validate("entanglement", record)
    pact = told.full.fitted.tidy().row(by_predicate=pl.col("term") == "defence_pact", named=True)
    return replace(joins, model=_with_term(joins.model, "defence_pact", pact["estimate"], pact["std_error"]), linked=True)


def _with_term(model: Uncertain, name: str, centre: float, error: float) -> Uncertain:
    """Coefficients with one more, uncertain by itself."""
    size = len(model.terms) + 1
    factor = np.zeros((size, size))
    factor[:-1, :-1] = model.factor
    factor[-1, -1] = error
    return Uncertain((*model.terms, name), np.append(model.centre, centre), factor)


def _severity(on: Base, record: Record) -> Severity:
    wars = WarSize().panel(record, (1816, on.world.origin))
    sizes = wars["war_deaths"].explode(empty_as_null=True).drop_nulls().cast(pl.Float64).sort().to_numpy()
    law = tail(sizes)
    small = tuple(sizes[sizes < law.smallest].tolist())
    exponent, smallest = (float(each) for each in steady(np.array([law.exponent, law.smallest])))
    return Severity(on.world, on.chances, Sizes(small, len(small) / len(sizes), exponent, smallest, WarSize().largest))


def _pacts(on: World, record: Record, scenario: Scenario, members: tuple[int, ...]) -> Pacts:
    terms: dict[str, tuple[str, ...]] = {"defence_pact_formed": ("enemies", "distance"), "defence_pact_ended": ()}
    told = {each.outcome: each.headline for each in validate("alliances", record) if each.outcome in terms}
    if on.known is not Known.RECORD:
        told = {outcome: _refitted(outcome, chosen, on.origin, record) for outcome, chosen in terms.items()}
    off = np.zeros(len(on.first), np.bool_)
    if scenario.without:
        pledged = Partnership(*members, year=LAST_YEAR, record=record).without(*scenario.without).pledges()
        kept = {tuple(sorted(pair)) for *pair, held in pledged.select("ccode1", "ccode2", "defence_pact").iter_rows() if held}
        _, among = on.dyads_of(list(members))
        for place in np.flatnonzero(among):
            off[place] = (int(on.states[on.first[place]]), int(on.states[on.second[place]])) not in kept
    added = tuple((each.first_year, _among(on, each.states, record)) for each in scenario.pacts)
    formed, ended = (Uncertain.of(told[outcome].fitted) for outcome in terms)
    drawn = "rivalries begin and end" in scenario.links
    return Pacts(on, formed, ended, "pacts form and end" in scenario.links, off, scenario.since, added, drawn)


def _refitted(outcome: str, terms: tuple[str, ...], origin: int, record: Record) -> Any:
    model = Alliances(outcome=outcome, terms=terms)
    return model.fit(model.panel(record, (model.first_year, origin)))


def _among(on: World, names: tuple[str, ...], record: Record) -> Flags:
    codes = [state.ccode for _, states in named_states(names, LAST_YEAR, record) for state in states]
    return on.dyads_of(codes)[1]


def _spending(on: World, record: Record, scenario: Scenario) -> Spending:
    until = LAST_YEAR if on.known is Known.RECORD else on.origin
    rows = spending(record, (1960, until)).sort("ccode", "year")
    before = rows.select("ccode", pl.col("year") + 1, log_spending_before="log_spending", log_product_before="log_product")
    joined = rows.join(before, on=["ccode", "year"]).filter(pl.col("year") <= on.origin).drop_nulls("log_spending")
    fitted = SpendingModel(terms=("past",), first_year=1961).fit(joined)
    learnt = joined.drop_nulls("log_spending_before")
    off = learnt["log_spending"].to_numpy() - fitted.fitted.predictor(learnt.select("log_spending_before").to_numpy())
    off = np.where(np.abs(off) > BREAK, np.nan, off)
    residuals = np.full((on.origin - 1960, len(on.states)), np.nan)
    for code, year, residual in zip(learnt["ccode"], learnt["year"], steady(off), strict=True):
        if code in on.states:
            residuals[year - 1961, on.place(code)] = residual
    risk, product, model = 0.0, None, _named(Uncertain.of(fitted.fitted))
    (told,) = validate("spending", record)
    if "risk to spending" in scenario.links:
        risk = float(told.full.fitted.coefficients[told.full.fitted.terms.index("risk_points")])
    if "product to spending" in scenario.links:
        model = _named(Uncertain.of(told.headline.fitted))
        product = _last(rows, "log_product", on)[on.origin]
    recorded = {year: each for year, each in _last(rows, "log_spending", on).items() if year >= on.origin}
    spread = float(steady(np.array([np.nanstd(residuals)]))[0])
    return Spending(on, model, recorded, residuals, spread, risk, product, scenario.spending / 100.0)


def _named(model: Uncertain) -> Uncertain:
    short = {"log_spending_before": "past", "log_product": "product"}
    return replace(model, terms=tuple(short.get(term, term) for term in model.terms))


def _last(rows: pl.DataFrame, name: str, on: World) -> dict[int, Array]:
    """Year → what states had (state,), nan where unknown; at the origin what was last known, at most five years before."""
    found: dict[int, Array] = {}
    known = rows.drop_nulls(name)
    for year in range(on.origin, int(rows["year"].max()) + 1):  # type: ignore[arg-type]
        back = 5 if year == on.origin else 0
        of_year = (
            known.filter(pl.col("year").is_between(year - back, year))
            .group_by("ccode")
            .agg(pl.col(name).sort_by("year").last())
        )
        values = np.full(len(on.states), np.nan)
        for code, value in of_year.iter_rows():
            if code in on.states:
                values[on.place(code)] = value
        found[year] = steady(values)
    return found


def _of_the_record(on: World, record: Record, scenario: Scenario) -> tuple[Step, ...]:
    """The steps that no hindcast of the whole system has: what they go on from is recorded too late, or moves nothing else."""
    if on.known is not Known.RECORD:
        return ()
    return _ice(on, record, scenario.emissions), _flight(on, record, scenario)


def _ice(on: World, record: Record, emissions: str) -> Ice:
    model = ArcticIce(outcome="september_ice_extent")
    until = LAST_YEAR if on.known is Known.RECORD else on.origin
    fitted = model.fit(model.panel(record, (model.first_year, until)))
    known = model.panel(record, (model.first_year, until)).drop_nulls(model.outcome)
    driver = cumulative_co2(record, emissions)
    persistence, spread = (float(each) for each in steady(np.array([fitted.persistence or 0.0, fitted.spread or 0.0])))
    estimate = Uncertain.of(fitted.fitted)
    return Ice(
        replace(estimate, terms=("intercept", "driver")),
        persistence,
        spread,
        dict(driver.select("year", "cumulative_co2").iter_rows()),
        {year: value for year, value in known.select("year", model.outcome).iter_rows() if year > on.origin},
    )


def _flight(on: World, record: Record, scenario: Scenario) -> Flight:
    deaths = 0.0
    if "war to flight" in scenario.links:
        told = next(each for each in validate("displacement", record) if each.outcome == SIZE)
        row = told.full.fitted.tidy().row(by_predicate=pl.col("term") == "log_state_based_deaths", named=True)
        deaths = float(row["estimate"])
    return flight(record, on.states, (on.first, on.second), on.origin, LAST_YEAR, deaths)
