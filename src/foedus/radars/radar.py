"""The reach of a radar: to the horizon, to the range it is made for, or to where the echo fades, whichever is nearest.

    horizon(h, H)  =  k R · (arctan(√(2 k R h + h²) / k R)  +  the same of H),   nearly √(2 k R h) + √(2 k R H)
    power(σ)       =  range · (σ / σ₀)^¼
    reach          =  min(horizon, range, power)

h and H are heights of antenna and target above the sea, R the earth's mean radius and k by how much refraction flattens it, 4/3
in the standard atmosphere. Range is the published one, held to be that for a target of cross-section σ₀. The radar equation
enters in relative form alone: power, gain, losses and noise of the models are not public and are not needed.

Skolnik (2008), chapters 1 and 26; ITU-R P.310 on k. Leaves out clutter, ducts, lobes over the sea, jamming and ground that
stands in the way, of which `terrain_horizon` tells.
"""

from __future__ import annotations

import numpy as np

from foedus.errors import InputError
from foedus.estimation.design import Array

EARTH_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""

STANDARD_K = 4 / 3

CURVATURE = 157.0
"""Refractivity units a km by which refraction would have to fall for a ray to follow the earth: 10⁶ over its radius in km."""


def radio_horizon(antenna_m: Array | float, target_m: Array | float, k: Array | float = STANDARD_K) -> Array:
    """Return the farthest distance along the earth, km, from which a target can be in sight over smooth ground.

    antenna_m, target_m : heights above the sea, m, of any shapes that fit together; k : of such a shape too, above zero.
    Raises InputError for a height below zero or a k that is not above it.

    >>> radio_horizon(np.array([100.0, 300.0]), 50.0).round(1).tolist()
    [70.4, 100.5]
    """
    antenna, target, factor = (np.asarray(value, np.float64) for value in (antenna_m, target_m, k))
    if not (np.all(antenna >= 0) and np.all(target >= 0)):
        raise InputError("a height above the sea is zero or more, in metres: give the antenna's and the target's again.")
    if not np.all(factor > 0):
        raise InputError("k, the effective radius of the earth over its own, lies above zero; 4/3 is usual.")
    radius = factor * EARTH_KM
    sight: Array = _to_horizon(antenna / 1000, radius) + _to_horizon(target / 1000, radius)
    return sight


def _to_horizon(height_km: Array, radius_km: Array) -> Array:
    """Distance along a smooth earth of this radius to the horizon of this height; stable for heights of a metre."""
    distance: Array = radius_km * np.arctan(np.sqrt(height_km * (2 * radius_km + height_km)) / radius_km)
    return distance


def effective_radius_factor(gradient: float) -> float:
    """Return k for a gradient of refractivity, units a km (negative: falling with height); raises InputError where rays duct.

    >>> round(effective_radius_factor(-39.25), 3), effective_radius_factor(0)
    (1.333, 1.0)
    """
    if gradient <= -CURVATURE:
        raise InputError(
            f"refractivity that falls by {-gradient:g} units a km keeps rays along the ground: no horizon is left."
        )
    return CURVATURE / (CURVATURE + gradient)


def power_range(range_km: Array | float, cross_section_m2: float, reference_m2: float) -> Array:
    """Return the distance, km, at which a target gives the echo that one of the reference cross-section gives at range_km.

    Raises InputError if a cross-section is not above zero.

    >>> float(power_range(400.0, 1 / 16, 1.0))
    200.0
    """
    if cross_section_m2 <= 0 or reference_m2 <= 0:
        raise InputError("a radar cross-section lies above zero, in square metres.")
    distance: Array = np.asarray(range_km, np.float64) * (cross_section_m2 / reference_m2) ** 0.25
    return distance


def reach(
    antenna_m: Array,
    range_km: Array,
    target_m: float,
    *,
    cross_section_m2: float = 1.0,
    reference_m2: float = 1.0,
    k: float = STANDARD_K,
) -> Array:
    """Return how far each radar (site,) sees the target, km: the least of horizon, range and power.

    >>> reach(np.array([100.0, 100.0]), np.array([463.0, 60.0]), 50.0).round(1).tolist()
    [70.4, 60.0]
    """
    faded = power_range(range_km, cross_section_m2, reference_m2)
    return np.minimum(np.minimum(radio_horizon(antenna_m, target_m, k), range_km), faded)
