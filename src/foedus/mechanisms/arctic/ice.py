"""September ice in the Arctic shrinks in proportion to all the carbon dioxide that has been emitted.

    ice(t) = a + b · driver(t) + u(t),    u(t) = r · u(t - 1) + e(t)

Unit of analysis: the year (September). Ice is area (the ice itself, with the disc around the pole that satellites do not see
counted as covered) or extent (the sea of which at least 15 % is covered): two measurements, never mixed. The driver is CO2
since 1850 with land use, or the warming of the world. -b is then square metres a tonne: 3.0 ± 0.3 of area in Notz & Stroeve
(2016), over 1953–2012, from another record of the ice; here the satellites' years alone.

Estimated by least squares; the errors are those of Prais & Winsten (1954), since a year's departure outlasts it. Projections
take emissions or warming from a scenario as given and hold what is uncertain of a, b, r and e. Leaves out winds and currents,
which move ice from year to year, and whether the line bends once little ice is left.

Disputed: how much of the loss since 1979 was emissions and how much a turn of winds that may turn back, up to half of it in
Ding et al. (2017); and when the first September without ice comes, before 2050 in most models (SIMIP 2020), a decade earlier
once models are held to what was observed (Kim et al. 2023).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import polars as pl

from foedus.errors import InputError, nearest
from foedus.estimation.design import Array, Design
from foedus.estimation.estimate import Estimate
from foedus.estimation.forecasters import Forecaster
from foedus.estimation.least_squares import LastValue, Linear, OwnTrend, least_squares
from foedus.mechanisms.mechanism import Mechanism, check_choice
from foedus.record.store import Record

OUTCOMES = {"september_ice_area": "area", "september_ice_extent": "extent"}

DRIVERS = {"emissions": "cumulative_co2", "warming": "warming"}
"""Driver → its column: billion tonnes of CO2 since 1850 at the end of the year; °C above the mean of 1951–80."""

SEPTEMBER = 9
MILLION = 1e6
LAND_USE = "land-use-co2-2014-2023"
"""The fact that gives land use for the years after the report's history ends."""

FREE = 1.0
"""Million square kilometres below which the Arctic counts as free of ice (IPCC)."""

SCENARIOS = ("SSP1-2.6", "SSP2-4.5", "SSP3-7.0", "SSP5-8.5")

JOINED = 2014
"""The report's scenarios go on from its history of this year."""

SPAN = (1951, 1980)
"""The years whose mean the recorded warming is counted from."""

PREINDUSTRIAL = (1850, 1900)
"""The years whose mean stands for the time before industry (IPCC)."""


