"""What a future takes from the models of disputes: this file is the only place that knows how they are made.

`Model` holds, of one fitted model, coefficients with what is uncertain of them, what is known of each pair's and each state's
past at the origin, and how fast that fades. `chances` gives what the models of any, fatal and war disputes say of the first
year, from which it follows how deadly disputes are, and how much more years differ than chance alone would make them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from foedus.estimation.design import Array
from foedus.estimation.duration import DURATION
from foedus.estimation.estimate import Estimate, expit
from foedus.estimation.history import past_of_dyads
from foedus.futures.draws import Draws
from foedus.futures.world import World
from foedus.mechanisms.order.covariates import INTERPLAY, covariate_matrix
from foedus.mechanisms.order.disputes import OUTCOMES, Disputes, forecasts, state_sums
from foedus.mechanisms.order.war_size import WAR
from foedus.record.store import Record
from foedus.validation.validate import validate

STEADY = 12
"""Significant digits to which factors of covariances are kept: the library's last digits differ between processors."""

PARTS = 6
"""Parts in which the pasts of dyads are worked out: what that takes beside the rows themselves is as much less."""

YEARS = 30
"""Years before the origin from which it is learnt how much years differ."""


MOST = 0.95
"""Persistence beyond which years would hardly return to what is usual."""


@dataclass(frozen=True)
class Uncertain:
    """Coefficients, and what is uncertain of them.

    Attributes
    ----------
    terms : names, "intercept" first. centre : (term,). factor : (term, term), lower triangular: its square is the covariance.
    """

    terms: tuple[str, ...]
    centre: Array
    factor: Array

    @classmethod
    def of(cls, estimate: Estimate) -> Uncertain:
        """Return those of an estimate."""
        values, vectors = np.linalg.eigh((estimate.covariance + estimate.covariance.T) / 2)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        factor = np.asarray(np.linalg.qr(root.T, mode="r")).T
        return cls(estimate.terms, estimate.coefficients, steady(factor * np.where(np.diag(factor) < 0, -1.0, 1.0)))

    def drawn(self, draws: Draws, purpose: str) -> dict[str, Array]:
        """Return coefficients of each member by name, (member, 1)."""
        noise = draws.normal(purpose, np.arange(len(self.terms)))
        return {name: self.centre[row] + _summed(self.factor[row, : row + 1], noise) for row, name in enumerate(self.terms)}


def _summed(weights: Array, noise: Array) -> Array:
    """Weights times noise (member, column), added up one column after another: (member, 1)."""
    total = np.zeros((len(noise), 1))
    for place, weight in enumerate(weights):
        total += weight * noise[:, place : place + 1]
    return total


def steady(values: Array) -> Array:
    """Return numbers to STEADY significant digits.

    >>> steady(np.array([0.1 + 0.2, 0.0])).tolist()
    [0.3, 0.0]
    """
    return np.array([float(f"{value:.{STEADY}g}") for value in values.ravel().tolist()]).reshape(values.shape)


@dataclass(frozen=True)
class Model:
    """A model of disputes as steps read it.

    Attributes
    ----------
    near : coefficients of one year ahead. first : name → coefficient of the covariates alone, "intercept" among them.
    decay, dyad_weight, state_weight : how a past fades, and how it is pooled.
    edge : log odds above which what lies beyond counts `beyond` times (`Pooling.tempered`).
    dyads : (dyad, 2) and states : (state, 2), outcomes observed and expected before the first year.
    """

    near: Uncertain
    first: Mapping[str, float]
    decay: float
    dyad_weight: float
    state_weight: float
    edge: float
    beyond: float
    dyads: Array
    states: Array


PRODUCTS: Mapping[str, tuple[str, str]] = INTERPLAY
"""Columns that are products of two others."""


def headlines(record: Record) -> dict[str, Disputes]:
    """Return the shipped headline models, by outcome."""
    return {each.outcome: each.headline for each in validate("disputes", record)}


