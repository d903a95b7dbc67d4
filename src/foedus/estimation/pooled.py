"""A logit with the past of its units: many columns held by a penalty, learnt from years that weigh less the older they are.

A first logit, on covariates alone, says how often the outcome was to be expected of each unit; `history.py` sets what came
beside that. A second, penalised (`ridge.py`), takes covariates, what happened lately and the histories together. In it

    a year weighs half as much as one `half_life` years later, for the relation drifts;
    a year weighs less, the more outcomes it has beyond `most` times the median year: one war draws in many units, and what
        a hundred of its outcomes tell is not a hundred times what one tells;
    a row of which the first logit expects less than LITTLE is taken once in THINNED times, and then counts THINNED times: what
        such rows tell they tell alike (local case-control sampling, Fithian & Hastie 2014).

Few units are ever as prone as the most prone ones, and what is said of them came true too seldom: of log odds above those of
the probability `high`, what lies beyond counts `beyond` times (`tempered`). The intercept is then set so that predicted and
observed outcomes agree in the last years, by the same weights. A forecast from what was known years before has a logit of its
own, learnt from rows as they stood `ahead` years before the outcome: how fast news fades is learnt, not assumed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from foedus.errors import InputError
from foedus.estimation.design import Array, Design
from foedus.estimation.estimate import Estimate, expit
from foedus.estimation.forecasters import Forecast, log_odds
from foedus.estimation.history import COLUMNS
from foedus.estimation.likelihood import Rows
from foedus.estimation.logit import maximise
from foedus.estimation.ridge import covariance_of, shrink

LITTLE, THINNED = 0.002, 12
"""Expectation below which rows are thinned, and how many of them one stands for."""

Years = NDArray[np.int64]


@dataclass(frozen=True)
class Pooling:
    """How a unit's history enters a logit, how much each year counts, and over which years the logit is recalibrated.

    Attributes
    ----------
    decay : what a year's news is worth a year later; .95, a half-life of thirteen years.
    dyad_weight, state_weight : k of `history.log_ratio`: so many expected events halve what is drawn towards the model.
    years : the last years before the origin in which predicted and observed outcomes are made to agree.
    penalty : of `ridge.shrink`.
    half_life : years in which what a year weighs in the estimate halves.
    most : times the outcomes of the median year up to which a year's rows count in full.
    ahead : first and last year between a row as it is known and the outcome that the logit for old news learns to forecast.
    high : probability above which log odds are tempered. beyond : times that they count there.

    Decay, weights of the history and years were chosen on forecasts of 1921–1960, the others as `preregistered.toml` says.
    """

    decay: float = 0.95
    dyad_weight: float = 1.0
    state_weight: float = 5.0
    years: int = 30
    penalty: float = 30.0
    half_life: float = 25.0
    most: float = 2.0
    ahead: tuple[int, int] = (10, 14)
    high: float = 0.3
    beyond: float = 0.5

    @property
    def edge(self) -> float:
        """The log odds of `high`."""
        return math.log(self.high / (1 - self.high))

    def tempered(self, odds: Array) -> Array:
        """Return log odds with those above the ones of `high` drawn towards these.

        >>> Pooling(high=0.5, beyond=0.5).tempered(np.array([-1.0, 0.0, 2.0])).tolist()
        [-1.0, 0.0, 1.0]
        """
        return tempered(odds, self.edge, self.beyond)


def tempered(odds: Array, edge: float, beyond: float) -> Array:
    """Return log odds of which what lies above `edge` counts `beyond` times.

    >>> tempered(np.array([-1.0, 0.0, 2.0]), 0.0, 0.5).tolist()
    [-1.0, 0.0, 1.0]
    """
    kept: Array = np.where(odds > edge, edge + beyond * (odds - edge), odds)
    return kept


@dataclass(frozen=True)
class PooledLogit:
    """The logit in two steps.

    Attributes
    ----------
    covariates : columns of both steps. late : columns of the second step alone: how long peace has lasted and what happened
        lately is history too. history : whether the two columns of `history.COLUMNS` enter the second step.
    """

    covariates: tuple[str, ...]
    late: tuple[str, ...]
    history: bool = True
    pooling: Pooling = field(default_factory=Pooling)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a design that the second step takes, without those of history."""
        return (*self.late, *self.covariates)

    def learn(self, known: Design) -> Forecast:
        """Return the forecast; raises InputError if the outcome never varies."""
        steps = self.steps(known)
        return lambda later: self.told(steps, self.second(later, steps.first, earlier=(known, steps.expected)))

    def told(self, steps: Steps, rows: Design) -> Array:
        """Return the probabilities of rows as the second step needs them."""
        return expit(self.pooling.tempered(steps.log_odds(rows)))

    def steps(self, known: Design, *, far: bool = False) -> Steps:
        """Return what either step learns; with `far`, the second step that forecasts from what was known years before."""
        return self.learnt(known, far=far)[0]

    def learnt(self, known: Design, *, far: bool = False) -> tuple[Steps, Sample]:
        """Return the steps, and the rows that the second one was learnt from."""
        first, expected = self.expectation(known)
        sample = self.sample(known, expected, far=far)
        second = shrink(sample.rows, self.pooling.penalty).coefficients
        recent = sample.year > known.year.max() - self.pooling.years - (self.pooling.ahead[1] if far else 0)
        shift = recalibration(sample.rows.predictor(second), sample.rows, recent, self.pooling)
        return Steps(first, expected, second, shift), sample

    def expectation(self, known: Design) -> tuple[Array, Array]:
        """Return the coefficients of the first step, and what it expects of the rows (row,)."""
        first = maximise(known, self.covariates)
        return first, expit(log_odds(first, known, self.covariates))

    def sample(self, known: Design, expected: Array, *, far: bool = False) -> Sample:
        """Return the rows of the second step, drawn and weighed."""
        outcome, counts = known.ahead(*self.pooling.ahead) if far else (known.as_known, np.ones(len(known.year)))
        if not 0 < outcome.sum() < counts.sum():
            raise InputError(f"cannot fit a logit to {len(outcome)} rows in which the outcome never varies: widen the years.")
        drawn = drawing(known, expected, outcome) * counts
        kept = drawn > 0
        weights = drawn * year_weights(known.year, np.where(counts > 0, outcome * counts, 0.0), self.pooling)
        parts = [(known.matrix, known.places(self.columns))]
        if self.history:
            parts.append((self._ratios(known, expected), [*range(len(COLUMNS))]))
        rows = Rows(parts, outcome).some(kept, weights[kept])
        sides = None if known.sides is None else known.sides[kept]
        return Sample(replace(rows, outcome=outcome[kept]), drawn[kept], known.cluster[kept], known.year[kept], sides)

    def estimate(self, known: Design, learnt: tuple[Steps, Sample]) -> Estimate:
        """Return the second step with its errors (`covariance.py`); its intercept is recalibrated."""
        steps, sample = learnt
        matrix = np.column_stack([part[:, list(chosen)] for part, chosen in sample.rows.parts])
        coefficients = steps.second.copy()
        coefficients[0] += steps.shift
        return Estimate(
            terms=("intercept", *(known.columns[place] for place in known.places(self.columns)), *(COLUMNS * self.history)),
            coefficients=coefficients,
            covariance=covariance_of(sample.rows, steps.second, self.pooling.penalty, sample.cluster, sample.sides),
            means=np.concatenate([[1.0], np.average(matrix, axis=0, weights=sample.drawn)]),
            n=len(known.outcome),
            events=int(known.as_known.sum()),
            clusters=len(np.unique(known.cluster)),
            first_year=int(known.year.min()),
            last_year=int(known.year.max()),
        )

    def second(self, rows: Design, first: Array, earlier: tuple[Design, Array] | None = None) -> Design:
        """Return rows as the second step needs them: with their history, which what was known `earlier` is part of.

        `earlier` are rows, and the probability that the first step gives each.
        """
        if not self.history:
            return rows.only(self.columns)
        expected = expit(log_odds(first, rows, self.covariates))
        if earlier is None:
            return rows.beside(self._ratios(rows, expected), COLUMNS, own=self.columns)
        known, known_expected = earlier
        every = rows.after(known)
        ratios = self._ratios(every, np.append(known_expected, expected))[-len(rows.year) :]
        return rows.beside(ratios, COLUMNS, own=self.columns)

    def _ratios(self, rows: Design, expected: Array) -> Array:
        """The two columns of history (row, 2)."""
        ratios = rows.ledger(self.pooling.decay).past(expected)
        return ratios.log_ratios(self.pooling.dyad_weight, self.pooling.state_weight)