@dataclass(frozen=True)
class ArcticIce(Mechanism):
    """September ice of a year, given emissions or warming.

    Attributes
    ----------
    outcome : one of OUTCOMES, in million square kilometres.
    driver : one of DRIVERS.
    terms : ("driver",): with it, or without.
    first_year : first year of the rows; 1979, the first September that satellites saw.
    estimate : what it has learnt; None while unfitted. persistence : r. spread : standard deviation of e.
    """

    outcome: str = "september_ice_area"
    driver: str = "emissions"
    terms: tuple[str, ...] = ("driver",)
    first_year: int = 1979
    estimate: Estimate | None = None
    persistence: float | None = None
    spread: float | None = None

    id: ClassVar[str] = "arctic.ice"
    name: ClassVar[str] = "arctic_ice"
    unit: ClassVar[str] = "year"
    term_reads: ClassVar[Mapping[str, tuple[str, ...]]] = {"driver": tuple(DRIVERS.values())}
    writes: ClassVar[tuple[str, ...]] = tuple(OUTCOMES)

    def __post_init__(self) -> None:
        check_choice(self.id, "outcome", [self.outcome], OUTCOMES)
        check_choice(self.id, "driver", [self.driver], DRIVERS)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the design's columns."""
        return (DRIVERS[self.driver],) if "driver" in self.terms else ()

    def panel(self, record: Record, years: tuple[int, int]) -> pl.DataFrame:
        """Return one row a year: year, both outcomes in million km², cumulative_co2 and warming; null where unknown."""
        joined = september(record).join(cumulative_co2(record), on="year", how="left")
        rows = joined.join(record.table("temperature_giss").rename({"anomaly": "warming"}), on="year", how="left")
        return rows.filter(pl.col("year").is_between(*years)).sort("year")

    def design(self, panel: pl.DataFrame) -> Design:
        """Return the years of which ice and driver are known, ready for estimation."""
        rows = panel.drop_nulls([self.outcome, DRIVERS[self.driver]]).sort("year")
        return Design.of(rows, self.columns, self.outcome, pl.col("year") * 0)  # all years are one series

    def fit(self, panel: pl.DataFrame) -> ArcticIce:
        """Return a copy fitted to the panel; raises InputError if it has no more years than coefficients."""
        design = self.design(panel)
        design = design.where(design.year >= self.first_year)
        estimate, persistence, spread = prais_winsten(design)
        return replace(self, estimate=estimate, persistence=persistence, spread=spread)

    def models(self) -> Mapping[str, Forecaster]:
        """Return the models to be scored out of sample, by name."""
        return {
            "full model": Linear(self.columns),
            "without driver": Linear(()),
            "linear trend": OwnTrend(),
            "persistence": LastValue(),
        }

    def contests(self) -> tuple[tuple[str, str, str], ...]:
        """Return (term, rival, contender); "driver beyond a trend" asks what it knows that the calendar does not."""
        return (("driver", "without driver", "full model"), ("driver beyond a trend", "linear trend", "full model"))

    def sensitivity(self) -> tuple[float, float, float]:
        """Return what goes with a tonne of CO2, in m², with its 95 % interval; or with a °C of warming, in million km²."""
        if not self.columns:
            raise InputError("a model without its driver has no sensitivity: fit one with it.")
        row = self.fitted.tidy().row(1, named=True)
        scale = -1e12 / 1e9 if self.driver == "emissions" else -1.0
        return row["estimate"] * scale, row["high"] * scale, row["low"] * scale


def september(record: Record) -> pl.DataFrame:
    """Return the ice of every September: year, september_ice_area and september_ice_extent, in million square kilometres.

    The disc around the pole counts as ice in the area, as it does in the published extent.
    """
    rows = record.table("sea_ice").filter(hemisphere="north", month=SEPTEMBER)
    area = (pl.col("area_km2") + pl.col("pole_hole_km2")) / MILLION
    return rows.select("year", september_ice_area=area, september_ice_extent=pl.col("extent_km2") / MILLION)


def cumulative_co2(record: Record, scenario: str | None = None) -> pl.DataFrame:
    """Return CO2 with land use since 1850, GtCO2 at the end of each year: what was emitted, or will be in a scenario.

    The report's history ends in 2019; then fossil emissions as recorded, and land use at the mean of the latest budget. A
    scenario gives a year in ten; between them emissions lie on straight lines. Raises InputError for a scenario that is unknown
    or in which a year is missing.
    """
    reported = record.table("ar6_cumulative_co2").filter(scenario="historical").sort("year")
    history = reported.select(pl.col("year").cast(pl.Int16), cumulative_co2="cumulative_co2_gt")
    if scenario is None:
        return pl.concat([history, _since(record, history)])
    nodes = _emissions(record, scenario)
    years = np.arange(JOINED + 1, int(nodes["year"][-1]) + 1)
    yearly = np.interp(years, nodes["year"].to_numpy(), nodes["co2_gt"].to_numpy())
    start = history.filter(year=JOINED)["cumulative_co2"].item()
    later = pl.DataFrame({"year": years, "cumulative_co2": start + np.cumsum(yearly)}, schema_overrides={"year": pl.Int16})
    return pl.concat([history.filter(pl.col("year") <= JOINED), later])


