#!/usr/bin/env bash
# statsmodels 0.15.0 (run on CPython 3.11, NumPy 2.4.6).
#
# Seen: fit(cov_type="HC1") of Logit and of a binomial GLM gives the errors of HC0 to the last digit, and the result says HC1.
# OLS multiplies them by sqrt(n / (n - k)), as the name says.
# One would have guessed: the same correction in all three, as in Stata's "robust" for its models.
# Why it matters here: tables of the field compare logits of 30 to 200 cases across programs. With 30 rows and 4 terms the errors
# differ by 7.4 per cent, and the label of the column is the same. foedus applies the correction that the name promises, and its
# tests compare with statsmodels' HC0 times that factor.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check statsmodels==0.15.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
import statsmodels.api as sm

draw = np.random.default_rng(0)
terms = sm.add_constant(draw.normal(size=(30, 3)))
outcome = (draw.random(30) < 0.4).astype(float)
factor = (30 / 26) ** 0.5
seen = {}
models = {
    "OLS": (sm.OLS(outcome, terms), {}),
    "Logit": (sm.Logit(outcome, terms), {"disp": 0}),
    "GLM": (sm.GLM(outcome, terms, family=sm.families.Binomial()), {}),
}
for name, (model, options) in models.items():
    plain, corrected = (model.fit(cov_type=kind, **options).bse[0] for kind in ("HC0", "HC1"))
    seen[name] = corrected / plain
    print(f"{name}: HC1 / HC0 = {seen[name]:.4f}; sqrt(n / (n - k)) = {factor:.4f}")
assert abs(seen["OLS"] - factor) < 1e-9
assert seen["Logit"] == seen["GLM"] == 1.0
PYTHON
