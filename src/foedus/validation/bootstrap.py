"""How far a mean over rows would move had other states, or other clusters, and other years been seen.

    weight of a row = 1 + (draws of its first state - 1) + (draws of its second state - 1) + (draws of its year - 1)

Units (the states of dyads, both sides alike, or the clusters of other rows) and years are drawn with replacement, as many as
there are. Rows of a dyad hang together, and so do all dyads of a state, and those that one war or one treaty brings in together
in a year. This is the pigeonhole bootstrap (Owen 2007; of dyads, Davezies, D'Haultfœuille & Guyonvarch 2021) to first order:
products of draws would count a row's own luck up to seven times. What rows share is counted once for each state and for the
year; a row's own luck three times in dyads, twice elsewhere, and what a dyad alone has in common twice. Where states and years
have nothing in common, intervals are up to 1.7 times too wide.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foedus.estimation.design import Array

Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Bootstrap:
    """Sums of some columns in resamples that draw units, kept apart by year so that years can be drawn after them.

    Attributes
    ----------
    years : (year,), ascending. rows : (year,) and sums : (column, year), as they are.
    drawn_rows : (resample, year) and drawn_sums : (column, resample, year), with units drawn. seed : of all draws.
    """

    years: Codes
    rows: Array
    sums: Array
    drawn_rows: Array
    drawn_sums: Array
    seed: int

    @classmethod
    def of(cls, values: Iterable[Array], units: Codes, year: Codes, resamples: int, seed: int) -> Bootstrap:
        """Draw the units of rows with these values, a column (row,) each, which are looked at one by one.

        units : (row,), or (row, 2) of rows of two states.
        """
        (names, of_unit), (years, of_year) = (np.unique(codes, return_inverse=True) for codes in (units, year))
        generator = np.random.Generator(np.random.PCG64(seed))
        beyond = drawn_counts(generator, resamples, len(names)) - 1
        cells = [of_side * len(years) + of_year for of_side in of_unit.reshape(len(year), -1).T]

        def resampled(amounts: Array | None) -> tuple[Array, Array]:
            """Sums of a column, or numbers of rows: as they are (year,), and with units drawn (resample, year)."""
            whole = np.bincount(of_year, amounts, len(years)).astype(np.float64, copy=False)
            tables = [np.bincount(cell, amounts, len(names) * len(years)) for cell in cells]
            by_unit = np.sum(tables, axis=0, dtype=np.float64).reshape(len(names), len(years))
            return whole, whole + beyond @ by_unit

        (rows, drawn_rows), columns = resampled(None), [resampled(column) for column in values]
        sums, drawn_sums = (np.stack(part) for part in zip(*columns, strict=True))
        return cls(years=years, rows=rows, sums=sums, drawn_rows=drawn_rows, drawn_sums=drawn_sums, seed=seed)

    def means(self, years: Codes | None = None) -> Array:
        """Return the means of the columns over some years, by default all, in every resample (resample, column).

        To first order as well: a mean moves by what the sums have moved less what the rows alone would have moved them, so that
        no resample is divided by the few rows that it may hold.
        """
        chosen, whole = self._chosen(years), self.mean(years)
        generator = np.random.Generator(np.random.PCG64([self.seed, len(chosen)]))
        beyond = drawn_counts(generator, len(self.drawn_rows), len(chosen)) - 1
        rows = self.drawn_rows[:, chosen].sum(axis=1) + beyond @ self.rows[chosen]
        sums = self.drawn_sums[:, :, chosen].sum(axis=2) + self.sums[:, chosen] @ beyond.T
        means: Array = whole + ((sums - whole[:, None] * rows) / self.rows[chosen].sum()).T
        return means

    def mean(self, years: Codes | None = None) -> Array:
        """Return the means of the columns over some years as they are (column,)."""
        chosen = self._chosen(years)
        mean: Array = self.sums[:, chosen].sum(axis=1) / self.rows[chosen].sum()
        return mean

    def _chosen(self, years: Codes | None) -> Codes:
        return np.arange(len(self.years)) if years is None else np.flatnonzero(np.isin(self.years, years))


def drawn_counts(generator: np.random.Generator, resamples: int, groups: int) -> Array:
    """Return how often each group is drawn, as many draws as there are groups (resample, group).

    >>> drawn_counts(np.random.default_rng(1), 2, 3).sum(axis=1).tolist()
    [3.0, 3.0]
    """
    counts = [np.bincount(generator.integers(0, groups, groups), minlength=groups) for _ in range(resamples)]
    return np.array(counts, np.float64)
