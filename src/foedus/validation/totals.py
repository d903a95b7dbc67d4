"""Totals over many dyads: how many disputes begin in a year, when all dyads have good years and bad ones together.

    total(t) ~ Poisson(expected(t) · f(t)),    f of mean one, variance v, and correlation r between years that follow each other

A sum of independent risks is far too sure of itself: wars draw in many, and some years are calm everywhere. What all dyads
share in a year is one factor, whose variance and correlation are estimated by moments from forecasts already made and what came
of them: with O the total that came and E the one expected,

    v = sum of (O - E)² - E, over the sum of E²,    v · r = sum of (O - E) at t times the same at t + 1, over that of E at both

The total of some years has the mean of a sum and the variance that follows; its band is that of a negative binomial with these
two. How often such bands hold is asked of history, each estimated from the years before its window alone, and of simulated
worlds of as many years, which say how far from its level the share may be by chance. Leaves out that a region has years of its
own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.estimation.design import Array
from foedus.validation.hindcast import HEADLINE, Hindcast
from foedus.validation.registration import Registration

LEVEL = 0.9
"""Share of totals that a band is to hold."""

FEWEST = 10
"""Years of forecasts and what came of them from which on the common factor is estimated."""

WORLDS = 2_000
"""Simulated worlds."""


@dataclass(frozen=True)
class Factor:
    """What all dyads share in a year.

    Attributes
    ----------
    variance : of the factor, whose mean is one. correlation : between years that follow each other.
    """

    variance: float
    correlation: float

    @classmethod
    def of(cls, expected: Array, observed: Array) -> Factor:
        """Return that of years that follow each other (year,), by moments.

        >>> factor = Factor.of(np.full(6, 10.0), np.array([14.0, 15, 16, 4, 5, 6]))
        >>> round(factor.variance, 3), round(factor.correlation, 3)
        (0.157, 0.817)
        """
        off, variance = observed - expected, float(variance_of(expected, observed))
        shared = float((off[1:] * off[:-1]).sum() / (expected[1:] * expected[:-1]).sum()) if len(off) > 1 else 0.0
        return cls(variance, min(max(shared / variance, 0.0), 1.0) if variance else 0.0)

    def band(self, expected: Sequence[float] | Array, level: float = LEVEL) -> tuple[int, int]:
        """Return the lowest and the highest total over some years (their expectations, in order) at a level.

        >>> Factor(0.0, 0.0).band([30.0]), Factor(0.1, 0.6).band([30.0]), Factor(0.1, 0.6).band([30.0, 30.0])
        ((21, 39), (14, 50), (33, 93))
        """
        of_year = np.asarray(expected, np.float64)
        apart = np.abs(np.subtract.outer(np.arange(len(of_year)), np.arange(len(of_year))))
        more = self.variance * float(of_year @ np.power(self.correlation, apart) @ of_year)
        low, high = bounds(of_year.sum(), np.array(more), level)
        return int(low), int(high)


def variance_of(expected: Array, observed: Array) -> Array:
    """Return the variance of the common factor (...,), by moments, from years (year,) and totals (..., year) of some worlds."""
    found: Array = (((observed - expected) ** 2).sum(axis=-1) - expected.sum()) / (expected**2).sum()
    return np.maximum(found, 0.0)


def bounds(mean: Array, more: Array, level: float = LEVEL) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the bounds of totals with this mean and a variance that is `more` than a Poisson total's, of any shape."""
    from scipy.stats import nbinom, poisson

    tails = (1 - level) / 2, (1 + level) / 2
    wide = np.maximum(more, 1e-12)
    low, high = (
        np.where(more > 0, nbinom.ppf(tail, mean**2 / wide, mean / (mean + wide)), poisson.ppf(tail, mean)).astype(np.int64)
        for tail in tails
    )
    return low, high


