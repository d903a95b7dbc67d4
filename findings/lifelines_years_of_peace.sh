#!/usr/bin/env bash
# lifelines 0.30.3, pandas 2.3.3 (run on CPython 3.11).
#
# Seen: datetimes_to_durations with freq="Y" makes 0 years of 1 January 1817 to 1 January 1818, and 1 year of the same days of
# 1816 to 1817; of ten calendar years from 1900 to 1910 it makes 9. With freq="M" the first is 11 months, the second 12. A year
# is the mean one of 365.2425 days, and what is begun is dropped, so that a spell counts whole only if enough leap days fall
# into it.
# One would have guessed: 1, 1 and 10, as a calendar counts; or fractions.
# Why it matters here: spells of peace and of alliances are counted in calendar years, and most begin and end on 1 January. A
# year too few in most spells, at random by the leap day, moves the clock that every hazard of war is measured with. foedus
# counts years of peace by the calendar, from the rows of a panel.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check lifelines==0.30.3 pandas==2.3.3 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from lifelines.utils import datetimes_to_durations

start = ["1817-01-01", "1816-01-01", "1900-01-01"]
end = ["1818-01-01", "1817-01-01", "1910-01-01"]
seen = {freq: datetimes_to_durations(start, end, freq=freq)[0].tolist() for freq in ("D", "M", "Y")}
for freq, lengths in seen.items():
    print(freq, dict(zip(start, lengths)))
assert seen["Y"] == [0, 1, 9] and seen["M"] == [11, 12, 119], "the behaviour has changed"
PYTHON
