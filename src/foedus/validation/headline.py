"""Which model leads, and how its forecasts are mended: both learnt from windows that were over when it had to be said.

A headline is the best model as a whole. In each window it is the one of those that may lead (`Mechanism.wholes`) which had the
best score over all earlier windows, the rehearsals among them, as far as outcomes were known by then. To its log odds are added
offsets for the strata a row is in (`estimation/offsets.py`), learnt from its own forecasts of the same earlier windows: how far
they were off. Neither looks at the window that is scored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from foedus.estimation.design import Array, Design
from foedus.estimation.estimate import expit
from foedus.estimation.offsets import offsets
from foedus.estimation.pooled import Pooling, year_weights
from foedus.validation import scores
from foedus.validation.hindcast import HEADLINE, Hindcast
from foedus.validation.registration import Registration

CROWDED = 8.0
"""Times the outcomes of the median year up to which a year counts in full for the level. Slopes are learnt with a smaller bound
(`Pooling.most`): one war tells little of them, but that there are such wars belongs to the mean."""


@dataclass(frozen=True)
class Made:
    """Forecasts of one window that were made before it, and what is needed to learn from them afterwards.

    Attributes
    ----------
    forecasts : name of the model → (row,) probability. members : (row, stratum), whether a row is in a stratum.
    outcome, known, year : (row,), what came, in hindsight; the year by whose end that is known; the row's own.
    """

    forecasts: Mapping[str, Array]
    members: Array
    outcome: Array
    known: NDArray[np.int64]
    year: NDArray[np.int64]

    @classmethod
    def of(cls, forecasts: Mapping[str, Array], rows: Design, strata: Sequence[str]) -> Made:
        """Return those of a window's rows, whose strata are columns of the design."""
        known = rows.year if rows.known is None else np.maximum(rows.known, rows.year)
        return cls(forecasts, rows.only(strata).matrix, rows.outcome, known, rows.year)

    def by(self, year: int) -> Array:
        """Return the outcome as it is known at the end of a year (row,)."""
        return np.where(self.known <= year, self.outcome, 0.0)


def leader(earlier: Sequence[Made], names: Sequence[str], year: int, score: str) -> str:
    """Return the model with the best score over earlier windows, as known at the end of a year."""
    if not earlier:
        return names[0]
    of = scores.PROPER[score][score]
    return min(names, key=lambda name: sum(float(of(made.forecasts[name], made.by(year)).sum()) for made in earlier))


def mended(earlier: Sequence[Made], name: str, year: int, pooling: Pooling) -> tuple[float, ...]:
    """Return the offsets of the strata that forecasts of earlier windows call for, as known at the end of a year."""
    if not earlier:
        return ()
    told = np.concatenate([made.forecasts[name] for made in earlier])
    outcome = np.concatenate([made.by(year) for made in earlier])
    years = np.concatenate([made.year for made in earlier])
    weights = year_weights(years, outcome, replace(pooling, most=CROWDED)) if outcome.any() else np.ones(len(outcome))
    members = np.concatenate([made.members for made in earlier])
    return tuple(offsets(log_odds(told), members, outcome, weights).tolist())


def log_odds(probability: Array) -> Array:
    """Return the logarithm of the odds of probabilities, none of them zero or one.

    >>> log_odds(np.array([0.5])).tolist()
    [0.0]
    """
    odds: Array = np.log(probability) - np.log1p(-probability)
    return odds


def shifted(probability: Array, members: Array, by: Sequence[float]) -> Array:
    """Return probabilities after the offsets of the strata that each row is in."""
    return expit(log_odds(probability) + members @ np.array(by)) if by else probability


@dataclass(frozen=True)
class Led:
    """The windows with their headline, which model it was in each, and what it is after all of them.

    Attributes
    ----------
    chosen : last year learnt from → terms. terms, offsets : after all windows.
    """

    windows: list[Hindcast]
    chosen: dict[int, tuple[str, ...]]
    terms: tuple[str, ...]
    offsets: tuple[float, ...]


def lead(
    wholes: Mapping[str, tuple[str, ...]],
    windows: Sequence[Hindcast],
    rehearsed: Sequence[Made],
    made: Sequence[Made],
    test: Registration,
    pooling: Pooling,
) -> Led:
    """Return the windows with the forecasts of the headline; `made` are their forecasts again, after those rehearsed."""
    told, chosen = [], {}
    for place, (window, (learnt, _, _)) in enumerate(zip(windows, test.origins, strict=True)):
        earlier = [*rehearsed, *made[:place]]
        name = leader(earlier, [*wholes], learnt, test.score)
        forecast = shifted(window.forecasts[name], made[place].members, mended(earlier, name, learnt, pooling))
        told.append(replace(window, forecasts={**window.forecasts, HEADLINE: forecast}))
        chosen[learnt] = wholes[name]
    every = [*rehearsed, *made]
    last = test.years[1]
    name = leader(every, [*wholes], last, test.score)
    return Led(told, chosen, wholes[name], mended(every, name, last, pooling))
