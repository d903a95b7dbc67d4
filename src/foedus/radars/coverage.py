"""Coverage of a network of radars from above: how many see each place, and how much of the earth or of a front that is.

    seen(place)  =  number of sites whose reach is no shorter than the geodesic from site to place

on the WGS 84 ellipsoid, for a target of one height and size. Whether a place is within reach is decided by the straight line
through the earth, which grows with the geodesic: reach s has the chord 2 R sin(s / 2 R), R the Gaussian radius at the site.
Over 500 km that is right to a metre (`tests/mechanisms/test_coverage.py`, against Karney's geodesics).

A map is of equal-area cells (Lambert's azimuthal projection on the ellipsoid), so that an area is a count of cells. It is drawn
for a reader's eye; nothing here ranks places or directions by how little is seen of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from foedus.errors import InputError
from foedus.estimation.design import Array
from foedus.radars.radar import reach
from foedus.radars.sites import assumptions

SEMI_MAJOR_KM, FLATTENING = 6378.137, 1 / 298.257223563
"""WGS 84."""

ECCENTRICITY_2 = FLATTENING * (2 - FLATTENING)

MOST_CELLS, CELLS_ACROSS = 20_000_000, 400

Truth = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class View:
    """A target that is looked for, and the air between; `stated_view` gives what `assumptions.toml` states.

    Attributes
    ----------
    height_m : of the target above the sea. cross_section_m2 : its size to a radar. k : effective radius of the earth over its
    own. antenna_m : height of antennas above the ground, where a site's is not known. reference_m2 : cross-section of the
    target that is seen out to the published range.
    """

    height_m: float
    cross_section_m2: float
    k: float
    antenna_m: float
    reference_m2: float

    def __post_init__(self) -> None:
        faults = [
            (0 <= self.height_m < math.inf, "a height above the sea is zero or more, in metres"),
            (0 < self.cross_section_m2 < math.inf, "a radar cross-section lies above zero, in square metres"),
            (0 < self.k < math.inf, "k, the effective radius of the earth over its own, lies above zero; 4/3 is usual"),
        ]
        if wrong := [text for right, text in faults if not right]:
            raise InputError(f"nothing can be looked for so: {'; '.join(wrong)}.")

    def reaches(self, sites: pl.DataFrame) -> Array:
        """Return how far each site sees the target, km (site,)."""
        return self.reaches_from(*(sites[name].to_numpy() for name in ("elevation_m", "antenna_m", "range_km")))

    def reaches_from(self, elevation_m: Array, antenna_m: Array, range_km: Array) -> Array:
        """Return the same from the columns that it follows from; antenna_m is NaN where it is not known."""
        above_sea = elevation_m + np.where(np.isnan(antenna_m), self.antenna_m, antenna_m)
        return reach(
            np.maximum(above_sea, 0.0),
            range_km,
            self.height_m,
            cross_section_m2=self.cross_section_m2,
            reference_m2=self.reference_m2,
            k=self.k,
        )


def stated_view(**changed: float) -> View:
    """Return the view that `assumptions.toml` states, with what is changed by name.

    >>> stated_view(height_m=3000.0)
    View(height_m=3000.0, cross_section_m2=1.0, k=1.3333333333333333, antenna_m=15.0, reference_m2=1.0)
    """
    given, target = assumptions()["assumption"], assumptions()["target"]
    stated = {
        "height_m": target["height_m"],
        "cross_section_m2": target["cross_section_m2"],
        "k": given["k"]["value"],
        "antenna_m": given["antenna_m"]["value"],
        "reference_m2": given["reference_cross_section_m2"]["value"],
    }
    return View(**{name: float(value) for name, value in {**stated, **changed}.items()})


@dataclass(frozen=True)
class Grid:
    """Equal-area cells around a point: their centres (cell,), in km from it and in degrees, and their side in km."""

    x_km: Array
    y_km: Array
    latitude: Array
    longitude: Array
    cell_km: float

    @property
    def cell_area_km2(self) -> float:
        """Area of a cell, the same for all."""
        return self.cell_km**2


def polar_grid(cell_km: float = 10.0, south: float = 50.0, upward: float = -100.0) -> Grid:
    """Return the cells from a latitude to the North Pole, of the view from above it.

    upward : longitude that points down the page from the pole. Raises InputError for a cell or latitude that gives no map.
    """
    if not -60 <= south < 90:
        raise InputError(f"a polar map begins between 60° S and the pole, and not at {south:g}°.")
    corner = np.hypot(*_project(90.0, upward, np.array([south]), np.array([0.0])))[0]
    grid = _grid(90.0, upward, float(corner), cell_km)
    inside = grid.latitude >= south
    return Grid(grid.x_km[inside], grid.y_km[inside], grid.latitude[inside], grid.longitude[inside], cell_km)


def grid_around(sites: pl.DataFrame, reaches_km: Array, cell_km: float | None = None) -> Grid:
    """Return cells around any table of sites, as wide as all that they reach; by default CELLS_ACROSS to the whole width."""
    if sites.is_empty():
        raise InputError("there are no sites to draw a map around.")
    latitude, longitude = sites["latitude"].to_numpy(), sites["longitude"].to_numpy()
    middle = earth_centred(latitude, longitude).mean(axis=0)
    centre = (
        float(np.degrees(np.arctan2(middle[2], np.hypot(*middle[:2])))),
        float(np.degrees(np.arctan2(middle[1], middle[0]))),
    )
    x, y = _project(*centre, latitude, longitude)
    # an equal-area map stretches sideways by less than 1.5 up to 83° from its centre
    half_width = float((np.hypot(x, y) + 1.5 * reaches_km).max())
    return _grid(*centre, half_width, cell_km or 2 * half_width / CELLS_ACROSS)


def _transformer(latitude: float, longitude: float) -> Any:
    from pyproj import Transformer

    laea = f"+proj=laea +lat_0={latitude!r} +lon_0={longitude!r} +ellps=WGS84 +units=km"
    return Transformer.from_crs("+proj=longlat +ellps=WGS84", laea, always_xy=True)


def _project(latitude_0: float, longitude_0: float, latitude: Array, longitude: Array) -> tuple[Array, Array]:
    x, y = _transformer(latitude_0, longitude_0).transform(longitude, latitude)
    return np.asarray(x), np.asarray(y)


def _grid(latitude: float, longitude: float, half_width_km: float, cell_km: float) -> Grid:
    if not 0 < cell_km <= half_width_km or (2 * half_width_km / cell_km) ** 2 > MOST_CELLS:
        raise InputError(
            f"cells of {cell_km:g} km give no map of {2 * half_width_km:,.0f} km, or more than {MOST_CELLS:,} cells."
        )
    steps = np.arange(-np.ceil(half_width_km / cell_km) + 0.5, np.ceil(half_width_km / cell_km)) * cell_km
    x, y = (axis.ravel() for axis in np.meshgrid(steps, steps))
    east, north = _transformer(latitude, longitude).transform(x, y, direction="INVERSE")
    real = np.isfinite(np.asarray(north))
    return Grid(x[real], y[real], np.asarray(north)[real], np.asarray(east)[real], cell_km)


def earth_centred(latitude: Array, longitude: Array) -> Array:
    """Return positions on the ellipsoid in km from the earth's centre (point, 3)."""
    north, east = np.radians(latitude), np.radians(longitude)
    normal = SEMI_MAJOR_KM / np.sqrt(1 - ECCENTRICITY_2 * np.sin(north) ** 2)
    flat = normal * np.cos(north)
    position: Array = np.stack(
        [flat * np.cos(east), flat * np.sin(east), normal * (1 - ECCENTRICITY_2) * np.sin(north)], axis=-1
    )
    return position


