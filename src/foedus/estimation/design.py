"""Rows ready for estimation: a matrix, an outcome, and what groups the rows.

Nothing here knows of disputes or states; a row is of one unit or of two, whose pasts count.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.estimation.history import Ledger
from foedus.estimation.likelihood import Fit

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Design:
    """Rows ready for estimation.

    Attributes
    ----------
    matrix : (row, column), without an intercept. columns : names of its columns.
    outcome : (row,), 0 or 1, in hindsight. cluster : (row,), numbers that tell clusters apart. year : (row,).
    sides : (row, 2), the numbers of the two states, where a row is about two and their history counts.
    known : (row,), the year by whose end an outcome of 1 is known, where that may be later than the row's own; else None.
    given : (row,), 1 where the wider outcome came that this one is part of, else 0; None where there is no wider one.
    came : (row,), numbers that rise as the rows came, where they have been put into another order; else None.
    fits, ledgers : what has been fitted to these rows, and worked out of them, for what comes after to begin from.
    """

    matrix: Array
    columns: tuple[str, ...]
    outcome: Array
    cluster: NDArray[np.int64]
    year: NDArray[np.int64]
    sides: NDArray[np.int64] | None = None
    known: NDArray[np.int64] | None = None
    given: Array | None = None
    came: NDArray[np.int64] | None = None
    fits: list[Fit] = field(default_factory=list, init=False, repr=False, compare=False)
    ledgers: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, rows: pl.DataFrame, columns: Sequence[str], outcome: str, cluster: pl.Expr, sides: bool = False) -> Design:
        """Return the rows of a frame with a column `year`; `cluster` gives each row its cluster's number.

        With `sides`, the rows are about two states, ccode1 and ccode2, whose history counts.

        >>> rows = pl.DataFrame({"ccode": [2, 20], "year": [1990, 1990], "pact": [True, False], "onset": [False, True]})
        >>> design = Design.of(rows, ["pact"], "onset", pl.col("ccode"))
        >>> design.matrix.tolist(), design.outcome.tolist(), design.cluster.tolist()
        ([[1.0], [0.0]], [0.0, 1.0], [2, 20])
        """
        numbers = rows.select(year=pl.col("year").cast(pl.Int64), cluster=cluster.cast(pl.Int64))
        return cls(
            matrix=matrix_of(rows, columns),
            columns=tuple(columns),
            outcome=rows[outcome].cast(pl.Float64).to_numpy(),
            cluster=numbers["cluster"].to_numpy(),
            year=numbers["year"].to_numpy(),
            sides=rows.select("ccode1", "ccode2").to_numpy().astype(np.int64) if sides else None,
        )

    @cached_property
    def as_known(self) -> Array:
        """The outcome as it is known at the end of the last year of the rows: 0 where only later years show that it is 1.

        >>> years = np.array([1990, 1991])
        >>> Design(np.empty((2, 0)), (), np.ones(2), np.arange(2), years, known=np.array([1993, 1991])).as_known.tolist()
        [0.0, 1.0]
        """
        return self.outcome if self.known is None else np.where(self.known <= self.year.max(), self.outcome, 0.0)

    @cached_property
    def bounds(self) -> Array:
        """The lowest and the highest value of each column (column, 2)."""
        return bounds(self.matrix)

    @property
    def varies(self) -> NDArray[np.bool_]:
        """Whether each column takes more than one value."""
        varies: NDArray[np.bool_] = self.bounds[:, 0] < self.bounds[:, 1]
        return varies

    def where(self, rows: NDArray[np.bool_]) -> Design:
        """Return the design of the chosen rows; where they lie together, it is a view that costs nothing.

        >>> years = np.array([1990, 1991, 1992])
        >>> design = Design(np.array([[1.0], [2.0], [3.0]]), ("x",), np.zeros(3), years, years)
        >>> design.where(years < 1992).matrix.base is not None, design.where(years != 1991).outcome.tolist()
        (True, [0.0, 0.0])
        """
        first, count = int(rows.argmax()) if len(rows) else 0, int(rows.sum())
        chosen: Any = slice(first, first + count) if rows[first : first + count].all() else rows
        return replace(
            self,
            matrix=self.matrix[chosen] if isinstance(chosen, slice) else self.matrix.T[:, rows].T,  # as columns are stored
            outcome=self.outcome[chosen],
            cluster=self.cluster[chosen],
            year=self.year[chosen],
            sides=None if self.sides is None else self.sides[chosen],
            known=None if self.known is None else self.known[chosen],
            given=None if self.given is None else self.given[chosen],
            came=None if self.came is None else self.came[chosen],
        )

    def in_order(self, order: NDArray[np.int64], *, in_place: bool = False) -> Design:
        """Return the rows in another order, (row,) of their numbers; each column lies together, as before.

        `in_place` takes the memory of this design, which is of no use afterwards.
        """
        moved = self.matrix if in_place and self.matrix.flags.writeable else np.empty(self.matrix.shape, order="F")
        for place, column in enumerate(self.matrix.T):
            moved[:, place] = column[order]
        return replace(
            self,
            matrix=moved,
            outcome=self.outcome[order],
            cluster=self.cluster[order],
            year=self.year[order],
            sides=None if self.sides is None else self.sides[order],
            known=None if self.known is None else self.known[order],
            given=None if self.given is None else self.given[order],
            came=order if self.came is None else self.came[order],
        )

    def sha256(self) -> str:
        """Return the hash of all that the rows hold."""
        digest = hashlib.sha256(repr((self.columns, self.matrix.shape)).encode())
        for part in (*self.matrix.T, self.outcome, self.cluster, self.year, self.sides, self.known, self.given):
            digest.update(b"" if part is None else np.ascontiguousarray(part).data)
        return digest.hexdigest()

    def places(self, columns: Iterable[str] | None = None) -> list[int]:
        """Return the numbers of some columns, by default all, in the design's own order."""
        chosen = set(self.columns if columns is None else columns)
        return [place for place, name in enumerate(self.columns) if name in chosen]

    def only(self, columns: Iterable[str]) -> Design:
        """Return the design of the chosen columns, in the design's own order."""
        kept = self.places(columns)
        if len(kept) == len(self.columns):
            return self
        return replace(self, matrix=self.matrix.T[kept].T, columns=tuple(self.columns[place] for place in kept))

    def without_columns(self) -> Design:
        """Return the design with no columns at all, which costs nothing to take apart and to put together."""
        return replace(self, matrix=np.empty((len(self.year), 0)), columns=())

    def beside(self, matrix: Array, columns: Iterable[str], own: Iterable[str]) -> Design:
        """Return the design of the chosen columns of its `own`, with more (row, more) after them."""
        kept = self.places(own)
        wider = np.empty((len(matrix), len(kept) + matrix.shape[1]), order="F")
        for column, place in enumerate(kept):
            wider[:, column] = self.matrix[:, place]
        wider[:, len(kept) :] = matrix
        return replace(self, matrix=wider, columns=(*(self.columns[place] for place in kept), *columns))

    def then(self, later: Design) -> Design:
        """Return the rows of this design, followed by those of another with the same columns."""
        return replace(
            self,
            matrix=np.concatenate([self.matrix, later.matrix]),
            outcome=np.concatenate([self.outcome, later.outcome]),
            cluster=np.concatenate([self.cluster, later.cluster]),
            year=np.concatenate([self.year, later.year]),
            sides=None if self.sides is None or later.sides is None else np.concatenate([self.sides, later.sides]),
            known=None if self.known is None or later.known is None else np.concatenate([self.known, later.known]),
            given=None if self.given is None or later.given is None else np.concatenate([self.given, later.given]),
            came=None,
        )

    def after(self, earlier: Design) -> Design:
        """Return the earlier rows followed by these, without columns: made once, for all that is forecast of the same rows."""
        if self.ledgers.get("earlier") is not earlier:
            self.ledgers["earlier"] = earlier
            self.ledgers["both"] = earlier.without_columns().then(self.without_columns())
        both: Design = self.ledgers["both"]
        return both

    def ahead(self, first: int, last: int) -> tuple[Array, Array]:
        """Return the share of the years `first` to `last` after each row's own in which its cluster had the outcome, as known.

        And the share of those years that have a row (row, 2 arrays); the outcome is zero where none has.

        >>> years = np.array([1990, 1991, 1992])
        >>> rows = Design(np.empty((3, 0)), (), np.array([0.0, 1.0, 1.0]), np.full(3, 7), years)
        >>> [each.tolist() for each in rows.ahead(1, 2)]
        [[1.0, 1.0, 0.0], [1.0, 0.5, 0.0]]
        """
        base = int(self.year.max()) + 1 + last
        key = self.cluster * base + self.year
        order = np.argsort(key)
        ordered, outcome = key[order], self.as_known
        happened, found = np.zeros(len(key)), np.zeros(len(key))
        for years in range(first, last + 1):
            place = np.minimum(np.searchsorted(ordered, key + years), len(key) - 1)
            there = ordered[place] == key + years
            happened += np.where(there, outcome[order[place]], 0.0)
            found += there
        return np.divide(happened, found, out=np.zeros(len(key)), where=found > 0), found / (last + 1 - first)

    def ledger(self, decay: float) -> Ledger:
        """Return the ledger of the rows' pasts; raises ValueError if a row is not about two sides."""
        if self.sides is None:
            raise ValueError("rows without sides have no history")
        if decay not in self.ledgers:
            self.ledgers[decay] = Ledger.of(self.sides, self.year, self.outcome, decay, self.known)
        ledger: Ledger = self.ledgers[decay]
        return ledger