def fitted_to(origin: int, record: Record) -> dict[str, Disputes]:
    """Return the models of all terms as they would have been fitted at an origin, by outcome."""
    model = Disputes(outcome=OUTCOMES[-1])
    rows = model.panel(record, (model.first_year, origin + 1))
    fitted = model.fit(model.as_of(rows, origin).filter(pl.col("year") <= origin)).chain()
    return {outcome: fitted[outcome] for outcome in OUTCOMES}


def read(model: Disputes, before: pl.DataFrame, now: pl.DataFrame, world: World) -> Model:
    """Return what steps read of a fitted model.

    before : rows of `rows_of` up to the origin; the columns RECENCY may be missing. now : those of the year after.
    """
    first, seen = model.first, model.seen
    if first is None or seen is None:
        raise ValueError("a model without a history cannot be run forward")
    year = world.origin + 1
    place = np.full((int(world.states.max()) + 1,) * 2, -1, np.int64)
    place[world.states[world.first], world.states[world.second]] = np.arange(len(world.first))
    of_dyads = np.zeros((len(world.first), 2))
    for part in _parts(before, now):
        expected = expit(first[0] + covariate_matrix(part, model.covariates) @ first[1:])
        years, sides = part["year"].to_numpy().astype(np.int64), part.select("ccode1", "ccode2").to_numpy().astype(np.int64)
        learnt = ~np.isnan(expected) & (years >= model.first_year) & (years < year)
        outcome = np.where(learnt, part[model.outcome].cast(pl.Float64).fill_null(np.nan).to_numpy(), np.nan)
        known = None if model.outcome == OUTCOMES[0] else part["known"].to_numpy().astype(np.int64)
        first_year = years == year
        sums = past_of_dyads(sides, years, outcome, expected, model.pooling.decay, known)[first_year]
        of_dyads[place[sides[first_year, 0], sides[first_year, 1]]] = sums
    when = np.full(len(world.states), year)
    return Model(
        near=Uncertain.of(model.fitted),
        first=dict(zip(("intercept", *model.covariates), first.tolist(), strict=True)),
        decay=model.pooling.decay,
        dyad_weight=model.pooling.dyad_weight,
        state_weight=model.pooling.state_weight,
        edge=float(steady(np.array([model.pooling.edge]))[0]),
        beyond=model.pooling.beyond,
        dyads=steady(of_dyads),
        states=steady(state_sums(seen, world.states, when, model.pooling.decay)),
    )


