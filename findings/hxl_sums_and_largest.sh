#!/usr/bin/env bash
# libhxl 5.2.2 (run on CPython 3.11).
#
# Seen: of the figures 1,000 and 200 and "N/A" for one country, the sum is 200, the mean 200, the smallest "1,000" and the
# largest "N/A": sum and mean leave out what has a separator for thousands (a line in the log says so, the result does not),
# while min and max compare as text where they cannot compare as numbers. The same library's clean_data reads 1,000 as one
# thousand.
# One would have guessed: one reading of numbers in one library: 1200, 600, 200 and 1000.
# Why it matters here: figures of refugees and of people affected are typed by hand, and the large ones are those with
# separators; what is left out is thus mostly what counts. foedus takes numbers as numbers or refuses the column and names the
# row; it never adds up what it could read in part.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check libhxl==5.2.2 python-dateutil==2.9.0.post0 six==1.17.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import logging

import hxl
from hxl.filters import Aggregator

logging.disable(logging.CRITICAL)
table = [["#country", "#affected"], ["ETH", "1,000"], ["ETH", "200"], ["ETH", "N/A"]]
kinds = ("sum", "average", "min", "max")
asked = [Aggregator.parse(f"{kind}(#affected) as #{kind}") for kind in kinds]
for row in hxl.data(table).count(["country"], asked):
    as_written = dict(zip(kinds, row.values[1:]))
cleaned = [row.values[1] for row in hxl.data(table).clean_data(number="affected")]
print("as written:", as_written)
print("cleaned:   ", cleaned)
assert as_written == {"sum": 200, "average": 200.0, "min": "1,000", "max": "N/A"}, "the behaviour has changed"
assert cleaned[0] == "1000", "the behaviour has changed"
PYTHON
