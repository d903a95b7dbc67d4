"""What a future takes from the models of disputes: this file is the only place that knows how they are made.

`Model` holds, of one fitted model, coefficients with what is uncertain of them, what is known of each pair's and each state's
past at the origin, and how fast that fades. `chances` gives what the models of any, fatal and war disputes say of the first
year, from which it follows how deadly disputes are, and how much more years differ than chance alone would make them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from foedus.estimation.design import Array
from foedus.estimation.duration import DURATION
from foedus.estimation.estimate import Estimate, expit
from foedus.estimation.history import past_of_dyads
from foedus.futures.draws import Draws
from foedus.futures.world import World
from foedus.mechanisms.order.disputes import INTERPLAY, OUTCOMES, Disputes, covariate_matrix, state_sums
from foedus.mechanisms.order.nested import nested
from foedus.record.store import Record
from foedus.validation.validate import validate

STEADY = 12
"""Significant digits to which factors of covariances are kept: the library's last digits differ between processors."""

YEARS = 30
"""Years before the origin from which it is learnt how much years differ."""


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
    offsets : (stratum,), added to the log odds.
    decay, dyad_weight, state_weight : how a past fades, and how it is pooled.
    dyads : (dyad, 2) and states : (state, 2), outcomes observed and expected before the first year.
    """

    near: Uncertain
    first: Mapping[str, float]
    offsets: Array
    decay: float
    dyad_weight: float
    state_weight: float
    dyads: Array
    states: Array


PRODUCTS: Mapping[str, tuple[str, str]] = INTERPLAY
"""Columns that are products of two others."""


def headlines(record: Record) -> dict[str, Disputes]:
    """Return the shipped headline models, by outcome."""
    return {each.outcome: each.headline for each in validate("disputes", record)}


def fitted_to(origin: int, record: Record) -> dict[str, Disputes]:
    """Return the models of all terms as they would have been fitted at an origin, by outcome."""
    fitted = {}
    for outcome in OUTCOMES:
        model = Disputes(outcome=outcome)
        rows = model.panel(record, (model.first_year, origin + 1))
        fitted[outcome] = model.fit(model.as_of(rows, origin).filter(pl.col("year") <= origin))
    return fitted


def read(model: Disputes, rows: pl.DataFrame, world: World) -> Model:
    """Return what steps read of a fitted model; `rows` are those of the world."""
    first, seen = model.first, model.seen
    if first is None or seen is None:
        raise ValueError("a model without a history cannot be run forward")
    year = world.origin + 1
    before = rows.filter(pl.col("year") <= year)
    expected = expit(first[0] + covariate_matrix(before, model.covariates) @ first[1:])
    years, sides = before["year"].to_numpy().astype(np.int64), before.select("ccode1", "ccode2").to_numpy().astype(np.int64)
    learnt = ~np.isnan(expected) & (years >= model.first_year) & (years < year)
    outcome = np.where(learnt, before[model.outcome].cast(pl.Float64).fill_null(np.nan).to_numpy(), np.nan)
    known = None if model.outcome == OUTCOMES[0] else before["known"].to_numpy().astype(np.int64)
    now = years == year
    sums = past_of_dyads(sides, years, outcome, expected, model.pooling.decay, known)[now]
    place = np.full((int(world.states.max()) + 1,) * 2, -1, np.int64)
    place[world.states[world.first], world.states[world.second]] = np.arange(len(world.first))
    of_dyads = np.zeros((len(world.first), 2))
    of_dyads[place[sides[now, 0], sides[now, 1]]] = sums
    when = np.full(len(world.states), year)
    return Model(
        near=Uncertain.of(model.fitted),
        first=dict(zip(("intercept", *model.covariates), first.tolist(), strict=True)),
        offsets=np.array(model.offsets),
        decay=model.pooling.decay,
        dyad_weight=model.pooling.dyad_weight,
        state_weight=model.pooling.state_weight,
        dyads=of_dyads,
        states=state_sums(seen, world.states, when, model.pooling.decay),
    )


DURATIONS = DURATION
"""Columns that are functions of the peace years alone."""


@dataclass(frozen=True)
class Chances:
    """What the models say of the first year, and of years before.

    Attributes
    ----------
    fatal : (dyad,), probability that a dispute is fatal. war : (dyad,), that a fatal one is a war.
    events : disputes, fatal ones and wars of the last years, from which these levels were learnt.
    spread : standard deviation of the common yearly factor, in log odds.
    beginning : share of dyads with a new dispute that were in it from its first day.
    """

    fatal: Array
    war: Array
    events: tuple[int, int, int]
    spread: float
    beginning: float


def chances(models: Mapping[str, Disputes], rows: pl.DataFrame, world: World, record: Record) -> Chances:
    """Return how deadly disputes are, how years differ, and how many dyads are drawn in."""
    year = world.origin + 1
    told = {name: model.forecast(rows.filter(pl.col("year") <= year), year) for name, model in models.items()}
    any_one, fatal, war = (_spread(each, world) for each in nested(told).values())
    ratio = np.divide(fatal, any_one, out=np.zeros_like(fatal), where=any_one > 0)
    further = np.divide(war, fatal, out=np.zeros_like(war), where=fatal > 0)
    lately = pl.col("year").is_between(world.origin - YEARS + 1, world.origin)
    recent = rows.filter(lately)
    counts = [int(recent[name].sum()) for name in OUTCOMES]
    begun = record.table("dispute_dyad_years").filter(
        "onset", pl.col("year").is_between(world.origin - YEARS + 1, world.origin)
    )
    beginning = float((begun["originator1"] & begun["originator2"]).mean())  # type: ignore[arg-type]
    return Chances(
        ratio, further, (counts[0], counts[1], counts[2]), _differing(models[OUTCOMES[0]], rows, world.origin), beginning
    )


def _spread(told: pl.DataFrame, world: World) -> Array:
    """Probabilities of rows as an array of the world's dyads, zero where there is none."""
    place = {(one, other): at for at, (one, other) in enumerate(zip(world.first.tolist(), world.second.tolist(), strict=True))}
    at_code = {int(code): at for at, code in enumerate(world.states)}
    values = np.zeros(len(world.first))
    for one, other, probability in told.select("ccode1", "ccode2", "probability").drop_nulls().iter_rows():
        values[place[at_code[one], at_code[other]]] = probability
    return values


def _differing(model: Disputes, rows: pl.DataFrame, origin: int) -> float:
    """How much more years differ than dyads taken one by one would make them: a standard deviation of the log of the level.

    By moments, from the model's own years: the variance of observed over expected beyond that of independent dyads, over the
    dyads that were politically relevant in any of them, which have nearly all disputes.
    """
    known = rows.filter(pl.col("year") <= origin)
    relevant = known.filter("politically_relevant", pl.col("year") > origin - YEARS).select("ccode1", "ccode2").unique()
    followed = known.join(relevant, on=["ccode1", "ccode2"], how="semi", maintain_order="left")
    told = model.forecast(followed, origin - YEARS + 1).drop_nulls(["probability", model.outcome])
    p = pl.col("probability")
    years = (
        told.group_by("year").agg(seen=pl.col(model.outcome).sum(), expected=p.sum(), chance=(p * (1 - p)).sum()).sort("year")
    )
    seen, expected, chance = (years[name].cast(pl.Float64).to_numpy() for name in ("seen", "expected", "chance"))
    beyond = float((((seen - expected) ** 2 - chance) / expected**2).mean())
    return float(f"{np.sqrt(np.log1p(max(beyond, 0.0))):.{STEADY}g}")
