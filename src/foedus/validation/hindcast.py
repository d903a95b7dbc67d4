"""A hindcast: learn from what was known at a past origin, forecast what came after, and score it beside honest baselines.

At each origin every model of a mechanism (the full one, the one without each of its terms, the baselines) learns from the same
rows and forecasts the same later ones; `gains.py` compares them. Windows are looked at one by one, by era, and all together.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.estimation.conditional import ConditionalLogit
from foedus.estimation.design import Array, Design
from foedus.estimation.forecasters import Forecaster
from foedus.mechanisms.mechanism import Mechanism
from foedus.validation import scores
from foedus.validation.registration import Registration

M = TypeVar("M", bound=Mechanism)

FULL = "full model"
HEADLINE = "headline model"
"""The model that gives the headline numbers."""


@dataclass(frozen=True)
class Hindcast:
    """Forecasts of one outcome, from one origin or, put together, from several.

    Attributes
    ----------
    origin : last year learnt from; None for several windows together. first_year, last_year : years forecast.
    forecasts : name of the model → (row,) probability. outcome, cluster, year : (row,) of the rows forecast.
    sides : (row, 2), the two states of each row, where it is about two.
    """

    outcome_name: str
    origin: int | None
    first_year: int
    last_year: int
    forecasts: Mapping[str, Array]
    outcome: Array
    cluster: NDArray[np.int64]
    year: NDArray[np.int64]
    sides: NDArray[np.int64] | None = None

    @property
    def units(self) -> NDArray[np.int64]:
        """What is drawn in a resample: the two states of each row (row, 2), or its cluster (row,)."""
        return self.cluster if self.sides is None else self.sides


def hindcast(
    name: str, models: Mapping[str, Forecaster], design: Design, origin: tuple[int, int, int], *, at_once: bool = False
) -> Hindcast:
    """Return the forecasts of every model from one origin (last year learnt from, first and last year forecast).

    With `at_once` all years of the window are forecast from the origin, so that no outcome of an earlier one is known.
    """
    return of_window(name, forecasts(models, design, origin, at_once=at_once), design, origin)


def forecasts(
    models: Mapping[str, Forecaster], design: Design, origin: tuple[int, int, int], *, at_once: bool = False
) -> dict[str, Array]:
    """Return, by model, the forecast of each row of the window (row,), as in `hindcast`."""
    learnt, first, last = origin
    past, later = design.where(design.year <= learnt), design.where((design.year >= first) & (design.year <= last))
    seen = replace(later, outcome=np.full(len(later.outcome), np.nan)) if at_once else later
    return {each: model.learn(past)(seen) for each, model in models.items()}


def of_window(name: str, forecasts: Mapping[str, Array], design: Design, origin: tuple[int, int, int]) -> Hindcast:
    """Return the forecasts of a window beside what came."""
    learnt, first, last = origin
    later = design.where((design.year >= first) & (design.year <= last))
    return Hindcast(name, learnt, first, last, forecasts, later.outcome, later.cluster, later.year, later.sides)


def chained(window: Hindcast, wider: Hindcast, models: Mapping[str, Forecaster]) -> Hindcast:
    """Return a window whose models tell their outcome given the wider one, as forecasts of the outcome itself.

    The wider window holds all its rows, and perhaps others.
    """
    place = places(window, wider)
    forecasts = {
        name: told * wider.forecasts[name][place] if isinstance(models[name], ConditionalLogit) else told
        for name, told in window.forecasts.items()
    }
    return replace(window, forecasts=forecasts)


def places(rows: Hindcast | Design, among: Hindcast | Design) -> NDArray[np.int64]:
    """Return where each row stands among others, found by cluster and year (row,); raises ValueError if one does not.

    >>> def rows(years): return Design(np.empty((2, 0)), (), np.zeros(2), np.array([7, 7]), np.array(years))
    >>> places(rows([1990, 1991]), rows([1991, 1990])).tolist()
    [1, 0]
    """
    base = int(max(rows.year.max(initial=0), among.year.max(initial=0))) + 1
    key, keys = (each.cluster * base + each.year for each in (rows, among))
    order = np.argsort(keys)
    place: NDArray[np.int64] = order[np.minimum(np.searchsorted(keys, key, sorter=order), len(order) - 1)]
    if not np.array_equal(keys[place], key):
        raise ValueError("rows of an outcome that are not among those of the wider one")
    return place


def by_window(design: Design, origins: Sequence[tuple[int, int, int]], *, in_place: bool = False) -> Design:
    """Return the rows so that those learnt from, and those forecast, lie together at every origin; else in their order.

    in_place : as in `Design.in_order`.

    >>> years = np.array([1991, 1990, 1992, 1990])
    >>> design = Design(np.empty((4, 0)), (), np.zeros(4), np.arange(4), years)
    >>> by_window(design, [(1990, 1991, 1992)]).cluster.tolist()
    [1, 3, 0, 2]
    """
    bounds = sorted({year for learnt, first, last in origins for year in (learnt + 1, first, last + 1)})
    return design.in_order(np.argsort(np.searchsorted(bounds, design.year, "right"), kind="stable"), in_place=in_place)


def together(windows: Sequence[Hindcast], *models: str) -> Hindcast:
    """Return windows, in their order, as one, with the forecasts of these models: those of all may take much room."""
    first, last = windows[0], windows[-1]

    def joined(part: str) -> Any:
        return np.concatenate([getattr(each, part) for each in windows])

    sides = None if first.sides is None else joined("sides")
    return Hindcast(
        outcome_name=first.outcome_name,
        origin=None,
        first_year=first.first_year,
        last_year=last.last_year,
        forecasts={model: of_model(windows, model) for model in models},
        outcome=joined("outcome"),
        cluster=joined("cluster"),
        year=joined("year"),
        sides=sides,
    )


def of_model(windows: Sequence[Hindcast], model: str) -> Array:
    """Return what one model says of the rows of windows, in their order (row,)."""
    return np.concatenate([each.forecasts[model] for each in windows])


def with_terms(mechanism: M, terms: Collection[str]) -> M:
    """Return the mechanism with its core and these of its other terms."""
    kept = tuple(term for term in mechanism.terms if term in mechanism.core or term in terms)
    return replace(mechanism, terms=kept)  # type: ignore[type-var]


def eras_and_all(windows: Sequence[Hindcast], registration: Registration) -> list[Sequence[Hindcast]]:
    """Return the windows of each era, as far as there are any, and last all windows."""
    eras = [[each for each in windows if first <= each.first_year <= last] for first, last in registration.eras]
    return [*filter(None, eras), windows]


def spans(windows: Sequence[Hindcast], registration: Registration) -> list[tuple[Hindcast, Sequence[Hindcast]]]:
    """Return every window, then the windows of each era together, and last all windows, each with the windows it is made of.

    Forecasts are in those alone, not in what they are together.
    """
    parts = eras_and_all(windows, registration)
    return [*((window, [window]) for window in windows), *((together(part), part) for part in parts)]


def best_of(windows: Sequence[Hindcast], registration: Registration) -> str:
    """Return the registered baseline with the best score over all windows."""
    score, outcome = scores.PROPER[registration.score][registration.score], together(windows).outcome
    return min(registration.baselines, key=lambda name: score(of_model(windows, name), outcome).mean())


def score_table(windows: Sequence[Hindcast], registration: Registration) -> pl.DataFrame:
    """Return one row a span of windows (`spans`) and model.

    The columns are outcome, origin, first_year, last_year, model, n, then, of probabilities, events, log_score, brier, roc_auc,
    pr_auc, and, of amounts, squared_error and absolute_error. `origin` is null for several windows together. The area under
    the ROC curve of several is the mean of theirs, for each window's model is another: a ranking of all their rows would set
    the one's forecasts against the other's. The areas are null where all or none had the outcome.
    """
    return pl.concat([_scores(span, parts, registration.score) for span, parts in spans(windows, registration)])


def _scores(span: Hindcast, parts: Sequence[Hindcast], score: str) -> pl.DataFrame:
    rows = [_scores_of(name, span, parts, score) for name in parts[0].forecasts]
    areas = {"roc_auc": pl.Float64, "pr_auc": pl.Float64} if scores.of_yes_or_no(score) else {}
    return pl.DataFrame(rows, schema_overrides={"origin": pl.Int64, **areas})


def _scores_of(model: str, span: Hindcast, parts: Sequence[Hindcast], score: str) -> dict[str, Any]:
    outcome, forecast = span.outcome, of_model(parts, model)
    return {
        "outcome": span.outcome_name,
        "origin": span.origin,
        "first_year": span.first_year,
        "last_year": span.last_year,
        "model": model,
        "n": len(outcome),
        **({"events": int(outcome.sum())} if scores.of_yes_or_no(score) else {}),
        **{kind.replace(" ", "_"): float(of(forecast, outcome).mean()) for kind, of in scores.PROPER[score].items()},
        **(_areas(model, parts, forecast, outcome) if scores.of_yes_or_no(score) else {}),
    }


def _areas(model: str, parts: Sequence[Hindcast], forecast: Array, outcome: Array) -> dict[str, float | None]:
    """The area under the ROC curve, a mean over the windows, and that under the precision–recall curve of all rows."""
    roc = [scores.roc_auc(each.forecasts[model], each.outcome) for each in varying(parts)]
    pr = scores.pr_auc(forecast, outcome) if roc else None
    return {"roc_auc": float(np.mean(roc)) if roc else None, "pr_auc": pr}


def varying(windows: Sequence[Hindcast]) -> list[Hindcast]:
    """Return the windows of which some rows had the outcome and some had not: the others rank nothing."""
    return [each for each in windows if 0 < each.outcome.sum() < len(each.outcome)]
