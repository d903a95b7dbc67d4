#!/usr/bin/env bash
# libhxl 5.2.2 (run on CPython 3.11).
#
# Seen: the ISO 8601 date 19140804 is "cleaned" to 1970-08-10, and 20140101 to 1970-08-22: eight digits are taken for seconds
# since 1970. With dashes, or with a time behind (20140101T000000), the same day is read right. No warning; it is the default
# of clean_data, whose result is a valid date.
# One would have guessed: 4 August 1914. Eight digits are the basic form of the standard that the output is written in, and the
# form in which event data (GDELT, for one) give the day.
# Why it matters here: lists of displaced people, attacks and aid travel as HXL. A column of event days becomes a column of
# days in August 1970, all plausible, near enough to sort, and inside a range check that asks only for a date. A day that
# foedus is told is written with dashes, or it is refused.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check libhxl==5.2.2 python-dateutil==2.9.0.post0 six==1.17.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import hxl

days = ["19140804", "20140101", "2014-01-01", "20140101T000000"]
table = [["#country", "#date"], *[["ETH", day] for day in days]]
cleaned = [row.values[1] for row in hxl.data(table).clean_data(date="date")]
for before, after in zip(days, cleaned):
    print(f"{before:18}{after}")
assert cleaned == ["1970-08-10", "1970-08-22", "2014-01-01", "2014-01-01"], "the behaviour has changed"
PYTHON
