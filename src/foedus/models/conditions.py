"""Which rows a condition names: `where` is true or false of each row, or unknown, and of no row for any other reason.

A condition compares columns, or is a column of yes and no (0 and 1), or joins such with and, or, not. What is the same for
every row, or neither true nor false, is refused. What divides by zero, or is the logarithm of zero, is unknown, and so is its
comparison with anything; a row of which the condition is unknown is not among those that it names.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Sequence

import polars as pl

from foedus.errors import InputError
from foedus.models.expression import computes, holds_text, names, tree, values


def rows_where(frame: pl.DataFrame, text: str, keys: Sequence[str]) -> tuple[pl.DataFrame, list[str]]:
    """Return the rows in which a condition is true, and remarks on what it compares that is no number in some.

    keys : columns that say in a message which row is meant. Raises InputError for what is no condition.

    >>> frame = pl.DataFrame({"ccode": [2, 20], "x": [0.0, 4.0]})
    >>> kept, remarks = rows_where(frame, "1 / x < 1", ["ccode"])
    >>> kept["ccode"].to_list(), remarks
    ([20], ['where: 1 / x is no finite number in 1 rows, in which the comparison with it is unknown'])
    """
    node = tree(text)
    for part in _parts(node):
        _check(part, text, frame, keys)
    schema, remarks = frame.schema, []
    for operand in _operands(node):
        found = frame.select(values(operand, schema)).to_series()
        if count := int((~found.is_finite()).sum()):
            told = f"{ast.unparse(operand)} is no finite number in {count:,} rows"
            remarks.append(f"where: {told}, in which the comparison with it is unknown")
    return frame.filter(values(node, schema) == 1), remarks


def _parts(node: ast.expr) -> Iterator[ast.expr]:
    """Yield what a condition joins with and, or and not."""
    match node:
        case ast.BoolOp():
            for each in node.values:
                yield from _parts(each)
        case ast.UnaryOp(op=ast.Not() | ast.Invert()):
            yield from _parts(node.operand)
        case ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
            yield from _parts(node.left)
            yield from _parts(node.right)
        case _:
            yield node


def _check(part: ast.expr, text: str, frame: pl.DataFrame, keys: Sequence[str]) -> None:
    said = ast.unparse(part)
    if not names(part):
        raise InputError(
            f"where={text!r}: {said} names no column, and is the same in every row. Compare a column, as in 'year > 1945'."
        )
    if isinstance(part, ast.Compare):
        return
    if holds_text(part, frame.schema):
        raise InputError(
            f"where={text!r}: {said} holds text, which is neither true nor false. Compare it, as in {said} == '…'."
        )
    found = frame.select(values(part, frame.schema)).to_series()
    wrong = found.is_not_null() & ~found.is_in([0.0, 1.0])
    if count := int(wrong.sum()):
        at = int(wrong.arg_max() or 0)
        first = " ".join(str(value) for value in frame.select(keys).row(at))
        if not math.isfinite(found[at]):
            raise InputError(f"where={text!r}: {said} is no finite number in {count:,} rows (first: {first}).")
        raise InputError(
            f"where={text!r}: {said} is neither true nor false in {count:,} rows (first: {first}, where it is {found[at]:g}). "
            f"Compare it, as in {said} > 0."
        )


def _operands(node: ast.expr) -> Iterator[ast.expr]:
    """Yield what is computed before it is compared."""
    for compared in (each for each in ast.walk(node) if isinstance(each, ast.Compare)):
        yield from (side for side in (compared.left, *compared.comparators) if computes(side))