def _parts(before: pl.DataFrame, now: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Rows in PARTS of about the same size, each with every year of its dyads: the past of a dyad is made of no others."""
    sizes = pl.concat(each.select("ccode1") for each in (before, now)).group_by("ccode1").len().sort("ccode1")
    which = sizes.select("ccode1", part=(pl.col("len").cum_sum() * PARTS - 1) // pl.col("len").sum())
    for _, codes in which.group_by("part", maintain_order=True):
        here = pl.col("ccode1").is_between(codes["ccode1"].min(), codes["ccode1"].max())
        yield pl.concat([before.filter(here), now.filter(here)], how="diagonal")


DURATIONS = DURATION
"""Columns that are functions of the peace years alone."""


@dataclass(frozen=True)
class Chances:
    """What the models say of the first year, and of years before.

    Attributes
    ----------
    fatal : (dyad,), probability that a dispute of two that began it is fatal. war : (dyad,), that a fatal one is a war.
    events : disputes, fatal ones and wars of the last years, by dyads that began them, from which these levels were learnt.
    usual : dyads with a new dispute in a usual year. spread, persistence : of the common yearly factor, in logs, and from
        year to year.
    """

    fatal: Array
    war: Array
    events: tuple[int, int, int]
    usual: float
    spread: float
    persistence: float


def chances(models: Mapping[str, Disputes], before: pl.DataFrame, now: pl.DataFrame, world: World, record: Record) -> Chances:
    """Return how deadly disputes are, and how years differ; `before` and `now` are those of `read`.

    The models speak of dyads, and most dyads of a war were drawn in: how deadly a dispute of two that began it is follows from
    their ratios, moved by as much as such dyads of the last years differed from all.
    """
    year = world.origin + 1
    told = [forecasts({name: models[name] for name in OUTCOMES}, part, year) for part in _parts(before, now)]
    any_one, fatal, war = (_spread([each[name] for each in told], world) for name in OUTCOMES)
    ratio = np.divide(fatal, any_one, out=np.zeros_like(fatal), where=any_one > 0)
    further = np.divide(war, fatal, out=np.zeros_like(war), where=fatal > 0)
    lately = pl.col("ccode1") < pl.col("ccode2"), pl.col("year").is_between(world.origin - YEARS + 1, world.origin)
    onsets = record.table("dispute_dyad_years").filter("onset", *lately)
    began = _events(onsets.filter("originator1", "originator2"))
    shifts = [_odds(*pair) - _odds(*all_of) for pair, all_of in zip(_pairs(began), _pairs(_events(onsets)), strict=True)]
    deadly, at_war = (steady(_shifted(each, by)) for each, by in zip((ratio, further), shifts, strict=True))
    return Chances(deadly, at_war, began, *_years(before, OUTCOMES[0], world.origin))


def _events(onsets: pl.DataFrame) -> tuple[int, int, int]:
    """Disputes, fatal ones and wars among onsets of dyads."""
    fatal, war = onsets["fatality"].fill_null(0) > 0, onsets["hostility"] == WAR
    return onsets.height, int(fatal.sum()), int((fatal & war).sum())


def _pairs(events: tuple[int, int, int]) -> tuple[tuple[int, int], tuple[int, int]]:
    return (events[1], events[0]), (events[2], events[1])


def _odds(events: int, trials: int) -> float:
    """Log odds of events in trials, half an event added to either side."""
    return float(np.log((events + 0.5) / (trials - events + 0.5)))


def _shifted(probability: Array, by: float) -> Array:
    """Probabilities after a shift of their log odds; zero stays zero."""
    held = np.clip(probability, 1e-12, 1 - 1e-12)
    return np.where(probability > 0, expit(np.log(held / (1 - held)) + by), 0.0)


def _spread(told: list[pl.DataFrame], world: World) -> Array:
    """Probabilities of rows as an array of the world's dyads, zero where there is none."""
    place = {(one, other): at for at, (one, other) in enumerate(zip(world.first.tolist(), world.second.tolist(), strict=True))}
    at_code = {int(code): at for at, code in enumerate(world.states)}
    values = np.zeros(len(world.first))
    asked = pl.concat(each.select("ccode1", "ccode2", "probability") for each in told)
    for one, other, probability in asked.drop_nulls().iter_rows():
        values[place[at_code[one], at_code[other]]] = probability
    return values


def _years(rows: pl.DataFrame, outcome: str, origin: int) -> tuple[float, float, float]:
    """The usual number of a year, and spread and persistence of the years around it, in the last YEARS years up to the origin.

    By moments: the variance of the log of a year's number beyond that of as many independent dyads, and its correlation with
    the year before, between zero and MOST. Numbers, not rates: there are seven times as many dyads as in 1945, and not seven
    times as many disputes.
    """
    known = rows.filter(pl.col("year").is_between(origin - YEARS + 1, origin)).drop_nulls(outcome)
    years = known.group_by("year").agg(seen=pl.col(outcome).sum()).sort("year")
    seen = years["seen"].cast(pl.Float64).to_numpy()
    usual = float(seen.mean())
    off = np.log(seen + 0.5)
    beyond = max(float(off.var() - 1.0 / usual), 0.0)
    memory = float(np.corrcoef(off[1:], off[:-1])[0, 1])
    told = steady(np.array([usual, np.sqrt(beyond), np.clip(memory, 0.0, MOST)]))
    return float(told[0]), float(told[1]), float(told[2])
