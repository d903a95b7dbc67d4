"""A map of the world's countries as they are today, small enough to travel with a report (Natural Earth, scale 1:50 million).

`world_map` has one row per country or territory: `unit` (Natural Earth's own code, unique), `iso3`, name, a point to put a
label on, and the outline.

The outline is text. Rings are divided by "|", points by a space, and a point is its longitude and latitude in whole hundredths
of a degree, as in "-7703,3890" for Washington. Rings are not closed: the last point joins the first. Fill them by the even-odd
rule, and a ring inside another is a hole. A ring of one or two points is a place too small to draw: mark it with a dot.

Traps
-----
* ISO_A3 and ISO_A3_EH are both "-99" for France, Norway and Kosovo, and for five areas that have no code (see ISO3).
* ADM0_A3 is Natural Earth's own: KOS, PSX, SAH, SDS and ALD are no ISO codes.
* French Guiana and the other overseas departments belong to France's outline; other territories have rows of their own.
* Borders are simplified together, so that neighbours keep a common line, except where one of them is very small.
* Tuvalu is missing at this scale; its capital stands for it, as a dot.
* Borders are those that hold in fact today. They say nothing about earlier years, nor about who is right.
"""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import polars as pl

TOLERANCE, SMALL_TOLERANCE = 0.2, 0.05
"""Detail given up, in degrees: the square root of the smallest area of a bend in a border that is kept."""

SMALL = 1.5
"""Square degrees below which a country keeps the finer detail, for else an island state would shrink to a triangle."""

ISO3 = {"FRA": "FRA", "NOR": "NOR", "KOS": "XKX"}
"""Natural Earth's code → ISO 3166 code (or the customary one) where its ISO column has none.

Those left without are Northern Cyprus, Somaliland, the Siachen Glacier, Australia's Indian Ocean Territories and Ashmore and
Cartier Islands.
"""

_HUNDREDTHS = 100


def read(raw: Path) -> dict[str, pl.DataFrame]:
    """Return `world_map`."""
    folder = raw / "physical/natural_earth"
    countries = _features(folder / "ne_50m_admin_0_countries.geojson")
    rows = _rows(countries) + _dots(_features(folder / "ne_50m_populated_places_simple.geojson"), countries)
    return {"world_map": pl.DataFrame(rows, orient="row").sort("unit")}


def _features(path: Path) -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["features"]
    return features


def _rows(countries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row per country, its borders simplified together with all others."""
    shapely: Any = importlib.import_module("shapely")  # slow to load, and only the build of the record needs it
    shapes = [shapely.from_geojson(json.dumps(country["geometry"])) for country in countries]
    coarse, fine = (shapely.coverage_simplify(shapes, tolerance) for tolerance in (TOLERANCE, SMALL_TOLERANCE))
    rows = []
    for place, (country, shape) in enumerate(zip(countries, shapes, strict=True)):
        label = shapely.maximum_inscribed_circle(_largest(shape)).coords[0]
        outline = fine[place] if shape.area < SMALL else coarse[place]
        rows.append(_row(country["properties"], label, _outline(outline)))
    return rows


def _row(properties: dict[str, Any], label: tuple[float, ...], outline: str) -> dict[str, Any]:
    iso3 = properties["ISO_A3"]
    return {
        "unit": properties["ADM0_A3"],
        "iso3": ISO3.get(properties["ADM0_A3"]) if iso3 == "-99" else iso3,
        "name": properties["NAME_LONG"],
        "longitude": round(label[0], 2),
        "latitude": round(label[1], 2),
        "outline": outline,
    }


def _dots(places: list[dict[str, Any]], countries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows for countries that have a capital among the places but no outline."""
    drawn = {country["properties"][name] for country in countries for name in ("ADM0_A3", "ISO_A3")}
    rows = []
    for place in places:
        properties = place["properties"]
        code, point = properties["adm0_a3"], place["geometry"]["coordinates"]
        if properties["featurecla"] == "Admin-0 capital" and code not in drawn:
            named = {"ISO_A3": code, "ADM0_A3": code, "NAME_LONG": properties["adm0name"]}
            rows.append(_row(named, tuple(point), _ring([point])))
    return rows


def _largest(shape: Any) -> Any:
    return max(getattr(shape, "geoms", [shape]), key=lambda part: part.area)


def _outline(shape: Any) -> str:
    parts = getattr(shape, "geoms", [shape])
    return "|".join(_ring(ring.coords) for part in parts for ring in (part.exterior, *part.interiors))


def _ring(points: Any) -> str:
    """A ring's points in hundredths of a degree, without repeated neighbours and without closing it.

    >>> _ring([(0.0, 0.0), (0.001, 0.0), (1.0, 0.0), (1.0, 0.5), (0.0, 0.0)])
    '0,0 100,0 100,50'
    """
    rounded = [(round(x * _HUNDREDTHS), round(y * _HUNDREDTHS)) for x, y in points]
    kept = [point for before, point in zip([None, *rounded], rounded, strict=False) if point != before]
    if len(kept) > 1 and kept[0] == kept[-1]:
        kept.pop()
    return " ".join(f"{x},{y}" for x, y in kept)
