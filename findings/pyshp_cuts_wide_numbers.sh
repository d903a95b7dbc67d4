#!/usr/bin/env bash
# pyshp 3.1.6 (run on CPython 3.11).
#
# Seen: a number too wide for its field loses its last digits: 123456 in a field of five is written as 12345, -12345 in one of
# four as -123, 1234.5 in one of four with two decimals as 1234. Each is a valid number, and nothing is said; of a text that is
# cut the same library warns.
# One would have guessed: an error, or the row of asterisks that dBase programs write for what does not fit.
# Why it matters here: shapefiles are how boundaries with attributes travel in this field, and a width that was enough for
# populations in thousands is not enough for China. A value wrong by a power of ten, in the largest states only, looks right.
# foedus writes no shapefiles; its shapes go out as GeoJSON, whose numbers have no width.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pyshp==3.1.6
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import warnings

import shapefile

with warnings.catch_warnings(record=True) as said, shapefile.Writer("states") as states:
    warnings.simplefilter("always")
    states.field("people", "N", 5, 0)
    states.field("balance", "N", 4, 0)
    states.field("share", "N", 4, 2)
    states.point(0, 0)
    states.record(123456, -12345, 1234.5)
back = list(shapefile.Reader("states").records()[0])
print("written:  ", [123456, -12345, 1234.5])
print("read back:", back, "warnings:", len(said))
assert back == [12345, -123, 1234.0] and not said, "the behaviour has changed"
PYTHON
