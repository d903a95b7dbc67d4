"""A hindcast: learn from what was known at a past origin, forecast what came after, and score it beside honest baselines.

At each origin every model of a mechanism (the full one, the one without each of its terms, the baselines) learns from the same
rows and forecasts the same later ones. What a term adds is the difference of the scores, with an interval from a bootstrap that
resamples whole clusters, since the years of one dyad are not independent. Windows are looked at one by one, by era, and all
together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.mechanisms.estimate import Array, Design
from foedus.mechanisms.forecasters import Forecaster
from foedus.validation import scores
from foedus.validation.registration import Registration

FULL = "full model"
HEADLINE = "headline model"
"""The model of the terms that earned their place."""


@dataclass(frozen=True)
class Hindcast:
    """Forecasts of one outcome, from one origin or, put together, from several.

    Attributes
    ----------
    origin : last year learnt from; None for several windows together. first_year, last_year : years forecast.
    forecasts : name of the model → (row,) probability. outcome, cluster, year : (row,) of the rows forecast.
    """

    outcome_name: str
    origin: int | None
    first_year: int
    last_year: int
    forecasts: Mapping[str, Array]
    outcome: Array
    cluster: NDArray[np.int64]
    year: NDArray[np.int64]


@dataclass(frozen=True)
class Contest:
    """What a term is worth: the score of the rival less that of the contender."""

    term: str
    rival: str
    contender: str


def hindcast(name: str, models: Mapping[str, Forecaster], design: Design, origin: tuple[int, int, int]) -> Hindcast:
    """Return the forecasts of every model from one origin (last year learnt from, first and last year forecast)."""
    learnt, first, last = origin
    past, later = design.where(design.year <= learnt), design.where((design.year >= first) & (design.year <= last))
    forecasts = {each: model.learn(past)(later) for each, model in models.items()}
    return Hindcast(name, learnt, first, last, forecasts, later.outcome, later.cluster, later.year)


def together(windows: Sequence[Hindcast], years: tuple[int, int]) -> Hindcast:
    """Return the forecasts of all windows that lie in `years` as one."""
    chosen = [each for each in windows if years[0] <= each.first_year and each.last_year <= years[1]]

    def joined(part: str) -> Array:
        return np.concatenate([getattr(each, part) for each in chosen])

    forecasts = {name: np.concatenate([each.forecasts[name] for each in chosen]) for name in chosen[0].forecasts}
    cluster, year = joined("cluster").astype(np.int64), joined("year").astype(np.int64)
    return Hindcast(chosen[0].outcome_name, None, *years, forecasts, joined("outcome"), cluster, year)


def spans(windows: Sequence[Hindcast], registration: Registration) -> list[Hindcast]:
    """Return every window, then each era and all windows together."""
    return [*windows, *(together(windows, years) for years in (*registration.eras, registration.years))]


def score_table(hindcast: Hindcast) -> pl.DataFrame:
    """Return one row a model: outcome, origin, first_year, last_year, model, n, events, brier, log_score, roc_auc, pr_auc.

    `origin` is null for several windows together; the areas are null where all or none had the outcome.
    """
    events, n = int(hindcast.outcome.sum()), len(hindcast.outcome)
    varies = 0 < events < n
    rows = [
        {
            "outcome": hindcast.outcome_name,
            "origin": hindcast.origin,
            "first_year": hindcast.first_year,
            "last_year": hindcast.last_year,
            "model": name,
            "n": n,
            "events": events,
            "brier": float(scores.brier(forecast, hindcast.outcome).mean()),
            "log_score": float(scores.log_score(forecast, hindcast.outcome).mean()),
            "roc_auc": scores.roc_auc(forecast, hindcast.outcome) if varies else None,
            "pr_auc": scores.pr_auc(forecast, hindcast.outcome) if varies else None,
        }
        for name, forecast in hindcast.forecasts.items()
    ]
    return pl.DataFrame(rows, schema_overrides={"origin": pl.Int64, "roc_auc": pl.Float64, "pr_auc": pl.Float64})


def gain_table(hindcast: Hindcast, contests: Sequence[Contest], registration: Registration) -> pl.DataFrame:
    """Return what each contest shows, by each score.

    One row a term and score: outcome, origin, first_year, last_year, term, against, score, gain, low, high, skill, skill_low,
    skill_high. Gains are positive where the term helps, in the score's own unit per row; skill is the gain over the score of
    the rival.
    """
    gains = [gain for contest in contests for gain in _gains(hindcast, contest)]
    resampled = resample([gain.per_row for gain in gains], hindcast.cluster, registration.bootstrap, registration.seed)
    levels = [(1 - registration.level) / 2, (1 + registration.level) / 2]
    bounds = np.quantile(resampled, levels, axis=0) + np.array([gain.constant for gain in gains])
    rows = [
        (
            *(hindcast.outcome_name, hindcast.origin, hindcast.first_year, hindcast.last_year),
            *(gain.contest.term, gain.contest.rival, gain.score),
            *(gain.value, float(low), float(high)),
            *(gain.value / gain.rival, float(low) / gain.rival, float(high) / gain.rival),
        )
        for gain, low, high in zip(gains, *bounds, strict=True)
    ]
    names = ["outcome", "origin", "first_year", "last_year", "term", "against", "score"]
    amounts = ["gain", "low", "high", "skill", "skill_low", "skill_high"]
    return pl.DataFrame(rows, schema=[*names, *amounts], orient="row", schema_overrides={"origin": pl.Int64})


@dataclass(frozen=True)
class _Gain:
    """A gain by one score, the rival's score, and what each row adds (row,): the gain is their sum plus a constant."""

    contest: Contest
    score: str
    value: float
    rival: float
    per_row: Array
    constant: float


def _gains(hindcast: Hindcast, contest: Contest) -> Iterable[_Gain]:
    outcome, n = hindcast.outcome, len(hindcast.outcome)
    rival, contender = hindcast.forecasts[contest.rival], hindcast.forecasts[contest.contender]
    for name, score in (("log score", scores.log_score), ("brier", scores.brier)):
        before, after = score(rival, outcome), score(contender, outcome)
        per_row = (before - after) / n
        yield _Gain(contest, name, float(per_row.sum()), float(before.mean()), per_row, 0.0)
    if 0 < outcome.sum() < n:
        (area, influence), (gained, more) = (scores.roc_auc_and_influence(each, outcome) for each in (rival, contender))
        yield _Gain(contest, "roc_auc", gained - area, area, more - influence, gained - area)


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
