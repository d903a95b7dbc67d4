"""The regression of September ice on emissions, beside statsmodels', and futures beside drawing their random numbers.

Coefficients are compared.
"""

from __future__ import annotations

import numpy as np
import statsmodels.api as sm
from scipy.linalg import toeplitz

from benchmarks.clock import seconds, show
from foedus.mechanisms.arctic.ice import ArcticIce, prais_winsten, projection
from foedus.record.store import open_record


def main() -> None:
    """Compare and print."""
    record, mechanism = open_record(), ArcticIce()
    panel = mechanism.panel(record, (1979, 2024))
    design = mechanism.design(panel)
    estimate, persistence, _ = prais_winsten(design)
    full = sm.add_constant(design.matrix)
    sigma = toeplitz(persistence ** np.arange(len(full)))
    assert np.abs(sm.GLS(design.outcome, full, sigma=sigma).fit().params / estimate.coefficients - 1).max() < 1e-6, (
        "the same line"
    )
    theirs = seconds(lambda: sm.GLSAR(design.outcome, full, rho=1).iterative_fit(maxiter=10), runs=5)
    show(f"Prais–Winsten, {len(full)} Septembers", seconds(lambda: prais_winsten(design)), "statsmodels, iterated", theirs)
    fitted = mechanism.fit(panel)
    shape = (5000, projection(fitted, record, "SSP2-4.5").height)
    floor = seconds(lambda: np.random.default_rng(1).normal(size=shape))
    ours = seconds(lambda: projection(fitted, record, "SSP2-4.5"))
    show("5,000 futures of a scenario", ours, "drawing the numbers alone", floor)


if __name__ == "__main__":
    main()
