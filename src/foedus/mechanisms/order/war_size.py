"""Wars between states begin like a Poisson process, and their sizes follow a power law.

    wars begun in a year  ~  Poisson(rate)
    P(deaths ≥ d)         =  (d / d0)^(1 - exponent)   for d ≥ d0

Unit of analysis: the year for beginnings, the war for sizes. A war is a dispute that reached war (GML, 1816–2010), in the year
the dispute began; its size is the military deaths of all who took part, where they are known. With `source="ucdp"` a war is an
interstate conflict that reached 1,000 battle deaths in a year (UCDP, 1946–2024), and its size is unknown: the deaths of UCDP
that the record holds are those of a place, not of a war. Sizes from elsewhere, such as the Correlates of War Project's battle
deaths, go through the same functions (`tail`, `arrivals`).

Follows Richardson (1948), Cederman (2003), Clauset (2018) and, for the tail, Clauset, Shalizi & Newman (2009). Leaves out what
makes a war begin or spread, that the number of states has grown tenfold, and that tests of either law have little power against
slow change (Spagat, Fagan & van Weezel 2024). A law with an exponent below two has no mean: no expected size follows from it.

Disputed: whether war has become rarer or smaller since 1945. Pinker (2011) says so; Clauset (2018) finds the years since then
too few to tell from chance, and Braumoeller (2019) no decline; Cunen, Hjort & Nygård (2020) find that sizes changed around
1950.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.errors import InputError
from foedus.estimation.design import Array
from foedus.estimation.estimate import NORMAL_95, poisson_interval
from foedus.mechanisms.mechanism import BACKGROUND, UNFITTED, every
from foedus.record.store import Record

WAR = 5
"""Hostility of a dispute that is a war (GML)."""

WAR_YEAR = 2
"""Intensity of a conflict-year with 1,000 battle deaths or more (UCDP)."""

SOURCES = {"gml": (1816, 2010), "ucdp": (1946, 2024)}
"""The source of wars, and the years the source speaks for."""

DEADLY = 6
"""Fatality level of a state with a thousand deaths or more (GML)."""

FEWEST = 10
"""Wars that a tail must hold: fewer lie close to some power law whatever they are."""

HALF = 0.5
"""Wars added to those counted, so that a decade without one does not rule out the next: Jeffreys' prior of a Poisson rate."""


_BOUNDS = {"low": pl.Float64, "high": pl.Float64}


@dataclass(frozen=True)
class Arrivals:
    """The rate at which wars begin.

    Attributes
    ----------
    wars, years : counted. width : years to a count. rate : wars a year, with its exact 95 % interval.
    dispersion : variance over mean of the counts, 1 for a Poisson process, with a 95 % interval from resampled counts.
    p_over, p_under : exact chance of counts at least as, or at most as, dispersed if every year were equally likely.
    """

    wars: int
    years: int
    width: int
    rate: float
    rate_low: float
    rate_high: float
    dispersion: float
    dispersion_low: float
    dispersion_high: float
    p_over: float
    p_under: float


@dataclass(frozen=True)
class Tail:
    """The sizes of wars.

    Attributes
    ----------
    wars : with a known size. slope, r2 : of log rank on log size over all of them, as published.
    exponent, error : of the density, by maximum likelihood above `smallest`, and its standard error. above : wars there.
    """

    wars: int
    slope: float
    r2: float
    exponent: float
    error: float
    smallest: float
    above: int


