#!/usr/bin/env bash
# geopandas 1.2.0 with pyproj 3.7.2, utm 0.9.0, mgrs 1.6.0 (run on CPython 3.11).
#
# Seen: estimate_utm_crs puts Bergen into zone 31 and western Svalbard into zone 32, where the grid itself, and the other two
# libraries, have 32V and 33X: the zones there are widened, and 32, 34 and 36 do not exist north of 72. Only regular zones are
# in the database that it asks.
# One would have guessed: 32 and 33, since the exceptions are as old as the grid and the function is made to choose the zone.
# Why it matters here: places in the European Arctic are exchanged in grid references of allied forces. Coordinates of zone 31
# read as zone 32 lie some 330 km to the east: same form, another coast. foedus works in degrees and on the ellipsoid, and has
# no zones.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    geopandas==1.2.0 pyproj==3.7.2 shapely==2.2.0 utm==0.9.0 mgrs==1.6.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import geopandas
import mgrs
import utm
from shapely.geometry import Point

places = {"Bergen": (5.32, 60.39), "western Svalbard": (10.5, 79.0), "Oslo": (10.75, 59.9)}
seen = {}
for place, (east, north) in places.items():
    chosen = geopandas.GeoSeries([Point(east, north)], crs=4326).estimate_utm_crs().to_epsg() - 32600
    grid = utm.from_latlon(north, east)[2:]
    seen[place] = (chosen, f"{grid[0]}{grid[1]}", mgrs.MGRS().toMGRS(north, east)[:3])
    print(f"{place:18}geopandas {seen[place][0]}, utm {seen[place][1]}, mgrs {seen[place][2]}")
expected = {"Bergen": (31, "32V", "32V"), "western Svalbard": (32, "33X", "33X"), "Oslo": (32, "32V", "32V")}
assert seen == expected, "the behaviour has changed"
PYTHON
