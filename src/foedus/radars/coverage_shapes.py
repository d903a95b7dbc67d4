"""Sites and what they see as GeoJSON: closed curves on the ellipsoid that any map program draws (RFC 7946).

What a site sees is bounded by the points at its reach in every direction, found with Karney's geodesics. The format wants
longitudes within ±180°, outer rings against the clock, and shapes cut where they cross the antimeridian; a curve around a pole
is closed along it. A site without a position is a feature without a geometry.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from foedus.estimation.design import Array

CORNERS = 180
"""Corners of a circle: its area is then .02 % short."""

DIGITS = 4
"""Decimals of a coordinate, some 10 m: finer than any position in the record."""


def coverage_geojson(sites: pl.DataFrame, reaches_km: Array, lacking: pl.DataFrame | None = None) -> dict[str, Any]:
    """Return a feature collection: each site as a point, then what each sees, then what all see together.

    Feature properties are `kind` ("site", "coverage", "network"), `site`, `state`, `reach_km`. lacking : sites without a
    position (site, state), listed without geometry.
    """
    from shapely import union_all
    from shapely.geometry import Point

    stands = zip(sites["latitude"], sites["longitude"], reaches_km, strict=True)
    shapes = [covered(north, east, each) for north, east, each in stands]
    rows = list(zip(sites["site"], sites["state"], sites["latitude"], sites["longitude"], reaches_km, shapes, strict=True))
    points = [_feature("site", Point(east, north), site=site, state=state) for site, state, north, east, _, _ in rows]
    seen = [
        _feature("coverage", shape, site=site, state=state, reach_km=round(float(np.mean(each)), 1))
        for site, state, _, _, each, shape in rows
    ]
    without = (
        []
        if lacking is None
        else [_feature("site", None, **row) for row in lacking.select("site", "state").iter_rows(named=True)]
    )
    whole = [_feature("network", union_all(shapes))] if shapes else []
    return {"type": "FeatureCollection", "features": [*points, *without, *seen, *whole]}


def covered(latitude: float, longitude: float, reach_km: Array | float) -> Any:
    """Return what a site sees as a shapely geometry within ±180°; reach_km : one number, or one a direction."""
    from shapely.geometry import Polygon

    east, north = edge(latitude, longitude, reach_km)
    unrolled = np.degrees(np.unwrap(np.radians(east)))
    turn = unrolled[-1] + (unrolled[0] - unrolled[-1] + 180) % 360 - 180 - unrolled[0]
    if abs(turn) < 180:
        corners = list(zip(unrolled, north, strict=True))
    else:
        corners = _around_pole(unrolled, np.asarray(north), turn, 90.0 if latitude > 0 else -90.0)
    return _cut(Polygon(corners).buffer(0))


def edge(latitude: float, longitude: float, reach_km: Array | float, corners: int = CORNERS) -> tuple[Array, Array]:
    """Return longitudes and latitudes (corner,) of the curve that bounds what a site sees, from north by east.

    reach_km : one number, or one a direction.
    """
    from pyproj import Geod

    reaches = np.atleast_1d(np.asarray(reach_km, np.float64))
    azimuth = np.linspace(0, 360, max(corners, len(reaches)), endpoint=False)
    each = reaches[np.rint(azimuth * len(reaches) / 360).astype(np.int64) % len(reaches)]
    still = np.full(len(azimuth), 1.0)
    east, north, _ = Geod(ellps="WGS84").fwd(longitude * still, latitude * still, azimuth, each * 1000)
    return np.asarray(east), np.asarray(north)


def _around_pole(east: Array, north: Array, turn: float, pole: float) -> list[tuple[float, float]]:
    """Corners of a curve that goes once around a pole, closed along the pole's edge of the map."""
    ring = [*zip(east, north, strict=True), (east[0] + turn, north[0])]
    return [*ring, (ring[-1][0], pole), (ring[0][0], pole)]


def _cut(shape: Any) -> Any:
    """The shape with all of it moved to within ±180°."""
    from shapely import box, union_all
    from shapely.affinity import translate

    west, _, east, _ = shape.bounds
    worlds = range(int(np.floor((west + 180) / 360)), int(np.ceil((east + 180) / 360)))
    pieces = [
        translate(shape.intersection(box(360 * world - 180, -90, 360 * world + 180, 90)), -360 * world) for world in worlds
    ]
    return union_all(pieces)


def _feature(kind: str, shape: Any, **properties: object) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"kind": kind, **properties},
        "geometry": None if shape is None else _geometry(shape),
    }


def _geometry(shape: Any) -> dict[str, Any]:
    from shapely.geometry import MultiPolygon, mapping
    from shapely.geometry.polygon import orient

    if shape.geom_type == "Polygon":
        shape = orient(shape)
    elif shape.geom_type in ("MultiPolygon", "GeometryCollection"):
        shape = MultiPolygon([orient(part) for part in shape.geoms if part.geom_type == "Polygon"])
    geometry = mapping(shape)
    return {"type": geometry["type"], "coordinates": _rounded(geometry["coordinates"])}


def _rounded(coordinates: Any) -> Any:
    if isinstance(coordinates, float | int):
        return round(float(coordinates), DIGITS)
    return [_rounded(each) for each in coordinates]