@dataclass(frozen=True)
class Sample:
    """Rows that the second step learns from.

    Attributes
    ----------
    rows : columns, outcome and weights. drawn : (row,), how many rows each stands for. cluster, year : (row,).
    sides : (row, 2), where rows are about two states.
    """

    rows: Rows
    drawn: Array
    cluster: NDArray[np.int64]
    year: Years
    sides: NDArray[np.int64] | None


@dataclass(frozen=True)
class Steps:
    """What a `PooledLogit` has learnt.

    Attributes
    ----------
    first, second : coefficients of either step, intercept first.
    expected : (row,), what the first step gives the rows learnt from. shift : what recalibration adds to the log odds.
    """

    first: Array
    expected: Array
    second: Array
    shift: float

    def log_odds(self, rows: Design) -> Array:
        """Return the recalibrated log odds of rows with the columns of the second step, (row,)."""
        return log_odds(self.second, rows) + self.shift


def drawing(known: Design, expected: Array, outcome: Array) -> Array:
    """Return how many rows each row stands for (row,): zero for one left out. The draw hangs on cluster and year alone."""
    telling = (expected > LITTLE) | (outcome > 0)
    drawn = (known.cluster * 31 + known.year * 7) % THINNED == 0
    return np.where(telling, 1.0, np.where(drawn, float(THINNED), 0.0))


