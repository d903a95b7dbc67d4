"""Terms as columns of numbers: learnt on the rows that are fitted, and the same for any rows after that."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from foedus.errors import InputError
from foedus.estimation.design import Array
from foedus.models.bases import Basis, Levels, interactions, learn, levels
from foedus.models.expression import BASES, function, names, tree, values
from foedus.models.formula import Formula

INTERCEPT = "intercept"


def factor_values(formula: Formula, schema: Mapping[str, pl.DataType]) -> dict[str, pl.Expr]:
    """Return each factor of a formula as an expression on a frame with these columns; of bases, the variable they rest on."""
    return {factor: _argument(factor, schema) for factor in formula.factors}


def _argument(factor: str, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    node = ast.Name(factor) if factor in schema else tree(factor)
    if isinstance(node, ast.Call) and function(node) in BASES:
        if not node.args:
            raise InputError(f"{factor} cannot be read: it names no variable.")
        node = node.args[0]
    return values(node, schema)


@dataclass(frozen=True)
class Encoding:
    """How the terms of a formula become columns.

    Attributes
    ----------
    bases : factor → the columns it stands for; a factor that is a number in itself is absent.
    constant_elsewhere : whether effects that are taken out, or cut points, stand for the intercept.
    """

    formula: Formula
    bases: Mapping[str, Basis]
    constant_elsewhere: bool = False

    @classmethod
    def learnt(cls, formula: Formula, factors: pl.DataFrame, *, constant_elsewhere: bool = False) -> Encoding:
        """Return the encoding that rows with these factors, none missing, teach."""
        if formula.intercept and INTERCEPT in formula.factors:
            raise InputError(f"a column is called {INTERCEPT!r}, as the constant is: rename it.")
        bases: dict[str, Basis] = {}
        for factor in formula.factors:
            column, node = factors[factor], tree(factor)
            kind = function(node) if isinstance(node, ast.Call) else None
            if kind in BASES and isinstance(node, ast.Call):
                if kind != "C" and column.dtype == pl.String:
                    raise InputError(
                        f"{factor}: {names(node)[0]} holds text, of which there is no {kind}: write C({names(node)[0]})."
                    )
                bases[factor] = learn(node, str(kind), column.to_numpy())
            elif column.dtype == pl.String:
                bases[factor] = levels(factor, column.to_numpy())
        return cls(formula, bases, constant_elsewhere)

    def columns_of(self, term: tuple[str, ...]) -> list[str]:
        """Return the names of a term's columns."""
        parts = [[(f"{factor}{ending}", np.empty(0)) for ending in self._endings(term, factor)] for factor in term]
        return [name for name, _ in interactions(parts)]

    def _endings(self, term: tuple[str, ...], factor: str) -> list[str]:
        basis = self._basis(term, factor)
        return [""] if basis is None else basis.names()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns, the intercept's first if there is one."""
        own = [name for term in self.formula.terms for name in self.columns_of(term)]
        return tuple([INTERCEPT, *own] if self.has_intercept else own)

    @property
    def has_intercept(self) -> bool:
        """Whether the first column is a one for every row."""
        return self.formula.intercept and not self.constant_elsewhere

    def matrix(self, factors: pl.DataFrame) -> Array:
        """Return the columns for rows with these factors, none missing: (row, column), column by column."""
        matrix = np.empty((factors.height, len(self.names)), order="F")
        at = 0
        if self.has_intercept:
            matrix[:, 0] = 1.0
            at = 1
        for term in self.formula.terms:
            parts = [list(zip(self._endings(term, each), self._columns(term, each, factors), strict=True)) for each in term]
            for _, column in interactions(parts):
                matrix[:, at] = column
                at += 1
        return matrix

    def _columns(self, term: tuple[str, ...], factor: str, factors: pl.DataFrame) -> list[Array]:
        basis, column = self._basis(term, factor), factors[factor].to_numpy()
        return [column] if basis is None else basis.columns(column)

    def _basis(self, term: tuple[str, ...], factor: str) -> Basis | None:
        """The columns of a factor in a term: levels are whole where nothing else in the formula takes up their sum.

        In a product that is the term without the factor; alone, the intercept, or where there is none the first such factor.
        """
        basis = self.bases.get(factor)
        if not isinstance(basis, Levels):
            return basis
        rest = {each for each in term if each != factor}
        if rest:
            return replace(basis, whole=rest not in [{*each} for each in self.formula.terms])
        alone = [each[0] for each in self.formula.terms if len(each) == 1 and isinstance(self.bases.get(each[0]), Levels)]
        return replace(basis, whole=not (self.formula.intercept or self.constant_elsewhere) and factor == alone[0])
