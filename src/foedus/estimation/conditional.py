"""Whether what began goes further: of the rows that had a wider outcome, which had a narrower one that is part of it.

    P(narrower) = P(wider) · P(narrower, given the wider)

so that no narrower outcome is ever the more likely one. The second factor is a penalised logit (`ridge.py`) on the rows that
had the wider outcome, the older ones weighing less (`Pooling.half_life`): few rows, and hence single columns, no products. What
is left of the wider outcome beside a narrower one is told by the same logit, read the other way, so that the two add up.
Beside the columns stands how often the narrower outcome came of the wider ones of the two units of a row, and of both together
(`history.py`), against its mean over all rows. A row teaches when its outcome is known, and not before. Nothing in it says how
old news are: what a dispute turns into hangs on who disputes more than on when they last did.
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
from foedus.estimation.history import COLUMNS, Ledger
from foedus.estimation.likelihood import Rows
from foedus.estimation.pooled import Pooling
from foedus.estimation.ridge import covariance_of, shrink


@dataclass(frozen=True)
class ConditionalLogit:
    """The logit of a narrower outcome among rows that had the wider one (`Design.given`).

    Attributes
    ----------
    columns : of the design. history : whether the two columns of `history.COLUMNS` stand beside them.
    rest : whether the design's outcome is what is left of the wider one: the logit then learns from the part that is not left.
    """

    columns: tuple[str, ...]
    history: bool = True
    pooling: Pooling = field(default_factory=Pooling)
    rest: bool = False

    def learn(self, known: Design) -> Forecast:
        """Return the forecast of the narrower outcome, given the wider; raises InputError if it never varies."""
        learnt = self.learnt(known)
        sign = -1.0 if self.rest else 1.0
        return lambda later: expit(sign * log_odds(learnt.coefficients, self.rows(later, learnt)))

    def learnt(self, known: Design) -> Learnt:
        """Return what rows up to the origin teach."""
        began = self._as_learnt(given(known))
        over = np.ones(len(began.year), np.bool_) if began.known is None else began.known <= known.year.max()
        outcome = began.outcome[over]
        if not 0 < outcome.sum() < len(outcome):
            raise InputError(f"cannot fit a logit to {len(outcome)} rows in which the outcome never varies: widen the years.")
        rate = float(outcome.mean())
        wide = self._beside(began, began, rate) if self.history else began.only(self.columns)
        weights = 0.5 ** ((known.year.max() - began.year[over]) / self.pooling.half_life)
        rows = Rows([(np.asfortranarray(wide.matrix[over]), range(wide.matrix.shape[1]))], outcome, weights)
        return Learnt(rate, shrink(rows, self.pooling.penalty).coefficients, began, over, rows, wide.columns)

    def rows(self, later: Design, learnt: Learnt) -> Design:
        """Return rows with the columns that the logit reads, their history from the rows learnt from and from earlier ones."""
        if not self.history:
            return later.only(self.columns)
        read = self._as_learnt(later)
        unseen = replace(read, outcome=np.where(_held(later) > 0, read.outcome, np.nan))
        return self._beside(unseen, learnt.began.without_columns().then(unseen.without_columns()), learnt.rate)

    def estimate(self, learnt: Learnt) -> Estimate:
        """Return the logit with its errors (`covariance.py`)."""
        began, over = learnt.began, learnt.over
        matrix = learnt.rows.parts[0][0]
        sides = None if began.sides is None else began.sides[over]
        return Estimate(
            terms=("intercept", *learnt.columns),
            coefficients=-learnt.coefficients if self.rest else learnt.coefficients,
            covariance=covariance_of(learnt.rows, learnt.coefficients, self.pooling.penalty, began.cluster[over], sides),
            means=np.concatenate([[1.0], matrix.mean(axis=0)]),
            n=len(learnt.rows.outcome),
            events=int((1 - learnt.rows.outcome if self.rest else learnt.rows.outcome).sum()),
            clusters=len(np.unique(began.cluster[over])),
            first_year=int(began.year[over].min()),
            last_year=int(began.year[over].max()),
        )

    def _as_learnt(self, rows: Design) -> Design:
        """The rows with the outcome that the logit learns."""
        return replace(rows, outcome=1 - rows.outcome) if self.rest else rows

    def _beside(self, rows: Design, every: Design, rate: float) -> Design:
        """The rows with their columns and the histories that `every`, which ends with these rows, gives them."""
        if every.sides is None:
            raise ValueError("rows without sides have no history")
        ledger = Ledger.of(every.sides, every.year, every.outcome, self.pooling.decay, every.known, at_once=False)
        past = ledger.past(np.full(len(every.year), rate))
        ratios = past.log_ratios(self.pooling.dyad_weight, self.pooling.state_weight)[-len(rows.year) :]
        return rows.beside(ratios, COLUMNS, own=self.columns)


@dataclass(frozen=True)
class Learnt:
    """What a `ConditionalLogit` has learnt.

    Attributes
    ----------
    rate : mean of the narrower outcome. coefficients : intercept first. began : the rows with the wider outcome, of which
        those in `over` were learnt from. rows : these, with the columns of the logit, whose names are `columns`.
    """

    rate: float
    coefficients: Array
    began: Design
    over: NDArray[np.bool_]
    rows: Rows
    columns: tuple[str, ...]

    @property
    def first(self) -> Array:
        """The intercept of a logit that gives every row the mean (1,)."""
        return np.array([math.log(self.rate / (1 - self.rate))])


def given(design: Design) -> Design:
    """Return the rows that had the wider outcome and of which the narrower is known."""
    return design.where((_held(design) > 0) & ~np.isnan(design.outcome))


def _held(design: Design) -> Array:
    if design.given is None:
        raise ValueError("rows without a wider outcome have no narrower one")
    return design.given
