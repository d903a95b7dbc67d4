"""The expressions of a claims file: SQL over the columns of one frame, and nothing that reaches further.

An expression is cut into words before it is parsed. Every word has to be a column of the frame, a keyword or a function listed
here; there are no subqueries, no table functions and no way to a file, the network or code.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import polars as pl

from foedus.errors import InputError, nearest

KEYWORDS = frozenset(
    {
        *("AND", "OR", "NOT", "IN", "IS", "NULL", "BETWEEN", "LIKE", "TRUE", "FALSE", "CASE", "WHEN", "THEN", "ELSE", "END"),
        *("DISTINCT", "DATE", "FROM", "YEAR", "MONTH", "AS", "DOUBLE"),
    }
)
FUNCTIONS = frozenset(
    {
        *("COUNT", "SUM", "AVG", "MEDIAN", "MIN", "MAX", "FIRST", "LAST", "STDDEV", "CORR", "ABS", "ROUND", "COALESCE"),
        *("LOWER", "UPPER", "STARTS_WITH", "ENDS_WITH", "EXTRACT", "CAST"),
    }
)
LONGEST, DEEPEST = 600, 20
"""Characters of an expression, and brackets within brackets."""

_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<text>'(?:[^']|'')*')|(?P<number>\d+\.\d*|\.\d+|\d+)|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign><=|>=|<>|!=|[-+*/%=<>(),])"
)


def expression(text: str, columns: Collection[str]) -> pl.Expr:
    """Return the expression that a text stands for; raises InputError, saying what in it is not allowed or not known.

    >>> rows = pl.DataFrame({"polyarchy": [0.1, 0.7]})
    >>> rows.select(expression("COUNT(*) > 1 AND MAX(polyarchy) <= 0.7", rows.columns)).item()
    True
    >>> expression("read_csv('x')", ["polyarchy"])
    Traceback (most recent call last):
    foedus.errors.InputError: read_csv is neither a column nor a function that may be used. There are the columns polyarchy.
    """
    checked = _checked(text, columns)
    try:
        return pl.sql_expr(checked)
    except Exception as error:  # polars raises several kinds, and its parser's own
        raise InputError(f"{text!r} is no expression: {_first_line(error)}") from None


def _checked(text: str, columns: Collection[str]) -> str:
    """The text with every column quoted and every broken number a double; raises InputError for what it may not hold."""
    if len(text) > LONGEST:
        raise InputError(f"an expression of {len(text):,} characters is longer than {LONGEST}: cut it into several columns.")
    parts, place, depth = [], 0, 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise InputError(f"{text[place]!r} has no place in an expression.")
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if not 0 <= depth <= DEEPEST:
            raise InputError(f"brackets lie more than {DEEPEST} deep, or close what was not opened.")
        parts.append(_part(found, columns))
        place = found.end()
    if depth:
        raise InputError("a bracket is not closed.")
    return "".join(parts)


def _part(found: re.Match[str], columns: Collection[str]) -> str:
    text = found[0]
    if found.lastgroup == "number" and "." in text:
        return f"CAST({text} AS DOUBLE)"
    if found.lastgroup != "word":
        return text
    if text in columns:
        return f'"{text}"'
    if text.upper() in KEYWORDS | FUNCTIONS:
        return text.upper()
    known = ", ".join(columns)
    raise InputError(
        f"{text} is neither a column nor a function that may be used.{nearest(text, columns)} There are the columns {known}."
    )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:160]
