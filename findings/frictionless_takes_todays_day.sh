#!/usr/bin/env bash
# frictionless 5.21.0 (run on CPython 3.11).
#
# Seen: a date field of format "any" reads the year 1916 as the day of 1916 that has today's month and day, and "August 1916"
# as today's day of August. The report calls the table valid. The same file thus gives other dates tomorrow.
# One would have guessed: a type error, or 1 January and 1 August.
# Why it matters here: the days of old treaties and wars are often known by year or month only, and "any" is the format one
# picks because they are mixed. The day then comes from the clock of whoever reads, and a check by reading twice on one day
# passes. foedus keeps such days as written beside the first and last day that they can mean, and reads no day from the clock.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check frictionless==5.21.0 python-dateutil==2.9.0.post0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from datetime import date

from frictionless import Resource, Schema

schema = Schema.from_descriptor({"fields": [{"name": "signed", "type": "date", "format": "any"}]})
table = [["signed"], ["1916"], ["August 1916"]]
read = [row["signed"] for row in Resource(data=table, schema=schema).read_rows()]
valid = Resource(data=table, schema=schema).validate().valid
today = date.today()
print("today:", today, "read:", [str(day) for day in read], "valid:", valid)
assert valid and read[0] == today.replace(year=1916), "the behaviour has changed"
assert (read[1].year, read[1].month, read[1].day) == (1916, 8, today.day), "the behaviour has changed"
PYTHON