def year_weights(year: Years, outcome: Array, pooling: Pooling) -> Array:
    """Return what each row weighs by its year (row,).

    >>> year = np.array([1990, 1990, 1991, 2015])
    >>> year_weights(year, np.array([1.0, 3.0, 1.0, 1.0]), Pooling(most=2.0, half_life=25.0)).round(2).tolist()
    [0.25, 0.25, 0.51, 1.0]
    """
    first, last = int(year.min()), int(year.max())
    totals = np.bincount(year - first, outcome)
    usual = pooling.most * float(np.median(totals[totals > 0]))
    crowded = np.minimum(1.0, usual / np.maximum(totals, usual))
    weights: Array = crowded[year - first] * 0.5 ** ((last - year) / pooling.half_life)
    return weights


def recalibration(odds: Array, rows: Rows, recent: NDArray[np.bool_], pooling: Pooling) -> float:
    """Return what to add to the log odds so that predicted and observed outcomes agree, by weight, over the recent rows.

    Nothing, where none or all of those rows had the outcome.

    >>> rows = Rows([], np.array([0.0, 0, 0, 1]))
    >>> round(recalibration(np.zeros(4), rows, np.ones(4, np.bool_), Pooling()), 4)
    -1.0986
    """
    from scipy.optimize import brentq

    weights = np.ones(len(odds)) if rows.weights is None else rows.weights
    happened, centre, weight = float((weights * rows.outcome)[recent].sum()), odds[recent], weights[recent]
    if not 0 < happened < weight.sum():
        return 0.0
    return float(brentq(lambda shift: weight @ expit(pooling.tempered(centre + shift)) - happened, -30.0, 30.0))
