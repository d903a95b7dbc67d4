#!/usr/bin/env bash
# mapclassify 2.10.0, NumPy 2.4.6 (run on CPython 3.11).
#
# Seen: a missing value (NaN) is put into the lowest class and counted there. With quantiles one missing value also spoils the
# bounds: of 1, 2, 3, 4 and NaN in two classes, all five are in the lowest, 4 as well, since the upper bound is NaN and nothing
# is below it. Equal intervals have right bounds and the missing state in class 0. No warning.
# One would have guessed: missing values in a class of their own, or an error, as the k-means based schemes of the library
# raise.
# Why it matters here: maps of states never have all values, and the classes paint them. A state nobody has data for appears as
# the most peaceful, the poorest or the least armed; with quantiles the most armed does too. In foedus missing is missing: such
# states are drawn in a colour outside the scale.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check mapclassify==2.10.0 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import mapclassify
import numpy as np

known, gap = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 2.0, 3.0, 4.0, np.nan])
seen = {}
for scheme in (mapclassify.EqualInterval, mapclassify.Quantiles):
    for values in (known, gap):
        classes = scheme(values, k=2)
        seen[scheme.__name__, len(values)] = classes.yb.tolist()
        print(f"{scheme.__name__:14}{values} bounds {classes.bins} classes {classes.yb} counts {classes.counts}")
assert seen["EqualInterval", 5] == [0, 0, 1, 1, 0], "the behaviour has changed"
assert seen["Quantiles", 4] == [0, 0, 1, 1] and seen["Quantiles", 5] == [0, 0, 0, 0, 0], "the behaviour has changed"
PYTHON
