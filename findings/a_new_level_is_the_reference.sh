#!/usr/bin/env bash
# formulaic 1.2.2, pandas 2.3.3 (run on CPython 3.11).
#
# Seen: rows of a level that was not there when the design was made are warned about ("cast to nan"), but they are not missing
# in the new design: they stay, with zeros in all columns of the factor, which is the coding of the reference level. A row
# whose level is really missing (None) is left out.
# One would have guessed: an error, as patsy and R's predict() raise, or the row dropped, as the warning's word says.
# Why it matters here: a model of states or regions asked about one it has never seen answers with the reference's risk, say
# Africa's for an Asian state, and the answer looks like any other. foedus refuses a level that was not among the rows fitted,
# and leaves out and counts rows that lack one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check formulaic==1.2.2 pandas==2.3.3 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import warnings

import pandas as pd
from formulaic import model_matrix

warnings.simplefilter("ignore")
fitted = model_matrix("region", pd.DataFrame({"region": ["Africa", "Americas", "Europe"]}))
asked = pd.DataFrame({"region": ["Africa", "Asia", None, "Europe"]})
design = fitted.model_spec.get_model_matrix(asked)
print(asked.join(design))
seen = design.to_numpy().tolist()
assert design.index.tolist() == [0, 1, 3] and seen[0] == seen[1] == [1, 0, 0], "the behaviour has changed"
PYTHON
