"""Coverage of a line by a network of radars: how much of it is seen, by longitude, and by how many.

    share(bin)  =  length of the line within the bin that at least one site sees  /  length of the line within the bin

on the WGS 84 ellipsoid; a line is walked in even steps. Bins are coarse on purpose, MIN_BIN degrees at least: the profile is
made to tell how much there is and whose radars see it, and no function here says where least is seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from foedus.errors import InputError
from foedus.estimation.design import Array
from foedus.radars.coverage import counts, within

MIN_BIN = 10.0
"""Degrees of longitude that a bin of a profile spans at least."""

MOST_POINTS = 20_000
"""Points at which a line is looked at."""


@dataclass(frozen=True)
class Line:
    """A line on the map: the name it goes by, and its corners (corner,), in degrees; one corner makes a point."""

    name: str
    latitude: tuple[float, ...]
    longitude: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.latitude or len(self.latitude) != len(self.longitude):
            raise InputError(f"the line {self.name} needs as many latitudes as longitudes, and one at least.")
        if not all(-90 <= each <= 90 for each in self.latitude) or not all(-180 <= each <= 180 for each in self.longitude):
            raise InputError(f"the line {self.name} leaves the map: latitudes lie within ±90, longitudes within ±180.")


def chain_line(sites: pl.DataFrame, name: str = "the chain") -> Line:
    """Return the line through the sites in the order of their table."""
    return Line(name, tuple(sites["latitude"].to_list()), tuple(sites["longitude"].to_list()))


def parallel(latitude: float, west: float, east: float) -> Line:
    """Return the part of a circle of latitude from one longitude east to another, a corner every half degree."""
    span = (east - west) % 360 or 360.0
    steps = west + np.linspace(0, span, max(2, round(span * 2) + 1))
    return Line(
        f"{abs(latitude):g}° {'N' if latitude >= 0 else 'S'}",
        (latitude,) * len(steps),
        tuple(((steps + 180) % 360 - 180).tolist()),
    )


def along(line: Line, spacing_km: float = 5.0) -> tuple[Array, Array]:
    """Return points (point,) evenly spaced along a line, each in the middle of its stretch: latitudes and longitudes.

    A line of more than MOST_POINTS stretches is walked in longer ones.
    """
    from pyproj import Geod

    latitude, longitude = np.array(line.latitude), np.array(line.longitude)
    if len(latitude) == 1:
        return latitude, longitude
    geod = Geod(ellps="WGS84")
    azimuth, _, length = (np.asarray(each) for each in geod.inv(longitude[:-1], latitude[:-1], longitude[1:], latitude[1:]))
    ends = np.cumsum(length)
    number = min(max(1, round(float(ends[-1]) / 1000 / spacing_km)), MOST_POINTS)
    at = (np.arange(number) + 0.5) * ends[-1] / number
    leg = np.minimum(np.searchsorted(ends, at, side="right"), len(ends) - 1)
    east, north, _ = geod.fwd(longitude[leg], latitude[leg], azimuth[leg], at - (ends[leg] - length[leg]))
    return np.asarray(north), np.asarray(east)


def front_profile(sites: pl.DataFrame, reaches_km: Array, line: Line, bin_degrees: float = 15.0) -> pl.DataFrame:
    """Return how much of a line is seen, by longitude.

    Columns west, east, km, share (seen by one site or more), share_2, share_3, mean_sites, and `share_<ISO3>` for each state;
    the row without west and east is the whole line.

    Raises InputError for bins narrower than MIN_BIN.
    """
    if not MIN_BIN <= bin_degrees <= 360:
        raise InputError(
            f"bins of a profile span {MIN_BIN:g} to 360 degrees, and not {bin_degrees:g}: it tells how much is seen."
        )
    latitude, longitude = along(line)
    members = sites["state"].unique().sort().to_list()
    seen = counts(sites, reaches_km, latitude, longitude, members)
    each = {f"share_{name}": seen[:, place] > 0 for place, name in enumerate(members)}
    points = pl.DataFrame(
        {"west": np.floor((longitude + 180) / bin_degrees) * bin_degrees - 180, "sites": seen.sum(axis=1), **each}
    )
    measures = [
        (pl.len() * _spacing(line, len(latitude))).alias("km"),
        *((pl.col("sites") >= least).mean().alias(name) for name, least in (("share", 1), ("share_2", 2), ("share_3", 3))),
        pl.col("sites").mean().alias("mean_sites"),
        pl.col(list(each)).mean(),
    ]
    binned = (
        points.group_by("west")
        .agg(measures)
        .sort("west")
        .with_columns(east=pl.min_horizontal(pl.col("west") + bin_degrees, 180.0))
    )
    whole = points.select(measures).with_columns(west=pl.lit(None, pl.Float64), east=pl.lit(None, pl.Float64))
    order = ["west", "east", *whole.drop("west", "east").columns]
    return pl.concat([binned.select(order), whole.select(order)])


def seen_shares(sites: pl.DataFrame, reaches_km: Array, line: Line) -> list[Mapping[str, float | None]]:
    """Return how much of a line is seen in each of several cases: share, share_2, share_3, mean_sites, `share_<ISO3>`.

    reaches_km : (case, site).
    """
    latitude, longitude = along(line)
    owner = sites["state"].to_numpy()
    members = sites["state"].unique().sort().to_list()
    names = ("share", "share_2", "share_3", "mean_sites", *(f"share_{name}" for name in members))
    totals = np.zeros((len(reaches_km), len(names)))
    for case, seen in within(sites, reaches_km, latitude, longitude):
        number = seen.sum(axis=1)
        whole = [(number >= 1).sum(), (number >= 2).sum(), (number >= 3).sum(), number.sum()]
        totals[case] += [*whole, *(seen[:, owner == name].any(axis=1).sum() for name in members)]
    return [dict(zip(names, each, strict=True)) for each in (totals / len(latitude)).tolist()]


def _spacing(line: Line, points: int) -> float:
    from pyproj import Geod

    return float(Geod(ellps="WGS84").line_length(line.longitude, line.latitude)) / 1000 / points


def spacing(sites: pl.DataFrame) -> Array:
    """Return the distances, km, between each site and the next in the order of the table (site - 1,)."""
    from pyproj import Geod

    latitude, longitude = sites["latitude"].to_numpy(), sites["longitude"].to_numpy()
    return np.asarray(Geod(ellps="WGS84").inv(longitude[:-1], latitude[:-1], longitude[1:], latitude[1:])[2]) / 1000
