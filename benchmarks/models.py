"""A model of one's own beside its engine: formula, checks and errors on all directed dyad-years, and statsmodels' GLM.

Coefficients and clustered errors are compared. The engine is called on the design that it is given; the formula makes its own.
Then a five-term logit of all relevant dyad-years is validated from ten origins, beside the half minute that it may take.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
import warnings
from dataclasses import replace

import numpy as np
import polars as pl
import statsmodels.api as sm

from benchmarks.clock import seconds, show
from foedus.estimation.cores import one_core
from foedus.estimation.logit import logit
from foedus.mechanisms.shield.deterrence import Shield
from foedus.models.estimate import estimate
from foedus.panels.panel import panel
from foedus.record.store import open_record


def main() -> None:
    """Compare and print; with "alone", without statsmodels."""
    mechanism = Shield()
    design = replace(mechanism.design(mechanism.panel(open_record(), (1816, 2010))), sides=None)
    keys = {"ccode1": design.cluster // 1000, "ccode2": design.cluster % 1000, "year": design.year, "y": design.outcome}
    keys |= {"dyad": design.cluster}
    frame = pl.DataFrame(keys).hstack(pl.DataFrame(design.matrix, schema=list(design.columns)))
    formula = f"y ~ {' + '.join(design.columns)}"
    label = f"logit with clustered errors, {frame.height:,} × {len(design.columns)}"
    with one_core():
        engine = logit(design)
        ours = estimate(formula, frame, cluster="dyad")
        assert np.allclose(ours.coefficients, engine.coefficients, rtol=1e-6, atol=1e-9)
        assert np.allclose(ours.std_errors, np.sqrt(np.diag(engine.covariance)), rtol=1e-6)
        alone = seconds(lambda: logit(replace(design)), runs=5)
        whole = seconds(lambda: estimate(formula, frame, cluster="dyad"), runs=5)
        show(f"{label}, by formula", whole, "its engine called directly", alone)
        if sys.argv[1:] == ["alone"]:
            return
        tracemalloc.start()
        estimate(formula, frame, cluster="dyad")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        print(f"memory at its peak: {peak / design.matrix.nbytes:.2f} times the design")

        def by_glm() -> None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                model = sm.GLM(design.outcome, sm.add_constant(design.matrix), family=sm.families.Binomial())
                found = model.fit(cov_type="cluster", cov_kwds={"groups": design.cluster})
            assert np.allclose(found.params, ours.coefficients, rtol=1e-4, atol=1e-6)

        show(label, whole, "statsmodels GLM", seconds(by_glm, runs=1))
    validation()


FORMULA = "dispute_onset ~ contiguous + weaker_democracy + defence_pact + log(capability_ratio) + log1p(peace_years)"
HALF_A_MINUTE = 30.0


def validation() -> None:
    """Validate a model of five terms from ten origins, once: forecasts, every term taken out, boosted trees and intervals."""
    names = ["dispute_onset", "contiguous", "weaker_democracy", "defence_pact", "capability_ratio", "peace_years"]
    rows = panel("dyad-year", names, years=(1946, 2010), relevant=True)
    fitted = estimate(FORMULA, rows)
    begun, worked = time.perf_counter(), time.process_time()
    told = fitted.validate()
    taken, worked = time.perf_counter() - begun, time.process_time() - worked
    assert len(told.test.origins) == 10
    show(f"validation of five terms, ten origins, {fitted.n:,} rows", taken, "as long as it may take", HALF_A_MINUTE)
    print(f"of processor time: {worked:.1f} s")


if __name__ == "__main__":
    main()