@dataclass(frozen=True)
class WarSize:
    """Beginnings and sizes of wars between states.

    Attributes
    ----------
    source : "gml" (default: two centuries, with deaths) or "ucdp" (to 2024, without).
    window : years of the rolling rate that a constant one is held against; ten, as common as any.
    largest : size beyond which none is drawn: 8.2 billion people live (United Nations, 2024).
    seed : of the resampling behind intervals.
    """

    source: str = "gml"
    window: int = 10
    largest: float = 8.2e9
    seed: int = 20221027
    arrivals: Arrivals | None = None
    tail: Tail | None = None
    sizes: tuple[float, ...] = ()

    id: ClassVar[str] = "conflict.war_size"
    ids: ClassVar[Mapping[str, str]] = {}
    name: ClassVar[str] = "war_size"
    unit: ClassVar[str] = "year"
    term_reads: ClassVar[Mapping[str, tuple[str, ...]]] = {BACKGROUND: ("dispute_war", "dispute_own_deaths")}
    reads: ClassVar[tuple[str, ...]] = every(term_reads)
    writes: ClassVar[tuple[str, ...]] = ("war_onsets", "war_deaths")

    def __post_init__(self) -> None:
        if self.source not in SOURCES:
            raise InputError(f"wars are taken from {' or '.join(SOURCES)}, not from {self.source!r}.")

    def panel(self, record: Record, years: tuple[int, int]) -> pl.DataFrame:
        """Return one row a year that the source speaks for: year, war_onsets, war_deaths (a list; sizes that are known)."""
        first, last = SOURCES[self.source]
        wars = disputes_at_war(record) if self.source == "gml" else conflicts_at_war(record)
        begun = wars.group_by("year").agg(war_onsets=pl.len(), war_deaths=pl.col("deaths").drop_nulls())
        every = pl.DataFrame({"year": range(max(years[0], first), min(years[1], last) + 1)}, schema={"year": pl.Int16})
        joined = every.join(begun, on="year", how="left", maintain_order="left")
        return joined.with_columns(pl.col("war_onsets").fill_null(0), pl.col("war_deaths").fill_null([]))

    def fit(self, panel: pl.DataFrame) -> WarSize:
        """Return a copy that has learnt how often wars begin and, where sizes are known, how large they are."""
        sizes = panel["war_deaths"].explode(empty_as_null=True).drop_nulls().cast(pl.Float64).sort()
        arrived = arrivals(panel["war_onsets"].to_numpy(), seed=self.seed)
        return replace(self, arrivals=arrived, tail=tail(sizes.to_numpy()) if len(sizes) else None, sizes=tuple(sizes))

    @property
    def fitted(self) -> WarSize:
        """Itself; raises InputError while it is unfitted."""
        if self.arrivals is None:
            raise InputError(UNFITTED)
        return self

    def tidy(self) -> pl.DataFrame:
        """Return one row a quantity: term, estimate, low, high (95 %); no interval where none is valid."""
        begun, size = self.fitted.arrivals, self.tail
        if begun is None:
            return pl.DataFrame()
        rows: list[tuple[str, float, float | None, float | None]] = [
            ("wars begun a year", begun.rate, begun.rate_low, begun.rate_high),
            ("variance over mean", begun.dispersion, begun.dispersion_low, begun.dispersion_high),
        ]
        if size is not None:
            reach = NORMAL_95 * size.error
            rows.append(("log-log slope of sizes", size.slope, None, None))
            rows.append(("exponent of sizes", size.exponent, size.exponent - reach, size.exponent + reach))
        return pl.DataFrame(rows, schema=["term", "estimate", "low", "high"], orient="row", schema_overrides=_BOUNDS)

    def glance(self) -> pl.DataFrame:
        """Return one row about the whole: wars, years, wars of known size, wars in the tail and its smallest."""
        begun, size = self.fitted.arrivals, self.tail
        counts = {"wars": begun and begun.wars, "years": begun and begun.years}
        sizes = {"sized": size and size.wars, "in_tail": size and size.above, "smallest": size and size.smallest}
        return pl.DataFrame([{**counts, **sizes}])

    def sample(self, n: int, rng: np.random.Generator) -> Array:
        """Return the sizes of n wars: below the tail drawn from those seen, above from the power law up to `largest`."""
        if self.tail is None:
            raise InputError("no sizes are learnt: call fit(panel) with a source that knows them first.")
        small = np.array([size for size in self.sizes if size < self.tail.smallest])
        is_small = rng.random(n) < len(small) / len(self.sizes)
        body = rng.choice(small, n) if len(small) else np.zeros(n)
        return np.where(is_small, body, pareto(rng.random(n), self.tail.exponent, self.tail.smallest, self.largest))

    def hindcast(self, panel: pl.DataFrame, origins: tuple[int, ...], width: int = 1) -> pl.DataFrame:
        """Return forecasts of the wars that begin in the `width` years after each origin, and their scores.

        Columns: origin, wars; the constant rate (of all years up to the origin) and the rolling one (of the last `window`), in
        wars a year; and the logarithmic score of a Poisson forecast with each, lower is better. Origins whose `width` years are
        not all in the panel are left out.
        """
        years, counts = panel["year"].to_numpy(), panel["war_onsets"].to_numpy()
        rows = []
        for origin in origins:
            past, ahead = counts[years <= origin], counts[(years > origin) & (years <= origin + width)]
            if len(ahead) == width and len(past) >= self.window:
                rates = {"constant": rate(past), "rolling": rate(past[-self.window :])}
                rows.append({"origin": origin, "wars": int(ahead.sum()), **rates})
        made = pl.DataFrame(rows)
        scores = {
            name: poisson_score(made["wars"].to_numpy(), width * made[name].to_numpy()) for name in ("constant", "rolling")
        }
        return made.with_columns(pl.Series(f"{name}_score", score) for name, score in scores.items())

    def gain(self, forecasts: pl.DataFrame, resamples: int = 2000) -> dict[str, float]:
        """Return by how much the constant rate scores better than the rolling one in `hindcast`, with a 95 % interval.

        The interval resamples whole decades of origins, for neighbouring forecasts share most of their past.
        """
        better = forecasts.with_columns(by=pl.col("rolling_score") - pl.col("constant_score"), decade=pl.col("origin") // 10)
        decades = better.group_by("decade", maintain_order=True).agg(pl.col("by").sum(), pl.len())
        total, count = decades["by"].to_numpy(), decades["len"].to_numpy()
        drawn = np.random.default_rng(self.seed).integers(0, len(total), (resamples, len(total)))
        low, high = np.quantile(total[drawn].sum(axis=1) / count[drawn].sum(axis=1), [0.025, 0.975])
        return {"gain": float(total.sum() / count.sum()), "low": float(low), "high": float(high)}


def disputes_at_war(record: Record) -> pl.DataFrame:
    """Return the disputes that reached war: war, year (of the dispute's begin), deaths.

    deaths sum what is known of each state; null where a state with a thousand deaths or more, or one of unknown level, has no
    number. Smaller losses that are not known are left out of the sum, by at most 999 a state.
    """
    rows = record.table("dispute_dyad_years").with_columns(pl.col("year").min().over("dispute"))
    states = rows.filter(pl.col("hostility").max().over("dispute") == WAR).group_by("dispute", "year", "ccode1")
    known = states.agg(pl.col("deaths1").max(), pl.col("fatality1").max())
    gap = (pl.col("deaths1").is_null() & (pl.col("fatality1").fill_null(DEADLY) >= DEADLY)).any()
    total = pl.when(~gap & (pl.col("deaths1").sum() > 0)).then(pl.col("deaths1").sum())
    return known.group_by("dispute", "year").agg(deaths=total).rename({"dispute": "war"}).sort("year", "war")


def conflicts_at_war(record: Record) -> pl.DataFrame:
    """Return the interstate conflicts of UCDP that were wars: war, year (the first of a run at war), deaths (unknown)."""
    rows = record.table("armed_conflicts").filter(pl.col("type") == "interstate", pl.col("intensity") == WAR_YEAR)
    years = rows.select(war="conflict", year="year").unique().sort("war", "year")
    begun = years.filter((pl.col("year") - pl.col("year").shift(1).over("war")).fill_null(2) > 1)
    return begun.with_columns(deaths=pl.lit(None, pl.Int32)).sort("year", "war")


def arrivals(counts: NDArray[np.integer], width: int = 1, *, seed: int = 0, resamples: int = 2000) -> Arrivals:
    """Return how often wars begin, from the number of each year (year,), taken together `width` years at a time.

    The first years are left out where `width` does not divide their number.
    """
    whole = counts[len(counts) % width :].reshape(-1, width).sum(axis=1)
    rng = np.random.default_rng(seed)
    drawn = dispersion(rng.choice(whole, (resamples, len(whole))))
    low, high = poisson_interval(int(whole.sum()), 0.95)
    years = len(whole) * width
    over, under = dispersion_test(whole)
    spread = np.quantile(drawn[~np.isnan(drawn)], [0.025, 0.975])
    return Arrivals(
        wars=int(whole.sum()),
        years=years,
        width=width,
        rate=float(whole.sum() / years),
        rate_low=low / years,
        rate_high=high / years,
        dispersion=float(dispersion(whole)),
        dispersion_low=float(spread[0]),
        dispersion_high=float(spread[1]),
        p_over=over,
        p_under=under,
    )


def dispersion(counts: NDArray[np.integer]) -> Array:
    """Return the variance over the mean of counts (..., count), with n - 1 in the variance; nan where there is none.

    >>> float(dispersion(np.array([0, 2, 0, 2])))
    1.3333333333333333
    """
    mean = counts.mean(axis=-1)
    ratio: Array = np.divide(counts.var(axis=-1, ddof=1), mean, out=np.full_like(mean, np.nan), where=mean > 0)
    return ratio


def dispersion_test(counts: NDArray[np.integer]) -> tuple[float, float]:
    """Return the exact chance that as many wars, each in any period alike, give counts at least as and at most as dispersed.

    Given their sum, Poisson counts are multinomial, and the sum of their squares orders them by dispersion. The distribution of
    (wars, squares) over all periods is that of one, convolved with itself; more squares than were seen are let go.

    >>> [round(chance, 6) for chance in dispersion_test(np.array([1, 1]))]  # of four ways, two put both wars in one period
    [1.0, 0.5]
    """
    from scipy.signal import fftconvolve
    from scipy.stats import poisson

    wars, seen = int(counts.sum()), int((counts**2).sum())
    in_one = np.arange(int(np.sqrt(seen)) + 1)
    doubled = np.zeros((wars + 1, seen + 1))
    doubled[in_one, in_one**2] = poisson.pmf(in_one, counts.mean())
    whole = np.zeros_like(doubled)
    whole[0, 0] = 1.0
    for bit in reversed(f"{len(counts):b}"):
        whole = fftconvolve(whole, doubled)[: wars + 1, : seen + 1] if bit == "1" else whole
        doubled = fftconvolve(doubled, doubled)[: wars + 1, : seen + 1]
    squares = whole[wars] / poisson.pmf(wars, counts.sum())
    return float(np.clip(1 - squares[:-1].sum(), 0, 1)), float(np.clip(squares.sum(), 0, 1))


def rate(counts: NDArray[np.integer]) -> float:
    """Return the expected rate, in wars a year, after Jeffreys' prior: (wars + ½) / years.

    >>> rate(np.array([0, 1, 0, 0]))
    0.375
    """
    return (float(counts.sum()) + HALF) / len(counts)


def poisson_score(counts: NDArray[np.integer], expected: Array) -> Array:
    """Return the logarithmic score of Poisson forecasts (forecast,): minus the logarithm of what was given to what came.

    >>> poisson_score(np.array([0, 1]), np.array([0.5, 0.5])).round(3).tolist()
    [0.5, 1.193]
    """
    from scipy.special import gammaln

    score: Array = expected - counts * np.log(expected) + gammaln(counts + 1)
    return score


def tail(sizes: Array) -> Tail:
    """Return how large wars are, from the sizes of all of them (war,)."""
    slope, r2 = survival_slope(sizes)
    exponent, smallest, above, _ = power_law(sizes)
    return Tail(len(sizes), slope, r2, exponent, (exponent - 1) / above**0.5, smallest, above)


def survival_slope(sizes: Array) -> tuple[float, float]:
    """Return slope and R² of the logarithm of the rank on that of the size: every war its own rank, the largest first.

    That is how the sizes of wars have been fitted by eye and by least squares since Richardson; it has no valid standard error.

    >>> round(survival_slope(np.array([100.0, 10.0, 1.0]))[0], 2)
    -0.24
    """
    x = np.log10(np.sort(sizes)[::-1])
    y = np.log10(np.arange(1, len(x) + 1))
    slope = np.polyfit(x, y, 1)[0]
    return float(slope), float(np.corrcoef(x, y)[0, 1] ** 2)


def power_law(sizes: Array) -> tuple[float, float, int, float]:
    """Return exponent and smallest size of the power law that fits the tail best, wars in it, and its distance to them.

    For every size that may be the smallest the exponent is that of maximum likelihood; the size is taken whose law lies closest
    to the wars from it on (Kolmogorov–Smirnov, to the empirical distribution just below each war, as in the authors' program),
    if there are at least FEWEST. Clauset, Shalizi & Newman (2009), continuous case. Raises InputError without two sizes.
    """
    ordered = np.sort(sizes)
    starts = np.unique(ordered)[:-1]
    starts = starts[(starts <= ordered[-min(FEWEST, len(ordered))])]
    if not len(starts):
        raise InputError("a power law needs wars of at least two sizes.")
    best = (np.inf, 0.0, 0.0, 0)
    for smallest in starts:
        above = ordered[ordered >= smallest]
        exponent = 1 + len(above) / np.log(above / smallest).sum()
        law = 1 - (above / smallest) ** (1 - exponent)
        distance = float(np.abs(np.arange(len(above)) / len(above) - law).max())
        best = min(best, (distance, float(exponent), float(smallest), len(above)))
    distance, exponent, smallest, count = best
    return exponent, smallest, count, distance


def plausibility(sizes: Array, rng: np.random.Generator, draws: int = 1000) -> float:
    """Return the share of samples from the fitted law that lie further from their own fit than the wars do from theirs.

    Below a tenth the power law is doubtful. Clauset, Shalizi & Newman (2009), section 4.1.
    """
    exponent, smallest, above, distance = power_law(sizes)
    small = sizes[sizes < smallest]

    def drawn() -> Array:
        count = rng.binomial(len(sizes), above / len(sizes))
        body = rng.choice(small, len(sizes) - count) if len(small) else np.empty(0)
        return np.concatenate([body, pareto(rng.random(count), exponent, smallest, np.inf)])

    return float(np.mean([power_law(drawn())[3] >= distance for _ in range(draws)]))


def pareto(share: Array, exponent: float, smallest: float, largest: float) -> Array:
    """Return the size below which each share (draw,) of the power law between `smallest` and `largest` lies.

    >>> pareto(np.array([0.0, 0.5, 1.0]), 2.0, 1.0, np.inf).tolist()
    [1.0, 2.0, inf]
    """
    with np.errstate(divide="ignore"):
        size: Array = smallest * (1 - share * (1 - (largest / smallest) ** (1 - exponent))) ** (1 / (1 - exponent))
    return size