_SIDES = [pl.col(side).cast(pl.Int64) for side in ("ccode1", "ccode2")]
OF_DYAD = _SIDES[0] * 1000 + _SIDES[1]
OF_PAIR = pl.min_horizontal(_SIDES) * 1000 + pl.max_horizontal(_SIDES)
"""The number of a row's dyad, for a cluster; of a pair, whichever of the two comes first."""


def bounds(matrix: Array) -> Array:
    """Return the lowest and the highest value of each column of (row, column): (column, 2).

    >>> bounds(np.array([[1.0, 5.0], [2.0, 3.0]])).tolist()
    [[1.0, 2.0], [3.0, 5.0]]
    """
    return np.array([(column.min(), column.max()) for column in matrix.T]).reshape(-1, 2)


def matrix_of(rows: pl.DataFrame, columns: Sequence[str]) -> Array:
    """Return columns of a frame as an array (row, column), stored column by column; a null becomes nan.

    >>> matrix_of(pl.DataFrame({"pact": [True, None]}), ["pact"]).tolist(), matrix_of(pl.DataFrame({"x": [1]}), []).shape
    ([[1.0], [nan]], (1, 0))
    """
    matrix = np.empty((rows.height, len(columns)), order="F")
    for place, name in enumerate(columns):  # one by one: all columns as numbers of this kind would be held twice
        matrix[:, place] = rows[name].cast(pl.Float64).to_numpy()
    return matrix
