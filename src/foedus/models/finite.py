"""Values that no model can be fitted to, named with their rows before an engine meets them: no finite or too large numbers.

A finite number may be too large as well: an engine sums squares and products of columns, which then are none. So a column
ends at LARGEST.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import polars as pl

from foedus.errors import InputError
from foedus.estimation.design import Array
from foedus.models.expression import calls, function, names, tree, values

LARGEST = 1e150
"""The largest value that a column may hold: its square is 1e300, of which a hundred million add up to a finite number."""

_SMALLER = "take its logarithm, a lower power, or another unit"


def check_factors(factors: pl.DataFrame, frame: pl.DataFrame, said: Mapping[str, str], keys: Sequence[str]) -> None:
    """Raise InputError where a value is no finite number, or too large to compute with, naming what made it so.

    factors : (row, factor). frame : the columns that they are made of. keys : those that tell its rows apart.
    said : factor → the expression that it is; the name of one beside the formula ends in "=", such as "weights=".
    """
    numbers = [name for name, kind in factors.schema.items() if kind.is_float()]
    bad = factors.select((~pl.col(numbers).is_finite()).sum()).row(0, named=True)
    large = factors.select((pl.col(numbers).is_finite() & (pl.col(numbers).abs() > LARGEST)).sum()).row(0, named=True)
    faults = []
    for name in (each for each in numbers if bad[each] or large[each]):
        text = said[name]
        called = f"{name}{text!r}" if name.endswith("=") else text
        if bad[name]:
            first = _row(frame, keys, ~factors[name].is_finite())
            faults.append(f"{called} is no finite number in {bad[name]:,} rows (first: {first}){_why(text, frame)}")
        else:
            first = _row(frame, keys, factors[name].abs() > LARGEST)
            faults.append(f"{called} is beyond {LARGEST:g} in {large[name]:,} rows (first: {first}): {_SMALLER}")
    if faults:
        raise InputError("; ".join(faults) + ".")


def check_columns(names: Sequence[str], matrix: Array, frame: pl.DataFrame, keys: Sequence[str]) -> None:
    """Raise InputError where a column that a term stands for, such as a product, is no number to compute with."""
    faults = []
    for name, column in zip(names, matrix.T, strict=True):
        with np.errstate(invalid="ignore"):
            beyond = ~(np.abs(column) <= LARGEST)
        if count := int(beyond.sum()):
            first = _row(frame, keys, pl.Series(beyond))
            faults.append(f"{name} is no finite number, or beyond {LARGEST:g}, in {count:,} rows (first: {first}): {_SMALLER}")
    if faults:
        raise InputError("; ".join(faults) + ".")


def _row(frame: pl.DataFrame, keys: Sequence[str], mask: pl.Series) -> str:
    """Return the keys of the first row of which something is true."""
    return " ".join(str(value) for value in frame.select(keys).row(int(mask.arg_max() or 0)))


def _why(text: str, frame: pl.DataFrame) -> str:
    node = tree(text)
    for divisor in _divisors(node):
        if zero := int((frame.select(values(divisor, frame.schema)).to_series() == 0).sum()):
            said = f", for {ast.unparse(divisor)} is 0 in {zero:,} of them" if names(divisor) else ""
            return f": it divides by zero{said}"
    for call in calls(tree(text), ("log", "log2", "log10", "log1p", "sqrt")):
        inner, name = ast.unparse(call.args[0]), function(call)
        found = frame.select(values(call.args[0], frame.schema)).to_series()
        zero, below = int((found == 0).sum()), int((found < 0).sum())
        if (name in ("log", "log2", "log10") and zero) or below:
            counts = [f"zero in {zero:,}"] * bool(zero) + [f"below zero in {below:,}"] * bool(below)
            instead = f"log1p({inner}) has a value, and so have all rows with where='{inner} > 0'"
            return f": {inner} is {' and '.join(counts)} of them. {instead}"
    read = [name for name in names(node) if name in frame.columns and frame.schema[name].is_float()]
    if held := [name for name in read if frame[name].is_infinite().any()]:
        return f": the panel's column {held[0]} holds infinite values"
    return f": it is not defined there, or larger than any number. {_SMALLER.capitalize()}"


def _divisors(node: ast.expr) -> Iterator[ast.expr]:
    """Yield what a factor divides by, a number to a power below zero among it."""
    for each in (inner for inner in ast.walk(node) if isinstance(inner, ast.BinOp)):
        if isinstance(each.op, ast.Div):
            yield each.right
        elif isinstance(each.op, ast.Pow) and ast.unparse(each.right).startswith("-"):
            yield each.left
