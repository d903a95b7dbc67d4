"""The expressions of a claims file: SQL over the columns of one frame, and nothing that reaches further.

An expression is cut into words before it is parsed. Every word has to be a column of the frame, a keyword or a function listed
here; there are no subqueries, no table functions and no way to a file, the network or code. As in SQL, what is computed from
an unknown is unknown. Of integers, sums are as wide as they need to be, so that a difference never runs over; a number with a
point is a double. An expression can be had with doubles in the place of integers, to compare with: what a product of integers
is that does not fit into 64 bits.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

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
LONGEST, DEEPEST = 600, 10
"""Characters of an expression, and brackets or cases within each other: to parse a faulty one takes twice as long a level."""

_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<text>'(?:[^']|'')*')|(?P<number>\d+\.\d*|\.\d+|\d+)|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign><=|>=|<>|!=|[-+*/%=<>(),])"
)


def expression(text: str, columns: Collection[str], *, doubles: bool = False) -> pl.Expr:
    """Return the expression that a text stands for; raises InputError, saying what in it is not allowed or not known.

    >>> rows = pl.DataFrame({"polyarchy": [0.1, 0.7]})
    >>> rows.select(expression("COUNT(*) > 1 AND MAX(polyarchy) <= 0.7", rows.columns)).item()
    True
    >>> expression("read_csv('x')", ["polyarchy"])
    Traceback (most recent call last):
    foedus.errors.InputError: read_csv is neither a column nor a function that may be used. There are the columns polyarchy.
    """
    checked = _checked(text, columns, "DOUBLE" if doubles else "BIGINT")
    try:
        return pl.sql_expr(f"({checked})")  # or two columns side by side would be one with another name
    except Exception as error:  # polars raises several kinds, and its parser's own
        raise InputError(f"{text!r} is no expression{_reason(error)}.") from None


def multiplies(text: str) -> bool:
    """Say whether an expression may give whole numbers that are far larger than those it is made of.

    >>> multiplies("COUNT(*) > 1"), multiplies("a * b"), multiplies("SUM(a)")
    (False, True, True)
    """
    return bool(re.search(r"\*(?!\s*\))|\bsum\b", text, flags=re.IGNORECASE))


def texts_in(text: str, columns: Collection[str]) -> tuple[list[str], int]:
    """Return the columns that an expression names, each as often as it does, and how many characters its own texts have."""
    tokens = list(_TOKEN.finditer(text))
    own = sum(len(token[0]) for token in tokens if token.lastgroup == "text")
    return [token[0] for token in tokens if token.lastgroup == "word" and token[0] in columns], own


def _checked(text: str, columns: Collection[str], kind: str) -> str:
    """The text with every column quoted and every broken number a double; raises InputError for what it may not hold."""
    if len(text) > LONGEST:
        raise InputError(f"an expression of {len(text):,} characters is longer than {LONGEST}: cut it into several columns.")
    parts: list[str] = []
    within: list[str] = []  # what closes each bracket and case that is open
    place = 0
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None:
            raise InputError(f"{text[place]!r} has no place in an expression.")
        if text.startswith(("--", "/*"), place):
            raise InputError("a comment has no place in an expression; between two signs write a space.")
        part = _part(token, columns, kind)
        if part in OPENS:
            within.append(_WIDE[1] if part == "(" and _last(parts).startswith(_WIDE[0]) else OPENS[part])
        elif part in OPENS.values():
            part = _closed(part, within)
        if len(within) > DEEPEST:
            raise InputError(f"brackets and cases lie more than {DEEPEST} deep: cut it into several columns.")
        parts.append(part)
        place = token.end()
    if within:
        raise InputError("a bracket or a CASE is not closed.")
    return "".join(parts)


OPENS = {"(": ")", "CASE": "END"}
_WIDE = ("(CAST(1 AS ", "))")
"""How what stands for the functions of _NARROW begins, and what for the bracket that closes them."""

_NARROW = ("SUM", "EXTRACT")
"""Functions that give 32 bits: polars counts yes and no without a sign, and years in which a product soon runs over."""


def _last(parts: Sequence[str]) -> str:
    return next((part for part in reversed(parts) if not part.isspace()), "")


def _closed(part: str, within: list[str]) -> str:
    """Return what closes the innermost that is open; raises InputError if that is another."""
    expected = within.pop() if within else ""
    if part not in (expected, expected[:1]):
        raise InputError(f"{part} closes what was not opened.")
    return expected


def _part(token: re.Match[str], columns: Collection[str], kind: str) -> str:
    text = token[0]
    if token.lastgroup == "number" and "." in text:
        return f"CAST({text} AS DOUBLE)"
    if token.lastgroup != "word":
        return text
    if text in columns:
        return f'"{text}"'
    if text.upper() in _NARROW:
        return f"{_WIDE[0]}{kind}) * {text.upper()}"
    if text.upper() in KEYWORDS | FUNCTIONS:
        return text.upper()
    known = ", ".join(columns)
    raise InputError(
        f"{text} is neither a column nor a function that may be used.{nearest(text, columns)} There are the columns {known}."
    )


def _reason(error: Exception) -> str:
    """Return what the parser says, where it says more than that it failed."""
    first = (str(error).splitlines() or [""])[0]
    return "" if first.startswith("unable to parse") or not first else f": {first[:160]}"
