"""How far the published uncertainty of what a risk reads moves it: regimes, product, and positions in the General Assembly.

    risk drawn = risk of the dyad-year with each side's polyarchy, share of capability and ideal point drawn around their values

V-Dem publishes bounds of 68 % of polyarchy, the estimates of product their standard deviations, ideal points bounds of 90 %.
Errors are taken as normal (of shares: of their logarithm), as independent between states and between the three, and as those of
the one year that is read: what was learnt from earlier years is left as it is, so that coefficients stay drawn towards zero by
errors in them (Fuller 1987). Beside each draw stands the model's own uncertainty, so that the interval holds both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from foedus.estimation.design import Array
from foedus.estimation.estimate import NORMAL_95
from foedus.mechanisms.order.disputes import BOUNDED, Disputes, forecasts
from foedus.panels.panel import panel
from foedus.record.store import Record

DRAWS = 400
"""Sets of inputs drawn."""

SEED = 20261129

READ = ("polyarchy", "capability_share", "ideal_point")
"""What of a state is drawn: the dyad's columns follow from it."""

NORMAL_68, NORMAL_90 = 0.994458, 1.644854
"""Standard deviations from the middle to the bounds of an interval that holds so many per cent."""


@dataclass(frozen=True)
class Drawn:
    """A risk with what is uncertain of its inputs.

    Attributes
    ----------
    probability : mean over the draws. low, high : of 95 %, inputs and model together. inputs_low, inputs_high : inputs alone.
    """

    probability: float
    low: float
    high: float
    inputs_low: float
    inputs_high: float


def drawn(models: Mapping[str, Disputes], own: pl.DataFrame, year: int, columns: list[pl.Series]) -> dict[str, Drawn]:
    """Return the risks of a dyad in a year with its inputs drawn, by outcome; none of an outcome whose risk is unknown.

    models : as for `forecasts`. own : all years of the dyad up to the year, as `Disputes.panel` gives them. columns : from
        `columns_drawn`.
    """
    asked = own.filter(pl.col("year") == year)
    many = pl.concat([asked] * DRAWS).with_columns(columns)
    told = forecasts(models, pl.concat([own.filter(pl.col("year") < year), many]), year)
    known = {outcome: rows for outcome, rows in told.items() if not rows["probability"].null_count()}
    return {outcome: together(*rows.select(BOUNDED).to_numpy().T) for outcome, rows in known.items()}


def together(probability: Array, low: Array, high: Array) -> Drawn:
    """Return the risk over draws of its inputs (draw,), each with the bounds of 95 % that the model leaves it.

    The model's own error is drawn once beside each, on the scale of logarithms, as wide to either side as its bounds say.

    >>> one = together(np.full(400, 0.1), np.full(400, 0.05), np.full(400, 0.2))
    >>> round(one.probability, 3), round(one.low, 2), round(one.high, 2), one.inputs_low == one.inputs_high
    (0.1, 0.05, 0.2, True)
    """
    steps = (np.arange(len(probability)) + 0.5) / len(probability)
    generator = np.random.default_rng(SEED)
    error = generator.permutation(_normal(steps)) / NORMAL_95
    bound = np.log(np.where(error > 0, high, low)) - np.log(probability)
    both = probability * np.exp(np.abs(error) * bound)
    edges = [0.025, 0.975]
    inputs = np.quantile(probability, edges)
    return Drawn(float(probability.mean()), *map(float, np.quantile(both, edges)), *map(float, inputs))


def _normal(shares: Array) -> Array:
    """The quantiles of a standard normal, without a library that takes longer to load than the rest of the chapter to tell."""
    from statistics import NormalDist

    return np.array([NormalDist().inv_cdf(share) for share in shares.tolist()])


def columns_drawn(sides: tuple[int, int], year: int, record: Record) -> list[pl.Series] | None:
    """Return draws of the columns of a dyad that follow from what is uncertain of its two states in a year.

    None where an input is not known for the year or the twenty before, or where its uncertainty is not published.
    """
    known = panel("state-year", READ, years=(year, year), states=sides, carry_forward=20, record=record)
    ages = [f"{name}_age" for name in READ]
    if known.height < len(sides) or known.select(pl.any_horizontal(pl.col(READ).is_null())).to_series().any():
        return None
    generator = np.random.default_rng(SEED)
    values: dict[str, list[Array]] = {name: [] for name in READ}
    for row in known.sort("ccode").iter_rows(named=True):
        spreads = _spreads(row["ccode"], {name: year - row[age] for name, age in zip(READ, ages, strict=True)}, record)
        if spreads is None:
            return None
        noise = generator.normal(size=(len(READ), DRAWS)) * np.array(spreads)[:, None]
        values["polyarchy"].append(np.clip(row["polyarchy"] + noise[0], 0.0, 1.0))
        values["capability_share"].append(row["capability_share"] * np.exp(noise[1]))
        values["ideal_point"].append(row["ideal_point"] + noise[2])
    polyarchy, share, point = (np.array(values[name]) for name in READ)
    return [
        pl.Series("weaker_democracy", polyarchy.min(axis=0)),
        pl.Series("capability_ratio", share.max(axis=0) / share.sum(axis=0)),
        pl.Series("joint_capability", np.log(share).sum(axis=0)),
        pl.Series("ideal_point_distance", np.abs(point[0] - point[1])),
    ]


def _spreads(ccode: int, years: dict[str, int], record: Record) -> tuple[float, float, float] | None:
    """Standard deviations of polyarchy, of the logarithm of the share, and of the ideal point; None where one is not published.

    Each in the year that the value is of; V-Dem's bounds, published with an earlier release, in its last year at the latest.
    """
    regime = record.table("regimes").filter(pl.col("year") <= years["polyarchy"], ccode=ccode).sort("year").tail(1)
    economy = record.table("economy").filter(year=years["capability_share"], ccode=ccode)
    votes = record.table("ideal_points").filter(year=years["ideal_point"], ccode=ccode)
    if not (regime.height and economy.height and votes.height):
        return None
    product, head = (economy.item(0, f"{name}_sd") / economy.item(0, name) for name in ("gdp", "gdp_per_head"))
    wide = regime.item(0, "polyarchy_v15_high") - regime.item(0, "polyarchy_v15_low")
    apart = votes.item(0, "ideal_point_high") - votes.item(0, "ideal_point_low")
    return wide / 2 / NORMAL_68, float(np.hypot(product, head)), apart / 2 / NORMAL_90