def gaussian_radius(latitude: Array) -> Array:
    """Return the mean radius of curvature, km, of the ellipsoid at a latitude."""
    radius: Array = SEMI_MAJOR_KM * np.sqrt(1 - ECCENTRICITY_2) / (1 - ECCENTRICITY_2 * np.sin(np.radians(latitude)) ** 2)
    return radius


def counts(sites: pl.DataFrame, reaches_km: Array, latitude: Array, longitude: Array, members: Sequence[str]) -> Array:
    """Return how many sites of each member see each place (place, member), whole numbers.

    reaches_km : (site,), or (site, direction) where ground stands in the way: directions from north by east, evenly spaced.
    members : ISO3 codes; sites of other states count for none.

    Each site looks at the places between the two latitudes that it can reach, of places sorted from south to north.
    """
    if len(reaches_km) != sites.height:
        raise InputError(f"{sites.height} sites have {len(reaches_km)} reaches: give one for each.")
    places = earth_centred(latitude, longitude)
    order = np.argsort(places[:, 2], kind="stable")
    sorted_places = np.ascontiguousarray(places[order])
    stands = sites["latitude"].to_numpy(), sites["longitude"].to_numpy()
    position, radius = earth_centred(*stands), gaussian_radius(stands[0])
    farthest = reaches_km if reaches_km.ndim == 1 else reaches_km.max(axis=1)
    chord = 2 * radius * np.sin(np.minimum(farthest / (2 * radius), np.pi / 2))
    first = np.searchsorted(sorted_places[:, 2], position[:, 2] - chord)
    last = np.searchsorted(sorted_places[:, 2], position[:, 2] + chord, side="right")
    column = {name: place for place, name in enumerate(members)}
    seen = np.zeros((len(members), len(order)))
    for site, state in enumerate(sites["state"]):
        if state in column:
            band = slice(first[site], last[site])
            away = sorted_places[band] - position[site]
            inside = np.einsum("ij,ij->i", away, away) <= chord[site] ** 2
            if reaches_km.ndim == 2:
                inside &= _unmasked(away, stands[0][site], stands[1][site], reaches_km[site], radius[site])
            seen[column[state], band] += inside
    in_order = np.empty((len(order), len(members)))
    in_order[order] = seen.T
    return in_order


