"""A hindcast: fit to what was known at a past origin, forecast what came after, and score it beside honest baselines.

For each outcome and origin the full model, the baselines and the model without each of its terms are fitted to the same rows
and scored on the same later rows. What a term adds is the difference of the scores, with an interval from a bootstrap that
resamples whole dyads, since the years of one dyad are not independent.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.mechanisms.disputes import DURATION, TERMS, Disputes
from foedus.mechanisms.estimate import Array, Design, expit, information, maximise, restricted
from foedus.validation import scores


@dataclass(frozen=True)
class Registration:
    """What a mechanism must show, as set down in `preregistered.toml` before its numbers were seen."""

    outcomes: tuple[str, ...]
    origins: tuple[tuple[int, int, int], ...]
    baselines: tuple[str, ...]
    score: str
    bootstrap: int
    seed: int
    level: float
    smallest: float


@cache
def registrations() -> dict[str, Registration]:
    """Return the registration of every mechanism, by name."""
    with Path(__file__).with_name("preregistered.toml").open("rb") as file:
        entries = tomllib.load(file)
    return {
        name: Registration(
            **{
                **entry,
                "outcomes": tuple(entry["outcomes"]),
                "baselines": tuple(entry["baselines"]),
                "origins": tuple((last, first, end) for last, first, end in entry["origins"]),
            }
        )
        for name, entry in entries.items()
    }


@dataclass(frozen=True)
class Hindcast:
    """Forecasts of one outcome from one origin.

    Attributes
    ----------
    fitted_to : the forecast origin, last year learnt from. first_year, last_year : years forecast.
    coefficients : (term,) of the full model, intercept first.
    forecasts : name of the model → (row,) probability. The names are "full model", the baselines, "without <term>", and
        "headline model" for the terms that earned their place.
    outcome, cluster : (row,) of the forecast rows.
    """

    outcome_name: str
    fitted_to: int
    first_year: int
    last_year: int
    coefficients: Array
    forecasts: Mapping[str, Array]
    outcome: Array
    cluster: NDArray[np.int64]


FULL = "full model"
HEADLINE = "headline model"


def without(term: str) -> str:
    """Name of the model that lacks a term."""
    return f"without {term}"


@dataclass(frozen=True)
class Judged:
    """A hindcast with its scores (`score_table`) and what each term added (`gain_table`)."""

    hindcast: Hindcast
    scores: pl.DataFrame
    gains: pl.DataFrame


def hindcasts(mechanism: Disputes, design: Design, registration: Registration) -> list[Judged]:
    """Return one judged hindcast per origin, each fit started from the one before."""
    judged: list[Judged] = []
    for origin in registration.origins:
        start = judged[-1].hindcast.coefficients if judged else None
        judged.append(_judged(_hindcast(mechanism, design, origin, start), registration))
    return judged


def headline_hindcasts(past: Sequence[Judged], headline: Disputes, design: Design, registration: Registration) -> list[Judged]:
    """Return, per origin, the forecasts of the terms that earned their place beside those of the baselines, judged."""
    judged = []
    for earlier, origin in zip(past, registration.origins, strict=True):
        learnt, later = _split(design, headline.first_year, origin)
        kept = [0, *(place for place, name in enumerate(design.columns, 1) if name in headline.columns)]
        coefficients = maximise(learnt.only(headline.columns), earlier.hindcast.coefficients[kept])
        baselines = {name: earlier.hindcast.forecasts[name] for name in registration.baselines}
        forecasts = {**baselines, HEADLINE: _forecast(coefficients, later.only(headline.columns))}
        made = _judged(replace(earlier.hindcast, forecasts=forecasts), registration)
        judged.append(replace(made, scores=made.scores.filter(pl.col("model") == HEADLINE)))
    return judged


def _split(design: Design, first_year: int, origin: tuple[int, int, int]) -> tuple[Design, Design]:
    """The rows learnt from at an origin, and those forecast from it."""
    fitted_to, first, last = origin
    learnt = design.where((design.year >= first_year) & (design.year <= fitted_to))
    return learnt, design.where((design.year >= first) & (design.year <= last))


def _judged(hindcast: Hindcast, registration: Registration) -> Judged:
    scored = {name: _score(forecast, hindcast.outcome) for name, forecast in hindcast.forecasts.items()}
    return Judged(hindcast, score_table(hindcast, scored), gain_table(hindcast, scored, registration))


def _hindcast(mechanism: Disputes, design: Design, origin: tuple[int, int, int], start: Array | None) -> Hindcast:
    past, later = _split(design, mechanism.first_year, origin)
    full = maximise(past, start)
    known = information(past, full)

    def refitted(columns: Collection[str]) -> Array:
        kept = [0, *(place for place, name in enumerate(past.columns, 1) if name in columns)]
        return _forecast(maximise(past.only(columns), restricted(full, known, kept)), later.only(columns))

    forecasts = {FULL: _forecast(full, later), "base rate": np.full(len(later.outcome), past.outcome.mean())}
    forecasts["peace years only"] = refitted(DURATION)
    for term in mechanism.terms:
        forecasts[without(term)] = refitted(set(design.columns) - set(TERMS[term]))
    return Hindcast(mechanism.outcome, *origin, full, forecasts, later.outcome, later.cluster)


def _forecast(coefficients: Array, later: Design) -> Array:
    return expit(coefficients[0] + later.matrix @ coefficients[1:])


@dataclass(frozen=True)
class Scored:
    """One model's forecasts, scored.

    Attributes
    ----------
    log, brier : (row,) score of each forecast. area : area under the ROC curve. influence : (row,) of each row on that area.
    precision : area under the precision–recall curve.
    """

    log: Array
    brier: Array
    area: float
    influence: Array
    precision: float


def _score(forecast: Array, outcome: Array) -> Scored:
    area, influence = scores.roc_auc_and_influence(forecast, outcome)
    return Scored(
        scores.log_score(forecast, outcome), scores.brier(forecast, outcome), area, influence, scores.pr_auc(forecast, outcome)
    )


def score_table(hindcast: Hindcast, scored: Mapping[str, Scored]) -> pl.DataFrame:
    """Return one row a model: outcome, origin, first_year, last_year, model, n, events, brier, log_score, roc_auc, pr_auc."""
    rows = [
        {
            "outcome": hindcast.outcome_name,
            "origin": hindcast.fitted_to,
            "first_year": hindcast.first_year,
            "last_year": hindcast.last_year,
            "model": name,
            "n": len(hindcast.outcome),
            "events": int(hindcast.outcome.sum()),
            "brier": float(model.brier.mean()),
            "log_score": float(model.log.mean()),
            "roc_auc": model.area,
            "pr_auc": model.precision,
        }
        for name, model in scored.items()
    ]
    return pl.DataFrame(rows)


def gain_table(hindcast: Hindcast, scored: Mapping[str, Scored], registration: Registration) -> pl.DataFrame:
    """Return what each term, or the headline model against the best baseline, adds at one origin.

    One row a term ("headline" for the headline model) and score: outcome, origin, term, against, score, gain,
    low, high, share. Gains are positive where the term helps, in the score's own unit per dyad-year; share is the
    gain over the score of the rival.
    """
    best = min(registration.baselines, key=lambda name: scored[name].log.mean())
    contests = [(name.removeprefix("without "), name, FULL) for name in scored if name.startswith("without ")]
    contests += [("headline", best, HEADLINE)] if HEADLINE in scored else []
    gains = {
        (term, rival, score): gain
        for term, rival, contender in contests
        for score, gain in _gains(scored[rival], scored[contender]).items()
    }
    resampled = resample([gain.per_row for gain in gains.values()], hindcast.cluster, registration.bootstrap, registration.seed)
    levels = [(1 - registration.level) / 2, (1 + registration.level) / 2]
    bounds = np.quantile(resampled, levels, axis=0) + np.array([gain.constant for gain in gains.values()])
    rows = [
        (hindcast.outcome_name, hindcast.fitted_to, *contest, gain.value, float(low), float(high), gain.share)
        for (contest, gain), low, high in zip(gains.items(), *bounds, strict=True)
    ]
    return pl.DataFrame(
        rows, schema=["outcome", "origin", "term", "against", "score", "gain", "low", "high", "share"], orient="row"
    )


@dataclass(frozen=True)
class Gain:
    """A gain, its share of the rival's score, and what each row adds to it (row,): the gain is their sum plus a constant."""

    value: float
    share: float
    per_row: Array
    constant: float


