"""Rows ready for estimation: what came after each, of its own unit alone."""

from __future__ import annotations

import numpy as np

from foedus.estimation.design import Design


def test_what_came_after_a_row_is_that_of_its_own_unit() -> None:
    """Two dyads, 1995 numbers apart, in no order: one fought in 1991, the other, of which 1991 is missing, in 1992."""
    cluster, year = np.array([2002, 7, 7, 2002, 7]), np.array([1992, 1991, 1990, 1990, 1992])
    outcome = np.array([1.0, 1.0, 0.0, 0.0, 0.0])
    happened, found = Design(np.empty((5, 0)), (), outcome, cluster, year).ahead(1, 2)
    assert happened.tolist() == [0.0, 0.0, 0.5, 1.0, 0.0]
    assert found.tolist() == [0.0, 0.5, 1.0, 0.5, 0.0]