def within(sites: pl.DataFrame, reaches_km: Array, latitude: Array, longitude: Array) -> Iterator[tuple[int, Truth]]:
    """Yield a case and which sites see which places then (place, site), a part of the places at a time.

    reaches_km : (case, site). Distances are found once for all cases: for the places of a line, not for those of a map.
    """
    places, stands = earth_centred(latitude, longitude), sites["latitude"].to_numpy()
    position, radius = earth_centred(stands, sites["longitude"].to_numpy()), gaussian_radius(stands)
    chord = 2 * radius * np.sin(np.minimum(reaches_km / (2 * radius), np.pi / 2))
    for part in np.array_split(places, len(places) * sites.height // MOST_CELLS + 1):
        squared = sum((part[:, axis, None] - position[:, axis]) ** 2 for axis in range(3))
        yield from ((case, squared <= each**2) for case, each in enumerate(chord))


def _unmasked(away: Array, latitude: float, longitude: float, reaches_km: Array, radius: float) -> Array:
    """Return whether places (place, 3), by their straight lines from the site, lie within its reach in their direction."""
    north, east = np.radians(latitude), np.radians(longitude)
    to_east = away @ np.array([-np.sin(east), np.cos(east), 0.0])
    to_north = away @ np.array([-np.sin(north) * np.cos(east), -np.sin(north) * np.sin(east), np.cos(north)])
    sectors = len(reaches_km)
    sector = np.rint(np.degrees(np.arctan2(to_east, to_north)) % 360 * sectors / 360).astype(np.int64) % sectors
    chord = 2 * radius * np.sin(reaches_km / (2 * radius))
    within: Array = np.einsum("ij,ij->i", away, away) <= chord[sector] ** 2
    return within


def coverage_map(sites: pl.DataFrame, reaches_km: Array, grid: Grid) -> pl.DataFrame:
    """Return the cells that any site sees: x_km, y_km, latitude, longitude, sites, and one column `sites_<ISO3>` a state."""
    members = sites["state"].unique().sort().to_list()
    seen = counts(sites, reaches_km, grid.latitude, grid.longitude, members)
    kept = seen.any(axis=1)
    places = {name: getattr(grid, name)[kept] for name in ("x_km", "y_km", "latitude", "longitude")}
    each = {f"sites_{name}": seen[kept, place].astype(np.int32) for place, name in enumerate(members)}
    return pl.DataFrame({**places, "sites": seen[kept].sum(axis=1).astype(np.int32), **each})


def seen_area(cells: pl.DataFrame, grid: Grid) -> dict[str, float]:
    """Return million km² that are seen: by any ("all"), by each state, and by that state alone ("only <ISO3>")."""
    by = {name.removeprefix("sites_"): cells[name] > 0 for name in cells.columns if name.startswith("sites_")}
    areas: dict[str, float] = {"all": float(cells.height)}
    for name, sees in by.items():
        areas[name] = float(sees.sum())
        areas[f"only {name}"] = float((cells[f"sites_{name}"] == cells["sites"]).sum())
    return {name: value * grid.cell_area_km2 / 1e6 for name, value in areas.items()}
