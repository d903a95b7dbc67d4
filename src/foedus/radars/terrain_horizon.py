"""Where coarse ground stands in the way: how far each radar sees in every direction over the elevation grid.

    slope(d)  =  (height(d) - antenna) / d  -  d / (2 k R)

is by how much ground or target at distance d appears above the level of the antenna, over an earth flattened by refraction. A
target is in sight where its slope is no less than that of all ground before it. The reach in a direction is the distance of the
first step of STEP_KM at which the target is out of sight: what is seen again behind a ridge is left out.

The target keeps its height above the ground that it is over, in this option alone; elsewhere the earth is a smooth sea. The
grid has cells of RESOLUTION: it knows ranges and ice sheets, and no hill, cliff or fjord. It makes the reach shorter and
never longer; ground within the first cell is left out, for there the site's own elevation is the better one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from foedus.estimation.design import Array
from foedus.radars.coverage import View
from foedus.radars.radar import EARTH_KM
from foedus.radars.sites import ground_height
from foedus.record.store import Record

Truth = npt.NDArray[np.bool_]

RESOLUTION = "20 arc-minutes (37 km from north to south)"

CELL_KM = 37.0

DIRECTIONS = 72
"""Directions from each site, evenly spaced from north by east."""

STEP_KM = 5.0


def reaches_over_ground(sites: pl.DataFrame, view: View, record: Record) -> Array:
    """Return how far each site sees the target in each direction, km (site, direction); no more than over smooth ground.

    Works for `counts`, maps, areas and profiles of coverage, which take such reaches as they take plain ones.
    """
    from pyproj import Geod

    smooth = view.reaches(sites)
    if not len(smooth):
        return np.zeros((0, DIRECTIONS))
    distance = np.arange(CELL_KM, max(float(smooth.max()), CELL_KM) + STEP_KM, STEP_KM)
    shape = (sites.height, DIRECTIONS, len(distance))
    azimuth = np.arange(DIRECTIONS) * 360 / DIRECTIONS
    begins, bears, goes = (
        (sites["longitude"].to_numpy()[:, None, None], sites["latitude"].to_numpy()[:, None, None]),
        azimuth[None, :, None],
        distance[None, None, :] * 1000,
    )
    each = [np.broadcast_to(part, shape).ravel() for part in (*begins, bears, goes)]
    east, north, _ = Geod(ellps="WGS84").fwd(each[0], each[1], each[2], each[3])
    ground = np.maximum(ground_height(record, np.asarray(north), np.asarray(east)), 0.0).reshape(shape)
    antenna = (sites["elevation_m"].to_numpy() + sites["antenna_m"].fill_null(view.antenna_m).to_numpy())[:, None, None]
    free = in_sight(ground, np.maximum(antenna, 0.0), view.height_m, distance, view.k)
    hidden = np.logical_not(free)
    first = np.where(hidden.any(axis=-1), hidden.argmax(axis=-1), len(distance))
    clear = np.append(distance, np.inf)[first]
    reaches: Array = np.minimum(clear, smooth[:, None])
    return reaches


def in_sight(ground_m: Array, antenna_m: Array, target_m: float, distance_km: Array, k: float) -> Truth:
    """Return whether a target at each distance is in sight over the ground before it (…, distance).

    ground_m : heights of the ground (…, distance); antenna_m : above the sea, of a shape that fits; target_m : above the ground
    that it is over.

    >>> flat, ridge = np.zeros(4), np.array([0.0, 900.0, 0.0, 0.0])
    >>> distance = np.array([10.0, 20.0, 30.0, 40.0])
    >>> in_sight(flat, np.array(100.0), 500.0, distance, 4 / 3).tolist()
    [True, True, True, True]
    >>> in_sight(ridge, np.array(100.0), 500.0, distance, 4 / 3).tolist()
    [True, True, False, False]
    """
    bend = distance_km**2 * 1000 / (2 * k * EARTH_KM)
    slope = (ground_m - antenna_m - bend) / distance_km
    before = np.maximum.accumulate(slope, axis=-1)
    hides = np.concatenate([np.full((*before.shape[:-1], 1), -np.inf), before[..., :-1]], axis=-1)
    sight: Truth = (ground_m + target_m - antenna_m - bend) / distance_km >= hides
    return sight
