"""Put the hurdle and the gravity model together: how many will come along each corridor, and where an origin's people go.

    expected flow(i → j) = probability of any flow · exp(expected logarithm) · s

where s makes the sum of all expected flows agree with all that came in the years learnt from. (The mean of exp(e), after Duan
1983, is twice as large: small corridors err more than large ones, and would set the scale of all.) The band of a flow, if
there is one, spans 95 in 100 of the errors learnt from. The band of an origin's sum spans the same share of what came, beside
what was expected, in the origins and years learnt from: corridors from one origin err together, so that their bands do
not add up. Expected flows as shares of their sum allocate a given total to destinations.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from foedus.errors import InputError
from foedus.estimation.design import Array, matrix_of
from foedus.estimation.estimate import Estimate
from foedus.mechanisms.climate.displacement import HURDLE, NEEDED, SIZE, Displacement
from foedus.record.store import Record

BAND = (0.025, 0.975)
LEAST_EXPECTED = 100
"""Persons below whom an origin's sum says little of how far such sums err."""


@dataclass(frozen=True)
class Flows:
    """Both models, learnt from the same years.

    Attributes
    ----------
    hurdle, size : fitted estimates. columns : of either's rows. scale : s. errors : (2,), the band of e.
    ratios : (2,), the band of an origin's sum as a multiple of what is expected. last_year : last year learnt from.
    """

    hurdle: Estimate
    size: Estimate
    columns: tuple[str, ...]
    scale: float
    errors: tuple[float, float]
    ratios: tuple[float, float]
    last_year: int

    @classmethod
    def learn(cls, panel: pl.DataFrame, last_year: int, same_year: bool = False) -> Flows:
        """Learn from the rows of a panel up to `last_year`; `same_year` says what its deaths are (Displacement.same_year)."""
        known = panel.filter(pl.col("year") <= last_year)
        hurdle, size = (Displacement(outcome=outcome, same_year=same_year) for outcome in (HURDLE, SIZE))
        fitted = hurdle.fit(known).fitted, size.fit(known).fitted
        rows, sized = hurdle.complete(known), size.design(known).only(size.columns)
        error = sized.outcome - fitted[1].predictor(sized.matrix)
        plain = cls(*fitted, size.columns, 1.0, _band(error), (1.0, 1.0), last_year)
        sums = plain.forecast(rows).group_by("ccode1", "year").agg(pl.col("expected", "flow").sum())
        scale = float(sums["flow"].sum()) / float(sums["expected"].sum())
        expected = sums.with_columns(pl.col("expected") * scale).filter(pl.col("expected") >= LEAST_EXPECTED)
        if expected.is_empty():
            raise InputError(f"no origin had {LEAST_EXPECTED} expected persons in a year up to {last_year}: widen the years.")
        return replace(plain, scale=scale, ratios=_band(expected["flow"].to_numpy() / expected["expected"].to_numpy()))

    def forecast(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return corridor-years with probability, median, low and high (of a flow, if there is one), and expected, in persons.

        Raises InputError if a covariate is unknown in some row.
        """
        if unknown := [name for name in NEEDED if rows[name].null_count()]:
            raise InputError(f"nothing is forecast where a covariate is unknown ({', '.join(unknown)}): leave those rows out.")
        matrix = matrix_of(rows, self.columns)
        probability, centre = self.hurdle.probability(matrix), self.size.predictor(matrix)
        columns: dict[str, Array] = {
            "probability": probability,
            "median": np.exp(centre),
            "low": np.exp(centre + self.errors[0]),
            "high": np.exp(centre + self.errors[1]),
            "expected": probability * np.exp(centre) * self.scale,
        }
        return rows.with_columns(pl.Series(name, values) for name, values in columns.items())


def _band(values: Array) -> tuple[float, float]:
    low, high = np.quantile(values, BAND)
    return float(low), float(high)


@dataclass(frozen=True)
class Case:
    """The forecast for an origin in a year, beside what came.

    Attributes
    ----------
    destinations : one row a destination of which everything is known: ccode2, probability, median, low, high, expected, share
        (of the sum expected), flow and flow_share, as they came; the largest flows first.
    left_out : destinations with a flow of which something is unknown: ccode2, told, why.
    refugee_like : persons newly in a refugee-like situation abroad, who are in no flow.
    expected, low, high, came : sums over `destinations`, in persons. last_year : last year learnt from.
    """

    destinations: pl.DataFrame
    left_out: pl.DataFrame
    expected: float
    low: float
    high: float
    came: int
    refugee_like: int
    last_year: int

    @property
    def misallocated(self) -> float:
        """Share of the persons who came elsewhere than the forecast shares would have sent them."""
        away = self.destinations.select((pl.col("share") - pl.col("flow_share")).abs().sum() / 2)
        return float(away.item())


def case(record: Record, origin: int, year: int, same_year: bool = False) -> Case:
    """Return what models that learnt up to the year before said of an origin's flows in a year, and what came.

    With `same_year` the deaths of the year itself are given to them: then it is no forecast, but says how far the flow is that
    of a war of such a size. Raises InputError if nothing is known of the origin in that year.
    """
    model = Displacement(same_year=same_year)
    panel = model.panel(record, (model.first_year, year))
    corridors_of_year = panel.filter(pl.col("ccode1") == origin, pl.col("year") == year)
    rows = corridors_of_year.drop_nulls(["flow", *NEEDED])
    if rows.is_empty():
        unknown = [
            name
            for name in NEEDED
            if corridors_of_year.height and corridors_of_year[name].null_count() == corridors_of_year.height
        ]
        raise InputError(
            f"no corridor from state {origin} is known in {year}: {', '.join(unknown) or 'it was no state'}. Ask for another."
        )
    learnt = Flows.learn(panel, year - 1, same_year)
    forecast = learnt.forecast(rows)
    shares = forecast.with_columns(
        share=pl.col("expected") / pl.col("expected").sum(),
        flow_share=pl.col("flow") / pl.max_horizontal(pl.col("flow").sum(), 1),
    )
    columns = ("ccode2", "probability", "median", "low", "high", "expected", "share", "flow", "flow_share")
    expected = float(forecast["expected"].sum())
    lost = corridors_of_year.join(rows, on="ccode2", how="anti").filter(pl.col("told") > 0)
    why = pl.coalesce("set_aside", *(pl.when(pl.col(name).is_null()).then(pl.lit(f"no {name}")) for name in NEEDED))
    return Case(
        destinations=shares.select(columns).sort("flow", "expected", descending=True),
        left_out=lost.select("ccode2", "told", why=why),
        expected=expected,
        low=expected * learnt.ratios[0],
        high=expected * learnt.ratios[1],
        came=int(forecast["flow"].sum()),
        refugee_like=int(record.table("displacement_flows").filter(ccode1=origin, year=year)["new_refugee_like"].sum()),
        last_year=learnt.last_year,
    )
