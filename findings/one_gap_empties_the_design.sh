#!/usr/bin/env bash
# formulaic 1.2.2, patsy 1.0.3, pandas 2.3.3 (run on CPython 3.11).
#
# Seen: one missing value among eight leaves seven rows of a design with x, poly(x, 2) or log(x), and none at all with
# center(x) or scale(x): the mean is taken with the gap in, is missing, and makes every row missing, which are then dropped.
# Splines, bs(x, df=4), keep seven rows in one library and none in the other. Nothing is said; the fit that follows fails with
# words on arrays, far from the cause.
# One would have guessed: seven rows each time, since R's scale() leaves gaps out of its mean.
# Why it matters here: panels of states always have gaps, and centring is what one does before products of terms. In foedus the
# rows with every value known are chosen first and what a term learns (means, knots, levels) is learnt on those; how many rows
# each column cost is said.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check formulaic==1.2.2 patsy==1.0.3 pandas==2.3.3 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import formulaic
import numpy as np
import pandas as pd
import patsy

panel = pd.DataFrame({"x": [1.0, 2.0, np.nan, 4.0, 5.0, 6.0, 7.0, 8.0]})
terms = {"x": "x", "center(x)": "center(x)", "scale(x)": "standardize(x)", "bs(x, df=4)": "bs(x, df=4)"}
rows = {}
for ours, theirs in terms.items():
    rows[ours] = (len(formulaic.model_matrix(ours, panel)), patsy.dmatrix(theirs, panel).shape[0])
    print(f"{ours:14} rows of 8: formulaic {rows[ours][0]}, patsy {rows[ours][1]}")
expected = {"x": (7, 7), "center(x)": (0, 0), "scale(x)": (0, 0), "bs(x, df=4)": (7, 0)}
assert rows == expected, "the behaviour has changed"
PYTHON