def _emissions(record: Record, scenario: str) -> pl.DataFrame:
    """The years for which a scenario states emissions: year, co2_gt; raises InputError if there are none or one is missing."""
    table = record.table("ar6_emissions").drop_nulls("co2_gt")
    nodes = table.filter(scenario=scenario).sort("year")
    if nodes.is_empty():
        known = table["scenario"].unique().sort()
        raise InputError(f"no scenario is called {scenario!r}.{nearest(scenario, known)} There are: {', '.join(known)}.")
    if lacking := sorted({*table["year"]} - {*nodes["year"]}):
        years = ", ".join(map(str, lacking))
        raise InputError(f"scenario {scenario} does not say what is emitted in {years}, as others do: add the year.")
    return nodes


def _since(record: Record, history: pl.DataFrame) -> pl.DataFrame:
    """Cumulative emissions after the last year of `history`."""
    last = history.row(-1, named=True)
    land = record.table("physical_facts").filter(fact_id=LAND_USE)["value"].item()
    fossil = record.table("world_fossil_co2").filter(pl.col("year") > last["year"]).sort("year")
    grown = last["cumulative_co2"] + (pl.col("fossil_co2_t") / 1e9 + land).cum_sum()
    return fossil.select(pl.col("year").cast(pl.Int16), cumulative_co2=grown)


def prais_winsten(design: Design) -> tuple[Estimate, float, float]:
    """Return a regression whose residual follows itself, that residual's persistence, and the spread of what is new each year.

    The rows are one series in the order of its years; a gap in it counts as a year. Prais & Winsten (1954), iterated to rest;
    the persistence is Yule & Walker's, which lies between -1 and 1.

    >>> random, years = np.random.default_rng(2), np.arange(4000)
    >>> drift, x = np.zeros(4000), years * 1.0
    >>> for year in years[1:]:
    ...     drift[year] = 0.6 * drift[year - 1] + random.normal()
    >>> estimate, r, s = prais_winsten(Design(x[:, None], ("x",), 3 + 0.5 * x + drift, years * 0, years))
    >>> round(float(estimate.coefficients[1]), 1), round(r, 1), round(s, 1)
    (0.5, 0.6, 1.0)
    """
    full = np.column_stack([np.ones(len(design.outcome)), design.matrix])
    coefficients = least_squares(design)
    persistence = 0.0
    for _ in range(100):
        residual = design.outcome - full @ coefficients
        estimated = float(residual[1:] @ residual[:-1]) / max(float(residual @ residual), float(np.finfo(np.float64).tiny))
        turned, outcome = _quasi_differences(full, estimated), _quasi_differences(design.outcome[:, None], estimated)[:, 0]
        coefficients = np.asarray(np.linalg.lstsq(turned, outcome, rcond=None)[0], np.float64)
        if abs(estimated - persistence) < 1e-10:
            break
        persistence = estimated
    rest = outcome - turned @ coefficients
    variance = float(rest @ rest) / (len(rest) - full.shape[1])
    estimate = Estimate(
        terms=("intercept", *design.columns),
        coefficients=coefficients,
        covariance=variance * np.linalg.inv(turned.T @ turned),
        means=np.concatenate([[1.0], design.matrix.mean(axis=0)]),
        n=len(design.outcome),
        events=None,
        clusters=1,
        first_year=int(design.year.min()),
        last_year=int(design.year.max()),
    )
    return estimate, persistence, variance**0.5


def _quasi_differences(columns: Array, persistence: float) -> Array:
    """Each row less `persistence` times the one before; the first is scaled to the same variance."""
    first = columns[:1] * np.sqrt(1 - persistence**2)
    return np.concatenate([first, columns[1:] - persistence * columns[:-1]])


def paths(fitted: ArcticIce, driver: Array, members: int, seed: int) -> Array:
    """Return futures of the ice (member, year), in million km² and never below zero, for a path of the driver (year,).

    Every member has coefficients of its own and years of its own; the first year's departure is any.
    """
    estimate, persistence, spread = fitted.fitted, fitted.persistence or 0.0, fitted.spread or 0.0
    generator = np.random.Generator(np.random.PCG64(seed))
    coefficients = generator.multivariate_normal(estimate.coefficients, estimate.covariance, members)
    centre = coefficients[:, :1] + coefficients[:, 1:2] * driver
    departure = np.empty_like(centre)
    departure[:, 0] = generator.normal(0, spread / np.sqrt(1 - persistence**2), members)
    for year in range(1, len(driver)):
        departure[:, year] = persistence * departure[:, year - 1] + generator.normal(0, spread, members)
    ice: Array = np.maximum(centre + departure, 0.0)
    return ice


