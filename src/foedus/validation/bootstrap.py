"""How far a mean over rows would move had other dyads and other years been seen: the pigeonhole bootstrap (Owen 2007).

Clusters and years are both drawn with replacement, and a row counts as often as its cluster times as often as its year was
drawn: rows of one dyad are not independent, and neither are the dyads that one war or one treaty brings in together in a year.
Its variance is about that of drawing clusters plus that of drawing years: intervals are rather too wide than too narrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foedus.estimation.design import Array

Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Bootstrap:
    """Sums of some columns in resamples that draw clusters, kept apart by year so that years can be drawn after them.

    Attributes
    ----------
    years : (year,), ascending. rows : (year,) and sums : (year, column), as they are.
    drawn_rows : (resample, year) and drawn_sums : (column, resample, year), with clusters drawn. seed : of all draws.
    """

    years: Codes
    rows: Array
    sums: Array
    drawn_rows: Array
    drawn_sums: Array
    seed: int

    @classmethod
    def of(cls, values: Sequence[Array], cluster: Codes, year: Codes, resamples: int, seed: int) -> Bootstrap:
        """Draw the clusters of rows with these values, a column (row,) each."""
        (clusters, of_cluster), (years, of_year) = (np.unique(codes, return_inverse=True) for codes in (cluster, year))
        generator = np.random.Generator(np.random.PCG64(seed))
        drawn = drawn_counts(generator, resamples, len(clusters))
        cell = of_cluster * len(years) + of_year

        def by_cluster_and_year(amounts: Array | None) -> Array:
            """Sums of a column, or the number of rows (cluster, year)."""
            counted = np.bincount(cell, amounts, len(clusters) * len(years)).astype(np.float64, copy=False)
            return counted.reshape(len(clusters), len(years))

        rows = by_cluster_and_year(None)
        sums, drawn_sums = [], []
        for column in values:
            table = by_cluster_and_year(column)
            sums.append(table.sum(axis=0))
            drawn_sums.append(drawn @ table)
        return cls(
            years=years,
            rows=rows.sum(axis=0),
            sums=np.column_stack(sums),
            drawn_rows=drawn @ rows,
            drawn_sums=np.stack(drawn_sums),
            seed=seed,
        )

    def means(self, years: Codes | None = None) -> Array:
        """Return the means of the columns over some years, by default all, in every resample (resample, column)."""
        chosen = self._chosen(years)
        generator = np.random.Generator(np.random.PCG64([self.seed, len(chosen)]))
        drawn = drawn_counts(generator, len(self.drawn_rows), len(chosen))
        sums = (self.drawn_sums[:, :, chosen] * drawn).sum(axis=2)
        means: Array = (sums / (self.drawn_rows[:, chosen] * drawn).sum(axis=1)).T
        return means

    def mean(self, years: Codes | None = None) -> Array:
        """Return the means of the columns over some years as they are (column,)."""
        chosen = self._chosen(years)
        mean: Array = self.sums[chosen].sum(axis=0) / self.rows[chosen].sum()
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