@dataclass(frozen=True)
class Totals:
    """Yearly totals of an outcome, as they were forecast.

    Attributes
    ----------
    years : year, expected, observed, low, high (the band, null while too few years were known), apart_low, apart_high (the band
        if dyads were independent).
    sd, correlation : of the common factor, from all years.
    held, held_apart : share of the years with a band that lie in it, and in that of independent dyads.
    chance_low, chance_high : between which the share held lies in 95 of 100 simulated worlds. simulated : its mean in them.
    """

    years: pl.DataFrame
    sd: float
    correlation: float
    held: float
    held_apart: float
    chance_low: float
    chance_high: float
    simulated: float

    def as_dict(self) -> dict[str, Any]:
        """Return them as plain values."""
        return {**{each.name: getattr(self, each.name) for each in fields(self)}, "years": self.years.to_dicts()}

    @property
    def factor(self) -> Factor:
        """The common factor, from all years."""
        return Factor(self.sd**2, self.correlation)


def totals(whole: Hindcast, test: Registration, gap: int = 0) -> Totals:
    """Return the yearly totals of all windows, which follow each other, and how often their bands held.

    gap : years between the last year known and each window's forecasts, beyond those of one year ahead.
    """
    first = test.years[0]
    origins = [begin - first for _, begin, _ in test.origins]
    expected, observed = (
        np.bincount(whole.year - first, each).astype(np.float64) for each in (whole.forecasts[HEADLINE], whole.outcome)
    )
    low, high = bands(expected, observed, origins, gap)
    alone = np.stack(bounds(expected, np.zeros(len(expected))))
    judged = low >= 0
    factor = Factor.of(expected, observed)
    shares = simulated(expected, factor, origins, test.seed, gap=gap)
    chance = np.quantile(shares, [0.025, 0.975])
    frame = pl.DataFrame(
        {
            "year": np.arange(first, first + len(expected)),
            "expected": expected,
            "observed": observed.astype(np.int64),
            "low": pl.Series(low).replace(-1, None),
            "high": pl.Series(high).replace(-1, None),
            "apart_low": alone[0],
            "apart_high": alone[1],
        }
    )
    return Totals(
        years=frame,
        sd=factor.variance**0.5,
        correlation=factor.correlation,
        held=float(_held(observed, low, high)),
        held_apart=float(_held(observed[judged], *alone[:, judged])),
        chance_low=float(chance[0]),
        chance_high=float(chance[1]),
        simulated=float(shares.mean()),
    )


def bands(
    expected: Array, observed: Array, origins: Sequence[int], gap: int = 0
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the bounds of each year's band, by the factor of the years known by then; -1 where they are too few.

    observed, and either bound : (..., year), of one world or several. origins : the place of each window's first year, known
    to `gap` years before it.
    """
    low, high = np.full((2, *observed.shape), -1)
    for begin, end in zip(origins, [*origins[1:], len(expected)], strict=True):
        known = begin - gap
        if known >= FEWEST:
            variance = variance_of(expected[:known], observed[..., :known])[..., None]
            here = slice(begin, end)
            low[..., here], high[..., here] = bounds(expected[here], variance * expected[here] ** 2)
    return low, high


def simulated(
    expected: Array, factor: Factor, origins: Sequence[int], seed: int, *, gap: int = 0, worlds: int = WORLDS
) -> Array:
    """Return the share of years in their band in each of some worlds (world,) with these expectations and this factor."""
    generator = np.random.default_rng(seed)
    spread = float(np.log1p(factor.variance))  # of the factor's logarithm, which is normal
    steady = float(np.log1p(factor.variance * factor.correlation)) / spread if spread else 0.0
    noise = generator.normal(size=(worlds, len(expected))) * spread**0.5
    for year in range(1, len(expected)):
        noise[:, year] = steady * noise[:, year - 1] + (1 - steady**2) ** 0.5 * noise[:, year]
    came = generator.poisson(expected * np.exp(noise - spread / 2)).astype(np.float64)
    return _held(came, *bands(expected, came, origins, gap))


def _held(observed: Array, low: NDArray[np.int64], high: NDArray[np.int64]) -> Array:
    """The share of the years with a band that lie in it (...,)."""
    inside = ((low <= observed) & (observed <= high) & (low >= 0)).sum(axis=-1)
    share: Array = inside / np.maximum((low >= 0).sum(axis=-1), 1)
    return share