def _gains(rival: Scored, full: Scored) -> dict[str, Gain]:
    n = len(full.log)
    log, brier = (rival.log - full.log) / n, (rival.brier - full.brier) / n
    area = full.area - rival.area
    return {
        "log score": Gain(float(log.sum()), float(log.sum() / rival.log.mean()), log, 0.0),
        "brier": Gain(float(brier.sum()), float(brier.sum() / rival.brier.mean()), brier, 0.0),
        "roc_auc": Gain(area, area / rival.area, full.influence - rival.influence, area),
    }


def resample(per_row: Sequence[Array], cluster: NDArray[np.int64], resamples: int, seed: int) -> Array:
    """Return the sums of each per-row quantity in resamples that draw whole clusters with replacement, (resample, quantity)."""
    groups, codes = np.unique(cluster, return_inverse=True)
    per_cluster = np.column_stack([np.bincount(codes, weights=values, minlength=len(groups)) for values in per_row])
    generator = np.random.Generator(np.random.PCG64(seed))
    sums = np.empty((resamples, per_cluster.shape[1]))
    for place in range(resamples):
        drawn = np.bincount(generator.integers(0, len(groups), len(groups)), minlength=len(groups))
        sums[place] = drawn @ per_cluster
    return sums


def grade(gains: pl.DataFrame, smallest: float) -> str:
    """Return the grade the registered rule gives to the gains of one term at every origin (columns low, high, share).

    >>> grade(pl.DataFrame({"low": [0.1, 0.2, -0.1], "high": [0.3, 0.4, 0.1], "share": [0.02, 0.03, 0.0]}), 0.005)
    'supported'
    >>> grade(pl.DataFrame({"low": [0.1, 0.2, 0.1], "high": [0.3, 0.4, 0.1], "share": [0.001, 0.001, 0.001]}), 0.005)
    'not supported'
    """
    clear, harmful = verdicts(gains, smallest)
    if 2 * clear > gains.height and not harmful:
        return "supported"
    return "mixed" if clear else "not supported"


def verdicts(gains: pl.DataFrame, smallest: float) -> tuple[int, int]:
    """Return at how many origins a term was a clear gain, and at how many clearly harmful."""
    clear = (gains["low"] > 0) & (gains["share"] >= smallest)
    harmful = (gains["high"] < 0) & (gains["share"] <= -smallest)
    return int(clear.sum()), int(harmful.sum())


def earned(mechanism: Disputes, grades: Mapping[str, str]) -> Disputes:
    """Return the mechanism with only the terms that earned their place."""
    return replace(mechanism, terms=tuple(term for term in mechanism.terms if grades[term] == "supported"))
