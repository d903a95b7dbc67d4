"""Every mechanism: how long its rows take to make and how long its fit, beside statsmodels on the same rows.

statsmodels' own clustered errors are asked for, as ours have them. Mechanisms that learn otherwise (pooled by dyad, a shrunken
logit, an autocorrelated residual, counts of wars) stand beside the plain regression that they replace. At the end the whole
set, against the minute it may take on two cores.
"""

from __future__ import annotations

import time
import warnings
from typing import Any

import numpy as np
import statsmodels.api as sm

from benchmarks.clock import show
from foedus.estimation.cores import one_core
from foedus.estimation.design import Design
from foedus.mechanisms.order.war_size import WarSize
from foedus.mechanisms.standard import MECHANISMS
from foedus.record.store import Record, open_record
from foedus.validation.validate import given

LAST = 2024
BUDGET = 60.0
"""Seconds in which all mechanisms make their rows and are fitted."""


def plain(design: Design) -> Any:
    """What a user would write: statsmodels, with errors clustered in the same way."""
    varies = np.ptp(design.matrix, axis=0) > 0
    full = sm.add_constant(design.matrix[:, varies])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        groups = {"groups": design.cluster}
        if set(np.unique(design.outcome)) <= {0.0, 1.0}:
            model = sm.GLM(design.outcome, full, family=sm.families.Binomial())
            return model.fit(cov_type="cluster", cov_kwds=groups)
        clustered = {"cov_type": "cluster", "cov_kwds": groups} if len(np.unique(design.cluster)) > 1 else {}
        return sm.OLS(design.outcome, full).fit(**clustered)


def timed(work: Any) -> tuple[Any, float]:
    """Return what some work gives and the seconds it took, once: as in a first use."""
    start = time.perf_counter()
    return work(), time.perf_counter() - start


def one(kind: Any, record: Record) -> float:
    """Time one mechanism, print the comparison, and return its seconds."""
    mechanism = given(kind(), record)
    first = getattr(mechanism, "first_year", 1816)
    rows, making = timed(lambda: mechanism.panel(record, (first, LAST)))
    _, fitting = timed(lambda: mechanism.fit(rows))
    if kind is WarSize:
        print(f"{mechanism.id:24} rows {making:6.2f} s   fit {fitting:6.2f} s, intervals by the bootstrap")
        return making + fitting
    design = mechanism.design(rows)
    _, theirs = timed(lambda: plain(design))
    label = f"{mechanism.id:24} rows {making:6.2f} s; fit to {len(design.outcome):>9,}"
    show(label, fitting, "statsmodels, one regression", theirs)
    return making + fitting


def main() -> None:
    """Compare, print, and add up."""
    record = open_record()
    with one_core():
        whole = sum(one(kind, record) for kind in MECHANISMS.values())
    print(f"the whole set: {whole:.1f} s, {whole / BUDGET:.2f} of a minute")


if __name__ == "__main__":
    main()
