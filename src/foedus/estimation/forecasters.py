"""What may forecast a yes-or-no outcome: logits of some covariates, and the honest baselines that they have to beat.

Each learns from rows up to a forecast origin and then gives the probability of the outcome for later rows. A forecast of a
row rests on parameters learnt up to the origin and on what was known before the row's year: the outcomes of earlier years
are known by then as far as `Design.known` says so, that of the row's own year is not, and no forecaster looks at it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from foedus.estimation.design import Design
from foedus.estimation.estimate import expit
from foedus.estimation.history import COLUMNS, amounts, arrivals, discounted
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


@dataclass(frozen=True)
class Pooling:
    """How a dyad's history enters a logit, and over which years the logit is recalibrated.

    Attributes
    ----------
    decay : what a year's news is worth a year later; .95, a half-life of thirteen years.
    dyad_weight, state_weight : k of `history.log_ratio`: so many expected events halve what is drawn towards the model.
    years : the last years before the origin in which predicted and observed outcomes are made to agree.

    Decay, weights and years were chosen on forecasts of 1921–1960.
    """

    decay: float = 0.95
    dyad_weight: float = 1.0
    state_weight: float = 5.0
    years: int = 30


@dataclass(frozen=True)
class PooledLogit:
    """A logit in two steps: what the covariates expect gives each unit its history; then all of it together, recalibrated.

    Attributes
    ----------
    covariates : columns of both steps. duration : columns of the second step alone, since how long peace has lasted is history
        too. history : whether the two columns of `history.COLUMNS` enter the second step.
    """

    covariates: tuple[str, ...]
    duration: tuple[str, ...]
    history: bool = True
    pooling: Pooling = field(default_factory=Pooling)

    def learn(self, known: Design) -> Forecast:
        """Return the forecast; raises InputError if the outcome never varies."""
        steps = self.steps(known)
        return lambda later: expit(steps.log_odds(self.second(later, steps.first, earlier=(known, steps.expected))))

    def steps(self, known: Design) -> Steps:
        """Return what either step learns, and the recalibration."""
        columns = (*self.duration, *self.covariates)
        if not self.history:
            coefficients = maximise(known, columns)
            odds = log_odds(coefficients, known, columns)
            return Steps(None, np.empty(0), coefficients, recalibration(odds, known, self.pooling.years))
        first = maximise(known, self.covariates)
        expected = expit(log_odds(first, known, self.covariates))
        beside = COLUMNS, self._ratios(known, expected)
        second = maximise(known, columns, beside)
        odds = log_odds(second, known, columns, beside)
        return Steps(first, expected, second, recalibration(odds, known, self.pooling.years))

    def second(self, rows: Design, first: Array | None, earlier: tuple[Design, Array] | None = None) -> Design:
        """Return rows as the second step needs them: with their history, which what was known `earlier` is part of.

        `earlier` are rows, and the probability that the first step gives each.
        """
        columns = (*self.duration, *self.covariates)
        if first is None:
            return rows.only(columns)
        expected = expit(log_odds(first, rows, self.covariates))
        if earlier is None:
            return rows.beside(self._ratios(rows, expected), COLUMNS, own=columns)
        known, known_expected = earlier
        every = rows.after(known)
        ratios = self._ratios(every, np.append(known_expected, expected))[-len(rows.year) :]
        return rows.beside(ratios, COLUMNS, own=columns)

    def _ratios(self, rows: Design, expected: Array) -> Array:
        """The two columns of history (row, 2)."""
        ratios = rows.ledger(self.pooling.decay).past(expected)
        return ratios.log_ratios(self.pooling.dyad_weight, self.pooling.state_weight)


@dataclass(frozen=True)
class Steps:
    """What a `PooledLogit` has learnt.

    Attributes
    ----------
    first, second : coefficients of either step, intercept first; there is no first step without history.
    expected : (row,), what the first step gives the rows learnt from. shift : what recalibration adds to the log odds.
    """

    first: Array | None
    expected: Array
    second: Array
    shift: float

    def log_odds(self, rows: Design) -> Array:
        """Return the recalibrated log odds of rows with the columns of the second step, (row,)."""
        return log_odds(self.second, rows) + self.shift


def log_odds(coefficients: Array, rows: Design, columns: Iterable[str] | None = None, beside: Beside | None = None) -> Array:
    """Return the linear predictor (row,) for coefficients that begin with the intercept.

    They are of the columns named, by default all, in the design's own order, then of those `beside`.
    """
    parts = [(rows.matrix, rows.places(columns))]
    if beside is not None:
        parts.append((beside[1], [*range(len(beside[0]))]))
    return Rows(parts, rows.outcome).predictor(coefficients)


def recalibration(odds: Array, rows: Design, years: int) -> float:
    """Return what to add to the log odds so that predicted and observed outcomes agree over the last `years`.

    Nothing, where none or all of those rows had the outcome.

    >>> rows = Design(np.empty((4, 0)), (), np.array([0.0, 0, 0, 1]), np.arange(4), np.full(4, 1950))
    >>> round(recalibration(np.zeros(4), rows, 10), 4)
    -1.0986
    """
    from scipy.optimize import brentq

    recent = rows.year > rows.year.max() - years
    happened, centre = float(rows.as_known[recent].sum()), odds[recent]
    if not 0 < happened < len(centre):
        return 0.0
    return float(brentq(lambda shift: expit(centre + shift).sum() - happened, -30.0, 30.0))
