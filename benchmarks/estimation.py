"""Our logit with clustered errors on all directed dyad-years, beside statsmodels and a plain Newton iteration.

Coefficients are compared.
"""

from __future__ import annotations

import numpy as np
import statsmodels.api as sm

from benchmarks.clock import seconds, show
from foedus.estimation.logit import Array, Design, expit, logit, one_core
from foedus.mechanisms.shield.deterrence import Shield
from foedus.record.store import open_record


def newton(design: Design) -> Array:
    """What a user would write: Newton's method from zero."""
    full = np.column_stack([np.ones(len(design.outcome)), design.matrix])
    coefficients = np.zeros(full.shape[1])
    for _ in range(30):
        probability = expit(full @ coefficients)
        step = np.linalg.solve(
            (full * (probability * (1 - probability))[:, None]).T @ full, full.T @ (design.outcome - probability)
        )
        coefficients += step
        if np.abs(step).max() < 1e-8:
            break
    return coefficients


def directly(design: Design) -> Array:
    """Return the coefficients of statsmodels, with its own clustered covariance."""
    full = sm.add_constant(design.matrix)
    model = sm.Logit(design.outcome, full).fit(disp=0, cov_type="cluster", cov_kwds={"groups": design.cluster})
    coefficients: Array = np.asarray(model.params)
    return coefficients


def main() -> None:
    """Compare and print."""
    mechanism = Shield()
    design = mechanism.design(mechanism.panel(open_record(), (1816, 2010)))
    with one_core():
        assert np.abs(newton(design) - logit(design).coefficients).max() < 1e-4, "the same maximum"
        ours = seconds(lambda: logit(design), runs=3)
        show(
            f"logit, {len(design.outcome):,} rows, clustered errors",
            ours,
            "statsmodels, its own clustered errors",
            seconds(lambda: directly(design), runs=3),
        )
        show("", ours, "NumPy Newton, no errors", seconds(lambda: newton(design), runs=3))


if __name__ == "__main__":
    main()
