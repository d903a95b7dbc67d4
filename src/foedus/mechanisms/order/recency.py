"""What began lately: the disputes of a dyad, and those of either of its states, in the last year, three, ten and thirty.

Each count is taken as log(1 + n), that of the two states added up, so that a first dispute says more than a tenth. Counted are
onsets of dyads as far as they are recorded, each once: a state that begins disputes with three others in a year has three.
Where the record ends years before the row's year, the counts are those that were last known, and how old they are is the row's
`peace_years_age`; what such counts tell is learnt from rows as old (`estimation/pooled.py`).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.panels.disputes import GML, TABLES
from foedus.record.store import Record

SPANS = (1, 3, 10, 30)
"""Years looked back over."""

DYAD = tuple(f"dyad_onsets_{span}" for span in SPANS)
STATES = tuple(f"state_onsets_{span}" for span in SPANS)
RECENCY = (*DYAD, *STATES)
"""Names of the columns."""

Codes = NDArray[np.int64]


def with_recency(rows: pl.DataFrame, record: Record, disputes_from: str = GML) -> pl.DataFrame:
    """Return dyad-years with the columns RECENCY, as they stood at the beginning of the last year with known disputes."""
    age = rows["peace_years_age"].fill_null(0) if "peace_years_age" in rows.columns else pl.repeat(0, rows.height, eager=True)
    begun = onsets(record, disputes_from)
    columns = recent(_sides(rows), (rows["year"] - age).to_numpy().astype(np.int64), _sides(begun), begun["year"].to_numpy())
    return rows.with_columns(pl.Series(name, values) for name, values in zip(RECENCY, columns.T, strict=True))


def onsets(record: Record, disputes_from: str = GML) -> pl.DataFrame:
    """Return the dyad-years in which a dispute began, each once: ccode1 < ccode2, year. The record has both directions."""
    once = pl.col("onset") & (pl.col("ccode1") < pl.col("ccode2"))
    return record.table(TABLES[disputes_from]).filter(once).select("ccode1", "ccode2", "year").unique()


def recent(sides: Codes, year: Codes, begun: Codes, began: Iterable[int]) -> NDArray[np.float64]:
    """Return the columns RECENCY (row, 8) for dyads (row, 2) in years (row,), from onsets: dyads (onset, 2), years (onset,).

    Each onset is there once. The smaller code comes first in either.

    >>> dyads = np.array([[2, 20]])
    >>> recent(dyads, np.array([1995]), np.array([[2, 20], [2, 70]]), [1994, 1990]).round(2).tolist()
    [[0.69, 0.69, 0.69, 0.69, 1.39, 1.39, 1.79, 1.79]]
    """
    years = np.asarray(began, np.int64)
    number = np.array([1000, 1])
    dyads = _counts(sides @ number, year, begun @ number, years)
    of_states = [_counts(side, year, begun.ravel("F"), np.tile(years, 2)) for side in sides.T]
    return np.column_stack([np.log1p(dyads), np.log1p(of_states[0]) + np.log1p(of_states[1])])


def _counts(unit: Codes, year: Codes, of_onset: Codes, began: Codes) -> NDArray[np.float64]:
    """Onsets of each row's unit in the last years (row, span)."""
    if not len(began):
        return np.zeros((len(unit), len(SPANS)))
    units, place = np.unique(of_onset, return_inverse=True)
    first = int(began.min())
    height = int(began.max()) - first + 1
    table = np.bincount((began - first) * len(units) + place, minlength=height * len(units)).reshape(height, len(units))
    before = np.vstack([np.zeros(len(units)), np.cumsum(table, axis=0)])
    column = np.minimum(np.searchsorted(units, unit), len(units) - 1)
    known = units[column] == unit
    until = np.clip(year - first, 0, height)
    spans = [before[until, column] - before[np.clip(year - span - first, 0, height), column] for span in SPANS]
    return np.where(known[:, None], np.column_stack(spans), 0.0)


def _sides(rows: pl.DataFrame) -> Codes:
    return rows.select("ccode1", "ccode2").to_numpy().astype(np.int64)
