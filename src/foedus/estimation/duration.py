"""How long peace has lasted, as columns.

The duration dependence is linear in the logarithm of the peace years, with other slopes from 2, 10 and 30 years on, and has a
step for no peace year at all (after Beck, Katz & Tucker 1998, with bends in place of splines).
"""

from __future__ import annotations

import numpy as np

from foedus.estimation.design import Array

KNOTS = (2, 10, 30)
"""Peace years at which the slope of the duration dependence may change."""

DURATION = ("log_peace_years", "no_peace_year", *(f"log_peace_years_beyond_{knot}" for knot in KNOTS))
"""Names of the columns of the duration dependence."""


def duration_matrix(peace_years: Array) -> Array:
    """Return the columns of the duration dependence (row, column); nan where peace years are.

    >>> duration_matrix(np.array([0.0, 9.0])).round(2).tolist()
    [[0.0, 1.0, 0.0, 0.0, 0.0], [2.3, 0.0, 1.2, 0.0, 0.0]]
    """
    logs = np.log1p(peace_years)
    none = np.where(np.isnan(logs), np.nan, peace_years == 0)
    return np.column_stack([logs, none, *(np.maximum(logs - np.log1p(knot), 0) for knot in KNOTS)])