def projection(fitted: ArcticIce, record: Record, scenario: str, members: int = 5000, seed: int = 1) -> pl.DataFrame:
    """Return September ice in a scenario to the end of its emissions: year, median, low, high (5 and 95 %), free.

    `free` is the share of members that have had a September below FREE by the year. Only a model of emissions can be projected.
    """
    if fitted.columns != (DRIVERS["emissions"],):
        raise InputError("a scenario gives emissions: project a model whose driver they are.")
    given = cumulative_co2(record, scenario).filter(pl.col("year") > fitted.fitted.last_year)
    ice = paths(fitted, given["cumulative_co2"].to_numpy(), members, seed)
    low, median, high = np.quantile(ice, [0.05, 0.5, 0.95], axis=0)
    ever = np.maximum.accumulate(ice < FREE, axis=1).mean(axis=0)
    return given.select("year", median=pl.Series(median), low=pl.Series(low), high=pl.Series(high), free=pl.Series(ever))


def first_free(projected: pl.DataFrame) -> dict[str, int | None]:
    """Return the years by which 5, 50 and 95 in 100 members have had a September free of ice; None where that never comes.

    >>> first_free(pl.DataFrame({"year": [2040, 2041, 2042], "free": [0.1, 0.5, 0.6]}))
    {'early': 2040, 'median': 2041, 'late': None}
    """
    shares = {"early": 0.05, "median": 0.5, "late": 0.95}
    years = {name: projected.filter(pl.col("free") >= share)["year"] for name, share in shares.items()}
    return {name: int(ice_free[0]) if len(ice_free) else None for name, ice_free in years.items()}


def chance_free(fitted: ArcticIce, warming: Array) -> Array:
    """Return how likely a September below FREE is at a warming (level,), °C above the mean of 1951–80, in a year by itself.

    Only for a model whose driver is warming; what is uncertain of the coefficients and of a single year is in it.
    `since_preindustrial` turns a warming above 1850–1900 into one above 1951–80.
    """
    from scipy.special import ndtr

    if fitted.columns != (DRIVERS["warming"],):
        raise InputError("how likely a warming leaves no ice is said by a model whose driver is warming.")
    centre, error = fitted.fitted.predictor(warming[:, None]), fitted.fitted.error(warming[:, None])
    departure = (fitted.spread or 0.0) / np.sqrt(1 - (fitted.persistence or 0.0) ** 2)
    chance: Array = ndtr((FREE - centre) / np.hypot(error, departure))
    return chance


def since_preindustrial(record: Record) -> float:
    """Return by how many °C the mean of 1951–80 lay above that of 1850–1900 (HadCRUT), to turn one warming into the other."""
    rows = record.table("temperature_hadcrut")
    means = [rows.filter(pl.col("year").is_between(*span))["anomaly"].to_numpy().mean() for span in (SPAN, PREINDUSTRIAL)]
    return float(means[0] - means[1])


def by_sea(record: Record, early: tuple[int, int] = (1979, 1988), late: tuple[int, int] = (2015, 2024)) -> pl.DataFrame:
    """Return the September extent of every Arctic sea in two spans of years: sea, early, late (million km²), change (share).

    From version 3 of the index, whose sum is not the extent of `september`.
    """
    rows = record.table("sea_ice_regions_v3").filter(month=SEPTEMBER)
    spans = {"early": early, "late": late}
    means = {
        name: pl.col("extent_km2").filter(pl.col("year").is_between(*span)).mean() / MILLION for name, span in spans.items()
    }
    seas = rows.group_by("region").agg(**means).rename({"region": "sea"})
    return seas.with_columns(change=pl.when(pl.col("early") > 0).then(pl.col("late") / pl.col("early") - 1)).sort("sea")
