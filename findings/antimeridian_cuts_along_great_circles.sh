#!/usr/bin/env bash
# antimeridian 0.4.9, shapely 2.2.0 (run on CPython 3.11).
#
# Seen: a box from 170 E to 170 W between 60 and 70 N is cut at 180 degrees not at 60 and 70 but at 60.38 and 70.28 N: the new
# corners lie on great circles, while all other edges of the same polygon stay straight in degrees. The box reaches latitudes
# that it did not have. With wide sides (150 E to 150 W) the top corner is 2.5 degrees, some 280 km, north of the edge.
# great_circle=False gives 60 and 70.
# One would have guessed: straight in degrees, as the standard of GeoJSON (RFC 7946), for which the library cuts, defines
# edges.
# Why it matters here: zones between two parallels across the Bering Strait, and what radars there cover, are cut like this
# before they are drawn or their area is taken. foedus cuts shapes in degrees, after it has set corners so densely along the
# curve meant that both readings agree.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check antimeridian==0.4.9 shapely==2.2.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import antimeridian
from shapely.geometry import Polygon


def tops(side, **how):
    zone = Polygon([(side, 60), (-side, 60), (-side, 70), (side, 70)])
    cut = antimeridian.fix_polygon(zone, **how)
    return sorted({round(y, 2) for part in cut.geoms for x, y in part.exterior.coords if abs(x) == 180})


seen = {"170": tops(170), "150": tops(150), "170, great_circle=False": tops(170, great_circle=False)}
for side, latitudes in seen.items():
    print(f"60 to 70 N from longitude {side}: cut at 180 degrees at {latitudes}")
assert list(seen.values()) == [[60.38, 70.28], [63.43, 72.5], [60.0, 70.0]], "the behaviour has changed"
PYTHON
