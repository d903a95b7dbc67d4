"""Bands of a number about coverage or warning, for what is not known of air, masts, ground and published ranges.

Each draw takes k, the height of antennas, the cross-section that the published range is for, and the published ranges (all
sites alike) from the widths of `assumptions.toml`, half of the draws below the stated value and half above it, evenly; and
every site's own error of elevation. The number is then computed again. What the caller keeps the same, the tracks of an
approach for one, stays the same: a band holds what is not known, not the luck of the tracks.

Leaves out what no width is stated for: sites that do not work, clutter, the ground between, and whether the physics is right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from foedus.errors import InputError
from foedus.estimation.design import Array
from foedus.radars.coverage import View
from foedus.radars.sites import assumptions

Measure = Callable[[Array], Sequence[Mapping[str, float | None]]]
"""Numbers of each case of reaches (case, site), by name; None where there is nothing to tell."""


def bands(sites: pl.DataFrame, view: View, measure: Measure, draws: int = 100, seed: int = 1) -> pl.DataFrame:
    """Return measure, value, low and high (5 and 95 % of the draws) of everything that `measure` tells.

    Raises InputError for fewer than 20 draws, of which no such band can be told.

    >>> from foedus.radars.coverage import stated_view
    >>> one = {"site": ["A"], "state": ["ISL"], "latitude": [65.0], "longitude": [-20.0]}
    >>> far = {"range_km": [400.0], "range_low_km": [400.0], "range_high_km": [400.0]}
    >>> high = {"elevation_m": [80.0], "elevation_error_m": [0.0], "antenna_m": [20.0]}
    >>> site = pl.DataFrame({**one, **far, **high})
    >>> told = bands(site, stated_view(height_m=50), lambda reaches: [{"reach": float(each[0])} for each in reaches])
    >>> told.with_columns(pl.col("value", "low", "high").round(0)).row(0)
    ('reach', 70.0, 67.0, 76.0)
    """
    if draws < 20:
        raise InputError(f"a band from 5 to 95 % wants 20 draws or more, and not {draws}.")
    central, *drawn = measure(np.vstack([view.reaches(sites)[None], drawn_reaches(sites, view, draws, seed)]))
    limits = [_limits([each[name] for each in drawn]) for name in central]
    columns = {"value": list(central.values()), "low": [low for low, _ in limits], "high": [high for _, high in limits]}
    return pl.DataFrame({"measure": list(central), **columns}, schema_overrides=dict.fromkeys(columns, pl.Float64))


def _limits(values: list[float | None]) -> tuple[float | None, float | None]:
    known = [value for value in values if value is not None]
    return (float(np.quantile(known, 0.05)), float(np.quantile(known, 0.95))) if known else (None, None)


def drawn_reaches(sites: pl.DataFrame, view: View, draws: int, seed: int) -> Array:
    """Return how far each site sees if what is not known is drawn at random, km (draw, site)."""
    generator = np.random.Generator(np.random.PCG64(seed))
    width = assumptions()["assumption"]
    low, middle, high = (sites[name].to_numpy() for name in ("range_low_km", "range_km", "range_high_km"))
    elevation, spread, antenna = (sites[name].to_numpy() for name in ("elevation_m", "elevation_error_m", "antenna_m"))
    reaches = np.empty((draws, sites.height))
    for draw, (at, mast, size, far) in enumerate(generator.random((draws, 4))):
        seen = replace(
            view,
            k=float(_between(at, width["k"]["low"], view.k, width["k"]["high"])),
            antenna_m=float(_between(mast, width["antenna_m"]["low"], view.antenna_m, width["antenna_m"]["high"])),
            reference_m2=float(
                np.exp(_between(size, *np.log(_around(view.reference_m2, width["reference_cross_section_m2"]))))
            ),
        )
        error = spread * generator.uniform(-1, 1, sites.height)
        reaches[draw] = seen.reaches_from(elevation + error, antenna, _between(far, low, middle, high))
    return reaches


def _around(centre: float, width: Mapping[str, float]) -> Array:
    """Low, centre and high of what may be wrong by a factor, whatever the caller's centre."""
    return centre * np.array([width["low"], width["value"], width["high"]]) / width["value"]


def _between(at: float, low: Array | float, centre: Array | float, high: Array | float) -> Array:
    """The value at a share of the way from low (0) over centre (.5) to high (1); a centre outside them is a limit itself."""
    low, high = np.minimum(low, centre), np.maximum(high, centre)
    return np.asarray(low + 2 * at * (centre - low) if at < 0.5 else centre + (2 * at - 1) * (high - centre), np.float64)
