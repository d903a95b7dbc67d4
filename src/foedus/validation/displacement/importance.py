"""What a block of covariates is worth to forecasts that are made: the rise of the error when its columns are shuffled.

A model learns up to each origin. Then the block's columns are shuffled, all in one, among the rows of the window, so that they
keep their spread and tell nothing of the row they stand in; what the error rises by is the block's importance (Breiman 2001),
here out of sample, as in Schutte, Vestby, Carling & Buhaug (2021). It is not what a model that never had the block would
lose: that is the gain of a term (`gains.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.errors import InputError
from foedus.estimation.design import Array, Design
from foedus.estimation.forecasters import Forecast, Forecaster
from foedus.validation.bootstrap import Bootstrap
from foedus.validation.registration import Registration
from foedus.validation.scores import PROPER

SHUFFLES = 20
"""Shuffles of a window, whose rises are averaged."""


@dataclass(frozen=True)
class Importance:
    """Rises of the error by row.

    Attributes
    ----------
    blocks : names. rises : (row, block). error : (row,) as it is. cluster, year : (row,), by which both are resampled.
    """

    blocks: tuple[str, ...]
    rises: Array
    error: Array
    cluster: NDArray[np.int64]
    year: NDArray[np.int64]

    def tidy(self, registration: Registration) -> pl.DataFrame:
        """Return one row a block, and one a pair of blocks that says how much more the first is worth.

        Columns: block, rise (in the score's unit per row), low, high, share (of the error as it is), share_low, share_high.
        """
        pairs = [(i, j) for i in range(len(self.blocks)) for j in range(i + 1, len(self.blocks))]
        more = [self.rises[:, i] - self.rises[:, j] for i, j in pairs]
        names = [*self.blocks, *(f"{self.blocks[i]} less {self.blocks[j]}" for i, j in pairs)]
        values = np.column_stack([self.rises, *more, self.error])
        drawn = Bootstrap.of(list(values.T), self.cluster, self.year, registration.bootstrap, registration.seed)
        means, many = drawn.mean(), drawn.means()
        levels = [(1 - registration.level) / 2, (1 + registration.level) / 2]
        (low, high), (least, most) = (np.quantile(each, levels, axis=0) for each in (many, many / many[:, -1:]))
        columns = {"rise": means, "low": low, "high": high, "share": means / means[-1], "share_low": least, "share_high": most}
        return pl.DataFrame({"block": names, **{name: column[: len(names)] for name, column in columns.items()}})


def importance(
    model: Forecaster,
    design: Design,
    blocks: Mapping[str, Collection[str]],
    registration: Registration,
) -> Importance:
    """Return what each block of columns is worth to the model's forecasts over the windows of a test.

    blocks : name → columns of the design, whose clusters rises are resampled by.
    Raises InputError if a block names a column that the design does not have.
    """
    if unknown := sorted({name for columns in blocks.values() for name in columns} - set(design.columns)):
        raise InputError(f"the design has no column {', '.join(unknown)}; it has {', '.join(design.columns)}.")
    parts = [_window(model, design, blocks, registration, origin) for origin in registration.origins]
    rows = np.concatenate([np.flatnonzero(_between(design, first, last)) for _, first, last in registration.origins])
    rises, error = np.concatenate([rise for rise, _ in parts]), np.concatenate([each for _, each in parts])
    return Importance(tuple(blocks), rises, error, design.cluster[rows], design.year[rows])


def _window(
    model: Forecaster,
    design: Design,
    blocks: Mapping[str, Collection[str]],
    registration: Registration,
    origin: tuple[int, int, int],
) -> tuple[Array, Array]:
    """Rises (row, block) and the error as it is (row,), of the rows of a window."""
    learnt, first, last = origin
    forecast, later = model.learn(design.where(design.year <= learnt)), design.where(_between(design, first, last))
    score = PROPER[registration.score][registration.score]
    plain = score(forecast(later), later.outcome)
    generator = np.random.Generator(np.random.PCG64([registration.seed, learnt]))
    orders = [generator.permutation(len(later.outcome)) for _ in range(SHUFFLES)]
    shuffled = [[score(_of(forecast, later, block, order), later.outcome) for order in orders] for block in blocks.values()]
    return np.mean(shuffled, axis=1).T - plain[:, None], plain


def _of(forecast: Forecast, later: Design, block: Collection[str], order: NDArray[np.int64]) -> Array:
    """Forecasts of rows whose columns of a block stand in another order."""
    matrix = later.matrix.copy(order="F")
    for name in block:
        place = later.columns.index(name)
        matrix[:, place] = later.matrix[order, place]
    return forecast(replace(later, matrix=matrix))


def _between(design: Design, first: int, last: int) -> NDArray[np.bool_]:
    return (design.year >= first) & (design.year <= last)
