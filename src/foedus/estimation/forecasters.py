"""What may forecast a yes-or-no outcome: logits of some covariates, and the honest baselines that they have to beat.

Each learns from rows up to a forecast origin and then gives the probability of the outcome for later rows. A forecast of a
row rests on parameters learnt up to the origin and on what was known before the row's year: the outcomes of earlier years
are known by then as far as `Design.known` says so, that of the row's own year is not, and no forecaster looks at it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from foedus.estimation.design import Design
from foedus.estimation.estimate import expit
from foedus.estimation.history import amounts, arrivals, discounted
from foedus.estimation.likelihood import Array, Rows
from foedus.estimation.logit import Beside, maximise

Forecast = Callable[[Design], Array]
"""What has been learnt: from later rows to the probability of the outcome in each, (row,)."""


class Forecaster(Protocol):
    """Something that learns to forecast."""

    def learn(self, known: Design) -> Forecast:
        """Return what the rows up to the origin teach."""


@dataclass(frozen=True)
class Logit:
    """A logit of the outcome on some columns of the design."""

    columns: tuple[str, ...]

    def learn(self, known: Design) -> Forecast:
        """Return the forecast of the logit that fits best; raises InputError if the outcome never varies."""
        coefficients = maximise(known, self.columns)
        return lambda later: expit(log_odds(coefficients, later.only(self.columns)))


@dataclass(frozen=True)
class BaseRate:
    """The mean of the outcome over all years up to the origin, or over the last `years` of them."""

    years: int | None = None

    def learn(self, known: Design) -> Forecast:
        """Return the mean, for every row.

        >>> known = Design(np.empty((4, 0)), (), np.array([1.0, 1, 0, 0]), np.arange(4), np.array([1900, 1901, 1902, 1903]))
        >>> BaseRate().learn(known)(known).tolist(), BaseRate(years=2).learn(known)(known).tolist()
        ([0.5, 0.5, 0.5, 0.5], [0.0, 0.0, 0.0, 0.0])
        """
        recent = known.year > known.year.max() - self.years if self.years else np.ones(len(known.year), np.bool_)
        mean = float(known.as_known[recent].mean())
        return lambda later: np.full(len(later.outcome), mean)


@dataclass(frozen=True)
class OwnRate:
    """How often the outcome came in the row's cluster before, drawn towards the base rate.

    The cluster's years count beside so many years of the base rate as hold `weight` events. Of .01, .03, .1 and .3 the default
    forecast the disputes of 1921–1960 best.
    """

    weight: float = 0.1

    def learn(self, known: Design) -> Forecast:
        """Return the shrunken rate; it goes on counting in the years forecast.

        >>> from dataclasses import replace
        >>> cluster, year = np.array([7, 7, 9, 9]), np.array([1900, 1901, 1900, 1901])
        >>> known = Design(np.empty((4, 0)), (), np.array([1.0, 1, 0, 0]), cluster, year)
        >>> OwnRate(weight=1.0).learn(known)(replace(known, year=year + 2)).round(2).tolist()
        [0.75, 0.8, 0.25, 0.2]
        """
        rate = float(known.as_known.mean()) or 0.5 / len(known.outcome)

        def forecast(later: Design) -> Array:
            both = later.after(known)
            unit = np.unique(both.cluster, return_inverse=True)[1]
            news = arrivals(both.year, amounts(both.outcome, np.ones(len(unit))), both.known)
            sums = discounted(unit[news.row], news.year, news.amount, 1.0)[len(known.year) : len(both.year)]
            shrunken: Array = (sums[:, 0] + self.weight) / (sums[:, 1] + self.weight / rate)
            return shrunken

        return forecast


def log_odds(coefficients: Array, rows: Design, columns: Iterable[str] | None = None, beside: Beside | None = None) -> Array:
    """Return the linear predictor (row,) for coefficients that begin with the intercept.

    They are of the columns named, by default all, in the design's own order, then of those `beside`.
    """
    parts = [(rows.matrix, rows.places(columns))]
    if beside is not None:
        parts.append((beside[1], [*range(len(beside[0]))]))
    return Rows(parts, rows.outcome).predictor(coefficients)
