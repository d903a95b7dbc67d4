"""Our logit on all directed dyad-years, beside scipy's trust region, statsmodels and a plain Newton iteration.

Coefficients are compared. Models without a term are fitted after the whole, as a hindcast does.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import statsmodels.api as sm
from scipy.optimize import minimize

from benchmarks.clock import seconds, show
from foedus.estimation.cores import one_core
from foedus.estimation.design import Array, Design
from foedus.estimation.estimate import expit
from foedus.estimation.likelihood import Rows, slope
from foedus.estimation.logit import logit, maximise
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


def by_scipy(design: Design) -> Array:
    """Scipy's trust region, on the derivatives that ours has."""
    rows, n = Rows([(design.matrix, range(len(design.columns)))], design.outcome), len(design.outcome)

    def value(at: Array) -> tuple[float, Array]:
        found = slope(rows, at, curved=False)
        return -found.value / n, -found.gradient / n

    def curvature(at: Array) -> Array:
        return np.asarray(slope(rows, at, curved=True).curvature) / n

    start = np.zeros(len(design.columns) + 1)
    found = minimize(value, start, jac=True, hess=curvature, method="trust-exact", options={"gtol": 1e-10})
    return np.asarray(found.x)


def by_statsmodels(design: Design) -> Array:
    """statsmodels, without errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.asarray(sm.Logit(design.outcome, sm.add_constant(design.matrix)).fit(disp=0).params)


RIVALS: dict[str, Callable[[Design], Array]] = {
    "scipy trust-exact": by_scipy,
    "statsmodels Logit": by_statsmodels,
    "NumPy Newton": newton,
}


def main() -> None:
    """Compare and print."""
    mechanism = Shield()
    design = mechanism.design(mechanism.panel(open_record(), (1816, 2010)))
    with one_core():
        maximum = maximise(replace(design))
        ours = seconds(lambda: maximise(replace(design)), runs=5)
        label = f"logit, {len(design.outcome):,} × {len(design.columns)}"
        for name, fit in RIVALS.items():
            assert np.abs(fit(design) - maximum).max() < 1e-4, f"the same maximum as {name}"
            show(label, ours, name, seconds(lambda: fit(design), runs=3))  # noqa: B023
            label = ""
        show("logit with clustered errors", seconds(lambda: logit(replace(design)), runs=3), "without", ours)
        whole = replace(design)
        maximise(whole)
        for dropped in design.columns[-2:]:
            kept = [name for name in design.columns if name != dropped]

            def after() -> None:
                del whole.fits[1:]
                maximise(whole, kept)  # noqa: B023

            show(f"without {dropped}, after the whole", seconds(after, runs=5), "the whole, cold", ours)


if __name__ == "__main__":
    main()
