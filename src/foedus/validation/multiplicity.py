"""Many contests are graded at once: how likely each clear gain is to be one that chance alone would show among so many.

    p = 2 (1 - Φ(z)),  z = |gain| / its error,  the error that of the side of the interval that faces zero
    q(k) = min over j ≥ k of  m p(j) / j,  p in rising order, m contests                    (Benjamini & Hochberg 1995)

Among the contests with q up to .05, about one in twenty is expected to owe its gain, or its loss, to chance. p is below .05
exactly where the 95 % interval leaves out zero. Contests of one test share rows; the rule holds under the positive dependence
that this makes (Benjamini & Yekutieli 2001). Leaves out the sizes of wars, whose grade rests on two horizons and two bands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import erfc, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
import polars as pl

from foedus.estimation.design import Array

KEYS: Mapping[str, Any] = {
    **dict.fromkeys(("test", "outcome", "term", "score"), pl.String),
    **dict.fromkeys(("first_year", "last_year"), pl.Int64),
}
"""What names a contest, with the types of the columns."""


def contests(validations: Iterable[Any]) -> pl.DataFrame:
    """Return one row a graded contest of these validations: KEYS, p and q, q among these contests."""
    rows = [row for found in validations for row in _decisive(found)]
    table = pl.DataFrame(rows, schema={**KEYS, "p": pl.Float64}, orient="row")
    return table.with_columns(q=adjusted(table["p"].to_numpy()))


def _decisive(found: Any) -> Iterable[tuple[Any, ...]]:
    """What decides the grades of a validation: KEYS and p of each contest."""
    test = found.registration
    for row in found.over_all("gains").filter(score=test.score).with_columns(test=pl.lit(found.test)).iter_rows(named=True):
        yield *(row[key] for key in KEYS), p_value(row["gain"], row["low"], row["high"], test.level)


def p_value(gain: float, low: float, high: float, level: float) -> float:
    """Return the two-sided p-value of no gain, from a gain and its interval of some level.

    >>> round(p_value(1.0, 0.0, 2.0, 0.95), 3), p_value(0.0, -1.0, 1.0, 0.95), round(p_value(-2.0, -9.0, -1.0, 0.95), 5)
    (0.05, 1.0, 9e-05)
    """
    if gain == 0:
        return 1.0
    distance = gain - low if gain > 0 else high - gain
    z = abs(gain) / distance * NormalDist().inv_cdf((1 + level) / 2) if distance > 0 else np.inf
    return erfc(z / sqrt(2))


def adjusted(p: Array) -> Array:
    """Return the q-values of p-values (contest,): the false discovery rate at which each would just be found.

    >>> adjusted(np.array([0.01, 0.04, 0.03, 0.5])).round(4).tolist()
    [0.04, 0.0533, 0.0533, 0.5]
    """
    order = np.argsort(p, kind="stable")
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    q = np.empty(len(p))
    q[order] = np.minimum.accumulate(scaled[::-1])[::-1]
    return q
